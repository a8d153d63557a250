//! Bytes at a place in a file, whichever rank asks: no cursor that all of them would move.

use std::fs::File;
use std::io;

/// Fills the buffer with the bytes from `at` on.
pub(super) fn read_exact_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_exact_at(file, buffer, at)
    }
    #[cfg(windows)]
    {
        let (mut rest, mut at) = (buffer, at);
        while !rest.is_empty() {
            match std::os::windows::fs::FileExt::seek_read(file, rest, at) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => (rest, at) = (&mut rest[n..], at + n as u64),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}

/// Writes all of these bytes from `at` on.
pub(super) fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
    }
    #[cfg(windows)]
    {
        let (mut rest, mut at) = (bytes, at);
        while !rest.is_empty() {
            match std::os::windows::fs::FileExt::seek_write(file, rest, at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => (rest, at) = (&rest[n..], at + n as u64),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}
