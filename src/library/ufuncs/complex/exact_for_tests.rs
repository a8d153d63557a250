//! Complex functions of the oracle, by textbook formulas.

use super::oracle_for_tests::Big;
use num_complex::Complex64;

/// The parts of a number.
pub(super) type Exact = (Big, Big);

pub(super) fn of(z: Complex64) -> Exact {
    (Big::from(z.re), Big::from(z.im))
}

pub(super) fn times(a: &Exact, b: &Exact) -> Exact {
    (&(&a.0 * &b.0) - &(&a.1 * &b.1), &(&a.0 * &b.1) + &(&a.1 * &b.0))
}

pub(super) fn over(a: &Exact, b: &Exact) -> Exact {
    let size = &(&b.0 * &b.0) + &(&b.1 * &b.1);
    let product = times(a, &(b.0.clone(), -&b.1));
    (&product.0 / &size, &product.1 / &size)
}

pub(super) fn exp_i(size: &Big, angle: &Big) -> Exact {
    let (sin, cos) = angle.sin_cos();
    (size * &cos, size * &sin)
}

pub(super) fn exp(z: &Exact) -> Exact {
    exp_i(&z.0.exp(), &z.1)
}

pub(super) fn square_sum_less_one(z: &Exact) -> Big {
    &(&(&z.0 * &z.0) + &(&z.1 * &z.1)) - &Big::from(1.0)
}

pub(super) fn ln(z: &Exact) -> Exact {
    (square_sum_less_one(z).ln_1p().scaled(-1), z.1.atan2(&z.0))
}

pub(super) fn to_base(z: &Exact, base: f64) -> Exact {
    let (ln, by) = (ln(z), Big::from(base).ln());
    (&ln.0 / &by, &ln.1 / &by)
}

/// √z with an imaginary part of this sign.
pub(super) fn sqrt(z: &Exact, is_negative: bool) -> Exact {
    let size = (&(&z.0 * &z.0) + &(&z.1 * &z.1)).sqrt();
    // Of what cancels, y² / (r + |x|) is left.
    let sum = &size + &z.0.abs();
    if sum.is_zero() {
        return (Big::zero(), Big::zero());
    }
    let (large, small) = (sum.scaled(-1).sqrt(), (&(&z.1 * &z.1) / &sum).scaled(-1).sqrt());
    let (re, im) = if z.0.is_negative() { (small, large) } else { (large, small) };
    (re, if is_negative { -&im } else { im })
}

pub(super) fn hyperbolic(x: &Big) -> (Big, Big) {
    let half = |x: &Big| x.exp().scaled(-1);
    let (plus, minus) = (half(x), half(&-x));
    let sinh = if x.exponent() > -100 {
        &plus - &minus
    } else {
        // The series, whose fourth term is nothing.
        let square = x * x;
        let third = &(&square * x) / &Big::from(6.0);
        &(x + &third) + &(&(&third * &square) / &Big::from(20.0))
    };
    (sinh, &plus + &minus)
}

pub(super) fn sinh(z: &Exact) -> Exact {
    let ((sinh, cosh), (sin, cos)) = (hyperbolic(&z.0), z.1.sin_cos());
    (&sinh * &cos, &cosh * &sin)
}

pub(super) fn cosh(z: &Exact) -> Exact {
    let ((sinh, cosh), (sin, cos)) = (hyperbolic(&z.0), z.1.sin_cos());
    (&cosh * &cos, &sinh * &sin)
}

pub(super) fn tanh(z: &Exact) -> Exact {
    if z.0.exponent() > 20 {
        return (if z.0.is_negative() { Big::from(-1.0) } else { Big::from(1.0) }, Big::zero());
    }
    over(&sinh(z), &cosh(z))
}

pub(super) fn turned(z: &Exact) -> Exact {
    (-&z.1, z.0.clone())
}

pub(super) fn turned_back(z: &Exact) -> Exact {
    (z.1.clone(), -&z.0)
}

/// A function by its values in the first quadrant: odd, and conjugate numbers have conjugate values.
pub(super) fn odd(z: &Exact, f: impl Fn(&Exact) -> Exact) -> Exact {
    let (re, im) = f(&(z.0.abs(), z.1.abs()));
    let signed = |x: Big, is_negative: bool| if is_negative { -&x } else { x };
    (signed(re, z.0.is_negative()), signed(im, z.1.is_negative()))
}

/// √(1 − z²) of the first quadrant.
pub(super) fn other_side(z: &Exact) -> Exact {
    let square = times(z, z);
    sqrt(&(&Big::from(1.0) - &square.0, -&square.1), true)
}

/// −i ln(i z + √(1 − z²))
pub(super) fn asin(z: &Exact) -> Exact {
    odd(z, |z| {
        let (root, iz) = (other_side(z), turned(z));
        turned_back(&ln(&(&root.0 + &iz.0, &root.1 + &iz.1)))
    })
}

/// −i ln(z + i √(1 − z²)), of numbers on the left π − acos(−z).
pub(super) fn acos(z: &Exact) -> Exact {
    let first = (z.0.abs(), z.1.abs());
    let root = turned(&other_side(&first));
    let (re, im) = turned_back(&ln(&(&root.0 + &first.0, &root.1 + &first.1)));
    let re = if z.0.is_negative() { &Big::pi() - &re } else { re };
    (re, if z.1.is_negative() { -&im } else { im })
}

pub(super) fn atanh(z: &Exact) -> Exact {
    odd(z, |z| {
        let beside = &Big::from(1.0) - &z.0;
        let size = &(&beside * &beside) + &(&z.1 * &z.1);
        let re = (&z.0.scaled(2) / &size).ln_1p().scaled(-2);
        let cos = -&square_sum_less_one(z);
        (re, z.1.scaled(1).atan2(&cos).scaled(-1))
    })
}

pub(super) fn power(z: &Exact, w: &Exact) -> Exact {
    exp(&times(w, &ln(z)))
}

/// zⁿ, multiplied out.
pub(super) fn whole_power(z: &Exact, n: i32) -> Exact {
    let one = (Big::from(1.0), Big::zero());
    let power = (0..n.abs()).fold(one.clone(), |power, _| times(&power, z));
    if n < 0 { over(&one, &power) } else { power }
}
