//! A tour of distributed arrays: made, looked at, computed with, cut, moved, saved, and acted on locally.
//!
//! ```text
//! LOPS_RANKS=4 cargo run --release --example features -- --out features
//! scripts/mpirun.sh -n 4 target/release/examples/features               (built with --features mpi)
//! ```
//!
//! Everything that is printed, but for which rank holds what, is the same on any number of ranks. The way of
//! the tour is that of DistArray's notebook of features (Enthought).

mod files;

use clap::Parser;
use lops::ndarray::array;
use lops::plot::{LocalParts, Ownership};
use lops::prelude::*;
use lops_examples::outputs::{make_folder, on_rank_0};
use std::{fmt::Display, path::Path, path::PathBuf};

#[derive(Parser)]
#[command(about = "A tour of distributed arrays")]
struct Arguments {
    /// Save and draw into this folder
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What every stop of the tour needs.
struct Tour<'a> {
    comm: &'a Comm,
    out: Option<&'a Path>,
}

impl Tour<'_> {
    /// Prints on rank 0.
    fn say(&self, words: impl Display) {
        if self.comm.rank() == 0 {
            println!("{words}");
        }
    }

    fn heading(&self, words: &str) {
        self.say(format!("\n{words}\n{}", "─".repeat(words.chars().count())));
    }

    /// Prints a whole array, which comes to every rank.
    fn show(&self, name: &str, array: &DistArray<f64>) {
        self.say(format!("{name} =\n{:7.3}", array.gather_all()));
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    launch(|comm| {
        let tour = Tour { comm, out: arguments.out.as_deref() };
        on_rank_0(comm, || tour.out.map_or(Ok(()), make_folder))?;
        let x = making(&tour)?;
        computing(&tour, &x)?;
        reducing(&tour, &x)?;
        taking_parts(&tour, &x)?;
        moving(&tour, &x)?;
        rearranging(&tour, &x)?;
        acting_locally(&tour, &x)?;
        files::visit(&tour, &x)
    })
}

fn making(tour: &Tour<'_>) -> Result<DistArray<f64>> {
    tour.heading("Arrays");
    let layout = Layout::scatter(tour.comm, &[4, 5], 0)?;
    let x = Random::seed(42).uniform::<f64>(&layout, 0.0, 1.0)?;
    tour.show("x, random, the same on any number of ranks", &x);
    tour.say(format!("shape {:?}, {} elements of {}, {}", x.shape(), x.size(), x.dtype(), x.space()));
    let shapes = x.apply(|block| Ok(block.local().shape().to_vec()))?;
    tour.say(format!("local shapes {shapes:?}"));
    Ok(x)
}

fn computing(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Elementwise functions, without a message");
    let before = tour.comm.traffic().total().calls;
    let y = x.sin().square() + x.cos().square();
    let positive = x.greater(0.5)?.select(x, 0.0)?;
    let fused = x.zip(&y, |x, y| (2.0 * x).hypot(y))?; // as many steps as you like, in one pass
    let calls = tour.comm.traffic().total().calls - before;
    tour.show("x where it is above ½", &positive);
    tour.show("√((2 x)² + y²)", &fused);
    tour.say(format!("sin² + cos² is 1 within 1e-15: {}; {calls} calls", y.allclose(&y.full_like(1.0), 0.0, 1e-15)?));
    Ok(())
}

fn reducing(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Reductions, to the same bits on any number of ranks");
    tour.say(format!("sum {:.17}, mean {:.17}, deviation {:.17}", x.sum(), x.mean(), x.std(0)));
    tour.say(format!("least {:.3} at {:?}, largest {:.3} at {:?}", x.min()?, x.argmin()?, x.max()?, x.argmax()?));
    tour.show("means of columns", &x.over(&[0]).mean()?);
    tour.show("deviations of rows, as a column", &x.over(&[1]).keep_dims().std(1)?);
    Ok(())
}

fn taking_parts(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Parts");
    let mut y = x.clone();
    tour.say(format!("x[1, 3] = {:.3}, the last row ends in {:.3}", y.get(&[1, 3])?, y.get(&[-1, -1])?));
    tour.show("x[1:3, ::-2]", &y.slice(&index![1..3, ..;-2])?);
    y.view_mut(&index![1..3, ..])?.assign(0.0)?; // written through
    y.assign(&index![.., 0], &array![1.0, 2.0, 3.0, 4.0])?;
    tour.show("rows 1 and 2 set to 0, then column 0", &y);
    Ok(())
}

fn moving(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Layouts");
    let dealt = Grid::cut(&[Cut::Block, Cut::Cyclic]).layout(tour.comm, &[64, 64])?;
    tour.say(format!("{dealt}"));
    if let Some(folder) = tour.out {
        Ownership::of(&dealt).save(folder.join("block-cyclic.png"))?;
        LocalParts::of(x.layout()?).values(x).save(folder.join("parts.png"))?;
    }
    let longer = x.distribute_as(&Layout::scatter(tour.comm, &[10, 2], 0)?)?;
    tour.show("x as (10, 2)", &longer);
    let last = tour.comm.size() - 1;
    let blocks = Grid::cut(&[Cut::Block, Cut::Block]).on_ranks(&[last]).layout(tour.comm, &[5, 4])?;
    let moved = x.distribute_as(&blocks)?;
    tour.say(format!("as (5, 4) on the last rank: {}; sums are equal: {}", moved.space(), moved.sum() == x.sum()));
    Ok(())
}

fn rearranging(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Rearranging");
    tour.show("xᵀ, where the ranks hold columns", &x.t()?);
    tour.show("rows turned by one, columns in the other order", &x.roll(&[1], &[0])?.flip(&[1])?);
    tour.show("sorted along rows", &x.sort_axis(1)?);
    tour.show("differences along columns", &x.diff(1, 0)?);
    tour.show("x xᵀ", &matmul(x, &x.t()?)?);
    Ok(())
}

fn acting_locally(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Think globally, act locally");
    let sums = x.apply(|block| Ok(block.local().sum()))?;
    tour.say(format!("the ranks' own sums: {sums:.3?}"));
    let mut demeaned = x.clone();
    demeaned.apply_mut(|block| {
        let mean = block.local().mean().unwrap_or(0.0);
        block.local_mut().mapv_inplace(|x| x - mean);
        Ok(())
    })?;
    tour.say(format!("each block without its mean: the sum is 0 within 1e-14: {}", demeaned.sum().abs() < 1e-14));
    let ranks = DistArray::per_rank(tour.comm, tour.comm.rank() as f64)?;
    tour.say(format!("the ranks as an array: {}", ranks.gather_all()));
    Ok(())
}
