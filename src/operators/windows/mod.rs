//! Operators in windows of an array, whose results overlap and are added.

mod tapered; // what each rank does in its windows
mod tiling; //  windows along one axis
mod window;

pub use window::Window;

use self::tapered::Tapered;
use self::tiling::{KINDS, Tiling};
use super::signal::Named;
use super::{Fold, LinearOperator, Operator, Redistribute};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Cut, Grid, IndexSet, Layout, Mode, Partition, Region, check_axes, grid_shape};
use crate::numbers::{Real, Scalar, Taper};
use std::ops::Range;

/// An operator in each window of an array: windows along some of its axes overlap, are tapered where they do, and added.
///
/// ```text
/// y = Σₖ Rₖᵀ (wₖ · Aₖ xₖ)        xₖ = Aₖᴴ (wₖ · Rₖ y)
/// ```
///
/// with the operator Aₖ of window k, Rₖ the window's part of the array and wₖ its taper: along each axis the weights of
/// [`Taper`] over as many samples as windows overlap, but for the ends of the array, where windows have weight 1: [`Taper::Hanning`] if nothing is said.
/// Local transforms (slownesses, frequencies, wavelets) of pieces in which events are simple are written with it.
///
/// PyLops's names are those of numbers of axes: [`Sliding1D`], [`Sliding2D`], [`Sliding3D`], [`Patch2D`], [`Patch3D`]. The other
/// axes of the array are whole in each window.
///
/// # Spaces
/// `Y`: one array, replicated or on any grid, which is what [`on`](Self::on) is told. `X`: as many axes as windows run along, one index for each window,
/// then those of the domain of the operator in a window, which is the same for all: `[windows…, model of a window…]`. The windows are dealt out to the ranks over a
/// process grid, in blocks; ranks may have none. Real or complex, also from one to the other.
///
/// # Communication
/// That of a [`Fold`]: each way one exchange, in which an element of a window that lies on another rank is sent once. Of replicated arrays also one all-gather forward.
/// In windows nothing is sent. Construction: two small all-reduces, one all-gather.
///
/// # Same bits
/// On any number of ranks and in any layout, if the operators in windows have: a window is worked on by one rank, and where several overlap
/// the sum is exact and rounded once.
///
/// # Memory
/// The windows of a rank as data, room for one more, tapers of the kinds of windows (inner, at this or that end), and what operators in
/// windows keep.
///
/// # Example
/// The spectra of short windows; the adjoint analyses, the operator puts together:
/// ```
/// use lops::operators::{FFT, Sliding1D};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[22], 0)?;
///     let windows = Sliding1D::new([10], [4]);
///     assert_eq!(windows.ranges(&[22])?, [[0..10, 6..16, 12..22]]);
///     let a = windows.on(&layout, |window| Ok(FFT::along(0).on::<f64>(window.layout())?.adjoint()))?;
///     let spectra = a.adjoint() * &DistArray::full(&layout, lops::Complex::new(1.0, 0.0));
///     assert_eq!(spectra.shape(), [3, 10]); // ten frequencies in three windows
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `Sliding1D`, `Sliding2D`, `Sliding3D`, `Patch2D`, `Patch3D` of pylops, which leave out samples behind the last
/// whole window, where these refuse arrays that windows do not cover, and taper the end of a single window.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Windows<const D: usize> {
    lengths: [usize; D],
    overlaps: [usize; D],
    axes: [usize; D],
    taper: Option<Taper>,
}

/// [`Windows`] along an array of one axis.
pub type Sliding1D = Windows<1>;

/// [`Windows`] along the first axis of an array of two: traces of a gather, at all times.
pub type Sliding2D = Windows<1>;

/// [`Windows`] along the first two axes of an array of three: traces of a volume, at all times.
pub type Sliding3D = Windows<2>;

/// [`Windows`] along both axes of an array of two.
pub type Patch2D = Windows<2>;

/// [`Windows`] along all axes of an array of three.
pub type Patch3D = Windows<3>;

