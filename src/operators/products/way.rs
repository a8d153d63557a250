//! One direction of a product: rows of the one vector come, sums over ranks are formed, rows of the other go.

use super::held::{Extent, stride};
use super::shared_sums::{Member, SharedSums};
use super::tiling::{Cell, Side, Tiling};
use super::tree::{Joins, Node};
use crate::comm::{Exchange, InFlight, Sent};
use crate::error::Result;
use crate::layout::{Bounds, ExchangePlan, Layout, Mode, Overlap, Region};
use crate::numbers::{Scalar, memory};
use crate::operators::basic::Gathered;
use std::cell::RefCell;
use std::ops::Range;

/// Which of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    Adjoint,
}

impl Direction {
    /// The sides of the matrix: along which sums run, and along which there is one sum each.
    fn sides(self, tiling: &Tiling) -> [&Side; 2] {
        match self {
            Self::Forward => [&tiling.columns, &tiling.rows],
            Self::Adjoint => [&tiling.rows, &tiling.columns],
        }
    }

    /// A rank's coordinates on these.
    fn coordinates(self, cell: Cell) -> [usize; 2] {
        match self {
            Self::Forward => [cell.column, cell.row],
            Self::Adjoint => [cell.row, cell.column],
        }
    }

    /// A number for the ranks that have terms of the same sums.
    fn group(self, tiling: &Tiling, rank: usize) -> usize {
        let ranks = tiling.cells.len();
        match tiling.cells[rank] {
            Some(cell) => self.coordinates(cell)[1] * ranks + cell.part,
            None => ranks * ranks + rank, // alone
        }
    }
}

/// One direction, its messages and its room.
pub(super) struct Way<T: Scalar> {
    input: Extent,
    output: Extent,
    /// How this rank's panels are added.
    joins: Joins,
    state: RefCell<UnderWay<T>>,
}

struct UnderWay<T: Scalar> {
    fetches: Vec<Fetch<T>>,
    works: Vec<Work<T>>,
    /// One for each width of tiles.
    sums: Vec<SharedSums<T>>,
    /// What came, what this rank makes of it of all sums, and its share of these.
    input: Vec<T>,
    formed: Vec<T>,
    share: Vec<T>,
}

/// How a tile of columns comes.
enum Fetch<T: Scalar> {
    /// From what every rank holds.
    Here(Option<Overlap>),
    Exchanged(ExchangePlan, Exchange<T>),
}

/// What is done with a tile of columns.
struct Work<T: Scalar> {
    width: usize,
    /// Elements of this rank's share.
    share: usize,
    sum: Option<usize>,
    delivery: Delivery<T>,
}

/// How sums go where they belong.
enum Delivery<T: Scalar> {
    Exchanged(ExchangePlan, Exchange<T>),
    /// To every rank.
    Gathered(Gathered<T>),
}

impl<T: Scalar> Way<T> {
    /// From vectors that lie so to such that lie so. Local.
    pub(super) fn new(direction: Direction, tiling: &Tiling, [from, to]: [&Layout; 2], several: bool) -> Result<Self> {
        let comm = from.comm();
        let (me, ranks) = (comm.rank(), 0..comm.size());
        let [inner, outer] = direction.sides(tiling);
        let own = |rank: usize| {
            let blocks = |cell: Cell| {
                let [along, across] = direction.coordinates(cell);
                [inner.block(along), outer.block(across)]
            };
            tiling.cells[rank].map_or([0..0, 0..0], blocks)
        };
        let joins = |rank: usize| {
            let panels = tiling.cells[rank].map_or(0..0, |cell| inner.panels_of(direction.coordinates(cell)[0]));
            Joins::of(panels.map(Node::panel), inner.panels())
        };
        let shares = shares(direction, tiling);
        let members = members(direction, tiling, me, |rank| {
            let ([_, rows], share) = (own(rank), &shares[rank]);
            let share = share.start - rows.start..share.end - rows.start;
            Member { rank, nodes: joins(rank).left().to_vec(), share }
        });
        let summed = inner.with_all().is_none();
        let [input, output] = own(me).map(|block| block.len());
        let (input, output) = (Extent::new(input, inner.panel, several), Extent::new(output, outer.panel, several));
        let (mut fetches, mut works, mut sums, mut widths) = (vec![], vec![], vec![], vec![]);
        for tile in 0..tiling.of_vectors.tiles() {
            let parts = |rows: &dyn Fn(usize) -> Range<usize>| {
                let part = |rank| tiling.part_of_vectors(rank, rows(rank), tile);
                ranks.clone().map(part).collect::<Vec<_>>()
            };
            let (needed, given) = (parts(&|rank| own(rank)[0].clone()), parts(&|rank| shares[rank].clone()));
            let width = needed[me].sets()[1..].iter().map(crate::layout::IndexSet::len).product();
            let sum = summed.then(|| {
                widths.iter().position(|&known| known == width).unwrap_or_else(|| {
                    widths.push(width);
                    widths.len() - 1
                })
            });
            if sums.len() < widths.len() {
                sums.push(SharedSums::new(comm, &members, inner.panels(), width)?);
            }
            let share = given[me].len();
            fetches.push(Fetch::new(from, needed)?);
            works.push(Work { width, share, sum, delivery: Delivery::new(to, given)? });
        }
        let joins = joins(me);
        let widest = works.iter().map(|work| stride(work.width, several)).max().unwrap_or(0);
        let most = works.iter().map(|work| work.share).max().unwrap_or(0);
        let room = |n: usize| memory::filled(n, T::zero());
        let (arrived, formed) = (room(input.filled * widest), room(joins.left().len().max(1) * output.filled * widest));
        let under_way = UnderWay { fetches, works, sums, input: arrived, formed, share: room(most) };
        Ok(Self { input, output, joins, state: RefCell::new(under_way) })
    }

