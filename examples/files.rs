//! Arrays of files, in the format that the end of a file's name says. Each rank reads a part.

use lops::io::{self, NpyElement};
use lops::prelude::*;
use std::path::Path;

/// Real numbers of a `.npy`, `.npz`, HDF5 or SEG-Y file; of an array among several by its name behind a colon, `model.npz:velocity`.
/// The traces of a SEG-Y file are the other axes of the layout together, its samples the last one.
///
/// # Errors
/// On every rank: those of the reader; [`ErrorKind::Parameter`] of another ending.
pub fn load_real(layout: &Layout, place: &Path) -> Result<DistArray<f64>> {
    let (path, name) = apart(place);
    if ends(path, &["sgy", "segy"]) {
        return io::open_segy(layout.comm(), path)?.load_f64(layout);
    }
    load(layout, path, name)
}

/// Numbers of a `.npy`, `.npz` or HDF5 file; of an archive or an HDF5 file the array of this name, or else the only one.
///
/// # Errors
/// On every rank: those of the reader; [`ErrorKind::Parameter`] of another ending.
pub fn load<T: NpyElement>(layout: &Layout, path: &Path, name: Option<&str>) -> Result<DistArray<T>> {
    if ends(path, &["npy"]) {
        return io::load_npy(layout, path);
    }
    if ends(path, &["npz"]) {
        let only = || only_one(path, layout.comm().agree(io::npz_names(path))?);
        return io::load_npz(layout, path, &name.map_or_else(only, |name| Ok(name.to_owned()))?);
    }
    if is_hdf5(path) {
        return hdf5::load(layout, path, name);
    }
    Err(Error::expected(
        ErrorKind::Parameter,
        "file",
        "a name that ends in npy, npz, h5, hdf5, sgy or segy",
        path.display(),
    ))
}

/// Writes numbers to a `.npy` or HDF5 file, in the latter under this name. Each rank writes a part.
///
/// # Errors
/// On every rank: those of the writer; [`ErrorKind::Parameter`] of another ending.
pub fn save<T: NpyElement>(array: &DistArray<T>, path: &Path, name: &str) -> Result<()> {
    if ends(path, &["npy"]) {
        return io::save_npy(path, array);
    }
    if is_hdf5(path) {
        return hdf5::save(array, path, name);
    }
    Err(Error::expected(ErrorKind::Parameter, "file", "a name that ends in npy, h5 or hdf5", path.display()))
}

/// By the end of its name.
fn is_hdf5(path: &Path) -> bool {
    ends(path, &["h5", "hdf5"])
}

fn ends(path: &Path, names: &[&str]) -> bool {
    path.extension().is_some_and(|end| names.iter().any(|name| end.eq_ignore_ascii_case(name)))
}

/// A file, and a name behind a colon.
fn apart(place: &Path) -> (&Path, Option<&str>) {
    let parts = place.to_str().and_then(|place| place.rsplit_once(':'));
    let named = parts.map(|(path, name)| (Path::new(path), name));
    match named.filter(|(path, _)| ends(path, &["npz"]) || is_hdf5(path)) {
        Some((path, name)) => (path, Some(name)),
        None => (place, None),
    }
}

fn only_one(path: &Path, names: Vec<String>) -> Result<String> {
    <[String; 1]>::try_from(names).map(|[only]| only).map_err(|names| {
        let expected = "one array, or its name";
        Error::expected(ErrorKind::Format, path.display(), expected, format!("{names:?}"))
    })
}

#[cfg(feature = "hdf5")]
mod hdf5 {
    use super::only_one;
    use lops::io::{Hdf5File, NpyElement};
    use lops::prelude::*;
    use std::path::Path;

    pub(super) fn load<T: NpyElement>(layout: &Layout, path: &Path, name: Option<&str>) -> Result<DistArray<T>> {
        let file = Hdf5File::open(layout.comm(), path)?;
        let name = match name {
            Some(name) => name.to_owned(),
            None => only_one(path, datasets(&file)?)?,
        };
        file.dataset(&name)?.load(layout)
    }

    pub(super) fn save<T: NpyElement>(array: &DistArray<T>, path: &Path, name: &str) -> Result<()> {
        lops::io::save_hdf5(path, name, array)
    }

    fn datasets(file: &Hdf5File) -> Result<Vec<String>> {
        let names = file.names()?;
        let is_group = |name: &str| names.iter().any(|other| other.starts_with(&format!("{name}/")));
        Ok(names.iter().filter(|name| !is_group(name)).cloned().collect())
    }
}

#[cfg(not(feature = "hdf5"))]
mod hdf5 {
    use lops::io::NpyElement;
    use lops::prelude::*;
    use std::path::Path;

    fn missing<T>(path: &Path) -> Result<T> {
        let expected = "another one, as this program is built without the feature hdf5";
        Err(Error::expected(ErrorKind::Parameter, "file", expected, path.display()))
    }

    pub(super) fn load<T: NpyElement>(_: &Layout, path: &Path, _: Option<&str>) -> Result<DistArray<T>> {
        missing(path)
    }

    pub(super) fn save<T: NpyElement>(_: &DistArray<T>, path: &Path, _: &str) -> Result<()> {
        missing(path)
    }
}
