//! Every function against the figures in `numpy.txt`, which NumPy wrote.

use lops::{Comm, Complex, DistArray, Element, Layout, Real};
use std::collections::BTreeMap;

/// What NumPy found, by element type and function.
struct Figures(BTreeMap<(&'static str, &'static str), Vec<&'static str>>);

impl Figures {
    fn read() -> Self {
        let lines = include_str!("numpy.txt").lines().filter(|line| !line.starts_with('#'));
        let line = |line: &'static str| {
            let mut words = line.split(' ');
            ((words.next().unwrap(), words.next().unwrap()), words.collect())
        };
        Self(lines.map(line).collect())
    }

    /// The figures of a function, each of which is asked for once.
    fn take<T>(&mut self, dtype: &'static str, name: &'static str, parse: impl Fn(&str) -> T) -> Vec<T> {
        let values = self.0.remove(&(dtype, name)).unwrap_or_else(|| panic!("no figures of {name} of {dtype}"));
        values.into_iter().map(parse).collect()
    }
}

fn real(text: &str) -> f64 {
    text.parse().unwrap()
}

fn complex(text: &str) -> Complex<f64> {
    let (re, im) = text.split_once(',').unwrap();
    Complex::new(real(re), real(im))
}

fn truth(text: &str) -> bool {
    text == "1"
}

/// Equal but for the last few bits of a function that NumPy's library rounds otherwise; zeros with their signs.
fn near(found: f64, expected: f64) -> bool {
    if expected.is_nan() || expected == 0.0 {
        return found.is_nan() == expected.is_nan()
            && (found == 0.0) == (expected == 0.0)
            && (expected.is_nan() || found.is_sign_negative() == expected.is_sign_negative());
    }
    found == expected || (found - expected).abs() <= 1e-14 * expected.abs()
}

/// Parts of complex functions that cancel are near by the modulus; infinite ones are the same. (NumPy rounds on the
/// way: the oracle of `ufuncs::complex` is stricter.)
fn near_complex(found: Complex<f64>, expected: Complex<f64>) -> bool {
    if !(expected.re.is_finite() && expected.im.is_finite()) {
        return near(found.re, expected.re) && near(found.im, expected.im);
    }
    (found - expected).norm() <= 1e-14 * expected.norm().max(1.0)
}

fn spread<T: Element>(comm: &Comm, values: &[T]) -> DistArray<T> {
    DistArray::from_global(&Layout::scatter(comm, &[values.len()], 0).unwrap(), values).unwrap()
}

#[track_caller]
fn check<T: Element>(name: &str, found: &DistArray<T>, expected: &[T], same: impl Fn(T, T) -> bool) {
    let found = found.gather_all();
    let pairs = found.iter().zip(expected);
    assert_eq!(found.len(), expected.len());
    assert!(pairs.clone().all(|(&x, &y)| same(x, y)), "{name}: {found:?}, NumPy {expected:?}");
}

macro_rules! real_functions {
    ($figures:ident $x:ident: $($name:ident $in_place:ident)*) => {$({
        let expected = $figures.take("f64", stringify!($name), real);
        check(stringify!($name), &$x.$name(), &expected, near);
        let mut changed = $x.clone();
        changed.$in_place();
        check(stringify!($in_place), &changed, &expected, near);
        let single = $x.map(|x| x as f32).$name().map(f64::from);
        let expected = $x.map(|x| f64::from(x as f32)).$name().map(|x| f64::from(x as f32));
        let same = |x: f64, y: f64| near(x, y) || (x - y).abs() <= 1e-6 * y.abs();
        check(stringify!($name), &single, expected.gather_all().as_slice().unwrap(), same);
    })*};
}

macro_rules! complex_functions {
    ($figures:ident $kind:ident $x:ident: $($name:ident $in_place:ident)*) => {$({
        let expected = $figures.take($kind, stringify!($name), complex);
        check(stringify!($name), &$x.$name(), &expected, near_complex);
        let mut changed = $x.clone();
        changed.$in_place();
        check(stringify!($in_place), &changed, &expected, near_complex);
    })*};
}

/// Functions of two operands: arrays, in place, and of every pair of numbers.
macro_rules! pairs {
    ($figures:ident $dtype:expr, $parse:expr, $same:expr, $a:ident $b:ident: $($name:ident $in_place:ident)*) => {$({
        let expected = $figures.take($dtype, stringify!($name), $parse);
        check(stringify!($name), &$a.$name(&$b).unwrap(), &expected, $same);
        let mut changed = $a.clone();
        changed.$in_place(&$b).unwrap();
        check(stringify!($in_place), &changed, &expected, $same);
        for (k, &b) in $b.gather_all().iter().enumerate() {
            assert!($same($a.$name(b).unwrap().gather_all()[k], expected[k]));
            let mut changed = $a.clone();
            changed.$in_place(b).unwrap();
            assert!($same(changed.gather_all()[k], expected[k]));
        }
    })*};
}

