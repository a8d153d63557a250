//! Steps that are too long are noticed, and what only looks like that is not.

use super::table::{Drive, Kind, Problem, with};
use lops::operators::{Diagonal, Identity};
use lops::proximal::{
    Acceleration, L0, L1, L2, LeastSquares, PrimalDual, Proximal, ProximalGradient, ProximalOperator, Quadratic,
};
use lops::solvers::{Log, Method, Options, Tolerance};
use lops::{Comm, DistArray, Layout, LinearOperator, Operator, Real, Reason, Result, Space, launch_threads};

/// A matrix of two rows and columns, on vectors that every rank has.
struct Two([[f64; 2]; 2], Space);

impl LinearOperator<f64> for Two {
    fn domain(&self) -> &Space {
        &self.1
    }
    fn range(&self) -> &Space {
        &self.1
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.iter_mut().zip(self.0).for_each(|(y, row)| *y = row[0] * x[0] + row[1] * x[1]);
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        x.iter_mut().enumerate().for_each(|(k, x)| *x = self.0[0][k] * y[0] + self.0[1][k] * y[1]);
    }
}

fn is_unstable(reason: &Reason) -> bool {
    let words = reason.to_string();
    matches!(reason, Reason::Unstable { least, update } if update > &(1e3 * least))
        && words.contains("updates grew from")
        && words.ends_with("shorter steps converge")
}

fn too_long<T: Real>(comm: &Comm) -> Result<()> {
    let layout = Layout::scatter(comm, &[20], 0)?;
    let problem = Problem::from(Kind::Lasso);
    let (f, g) = (problem.f::<T>(&layout)?, problem.g(&layout)?);
    for accelerated in [false, true] {
        for step in [3.0, 100.0] {
            let mut x = DistArray::zeros(&layout);
            let method = ProximalGradient::new(&f, &g, &mut x)?.step(step)?;
            let method = if accelerated { method.accelerated(Acceleration::Fista)? } else { method };
            let report = method.solve(&Options::iterations(2000))?;
            assert!(is_unstable(&report.reason), "steps of {step}, {accelerated}: {}", report.reason);
            assert!(report.series("update").iter().all(|update| Real::to_f64(*update).is_finite()));
        }
    }
    // Both vectors of quadratic functions, as one that is clipped cannot grow.
    let h = L2::new(40.0).to(&problem.b::<T>(&layout))?;
    let f = L2::new(0.01).to(&problem.b::<T>(&layout))?;
    let mut x = DistArray::zeros(&layout);
    let report =
        PrimalDual::new(&f, &h, &Identity.on(&layout), &mut x)?.steps(5.0, 5.0)?.solve(&Options::iterations(2000))?;
    assert!(is_unstable(&report.reason), "{}", report.reason);
    Ok(())
}

#[test]
fn steps_that_are_too_long_are_noticed() {
    for ranks in [1, 3] {
        launch_threads(ranks, too_long::<f64>).unwrap();
        launch_threads(ranks, too_long::<f32>).unwrap();
    }
}

/// An element that is 0 becomes one that is not, after steps that became ever smaller: as long as from 0 to the threshold.
#[test]
fn leaps_are_no_instability() {
    let layout = Layout::replicated(&Comm::solo(), &[2]).unwrap();
    let a = Operator::new(Two([[1.0, -0.9e-2], [-0.9e-2, 1e-4]], Space::from(&layout)));
    let b = DistArray::from_fn(&layout, |i| [-(1.0 - 5e-5), -1e-6][i[0]]);
    let (f, g) = (Quadratic::new().of(&a, &b).unwrap(), L0::new(0.5).on(&layout).unwrap());
    let mut x = DistArray::from_fn(&layout, |i| [0.0, 1e-9][i[0]]);
    // The second element is too small to be kept by L0 but is what moves the first: it has a function of its own.
    let g = ProximalOperator::new(First(g));
    let method = ProximalGradient::new(&f, &g, &mut x).unwrap().step(1.0).unwrap();
    let report = method.solve(&Options::exactly(12_000)).unwrap();
    assert_eq!(report.reason, Reason::IterationLimit, "{}", report.reason);
    let updates = report.series("update");
    let leap = updates.windows(2).map(|pair| pair[1] / pair[0]).fold(0.0, f64::max);
    assert!(leap > 1e5 && updates.iter().any(|&update| update > 1e5 * updates[0]), "{leap}");
}

/// A function of the first element alone.
struct First(ProximalOperator<f64>);

impl Proximal<f64> for First {
    fn space(&self) -> &Space {
        self.0.space()
    }
    fn value(&self, x: &DistArray<f64>) -> Result<f64> {
        let mut first = x.clone();
        first.as_mut_slice()[1] = 0.0;
        self.0.value(&first)
    }
    fn prox_into(&self, tau: f64, x: &DistArray<f64>, y: &mut DistArray<f64>) -> Result<()> {
        self.0.prox_into(tau, x, y)?;
        y.as_mut_slice()[1] = x.as_slice()[1];
        Ok(())
    }
}

/// A LASSO of a condition of a million.
#[test]
fn ripples_of_an_ill_conditioned_problem_are_no_instability() {
    launch_threads(2, |comm| {
        let layout = Layout::scatter(comm, &[40], 0)?;
        let weights = DistArray::from_fn(&layout, |i| 10f64.powf(-3.0 * i[0] as f64 / 39.0));
        let a = Diagonal::of(&weights)?;
        let b = Problem::from(Kind::Lasso).b::<f64>(&layout);
        let f = LeastSquares::new(1.0).of(&a, &b)?;
        let g = L1::new(1e-6).on(&layout)?;
        for acceleration in [Acceleration::Fista, Acceleration::Vandenberghe] {
            // From 0, and from far away.
            for start in [0.0, 1e6] {
                let mut x = DistArray::full(&layout, start);
                let method = ProximalGradient::new(&f, &g, &mut x)?.step(1.0)?.accelerated(acceleration)?;
                let options = Options { tolerance: Tolerance::Relative(1e-9), ..Options::iterations(1500) };
                let report = method.solve(&options)?;
                let is_right = matches!(report.reason, Reason::IterationLimit | Reason::Tolerance);
                assert!(is_right, "from {start}: {}", report.reason);
            }
        }
        Ok(())
    })
    .unwrap();
}

/// What a log looks like: its head tells what is known, and each line an update.
#[test]
fn logs_tell_of_updates() {
    struct Columns;
    impl Drive<f64> for Columns {
        fn drive<M: Method<Model = f64>>(&mut self, method: M) -> Result<()> {
            let name = method.name();
            assert!(
                method.parameters().iter().all(|(_, value)| value.is_finite()),
                "{name}: {:?}",
                method.parameters()
            );
            let columns = method.columns();
            let series: Vec<_> = columns.iter().map(|(_, series)| *series).collect();
            assert!(series.contains(&"update") || series.contains(&"primal"), "{name}: {columns:?}");
            let report = method.solve(&Options { log: Some(Log::default()), ..Options::exactly(3) })?;
            assert!(series.iter().all(|series| report.series(series).len() == 4), "{name}: {series:?}");
            Ok(())
        }
    }
    let layout = Layout::scatter(&Comm::solo(), &[24], 0).unwrap();
    for name in super::METHODS {
        with(&Problem::from(Kind::Lasso), name, &mut DistArray::zeros(&layout), &mut Columns).unwrap();
    }
}
