//! Sums over an axis.

use crate::comm::{Comm, VectorSum};
use crate::error::Result;
use crate::layout::{AlongAxis, Axes, Layout, ProcessGrid};
use crate::numbers::{Scalar, digits, memory};
use crate::operators::along::check_layout;
use crate::operators::{Communication, Kernels, Operator, Put, Sent};
use std::cell::RefCell;

/// `y = Σₖ x[…, k, …]`: the sums over one axis, which the result does not have.
///
/// The adjoint repeats each element along the axis.
///
/// # Spaces
/// `X`: one array, replicated or on any grid. `Y`: the same without the axis: cut as the axes that stay, of a grid on the ranks at its
/// first coordinates; replicated where no other axis is cut. Chunks and masks are refused. Real or complex.
///
/// # Communication
/// None where the axis is whole. Where it is cut, forward: one [`VectorSum`] of the result over the ranks that share its lines. Adjoint:
/// none where `Y` is replicated, else one broadcast of it to these ranks. Construction: one [`Comm::split`] where other axes are cut too.
///
/// # Same bits
/// On any number of ranks and in any layout: elements are added without regard to order and rounded once, as [`VectorSum`] says. Of an axis
/// longer than that takes (2²² elements, 2¹⁶ in single precision) parts of this length are, and their sums are added in order.
///
/// # Memory
/// 26 bytes for each real number of this rank's part of the result (in single precision, of a cut axis, 34), and the result.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, ndarray::array, operators::Sum};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3, 2], 0)?;
///     let sum = Sum::along(0).on(&layout)?;
///     let y = &sum * &DistArray::from_global(&layout, &array![[1e16, 1.0], [1.0, 2.0], [-1e16, 3.0]])?;
///     assert_eq!(y.as_slice(), [1.0, 6.0]); // on every rank
///     let x = sum.adjoint() * &y;
///     assert_eq!(x.gather_all().as_slice(), Some(&[1.0, 6.0, 1.0, 6.0, 1.0, 6.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Sum`, which leaves an array of one axis as it is; here its sum is an array without axes.
#[derive(Clone, Copy, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Sum {
    axis: usize,
}

impl Sum {
    /// Over this axis.
    pub fn along(axis: usize) -> Self {
        Self { axis }
    }

    /// The operator on arrays of this layout. All ranks call it.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) if there is no such axis, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks and
    /// masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let axis = self.axis;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let name = format!("Sum(axis {axis})");
        check_layout(&name, axis, layout)?;
        let range = layout.without(&Axes::new(layout.shape(), &[axis])?)?;
        let team = Team::new(layout, axis, range.is_replicated());
        let block = AlongAxis::new(&layout.local_shape(), axis);
        // A rank without a place in the grid adds nothing, and gets all the same.
        let lines = if range.is_replicated() { range.local_len() } else { block.outer * block.inner };
        let (n, most) = (layout.shape()[axis], digits::most_terms::<T::Real>());
        let own = layout.regions(layout.comm().rank())[0].sets()[axis].clone();
        let mut turns = vec![vec![]; n.div_ceil(most).max(1)];
        own.iter().enumerate().for_each(|(row, k)| turns[k / most].push(row));
        let sum = RefCell::new(VectorSum::new(&team.comm, lines, n.min(most))?);
        let (total, row) = (memory::filled(lines, T::zero()), vec![T::zero(); 2 * WIDE]);
        let room = RefCell::new(Room { total, row });
        Ok(Summed { name, block, turns, team, sum, room }.between(layout, range))
    }
}

/// Elements that are worth a call of a sum's kernel.
const WIDE: usize = 64;

/// Elements whose sums stay in cache while rows are added.
const STRIP: usize = 2048;

struct Summed<T: Scalar> {
    name: String,
    block: AlongAxis,
    /// This rank's rows of each part of the axis.
    turns: Vec<Vec<usize>>,
    team: Team,
    sum: RefCell<VectorSum<T>>,
    room: RefCell<Room<T>>,
}

struct Room<T> {
    /// An element for each line.
    total: Vec<T>,
    /// Elements of some lines side by side.
    row: Vec<T>,
}

/// The ranks that share lines.
struct Team {
    comm: Comm,
    /// The one that has the sums, unless all of them have.
    root: Option<usize>,
}

