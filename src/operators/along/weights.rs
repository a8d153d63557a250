//! A small sparse matrix of real weights: which samples of an axis make which.

/// For each sample that is made the ones that it is made of, in ascending order, with their weights.
#[derive(Clone, Debug)]
pub(in crate::operators) struct Weights {
    /// The length of the axis that samples are taken from.
    pub(super) n: usize,
    /// Where the entries of each sample begin, and where those of the last one end.
    starts: Vec<usize>,
    entries: Vec<(usize, f64)>,
}

impl Weights {
    /// Of these rows, each in ascending order of samples below n.
    pub(in crate::operators) fn new(n: usize, rows: impl IntoIterator<Item = Vec<(usize, f64)>>) -> Self {
        let (mut starts, mut entries) = (vec![0], vec![]);
        for row in rows {
            debug_assert!(row.is_sorted_by(|a, b| a.0 < b.0) && row.last().is_none_or(|last| last.0 < n));
            entries.extend(row);
            starts.push(entries.len());
        }
        Self { n, starts, entries }
    }

    /// Each made of one sample.
    pub(super) fn places(n: usize, places: impl IntoIterator<Item = usize>) -> Self {
        Self::new(n, places.into_iter().map(|place| vec![(place, 1.0)]))
    }

    /// How many samples are made.
    pub(super) fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn row(&self, k: usize) -> &[(usize, f64)] {
        &self.entries[self.starts[k]..self.starts[k + 1]]
    }

    /// The other way.
    pub(super) fn transposed(&self) -> Self {
        let mut entries: Vec<_> =
            (0..self.rows()).flat_map(|k| self.row(k).iter().map(move |&(j, weight)| (j, k, weight))).collect();
        entries.sort_by_key(|&(j, k, _)| (j, k));
        let starts = (0..=self.n).map(|j| entries.partition_point(|entry| entry.0 < j)).collect();
        let entries = entries.into_iter().map(|(_, k, weight)| (k, weight)).collect();
        Self { n: self.rows(), starts, entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposed_twice_is_the_same() {
        let weights = Weights::new(4, [vec![(0, 1.0), (3, 2.0)], vec![], vec![(0, -1.0)]]);
        let transposed = weights.transposed();
        assert_eq!((transposed.n, transposed.rows()), (3, 4));
        assert_eq!(transposed.row(0), [(0, 1.0), (2, -1.0)]);
        assert_eq!((transposed.row(1), transposed.row(3)), (&[][..], &[(0, 2.0)][..]));
        let again = transposed.transposed();
        assert_eq!((again.n, again.starts, again.entries), (weights.n, weights.starts, weights.entries));
    }
}
