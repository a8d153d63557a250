//! A percentile of the moduli of a distributed vector, exactly, by counting.

use crate::array::{DistArray, Space};
use crate::comm::Reduction;
use crate::numbers::{Real, Scalar};
use std::ops::Range;

/// The percentile of |x|, from 0 to 100, with linear interpolation between neighbours, as NumPy's; 0 of nothing.
///
/// # Communication
/// Eight all-reduces of 2048 bytes, and up to two of 8; none where every rank holds all.
pub(super) fn percentile_of_moduli<T: Scalar>(x: &DistArray<T>, percent: f64) -> f64 {
    let Some(last) = x.size().checked_sub(1) else { return 0.0 };
    let place = last as f64 * percent / 100.0;
    let below = (place.floor() as usize).min(last);
    let (low, not_above) = nth(x, below);
    let fraction = place - below as f64;
    if fraction == 0.0 {
        return low;
    }
    let high = if below + 1 < not_above { low } else { least_above(x, low) };
    // NumPy's own form, exact at both ends.
    if fraction < 0.5 { low + (high - low) * fraction } else { high - (high - low) * (1.0 - fraction) }
}

/// The n-th smallest modulus, and how many are not above it, of those that count (replicas once). Numbers that are not negative are ordered as their bits are.
pub(crate) fn nth<T: Scalar>(x: &DistArray<T>, n: usize) -> (f64, usize) {
    let (mut found, mut smaller, mut equal) = (0u64, 0, 0);
    for shift in (0..64).step_by(8).rev() {
        let mut counts = [0i64; 256];
        let above = |bits: u64| bits.checked_shr(shift + 8).unwrap_or(0);
        for_each_modulus(x, |modulus| {
            let bits = modulus.to_bits();
            if above(bits) == above(found) {
                counts[(bits >> shift & 255) as usize] += 1;
            }
        });
        sum(x.space(), &mut counts);
        let digit = (0..256).find(|&digit| {
            let is_there = smaller + counts[digit] as usize > n;
            smaller += if is_there { 0 } else { counts[digit] as usize };
            is_there
        });
        let digit = digit.unwrap_or(255);
        found |= (digit as u64) << shift;
        equal = counts[digit] as usize;
    }
    (f64::from_bits(found), smaller + equal)
}

fn least_above<T: Scalar>(x: &DistArray<T>, low: f64) -> f64 {
    let mut least = [f64::INFINITY];
    for_each_modulus(x, |modulus| least[0] = if modulus > low { least[0].min(modulus) } else { least[0] });
    if !x.space().is_replicated() {
        x.space().group().all_reduce(&mut least, Reduction::Min);
    }
    least[0]
}

/// Those that count on this rank.
fn for_each_modulus<T: Scalar>(x: &DistArray<T>, mut f: impl FnMut(f64)) {
    let space = x.space();
    x.passes_over(1, 0);
    space.for_each_stretch(space.is_replicated() || space.group().rank() == 0, |range: Range<usize>, counted| {
        if counted {
            x.as_slice()[range].iter().for_each(|x| f(x.modulus().to_f64()));
        }
    });
}

fn sum(space: &Space, counts: &mut [i64]) {
    if !space.is_replicated() && space.group().size() > 1 {
        space.group().all_reduce(counts, Reduction::Sum);
    }
}
