//! What came out, in figures: words to read and JSON to compare.

use crate::{arguments::Solver, problem::Problem};
use lops::prelude::*;
use lops_examples::outputs::figures_of_run;
use serde_json::{Value, json};

/// Figures of the problem and of every run, the same on all ranks but for the times.
pub(crate) struct Summary {
    ranks: usize,
    shape: Vec<usize>,
    angles: usize,
    data_norm: f64,
    before: [f64; 3],
    runs: Vec<Value>,
}

impl Summary {
    /// The figures of the problem. Eight reductions.
    pub(crate) fn of(problem: &Problem) -> Result<Self> {
        let Problem { model, data, background, .. } = problem;
        let comm = data.comm();
        let summary = Self {
            ranks: comm.size(),
            shape: model.shape(),
            angles: data.shape()[1],
            data_norm: data.norm(),
            before: problem.relative_errors(background)?,
            runs: vec![],
        };
        if comm.rank() == 0 {
            println!(
                "pre-stack inversion of {:?} values (times, properties, traces), {} angles, on {} ranks ({})\n\
                 ‖d‖ {:.4}, relative errors of the background: {}",
                summary.shape,
                summary.angles,
                comm.size(),
                comm.engine_name(),
                summary.data_norm,
                words(summary.before)
            );
            for rank in 0..comm.size() {
                println!("{}", share(rank, data.layout()?));
            }
        }
        Ok(summary)
    }

    /// One more run. Six reductions.
    pub(crate) fn add(
        &mut self,
        solver: Solver,
        problem: &Problem,
        inverted: &DistArray<f64>,
        report: &Report<f64>,
    ) -> Result<()> {
        let after = problem.relative_errors(inverted)?;
        if inverted.comm().rank() == 0 {
            println!(
                "{solver}: {} iterations in {:.2} s, cost {:.5} from {:.5}, relative errors {}: {}",
                report.iterations,
                report.time.as_secs_f64(),
                report.cost().last().copied().unwrap_or(f64::NAN),
                report.cost().first().copied().unwrap_or(f64::NAN),
                words(after),
                report.reason
            );
        }
        self.runs.push(figures_of_run(solver, report, [("relative_errors", json!(after))]));
        Ok(())
    }

    /// All figures. A number that is not finite is `null`, as JSON knows none.
    pub(crate) fn json(&self) -> Value {
        json!({
            "ranks": self.ranks,
            "shape": self.shape,
            "angles": self.angles,
            "data_norm": self.data_norm,
            "background_relative_errors": self.before,
            "runs": self.runs,
        })
    }
}

/// What a rank has of the gathers.
fn share(rank: usize, gathers: &Layout) -> String {
    let region = &gathers.regions(rank)[0];
    let traces = &region.sets()[gathers.ndim() - 1];
    format!(
        "rank {rank}: traces {:?} along x, {:.3} million samples of gathers",
        traces.extent(),
        region.len() as f64 / 1e6
    )
}

fn words([vp, vs, density]: [f64; 3]) -> String {
    format!("vp {vp:.4}, vs {vs:.4}, density {density:.4}")
}
