//! Multi-dimensional convolution: a matrix for each frequency.

use super::named::Named;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Cut, Grid, Layout, Partition};
use crate::numbers::{Real, Scalar};
use crate::operators::{FFT, FFTNorm, Fredholm1, LinearOperator, Operator, Redistribute, with_lengths};
use num_complex::Complex;

/// Convolution in time with a kernel between receivers and sources: for each frequency the product with a matrix.
///
/// ```text
/// d(t, s, v) = Fᴴ [ c Σᵣ G(f, s, r) F[m](f, r, v) ]        c = dr dt √nt, or 1 if the kernel is scaled already
/// ```
///
/// with the orthonormal Fourier transform `F` over time, of which the first frequencies are taken, as many as the kernel has.
///
/// # Spaces
/// `X`: real, shape `[nt, nr, nv]`, on any grid, or replicated. `Y`: the same with shape `[nt, ns, nv]`. The kernel is complex,
/// `[frequencies, ns, nr]`, in any layout; it is kept in blocks of frequencies.
///
/// # Communication
/// On a grid: the array of spectra is turned from the cut of `X` to one of frequencies and back, two exchanges each way (four where
/// time is cut), in which each element that changes its rank is sent once; no rank transforms what is another's. Replicated: ranks
/// share receivers and columns out, and go the same way; then one all-gather of the result.
///
/// # Same bits
/// On any number of ranks.
///
/// # Example
/// ```
/// use lops::{Complex, DistArray, Layout, launch_threads, operators::MDC};
///
/// launch_threads(2, |comm| {
///     let kernel = DistArray::full(&Layout::scatter(comm, &[4, 2, 3], 0)?, Complex::new(1.0, 0.0));
///     let model = Layout::scatter(comm, &[9, 3, 1], 1)?;
///     let a = MDC::new(&kernel).sampling(0.004, 1.0).on(&model)?;
///     let d = &a * &DistArray::random_signed(&model, 1);
///     assert_eq!(d.shape(), [9, 2, 1]);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `MDC` of pylops, `MPIMDC` of pylops-mpi. Wapenaar and others, Geophysical Journal International 185 (2011).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
#[allow(clippy::struct_excessive_bools, reason = "switches of a description")]
pub struct MDC<'a, R: Real>
where
    Complex<R>: Scalar<Real = R>,
{
    kernel: &'a DistArray<Complex<R>>,
    dt: f64,
    dr: f64,
    twosided: bool,
    conj: bool,
    prescaled: bool,
    save_adjoint: bool,
}

