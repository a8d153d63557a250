//! Shifts along an axis by fractions of a sample.

use crate::Complex;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, AxisMap, Layout, check_axis};
use crate::numbers::{Circular, Fourier, Real, Scalar, reals_of_mut};
use crate::operators::{Kernels, Operator, Put};
use std::{cell::RefCell, f64::consts::PI};

/// Shift along one axis, towards its end, by any fraction of a sample: a change of phase of the frequencies.
///
/// ```text
/// y = F⁻¹ S F x      (S x̂)(f) = e^{−2πi f s} x̂(f), with s the shift
/// ```
///
/// with F the Fourier transform along the axis, of its n samples at steps Δ, and f = 0, ±1/nΔ, ±2/nΔ, …. So lines go
/// around: what leaves at the end comes in at the front. Of an even n the frequency 1/2Δ has no partner of opposite sign:
/// of real arrays it is multiplied with the real part of its factor, `cos(π s / Δ)`, of complex ones it counts as −1/2Δ.
///
/// The adjoint shifts back: it is the same with −s.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid on which the axis is whole, the other axes being cut as one likes. An
/// axis that is cut is refused, and chunks. Real or complex.
///
/// # Communication
/// None.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Shift};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2, 8], 0)?;
/// let later = Shift::new(0.004).sampling(0.002).along(1).on::<f64>(&layout)?; // two samples
/// let x = DistArray::from_fn(&layout, |i| f64::from(i[1] == 3));
/// let y = &later * &x;
/// assert!((y.as_slice()[5] - 1.0).abs() < 1e-14 && y.as_slice()[3].abs() < 1e-14);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `Shift` of pylops with one shift, `nfft` the length of the axis; `real=True` of real arrays.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Shift {
    by: f64,
    sampling: f64,
    axis: usize,
}

impl Shift {
    /// By so much, in the unit of the sampling; along axis 0, at steps 1.
    pub fn new(by: f64) -> Self {
        Self { by, sampling: 1.0, axis: 0 }
    }

    /// The step Δ.
    pub fn sampling(mut self, step: f64) -> Self {
        self.sampling = step;
        self
    }

    /// Along this axis.
    pub fn along(mut self, axis: usize) -> Self {
        self.axis = axis;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] if it is cut, and of chunks;
    /// [`ErrorKind::Shape`] if it has no samples; [`ErrorKind::Parameter`] if the shift in samples is not finite, or the step
    /// is 0 or not finite.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { by: shift, sampling, axis } = self;
        let name = format!("Shift(axis {axis}, {shift}, h {sampling})");
        let _operation = layout.comm().operation("Operator::on", format_args!("{name}, {layout:#}"));
        check_axis(layout.shape(), axis)?;
        let whole = |map: &AxisMap| map.coordinates() == 1 && map.set(0).as_range().is_some();
        if !(layout.is_replicated() || layout.process_grid().is_some_and(|grid| whole(&grid.axes()[axis]))) {
            let what = format!("layout for a shift along axis {axis}");
            return Err(Error::expected(ErrorKind::Layout, what, "that axis whole", layout));
        }
        let n = layout.shape()[axis];
        if n == 0 {
            return Err(Error::expected(
                ErrorKind::Shape,
                format!("samples on axis {axis} for a shift"),
                "at least 1",
                0,
            ));
        }
        if !sampling.is_finite() || sampling == 0.0 {
            return Err(Error::expected(ErrorKind::Parameter, "sampling", "a finite number that is not 0", sampling));
        }
        let samples = shift / sampling;
        if !samples.is_finite() {
            return Err(Error::expected(ErrorKind::Parameter, "shift in samples", "a finite number", samples));
        }
        let block = AlongAxis::new(&layout.local_shape(), axis);
        let columns = block.inner.clamp(1, COLUMNS);
        let circular = |samples: f64| RefCell::new(shift_of::<T>(n, samples));
        let packed = RefCell::new(vec![T::zero(); columns * n]);
        let (forward, adjoint) = (circular(samples), circular(-samples));
        Ok(LineByLine { name, block, forward, adjoint, packed }.between(layout, layout))
    }
}

/// Lines that are taken together: some that lie beside one another in cache lines.
const COLUMNS: usize = 8;

/// A shift by so many of n samples.
fn shift_of<T: Scalar>(n: usize, samples: f64) -> Box<dyn Circular<T::Real>> {
    let factor = |frequency: f64| {
        // Whole turns are left out where they are exact.
        let turns = (frequency * (samples % n as f64) / n as f64) % 1.0;
        let phase = -2.0 * PI * turns;
        Complex::new(T::Real::from_f64(phase.cos()), T::Real::from_f64(phase.sin()))
    };
    if T::IS_COMPLEX {
        let signed = |k: usize| if k < n.div_ceil(2) { k as f64 } else { k as f64 - n as f64 };
        let factors: Vec<_> = (0..n).map(|k| factor(signed(k))).collect();
        T::Real::by_frequency_of_pairs(&factors)
    } else {
        let factors: Vec<_> = (0..=n / 2).map(|k| factor(k as f64)).collect();
        T::Real::by_frequency_of_reals(&factors, n)
    }
}

struct LineByLine<T: Scalar> {
    name: String,
    block: AlongAxis,
    forward: RefCell<Box<dyn Circular<T::Real>>>,
    adjoint: RefCell<Box<dyn Circular<T::Real>>>,
    /// Some lines, each in one piece.
    packed: RefCell<Vec<T>>,
}

impl<T: Scalar> LineByLine<T> {
    /// `y ← C x` or `y ← y + α C x`, line by line.
    fn run(&self, circular: &RefCell<Box<dyn Circular<T::Real>>>, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let AlongAxis { n, inner, .. } = self.block;
        let (mut circular, mut lines) = (circular.borrow_mut(), self.packed.borrow_mut());
        if n * inner == 0 {
            return; // a rank without samples
        }
        for (x, y) in x.chunks_exact(n * inner).zip(y.chunks_exact_mut(n * inner)) {
            for column in (0..inner).step_by(COLUMNS) {
                let columns = COLUMNS.min(inner - column);
                let lines = &mut lines[..columns * n];
                for (row, x) in x.chunks_exact(inner).enumerate() {
                    x[column..][..columns].iter().enumerate().for_each(|(line, &x)| lines[line * n + row] = x);
                }
                circular.apply(reals_of_mut(lines));
                for (row, y) in y.chunks_exact_mut(inner).enumerate() {
                    let of_columns = y[column..][..columns].iter_mut().enumerate();
                    of_columns.for_each(|(line, y)| put.one(y, lines[line * n + row]));
                }
            }
        }
    }
}

impl<T: Scalar> Kernels<T> for LineByLine<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.run(&self.forward, put, x, y); // y ← A x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.run(&self.adjoint, put, y, x); // x ← Aᴴ y
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.packed.borrow()[..]) + self.forward.borrow().bytes() + self.adjoint.borrow().bytes()
    }
}
