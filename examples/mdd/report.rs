//! What came out, in figures: words to read and JSON to compare.

use crate::arguments::Solver;
use crate::synthetic::Survey;
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
    memory: Memory,
    runs: Vec<Run>,
}

struct Run {
    solver: Solver,
    report: Report<f64>,
    model_max_abs: f64,
}

/// Bytes that a rank keeps while the solver runs: the most of all ranks, and of all together.
struct Memory {
    kernel: f64,
    vectors: f64,
    together: f64,
}

impl Memory {
    /// Kernel and buffers of the operator; vectors like the model and like the data, so many. Two reductions.
    fn of(a: &Operator<f64>, [models, data]: [usize; 2]) -> Self {
        let [model, datum] = [a.domain(), a.range()].map(|space| space.local_len() * size_of::<f64>());
        let own = [a.scratch() as f64, (models * model + data * datum) as f64];
        let (mut most, mut together) = (own, [own[0] + own[1]]);
        a.domain().comm().all_reduce(&mut most, Reduction::Max);
        a.domain().comm().all_reduce(&mut together, Reduction::Sum);
        Self { kernel: most[0], vectors: most[1], together: together[0] }
    }
}

impl Summary {
    /// The figures of the problem. Five reductions.
    pub(crate) fn of(
        survey: &Survey,
        solver: Solver,
        a: &Operator<f64>,
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
            memory: Memory::of(a, solver.vectors()),
            runs: vec![],
        };
        if comm.rank() == 0 {
            let memory = &summary.memory;
            let [of_kernel, of_vectors, of_all] =
                [memory.kernel, memory.vectors, memory.together].map(|bytes| bytes / 1e6);
            let (sources, receivers) = (survey.sources.len(), survey.receivers.len());
            println!(
                "multi-dimensional deconvolution: {} times, {} frequencies of {sources} sources × {receivers} receivers, on {} ranks ({})\n\
                 ‖d‖ {:.4}, max |d| {:.4}, ‖Aᴴd‖ {:.3}\n\
                 memory of a rank, at most: kernel and buffers {of_kernel:.1} MB, vectors {of_vectors:.1} MB; of all ranks {of_all:.1} MB",
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
        solver: Solver,
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
            "memory": {
                "kernel_of_a_rank": self.memory.kernel,
                "vectors_of_a_rank": self.memory.vectors,
                "all_ranks": self.memory.together,
            },
            "runs": runs,
        })
    }
}

impl Run {
    fn json(&self) -> Value {
        figures_of_run(self.solver, &self.report, [("model_max_abs", json!(self.model_max_abs))])
    }
}
