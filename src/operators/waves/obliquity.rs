//! Factors between pressure and vertical velocity for each frequency and wavenumber.

use super::both_ways::smoothing;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use num_complex::Complex;

/// `k_z / (ρ |f|)`, or its inverse, within a cone, which is left smoothly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Obliquity {
    pub(super) density: f64,
    pub(super) velocity: f64,
    pub(super) to_pressure: bool,
    /// The angles that are kept, in per cent of those of waves that travel.
    pub(super) critical: f64,
    /// Samples over which the factors are smoothed.
    pub(super) taper: usize,
}

impl Obliquity {
    /// On a layout of wavenumbers and, on the last axis, frequencies, of which these are the values.
    pub(super) fn factors(&self, spectrum: &Layout, values: &[Vec<f64>]) -> Result<DistArray<Complex<f64>>> {
        let mut factors = DistArray::from_fn(spectrum, |k| {
            let (&f, wavenumbers) = match k.split_last() {
                Some((last, k)) => (&values[k.len()][*last], k),
                None => (&0.0, k),
            };
            self.factor(f, wavenumbers.iter().zip(values).map(|(&k, of_axis)| of_axis[k].powi(2)).sum())
        });
        if self.taper > 1 {
            for axis in 0..spectrum.ndim() {
                factors = &smoothing(self.taper, axis, spectrum)? * &factors;
            }
        }
        Ok(factors)
    }

    /// Of a frequency and the square of the horizontal wavenumber.
    fn factor(&self, f: f64, across: f64) -> Complex<f64> {
        if across.sqrt() >= self.critical / 100.0 * f.abs() / self.velocity {
            return Complex::ZERO;
        }
        let square = (f / self.velocity).powi(2) - across;
        let root = square.abs().sqrt();
        let k = if square >= 0.0 { Complex::new(root, 0.0) } else { Complex::new(0.0, root) };
        match self.to_pressure {
            false => k / (self.density * f.abs()),
            true if root == 0.0 => Complex::ZERO,
            true => self.density * f.abs() / k,
        }
    }
}
