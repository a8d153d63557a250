//! A Julia set on four layouts: who cuts the plane into blocks waits for those who got the middle.
//!
//! For each point z of the plane, the number of steps z ← z² + c until |z| > 2 is computed where the point is;
//! nothing is sent. Points inside the set take all 100 steps, points outside few, so the time of a run is
//! that of the rank with the most steps. Blocks of rows (`b-n`) or of the plane (`b-b`) hold whatever is
//! there; dealt out in turn (`c-n`, `c-c`), everybody gets a bit of everything.
//!
//! ```text
//! cargo run --release --example julia                          on all cores
//! LOPS_RANKS=4 cargo run --release --example julia -- 512 1024 --kernel escape --json julia.json
//!
//! cargo build --release --features mpi --example julia
//! scripts/mpirun.sh -n 4 target/release/examples/julia 1024 --pictures pictures
//! ```
//!
//! A job on P ranks runs on 1, 2, … P of them, so that one table shows how it scales. Steps are counted
//! by rank and do not depend on the machine.
//!
//! Problem, layouts and kernels: the Julia set benchmark of DistArray (Enthought, 2015).

mod kernels;
mod pictures;
mod runs;

use clap::{Parser, ValueEnum};
use kernels::Kernel;
use lops::prelude::*;
use lops_examples::TimingFlag;
use runs::{Run, print_table};
use std::path::PathBuf;

#[derive(Parser)]
#[command(about = "A Julia set on four layouts, on 1, 2, … ranks: seconds, and steps by rank")]
struct Arguments {
    /// Points a side
    #[arg(default_values_t = [512])]
    sizes: Vec<usize>,
    /// How steps are counted (both, if not said)
    #[arg(long)]
    kernel: Option<Kernel>,
    /// The same plane on all numbers of ranks, or as many points for each rank
    #[arg(long, default_value = "strong")]
    scaling: Scaling,
    /// Each run is the best of so many
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    /// The constant c, as two numbers
    #[arg(long, num_args = 2, default_values_t = [-0.045, 0.45], allow_negative_numbers = true)]
    c: Vec<f32>,
    /// Write all runs to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw the set and the scaling into this folder
    #[arg(long)]
    pictures: Option<PathBuf>,
    #[command(flatten)]
    timing: TimingFlag,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scaling {
    Strong,
    Weak,
}

impl Scaling {
    /// Points a side on so many ranks.
    fn side(self, n: usize, ranks: usize) -> usize {
        match self {
            Self::Strong => n,
            Self::Weak => (n as f64 * (ranks as f64).sqrt()).floor() as usize,
        }
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if arguments.repeat == 0 {
        return Err(Error::expected(ErrorKind::Parameter, "--repeat", "at least 1", 0));
    }
    launch(|comm| {
        arguments.timing.run(comm, || {
            let c = Complex::new(arguments.c[0], arguments.c[1]);
            let kernels = arguments.kernel.map_or(Kernel::ALL.to_vec(), |kernel| vec![kernel]);
            let mut runs = vec![];
            for &n in &arguments.sizes {
                for &kernel in &kernels {
                    for ranks in 1..=comm.size() {
                        let side = arguments.scaling.side(n, ranks);
                        for letters in runs::LAYOUTS {
                            runs.push(Run::of(comm, kernel, letters, ranks, side, c, arguments.repeat)?);
                        }
                    }
                }
            }
            if comm.rank() == 0 {
                print_table(&runs);
            }
            if let Some(path) = &arguments.json {
                comm.agree(if comm.rank() == 0 { runs::write_json(&runs, path) } else { Ok(()) })?;
            }
            if let Some(folder) = &arguments.pictures {
                pictures::draw(comm, &runs, folder)?;
            }
            Ok(())
        })
    })
}
