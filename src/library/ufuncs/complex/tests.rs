//! Every function against the oracle.

use super::exact_for_tests::{self as exact, Exact};
use super::oracle_for_tests::Big;
use num_complex::{Complex, Complex32, Complex64};
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_PI_2, PI};
use std::fmt::Debug;

/// The distance from the exact number in units of the last place of another one, which is taken for its own if
/// `None`; `digits` and `least` are those of the type.
fn ulps(found: f64, exact: &Big, of: Option<&Big>, (digits, least, largest): (i64, i64, f64)) -> f64 {
    let half_beyond = &Big::from(largest) + &Big::from(1.0).scaled(Big::from(largest).exponent() - digits - 1);
    if !exact.abs().less(&half_beyond) {
        return if found.is_infinite() && (found < 0.0) == exact.is_negative() { 0.0 } else { f64::INFINITY };
    }
    if !found.is_finite() {
        // One that is just within the range may be rounded out of it.
        let near = !exact.abs().less(&Big::from(largest * (1.0 - 1e-6 * f64::from(f32::EPSILON))));
        return if near && found.is_infinite() { 1.0 } else { f64::INFINITY };
    }
    let unit = (of.unwrap_or(exact).exponent() - digits).max(least);
    (&Big::from(found) - exact).abs().scaled(-unit).to_f64()
}

const DOUBLE: (i64, i64, f64) = (52, -1074, f64::MAX);
const SINGLE: (i64, i64, f64) = (23, -149, f32::MAX as f64);

/// The error of the worse part, in units of that part, or of the modulus if `by_modulus`.
fn error(found: Complex64, exact: &Exact, by_modulus: bool, format: (i64, i64, f64)) -> f64 {
    let larger = if exact.0.exponent() < exact.1.exponent() { &exact.1 } else { &exact.0 };
    let of = by_modulus.then_some(larger);
    ulps(found.re, &exact.0, of, format).max(ulps(found.im, &exact.1, of, format))
}

/// Random numbers without a generator: a Weyl sequence, mixed (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In (−1, 1).
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * 2f64.powi(-52) - 1.0
    }

    /// Of every size, with an exponent up to this.
    fn wide(&mut self, most: f64) -> f64 {
        self.unit() * 2f64.powf(most * self.unit())
    }

    fn argument(&mut self, k: usize) -> Complex64 {
        let [a, b] = [self.unit(), self.unit()];
        match k % 8 {
            0 => Complex::new(a, b),
            1 => Complex::new(30.0 * a, 30.0 * b),
            2 => Complex::new(self.wide(60.0), self.wide(60.0)),
            3 => Complex::new(self.wide(1000.0), self.wide(1000.0)),
            4 => Complex::from_polar(1.0, 4.0 * a), // beside the unit circle
            5 => Complex::new(1.0 + self.wide(50.0) * 1e-16, self.wide(50.0) * 1e-16),
            6 => Complex::new(800.0 * a, 100.0 * b),
            _ => Complex::new(self.wide(50.0) * 1e-16, 1.0 + self.wide(50.0) * 1e-16),
        }
    }
}

const SIZES: [f64; 34] = [
    0.0,
    5e-324,
    3e-310,
    3e-308,
    1e-200,
    1e-155,
    1e-60,
    1e-20,
    1.5e-8,
    0.01,
    0.5,
    0.6417,
    FRAC_1_SQRT_2,
    0.999999999,
    0.9999999999999999,
    1.0,
    1.0000000000000002,
    1.0000001,
    1.5,
    FRAC_PI_2,
    PI,
    22.1,
    700.5,
    710.5,
    745.2,
    1100.0,
    1e8,
    3e8,
    1e16,
    1e100,
    1e155,
    1e200,
    1e308,
    f64::MAX,
];

fn signs(x: f64, y: f64) -> [Complex64; 4] {
    [Complex::new(x, y), Complex::new(-x, y), Complex::new(x, -y), Complex::new(-x, -y)]
}

/// Special arguments in all quadrants, every `step`th of them, and random ones.
fn arguments(step: usize, random: usize) -> Vec<Complex64> {
    let grid = SIZES.iter().flat_map(|&x| SIZES.iter().flat_map(move |&y| signs(x, y)));
    let grid = grid.filter(|z| z.re != 0.0 || z.re.is_sign_positive());
    let mut numbers = Numbers(1);
    grid.step_by(step).chain((0..random).map(|k| numbers.argument(k))).collect()
}

