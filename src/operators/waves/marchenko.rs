//! Focusing functions of points in the earth, from reflections at the surface.

use super::both_ways::smoothing;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::signal::Named;
use crate::operators::{
    Diagonal, Identity, LinearOperator, MDC, Operator, Roll, StackedBlockDiag, StackedHStack, StackedVStack,
};
use ndarray::{Array2, ArrayView2};
use num_complex::Complex;

/// The operator of the Marchenko equations: what the focusing functions of points in the earth, up- and down-going, have to fulfil,
/// given the reflection response of the surface.
///
/// ```text
/// ⎡ I      −Θ R ⎤ ⎡ Θ    ⎤ ⎡ f⁻  ⎤   ⎡ Θ R f_d ⎤
/// ⎣ −Θ R*   I   ⎦ ⎣    Θ ⎦ ⎣ f_m ⎦ = ⎣    0    ⎦        f⁺ = f_d + f_m
/// ```
///
/// R is the convolution with the reflection response ([`MDC`]), R* the correlation (one sample earlier, so that time 0 stays in the
/// middle), Θ a window that keeps the times before the direct wave from the point and after its mirror image, and f_d the direct wave
/// turned around in time. One solves for `(f⁻, f_m)` ([`lsqr`](crate::solvers::lsqr)); of `(f⁻, f⁺)` then
/// [`greens`](Self::greens) makes the Green's functions between the points and the surface.
///
/// # Spaces
/// `X = Y`: a [stack](crate::Space::stack) of two real arrays of the layout, shape `[2 nt − 1, nr, points]`, replicated or on any
/// grid, time 0 in the middle. The response is complex, `[frequencies, nr, nr]`, in any layout, with sources in the places of the receivers;
/// as in an [`MDC`], of the orthonormal transform of times −nt + 1 to nt − 1, and multiplied by 2 already. Chunks are refused.
///
/// # Communication
/// That of two [`MDC`], and of a [`Roll`] where time is cut.
///
/// # Same bits
/// On any number of ranks.
///
/// # Example
/// ```
/// use lops::ndarray::array;
/// use lops::solvers::lsqr;
/// use lops::{Complex, DistArray, Layout, LinearOperator, Options, launch_threads, operators::{MDC, Marchenko}};
///
/// launch_threads(2, |comm| {
///     let (nt, nr) = (24, 3);
///     let kernel = Layout::scatter(comm, &[nt, nr, nr], 0)?; // frequencies over the ranks
///     let response = DistArray::from_fn(&kernel, |i| Complex::cis(-1.7 * i[0] as f64) * 0.3);
///     let travel_times = array![[0.05], [0.04], [0.05]]; // from one point to the receivers, in seconds
///     let equations = Marchenko::new(&response, &travel_times).sampling(0.004, 1.0).smooth(3);
///
///     let layout = Layout::scatter(comm, &[2 * nt - 1, nr, 1], 1)?;
///     let a = equations.on(&layout)?;
///     let direct = DistArray::from_fn(&layout, |i| f64::from(nt - 1 - i[0].min(nt - 1) == 10 + i[1] % 2));
///     let r = MDC::new(&response).sampling(0.004, 1.0).on(&layout)?;
///     let seen = &equations.window(&layout)? * &(&r * &direct);
///     let data = DistArray::stack(&[&seen, &seen.zeros_like()])?;
///     let mut focusing = DistArray::zeros(a.domain());
///     lsqr(&a, &data, &mut focusing, &Options::exactly(20))?;
///     assert!((&data - &(&a * &focusing)).norm() < 1e-6 * data.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Mop` and `Gop` of pylops' `Marchenko`, for one point and for several. van der Neut, Vasconcelos, Wapenaar, Geophysical Journal
/// International 203 (2015).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Marchenko<'a, R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    response: &'a DistArray<Complex<R>>,
    times: Array2<f64>,
    dt: f64,
    dr: f64,
    offset: f64,
    smooth: usize,
    prescaled: bool,
}

