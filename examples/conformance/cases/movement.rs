//! How arrays are cut, and how they move: cases for a given number of ranks.

use super::Run;
use crate::{
    manifest::{Case, sizes, wrong},
    trial::{Outcome, Trial},
};
use lops::ndarray::{ArrayD, ArrayViewD};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] =
    &[("local_split", local_split), ("ghost", ghost), ("redistribute", redistribute), ("halo", halo)];

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
    let ranks = trial.case.size("ranks")?;
    on_ranks(trial, ranks, "r", "ghost cells", |case, comm| {
        let layout = Layout::scatter(comm, &case.sizes("dims")?, case.size("axis")?)?;
        let x = DistArray::from_global(&layout, case.array("x")?.view())?;
        let ghosted = x.add_ghost_cells(case.size_or("front", 0)?, case.size_or("back", 0)?)?;
        Ok(vec![(ghosted, format!("r{}", comm.rank()))])
    })
}

fn redistribute(trial: &mut Trial<'_>) -> Result<Outcome> {
    let ranks = trial.case.size("ranks")?;
    on_ranks(trial, ranks, "from, to", "redistribution and back", |case, comm| {
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

/// A scalar halo has no cells outside the array; one of widths by axis or by side has zeros there.
fn halo(trial: &mut Trial<'_>) -> Result<Outcome> {
    let grid = trial.case.sizes("grid")?;
    on_ranks(trial, grid.iter().product(), "r", "halo", |case, comm| {
        let dims = case.sizes("dims")?;
        let layout = Grid::cut(&vec![Cut::CeilBlock; dims.len()]).over(&grid).layout(comm, &dims)?;
        let halo = match case.args["halo"].as_u64() {
            Some(width) => Halo::new(&[width as usize]),
            None => match case.sizes("halo")? {
                widths if widths.len() == dims.len() => Halo::new(&widths).zeros_outside(),
                sides => Halo::of_sides(sides.as_chunks().0).zeros_outside(),
            },
        };
        let x = DistArray::from_global(&layout, case.array("x")?.view())?;
        let y = &halo.on::<f64>(&layout)? * &x;
        let back = halo.cropped_adjoint().on::<f64>(&layout)?.adjoint() * &y;
        if back != x {
            return Err(Error::new(ErrorKind::Other, "the blocks without their halos are not the array"));
        }
        Ok(vec![(y.local().to_owned(), format!("r{}", comm.rank()))])
    })
}

/// Runs `body` on the first so many ranks and compares the blocks it makes there.
fn on_ranks(
    trial: &mut Trial<'_>,
    ranks: usize,
    arrays: &str,
    how: &str,
    body: impl Fn(&Case, &Comm) -> Result<Vec<Block>>,
) -> Result<Outcome> {
    let (case, comm) = (trial.case, trial.comm);
    if ranks > comm.size() {
        return Ok(Outcome::Skipped(format!("needs {ranks} ranks")));
    }
    let inside = comm.rank() < ranks;
    let group = comm.split(usize::from(!inside));
    let blocks = comm.agree(if inside { body(case, &group) } else { Ok(Vec::new()) })?;
    trial.compare_local(arrays, &format!("{how} on {ranks} ranks"), &blocks)?;
    Ok(Outcome::Ran)
}