    /// The rows that come, and those of which there are sums.
    pub(super) fn extents(&self) -> [Extent; 2] {
        [self.input, self.output]
    }

    /// How this rank's panels are added.
    pub(super) fn joins(&self) -> &Joins {
        &self.joins
    }

    /// How the columns of the vectors lie, of each tile.
    pub(super) fn strides(&self, several: bool) -> Vec<usize> {
        self.state.borrow().works.iter().map(|work| stride(work.width, several)).collect()
    }

    /// `to ← Σ` of what `each` makes of rows of `from`: `each(x, t, stride)` writes to `t` what this rank's panels make of each sum.
    /// While it is at work the next columns come.
    pub(super) fn run(&self, from: &[T], to: &mut [T], several: bool, mut each: impl FnMut(&[T], &mut [T], usize)) {
        let UnderWay { fetches, works, sums, input: x, formed, share } = &mut *self.state.borrow_mut();
        let (input, output, left) = (self.input, self.output, self.joins.left().len());
        let mut fetches = fetches.iter_mut();
        let mut next = fetches.next().map(|fetch| fetch.start(from));
        for work in works {
            let (width, stride) = (work.width, stride(work.width, several));
            if let Some(started) = next.take() {
                started.finish(from, &mut x[..input.len * width]);
            }
            next = fetches.next().map(|fetch| fetch.start(from));
            let whole = output.filled * stride;
            if left * whole == 0 {
                formed.fill(T::zero()); // a sum of nothing
            } else {
                spread_rows(x, input.len, width, stride);
                x[input.len * stride..input.filled * stride].fill(T::zero());
                let t = &mut formed[..left * whole];
                each(&x[..input.filled * stride], t, stride);
                t.chunks_exact_mut(whole).for_each(|t| close_up_rows(t, output.len, width, stride));
            }
            let done = match work.sum {
                Some(k) => {
                    let share = &mut share[..work.share];
                    sums[k].finish(&formed[..left * whole], whole, share);
                    share
                }
                None => &mut formed[..work.share],
            };
            work.delivery.run(done, to);
        }
    }

    pub(super) fn sends(&self) -> Sent {
        let UnderWay { fetches, works, sums, .. } = &*self.state.borrow();
        let fetched = fetches.iter().map(Fetch::sends);
        let added = works.iter().filter_map(|work| Some(sums[work.sum?].sends()));
        let delivered = works.iter().map(|work| work.delivery.sends());
        fetched.chain(added).chain(delivered).fold(Sent::NOTHING, |all, sent| all + sent)
    }

    pub(super) fn scratch(&self) -> usize {
        let UnderWay { fetches, works, sums, input, formed, share } = &*self.state.borrow();
        let messages = fetches.iter().map(Fetch::bytes).chain(works.iter().map(|work| work.delivery.bytes()));
        let vectors = (input.len() + formed.len() + share.len()) * size_of::<T>();
        messages.sum::<usize>() + sums.iter().map(SharedSums::bytes).sum::<usize>() + vectors
    }
}

/// The ranks that have terms of the same sums as this one, in the order of their panels.
fn members(direction: Direction, tiling: &Tiling, me: usize, member: impl Fn(usize) -> Member) -> Vec<Member> {
    let group = direction.group(tiling, me);
    let of_group = (0..tiling.cells.len()).filter(|&rank| direction.group(tiling, rank) == group);
    let mut ranks: Vec<_> = of_group.collect();
    ranks.sort_by_key(|&rank| tiling.cells[rank].map(|cell| direction.coordinates(cell)[0]));
    ranks.into_iter().map(member).collect()
}

