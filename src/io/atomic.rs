//! Files that appear whole or not at all, written by one rank or by all together.
//!
//! What is overwritten keeps its permissions, and a symbolic link stays one: the file that it leads to is replaced.
//! Temporary names are short, so that a file's own may be as long as the file system allows.

use crate::comm::{Comm, Leftover, let_large_writes_fail};
use crate::error::{Error, ErrorKind, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// Writes beside `path` under a temporary name, then renames: a reader sees the old file or the
/// whole new one, and a failure leaves the old one as it was.
pub(crate) fn write_atomically(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<()> {
    let written = Temporary::beside(path, stamp()).and_then(|(temporary, file)| {
        let mut writer = BufWriter::new(file);
        write(&mut writer)?;
        writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        temporary.publish()
    });
    written.map_err(|e| cannot_write(path, &e))
}

/// A file under a temporary name beside the one that it is to have; removed when dropped before it has it.
#[derive(Debug)]
pub(super) struct Temporary {
    path: PathBuf,
    name: PathBuf,
    is_there: bool,
}

impl Temporary {
    /// Makes the file, empty.
    pub(super) fn beside(path: &Path, stamp: [u64; 3]) -> io::Result<(Self, File)> {
        let path = target(path)?;
        let name = temporary_beside(&path, stamp)?;
        Self::at(name, path)
    }

    /// Makes the file `name`, empty, which is to be called `path`.
    pub(super) fn at(name: PathBuf, path: PathBuf) -> io::Result<(Self, File)> {
        let_large_writes_fail();
        let file = OpenOptions::new().write(true).create_new(true).open(&name)?;
        Ok((Self { path, name, is_there: true }, file))
    }

    /// Gives the file its name, and the permissions of the one that had it.
    pub(super) fn publish(mut self) -> io::Result<()> {
        if let Ok(old) = fs::metadata(&self.path)
            && old.is_file()
        {
            // Best effort: some file systems have none.
            let _ = fs::set_permissions(&self.name, old.permissions());
        }
        fs::rename(&self.name, &self.path)?;
        self.is_there = false;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if self.is_there {
            // Best effort: the error that led here is the one to tell.
            let _ = fs::remove_file(&self.name);
        }
    }
}

/// A file that all ranks write together, under a temporary name until it is complete on all of them.
///
/// Dropped before that, rank 0 removes it; if the job is aborted, the rank that does. A job that is killed leaves a
/// `.part`, and never a half file under the real name.
#[derive(Debug)]
pub(crate) struct Unfinished {
    comm: Comm,
    path: PathBuf,
    name: PathBuf,
    /// On rank 0.
    temporary: Option<Temporary>,
    _leftover: Leftover,
}

impl Unfinished {
    /// Takes a name beside `path`, where rank 0 makes an empty file. All ranks pass the same path.
    ///
    /// # Communication
    /// One broadcast of three numbers and one all-reduce of one.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if there is no place to write a file.
    pub(crate) fn begin(comm: &Comm, path: &Path) -> Result<Self> {
        let mut stamp = stamp();
        comm.broadcast(&mut stamp, 0);
        let_large_writes_fail();
        let made = target(path).and_then(|place| {
            let name = temporary_beside(&place, stamp)?;
            let temporary = if comm.rank() == 0 { Some(Temporary::at(name.clone(), place)?.0) } else { None };
            Ok((Leftover::new(&name), name, temporary))
        });
        let (leftover, name, temporary) = comm.agree(made.map_err(|e| cannot_write(path, &e)))?;
        Ok(Self { comm: comm.clone(), path: path.to_owned(), name, temporary, _leftover: leftover })
    }

    /// The temporary name.
    pub(crate) fn temporary(&self) -> &Path {
        &self.name
    }

    /// Renames the file, if all ranks have written their parts; removes it otherwise.
    ///
    /// # Communication
    /// Two all-reduces of a number.
    ///
    /// # Errors
    /// Those of the ranks, and [`ErrorKind::Io`] if the file cannot be renamed.
    pub(crate) fn finish(self, written: Result<()>) -> Result<()> {
        self.comm.agree(written)?;
        let renamed = self.temporary.map_or(Ok(()), Temporary::publish);
        self.comm.agree(renamed.map_err(|e| cannot_write(&self.path, &e)))
    }
}

/// What cannot be written, in words.
pub(crate) fn cannot_write(path: &Path, e: &io::Error) -> Error {
    Error::expected(ErrorKind::Io, path.display(), "a place to write a file", e)
}

/// Three numbers that no other writer takes: of this process, of this moment, of this call.
pub(super) fn stamp() -> [u64; 3] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let moment = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos() as u64);
    [std::process::id().into(), moment, NEXT.fetch_add(1, Ordering::Relaxed)]
}

