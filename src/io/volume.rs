//! A file that is looked at before a layout is made, and of which each rank then reads its own part.

use super::element::NpyElement;
use super::header::read_error;
use super::npy::open_file;
use super::npz::with_entry;
use super::progress::Progress;
use super::reading::{Source, Stream, read};
use super::runs::{Runs, rows};
use super::strided::Strided;
use super::transfer::Transfer;
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Region};
use crate::library::{Index, Selection};
use crate::numbers::{DType, Element, memory};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// An array in a file: every element lies at an offset and a sum of strides, so that each rank reads its own
/// part and nothing else.
///
/// Made by [`open_npy`](super::open_npy), [`open_npz`](super::open_npz) and
/// [`RawVolume::open`](super::RawVolume::open), and by [`Segy`](super::Segy) of samples and of fields of trace
/// headers. All ranks hold the same one.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, index, io, launch_threads};
///
/// let path = std::env::temp_dir().join("lops-doc-volume.npy");
/// launch_threads(3, |comm| {
///     let rows = Layout::scatter(comm, &[6, 4], 0)?;
///     io::save_npy(&path, &DistArray::from_fn(&rows, |i| (10 * i[0] + i[1]) as f64))?;
///     let file = io::open_npy(comm, &path)?;
///     assert_eq!((file.shape(), file.dtype()), (&[6, 4][..], lops::numbers::DType::F64));
///     let odd = file.slice(&index![1..;2, 3])?; // nothing is read yet
///     let x = odd.load::<f64>(&Layout::scatter(comm, odd.shape(), 0)?)?;
///     assert_eq!(x.gather_all().as_slice().unwrap(), [13.0, 33.0, 53.0]);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Volume {
    comm: Comm,
    bytes: Bytes,
    /// Names the file in errors.
    what: String,
    strided: Strided,
}

/// Where the bytes of a volume are.
#[derive(Clone, Debug)]
enum Bytes {
    File(Rc<File>),
    /// In a deflated entry of an archive, which is unpacked from its beginning.
    Packed(Rc<(PathBuf, String)>),
}

/// What rank 0 sees of a file: where its elements lie, in the file itself or, unpacked, in an entry of it.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) strided: Strided,
    pub(super) is_packed: bool,
}

impl Volume {
    /// Rank 0 looks at a file, or an entry of it, and says where its elements lie; every rank opens it.
    ///
    /// # Communication
    /// Two all-reduces of a number, two broadcasts of a few.
    pub(super) fn open(
        comm: &Comm,
        path: &Path,
        entry: Option<&str>,
        look: impl FnOnce(&str) -> Result<Look>,
    ) -> Result<Self> {
        let of_entry = entry.map_or_else(String::new, |name| format!(", array \"{name}\""));
        let what = format!("{}{of_entry}", path.display());
        let _operation = comm.operation("open", format_args!("{what}"));
        let seen = (comm.rank() == 0).then(|| look(&what));
        let Look { strided, is_packed } = shared(comm, comm.agree(seen.transpose())?);
        let file = comm.agree(open_file(path).and_then(|(file, length)| {
            if !is_packed {
                strided.check_within(length, &what)?;
            }
            Ok(Rc::new(file))
        }))?;
        let bytes = match entry {
            Some(name) if is_packed => Bytes::Packed(Rc::new((path.to_owned(), name.to_owned()))),
            _ => Bytes::File(file),
        };
        Ok(Self { comm: comm.clone(), bytes, what, strided })
    }

    /// Where its elements lie.
    pub(super) fn strided(&self) -> &Strided {
        &self.strided
    }

    /// Other elements of the same file, which the caller knows to be there.
    pub(super) fn with(&self, strided: Strided) -> Self {
        Self { strided, ..self.clone() }
    }

    /// The ranks.
    pub fn comm(&self) -> &Comm {
        &self.comm
    }

    /// The shape of the array.
    pub fn shape(&self) -> &[usize] {
        &self.strided.shape
    }

    /// The type of its elements.
    pub fn dtype(&self) -> DType {
        self.strided.dtype
    }

    /// A part of it. Local: nothing is read.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] for more indices than axes or one out of range, [`ErrorKind::Parameter`] for a
    /// step of 0, for several ellipses, for lists and masks (only what is equally spaced is a volume), and
    /// for negative steps in a deflated entry, which is read forwards.
    pub fn slice(&self, index: &[Index]) -> Result<Self> {
        let selection = Selection::of(index, self.shape())?;
        let what = format!("index of {}", self.what);
        let strided = self.strided.slice(&selection, &what)?;
        if matches!(self.bytes, Bytes::Packed(_)) && strided.strides.iter().any(|&stride| stride < 0) {
            return Err(Error::expected(ErrorKind::Parameter, what, "steps forwards in a deflated entry", "backwards"));
        }
        Ok(Self { strided, ..self.clone() })
    }

