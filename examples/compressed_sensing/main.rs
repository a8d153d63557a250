//! Missing traces of a seismic section, filled in by what is sparse: its spectrum.
//!
//! Few waves with straight fronts are few points of the spectrum over frequency and wavenumber, and a section of which traces are
//! missing at random is the full one with noise spread over all of it. So the sparsest spectrum that explains the traces at hand is
//! wanted:
//!
//! ```text
//! d = R x,   x = Fᴴ c,   min ½ ‖d − R Fᴴ c‖² + ε ‖c‖₁
//! ```
//!
//! R keeps the traces that were recorded, F is the Fourier transform of a real section over both axes, and c complex. The section (x, t) is cut along x:
//! R sends nothing, F exchanges once each way, and FISTA sums once an iteration.
//!
//! ```text
//! cargo run --release --example compressed_sensing
//! scripts/mpirun.sh -n 4 target/release/examples/compressed_sensing --traces 256 --keep 40 --json result.json
//! ```
//!
//! All numbers of ranks give the same bits. Source of the method: F. Herrmann and G. Hennenfent, Geophys. J. Int. 173 (2008) 233.

use clap::Parser;
use lops::ndarray::Array2;
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use lops::signal::{self, Line};
use lops_examples::outputs::{Outputs, on_rank_0};
use lops_examples::pictures::convergence;
use lops_examples::traces::kept;
use lops_examples::{SolveFlags, TimingFlag};
use serde_json::json;
use std::path::PathBuf;

/// Fills missing traces of a seismic section in, by the sparsest spectrum that explains the others.
#[derive(Debug, Parser)]
#[command(name = "compressed_sensing")]
struct Arguments {
    /// Traces of the section, over which it is cut
    #[arg(long, value_name = "N", default_value_t = 128)]
    traces: usize,

    /// Samples of a trace, at 4 ms
    #[arg(long, value_name = "N", default_value_t = 256)]
    samples: usize,

    /// Traces that were recorded, in per cent
    #[arg(long, value_name = "PERCENT", default_value_t = 50.0)]
    keep: f64,

    /// Iterations of FISTA
    #[arg(long, value_name = "N", default_value_t = 300)]
    iterations: usize,

    /// Weight of sparsity, as a part of the largest coefficient
    #[arg(long, value_name = "PART", default_value_t = 1e-3)]
    eps: f64,

    /// Folder for pictures and sections; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/compressed_sensing")]
    out: PathBuf,

    /// File for the figures
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    #[command(flatten)]
    solving: SolveFlags,

    #[command(flatten)]
    timing: TimingFlag,
}

/// Seconds between samples, metres between traces, metres a second.
const STEPS: (f64, f64, f64) = (0.004, 10.0, 2000.0);

