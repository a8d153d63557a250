//! Blocks with the cells of their neighbours around them.

use super::spread::Spread;
use crate::array::Space;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Chunk, IndexSet, Layout, Mode, Overlap, Partition, ProcessGrid, Region};
use crate::numbers::{Scalar, memory};
use crate::operators::{Communication, LinearOperator, Operator};
use std::cell::RefCell;
use std::ops::Range;

/// Each rank's block with a halo: the cells of other blocks within so many indices of it, along every axis, corners too.
///
/// With it and its adjoint a local operator on the larger blocks becomes one of the whole array:
/// `H.adjoint() * BlockDiag(…) * H`.
///
/// # Spaces
/// `X`: one array on a process grid, its axes whole or in blocks, which may be empty or smaller than the halo: cells come from
/// as far as they must. `Y`: an array of the blocks with their halos, on the same grid. At the ends of the array there is no halo,
/// or one of zeros ([`zeros_outside`](Self::zeros_outside)). A rank with nothing has no halo. Real or complex.
///
/// # Adjoint
/// The true one: what a halo holds is added to the cell it is a copy of. pylops-mpi's takes the blocks out of their halos instead
/// ([`cropped_adjoint`](Self::cropped_adjoint)), which is the inverse, and fails the dot test.
///
/// # Communication
/// One message to each rank whose halo reaches into this rank's block; the adjoint the other way round. A cropped one: none.
///
/// # Same bits
/// The halos depend on the cut; sums of the adjoint do not depend on their order.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, LinearOperator, launch_threads, operators::Halo};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let h = Halo::new(&[1]).on::<f64>(&layout)?;
///     let y = &h * &DistArray::from_fn(&layout, |i| i[0] as f64);
///     assert_eq!(y.gather_all().as_slice(), Some(&[0.0, 1.0, 2.0, 3.0, 2.0, 3.0, 4.0, 5.0][..]));
///     let x = h.adjoint() * &DistArray::full(h.range(), 1.0);
///     assert_eq!(x.gather_all().as_slice(), Some(&[1.0, 1.0, 2.0, 2.0, 1.0, 1.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `MPIHalo` of pylops-mpi.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Halo {
    widths: Vec<[usize; 2]>,
    zeros_outside: bool,
    crops: bool,
}

struct Extended<T: Scalar> {
    domain: Space,
    range: Space,
    /// To the part of each larger block that is inside the array.
    spread: Operator<T>,
    /// That part, where it is not all of the larger block.
    inside: Option<Inside<T>>,
    /// Whether the adjoint takes the block out of the larger one, and where it is there; `None` on a rank that has nothing.
    crops: bool,
    block: Option<Overlap>,
    name: String,
}

/// Room for what is inside the array, and where it is in the larger block and back; `None` on a rank that has nothing.
struct Inside<T> {
    room: RefCell<Vec<T>>,
    overlaps: Option<[Overlap; 2]>,
}

impl Halo {
    /// So many cells on both sides along each axis; one number holds for all axes.
    pub fn new(widths: &[usize]) -> Self {
        Self::of_sides(&widths.iter().map(|&width| [width; 2]).collect::<Vec<_>>())
    }

    /// So many cells before and behind the block along each axis; one pair holds for all axes.
    pub fn of_sides(widths: &[[usize; 2]]) -> Self {
        Self { widths: widths.to_vec(), zeros_outside: false, crops: false }
    }

    /// Halos have cells beyond the ends of the array too, which are 0.
    pub fn zeros_outside(mut self) -> Self {
        self.zeros_outside = true;
        self
    }

