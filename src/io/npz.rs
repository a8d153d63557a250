//! Whole arrays from `.npz` archives, stored or deflated.

use super::element::NpyElement;
use super::header::Header;
use super::npy::{check_axes, open_file, read_elements, shaped};
use super::widen::widen;
use super::zip::{Directory, Entry};
use crate::error::{Error, ErrorKind, Result};
use ndarray::{Array, Dimension};
use std::io::Read;
use std::path::Path;

/// No more members than these are named in an error.
const NAMED: usize = 20;

/// The array `name` of a `.npz` archive, which must hold this type and this number of dimensions.
///
/// As [`read_npy`](super::read_npy), for `numpy.savez` and `numpy.savez_compressed`; the
/// archive's checksum is verified. An array is a member of this name, or of this name and `.npy`.
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

/// The names of the members of a `.npz` archive, in the order of its directory, without their `.npy`. Those that end
/// otherwise are listed too, as NumPy does; they may be no arrays.
///
/// # Errors
/// [`ErrorKind::Io`] if the file cannot be read, [`ErrorKind::Format`] if it is no archive.
pub fn npz_names(path: impl AsRef<Path>) -> Result<Vec<String>> {
    let path = path.as_ref();
    let (file, length) = open_file(path)?;
    let what = path.display().to_string();
    let directory = Directory::of(&file, length, &what)?;
    let mut names = Vec::with_capacity(directory.most());
    directory.for_each(|record| names.push(stripped(record.name())))?;
    Ok(names)
}

fn stripped(name: String) -> String {
    match name.strip_suffix(".npy") {
        Some(stem) => stem.to_owned(),
        None => name,
    }
}

fn read_entry<T: Clone, D: Dimension>(
    path: &Path,
    name: &str,
    elements: impl FnOnce(&Header, &mut dyn Read, &str, usize) -> Result<Vec<T>>,
) -> Result<Array<T, D>> {
    with_entry(path, name, |mut entry, what, _| {
        let header = Header::read(&mut entry, what)?;
        header.check_length(entry.size(), what)?;
        check_axes::<D>(&header, what)?;
        // A deflated length is still a claim: begin with what the file's own bytes vouch for.
        let at_once = entry.packed() as usize / header.dtype.size();
        let values = elements(&header, &mut entry, what, at_once)?;
        check_end(&mut entry, what)?;
        shaped(values, &header, what)
    })
}

/// Calls `f` with an entry, its name in errors, and the length of the file.
pub(super) fn with_entry<R>(path: &Path, name: &str, f: impl FnOnce(Entry<'_>, &str, u64) -> Result<R>) -> Result<R> {
    let (file, length) = open_file(path)?;
    let archive = path.display().to_string();
    let what = format!("{archive}, array \"{name}\"");
    let directory = Directory::of(&file, length, &archive)?;
    // The last of a name counts, and one that is the name itself before one with `.npy`.
    let (mut exact, mut longer, mut known, mut count) = (None, None, vec![], 0);
    directory.for_each(|record| {
        let own = record.name();
        if own == name {
            exact = Some(record.clone());
        } else if own.strip_suffix(".npy") == Some(name) {
            longer = Some(record.clone());
        }
        if count < NAMED {
            known.push(stripped(own));
        }
        count += 1;
    })?;
    let Some(record) = exact.or(longer) else {
        let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
        let expected = format!("one of its arrays {known:?}{more}");
        return Err(Error::expected(ErrorKind::Format, archive, expected, format!("\"{name}\"")));
    };
    drop(known);
    f(Entry::of(&directory, record, &what)?, &what, length)
}

/// `Ok` if all has been read: length and checksum are looked at when the end is reached.
pub(super) fn check_end(entry: &mut Entry<'_>, what: &str) -> Result<()> {
    match entry.read(&mut [0]) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Error::expected(ErrorKind::Format, what, format!("{} bytes", entry.size()), "more")),
        Err(e) => Err(super::header::read_error(&e, what, "data that match their length and checksum")),
    }
}

#[cfg(test)]
#[path = "npz_tests.rs"]
mod tests;