fn main() -> Result<()> {
    lops::launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let (nx, nt) = (arguments.traces, arguments.samples);
    if nx == 0 || nt < 2 {
        let found = format!("{nx} and {nt}");
        return Err(Error::expected(ErrorKind::Parameter, "--traces and --samples", "at least 1 and 2", found));
    }
    let section = section(nx, nt)?;
    let kept = kept(comm, nx, arguments.keep, 11)?;
    let layout = Layout::scatter(comm, &[nx, nt], 0)?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;

    let truth = DistArray::from_fn(&layout, |i| section[[i[0], i[1]]]);
    let recorded = Restriction::new(&kept).along(0).on::<f64>(&layout)?; //       R
    let fourier = FFTND::over(&[0, 1]).on_real::<f64>(&layout)?;
    let unit = 1.0 / ((nx * nt) as f64).sqrt(); //                               so that F Fᴴ = 1
    let synthesis = fourier.adjoint().scale_real(unit); //                       Fᴴ
    let a = &recorded * &synthesis;
    let data = &recorded * &truth;

    let largest = (&a.adjoint() * &data).norm_of(Norm::Inf)?;
    let mut spectrum = DistArray::zeros(a.domain());
    let method = Shrinkage::fista(&a, &data, &mut spectrum, arguments.eps * largest)?.step(1.0)?.restart();
    let options =
        Options { progress: true, tolerance: Tolerance::Relative(1e-6), ..Options::iterations(arguments.iterations) };
    let report = arguments.solving.solve("fista", method, &options)?;

    let filled = &synthesis * &spectrum;
    let gaps = &recorded.adjoint() * &data; //                                   what was recorded, and zeros between
    let error = |x: &DistArray<f64>| (x - &truth).norm() / truth.norm();
    let errors = [error(&gaps), error(&filled)];
    let nonzero = spectrum.norm_of(Norm::Zero)? / spectrum.size() as f64;
    let spectra = [&truth, &gaps, &filled].map(|x| (&fourier * x).map(|c| c.norm() * unit));

    for (name, x) in [("section", &truth), ("recorded", &gaps), ("filled", &filled)] {
        outputs.save_array(name, x)?;
    }
    pictures([&truth, &gaps, &filled], spectra.each_ref(), &report, &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&json!({
            "ranks": comm.size(),
            "shape": [nx, nt],
            "recorded": kept.len(),
            "error_before": errors[0],
            "error_after": errors[1],
            "nonzero_fraction": nonzero,
            "runs": [{
                "solver": "fista",
                "iterations": report.iterations,
                "seconds": report.time.as_secs_f64(),
                "cost": report.series("objective"),
                "reason": report.reason.to_string(),
            }],
        }))?;
        println!(
            "{} of {nx} traces recorded: relative error {:.4} before, {:.4} after {} iterations ({}); {:.1} % of the \
             spectrum is not 0\npictures: {}",
            kept.len(),
            errors[0],
            errors[1],
            report.iterations,
            report.reason,
            100.0 * nonzero,
            outputs.folder().display()
        );
        Ok(())
    })
}

/// Four waves with straight fronts, the same on every rank.
fn section(nx: usize, nt: usize) -> Result<Array2<f64>> {
    let (dt, dx, velocity) = STEPS;
    let times: Vec<f64> = (0..nt).map(|i| dt * i as f64).collect();
    let places: Vec<f64> = (0..nx).map(|i| dx * i as f64).collect();
    let wavelet = signal::ricker(&times[..nt.min(31)], 18.0)?;
    let end = dt * nt as f64;
    let events = [(0.15, 0.0, 1.0), (0.3, 12.0, -0.8), (0.55, -9.0, 0.9), (0.75, 4.0, 0.6)];
    let events = events.map(|(t0, theta, amplitude)| Line { t0: t0 * end, theta, amplitude });
    Ok(signal::linear2d(&places, &times, velocity, &events, &wavelet)?.data)
}

/// Draws sections and their spectra. All ranks call it.
fn pictures(
    sections: [&DistArray<f64>; 3],
    spectra: [&DistArray<f64>; 3],
    report: &Report<f64>,
    outputs: &Outputs,
) -> Result<()> {
    let names = ["Section", "Recorded", "Filled in"];
    let (dt, dx, _) = STEPS;
    let mut panels = Panels::new(3).panel_size(420, 380);
    for (x, name) in sections.into_iter().zip(names) {
        let image = Section::of(x).transposed().title(name).palette(Palette::Seismic).limits(-1.0, 1.0);
        let (width, depth) = (dx * x.shape()[0] as f64, dt * x.shape()[1] as f64);
        panels = panels.panel(image.across("x [m]", 0.0, width).down("t [s]", 0.0, depth));
    }
    for (x, name) in spectra.into_iter().zip(names) {
        let image = Section::of(x).transposed().title(format!("{name}: spectrum")).bar("modulus");
        let width = x.shape()[0] as f64;
        panels = panels.panel(image.across("wavenumber", 0.0, width).down("frequency [Hz]", 0.0, 0.5 / dt));
    }
    panels.save(outputs.folder().join("overview.png"))?;
    let costs = [("FISTA".to_string(), report.series("objective"))];
    convergence(sections[0].comm(), outputs, "objective", costs)
}
