//! Random arrays and layouts, the same on every rank: all follows from a seed.

use lops::library::uniform;
use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Comm, Layout,
    layout::{Cut, Grid},
};

/// Numbers that follow from a seed.
pub(crate) struct Dice {
    seed: u64,
    thrown: u64,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, thrown: 0 }
    }

    /// One of 0..n.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.thrown += 1;
        let unit = f64::midpoint(uniform(self.seed, self.thrown), 1.0);
        ((unit * n as f64) as usize).min(n - 1)
    }

    /// 0..n in any order.
    pub(crate) fn shuffled(&mut self, n: usize) -> Vec<usize> {
        let mut all: Vec<_> = (0..n).collect();
        for k in (1..n).rev() {
            all.swap(k, self.below(k + 1));
        }
        all
    }

    /// A shape of 1 to 4 axes, with now and then an axis of no or one index.
    pub(crate) fn shape(&mut self) -> Vec<usize> {
        let axes = 1 + self.below(4);
        let most = [0, 40, 12, 7, 5][axes];
        (0..axes)
            .map(|_| match self.below(12) {
                0 => 0,
                1 => 1,
                _ => 1 + self.below(most),
            })
            .collect()
    }

    /// A grid layout of any kind: any cuts, any grid, any ranks in any order.
    pub(crate) fn grid(&mut self, comm: &Comm, shape: &[usize]) -> Layout {
        let ranks = self.shuffled(comm.size());
        let used = 1 + self.below(comm.size());
        let (mut left, mut grid, mut cuts) = (used, vec![], vec![]);
        for &n in shape {
            let p = 1 + self.below(left);
            let kind = self.below(7);
            let p = if kind == 0 { 1 } else { p };
            left /= p;
            grid.push(p);
            cuts.push(self.cut(kind, n, p));
        }
        let made = Grid::cut(&cuts).over(&grid).on_ranks(&ranks).layout(comm, shape);
        made.unwrap_or_else(|error| panic!("{cuts:?} over {grid:?}: {error}"))
    }

    fn cut(&mut self, kind: usize, n: usize, p: usize) -> Cut {
        match kind {
            0 => Cut::Whole,
            1 => Cut::Block,
            2 => Cut::CeilBlock,
            3 => Cut::Cyclic,
            4 => Cut::BlockCyclic(1 + self.below(4)),
            5 => {
                let mut bounds: Vec<_> = (1..p).map(|_| self.below(n + 1)).collect();
                bounds.extend([0, n]);
                bounds.sort_unstable();
                Cut::Bounds(bounds)
            }
            _ => {
                let mut lists = vec![vec![]; p];
                self.shuffled(n).into_iter().for_each(|i| lists[self.below(p)].push(i));
                Cut::Listed(lists)
            }
        }
    }

    /// A layout of any kind in which every element is somewhere.
    pub(crate) fn layout(&mut self, comm: &Comm, shape: &[usize]) -> Layout {
        match self.below(8) {
            0 => Layout::replicated(comm, shape).unwrap(),
            1 => Layout::unsynced(comm, shape).unwrap(),
            _ => self.grid(comm, shape),
        }
    }
}

/// The global array whose elements are their C-order index.
pub(crate) fn numbered(shape: &[usize]) -> ArrayD<f64> {
    let mut k = -1.0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        k
    })
}
