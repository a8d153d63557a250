//! Modelling and migration by travel times.

use super::half_derivative::filtered;
use super::sprayed::Sprayed;
use super::survey::{End, Survey};
use super::weights::Taper;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{Convolve1D, Operator};
use ndarray::{ArrayD, ArrayView, Dimension};
use std::fmt;

/// Kirchhoff modelling of reflections, and migration, its adjoint: each point of a model scatters a wavelet at the time that waves take from
/// the source to it and on to the receiver.
///
/// ```text
/// d[s, r, t] = Σₚ a(s, p, r) m[p] w(t − τ(s, p) − τ(p, r))        m[p] = Σₛᵣₜ a(s, p, r) d[s, r, t] w(t − τ(s, p) − τ(p, r))
/// ```
///
/// with travel times τ, along straight lines at one velocity, of first arrivals where velocities change, or as given. Between two samples a point is shared out linearly, then traces are
/// convolved with the wavelet w. Points whose time is beyond the record's last sample are not recorded. The weights a are 1 (kinematic) unless
/// [`dynamic`](Self::dynamic), [`angles`](Self::angles), [`aperture`](Self::aperture) or [`anti_aliased`](Self::anti_aliased) say otherwise. Inverted by [`cgls`](crate::solvers::cgls()) it is least-squares migration.
///
/// # Spaces
/// `X`: the model, of shape `[nx, nz]` or `[ny, nx, nz]`: any D axes. `Y`: traces `[sources, receivers, samples]`. Real or complex.
/// - A replicated model: the sources are scattered evenly; ranks may have none.
/// - A model that is cut along its first axis: the traces are replicated. For models, or tables of travel times, that one rank cannot hold: sources are
///   shared out over [`Groups`](crate::operators::Groups) of ranks, each of which has the whole model (example below).
///
/// # Communication
/// Replicated: forward none; adjoint one [`VectorSum`](crate::comm::VectorSum) of the model, over sources. Cut: forward one `VectorSum` of the traces, over rows of the model;
/// adjoint none.
///
/// # Same bits
/// On any number of ranks. Replicated: a source's part of the image is formed on one rank, those of all sources are added exactly and rounded once. Cut: what a row of
/// the model (or of a long one 2048 points) sends to a trace is formed on one rank, and these are added exactly; a replicated model rounds otherwise.
///
/// # Memory
/// Of the points that a rank has:
/// a travel time for every one from each receiver and from each of this rank's sources; with amplitudes as many numbers more as there are axes, and
/// one, with limits alone one; that of a sum of the model, or of the traces. Times are kept in samples and in the operator's precision: in single precision they are right to
/// about 10⁻⁷ of the record's length.
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
/// Six sources on two groups of two ranks, each rank with half of the model:
/// ```
/// use lops::operators::{Groups, Kirchhoff, VStack};
/// use lops::{DistArray, Layout, LinearOperator, launch_threads};
///
/// launch_threads(4, |comm| {
///     let groups = Groups::new(comm, 2)?;
///     let model = Layout::scatter(groups.own(), &[21, 11], 0)?;
///     let axes = [21, 11].map(|n| (0..n).map(|k| 10.0 * k as f64).collect::<Vec<_>>());
///     let a = VStack::over(&groups, 6, |shot| {
///         let kirchhoff = Kirchhoff::new([&axes[0], &axes[1]], &[[40.0 * shot as f64, 0.0]], &[[0.0, 0.0], [200.0, 0.0]]);
///         kirchhoff.velocity(1000.0).record(200, 0.004).on::<f64>(&model)
///     })?;
///     assert_eq!(a.domain().local_len(), if groups.own().rank() == 0 { 11 * 11 } else { 10 * 11 });
///     let image = a.adjoint() * &(&a * &DistArray::full(a.domain(), 1.0));
///     assert!(image.norm() > 0.0);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Kirchhoff` of pylops, `mode="analytic"`, `"eikonal"` and `"byot"`. Its tapers are the same to a twentieth, its apertures
/// count points in place of distances, and in three dimensions its angles are those of each way with the vertical, here that between both ways.
#[derive(Clone, Debug)]
#[doc(alias = "LSM")]
#[doc(alias = "Demigration")]
#[must_use = "`on` makes the operator"]
pub struct Kirchhoff<const D: usize> {
    pub(super) axes: [Vec<f64>; D],
    pub(super) sources: Vec<[f64; D]>,
    pub(super) receivers: Vec<[f64; D]>,
    pub(super) velocity: Velocity,
    pub(super) times: Option<Given>,
    pub(super) amplitudes: Option<Given>,
    pub(super) samples: usize,
    pub(super) step: f64,
    pub(super) wavelet: Vec<f64>,
    pub(super) centre: usize,
    pub(super) is_filtered: bool,
    pub(super) dynamic: bool,
    pub(super) angles: Option<Taper>,
    pub(super) aperture: Option<Taper>,
    pub(super) aliasing: Option<Aliasing>,
}

