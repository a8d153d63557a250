//! A wave equation of one's own as an operator of two closures: least-squares migration with finite differences.
//!
//! The crate has no wave solver, and needs none: whoever has a propagator and its adjoint makes an operator of them with
//! [`Function`], one for each shot, and [`VStack::over`] shares the shots out over the ranks. Here an acoustic medium of one
//! velocity; scatterers m send out what the waves of the source are there, once (Born), and receivers at the top record it:
//!
//! ```text
//! wⁿ⁺¹ = S (2 + c L) wⁿ − S² wⁿ⁻¹ + m qⁿ        dⁿ = R wⁿ⁺¹        qⁿ = uⁿ⁺¹ − 2 uⁿ + uⁿ⁻¹
//! ```
//!
//! with u the waves of the source, L the Laplacian and S a margin in which waves die away. The adjoint takes the same steps backwards,
//! with every matrix transposed: `check` says whether it is one, to rounding.
//!
//! ```text
//! cargo run --release --example acoustic
//! scripts/mpirun.sh -n 4 target/release/examples/acoustic --shots 16 --iterations 30
//! ```
//!
//! All numbers of ranks give the same bits: in the adjoint each shot's image is a term of an exact sum.

mod propagator;

use clap::Parser;
use lops::operators::check_same_bits;
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use lops_examples::outputs::{Outputs, figures_of_run, on_rank_0};
use lops_examples::{SolveFlags, TimingFlag};
use propagator::{H, Medium};
use serde_json::json;
use std::path::PathBuf;

/// Least-squares migration with a wave equation of its own.
#[derive(Debug, Parser)]
#[command(name = "acoustic")]
struct Arguments {
    /// Points across, 10 m apart
    #[arg(long, value_name = "N", default_value_t = 80)]
    nx: usize,

    /// Points down, 10 m apart
    #[arg(long, value_name = "N", default_value_t = 60)]
    nz: usize,

    /// Steps of time, 2 ms each
    #[arg(long, value_name = "N", default_value_t = 400)]
    steps: usize,

    /// Shots; each rank has some of them
    #[arg(long, value_name = "N", default_value_t = 8)]
    shots: usize,

    /// Iterations of CGLS
    #[arg(long, value_name = "N", default_value_t = 15)]
    iterations: usize,

    /// Folder for the picture; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "target/acoustic")]
    out: PathBuf,

    /// File for the figures: of the run its costs, errors and why it stopped
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    #[command(flatten)]
    solving: SolveFlags,

    #[command(flatten)]
    timing: TimingFlag,
}

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

/// All shots: each rank propagates the waves of its own.
fn modelling(comm: &Comm, medium: &std::rc::Rc<Medium>, arguments: &Arguments) -> Result<Operator<f64>> {
    let place = |shot: usize| 13 + shot * (arguments.nx - 26) / arguments.shots;
    VStack::over(comm, arguments.shots, |shot| medium.shot(&comm.alone(), place(shot)))
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    let Arguments { nx, nz, steps, shots, iterations, .. } = *arguments;
    if nx < 40 || nz < 40 || steps == 0 || shots == 0 {
        let found = format!("{nx}, {nz}, {steps} and {shots}");
        let expected = "at least 40, 40, 1 and 1";
        return Err(Error::expected(ErrorKind::Parameter, "--nx, --nz, --steps and --shots", expected, found));
    }
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;
    let medium = Medium::new(nz, nx, steps);
    let a = modelling(comm, &medium, arguments)?;
    let dot_test = a.check(1)?.dot_test;

    // A reflector that dips, and two points.
    let scatterer = |z: usize, x: usize| match (z, x) {
        _ if z == nz / 2 + x / 8 => 1.0,
        _ if z == nz / 3 && (x == nx / 3 || x == 2 * nx / 3) => 2.0,
        _ => 0.0,
    };
    let model = DistArray::from_fn(a.domain().layout()?, |i| scatterer(i[0] / nx, i[0] % nx));
    let data = &a * &model;
    let migrated = a.adjoint() * &data;
    let mut inverted = model.zeros_like();
    let options = Options { progress: true, ..Options::exactly(iterations) };
    let report = arguments.solving.solve("cgls", Cgls::new(&a, &data, &mut inverted)?, &options)?;
    let residual = (&data - &(&a * &inverted)).norm() / data.norm();
    let error = (&inverted - &model).norm() / model.norm();
    check_same_bits(comm, 2, |comm| modelling(comm, &medium, arguments))?;

    let mut picture = Panels::new(3).panel_size(420, 340);
    let plane = Layout::replicated(comm, &[nz, nx])?;
    let titles = ["Scatterers", "Migrated: the adjoint", "Least squares"];
    let [model, migrated, inverted] = [model, migrated, inverted].map(|section| section.reshape(&plane));
    let sections = [model?, migrated?, inverted?];
    for (section, title) in sections.iter().zip(titles) {
        let image = Section::of(section).title(title).palette(Palette::Seismic);
        let image = image.across("x [m]", 0.0, H * (nx as f64 - 1.0)).down("depth [m]", 0.0, H * (nz as f64 - 1.0));
        picture = picture.panel(image.equal_aspect());
    }
    picture.save(outputs.folder().join("sections.png"))?;

    on_rank_0(comm, || {
        println!("{shots} shots on {} ranks ({}), dot test {dot_test:.0e}", comm.size(), comm.engine_name());
        println!("{}: relative residual {residual:.4}, relative error {error:.4}", report.reason);
        for rank in 0..comm.size() {
            let shots = data.layout()?.len_of(rank) * shots / data.size();
            println!(
                "rank {rank}: {shots} shots, {:.1} million updates of points an application",
                (shots * steps * nx * nz) as f64 / 1e6
            );
        }
        println!("one rank alone has the same bits");
        let own = [("relative_error", json!(error)), ("data_relative_residual", json!(residual))];
        let runs = [figures_of_run("cgls", &report, own)];
        outputs.save_json(&json!({ "ranks": comm.size(), "shape": a.shape(), "dot_test": dot_test, "runs": runs }))?;
        println!("picture: {}", outputs.folder().display());
        Ok(())
    })
}
