//! A space in words, so that ranks outside its communicator learn of it: what groups tell one another
//! when a stack is made.

use crate::array::Space;
use crate::layout::{AxisMap, Bounds, IndexSet, Layout, Mode, Partition, ProcessGrid, Region};

/// A space as its group has it, with the group's ranks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Told {
    Array { shape: Vec<usize>, lies: Lies },
    Stack(Vec<Told>),
}

/// How an array lies on the ranks of its group.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lies {
    /// Every rank holds all of it.
    Replicated,
    Unsynced,
    /// Each element is on one rank.
    Grid(ProcessGrid),
    /// The chunks of each rank.
    Chunks(Mode, Vec<Vec<Region>>),
}

/// Instead of how many ranks a grid has: they are in order.
const IN_ORDER: usize = usize::MAX;

/// Appends the words of a space.
pub(super) fn tell(space: &Space, words: &mut Vec<usize>) {
    match space {
        Space::Array(layout) => tell_layout(layout, words),
        Space::Stack(members) => {
            words.extend([4, members.len()]);
            members.iter().for_each(|member| tell(member, words));
        }
    }
}

fn tell_layout(layout: &Layout, words: &mut Vec<usize>) {
    let kind = match layout.partition() {
        Partition::Replicated => 0,
        Partition::Unsynced => 1,
        Partition::Grid(_) => 2,
        Partition::Chunks(_) => 3,
    };
    words.extend([kind, layout.ndim()]);
    words.extend(layout.shape());
    match layout.partition() {
        Partition::Replicated | Partition::Unsynced => {}
        Partition::Grid(grid) => {
            grid.axes().iter().for_each(|axis| tell_axis(axis, words));
            if grid.is_in_order() {
                words.push(IN_ORDER);
            } else {
                tell_list(&grid.ranks().collect::<Vec<_>>(), words);
            }
        }
        Partition::Chunks(chunks) => {
            let mode = Mode::ALL.iter().position(|&mode| mode == chunks.mode()).unwrap_or(0);
            words.extend([mode, chunks.map().len()]);
            for regions in chunks.map() {
                words.push(regions.len());
                regions.iter().flat_map(Region::sets).for_each(|set| tell_set(set, words));
            }
        }
    }
}

fn tell_axis(axis: &AxisMap, words: &mut Vec<usize>) {
    match axis {
        AxisMap::Whole(n) => words.extend([0, *n]),
        AxisMap::Blocks(bounds) if bounds.are_even() => words.extend([4, bounds.size(), bounds.coordinates()]),
        AxisMap::Blocks(bounds) => {
            words.push(1);
            tell_list(&bounds.iter().collect::<Vec<_>>(), words);
        }
        AxisMap::Cyclic { block, over, n } => words.extend([2, *block, *over, *n]),
        AxisMap::Listed(sets) => {
            words.extend([3, sets.len()]);
            for set in sets {
                tell_set(set, words);
            }
        }
    }
}

fn tell_set(set: &IndexSet, words: &mut Vec<usize>) {
    if let Some(blocks) = set.as_blocks() {
        words.extend([0, blocks.start, blocks.block, blocks.period, blocks.stop]);
    } else {
        words.push(1);
        tell_list(&set.iter().collect::<Vec<_>>(), words);
    }
}

fn tell_list(list: &[usize], words: &mut Vec<usize>) {
    words.push(list.len());
    words.extend(list);
}

/// Words that a rank of this program has told, read one after another.
pub(super) struct Words<'a>(pub(super) &'a [usize]);

