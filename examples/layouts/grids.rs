//! Process grids, and what moves from one to the next.

use crate::Tour;
use lops::plot::{LocalParts, Ownership};
use lops::prelude::*;

/// Rows and columns of the array on show.
pub(crate) const SHAPE: [usize; 2] = [8, 10];

/// A layout with a name.
struct Stop {
    name: &'static str,
    words: &'static str,
    layout: Layout,
}

fn stops(comm: &Comm) -> Result<Vec<Stop>> {
    let grid = |cuts: &[Cut]| Grid::cut(cuts).layout(comm, &SHAPE);
    let first = SHAPE[1] / 4;
    let uneven = match comm.size() {
        1 => vec![0, SHAPE[1]],
        _ => vec![0, first, SHAPE[1]],
    };
    let halves = |n: usize| match comm.size() {
        1 => vec![(0..n).rev().collect()],
        _ => vec![(0..n).rev().step_by(3).collect(), (0..n).filter(|i| !(n - 1 - i).is_multiple_of(3)).collect()],
    };
    let stop = |name, words, layout| Stop { name, words, layout };
    Ok(vec![
        stop("rows", "rows in blocks: a scattered array", Layout::scatter(comm, &SHAPE, 0)?),
        stop("columns", "columns in blocks", Layout::scatter(comm, &SHAPE, 1)?),
        stop("blocks", "blocks of both axes", grid(&[Cut::Block, Cut::Block])?),
        stop("cyclic", "both axes dealt out in turn", grid(&[Cut::Cyclic, Cut::Cyclic])?),
        stop(
            "block-cyclic",
            "both axes dealt out in blocks of 2 and 3",
            grid(&[Cut::BlockCyclic(2), Cut::BlockCyclic(3)])?,
        ),
        stop("uneven", "columns between given bounds", grid(&[Cut::Whole, Cut::Bounds(uneven)])?),
        stop("listed", "rows as listed", grid(&[Cut::Listed(halves(SHAPE[0]))])?),
        stop(
            "last-rank",
            "all on the last rank",
            Grid::cut(&[Cut::Whole; 0]).on_ranks(&[comm.size() - 1]).layout(comm, &SHAPE)?,
        ),
    ])
}

pub(crate) fn visit(tour: &Tour<'_>) -> Result<()> {
    tour.heading(&format!("An array of {} × {} on {} ranks", SHAPE[0], SHAPE[1], tour.comm.size()));
    let stops = stops(tour.comm)?;
    let mut x = DistArray::from_fn(&stops[0].layout, |i| (SHAPE[1] * i[0] + i[1]) as i64);
    let all = x.gather_all();
    for Stop { name, words, layout } in &stops {
        let before = tour.comm.traffic();
        x = x.redistribute(layout)?;
        let moved = (tour.comm.traffic() - before).total();
        let (bytes, messages) = (tour.comm.all_gather(&[moved.bytes]), tour.comm.all_gather(&[moved.messages]));
        tour.say(format!("\n{name}: {words}\n    {layout}"));
        tour.print_owners(layout);
        let shapes: Vec<_> = (0..tour.comm.size()).map(|rank| format!("{:?}", layout.shape_of(rank))).collect();
        let (bytes, messages): (u64, u64) = (bytes.iter().sum(), messages.iter().sum());
        tour.say(format!("    local shapes {}; {messages} messages, {bytes} bytes to get here", shapes.join(" ")));
        assert_eq!(x.gather_all(), all, "redistribution keeps every element");
        if let Some(path) = tour.picture(name) {
            Ownership::of(layout).title(*words).labels("row", "column").values(&x).save(path)?;
        }
    }
    if let Some(path) = tour.picture("block-cyclic-parts") {
        let dealt = &stops[4].layout;
        LocalParts::of(dealt)
            .title("Local arrays of the block-cyclic layout")
            .values(&x.redistribute(dealt)?)
            .save(path)?;
    }
    Ok(())
}