/// The highest frequency, and how far apart neighbouring sources and receivers are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Aliasing {
    pub(super) frequency: f64,
    pub(super) spacings: [f64; 2],
}

/// What is given for each place and point: of sources and of receivers.
#[derive(Clone)]
pub(super) struct Given(pub(super) [DistArray<f64>; 2]);

/// How it lies: the values are each rank's own.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [sources, receivers] = self.0.each_ref().map(DistArray::space);
        write!(f, "{sources:#}, {receivers:#}")
    }
}

#[derive(Clone)]
pub(super) enum Velocity {
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
    /// Nothing is recorded until [`velocity`](Self::velocity) or other times and [`record`](Self::record) are given; the wavelet is a spike.
    pub fn new(axes: [&[f64]; D], sources: &[[f64; D]], receivers: &[[f64; D]]) -> Self {
        Self {
            axes: axes.map(<[f64]>::to_vec),
            sources: sources.to_vec(),
            receivers: receivers.to_vec(),
            velocity: Velocity::One(0.0),
            times: None,
            amplitudes: None,
            samples: 0,
            step: 1.0,
            wavelet: vec![1.0],
            centre: 0,
            is_filtered: false,
            dynamic: false,
            angles: None,
            aperture: None,
            aliasing: None,
        }
    }

    /// The velocity of waves, in units of axes and time: they go straight.
    pub fn velocity(mut self, velocity: f64) -> Self {
        self.velocity = Velocity::One(velocity);
        self
    }

    /// The velocity at each point of the model, the same array on every rank. Times are those of first arrivals, by the factored eikonal equation
    /// (second order in the step; S. Fomel et al., J. Comput. Phys. 228 (2009) 6440); axes have to have equal steps.
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

    /// Travel times that are given, in place of those by velocities: from each source to each point, `[sources, …]` with the model's axes behind it, and
    /// from each receiver, in any layouts.
    pub fn travel_times(mut self, from_sources: DistArray<f64>, from_receivers: DistArray<f64>) -> Self {
        self.times = Some(Given([from_sources, from_receivers]));
        self
    }

