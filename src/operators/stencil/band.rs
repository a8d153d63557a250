//! One-dimensional stencils as banded matrices: a few rows at each end, and one row for all others.

use std::ops::Range;

/// The entries of one row: their column, counted from the row's own, and their weight; ascending.
pub(super) type Row = Vec<(isize, f64)>;

/// A banded n × n matrix whose rows are all alike but for the first and the last few.
///
/// Rows are named by their index in the global array, so a rank's part of the product is the same
/// arithmetic wherever the cut falls.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Band {
    n: usize,
    head: Vec<Row>,
    interior: Row,
    tail: Vec<Row>,
}

impl Band {
    /// The band whose first `head` and last `tail` rows are their own, the others all alike.
    pub(super) fn from_rows(n: usize, head: usize, tail: usize, row: impl Fn(usize) -> Row) -> Self {
        let (head, tail) = if head + tail < n { (head, tail) } else { (n, 0) };
        let interior = if head < n { row(head) } else { vec![] };
        Self { n, head: (0..head).map(&row).collect(), interior, tail: (n - tail..n).map(&row).collect() }
    }

    /// The same matrix with rows and columns exchanged.
    pub(super) fn transpose(&self) -> Self {
        let offsets = || self.rows().flat_map(|row| row.iter().map(|&(offset, _)| offset));
        let (low, high) = (offsets().min().unwrap_or(0), offsets().max().unwrap_or(0));
        let column = |j: usize| {
            let rows = j.saturating_add_signed(-high)..self.n.min((j + 1).saturating_add_signed(-low));
            let entry = |i: usize| {
                let found = self.row(i).iter().find(|&&(offset, _)| i.checked_add_signed(offset) == Some(j));
                found.map(|&(offset, weight)| (-offset, weight))
            };
            rows.filter_map(entry).collect()
        };
        let head = self.head.len().saturating_add_signed(high.max(0));
        let tail = self.tail.len().saturating_add_signed((-low).max(0));
        Self::from_rows(self.n, head, tail, column)
    }

    /// The sum of two matrices.
    pub(super) fn plus(&self, other: &Self) -> Self {
        let head = self.head.len().max(other.head.len());
        let tail = self.tail.len().max(other.tail.len());
        Self::from_rows(self.n, head, tail, |i| {
            let mut sum = self.row(i).clone();
            for &(offset, weight) in other.row(i) {
                match sum.binary_search_by_key(&offset, |&(offset, _)| offset) {
                    Ok(at) => sum[at].1 += weight,
                    Err(at) => sum.insert(at, (offset, weight)),
                }
            }
            sum
        })
    }

    /// A row's entries.
    pub(super) fn row(&self, i: usize) -> &Row {
        let from_end = self.n - 1 - i;
        match self.head.get(i) {
            Some(row) => row,
            None if from_end < self.tail.len() => &self.tail[self.tail.len() - 1 - from_end],
            None => &self.interior,
        }
    }

    /// The different rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.head.iter().chain([&self.interior]).chain(&self.tail)
    }

    /// The most entries of a row.
    pub(super) fn most_entries(&self) -> usize {
        self.rows().map(Vec::len).max().unwrap_or(0)
    }

    /// The rows that are all alike.
    pub(super) fn interior(&self) -> Range<usize> {
        self.head.len()..self.n - self.tail.len()
    }

    /// The largest distance of an entry from the diagonal.
    pub(super) fn width(&self) -> usize {
        self.rows().flatten().map(|&(offset, _)| offset.unsigned_abs()).max().unwrap_or(0)
    }

    /// How far the rows that are all alike read, in front of themselves and behind.
    pub(super) fn interior_reach(&self) -> (usize, usize) {
        let offsets = || self.interior.iter().map(|&(offset, _)| offset);
        let back = offsets().max().unwrap_or(0).max(0);
        (offsets().min().unwrap_or(0).min(0).unsigned_abs(), back.unsigned_abs())
    }

    /// How many rows beyond a range its product reads, in front of the range and behind it.
    pub(super) fn reach(&self, range: Range<usize>) -> (usize, usize) {
        let (mut front, mut back) = (0, 0);
        let interior = self.interior();
        let alike = range.start.max(interior.start)..range.end.min(interior.end);
        let apart = (range.start..range.end.min(interior.start)).chain(range.start.max(interior.end)..range.end);
        let ends = [alike.start, alike.end.wrapping_sub(1)].into_iter().filter(|_| !alike.is_empty());
        for i in apart.chain(ends) {
            for &(offset, _) in self.row(i) {
                let column = i.saturating_add_signed(offset);
                front = front.max(range.start.saturating_sub(column));
                back = back.max((column + 1).saturating_sub(range.end));
            }
        }
        (front, back)
    }
}

#[cfg(test)]
mod tests {
    use super::super::derivative::{Derivative, Points, Stencil};
    use super::*;

    fn dense(band: &Band) -> Vec<Vec<f64>> {
        let mut matrix = vec![vec![0.0; band.n]; band.n];
        for (i, entries) in matrix.iter_mut().enumerate() {
            for &(offset, weight) in band.row(i) {
                entries[i.checked_add_signed(offset).unwrap()] += weight;
            }
        }
        matrix
    }

    const STENCILS: [Stencil; 6] = [
        Stencil::Forward,
        Stencil::Backward,
        Stencil::Centered { points: Points::Three, edge: false },
        Stencil::Centered { points: Points::Three, edge: true },
        Stencil::Centered { points: Points::Five, edge: false },
        Stencil::Centered { points: Points::Five, edge: true },
    ];

    fn bands() -> Vec<Band> {
        let both = |stencil| [Derivative::first(0, stencil, 0.5), Derivative::second(0, stencil, 0.5).times(3.0)];
        let derivatives: Vec<_> = STENCILS.into_iter().flat_map(both).collect();
        (0..14).flat_map(|n| derivatives.iter().map(move |derivative| derivative.rows(n))).collect()
    }

    #[test]
    fn transposed_is_transposed() {
        for band in bands() {
            let (matrix, transposed) = (dense(&band), dense(&band.transpose()));
            for i in 0..band.n {
                for j in 0..band.n {
                    assert_eq!(matrix[i][j], transposed[j][i], "{band:?}");
                }
            }
            assert_eq!(dense(&band.transpose().transpose()), matrix);
        }
    }

    #[test]
    fn most_rows_of_a_transpose_are_alike() {
        let band = Derivative::first(0, STENCILS[5], 1.0).rows(1000).transpose();
        assert_eq!(band.interior(), 4..996);
    }

    #[test]
    fn sums_are_sums() {
        for band in bands() {
            let other = Derivative::second(0, Stencil::Backward, 2.0).rows(band.n);
            let (a, b, sum) = (dense(&band), dense(&other), dense(&band.plus(&other)));
            for i in 0..band.n {
                for j in 0..band.n {
                    assert_eq!(a[i][j] + b[i][j], sum[i][j]);
                }
            }
        }
    }

    #[test]
    fn reach_is_what_rows_read() {
        for band in bands() {
            for start in 0..=band.n {
                for end in start..=band.n {
                    let columns = (start..end).flat_map(|i| {
                        band.row(i).iter().map(move |&(offset, _)| i.checked_add_signed(offset).unwrap())
                    });
                    let columns: Vec<_> = columns.collect();
                    let low = columns.iter().copied().min().unwrap_or(start).min(start);
                    let high = columns.iter().map(|j| j + 1).max().unwrap_or(end).max(end);
                    assert_eq!(band.reach(start..end), (start - low, high - end), "{band:?} {start}..{end}");
                }
            }
        }
    }
}
