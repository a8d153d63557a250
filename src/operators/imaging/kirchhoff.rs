//! Modelling and migration by travel times.

use super::eikonal::Medium;
use super::sprayed::Sprayed;
use super::travel_times::straight;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Bounds, Layout};
use crate::numbers::{Real, Scalar};
use crate::operators::{Convolve1D, Operator};
use ndarray::{ArrayD, ArrayView, Dimension};
use std::fmt;

/// Kirchhoff modelling of reflections, and migration, its adjoint: each point of a model scatters a wavelet at the time that waves take from
/// the source to it and on to the receiver.
///
/// ```text
/// d[s, r, t] = Σₚ m[p] w(t − τ(s, p) − τ(p, r))        m[p] = Σₛᵣₜ d[s, r, t] w(t − τ(s, p) − τ(p, r))
/// ```
///
/// with travel times τ, along straight lines at one velocity or of first arrivals where velocities change. Between two samples a point is shared out linearly, then traces are
/// convolved with the wavelet w. Points whose time is beyond the record's last sample are not recorded. No amplitudes (kinematic).
/// Inverted by [`cgls`](crate::solvers::cgls()) it is least-squares migration.
///
/// # Spaces
/// `X`: the model, replicated, of shape `[nx, nz]` or `[ny, nx, nz]`: any D axes. `Y`: traces `[sources, receivers, samples]`, the sources scattered
/// evenly; ranks may have none. Real or complex.
///
/// # Communication
/// Forward: none. Adjoint: one [`VectorSum`](crate::comm::VectorSum) of the model, over sources.
///
/// # Same bits
/// On any number of ranks: a source's part of the image is formed on one rank, those of all sources are added exactly and rounded once.
///
/// # Memory
/// A travel time for every point from each receiver and from each of this rank's sources; that of a sum of the model.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Kirchhoff};
///
/// launch_threads(2, |comm| {
///     let (x, z) = ([0.0, 10.0, 20.0], [0.0, 10.0, 20.0, 30.0]);
///     let model = Layout::replicated(comm, &[3, 4])?;
///     let modelling = Kirchhoff::new([&x, &z], &[[10.0, 0.0], [20.0, 0.0]], &[[10.0, 0.0]])
///         .velocity(1000.0)
///         .record(100, 0.001)
///         .wavelet(&[1.0], 0)
///         .on(&model)?;
///     let reflector = DistArray::from_fn(&model, |i| f64::from(i == [1, 3]));
///     let data = &modelling * &reflector;
///     assert!((data.get(&[0, 0, 60])? - 1.0).abs() < 1e-9); // 30 m down and up again at 1000 m/s
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Kirchhoff` of pylops, `mode="analytic"` and `"eikonal"` (which solves to second order); Y. Li et al., Geophysics 79 (2014) W67, on amplitudes that are left out here.
#[derive(Clone, Debug)]
#[doc(alias = "LSM")]
#[doc(alias = "Demigration")]
#[must_use = "`on` makes the operator"]
pub struct Kirchhoff<const D: usize> {
    axes: [Vec<f64>; D],
    sources: Vec<[f64; D]>,
    receivers: Vec<[f64; D]>,
    velocity: Velocity,
    samples: usize,
    step: f64,
    wavelet: Vec<f64>,
    centre: usize,
}

#[derive(Clone)]
enum Velocity {
    One(f64),
    Field(ArrayD<f64>),
}

/// All of them: an array leaves out some in print.
impl fmt::Debug for Velocity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(velocity) => write!(f, "{velocity}"),
            Self::Field(field) => write!(f, "{:?}", field.iter().collect::<Vec<_>>()),
        }
    }
}

impl<const D: usize> Kirchhoff<D> {
    /// Of a model with these axes, recorded from these sources by these receivers, whose places have the coordinates of the axes in their
    /// order. All ranks pass the same.
    ///
    /// Nothing is recorded until [`velocity`](Self::velocity) and [`record`](Self::record) are given; the wavelet is a spike.
    pub fn new(axes: [&[f64]; D], sources: &[[f64; D]], receivers: &[[f64; D]]) -> Self {
        Self {
            axes: axes.map(<[f64]>::to_vec),
            sources: sources.to_vec(),
            receivers: receivers.to_vec(),
            velocity: Velocity::One(0.0),
            samples: 0,
            step: 1.0,
            wavelet: vec![1.0],
            centre: 0,
        }
    }

    /// The velocity of waves, in units of axes and time: they go straight.
    pub fn velocity(mut self, velocity: f64) -> Self {
        self.velocity = Velocity::One(velocity);
        self
    }

    /// The velocity at each point of the model, the same array on every rank. Times are those of first arrivals, by the factored eikonal equation
    /// (first order in the step; S. Fomel et al., J. Comput. Phys. 228 (2009) 6440); axes have to have equal steps.
    ///
    /// # Example
    /// ```
    /// use lops::ndarray::Array2;
    /// use lops::{DistArray, Layout, launch_threads, operators::Kirchhoff};
    ///
    /// launch_threads(2, |comm| {
    ///     let axis: Vec<_> = (0..41).map(|k| 10.0 * k as f64).collect();
    ///     let rising = Array2::from_shape_fn((41, 41), |(_, z)| 1000.0 + 5.0 * z as f64);
    ///     let model = Layout::replicated(comm, &[41, 41])?;
    ///     let modelling = Kirchhoff::new([&axis, &axis], &[[200.0, 0.0]], &[[200.0, 0.0]]).velocities(&rising).record(300, 0.004);
    ///     let a = modelling.on(&model)?;
    ///     let data = &a * &DistArray::from_fn(&model, |i| f64::from(i == [20, 30])); // 300 m deep: 2 · 2 ln(1150/1000) s
    ///     let arrival = (0..299).find(|&k| data.get(&[0, 0, k]).unwrap() > 0.0).unwrap() as f64 * 0.004;
    ///     assert!((arrival - 4.0 * 1.15f64.ln()).abs() < 0.01);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn velocities<'a, N: Dimension>(mut self, velocities: impl Into<ArrayView<'a, f64, N>>) -> Self {
        self.velocity = Velocity::Field(velocities.into().into_dyn().to_owned());
        self
    }

    /// Traces of so many samples, at steps of so much time, from time 0.
    pub fn record(mut self, samples: usize, step: f64) -> Self {
        self.samples = samples;
        self.step = step;
        self
    }

    /// The wavelet, which a reflection has at its time at the sample `centre`.
    pub fn wavelet(mut self, wavelet: &[f64], centre: usize) -> Self {
        self.wavelet = wavelet.to_vec();
        self.centre = centre;
        self
    }

    /// The operator on models of this layout. All ranks call it.
    ///
    /// # Communication
    /// One all-gather of the receivers' travel times, of which each rank has a share computed.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Layout`] unless the model is replicated; [`ErrorKind::Shape`] if it does not have the lengths of the axes, of an
    /// axis without points, of a record of no samples, or a wavelet that is longer; [`ErrorKind::Parameter`] of a velocity or a step that is not
    /// finite and above 0, unequal steps of axes where velocities change, coordinates that are not finite, sources or receivers outside the model, a source of which no wave comes
    /// back before the record's last sample, or more sources than a [`VectorSum`](crate::comm::VectorSum) takes.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        self.check(layout)?;
        let traces = Layout::scatter(comm, &[self.sources.len(), self.receivers.len(), self.samples], 0)?;
        let mine = traces.regions(comm.rank())[0].sets()[0].clone();
        // A share of the receivers each, then all to all ranks.
        let share = Bounds::even(self.receivers.len(), comm.size()).block(comm.rank());
        let (from_receivers, _) = comm.all_gather_uneven(&self.times::<T>(self.receivers[share].iter()));
        let from_sources = self.times::<T>(mine.iter().map(|source| &self.sources[source]));
        comm.agree(self.check_record::<T>(&from_sources, &from_receivers, mine.iter()))?;
        let spray = Operator::new(Sprayed::new(layout, &traces, from_sources, from_receivers)?);
        let wavelet: Vec<_> = self.wavelet.iter().map(|&w| T::from_parts(w, 0.0)).collect();
        Convolve1D::new(&wavelet, self.centre).along(2).on(&traces)?.compose(&spray)
    }

    /// In samples; none is further beyond the record than its length.
    fn times<'a, T: Scalar>(&self, places: impl Iterator<Item = &'a [f64; D]>) -> Vec<T::Real> {
        let in_samples = |time: f64| T::Real::from_f64((time / self.step).min(self.samples as f64));
        match &self.velocity {
            Velocity::One(velocity) => {
                places.flat_map(|&place| straight(&self.axes, place, *velocity)).map(in_samples).collect()
            }
            Velocity::Field(field) => {
                let velocities = &field.iter().copied().collect::<Vec<_>>();
                let shape = self.axes.each_ref().map(Vec::len);
                let (first, steps) =
                    (self.axes.each_ref().map(|axis| axis[0]), self.axes.each_ref().map(|axis| step_of(axis)));
                let medium = Medium { shape, first, steps, velocities };
                places.flat_map(|&place| medium.times(place)).map(in_samples).collect()
            }
        }
    }

    /// `Ok` if of each of these sources a wave comes back within the record.
    fn check_record<T: Scalar>(
        &self,
        from_sources: &[T::Real],
        from_receivers: &[T::Real],
        mut numbers: impl Iterator<Item = usize>,
    ) -> Result<()> {
        let points = self.axes.iter().map(Vec::len).product();
        let mut back = vec![f64::INFINITY; points];
        for times in from_receivers.chunks_exact(points) {
            back.iter_mut().zip(times).for_each(|(back, time)| *back = back.min(time.to_f64()));
        }
        let last = (self.samples - 1) as f64;
        let comes_back = |there: &[T::Real]| there.iter().zip(&back).any(|(there, back)| there.to_f64() + back < last);
        let silent = from_sources.chunks_exact(points).zip(&mut numbers).find(|(there, _)| !comes_back(there));
        silent.filter(|_| !self.receivers.is_empty()).map_or(Ok(()), |(_, source)| {
            let what = format!("record of source {source} of Kirchhoff");
            let expected = "one that a wave comes back in, before its last sample";
            let found = format!("{} samples of {}", self.samples, self.step);
            Err(Error::expected(ErrorKind::Parameter, what, expected, found))
        })
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let shape: Vec<_> = self.axes.iter().map(Vec::len).collect();
        if !layout.is_replicated() {
            let expected = "a replicated one";
            return Err(Error::expected(ErrorKind::Layout, "layout of the model of Kirchhoff", expected, layout));
        }
        if layout.shape() != shape {
            let expected = format!("{shape:?}, the lengths of its axes");
            return Err(Error::expected(ErrorKind::Shape, "model of Kirchhoff", expected, layout));
        }
        if shape.contains(&0) || D == 0 {
            return Err(Error::expected(
                ErrorKind::Shape,
                "axes of Kirchhoff",
                "one with points at least",
                format!("{shape:?}"),
            ));
        }
        if self.samples == 0 || self.wavelet.len() > self.samples {
            let expected = format!("at least {}, as the wavelet has", self.wavelet.len().max(1));
            return Err(Error::expected(
                ErrorKind::Shape,
                "samples of the record of Kirchhoff",
                expected,
                self.samples,
            ));
        }
        let above_0 = |what: &str, value: f64| {
            let wrong = || {
                let what = format!("{what} of Kirchhoff");
                Error::expected(ErrorKind::Parameter, what, "a finite number above 0", value)
            };
            if value.is_finite() && value > 0.0 { Ok(()) } else { Err(wrong()) }
        };
        above_0("step of the record", self.step)?;
        match &self.velocity {
            Velocity::One(velocity) => above_0("velocity", *velocity)?,
            Velocity::Field(field) if field.shape() != shape => {
                let found = format!("{:?}", field.shape());
                return Err(Error::expected(ErrorKind::Shape, "velocities of Kirchhoff", format!("{shape:?}"), found));
            }
            Velocity::Field(field) => field.iter().try_for_each(|&velocity| above_0("velocity", velocity))?,
        }
        for (k, axis) in self.axes.iter().enumerate() {
            if let Some(value) = axis.iter().find(|value| !value.is_finite()) {
                return Err(Error::expected(
                    ErrorKind::Parameter,
                    format!("axis {k} of Kirchhoff"),
                    "finite numbers",
                    value,
                ));
            }
            if matches!(self.velocity, Velocity::Field(_)) && !is_even(axis) {
                let (what, expected) =
                    (format!("axis {k} of Kirchhoff"), "equal steps above 0, where velocities change");
                return Err(Error::expected(ErrorKind::Parameter, what, expected, format!("{axis:?}")));
            }
        }
        for (what, places) in [("source", &self.sources), ("receiver", &self.receivers)] {
            for (number, place) in places.iter().enumerate() {
                for (k, (axis, coordinate)) in self.axes.iter().zip(place).enumerate() {
                    let [least, most] = [f64::min, f64::max].map(|f| axis.iter().copied().reduce(f).unwrap_or(0.0));
                    if !(least..=most).contains(coordinate) {
                        let what = format!("coordinate {k} of {what} {number} of Kirchhoff");
                        return Err(Error::expected(
                            ErrorKind::Parameter,
                            what,
                            format!("{least} to {most}"),
                            coordinate,
                        ));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Between the points of an axis that has equal steps; 1 of a single point.
fn step_of(axis: &[f64]) -> f64 {
    if let [first, .., last] = axis { (last - first) / (axis.len() - 1) as f64 } else { 1.0 }
}

fn is_even(axis: &[f64]) -> bool {
    let step = step_of(axis);
    step > 0.0 && axis.windows(2).all(|pair| ((pair[1] - pair[0]) / step - 1.0).abs() < 1e-6)
}
