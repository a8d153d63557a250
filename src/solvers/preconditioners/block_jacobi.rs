//! The inverses of dense blocks about a diagonal.

use crate::array::{DistArray, Space, first_non_finite};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, Layout, Partition, check_axis};
use crate::numbers::{Real, Scalar};
use crate::operators::{Colours, LinearOperator, Operator, Redistribute};
use faer::{Mat, linalg::solvers::DenseSolveCore};
use num_traits::Float;
use std::ops::Range;

/// The block-Jacobi preconditioner: the inverses of the blocks of A's matrix in which `width` neighbours along an axis meet each other,
/// found by probes.
///
/// Blocks begin at multiples of the width, the last one may be shorter, and there is one for each place along the other axes. With a width of the
/// whole axis a block is a line: of an inversion trace by trace the inverse of all that happens within a trace. `reach` is what
/// [`Operator::diagonal`] asks for. Blocks that are Hermitian to rounding have inverses that are exactly so.
///
/// # Communication
/// None to apply where the axis is not cut within blocks; else each way an exchange of the elements of such blocks. To make it, that of `width` (⌈reach/width⌉ + 1) applications, or
/// of as many as the axis is long if those are fewer, times ∏ (reach + 1) over the other axes.
///
/// # Memory
/// `width` vectors.
///
/// # Same bits
/// On any number of ranks, where A keeps them: blocks are of global numbers, not of what a rank holds.
///
/// # Errors
/// Those of [`Operator::diagonal`]; [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Parameter`] of a width of 0, and if a block has no inverse;
/// [`ErrorKind::Layout`] if the axis is cut otherwise than in blocks.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads};
/// use lops::{operators::{Identity, SecondDerivative, normal}, solvers::{Options, block_jacobi, cg, pcg}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[40, 12], 0)?;
///     let along = |axis| Ok::<_, lops::Error>(normal(&SecondDerivative::along(axis).on::<f64>(&layout)?));
///     let a = 100.0 * along(1)? + along(0)? + Identity.on(&layout); // along lines far stiffer than from line to line
///     let m = block_jacobi(&a, 1, 12, &[2, 12])?;
///     let (b, mut x, mut y) = (DistArray::random_signed(&layout, 1), DistArray::zeros(&layout), DistArray::zeros(&layout));
///     let with = pcg(&a, &b, &mut x, &m, &Options::default())?;
///     let without = cg(&a, &b, &mut y, &Options::iterations(1000))?;
///     assert!(with.reason.converged() && 4 * with.iterations < without.iterations);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// As PETSc's `PCPBJACOBI` and `PCBJACOBI` are used; the probes as in [`Operator::diagonal`].
pub fn block_jacobi<T: Scalar>(a: &Operator<T>, axis: usize, width: usize, reach: &[usize]) -> Result<Operator<T>> {
    let layout = a.one_array("block_jacobi")?;
    let told = format_args!("{}, {layout:#}, {axis}, {width}, {reach:?}", a.name());
    let _operation = layout.comm().operation("block_jacobi", told);
    check_axis(layout.shape(), axis)?;
    if width == 0 {
        return Err(Error::expected(ErrorKind::Parameter, "width of blocks", "at least 1", 0));
    }
    let width = width.min(layout.shape()[axis].max(1));
    let aligned = aligned(layout, axis, width)?;
    let there = (aligned != *layout).then(|| Redistribute::to(&aligned).on::<T>(layout)).transpose()?;

    // Column c of every block: elements i of an array, in row i mod width of their blocks.
    let mut columns: Vec<_> = (0..width).map(|_| DistArray::zeros(layout)).collect();
    let colours = Colours::new(layout, reach, Some((axis, width)))?;
    let mut product = DistArray::zeros(layout);
    for colour in colours.all() {
        let (block, period) = (colour[axis] / width, colours.period(axis));
        let probe = colours.probe::<T>(layout, &colour);
        a.apply_into(&probe, &mut product)?;
        let column = &mut columns[colour[axis] % width];
        let mut values = column.as_mut_slice().iter_mut().zip(product.as_slice());
        layout.for_each_index(layout.comm().rank(), |index| {
            let Some((value, product)) = values.next() else { return };
            let others = colours.has_but_along(axis, index, &colour);
            if others && (index[axis] % period) / width == block {
                *value = *product;
            }
        });
    }
    if let Some(there) = &there {
        for column in &mut columns {
            *column = there * &*column;
        }
    }
    let blocks = Blocks::inverse(columns, aligned, axis)?;
    let local = Operator::new(blocks);
    Ok(match there {
        None => local,
        Some(there) => &there.adjoint() * &(&local * &there),
    })
}

