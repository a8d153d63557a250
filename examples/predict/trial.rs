//! A small piece of a problem, really iterated on.

use crate::problem::{Problem, layout_of};
use lops::comm::Sent;
use lops::prelude::*;

/// The thread ranks of a trial, and of each axis that is cut the most elements on each.
const RANKS: usize = 4;
const MOST: usize = 32;

/// Iterations that are counted, after one that is not.
const COUNTED: usize = 3;

/// What was counted.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) shape: [usize; 3],
    pub(crate) grid: [usize; 3],
    /// Of an iteration, for each unknown.
    pub(crate) words: f64,
    /// Of each rank and iteration.
    pub(crate) sent: Vec<Sent>,
    /// The same, as one rank of so many says it.
    pub(crate) said: Vec<Sent>,
}

impl Trial {
    /// Of a problem whose ranks in this grid have such pieces of the cube.
    ///
    /// # Errors
    /// If something else was sent than the method says.
    pub(crate) fn of(problem: Problem, grid: [usize; 3], piece: [usize; 3]) -> Result<Self> {
        let grid = match grid {
            [_, 1, 1] => [RANKS, 1, 1],
            _ => [2, RANKS / 2, 1],
        };
        let shape = [0, 1, 2].map(|axis| grid[axis] * piece[axis].min(MOST));
        let (words, sent) = launch_threads(RANKS, |comm| counted(comm, problem, shape, grid))?;
        let said = |rank| Ok(problem.sent(&layout_of(&Comm::pretend(rank, RANKS), shape, grid)?)?.total());
        let said = (0..RANKS).map(said).collect::<Result<Vec<_>>>()?;
        if said != sent {
            let what = format!("what {} sends in an iteration on {RANKS} ranks", problem.name());
            return Err(Error::expected(ErrorKind::Other, what, format!("{said:?}"), format!("{sent:?}")));
        }
        Ok(Self { shape, grid, words, sent, said })
    }
}

/// Words an unknown, and what each rank sent, in an iteration.
fn counted(comm: &Comm, problem: Problem, shape: [usize; 3], grid: [usize; 3]) -> Result<(f64, Vec<Sent>)> {
    let layout = layout_of(comm, shape, grid)?;
    let now = || (comm.moved(), comm.traffic());
    let (mut first, mut last) = (now(), now());
    problem.iterate(&layout, 1 + COUNTED, |iteration| {
        last = now();
        if iteration == 1 {
            first = last;
        }
    })?;
    let (moved, sent) = ((last.0 - first.0).bytes(), (last.1 - first.1).total());
    let all = comm.all_gather(&[moved, sent.calls, sent.messages, sent.bytes].map(|count| count / COUNTED as u64));
    let (ranks, _) = all.as_chunks::<4>();
    let moved: u64 = ranks.iter().map(|[moved, ..]| moved).sum();
    let sent = ranks.iter().map(|&[_, calls, messages, bytes]| Sent { calls, messages, bytes }).collect();
    Ok((moved as f64 / (8 * layout.size()) as f64, sent))
}
