//! Whole arrays from and to `.npy` files.

use super::atomic::write_atomically;
use super::element::NpyElement;
use super::header::{Header, header_text, read_error};
use super::widen::widen;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::bytes_of;
use ndarray::{Array, ArrayView, Dimension, IxDyn, ShapeBuilder};
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

/// Bytes that are decoded at a time.
const PIECE: usize = 1 << 15;

/// The array of a `.npy` file, which must hold this type and this number of dimensions.
///
/// Nothing is converted; see [`read_npy_f64`]. Either byte order and either memory order are
/// read; the result is in C order. Take `ndarray::IxDyn` for any number of dimensions.
///
/// # Errors
/// [`ErrorKind::Io`] if the file cannot be read. [`ErrorKind::Format`] if it is no `.npy` file,
/// holds another type or number of dimensions, or is shorter or longer than it says: that is
/// known before any memory is taken.
///
/// # Example
/// ```
/// use lops::io::{read_npy, write_npy};
/// use ndarray::{Array2, Ix2, array};
///
/// let path = std::env::temp_dir().join("lops-doc-read-npy.npy");
/// write_npy(&path, array![[1.0, 2.0], [3.0, 4.0]].view())?;
/// let a: Array2<f64> = read_npy(&path)?;
/// assert_eq!(a[[1, 0]], 3.0);
/// assert!(read_npy::<i32, Ix2>(&path).is_err());
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// NumPy Enhancement Proposal 1 and `numpy.lib.format`.
pub fn read_npy<T: NpyElement, D: Dimension>(path: impl AsRef<Path>) -> Result<Array<T, D>> {
    let (header, mut reader, what) = open(path.as_ref())?;
    check_axes::<D>(&header, &what)?;
    shaped(read_elements(&header, &mut reader, &what, header.count)?, &header, &what)
}

/// The array of a `.npy` file as `f64`, from float64, float32 or any integers, where that is exact.
///
/// # Errors
/// As [`read_npy`]; also [`ErrorKind::Format`] where the type is complex or bool, and where an
/// integer is beyond what `f64` holds exactly.
pub fn read_npy_f64<D: Dimension>(path: impl AsRef<Path>) -> Result<Array<f64, D>> {
    let (header, mut reader, what) = open(path.as_ref())?;
    check_axes::<D>(&header, &what)?;
    shaped(widen(&header, &mut reader, &what, header.count)?, &header, &what)
}

/// Writes a `.npy` file, byte for byte as `numpy.save` would, whole or not at all: under a temporary name beside
/// `path`, then renamed.
///
/// # Errors
/// [`ErrorKind::Io`] if the place cannot be written to; a file that was there is left as it was.
/// [`ErrorKind::Shape`] of more than 64 axes, which NumPy does not have.
///
/// # Example
/// ```
/// let path = std::env::temp_dir().join("lops-doc-write-npy.npy");
/// lops::io::write_npy(&path, ndarray::arr1(&[1_i64, 2, 3]).view())?;
/// # Ok::<(), lops::Error>(())
/// ```
pub fn write_npy<T: NpyElement, D: Dimension>(path: impl AsRef<Path>, array: ArrayView<'_, T, D>) -> Result<()> {
    let transposed = array.t();
    let (fortran, values) = match array.as_slice() {
        None => transposed.as_slice().map_or((false, None), |values| (true, Some(values))),
        values => (false, values),
    };
    let header = header_text(T::DTYPE, fortran, array.shape())?;
    write_atomically(path.as_ref(), |writer| {
        writer.write_all(&header)?;
        match values {
            Some(values) => writer.write_all(bytes_of(values)),
            None => array.iter().try_for_each(|&value| writer.write_all(bytes_of(&[value]))),
        }
    })
}

/// Opens, and holds what the header says against the length of the file.
fn open(path: &Path) -> Result<(Header, BufReader<File>, String)> {
    let (file, length) = open_file(path)?;
    let what = path.display().to_string();
    let mut reader = BufReader::new(file);
    let header = Header::read(&mut reader, &what)?;
    header.check_length(length, &what)?;
    Ok((header, reader, what))
}

/// A regular file and its length.
pub(super) fn open_file(path: &Path) -> Result<(File, u64)> {
    let words = |found: &dyn std::fmt::Display| {
        Error::expected(ErrorKind::Io, path.display(), "a file that can be read", found)
    };
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let data = std::fs::metadata(path).map_err(|e| words(&e))?;
    if !data.is_file() {
        return Err(words(if data.is_dir() { &"a folder" } else { &"something else" }));
    }
    let file = File::open(path).map_err(|e| words(&e))?;
    Ok((file, data.len()))
}

/// All elements in the order of the file, taking memory for `at_once` of them to begin with.
pub(super) fn read_elements<T: NpyElement>(
    header: &Header,
    reader: &mut dyn Read,
    what: &str,
    at_once: usize,
) -> Result<Vec<T>> {
    if header.dtype != T::DTYPE {
        return Err(Error::expected(ErrorKind::Format, what, T::DTYPE, header.dtype));
    }
    let mut values = Vec::new();
    let size = T::DTYPE.size();
    let mut piece = vec![0; PIECE];
    while values.len() < header.count {
        let left = header.count - values.len();
        if values.len() == values.capacity() {
            // As much again as has been there, or all where a fifth has: no more than five times what the file has
            // shown, and no copy of nearly all of it.
            let more = at_once.max(values.len()).max(PIECE / size);
            let more = if left <= 4 * values.len() { left } else { more.min(left) };
            let tried = values.try_reserve_exact(more);
            tried.map_err(|e| Error::expected(ErrorKind::Io, what, "memory for the array", e))?;
        }
        let elements = (piece.len() / size).min(left).min(values.capacity() - values.len());
        let bytes = &mut piece[..elements * size];
        reader.read_exact(bytes).map_err(|e| read_error(&e, what, "all of its data"))?;
        values.extend(bytes.chunks_exact(size).map(|bytes| T::decode(bytes, header.big_endian)));
    }
    Ok(values)
}

/// `Ok` if the header has as many dimensions as `D`.
pub(super) fn check_axes<D: Dimension>(header: &Header, what: &str) -> Result<()> {
    D::NDIM.filter(|&ndim| ndim != header.shape.len()).map_or(Ok(()), |ndim| {
        let found = format!("shape {:?}", header.shape);
        Err(Error::expected(ErrorKind::Format, what, format!("{ndim} dimensions"), found))
    })
}

/// The elements in the header's shape, in C order; it has as many dimensions as `D`.
pub(super) fn shaped<T: Clone, D: Dimension>(values: Vec<T>, header: &Header, what: &str) -> Result<Array<T, D>> {
    let found = || format!("shape {:?}", header.shape);
    let wrong =
        |e| Error::expected(ErrorKind::Format, what, "a shape that fits its data", format!("{} ({e})", found()));
    let shape = IxDyn(&header.shape).set_f(header.fortran);
    let array = Array::from_shape_vec(shape, values).map_err(wrong)?;
    let array = if header.fortran { array.as_standard_layout().into_owned() } else { array };
    array.into_dimensionality().map_err(wrong)
}

#[cfg(test)]
#[path = "npy_tests.rs"]
pub(super) mod tests;
