//! Missing traces of a seismic volume, filled in by what is of low rank: the slices of its spectrum.
//!
//! At one frequency a plane wave is a matrix of rank 1 over the places (y, x) of its traces, so a volume of few waves that are nearly plane is
//! slices of low rank; traces that are missing at random make them matrices of full rank. So the slices are wanted that explain the
//! traces at hand and have the least sum of singular values, the nuclear norm:
//!
//! ```text
//! min ½ ‖R X − D‖² + σ Σ ‖X_f‖_*        X, D: spectra over time, X_f: a slice
//! ```
//!
//! R sets to zero what was not recorded. Each iteration of proximal gradients puts the recorded traces in, and makes all singular values less by σ. The
//! volume (t, y, x) is cut along y, its spectrum over frequency: each slice is one rank's own, and there iterations send a sum and no data.
//!
//! ```text
//! cargo run --release --example lowrank
//! scripts/mpirun.sh -n 4 target/release/examples/lowrank --lines 32 --traces 40 --keep 40 --json result.json
//! ```
//!
//! All numbers of ranks give the same bits. Source of the method: N. Kreimer, A. Stanton and M. Sacchi, Geophysics 78 (2013) V273; the iteration: R.
//! Mazumder, T. Hastie and R. Tibshirani, J. Mach. Learn. Res. 11 (2010) 2287.

mod pictures;
mod volume;

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use lops::proximal::{Acceleration, LeastSquares, Nuclear, ProximalGradient};
use lops_examples::outputs::{Outputs, figures_of_run, on_rank_0};
use lops_examples::traces::kept;
use lops_examples::{SolveFlags, TimingFlag, not_0};
use serde_json::json;
use std::path::PathBuf;

/// Fills missing traces of a seismic volume in, by frequency slices of the least nuclear norm.
///
/// Writes pictures (PNG) and volumes (NumPy's .npy). LOPS_RANKS sets the number of threads where no MPI launcher does.
#[derive(Debug, Parser)]
#[command(name = "lowrank")]
struct Arguments {
    /// Lines along y, over which the volume is cut, 10 m apart
    #[arg(long, value_name = "N", default_value_t = 24)]
    lines: usize,

    /// Traces of a line, 10 m apart
    #[arg(long, value_name = "N", default_value_t = 32)]
    traces: usize,

    /// Samples of a trace, at 4 ms
    #[arg(long, value_name = "N", default_value_t = 128)]
    samples: usize,

    /// What the volume is made of
    #[arg(long, value_enum, default_value = "planes")]
    events: Events,

    /// Traces that were recorded, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 50.0)]
    keep: f64,

    /// Which ones: the seed of their order
    #[arg(long, value_name = "SEED", default_value_t = 7)]
    seed: u64,

    /// By how much an iteration makes singular values less, as a part of the norm of the largest slice
    #[arg(long, value_name = "PART", default_value_t = 0.005)]
    sigma: f64,

    /// Iterations of FISTA
    #[arg(long, value_name = "N", default_value_t = 100)]
    iterations: usize,

    /// Folder for pictures and volumes; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/lowrank")]
    out: PathBuf,

    /// File for the figures: errors, and of the run its costs and why it stopped
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    #[command(flatten)]
    solving: SolveFlags,

    #[command(flatten)]
    timing: TimingFlag,
}

/// What a volume is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Events {
    /// Three plane waves
    Planes,
    /// Three reflections, which bend
    Reflections,
}

fn main() -> Result<()> {
    lops::launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let Arguments { lines, traces, samples, .. } = *arguments;
    not_0(&[("--lines", lines), ("--traces", traces), ("--iterations", arguments.iterations)])?;
    if !(arguments.sigma > 0.0 && arguments.sigma.is_finite()) {
        return Err(Error::expected(ErrorKind::Parameter, "--sigma", "a finite number above 0", arguments.sigma));
    }
    let truth = volume::volume(comm, [lines, traces, samples], arguments.events)?;
    let kept = kept(comm, lines * traces, arguments.keep, arguments.seed)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let is_recorded = |line: usize, trace: usize| kept.binary_search(&(line * traces + trace)).is_ok();
    let fourier = FFT::along(0).on_real::<f64>(truth.layout()?)?.scale_real(1.0 / (samples as f64).sqrt()); // so that Fᴴ F = 1
    let gaps = &truth * &DistArray::from_fn(truth.layout()?, |i| f64::from(u8::from(is_recorded(i[1], i[2]))));
    let data = (&fourier * &gaps).redistribute_axis(0)?; //                     D, its slices over the ranks
    let slices = data.layout()?;
    let ones = DistArray::from_fn(slices, |i| Complex::new(f64::from(u8::from(is_recorded(i[1], i[2]))), 0.0));
    let recorded = Diagonal::of(&ones)?; //                                     R
    let largest = data.map(|d| d.norm_sqr()).over(&[1, 2]).sum()?.norm_of(Norm::Inf)?.sqrt();

    let f = LeastSquares::new(1.0).of(&recorded, &data)?;
    let mut spectrum = data.clone();
    let options =
        Options { progress: true, tolerance: Tolerance::Relative(1e-4), ..Options::iterations(arguments.iterations) };
    let g = Nuclear::new(if largest > 0.0 { arguments.sigma * largest } else { 1.0 }).on(slices)?;
    let method = ProximalGradient::new(&f, &g, &mut spectrum)?.step(1.0)?.accelerated(Acceleration::Fista)?;
    let report = arguments.solving.solve("lowrank", method.restarts()?.objective(), &options)?;
    let filled = fourier.adjoint() * &spectrum.redistribute_axis(1)?;

    let errors = [&gaps, &filled].map(|volume| (volume - &truth).norm() / truth.norm());
    let [worse, better] = errors.map(|error| -20.0 * error.log10());
    for (name, x) in [("volume", &truth), ("recorded", &gaps), ("filled", &filled)] {
        outputs.save_array(name, x)?;
    }
    pictures::save([&truth, &gaps, &filled], report.series("objective"), &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&json!({
            "ranks": comm.size(),
            "shape": [samples, lines, traces],
            "recorded": kept.len(),
            "slices": slices.shape()[0],
            "error_before": errors[0],
            "error_after": errors[1],
            "snr_before": worse,
            "snr_after": better,
            "runs": [figures_of_run("fista", &report, [("objective", json!(report.series("objective")))])],
        }))?;
        println!(
            "{} of {} traces recorded, {} frequency slices on {} ranks\n\
             {} iterations in {:.2} s ({})\n\
             relative error {:.4} before, {:.4} after; signal to noise {worse:.2} dB before, {better:.2} dB after\n\
             pictures and volumes: {}",
            kept.len(),
            lines * traces,
            slices.shape()[0],
            comm.size(),
            report.iterations,
            report.time.as_secs_f64(),
            report.reason,
            errors[0],
            errors[1],
            outputs.folder().display()
        );
        Ok(())
    })
}
