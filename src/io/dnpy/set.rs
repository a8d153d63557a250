//! A new set of files in the place of an old one: the old one, or the new one, at every moment.
//!
//! One name can be changed at once, and a set has many. So all names are first led through one: each becomes a symbolic
//! link to `now/k` in a folder of the set's own, where `now` is a link to `old`, which has the old files by other
//! names. Then `now` is changed to `new`, by one renaming, and at last each name becomes the new file itself. A job that
//! is killed on the way leaves links, which lead to all of the old files or to all of the new ones; the next set takes
//! their place.
//!
//! Where there is no old set, or one file is all, files get their names one after the other, the first one last:
//! without it there is no set. So it goes too where there are no symbolic links; the first of the old files is removed
//! before then.

use super::super::atomic::{cannot_write, stamp, target, temporary_beside};
use super::file_of;
use crate::comm::{Comm, let_large_writes_fail};
use crate::error::Result;
use std::cell::Cell;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A set in the making.
#[derive(Debug)]
pub(super) struct NewSet<'a> {
    comm: &'a Comm,
    name: &'a Path,
    /// The folder in which it is made.
    folder: PathBuf,
    /// The file of this rank: its number, and where it is to be.
    own: Option<(usize, PathBuf)>,
    count: usize,
    /// Whether there is an old set to be kept.
    through_links: bool,
    /// Whether names lead into the folder.
    is_in_use: Cell<bool>,
}

impl<'a> NewSet<'a> {
    /// Makes the folder; `own` is the number of this rank's file, of `count`.
    ///
    /// # Communication
    /// One broadcast of four numbers and one all-reduce of one.
    pub(super) fn begin(comm: &'a Comm, name: &'a Path, own: Option<usize>, count: usize) -> Result<Self> {
        let_large_writes_fail();
        let first = place_of(name, 0);
        let mut words = [0; 4];
        let mut made = Ok(());
        if comm.rank() == 0 {
            words[..3].copy_from_slice(&stamp());
            made = first.as_ref().map_err(copied).and_then(|first| {
                let folder = temporary_beside(first, [words[0], words[1], words[2]])?;
                words[3] = prepared(&folder, count > 1 && first.exists())?.into();
                Ok(())
            });
        }
        comm.broadcast(&mut words, 0);
        let [a, b, c, through_links] = words;
        let set = || {
            made?;
            let folder = temporary_beside(&first?, [a, b, c])?;
            let own = own.map(|k| place_of(name, k).map(|place| (k, place))).transpose()?;
            let (through_links, is_in_use) = (through_links == 1, Cell::new(false));
            Ok(Self { comm, name, folder, own, count, through_links, is_in_use })
        };
        comm.agree(set().map_err(|e: io::Error| cannot_write(&file_of(name, 0), &e)))
    }

    /// This rank's file, to be written.
    pub(super) fn create(&self) -> io::Result<Option<File>> {
        self.own.as_ref().map(|(k, _)| File::create_new(self.made(*k))).transpose()
    }

    fn made(&self, k: usize) -> PathBuf {
        self.folder.join("new").join(k.to_string())
    }

    fn kept(&self, k: usize) -> PathBuf {
        self.folder.join("old").join(k.to_string())
    }

    /// Puts the set in the place of the old one, if all ranks have written their files.
    ///
    /// # Communication
    /// Two all-reduces of a number of one file, four of several.
    pub(super) fn publish(self, written: Result<()>) -> Result<()> {
        self.comm.agree(written)?;
        if self.through_links { self.switch() } else { self.one_after_the_other() }
    }

