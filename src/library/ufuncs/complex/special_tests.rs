//! Infinities, NaN and zeros, and powers that are exact.

use crate::numbers::Arithmetic;
use num_complex::{Complex, Complex32, Complex64};

/// Arguments and values as annex G of C99 has them (tanh as corrected by report 471): a sign after `?` is not
/// specified. Conjugate arguments have conjugate values; `odd` functions are odd.
const EXP: &str = "
    0 0 1 0, -0 0 1 0, 1 inf nan nan, 1 nan nan nan, inf 0 inf 0, -inf 2 -0 0, inf 2 -inf inf, -inf inf ?0 ?0,
    inf inf ?inf nan, -inf nan ?0 ?0, inf nan ?inf nan, nan 0 nan 0, nan 1 nan nan, nan nan nan nan";
const LN: &str = "
    -0 0 -inf pi, 0 0 -inf 0, 1 inf inf pi/2, 1 nan nan nan, -inf 1 inf pi, inf 1 inf 0, -inf inf inf 3pi/4,
    inf inf inf pi/4, inf nan inf nan, -inf nan inf nan, nan 1 nan nan, nan inf inf nan, nan nan nan nan";
const SQRT: &str = "
    0 0 0 0, -0 0 0 0, 1 inf inf inf, nan inf inf inf, -inf inf inf inf, 1 nan nan nan, -inf 1 0 inf, inf 1 inf 0,
    -inf nan nan ?inf, inf nan inf nan, nan 1 nan nan, nan nan nan nan";
const SINH: &str = "
    0 0 0 0, 0 inf ?0 nan, 0 nan ?0 nan, 1 inf nan nan, 1 nan nan nan, inf 0 inf 0, inf 2 -inf inf,
    inf inf ?inf nan, inf nan ?inf nan, nan 0 nan 0, nan 1 nan nan, nan nan nan nan";
const COSH: &str = "
    0 0 1 0, 0 inf nan ?0, 0 nan nan ?0, 1 inf nan nan, 1 nan nan nan, inf 0 inf 0, -inf 0 inf -0, inf 2 -inf inf,
    inf inf ?inf nan, inf nan inf nan, nan 0 nan ?0, nan 1 nan nan, nan nan nan nan";
const TANH: &str = "
    0 0 0 0, 0 inf 0 nan, 0 nan 0 nan, 1 inf nan nan, 1 nan nan nan, inf 2 1 -0, inf inf 1 ?0, inf nan 1 ?0,
    nan 0 nan 0, nan 1 nan nan, nan nan nan nan";
const ACOS: &str = "
    0 0 pi/2 -0, -0 0 pi/2 -0, 0 nan pi/2 nan, -0 nan pi/2 nan, 1 inf pi/2 -inf, 1 nan nan nan, -inf 1 pi -inf,
    inf 1 0 -inf, -inf inf 3pi/4 -inf, inf inf pi/4 -inf, inf nan nan ?inf, -inf nan nan ?inf, nan 1 nan nan,
    nan inf nan -inf, nan nan nan nan";
const ACOSH: &str = "
    0 0 0 pi/2, -0 0 0 pi/2, 1 inf inf pi/2, 0 nan nan ?pi/2, 1 nan nan nan, -inf 1 inf pi, inf 1 inf 0,
    -inf inf inf 3pi/4, inf inf inf pi/4, inf nan inf nan, -inf nan inf nan, nan 1 nan nan, nan inf inf nan,
    nan nan nan nan";
const ASINH: &str = "
    0 0 0 0, 1 inf inf pi/2, 1 nan nan nan, inf 1 inf 0, inf inf inf pi/4, inf nan inf nan, nan 0 nan 0,
    nan 1 nan nan, nan inf ?inf nan, nan nan nan nan";
const ATANH: &str = "
    0 0 0 0, 0 nan 0 nan, 1 0 inf 0, 1 inf 0 pi/2, 1 nan nan nan, inf 1 0 pi/2, inf inf 0 pi/2, inf nan 0 nan,
    nan 1 nan nan, nan inf ?0 pi/2, nan nan nan nan";

