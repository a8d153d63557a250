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
    let mut at = 0;
    while at < n {
        let end = n.min(at + LANES);
        let wide = end - at;
        let (mut x, mut needs) = ([0.0; LANES], [0u8; LANES]);
        for (x, term) in x.iter_mut().zip(&terms[at..end]) {
            *x = Real::to_f64(*term);
        }
        for (needs, &x) in needs.iter_mut().zip(&x) {
            *needs = top(places, x);
        }
        let [first, second, third] = [&mut first[at..end], &mut second[at..end], &mut third[at..end]];
        let tops = &mut tops[at..end];
        if needs.iter().zip(&*tops).any(|(needs, top)| needs > top) {
            raise_some([first, second, third], tops, &needs[..wide]);
        }
        for k in 0..wide {
            let (one, two, three) = cut(places, x[k], tops[k]);
            first[k] += one;
            second[k] += two;
            third[k] += three;
        }
        at = end;
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
