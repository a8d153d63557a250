//! Sums and products of a few numbers each, for every element of a vector, whatever the order of the numbers.

use super::exact::{RunningSum, to_single, two_sum};
use super::powers::is_single;
use super::scalar::{Real, Scalar};
use super::{split, times_power_of_two};
use multiversion::multiversion;

/// Elements that go together.
const BLOCK: usize = 64;

/// Room for [`sums_of_few`], which can be used again.
#[derive(Debug)]
pub(crate) struct FewRoom {
    high: [f64; BLOCK],
    low: [f64; BLOCK],
    /// Not 0 where something was lost, or is not finite.
    lost: [u64; BLOCK],
    sum: RunningSum,
}

impl Default for FewRoom {
    fn default() -> Self {
        Self { high: [0.0; BLOCK], low: [0.0; BLOCK], lost: [0; BLOCK], sum: RunningSum::default() }
    }
}

/// Sums of one element of each of two terms or more, exact and rounded once; −0 only of nothing but −0.
///
/// Nearly always two floats hold such a sum exactly: what has been added so far, rounded, and all that the roundings
/// left. Where they do not, or where something is not finite, the element's terms are added one by one.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq+avx512bw", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn sums_of_few<'a, R: Real, F: Fn(usize) -> &'a [R]>(
    room: &mut FewRoom,
    to: &mut [R],
    terms: usize,
    term: F,
) {
    let single = is_single::<R>();
    let FewRoom { high, low, lost, sum: one_by_one } = room;
    for start in (0..to.len()).step_by(BLOCK) {
        let to = &mut to[start..];
        let n = to.len().min(BLOCK);
        let part = |k| &term(k)[start..start + n];
        let (high, low, lost) = (&mut high[..n], &mut low[..n], &mut lost[..n]);
        let sums = high.iter_mut().zip(&mut *low).zip(&mut *lost);
        for (((high, low), lost), (a, b)) in sums.zip(part(0).iter().zip(part(1))) {
            (*high, *low) = two_sum(Real::to_f64(*a), Real::to_f64(*b));
            *lost = u64::from(low.is_nan());
        }
        for k in 2..terms {
            let sums = high.iter_mut().zip(&mut *low).zip(&mut *lost);
            for (((high, low), lost), x) in sums.zip(part(k)) {
                let (sum, error) = two_sum(*high, Real::to_f64(*x));
                let (rest, gone) = two_sum(*low, error);
                (*high, *low) = (sum, rest);
                *lost |= u64::from(gone != 0.0); // also where it is not finite: then this is NaN
            }
        }
        for ((to, high), low) in to.iter_mut().zip(&*high).zip(&*low) {
            let (value, left) = two_sum(*high, *low);
            let value = if *low == 0.0 { *high } else { value }; // −0 stays
            *to = R::from_f64(if single { to_single(value, left).into() } else { value });
        }
        if lost.iter().fold(0, |all, lost| all | lost) != 0 {
            for (k, to) in to.iter_mut().enumerate().take(n).filter(|(k, _)| lost[*k] != 0) {
                *to = sum_of_few(one_by_one, (0..terms).map(|one| part(one)[k]));
            }
        }
    }
}

/// The sum, exact and rounded once. −0 of nothing but −0.
fn sum_of_few<R: Real>(room: &mut RunningSum, terms: impl Iterator<Item = R>) -> R {
    room.clear();
    terms.for_each(|term| room.add(Real::to_f64(term)));
    R::from_f64(if is_single::<R>() { room.value_f32().into() } else { room.value() })
}

