//! Wavelets that follow the slopes of events.

use super::levels::divisor;
use super::lifting::{Half, Lifting};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::{BlockMap, Operator, on_blocks};
use ndarray::{Array2, ArrayView2, Axis};

/// Seislets: traces less what their neighbours predict of them along the slopes of events, level after level.
///
/// ```text
/// oᵢ ← oᵢ − P(e)ᵢ      of every second trace what those beside it do not predict
/// eᵢ ← eᵢ + ½ U(o)ᵢ    of the others, means; the next level does the same with these
/// ```
///
/// A prediction moves the samples of a trace along slopes s from each trace to the next, `y(t) = x(t − s(t) Δx)`, by sincs, as many traces as they are
/// apart. [`haar`](Self::haar) predicts a trace from one beside it, P from the one before and U from the one behind;
/// [`linear`](Self::linear) from both, with half of the weight each (of the last two traces one counts whole). Coefficients lie where there
/// were traces: the differences o of the first level, of the second one, …, and the means e of the last. The traces are made
/// as many as a power of two, by zeros.
///
/// The transform is not orthogonal; its [`inverse`](Self::inverse) is another operator than its adjoint.
///
/// # Spaces
/// `X`: one array with an axis of traces and one of samples, replicated or on any grid; the slopes are the same for all indices of other axes. `Y`:
/// the same, the axis of traces longer, cut evenly where that of `X` is cut and is longer. Chunks are refused, and masks where elements change their ranks. Real or complex.
///
/// # Communication
/// None where both axes are whole. Where one is cut, two exchanges each way, to planes that are whole and back, in which each element that
/// changes its rank is sent once. An axis that is neither should be there, to be cut meanwhile: a single plane lies on one rank.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::ndarray::Array2;
/// use lops::{DistArray, Layout, launch_threads, operators::Seislet};
///
/// launch_threads(2, |comm| {
///     // An event that comes a sample later on each trace: all but the means of the last level are next to nothing.
///     let layout = Layout::scatter(comm, &[16, 40], 0)?;
///     let bell = |t: f64| (-0.1 * t * t).exp();
///     let x = DistArray::from_fn(&layout, |i| bell(i[1] as f64 - 12.0 - i[0] as f64));
///     let slopes = Array2::ones((16, 40));
///     let y = &Seislet::haar(&slopes).on::<f64>(&layout)? * &x;
///     let differences = y.slice(&lops::index![..14])?;
///     assert!(differences.norm() < 1e-6 * y.norm());
///     let back = &Seislet::haar(&slopes).inverse::<f64>(&layout)? * &y;
///     assert!((&back - &x).norm() < 1e-14 * x.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// S. Fomel, Y. Liu, "Seislet transform and seislet frame", Geophysics 75, 2010. Behaviour: `Seislet` of pylops; what it takes `inv=True` for is
/// [`inverse`](Self::inverse).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Seislet {
    slopes: Array2<f64>,
    from_both: bool,
    axes: [usize; 2],
    sampling: [f64; 2],
    levels: Option<usize>,
}

impl Seislet {
    fn new(slopes: ArrayView2<'_, f64>, from_both: bool) -> Self {
        Self { slopes: slopes.to_owned(), from_both, axes: [0, 1], sampling: [1.0; 2], levels: None }
    }

