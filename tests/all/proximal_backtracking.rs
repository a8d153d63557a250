//! Steps of proximal gradient methods that are found on the way.

use crate::proximal_gradient::lasso;
use lops::proximal::{
    Acceleration, Backtracking, L1, Proximal, ProximalGradient, ProximalOperator, Smooth, proximal_gradient,
};
use lops::solvers::{Method, Options, Tolerance};
use lops::{Complex, DistArray, ErrorKind, Layout, Real, Result, Scalar, Space};

/// Σ (xₖ − cₖ)⁴ / 4, whose gradient has no constant; its gradient times a factor, which should be 1.
struct Quartic<T: Scalar>(DistArray<T>, f64);

impl<T: Real> Proximal<T> for Quartic<T> {
    fn space(&self) -> &Space {
        self.0.space()
    }
    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let squares = (x - &self.0).map(|x| x * x);
        Ok(T::Real::from_f64(0.25 * Real::to_f64(squares.norm()).powi(2)))
    }
    fn prox_into(&self, _: f64, _: &DistArray<T>, _: &mut DistArray<T>) -> Result<()> {
        unreachable!("nobody asks for it")
    }
    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        Some(self)
    }
}

impl<T: Real> Smooth<T> for Quartic<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let factor = T::from_f64(self.1);
        y.copy_from(&(x - &self.0).map(|x| factor * x * x * x))
    }
}

crate::bodies! {
    /// With β = ½ a step is found that is no more than twice too short for the worst direction, from wherever it begins; and far beyond
    /// convergence it is no shorter.
    fn back_tracking_finds_a_step_and_keeps_it(comm) {
        fn check<T: Scalar>(layout: &Layout, slack: f64) {
            let problem = lasso::<T>(layout);
            let norm = Real::to_f64(problem.a.norm_estimate().unwrap().value);
            for (from, acceleration) in [(None, None), (Some(50.0), None), (None, Some(Acceleration::Fista)), (Some(9.0), Some(Acceleration::Fista))] {
                let mut x = DistArray::zeros(layout);
                let mut method = problem.method(&mut x).backtracking(Backtracking::default()).unwrap();
                if let Some(from) = from {
                    method = method.step(from).unwrap();
                }
                if let Some(acceleration) = acceleration {
                    method = method.accelerated(acceleration).unwrap().restarts().unwrap();
                }
                let report = method.solve(&Options::exactly(300)).unwrap();
                let steps: Vec<_> = report.series("step").iter().map(|&step| Real::to_f64(step)).collect();
                let last = steps[steps.len() - 1];
                assert!(steps.windows(2).all(|steps| steps[1] <= steps[0]), "{steps:?}");
                let off = problem.is_off_by(&x);
                assert!(off < slack, "{from:?}, {acceleration:?}: off by {off}");
                assert!(last >= 0.24 / norm.powi(2) && last < 2.0 / norm.powi(2), "{from:?}, {acceleration:?}: {last}, of {}", norm.powi(-2));
            }
        }
        let layout = Layout::scatter(comm, &[23, 2], 0).unwrap();
        check::<f64>(&layout, 1e-13);
        check::<f32>(&layout, 1e-5);
        check::<Complex<f64>>(&layout, 1e-13);
    }

    /// Of a gradient without a constant: (c − x)³ = σ where there is such an x of the sign of c, else 0.
    fn back_tracking_needs_no_constant(comm) {
        let layout = Layout::scatter(comm, &[9], 0).unwrap();
        let c = DistArray::from_fn(&layout, |i| 2.0 * i[0] as f64 - 8.0);
        let f = ProximalOperator::new(Quartic(c.clone(), 1.0));
        let g = L1::new(0.5).on(&layout).unwrap();
        let expected = c.map(|c: f64| c.signum() * (c.abs() - 0.5_f64.cbrt()).max(0.0));
        for acceleration in [None, Some(Acceleration::Fista)] {
            let mut x = c.zeros_like();
            let mut method = ProximalGradient::new(&f, &g, &mut x).unwrap().backtracking(Backtracking::default()).unwrap();
            if let Some(acceleration) = acceleration {
                method = method.accelerated(acceleration).unwrap();
            }
            let report = method.solve(&Options { tolerance: Tolerance::Relative(1e-9), ..Options::iterations(3000) }).unwrap();
            assert!(report.reason.converged(), "{}", report.reason);
            assert!((&x - &expected).norm() < 1e-5, "{acceleration:?}: {}", (&x - &expected).norm());
        }
        let error = proximal_gradient(&f, &g, &mut c.zeros_like(), &Options::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter, "{error}");
        let wrong = ProximalOperator::new(Quartic(c.clone(), -1.0));
        let mut x = c.zeros_like();
        let method = ProximalGradient::new(&wrong, &g, &mut x).unwrap().backtracking(Backtracking { tries: 20, ..Default::default() });
        let error = method.unwrap().solve(&Options::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Other, "{error}");
    }
}
