//! Kernels in files: `.npy`, or a dataset of an HDF5 file. Each rank reads and writes a part.

use lops::io;
use lops::prelude::*;
use std::path::Path;

type Kernel = DistArray<Complex<f64>>;

/// The kernel of a file, in a layout. Of an HDF5 file the dataset of this name or, without one, the only one.
pub(crate) fn read(layout: &Layout, path: &Path, dataset: Option<&str>) -> Result<Kernel> {
    if is_hdf5(path) { hdf5::read(layout, path, dataset) } else { io::load_npy(layout, path) }
}

/// Writes a kernel, to be read again.
pub(crate) fn save(kernel: &Kernel, path: &Path, dataset: Option<&str>) -> Result<()> {
    if is_hdf5(path) { hdf5::save(kernel, path, dataset) } else { io::save_npy(path, kernel) }
}

/// By the end of its name.
fn is_hdf5(path: &Path) -> bool {
    path.extension().is_some_and(|end| ["h5", "hdf5"].iter().any(|name| end.eq_ignore_ascii_case(name)))
}

#[cfg(feature = "hdf5")]
mod hdf5 {
    use super::{Kernel, io};
    use lops::io::Hdf5File;
    use lops::prelude::*;
    use std::path::Path;

    pub(super) fn read(layout: &Layout, path: &Path, dataset: Option<&str>) -> Result<Kernel> {
        let file = Hdf5File::open(layout.comm(), path)?;
        let name = match dataset {
            Some(name) => name.to_owned(),
            None => only_one(&file)?,
        };
        file.dataset(&name)?.load(layout)
    }

    pub(super) fn save(kernel: &Kernel, path: &Path, dataset: Option<&str>) -> Result<()> {
        io::save_hdf5(path, dataset.unwrap_or("kernel"), kernel)
    }

    /// The name of the only dataset.
    fn only_one(file: &Hdf5File) -> Result<String> {
        let names = file.names()?;
        let is_group = |name: &str| names.iter().any(|other| other.starts_with(&format!("{name}/")));
        let datasets: Vec<_> = names.iter().filter(|name| !is_group(name)).collect();
        if let [only] = datasets[..] {
            return Ok(only.clone());
        }
        let expected = "one dataset, or its name by --dataset";
        Err(Error::expected(ErrorKind::Format, file.path().display(), expected, format!("{datasets:?}")))
    }
}

#[cfg(not(feature = "hdf5"))]
mod hdf5 {
    use super::Kernel;
    use lops::prelude::*;
    use std::path::Path;

    fn missing<T>(path: &Path) -> Result<T> {
        let expected = "a .npy file, as this program is built without the feature hdf5";
        Err(Error::expected(ErrorKind::Parameter, "kernel", expected, path.display()))
    }

    pub(super) fn read(_: &Layout, path: &Path, _: Option<&str>) -> Result<Kernel> {
        missing(path)
    }

    pub(super) fn save(_: &Kernel, path: &Path, _: Option<&str>) -> Result<()> {
        missing(path)
    }
}
