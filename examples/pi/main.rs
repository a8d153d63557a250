//! π by throwing points at a square: how many of them lie within the circle.
//!
//! The whole computation is five array expressions, and its result is the same on any number of ranks: the
//! points follow from the seed and from their global index.
//!
//! ```text
//! cargo run --release --example pi                                        on all cores
//! LOPS_RANKS=4 cargo run --release --example pi -- --most 26 --pictures pictures
//!
//! cargo build --release --features mpi --example pi
//! scripts/mpirun.sh -n 4 target/release/examples/pi --json pi.json
//! ```
//!
//! Source: the Monte Carlo example of DistArray (Enthought), which times it for 2³, 2⁴, … points.

use clap::Parser;
use lops::plot::Curves;
use lops::prelude::*;
use lops_examples::TimingFlag;
use lops_examples::outputs::{make_folder, on_rank_0, write_rows};
use serde_json::json;
use std::{f64::consts::PI, path::Path, path::PathBuf, time::Instant};

#[derive(Parser)]
#[command(about = "π by throwing points at a square, for 2³, 2⁴, … points")]
struct Arguments {
    /// Up to two to this power of points
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(3..=40))]
    most: u32,
    /// What the points follow from
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Each time is the best of so many
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Write all runs to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw errors and times into this folder
    #[arg(long)]
    pictures: Option<PathBuf>,
    #[command(flatten)]
    timing: TimingFlag,
}

/// Four times the part of n points of the unit square that lie within the circle around its corner.
///
/// # Communication
/// One all-reduce of 8 bytes.
fn estimate(comm: &Comm, n: usize, seed: u64) -> Result<f64> {
    let points = Layout::scatter(comm, &[n], 0)?;
    let mut random = Random::seed(seed);
    let x = random.uniform::<f64>(&points, 0.0, 1.0)?;
    let y = random.uniform::<f64>(&points, 0.0, 1.0)?;
    let inside = x.hypot(&y)?.less(1.0)?.sum();
    Ok(4.0 * inside as f64 / n as f64)
}

struct Run {
    points: usize,
    pi: f64,
    /// Of the slowest rank, in the best repetition.
    seconds: f64,
}

impl Run {
    fn of(comm: &Comm, n: usize, arguments: &Arguments) -> Result<Self> {
        let (mut pi, mut seconds) = (0.0, f64::INFINITY);
        for _ in 0..arguments.repeat {
            comm.barrier();
            let start = Instant::now();
            pi = estimate(comm, n, arguments.seed)?;
            let mut slowest = [start.elapsed().as_secs_f64()];
            comm.all_reduce(&mut slowest, Reduction::Max);
            seconds = seconds.min(slowest[0]);
        }
        Ok(Self { points: n, pi, seconds })
    }

    fn error(&self) -> f64 {
        (self.pi - PI).abs()
    }
}

fn print(runs: &[Run], ranks: usize) {
    println!("{:>12} {:>12} {:>10} {:>10} {:>14}", "points", "π", "error", "seconds", "points/s");
    for run in runs {
        let rate = run.points as f64 / run.seconds;
        println!("{:>12} {:>12.8} {:>10.2e} {:>10.2e} {rate:>14.3e}", run.points, run.pi, run.error(), run.seconds);
    }
    println!("on {ranks} ranks; the estimates are the same on any number of them");
}

fn write(runs: &[Run], ranks: usize, path: &Path) -> Result<()> {
    let row = |run: &Run| json!({"points": run.points, "pi": run.pi, "seconds": run.seconds, "ranks": ranks});
    write_rows(path, &runs.iter().map(row).collect())
}

/// The error beside 1/√n, and the time, over the number of points. All ranks call it.
fn draw(comm: &Comm, runs: &[Run], folder: &Path) -> Result<()> {
    on_rank_0(comm, || make_folder(folder))?;
    let over_points = |f: &dyn Fn(&Run) -> f64| -> Vec<_> {
        runs.iter().map(|run| ((run.points as f64).log2(), f(run))).filter(|(_, y)| *y > 0.0).collect()
    };
    // The standard deviation of one throw's 4 or 0.
    let expected = |run: &Run| (PI * (4.0 - PI) / run.points as f64).sqrt();
    Curves::of(comm)
        .title("π by Monte Carlo: error")
        .x_label("log₂ points")
        .y_label("|estimate − π|")
        .logarithmic()
        .markers()
        .points("error", &over_points(&Run::error))
        .points("one standard deviation", &over_points(&expected))
        .save(folder.join("pi-error.png"))?;
    Curves::of(comm)
        .title("π by Monte Carlo: time")
        .x_label("log₂ points")
        .y_label("seconds")
        .logarithmic()
        .markers()
        .points("time", &over_points(&|run| run.seconds))
        .save(folder.join("pi-time.png"))
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    launch(|comm| {
        arguments.timing.run(comm, || {
            let runs = (3..=arguments.most).map(|k| Run::of(comm, 1 << k, &arguments)).collect::<Result<Vec<_>>>()?;
            on_rank_0(comm, || {
                print(&runs, comm.size());
                arguments.json.as_ref().map_or(Ok(()), |path| write(&runs, comm.size(), path))
            })?;
            arguments.pictures.as_ref().map_or(Ok(()), |folder| draw(comm, &runs, folder))
        })
    })
}
