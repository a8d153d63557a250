//! Bare volumes: elements without a header, at distances that the user knows.

use super::element::NpyElement;
use super::save::save;
use super::strided::Strided;
use super::volume::{Look, Volume};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use std::marker::PhantomData;
use std::path::Path;

/// Where the elements of an array lie in a file without a header.
///
/// One after another from the beginning in C order, the least significant byte first, but for what is said
/// otherwise.
///
/// # Example
/// ```
/// use lops::io::RawVolume;
/// use lops::{DistArray, Layout, launch_threads};
///
/// let path = std::env::temp_dir().join("lops-doc-raw.bin");
/// launch_threads(2, |comm| {
///     // 5 traces of 8 samples, each behind 240 bytes, as in seismic files.
///     let traces = RawVolume::<f32>::new(&[5, 8]).offset(3600 + 240).strides(&[240 + 8 * 4, 4]).big_endian();
///     let layout = Layout::scatter(comm, &[5, 8], 0)?;
///     let x = DistArray::from_fn(&layout, |i| i[0] as f32 + 0.5 * i[1] as f32);
///     traces.save(&path, &x)?;
///     assert_eq!(std::fs::metadata(&path)?.len(), 3600 + 5 * (240 + 8 * 4));
///     assert_eq!(traces.load(&layout, &path)?, x);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[doc(alias = "fromfile")]
#[doc(alias = "memmap")]
#[derive(Clone, Debug)]
#[must_use = "`open`, `load` or `save` reads or writes"]
pub struct RawVolume<T> {
    shape: Vec<usize>,
    offset: u64,
    fortran: bool,
    strides: Option<Vec<usize>>,
    big_endian: bool,
    element: PhantomData<T>,
}

impl<T: NpyElement> RawVolume<T> {
    /// An array of this shape.
    pub fn new(shape: &[usize]) -> Self {
        let shape = shape.to_vec();
        Self { shape, offset: 0, fortran: false, strides: None, big_endian: false, element: PhantomData }
    }

    /// Behind so many bytes.
    pub fn offset(mut self, bytes: u64) -> Self {
        self.offset = bytes;
        self
    }

    /// The first axis fastest.
    pub fn fortran_order(mut self) -> Self {
        self.fortran = true;
        self
    }

    /// So many bytes from one index of each axis to the next.
    pub fn strides(mut self, bytes: &[usize]) -> Self {
        self.strides = Some(bytes.to_vec());
        self
    }

    /// The most significant byte first.
    pub fn big_endian(mut self) -> Self {
        self.big_endian = true;
        self
    }

    /// The volume in a file, which may be longer.
    ///
    /// # Communication
    /// Two all-reduces of a number, and two broadcasts of a few numbers.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Io`] if one of them cannot open the file, [`ErrorKind::Format`] if it is
    /// too short, [`ErrorKind::Axis`] if there is not one stride for each axis, [`ErrorKind::Shape`] if the
    /// number of bytes overflows.
    pub fn open(&self, comm: &Comm, path: impl AsRef<Path>) -> Result<Volume> {
        let strided = self.strided()?;
        Volume::open(comm, path.as_ref(), None, |_| Ok(Look { strided, is_packed: false }))
    }

    /// The array, in a layout of its shape: every rank reads what it holds.
    ///
    /// # Communication
    /// That of [`open`](Self::open) and of [`Volume::load`].
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and of [`Volume::load`].
    pub fn load(&self, layout: &Layout, path: impl AsRef<Path>) -> Result<DistArray<T>> {
        self.open(layout.comm(), path)?.load(layout)
    }

    /// Writes an array to a file of its own; what lies before and between the elements is 0. As
    /// [`save_npy`](super::save_npy).
    ///
    /// Where strides leave gaps between all elements, each is written by a call of its own.
    ///
    /// # Communication
    /// That of [`save_npy`](super::save_npy).
    ///
    /// # Errors
    /// On every rank those of [`save_npy`](super::save_npy); [`ErrorKind::Shape`] if the array has another
    /// shape, [`ErrorKind::Parameter`] if elements would lie on the same bytes, those of
    /// [`open`](Self::open) about strides.
    pub fn save(&self, path: impl AsRef<Path>, array: &DistArray<T>) -> Result<()> {
        let strided = self.strided()?;
        strided.check_apart("strides of a volume to be written")?;
        if array.layout()?.shape() != self.shape {
            let (expected, found) = (format!("{:?}", self.shape), format!("{:?}", array.shape()));
            return Err(Error::expected(ErrorKind::Shape, "array to write as a volume: shape", expected, found));
        }
        save(path.as_ref(), array, &[], &strided)
    }

    fn strided(&self) -> Result<Strided> {
        let too_large = |found: String| {
            let expected = "offset, lengths and strides that reach less than 2⁶³ bytes far";
            Err(Error::expected(ErrorKind::Shape, "volume", expected, found))
        };
        let bytes = self.shape.iter().filter(|&&n| n > 0).try_fold(size_of::<T>(), |bytes, &n| bytes.checked_mul(n));
        if bytes.is_none_or(|bytes| i64::try_from(bytes).is_err()) || i64::try_from(self.offset).is_err() {
            return too_large(format!("shape {:?} of {} behind {} bytes", self.shape, T::DTYPE, self.offset));
        }
        let mut strided = Strided::dense(&self.shape, T::DTYPE, self.fortran, self.offset);
        strided.big_endian = self.big_endian;
        if let Some(strides) = &self.strides {
            if strides.len() != self.shape.len() {
                let expected = format!("{}, one for each axis", self.shape.len());
                return Err(Error::expected(ErrorKind::Axis, "number of strides", expected, strides.len()));
            }
            let signed: Option<Vec<_>> = strides.iter().map(|&stride| i64::try_from(stride).ok()).collect();
            match signed {
                Some(signed) => strided.strides = signed,
                None => return too_large(format!("strides {strides:?}")),
            }
        }
        if strided.extent().is_none() {
            return too_large(format!("strides {:?} of shape {:?}", strided.strides, self.shape));
        }
        Ok(strided)
    }
}
