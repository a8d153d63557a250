//! The fast way into the words: a block of terms is split into two bins in vector registers.
//!
//! A bin is a float S of fixed exponent, 1.5·2^52 units large, so that S + p is p rounded to whole units, and
//! q = (S + p) − S and the remainder r = p − q are exact (T. J. Dekker, Numer. Math. 18, 1971, §4; bins as in
//! J. Demmel and H. D. Nguyen, "Parallel reproducible summation", IEEE Trans. Comput. 64, 2015). The remainder goes
//! the same way into a second, finer bin, which has to take all of it. Whether each step was exact is checked, not
//! presumed: the first bin's exponent never moved, and the second left nothing. So a guess of where the bins should
//! lie, taken from the block before, is enough; where it fails the block is measured and done again.
//! What a bin holds in the end is a whole number of units, read off its bits as an integer.

use super::accumulator::ExactSum;
use super::terms::{Each, Terms};
use multiversion::multiversion;

/// Terms that go through the bins together: calls on multiples of this cost no more than one large call.
pub(crate) const BLOCK: usize = 2048;

/// Terms side by side in the kernel.
const LANES: usize = 16;

/// Up to this many terms are added one by one.
const FEW: usize = 16;

/// Additions to one lane of a bin within a block, as a power of two.
const STEPS_LOG2: usize = (BLOCK / LANES).ilog2() as usize;

/// The first bin's unit above the second's. Remainders are at most half a unit of the first bin, and the second
/// may move by a quarter of its 2^53 units: with one bit to spare, 2^51 ≥ 2^STEPS_LOG2 · 2^GAP.
const GAP: usize = 51 - STEPS_LOG2;

/// Bits left above the largest term measured, so that the next block may have larger ones.
const SLACK: usize = 3;

/// Unit of the first bin (in bits above 2^-1074) for terms near 1.
pub(super) const FIRST_WINDOW: usize = 1074 - GAP + SLACK;

/// The highest unit whose bin is a finite number.
const LAST_WINDOW: usize = 2045;

/// Adds all terms to `sum`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn add_terms<T: Terms>(sum: &mut ExactSum, terms: T) {
    let mut rest = terms;
    while rest.len() * T::EACH > FEW {
        let block;
        (block, rest) = rest.split_at(rest.len().min(BLOCK / T::EACH));
        match two_bins::<T>(block, sum.window) {
            Some([high, low]) => {
                sum.add_units(sum.window, high);
                sum.add_units(sum.window.saturating_sub(GAP), low);
            }
            None => add_measured(sum, block),
        }
    }
    rest.for_each_lanes::<1>(|[term]| sum.add(term));
}

/// Sums a block in units of the bins at `window` and below, or `None` if that could not be exact.
#[inline(always)]
fn two_bins<T: Terms>(block: T, window: usize) -> Option<[i64; 2]> {
    let [first, second] = [window, window.saturating_sub(GAP)].map(bin);
    let mut high = [f64::from_bits(first); LANES];
    let mut low = [f64::from_bits(second); LANES];
    let mut moved = [0; LANES];
    let mut left = [0; LANES];
    block.for_each_lanes::<LANES>(
        #[inline(always)]
        |terms| {
            for lane in 0..LANES {
                let sum = high[lane] + terms[lane];
                let remainder = terms[lane] - (sum - high[lane]);
                high[lane] = sum;
                moved[lane] |= sum.to_bits() ^ first;

                let sum = low[lane] + remainder;
                let taken = sum - low[lane];
                low[lane] = sum;
                left[lane] |= taken.to_bits() ^ remainder.to_bits();
            }
        },
    );
    let any = |bits: [u64; LANES]| bits.into_iter().fold(0, |any, lane| any | lane);
    // Sign and exponent of the first bin; all but the sign of a zero that the second one took or left.
    let is_exact = any(moved) >> 52 == 0 && any(left) << 1 == 0;
    is_exact.then(|| [units(&high, first), units(&low, second)])
}

/// The bits of 1.5·2^52·2^(`unit` − 1074).
fn bin(unit: usize) -> u64 {
    ((unit as u64 + 1) << 52) | (1 << 51)
}

/// How many units the lanes have moved from where they began.
#[inline(always)]
fn units(lanes: &[f64; LANES], start: u64) -> i64 {
    lanes.iter().map(|lane| lane.to_bits().wrapping_sub(start) as i64).sum()
}

/// Adds a block whose values lie elsewhere than the last one's: looks where, and leaves word of it for the next.
#[cold]
#[inline(never)]
fn add_measured<T: Terms>(sum: &mut ExactSum, block: T) {
    let mut terms = [0.0f64; BLOCK];
    let mut count = 0;
    block.for_each_lanes::<1>(|[term]| {
        terms[count] = term;
        count += 1;
    });
    let terms = &terms[..count];
    let largest = terms.iter().fold(0, |largest, term| largest.max(term.to_bits() << 1)) >> 53;
    // Terms are below 2^(exponent − 1022), so bit `exponent + 52`; all steps together move a bin by 2^51 units.
    let window = (largest as usize + 52 + STEPS_LOG2 + SLACK).saturating_sub(51);
    sum.window = window.min(LAST_WINDOW);
    match two_bins(Each::new(terms, |term| [term]), sum.window) {
        Some([high, low]) => {
            sum.add_units(sum.window, high);
            sum.add_units(sum.window.saturating_sub(GAP), low);
        }
        None => terms.iter().for_each(|&term| sum.add(term)),
    }
}
