//! What came out, in figures: a table to read and JSON to compare.

use crate::{arguments::Solver, inversion::Problem};
use lops::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write;

/// Figures of the problem and of every run, the same on all ranks but for the times.
pub(crate) struct Summary {
    ranks: usize,
    shape: Vec<usize>,
    reflectivity_norm: f64,
    data_norm: f64,
    largest_eigenvalue: f64,
    runs: Vec<Run>,
}

struct Run {
    solver: Solver,
    report: Report<f64>,
    /// ‖d − W r‖
    left: f64,
    relative_error: f64,
    /// ‖r − r₁‖ / ‖r₁‖ with r₁ of the first run; of that none.
    apart: Option<f64>,
    nonzero_fraction: f64,
}

impl Summary {
    /// The figures of the problem.
    pub(crate) fn of(problem: &Problem) -> Result<Self> {
        let comm = problem.data.comm();
        let summary = Self {
            ranks: comm.size(),
            shape: problem.data.layout()?.shape().to_vec(),
            reflectivity_norm: problem.reflectivity.norm(),
            data_norm: problem.data.norm(),
            largest_eigenvalue: problem.largest_eigenvalue,
            runs: Vec::new(),
        };
        if comm.rank() == 0 {
            let Self { ranks, shape, reflectivity_norm, data_norm, largest_eigenvalue, .. } = &summary;
            println!(
                "sparse reflectivity of {shape:?} samples (y, x, z) on {ranks} ranks ({})\n\
                 ‖r‖ {reflectivity_norm:.3}, ‖d‖ {data_norm:.3}, largest eigenvalue {largest_eigenvalue:.3}",
                comm.engine_name()
            );
        }
        Ok(summary)
    }

    /// One more run, so far apart from the first one.
    pub(crate) fn add(
        &mut self,
        solver: Solver,
        problem: &Problem,
        inverted: &DistArray<f64>,
        apart: Option<f64>,
        report: Report<f64>,
    ) -> Result<()> {
        let (relative_error, left) = (problem.relative_error(inverted), problem.left(inverted));
        let nonzero_fraction = inverted.norm_of(Norm::Zero)? / inverted.size() as f64;
        if inverted.comm().rank() == 0 {
            let (iterations, seconds) = (report.iterations, report.time.as_secs_f64());
            println!("{solver}: {iterations} iterations in {seconds:.2} s, relative error {relative_error:.4}");
        }
        self.runs.push(Run { solver, report, left, relative_error, apart, nonzero_fraction });
        Ok(())
    }

    /// One line a run.
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "{:<8} {:>10} {:>9} {:>12} {:>12} {:>9} {:>9} {:>9}  {}",
            "solver", "iterations", "seconds", "last cost", "‖d − W r‖", "error", "from 1st", "nonzero", "reason"
        );
        for run in &self.runs {
            let Run { solver, report, left, relative_error, apart, nonzero_fraction } = run;
            let (iterations, seconds) = (report.iterations, report.time.as_secs_f64());
            let last = run.cost().last().copied().unwrap_or(f64::NAN);
            // Writing to a String cannot fail.
            let _ = write!(
                table,
                "\n{solver:<8} {iterations:>10} {seconds:>9.2} {last:>12.5} {left:>12.5} {relative_error:>9.4} \
                 {:>9.4} {nonzero_fraction:>9.3}  {}",
                apart.unwrap_or(0.0),
                report.reason
            );
        }
        table
    }

    /// All figures. A number that is not finite is `null`, as JSON knows none.
    pub(crate) fn json(&self) -> Value {
        let runs: Vec<_> = self.runs.iter().map(Run::json).collect();
        json!({
            "ranks": self.ranks,
            "shape": self.shape,
            "reflectivity_norm": self.reflectivity_norm,
            "data_norm": self.data_norm,
            "largest_eigenvalue": self.largest_eigenvalue,
            "runs": runs,
        })
    }
}

impl Run {
    /// After every iteration: of shrinkage ½ ‖d − W r‖² + ε ‖r‖₁, of the proximal gradient method with the half of ε, of SPGL1 ‖d − W r‖.
    fn cost(&self) -> &[f64] {
        let objective = self.report.series("objective");
        let series = if objective.is_empty() { self.report.cost() } else { objective };
        series.get(1..).unwrap_or_default()
    }

    fn json(&self) -> Value {
        json!({
            "solver": self.solver.to_string(),
            "iterations": self.report.iterations,
            "seconds": self.report.time.as_secs_f64(),
            "cost": self.cost(),
            "relative_error": self.relative_error,
            "apart_from_first": self.apart,
            "nonzero_fraction": self.nonzero_fraction,
            "reason": self.report.reason.to_string(),
        })
    }
}
