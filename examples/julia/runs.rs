//! One run, the table of all, and their file.

use crate::kernels::{Kernel, point};
use lops::prelude::*;
use serde_json::{Value, json};
use std::{path::Path, time::Instant};

/// The cuts of rows and of columns: n whole, b in blocks of ⌈n/P⌉, c cyclic.
pub(crate) const LAYOUTS: [&str; 4] = ["bn", "cn", "bb", "cc"];

pub(crate) struct Run {
    pub(crate) kernel: Kernel,
    pub(crate) letters: &'static str,
    pub(crate) ranks: usize,
    pub(crate) side: usize,
    pub(crate) c: Complex<f32>,
    pub(crate) grid: Vec<usize>,
    /// Of each repetition, that of the slowest rank.
    pub(crate) seconds: Vec<f64>,
    /// Steps on each rank.
    pub(crate) steps: Vec<u64>,
}

impl Run {
    /// On the first `ranks` ranks; the others wait. All call this.
    pub(crate) fn of(
        comm: &Comm,
        kernel: Kernel,
        letters: &'static str,
        ranks: usize,
        side: usize,
        c: Complex<f32>,
        repeat: usize,
    ) -> Result<Self> {
        let layout = layout(comm, letters, ranks, side)?;
        let plane = DistArray::from_fn(&layout, |index| point(index, side));
        let mut seconds = vec![];
        let mut counts = DistArray::zeros(&layout);
        for _ in 0..repeat {
            comm.barrier();
            let start = Instant::now();
            counts = plane.map(|z| kernel.count(z, c));
            let mut slowest = [start.elapsed().as_secs_f64()];
            comm.all_reduce(&mut slowest, Reduction::Max);
            seconds.push(slowest[0]);
        }
        let mine: u64 = counts.as_slice().iter().map(|&count| u64::from(count)).sum();
        let mut steps = comm.all_gather(&[mine]);
        steps.truncate(ranks);
        let grid = layout.process_grid().map_or(vec![], |grid| grid.shape().to_vec());
        Ok(Self { kernel, letters, ranks, side, c, grid, seconds, steps })
    }

    pub(crate) fn best(&self) -> f64 {
        self.seconds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// How many times the mean the busiest rank has.
    fn imbalance(&self) -> f64 {
        let (most, all) = (self.steps.iter().max().copied().unwrap_or(0), self.steps.iter().sum::<u64>());
        most as f64 * self.ranks as f64 / (all as f64).max(1.0)
    }

    /// Millions of points a second.
    pub(crate) fn rate(&self) -> f64 {
        (self.side * self.side) as f64 / self.best() / 1e6
    }
}

/// The plane, cut over the first `ranks` ranks.
pub(crate) fn layout(comm: &Comm, letters: &str, ranks: usize, side: usize) -> Result<Layout> {
    let cut = |letter| match letter {
        'b' => Cut::CeilBlock,
        'c' => Cut::Cyclic,
        _ => Cut::Whole,
    };
    let first: Vec<_> = (0..ranks).collect();
    Grid::cut(&letters.chars().map(cut).collect::<Vec<_>>()).on_ranks(&first).layout(comm, &[side, side])
}

pub(crate) fn print_table(runs: &[Run]) {
    println!("kernel  points        ranks  layout  seconds   Mpoints/s  most/mean  steps by rank");
    for run in runs {
        let letters = run.letters.split_at(1);
        println!(
            "{:<7} {:<13} {:>5}  {:<6}  {:<8.4}  {:>9.2}  {:>9.3}  {}",
            run.kernel.name(),
            format!("{} × {}", run.side, run.side),
            run.ranks,
            format!("{}-{}", letters.0, letters.1),
            run.best(),
            run.rate(),
            run.imbalance(),
            run.steps.iter().map(u64::to_string).collect::<Vec<_>>().join(" "),
        );
    }
}

pub(crate) fn write_json(runs: &[Run], path: &Path) -> Result<()> {
    let row = |run: &Run| {
        json!({
            "kernel": run.kernel.name(), "layout": run.letters, "ranks": run.ranks, "grid": run.grid,
            "resolution": [run.side, run.side], "c": [run.c.re, run.c.im], "seconds": run.seconds,
            "steps": run.steps, "imbalance": run.imbalance(),
        })
    };
    let rows: Value = runs.iter().map(row).collect();
    std::fs::write(path, format!("{rows:#}\n"))
        .map_err(|error| Error::expected(ErrorKind::Io, path.display(), "a file that can be written", error))
}
