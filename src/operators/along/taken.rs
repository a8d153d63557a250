//! Weighted samples along an axis, or of several axes taken as one, of which a rank fetches those that it needs and does not have.

use super::as_one::AsOne;
use super::weights::Weights;
use crate::comm::Exchange;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, ExchangePlan, IndexSet, Layout, Mode, check_axis};
use crate::numbers::{Real, Scalar, memory};
use crate::operators::{Communication, Kernels, Operator, Put, Sent, with_lengths};
use std::cell::RefCell;

/// `y[…, k, …] = Σⱼ wₖⱼ x[…, j, …]`, and its adjoint, along an axis.
struct Taken<T: Scalar> {
    name: String,
    forward: Way<T>,
    adjoint: Way<T>,
}

/// One direction.
struct Way<T: Scalar> {
    fetched: Option<RefCell<Fetched<T>>>,
    /// What samples are taken from: this rank's block, or what is fetched.
    from: AlongAxis,
    /// Where the entries of each sample begin, and where those of the last one end.
    starts: Vec<usize>,
    /// The place among the samples of the block, and the weight.
    entries: Vec<(usize, T::Real)>,
}

/// What a rank needs, its own part of it and that of others.
struct Fetched<T: Scalar> {
    plan: ExchangePlan,
    exchange: Exchange<T>,
    room: Vec<T>,
}

/// Elements of a row that are summed up together.
const TOGETHER: usize = 8;

/// The operator with these weights along an axis, with results that lie as `layout`, but for the length of that axis.
///
/// # Errors
/// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Layout`] of chunks and masks.
pub(in crate::operators) fn operator<T: Scalar>(
    name: String,
    weights: &Weights,
    axis: usize,
    layout: &Layout,
) -> Result<Operator<T>> {
    check_layout(&name, axis, layout)?;
    debug_assert_eq!(weights.n, layout.shape()[axis]);
    let range = with_lengths(layout, &[(axis, weights.rows())])?;
    let axes = axis..axis + 1;
    between(name, weights, AsOne::new(layout, axes.clone()), AsOne::new(&range, axes))
}

/// The operator with these weights, from some axes of a layout taken as one to some of another, whose other axes are cut alike.
///
/// # Errors
/// [`ErrorKind::Shape`] if what a rank needs is too much to be counted.
pub(super) fn between<T: Scalar>(
    name: String,
    weights: &Weights,
    from: AsOne<'_>,
    to: AsOne<'_>,
) -> Result<Operator<T>> {
    let forward = Way::new(weights, &from, &to)?;
    let adjoint = Way::new(&weights.transposed(), &to, &from)?;
    Ok(Taken { name, forward, adjoint }.between(from.layout, to.layout))
}

/// `Ok` of a layout without chunks and without a mask that has this axis.
pub(in crate::operators) fn check_layout(name: &str, axis: usize, layout: &Layout) -> Result<()> {
    check_axis(layout.shape(), axis)?;
    if layout.chunks().is_none() && layout.mask().is_none() {
        return Ok(());
    }
    let what = format!("layout of {name}");
    Err(Error::expected(ErrorKind::Layout, what, "one without chunks and without a mask", layout))
}

impl<T: Scalar> Way<T> {
    fn new(weights: &Weights, from: &AsOne<'_>, to: &AsOne<'_>) -> Result<Self> {
        let comm = from.layout.comm();
        let needed = |rank: usize| {
            let made = to.samples(rank);
            let mut samples: Vec<_> = made.iter().flat_map(|k| weights.row(k)).map(|entry| entry.0).collect();
            samples.sort_unstable();
            samples.dedup();
            IndexSet::list(samples)
        };
        let lies_there = |rank: usize| {
            let own = from.samples(rank);
            to.is_empty_on(rank) || needed(rank).iter().all(|j| own.contains(j))
        };
        let me = comm.rank();
        let is_local = from.is_whole() || (0..comm.size()).all(lies_there);
        let (samples, fetched) = if is_local {
            (from.samples(me), None)
        } else {
            let parts = (0..comm.size()).map(|rank| from.regions(&needed(rank), to.others(rank))).collect();
            let parts = Layout::in_chunks(comm, from.layout.shape(), parts, Mode::Replica)?;
            let plan = ExchangePlan::new(comm, from.layout, &parts);
            let exchange = plan.exchange(comm)?;
            let room = memory::filled(parts.local_len(), T::zero());
            (needed(me), Some(RefCell::new(Fetched { plan, exchange, room })))
        };
        let (mut starts, mut entries) = (vec![0], vec![]);
        if !to.is_empty_on(me) {
            for k in to.samples(me).iter() {
                let place = |&(j, weight): &(usize, f64)| Some((samples.position(j)?, T::Real::from_f64(weight)));
                entries.extend(weights.row(k).iter().filter_map(place));
                starts.push(entries.len());
            }
        }
        let from = AlongAxis { n: samples.len(), ..to.block() };
        Ok(Self { fetched, from, starts, entries })
    }

    /// `y ← W x` or `y ← y + α W x`.
    fn run(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let Some(fetched) = &self.fetched else { return self.take(put, x, y) };
        let Fetched { plan, exchange, room } = &mut *fetched.borrow_mut();
        plan.run(exchange, x, room);
        self.take(put, room, y);
    }

    fn take(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let AlongAxis { n, inner, .. } = self.from;
        let rows = self.starts.len() - 1;
        if rows * inner == 0 {
            return;
        }
        if n == 0 {
            return put.nothing(y); // made of nothing
        }
        for (x, y) in x.chunks_exact(n * inner).zip(y.chunks_exact_mut(rows * inner)) {
            for (made, bounds) in y.chunks_exact_mut(inner).zip(self.starts.windows(2)) {
                match &self.entries[bounds[0]..bounds[1]] {
                    [] => put.nothing(made),
                    &[(place, weight)] => {
                        let row = &x[place * inner..][..inner];
                        made.iter_mut().zip(row).for_each(|(y, x)| put.one(y, x.scale(weight)));
                    }
                    entries => sum(put, entries, x, inner, made),
                }
            }
        }
    }

    fn sends(&self) -> Sent {
        self.fetched.as_ref().map_or(Sent::NOTHING, |fetched| {
            let exchange = &fetched.borrow().exchange;
            exchange.sends_if_started()
        })
    }

    fn bytes(&self) -> usize {
        let of_fetched = self.fetched.as_ref().map_or(0, |fetched| {
            let fetched = fetched.borrow();
            fetched.exchange.buffers() + size_of_val(&fetched.room[..])
        });
        of_fetched + size_of_val(&self.entries[..]) + size_of_val(&self.starts[..])
    }
}

/// One row of sums, in the order of the samples, some elements together: however long rows are, each sum is the same.
fn sum<T: Scalar>(put: impl Put<T>, entries: &[(usize, T::Real)], x: &[T], inner: usize, made: &mut [T]) {
    for (chunk, made) in made.chunks_mut(TOGETHER).enumerate() {
        let mut sums = [T::zero(); TOGETHER];
        for &(place, weight) in entries {
            let row = &x[place * inner + chunk * TOGETHER..][..made.len()];
            sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x.scale(weight));
        }
        made.iter_mut().zip(sums).for_each(|(y, sum)| put.one(y, sum));
    }
}

impl<T: Scalar> Kernels<T> for Taken<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.forward.run(put, x, y); // y ← W x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.adjoint.run(put, y, x); // x ← Wᵀ y
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.forward.sends(), adjoint: self.adjoint.sends() }
    }

    fn scratch(&self) -> usize {
        self.forward.bytes() + self.adjoint.bytes()
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
