//! From counts to seconds.

use crate::network::Network;
use crate::problem::{Problem, layout_of};
use crate::trial::Trial;
use clap::ValueEnum;
use lops::comm::Sent;
use lops::prelude::*;
use lops::solvers::PerIteration;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scaling {
    /// As many unknowns on any number of ranks
    Strong,
    /// As many on each rank
    Weak,
}

impl Scaling {
    /// The cube on a grid of ranks.
    pub(crate) fn shape(self, grid: [usize; 3], n: usize, local: usize) -> [usize; 3] {
        match self {
            Self::Strong => [n; 3],
            Self::Weak => grid.map(|ranks| ranks * local),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
        }
    }
}

/// What ranks are like.
pub(crate) struct Machine {
    /// Bytes a second between memory and a rank.
    pub(crate) bandwidth: f64,
    pub(crate) ranks_per_node: usize,
    pub(crate) networks: Vec<Network>,
}

/// What the busiest rank has: of each figure the most that a rank has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    pub(crate) unknowns: usize,
    pub(crate) sent: PerIteration,
}

impl Load {
    fn and(self, other: Self) -> Self {
        let most = |a: Sent, b: Sent| Sent {
            calls: a.calls.max(b.calls),
            messages: a.messages.max(b.messages),
            bytes: a.bytes.max(b.bytes),
        };
        let (a, b) = (self.sent, other.sent);
        Self {
            unknowns: self.unknowns.max(other.unknowns),
            sent: PerIteration { applications: most(a.applications, b.applications), sums: most(a.sums, b.sums) },
        }
    }

    /// That of the ranks at the ends of each axis, beside the first one, and in the middle: in a grid of even blocks no rank
    /// has more of anything.
    fn of(problem: Problem, shape: [usize; 3], grid: [usize; 3]) -> Result<Self> {
        let places = grid.map(|ranks| {
            let mut places = vec![0, 1.min(ranks - 1), ranks / 2, ranks - 1];
            places.dedup();
            places
        });
        let mut load = Self::default();
        for &i in &places[0] {
            for &j in &places[1] {
                for &k in &places[2] {
                    let rank = (i * grid[1] + j) * grid[2] + k;
                    let layout = layout_of(&Comm::pretend(rank, grid.iter().product()), shape, grid)?;
                    load = load.and(Self { unknowns: layout.local_len(), sent: problem.sent(&layout)? });
                }
            }
        }
        Ok(load)
    }
}

/// How long an iteration takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) seconds: f64,
    pub(crate) efficiency: f64,
}

/// One problem on so many ranks.
pub(crate) struct Prediction {
    pub(crate) problem: Problem,
    pub(crate) scaling: Scaling,
    pub(crate) shape: [usize; 3],
    pub(crate) grid: [usize; 3],
    pub(crate) load: Load,
    pub(crate) trial: Trial,
    /// On each network.
    pub(crate) outcomes: Vec<Outcome>,
}

impl Prediction {
    pub(crate) fn of(
        problem: Problem,
        scaling: Scaling,
        shape: [usize; 3],
        grid: [usize; 3],
        machine: &Machine,
    ) -> Result<Self> {
        let piece = [0, 1, 2].map(|axis| (shape[axis] / grid[axis]).max(1));
        let (load, trial) = (Load::of(problem, shape, grid)?, Trial::of(problem, grid, piece)?);
        let mut prediction = Self { problem, scaling, shape, grid, load, trial, outcomes: vec![] };
        prediction.outcomes = machine.networks.iter().map(|network| prediction.on(machine, network)).collect();
        Ok(prediction)
    }

    pub(crate) fn ranks(&self) -> usize {
        self.grid.iter().product()
    }

    fn on(&self, machine: &Machine, network: &Network) -> Outcome {
        let ranks = self.ranks() as f64;
        let share = network.bandwidth / machine.ranks_per_node as f64;
        let PerIteration { applications, sums } = self.load.sent;
        let memory = |unknowns: f64| self.trial.words * 8.0 * unknowns / machine.bandwidth;
        let seconds = memory(self.load.unknowns as f64)
            + applications.messages as f64 * network.latency
            + applications.bytes as f64 / share
            + ranks.log2() * (sums.calls as f64 * network.latency + sums.bytes as f64 / share);
        let all: usize = self.shape.iter().product();
        Outcome { seconds, efficiency: memory(all as f64 / ranks) / seconds }
    }
}
