//! The handle on a file: who has it open, and what becomes of it.

use super::super::atomic::{Unfinished, cannot_write};
use super::super::npy::open_file;
use super::opening::{self, Mode};
use super::{broadcast, failed, transfer, tree};
use crate::array::DistArray;
use crate::comm::{Comm, let_large_writes_fail};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// An HDF5 file that all ranks of a communicator write or read together.
///
/// Its methods are collective. A file that is [created](Self::create) is written beside its place under a
/// temporary name and appears, whole, with [`finish`](Self::finish); what is dropped before is removed. (A
/// job that is killed leaves the temporary file, `.….part`, and a file that was there before as it was.)
///
/// With feature `mpi` under MPI, all ranks of the file's communicator write their values at once, through a
/// parallel HDF5 library; by threads, and on a communicator of one's own, one rank after the other. Every rank reads for itself, all at the same time (threads take turns: the library lets only one
/// in at a time). Files are the same, byte for byte in their values, in h5py and elsewhere: arrays in C
/// order, `bool` as an enumeration of FALSE and TRUE, complex numbers as pairs `r`, `i`.
///
/// What others write is read where it means the same: pairs called `re`, `im` or `real`, `imag`, in any order, as
/// complex numbers; floats of 16 bits as `f32`; bit fields as unsigned integers. A damaged file may crash the HDF5
/// library, and the process with it: see [`verify`](Self::verify).
///
/// # Example
/// ```
/// use lops::io::{Attribute, Hdf5File};
/// use lops::{DistArray, Layout, index, launch_threads};
///
/// let path = std::env::temp_dir().join("lops-doc-hdf5-file.h5");
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6, 5], 0)?;
///     let x = DistArray::from_fn(&layout, |i| (5 * i[0] + i[1]) as f32);
///     let file = Hdf5File::create(comm, &path)?;
///     file.write("shots/pressure", &x)?;
///     file.new_dataset("shots/packed").chunks(&[3, 5]).shuffle().deflate(6).write(&x)?;
///     file.set_attribute("shots", "spacing", 12.5)?;
///     file.set_attribute("shots/pressure", "unit", "Pa")?;
///     file.finish()?;
///
///     let file = Hdf5File::open(comm, &path)?;
///     assert_eq!(file.names()?, ["shots/packed", "shots/pressure"]);
///     assert_eq!(file.attribute("shots", "spacing")?, Attribute::from(12.5));
///     let pressure = file.dataset("shots/pressure")?;
///     assert_eq!((pressure.shape(), pressure.dtype().name()), (&[6, 5][..], "float32"));
///     assert_eq!(pressure.load_as_saved::<f32>()?, x);
///     let part = Layout::replicated(comm, &[2, 5])?;
///     let part = pressure.load_slice::<f32>(&part, &index![1..;3])?; // rows 1 and 4
///     assert_eq!(part.as_slice()[5..], [20.0, 21.0, 22.0, 23.0, 24.0]);
///     Ok(())
/// })?;
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Debug)]
pub struct Hdf5File {
    comm: Comm,
    /// What it is called in the end.
    path: PathBuf,
    /// Where it is now.
    place: PathBuf,
    writable: bool,
    /// Rank 0's own handle; closed while values are moved.
    head: RefCell<Option<hdf5::File>>,
    /// The temporary file that is removed if it is not finished; dropped after the handle on it.
    unfinished: Option<Unfinished>,
}

impl Hdf5File {
    /// A new file, which takes the place of one of this name when it is finished.
    ///
    /// # Communication
    /// Three all-reduces of a number or two and a small broadcast.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if there is no place to write it to.
    pub fn create(comm: &Comm, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let words = |found: &dyn std::fmt::Display| {
            Error::expected(ErrorKind::Io, path.display(), "a place to write a file", found)
        };
        let _operation = comm.compare("create", format_args!("{}", path.display()))?;
        let unfinished = Unfinished::begin(comm, path)?;
        let place = unfinished.temporary().to_owned();
        let make = || {
            if path.is_dir() {
                return Err(words(&"a folder"));
            }
            opening::open(&place, Mode::Create).map_err(|e| words(&e))
        };
        let file = comm.agree(if comm.rank() == 0 { make().map(Some) } else { Ok(None) })?;
        Ok(Self {
            comm: comm.clone(),
            path: path.into(),
            place,
            writable: true,
            head: RefCell::new(file),
            unfinished: Some(unfinished),
        })
    }

    /// A file to be read.
    ///
    /// # Communication
    /// Two all-reduces of a number.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be read, or is not there for some rank; [`ErrorKind::Format`] if it is
    /// no HDF5 file, or a truncated one.
    pub fn open(comm: &Comm, path: impl AsRef<Path>) -> Result<Self> {
        Self::existing(comm, path.as_ref(), false)
    }

    /// A file that is there to be added to, in place; one that is not is [created](Self::create).
    ///
    /// What is in the file is left as it is. But HDF5 writes no journal: if the job dies before
    /// [`finish`](Self::finish), the whole file may be unreadable.
    ///
    /// # Communication
    /// That of [`open`](Self::open) or [`create`](Self::create), and a broadcast of a number.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and [`create`](Self::create).
    pub fn append(comm: &Comm, path: impl AsRef<Path>) -> Result<Self> {
        let _operation = comm.operation("append", format_args!("{}", path.as_ref().display()));
        let mut there = [path.as_ref().exists()];
        comm.broadcast(&mut there, 0);
        if there[0] { Self::existing(comm, path.as_ref(), true) } else { Self::create(comm, path) }
    }

