//! From contrasts to reflections at several angles.

use super::linearization::Linearization;
use super::mixed::Mixed;
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::{Layout, check_axis};
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{
    Kernels, LinearOperator, Operator, Redistribute, check_moves, gathered, is_whole, with_lengths,
};

/// Reflections at several angles, of contrasts of three properties of rocks: amplitudes versus offset.
///
/// ```text
/// r[t, θ, …] = Σₚ Gₚ(t, θ) m[t, p, …]      p = 0, 1, 2
/// ```
///
/// with the coefficients G of a [`Linearization`], by Aki and Richards if nothing is said: of contrasts of vp, vs and density. They depend on the ratio
/// of vs to vp, one for all or one for each sample of time.
///
/// # Spaces
/// `X`: `[samples, 3, …]`, replicated or on any grid; the axes behind are those of space. `Y`: `[samples, angles, …]`, cut alike, and the angles cut
/// evenly where the properties are cut. Chunks are refused. Real or complex.
///
/// # Communication
/// None where the axis of properties is whole. Where it is cut, two exchanges each way: to where it is whole, and back.
///
/// # Same bits
/// On any number of ranks and in any layout: a reflection is one sum on one rank.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::AVOLinearModelling};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4, 3, 10], 2)?; // traces over the ranks
///     let avo = AVOLinearModelling::new(&[0.0, 20.0]).vsvp(0.5).on::<f64>(&layout)?;
///     let contrasts = DistArray::from_fn(&layout, |i| if i[1] == 2 { 0.0 } else { 0.1 }); // of vp and vs
///     let reflections = &avo * &contrasts;
///     assert_eq!(reflections.shape(), [4, 2, 10]);
///     assert!((reflections.get(&[0, 0, 5])? - 0.05).abs() < 1e-15);
///     assert!((reflections.get(&[3, 1, 5])? - 0.044926).abs() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `AVOLinearModelling` of pylops. Formulas: [`Linearization`].
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct AVOLinearModelling {
    theta: Vec<f64>,
    /// One for all samples, or one for each.
    vsvp: Vec<f64>,
    is_each: bool,
    linearization: Linearization,
}

impl AVOLinearModelling {
    /// At these angles of incidence, in degrees; vs/vp is ½.
    pub fn new(theta: &[f64]) -> Self {
        Self { theta: theta.to_vec(), vsvp: vec![0.5], is_each: false, linearization: Linearization::default() }
    }

    /// The ratio of vs to vp, the same at all times.
    pub fn vsvp(mut self, ratio: f64) -> Self {
        self.vsvp = vec![ratio];
        self.is_each = false;
        self
    }

