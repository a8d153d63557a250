//! Shifts along an axis by fractions of a sample.

use super::named::Named;
use super::shifted_lines::ShiftedLines;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, Layout, Region, check_axis};
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator, Redistribute, gathered, is_whole};
use ndarray::{ArrayD, ArrayView, Dimension};

/// Shift along one axis, towards its end, by any fraction of a sample: a change of phase of the frequencies.
///
/// ```text
/// y = F⁻¹ S F x      (S x̂)(f) = e^{−2πi f s} x̂(f), with s the shift
/// ```
///
/// with F the Fourier transform along the axis, of its n samples at steps Δ, and f = 0, ±1/nΔ, ±2/nΔ, …. So lines go
/// around: what leaves at the end comes in at the front; with more samples in the transform ([`nfft`](Self::nfft)) it meets
/// zeros first. Of an even n the frequency 1/2Δ has no partner of opposite sign: of real arrays it is multiplied with the real
/// part of its factor, `cos(π s / Δ)`, of complex ones it counts as −1/2Δ. Lines are shifted by one number, or
/// [each by its own](Self::by_each).
///
/// The adjoint shifts back: it is the same with −s.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid. Chunks are refused. Real or complex.
///
/// # Communication
/// None where the axis is whole. Where it is cut, two exchanges each way, to lines that are whole and back, in which each
/// element that changes its rank is sent once.
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
/// Behaviour: `Shift` of pylops; `real=True` of real arrays.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Shift {
    by: By,
    sampling: f64,
    axis: usize,
    nfft: Option<usize>,
}

#[derive(Clone, Debug)]
enum By {
    One(f64),
    Each(ArrayD<f64>),
}

impl Shift {
    /// By so much, in the unit of the sampling; along axis 0, at steps 1.
    pub fn new(by: f64) -> Self {
        Self { by: By::One(by), sampling: 1.0, axis: 0, nfft: None }
    }

    /// Each line by so much: an array of the shape of the other axes, the same on every rank. What frequencies of all lines
    /// are multiplied with is kept, as much memory as the operator's input.
    ///
    /// # Example
    /// ```
    /// use lops::ndarray::array;
    /// use lops::{DistArray, Layout, launch_threads, operators::Shift};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[2, 8], 0)?;
    ///     let flatten = Shift::by_each(&array![2.0, -1.0]).along(1).on::<f64>(&layout)?;
    ///     let y = &flatten * &DistArray::from_fn(&layout, |i| f64::from(i[1] == 3));
    ///     assert!((y.get(&[0, 5])? - 1.0).abs() < 1e-14 && (y.get(&[1, 2])? - 1.0).abs() < 1e-14);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn by_each<'a, D: Dimension>(shifts: impl Into<ArrayView<'a, f64, D>>) -> Self {
        Self { by: By::Each(shifts.into().into_dyn().to_owned()), ..Self::new(0.0) }
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

    /// With so many samples in the transform, n above: zeros are added behind the line's and what comes to lie there is left
    /// out, or of a longer line the rest counts as zeros, and becomes zeros.
    pub fn nfft(mut self, samples: usize) -> Self {
        self.nfft = Some(samples);
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of chunks; [`ErrorKind::Shape`] if it has no
    /// samples, or if there are shifts but not one for each line; [`ErrorKind::Parameter`] if a shift in samples is not
    /// finite, or the step is 0 or not finite, or the transform has no samples.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let name = self.name();
        let told = match &self.by {
            By::One(_) => vec![],
            By::Each(shifts) => shifts.iter().collect(), // an array leaves out some in print
        };
        let _operation = layout.comm().operation("Operator::on", format_args!("{name}, {told:?}, {layout:#}"));
        self.check(layout)?;
        let at_work = if is_whole(layout, self.axis) { layout.clone() } else { gathered(layout, &[self.axis])? };
        let block = AlongAxis::new(&at_work.local_shape(), self.axis);
        let nfft = self.nfft.unwrap_or(layout.shape()[self.axis]);
        let lines = ShiftedLines::new(name.clone(), block, nfft, &self.samples_of(&at_work));
        let shift = lines.between(&at_work, &at_work);
        if is_whole(layout, self.axis) {
            return Ok(shift);
        }
        let there = Redistribute::to(&at_work).on(layout)?;
        let inner = there.adjoint().compose(&shift.compose(&there)?)?;
        Ok(Operator::new(Named { name, inner }))
    }

    fn name(&self) -> String {
        let Self { by, sampling, axis, nfft } = self;
        let by = match by {
            By::One(shift) => shift.to_string(),
            By::Each(_) => "each by its own".into(),
        };
        let nfft = nfft.map_or(String::new(), |n| format!(", nfft {n}"));
        format!("Shift(axis {axis}, {by}, h {sampling}{nfft})")
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let &Self { ref by, sampling, axis, nfft } = self;
        check_axis(layout.shape(), axis)?;
        if layout.chunks().is_some() {
            let what = format!("layout for a shift along axis {axis}");
            return Err(Error::expected(ErrorKind::Layout, what, "one without chunks", layout));
        }
        if layout.shape()[axis] == 0 {
            let what = format!("samples on axis {axis} for a shift");
            return Err(Error::expected(ErrorKind::Shape, what, "at least 1", 0));
        }
        if nfft == Some(0) {
            return Err(Error::expected(ErrorKind::Parameter, "nfft of a shift", "at least 1", 0));
        }
        if !sampling.is_finite() || sampling == 0.0 {
            return Err(Error::expected(ErrorKind::Parameter, "sampling", "a finite number that is not 0", sampling));
        }
        let infinite = |what: String, samples| Error::expected(ErrorKind::Parameter, what, "a finite number", samples);
        match by {
            By::One(shift) if !(shift / sampling).is_finite() => {
                Err(infinite("shift in samples".into(), shift / sampling))
            }
            By::One(_) => Ok(()),
            By::Each(shifts) => {
                let mut of_lines = layout.shape().to_vec();
                of_lines.remove(axis);
                if shifts.shape() != of_lines {
                    let expected = format!("{of_lines:?}, one for each line");
                    let found = format!("{:?}", shifts.shape());
                    return Err(Error::expected(ErrorKind::Shape, "shape of shifts", expected, found));
                }
                shifts
                    .indexed_iter()
                    .find(|(_, shift)| !(**shift / sampling).is_finite())
                    .map_or(Ok(()), |(at, shift)| {
                        Err(infinite(format!("shift in samples of line {:?}", at.slice()), shift / sampling))
                    })
            }
        }
    }

    /// One for all lines, or those of this rank's lines in their order.
    fn samples_of(&self, layout: &Layout) -> Vec<f64> {
        match &self.by {
            By::One(shift) => vec![shift / self.sampling],
            By::Each(shifts) => {
                let mut sets = layout.regions(layout.comm().rank())[0].sets().to_vec();
                sets.remove(self.axis);
                let mut samples = vec![];
                Region::new(sets).for_each_index(|line| samples.push(shifts[line] / self.sampling));
                samples
            }
        }
    }
}