impl<const D: usize> Windows<D> {
    /// Windows of these lengths, which overlap by so many samples, along the first D axes; with Hanning tapers.
    pub fn new(lengths: [usize; D], overlaps: [usize; D]) -> Self {
        Self { lengths, overlaps, axes: std::array::from_fn(|axis| axis), taper: Some(Taper::Hanning) }
    }

    /// Along these axes, in this order.
    pub fn along(mut self, axes: [usize; D]) -> Self {
        self.axes = axes;
        self
    }

    /// Another taper; `None` for weights of 1.
    pub fn taper(mut self, taper: Option<Taper>) -> Self {
        self.taper = taper;
        self
    }

    /// Where windows begin and end along each of the axes, of an array of this shape: as many as there are along it.
    ///
    /// # Errors
    /// Those of [`on`](Self::on) about windows and shape.
    pub fn ranges(&self, shape: &[usize]) -> Result<[Vec<Range<usize>>; D]> {
        Ok(self.tilings(shape)?.map(|tiling| tiling.ranges().collect()))
    }

    /// The shape of the model, for an array of this shape, if that of a window is `of_window`.
    ///
    /// # Errors
    /// Those of [`on`](Self::on) about windows and shape.
    ///
    /// # Example
    /// ```
    /// let windows = lops::operators::Patch2D::new([20, 16], [10, 6]);
    /// assert_eq!(windows.model_shape(&[40, 46], &[7, 16])?, [3, 4, 7, 16]);
    /// let error = windows.ranges(&[44, 46]).unwrap_err();
    /// assert!(error.message().contains("40 or 50"), "{error}");
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn model_shape(&self, shape: &[usize], of_window: &[usize]) -> Result<Vec<usize>> {
        let counts = self.tilings(shape)?.map(|tiling| tiling.count());
        Ok(counts.iter().chain(of_window).copied().collect())
    }

    /// The operator to arrays of this layout. `build` makes the operator of a window, from its model to its data; it is called for this rank's windows
    /// in ascending order, and brings operators of this rank alone. One that fits all windows may be cloned. All ranks call it.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Axis`] if there are no such axes or one is named twice; [`ErrorKind::Layout`] of chunks and masks; [`ErrorKind::Parameter`] of windows
    /// without samples, an overlap that is not shorter than a window, or tapered and longer than half of one; [`ErrorKind::Shape`] of an axis that windows
    /// do not cover (the nearest lengths are named), of an operator whose range is not as large as a window, or whose domain has another shape than those of others;
    /// [`ErrorKind::Communicator`] of one that is not of one rank; the first error of `build`.
    ///
    /// # Example
    /// ```
    /// use lops::operators::{Identity, Patch2D};
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let layout = Layout::scatter(comm, &[13, 9], 0)?;
    ///     let a = Patch2D::new([5, 5], [1, 1]).on(&layout, |window| Ok(Identity.on::<f64>(window.layout())))?;
    ///     let y = &a * &DistArray::full(a.domain(), 1.0); // windows [3, 2] of [5, 5]
    ///     assert_eq!([y.get(&[1, 1])?, y.get(&[4, 1])?, y.get(&[4, 4])?], [1.0, 2.0, 4.0]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// # use lops::LinearOperator;
    /// ```
    pub fn on<X: Scalar, T: Scalar>(
        self,
        layout: &Layout,
        build: impl FnMut(&Window<D>) -> Result<Operator<X, T>>,
    ) -> Result<Operator<X, T>> {
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?}, {X}, {layout:#}", X = X::DTYPE));
        check_layout(layout)?;
        let tilings = self.tilings(layout.shape())?;
        let tapers = self.tapers::<T>(&tilings, layout.shape())?;
        let counts = tilings.map(|tiling| tiling.count());
        let numbers = numbers(comm, &counts, &[])?;
        let regions = |rank: usize| {
            let mut regions = vec![];
            numbers.regions(rank)[0]
                .for_each_index(|number| regions.push(self.region(&tilings, number, layout.shape())));
            regions
        };
        let regions: Vec<_> = (0..comm.size()).map(regions).collect();
        let own = self.own(layout, &tilings, &numbers)?;
        let chunks = Layout::in_chunks(comm, layout.shape(), regions, Mode::Replica)?;
        let fold = if layout.is_replicated() {
            let scattered = Layout::scatter(comm, layout.shape(), self.axes[0])?;
            let everywhere = Redistribute::to(layout).on(&scattered)?;
            everywhere.compose(&Fold::of(&chunks).on(&scattered)?)?
        } else {
            Fold::of(&chunks).on(layout)?
        };
        let operators = comm.agree(built(&own, build))?;
        let of_window = model_of_window(comm, &operators)?;
        let model = self::numbers(comm, &counts, &of_window)?;
        let kinds = own.iter().map(|window| kind(window.number(), &counts)).collect();
        let in_windows = Tapered::new(model.into(), fold.domain().clone(), operators, kinds, tapers);
        let inner = fold.compose(&Operator::new(in_windows))?;
        Ok(Operator::new(Named { name: self.name(layout.ndim()), inner }))
    }