macro_rules! comparisons {
    ($figures:ident $dtype:expr, $a:ident $b:ident: $($name:ident)*) => {$({
        let expected = $figures.take($dtype, stringify!($name), truth);
        check(stringify!($name), &$a.$name(&$b).unwrap(), &expected, |x, y| x == y);
        for (k, &b) in $b.gather_all().iter().enumerate() {
            assert_eq!($a.$name(b).unwrap().gather_all()[k], expected[k], "{} {b}", stringify!($name));
        }
    })*};
}

macro_rules! integers {
    ($comm:ident $figures:ident: $($t:ident)*) => {$({
        let parse = |text: &str| text.parse::<$t>().unwrap();
        let [a, b] = ["a", "b"].map(|name| spread($comm, &$figures.take(stringify!($t), name, parse)));
        let same = |x: $t, y: $t| x == y;
        pairs!($figures stringify!($t), parse, same, a b:
            maximum maximum_in_place minimum minimum_in_place floor_divide floor_divide_in_place
            remainder remainder_in_place fmod fmod_in_place left_shift left_shift_in_place
            right_shift right_shift_in_place);
        comparisons!($figures stringify!($t), a b: less equal greater_equal);
        bits!($figures $t parse, a b);
        check("sign", &a.sign(), &$figures.take(stringify!($t), "sign", parse), same);
        let squares = $figures.take(stringify!($t), "square", parse);
        // NumPy wraps where this multiplication is one of the language.
        let fits: Vec<_> = a.gather_all().iter().map(|&x| x.checked_mul(x).is_some()).collect();
        for (k, &x) in a.gather_all().iter().enumerate().filter(|(k, _)| fits[*k]) {
            assert_eq!(spread($comm, &[x]).square().gather_all()[0], squares[k]);
        }
        let exponents = b.map(|b| if i32::from(b) < 0 { (0 as $t).wrapping_sub(b) } else { b });
        check("pow", &a.pow(&exponents).unwrap(), &$figures.take(stringify!($t), "pow", parse), same);
    })*};
}

macro_rules! bits {
    ($figures:ident $t:ident $parse:expr, $a:ident $b:ident) => {{
        let dtype = stringify!($t);
        let same = |x: $t, y: $t| x == y;
        check("and", &(&$a & &$b), &$figures.take(dtype, "and", $parse), same);
        check("or", &(&$a | &$b), &$figures.take(dtype, "or", $parse), same);
        check("xor", &(&$a ^ &$b), &$figures.take(dtype, "xor", $parse), same);
        check("not", &!&$a, &$figures.take(dtype, "not", $parse), same);
        let b = $b.gather_all();
        for (k, &b) in b.iter().enumerate() {
            assert_eq!((&$a & b).gather_all()[k], (&$a & &$b).gather_all()[k]);
            assert_eq!((&$a | b).gather_all()[k], (&$a | &$b).gather_all()[k]);
            assert_eq!((&$a ^ b).gather_all()[k], (&$a ^ &$b).gather_all()[k]);
        }
    }};
}

fn of_reals(comm: &Comm, figures: &mut Figures) {
    let x = spread(comm, &figures.take("f64", "x", real));
    real_functions!(figures x: sqrt sqrt_in_place exp exp_in_place exp2 exp2_in_place ln ln_in_place
        log10 log10_in_place log2 log2_in_place sin sin_in_place cos cos_in_place tan tan_in_place
        asin asin_in_place acos acos_in_place atan atan_in_place sinh sinh_in_place cosh cosh_in_place
        tanh tanh_in_place asinh asinh_in_place acosh acosh_in_place atanh atanh_in_place
        floor floor_in_place ceil ceil_in_place trunc trunc_in_place round_ties_even round_ties_even_in_place
        exp_m1 exp_m1_in_place ln_1p ln_1p_in_place cbrt cbrt_in_place to_radians to_radians_in_place
        to_degrees to_degrees_in_place sign sign_in_place square square_in_place recip recip_in_place);
    check("abs", &x.abs(), &figures.take("f64", "abs", real), near);
    check("arg", &x.arg(), &figures.take("f64", "arg", real), near);
    check("neg", &-&x, &figures.take("f64", "neg", real), near);
    check("is_finite", &x.is_finite(), &figures.take("f64", "is_finite", truth), |x, y| x == y);
    check("is_nan", &x.is_nan(), &figures.take("f64", "is_nan", truth), |x, y| x == y);
    check("is_infinite", &x.is_infinite(), &figures.take("f64", "is_infinite", truth), |x, y| x == y);

    let [a, b] = ["a", "b"].map(|name| spread(comm, &figures.take("f64", name, real)));
    pairs!(figures "f64", real, near, a b: maximum maximum_in_place minimum minimum_in_place
        floor_divide floor_divide_in_place remainder remainder_in_place fmod fmod_in_place
        pow pow_in_place hypot hypot_in_place atan2 atan2_in_place copysign copysign_in_place);
    comparisons!(figures "f64", a b: less less_equal equal not_equal greater greater_equal);
    check("add", &(&a + &b), &figures.take("f64", "add", real), near);
    check("divide", &(&a / &b), &figures.take("f64", "divide", real), near);
    let close = figures.take("f64", "is_close", truth);
    check("is_close", &a.is_close(&b, 1e-5, 1e-8).unwrap(), &close, |x, y| x == y);
}

