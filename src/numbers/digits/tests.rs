use super::super::Real;
use super::{KEPT, add, pack, raise, top_of_infinity, value, value_of_packed};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Float;
use proptest::prelude::*;

/// The sum of terms of one element, as the digits of several ranks give it.
fn sum<R: Real>(terms: &[R], ranks: usize) -> R {
    let shares: Vec<_> = (0..ranks)
        .map(|rank| {
            let (mut digits, mut tops) = ([0.0; KEPT], [0]);
            for term in terms.iter().skip(rank).step_by(ranks) {
                add(&mut digits, &mut tops, 0, &[*term]);
            }
            (digits, tops)
        })
        .collect();
    let top = shares.iter().map(|share| share.1[0]).max().unwrap();
    let raised = shares.into_iter().map(|(mut digits, mut tops)| {
        raise(&mut digits, &mut tops, &[top]);
        digits
    });
    if size_of::<R>() == 4 {
        return value_of_packed(raised.map(|digits| pack::<R>(digits, top)).sum(), top);
    }
    let total = raised.fold([0.0; KEPT], |total, digits| std::array::from_fn(|k| total[k] + digits[k]));
    value(total, top)
}

/// The number, exactly.
fn exact<R: Real>(x: R) -> BigRational {
    BigRational::from_float(Real::to_f64(x)).unwrap()
}

/// Whether a sum is the exact one but for half a unit in its last place and 2⁻ᵇⁱᵗˢ of the largest term for each term.
fn near<R: Real>(terms: &[R], found: R, bits: i32) -> bool {
    let sum: BigRational = terms.iter().map(|&x| exact(x)).sum();
    let largest = terms.iter().map(|&x| Float::abs(x)).fold(R::from_f64(0.0), Float::max);
    let last_place = exact(Float::abs(found)) / (BigInt::from(1) << if bits > 40 { 53 } else { 24 });
    let of_terms = exact(largest) * BigInt::from(terms.len()) / (BigInt::from(1) << bits);
    let off = sum - exact(found);
    let off = if off < BigRational::from_integer(0.into()) { -off } else { off };
    off <= last_place + of_terms
}

fn check<R: Real>(terms: &[R], bits: i32) -> Result<(), TestCaseError> {
    let whole = sum(terms, 1);
    prop_assert!(near(terms, whole, bits), "{terms:?}: {whole:?}");
    let mut backwards = terms.to_vec();
    backwards.reverse();
    for ranks in 1..5 {
        for terms in [terms, &backwards] {
            prop_assert_eq!(Real::to_f64(sum(terms, ranks)).to_bits(), Real::to_f64(whole).to_bits(), "{:?}", terms);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn any_order_gives_the_same_bits(terms in prop::collection::vec(any::<f64>().prop_filter("small", |x| x.abs() < 1e300), 1..12)) {
        check(&terms, 66)?;
    }

    #[test]
    fn any_order_of_numbers_alike_gives_the_same_bits(terms in prop::collection::vec((-1.0f64..1.0, -80..80i32), 1..30)) {
        let terms: Vec<_> = terms.iter().map(|(x, n)| x * 2f64.powi(*n)).collect();
        check(&terms, 66)?;
    }

    #[test]
    fn any_order_of_singles_gives_the_same_bits(terms in prop::collection::vec((-1.0f32..1.0, -140..120i32), 1..30)) {
        let terms: Vec<_> = terms.iter().map(|(x, n)| (f64::from(*x) * 2f64.powi(*n)) as f32).collect();
        check(&terms, 34)?;
    }

    #[test]
    fn one_term_is_itself(x in any::<f64>(), y in any::<f32>()) {
        prop_assert!(sum(&[x], 1) == x || x.is_nan());
        prop_assert!(sum(&[y], 1) == y || y.is_nan());
    }
}

#[test]
fn what_is_not_finite_stays_so() {
    fn of<R: Real>() {
        let [one, infinity, none] = [1.0, f64::INFINITY, f64::NAN].map(R::from_f64);
        for ranks in 1..4 {
            assert_eq!(sum(&[one, infinity, one, infinity], ranks), infinity);
            assert_eq!(sum(&[-infinity, one, one], ranks), -infinity);
            assert!(sum(&[infinity, one, -infinity], ranks).is_nan());
            assert!(sum(&[infinity, none, one], ranks).is_nan());
            assert!(sum(&[none, one, one], ranks).is_nan());
        }
    }
    of::<f32>();
    of::<f64>();
    assert!(top_of_infinity::<f32>() > 60 && top_of_infinity::<f64>() >= 63);
}

#[test]
fn sums_too_large_are_infinite_and_cancel_before() {
    for ranks in 1..4 {
        assert_eq!(sum(&[f64::MAX, f64::MAX], ranks), f64::INFINITY);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX], ranks), f64::MAX);
        assert_eq!(sum(&[f32::MAX, f32::MAX], ranks), f32::INFINITY);
        assert_eq!(sum(&[f32::MAX, f32::MAX, -f32::MAX], ranks), f32::MAX);
        assert_eq!(sum(&[1e16, 1.0, -1e16, 1e-300], ranks), 1.0);
        assert_eq!(sum(&[f64::from_bits(3), f64::from_bits(7), -f64::from_bits(1)], ranks), f64::from_bits(9));
        assert_eq!(sum(&[f32::from_bits(3), f32::from_bits(7), -f32::from_bits(1)], ranks), f32::from_bits(9));
        assert_eq!(sum(&[-0.0f64], ranks).to_bits(), 0);
    }
}

/// With as many terms as are allowed, all as large as a digit takes.
#[test]
fn digits_do_not_run_over() {
    for x in [1.999_999_9f32, -1.0, 0.1] {
        let (mut digits, mut tops) = ([0.0; KEPT], [0]);
        (0..1 << 16).for_each(|_| add(&mut digits, &mut tops, 0, &[x]));
        let all = value_of_packed::<f32>(pack::<f32>(digits, tops[0]), tops[0]);
        assert_eq!(all, x * 65536.0);
    }
}