    /// Windows along each axis.
    fn tilings(&self, shape: &[usize]) -> Result<[Tiling; D]> {
        let axes = &self.axes;
        if D == 0 {
            return Err(Error::expected(ErrorKind::Axis, "axes of windows", "one at least", "none"));
        }
        check_axes("windows", shape, axes)?;
        let mut tilings = [Tiling::default(); D];
        for (k, tiling) in tilings.iter_mut().enumerate() {
            *tiling = Tiling::new(axes[k], shape[axes[k]], self.lengths[k], self.overlaps[k])?;
        }
        Ok(tilings)
    }

    /// The part of the array that a window is.
    fn region(&self, tilings: &[Tiling; D], number: &[usize], shape: &[usize]) -> Region {
        let mut sets: Vec<_> = shape.iter().map(|&n| IndexSet::range(0..n)).collect();
        for ((tiling, &axis), &k) in tilings.iter().zip(&self.axes).zip(number) {
            sets[axis] = IndexSet::range(tiling.range(k));
        }
        Region::new(sets)
    }

    /// This rank's windows.
    fn own(&self, layout: &Layout, tilings: &[Tiling; D], numbers: &Layout) -> Result<Vec<Window<D>>> {
        let comm = layout.comm();
        let of_window = Layout::replicated(&comm.alone(), &self.shape_of_window(layout.shape()))?;
        let mut windows = vec![];
        numbers.regions(comm.rank())[0].for_each_index(|number| {
            let number = std::array::from_fn(|k| number[k]);
            let region = self.region(tilings, &number, layout.shape());
            let starts = region.sets().iter().map(|set| set.extent().start).collect();
            windows.push(Window::new(number, starts, of_window.clone()));
        });
        Ok(windows)
    }

    fn shape_of_window(&self, shape: &[usize]) -> Vec<usize> {
        let mut of_window = shape.to_vec();
        self.axes.iter().zip(self.lengths).for_each(|(&axis, n)| of_window[axis] = n);
        of_window
    }

    /// The weights in a window of each kind, if they are not all 1.
    fn tapers<T: Scalar>(&self, tilings: &[Tiling; D], shape: &[usize]) -> Result<Option<Vec<Vec<T::Real>>>> {
        let Some(taper) = self.taper.filter(|_| self.overlaps.iter().any(|&overlap| overlap > 0)) else {
            return Ok(None);
        };
        let of_window = self.shape_of_window(shape);
        let region = Region::whole(&of_window);
        let along: Vec<_> = tilings.iter().map(|tiling| tiling.tapers(taper)).collect::<Result<_>>()?;
        let of_kind = |kind: usize| {
            let mut weights = vec![];
            region.for_each_index(|at| {
                let weight = |k: usize| along[k][kind / KINDS.pow(k as u32) % KINDS][at[self.axes[k]]];
                weights.push(T::Real::from_f64((0..D).map(weight).product()));
            });
            weights
        };
        Ok(Some((0..KINDS.pow(D as u32)).map(of_kind).collect()))
    }

