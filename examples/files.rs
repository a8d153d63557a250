//! Arrays in files: `.npy`, an array of a `.npz` archive, a dataset of an HDF5 file, traces of a SEG-Y file. Each rank reads and writes a part.

use lops::io::{self, NpyElement, Volume};
use lops::prelude::*;
use std::path::Path;

/// The shape of the array in a file. Of an archive and of an HDF5 file that of this name or, without one, the only one.
///
/// # Errors
/// Those of the file, on every rank, and [`ErrorKind::Format`] if it has several arrays and none is named.
pub fn shape(comm: &Comm, path: &Path, name: Option<&str>) -> Result<Vec<usize>> {
    match Kind::of(path)? {
        Kind::Npy => Ok(io::open_npy(comm, path)?.shape().to_vec()),
        Kind::Npz => Ok(io::open_npz(comm, path, &in_archive(comm, path, name)?)?.shape().to_vec()),
        Kind::Hdf5 => hdf5::shape(comm, path, name),
        Kind::Segy => Ok(io::open_segy(comm, path)?.shape().to_vec()),
    }
}

/// The array in a file, in a layout; which one as [`shape`] says.
///
/// # Errors
/// As [`shape`], and [`ErrorKind::Shape`] if it has another shape than the layout.
pub fn read<T: NpyElement>(layout: &Layout, path: &Path, name: Option<&str>) -> Result<DistArray<T>> {
    match Kind::of(path)? {
        Kind::Npy => io::load_npy(layout, path),
        Kind::Npz => io::load_npz(layout, path, &in_archive(layout.comm(), path, name)?),
        Kind::Hdf5 => hdf5::read(layout, path, name),
        Kind::Segy => Err(no_such(path, "a file of numbers of any type: npy, npz or h5")),
    }
}

/// Writes an array to a `.npy` file, or as this dataset of a new HDF5 file.
///
/// # Errors
/// Those of the file, on every rank; [`ErrorKind::Parameter`] of an archive.
pub fn save<T: NpyElement>(array: &DistArray<T>, path: &Path, name: &str) -> Result<()> {
    match Kind::of(path)? {
        Kind::Npy => io::save_npy(path, array),
        Kind::Hdf5 => hdf5::save(array, path, name),
        Kind::Npz | Kind::Segy => Err(no_such(path, "a .npy or a .h5 file")),
    }
}

/// The shape of the array that [`read_real`] reads: of a SEG-Y file traces × samples.
///
/// # Errors
/// As [`shape`].
pub fn real_shape(comm: &Comm, place: &Path) -> Result<Vec<usize>> {
    let (path, name) = apart(place);
    shape(comm, path, name)
}

/// Real numbers of any of these files, in a layout, float64 or float32; of several arrays that behind a colon, `model.npz:velocity`. The traces of a SEG-Y file are the other
/// axes of the layout together, its samples the last one.
///
/// # Errors
/// As [`read`]; [`ErrorKind::Parameter`] of a number that is not finite.
pub fn read_real(layout: &Layout, place: &Path) -> Result<DistArray<f64>> {
    let (path, name) = apart(place);
    let comm = layout.comm();
    let values = match Kind::of(path)? {
        Kind::Segy => io::open_segy(comm, path)?.load_f64(layout)?,
        Kind::Hdf5 => hdf5::read_real(layout, path, name)?,
        Kind::Npy => load_real(layout, &io::open_npy(comm, path)?)?,
        Kind::Npz => load_real(layout, &io::open_npz(comm, path, &in_archive(comm, path, name)?)?)?,
    };
    let largest = values.norm_of(Norm::Inf)?;
    if largest.is_finite() {
        return Ok(values);
    }
    Err(Error::expected(ErrorKind::Parameter, path.display(), "finite numbers", largest))
}

fn load_real(layout: &Layout, volume: &Volume) -> Result<DistArray<f64>> {
    if volume.dtype() == f32::DTYPE { Ok(volume.load::<f32>(layout)?.map(f64::from)) } else { volume.load(layout) }
}