/// A short name in the folder of a file.
pub(super) fn temporary_beside(path: &Path, [process, moment, call]: [u64; 3]) -> io::Result<PathBuf> {
    if path.file_name().is_none() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a path with no file name"));
    }
    Ok(path.with_file_name(format!(".{process:x}.{moment:x}.{call:x}.part")))
}

/// What a path leads to: itself, unless it is a symbolic link.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&at) else { return Ok(at) }; // no link, or nothing there
        at = at.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(io::Error::other("too many symbolic links, one leading to the next"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::launch_threads;
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

    #[cfg(unix)]
    type Save<'a> = &'a dyn Fn(&Path, &str) -> Result<()>;

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder();
        let (path, link) = (folder.path().join("a.txt"), folder.path().join("link"));
        fs::create_dir(folder.path().join("in")).unwrap();
        symlink("in/chain", &link).unwrap();
        symlink("../a.txt", folder.path().join("in/chain")).unwrap();
        let save: [Save<'_>; 2] =
            [&|path, text| write_atomically(path, |w| w.write_all(text.as_bytes())), &|path, text| {
                launch_threads(2, |comm| {
                    let file = Unfinished::begin(comm, path)?;
                    let written = if comm.rank() == 1 { fs::write(file.temporary(), text) } else { Ok(()) };
                    file.finish(written.map_err(Into::into))
                })
            }];
        for save in save {
            let _ = fs::remove_file(&path);
            save(&link, "new").unwrap(); // the link led to nothing
            for mode in [0o600, 0o644, 0o640, 0o755, 0o444] {
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                for at in [&path, &link] {
                    let text = format!("{mode} {}", at.display());
                    save(at, &text).unwrap();
                    assert_eq!(fs::read_to_string(&path).unwrap(), text);
                    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, mode);
                    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
                }
            }
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
        let round = folder.path().join("round");
        symlink("round", &round).unwrap();
        assert_eq!(write_atomically(&round, |_| Ok(())).unwrap_err().kind(), ErrorKind::Io);
    }

    #[cfg(unix)]
    #[test]
    fn names_may_be_as_long_as_they_can_be() {
        let folder = folder();
        let path = folder.path().join("x".repeat(255));
        write_atomically(&path, |w| w.write_all(b"1")).unwrap();
        launch_threads(2, |comm| Unfinished::begin(comm, &path)?.finish(Ok(()))).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_atomically(&folder.path().join("x".repeat(256)), |_| Ok(())).is_err());
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

    #[test]
    fn ranks_that_write_together_leave_the_whole_file_or_the_old_one() {
        let folder = folder();
        let path = folder.path().join("a.txt");
        for ranks in 1..=3 {
            fs::write(&path, "old").unwrap();
            for fails in (0..ranks).map(Some).chain([None]) {
                let outcome = launch_threads(ranks, |comm| {
                    let file = Unfinished::begin(comm, &path)?;
                    let mut part = OpenOptions::new().append(true).open(file.temporary())?;
                    part.write_all(b"+")?;
                    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
                    comm.barrier(); // all have looked
                    let failed = fails == Some(comm.rank());
                    file.finish(if failed { Err("the disk is full".into()) } else { Ok(()) })
                });
                assert_eq!(outcome.is_err(), fails.is_some());
                let expected = if fails.is_some() { "old".into() } else { "+".repeat(ranks) };
                assert_eq!(fs::read_to_string(&path).unwrap(), expected);
                assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
            }
        }
        let missing = folder.path().join("missing").join("a.txt");
        launch_threads(3, |comm| {
            let error = Unfinished::begin(comm, &missing).unwrap_err();
            assert_eq!((error.kind(), error.rank()), (ErrorKind::Io, Some(0)));
            Ok(())
        })
        .unwrap();
    }
}