    fn one_after_the_other(&self) -> Result<()> {
        let of_first = |k: usize, act: &dyn Fn() -> io::Result<()>| if k == 0 { act() } else { Ok(()) };
        if self.count > 1 {
            // An old set that cannot be kept (see above); mostly there is none.
            let removed = |place: &Path| match fs::remove_file(place) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            };
            self.comm.agree(self.act(|k, place| of_first(k, &|| removed(place))))?;
            self.comm.agree(self.act(|k, place| if k == 0 { Ok(()) } else { self.rename(k, place) }))?;
        }
        self.comm.agree(self.act(|k, place| of_first(k, &|| self.rename(k, place))))
    }

    fn switch(&self) -> Result<()> {
        let leftover = self.own.as_ref().and_then(|(_, place)| set_of_link(place));
        self.is_in_use.set(true);
        let linked = self.comm.agree(self.act(|k, place| self.link(k, place)));
        let switched = linked.and_then(|()| {
            let switched = if self.comm.rank() == 0 { self.turn_to_new() } else { Ok(()) };
            self.comm.agree(switched.map_err(|e| cannot_write(&file_of(self.name, 0), &e)))
        });
        if let Err(error) = switched {
            // Each name its old file again, or nothing where there was none.
            let restored = self.comm.agree(self.act(|k, place| self.restore(k, place)));
            self.is_in_use.set(restored.is_err());
            return Err(error);
        }
        self.comm.agree(self.act(|k, place| self.rename(k, place)))?;
        self.is_in_use.set(false);
        if let Some(folder) = leftover {
            let _ = fs::remove_dir_all(folder); // of a job that was killed; nothing leads there any more
        }
        Ok(())
    }

    fn act(&self, act: impl Fn(usize, &Path) -> io::Result<()>) -> Result<()> {
        let Some((k, place)) = &self.own else { return Ok(()) };
        act(*k, place).map_err(|e| cannot_write(&file_of(self.name, *k), &e))
    }

    /// The new file in its place.
    fn rename(&self, k: usize, place: &Path) -> io::Result<()> {
        if let Ok(old) = fs::metadata(place)
            && old.is_file()
            && !self.through_links
        {
            let _ = fs::set_permissions(self.made(k), old.permissions()); // some file systems have none
        }
        fs::rename(self.made(k), place)
    }

    /// A link in the place of the old file, which has another name then.
    fn link(&self, k: usize, place: &Path) -> io::Result<()> {
        match fs::canonicalize(place) {
            Ok(old) => {
                if fs::hard_link(&old, self.kept(k)).is_err() {
                    fs::copy(&old, self.kept(k))?;
                }
                let _ = fs::metadata(&old).and_then(|old| fs::set_permissions(self.made(k), old.permissions()));
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        let link = self.folder.join(format!("link{k}"));
        let within = Path::new("now").join(k.to_string());
        symlink(&from(place, &self.folder)?.join(within), &link)?;
        fs::rename(&link, place)
    }

    /// From here on the set is the new one.
    fn turn_to_new(&self) -> io::Result<()> {
        let next = self.folder.join("next");
        symlink(Path::new("new"), &next)?;
        fs::rename(&next, self.folder.join("now"))
    }

    fn restore(&self, k: usize, place: &Path) -> io::Result<()> {
        if self.kept(k).exists() {
            return fs::rename(self.kept(k), place);
        }
        let is_ours = set_of_link(place).is_some_and(|folder| folder.file_name() == self.folder.file_name());
        if is_ours { fs::remove_file(place) } else { Ok(()) }
    }
}

/// Makes the folder of a set; `true` if names can be led through it.
fn prepared(folder: &Path, keeps: bool) -> io::Result<bool> {
    fs::create_dir(folder)?;
    fs::create_dir(folder.join("new"))?;
    fs::create_dir(folder.join("old"))?;
    Ok(keeps && symlink(Path::new("old"), &folder.join("now")).is_ok())
}

impl Drop for NewSet<'_> {
    fn drop(&mut self) {
        if self.comm.rank() == 0 && !self.is_in_use.get() {
            // Best effort: what matters has been said.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Where a file of a set is: what links of the user's lead to, and not what ours do.
fn place_of(name: &Path, k: usize) -> io::Result<PathBuf> {
    let path = file_of(name, k);
    if set_of_link(&path).is_some() { Ok(path) } else { target(&path) }
}

/// The folder to which a link of a set that was not finished leads.
fn set_of_link(path: &Path) -> Option<PathBuf> {
    let to = fs::read_link(path).ok()?;
    let now = to.parent()?;
    let folder = now.parent()?;
    let is_ours = now.file_name() == Some(OsStr::new("now"))
        && folder.extension() == Some(OsStr::new("part"))
        && folder.file_name()?.to_str()?.starts_with('.');
    is_ours.then(|| path.parent().unwrap_or(Path::new("")).join(folder))
}

/// The folder as it is called from a file: by its name where it stands beside it.
fn from(place: &Path, folder: &Path) -> io::Result<PathBuf> {
    let name = folder.file_name().map(PathBuf::from);
    match name {
        Some(name) if place.parent() == folder.parent() => Ok(name),
        _ => fs::canonicalize(folder),
    }
}

fn copied(e: &io::Error) -> io::Error {
    io::Error::new(e.kind(), e.to_string())
}

#[cfg(unix)]
fn symlink(to: &Path, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
