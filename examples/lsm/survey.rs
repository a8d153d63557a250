//! The section, and where its sources and receivers are.

use crate::arguments::Arguments;
use lops::ndarray::ArrayD;
use lops::operators::Kirchhoff;
use lops::prelude::*;
use lops::signal::{Wavelet, axis, ricker};
use lops_examples::files::read_real;
use std::path::{Path, PathBuf};

/// Between points, in metres.
const STEP: f64 = 4.0;
/// Between samples, in seconds.
pub(crate) const DT: f64 = 0.004;

/// Places in metres.
pub(crate) struct Survey {
    pub(crate) x: Vec<f64>,
    pub(crate) z: Vec<f64>,
    sources: Vec<[f64; 2]>,
    receivers: Vec<[f64; 2]>,
    samples: usize,
    velocity: f64,
    velocities: Option<ArrayD<f64>>,
    dynamic: bool,
    angles: Option<Vec<f64>>,
}

impl Survey {
    /// # Errors
    /// Those of the file with velocities.
    pub(crate) fn new(comm: &Comm, arguments: &Arguments) -> Result<Self> {
        let (x, z) = (axis(0.0, STEP, arguments.nx), axis(0.0, STEP, arguments.nz));
        // From the tenth point on, as many before the end; of narrow sections from end to end.
        let margin = if arguments.nx > 20 { 10.0 * STEP } else { 0.0 };
        let last =
            if arguments.nx > 20 { arguments.nx as f64 * STEP - margin } else { x.last().copied().unwrap_or(0.0) };
        let line = |n: usize, depth: f64| {
            let step = if n > 1 { (last - margin) / (n - 1) as f64 } else { 0.0 };
            (0..n).map(|k| [margin + step * k as f64, depth]).collect()
        };
        let (sources, receivers) = (line(arguments.sources, 10.0), line(arguments.receivers, 20.0));
        let layout = Layout::replicated(comm, &[x.len(), z.len()])?;
        let read = |path: &PathBuf| Ok::<_, Error>(read_real(&layout, path)?.local().to_owned());
        let velocities = arguments.velocities.as_ref().map(read).transpose()?;
        let (samples, velocity, dynamic) = (arguments.nt, arguments.velocity, arguments.dynamic);
        let angles = arguments.angles.clone();
        Ok(Self { x, z, sources, receivers, samples, velocity, velocities, dynamic, angles })
    }

    /// Reflectivity from a file, or two reflectors: a strong one at half of the depth, and one of the other sign below it.
    pub(crate) fn model(&self, comm: &Comm, path: Option<&Path>) -> Result<DistArray<f64>> {
        let (nx, nz) = (self.x.len(), self.z.len());
        let layout = Layout::replicated(comm, &[nx, nz])?;
        if let Some(path) = path {
            return read_real(&layout, path);
        }
        let reflector = |z: usize| match z {
            z if z == nz / 2 => -1.0,
            z if z == nz * 5 / 6 => 0.5,
            _ => 0.0,
        };
        Ok(DistArray::from_fn(&layout, |i| reflector(i[1])))
    }

    /// From reflectivity to traces.
    pub(crate) fn modelling(&self, layout: &Layout) -> Result<Operator<f64>> {
        let Wavelet { samples, centre, .. } = ricker(&axis(0.0, DT, 41), 20.0)?;
        let kirchhoff = Kirchhoff::new([&self.x, &self.z], &self.sources, &self.receivers);
        let kirchhoff = match &self.velocities {
            Some(velocities) => kirchhoff.velocities(velocities),
            None => kirchhoff.velocity(self.velocity),
        };
        let kirchhoff = if self.dynamic { kirchhoff.dynamic().filtered_wavelet() } else { kirchhoff };
        let kirchhoff = match self.angles.as_deref() {
            Some(&[from, to]) => kirchhoff.angles(from, to),
            _ => kirchhoff,
        };
        kirchhoff.record(self.samples, DT).wavelet(&samples, centre).on(layout)
    }

    /// Says which rank has which sources, then lets rank 0 do all of it alone.
    ///
    /// # Errors
    /// [`ErrorKind::Other`] on every rank if that gives other bits.
    pub(crate) fn compare_with_one_rank(
        &self,
        model: &DistArray<f64>,
        data: &DistArray<f64>,
        migrated: &DistArray<f64>,
    ) -> Result<()> {
        let comm = model.comm();
        let (all, traces) = (data.gather(0), data.layout()?.clone());
        let alone = all.map_or(Ok(()), |all| {
            for rank in 0..comm.size() {
                let sources = traces.regions(rank)[0].sets()[0].clone();
                let ways = sources.len() * self.receivers.len() * self.x.len() * self.z.len();
                println!(
                    "rank {rank}: sources {:?}, {:.1} million ways an application",
                    sources.extent(),
                    ways as f64 / 1e6
                );
            }
            let layout = Layout::replicated(&comm.alone(), &model.shape())?;
            let section = DistArray::from_local(&layout, model.as_slice().to_vec())?;
            let a = self.modelling(&layout)?;
            let data = &a * &section;
            let image = a.adjoint() * &data;
            if data.gather_all() == all && image.as_slice() == migrated.as_slice() {
                println!("one rank alone models and migrates the same bits");
                return Ok(());
            }
            Err(Error::new(ErrorKind::Other, "one rank alone models or migrates other bits"))
        });
        comm.agree(alone)
    }
}