/// Near the unit disc (`c128`), and where textbook formulas cancel or overflow (`far`).
fn of_complex_numbers(comm: &Comm, figures: &mut Figures, kind: &'static str) -> DistArray<Complex<f64>> {
    let x = spread(comm, &figures.take(kind, "x", complex));
    complex_functions!(figures kind x: sqrt sqrt_in_place exp exp_in_place exp2 exp2_in_place ln ln_in_place
        log10 log10_in_place log2 log2_in_place sin sin_in_place cos cos_in_place tan tan_in_place
        asin asin_in_place acos acos_in_place atan atan_in_place sinh sinh_in_place cosh cosh_in_place
        tanh tanh_in_place asinh asinh_in_place acosh acosh_in_place atanh atanh_in_place
        square square_in_place recip recip_in_place);
    x
}

fn of_complex_parts_and_pairs(comm: &Comm, figures: &mut Figures, x: &DistArray<Complex<f64>>) {
    let w = spread(comm, &figures.take("c128", "w", complex));
    check("abs", &x.abs(), &figures.take("c128", "abs", real), near);
    check("arg", &x.arg(), &figures.take("c128", "arg", real), near);
    check("re", &x.re(), &figures.take("c128", "re", real), near);
    check("im", &x.im(), &figures.take("c128", "im", real), near);
    check("neg", &-x, &figures.take("c128", "neg", complex), near_complex);
    check("conj", &x.conj(), &figures.take("c128", "conj", complex), near_complex);
    pairs!(figures "c128", complex, near_complex, x w: pow pow_in_place);
    comparisons!(figures "c128", x w: equal);
    check("add", &(x + &w), &figures.take("c128", "add", complex), near_complex);
    check("divide", &(x / &w), &figures.take("c128", "divide", complex), near_complex);
}

crate::bodies! {
    fn are_those_of_numpy(comm) {
        let mut figures = Figures::read();
        of_reals(comm, &mut figures);
        of_complex_numbers(comm, &mut figures, "far");
        let x = of_complex_numbers(comm, &mut figures, "c128");
        of_complex_parts_and_pairs(comm, &mut figures, &x);
        integers!(comm figures: i8 u8);
        let abs = figures.take("i8", "abs", |text| text.parse::<i8>().unwrap());
        let x = [7i8, -7, 7, -7, 0, 127, -128, -128, 5, 1, -1, 100];
        check("abs", &spread(comm, &x).abs(), &abs, |x, y| x == y);
        let [a, b] = ["a", "b"].map(|name| spread(comm, &figures.take("bool", name, truth)));
        bits!(figures bool truth, a b);
        assert!(figures.0.is_empty(), "not tested: {:?}", figures.0.keys());
    }

    fn integers_to_negative_powers(comm) {
        let x = spread(comm, &[1, -1, -1, 2, -3, 0]);
        let y = spread(comm, &[-5, -5, -4, -1, -2, -1]);
        assert_eq!(x.pow(&y).unwrap(), spread(comm, &[1, -1, 1, 0, 0, 0]));
    }

    fn shifts_by_a_number(comm) {
        let x = spread(comm, &[1, -4, 1 << 30]);
        assert_eq!(&x << 1, spread(comm, &[2, -8, i32::MIN]));
        assert_eq!(&x >> 1, spread(comm, &[0, -2, 1 << 29]));
        assert_eq!(&x << 32, spread(comm, &[0, 0, 0]));
        assert_eq!(&x >> 99, spread(comm, &[0, -1, 0]));
    }

    fn angles_of_real_numbers_are_real(comm) {
        let x = spread(comm, &[-1.0f32, 2.0]).arg();
        assert_eq!(x.gather_all().as_slice().unwrap(), [<f32 as Real>::from_f64(std::f64::consts::PI), 0.0]);
    }
}
