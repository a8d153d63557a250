//! Between an array and chunks of it, which may overlap.

use super::Diagonal;
use crate::array::{DistArray, Space};
use crate::comm::Exchange;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{ExchangePlan, FoldPlan, Folding, Layout, Mode};
use crate::numbers::{Real, Scalar};
use crate::operators::{Communication, LinearOperator, Operator, Sent};
use std::cell::RefCell;

/// `y` = the chunks of `x`, one after another: each chunk gets the values that it covers.
///
/// ```text
/// y = (x on chunk 0, x on chunk 1, …)        x = Σₖ yₖ where chunk k covers it, 0 where none does
/// ```
///
/// The adjoint is [`Fold`]. With a local operator for each chunk between the two, an array is worked
/// on in overlapping windows.
///
/// # Spaces
/// `X`: an array on a process grid (scattered ones among them). `Y`: a flat array that has every
/// element of every chunk, the chunks in their order (ranks in order, those of each in order), so that
/// what several chunks cover counts once for each: this rank's buffer is that of an array in the chunked
/// layout. Chunks may be strided, overlap, be several on a rank or none, and need not cover everything.
/// Of the layout that describes them the mode does not matter. Real or complex.
///
/// # Communication
/// One exchange each way: every element of a chunk that lies on another rank than its chunk is sent
/// once, in one message for each pair of ranks that share something. Construction: local, but
/// [`Overlaps::Mean`] applies the adjoint once.
///
/// # Same bits
/// On any number of ranks, and however the same chunks are dealt out: more than two terms are added exactly, and the sum
/// is rounded once.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, layout::{Chunk, Mode}, operators::Spread};
///
/// launch_threads(2, |comm| {
///     let map = [vec![Chunk::from(0..3)], vec![Chunk::from(2..5)]];
///     let windows = Layout::chunked(comm, &[5], &map, Mode::Replica)?;
///     let spread = Spread::to(&windows).on::<f64>(&Layout::scatter(comm, &[5], 0)?)?;
///     let x = DistArray::from_global(spread.domain().layout()?, &[1.0, 2.0, 3.0, 4.0, 5.0])?;
///     let y = &spread * &x;
///     assert_eq!(y.as_slice(), if comm.rank() == 0 { [1.0, 2.0, 3.0] } else { [3.0, 4.0, 5.0] });
///     let sum = spread.adjoint() * &y;
///     assert_eq!(sum.gather_all().as_slice(), Some(&[1.0, 2.0, 6.0, 4.0, 5.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// # use lops::LinearOperator;
/// ```
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Spread {
    chunks: Layout,
    overlaps: Overlaps,
}

/// `y` = the array that chunks `x`, one after another, make together: the adjoint of [`Spread`].
///
/// # Spaces
/// Those of [`Spread`], exchanged.
///
/// # Communication
/// As [`Spread`].
///
/// # Same bits
/// As [`Spread`].
///
/// # Example
/// The mean of windows puts an array together again:
/// ```
/// use lops::{DistArray, Layout, launch_threads, layout::{Chunk, Mode}, operators::{Fold, Overlaps, Spread}};
///
/// launch_threads(3, |comm| {
///     let starts = (0..3).map(|rank| vec![Chunk::from(4 * rank..4 * rank + 6)]);
///     let windows = Layout::chunked(comm, &[14], &starts.collect::<Vec<_>>(), Mode::Replica)?;
///     let layout = Layout::scatter(comm, &[14], 0)?;
///     let there = Spread::to(&windows).on::<f64>(&layout)?;
///     let back = Fold::of(&windows).overlaps(Overlaps::Mean).on(&layout)?;
///     let x = DistArray::random_signed(&layout, 1);
///     assert_eq!(&back * &(&there * &x), x);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Fold(Spread);

/// What several chunks that cover an element make of it in a [`Fold`], and what each of them gets in a
/// [`Spread`]. These are linear; the least, the greatest or the product of values is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlaps {
    /// Their sum; each gets the element.
    #[default]
    Sum,
    /// What the first one in the order of chunks has; the first one gets the element, the others 0.
    First,
    /// Their mean; each gets an equal share of the element.
    Mean,
}

impl Spread {
    /// To the chunks of this layout; of a layout of another kind, to what each rank holds, as one chunk.
    pub fn to(chunks: &Layout) -> Self {
        Self { chunks: chunks.clone(), overlaps: Overlaps::Sum }
    }

