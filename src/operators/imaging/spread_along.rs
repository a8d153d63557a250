//! Samples of a model along curves through all traces.

use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{Kernels, Operator, Put, VStack};

/// `y[x, f(x₀, t₀, x)] = Σ m[x₀, t₀]`: each sample of a model goes to one place in every trace, along the curve that a function says.
///
/// ```text
/// nearest    y[x, round p] += m[x₀, t₀]                                           p = f(x₀, t₀, x), in samples
/// linear     y[x, j] += (1 − s) m[x₀, t₀],  y[x, j + 1] += s m[x₀, t₀]            j = ⌊p⌋, s = p − j
/// ```
///
/// The adjoint stacks traces along the curves: `m[x₀, t₀] = Σₓ y(x, f(x₀, t₀, x))`. Lines, parabolas and hyperbolas are Radon transforms, one
/// hyperbola for each point is Kirchhoff migration in time. What would come before the first sample or behind the last one, or is NaN, goes nowhere.
///
/// # Spaces
/// `X`: an array `[x₀, t₀]`, replicated. `Y`: an array `[x, t]`, scattered along the traces. Real or complex.
///
/// # Communication
/// Forward: none. Adjoint: one [`VectorSum`](crate::comm::VectorSum) of the model, over traces. Construction: that of a [`VStack`].
///
/// # Same bits
/// On any number of ranks: a trace is made on one, of samples of the model in C order; traces are added as [`VectorSum`](crate::comm::VectorSum)
/// says.
///
/// # Memory
/// The function is evaluated once, when the operator is made: of each trace a rank keeps 16 bytes for each sample of the model (in single precision 8).
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::SpreadAlong};
///
/// launch_threads(2, |comm| {
///     // Lines of two slopes, through three traces.
///     let line = |slope: usize, t: usize, x: usize| t as f64 + slope as f64 * 0.5 * x as f64;
///     let model = Layout::replicated(comm, &[2, 4])?;
///     let spread = SpreadAlong::linear([3, 4], line).on(&model)?;
///     let y = &spread * &DistArray::from_fn(&model, |i| f64::from(i == [1, 1]));
///     let expected = [[0.0, 1.0, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 1.0, 0.0]];
///     assert_eq!(y.gather_all().as_slice(), Some(expected.as_flattened()));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Spread`, of a table or a function of all traces at once; [`Spread`](crate::operators::Spread) of this crate is another
/// thing.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "Spread")]
#[must_use = "`on` makes the operator"]
pub struct SpreadAlong<F> {
    data: [usize; 2],
    kind: Kind,
    place: F,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Nearest,
    Linear,
}

impl<F: Fn(usize, usize, usize) -> f64> SpreadAlong<F> {
    /// To the nearest samples of so many traces of so many samples; from x₀, t₀ and x the function makes a place in the trace, the same on every rank.
    pub fn nearest(data: [usize; 2], place: F) -> Self {
        Self { data, kind: Kind::Nearest, place }
    }

    /// The same, shared out to the two samples beside the place.
    pub fn linear(data: [usize; 2], place: F) -> Self {
        Self { data, kind: Kind::Linear, place }
    }

    /// The operator on models of this layout. All ranks call it.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] unless the model has two axes, or if traces have 2³² samples or more; [`ErrorKind::Layout`] if it is not replicated;
    /// [`ErrorKind::Parameter`] of more traces than a [`VectorSum`](crate::comm::VectorSum) takes.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { data, kind, place } = self;
        let [traces, samples] = data;
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("SpreadAlong to {data:?}, {kind:?}, {layout:#}"));
        let &[positions, times] = layout.shape() else {
            return Err(Error::expected(ErrorKind::Shape, "model of SpreadAlong", "two axes", layout));
        };
        if !layout.is_replicated() || layout.mask().is_some() {
            return Err(Error::expected(
                ErrorKind::Layout,
                "model of SpreadAlong",
                "a replicated one, no mask",
                layout,
            ));
        }
        if samples >= NOWHERE as usize {
            return Err(Error::expected(
                ErrorKind::Shape,
                "samples of a trace of SpreadAlong",
                "below 2³² − 1",
                samples,
            ));
        }
        let range = Layout::scatter(comm, &data, 0)?;
        let own = [Layout::replicated(&comm.alone(), layout.shape())?, Layout::replicated(&comm.alone(), &[samples])?];
        let trace = |x: usize| {
            let of_model = (0..positions).flat_map(|x0| (0..times).map(move |t0| (x0, t0)));
            let landings = of_model.map(|(x0, t0)| kind.landing(place(x0, t0, x), samples)).collect();
            Trace { landings }.between(&own[0], &own[1])
        };
        let operators: Vec<Operator<T>> = range.range(comm.rank()).map(trace).collect();
        let inner = VStack::with_spaces(layout, &range, operators)?;
        Ok(Operator::new(Named { name: format!("SpreadAlong({kind:?}, {traces} traces)"), inner }))
    }
}

/// The sample of what goes to none.
const NOWHERE: u32 = u32::MAX;

impl Kind {
    /// The sample at a place or before it, and how far behind it the place is.
    fn landing<R: Real>(self, place: f64, samples: usize) -> (u32, R) {
        let place = match self {
            Self::Nearest => place.round_ties_even(),
            Self::Linear => place,
        };
        if !(0.0..=samples as f64 - 1.0).contains(&place) {
            return (NOWHERE, R::from_f64(0.0));
        }
        (place as u32, R::from_f64(place - place.floor()))
    }
}

/// From a model to one trace.
struct Trace<R> {
    landings: Vec<(u32, R)>,
}

impl<T: Scalar> Kernels<T> for Trace<T::Real> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let one = T::Real::from_f64(1.0);
        put.nothing(y);
        for (x, &(before, behind)) in x.iter().zip(&self.landings).filter(|(_, landing)| landing.0 != NOWHERE) {
            let before = before as usize;
            put.more(&mut y[before], x.scale(one - behind)); // y[j] ← y[j] + (1 − s) x
            if behind > T::Real::from_f64(0.0) {
                put.more(&mut y[before + 1], x.scale(behind));
            }
        }
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let one = T::Real::from_f64(1.0);
        for (x, &(before, behind)) in x.iter_mut().zip(&self.landings) {
            let stacked = match y.get(before as usize..) {
                Some([first, second, ..]) if behind > T::Real::from_f64(0.0) => {
                    first.scale(one - behind) + second.scale(behind)
                }
                Some([first, ..]) => *first,
                _ => T::zero(), // nowhere
            };
            put.one(x, stacked); // x ← (1 − s) y[j] + s y[j + 1]
        }
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.landings[..])
    }

    fn name(&self) -> String {
        "trace of SpreadAlong".into()
    }
}
