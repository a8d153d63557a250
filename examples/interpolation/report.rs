//! What came out, in figures: words to read and JSON to compare.

use crate::arguments::{Arguments, Solver};
use lops::prelude::*;
use serde_json::{Value, json};

/// The same on all ranks but for the time.
pub(crate) struct Summary {
    ranks: usize,
    shape: Vec<usize>,
    recorded: usize,
    model: Vec<usize>,
    solver: Solver,
    /// Before and after.
    errors: [f64; 2],
    nonzero: f64,
    report: Report<f64>,
}

impl Summary {
    /// Of the whole gather, and of what was recorded and what is filled in. Four reductions.
    pub(crate) fn new(
        arguments: &Arguments,
        recorded: usize,
        truth: &DistArray<f64>,
        gathers: [&DistArray<f64>; 2],
        slownesses: &DistArray<f64>,
        report: Report<f64>,
    ) -> Result<Self> {
        let norm = truth.norm();
        let summary = Self {
            ranks: truth.comm().size(),
            shape: truth.shape(),
            recorded,
            model: slownesses.shape(),
            solver: arguments.solver,
            errors: gathers.map(|gather| (gather - truth).norm() / norm),
            nonzero: slownesses.norm_of(Norm::Zero)? / slownesses.size() as f64,
            report,
        };
        if truth.comm().rank() == 0 {
            summary.print();
        }
        Ok(summary)
    }

    fn print(&self) {
        let [before, after] = self.errors;
        let [worse, better] = self.signal_to_noise();
        println!(
            "{} of {} traces recorded; {} windows of {} slownesses; {} ranks\n\
             {}: {} iterations in {:.2} s ({}), {:.1} % of the slownesses are not 0\n\
             relative error {before:.4} before, {after:.4} after; signal to noise {worse:.2} dB before, {better:.2} dB after",
            self.recorded,
            self.shape[0],
            self.model[0],
            self.model[1],
            self.ranks,
            self.solver,
            self.report.iterations,
            self.report.time.as_secs_f64(),
            self.report.reason,
            100.0 * self.nonzero,
        );
    }

    /// In decibels.
    fn signal_to_noise(&self) -> [f64; 2] {
        self.errors.map(|error| -20.0 * error.log10())
    }

    /// What the solver lowers.
    pub(crate) fn cost(&self) -> &[f64] {
        match self.solver {
            Solver::Fista => self.report.series("objective"),
            Solver::Lsqr => self.report.cost(),
        }
    }

    /// All figures. A number that is not finite is `null`, as JSON knows none.
    pub(crate) fn json(&self) -> Value {
        let ([before, after], [worse, better]) = (self.errors, self.signal_to_noise());
        json!({
            "ranks": self.ranks,
            "shape": self.shape,
            "recorded": self.recorded,
            "model": self.model,
            "error_before": before,
            "error_after": after,
            "snr_before": worse,
            "snr_after": better,
            "nonzero_fraction": self.nonzero,
            "runs": [{
                "solver": self.solver.to_string(),
                "iterations": self.report.iterations,
                "seconds": self.report.time.as_secs_f64(),
                "cost": self.cost(),
                "reason": self.report.reason.to_string(),
            }],
        })
    }
}
