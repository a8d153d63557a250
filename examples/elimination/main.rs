//! Gaussian elimination and LU factors of a matrix, whatever its layout.
//!
//! ```text
//! for k in 0..n:
//!     lᵢ = aᵢₖ / aₖₖ              i > k     a column, where it is
//!     aᵢⱼ ← aᵢⱼ − lᵢ aₖⱼ          i, j > k   what is left, where it is
//! ```
//!
//! Each step sends the pivot to all, and the column and the pivot row to the ranks that hold what is left: one
//! broadcast and two exchanges. The program names no rank: layouts say who has what, so columns (`n-b`),
//! rows (`b-n`), blocks (`b-b`) and both axes dealt out in turn (`c-c`) are four words in a table, and all
//! give the same bits. In blocks, ranks run out of work as k grows; dealt out in turn, none does. No pivots
//! are sought: the matrix has a dominant diagonal.
//!
//! ```text
//! cargo run --release --example elimination
//! LOPS_RANKS=4 cargo run --release --example elimination -- 64 256 --json elimination.json
//! ```
//!
//! Problem and layouts: the Gaussian elimination notebook of DistArray.

mod factors;

use clap::Parser;
use factors::{back_substituted, eliminate, matrix, system};
use lops::ndarray::{Array2, Ix2};
use lops::prelude::*;
use lops_examples::TimingFlag;
use serde_json::{Value, json};
use std::{cmp::Ordering, path::PathBuf, time::Instant};

#[derive(Parser)]
#[command(about = "Gaussian elimination and LU factors on several layouts")]
struct Arguments {
    /// Rows of the matrices
    #[arg(default_values_t = [16, 64, 128])]
    sizes: Vec<usize>,
    /// Write the table to this file
    #[arg(long)]
    json: Option<PathBuf>,
    #[command(flatten)]
    timing: TimingFlag,
}

/// The cuts of rows and columns.
const LAYOUTS: [&str; 4] = ["nb", "bn", "bb", "cc"];

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.sizes.contains(&0) {
        return Err(Error::expected(ErrorKind::Parameter, "rows of a matrix", "at least 1", 0));
    }
    launch(|comm| {
        arguments.timing.run(comm, || {
            let mut rows = vec![];
            if comm.rank() == 0 {
                println!(
                    "rows  layout  grid      LU seconds  ‖LU − A‖∞   solve seconds  ‖x − 1‖∞    calls  bytes of rank 0"
                );
            }
            for &n in &arguments.sizes {
                let mut first: Option<Array2<f64>> = None;
                for letters in LAYOUTS {
                    let layout = Grid::parse(letters)?.layout(comm, &[n, n])?;
                    let (row, lu) = run(comm, letters, &layout)?;
                    if *first.get_or_insert_with(|| lu.clone()) != lu {
                        return Err(
                            format!("LU factors on layout {letters} differ from those on {}", LAYOUTS[0]).into()
                        );
                    }
                    rows.push(row);
                }
            }
            let Some(path) = &arguments.json else { return Ok(()) };
            let write = || std::fs::write(path, format!("{:#}\n", Value::from(rows)));
            let words = |error| Error::expected(ErrorKind::Io, path.display(), "a file that can be written", error);
            comm.agree(if comm.rank() == 0 { write().map_err(words) } else { Ok(()) })
        })
    })
}

/// Factors and solves on one layout; the figures, and the factors in one matrix.
fn run(comm: &Comm, letters: &str, layout: &Layout) -> Result<(Value, Array2<f64>)> {
    let n = layout.shape()[0];
    let a = matrix(layout);
    let before = comm.traffic();
    let start = Instant::now();
    let mut lu = a.clone();
    eliminate(&mut lu)?;
    let lu_seconds = start.elapsed().as_secs_f64();
    let spent = (comm.traffic() - before).total();

    let start = Instant::now();
    let mut system = system(&Grid::parse(letters)?.layout(comm, &[n, n + 1])?);
    eliminate(&mut system)?;
    let x = back_substituted(&system)?;
    let solve_seconds = start.elapsed().as_secs_f64();

    let dense = |x: &DistArray<f64>| x.gather_all().into_dimensionality::<Ix2>().map_err(Error::other);
    let (a, lu) = (dense(&a)?, dense(&lu)?);
    let largest = |x: Array2<f64>| x.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let lower = Array2::from_shape_fn((n, n), |(i, j)| match i.cmp(&j) {
        Ordering::Less => 0.0,
        Ordering::Equal => 1.0,
        Ordering::Greater => lu[[i, j]],
    });
    let upper = Array2::from_shape_fn((n, n), |(i, j)| if i <= j { lu[[i, j]] } else { 0.0 });
    let factor_error = largest(lower.dot(&upper) - &a);
    let solve_error = x.iter().fold(0.0, |most: f64, x| most.max((x - 1.0).abs()));
    let grid = layout.process_grid().map_or(vec![], |grid| grid.shape().to_vec());
    if comm.rank() == 0 {
        let shape = format!("{} × {}", grid[0], grid[1]);
        println!(
            "{n:<4}  {:<6}  {shape:<8}  {lu_seconds:<10.5}  {factor_error:<10.1e}  {solve_seconds:<13.5}  {solve_error:<10.1e}  {:<5}  {}",
            format!("{}-{}", &letters[..1], &letters[1..]),
            spent.calls,
            spent.bytes,
        );
    }
    let row = json!({
        "n": n, "layout": letters, "ranks": comm.size(), "grid": grid, "lu_seconds": lu_seconds,
        "solve_seconds": solve_seconds, "lu_error": factor_error, "solve_error": solve_error,
        "calls": spent.calls, "bytes": spent.bytes, "last_pivot": lu[[n - 1, n - 1]],
    });
    Ok((row, lu))
}
