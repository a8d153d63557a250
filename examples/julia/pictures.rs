//! The set itself, and how the layouts scale.

use crate::kernels::point;
use crate::runs::{LAYOUTS, Run, layout};
use lops::plot::{Curves, Palette, Section};
use lops::prelude::*;
use lops_examples::outputs::{make_folder, on_rank_0};
use std::path::Path;

/// Draws the last run's set, and the rate over the number of ranks of each kernel and size.
///
/// # Communication
/// Rank 0 gets what the picture shows, and draws.
pub(crate) fn draw(comm: &Comm, runs: &[Run], folder: &Path) -> Result<()> {
    let Some(last) = runs.last() else { return Ok(()) };
    let plane = layout(comm, last.letters, last.ranks, last.side)?;
    let counts = DistArray::from_fn(&plane, |i| f64::from(last.kernel.count(point(i, last.side), last.c)));
    on_rank_0(comm, || make_folder(folder))?;
    let log = counts.map(|count| (1.0 + count).log10()).slice(&index![.., ..;-1])?; // the imaginary part grows upwards
    let step = 3.0 / last.side as f64;
    Section::of(&log)
        .transposed()
        .title(format!("Julia set of c = {} + {}i", last.c.re, last.c.im))
        .across("Re z", -1.5, 1.5 - step)
        .down("Im z", 1.5 - step, -1.5)
        .bar("log₁₀ (1 + steps)")
        .palette(Palette::Perceptual)
        .size(640, 560)
        .save(folder.join("julia.png"))?;
    scaling(comm, runs, folder)
}

fn scaling(comm: &Comm, runs: &[Run], folder: &Path) -> Result<()> {
    let mut kinds: Vec<_> = runs.iter().map(|run| run.kernel).collect();
    kinds.dedup();
    for kernel in kinds {
        let of = |letters: &'static str| runs.iter().filter(move |run| run.kernel == kernel && run.letters == letters);
        let mut curves = Curves::of(comm)
            .title(format!("Julia set, kernel {}", kernel.name()))
            .x_label("ranks")
            .y_label("millions of points a second")
            .markers();
        for letters in LAYOUTS {
            let points: Vec<_> = of(letters).map(|run| (run.ranks as f64, run.rate())).collect();
            curves = curves.points(letters, &points);
        }
        if let Some(one) = of(LAYOUTS[0]).next() {
            let most = runs.iter().map(|run| run.ranks).max().unwrap_or(1);
            let ideal: Vec<_> = (1..=most).map(|ranks| (ranks as f64, one.rate() * ranks as f64)).collect();
            curves = curves.points("ideal", &ideal);
        }
        curves.save(folder.join(format!("scaling-{}.png", kernel.name())))?;
    }
    Ok(())
}