impl<'a, R: Real> Marchenko<'a, R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// With the response `[frequencies, nr, nr]` and the travel times of first arrivals, `[nr, points]`; samplings 1.
    pub fn new<'t>(response: &'a DistArray<Complex<R>>, times: impl Into<ArrayView2<'t, f64>>) -> Self {
        let (dt, dr, offset, smooth, prescaled) = (1.0, 1.0, 0.0, 10, false);
        Self { response, times: times.into().to_owned(), dt, dr, offset, smooth, prescaled }
    }

    /// The sampling of time and that of the receivers over which is integrated.
    pub fn sampling(mut self, dt: f64, dr: f64) -> Self {
        (self.dt, self.dr) = (dt, dr);
        self
    }

    /// The window ends so long before the direct wave: 0 if nothing is said (PyLops' `toff`).
    pub fn offset(mut self, time: f64) -> Self {
        self.offset = time;
        self
    }

    /// Smooths the window by means over so many samples, forward and backward: 10 if nothing is said, not at all with 0 (PyLops' `nsmooth`).
    pub fn smooth(mut self, samples: usize) -> Self {
        self.smooth = samples;
        self
    }

    /// The response is multiplied by `dr dt √(2 nt − 1)` already.
    pub fn prescaled(mut self) -> Self {
        self.prescaled = true;
        self
    }

    /// The operator of the equations, on stacks of two arrays of this layout. The response is redistributed.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] unless the layout has three axes, an odd number of times, as many receivers and points as there are travel times, and the response as many
    /// sources as receivers; [`ErrorKind::Parameter`] if the sampling of time is not positive and finite, a travel time is negative or not finite,
    /// the offset is not finite, or the window is to be smoothed over a third of the times or more; those of [`MDC::on`].
    pub fn on(&self, layout: &Layout) -> Result<Operator<R>> {
        let _operation = self.operation(layout);
        let window = Diagonal::of(&self.window(layout)?)?;
        let [convolution, correlation] = self.responses(layout)?;
        let equations = block(&(&window * &convolution), &(&window * &correlation), layout)?;
        let inner = equations.compose(&StackedBlockDiag::of(vec![window.clone(), window])?)?;
        Ok(Operator::new(Named { name: self.name("Marchenko"), inner }))
    }

    /// `[I, −R; −R*, I]`, the operator that makes of `(f⁻, f⁺)` the Green's functions: `−g⁻` and, turned around in time, `g⁺`.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn greens(&self, layout: &Layout) -> Result<Operator<R>> {
        let _operation = self.operation(layout);
        self.check(layout)?;
        let [convolution, correlation] = self.responses(layout)?;
        let inner = block(&convolution, &correlation, layout)?;
        Ok(Operator::new(Named { name: self.name("Marchenko, Green's functions"), inner }))
    }

    /// The window Θ, as an array.
    ///
    /// # Errors
    /// Those of [`on`](Self::on).
    pub fn window(&self, layout: &Layout) -> Result<DistArray<R>> {
        let _operation = self.operation(layout);
        self.check(layout)?;
        let middle = layout.shape()[0] / 2;
        let ends = self.times.mapv(|time| ((time - self.offset) / self.dt).round_ties_even());
        let is_in = |i: &[usize]| (i[0].abs_diff(middle) as f64) < ends[[i[1], i[2]]];
        let window = DistArray::from_fn(layout, |i| if is_in(i) { R::one() } else { R::zero() });
        if self.smooth < 2 {
            return Ok(window);
        }
        Ok(&smoothing(self.smooth, 0, layout)? * &window)
    }

    fn operation(&self, layout: &Layout) -> crate::comm::Operation {
        let times: Vec<_> = self.times.iter().collect(); // an array leaves out some in print
        let Self { dt, dr, offset, smooth, prescaled, .. } = self;
        let told = format_args!(
            "Marchenko, {times:?}, dt {dt}, dr {dr}, offset {offset}, smooth {smooth}, prescaled {prescaled}, {layout:#}"
        );
        layout.comm().operation("Operator::on", told)
    }

    fn name(&self, what: &str) -> String {
        format!("{what}({} receivers, {} points)", self.times.nrows(), self.times.ncols())
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let (nr, points) = self.times.dim();
        let (shape, of_response) = (layout.shape(), self.response.shape());
        if shape.len() != 3 || shape[0].is_multiple_of(2) || shape[1..] != [nr, points] {
            let expected = format!("[an odd number of times, {nr}, {points}], as of the travel times");
            return Err(Error::expected(ErrorKind::Shape, "shape of Marchenko", expected, format!("{shape:?}")));
        }
        if of_response.len() != 3 || of_response[1..] != [nr, nr] {
            let (expected, found) = (format!("[frequencies, {nr}, {nr}]"), format!("{of_response:?}"));
            return Err(Error::expected(ErrorKind::Shape, "response of Marchenko", expected, found));
        }
        check_above_0("sampling of time of Marchenko", self.dt)?;
        if !self.offset.is_finite() {
            return Err(Error::expected(ErrorKind::Parameter, "offset of Marchenko", "a finite number", self.offset));
        }
        if let Some((at, time)) = self.times.indexed_iter().find(|(_, time)| !(0.0..f64::INFINITY).contains(*time)) {
            let what = format!("travel time {at:?} of Marchenko");
            return Err(Error::expected(ErrorKind::Parameter, what, "from 0 on, and finite", time));
        }
        if self.smooth > 1 && self.smooth.checked_mul(3).is_none_or(|n| n >= shape[0]) {
            let expected = format!("less than a third of {} times", shape[0]);
            return Err(Error::expected(
                ErrorKind::Parameter,
                "samples of smoothing of Marchenko",
                expected,
                self.smooth,
            ));
        }
        if layout.chunks().is_some() {
            return Err(Error::expected(ErrorKind::Layout, "layout of Marchenko", "one without chunks", layout));
        }
        Ok(())
    }

    /// R and R*.
    fn responses(&self, layout: &Layout) -> Result<[Operator<R>; 2]> {
        let convolution = MDC::new(self.response).sampling(self.dt, self.dr);
        let convolution = if self.prescaled { convolution.prescaled() } else { convolution };
        let correlation = convolution.clone().conj().on(layout)?;
        let earlier = Roll::by(-1).along(0).on(correlation.range().layout()?)?;
        Ok([convolution.on(layout)?, earlier.compose(&correlation)?])
    }
}

/// `[I, −A; −B, I]`
fn block<T: Scalar>(a: &Operator<T>, b: &Operator<T>, layout: &Layout) -> Result<Operator<T>> {
    let same: Operator<T> = Identity.on(layout);
    let [a, b] = [a, b].map(|operator| -operator);
    StackedVStack::of(vec![StackedHStack::of(vec![same.clone(), a])?, StackedHStack::of(vec![b, same])?])
}
