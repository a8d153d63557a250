//! Whole arrays from `.npz` archives, stored or deflated.

use super::element::NpyElement;
use super::header::Header;
use super::npy::{open_file, read_elements, shaped};
use super::widen::widen;
use crate::error::{Error, ErrorKind, Result};
use ndarray::{Array, Dimension};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// Deflate cannot do better than 1032 to 1, so a claim beyond it is a lie.
const MOST_DEFLATED: u64 = 1032;

/// The array `name` of a `.npz` archive, which must hold this type and this number of dimensions.
///
/// As [`read_npy`](super::read_npy), for `numpy.savez` and `numpy.savez_compressed`; the
/// archive's checksum is verified.
///
/// # Errors
/// [`ErrorKind::Io`] if the file cannot be read. [`ErrorKind::Format`] if it is no archive, has
/// no such array (the words list those it has), or the array is damaged, or of another type or
/// number of dimensions. Memory is never taken on the strength of a header alone.
///
/// # Example
/// ```no_run
/// use ndarray::Array2;
///
/// let model: Array2<f64> = lops::io::read_npz("poststack_model.npz", "model")?;
/// # Ok::<(), lops::Error>(())
/// ```
pub fn read_npz<T: NpyElement, D: Dimension>(path: impl AsRef<Path>, name: &str) -> Result<Array<T, D>> {
    read_entry(path.as_ref(), name, read_elements)
}

/// The array `name` of a `.npz` archive as `f64`, from float64, float32 or any integers, where
/// that is exact.
///
/// # Errors
/// As [`read_npz`]; also [`ErrorKind::Format`] where the type is complex or bool, and where an
/// integer is beyond what `f64` holds exactly.
pub fn read_npz_f64<D: Dimension>(path: impl AsRef<Path>, name: &str) -> Result<Array<f64, D>> {
    read_entry(path.as_ref(), name, widen)
}

/// The names of the arrays in a `.npz` archive, in the order of the file.
///
/// # Errors
/// [`ErrorKind::Io`] if the file cannot be read, [`ErrorKind::Format`] if it is no archive.
pub fn npz_names(path: impl AsRef<Path>) -> Result<Vec<String>> {
    let (archive, _) = open(path.as_ref())?;
    Ok(names(&archive))
}

fn names(archive: &ZipArchive<BufReader<File>>) -> Vec<String> {
    archive.file_names().filter_map(|name| name.strip_suffix(".npy")).map(str::to_owned).collect()
}

fn open(path: &Path) -> Result<(ZipArchive<BufReader<File>>, u64)> {
    let (file, length) = open_file(path)?;
    let archive = ZipArchive::new(BufReader::new(file))
        .map_err(|e| zip_error(e, &path.display().to_string(), "a .npz archive"))?;
    Ok((archive, length))
}

fn read_entry<T: Clone, D: Dimension>(
    path: &Path,
    name: &str,
    elements: impl FnOnce(&Header, &mut dyn Read, &str, usize) -> Result<Vec<T>>,
) -> Result<Array<T, D>> {
    with_entry(path, name, |mut entry, what, _| {
        let header = Header::read(&mut entry, what)?;
        header.check_length(entry.size(), what)?;
        // A deflated length is still a claim: begin with what the file's own bytes vouch for.
        let at_once = entry.compressed_size() as usize / header.dtype.size();
        let values = elements(&header, &mut entry, what, at_once)?;
        check_end(&mut entry, what)?;
        shaped(values, &header, what)
    })
}

/// Calls `f` with an entry, its name in errors, and the length of the file: that the file is long enough for the
/// entry's bytes, and these for what is packed in them, has been checked.
pub(super) fn with_entry<R>(
    path: &Path,
    name: &str,
    f: impl FnOnce(ZipFile<'_, BufReader<File>>, &str, u64) -> Result<R>,
) -> Result<R> {
    let (mut archive, file_length) = open(path)?;
    let what = format!("{}, array \"{name}\"", path.display());
    let at = archive.index_for_name(&format!("{name}.npy")).ok_or_else(|| {
        let found = format!("\"{name}\"");
        let expected = format!("one of its arrays {:?}", names(&archive));
        Error::expected(ErrorKind::Format, path.display(), expected, found)
    })?;
    let entry = archive.by_index(at).map_err(|e| zip_error(e, &what, "an entry stored or deflated"))?;
    let (length, packed) = (entry.size(), entry.compressed_size());
    if packed > file_length || length > packed.saturating_mul(MOST_DEFLATED) {
        let found = format!("{length} bytes from {packed}");
        return Err(Error::expected(ErrorKind::Format, what, "an entry that its bytes can hold", found));
    }
    f(entry, &what, file_length)
}

/// `Ok` if all has been read: the checksum is looked at when the end is reached.
pub(super) fn check_end(entry: &mut ZipFile<'_, BufReader<File>>, what: &str) -> Result<()> {
    let mut beyond = [0];
    match entry.read(&mut beyond) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Error::expected(ErrorKind::Format, what, format!("{} bytes", entry.size()), "more")),
        Err(e) => Err(super::header::read_error(&e, what, "data that match their checksum")),
    }
}

fn zip_error(error: ZipError, what: &str, expected: &str) -> Error {
    match error {
        ZipError::Io(e) => super::header::read_error(&e, what, expected),
        other => Error::expected(ErrorKind::Format, what, expected, other),
    }
}

#[cfg(test)]
#[path = "npz_tests.rs"]
mod tests;
