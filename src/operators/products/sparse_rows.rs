//! The rows of a sparse matrix that a rank has, and what they need of a vector.

use super::sparse_entries::{Entries, counts_to_all};
use crate::comm::{Comm, Exchange, Neighbour, Sent};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, IndexSet, Layout, ProcessGrid};
use crate::numbers::Scalar;
use crate::operators::Put;
use std::cell::RefCell;

/// Where the rows of a vector are that is cut along its first axis alone.
#[derive(Clone, Debug)]
pub(super) struct Place {
    grid: ProcessGrid,
    /// What this rank has.
    pub(super) own: IndexSet,
    /// Elements of a row.
    pub(super) width: usize,
}

impl Place {
    /// `None` of a layout that is cut otherwise.
    pub(super) fn of(layout: &Layout) -> Option<Self> {
        let grid = layout.process_grid()?;
        let whole = |map: &AxisMap| map.coordinates() == 1 && map.set(0) == IndexSet::range(0..map.size());
        let (_, others) = grid.axes().split_first()?;
        let own = grid.region(layout.comm().rank()).sets()[0].clone();
        let width = layout.shape()[1..].iter().product();
        others.iter().all(whole).then(|| Self { grid: grid.clone(), own, width })
    }

    /// The rank that has a row.
    pub(super) fn rank_of(&self, row: usize) -> usize {
        let mut at = vec![0; self.grid.shape().len()];
        at[0] = self.grid.axes()[0].coordinate(row).unwrap_or(0); // rows are within the axis
        self.grid.rank_at(&at)
    }
}

/// Rows, each of its entries one after another.
pub(super) struct Rows<T: Scalar> {
    comm: Comm,
    /// Where the entries of each row begin, and where those of the last one end.
    starts: Vec<usize>,
    /// In ascending order of the global columns: the place in this rank's part of the vector, or behind that in what comes.
    columns: Vec<u32>,
    values: Vec<T>,
    /// Rows that need nothing of others, and those that do.
    inner: Vec<u32>,
    outer: Vec<u32>,
    width: usize,
    /// Elements of this rank's part of the vector.
    own: usize,
    needed: RefCell<Needed<T>>,
}

struct Needed<T: Scalar> {
    /// With each neighbour the rows of the vector that go there.
    exchange: Exchange<T>,
    given: Vec<Vec<u32>>,
    arrived: Vec<T>,
}

