//! What came out, in figures: a table to read and JSON to compare.

use crate::{arguments::Method, inversion::Problem};
use lops::prelude::*;
use lops_examples::outputs::figures_of_run;
use serde_json::{Value, json};
use std::fmt::Write;

/// Figures of the problem and of every run, the same on all ranks but for the times.
pub(crate) struct Summary {
    engine: &'static str,
    ranks: usize,
    shape: Vec<usize>,
    model_norm: f64,
    data_norm: f64,
    data_max_abs: f64,
    background_relative_error: f64,
    runs: Vec<Run>,
}

struct Run {
    method: Method,
    report: Report<f64>,
    relative_error: f64,
}

impl Summary {
    /// The figures of the problem. Five reductions.
    pub(crate) fn of(problem: &Problem) -> Result<Self> {
        let comm = problem.model.comm();
        let summary = Self {
            engine: comm.engine_name(),
            ranks: comm.size(),
            shape: problem.layout()?.shape().to_vec(),
            model_norm: problem.model.norm(),
            data_norm: problem.data.norm(),
            data_max_abs: problem.data.norm_of(Norm::Inf)?,
            background_relative_error: problem.relative_error(&problem.background),
            runs: Vec::new(),
        };
        if comm.rank() == 0 {
            println!("{}", summary.heading());
        }
        Ok(summary)
    }

    /// One more run. Two reductions.
    pub(crate) fn add(&mut self, method: Method, problem: &Problem, inverted: &DistArray<f64>, report: Report<f64>) {
        let relative_error = problem.relative_error(inverted);
        if inverted.comm().rank() == 0 {
            let (iterations, seconds) = (report.iterations, report.time.as_secs_f64());
            println!("{method}: {iterations} iterations in {seconds:.2} s, relative error {relative_error:.6}");
        }
        self.runs.push(Run { method, report, relative_error });
    }

    fn heading(&self) -> String {
        let [ny, nx, nz] = self.shape[..] else { return String::new() };
        let ranks = if self.ranks == 1 { "rank" } else { "ranks" };
        format!(
            "post-stack inversion of {ny} × {nx} × {nz} samples (y, x, z) on {} {ranks} ({})\n\
             ‖m‖ {:.3}, ‖d‖ {:.4}, max |d| {:.5}, relative error of the background {:.5}",
            self.ranks, self.engine, self.model_norm, self.data_norm, self.data_max_abs, self.background_relative_error
        )
    }

    /// One line a run; the cost is the norm of the residual of the system that is solved.
    pub(crate) fn table(&self) -> String {
        let mut table = format!(
            "{:<8} {:>10} {:>9} {:>9} {:>11} {:>11} {:>9}  {}",
            "solver", "iterations", "seconds", "s/iter", "first cost", "last cost", "error", "reason"
        );
        for Run { method, report, relative_error } in &self.runs {
            let (iterations, seconds) = (report.iterations, report.time.as_secs_f64());
            let each = seconds / iterations.max(1) as f64;
            let first = report.cost().first().copied().unwrap_or(f64::NAN);
            let last = report.cost().last().copied().unwrap_or(f64::NAN);
            // Writing to a String cannot fail.
            let _ = write!(
                table,
                "\n{method:<8} {iterations:>10} {seconds:>9.2} {each:>9.4} {:>11} {:>11} {relative_error:>9.6}  {}",
                significant(first),
                significant(last),
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
            "model_norm": self.model_norm,
            "data_norm": self.data_norm,
            "data_max_abs": self.data_max_abs,
            "background_relative_error": self.background_relative_error,
            "runs": runs,
        })
    }
}

impl Run {
    fn json(&self) -> Value {
        figures_of_run(self.method, &self.report, [("relative_error", json!(self.relative_error))])
    }
}

/// About six significant digits.
fn significant(value: f64) -> String {
    if value == 0.0 || !(1e-4..1e6).contains(&value.abs()) {
        return format!("{value:.5e}");
    }
    let digits = (5.0 - value.abs().log10().floor()).clamp(0.0, 9.0) as usize;
    format!("{value:.digits$}")
}
