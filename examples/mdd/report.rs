//! What came out, in figures: words to read and JSON to compare.

use crate::synthetic::Survey;
use lops::prelude::*;
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
    solver: &'static str,
    report: Report<f64>,
    model_max_abs: f64,
}

impl Summary {
    /// The figures of the problem. Four reductions.
    pub(crate) fn of(
        survey: &Survey,
        a: &Operator<f64>,
        model: &DistArray<f64>,
        data: &DistArray<f64>,
        adjoint: &DistArray<f64>,
    ) -> Result<Self> {
        let comm = data.comm();
        let summary = Self {
            ranks: comm.size(),
            shape: a.shape(),
            data_norm: data.norm(),
            data_max_abs: data.norm_of(Norm::Inf)?,
            adjoint_norm: adjoint.norm(),
            runs: vec![],
        };
        // Kernel and buffers of the operator; model, data, and the three vectors of CGLS.
        let vectors = 3 * size_of_val(model.as_slice()) + 2 * size_of_val(data.as_slice());
        let mut memory = [a.scratch() as f64, vectors as f64];
        comm.all_reduce(&mut memory, Reduction::Max);
        if comm.rank() == 0 {
            let [of_operator, of_vectors] = memory.map(|bytes| bytes / 1e6);
            let (sources, receivers) = (survey.sources.len(), survey.receivers.len());
            println!(
                "multi-dimensional deconvolution: {} times, {} frequencies of {sources} sources × {receivers} receivers, on {} ranks ({})\n\
                 ‖d‖ {:.4}, max |d| {:.4}, ‖Aᴴd‖ {:.3}\n\
                 memory of a rank, at most: kernel and buffers {of_operator:.1} MB, vectors {of_vectors:.1} MB",
                survey.times(),
                survey.frequencies,
                comm.size(),
                comm.engine_name(),
                summary.data_norm,
                summary.data_max_abs,
                summary.adjoint_norm,
            );
        }
        Ok(summary)
    }

    /// One more run. Two reductions.
    pub(crate) fn add(
        &mut self,
        solver: &'static str,
        model: &DistArray<f64>,
        inverted: &DistArray<f64>,
        report: Report<f64>,
    ) -> Result<()> {
        let model_max_abs = inverted.norm_of(Norm::Inf)?;
        let correlation = inverted.dot(model)? / (inverted.norm() * model.norm());
        if model.comm().rank() == 0 {
            let costs = report.cost();
            let places = [0, 10, 50].into_iter().filter_map(|k| Some(format!("{:.4} ({k})", costs.get(k)?)));
            println!(
                "{solver}: {} iterations in {:.2} s, cost {}, max |m| {model_max_abs:.4}, correlation with the model {correlation:.4}: {}",
                report.iterations,
                report.time.as_secs_f64(),
                places.collect::<Vec<_>>().join(", "),
                report.reason
            );
        }
        self.runs.push(Run { solver, report, model_max_abs });
        Ok(())
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
        json!({
            "solver": self.solver,
            "iterations": self.report.iterations,
            "seconds": self.report.time.as_secs_f64(),
            "cost": self.report.cost(),
            "model_max_abs": self.model_max_abs,
            "reason": self.report.reason.to_string(),
        })
    }
}
