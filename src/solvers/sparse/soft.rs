//! What a sparse solver does with a coefficient.

use crate::array::DistArray;
use crate::numbers::{Real, Scalar};

/// How small coefficients are made smaller, or 0.
///
/// # Source
/// Daubechies, Defrise and De Mol, Comm. Pure Appl. Math. 57 (2004) 1413; Blumensath and Davies, J. Fourier Anal. Appl. 14
/// (2008) 629; Xu, Chang, Xu and Zhang, IEEE Trans. Neural Netw. Learn. Syst. 23 (2012) 1013. The names and the scaling of
/// levels are PyLops's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threshold {
    /// x max(1 − t/|x|, 0): what minimises ½|z − x|² + t |z|.
    #[default]
    Soft,
    /// 0 where |x| ≤ √(2t), else x: what minimises ½|z − x|² + t [z ≠ 0].
    Hard,
    /// 0 where |x| ≤ ∛54/4 t^⅔, else ⅔ x (1 + cos(⅔π − ⅔ arccos(t/8 (|x|/3)^−³ᐟ²))): what minimises |z − x|² + t √|z|.
    Half,
}

/// x max(1 − t/|x|, 0).
#[inline(always)]
pub(crate) fn soft<T: Scalar>(x: T, t: T::Real) -> T {
    let size = x.modulus();
    if size > t {
        x.scale((size - t) / size)
    } else if size <= t {
        T::zero()
    } else {
        x // not a number
    }
}

impl Threshold {
    /// What becomes of x at level t.
    ///
    /// # Example
    /// ```
    /// use lops::{Complex, solvers::Threshold};
    ///
    /// assert_eq!(Threshold::Soft.of(-3.0, 1.0), -2.0);
    /// assert_eq!(Threshold::Hard.of(-3.0, 1.0), -3.0);
    /// assert_eq!(Threshold::Soft.of(Complex::new(3.0, 4.0), 2.5), Complex::new(1.5, 2.0));
    /// ```
    pub fn of<T: Scalar>(self, x: T, t: f64) -> T {
        match self {
            Self::Soft => soft(x, T::Real::from_f64(t)),
            Self::Hard => {
                if x.modulus() <= T::Real::from_f64((2.0 * t).sqrt()) {
                    T::zero()
                } else {
                    x
                }
            }
            Self::Half => {
                let size = x.modulus().to_f64();
                if size <= HALF * t.cbrt().powi(2) {
                    return T::zero();
                }
                let angle = (t / 8.0 * (size / 3.0).powf(-1.5)).clamp(-1.0, 1.0).acos();
                let factor = 2.0 / 3.0 * (1.0 + (2.0 / 3.0 * (std::f64::consts::PI - angle)).cos());
                x.scale(T::Real::from_f64(factor))
            }
        }
    }

    /// The level at which moduli up to this one become 0.
    pub fn level_of(self, modulus: f64) -> f64 {
        match self {
            Self::Soft => modulus,
            Self::Hard => 0.5 * modulus * modulus,
            Self::Half => (modulus / HALF).powf(1.5),
        }
    }

    /// The same of every element. Local.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, solvers::Threshold};
    ///
    /// let mut x = DistArray::from_fn(&Layout::scatter(&Comm::solo(), &[4], 0)?, |i| i[0] as f64 - 1.5);
    /// Threshold::Soft.apply(&mut x, 1.0);
    /// assert_eq!(x.as_slice(), [-0.5, 0.0, 0.0, 0.5]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn apply<T: Scalar>(self, x: &mut DistArray<T>, t: f64) {
        x.passes_over(0, 1);
        self.apply_to(x.as_mut_slice(), t);
    }

    pub(super) fn apply_to<T: Scalar>(self, x: &mut [T], t: f64) {
        match self {
            // Each a loop of its own, which the compiler turns into vector instructions where it can.
            Self::Soft => x.iter_mut().for_each(|x| *x = Self::Soft.of(*x, t)),
            Self::Hard => x.iter_mut().for_each(|x| *x = Self::Hard.of(*x, t)),
            Self::Half => x.iter_mut().for_each(|x| *x = Self::Half.of(*x, t)),
        }
    }
}

/// ∛54 / 4.
const HALF: f64 = 0.944_940_787_421_155;

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex;

    #[test]
    fn half_is_the_cube_root_of_54_over_4() {
        assert!((HALF - 54f64.cbrt() / 4.0).abs() < 1e-15);
    }

    /// Each minimises its function, against a search.
    #[test]
    fn each_minimises_its_function() {
        let cost: [fn(f64, f64, f64) -> f64; 3] = [
            |z, x, t| 0.5 * (z - x).powi(2) + t * z.abs(),
            |z, x, t| 0.5 * (z - x).powi(2) + if z == 0.0 { 0.0 } else { t },
            |z, x, t| (z - x).powi(2) + t * z.abs().sqrt(),
        ];
        for (threshold, cost) in [Threshold::Soft, Threshold::Hard, Threshold::Half].into_iter().zip(cost) {
            for (x, t) in [(2.0, 0.4), (-1.3, 0.7), (0.3, 0.5), (0.9, 0.01), (-5.0, 3.0)] {
                let best =
                    (-60_000..=60_000).map(|k| f64::from(k) * 1e-4).map(|z| cost(z, x, t)).fold(f64::MAX, f64::min);
                let found = threshold.of(x, t);
                assert!(cost(found, x, t) <= best + 1e-12, "{threshold:?} of {x} at {t}: {found}");
                let turned = threshold.of(Complex::new(0.0, x), t);
                assert!((turned - Complex::new(0.0, found)).norm() < 1e-15);
            }
        }
    }

    #[test]
    fn levels_are_those_of_moduli() {
        for threshold in [Threshold::Soft, Threshold::Hard, Threshold::Half] {
            let level = threshold.level_of(0.7);
            assert_eq!(threshold.of(0.7 - 1e-9, level), 0.0);
            assert!(threshold.of(0.7 + 1e-9, level) > 0.0);
        }
    }

    #[test]
    fn what_is_not_a_number_stays() {
        for threshold in [Threshold::Soft, Threshold::Hard, Threshold::Half] {
            assert!(threshold.of(f64::NAN, 0.1).is_nan());
        }
    }
}
