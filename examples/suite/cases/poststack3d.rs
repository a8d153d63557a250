//! 3-D post-stack inversion end to end: the model's every third trace in 64 lines, modelled, and
//! inverted in three ways of 30 iterations each.

use super::solvers::poststack::{modelling, normal, stacked};
use crate::{
    Suite,
    inputs::checksum,
    timing::{Line, largest},
};
use lops::{
    DistArray, Layout, Options, Report, Result,
    io::read_npz_f64,
    ndarray::{Array2, s},
    signal::zero_phase_box,
    solvers::{cg, cgls},
};
use serde_json::{Value, json};
use std::time::Instant;

pub(crate) const NAMES: &[&str] = &[
    "poststack3d.modelling",
    "poststack3d.cgls",
    "poststack3d.cg_normal",
    "poststack3d.cgls_reg",
    "poststack3d.total",
];

/// Phases of all repetitions: times, and of the last one the result and the costs.
#[derive(Default)]
struct Phase {
    times: Vec<f64>,
    checksum: Value,
    costs: Value,
}

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let comm = suite.comm;
    let iterations = suite.iterations(30);
    let (model, background) = comm.agree(traces(&suite.arguments.model))?;
    let lines = suite.arguments.n.unwrap_or(64);
    let dims = [lines, model.nrows(), model.ncols()];
    let grid = Layout::scatter(comm, &dims, 0)?;
    let mut phases: [Phase; 5] = Default::default();
    for _ in 0..suite.arguments.reps.clamp(1, 3) {
        comm.barrier();
        let begin = Instant::now();
        let replicate = |trace: &Array2<f64>| DistArray::from_fn(&grid, |index| trace[[index[1], index[2]]]);
        let (m, start) = (replicate(&model), replicate(&background));
        let g = modelling(&grid)?;
        let d = g.apply_to(&m)?;
        comm.barrier();
        phases[0].times.push(begin.elapsed().as_secs_f64());
        phases[0].checksum = checksum(&d);
        let options = Options::iterations(iterations);
        let mut invert = |phase: usize, solve: &dyn Fn(&mut DistArray<f64>) -> Result<Report<f64>>| -> Result<()> {
            let begin = Instant::now();
            let mut x = start.clone();
            let report = solve(&mut x)?;
            comm.barrier();
            let phase = &mut phases[phase];
            phase.times.push(begin.elapsed().as_secs_f64());
            phase.checksum = checksum(&x);
            phase.costs = json!([report.cost.first(), report.cost.last(), report.iterations]);
            Ok(())
        };
        invert(1, &|x| cgls(&g, &d, x, &options))?;
        invert(2, &|x| cg(&normal(&g, &grid)?, &g.apply_adjoint_to(&d)?, x, &options))?;
        invert(3, &|x| {
            let (stack, data) = stacked(&g, &grid, &d)?;
            cgls(&stack, &data, x, &options)
        })?;
        phases[4].times.push(begin.elapsed().as_secs_f64());
    }
    for (name, phase) in NAMES.iter().zip(phases) {
        let samples = phase.times.iter().map(|&time| largest(comm, time)).collect();
        let more = json!({"niter": iterations, "cost_first_last_iters": phase.costs});
        if suite.wants(name) {
            Line::new(name, &dims, phase.checksum).unit("s").more(more).print(comm, samples);
        }
    }
    Ok(())
}

/// Log impedance of every third trace, `[x, z]`, and the same smoothed over 30 traces and 20 samples.
fn traces(path: &std::path::Path) -> Result<(Array2<f64>, Array2<f64>)> {
    let model: Array2<f64> = read_npz_f64(path, "model")?;
    let model = model.slice(s![.., ..;3]).t().mapv(f64::ln).as_standard_layout().into_owned();
    let smooth = zero_phase_box(zero_phase_box(model.view(), 30, 0)?.view(), 20, 1)?;
    Ok((model, smooth))
}