impl<T: Scalar> Rows<T> {
    /// Of the entries of this rank's rows of the result. All ranks call it.
    ///
    /// # Communication
    /// Two all-to-alls: how many rows of the vector are needed of each rank, and which.
    pub(super) fn new(comm: &Comm, entries: &Entries<T>, from: &Place, to: &Place) -> Result<Self> {
        let entries = entries.sorted_by(|row| to.own.position(row).unwrap_or(0));
        let mut wanted: Vec<_> = entries.columns.iter().copied().filter(|&k| !from.own.contains(k)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut wanted: Vec<_> = wanted.into_iter().map(|k| (from.rank_of(k), k)).collect();
        wanted.sort_unstable();
        let most = u32::MAX as usize;
        let found = (from.own.len() + wanted.len()).max(to.own.len());
        let few = if found < most {
            Ok(())
        } else {
            let what = "rows of a vector that a rank has or needs";
            Err(Error::expected(ErrorKind::Layout, what, format!("fewer than {most}"), found))
        };
        comm.agree(few)?;
        let mut by_column: Vec<_> = wanted.iter().enumerate().map(|(at, &(_, k))| (k, at)).collect();
        by_column.sort_unstable();
        let place = |k: usize| match from.own.position(k) {
            Some(at) => at,
            None => from.own.len() + by_column[by_column.partition_point(|&(known, _)| known < k)].1,
        };
        let mut receive = vec![0; comm.size()];
        for &(rank, _) in &wanted {
            receive[rank] += 1;
        }
        let send = counts_to_all(comm, &receive);
        let names: Vec<_> = wanted.iter().map(|&(_, k)| k).collect();
        let mut asked = vec![0; send.iter().sum()];
        comm.all_to_all_into(&names, &receive, &mut asked, &send);
        let (mut neighbours, mut given, mut rest) = (vec![], vec![], &asked[..]);
        for rank in 0..comm.size() {
            let (those, others) = rest.split_at(send[rank]);
            rest = others;
            if (send[rank] + receive[rank]) * from.width > 0 {
                let width = from.width;
                neighbours.push(Neighbour { rank, send: send[rank] * width, receive: receive[rank] * width });
                given.push(those.iter().filter_map(|&k| from.own.position(k)).map(|at| at as u32).collect());
            }
        }
        let mut starts = vec![0; to.own.len() + 1];
        for &row in &entries.rows {
            starts[to.own.position(row).unwrap_or(0) + 1] += 1;
        }
        (1..starts.len()).for_each(|row| starts[row] += starts[row - 1]);
        let columns: Vec<_> = entries.columns.iter().map(|&k| place(k) as u32).collect();
        let needs_others = |row: &u32| {
            let row = *row as usize;
            columns[starts[row]..starts[row + 1]].iter().any(|&k| k as usize >= from.own.len())
        };
        let (outer, inner) = (0..to.own.len() as u32).partition(needs_others);
        let arrived = vec![T::zero(); wanted.len() * from.width];
        let needed = RefCell::new(Needed { exchange: comm.exchange(&neighbours)?, given, arrived });
        let (width, own) = (from.width, from.own.len() * from.width);
        Ok(Self { comm: comm.clone(), starts, columns, values: entries.values, inner, outer, width, own, needed })
    }

    /// The sums over the rows, put in `y`. Rows that need nothing of others are formed while messages fly.
    pub(super) fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let read = size_of_val(&self.values[..]) + size_of_val(&self.columns[..]) + size_of_val(x);
        self.comm.moves(read, size_of_val(y));
        let Needed { exchange, given, arrived } = &mut *self.needed.borrow_mut();
        if exchange.neighbours().is_empty() {
            return self.multiply(put, &self.inner, x, &[], y);
        }
        let width = self.width;
        for (k, rows) in given.iter().enumerate() {
            let room = exchange.send_mut(k);
            for (to, &row) in room.chunks_exact_mut(width.max(1)).zip(rows) {
                to.copy_from_slice(&x[row as usize * width..][..width]);
            }
        }
        let flight = exchange.start();
        self.multiply(put, &self.inner, x, &[], y);
        let received = flight.finish();
        let mut rest = &mut arrived[..];
        for k in 0..given.len() {
            let from = received.from(k);
            let (here, others) = rest.split_at_mut(from.len());
            here.copy_from_slice(from);
            rest = others;
        }
        self.multiply(put, &self.outer, x, arrived, y);
    }

    /// `yᵢ ← Σ a xₖ` of these rows: one term after another, in ascending order of columns.
    fn multiply(&self, put: impl Put<T>, rows: &[u32], x: &[T], arrived: &[T], y: &mut [T]) {
        let (width, own) = (self.width, self.own);
        for &row in rows {
            let row = row as usize;
            let range = self.starts[row]..self.starts[row + 1];
            let entries = self.values[range.clone()].iter().zip(&self.columns[range]);
            if width == 1 {
                let of = |k: usize| if k < own { x[k] } else { arrived[k - own] };
                let sum = entries.fold(T::zero(), |sum, (&a, &k)| sum + a * of(k as usize));
                put.one(&mut y[row], sum);
                continue;
            }
            for (block, y) in y[row * width..(row + 1) * width].chunks_mut(LANES).enumerate() {
                let mut sums = [T::zero(); LANES];
                for (&a, &k) in entries.clone() {
                    let at = k as usize * width + block * LANES;
                    let x = if at < own { &x[at..][..y.len()] } else { &arrived[at - own..][..y.len()] };
                    sums.iter_mut().zip(x).for_each(|(sum, &x)| *sum += a * x);
                }
                y.iter_mut().zip(sums).for_each(|(y, sum)| put.one(y, sum));
            }
        }
    }

    pub(super) fn sends(&self) -> Sent {
        let exchange = &self.needed.borrow().exchange;
        exchange.sends_if_started()
    }

    pub(super) fn bytes(&self) -> usize {
        let Needed { exchange, given, arrived } = &*self.needed.borrow();
        let lists = self.columns.len() + self.inner.len() + self.outer.len();
        let given: usize = given.iter().map(Vec::len).sum();
        size_of_val(&self.values[..])
            + size_of_val(&self.starts[..])
            + (lists + given) * size_of::<u32>()
            + size_of_val(&arrived[..])
            + exchange.buffers()
    }
}

/// Elements of a row that are formed together.
const LANES: usize = 8;
