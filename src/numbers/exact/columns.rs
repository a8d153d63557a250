//! Sums of columns side by side: the bins of `kernels`, whose lanes are columns here.
//!
//! Rows are read as they lie in memory, and nothing is gathered. Each column has bins where its own last block lay,
//! and a check of its own: what cannot be exact is left to the caller, column by column.

use super::accumulator::ExactSum;
use super::kernels::{STEPS_LOG2, empty_bin, unit};
use multiversion::multiversion;
use prefetch_index::prefetch_index;

/// Columns side by side in the kernel.
const LANES: usize = 8;

/// Rows that are added before bins go back to memory.
const ROWS: usize = 4;

/// Bins of a term: with more the caller's way by single columns is as fast.
const BINS: usize = 2;

/// What is summed of columns: `K` terms of each element, the first for the first sum of its column and so on; the
/// last sum takes all that are left.
pub(crate) trait ColumnTerms<const K: usize>: Copy {
    type Element: Copy;
    /// What is known of a column, with its sums.
    type State;
    /// What the terms depend on, but for the element.
    type Centre: Copy;

    fn centre(self, state: &Self::State) -> Self::Centre;

    fn sums(self, state: &mut Self::State) -> &mut [ExactSum];

    fn terms(self, centre: Self::Centre, x: Self::Element) -> [f64; K];
}

/// Columns that go through the bins together.
struct Group<C, const K: usize> {
    centres: [C; LANES],
    starts: [[[u64; LANES]; BINS]; K],
    bins: [[[f64; LANES]; BINS]; K],
    /// Bits of the first bin that were ever others than at its start.
    moved: [[u64; LANES]; K],
    /// Bits by which what the last bin took was ever another number than what came.
    left: [[u64; LANES]; K],
    counts: [[[i64; LANES]; BINS]; K],
}

/// Adds rows, at most 2^15 of them, to the sums of their columns. Each row begins at one of `starts` and has an
/// element for each state. The numbers of columns of which nothing was added follow in `left`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
pub(crate) fn add_columns<T: ColumnTerms<K>, const K: usize>(
    terms: T,
    block: &[T::Element],
    starts: &[usize],
    states: &mut [T::State],
    left: &mut Vec<usize>,
) {
    let (full, rest) = states.as_chunks_mut::<LANES>();
    let first_of_rest = full.len() * LANES;
    let mut groups: Vec<Group<T::Centre, K>> = full.iter_mut().map(|states| Group::new(terms, states)).collect();
    for (number, together) in starts.chunks(1 << STEPS_LOG2).enumerate() {
        let ahead = &starts[number << STEPS_LOG2..];
        groups.iter_mut().for_each(Group::begin);
        for (number, rows) in together.chunks(ROWS).enumerate() {
            let next = ahead.get((number + 1) * ROWS..).unwrap_or_default();
            for (group, column) in groups.iter_mut().zip((0..).step_by(LANES)) {
                next.iter().take(ROWS).for_each(|start| prefetch_index(block, start + column));
                match rows.as_chunks::<ROWS>().0 {
                    [rows] => group.add(terms, block, rows.map(|start| start + column)),
                    _ => rows.iter().for_each(|start| group.add(terms, block, [start + column])),
                }
            }
        }
        groups.iter_mut().for_each(Group::count);
    }
    for ((group, states), column) in groups.iter().zip(full).zip((0..).step_by(LANES)) {
        for (lane, state) in states.iter_mut().enumerate() {
            if group.is_exact(lane) {
                group.give(terms, lane, state);
            } else {
                left.push(column + lane);
            }
        }
    }
    left.extend((0..rest.len()).map(|column| first_of_rest + column));
}

/// The sum that takes a term.
#[inline(always)]
fn sum_of(term: usize, sums: &mut [ExactSum]) -> &mut ExactSum {
    let last = sums.len() - 1;
    &mut sums[term.min(last)]
}

impl<C: Copy, const K: usize> Group<C, K> {
    #[inline(always)]
    fn new<T: ColumnTerms<K, Centre = C>>(terms: T, states: &mut [T::State; LANES]) -> Self {
        let centres = std::array::from_fn(|lane| terms.centre(&states[lane]));
        let mut group = Self {
            centres,
            starts: [[[0; LANES]; BINS]; K],
            bins: [[[0.0; LANES]; BINS]; K],
            moved: [[0; LANES]; K],
            left: [[0; LANES]; K],
            counts: [[[0; LANES]; BINS]; K],
        };
        for (lane, state) in states.iter_mut().enumerate() {
            for term in 0..K {
                let sum = sum_of(term, terms.sums(state));
                for bin in 0..BINS {
                    group.starts[term][bin][lane] = empty_bin(unit(sum.window, bin));
                }
                // Two bins are known not to be enough: as if something were left.
                group.left[term][lane] = u64::from(sum.more);
            }
        }
        group
    }

    #[inline(always)]
    fn begin(&mut self) {
        self.bins = self.starts.map(|bins| bins.map(|lanes| lanes.map(f64::from_bits)));
    }

    /// Adds some rows, given where the group's part of each begins.
    #[inline(always)]
    fn add<T: ColumnTerms<K, Centre = C>, const R: usize>(&mut self, terms: T, block: &[T::Element], at: [usize; R]) {
        let rows = at.map(|at| block[at..at + LANES].as_chunks::<LANES>().0[0]);
        let (mut bins, mut moved, mut left) = (self.bins, self.moved, self.left);
        for row in rows {
            let mut of_row = [[0.0; LANES]; K];
            for lane in 0..LANES {
                let of_element = terms.terms(self.centres[lane], row[lane]);
                for term in 0..K {
                    of_row[term][lane] = of_element[term];
                }
            }
            for term in 0..K {
                for lane in 0..LANES {
                    let [upper, lower] = &mut bins[term];
                    let sum = upper[lane] + of_row[term][lane];
                    let rest = of_row[term][lane] - (sum - upper[lane]);
                    upper[lane] = sum;
                    moved[term][lane] |= sum.to_bits() ^ self.starts[term][0][lane];
                    let sum = lower[lane] + rest;
                    let taken = sum - lower[lane];
                    lower[lane] = sum;
                    left[term][lane] |= taken.to_bits() ^ rest.to_bits();
                }
            }
        }
        (self.bins, self.moved, self.left) = (bins, moved, left);
    }

    /// Reads the bins, as integers.
    #[inline(always)]
    fn count(&mut self) {
        for term in 0..K {
            for bin in 0..BINS {
                for lane in 0..LANES {
                    let moved = self.bins[term][bin][lane].to_bits().wrapping_sub(self.starts[term][bin][lane]);
                    self.counts[term][bin][lane] = self.counts[term][bin][lane].wrapping_add(moved as i64);
                }
            }
        }
    }

    /// Whether exponents of first bins never moved, and last bins took all but the sign of a zero.
    #[inline(always)]
    fn is_exact(&self, lane: usize) -> bool {
        let (moved, left) = (self.moved.iter(), self.left.iter());
        moved.zip(left).all(|(moved, left)| moved[lane] >> 52 == 0 && left[lane] << 1 == 0)
    }

    #[inline(always)]
    fn give<T: ColumnTerms<K, Centre = C>>(&self, terms: T, lane: usize, state: &mut T::State) {
        for (term, counts) in self.counts.iter().enumerate() {
            let sum = sum_of(term, terms.sums(state));
            let window = sum.window;
            for (bin, counts) in counts.iter().enumerate() {
                sum.add_units(unit(window, bin), counts[lane]);
            }
        }
    }
}
