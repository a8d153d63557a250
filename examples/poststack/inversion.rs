//! The modelling, the data, and the ways back.

use crate::arguments::{Arguments, Method};
use lops::ndarray::{Array2, s};
use lops::prelude::*;
use lops::proximal::{AdmmL2, L1};
use lops::signal;
use lops_examples::section::Section;

/// Weight of the regularisation, ε.
const EPSILON: f64 = 1e2;
/// Of the wavelet: samples on one side with the centre, their step in seconds, peak frequency in Hz.
const WAVELET: (u32, f64, f64) = (21, 0.004, 15.0);
/// Of the total variation: its weight, the step of ADMM, iterations of CGLS in each one.
const VARIATION: (f64, f64, usize) = (1e-2, 0.99 / 12.0, 20);
/// Volumes that live at once at most: truth, background, data and those of CGLS on the stack.
const VOLUMES: usize = 12;
/// The same with those of ADMM.
const VOLUMES_OF_TV: usize = 24;

/// The operators.
pub(crate) struct Physics {
    /// From log impedance to data, G.
    modelling: Operator<f64>,
    /// The Laplacian L.
    laplacian: Operator<f64>,
    /// Forward differences along the axes, ∇.
    gradient: Operator<f64>,
}

impl Physics {
    /// On volumes of this layout, of which there must be memory for some.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the axes are too short for the stencils, [`ErrorKind::Parameter`] if
    /// the volumes do not fit in memory.
    pub(crate) fn new(layout: &Layout, solvers: &[Method]) -> Result<Self> {
        check_memory(layout, if solvers.contains(&Method::Tv) { VOLUMES_OF_TV } else { VOLUMES })?;
        Self::of(layout)
    }

    fn of(layout: &Layout) -> Result<Self> {
        let (half, step, peak) = WAVELET;
        let times: Vec<f64> = (0..half).map(|i| step * f64::from(i)).collect();
        let wavelet = signal::ricker(&times, peak)?;
        // Of fewer than 3 slices the centred second derivative along y is 0.
        let axes = if layout.shape()[0] < 3 { &[1, 2][..] } else { &[0, 1, 2] };
        Ok(Self {
            modelling: PoststackModelling::new(&wavelet.samples).along(2).on(layout)?,
            laplacian: Laplacian::over(axes).on(layout)?,
            gradient: Gradient::new().stencil(Stencil::Forward).on(layout)?,
        })
    }

    /// GᴴG + ε LᴴL.
    fn normal(&self) -> Operator<f64> {
        let Self { modelling: g, laplacian: l, .. } = self;
        &g.adjoint() * g + EPSILON * (&l.adjoint() * l)
    }
}

/// What is left of GᴴG + ε LᴴL where traces do not hear of each other, inverted: the same dense matrix for every trace. It is found on a few traces,
/// of which the one in the middle is like all but those at the sides.
fn trace_by_trace(layout: &Layout) -> Result<Operator<f64>> {
    let [ny, nx, nz] = [0, 1, 2].map(|axis| layout.shape()[axis]);
    let few = Layout::scatter(&layout.comm().alone(), &[ny.min(5), nx.min(5), nz], 0)?;
    let normal = Physics::of(&few)?.normal();
    let middle = [few.shape()[0] / 2, few.shape()[1] / 2];
    let mut matrix = Array2::zeros((nz, nz));
    for (k, mut column) in matrix.columns_mut().into_iter().enumerate() {
        let spike = DistArray::from_fn(&few, |i| if i == [middle[0], middle[1], k] { 1.0 } else { 0.0 });
        let traces = (&normal * &spike).gather_all();
        column.assign(&traces.slice(s![middle[0], middle[1], ..]));
    }
    let trace = MatrixMult::new(&matrix).on(&Layout::scatter(few.comm(), &[nz], 0)?)?;
    let matrix = block_jacobi(&trace, 0, nz, &[nz])?.to_dense()?;
    let turn = TransposeAxes::new(&[2, 0, 1]).on::<f64>(layout)?; // depth first
    let solve = MatrixMult::new(&matrix).on(turn.range().layout()?)?;
    Ok(&turn.adjoint() * &(&solve * &turn))
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
        let (Physics { modelling: g, laplacian: l, gradient }, d) = (&self.physics, &self.data);
        let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
        let (solving, name) = (&arguments.solving, method.to_string());
        let mut m = self.background.clone();
        let report = match method {
            Method::Cgls => solving.solve(&name, Cgls::new(g, d, &mut m)?, &options)?,
            Method::Normal | Method::PredictCg | Method::Pcg => {
                let normal = self.physics.normal(); // GᴴG + ε LᴴL
                let right = &g.adjoint() * d; // Gᴴd
                match method {
                    Method::Normal => solving.solve(&name, Cg::new(&normal, &right, &mut m)?, &options)?,
                    Method::PredictCg => solving.solve(&name, PredictCg::new(&normal, &right, &mut m)?, &options)?,
                    _ => {
                        let inverse = trace_by_trace(self.layout()?)?;
                        solving.solve(&name, Pcg::new(&normal, &right, &mut m, &inverse)?, &options)?
                    }
                }
            }
            Method::Stacked | Method::Lsqr => {
                let stacked = StackedVStack::of(vec![g.clone(), EPSILON.sqrt() * l])?; // [G; √ε L]
                let data = DistArray::stack(&[d, &d.zeros_like()])?; // [d; 0]
                if method == Method::Stacked {
                    solving.solve(&name, Cgls::new(&stacked, &data, &mut m)?, &options)?
                } else {
                    solving.solve(&name, Lsqr::new(&stacked, &data, &mut m)?, &options)?
                }
            }
            Method::Tv => {
                let (weight, step, inner) = VARIATION;
                let variation = L1::new(weight).on(gradient.range())?;
                let method = AdmmL2::new(g, d, &variation, gradient, &mut m)?;
                let method = method.step(step)?.inner(inner, Tolerance::None)?;
                solving.solve(&name, method, &Options { iterations: arguments.tv_iterations, ..options })?
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
fn check_memory(layout: &Layout, volumes: usize) -> Result<()> {
    let length = layout.local_len().saturating_mul(volumes);
    let room = Vec::<f64>::new().try_reserve_exact(length).map_err(|_| {
        let expected = "slices whose volumes fit in memory";
        let found = format!("{:?}: {volumes} volumes of {:?}", layout.shape()[0], layout.shape());
        Error::expected(ErrorKind::Parameter, "--ny", expected, found)
    });
    layout.comm().agree(room)
}