fn number(word: &str) -> f64 {
    let pi = std::f64::consts::PI;
    match word {
        "pi" => pi,
        "pi/2" => pi / 2.0,
        "pi/4" => pi / 4.0,
        "3pi/4" => 3.0 * pi / 4.0,
        _ => word.parse().expect("a number"),
    }
}

/// Whether a part is what a word says.
fn is(found: f64, word: &str, sign: f64) -> bool {
    let (expected, any_sign) = (number(word.trim_start_matches('?')), word.starts_with('?'));
    let expected = sign * expected;
    let near = |x: f64, y: f64| x == y || (x - y).abs() <= 4e-16 * y.abs();
    match any_sign {
        _ if expected.is_nan() => found.is_nan(),
        true => near(found.abs(), expected.abs()),
        false => near(found, expected) && found.is_sign_negative() == expected.is_sign_negative(),
    }
}

fn check(name: &str, f: fn(Complex64) -> Complex64, single: fn(Complex32) -> Complex32, table: &str, odd: bool) {
    for row in table.split(',') {
        let words: Vec<_> = row.split_whitespace().collect();
        let z = Complex::new(number(words[0]), number(words[1]));
        let signs: &[(f64, f64)] =
            if odd { &[(1., 1.), (1., -1.), (-1., 1.), (-1., -1.)] } else { &[(1., 1.), (1., -1.)] };
        for &(re, im) in signs {
            let argument = Complex::new(re * z.re, im * z.im);
            let value = f(argument);
            assert!(is(value.re, words[2], re) && is(value.im, words[3], im), "{name} of {argument} is {value}");
            let narrow = single(Complex::new(argument.re as f32, argument.im as f32));
            let same = |x: f32, y: f64| x.is_nan() == y.is_nan() && (y.is_nan() || x == y as f32);
            assert!(same(narrow.re, value.re) && same(narrow.im, value.im), "{name} of {argument} is {narrow} in f32");
        }
    }
}

#[test]
fn infinities_and_nan() {
    let tables = [
        ("exp", super::exp as fn(Complex64) -> Complex64, super::exp as fn(Complex32) -> Complex32, EXP, false),
        ("ln", super::ln, super::ln, LN, false),
        ("sqrt", super::sqrt, super::sqrt, SQRT, false),
        ("sinh", super::sinh, super::sinh, SINH, true),
        ("cosh", super::cosh, super::cosh, COSH, false),
        ("tanh", super::tanh, super::tanh, TANH, true),
        ("acos", super::acos, super::acos, ACOS, false),
        ("acosh", super::acosh, super::acosh, ACOSH, false),
        ("asinh", super::asinh, super::asinh, ASINH, true),
        ("atanh", super::atanh, super::atanh, ATANH, true),
    ];
    for (name, f, single, table, odd) in tables {
        check(name, f, single, table, odd);
    }
    // The logarithms of other bases, and 2ᶻ, are infinite where these are.
    for (re, im) in [(0.0, 0.0), (f64::INFINITY, 1.0), (f64::NEG_INFINITY, 2.0), (3.0, f64::INFINITY)] {
        let z = Complex::new(re, im);
        for other in [super::log10(z), super::log2(z)] {
            assert_eq!((other.re, other.im == 0.0), (super::ln(z).re, super::ln(z).im == 0.0));
        }
        assert_eq!(super::exp2(z).re.is_infinite(), super::exp(z).re.is_infinite());
    }
    assert_eq!(super::exp2(Complex::new(f64::INFINITY, 0.0)), Complex::new(f64::INFINITY, 0.0));
    assert_eq!(super::exp2(Complex::new(f64::NEG_INFINITY, 5.0)), Complex::new(0.0, 0.0));
}