impl Words<'_> {
    pub(super) fn next(&mut self) -> usize {
        let (first, rest) = self.0.split_at(1);
        self.0 = rest;
        first[0]
    }

    fn take(&mut self, count: usize) -> Vec<usize> {
        let (first, rest) = self.0.split_at(count);
        self.0 = rest;
        first.to_vec()
    }

    fn list(&mut self) -> Vec<usize> {
        let count = self.next();
        self.take(count)
    }

    pub(super) fn space(&mut self) -> Told {
        let kind = self.next();
        if kind == 4 {
            let members = self.next();
            return Told::Stack((0..members).map(|_| self.space()).collect());
        }
        let shape = self.list();
        let lies = match kind {
            0 => Lies::Replicated,
            1 => Lies::Unsynced,
            2 => {
                let axes = shape.iter().map(|_| self.axis()).collect();
                match self.next() {
                    IN_ORDER => Lies::Grid(ProcessGrid::in_order(axes)),
                    count => Lies::Grid(ProcessGrid::from_parts(axes, self.take(count))),
                }
            }
            _ => {
                let [mode, ranks] = [self.next(), self.next()];
                Lies::Chunks(Mode::ALL[mode], (0..ranks).map(|_| self.regions(shape.len())).collect())
            }
        };
        Told::Array { shape, lies }
    }

    fn regions(&mut self, axes: usize) -> Vec<Region> {
        let count = self.next();
        (0..count).map(|_| Region::new((0..axes).map(|_| self.set()).collect())).collect()
    }

    fn axis(&mut self) -> AxisMap {
        match self.next() {
            0 => AxisMap::Whole(self.next()),
            1 => AxisMap::Blocks(self.list().into()),
            4 => AxisMap::Blocks(Bounds::even(self.next(), self.next())),
            2 => {
                let [block, over, n] = [self.next(), self.next(), self.next()];
                AxisMap::Cyclic { block, over, n }
            }
            _ => {
                let sets = self.next();
                AxisMap::Listed((0..sets).map(|_| self.set()).collect())
            }
        }
    }

    fn set(&mut self) -> IndexSet {
        match self.next() {
            0 => {
                let [start, block, period, stop] = [self.next(), self.next(), self.next(), self.next()];
                IndexSet::blocks(start, block, period, stop)
            }
            _ => IndexSet::list(self.list()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::{Comm, launch_threads};
    use crate::error::Result;
    use crate::layout::{Chunk, Cut, Grid, by};

    fn told(space: &Space) -> Vec<usize> {
        let mut words = vec![];
        tell(space, &mut words);
        words
    }

    fn kept(space: &Space, told: &Told) -> bool {
        match (space, told) {
            (Space::Stack(members), Told::Stack(told)) => members.iter().zip(told).all(|(a, b)| kept(a, b)),
            (Space::Array(layout), Told::Array { shape, lies }) => {
                layout.shape() == shape
                    && match (layout.partition(), lies) {
                        (Partition::Replicated, Lies::Replicated) | (Partition::Unsynced, Lies::Unsynced) => true,
                        (Partition::Grid(grid), Lies::Grid(told)) => grid == told,
                        (Partition::Chunks(chunks), Lies::Chunks(mode, told)) => {
                            chunks.mode() == *mode && chunks.map() == told
                        }
                        _ => false,
                    }
            }
            _ => false,
        }
    }

    fn spaces(comm: &Comm) -> Result<Vec<Space>> {
        let listed = Cut::Listed(vec![vec![4, 0], vec![1, 3, 2]]);
        let chunks = vec![vec![Chunk::from(0..5), Chunk::from(by(1.., 2))], vec![Chunk::from(2..6)]];
        let layouts = [
            Layout::replicated(comm, &[2, 3])?,
            Layout::unsynced(comm, &[])?,
            Layout::scatter_sizes(comm, &[4, 7], 1, &[7, 0])?,
            Grid::cut(&[Cut::Whole, listed]).layout(comm, &[2, 5])?,
            Grid::cut(&[Cut::BlockCyclic(2)]).layout(comm, &[9])?,
            Layout::chunked(comm, &[8], &chunks, Mode::Sum)?,
        ];
        let mut spaces: Vec<_> = layouts.iter().map(Space::from).collect();
        let stack = Space::stack(spaces.clone())?;
        spaces.push(Space::stack(vec![stack.clone(), stack])?);
        Ok(spaces)
    }

    #[test]
    fn what_is_told_is_what_is_read() {
        launch_threads(2, |comm| {
            for space in spaces(comm)? {
                let words = told(&space);
                let mut reader = Words(&words);
                let read = reader.space();
                assert!(kept(&space, &read), "{space}: {read:?}");
                assert!(reader.0.is_empty());
            }
            Ok(())
        })
        .unwrap();
    }
}
