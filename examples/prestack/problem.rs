//! The modelling, the gathers, and the way back.

use crate::arguments::{Arguments, Roughness, Solver};
use crate::earth;
use lops::prelude::*;
use lops::signal::{axis, ricker};

/// Between samples, in seconds.
pub(crate) const DT: f64 = 0.004;
/// Samples of the wavelet on one side, with its centre.
const HALF: usize = 17;

/// d = G m: where to begin, and what should come out.
pub(crate) struct Problem {
    modelling: Operator<f64>,
    /// Its weight in.
    roughness: Option<Operator<f64>>,
    pub(crate) model: DistArray<f64>,
    pub(crate) background: DistArray<f64>,
    pub(crate) data: DistArray<f64>,
}

impl Problem {
    /// # Errors
    /// Those of the model's file, and of what it and the arguments make of the operators.
    pub(crate) fn new(comm: &Comm, arguments: &Arguments) -> Result<Self> {
        let model = earth::model(comm, arguments)?;
        let background = earth::background(&model)?;
        let layout = model.layout()?;
        let avo = AVOLinearModelling::new(&angles(arguments));
        let avo = match arguments.vsvp {
            Some(ratio) => avo.vsvp(ratio),
            None => avo.vsvp_each(&ratios(&background)?),
        };
        let wavelet = ricker(&axis(0.0, DT, HALF), arguments.frequency)?.samples;
        let modelling = PrestackLinearModelling::new(&wavelet, avo).on(layout)?;
        let clean = &modelling * &model; // d ← G m
        let noise = DistArray::<f64>::random_signed(clean.space(), 7);
        let level = arguments.noise * clean.norm() / noise.norm();
        let data = if arguments.noise > 0.0 { &clean + &(level * &noise) } else { clean };
        Ok(Self { modelling, roughness: roughness(arguments, layout)?, model, background, data })
    }

    /// Inverts from the background, with this many iterations unless the residual vanishes.
    pub(crate) fn invert(&self, solver: Solver, arguments: &Arguments) -> Result<(DistArray<f64>, Report<f64>)> {
        let options = Options { progress: true, ..Options::exactly(arguments.iterations) };
        let mut m = self.background.clone();
        let (a, d) = self.system()?;
        let (solving, name) = (&arguments.solving, solver.to_string());
        let report = match solver {
            Solver::Cgls => solving.solve(&name, Cgls::new(&a, &d, &mut m)?, &options)?,
            Solver::Lsqr => solving.solve(&name, Lsqr::new(&a, &d, &mut m)?, &options)?,
        };
        Ok((m, report))
    }

    /// `G` and `d`, or with a regularisation `[G; √ε L]` and `[d; 0]`.
    fn system(&self) -> Result<(Operator<f64>, DistArray<f64>)> {
        let Self { modelling, roughness, data, .. } = self;
        let Some(roughness) = roughness else { return Ok((modelling.clone(), data.clone())) };
        let system = StackedVStack::of(vec![modelling.clone(), roughness.clone()])?;
        Ok((system, DistArray::stack(&[data, &DistArray::zeros(roughness.range())])?))
    }

    /// ‖p − truth‖ / ‖truth‖ of each of the three properties, whose logarithms these are. Six reductions.
    pub(crate) fn relative_errors(&self, m: &DistArray<f64>) -> Result<[f64; 3]> {
        let truth = self.model.map(f64::exp);
        let wrong = &m.map(f64::exp) - &truth;
        let norm = |array: &DistArray<f64>, property: usize| Ok::<_, Error>(array.slice(&index![.., property])?.norm());
        let error = |property| Ok::<_, Error>(norm(&wrong, property)? / norm(&truth, property)?);
        Ok([error(0)?, error(1)?, error(2)?])
    }

    /// Lets rank 0 do the first inversion alone, without checkpoints.
    ///
    /// # Errors
    /// [`ErrorKind::Other`] on every rank if that gives other bits.
    pub(crate) fn compare_with_one_rank(&self, arguments: &Arguments, inverted: &DistArray<f64>) -> Result<()> {
        let comm = inverted.comm();
        let (data, inverted) = (self.data.gather(0), inverted.gather(0));
        let alone = data.zip(inverted).map_or(Ok(()), |(data, inverted)| {
            let problem = Self::new(&comm.alone(), arguments)?;
            let (a, d) = problem.system()?;
            let mut m = problem.background.clone();
            let options = Options::exactly(arguments.iterations);
            let _report = match arguments.solvers[0] {
                Solver::Cgls => cgls(&a, &d, &mut m, &options)?,
                Solver::Lsqr => lsqr(&a, &d, &mut m, &options)?,
            };
            if problem.data.gather_all() == data && m.gather_all() == inverted {
                println!("one rank alone models and inverts the same bits");
                return Ok(());
            }
            Err(Error::new(ErrorKind::Other, "one rank alone models or inverts other bits"))
        });
        comm.agree(alone)
    }
}

/// From 0 to the largest.
pub(crate) fn angles(arguments: &Arguments) -> Vec<f64> {
    let step = arguments.largest / arguments.angles.saturating_sub(1).max(1) as f64;
    axis(0.0, step, arguments.angles)
}

/// vs/vp at each time: the geometric mean over all traces.
fn ratios(background: &DistArray<f64>) -> Result<Vec<f64>> {
    let property = |k: usize| background.slice(&index![.., k]);
    let difference = &property(1)? - &property(0)?;
    let traces: Vec<_> = (1..difference.shape().len()).collect();
    Ok(difference.over(&traces).mean()?.gather_all().iter().map(|mean| mean.exp()).collect())
}

fn roughness(arguments: &Arguments, layout: &Layout) -> Result<Option<Operator<f64>>> {
    let operator: Operator<f64> = match arguments.roughness {
        Roughness::None => return Ok(None),
        Roughness::Second => SecondDerivative::along(0).on(layout)?,
        Roughness::Laplacian => {
            // Of fewer than 3 traces the centred second derivative is 0.
            let axes: Vec<_> = earth::axes(layout).into_iter().filter(|&axis| layout.shape()[axis] > 2).collect();
            Laplacian::over(&axes).on(layout)?
        }
    };
    Ok(Some(arguments.epsilon.sqrt() * operator))
}