#[test]
fn quotients_of_infinities() {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let table = [
        ((1.0, 0.0), (0.0, 0.0), (inf, nan)),
        ((1.0, -1.0), (0.0, 0.0), (inf, -inf)),
        ((1.0, -1.0), (-0.0, 0.0), (-inf, inf)),
        ((0.0, 0.0), (0.0, 0.0), (nan, nan)),
        ((inf, 1.0), (1.0, 1.0), (inf, -inf)),
        ((inf, inf), (5e-324, 0.0), (inf, inf)),
        ((inf, nan), (1.0, 2.0), (inf, -inf)),
        ((1.0, 1.0), (inf, 1.0), (0.0, 0.0)),
        ((f64::MAX, f64::MAX), (inf, inf), (0.0, 0.0)),
        ((1.0, 1.0), (inf, nan), (0.0, 0.0)),
        ((inf, 1.0), (inf, 1.0), (nan, nan)),
        ((nan, 1.0), (1.0, 1.0), (nan, nan)),
    ];
    for ((a, b), (c, d), (re, im)) in table {
        let found = Complex::new(a, b).quotient(Complex::new(c, d)).expect("a quotient");
        let same = |x: f64, y: f64| x == y || (x.is_nan() && y.is_nan());
        assert!(same(found.re, re) && same(found.im, im), "({a} {b}) / ({c} {d}) is {found}");
        if a != f64::MAX && c != 5e-324 {
            let [a, b, c, d] = [a, b, c, d].map(|x| x as f32);
            let found = Complex::new(a, b).quotient(Complex::new(c, d)).expect("a quotient");
            assert!(same(found.re.into(), re) && same(found.im.into(), im), "({a} {b}) / ({c} {d}) is {found}");
        }
    }
}

#[test]
fn quotients_that_were_wrong() {
    let quotient = |z: Complex64, w: Complex64| z.quotient(w).expect("a quotient");
    let whole = Complex::new(1.0, 1.0);
    for size in [1e200, 1e-200, 1e300, 1e-300, 5e-324, 1e308] {
        assert_eq!(quotient(whole * size, whole * size), Complex::new(1.0, 0.0), "{size}");
    }
    assert_eq!(quotient(1.0.into(), Complex::new(1e200, 1e200)), Complex::new(5e-201, -5e-201));
    assert_eq!(quotient(Complex::new(1.0, 1e-200), Complex::new(1e-150, 0.0)).im, 1e-50);
    let single = Complex::new(1e20f32, 1e20);
    assert_eq!(single.quotient(single), Ok(Complex::new(1.0, 0.0)));
    assert_eq!(Complex::new(1e200, 1e200).squared(), Complex::new(0.0, f64::INFINITY));
}

#[test]
fn whole_powers_are_exact() {
    let power = |re: f64, im: f64, n: f64| super::power(Complex::new(re, im), n.into());
    assert_eq!(power(1.0, 2.0, 5.0), Complex::new(41.0, -38.0));
    assert_eq!(power(3.0, 4.0, 2.0), Complex::new(-7.0, 24.0));
    assert_eq!(power(1.0, 1.0, 100.0), Complex::new(-(2f64.powi(50)), 0.0));
    assert_eq!(power(1.0, 1.0, -4.0), Complex::new(-0.25, 0.0));
    assert_eq!(power(0.0, 1.0, 1_000_003.0), Complex::new(0.0, -1.0));
    assert_eq!(power(-2.0, 0.0, 3.0), Complex::new(-8.0, 0.0));
    assert_eq!(power(2.0, -3.0, 3.0), Complex::new(-46.0, -9.0));
    assert_eq!(power(1e200, 1e200, 0.0), Complex::new(1.0, 0.0));
    assert_eq!(power(4.0, 0.0, 0.5), Complex::new(2.0, 0.0));
    assert_eq!(power(-4.0, 0.0, 0.5), Complex::new(0.0, 2.0));
    assert_eq!(super::power(Complex::new(1f32, 2.0), Complex::new(5.0, 0.0)), Complex::new(41.0, -38.0));
    let nothing = Complex::new(0f64, 0.0);
    assert_eq!(super::power(nothing, Complex::new(2.0, 1.0)), nothing);
    assert_eq!(super::power(nothing, nothing), Complex::new(1.0, 0.0));
    assert!(super::power(nothing, Complex::new(-1.0, 0.0)).re.is_nan());
    // Of an infinity, whole powers are infinite.
    assert_eq!(power(f64::INFINITY, 0.0, 2.0), Complex::new(f64::INFINITY, 0.0));
    assert_eq!(power(f64::INFINITY, 0.0, -2.0).re, 0.0);
}