impl Team {
    fn new(layout: &Layout, axis: usize, all_have_sums: bool) -> Self {
        let comm = layout.comm();
        match layout.process_grid() {
            Some(_) if all_have_sums => Self { comm: comm.clone(), root: None },
            Some(grid) if grid.axes()[axis].coordinates() > 1 => {
                let colours: Vec<_> = (0..comm.size()).map(|rank| colour(grid, axis, rank)).collect();
                let own = colours[comm.rank()];
                let mut team = (0..comm.size()).filter(|&rank| colours[rank] == own);
                let root = team.position(|rank| grid.coordinates_of(rank).is_none_or(|at| at[axis] == 0));
                Self { comm: comm.split(own), root }
            }
            _ => Self { comm: comm.alone(), root: None },
        }
    }
}

/// A number for each coordinate on the other axes, and for each rank without any.
fn colour(grid: &ProcessGrid, axis: usize, rank: usize) -> usize {
    let Some(at) = grid.coordinates_of(rank) else { return grid.ranks().len() + rank };
    let others = at.iter().zip(grid.shape()).enumerate().filter(|&(other, _)| other != axis);
    others.fold(0, |colour, (_, (at, over))| colour * over + at)
}

impl<T: Scalar> Summed<T> {
    /// Adds some rows of every line.
    fn add(&self, rows: &[usize], x: &[T], row: &mut [T]) {
        let AlongAxis { n, inner, .. } = self.block;
        let mut sum = self.sum.borrow_mut();
        if inner >= WIDE {
            for (x, line) in x.chunks_exact(n * inner).zip((0..).step_by(inner)) {
                for start in (0..inner).step_by(STRIP) {
                    let width = STRIP.min(inner - start);
                    for k in rows {
                        sum.add_part(line + start, &x[k * inner + start..][..width]);
                    }
                }
            }
        } else if inner > 0 {
            let together = WIDE.div_ceil(inner);
            for (x, line) in x.chunks(together * n * inner).zip((0..).step_by(together * inner)) {
                for k in rows {
                    let of_lines = x.chunks_exact(n * inner);
                    let width = of_lines.len() * inner;
                    let places = row.chunks_exact_mut(inner);
                    places.zip(of_lines).for_each(|(place, x)| place.copy_from_slice(&x[k * inner..][..inner]));
                    sum.add_part(line, &row[..width]);
                }
            }
        }
    }
}

impl<T: Scalar> Kernels<T> for Summed<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let Room { total, row } = &mut *self.room.borrow_mut();
        for (turn, rows) in self.turns.iter().enumerate() {
            if !rows.is_empty() {
                self.add(rows, x, row);
            }
            self.sum.borrow_mut().finish(total); // Σ x over the ranks that share lines
            if y.is_empty() {
                continue;
            }
            match turn {
                0 => put.all(y, total), // y ← Σ x
                _ => y.iter_mut().zip(&*total).for_each(|(y, &total)| put.more(y, total)),
            }
        }
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let AlongAxis { n, inner, .. } = self.block;
        let Room { total, .. } = &mut *self.room.borrow_mut();
        let y = match self.team.root {
            Some(root) if self.team.comm.size() > 1 => {
                if self.team.comm.rank() == root {
                    total.copy_from_slice(y);
                }
                self.team.comm.broadcast(total, root);
                total
            }
            _ => y,
        };
        if x.is_empty() {
            return;
        }
        for (x, y) in x.chunks_exact_mut(n * inner).zip(y.chunks_exact(inner)) {
            match y {
                &[y] => x.iter_mut().for_each(|x| put.one(x, y)),
                _ => x.chunks_exact_mut(inner).for_each(|x| put.all(x, y)), // x[k] ← y
            }
        }
    }

    fn communication(&self) -> Communication {
        let Team { comm, root } = &self.team;
        let each = self.sum.borrow().sends();
        let elements = self.room.borrow().total.len();
        let adjoint = match root {
            Some(root) if comm.size() > 1 => Sent::broadcast::<T>(comm, elements, *root),
            _ => Sent::NOTHING,
        };
        Communication { forward: self.turns.iter().fold(Sent::NOTHING, |sent, _| sent + each), adjoint }
    }

    fn scratch(&self) -> usize {
        let room = self.room.borrow();
        let rows = self.turns.iter().map(|rows| size_of_val(&rows[..])).sum::<usize>();
        self.sum.borrow().scratch() + size_of_val(&room.total[..]) + size_of_val(&room.row[..]) + rows
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
