//! Solvers, by the time of an iteration: differences between the calls of their callback.
//!
//! Beside the times a line says what a rank sent, and words of 8 bytes for each unknown: `effective_words`, of which an
//! iteration would have its time were it bound by memory (`time · bandwidth of the triad in this run / (8 · unknowns)`),
//! and `real_words`, what its passes over memory moved, as they told ([`Comm::moved`]). The triad counts three words where
//! four move, so an iteration that is as fast as the triad has three quarters as many effective words as real ones.

pub(crate) mod lap7;
pub(crate) mod laplacian;
pub(crate) mod poststack;
pub(crate) mod sparse;
pub(crate) mod tv;

use super::stream;
use crate::{
    Suite,
    inputs::checksum,
    timing::{Line, largest, median, seconds},
};
use lops::prelude::*;
use lops::solvers::{Method as _, Seen};
use serde_json::json;
use std::{ops::ControlFlow, time::Instant};

#[derive(Clone, Copy)]
pub(crate) enum Method {
    Cg,
    PredictCg,
    Cgls,
    Lsqr,
    Lsmr,
    Gmres,
    Ista { eps: f64, step: f64 },
    Fista { eps: f64, step: f64 },
}

impl Method {
    pub(crate) fn solve(
        self,
        a: &Operator<f64>,
        b: &DistArray<f64>,
        x: &mut DistArray<f64>,
        iterations: usize,
        callback: &mut dyn FnMut(&Seen<'_, f64>) -> ControlFlow<()>,
    ) -> Result<Report<f64>> {
        let options = Options::exactly(iterations);
        match self {
            Self::Cg => Cg::new(a, b, x)?.start(&options)?.callback(callback).solve(),
            Self::PredictCg => PredictCg::new(a, b, x)?.start(&options)?.callback(callback).solve(),
            Self::Cgls => Cgls::new(a, b, x)?.start(&options)?.callback(callback).solve(),
            Self::Lsqr => Lsqr::new(a, b, x)?.start(&options)?.callback(callback).solve(),
            Self::Lsmr => Lsmr::new(a, b, x)?.start(&options)?.callback(callback).solve(),
            Self::Gmres => Gmres::new(a, b, x)?.start(&options)?.callback(callback).solve(),
            Self::Ista { eps, step } => {
                Shrinkage::ista(a, b, x, eps)?.step(step)?.start(&options)?.callback(callback).solve()
            }
            Self::Fista { eps, step } => {
                Shrinkage::fista(a, b, x, eps)?.step(step)?.start(&options)?.callback(callback).solve()
            }
        }
    }
}

/// Measures the iterations of a solver from `start`; `words` is what a textbook's moves per unknown.
pub(crate) fn measure(
    suite: &Suite<'_>,
    name: &str,
    method: Method,
    numbers: [usize; 2],
    a: &Operator<f64>,
    b: &DistArray<f64>,
    start: &DistArray<f64>,
) -> Result<()> {
    measure_by(suite, name, numbers, start, |x, iterations, callback| method.solve(a, b, x, iterations, callback))
}

/// What a solver calls after each iteration.
pub(crate) type Callback<'c> = dyn FnMut(&Seen<'_, f64>) -> ControlFlow<()> + 'c;

/// The same of what solves for x in so many iterations.
pub(crate) fn measure_by(
    suite: &Suite<'_>,
    name: &str,
    [iterations, words]: [usize; 2],
    start: &DistArray<f64>,
    solve: impl Fn(&mut DistArray<f64>, usize, &mut Callback<'_>) -> Result<Report<f64>>,
) -> Result<()> {
    if !suite.wants(name) {
        return Ok(());
    }
    let comm = suite.comm;
    let bandwidth = stream::bandwidth(suite);
    let _ = solve(&mut start.clone(), 2, &mut |_| ControlFlow::Continue(()))?;
    let mut x = start.clone();
    let mut moments = Vec::with_capacity(iterations);
    let now = || (comm.traffic(), comm.moved());
    let (mut first, mut last) = (now(), now());
    let mut report = None;
    comm.barrier();
    let total = seconds(|| {
        report = Some(solve(&mut x, iterations, &mut |seen| {
            if seen.iteration == 1 {
                first = now();
            }
            last = now();
            moments.push(Instant::now());
            ControlFlow::Continue(())
        }));
    });
    let Some(report) = report.transpose()? else { return Ok(()) };
    let between = moments.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64());
    let mut times: Vec<_> = between.map(|time| largest(comm, time)).collect();
    let total = largest(comm, total);
    if times.is_empty() {
        times.push(total); // one iteration or none: nothing lies between two
    }
    let sent = (last.0 - first.0).total();
    let mut moved = [(last.1 - first.1).bytes()];
    comm.all_reduce(&mut moved, Reduction::Sum);
    let per_iteration = |count: u64| count as f64 / (report.iterations.max(2) - 1) as f64;
    let (unknowns, shape) = (start.size(), start.shape());
    let more = json!({
        "niter": iterations, "iterations": report.iterations, "total": total,
        "cost_first": report.cost().first(), "cost_last": report.cost().last(),
        "effective_words": median(&mut times) * bandwidth / (8 * unknowns) as f64,
        "real_words": per_iteration(moved[0]) / (8 * unknowns) as f64,
        "triad_gb_s": bandwidth / 1e9,
        "sent_by_rank_0": {"calls": per_iteration(sent.calls), "messages": per_iteration(sent.messages),
                           "bytes": per_iteration(sent.bytes)},
    });
    let line = Line::new(name, &shape, checksum(&x)).unit("s/iter").work(8 * words * unknowns, 0).more(more);
    line.print(comm, times);
    Ok(())
}
