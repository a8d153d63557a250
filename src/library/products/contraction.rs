//! One operand stays, the other one comes: which, and tile by tile.

use super::factor_axes::FactorAxes;
use super::multiplied::{Multiplied, Whole};
use crate::array::{DistArray, common_shape};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Mode, Partition, Region};
use crate::numbers::RowMajor;
use std::borrow::Cow;
use std::ops::Range;

/// The terms of a tile: a multiple of the blocks in which they are added up.
const TERMS: usize = 2048;

/// The elements of a tile, at most where that is possible.
const TILE: usize = 1 << 22;

/// The multiplications that take about as long as to send an element.
const WORK: f64 = 128.0;

/// `C[batch…, i…, j…] = Σ A[batch…, i…, k…] B[batch…, k…, j…]`, summed over that many axes k, of arrays
/// that are not chunked and whose axes k are of the same lengths. Of the axes in front those of length 1 are
/// repeated.
pub(super) fn contract<T: Multiplied>(
    a: &DistArray<T>,
    b: &DistArray<T>,
    batch: usize,
    summed: usize,
) -> Result<DistArray<T>> {
    let (of_a, of_b) = (a.layout()?, b.layout()?);
    let (left, right) = (FactorAxes::left(of_a.shape(), batch, summed), FactorAxes::right(of_b.shape(), batch, summed));
    let Some(batch) = common_shape(left.batch_shape(), right.batch_shape()) else {
        let expected = format!("axes in front that broadcast with {:?}", left.batch_shape());
        return Err(Error::expected(ErrorKind::Shape, "right operand of a product", expected, of_b));
    };
    if batch.is_empty() && left.free.is_empty() && right.free.is_empty() {
        return inner(a, b);
    }
    let whole = match (left.free_len(), right.free_len()) {
        (_, 1) => Whole::Column,
        (1, _) => Whole::Row,
        _ => Whole::Matrix,
    };
    let Choice { left_stays, standing, product } = choose(of_a, of_b, &left, &right, &batch)?;
    let (stays, comes, coming) = if left_stays { (a, b, &right) } else { (b, a, &left) };
    let stays =
        if stays.layout()? == &standing { Cow::Borrowed(stays) } else { Cow::Owned(stays.redistribute(&standing)?) };
    let mut result = DistArray::zeros(&product);
    if product.size() == 0 || left.terms() == 0 {
        return Ok(result);
    }
    let comm = product.comm();
    let parts: Vec<Region> = (0..comm.size()).map(|rank| product.regions(rank)[0].clone()).collect();
    let own = &parts[comm.rank()];
    let places = Places::new(own, &batch, &left, &right);
    // Of this rank: rows, terms and columns of all its matrices.
    let len = |axes: Range<usize>| own.sets()[axes].iter().map(crate::layout::IndexSet::len).product::<usize>();
    let middle = batch.len() + left.free.len();
    let (m, k, n) = (len(batch.len()..middle), left.terms(), len(middle..own.sets().len()));
    for terms in ranges(coming.summed_shape(), if whole == Whole::Column { k } else { TERMS }) {
        let across: usize = coming.summed_shape().iter().skip(1).product::<usize>();
        let (first, depth) = (terms.start * across, terms.len() * across);
        let each = depth * coming.batch_shape().iter().product::<usize>();
        for free in ranges(coming.free_shape(), (TILE / each).max(1)) {
            let needed = |part| vec![coming.needed(part, &batch, &terms, &free)];
            let tile = Layout::in_chunks(comm, &coming.shape, parts.iter().map(needed).collect(), Mode::Replica)?;
            let tile = comes.redistribute(&tile)?;
            if own.is_empty() {
                continue;
            }
            let behind: usize = coming.free_shape().iter().skip(1).product();
            let (start, width) = (free.start * behind, free.len() * behind);
            let (fixed, moved) = (stays.as_slice(), tile.as_slice());
            for &(at_a, at_b, at_c) in &places.0 {
                let (c, stride, a, b) = if left_stays {
                    let a = RowMajor { values: &fixed[at_a * m * k + first..], rows: m, columns: depth, stride: k };
                    let b =
                        RowMajor { values: &moved[at_b * depth * width..], rows: depth, columns: width, stride: width };
                    (at_c * m * n + start, n, a, b)
                } else {
                    let a =
                        RowMajor { values: &moved[at_a * width * depth..], rows: width, columns: depth, stride: depth };
                    let b = RowMajor { values: &fixed[(at_b * k + first) * n..], rows: depth, columns: n, stride: n };
                    (at_c * m * n + start * n, n, a, b)
                };
                T::add_product(whole, &mut result.as_mut_slice()[c..], stride, a, b);
            }
        }
    }
    Ok(result)
}

