//! How solvers would scale to thousands of ranks, from what they move and send.
//!
//! ```text
//! seconds of an iteration  =  words · 8 · unknowns of the rank that has most / bandwidth of a rank
//!                           + messages · latency + bytes / share of the network
//!                           + sums · log₂ P · (latency + bytes of a sum / share of the network)
//! efficiency               =  words · 8 · (all unknowns / P) / bandwidth of a rank / seconds
//! ```
//!
//! Nothing here is written down by hand but the networks. Messages and bytes are those that the operators and methods
//! say, made as one rank of so many ([`Comm::pretend`]). Words are counted ([`Comm::moved`]) while four thread ranks
//! iterate on a small piece of the problem that is cut in the same way; they count what they send too, and the
//! program ends in an error if it is not what was said. Bandwidth is measured at the start, or given.
//!
//! What the model leaves out: arithmetic (exact sums and long wavelets take as long as memory does), caches that hold small
//! pieces, and that ghosts fly while the inside is computed. It is for what communication costs, not for seconds.
//!
//! ```text
//! cargo run --release --example predict
//! cargo run --release --example predict -- --n 2048 --cut rows --ranks 16,64,256 --out pictures --json predict.json
//! cargo run --release --example predict -- --bandwidth 4 --ranks-per-node 64 --network mine:1.5:50
//! ```

mod model;
mod network;
mod outputs;
mod problem;
mod trial;

use clap::{Parser, ValueEnum};
use lops::prelude::*;
use model::{Machine, Prediction, Scaling};
use network::{NETWORKS, Network};
use problem::{Cut, Problem};
use std::{path::PathBuf, time::Instant};

#[derive(Parser)]
#[command(about = "Scaling of solvers to thousands of ranks, from counted words, messages and bytes")]
struct Arguments {
    /// Numbers of ranks
    #[arg(long, value_delimiter = ',', default_value = "16,64,256,1024,4096,10000")]
    ranks: Vec<usize>,
    /// Unknowns a side, on any number of ranks (strong scaling)
    #[arg(long, default_value_t = 1024)]
    n: usize,
    /// Unknowns a side on each rank (weak scaling)
    #[arg(long, default_value_t = 128)]
    local: usize,
    /// How the cube is cut
    #[arg(long, default_value = "blocks")]
    cut: Cut,
    /// Only this scaling (both, if not said)
    #[arg(long)]
    scaling: Option<Scaling>,
    /// GB/s between memory and a rank, reads and writes alike, 4/3 of what STREAM's triad says (measured, if not said)
    #[arg(long)]
    bandwidth: Option<f64>,
    /// Ranks that share a node's network
    #[arg(long, default_value_t = 16)]
    ranks_per_node: usize,
    /// A network as NAME:MICROSECONDS:GB/S of a node, instead of the three; may be said again
    #[arg(long)]
    network: Vec<Network>,
    /// Write counts and predictions to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw efficiencies into this folder
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Arguments {
    fn check(&self) -> Result<()> {
        let least = self.ranks.iter().copied().chain([self.ranks_per_node]).min().unwrap_or(0);
        for (flag, found, expected) in
            [("--ranks, --ranks-per-node", least, 1), ("--n", self.n, 3), ("--local", self.local, 3)]
        {
            if found < expected {
                return Err(Error::expected(ErrorKind::Parameter, flag, format!("at least {expected}"), found));
            }
        }
        match self.bandwidth.filter(|bandwidth| !(bandwidth.is_finite() && *bandwidth > 0.0)) {
            Some(found) => Err(Error::expected(ErrorKind::Parameter, "--bandwidth", "a positive number", found)),
            None => Ok(()),
        }
    }

    fn networks(&self) -> Vec<Network> {
        if self.network.is_empty() { NETWORKS.map(Network::from).to_vec() } else { self.network.clone() }
    }
}

/// Bytes a second that each rank moves, while all of this job do: y ← a x + b y, far larger than caches.
fn bandwidth(comm: &Comm) -> Result<f64> {
    let layout = Layout::scatter(comm, &[comm.size() << 23], 0)?;
    let (mut y, x) = (DistArray::full(&layout, 1.0), DistArray::full(&layout, 2.0));
    let mut best = 0.0_f64;
    for _ in 0..5 {
        comm.barrier();
        let (before, start) = (comm.moved(), Instant::now());
        y.axpby(0.5, &x, 0.5)?;
        let mut slowest = [start.elapsed().as_secs_f64()];
        comm.all_reduce(&mut slowest, Reduction::Max);
        best = best.max((comm.moved() - before).bytes() as f64 / slowest[0]);
    }
    Ok(best)
}

/// All predictions, problem by problem.
fn predict(arguments: &Arguments, machine: &Machine) -> Result<Vec<Prediction>> {
    let scalings = arguments.scaling.map_or(Scaling::value_variants().to_vec(), |scaling| vec![scaling]);
    let mut predictions = vec![];
    for &problem in &Problem::ALL {
        for &scaling in &scalings {
            for &ranks in &arguments.ranks {
                let grid = problem.grid(arguments.cut, ranks);
                let shape = scaling.shape(grid, arguments.n, arguments.local);
                predictions.push(Prediction::of(problem, scaling, shape, grid, machine)?);
            }
        }
    }
    Ok(predictions)
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    arguments.check()?;
    launch(|comm| {
        let bandwidth = arguments.bandwidth.map_or_else(|| bandwidth(comm), |given| Ok(given * 1e9))?;
        let all = || {
            let networks = arguments.networks();
            let machine = Machine { bandwidth, ranks_per_node: arguments.ranks_per_node, networks };
            let predictions = predict(&arguments, &machine)?;
            outputs::print(&predictions, &machine);
            arguments.json.as_ref().map_or(Ok(()), |path| outputs::write(&predictions, &machine, path))?;
            arguments.out.as_ref().map_or(Ok(()), |folder| outputs::draw(&predictions, &machine, folder))
        };
        comm.agree(if comm.rank() == 0 { all() } else { Ok(()) })
    })
}
