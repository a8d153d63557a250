//! Terms cut into digits and counted.

use super::{KEPT, Places};
use crate::numbers::scalar::Real;
use multiversion::multiversion;

/// A float plus this and less this is rounded to a whole number, of two the even one.
const WHOLE: f64 = 1.5 * (1u64 << 52) as f64;

/// Elements that go together.
const LANES: usize = 16;

/// The uppermost digit of a number: it counts at most half of what makes one of the next.
#[inline(always)]
pub(super) fn top(places: Places, x: f64) -> u8 {
    let exponent = (x.to_bits() >> 52) as i32 & 0x7ff; // |x| < 2^(exponent − 1022)
    ((exponent - 1022 - places.first).max(0) >> places.bits_log2) as u8
}

/// 2ⁿ, where that is a normal number.
#[inline(always)]
pub(super) const fn power(n: i32) -> f64 {
    f64::from_bits(((n + 1023) as u64) << 52)
}

/// Adds a term to each element from `start` on, of as many as there are terms. `digits` has all first digits, then all second ones, then all third ones; what they
/// stand at is in `tops`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn add<R: Real>(digits: &mut [f64], tops: &mut [u8], start: usize, terms: &[R]) {
    let places = Places::of::<R>();
    let (all, n) = (tops.len(), terms.len());
    assert!(digits.len() == KEPT * all && start + n <= all);
    let (first, rest) = digits.split_at_mut(all);
    let (second, third) = rest.split_at_mut(all);
    let [first, second, third] = [first, second, third].map(|digits| &mut digits[start..start + n]);
    let tops = &mut tops[start..start + n];
    let whole = n - n % LANES;
    let [one, two, three] = [&mut *first, &mut *second, &mut *third].map(|digits| digits.as_chunks_mut().0.iter_mut());
    let of_lanes = one.zip(two).zip(three).zip(tops.as_chunks_mut().0).zip(terms.as_chunks().0);
    for ((((first, second), third), tops), x) in of_lanes {
        add_lanes(places, [first, second, third], tops, x);
    }
    // The rest with zeros behind them, which change nothing.
    let wide = n - whole;
    if wide > 0 {
        let mut digits = [[0.0; LANES]; KEPT];
        let (mut of_lanes, mut x) = ([0; LANES], [R::zero(); LANES]);
        let rest = [&mut first[whole..], &mut second[whole..], &mut third[whole..]];
        let (tops, terms) = (&mut tops[whole..], &terms[whole..]);
        digits.iter_mut().zip(&rest).for_each(|(lanes, rest)| lanes[..wide].copy_from_slice(rest));
        of_lanes[..wide].copy_from_slice(tops);
        x[..wide].copy_from_slice(terms);
        add_lanes(places, digits.each_mut(), &mut of_lanes, &x);
        digits.iter().zip(rest).for_each(|(lanes, rest)| rest.copy_from_slice(&lanes[..wide]));
        tops.copy_from_slice(&of_lanes[..wide]);
    }
}

/// A term to each of some elements, of which there are always as many, so that all of it is done in vectors.
#[inline(always)]
fn add_lanes<R: Real>(
    places: Places,
    [first, second, third]: [&mut [f64; LANES]; KEPT],
    tops: &mut [u8; LANES],
    terms: &[R; LANES],
) {
    let (mut x, mut needs, mut any) = ([0.0; LANES], [0u8; LANES], false);
    x.iter_mut().zip(terms).for_each(|(x, term)| *x = Real::to_f64(*term));
    needs.iter_mut().zip(&x).for_each(|(needs, &x)| *needs = top(places, x));
    for (needs, top) in needs.iter().zip(&*tops) {
        any |= needs > top; // without an end of its own
    }
    if any {
        raise_some([first, second, third], tops, &needs);
    }
    for k in 0..LANES {
        let (one, two, three) = cut(places, x[k], tops[k]);
        first[k] += one;
        second[k] += two;
        third[k] += three;
    }
}

/// A number in units of its digits.
#[inline(always)]
fn cut(places: Places, x: f64, top: u8) -> (f64, f64, f64) {
    let base = power(places.bits());
    let x = x * power(-places.unit(top));
    let first = (x + WHOLE) - WHOLE;
    let rest = (x - first) * base;
    let second = (rest + WHOLE) - WHOLE;
    let rest = (rest - second) * base;
    let third = (rest + WHOLE) - WHOLE;
    (first, second, third)
}

/// Lets the digits of every element stand where `tops` wants them, or higher.
pub(crate) fn raise(digits: &mut [f64], tops: &mut [u8], needs: &[u8]) {
    let n = needs.len();
    assert!(digits.len() == KEPT * n && tops.len() == n);
    let (first, rest) = digits.split_at_mut(n);
    let (second, third) = rest.split_at_mut(n);
    raise_some([first, second, third], tops, needs);
}

#[inline(always)]
fn raise_some([first, second, third]: [&mut [f64]; KEPT], tops: &mut [u8], needs: &[u8]) {
    for k in 0..needs.len() {
        let by = needs[k].saturating_sub(tops[k]);
        if by > 0 {
            third[k] = [second[k], first[k], 0.0][usize::from(by - 1).min(2)];
            second[k] = if by == 1 { first[k] } else { 0.0 };
            first[k] = 0.0;
            tops[k] = needs[k];
        }
    }
}