impl<'a, R: Real> MDC<'a, R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// With the kernel `[frequencies, ns, nr]`; two-sided in time, its samplings 1.
    pub fn new(kernel: &'a DistArray<Complex<R>>) -> Self {
        let (twosided, conj, prescaled, save_adjoint) = (true, false, false, false);
        Self { kernel, dt: 1.0, dr: 1.0, twosided, conj, prescaled, save_adjoint }
    }

    /// The sampling of time and that of the receivers over which is integrated.
    pub fn sampling(mut self, dt: f64, dr: f64) -> Self {
        (self.dt, self.dr) = (dt, dr);
        self
    }

    /// Whether time 0 stands in the middle of the model's time axis, whose length must be odd then; else it stands first, as it does
    /// in the data.
    pub fn twosided(mut self, twosided: bool) -> Self {
        self.twosided = twosided;
        self
    }

    /// With the conjugate of the kernel: correlation in place of convolution.
    pub fn conj(mut self) -> Self {
        self.conj = true;
        self
    }

    /// The kernel is multiplied by `dr dt √nt` already.
    pub fn prescaled(mut self) -> Self {
        self.prescaled = true;
        self
    }

    /// Keeps the adjoint of each matrix too: see [`Fredholm1::save_adjoint`].
    pub fn save_adjoint(mut self) -> Self {
        self.save_adjoint = true;
        self
    }

    /// The operator on models of this layout. The kernel is redistributed.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] unless the layout has three axes, as many receivers as the kernel, and an odd number of times if it is
    /// two-sided; or if the kernel has more frequencies than the transform; [`ErrorKind::Parameter`] if a sampling is not finite;
    /// those of [`FFTND::on_real`](crate::operators::FFTND::on_real) and [`Fredholm1::on`].
    pub fn on(self, layout: &Layout) -> Result<Operator<R>> {
        let of_kernel = self.kernel.layout()?;
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("MDC of {of_kernel:#}, {layout:#}"));
        let (&[frequencies, ns, nr], &[nt, receivers, nv]) = (of_kernel.shape(), layout.shape()) else {
            let found = format!("{:?} and {:?}", of_kernel.shape(), layout.shape());
            return Err(Error::expected(ErrorKind::Shape, "shapes of kernel and model of MDC", "three axes", found));
        };
        let wrong =
            |what: &str, expected: String, found: usize| Err(Error::expected(ErrorKind::Shape, what, expected, found));
        if receivers != nr {
            return wrong("receivers of the model of MDC", format!("{nr}, as of the kernel"), receivers);
        }
        if self.twosided && nt.is_multiple_of(2) {
            return wrong("times of a two-sided model of MDC", "an odd number".into(), nt);
        }
        if frequencies > nt / 2 + 1 {
            return wrong(
                "frequencies of the kernel of MDC",
                format!("at most {} for {nt} times", nt / 2 + 1),
                frequencies,
            );
        }
        for (what, step) in [("sampling of time of MDC", self.dt), ("sampling of receivers of MDC", self.dr)] {
            if !step.is_finite() {
                return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", step));
            }
        }
        let inner = if *layout.partition() == Partition::Replicated {
            let lines = in_blocks(layout, 1)?;
            let chain = self.chain(&lines)?;
            let there = Redistribute::to(&lines).on::<R>(layout)?;
            let back = Redistribute::to(&with_lengths(layout, &[(1, ns)])?).on::<R>(chain.range().layout()?)?;
            back.compose(&chain)?.compose(&there)?
        } else {
            self.chain(layout)?
        };
        let name = format!("MDC({nt} times, {frequencies} frequencies of {ns} × {nr}, {nv})");
        Ok(Operator::new(Named { name, inner }))
    }

    /// Where lines are transformed by the ranks that have them.
    fn chain(&self, layout: &Layout) -> Result<Operator<R>> {
        let &[frequencies, ns, _] = self.kernel.layout()?.shape() else { unreachable!("three axes") };
        let times = with_lengths(layout, &[(1, ns)])?; // where the data lie
        let transform = FFT::along(0).norm(FFTNorm::Ortho).kept(frequencies);
        let of_data = transform.on_real::<R>(&times)?;
        let of_model = if self.twosided { transform.ifftshift_before(&[0]) } else { transform }.on_real::<R>(layout)?;
        let kernel = self.scaled_kernel(layout.shape()[0]);
        let product = |model: &Layout| {
            let product = Fredholm1::new(kernel.as_ref().unwrap_or(self.kernel));
            if self.save_adjoint { product.save_adjoint() } else { product }.on(model)
        };
        let (model, data) = (of_model.range().layout()?, of_data.range().layout()?);
        let in_the_middle = if layout.process_grid().is_none() {
            product(model)?
        } else {
            let cut = in_blocks(model, 0)?;
            let product = product(&cut)?;
            let there = Redistribute::to(&cut).on::<Complex<R>>(model)?;
            let back = Redistribute::to(data).on::<Complex<R>>(product.range().layout()?)?;
            back.compose(&product)?.compose(&there)?
        };
        of_data.adjoint().compose(&in_the_middle.compose(&of_model)?)
    }

    /// The kernel as it is multiplied with, if it is another.
    fn scaled_kernel(&self, nt: usize) -> Option<DistArray<Complex<R>>> {
        if self.prescaled && !self.conj {
            return None;
        }
        let scale = R::from_f64(if self.prescaled { 1.0 } else { self.dr * self.dt * (nt as f64).sqrt() });
        let conj = self.conj;
        Some(self.kernel.map(move |z: Complex<R>| if conj { Scalar::conj(z) } else { z }.scale(scale)))
    }
}

/// An axis in blocks over all ranks, and columns where there are more ranks.
fn in_blocks(of: &Layout, axis: usize) -> Result<Layout> {
    let (ranks, shape) = (of.comm().size(), of.shape());
    let (mut cuts, mut over) = ([Cut::Whole, Cut::Whole, Cut::Block], [1; 3]);
    over[axis] = ranks.min(shape[axis]).max(1);
    over[2] = (ranks / over[axis]).min(shape[2]).max(1);
    cuts[axis] = Cut::Block;
    Ok(Grid::cut(&cuts).over(&over).layout(of.comm(), shape)?.masked_like(of))
}
