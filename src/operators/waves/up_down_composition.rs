//! Pressure and vertical velocity from the waves that go down and those that go up.

use super::PressureToVelocity;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{Identity, Operator, StackedHStack, StackedVStack};
use num_complex::Complex;

/// Pressure and vertical velocity of particles that waves going down and waves going up make together. To find those, one
/// solves for its model: wavefield decomposition.
///
/// ```text
/// p   = p⁺ + p⁻
/// s v = s C (p⁺ − p⁻)
/// ```
///
/// with C the conversion of [`PressureToVelocity`] and s a scale that brings both records to about the same numbers.
///
/// # Spaces
/// `X`: a [stack](crate::Space::stack) of two, `(p⁺, p⁻)`, down-going pressure first; `Y`: one of `(p, s v)`. The members have the
/// layout: shape `[receivers, times]` or `[y, x, times]`, replicated or on any grid; complex ([`on`](Self::on)) or real
/// ([`on_real`](Self::on_real)). Chunks are refused.
///
/// # Communication
/// That of one [`PressureToVelocity`].
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::operators::{PressureToVelocity, UpDownComposition};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[16, 40], 0)?;
///     let conversion = PressureToVelocity::new(1000.0, 1500.0).sampling(&[10.0, 0.004]).taper(1);
///     let compose = UpDownComposition::new(&conversion).scaling(1.5e6).on_real::<f64>(&layout)?;
///     let wave = DistArray::from_fn(&layout, |i| (0.05 * std::f64::consts::TAU * i[1] as f64).cos());
///     let up = DistArray::stack(&[&wave.zeros_like(), &wave])?;
///     let data = &compose * &up; // of a wave straight up, the velocity is negative where the pressure is positive
///     assert!((&data.member(0) - &wave).norm() < 1e-12 && (&data.member(1) + &wave).norm() < 1e-12);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `UpDownComposition2D` and `UpDownComposition3D`, whose vectors have one member behind the other. Wapenaar, Geophysics 63 (1998).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
#[doc(alias = "UpDownComposition2D")]
#[doc(alias = "UpDownComposition3D")]
pub struct UpDownComposition {
    conversion: PressureToVelocity,
    scaling: f64,
}

impl UpDownComposition {
    /// With this conversion of pressure to velocity.
    pub fn new(conversion: &PressureToVelocity) -> Self {
        Self { conversion: conversion.clone(), scaling: 1.0 }
    }

    /// The scale s of velocities, 1 if nothing is said.
    pub fn scaling(mut self, scaling: f64) -> Self {
        self.scaling = scaling;
        self
    }

    /// The operator on stacks of complex arrays of this layout.
    ///
    /// # Errors
    /// Those of [`PressureToVelocity::on`], and [`ErrorKind::Parameter`] if the scale is not finite, or the conversion is one to pressure.
    pub fn on<R: Real>(&self, layout: &Layout) -> Result<Operator<Complex<R>>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation =
            layout.comm().operation("Operator::on", format_args!("{self:?} of complex numbers, {layout:#}"));
        self.of(self.conversion.on::<R>(layout)?, layout)
    }

    /// The operator on stacks of real arrays of this layout.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn on_real<R: Real>(&self, layout: &Layout) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?} of real numbers, {layout:#}"));
        self.of(self.conversion.on_real::<R>(layout)?, layout)
    }

    fn of<T: Scalar>(&self, conversion: Operator<T>, layout: &Layout) -> Result<Operator<T>> {
        if !self.scaling.is_finite() {
            let what = "scaling of UpDownComposition";
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", self.scaling));
        }
        if self.conversion.obliquity.to_pressure {
            let what = "conversion of UpDownComposition";
            return Err(Error::expected(ErrorKind::Parameter, what, "pressure to velocity", "velocity to pressure"));
        }
        let same: Operator<T> = Identity.on(layout);
        let sum = StackedHStack::of(vec![same.clone(), same.clone()])?;
        let difference = StackedHStack::of(vec![same.clone(), -same])?;
        let velocity = conversion.compose(&difference)?.scale_real(T::Real::from_f64(self.scaling));
        let inner = StackedVStack::of(vec![sum, velocity])?;
        Ok(Operator::new(Named { name: format!("UpDownComposition(s {})", self.scaling), inner }))
    }
}
