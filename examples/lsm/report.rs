//! What came out, in figures: words to read and JSON to compare.

use crate::arguments::Solver;
use lops::prelude::*;
use lops_examples::outputs::figures_of_run;
use serde_json::{Value, json};

/// Figures of the problem and of every run, the same on all ranks but for the times.
pub(crate) struct Summary {
    ranks: usize,
    shape: (usize, usize),
    data_norm: f64,
    data_max_abs: f64,
    adjoint_norm: f64,
    runs: Vec<Run>,
}

struct Run {
    solver: Solver,
    report: Report<f64>,
    relative_error: f64,
    data_relative_residual: f64,
}

impl Summary {
    /// The figures of the problem. Three reductions.
    pub(crate) fn of(a: &Operator<f64>, data: &DistArray<f64>, migrated: &DistArray<f64>) -> Result<Self> {
        let comm = data.comm();
        let summary = Self {
            ranks: comm.size(),
            shape: a.shape(),
            data_norm: data.norm(),
            data_max_abs: data.norm_of(Norm::Inf)?,
            adjoint_norm: migrated.norm(),
            runs: vec![],
        };
        if comm.rank() == 0 {
            println!(
                "least-squares migration: {} traces of {} samples, a section of {:?}, on {} ranks ({})\n\
                 ‖d‖ {:.4}, max |d| {:.4}, ‖Aᴴd‖ {:.2}",
                data.shape()[0] * data.shape()[1],
                data.shape()[2],
                migrated.shape(),
                comm.size(),
                comm.engine_name(),
                summary.data_norm,
                summary.data_max_abs,
                summary.adjoint_norm,
            );
        }
        Ok(summary)
    }

    /// One more run. Three reductions, and one application.
    pub(crate) fn add(
        &mut self,
        solver: Solver,
        a: &Operator<f64>,
        [model, inverted]: [&DistArray<f64>; 2],
        data: &DistArray<f64>,
        report: Report<f64>,
    ) {
        let relative_error = (inverted - model).norm() / model.norm();
        let data_relative_residual = (data - &(a * inverted)).norm() / self.data_norm;
        if model.comm().rank() == 0 {
            let costs = report.cost();
            let places = [0, 10, 50, 100].into_iter().filter_map(|k| Some(format!("{:.5} ({k})", costs.get(k)?)));
            println!(
                "{solver}: {} iterations in {:.2} s, cost {}, error {relative_error:.4}, residual {data_relative_residual:.4}: {}",
                report.iterations,
                report.time.as_secs_f64(),
                places.collect::<Vec<_>>().join(", "),
                report.reason
            );
        }
        self.runs.push(Run { solver, report, relative_error, data_relative_residual });
    }

    /// All figures. A number that is not finite is `null`, as JSON knows none.
    pub(crate) fn json(&self) -> Value {
        let runs: Vec<_> = self.runs.iter().map(Run::json).collect();
        json!({
            "ranks": self.ranks,
            "shape": [self.shape.0, self.shape.1],
            "data_norm": self.data_norm,
            "data_max_abs": self.data_max_abs,
            "adjoint_norm": self.adjoint_norm,
            "runs": runs,
        })
    }
}

impl Run {
    fn json(&self) -> Value {
        figures_of_run(
            self.solver,
            &self.report,
            [
                ("relative_error", json!(self.relative_error)),
                ("data_relative_residual", json!(self.data_relative_residual)),
            ],
        )
    }
}
