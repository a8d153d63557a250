//! An inversion to begin with: copy the folder, and put your own operator and data in.
//!
//! Impedances from a stacked seismic volume: min ‖d − G m‖² + ε² ‖L (m − m₀)‖², where G differentiates and convolves along
//! time, L is a Laplacian and m₀ a smooth background.
//!
//! ```text
//! cargo run --release                                             on all cores, as threads
//! cargo run --release -- OUT                                      results in the folder OUT
//! cargo run --release -- OUT data.npy background.npy              of your own data, [ny, nx, nt] of float64
//!
//! cargo build --release --features mpi
//! mpirun -n 4 target/release/my-inversion OUT                     as processes
//! ```

use lops::io::{load_npy, open_npy, save_npy};
use lops::prelude::*;
use lops::signal::{add_noise, ricker};
use lops::solvers::Checkpoint;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Data and background: from files, or made here of a layered model.
fn inputs(comm: &Comm, files: &[PathBuf]) -> Result<[DistArray<f64>; 2]> {
    if let [data, background] = files {
        // Each rank reads its own part. Cut along the first axis: rows of traces.
        let layout = Layout::scatter(comm, open_npy(comm, data)?.shape(), 0)?;
        return Ok([load_npy(&layout, data)?, load_npy(&layout, background)?]);
    }
    let layout = Layout::scatter(comm, &[8, 16, 80], 0)?;
    let model = DistArray::from_fn(&layout, |i| {
        let depth = i[2] as f64 + 0.5 * i[1] as f64 - 0.3 * i[0] as f64;
        0.1 * (depth / 17.0).floor() + 0.002 * i[2] as f64
    });
    let data = add_noise(&(&modelling(&layout)? * &model), 30.0, 1)?;
    Ok([data, &Smoothing::new(&[31]).along(&[2]).on::<f64>(&layout)? * &model])
}

/// G: the derivative along time, and a wavelet of 15 Hz.
fn modelling(layout: &Layout) -> Result<Operator<f64>> {
    let t: Vec<f64> = (0..21).map(|i| 0.004 * f64::from(i)).collect();
    PoststackModelling::new(&ricker(&t, 15.0)?.samples).along(2).on::<f64>(layout)
}

fn invert(comm: &Comm, out: &Path, files: &[PathBuf]) -> Result<()> {
    let [data, background] = inputs(comm, files)?;
    let layout = data.layout()?;
    let g = modelling(layout)?;
    let l = 0.2 * Laplacian::over(&[0, 1, 2]).on::<f64>(layout)?; // ε L

    // The update of the background: least squares of [G; ε L] and [d − G m₀; 0].
    let a = StackedVStack::of(vec![g.clone(), l])?;
    let residual = &data - &(&g * &background);
    let b = DistArray::stack(&[&residual, &data.zeros_like()])?;
    let mut update = background.zeros_like();

    // Saved every ten minutes, and when Slurm says that the time is up: run again, it goes on from there.
    let checkpoint = Checkpoint::to(out.join("checkpoint")).each(Duration::from_secs(600)).on_signals();
    let options = Options::iterations(200).tolerance(1e-3);
    let report = Cgls::new(&a, &b, &mut update)?.start(&options)?.checkpoint(&checkpoint)?.solve()?;

    // What all ranks do together stands outside of `if`; rank 0 prints what came out.
    let model = &background + &update;
    let misfit = (&data - &(&g * &model)).norm() / data.norm();
    save_npy(out.join("model.npy"), &model)?;
    report.save_json(comm, out.join("report.json"))?;
    report.plot(comm, out.join("convergence.png"))?;
    if comm.rank() == 0 {
        println!("{} ranks: {} after {} iterations", comm.size(), report.reason, report.iterations);
        println!("misfit {misfit:.4}, results in {}", out.display());
    }
    Ok(())
}

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().unwrap_or_else(|| "out".into());
    let files: Vec<_> = arguments.collect();
    launch(|comm| {
        std::fs::create_dir_all(&out)?;
        invert(comm, &out, &files)
    })
}
