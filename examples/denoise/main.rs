//! Denoising: an image and a volume without noise, with their edges, by total variation.
//!
//! ```text
//! min ½ ‖x − d‖² + σ Σ ‖∇x‖
//! ```
//!
//! PrimalDual needs of the first term a prox, of the second one another prox and the gradient. A volume that is cut along its first axis
//! goes through memory once in an iteration.
//!
//! ```text
//! cargo run --release --example denoise                                      on all cores
//! LOPS_RANKS=3 cargo run --release --example denoise -- --anisotropic --cut 1
//!
//! cargo build --release --features mpi --example denoise
//! scripts/mpirun.sh -n 4 target/release/examples/denoise --volume 256 --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all of the image.

mod arguments;

use arguments::Arguments;
use lops::library::shepp_logan;
use lops::prelude::*;
use lops::proximal::{L1, L2, L21, PrimalDual};
use lops::solvers::Tolerance;
use lops_examples::images::{self, Pictures};
use lops_examples::outputs::{Outputs, figures_of_run, on_rank_0};
use serde_json::json;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)?.map(Arguments::check).transpose()? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let cut = |shape: &[usize]| Layout::scatter(comm, shape, arguments.cut);
    let image = images::load(comm, arguments.image.as_deref(), arguments.size, cut)?;
    let mut truths = vec![("image", image)];
    if arguments.volume > 0 {
        truths.push(("volume", shepp_logan(&cut(&[arguments.volume; 3])?)?));
    }
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;
    let (mut pictures, mut runs) = (Pictures::default(), vec![]);
    for (name, truth) in &truths {
        let mut noisy = truth.clone();
        images::add_noise(&mut noisy, arguments.noise)?;
        let (found, report) = denoise(arguments, name, &noisy, true)?;
        let decibels = |array: &DistArray<f64>| 20.0 * (truth.norm() / (array - truth).norm()).log10();
        let error = (&found - truth).norm() / truth.norm();
        let [before, after] = [&noisy, &found].map(decibels);
        if comm.rank() == 0 {
            let (iterations, seconds) = (report.iterations, report.time.as_secs_f64());
            println!("{name}: {iterations} iterations in {seconds:.2} s, relative error {error:.4}: {}", report.reason);
            println!("{name}: signal to noise {before:.2} dB before, {after:.2} dB after");
        }
        for (what, array) in
            [("Truth", truth), ("Noisy", &noisy), ("Denoised", &found), ("Difference", &(&noisy - &found))]
        {
            pictures.image(&format!("{what}: {name}"), &middle(array)?);
        }
        pictures.costs(name, report.series("objective"));
        outputs.save_array(&format!("noisy_{name}"), &noisy)?;
        outputs.save_array(&format!("recovered_{name}"), &found)?;
        let own = [
            ("shape", json!(truth.shape())),
            ("relative_error", json!(error)),
            ("decibels_before_after", json!([before, after])),
            ("objective", json!(report.series("objective"))),
            ("update", json!(report.series("update"))),
        ];
        runs.push(figures_of_run(name, &report, own));
        if *name == "image" {
            same_on_one_rank(arguments, &noisy, &found)?;
        }
    }
    let layout = truths[0].1.layout()?;
    pictures.save(comm, &outputs)?;
    on_rank_0(comm, || {
        (0..comm.size()).for_each(|rank| println!("rank {rank}: {:?}", layout.ranges(rank).unwrap_or_default()));
        outputs.save_json(&json!({
            "ranks": comm.size(), "sigma": arguments.sigma, "noise": arguments.noise, "isotropic": !arguments.anisotropic, "runs": runs,
        }))?;
        println!("\npictures and arrays: {}", outputs.folder().display());
        Ok(())
    })
}

/// What total variation makes of noisy data, and how.
fn denoise(
    arguments: &Arguments,
    name: &str,
    noisy: &DistArray<f64>,
    tells: bool,
) -> Result<(DistArray<f64>, Report<f64>)> {
    let gradient = Gradient::new().stencil(Stencil::Forward).on::<f64>(noisy.layout()?)?;
    // The noise makes up a part n of the data's norm of √(1 + n²).
    let deviation = arguments.noise / arguments.noise.hypot(1.0) * noisy.norm() / (noisy.size() as f64).sqrt();
    // Of data that are 0 any weight makes 0.
    let sigma = if deviation > 0.0 { arguments.sigma * deviation } else { 1.0 };
    let f = L2::new(1.0).to(noisy)?;
    let g = if arguments.anisotropic {
        L1::new(sigma).on(gradient.range())?
    } else {
        L21::new(sigma).on(gradient.range())?
    };
    let mut x = noisy.clone();
    let tolerance = Tolerance::Relative(arguments.tolerance);
    let options = Options { iterations: arguments.iterations, tolerance, progress: tells, ..Options::default() };
    let step = 0.5 / (noisy.shape().len() as f64).sqrt(); // ‖∇‖² is less than 4 for each axis
    let method = PrimalDual::new(&f, &g, &gradient, &mut x)?.steps(step, step)?.objective();
    let report = if tells { arguments.solving.solve(name, method, &options)? } else { method.solve(&options)? };
    Ok((x, report))
}

/// An image, or the middle slice of a volume.
fn middle(array: &DistArray<f64>) -> Result<DistArray<f64>> {
    if array.shape().len() == 2 { Ok(array.clone()) } else { array.slice(&index![array.shape()[0] / 2, .., ..]) }
}

/// Lets rank 0 alone denoise the same image.
fn same_on_one_rank(arguments: &Arguments, noisy: &DistArray<f64>, found: &DistArray<f64>) -> Result<()> {
    let comm = noisy.comm();
    let (noisy, found) = (noisy.gather(0), found.gather(0));
    let same = || {
        let (Some(noisy), Some(found)) = (noisy, found) else { return Ok(()) };
        let layout = Layout::replicated(&comm.alone(), noisy.shape())?;
        let (of_one, _) = denoise(arguments, "image", &DistArray::from_global(&layout, &noisy)?, false)?;
        if of_one.gather_all() == found {
            println!("one rank alone computes the same bits");
            return Ok(());
        }
        Err(Error::new(ErrorKind::Other, "one rank alone computes other bits"))
    };
    comm.agree(same())
}