    fn existing(comm: &Comm, path: &Path, writable: bool) -> Result<Self> {
        let _operation = comm.operation("open", format_args!("{}", path.display()));
        let file = Self {
            comm: comm.clone(),
            path: path.into(),
            place: path.into(),
            writable,
            head: RefCell::default(),
            unfinished: None,
        };
        if writable {
            let_large_writes_fail();
        }
        let judged = if comm.rank() == 0 { open_file(path).and_then(|_| file.take_up()) } else { Ok(()) };
        comm.agree(judged)?;
        file.is_there_for_all()?;
        Ok(file)
    }

    /// Makes the file what it is called: it is whole then, and on the disk.
    ///
    /// # Communication
    /// Two all-reduces of a number.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if that fails; of a new file nothing is left then.
    pub fn finish(mut self) -> Result<()> {
        let _operation = self.comm.operation("finish", format_args!("{}", self.path.display()));
        let written = self.closed().and_then(|()| {
            if self.writable {
                File::open(&self.place).and_then(|file| file.sync_all()).map_err(|e| cannot_write(&self.path, &e))?;
            }
            Ok(())
        });
        match self.unfinished.take() {
            Some(unfinished) => unfinished.finish(written),
            None => self.comm.agree(written),
        }
    }

    /// Writes an array as the dataset `name`; groups on the way are made. The same as
    /// [`new_dataset`](Self::new_dataset) and [`NewDataset::write`](super::NewDataset::write).
    ///
    /// # Communication
    /// That of [`NewDataset::write`](super::NewDataset::write).
    ///
    /// # Errors
    /// Those of [`NewDataset::write`](super::NewDataset::write).
    pub fn write<T: Element>(&self, name: &str, array: &DistArray<T>) -> Result<()> {
        self.new_dataset(name).write(array)
    }

    /// Makes a group, and those on the way to it; one that is there is left as it is.
    ///
    /// # Communication
    /// Two all-reduces of a number or two.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if that is no name, or of something else; [`ErrorKind::Io`] if the file
    /// cannot be written to.
    pub fn create_group(&self, name: &str) -> Result<()> {
        let _operation = self.comm.compare("create_group", format_args!("{}, {name}", self.path.display()))?;
        self.check_writable()?;
        tree::check_name(name)?;
        self.on_root(|file| {
            if transfer::is_inside(file, name) && file.group(name).is_ok() {
                return Ok(());
            }
            tree::check_new(file, name, &self.path)?;
            file.create_group(name).map(drop).map_err(failed(self.what(name), "a new group"))
        })?;
        Ok(())
    }

    /// The names of all datasets (of the first 10,000 groups), groups on the way before them, in order:
    /// `"group/name"`. Links to other places are not followed.
    ///
    /// # Communication
    /// One all-reduce of a number and four broadcasts.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] if the file is damaged.
    pub fn names(&self) -> Result<Vec<String>> {
        let _operation = self.comm.operation("names", format_args!("{}", self.path.display()));
        let names = self.on_root(|file| tree::names(file).map_err(|e| self.damaged(e)))?;
        Ok(broadcast::texts(&self.comm, names))
    }

    /// The ranks.
    pub fn comm(&self) -> &Comm {
        &self.comm
    }

    /// What the file is called, or will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    /// The file and something in it, for an error.
    pub(super) fn what(&self, name: &str) -> String {
        format!("{}, \"{name}\"", self.path.display())
    }

    fn damaged(&self, error: hdf5::Error) -> Error {
        Error::expected(ErrorKind::Format, self.path.display(), "an HDF5 file", error)
    }

    pub(super) fn check_writable(&self) -> Result<()> {
        if self.writable {
            return Ok(());
        }
        let found = "one that was opened to be read";
        Err(Error::expected(ErrorKind::Parameter, self.path.display(), "a file created or opened by append", found))
    }

    /// What rank 0 does with the file alone; its error on all ranks.
    pub(super) fn on_root<R>(&self, act: impl FnOnce(&hdf5::File) -> Result<R>) -> Result<Option<R>> {
        let done = if self.comm.rank() == 0 {
            self.take_up().and_then(|()| match &*self.head.borrow() {
                Some(file) => act(file).map(Some),
                None => Ok(None),
            })
        } else {
            Ok(None)
        };
        self.comm.agree(done)
    }

    /// Rank 0 lets go of the file, so that all ranks may take it up; they must all be there for it.
    pub(super) fn release(&self) -> Result<()> {
        self.comm.agree(self.closed())?;
        self.is_there_for_all()
    }

    /// Opens this rank's own handle, if it is not open.
    fn take_up(&self) -> Result<()> {
        let mut head = self.head.borrow_mut();
        if head.is_none() {
            let mode = if self.writable { Mode::Write } else { Mode::Read };
            let opened = opening::open(&self.place, mode);
            *head = Some(opened.map_err(|e| self.damaged(e))?);
        }
        Ok(())
    }

    fn closed(&self) -> Result<()> {
        match self.head.take() {
            Some(file) => file.close().map_err(failed(self.path.display(), "a file that can be written to its end")),
            None => Ok(()),
        }
    }

    /// `Ok` if every rank finds the file: not if the ranks' machines have discs of their own.
    fn is_there_for_all(&self) -> Result<()> {
        let found = fs::metadata(&self.place).map(drop);
        let words = |e| Error::expected(ErrorKind::Io, self.place.display(), "a file that every rank can reach", e);
        self.comm.agree(found.map_err(words))
    }
}
