//! The earth model: one vertical section of log impedance, the same at every y.

use crate::synthetic;
use lops::io::{read_npz, read_npz_f64};
use lops::ndarray::{Array1, Array2, s};
use lops::prelude::*;
use lops::signal::zero_phase_box;
use std::path::Path;

/// Every so many of a file's traces are used.
const EVERY: usize = 3;
/// Lengths of the boxes that smooth the background along x and z, in samples.
const BOX: [usize; 2] = [30, 20];

/// Log impedance over x and z. Small, and whole on every rank; volumes are not.
#[derive(Clone, Debug)]
pub struct Section {
    /// ln(impedance), (x, z): a row is a trace.
    pub values: Array2<f64>,
    /// Places of the traces, in metres.
    pub x: Vec<f64>,
    /// Depths of the samples.
    pub z: Vec<f64>,
}

impl Section {
    /// From this file or else made by the program: on rank 0, then broadcast.
    ///
    /// # Errors
    /// The file's, on every rank, whatever is wrong with it: see [`Section::read`].
    pub fn of_all_ranks(comm: &Comm, path: Option<&Path>) -> Result<Self> {
        let here = match (comm.rank(), path) {
            (0, Some(path)) => Self::read(path).map(Some),
            (0, None) => Ok(Some(synthetic::section())),
            _ => Ok(None),
        };
        let here = comm.agree(here)?;
        let mut lengths = here.as_ref().map_or([0; 2], |section| [section.x.len(), section.z.len()]);
        comm.broadcast(&mut lengths, 0);
        let [nx, nz] = lengths;
        let mut values =
            here.map_or_else(Vec::new, |Self { values, x, z }| values.into_iter().chain(x).chain(z).collect());
        values.resize(nx * nz + nx + nz, 0.0);
        comm.broadcast(&mut values, 0);
        let z = values.split_off(nx * nz + nx);
        let x = values.split_off(nx * nz);
        let values = Array2::from_shape_vec((nx, nz), values).map_err(Error::other)?;
        Ok(Self { values, x, z })
    }

    /// The arrays `model` (z, x), `x` and `z` of a .npz file: every third trace, its logarithm.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] and [`ErrorKind::Format`] if the file is missing, damaged, or holds other
    /// arrays, types or dimensions; [`ErrorKind::Shape`] if `x` and `z` are not as long as the sides
    /// of the model; [`ErrorKind::Parameter`] if an impedance has no logarithm or an axis does not
    /// rise.
    fn read(path: &Path) -> Result<Self> {
        let impedance: Array2<f64> = read_npz(path, "model")?;
        let x: Array1<f64> = read_npz_f64(path, "x")?;
        let z: Array1<f64> = read_npz_f64(path, "z")?;
        let what = |array: &str| format!("{}, array \"{array}\"", path.display());
        for (name, axis, length) in [("z", &z, impedance.nrows()), ("x", &x, impedance.ncols())] {
            if axis.len() != length {
                let expected = format!("{length} values for a model of {:?}", impedance.shape());
                return Err(Error::expected(ErrorKind::Shape, what(name), expected, axis.len()));
            }
            if let Some(i) = (0..length).find(|&i| !axis[i].is_finite() || (i > 0 && axis[i] <= axis[i - 1])) {
                let expected = "finite values, each greater than the last";
                let found = format!("{} at {i}", axis[i]);
                return Err(Error::expected(ErrorKind::Parameter, what(name), expected, found));
            }
        }
        if let Some((at, value)) = impedance.indexed_iter().find(|(_, value)| !(value.is_finite() && **value > 0.0)) {
            let found = format!("{value} at [{}, {}]", at.0, at.1);
            return Err(Error::expected(ErrorKind::Parameter, what("model"), "positive finite impedances", found));
        }
        Ok(Self {
            values: impedance.slice(s![.., ..;EVERY]).t().mapv(f64::ln),
            x: x.slice(s![..;EVERY]).to_vec(),
            z: z.to_vec(),
        })
    }

    /// The background: smoothed along x, then along z. A smoothing along y would change nothing, as
    /// the model does not change with y.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there are not more than three boxes of samples along an axis.
    pub fn smoothed(&self) -> Result<Self> {
        let mut values = self.values.clone();
        for (axis, length) in BOX.into_iter().enumerate() {
            values = zero_phase_box(values.view(), length, axis).map_err(|error| {
                let name = ["traces (every third x)", "samples along z"][axis];
                Error::new(error.kind(), format!("too few {name} for the background: {}", error.message()))
            })?;
        }
        Ok(Self { values, ..self.clone() })
    }

    /// Volumes (y, x, z) with this many such sections, cut along y. Ranks may be without any.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the volume has more samples than can be counted.
    pub fn layout(&self, comm: &Comm, ny: usize) -> Result<Layout> {
        Layout::scatter(comm, &[ny, self.x.len(), self.z.len()], 0)
    }

    /// The volume (y, x, z) in which every slice is this section. Local: each rank fills its slices.
    pub fn at_every_y(&self, layout: &Layout) -> DistArray<f64> {
        let mut volume = DistArray::zeros(layout);
        volume.local_mut().outer_iter_mut().for_each(|mut slice| slice.assign(&self.values));
        volume
    }
}