/// Σ A[k…] B[k…], on every rank.
fn inner<T: Multiplied>(a: &DistArray<T>, b: &DistArray<T>) -> Result<DistArray<T>> {
    let there = |x: &DistArray<T>, y: &DistArray<T>| y.redistribute(x.layout()?);
    let value = if a.layout()?.is_replicated() { T::inner(&there(b, a)?, b)? } else { T::inner(a, &there(a, b)?)? };
    Ok(DistArray::from_parts(Layout::replicated(a.comm(), &[])?.into(), vec![value]))
}

/// Which operand stays and how, and how the product lies.
struct Choice {
    left_stays: bool,
    standing: Layout,
    product: Layout,
}

/// The cheaper way by what is sent in all and by the most that one rank multiplies.
fn choose(of_a: &Layout, of_b: &Layout, left: &FactorAxes, right: &FactorAxes, batch: &[usize]) -> Result<Choice> {
    if of_a.is_replicated() && of_b.is_replicated() {
        let unkept = [of_a, of_b].into_iter().find(|layout| *layout.partition() == Partition::Unsynced);
        let shape = [batch, left.free_shape(), right.free_shape()].concat();
        let product = unkept.unwrap_or(of_a).with_partition(&shape, unkept.unwrap_or(of_a).partition().clone())?;
        return Ok(Choice { left_stays: true, standing: of_a.clone(), product });
    }
    let mut best: Option<((f64, bool), Choice)> = None;
    for left_stays in [true, false] {
        let (stays, side, comes, other) =
            if left_stays { (of_a, left, of_b, right) } else { (of_b, right, of_a, left) };
        let Some(standing) = side.standing(stays, batch)? else { continue };
        let (before, behind) = if left_stays { (&[][..], other.free_shape()) } else { (other.free_shape(), &[][..]) };
        let product = side.product(&standing, batch, before, behind)?;
        // Of equal ways the one that leaves a layout as it is.
        let cost = (cost(stays, &standing, comes, other, &product, batch), &standing != stays);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, Choice { left_stays, standing, product }));
        }
    }
    // One of the two has a free axis, or there is one in front that it is not repeated along.
    best.map(|(_, choice)| choice).ok_or_else(|| {
        Error::expected(ErrorKind::Shape, "operands of a product", "an axis that it has", format!("{of_a} and {of_b}"))
    })
}

fn cost(
    stays: &Layout,
    standing: &Layout,
    comes: &Layout,
    other: &FactorAxes,
    product: &Layout,
    batch: &[usize],
) -> f64 {
    let all = |shape: &[usize]| 0..shape.first().copied().unwrap_or(1);
    let (terms, free) = (all(other.summed_shape()), all(other.free_shape()));
    let ranks = 0..product.comm().size();
    let needed = |rank: usize| other.needed(&product.regions(rank)[0], batch, &terms, &free).len() as f64;
    let most = ranks.clone().map(|rank| product.len_of(rank)).max().unwrap_or(0) as f64 * other.terms() as f64;
    let fixed = stays.is_replicated() || stays == standing;
    let share = 1.0 - 1.0 / product.comm().size() as f64; // of what is cut anew, that changes its rank
    let moved = if fixed { 0.0 } else { stays.size() as f64 * share };
    let sent =
        if comes.is_replicated() { 0.0 } else { (ranks.map(needed).sum::<f64>() - comes.size() as f64).max(0.0) };
    moved + sent + most / WORK
}

/// The first axis in ranges of so many indices of all axes together, or of one index.
fn ranges(shape: &[usize], most: usize) -> Vec<Range<usize>> {
    let Some((&n, inner)) = shape.split_first() else { return std::iter::once(0..1).collect() };
    let step = (most / inner.iter().product::<usize>().max(1)).max(1);
    (0..n).step_by(step).map(|start| start..(start + step).min(n)).collect()
}

/// The numbers of the matrices that are multiplied on a rank: in what it has of the left operand, of the right
/// one and of the product.
struct Places(Vec<(usize, usize, usize)>);

impl Places {
    fn new(part: &Region, batch: &[usize], left: &FactorAxes, right: &FactorAxes) -> Self {
        let lengths: Vec<_> = part.sets()[..batch.len()].iter().map(crate::layout::IndexSet::len).collect();
        let count = lengths.iter().product();
        let number = |at: usize, side: &FactorAxes| {
            let (mut rest, mut number, mut stride) = (at, 0, 1);
            for (axis, &n) in lengths.iter().enumerate().rev() {
                if side.shape[axis] == batch[axis] {
                    number += rest % n * stride;
                    stride *= n;
                }
                rest /= n;
            }
            number
        };
        Self((0..count).map(|at| (number(at, left), number(at, right), at)).collect())
    }
}
