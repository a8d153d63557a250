//! `benchmarking.py`: how long functions take, and what is inside them.

use crate::page::Page;
use lops::comm::Timing;
use lops::prelude::*;
use lops_examples::outputs::on_rank_0;

/// Inside of a timing every operation that communicates is a line of the tree by itself.
fn inner(comm: &Comm) -> Result<f64> {
    let _mark = comm.mark("inner");
    let x = DistArray::full(&Layout::scatter(comm, &[500, 501], 1)?, 1.0);
    x.dot(&x)
}

/// Marks of one's own, with a name.
fn inner_with_marks(comm: &Comm) -> Result<f64> {
    let _mark = comm.mark("inner with marks");
    let x = {
        let _mark = comm.mark("array");
        DistArray::full(&Layout::scatter(comm, &[500, 501], 1)?, 1.0)
    };
    let _mark = comm.mark("dot");
    x.dot(&x)
}

/// Marks nest.
fn outer(comm: &Comm) -> Result<f64> {
    let _mark = comm.mark("outer");
    let squares = inner_with_marks(comm)?;
    let x = DistArray::full(&Layout::scatter(comm, &[500, 501], 1)?, 1.0);
    Ok(squares + (&x + &x).sum())
}

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let timing = Timing::start(page.comm)?;
    let results = [inner(page.comm)?, inner_with_marks(page.comm)?, outer(page.comm)?];
    let report = timing.finish();
    page.say(&report);
    for result in results {
        page.tell("of one call", result);
    }
    // The tree is text as any other: it may go to a file.
    let path = page.file("benchmark.log");
    on_rank_0(page.comm, || Ok(std::fs::write(path, report.to_string())?))?;
    page.ensure(report.node(&["outer", "inner with marks", "dot"]).is_some(), "a mark in a mark in a mark")
}
