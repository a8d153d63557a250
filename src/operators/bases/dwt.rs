//! Wavelet transforms along axes.

use super::cascade::Cascade;
use super::leading::Leading;
use super::levels::divisor;
use super::wavelet_filter::WaveletFilter;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axes};
use crate::numbers::Scalar;
use crate::operators::signal::Named;
use crate::operators::{LinearOperator, Operator, is_whole, on_blocks};

/// The wavelet transform along one axis: [`DWTND`] along it alone, with all that it can be told.
///
/// # Example
/// ```
/// use lops::operators::{DWT, WaveletFilter};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     // A straight line has two vanishing moments: but for its ends, all that is left is in the first quarter.
///     let layout = Layout::scatter(comm, &[64], 0)?;
///     let w = DWT::along(0).filter(WaveletFilter::Daubechies(2)).levels(2).on::<f64>(&layout)?;
///     let y = (&w * &DistArray::from_fn(&layout, |i| i[0] as f64)).gather_all();
///     let small = y.iter().filter(|y| y.abs() < 1e-12).count();
///     assert!(small >= 64 - 16 - 4, "{small}");
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `DWT` of pylops.
#[derive(Clone, Copy, Debug)]
pub struct DWT;

impl DWT {
    /// Along this axis.
    pub fn along(axis: usize) -> DWTND {
        DWTND::over(&[axis])
    }
}

/// The wavelet transform over two axes: [`DWTND`] over them, with all that it can be told.
///
/// # Example
/// ```
/// use lops::operators::{DWT2D, WaveletFilter};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3, 32, 16], 1)?;
///     let w = DWT2D::over(1, 2).filter(WaveletFilter::Symlet(4)).levels(2).on::<f64>(&layout)?;
///     let x = DistArray::random_signed(&layout, 1);
///     let back = w.adjoint() * &(&w * &x);
///     assert!((&back - &x).norm() < 1e-14 * x.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `DWT2D` of pylops.
#[derive(Clone, Copy, Debug)]
pub struct DWT2D;

impl DWT2D {
    /// Over these axes.
    pub fn over(first: usize, second: usize) -> DWTND {
        DWTND::over(&[first, second])
    }
}

/// Orthogonal wavelets over some axes, by levels: of each line sums over a few neighbours, low and high frequencies apart.
///
/// ```text
/// aₖ = Σₘ hₘ x[2k + m − p + 1]     dₖ = Σₘ gₘ x[2k + m − p + 1],  gₘ = (−1)ᵐ h₂ₚ₋₁₋ₘ,  m = 0 … 2p − 1
/// ```
///
/// with the 2p weights h of a [`WaveletFilter`], Haar's if none is told, and places modulo the length: lines go around. A line becomes
/// `[a, d]`. This is done along all the axes, and again with what has the low frequencies along all of them, as often as there are levels;
/// so along an axis coefficients lie `[a_L, d_L, …, d₂, d₁]`.
///
/// Axes are made longer first, by zeros, to powers of two; or [to multiples](Self::least_zeros) of 2 to the power of the levels. The
/// adjoint undoes it all, `Aᴴ A = I`: the transform is orthogonal, but for the zeros that are added.
///
/// # Spaces
/// `X`: one array, replicated or on any grid. `Y`: the same with longer axes, each cut evenly where that of `X` is cut and is longer. Chunks
/// are refused, and masks where elements change their ranks. Real or complex.
///
/// # Communication
/// None where the axes are whole. Where one is cut, two exchanges each way, to blocks of the axes that are whole and back, in which each
/// element that changes its rank is sent once. Where there are fewer such blocks than ranks, two exchanges each way for each axis that is cut and
/// each level, to lines and back, of what has the low frequencies.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::operators::DWTND;
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[2, 3, 4], 0)?;
///     let w = DWTND::over(&[1, 2]).on::<f64>(&layout)?; // a 3 becomes a 4
///     let y = &w * &DistArray::full(&layout, 1.0);
///     assert_eq!(y.shape(), [2, 4, 4]);
///     assert!((y.get(&[1, 0, 1])? - 2.0).abs() < 1e-15 && (y.get(&[1, 1, 0])? - 1.0).abs() < 1e-15);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// S. Mallat, "A theory for multiresolution signal decomposition: the wavelet representation", IEEE Trans. Pattern Anal. Mach. Intell. 11,
/// 1989. Behaviour: `DWTND` of pylops, which is the mode `periodization` of PyWavelets.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct DWTND {
    axes: Vec<usize>,
    filter: WaveletFilter,
    levels: usize,
    least_zeros: bool,
}

