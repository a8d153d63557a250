//! Rows of lines that lie side by side in memory.

use std::ops::Range;

/// Rows that are handed over at a time: columns of so many are what the kernels like.
pub(super) const DEPTH: usize = 1024;

/// Columns that are gathered at a time.
const GATHERED: usize = 32;

/// Keeps columns of gathered rows from falling into the same lines of the cache.
const PADDING: usize = 8;

/// Some rows of a block.
#[derive(Debug)]
pub struct Rows<'a, T> {
    pub(super) block: &'a [T],
    /// Where each row begins.
    pub(super) starts: Vec<usize>,
    /// Columns under way, one after another.
    gathered: Vec<T>,
}

impl<'a, T: Copy + Default> Rows<'a, T> {
    pub(super) fn of(block: &'a [T]) -> Self {
        Self { block, starts: vec![], gathered: vec![] }
    }

    /// Calls `f` with the number and the elements of each of the columns, in ascending order.
    pub(super) fn for_each_column(&mut self, columns: impl Iterator<Item = usize>, mut f: impl FnMut(usize, &[T])) {
        let mut near: Vec<usize> = vec![];
        for column in columns {
            if near.first().is_some_and(|first| column - first >= GATHERED) {
                self.gather(&near, &mut f);
                near.clear();
            }
            near.push(column);
        }
        self.gather(&near, &mut f);
    }

    fn gather(&mut self, columns: &[usize], f: &mut impl FnMut(usize, &[T])) {
        let (Some(&first), Some(&last)) = (columns.first(), columns.last()) else { return };
        let Range { start, end } = first..last + 1;
        let room = self.starts.len() + PADDING;
        self.gathered.resize(self.gathered.len().max(room * (end - start)), T::default());
        for (row, at) in self.starts.iter().enumerate() {
            let values = &self.block[at + start..at + end];
            self.gathered.chunks_exact_mut(room).zip(values).for_each(|(column, &x)| column[row] = x);
        }
        for &column in columns {
            let own = (column - start) * room;
            f(column, &self.gathered[own..own + self.starts.len()]);
        }
    }
}