/// The layout with the axis cut between blocks only.
fn aligned(layout: &Layout, axis: usize, width: usize) -> Result<Layout> {
    let Partition::Grid(grid) = layout.partition() else { return Ok(layout.clone()) };
    match &grid.axes()[axis] {
        AxisMap::Whole(_) => Ok(layout.clone()),
        AxisMap::Blocks(bounds) => {
            let n = bounds.size();
            let between = |bound: usize| if bound == n { n } else { bound / width * width };
            let mut axes = grid.axes().to_vec();
            axes[axis] = AxisMap::Blocks(bounds.iter().map(between).collect::<Bounds>());
            layout.with_partition(layout.shape(), Partition::Grid(grid.with_axes(axes)))
        }
        _ => {
            let expected = "an axis that is whole or in blocks";
            Err(Error::expected(ErrorKind::Layout, format!("axis {axis} of block_jacobi"), expected, layout))
        }
    }
}

/// Dense blocks along an axis, by columns: element i of column c is that of row i mod width of its block.
struct Blocks<T> {
    space: Space,
    columns: Vec<Vec<T>>,
    lines: Lines,
}

/// This rank's part of a layout, as lines along an axis: so many before, so many elements, so many beside each other.
#[derive(Clone, Copy)]
struct Lines {
    before: usize,
    length: usize,
    beside: usize,
    width: usize,
}

impl Lines {
    fn of(layout: &Layout, axis: usize, width: usize) -> Self {
        let shape = layout.local_shape();
        Self {
            before: shape[..axis].iter().product(),
            length: shape[axis],
            beside: shape[axis + 1..].iter().product(),
            width,
        }
    }

    /// The elements of the blocks that lie beside each other.
    fn blocks(self) -> impl Iterator<Item = Range<usize>> {
        let Self { before, length, beside, width } = self;
        let block = move |line: usize, first: usize| {
            let start = (line * length + first) * beside;
            start..start + width.min(length - first) * beside
        };
        let of_line = move |line| (0..length).step_by(width).map(move |first| block(line, first));
        (0..if beside == 0 { 0 } else { before }).flat_map(of_line)
    }
}

impl<T: Scalar> Blocks<T> {
    /// The inverses of blocks.
    fn inverse(columns: Vec<DistArray<T>>, layout: Layout, axis: usize) -> Result<Self> {
        let lines = Lines::of(&layout, axis, columns.len());
        let mut columns: Vec<_> = columns.into_iter().map(DistArray::into_vec).collect();
        let mut failed = DistArray::<T>::zeros(&layout);
        for at in lines.blocks() {
            for beside in 0..lines.beside {
                if !invert(&mut columns, at.clone().skip(beside).step_by(lines.beside)) {
                    failed.as_mut_slice()[at.start + beside] = T::from_parts(f64::NAN, 0.0);
                }
            }
        }
        if let Some((rank, place)) = first_non_finite(failed.space(), failed.as_slice()) {
            let found = format!("one that has none, at {place}, on rank {rank}");
            return Err(Error::expected(
                ErrorKind::Parameter,
                "blocks of block_jacobi",
                "blocks with an inverse",
                found,
            ));
        }
        Ok(Self { space: layout.into(), columns, lines })
    }

    fn comm(&self) -> &Comm {
        self.space.comm()
    }

    fn bytes(&self) -> usize {
        self.columns.iter().map(|column| size_of_val(&column[..])).sum()
    }
}