    /// As PyLops calls it.
    fn name(&self, axes: usize) -> String {
        let called = match (D, axes) {
            (1, 1) => "Sliding1D",
            (1, 2) => "Sliding2D",
            (2, 3) => "Sliding3D",
            (2, 2) => "Patch2D",
            (3, 3) => "Patch3D",
            _ => "Windows",
        };
        let Self { lengths, overlaps, axes, taper } = self;
        let taper = taper.map_or("no taper".into(), |taper| format!("{taper:?}"));
        format!("{called}({lengths:?}, overlaps {overlaps:?}, axes {axes:?}, {taper})")
    }
}

/// Which of the tapers a window has.
fn kind<const D: usize>(number: [usize; D], counts: &[usize; D]) -> usize {
    let along = |k: usize| Tiling::kind(number[k], counts[k]) * KINDS.pow(k as u32);
    (0..D).map(along).sum()
}

/// Windows over the ranks, in blocks: those along each axis, and behind them axes that are whole.
fn numbers(comm: &Comm, counts: &[usize], behind: &[usize]) -> Result<Layout> {
    let shape: Vec<_> = counts.iter().chain(behind).copied().collect();
    let is_of_windows: Vec<_> = (0..shape.len()).map(|axis| axis < counts.len()).collect();
    let over = grid_shape(&shape, &is_of_windows, comm.size());
    let cuts: Vec<_> = is_of_windows.iter().map(|&cut| if cut { Cut::Block } else { Cut::Whole }).collect();
    Grid::cut(&cuts).over(&over).layout(comm, &shape)
}

fn check_layout(layout: &Layout) -> Result<()> {
    if matches!(layout.partition(), Partition::Grid(_) | Partition::Replicated) && layout.mask().is_none() {
        return Ok(());
    }
    let expected = "axes cut over a grid, or a replicated one, and no mask";
    Err(Error::expected(ErrorKind::Layout, "layout that windows are on", expected, layout))
}

/// The operators in windows, each of one rank and as large as its window. A local fact.
fn built<const D: usize, X: Scalar, T: Scalar>(
    windows: &[Window<D>],
    mut build: impl FnMut(&Window<D>) -> Result<Operator<X, T>>,
) -> Result<Vec<Operator<X, T>>> {
    let checked = |window: &Window<D>| {
        let operator = build(window)?;
        let what = |of: &str| format!("{of} of {}, in window {:?}", operator.name(), window.number());
        let ranks = operator.range().comm().size();
        if ranks != 1 {
            let expected = "of this rank alone (Comm::alone)";
            return Err(Error::expected(ErrorKind::Communicator, what("spaces"), expected, format!("{ranks} ranks")));
        }
        let (found, expected) = (operator.range().size(), window.layout().size());
        if found != expected {
            let expected = format!("{expected} elements, those of {:?}", window.layout().shape());
            return Err(Error::expected(ErrorKind::Shape, what("range"), expected, found));
        }
        Ok(operator)
    };
    windows.iter().map(checked).collect()
}

/// The shape of all operators' domains: one small all-gather and an all-reduce.
fn model_of_window<X: Scalar, T: Scalar>(comm: &Comm, operators: &[Operator<X, T>]) -> Result<Vec<usize>> {
    let shape = |operator: &Operator<X, T>| {
        let domain = operator.domain();
        domain.layout().map_or_else(|_| vec![domain.size()], |layout| layout.shape().to_vec())
    };
    let own = operators.first().map_or(vec![], shape);
    let (shapes, counts) = comm.all_gather_uneven(&own);
    let first = counts.iter().copied().find(|&count| count > 0).unwrap_or(0);
    let expected = shapes[..first].to_vec();
    let other = operators.iter().map(shape).find(|shape| *shape != expected);
    let agreed = other.map_or(Ok(()), |other| {
        let (expected, found) = (format!("{expected:?}, as in the first window"), format!("{other:?}"));
        Err(Error::expected(ErrorKind::Shape, "shape of the model of a window", expected, found))
    });
    comm.agree(agreed)?;
    Ok(expected)
}
