//! A file that is looked at before a layout is made, and of which each rank then reads its own part.

use super::element::NpyElement;
use super::header::read_error;
use super::npy::open_file;
use super::progress::Progress;
use super::reading::read;
use super::runs::Runs;
use super::strided::Strided;
use super::transfer::Transfer;
use crate::array::Selection;
use crate::{Comm, DType, DistArray, Error, ErrorKind, Index, Layout, Region, Result, memory};
use std::fs::File;
use std::path::Path;
use std::rc::Rc;

/// An array in a file: every element lies at an offset and a sum of strides, so that each rank reads its own
/// part and nothing else.
///
/// Made by [`open_npy`](super::open_npy), by [`open_npz`](super::open_npz) and by
/// [`RawVolume::open`](super::RawVolume::open). All ranks hold the same one.
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
///     assert_eq!((file.shape(), file.dtype()), (&[6, 4][..], lops::DType::F64));
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
    file: Rc<File>,
    /// Names the file in errors.
    what: String,
    strided: Strided,
}

impl Volume {
    /// Rank 0 looks at a file and says where its elements lie; every rank opens it.
    ///
    /// # Communication
    /// Two all-reduces of a number, two broadcasts of a few.
    pub(super) fn open(comm: &Comm, path: &Path, look: impl FnOnce(File, u64) -> Result<Strided>) -> Result<Self> {
        let seen = (comm.rank() == 0).then(|| {
            let (file, length) = open_file(path)?;
            let strided = look(file, length)?;
            strided.check_within(length, &path.display().to_string())?;
            Ok(strided)
        });
        let strided = shared(comm, comm.agree(seen.transpose())?);
        let file = comm.agree(open_file(path).map(|(file, _)| Rc::new(file)))?;
        Ok(Self { comm: comm.clone(), file, what: path.display().to_string(), strided })
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
    /// step of 0, for several ellipses, and for lists and masks: only what is equally spaced is a volume.
    pub fn slice(&self, index: &[Index]) -> Result<Self> {
        let selection = Selection::of(index, self.shape())?;
        let strided = self.strided.slice(&selection, &format!("index of {}", self.what))?;
        Ok(Self { strided, ..self.clone() })
    }

    /// The array, in a layout of its shape: every rank reads what it holds.
    ///
    /// Long runs of bytes are read straight to their place; of short ones and of those in the other byte or
    /// memory order 32 KiB at a time. Where the layout cuts the file into runs shorter than 4 KiB on
    /// average, and longer ones can be had, the array is read by rows, and then redistributed. A bar is
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
        if layout.shape() != self.shape() {
            let expected = format!("{:?}, the shape of the layout", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, &self.what, expected, format!("{:?}", self.shape())));
        }
        if T::DTYPE != self.dtype() {
            return Err(Error::expected(ErrorKind::Format, &self.what, T::DTYPE, self.dtype()));
        }
        layout.mode().identity::<T>()?;
        let rows = Runs::of(&self.strided, layout).better_rows(&self.strided, layout)?;
        if let Some(rows) = rows {
            return self.read(&rows)?.redistribute(layout);
        }
        let array = self.read(layout)?;
        Ok(DistArray::from_parts(layout.into(), layout.keep_first(array.into_vec())?))
    }

    /// What each rank holds, chunks without regard to their mode.
    fn read<T: NpyElement>(&self, layout: &Layout) -> Result<DistArray<T>> {
        let mut data = memory::filled(layout.local_len(), T::default());
        let mut progress = Progress::new(&self.comm, &format!("reading {}", self.what), size_of_val(&data[..]) as u64);
        let whole = Region::whole(self.shape());
        let (mut at, mut done) = (0, Ok(()));
        for region in &*layout.regions(self.comm.rank()) {
            if let Some(transfer) = Transfer::new(&self.strided, &whole, region) {
                let into = &mut data[at..at + region.len()];
                done =
                    done.and_then(|()| read(&mut &*self.file, &transfer, self.strided.big_endian, into, &mut progress));
            }
            at += region.len();
        }
        self.comm.agree(done.map_err(|e| read_error(&e, &self.what, "all of its data")))?;
        Ok(DistArray::from_parts(layout.into(), data))
    }
}

/// Rank 0's volume on all ranks.
fn shared(comm: &Comm, strided: Option<Strided>) -> Strided {
    let code = |dtype: DType| DTYPES.iter().position(|&known| known == dtype).unwrap_or(0) as i64;
    let mut head = [0; 4];
    if let Some(strided) = &strided {
        head = [strided.shape.len() as i64, code(strided.dtype), i64::from(strided.big_endian), strided.offset];
    }
    comm.broadcast(&mut head, 0);
    let [ndim, dtype, big_endian, offset] = head;
    let mut axes = strided.map_or_else(
        || vec![0; 2 * ndim as usize],
        |strided| strided.shape.iter().map(|&n| n as i64).chain(strided.strides).collect(),
    );
    comm.broadcast(&mut axes, 0);
    let strides = axes.split_off(ndim as usize);
    let shape = axes.into_iter().map(|n| n as usize).collect();
    Strided { shape, strides, offset, dtype: DTYPES[dtype as usize], big_endian: big_endian == 1 }
}

/// In the order of their numbers on the wire.
const DTYPES: [DType; 13] = [
    DType::Bool,
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::U64,
    DType::F32,
    DType::F64,
    DType::C64,
    DType::C128,
];