/// A file, and a name behind a colon.
fn apart(place: &Path) -> (&Path, Option<&str>) {
    let parts = place.to_str().and_then(|place| place.rsplit_once(':'));
    let named = parts.map(|(path, name)| (Path::new(path), name));
    match named.filter(|(path, _)| matches!(Kind::of(path), Ok(Kind::Npz | Kind::Hdf5))) {
        Some((path, name)) => (path, Some(name)),
        None => (place, None),
    }
}

/// What a file is, by the end of its name.
enum Kind {
    Npy,
    Npz,
    Hdf5,
    Segy,
}

impl Kind {
    fn of(path: &Path) -> Result<Self> {
        let end = path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase);
        match end.as_deref() {
            Some("npy") => Ok(Self::Npy),
            Some("npz") => Ok(Self::Npz),
            Some("h5" | "hdf5") => Ok(Self::Hdf5),
            Some("sgy" | "segy") => Ok(Self::Segy),
            _ => Err(no_such(path, "a name that ends in npy, npz, h5, hdf5, sgy or segy")),
        }
    }
}

fn no_such(path: &Path, expected: &str) -> Error {
    Error::expected(ErrorKind::Parameter, "file", expected, path.display())
}

/// The name of an array of an archive.
fn in_archive(comm: &Comm, path: &Path, name: Option<&str>) -> Result<String> {
    name.map_or_else(|| only_one(path, comm.agree(io::npz_names(path))?), |name| Ok(name.to_owned()))
}

/// The only name of some.
fn only_one(path: &Path, names: Vec<String>) -> Result<String> {
    let [only] = <[String; 1]>::try_from(names).map_err(|names| {
        Error::expected(
            ErrorKind::Format,
            path.display(),
            "one array, or the name of one of them",
            format!("{names:?}"),
        )
    })?;
    Ok(only)
}

#[cfg(feature = "hdf5")]
mod hdf5 {
    use super::{io, only_one};
    use lops::io::Hdf5File;
    use lops::prelude::*;
    use std::path::Path;

    pub(super) fn shape(comm: &Comm, path: &Path, name: Option<&str>) -> Result<Vec<usize>> {
        let file = Hdf5File::open(comm, path)?;
        Ok(file.dataset(&named(&file, name)?)?.shape().to_vec())
    }

    pub(super) fn read<T: Element>(layout: &Layout, path: &Path, name: Option<&str>) -> Result<DistArray<T>> {
        let file = Hdf5File::open(layout.comm(), path)?;
        file.dataset(&named(&file, name)?)?.load(layout)
    }

    pub(super) fn read_real(layout: &Layout, path: &Path, name: Option<&str>) -> Result<DistArray<f64>> {
        let file = Hdf5File::open(layout.comm(), path)?;
        let saved = file.dataset(&named(&file, name)?)?;
        if saved.dtype() == f32::DTYPE { Ok(saved.load::<f32>(layout)?.map(f64::from)) } else { saved.load(layout) }
    }

    pub(super) fn save<T: Element>(array: &DistArray<T>, path: &Path, name: &str) -> Result<()> {
        io::save_hdf5(path, name, array)
    }

    fn named(file: &Hdf5File, name: Option<&str>) -> Result<String> {
        if let Some(name) = name {
            return Ok(name.to_owned());
        }
        let names = file.names()?;
        let is_group = |name: &str| names.iter().any(|other| other.starts_with(&format!("{name}/")));
        only_one(file.path(), names.iter().filter(|name| !is_group(name)).cloned().collect())
    }
}

#[cfg(not(feature = "hdf5"))]
mod hdf5 {
    use lops::prelude::*;
    use std::path::Path;

    fn missing<T>(path: &Path) -> Result<T> {
        let expected = "a .npy file, as this program is built without the feature hdf5";
        Err(Error::expected(ErrorKind::Parameter, "file", expected, path.display()))
    }

    pub(super) fn shape(_: &Comm, path: &Path, _: Option<&str>) -> Result<Vec<usize>> {
        missing(path)
    }

    pub(super) fn read<T: Element>(_: &Layout, path: &Path, _: Option<&str>) -> Result<DistArray<T>> {
        missing(path)
    }

    pub(super) fn read_real(_: &Layout, path: &Path, _: Option<&str>) -> Result<DistArray<f64>> {
        missing(path)
    }

    pub(super) fn save<T: Element>(_: &DistArray<T>, path: &Path, _: &str) -> Result<()> {
        missing(path)
    }
}
