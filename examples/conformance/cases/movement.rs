//! How arrays are cut, and how they move: cases for a given number of ranks.

use super::Run;
use crate::{
    manifest::{Case, sizes, wrong},
    trial::{Outcome, Trial},
};
use lops::ndarray::{ArrayD, ArrayViewD};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] =
    &[("local_split", local_split), ("ghost", ghost), ("redistribute", redistribute)];

/// An array of this rank, and the expected array it is to equal.
type Block = (ArrayD<f64>, String);

fn local_split(trial: &mut Trial<'_>) -> Result<Outcome> {
    let case = trial.case;
    let n = case.size("n")?;
    let by_ranks = case.args["sizes"].as_object();
    let by_ranks = by_ranks.ok_or_else(|| wrong(&case.of("sizes"), "sizes by number of ranks", &case.args["sizes"]))?;
    for (ranks, expected) in by_ranks {
        let expected = sizes(expected, &case.of("sizes"))?;
        if expected.len() > trial.comm.size() {
            continue; // more ranks than there are here; with one rank there is always one left to try
        }
        // A split is a collective of all, and its layout the business of those inside.
        let inside = trial.comm.rank() < expected.len();
        let group = trial.comm.split(usize::from(!inside));
        let found = inside.then(|| Layout::scatter(&group, &[n], 0)).transpose();
        let found =
            found.map(|layout| layout.map(|l| (0..expected.len()).map(|r| l.range(r).len()).collect::<Vec<_>>()));
        let differs = trial.comm.agree(found)?.is_some_and(|found| found != expected);
        let mut differ = [u8::from(differs)];
        trial.comm.all_reduce(&mut differ, lops::comm::Reduction::Max);
        if differ[0] > 0 {
            trial.fail(format!("sizes.{ranks}"), "sizes", f64::INFINITY, 0.0);
        }
    }
    Ok(Outcome::Ran)
}

fn ghost(trial: &mut Trial<'_>) -> Result<Outcome> {
    on_ranks(trial, "r", "ghost cells", |case, comm| {
        let layout = Layout::scatter(comm, &case.sizes("dims")?, case.size("axis")?)?;
        let x = DistArray::from_global(&layout, case.array("x")?.view())?;
        let ghosted = x.add_ghost_cells(case.size_or("front", 0)?, case.size_or("back", 0)?)?;
        Ok(vec![(ghosted, format!("r{}", comm.rank()))])
    })
}

fn redistribute(trial: &mut Trial<'_>) -> Result<Outcome> {
    on_ranks(trial, "from, to", "redistribution and back", |case, comm| {
        let (dims, from, to) = (case.sizes("dims")?, case.size("axis_from")?, case.size("axis_to")?);
        let source = if case.flag("balanced")? {
            Layout::scatter(comm, &dims, from)?
        } else {
            Layout::scatter_sizes(comm, &dims, from, &case.sizes("sizes_from")?)?
        };
        let x = DistArray::from_global(&source, case.array("x")?.view())?;
        let moved = x.redistribute_axis(to)?;
        let back = moved.redistribute(&source)?;
        let [from, to] = ["from", "to"].map(|name| format!("{name}{}", comm.rank()));
        let owned = |view: ArrayViewD<'_, f64>| view.to_owned();
        Ok(vec![(owned(x.local()), from.clone()), (owned(moved.local()), to), (owned(back.local()), from)])
    })
}

/// Runs `body` on the first `args.ranks` ranks and compares the blocks it makes there.
fn on_ranks(
    trial: &mut Trial<'_>,
    arrays: &str,
    how: &str,
    body: impl Fn(&Case, &Comm) -> Result<Vec<Block>>,
) -> Result<Outcome> {
    let (case, comm) = (trial.case, trial.comm);
    let ranks = case.size("ranks")?;
    if ranks > comm.size() {
        return Ok(Outcome::Skipped(format!("needs {ranks} ranks")));
    }
    let inside = comm.rank() < ranks;
    let group = comm.split(usize::from(!inside));
    let blocks = comm.agree(if inside { body(case, &group) } else { Ok(Vec::new()) })?;
    trial.compare_local(arrays, &format!("{how} on {ranks} ranks"), &blocks)?;
    Ok(Outcome::Ran)
}