impl DWTND {
    /// Over these axes, by one level of Haar's wavelet.
    pub fn over(axes: &[usize]) -> Self {
        Self { axes: axes.to_vec(), filter: WaveletFilter::Haar, levels: 1, least_zeros: false }
    }

    /// With this wavelet.
    pub fn filter(mut self, filter: WaveletFilter) -> Self {
        self.filter = filter;
        self
    }

    /// By so many levels.
    pub fn levels(mut self, levels: usize) -> Self {
        self.levels = levels;
        self
    }

    /// With no more zeros behind each axis than the levels need: up to the next multiple of 2 to the power of the levels, not to the next
    /// power of two.
    pub fn least_zeros(mut self) -> Self {
        self.least_zeros = true;
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, none is named, or one is named twice; [`ErrorKind::Shape`] if an axis has so few samples
    /// that the last level had none, no more than half of 2 to the power of the levels; [`ErrorKind::Parameter`] if there is no such wavelet; [`ErrorKind::Layout`] of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let Self { axes, filter, levels, .. } = &self;
        if axes.is_empty() {
            return Err(Error::expected(ErrorKind::Axis, "axes of DWTND", "at least one", "none"));
        }
        check_axes("DWTND", layout.shape(), axes)?;
        let low = filter.weights()?;
        let lengths = axes.iter().map(|&axis| self.longer(layout, axis)).collect::<Result<Vec<_>>>()?;
        let shape: Vec<_> = axes.iter().map(|&axis| layout.shape()[axis]).collect();
        let name = format!("DWTND(axes {axes:?}, {filter:?}, levels {levels})");
        let others = (0..layout.ndim()).filter(|axis| !axes.contains(axis)).map(|axis| layout.shape()[axis]);
        let are_whole = axes.iter().all(|&axis| is_whole(layout, axis));
        if are_whole || axes.len() == 1 || *levels == 0 || others.product::<usize>() >= layout.comm().size() {
            return on_blocks(name, axes, &lengths, layout, Cascade::new(&low, &shape, &lengths, *levels));
        }
        let inner = by_axes(&low, axes, &lengths, *levels, layout)?;
        Ok(Operator::new(Named { name, inner }))
    }

    /// The length of an axis with zeros behind it.
    fn longer(&self, layout: &Layout, axis: usize) -> Result<usize> {
        let n = layout.shape()[axis];
        let divisor = divisor("DWTND", axis, n, self.levels)?;
        let longer = if self.least_zeros { n.checked_next_multiple_of(divisor) } else { n.checked_next_power_of_two() };
        longer.ok_or_else(|| Error::expected(ErrorKind::Shape, format!("samples on axis {axis}"), "fewer than 2⁶³", n))
    }
}

/// Level after level and axis after axis: the same sums, where there are too few blocks for all ranks.
fn by_axes<T: Scalar>(
    low: &[f64],
    axes: &[usize],
    lengths: &[usize],
    levels: usize,
    layout: &Layout,
) -> Result<Operator<T>> {
    let along = |layout: &Layout, axis: usize, longer: usize| {
        let map = Cascade::new(low, &[layout.shape()[axis]], &[longer], 1);
        on_blocks(format!("DWTND(axis {axis})"), &[axis], &[longer], layout, map)
    };
    let first = along(layout, axes[0], lengths[0])?;
    let mut others = axes.iter().zip(lengths).skip(1);
    let level = others
        .try_fold(first, |inner, (&axis, &longer)| along(inner.range().layout()?, axis, longer)?.compose(&inner))?;
    if levels == 1 {
        return Ok(level);
    }
    let halves: Vec<_> = lengths.iter().map(|n| n / 2).collect();
    let rest = |part: &Layout| by_axes(low, axes, &halves, levels - 1, part);
    Leading::half(level.range().layout()?, axes, rest)?.compose(&level)
}