    /// What overlaps mean: [`Overlaps::Sum`] if nothing is said.
    pub fn overlaps(mut self, overlaps: Overlaps) -> Self {
        self.overlaps = overlaps;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Shape`] if communicators or shapes differ;
    /// [`ErrorKind::Layout`] unless the array is on a process grid, or if a layout has a mask;
    /// [`ErrorKind::Shape`] if the number of elements of all chunks overflows.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let chunks = self.chunks.with_mode(Mode::Replica)?;
        let spread = between(layout, &chunks)?;
        match self.overlaps {
            Overlaps::Sum => Ok(spread),
            Overlaps::First => Ok(&Diagonal::of(&first(spread.range(), &chunks))? * &spread),
            Overlaps::Mean => Ok(&spread * &Diagonal::of(&shares(&spread)?)?),
        }
    }
}

impl Fold {
    /// Of the chunks of this layout; of a layout of another kind, of what each rank holds, as one chunk.
    pub fn of(chunks: &Layout) -> Self {
        Self(Spread::to(chunks))
    }

    /// What overlaps mean: [`Overlaps::Sum`] if nothing is said.
    pub fn overlaps(self, overlaps: Overlaps) -> Self {
        Self(self.0.overlaps(overlaps))
    }

    /// The operator into arrays of this layout.
    ///
    /// # Errors
    /// Those of [`Spread::on`].
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        Ok(self.0.on(layout)?.adjoint())
    }
}

/// Every element to all chunks that cover it.
fn between<T: Scalar>(layout: &Layout, chunks: &Layout) -> Result<Operator<T>> {
    let comm = layout.comm();
    let _operation = comm.operation("Operator::on", format_args!("Spread, {layout:#}, {chunks:#}"));
    comm.same_as(chunks.comm(), "chunks of Spread")?;
    if layout.shape() != chunks.shape() {
        let (expected, found) = (format!("{:?}", layout.shape()), format!("{:?}", chunks.shape()));
        return Err(Error::expected(ErrorKind::Shape, "shape of the array that is in chunks", expected, found));
    }
    if layout.process_grid().is_none() || layout.mask().is_some() {
        let expected = "axes cut over a grid, and no mask";
        return Err(Error::expected(ErrorKind::Layout, "layout of Spread", expected, layout));
    }
    let sizes: Vec<_> = (0..comm.size()).map(|rank| chunks.len_of(rank)).collect();
    let Some(size) = sizes.iter().try_fold(0usize, |sum, &n| sum.checked_add(n)) else {
        let expected = "a number of elements below 2⁶³";
        return Err(Error::expected(ErrorKind::Shape, "chunks of Spread", expected, "more"));
    };
    let range = Layout::scatter_sizes(comm, &[size], 0, &sizes)?;
    let way = |from: &Layout, to: &Layout| {
        let plan = ExchangePlan::new(comm, from, to);
        let exchange = RefCell::new(plan.exchange(comm)?);
        Ok::<_, Error>(Way { plan, exchange })
    };
    let (there, back) = (way(layout, chunks)?, way(chunks, layout)?);
    let (folding, folds) = (Mode::Sum.folding()?, back.plan.folds());
    Ok(Operator::new(Chunked { domain: layout.into(), range: range.into(), there, back, folding, folds }))
}

/// 1 where a chunk is the first one to cover an element, 0 elsewhere.
fn first<T: Scalar>(space: &Space, chunks: &Layout) -> DistArray<T> {
    let mut first = DistArray::zeros(space);
    for stretch in chunks.counted() {
        first.as_mut_slice()[stretch.clone()].fill(T::one());
    }
    first
}

/// 1 over the number of chunks that cover an element; 0 where none does.
fn shares<T: Scalar>(spread: &Operator<T>) -> Result<DistArray<T>> {
    let mut shares = spread.apply_adjoint_to(&DistArray::full(spread.range(), T::one()))?;
    for share in shares.as_mut_slice() {
        let count = share.re().to_f64();
        *share = if count > 0.0 { T::from_parts(1.0 / count, 0.0) } else { T::zero() };
    }
    Ok(shares)
}

struct Chunked<T: Scalar> {
    domain: Space,
    range: Space,
    there: Way<T>,
    back: Way<T>,
    folding: Folding<T>,
    folds: FoldPlan,
}

struct Way<T: Scalar> {
    plan: ExchangePlan,
    exchange: RefCell<Exchange<T>>,
}

impl<T: Scalar> Way<T> {
    fn sent(&self) -> Sent {
        let exchange = self.exchange.borrow();
        exchange.sends_if_started()
    }
}

impl<T: Scalar> LinearOperator<T> for Chunked<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.there.plan.run(&mut self.there.exchange.borrow_mut(), x, y); // yₖ ← x on chunk k
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        let mut exchange = self.back.exchange.borrow_mut();
        self.back.plan.sum(&mut exchange, y, x, &self.folding, &self.folds); // x ← Σ yₖ
    }

    fn name(&self) -> String {
        "Spread".into()
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.there.sent(), adjoint: self.back.sent() }
    }

    fn scratch(&self) -> usize {
        self.there.exchange.borrow().buffers() + self.back.exchange.borrow().buffers() + self.folds.bytes()
    }
}
