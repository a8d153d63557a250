//! The fast way into the words: a block of terms is split into two bins in vector registers.
//!
//! A bin is a float S of fixed exponent, 1.5·2^52 units large, so that S + p is p rounded to whole units, and
//! q = (S + p) − S and the remainder r = p − q are exact (T. J. Dekker, Numer. Math. 18, 1971, §4; bins as in
//! J. Demmel and H. D. Nguyen, "Parallel reproducible summation", IEEE Trans. Comput. 64, 2015). The remainder goes
//! the same way into a second, finer bin, which has to take all of it. Whether each step was exact is checked, not
//! presumed: the first bin's exponent never moved, and the last one left nothing. So a guess of where the bins should
//! lie, taken from the block before, is enough; where it fails the block is measured and done again, with more
//! bins if need be. What a bin holds after some steps is a whole number of units, read off its bits as an integer;
//! these are added up, and every so often the bins start anew.

use super::accumulator::ExactSum;
use super::terms::{Each, Terms};
use multiversion::{multiversion, target::match_target};

/// Terms that go through the bins together: calls on multiples of this cost no more than one large call.
pub(crate) const BLOCK: usize = 2048;

/// Terms side by side in the kernel: two vectors, whose bins and checks stay in registers.
const LANES: usize = 8;

/// The same where vectors are of 512 bits.
const WIDE_LANES: usize = 16;

/// Up to this many terms are added one by one.
const FEW: usize = 16;

/// Additions to one lane of a bin before it starts anew, as a power of two.
pub(super) const STEPS_LOG2: usize = 5;

/// How far a bin may move without a change of exponent, in units, as a power of two.
const REACH_LOG2: usize = 51;

/// A bin's unit above that of the next. What a bin takes is at most half a unit of the one before, so that it stays
/// within reach: 2^STEPS_LOG2 · 2^GAP / 2 = 2^51. Two bins hold all bits of terms whose sizes differ by up to 2^40.
const GAP: usize = REACH_LOG2 + 1 - STEPS_LOG2;

/// Bins for blocks that two could not hold; sizes may then differ by 2^87.
const MORE: usize = 3;

/// Bins for blocks that even those could not hold; sizes may then differ by 2^134.
const MANY: usize = 4;

/// Unit of the first bin (in bits above 2^-1074) for a sum's first block: right for terms from 2^-24 to 2^16.
pub(super) const FIRST_WINDOW: usize = 1074 + 16 + STEPS_LOG2 - REACH_LOG2;

/// The highest unit whose bin is a finite number.
const LAST_WINDOW: usize = 2045;

/// How far below the guess a block's own window may lie where the guess is kept for the sake of more bins.
const NEAR: usize = 16;

/// Adds all terms to `sum`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
pub(super) fn add_terms<T: Terms>(sum: &mut ExactSum, terms: T) {
    match_target! {
        "x86_64+avx512f+avx512vl+avx512dq" => add_in_lanes::<T, WIDE_LANES>(sum, terms),
        _ => add_blocks(sum, terms),
    }
}

/// Adds all terms with the instructions of whoever calls.
#[inline(always)]
pub(super) fn add_blocks<T: Terms>(sum: &mut ExactSum, terms: T) {
    add_in_lanes::<T, LANES>(sum, terms);
}

#[inline(always)]
fn add_in_lanes<T: Terms, const L: usize>(sum: &mut ExactSum, terms: T) {
    let mut rest = terms;
    while rest.len() * T::EACH > FEW {
        let block;
        (block, rest) = rest.split_at(rest.len().min(BLOCK / T::EACH));
        let bins = if sum.more { None } else { split::<T, L, 2>(block, sum.window) };
        match bins {
            Some(bins) => add_bins(sum, bins),
            None => add_measured(sum, block),
        }
    }
    rest.for_each(|term| sum.add(term));
}

/// Adds a block whose values lie elsewhere than the last one's, or far apart.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
#[cold]
fn add_measured<T: Terms>(sum: &mut ExactSum, block: T) {
    let mut terms = [0.0f64; BLOCK];
    let mut sets = terms.as_chunks_mut::<LANES>().0.iter_mut();
    block.for_each_lanes::<LANES>(|lanes| *sets.next().expect("a block holds no more") = lanes);
    add_gathered(sum, &terms[..block.len() * T::EACH]);
}