/// Puts the inverse of a block, whose rows are at these places, in its place; `false` if it has none.
///
/// A complex matrix is inverted as the real one [Re −Im; Im Re].
fn invert<T: Scalar>(columns: &mut [Vec<T>], rows: impl Iterator<Item = usize>) -> bool {
    let rows: Vec<_> = rows.collect();
    let n = rows.len();
    let of = |row: usize, column: usize| columns[column][rows[row]];
    let largest = (0..n)
        .flat_map(|i| (0..n).map(move |j| (i, j)))
        .fold(0.0, |most: f64, (i, j)| most.max(of(i, j).modulus().to_f64()));
    if !(largest > 0.0 && largest.is_finite()) {
        return false;
    }
    let parts = if T::IS_COMPLEX { 2 } else { 1 };
    let matrix = Mat::from_fn(parts * n, parts * n, |i, j| {
        let element = of(i % n, j % n);
        let [re, im] = [element.re().to_f64() / largest, element.im().to_f64() / largest];
        match (i < n, j < n) {
            (true, true) | (false, false) => re,
            (true, false) => -im,
            (false, true) => im,
        }
    });
    let mut inverse = matrix.partial_piv_lu().inverse();
    let epsilon = <T::Real as Float>::epsilon().to_f64();
    let skew = (&matrix - matrix.transpose()).norm_max();
    if skew <= 100.0 * epsilon {
        inverse = 0.5 * (&inverse + inverse.transpose());
    }
    // Of a singular matrix what comes is infinite, or as large as rounding errors allow.
    if inverse.col_iter().any(|column| !column.iter().all(|x| x.abs() * epsilon < 1.0)) {
        return false;
    }
    // Of the two copies of each part the mean: rounding keeps neither the pattern nor a Hermitian matrix Hermitian.
    let (at, of_parts) = (n * (parts - 1), 0.5 / largest);
    for (row, &place) in rows.iter().enumerate() {
        for (column, values) in columns.iter_mut().enumerate().take(n) {
            let re = inverse[(row, column)] + inverse[(at + row, at + column)];
            let im = inverse[(at + row, column)] - inverse[(row, at + column)];
            values[place] = T::from_parts(re * of_parts, im * of_parts);
        }
    }
    true
}

impl<T: Scalar> LinearOperator<T> for Blocks<T> {
    fn domain(&self) -> &Space {
        &self.space
    }

    fn range(&self) -> &Space {
        &self.space
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.comm().moves(self.bytes() + size_of_val(x), size_of_val(y));
        let beside = self.lines.beside;
        for at in self.lines.blocks() {
            let (x, y) = (&x[at.clone()], &mut y[at.clone()]);
            y.fill(T::zero());
            for (column, x) in self.columns.iter().zip(x.chunks_exact(beside)) {
                for (row, y) in column[at.clone()].chunks_exact(beside).zip(y.chunks_exact_mut(beside)) {
                    for ((y, &m), &x) in y.iter_mut().zip(row).zip(x) {
                        *y += m * x; //                                        yᵢ ← yᵢ + mᵢⱼ xⱼ
                    }
                }
            }
        }
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.comm().moves(self.bytes() + size_of_val(y), size_of_val(x));
        let beside = self.lines.beside;
        for at in self.lines.blocks() {
            let (y, x) = (&y[at.clone()], &mut x[at.clone()]);
            for (column, x) in self.columns.iter().zip(x.chunks_exact_mut(beside)) {
                x.fill(T::zero());
                for (row, y) in column[at.clone()].chunks_exact(beside).zip(y.chunks_exact(beside)) {
                    for ((x, m), &y) in x.iter_mut().zip(row).zip(y) {
                        *x += m.conj() * y; //                                 xⱼ ← xⱼ + m̄ᵢⱼ yᵢ
                    }
                }
            }
        }
    }

    fn scratch(&self) -> usize {
        self.bytes()
    }

    fn name(&self) -> String {
        format!("BlockJacobi(width {})", self.lines.width)
    }
}
