//! Exact sums against arithmetic on big integers, in any order, cut anywhere.

use super::*;
use multiversion::multiversion;
use num_bigint::{BigInt, Sign};
use num_complex::Complex;
use num_rational::BigRational;
use proptest::prelude::*;

/// The sum in units of 2^-1074, or what infinities and NaNs make of it.
fn oracle(terms: &[f64]) -> Result<BigInt, f64> {
    let special: f64 = terms.iter().filter(|term| !term.is_finite()).sum();
    if special != 0.0 {
        return Err(special);
    }
    let unit = BigRational::new(BigInt::from(1), BigInt::from(1) << 1074);
    let sum: BigRational = terms.iter().map(|&term| BigRational::from_float(term).unwrap() / &unit).sum();
    assert!(sum.is_integer());
    Ok(sum.to_integer())
}

/// `sum`·2^-1074 rounded to a format of `precision` bits, smallest number 2^(`unit` − 1074) and first power of two
/// too large 2^(`overflow` − 1074); as an f64, which holds every f32.
fn rounded(sum: &BigInt, precision: u64, unit: u64, overflow: u64) -> f64 {
    rounded_from(sum, 0, precision, unit, overflow)
}

/// The same of `sum`·2^-(1074 + `below`).
fn rounded_from(sum: &BigInt, below: u64, precision: u64, unit: u64, overflow: u64) -> f64 {
    let (unit, overflow) = (unit + below, overflow + below);
    let magnitude = sum.magnitude();
    let drop = magnitude.bits().saturating_sub(precision).max(unit);
    let (mut kept, half) = (magnitude >> drop, (magnitude.clone() << 1u32) >> drop);
    let is_tie = (&half << drop) == (magnitude.clone() << 1u32);
    if half.bit(0) && (!is_tie || kept.bit(0)) {
        kept += 1u32;
    }
    if (&kept << drop).bits() > overflow {
        return if sum.sign() == Sign::Minus { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let kept = u64::try_from(kept).unwrap() as f64;
    // In two steps, so that neither power of two is out of range; both are exact.
    let exponent = drop as i32 - below as i32;
    let scaled = kept * 2f64.powi(exponent / 2 - 537) * 2f64.powi(exponent - exponent / 2 - 537);
    if sum.sign() == Sign::Minus { -scaled } else { scaled }
}

fn assert_sum(sum: &ExactSum, terms: &[f64]) {
    match oracle(terms) {
        Err(special) if special.is_nan() => assert!(sum.value().is_nan() && sum.value_f32().is_nan()),
        Err(special) => assert_eq!((sum.value(), sum.value_f32()), (special, special as f32)),
        Ok(exact) => {
            assert_eq!(sum.value().to_bits(), rounded(&exact, 53, 0, 2098).to_bits(), "{exact}");
            assert_eq!(sum.value_f32().to_bits(), (rounded(&exact, 24, 925, 1202) as f32).to_bits(), "{exact}");
        }
    }
}

fn one_by_one(terms: &[f64]) -> ExactSum {
    let mut sum = ExactSum::new();
    for &term in terms {
        sum.add(term);
    }
    sum.normalise();
    sum
}

fn at_once(terms: &[f64]) -> ExactSum {
    let mut sum = added(values(terms));
    sum.normalise();
    sum
}

fn added(terms: impl Terms) -> ExactSum {
    let mut sum = ExactSum::new();
    sum.add_terms(terms);
    sum
}

/// Any bits but those of NaN and infinities.
fn any_finite() -> impl Strategy<Value = f64> {
    (any::<u64>(), 0u64..2047).prop_map(|(bits, exponent)| f64::from_bits(bits & !(0x7ff << 52) | exponent << 52))
}

/// Values within 2^±`spread` of a middle.
fn near(spread: u64) -> impl Strategy<Value = f64> {
    (any::<u64>(), 0..=spread)
        .prop_map(|(bits, exponent)| f64::from_bits(bits & !(0x7ff << 52) | (1000 + exponent) << 52))
}

/// Long enough for several blocks, of every kind the kernel tells apart.
fn terms() -> impl Strategy<Value = Vec<f64>> {
    let long = 0..3 * BLOCK;
    prop_oneof![
        proptest::collection::vec(any_finite(), 0..300),
        proptest::collection::vec(near(10), long.clone()),
        proptest::collection::vec(near(50), long.clone()),
        proptest::collection::vec(prop_oneof![200 => near(5), 1 => any_finite()], long.clone()),
        // Cancellation: everything twice, with both signs, and a little more.
        (proptest::collection::vec(near(20), long), any_finite()).prop_map(|(mut terms, last)| {
            terms.extend(terms.clone().iter().map(|term| -term));
            terms.push(last);
            terms
        }),
        // Subnormals, and the edge of overflow.
        proptest::collection::vec((0u64..1 << 54).prop_map(f64::from_bits), 0..BLOCK),
        proptest::collection::vec(any::<bool>().prop_map(|up| if up { f64::MAX } else { -f64::MAX }), 0..BLOCK),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn sum_is_exact_and_rounded_once(terms in terms()) {
        assert_sum(&at_once(&terms), &terms);
    }

    #[test]
    fn words_do_not_depend_on_order_cuts_or_path(
        (shuffled, terms, cuts) in terms().prop_flat_map(|terms| {
            let cuts = proptest::collection::vec(0..=terms.len(), 0..6);
            (Just(terms.clone()).prop_shuffle(), Just(terms), cuts)
        })
    ) {
        let expected = one_by_one(&terms);
        let sum = at_once(&shuffled);
        prop_assert_eq!(sum.words(), expected.words());

        let mut cuts = cuts;
        cuts.extend([0, terms.len()]);
        cuts.sort_unstable();
        let parts = cuts.windows(2).map(|cut| at_once(&shuffled[cut[0]..cut[1]]));
        let mut words = [0; WORDS];
        for part in parts {
            words.iter_mut().zip(part.words()).for_each(|(word, addend)| *word += addend);
        }
        let sum = ExactSum::from_words(words);
        prop_assert_eq!(sum.words(), expected.words());

        let mut continued = ExactSum::new();
        cuts.windows(2).for_each(|cut| continued.add_terms(values(&terms[cut[0]..cut[1]])));
        continued.normalise();
        prop_assert_eq!(continued.words(), expected.words());
    }

    #[test]
    fn words_do_not_depend_on_the_instruction_set(terms in terms()) {
        #[multiversion(targets("x86_64+avx2"))]
        fn add_with_avx2(sum: &mut ExactSum, terms: &[f64]) {
            kernels::add_blocks(sum, values(terms));
        }
        let (mut narrow, mut middle) = (ExactSum::new(), ExactSum::new());
        kernels::add_blocks(&mut narrow, values(&terms));
        add_with_avx2(&mut middle, &terms);
        narrow.normalise();
        middle.normalise();
        let widest = at_once(&terms);
        prop_assert_eq!(widest.words(), narrow.words());
        prop_assert_eq!(widest.words(), middle.words());
    }

    #[test]
    fn mean_is_rounded_once(terms in terms(), more in prop_oneof![0usize..9, 0usize..1 << 40, usize::MAX - 9..usize::MAX]) {
        let (sum, count) = (at_once(&terms), more.max(terms.len()).max(1));
        let Ok(exact) = oracle(&terms) else { return Ok(()) };
        let parts: BigInt = exact << 200u32;
        let rest = u8::from(&parts % count != BigInt::from(0));
        let magnitude = BigInt::from(parts.magnitude() / count) | BigInt::from(rest);
        let quotient = if parts.sign() == Sign::Minus { -magnitude } else { magnitude };
        prop_assert_eq!(sum.mean(count).to_bits(), rounded_from(&quotient, 200, 53, 0, 2098).to_bits());
        let single = rounded_from(&quotient, 200, 24, 925, 1202) as f32;
        prop_assert_eq!(sum.mean_f32(count).to_bits(), single.to_bits());
    }

    #[test]
    fn running_sums_are_rounded_once(terms in terms(), start in terms()) {
        let (mut exact, start) = (at_once(&start[..start.len().min(99)]), &terms[..terms.len().min(999)]);
        let mut running = RunningSum::default();
        running.restart(*exact.words());
        running.add(0.0);
        for (k, &term) in start.iter().enumerate() {
            exact.add(term);
            running.add(term);
            prop_assert_eq!(running.value().to_bits(), exact.value().to_bits(), "after {} terms", k);
            prop_assert_eq!(running.value_f32().to_bits(), exact.value_f32().to_bits(), "after {} terms", k);
        }
    }

    #[test]
    fn products_are_rounded_once_and_then_summed_exactly(terms in terms()) {
        let (x, y) = terms.split_at(terms.len() / 2);
        let y = &y[..x.len()];
        assert_sum(&added(products(x, y)), &x.iter().zip(y).map(|(x, y)| x * y).collect::<Vec<_>>());
        assert_sum(&added(squares(x)), &x.iter().map(|x| x * x).collect::<Vec<_>>());
        assert_sum(&added(Each::new(x, |x| [x.abs()])), &x.iter().map(|x| x.abs()).collect::<Vec<_>>());
    }

    #[test]
    fn single_precision_products_are_exact(terms in terms()) {
        let x: Vec<f32> = terms.iter().map(|&term| term as f32).collect();
        assert_sum(&added(products(&x, &x)), &x.iter().map(|&x| f64::from(x) * f64::from(x)).collect::<Vec<_>>());
    }

    #[test]
    fn complex_products(terms in terms()) {
        let z: Vec<_> = terms.chunks_exact(4).map(|z| (Complex::new(z[0], z[1]), Complex::new(z[2], z[3]))).collect();
        let (x, y): (Vec<_>, Vec<_>) = z.iter().copied().unzip();
        let terms = |of: &dyn Fn(Complex<f64>, Complex<f64>) -> [f64; 2]| -> Vec<f64> {
            z.iter().flat_map(|&(x, y)| of(x, y)).collect()
        };
        assert_sum(&added(real_products::<_, false>(&x, &y)), &terms(&|x, y| [x.re * y.re, -(x.im * y.im)]));
        assert_sum(&added(imaginary_products::<_, false>(&x, &y)), &terms(&|x, y| [x.re * y.im, x.im * y.re]));
        assert_sum(&added(real_products::<_, true>(&x, &y)), &terms(&|x, y| [x.re * y.re, x.im * y.im]));
        assert_sum(&added(imaginary_products::<_, true>(&x, &y)), &terms(&|x, y| [x.re * y.im, -(x.im * y.re)]));
        assert_sum(&added(squared_moduli(&x)), &terms(&|x, _| [x.re * x.re, x.im * x.im]));
    }
}

#[test]
fn infinities_and_nans_in_any_place() {
    for length in [1, 5, 40, BLOCK + 7] {
        for (special, expected) in [
            (vec![f64::INFINITY], f64::INFINITY),
            (vec![f64::NEG_INFINITY, f64::NEG_INFINITY], f64::NEG_INFINITY),
            (vec![f64::INFINITY, f64::NEG_INFINITY], f64::NAN),
            (vec![f64::NAN], f64::NAN),
            (vec![-f64::NAN, f64::INFINITY], f64::NAN),
        ] {
            let mut terms = vec![1.5; length];
            for (index, &value) in special.iter().enumerate() {
                terms.insert(index * length, value);
            }
            let sum = at_once(&terms);
            assert_eq!(sum.value().is_nan(), expected.is_nan());
            assert!(expected.is_nan() || sum.value() == expected);
            assert_eq!(sum.words(), one_by_one(&terms).words());
        }
    }
}

#[test]
fn running_sums_on_ties_of_single_precision() {
    let tie = 1.0 + f64::from(f32::EPSILON) / 2.0;
    for (terms, expected) in [
        (vec![tie], 1.0),
        (vec![tie, 1e-30], 1.0 + f32::EPSILON),
        (vec![tie, -1e-30], 1.0),
        (vec![-tie, -1e-30], -1.0 - f32::EPSILON),
        (vec![1e-30, tie, -1e-30], 1.0),
        (vec![-0.0], -0.0),
        (vec![-0.0, -0.0], -0.0),
        (vec![-0.0, 0.0, -0.0], 0.0),
        (vec![-0.0, 1.0, -1.0], 0.0),
        (vec![f64::INFINITY, 1.0], f32::INFINITY),
        (vec![1e308, 1e308, -1e308, -1e308, 3.0], 3.0),
    ] {
        let mut running = RunningSum::default();
        for &term in &terms {
            running.add(term);
        }
        assert_eq!(running.value_f32().to_bits(), expected.to_bits(), "{terms:?}");
        assert_eq!(running.value(), at_once(&terms).value());
    }
}

#[test]
fn overflow_on_the_way_does_not_matter() {
    assert_eq!(at_once(&[1e308, 1e308, -1e308]).value(), 1e308);
    assert_eq!(at_once(&[f64::MAX; 3]).value(), f64::INFINITY);
    assert_eq!(at_once(&[-f64::MAX; 3]).value(), f64::NEG_INFINITY);
    // Half a unit in the last place more than the largest number rounds to infinity; anything less does not.
    let half_unit = 2f64.powi(970);
    assert_eq!(at_once(&[f64::MAX, half_unit]).value(), f64::INFINITY);
    assert_eq!(at_once(&[f64::MAX, half_unit, -5e-324]).value(), f64::MAX);
    assert_eq!(at_once(&[f64::from(f32::MAX), 1.0]).value_f32(), f32::MAX);
    assert_eq!(added(squares(&[1e200; 40])).value(), f64::INFINITY);
}

#[test]
fn a_zero_sum_is_positive() {
    for terms in [vec![], vec![-0.0], vec![-0.0; 5000], vec![1.0, -1.0]] {
        assert_eq!(at_once(&terms).value().to_bits(), 0);
        assert_eq!(at_once(&terms).value_f32().to_bits(), 0);
    }
    assert_eq!(at_once(&[-5e-324]).value_f32().to_bits(), (-0f32).to_bits());
}

#[test]
fn single_precision_is_rounded_once() {
    // Just above a tie of f32: rounding to f64 first would make it the tie, and then even.
    let above_tie = [1.0, 2f64.powi(-24), 2f64.powi(-80)];
    assert_eq!(at_once(&above_tie).value_f32(), 1.0 + f32::EPSILON);
    assert_eq!(at_once(&above_tie).value() as f32, 1.0);
}

#[test]
fn carries_move_before_words_are_full() {
    // A fraction of ones that fills one word of 40 bits: 2^24 of them would pass 2^63.
    let value = f64::from_bits((1034 << 52) | ((1 << 52) - 1));
    let mut sum = ExactSum::new();
    let count = 1 << 24;
    for _ in 0..count {
        sum.add(value);
    }
    assert_eq!(sum.value(), value * f64::from(count));
}

#[test]
fn words_of_a_million_ranks_fit() {
    let sum = one_by_one(&[-f64::MIN_POSITIVE * 3.3, f64::MAX, -1.0]);
    let mut words = *sum.words();
    for word in &mut words {
        *word = word.checked_mul(1 << 20).unwrap();
    }
    words[50] -= 1 << 60;
    words[51] += 1 << 20;
    let expected = at_once(&[-f64::MIN_POSITIVE * 3.3 * 2f64.powi(20), -2f64.powi(20)]);
    let mut difference = ExactSum::from_words(words);
    for _ in 0..1 << 20 {
        difference.add(-f64::MAX);
    }
    difference.normalise();
    assert_eq!(difference.words(), expected.words());
}

#[test]
fn plain_sums_are_near() {
    for length in [0, 1, 31, 32, 33, 5000] {
        let x: Vec<f64> = (0..length).map(|i| (f64::from(i) * 0.7).sin()).collect();
        let [plain, exact] = [plain::sum(squares(&x)), added(squares(&x)).value()];
        approx::assert_relative_eq!(plain, exact, max_relative = 1e-14);
    }
}