/// The rows of the result whose sums are finished on each rank: of those of its group an even part, or, where one has all
/// terms, all of them there.
fn shares(direction: Direction, tiling: &Tiling) -> Vec<Range<usize>> {
    let [inner, outer] = direction.sides(tiling);
    let ranks = tiling.cells.len();
    let mut groups: Vec<_> = (0..ranks).map(|rank| (direction.group(tiling, rank), rank)).collect();
    groups.sort_unstable();
    let mut shares = vec![0..0; ranks];
    for group in groups.chunk_by(|a, b| a.0 == b.0) {
        for (member, &(_, rank)) in group.iter().enumerate() {
            let Some(cell) = tiling.cells[rank] else { continue };
            let [along, across] = direction.coordinates(cell);
            let block = outer.block(across);
            shares[rank] = match inner.with_all() {
                None => {
                    let part = Bounds::even(block.len(), group.len()).block(member);
                    block.start + part.start..block.start + part.end
                }
                Some(with_all) if along == with_all => block,
                Some(_) => block.start..block.start,
            };
        }
    }
    shares
}

/// Rows of so many elements, one after another, set apart; zeros between them.
fn spread_rows<T: Scalar>(x: &mut [T], rows: usize, width: usize, stride: usize) {
    if width == stride {
        return;
    }
    for row in (0..rows).rev() {
        x.copy_within(row * width..(row + 1) * width, row * stride);
        x[row * stride + width..(row + 1) * stride].fill(T::zero());
    }
}

/// The other way.
fn close_up_rows<T: Scalar>(x: &mut [T], rows: usize, width: usize, stride: usize) {
    if width != stride {
        (1..rows).for_each(|row| x.copy_within(row * stride..row * stride + width, row * width));
    }
}

/// A fetch that has begun.
enum Started<'a, T: Scalar> {
    Here(Option<&'a Overlap>),
    Exchanged(&'a ExchangePlan, Option<InFlight<'a, T>>),
}

impl<T: Scalar> Fetch<T> {
    fn new(from: &Layout, needed: Vec<Region>) -> Result<Self> {
        let comm = from.comm();
        if from.is_replicated() {
            return Ok(Self::Here(Overlap::of(&Region::whole(from.shape()), &needed[comm.rank()])));
        }
        let plan = ExchangePlan::new(comm, from, &as_layout(from, needed)?);
        let exchange = plan.exchange(comm)?;
        Ok(Self::Exchanged(plan, exchange))
    }

    fn start(&mut self, from: &[T]) -> Started<'_, T> {
        match self {
            Self::Here(overlap) => Started::Here(overlap.as_ref()),
            Self::Exchanged(plan, exchange) => {
                let flight = plan.start(exchange, from);
                Started::Exchanged(plan, flight)
            }
        }
    }

    fn sends(&self) -> Sent {
        match self {
            Self::Here(_) => Sent::NOTHING,
            Self::Exchanged(_, exchange) => exchange.sends_if_started(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Here(_) => 0,
            Self::Exchanged(_, exchange) => exchange.buffers(),
        }
    }
}

impl<T: Scalar> Started<'_, T> {
    fn finish(self, from: &[T], to: &mut [T]) {
        match self {
            Self::Here(overlap) => overlap.into_iter().for_each(|overlap| overlap.copy(from, to)),
            Self::Exchanged(plan, flight) => plan.finish(flight, from, to),
        }
    }
}

impl<T: Scalar> Delivery<T> {
    fn new(to: &Layout, given: Vec<Region>) -> Result<Self> {
        let comm = to.comm();
        if to.is_replicated() {
            return Ok(Self::Gathered(Gathered::new(comm, to.shape(), &given)));
        }
        let plan = ExchangePlan::new(comm, &as_layout(to, given)?, to);
        let exchange = plan.exchange(comm)?;
        Ok(Self::Exchanged(plan, exchange))
    }

    fn run(&mut self, from: &[T], to: &mut [T]) {
        match self {
            Self::Exchanged(plan, exchange) => plan.run(exchange, from, to),
            Self::Gathered(gathered) => gathered.run(from, to),
        }
    }

    fn sends(&self) -> Sent {
        match self {
            Self::Exchanged(_, exchange) => exchange.sends_if_started(),
            Self::Gathered(gathered) => gathered.sends(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Exchanged(_, exchange) => exchange.buffers(),
            Self::Gathered(gathered) => gathered.bytes(),
        }
    }
}

/// Parts of an array of a layout's shape, one a rank, as a layout that plans can be made with.
fn as_layout(of: &Layout, parts: Vec<Region>) -> Result<Layout> {
    Layout::in_chunks(of.comm(), of.shape(), parts.into_iter().map(|part| vec![part]).collect(), Mode::Replica)
}