    /// With amplitudes, and how a reflector is seen:
    ///
    /// ```text
    /// a(s, p, r) = |nₛ + nᵣ| / v(p) · aₛ(p) aᵣ(p)        aₛ(p) = (|p − s| + ε)^{−(D−1)/2}
    /// ```
    ///
    /// with the unit vectors nₛ and nᵣ in the directions in which travel times from source and receiver rise (differences between neighbours), `|nₛ + nᵣ| = 2 cos θ`
    /// for half the angle θ between both; ε is a hundredth of the longest ways from a source and from a receiver together. Where
    /// [`travel_times`](Self::travel_times) are given, [`velocity`](Self::velocity) or [`velocities`](Self::velocities) are still those at the point.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Kirchhoff};
    ///
    /// launch_threads(2, |comm| {
    ///     let axis: Vec<_> = (0..11).map(|k| 10.0 * k as f64).collect();
    ///     let model = Layout::replicated(comm, &[11, 11])?;
    ///     let modelling = Kirchhoff::new([&axis, &axis], &[[50.0, 0.0]], &[[50.0, 0.0]]).velocity(1000.0).record(300, 0.001);
    ///     let a = modelling.dynamic().on(&model)?;
    ///     let data = &a * &DistArray::from_fn(&model, |i| f64::from(i == [5, 6])); // 60 m below both
    ///     let epsilon = 0.01 * 2.0 * 50f64.hypot(100.0);
    ///     assert!((data.get(&[0, 0, 120])? - 2.0 / 1000.0 / (60.0 + epsilon)).abs() < 1e-12);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn dynamic(mut self) -> Self {
        self.dynamic = true;
        self
    }

    /// Amplitudes aₛ and aᵣ that are given, as [`travel_times`](Self::travel_times) are and with these; [`dynamic`](Self::dynamic).
    pub fn amplitudes(mut self, from_sources: DistArray<f64>, from_receivers: DistArray<f64>) -> Self {
        self.amplitudes = Some(Given([from_sources, from_receivers]));
        self.dynamic()
    }

    /// Only ways that are less than `to` degrees from the vertical, the last axis, where they come to a point; smoothly less of those that are more than `from`.
    pub fn angles(mut self, from: f64, to: f64) -> Self {
        self.angles = Some(Taper { from, to });
        self
    }

    /// Only sources and receivers that are less than `to` times as far apart as the point is below the mean of theirs; smoothly less of those that are
    /// more than `from` times.
    pub fn aperture(mut self, from: f64, to: f64) -> Self {
        self.aperture = Some(Taper { from, to });
        self
    }

    /// Without ways on which waves of this frequency are not sampled by sources or receivers so far apart: along which the time changes by half a period or more
    /// from one place to the next, `|∂τ/∂x| Δx ≥ 1/(2f)`, in the directions of all axes but the last; smoothly less from four fifths of that on. A
    /// spacing of 0 is none.
    ///
    /// # Source
    /// The criterion of D. E. Lumley et al., SEG Expanded Abstracts (1994) 1282, who filter where this leaves out.
    pub fn anti_aliased(mut self, frequency: f64, between_sources: f64, between_receivers: f64) -> Self {
        self.aliasing = Some(Aliasing { frequency, spacings: [between_sources, between_receivers] });
        self
    }

    /// With the wavelet as the wave equation has it, of a model of two axes half a derivative, `√(iω)`, of three `−iω`.
    pub fn filtered_wavelet(mut self) -> Self {
        self.is_filtered = true;
        self
    }

    /// The operator on models of this layout. All ranks call it.
    ///
    /// # Communication
    /// Each rank computes the travel times and weights of a share of the sources and receivers: all-gathers of those of receivers, or, of models that are cut, exchanges of
    /// both; exchanges of what is given.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Layout`](crate::ErrorKind::Layout) unless the model is replicated, or cut along its first axis alone, without chunks and mask; [`ErrorKind::Shape`](crate::ErrorKind::Shape) if it does not have the lengths of the axes, of an
    /// axis without points, of a record of no samples, a wavelet that is longer, or tables of other shapes;
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) of a velocity or a step that is not
    /// finite and above 0, unequal steps of axes where velocities change, coordinates that are not finite, or neither rise nor fall where directions count (amplitudes, angles, aliasing), sources or receivers outside the model, limits that
    /// do not rise, times and amplitudes below 0, amplitudes without times, a frequency that is not finite and above 0 or such a spacing below 0, a filtered wavelet of other than 2 or 3 axes, a source of which no wave comes
    /// back before the record's last sample, a centre that is not in the wavelet, or more sources (rows of a model that is cut) than a [`VectorSum`](crate::comm::VectorSum) takes.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        self.check(layout)?;
        let shape = [self.sources.len(), self.receivers.len(), self.samples];
        let is_cut = layout.process_grid().is_some();
        let traces = if is_cut { Layout::replicated(comm, &shape)? } else { Layout::scatter(comm, &shape, 0)? };
        let sources: Vec<_> = traces.regions(comm.rank())[0].sets()[0].iter().collect();
        let there: Survey<T::Real> = self.survey(layout, End::Sources)?;
        let back: Survey<T::Real> = self.survey(layout, End::Receivers)?;
        self.check_record(layout, &sources, [&there.times, &back.times])?;
        let weights = self.weights(layout, &sources, [there.ways, back.ways]);
        let spray = Sprayed::new(layout, &traces, [there.times, back.times], weights)?;
        let wavelet = if self.is_filtered { filtered(&self.wavelet, self.step, D) } else { self.wavelet };
        let wavelet: Vec<_> = wavelet.iter().map(|&w| T::from_parts(w, 0.0)).collect();
        Convolve1D::new(&wavelet, self.centre).along(2).on(&traces)?.compose(&Operator::new(spray))
    }
}