    /// Each trace predicted from one beside it, along these slopes: for each sample of each trace by how much time an event comes later for
    /// each unit of distance. The same on every rank.
    pub fn haar<'a>(slopes: impl Into<ArrayView2<'a, f64>>) -> Self {
        Self::new(slopes.into(), false)
    }

    /// Each trace predicted from those on both sides.
    pub fn linear<'a>(slopes: impl Into<ArrayView2<'a, f64>>) -> Self {
        Self::new(slopes.into(), true)
    }

    /// Along these axes, of traces and of samples: 0 and 1, if nothing is said.
    pub fn along(mut self, axes: [usize; 2]) -> Self {
        self.axes = axes;
        self
    }

    /// The distance of traces, and the step in time.
    pub fn sampling(mut self, sampling: [f64; 2]) -> Self {
        self.sampling = sampling;
        self
    }

    /// By so many levels. Otherwise until two means are left.
    pub fn levels(mut self, levels: usize) -> Self {
        self.levels = Some(levels);
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, or both are the same; [`ErrorKind::Shape`] if there is not a slope for each sample of each trace, or
    /// there are so few traces that the last level had none; [`ErrorKind::Parameter`] of slopes and steps that are not finite, and of
    /// steps of 0; [`ErrorKind::Layout`] of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        self.made(layout, "Seislet", Transform)
    }

    /// The operator that makes the array of its coefficients: the inverse of what [`on`](Self::on) makes, from its range to its domain.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn inverse<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        Ok(self.made(layout, "inverse Seislet, adjoint", InverseAdjoint)?.adjoint())
    }

    fn made<T: Scalar, M: BlockMap<T>>(
        self,
        layout: &Layout,
        name: &str,
        map: fn(Lifting<T>) -> M,
    ) -> Result<Operator<T>> {
        let Self { slopes, from_both, axes, sampling, levels } = &self;
        let kind = if *from_both { "linear" } else { "haar" };
        let told: Vec<_> = slopes.iter().collect(); // an array leaves out some in print
        let _operation = layout.comm().operation(
            "Operator::on",
            format_args!(
                "{name}({kind}, {axes:?}, {sampling:?}, {levels:?}), {:?}, {told:?}, {layout:#}",
                slopes.dim()
            ),
        );
        self.check(layout)?;
        let traces = slopes.len_of(Axis(0));
        let longer = traces.next_power_of_two();
        let levels = levels.unwrap_or_else(|| longer.ilog2().saturating_sub(1) as usize);
        divisor("Seislet", axes[0], traces, levels)?;
        let lifting = Lifting::new(slopes.view(), *sampling, longer, levels, *from_both);
        let name = format!("{name}({kind}, axes {axes:?}, levels {levels})");
        on_blocks(name, axes, &[longer, layout.shape()[axes[1]]], layout, map(lifting))
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let Self { slopes, axes, sampling, .. } = self;
        axes.iter().try_for_each(|&axis| check_axis(layout.shape(), axis))?;
        let plane = axes.map(|axis| layout.shape()[axis]);
        if slopes.shape() != plane {
            let found = format!("{:?}", slopes.shape());
            return Err(Error::expected(ErrorKind::Shape, "shape of slopes", format!("{plane:?}"), found));
        }
        if let Some((at, slope)) = slopes.indexed_iter().find(|(_, slope)| !slope.is_finite()) {
            return Err(Error::expected(ErrorKind::Parameter, format!("slope {at:?}"), "a finite number", slope));
        }
        if let Some(step) = sampling.iter().find(|step| !step.is_finite() || **step == 0.0) {
            return Err(Error::expected(ErrorKind::Parameter, "sampling", "finite numbers that are not 0", step));
        }
        Ok(())
    }
}

const PREDICT: Half = Half::Predict(-1.0);
const UPDATE: Half = Half::Update(0.5);
const UNDO_PREDICT: Half = Half::Predict(1.0);
const UNDO_UPDATE: Half = Half::Update(-0.5);

/// From traces to coefficients, and its transpose.
struct Transform<T>(Lifting<T>);

/// The transpose of the inverse, and the inverse.
struct InverseAdjoint<T>(Lifting<T>);

impl<T: Scalar> BlockMap<T> for Transform<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        self.0.to_coefficients(x, y, [PREDICT, UPDATE], false);
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        self.0.to_traces(y, x, [UPDATE, PREDICT], true);
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

impl<T: Scalar> BlockMap<T> for InverseAdjoint<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        self.0.to_coefficients(x, y, [UNDO_PREDICT, UNDO_UPDATE], true);
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        self.0.to_traces(y, x, [UNDO_UPDATE, UNDO_PREDICT], false);
    }

    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}
