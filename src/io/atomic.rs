//! Files that appear whole or not at all.

use crate::{Error, ErrorKind, Result};
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes beside `path` under a temporary name, then renames: a reader sees the old file or the
/// whole new one, and a failure leaves the old one as it was.
pub(crate) fn write_atomically(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<()> {
    let words = |e: io::Error| Error::expected(ErrorKind::Io, path.display(), "a place to write a file", e);
    let temporary = temporary_beside(path).map_err(words)?;
    let written = OpenOptions::new().write(true).create_new(true).open(&temporary).and_then(|file| {
        let mut writer = BufWriter::new(file);
        write(&mut writer)?;
        writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&temporary, path)
    });
    written.map_err(|e| {
        // Best effort: the first error is the one to tell.
        if e.kind() != io::ErrorKind::AlreadyExists {
            let _ = fs::remove_file(&temporary);
        }
        words(e)
    })
}

/// A name that no other writer of this or another process on this machine takes.
fn temporary_beside(path: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name =
        path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a path with no file name"))?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(".{}.{}.part", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    Ok(path.with_file_name(temporary))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::tests::folder;
    use std::io::Write;

    #[test]
    fn replaces_the_whole_file() {
        let folder = folder();
        let path = folder.path().join("a.txt");
        for text in ["first", "second and longer", "3"] {
            write_atomically(&path, |w| w.write_all(text.as_bytes())).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = folder();
        let path = folder.path().join("a.txt");
        fs::write(&path, "old").unwrap();
        let error = write_atomically(&path, |w| {
            w.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        })
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.message().contains("a.txt: expected a place to write a file, found the disk is full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn no_such_folder_is_named() {
        let folder = folder();
        let path = folder.path().join("missing").join("a.txt");
        let error = write_atomically(&path, |w| w.write_all(b"x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.message().contains(&path.display().to_string()));
        assert_eq!(write_atomically(Path::new("/"), |_| Ok(())).unwrap_err().kind(), ErrorKind::Io);
        // A folder stands where the file should go.
        let error = write_atomically(folder.path(), |w| w.write_all(b"x")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }
}
