//! A method of one's own, Landweber's, with a callback, a log and a report. To make ‖A x − b‖ least:
//! s ← b − A x, g ← Aᴴ s, x ← x + ω g, where 0 < ω < 2 / ‖A‖².
//!
//! `cargo run --example own_method`, or with feature `mpi`: `mpirun -n 4 target/debug/examples/own_method`

use lops::prelude::*;
use lops::solvers::{Measures, Run, Stop, Vectors};
use std::ops::ControlFlow;

struct Landweber<'a> {
    a: &'a Operator<f64>,
    b: &'a DistArray<f64>,
    x: &'a mut DistArray<f64>,
    s: DistArray<f64>,
    g: DistArray<f64>,
    omega: f64,
}

impl Method for Landweber<'_> {
    type Model = f64;
    fn name(&self) -> &'static str {
        "Landweber"
    }
    fn model(&self) -> &DistArray<f64> {
        self.x
    }
    fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b).and("x", self.x).and("s", &self.s).and("g", &self.g)
    }
    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        let cost = self.residual(run)?; //                      s ← b − A x
        self.a.apply_adjoint_into(&self.s, &mut self.g)?; //          g ← Aᴴ s
        let [g2] = run.sums([self.g.norm2(run)])?;
        Ok(Measures::criterion("gradient", g2).and("cost", cost))
    }
    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.x.axpy(self.omega, &self.g)?; //                   x ← x + ω g
        self.begin(run)
    }
    fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(self.a, self.b, self.x, &mut self.s)
    }
}

fn main() -> Result<()> {
    launch(|comm| {
        let layout = Layout::scatter(comm, &[40], 0)?;
        let truth = DistArray::from_fn(&layout, |i| (i[0] as f64 / 5.0).sin());
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64 / 40.0))?;
        let (b, mut x) = (&a * &truth, truth.zeros_like());
        let method = Landweber { a: &a, s: b.zeros_like(), g: x.zeros_like(), b: &b, x: &mut x, omega: 0.4 };
        let report = method
            .start(&Options { log: Some(Log::default()), ..Options::default() })?
            .callback(|seen| if seen.iteration < 90 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            .solve()?;
        assert!(report.reason.converged() && (&x - &truth).norm() < 1e-5 * truth.norm(), "{}", report.reason);
        Ok(())
    })
}
