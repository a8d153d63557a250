//! Radon transforms: sums along curves.

mod axes; //    axes in samples
mod chirp;
mod curved; //  curves whose shift in time changes with time
mod delays; //  spectra, each frequency delayed by a phase
mod fourier;
mod place; //   samples of times
mod shifted; // curves that are the same at all times, shifted
mod traces; //  one trace after another

pub use chirp::{ChirpRadon, ChirpRadon2D, ChirpRadon3D};
pub use fourier::{FourierRadon, FourierRadon2D, FourierRadon3D};

use self::axes::Axes;
use self::curved::{Curved, Times};
use self::shifted::Shifted;
use self::traces::of_traces;
use super::terms::Terms;
use super::{BlockMap, Operator, on_blocks};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use std::fmt;
use std::rc::Rc;

/// Radon transform of gathers along curves in time and place, from slownesses (or curvatures, velocities) to traces.
///
/// ```text
/// d[x, t] = Σₚ Σ m[p, t₀]  over t₀ with t = f(x, t₀, p)        m[p, t₀] = Σₓ d[x, f(x, t₀, p)]
///
/// linear        f = t₀ + p x
/// parabolic     f = t₀ + p x²
/// hyperbolic    f = √(t₀² + x² / p²)
/// ```
///
/// The adjoint is the slant stack (τ–p transform), a velocity scan where curves are hyperbolas. In two directions p x is `p₀ x₀ + p₁ x₁`, and so on. Everything is counted in samples: times from 0 on in
/// steps of the time axis, x from the middle of its axis in steps of it ([`centeredh`](Self::centeredh)), p multiplied by the ratio of the two steps, Δx/Δt. So linear slownesses
/// have the units of the axes; multiply parabolic curvatures by Δx before, and hyperbolic velocities by (Δt/Δx)².
/// Between two samples a value is shared out linearly, or goes to the sample before ([`interp`](Self::interp)). What is before the first sample or not before
/// the last one is left out. A shift that is a whole number of samples but for 10⁻⁹ is that number.
///
/// [`Radon2D`] and [`Radon3D`] are names of those in one and in two directions.
///
/// # Spaces
/// `X`: a model `[slownesses…, times]`, replicated or on any grid; `Y`: gathers `[places…, times]`, whose cut is the same but for the lengths. There may be more axes, which are carried along ([`along`](Self::along)).
/// Chunks are refused, and masks where elements change their ranks. Real or complex. Or, [over traces](Self::over_traces): a replicated model, and traces that are dealt out to the ranks.
///
/// # Communication
/// None where the axes are whole. Where one is cut, two exchanges each way, to where they are whole and back; other axes are cut there, if
/// there are any, else one rank has all. Over traces: forward none, adjoint one [`VectorSum`](crate::comm::VectorSum) of the model.
///
/// # Same bits
/// On any number of ranks and in any layout: a value is one sum on one rank, or of traces an exact one.
///
/// # Memory
/// A shift for every pair of slowness and place; a block of model and of data.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Radon2D, signal::axis};
///
/// launch_threads(2, |comm| {
///     let (t, x, p) = (axis(0.0, 0.004, 50), axis(-20.0, 10.0, 5), axis(-0.0004, 0.0004, 3)); // s, m, s/m
///     let layout = Layout::scatter(comm, &[3, 50], 0)?;
///     let radon = Radon2D::linear(&t, [&x], [&p]).on::<f64>(&layout)?;
///     let gather = &radon * &DistArray::from_fn(&layout, |i| f64::from(i == [2, 20]));
///     assert_eq!(gather.get(&[4, 22])?, 1.0); // 20 m at 0.4 ms/m are 2 samples
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Radon2D` and `Radon3D` of pylops, whose curves take samples by rounding error where shifts are whole but for it.
#[derive(Clone, Debug)]
#[doc(alias = "slant stack")]
#[doc(alias = "tau-p")]
#[must_use = "`on` makes the operator"]
pub struct Radon<const D: usize> {
    axes: Axes<D>,
    curve: Curve<D>,
    interp: bool,
    along: [usize; D],
    time: usize,
}

/// [`Radon`] of gathers of one direction, `[places, times]`.
pub type Radon2D = Radon<1>;

/// [`Radon`] of gathers of two directions, `[places, places, times]`.
pub type Radon3D = Radon<2>;

#[derive(Clone)]
enum Curve<const D: usize> {
    Linear,
    Parabolic,
    Hyperbolic,
    Function(Function<D>),
}

/// The time at a place, of time 0 and slownesses, all in samples.
type Function<const D: usize> = Rc<dyn Fn([f64; D], f64, [f64; D]) -> f64>;

impl<const D: usize> fmt::Debug for Curve<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linear => "Linear",
            Self::Parabolic => "Parabolic",
            Self::Hyperbolic => "Hyperbolic",
            Self::Function(_) => "of a function",
        })
    }
}

impl<const D: usize> Radon<D> {
    fn new(times: &[f64], places: [&[f64]; D], slownesses: [&[f64]; D], curve: Curve<D>) -> Self {
        let axes = Axes::new(times, places, slownesses);
        Self { axes, curve, interp: true, along: std::array::from_fn(|axis| axis), time: D }
    }

    /// Along lines. Axes of time, of places and of slownesses, the same on every rank: of times and places two first values matter, which
    /// make the step, and how many there are.
    pub fn linear(times: &[f64], places: [&[f64]; D], slownesses: [&[f64]; D]) -> Self {
        Self::new(times, places, slownesses, Curve::Linear)
    }

    /// Along parabolas.
    pub fn parabolic(times: &[f64], places: [&[f64]; D], curvatures: [&[f64]; D]) -> Self {
        Self::new(times, places, curvatures, Curve::Parabolic)
    }

    /// Along hyperbolas. A velocity of 0 has none but at x = 0, where it has none either.
    pub fn hyperbolic(times: &[f64], places: [&[f64]; D], velocities: [&[f64]; D]) -> Self {
        Self::new(times, places, velocities, Curve::Hyperbolic)
    }

    /// Along curves of one's own: `f(x, t₀, p)` in samples, the same on every rank. It is evaluated whenever the operator is applied, for all x, t₀ and p.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, operators::Radon2D, signal::axis};
    ///
    /// let layout = Layout::replicated(&Comm::solo(), &[1, 9])?;
    /// let (t, x) = (axis(0.0, 1.0, 9), axis(0.0, 1.0, 3));
    /// let radon = Radon2D::curves(&t, [&x], [&[2.0]], |[x], t, [p]| t + p * x.abs()).on::<f64>(&layout)?;
    /// let y = &radon * &DistArray::from_fn(&layout, |i| f64::from(i[1] == 3));
    /// assert_eq!([y.get(&[0, 5])?, y.get(&[1, 3])?, y.get(&[2, 5])?], [1.0; 3]); // x = −1, 0, 1
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn curves(
        times: &[f64],
        places: [&[f64]; D],
        slownesses: [&[f64]; D],
        f: impl Fn([f64; D], f64, [f64; D]) -> f64 + 'static,
    ) -> Self {
        Self::new(times, places, slownesses, Curve::Function(Rc::new(f)))
    }

    /// Whether values are shared out between two samples (if nothing is said), or go to the one before.
    pub fn interp(mut self, interp: bool) -> Self {
        self.interp = interp;
        self
    }

    /// Whether x is 0 in the middle of its axis (if nothing is said), wherever that begins, or where the axis has it.
    pub fn centeredh(mut self, centered: bool) -> Self {
        self.axes.centered = centered;
        self
    }

    /// These axes of the array are slownesses (then places) and times; the first D and the one behind them if nothing is said.
    pub fn along(mut self, slownesses: [usize; D], times: usize) -> Self {
        (self.along, self.time) = (slownesses, times);
        self
    }

    /// The operator on models of this layout. All ranks call it.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there are no such axes or one is named twice; [`ErrorKind::Layout`] of chunks; [`ErrorKind::Shape`] unless the model is as long as its axes, or of axes of times or
    /// places of less than two samples; [`ErrorKind::Parameter`] of axes that are not finite, steps of 0, or if no curve comes by a sample.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        self.check(layout)?;
        let (name, axes) = (self.name(), [&self.along[..], &[self.time]].concat());
        let lengths = [&self.axes.place_counts()[..], &[self.axes.times()]].concat();
        on_blocks(name, &axes, &lengths, layout, self.map::<T>(&self.axes.places()))
    }

    /// The operator from replicated models `[slownesses…, times]` to traces `[places…, times]` of which each rank has some, cut along the first
    /// axis in multiples of ⌊places/32⌋ (1 to 16) of it, whose traces are together a term of the adjoint's exact sum. All ranks call it.
    ///
    /// # Errors
    /// Those of [`on`](Self::on); [`ErrorKind::Layout`] unless the model is replicated; [`ErrorKind::Axis`] if it has more axes, or they are in another order; [`ErrorKind::Parameter`]
    /// of more traces than a [`VectorSum`](crate::comm::VectorSum) takes.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::Radon2D, signal::axis};
    ///
    /// launch_threads(3, |comm| {
    ///     let (t, x, p) = (axis(0.0, 0.004, 20), axis(0.0, 10.0, 7), axis(-0.0004, 0.0002, 5));
    ///     let model = Layout::replicated(comm, &[5, 20])?;
    ///     let radon = Radon2D::linear(&t, [&x], [&p]).over_traces::<f64>(&model)?;
    ///     let gather = &radon * &DistArray::full(&model, 1.0);
    ///     assert_eq!((gather.shape(), gather.as_slice().len()), (vec![7, 20], [60, 40, 40][comm.rank()]));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn over_traces<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?} over traces, {layout:#}"));
        if !layout.is_replicated() {
            let what = "layout of a model whose traces are dealt out";
            return Err(Error::expected(ErrorKind::Layout, what, "a replicated one", layout));
        }
        if layout.ndim() != D + 1 || self.time != D || !self.along.is_sorted() {
            let (what, expected) = ("axes of a model whose traces are dealt out", "slownesses and then times");
            let found = format!("{:?} and {} of {}", self.along, self.time, layout.ndim());
            return Err(Error::expected(ErrorKind::Axis, what, expected, found));
        }
        self.check(layout)?;
        let places = self.axes.places();
        let counts = self.axes.place_counts();
        let terms = Terms::of(counts[0]);
        let shape = [&counts[..], &[self.axes.times()]].concat();
        let data = Layout::scatter_sizes(comm, &shape, 0, &terms.sizes(comm.size()))?;
        let of_row = places.len() / counts[0];
        let places = terms.within(data.range(comm.rank())).map(|rows| &places[rows.start * of_row..rows.end * of_row]);
        let maps = places.map(|places| (places.len() * self.axes.times(), self.map::<T>(places)));
        of_traces(self.name(), layout, &data, maps)
    }

    /// What it does to a block of slownesses and times, for these places.
    fn map<T: Scalar>(&self, places: &[[f64; D]]) -> Map<T> {
        let (slownesses, samples, interp) = (self.axes.slownesses(), self.axes.times(), self.interp);
        let pairs = || places.iter().flat_map(|x| slownesses.iter().map(move |p| (x, p)));
        let sums = |term: fn(f64, f64) -> f64| pairs().map(move |(x, p)| (0..D).map(|k| term(x[k], p[k])).sum());
        let shifted = |term| Map::Shifted(Shifted::new(sums(term), slownesses.len(), samples, interp));
        let curved = |times| Map::Curved(Curved::new(times, slownesses.len(), places.len(), samples, interp));
        match &self.curve {
            Curve::Linear => shifted(|x, p| p * x),
            Curve::Parabolic => shifted(|x, p| p * x * x),
            Curve::Hyperbolic => curved(Times::Hyperbolas(sums(|x, p| (x / p) * (x / p)).collect())),
            Curve::Function(f) => {
                let (f, places, slownesses) = (f.clone(), places.to_vec(), slownesses.clone());
                curved(Times::Function(Box::new(move |x, t, p| f(places[x], t, slownesses[p]))))
            }
        }
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let (what, axes) = (self.name(), [&self.along[..], &[self.time]].concat());
        axes.iter().try_for_each(|&axis| check_axis(layout.shape(), axis))?;
        self.axes.check(&what)?;
        let expected = [&self.axes.slowness_counts()[..], &[self.axes.times()]].concat();
        let found: Vec<_> = axes.iter().map(|&axis| layout.shape()[axis]).collect();
        if found != expected {
            let (expected, found) = (format!("{expected:?} along axes {axes:?}"), format!("{found:?}"));
            return Err(Error::expected(ErrorKind::Shape, format!("model of {what}"), expected, found));
        }
        if self.map::<f64>(&self.axes.places()).comes_by() || expected.contains(&0) {
            return Ok(());
        }
        let expected = "one at least that comes by a sample (slownesses times Δx/Δt are samples)";
        Err(Error::expected(ErrorKind::Parameter, format!("curves of {what}"), expected, "none"))
    }

    /// As PyLops calls it.
    fn name(&self) -> String {
        let interp = if self.interp { "" } else { ", nearest" };
        let [slownesses, places] = [self.axes.slowness_counts(), self.axes.place_counts()];
        format!("Radon{}D({:?}, {slownesses:?} to {places:?}{interp})", D + 1, self.curve)
    }
}

enum Map<T: Scalar> {
    Shifted(Shifted<T>),
    Curved(Curved<T>),
}

impl<T: Scalar> Map<T> {
    /// Whether some curve comes by a sample.
    fn comes_by(&self) -> bool {
        match self {
            Self::Shifted(map) => map.comes_by(),
            Self::Curved(map) => map.comes_by(),
        }
    }
}

impl<T: Scalar> BlockMap<T> for Map<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        match self {
            Self::Shifted(map) => map.forward(x, y),
            Self::Curved(map) => map.forward(x, y),
        }
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        match self {
            Self::Shifted(map) => map.adjoint(y, x),
            Self::Curved(map) => map.adjoint(y, x),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Shifted(map) => map.bytes(),
            Self::Curved(map) => map.bytes(),
        }
    }
}