/// The product of a few numbers, multiplied in ascending order: the same in whatever order they come. Their exponents
/// are added up beside, so that none but the result leaves the range of numbers. They are left sorted.
pub(crate) fn product_of_few<R: Real>(factors: &mut [R]) -> R {
    factors.sort_unstable_by(|a, b| Real::to_f64(*a).total_cmp(&Real::to_f64(*b)));
    if !factors.iter().all(|x| Scalar::finite(*x)) {
        let special = |x: f64| if x.is_finite() && x != 0.0 { x.signum() } else { x };
        return R::from_f64(factors.iter().map(|x| special(Real::to_f64(*x))).product());
    }
    let (mut product, mut exponent) = (1.0, 0);
    for factor in factors {
        let (fraction, of_factor) = split(Real::to_f64(*factor));
        let (next, carried) = split(product * fraction);
        (product, exponent) = (next, exponent + of_factor + carried);
    }
    R::from_f64(times_power_of_two(product, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::exact::ExactSum;
    use proptest::prelude::*;

    fn sum<R: Real>(terms: &[R]) -> R {
        let mut to = vec![R::from_f64(7.0); BLOCK + 3];
        let other = R::from_f64(1.5);
        let columns: Vec<_> = terms.iter().map(|&term| [vec![other; BLOCK + 1], vec![term, other]].concat()).collect();
        sums_of_few(&mut FewRoom::default(), &mut to, terms.len(), |k| &columns[k]);
        assert!(to[0] == R::from_f64(1.5 * terms.len() as f64) && to[BLOCK + 2] == to[0]);
        to[BLOCK + 1]
    }

    fn check<R: Real>(terms: &[R], expected: f64) -> Result<(), TestCaseError> {
        for turn in 0..terms.len() {
            let mut turned = terms.to_vec();
            turned.rotate_left(turn);
            prop_assert_eq!(Real::to_f64(sum(&turned)).to_bits(), expected.to_bits(), "{:?}", terms);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn sums_are_exact(terms in prop::collection::vec((-1.0f64..1.0, -60..60i32), 2..9)) {
            let terms: Vec<_> = terms.iter().map(|(x, n)| x * 2f64.powi(*n)).collect();
            let mut exact = ExactSum::new();
            exact.add_slice(&terms);
            check(&terms, exact.value())?;
            let singles: Vec<_> = terms.iter().map(|&x| x as f32).collect();
            let mut exact = ExactSum::new();
            exact.add_slice(&singles);
            check(&singles, exact.value_f32().into())?;
        }

        #[test]
        fn products_do_not_depend_on_order(factors in prop::collection::vec(any::<f64>(), 1..7), by in 0usize..7) {
            let mut turned = factors.clone();
            turned.rotate_left(by % factors.len());
            turned.reverse();
            let (a, b) = (product_of_few(&mut factors.clone()), product_of_few(&mut turned));
            prop_assert!(a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()));
        }
    }

    #[test]
    fn ends_of_the_range() {
        for (terms, expected) in [
            ([1e16, 1.0, -1e16], 1.0),
            ([f64::MAX, f64::MAX, -f64::MAX], f64::MAX),
            ([f64::MAX, f64::MAX, 1.0], f64::INFINITY),
            ([f64::INFINITY, 1.0, f64::MAX], f64::INFINITY),
            ([5e-324, 5e-324, -5e-324], 5e-324),
            ([1e300, 1e-300, -1e300], 1e-300),
        ] {
            assert_eq!(sum(&terms), expected, "{terms:?}");
        }
        assert_eq!(sum(&[0.1f32, 0.2, -0.3]), (f64::from(0.1f32) + f64::from(0.2f32) - f64::from(0.3f32)) as f32);
        assert_eq!(sum(&[f32::MAX, f32::MAX, -f32::MAX]), f32::MAX);
        assert!(sum(&[f64::INFINITY, 1.0, f64::NEG_INFINITY]).is_nan() && sum(&[1.0, f64::NAN, 2.0]).is_nan());
        for zeros in [[-0.0, -0.0, -0.0], [-0.0, 0.0, -0.0], [1.0, -1.0, -0.0]] {
            let expected = if zeros.iter().all(|x: &f64| x.is_sign_negative()) { -0.0f64 } else { 0.0 };
            assert_eq!(sum(&zeros).to_bits(), expected.to_bits());
        }
        assert_eq!(product_of_few(&mut [1e200, 1e200, 1e-300]), product_of_few(&mut [1e-300f64, 1e200, 1e200]));
        assert!((product_of_few(&mut [1e200, 1e200, 1e-300]) / 1e100 - 1.0f64).abs() < 1e-15);
        assert_eq!(product_of_few(&mut [1e30f32, 1e30, 0.0, -1.0]).to_bits(), (-0.0f32).to_bits());
        assert_eq!(product_of_few(&mut [-1e300, f64::INFINITY, 1e300]), f64::NEG_INFINITY);
        assert!(product_of_few(&mut [0.0, f64::INFINITY, 1e300]).is_nan());
    }
}