    /// The ratio of vs to vp at each sample of time, the same on every rank.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, operators::AVOLinearModelling};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0)?;
    /// let avo = AVOLinearModelling::new(&[30.0]).vsvp_each(&[0.5, 0.4]).on::<f64>(&layout)?;
    /// let of_vs = DistArray::from_fn(&layout, |i| f64::from(i[1] == 1));
    /// let r = &avo * &of_vs;
    /// assert!((r.as_slice()[0] + 0.25).abs() < 1e-15 && (r.as_slice()[1] + 0.16).abs() < 1e-15);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn vsvp_each(mut self, ratios: &[f64]) -> Self {
        self.vsvp = ratios.to_vec();
        self.is_each = true;
        self
    }

    /// Of which properties, and by which formula.
    pub fn linearization(mut self, linearization: Linearization) -> Self {
        self.linearization = linearization;
        self
    }

    /// The operator on arrays of this layout. All ranks call it with the same angles and ratios; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] of less than two axes; [`ErrorKind::Shape`] if the second is not 3 long, if there are no angles, or ratios but not one for each sample;
    /// [`ErrorKind::Parameter`] of an angle that is not finite, or not between −90 and 90, of a ratio that is not finite and above 0, and of both
    /// together where they leave no finite coefficients; [`ErrorKind::Layout`] of chunks, and of masks where properties are cut.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        self.check::<T>(layout)?;
        if is_whole(layout, 1) {
            return self.at_work(layout);
        }
        check_moves("AVOLinearModelling", layout)?;
        let inner = self.at_work(&gathered(layout, &[1])?)?;
        let there = Redistribute::to(inner.domain().layout()?).on(layout)?;
        let back = Redistribute::to(&self.range(layout)?).on(inner.range().layout()?)?;
        let inner = back.compose(&inner.compose(&there)?)?;
        Ok(Operator::new(Named { name: self.name(), inner }))
    }

    /// Where the properties are on one rank.
    fn at_work<T: Scalar>(&self, layout: &Layout) -> Result<Operator<T>> {
        let times = layout.regions(layout.comm().rank())[0].sets()[0].clone();
        let ratios = if self.is_each { times.iter().map(|time| self.vsvp[time]).collect() } else { self.vsvp.clone() };
        let weights = ratios.iter().flat_map(|&ratio| self.coefficients(ratio)).flatten().map(T::Real::from_f64);
        let mixed = Mixed::<T> {
            name: self.name(),
            weights: weights.collect(),
            made: self.theta.len(),
            of: Linearization::PARAMETERS,
            inner: layout.local_shape()[2..].iter().product(),
        };
        Ok(mixed.between(layout, self.range(layout)?))
    }

    /// Of each angle.
    fn coefficients(&self, ratio: f64) -> impl Iterator<Item = [f64; Linearization::PARAMETERS]> {
        self.theta.iter().map(move |&theta| self.linearization.coefficients(theta, ratio))
    }

    /// Where reflections of contrasts of this layout lie.
    pub(super) fn range(&self, layout: &Layout) -> Result<Layout> {
        with_lengths(layout, &[(1, self.theta.len())])
    }

    /// Whether coefficients are the same at all times.
    pub(super) fn is_stationary(&self) -> bool {
        !self.is_each
    }

    pub(super) fn name(&self) -> String {
        let ratio = if self.is_each { "of each sample".into() } else { self.vsvp[0].to_string() };
        format!("AVOLinearModelling({:?}, {} angles, vs/vp {ratio})", self.linearization, self.theta.len())
    }

    /// `Ok` of a layout, angles and ratios of which an operator of this scalar can be made.
    pub(super) fn check<T: Scalar>(&self, layout: &Layout) -> Result<()> {
        let shape = layout.shape();
        check_axis(shape, 1)?;
        if layout.chunks().is_some() {
            let what = "layout of AVOLinearModelling";
            return Err(Error::expected(ErrorKind::Layout, what, "one without chunks", layout));
        }
        if shape[1] != Linearization::PARAMETERS {
            let (what, expected) = ("properties of rocks on axis 1", Linearization::PARAMETERS);
            return Err(Error::expected(ErrorKind::Shape, what, expected, shape[1]));
        }
        if self.theta.is_empty() {
            return Err(Error::expected(ErrorKind::Shape, "angles", "at least 1", 0));
        }
        if self.is_each && self.vsvp.len() != shape[0] {
            let expected = format!("{}, one for each sample of time", shape[0]);
            return Err(Error::expected(ErrorKind::Shape, "ratios of vs to vp", expected, self.vsvp.len()));
        }
        if let Some((k, theta)) = self.theta.iter().enumerate().find(|(_, theta)| !(-90.0 < **theta && **theta < 90.0))
        {
            let (what, expected) = (format!("angle {k}"), "above −90 and below 90 degrees");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, theta));
        }
        for (k, &ratio) in self.vsvp.iter().enumerate() {
            check_above_0(format_args!("ratio {k} of vs to vp"), ratio)?;
            let is_finite = |coefficients: [f64; 3]| coefficients.iter().all(|&c| T::Real::from_f64(c).finite());
            if let Some(k) = self.coefficients(ratio).position(|coefficients| !is_finite(coefficients)) {
                let what = format!("coefficients of angle {k}, {} degrees, and vs/vp of {ratio}", self.theta[k]);
                let found = format!("{:?}", self.linearization.coefficients(self.theta[k], ratio));
                return Err(Error::expected(ErrorKind::Parameter, what, "finite numbers", found));
            }
        }
        Ok(())
    }
}