    /// In place of the adjoint, what undoes the operator: the blocks without their halos.
    pub fn cropped_adjoint(mut self) -> Self {
        self.crops = true;
        self
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless there is a width for each axis, or one for all, and none is larger than its axis is long;
    /// [`ErrorKind::Layout`] unless the layout is a process grid with axes whole or in blocks, and without a mask;
    /// [`ErrorKind::Shape`] if the number of cells overflows.
    pub fn on<T: Scalar>(&self, layout: &Layout) -> Result<Operator<T>> {
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let widths = self.widths_of(layout.shape())?;
        let wrong =
            || Error::expected(ErrorKind::Layout, "layout of Halo", "a grid with axes whole or in blocks", layout);
        let grid = layout.process_grid().filter(|grid| grid.axes().iter().all(is_block)).ok_or_else(wrong)?;
        let blocks = |rank: usize| Blocks::of(grid, rank, &widths, self.zeros_outside);
        let chunks = |rank: usize| {
            let inside = blocks(rank).map(|blocks| blocks.inside);
            inside.map_or(vec![], |inside| vec![Chunk::from(region(&inside, &vec![0; inside.len()]))])
        };
        let map: Vec<_> = (0..comm.size()).map(chunks).collect();
        let spread = Spread::to(&Layout::chunked(comm, layout.shape(), &map, Mode::Replica)?).on(layout)?;

        let (axes, shape) = larger(grid, &widths, self.zeros_outside);
        let range = layout.with_partition(&shape, Partition::Grid(grid.with_axes(axes)))?;
        let own = blocks(comm.rank());
        let before: Vec<_> = widths.iter().map(|width| width[0]).collect();
        let overlap = |from: &[Range<usize>], to: &[Range<usize>], shifts: [&[usize]; 2]| {
            Overlap::of(&region(from, shifts[0]), &region(to, shifts[1]))
        };
        let none = vec![0; widths.len()];
        let inside = self.zeros_outside.then(|| {
            let room = RefCell::new(memory::filled(own.as_ref().map_or(0, Blocks::cells_inside), T::zero()));
            let both = own.as_ref().and_then(|own| {
                let there = overlap(&own.inside, &own.larger, [&before, &none])?;
                Some([there, overlap(&own.larger, &own.inside, [&none, &before])?])
            });
            Inside { room, overlaps: both }
        });
        let crops = self.crops;
        let block = own.as_ref().and_then(|own| overlap(&own.larger, &own.block, [&none, &before]));
        let name = format!("Halo({widths:?})");
        Ok(Operator::new(Extended { domain: layout.into(), range: range.into(), spread, inside, crops, block, name }))
    }

    /// Those of each axis.
    fn widths_of(&self, shape: &[usize]) -> Result<Vec<[usize; 2]>> {
        let widths = match self.widths[..] {
            [width] => vec![width; shape.len()],
            _ => self.widths.clone(),
        };
        if widths.len() != shape.len() {
            let expected = format!("one, or one for each of {} axes", shape.len());
            return Err(Error::expected(ErrorKind::Parameter, "widths of a halo", expected, widths.len()));
        }
        for (axis, (&[before, behind], &n)) in widths.iter().zip(shape).enumerate() {
            if before.max(behind) > n {
                let what = format!("width of a halo along axis {axis}");
                return Err(Error::expected(ErrorKind::Parameter, what, format!("at most {n}"), before.max(behind)));
            }
        }
        Ok(widths)
    }
}

fn is_block(map: &AxisMap) -> bool {
    matches!(map, AxisMap::Whole(_) | AxisMap::Blocks(_))
}

/// A rank's block, the larger one, and the part of it inside the array: by axis. Places of the larger one count from its own
/// axis' first cell outside on, those of others from the array's first one.
struct Blocks {
    block: Vec<Range<usize>>,
    larger: Vec<Range<usize>>,
    inside: Vec<Range<usize>>,
}

impl Blocks {
    /// `None` on a rank that has nothing.
    fn of(grid: &ProcessGrid, rank: usize, widths: &[[usize; 2]], zeros_outside: bool) -> Option<Self> {
        let block = grid.region(rank).ranges()?;
        if block.iter().any(Range::is_empty) {
            return None;
        }
        let axes = || block.iter().zip(widths).zip(grid.axes());
        let inside = axes().map(|((block, &[before, behind]), map)| {
            block.start.saturating_sub(before)..(block.end + behind).min(map.size())
        });
        let inside: Vec<_> = inside.collect();
        let larger = axes().zip(&inside).map(|(((block, &[before, behind]), _), inside)| {
            if zeros_outside {
                block.start..block.end + before + behind
            } else {
                inside.start + before..inside.end + before
            }
        });
        Some(Self { larger: larger.collect(), inside, block: block.clone() })
    }

    fn cells_inside(&self) -> usize {
        self.inside.iter().map(Range::len).product()
    }
}

/// How the axes of the larger blocks are cut, and how long they are.
fn larger(grid: &ProcessGrid, widths: &[[usize; 2]], zeros_outside: bool) -> (Vec<AxisMap>, Vec<usize>) {
    let length = |block: Range<usize>, [before, behind]: [usize; 2], n: usize| match block.len() {
        0 => 0,
        len if zeros_outside => before + len + behind,
        len => block.start.min(before) + len + (n - block.end).min(behind),
    };
    let axes = grid.axes().iter().zip(widths).map(|(map, &width)| match map {
        AxisMap::Blocks(bounds) => {
            let lengths = (0..bounds.coordinates()).map(|p| length(bounds.block(p), width, bounds.size()));
            let ends = lengths.scan(0, |end, len| {
                *end += len;
                Some(*end)
            });
            AxisMap::Blocks(std::iter::once(0).chain(ends).collect())
        }
        map => AxisMap::Whole(length(0..map.size(), width, map.size())),
    });
    let axes: Vec<_> = axes.collect();
    let shape = axes.iter().map(AxisMap::size).collect();
    (axes, shape)
}

fn region(ranges: &[Range<usize>], shift: &[usize]) -> Region {
    Region::new(ranges.iter().zip(shift).map(|(r, &by)| IndexSet::range(r.start + by..r.end + by)).collect())
}

impl<T: Scalar> LinearOperator<T> for Extended<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        let Some(Inside { room, overlaps }) = &self.inside else { return self.spread.apply(x, y) };
        let mut room = room.borrow_mut();
        self.spread.apply(x, &mut room);
        y.fill(T::zero());
        if let Some([there, _]) = overlaps {
            there.copy(&room, y);
        }
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        if self.crops {
            if let Some(block) = &self.block {
                block.copy(y, x);
            }
            return;
        }
        let Some(Inside { room, overlaps }) = &self.inside else { return self.spread.apply_adjoint(y, x) };
        let mut room = room.borrow_mut();
        if let Some([_, back]) = overlaps {
            back.copy(y, &mut room);
        }
        self.spread.apply_adjoint(&room, x);
    }

    fn communication(&self) -> Communication {
        let both = self.spread.communication();
        if self.crops { Communication { forward: both.forward, ..Communication::default() } } else { both }
    }

    fn scratch(&self) -> usize {
        self.spread.scratch() + self.inside.as_ref().map_or(0, |inside| size_of_val(&inside.room.borrow()[..]))
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}
