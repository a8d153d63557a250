//! Running sums of lines side by side.
//!
//! As long as two floats hold a sum exactly a term is added in vector registers; what they drop is checked to be
//! nothing. A line whose sum needs more goes on as a [`RunningSum`] until two floats are enough again.

use super::accumulator::WORDS;
use super::running::{RunningSum, SAFE, to_single, two_sum};
use multiversion::multiversion;

/// Lines side by side in the kernel.
const LANES: usize = 8;

/// A sum of two floats that do not overlap: the larger one is the nearest number, −0 where all terms were −0.
type Pair = (f64, f64);

/// The sum of nothing.
const NOTHING: Pair = (-0.0, 0.0);

/// What terms are, and sums that are rounded to the same type.
pub(crate) trait Rounded: Copy + Into<f64> {
    fn of_pair(pair: Pair) -> Self;

    fn of_sum(sum: &RunningSum) -> Self;
}

impl Rounded for f64 {
    #[inline(always)]
    fn of_pair((high, _): Pair) -> Self {
        high
    }

    fn of_sum(sum: &RunningSum) -> Self {
        sum.value()
    }
}

impl Rounded for f32 {
    #[inline(always)]
    fn of_pair((high, low): Pair) -> Self {
        to_single(high, low)
    }

    fn of_sum(sum: &RunningSum) -> Self {
        sum.value_f32()
    }
}

/// Exact sums of lines side by side, of which the values are wanted after every term.
#[derive(Debug, Default)]
pub struct RunningLines {
    /// NaN where the sum is in `wide`.
    high: Vec<f64>,
    low: Vec<f64>,
    wide: Vec<Option<RunningSum>>,
}

/// A term more; whether two floats hold all of it.
#[inline(always)]
fn added((high, low): Pair, term: f64) -> (Pair, bool) {
    let (sum, error) = two_sum(high, term);
    let (rest, lost) = two_sum(low, error);
    let (nearest, left) = two_sum(sum, rest);
    // Without a rest the sum keeps its sign where it is −0.
    let nearest = if rest == 0.0 { sum } else { nearest };
    // Not lazily: a branch would keep lanes out of vector registers.
    let (is_safe, is_whole) = (high.abs() + term.abs() < SAFE, lost == 0.0);
    ((nearest, left), is_safe & is_whole)
}

impl RunningLines {
    /// Sums of nothing on so many lines.
    pub(crate) fn clear(&mut self, lines: usize) {
        for (all, start) in [(&mut self.high, NOTHING.0), (&mut self.low, NOTHING.1)] {
            all.clear();
            all.resize(lines, start);
        }
        self.wide.clear();
        self.wide.resize(lines, None);
    }

    /// Goes on from an exact sum: [`RunningSum::restart`].
    pub(crate) fn restart(&mut self, line: usize, words: [i64; WORDS]) {
        let mut sum = RunningSum::default();
        sum.restart(words);
        self.keep(line, sum);
    }

    fn keep(&mut self, line: usize, sum: RunningSum) {
        let pair = sum.parts().and_then(|parts| {
            parts.iter().try_fold(NOTHING, |pair, &part| {
                let (pair, is_exact) = added(pair, part);
                is_exact.then_some(pair)
            })
        });
        (self.high[line], self.low[line]) = pair.unwrap_or((f64::NAN, 0.0));
        self.wide[line] = if pair.is_some() { None } else { Some(sum) };
    }

    /// Adds rows with a term for each line; `sums` gets what the sums are then. Rows begin `stride` after one another.
    pub(crate) fn add_rows<T: Rounded>(&mut self, terms: &[T], sums: &mut [T], stride: usize) {
        add_rows(self, terms, sums, stride);
    }

    /// Adds a term to one line.
    #[inline(always)]
    fn add<T: Rounded>(&mut self, line: usize, term: T) -> T {
        let (pair, is_exact) = added((self.high[line], self.low[line]), term.into());
        if is_exact {
            (self.high[line], self.low[line]) = pair;
            return T::of_pair(pair);
        }
        self.add_wide(line, term)
    }

    /// Adds a term to one line whose sum is, or becomes, more than two floats.
    #[cold]
    #[inline(never)]
    fn add_wide<T: Rounded>(&mut self, line: usize, term: T) -> T {
        let mut sum = self.wide[line].take().unwrap_or_else(|| {
            let mut sum = RunningSum::default();
            sum.add(self.low[line]);
            sum.add(self.high[line]);
            sum
        });
        sum.add(term.into());
        let value = T::of_sum(&sum);
        self.keep(line, sum);
        value
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
fn add_rows<T: Rounded>(lines: &mut RunningLines, terms: &[T], sums: &mut [T], stride: usize) {
    let width = lines.high.len();
    for (terms, sums) in terms.chunks(stride).zip(sums.chunks_mut(stride)) {
        let (full, rest) = terms[..width].as_chunks::<LANES>();
        let (full_sums, rest_sums) = sums[..width].as_chunks_mut::<LANES>();
        for ((first, terms), sums) in (0..).step_by(LANES).zip(full).zip(full_sums) {
            let (high, low) = (&mut lines.high[first..first + LANES], &mut lines.low[first..first + LANES]);
            let (mut new_high, mut new_low, mut are_exact) = ([0.0; LANES], [0.0; LANES], true);
            for lane in 0..LANES {
                let (pair, is_exact) = added((high[lane], low[lane]), terms[lane].into());
                (new_high[lane], new_low[lane]) = pair;
                are_exact &= is_exact;
            }
            if are_exact {
                high.copy_from_slice(&new_high);
                low.copy_from_slice(&new_low);
                for lane in 0..LANES {
                    sums[lane] = T::of_pair((new_high[lane], new_low[lane]));
                }
            } else {
                for lane in 0..LANES {
                    sums[lane] = lines.add(first + lane, terms[lane]);
                }
            }
        }
        for ((line, &term), sum) in (width - rest.len()..).zip(rest).zip(rest_sums) {
            *sum = lines.add(line, term);
        }
    }
}
