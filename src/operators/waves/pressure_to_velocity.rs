//! Vertical velocities of particles from pressures, and back.

use super::filtered::{filtered, narrow};
use super::obliquity::Obliquity;
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::{FFTND, FFTNorm, Operator, check_moves};
use num_complex::Complex;

/// The vertical velocity of particles where a pressure is recorded along a horizontal line or plane of receivers, or
/// [the pressure](Self::to_pressure) of a velocity: a factor for each frequency and wavenumber.
///
/// ```text
/// y = F⁻¹ [ k_z / (ρ |f|) F x ]        k_z = √(f²/v² − k_x² − k_y²)
/// ```
///
/// with f and k in cycles per unit of the samplings, ρ the density and v the velocity of waves along the receivers. Factors are kept
/// where `√(k_x² + k_y²) < c |f| / v`, c being [critical](Self::critical) in per cent, 0 elsewhere, and then smoothed along
/// each axis of wavenumbers and frequencies by means over [some samples](Self::taper), forward and backward. To pressure it is the inverse,
/// `ρ |f| / k_z`, 0 where k_z is.
///
/// # Spaces
/// `X = Y`: shape `[receivers, times]` or `[y, x, times]`, replicated or on any grid, complex ([`on`](Self::on)) or real
/// ([`on_real`](Self::on_real)): the real part then of what is made of a real array. Chunks are refused, and masks where elements change their ranks.
///
/// # Communication
/// That of an [`FFTND`] to frequencies which are left transposed, and of its adjoint: nothing of a replicated array; of one
/// that is cut along one axis one exchange there and one back, in which each number that changes its rank is sent once. Construction: for
/// each axis that is cut an exchange of samples.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// A wave that travels straight down has the velocity `p / ρ v`:
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::PressureToVelocity};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[16, 40], 0)?;
///     let conversion = PressureToVelocity::new(1000.0, 1500.0).sampling(&[10.0, 0.004]).taper(1);
///     let p = DistArray::from_fn(&layout, |i| (0.05 * std::f64::consts::TAU * i[1] as f64).cos());
///     let v = &conversion.on_real(&layout)? * &p;
///     assert!((1000.0 * 1500.0 * &v - &p).norm() < 1e-12 * p.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `PressureToVelocity`. Wapenaar, Geophysics 63 (1998).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct PressureToVelocity {
    pub(super) obliquity: Obliquity,
    sampling: Option<Vec<f64>>,
    nffts: Option<Vec<usize>>,
}

impl PressureToVelocity {
    /// With a density and a velocity of waves along the receivers; samples at steps 1.
    pub fn new(density: f64, velocity: f64) -> Self {
        let obliquity = Obliquity { density, velocity, to_pressure: false, critical: 100.0, taper: 10 };
        Self { obliquity, sampling: None, nffts: None }
    }

    /// The steps of samples along each axis, time last.
    pub fn sampling(mut self, steps: &[f64]) -> Self {
        self.sampling = Some(steps.to_vec());
        self
    }

    /// The lengths of the transforms along each axis, with zeros behind the array: as many as samples if nothing is said.
    pub fn nffts(mut self, nffts: &[usize]) -> Self {
        self.nffts = Some(nffts.to_vec());
        self
    }

    /// Keeps so many per cent of the angles of waves that travel: 100 if nothing is said. Above, waves that do not travel are kept
    /// too, with `k_z = i √(k_x² + k_y² − f²/v²)`.
    pub fn critical(mut self, per_cent: f64) -> Self {
        self.obliquity.critical = per_cent;
        self
    }

    /// Smooths the factors by means over so many samples, 10 if nothing is said; 1 leaves them.
    pub fn taper(mut self, samples: usize) -> Self {
        self.obliquity.taper = samples;
        self
    }

    /// From velocity to pressure.
    pub fn to_pressure(mut self) -> Self {
        self.obliquity.to_pressure = true;
        self
    }

    /// The operator on complex arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] unless the layout has two or three axes, with elements, and there is a step and a length for each;
    /// [`ErrorKind::Parameter`] if density, velocity, steps or the angles kept are not positive and finite, a transform is shorter than its axis, or the samples of the
    /// taper are none, or not less than a third of a transform; [`ErrorKind::Layout`] of chunks, and of masks unless the array is replicated.
    pub fn on<R: Real>(&self, layout: &Layout) -> Result<Operator<Complex<R>>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation =
            layout.comm().operation("Operator::on", format_args!("{self:?} of complex numbers, {layout:#}"));
        let transform = self.transform(layout)?;
        self.between(layout, &transform, &transform.on::<R>(layout)?)
    }

    /// The operator on real arrays of this layout.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn on_real<R: Real>(&self, layout: &Layout) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?} of real numbers, {layout:#}"));
        let transform = self.transform(layout)?.whole_spectrum();
        self.between(layout, &transform, &transform.on_real::<R>(layout)?)
    }

    fn between<T: Scalar<Real = R>, R: Real>(
        &self,
        layout: &Layout,
        transform: &FFTND,
        operator: &Operator<T, Complex<R>>,
    ) -> Result<Operator<T>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let Obliquity { density, velocity, to_pressure, .. } = self.obliquity;
        let way = if to_pressure { ", to pressure" } else { "" };
        let frequencies = transform.frequencies(layout.shape(), false)?;
        filtered(format!("PressureToVelocity(ρ {density}, v {velocity}{way})"), operator, |spectrum| {
            Ok(self.obliquity.factors(spectrum, &frequencies)?.map(narrow))
        })
    }

    /// The transform over all axes, checked.
    fn transform(&self, layout: &Layout) -> Result<FFTND> {
        let Obliquity { density, velocity, critical, taper, .. } = self.obliquity;
        let shape = layout.shape();
        if !(2..=3).contains(&shape.len()) {
            let (expected, found) = ("[receivers, times] or [y, x, times]", format!("{shape:?}"));
            return Err(Error::expected(ErrorKind::Shape, "shape of PressureToVelocity", expected, found));
        }
        for (what, value) in [("density", density), ("velocity", velocity), ("angles kept", critical)] {
            check_above_0(format_args!("{what} of PressureToVelocity"), value)?;
        }
        if !layout.is_replicated() {
            check_moves("PressureToVelocity", layout)?;
        }
        let axes: Vec<_> = (0..shape.len()).collect();
        let nffts = self.nffts.as_deref().unwrap_or(shape);
        let steps = self.sampling.clone().unwrap_or_else(|| vec![1.0; shape.len()]);
        let transform = FFTND::over(&axes).norm(FFTNorm::Ortho).sampling(&steps).nffts(nffts).transposed();
        transform.frequencies(shape, false)?; // what else may be wrong
        if let Some(axis) = axes.into_iter().find(|&axis| nffts[axis] < shape[axis]) {
            let (what, expected) =
                (format!("transform along axis {axis}"), format!("at least {} samples", shape[axis]));
            return Err(Error::expected(ErrorKind::Parameter, what, expected, nffts[axis]));
        }
        let shortest = nffts.iter().copied().min().unwrap_or(0);
        if taper == 0 || taper > 1 && taper.checked_mul(3).is_none_or(|n| n >= shortest) {
            let expected = format!("1, or more but less than a third of {shortest}, the shortest transform");
            return Err(Error::expected(ErrorKind::Parameter, "samples of the taper", expected, taper));
        }
        Ok(transform)
    }
}