    /// The array, in a layout of its shape: every rank reads what it holds.
    ///
    /// Long runs of bytes are read straight to their place; of short ones and of those in the other byte or
    /// memory order 16 KiB at a time. Where the layout cuts the file into runs shorter than 4 KiB on
    /// average, and longer ones can be had, the array is read by rows, and then redistributed. A deflated
    /// entry of an archive is always read by rows: every rank unpacks it up to the end of its own. A bar is
    /// shown on rank 0's terminal where that takes more than a second.
    ///
    /// # Communication
    /// Two all-reduces, of three numbers and of one; one redistribution where runs are short.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Shape`] if the layout has another shape, [`ErrorKind::Format`] if the
    /// file holds another type, has become shorter, or holds bytes that are no value of the type,
    /// [`ErrorKind::Io`] if it cannot be read, [`ErrorKind::Communicator`] if the layout has other ranks,
    /// [`ErrorKind::Parameter`] if its mode is not defined for the type.
    pub fn load<T: NpyElement>(&self, layout: &Layout) -> Result<DistArray<T>> {
        self.comm.same_as(layout.comm(), "layout to load into")?;
        let _operation = self.comm.operation("load", format_args!("{}, {}, {layout:#}", self.what, T::DTYPE));
        if layout.shape() != self.shape() {
            let expected = format!("{:?}, the shape of the layout", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, &self.what, expected, format!("{:?}", self.shape())));
        }
        if T::DTYPE != self.dtype() {
            return Err(Error::expected(ErrorKind::Format, &self.what, T::DTYPE, self.dtype()));
        }
        layout.mode().identity::<T>()?;
        let rows = match self.bytes {
            Bytes::File(_) => Runs::of(&self.strided, layout).better_rows(&self.strided, layout)?,
            Bytes::Packed(_) if layout.is_replicated() => None,
            Bytes::Packed(_) => {
                let rows = rows(&self.strided, layout)?;
                (rows.partition() != layout.partition()).then_some(rows)
            }
        };
        if let Some(rows) = rows {
            return self.read(&rows)?.redistribute(layout);
        }
        let array = self.read(layout)?;
        Ok(DistArray::from_parts(layout.into(), layout.keep_first(array.into_vec())?))
    }

    /// What each rank holds, chunks without regard to their mode.
    fn read<T: NpyElement>(&self, layout: &Layout) -> Result<DistArray<T>> {
        let mut data = vec![];
        let done = room(layout.local_len(), &self.what).and_then(|room| {
            data = room;
            match &self.bytes {
                Bytes::File(file) => self.read_from(&mut &**file, layout, &mut data),
                Bytes::Packed(of) => {
                    with_entry(&of.0, &of.1, |entry, _, _| self.read_from(&mut Stream::new(entry), layout, &mut data))
                }
            }
        });
        self.comm.agree(done)?;
        Ok(DistArray::from_parts(layout.into(), data))
    }

    fn read_from<T: NpyElement>(&self, source: &mut impl Source, layout: &Layout, data: &mut [T]) -> Result<()> {
        let mut progress = Progress::new(&self.comm, &format!("reading {}", self.what), size_of_val(data) as u64);
        let whole = Region::whole(self.shape());
        let mut at = 0;
        for region in &*layout.regions(self.comm.rank()) {
            if let Some(transfer) = Transfer::new(&self.strided, &whole, region) {
                let into = &mut data[at..at + region.len()];
                let done = read(source, &transfer, self.strided.big_endian, into, &mut progress);
                done.map_err(|e| read_error(&e, &self.what, "all of its data"))?;
            }
            at += region.len();
        }
        Ok(())
    }
}

/// `Ok` if there is memory for so many elements.
pub(super) fn check_room<T: Element>(length: usize, what: &str) -> Result<()> {
    let tried = Vec::<T>::new().try_reserve_exact(length);
    tried.map_err(|e| Error::expected(ErrorKind::Io, what, "memory for the array", e))
}

/// Zeros, or an error where the memory for them cannot be had.
pub(super) fn room<T: Element>(length: usize, what: &str) -> Result<Vec<T>> {
    check_room::<T>(length, what)?;
    Ok(memory::filled(length, T::default()))
}

/// Rank 0's volume on all ranks.
fn shared(comm: &Comm, seen: Option<Look>) -> Look {
    let mut head = [0; 5];
    if let Some(Look { strided, is_packed }) = &seen {
        let flags = [strided.big_endian, *is_packed].map(i64::from);
        head = [strided.shape.len() as i64, strided.dtype.code() as i64, strided.offset, flags[0], flags[1]];
    }
    comm.broadcast(&mut head, 0);
    let [ndim, dtype, offset, big_endian, is_packed] = head;
    let mut axes = seen.map_or_else(
        || vec![0; 2 * ndim as usize],
        |seen| seen.strided.shape.iter().map(|&n| n as i64).chain(seen.strided.strides).collect(),
    );
    comm.broadcast(&mut axes, 0);
    let strides = axes.split_off(ndim as usize);
    let shape = axes.into_iter().map(|n| n as usize).collect();
    let strided = Strided { shape, strides, offset, dtype: DType::ALL[dtype as usize], big_endian: big_endian == 1 };
    Look { strided, is_packed: is_packed == 1 }
}