/// The worst of the arguments, told if it is more than 4 units.
fn check<A: Debug + Copy>(name: &str, arguments: impl IntoIterator<Item = A>, error: impl Fn(A) -> f64) {
    let worst = arguments.into_iter().map(|z| (error(z), z)).max_by(|a, b| a.0.total_cmp(&b.0));
    let (error, z) = worst.expect("some arguments");
    println!("{name}: {error:.2} at {z:?}");
    assert!(error <= 4.0, "{name} of {z:?} is {error} units off");
}

fn steps() -> (usize, usize) {
    // More on request.
    let random = std::env::var("LOPS_ARGUMENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(400);
    (if random > 2000 { 1 } else { 7 }, random)
}

/// The exact value; below a cut on the real axis that of the conjugate number, as no exact 0 has a sign.
fn value(function: fn(&Exact) -> Exact, z: Complex64) -> Exact {
    if z.im == 0.0 && z.im.is_sign_negative() {
        let (re, im) = function(&exact::of(z.conj()));
        return (re, -&im);
    }
    function(&exact::of(z))
}

fn check_function(
    name: &str,
    found: fn(Complex64) -> Complex64,
    single: fn(Complex32) -> Complex32,
    function: fn(&Exact) -> Exact,
    is_pole: fn(Complex64) -> bool,
) {
    let (step, random) = steps();
    let defined = |z: &Complex64| !is_pole(*z);
    check(name, arguments(step, random).into_iter().filter(defined), |z| {
        error(found(z), &value(function, z), false, DOUBLE)
    });
    let arguments = arguments(2 * step, random / 2).into_iter().map(|z| Complex32::new(z.re as f32, z.im as f32));
    let widened = |z: Complex32| Complex64::new(z.re.into(), z.im.into());
    let is_zero_below = |x: f32| x == 0.0 && x.is_sign_negative();
    let defined = |z: &Complex32| z.re.is_finite() && z.im.is_finite() && !is_zero_below(z.re) && !is_pole(widened(*z));
    check(&format!("{name} of f32"), arguments.filter(defined), |z| {
        error(widened(single(z)), &value(function, widened(z)), false, SINGLE)
    });
}

macro_rules! check_functions {
    ($($name:ident $exact:expr, $is_pole:expr;)*) => {$(
        #[test]
        fn $name() {
            check_function(stringify!($name), super::$name, super::$name, $exact, $is_pole);
        }
    )*};
}
check_functions! {
    sqrt |z| exact::sqrt(z, z.1.is_negative()), |z| z.im == 0.0 && z.re < 0.0;
    exp exact::exp, |_| false;
    exp2 |z| exact::exp(&(&z.0 * &Big::ln_2(), &z.1 * &Big::ln_2())), |z| z.im.abs() > 1e15;
    ln exact::ln, |z| z.re == 0.0 && z.im == 0.0;
    log10 |z| exact::to_base(z, 10.0), |z| z.re == 0.0 && z.im == 0.0;
    log2 |z| exact::to_base(z, 2.0), |z| z.re == 0.0 && z.im == 0.0;
    sinh exact::sinh, |_| false;
    cosh exact::cosh, |_| false;
    tanh exact::tanh, |_| false;
    sin |z| exact::turned_back(&exact::sinh(&exact::turned(z))), |_| false;
    cos |z| exact::cosh(&exact::turned(z)), |_| false;
    tan |z| exact::turned_back(&exact::tanh(&exact::turned(z))), |_| false;
    asin exact::asin, |_| false;
    acos exact::acos, |_| false;
    atanh exact::atanh, |z| z.re.abs() == 1.0 && z.im == 0.0;
    asinh |z| exact::turned_back(&exact::asin(&exact::turned(z))), |_| false;
    atan |z| exact::turned_back(&exact::atanh(&exact::turned(z))), |z| z.re == 0.0 && z.im.abs() == 1.0;
}

#[test]
fn acosh() {
    // i acos z or −i acos z, whichever is on the right.
    let exact = |z: Complex64| {
        let (re, im) = value(exact::acos, z);
        let (re, im) = (im.abs(), re);
        (re, if z.im.is_sign_negative() { -&im } else { im })
    };
    let (step, random) = steps();
    check("acosh", arguments(step, random), |z| error(super::acosh(z), &exact(z), false, DOUBLE));
}

/// Of pairs of numbers: those near 1, whole and other exponents, quotients of any size.
fn pairs() -> Vec<(Complex64, Complex64)> {
    let (step, random) = steps();
    let (mut numbers, mut pairs) = (Numbers(2), vec![]);
    let all = arguments(31 * step, 0);
    for &z in &all {
        pairs.extend(all.iter().map(|&w| (z, w)));
    }
    pairs.extend((0..4 * random).map(|k| (numbers.argument(k % 29), numbers.argument(k % 31))));
    pairs
}

#[test]
fn quotients() {
    use crate::numbers::Arithmetic;
    let quotient = |(z, w): (Complex64, Complex64)| z.quotient(w).expect("a quotient");
    let pairs = pairs().into_iter().filter(|(_, w)| w.re != 0.0 || w.im != 0.0);
    let by_modulus = |(z, w)| error(quotient((z, w)), &exact::over(&exact::of(z), &exact::of(w)), true, DOUBLE);
    check("quotient", pairs.clone(), by_modulus);
    check("recip", pairs.clone().map(|(_, w)| w), |w| {
        error(quotient((1.0.into(), w)), &exact::over(&exact::of(1.0.into()), &exact::of(w)), false, DOUBLE)
    });
    check("square", pairs.clone().map(|(_, w)| w), |w| {
        error(w.squared(), &exact::times(&exact::of(w), &exact::of(w)), false, DOUBLE)
    });
    let single = |z: Complex64| Complex32::new(z.re as f32, z.im as f32);
    let widened = |z: Complex32| Complex64::new(z.re.into(), z.im.into());
    let singles = pairs.map(|(z, w)| (single(z), single(w)));
    let is_finite = |z: Complex32| z.re.is_finite() && z.im.is_finite();
    let singles = singles.filter(|&(z, w)| is_finite(z) && is_finite(w) && (w.re != 0.0 || w.im != 0.0));
    check("quotient of f32", singles, |(z, w)| {
        let exact = exact::over(&exact::of(widened(z)), &exact::of(widened(w)));
        error(widened(z.quotient(w).expect("a quotient")), &exact, true, SINGLE)
    });
}

#[test]
fn powers() {
    let defined = |z: &Complex64| z.re != 0.0 || z.im != 0.0;
    let mut numbers = Numbers(3);
    let (step, random) = steps();
    let of = |(z, w): (Complex64, Complex64)| {
        let is_whole = w.im == 0.0 && w.re.fract() == 0.0 && w.re.abs() <= 1000.0;
        let exact = if is_whole {
            exact::whole_power(&exact::of(z), w.re as i32)
        } else {
            exact::power(&exact::of(z), &exact::of(w))
        };
        error(super::power(z, w), &exact, false, DOUBLE)
    };
    let bases: Vec<_> = arguments(5 * step, random).into_iter().filter(defined).collect();
    let mut with = |name: &str, w: &mut dyn FnMut(&mut Numbers) -> Complex64| {
        let pairs: Vec<_> =
            bases.iter().map(|&z| (z, w(&mut numbers))).filter(|(z, _)| z.im != 0.0 || z.re > 0.0).collect();
        check(name, pairs, of);
    };
    with("power 1/2", &mut |_| 0.5.into());
    with("power -1", &mut |_| (-1.0).into());
    with("whole power", &mut |numbers| ((numbers.bits() % 41) as f64 - 20.0).into());
    with("large whole power", &mut |numbers| (numbers.wide(20.0)).round().into());
    with("real power", &mut |numbers| (10.0 * numbers.unit()).into());
    with("large real power", &mut |numbers| numbers.wide(40.0).into());
    with("complex power", &mut |numbers| Complex::new(10.0 * numbers.unit(), 10.0 * numbers.unit()));
    with("imaginary power", &mut |numbers| Complex::new(0.0, numbers.wide(20.0)));
}

#[test]
fn exponentials_of_base_2_turn_far() {
    let mut numbers = Numbers(4);
    let arguments = (0..100).map(|_| Complex::new(10.0 * numbers.unit(), 1e25 * numbers.unit()));
    let exact = |z: Complex64| exact::exp(&(&Big::from(z.re) * &Big::ln_2(), &Big::from(z.im) * &Big::ln_2()));
    check("exp2, far", arguments, |z| error(super::exp2(z), &exact(z), true, DOUBLE));
}