/// Adds a block, with bins where its largest term wants them. Not generic, so that it is compiled once.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
fn add_gathered(sum: &mut ExactSum, terms: &[f64]) {
    match_target! {
        "x86_64+avx512f+avx512vl+avx512dq" => add_gathered_in_lanes::<WIDE_LANES>(sum, terms),
        _ => add_gathered_in_lanes::<LANES>(sum, terms),
    }
}

#[inline(always)]
fn add_gathered_in_lanes<const L: usize>(sum: &mut ExactSum, terms: &[f64]) {
    let largest = terms.iter().fold(0, |largest: i64, term| largest.max(term.abs().to_bits() as i64));
    // A term of this exponent is below 2^(exponent + 52) units of 2^-1074.
    let top = (largest >> 52) as usize + 52;
    let window = (top + STEPS_LOG2).saturating_sub(REACH_LOG2).min(LAST_WINDOW);
    // Two bins are not tried again where they were not enough, for this block or for one before.
    let in_vain = if sum.more { (window..=window + NEAR).contains(&sum.window) } else { window == sum.window };
    if !in_vain {
        sum.window = window;
    }

    let terms = Each::new(terms, |term| [term]);
    let two = if in_vain { None } else { split::<_, L, 2>(terms, sum.window) };
    sum.more = two.is_none();
    if let Some(bins) = two {
        add_bins(sum, bins);
    } else if let Some(bins) = split::<_, L, MORE>(terms, sum.window) {
        sum.more = bins[MORE - 1] != 0;
        add_bins(sum, bins);
    } else if let Some(bins) = split::<_, L, MANY>(terms, sum.window) {
        add_bins(sum, bins);
    } else {
        terms.for_each(|term| sum.add(term));
    }
}

#[inline(always)]
fn add_bins<const BINS: usize>(sum: &mut ExactSum, bins: [i64; BINS]) {
    for (index, count) in bins.into_iter().enumerate() {
        sum.add_units(unit(sum.window, index), count);
    }
}

/// The unit of a bin, in bits above 2^-1074: no term has bits below.
#[inline(always)]
pub(super) fn unit(window: usize, bin: usize) -> usize {
    window.saturating_sub(bin * GAP)
}

/// Sums a block in units of the bins at `window` and below, or `None` if that could not be exact.
#[inline(always)]
fn split<T: Terms, const L: usize, const BINS: usize>(block: T, window: usize) -> Option<[i64; BINS]> {
    let start: [u64; BINS] = std::array::from_fn(|bin| empty_bin(unit(window, bin)));
    let (mut moved, mut left) = ([0; L], [0; L]);
    let mut counts = [[0i64; L]; BINS];
    let mut rest = block;
    while rest.len() > 0 {
        let part;
        (part, rest) = rest.split_at(rest.len().min((L << STEPS_LOG2) / T::EACH));
        let mut bins = start.map(|bits| [f64::from_bits(bits); L]);
        part.for_each_lanes::<L>(
            #[inline(always)]
            |terms| {
                for lane in 0..L {
                    let mut remainder = terms[lane];
                    for (bin, sums) in bins.iter_mut().enumerate() {
                        let sum = sums[lane] + remainder;
                        let taken = sum - sums[lane];
                        sums[lane] = sum;
                        if bin == 0 {
                            moved[lane] |= sum.to_bits() ^ start[0];
                        }
                        if bin == BINS - 1 {
                            left[lane] |= taken.to_bits() ^ remainder.to_bits();
                        }
                        remainder -= taken;
                    }
                }
            },
        );
        for ((counts, sums), start) in counts.iter_mut().zip(bins).zip(start) {
            for (count, sum) in counts.iter_mut().zip(sums) {
                *count = count.wrapping_add(sum.to_bits().wrapping_sub(start) as i64);
            }
        }
    }
    let any = |bits: [u64; L]| bits.into_iter().fold(0, |any, lane| any | lane);
    // Sign and exponent of the first bin; all but the sign, for a zero, of what the last one took.
    let is_exact = any(moved) >> 52 == 0 && any(left) << 1 == 0;
    is_exact.then(|| counts.map(|lanes| lanes.into_iter().fold(0, i64::wrapping_add)))
}

/// The bits of 1.5·2^52·2^(`unit` − 1074).
#[inline(always)]
pub(super) fn empty_bin(unit: usize) -> u64 {
    ((unit as u64 + 1) << 52) | (1 << 51)
}
