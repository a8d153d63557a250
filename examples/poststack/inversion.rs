//! The modelling, the data, and three ways back.

use crate::arguments::{Arguments, Method};
use lops::prelude::*;
use lops::signal;
use lops_examples::section::Section;

/// Weight of the regularisation, ε.
const EPSILON: f64 = 1e2;
/// Of the wavelet: samples on one side with the centre, their step in seconds, peak frequency in Hz.
const WAVELET: (u32, f64, f64) = (21, 0.004, 15.0);
/// Volumes that live at once at most: truth, background, data and those of CGLS on the stack.
const VOLUMES: usize = 12;

/// The operators.
pub(crate) struct Physics {
    /// From log impedance to data, G.
    modelling: Operator<f64>,
    /// The Laplacian L.
    laplacian: Operator<f64>,
}

impl Physics {
    /// On volumes of this layout, of which there must be memory for some.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the axes are too short for the stencils, [`ErrorKind::Parameter`] if
    /// the volumes do not fit in memory.
    pub(crate) fn new(layout: &Layout) -> Result<Self> {
        let (half, step, peak) = WAVELET;
        let times: Vec<f64> = (0..half).map(|i| step * f64::from(i)).collect();
        let wavelet = signal::ricker(&times, peak)?;
        // Of fewer than 3 slices the centred second derivative along y is 0.
        let axes = if layout.shape()[0] < 3 { &[1, 2][..] } else { &[0, 1, 2] };
        check_memory(layout)?;
        Ok(Self {
            modelling: PoststackModelling::new(&wavelet.samples).along(2).on(layout)?,
            laplacian: Laplacian::over(axes).on(layout)?,
        })
    }
}

/// d = G m: where to begin, and what should come out.
pub(crate) struct Problem {
    physics: Physics,
    pub(crate) model: DistArray<f64>,
    pub(crate) background: DistArray<f64>,
    pub(crate) data: DistArray<f64>,
}

impl Problem {
    /// Makes the volumes and models the data. Local, as G is.
    pub(crate) fn new(physics: Physics, layout: &Layout, truth: &Section, background: &Section) -> Self {
        let model = truth.at_every_y(layout);
        let data = &physics.modelling * &model; // d ← G m
        Self { physics, model, background: background.at_every_y(layout), data }
    }

    /// Inverts from the background, with this many iterations unless the residual vanishes.
    pub(crate) fn invert(&self, method: Method, arguments: &Arguments) -> Result<(DistArray<f64>, Report<f64>)> {
        let (Physics { modelling: g, laplacian: l }, d) = (&self.physics, &self.data);
        let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
        let (saves, name) = (&arguments.checkpoints, method.to_string());
        let mut m = self.background.clone();
        let report = match method {
            Method::Cgls => saves.solve(&name, Cgls::new(g, d, &mut m)?, &options)?,
            Method::Normal | Method::PredictCg => {
                let normal = &g.adjoint() * g + EPSILON * (&l.adjoint() * l); // GᴴG + ε LᴴL
                let right = &g.adjoint() * d; // Gᴴd
                if method == Method::Normal {
                    saves.solve(&name, Cg::new(&normal, &right, &mut m)?, &options)?
                } else {
                    saves.solve(&name, PredictCg::new(&normal, &right, &mut m)?, &options)?
                }
            }
            Method::Stacked | Method::Lsqr => {
                let stacked = StackedVStack::of(vec![g.clone(), EPSILON.sqrt() * l])?; // [G; √ε L]
                let data = DistArray::stack(&[d, &d.zeros_like()])?; // [d; 0]
                if method == Method::Stacked {
                    saves.solve(&name, Cgls::new(&stacked, &data, &mut m)?, &options)?
                } else {
                    saves.solve(&name, Lsqr::new(&stacked, &data, &mut m)?, &options)?
                }
            }
        };
        Ok((m, report))
    }

    /// ‖m − truth‖ / ‖truth‖.
    pub(crate) fn relative_error(&self, m: &DistArray<f64>) -> f64 {
        (m - &self.model).norm() / self.model.norm()
    }

    pub(crate) fn layout(&self) -> Result<&Layout> {
        self.model.layout()
    }
}

/// Asks for the memory of all volumes, and gives it back.
fn check_memory(layout: &Layout) -> Result<()> {
    let length = layout.local_len().saturating_mul(VOLUMES);
    let room = Vec::<f64>::new().try_reserve_exact(length).map_err(|_| {
        let expected = "slices whose volumes fit in memory";
        let found = format!("{:?}: {VOLUMES} volumes of {:?}", layout.shape()[0], layout.shape());
        Error::expected(ErrorKind::Parameter, "--ny", expected, found)
    });
    layout.comm().agree(room)
}
