//! Permuting the axes of an array.

use super::{Accumulate, LinearOperator, Operator};
use crate::{Error, ErrorKind, Layout, Region, Result, Scalar, Space};

/// `y = x` with its axes in another order: axis k of `y` is axis `perm[k]` of `x`.
///
/// The adjoint is the inverse permutation.
///
/// # Spaces
/// `X`: any layout. `Y`: the permuted shape, cut along the same axes wherever they went, so that each
/// rank permutes its own block; of a chunked layout chunk by chunk, whatever its mode. Real or complex.
///
/// # Communication
/// None. (To have an axis whole on every rank, [`redistribute`](crate::DistArray::redistribute).)
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::TransposeAxes};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0)?;
/// let t = TransposeAxes::new(&layout, &[1, 0])?;
/// let y = &t * &DistArray::from_fn(&layout, |i| (3 * i[0] + i[1]) as f64);
/// assert_eq!(y.as_slice(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
/// assert_eq!(y.shape(), [3, 2]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Transpose`, NumPy's `transpose`.
#[derive(Debug)]
pub struct TransposeAxes {
    domain: Space,
    range: Space,
    /// One for each region of this rank, there and back.
    regions: Vec<[Walk; 2]>,
}

impl TransposeAxes {
    /// The permutation of a layout's axes. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if `perm` does not name every axis once.
    #[allow(clippy::new_ret_no_self)] // users hold operators by their handle
    pub fn new<T: Scalar>(layout: &Layout, perm: &[usize]) -> Result<Operator<T>> {
        let n = layout.ndim();
        let mut inverse = vec![n; n];
        for (k, &axis) in perm.iter().enumerate() {
            if axis < n {
                inverse[axis] = k;
            }
        }
        if perm.len() != n || inverse.contains(&n) {
            let expected = format!("each of the {n} axes once");
            return Err(Error::expected(ErrorKind::Axis, "permutation", expected, format!("{perm:?}")));
        }
        let range = layout.transposed(perm)?;
        let both = |region: &Region| {
            let shape = region.shape();
            [Walk::new(&shape, perm), Walk::new(&permuted(&shape, perm), &inverse)]
        };
        let regions = layout.regions(layout.comm().rank()).iter().map(both).collect();
        Ok(Operator::new(Self { domain: layout.into(), range: range.into(), regions }))
    }

    fn walk<T: Copy>(&self, way: usize, mut from: &[T], mut into: &mut [T], put: impl Fn(&mut T, T) + Copy) {
        for walks in &self.regions {
            let (part, rest) = from.split_at(walks[way].len);
            let (part_into, rest_into) = into.split_at_mut(walks[way].len);
            walks[way].run(part, part_into, put);
            (from, into) = (rest, rest_into);
        }
    }
}

impl<T: Scalar> LinearOperator<T> for TransposeAxes {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.walk(THERE, x, y, |y, x| *y = x); // y ← P x
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.walk(BACK, y, x, |x, y| *x = y); // x ← P⁻¹ y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }
}

impl<T: Scalar> Accumulate<T> for TransposeAxes {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        self.walk(THERE, x, y, |y, x| *y += alpha * x); // y ← y + α P x
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        self.walk(BACK, y, x, |x, y| *x += alpha * y); // x ← x + α P⁻¹ y
    }
}

const THERE: usize = 0;
const BACK: usize = 1;

fn permuted(shape: &[usize], perm: &[usize]) -> Vec<usize> {
    perm.iter().map(|&axis| shape[axis]).collect()
}

/// An axis of the walk: its length, and how far one step leads in the source and in the target.
#[derive(Clone, Copy, Debug)]
struct Step {
    n: usize,
    from: usize,
    into: usize,
}

/// The order in which a permuted copy visits the elements: any outer axes, then tiles of the plane
/// of the source's and the target's contiguous axis, so that both are read in whole cache lines.
#[derive(Debug)]
struct Walk {
    len: usize,
    outer: Vec<Step>,
    /// Contiguous in the source; of length 1 where the target's axis is contiguous in both.
    rows: Step,
    /// Contiguous in the target.
    columns: Step,
}

/// A tile is this many elements wide and high: two cache lines of `f64` at least.
const TILE: usize = 16;

impl Walk {
    fn new(shape: &[usize], perm: &[usize]) -> Self {
        let target = permuted(shape, perm);
        let stride = |shape: &[usize], axis: usize| shape[axis + 1..].iter().product::<usize>();
        let mut steps: Vec<Step> = Vec::new();
        for (k, &axis) in perm.iter().enumerate() {
            let step = Step { n: shape[axis], from: stride(shape, axis), into: stride(&target, k) };
            match steps.last_mut() {
                _ if step.n == 1 => {}
                // two axes that stay neighbours are one
                Some(last) if last.from == step.n * step.from => *last = Step { n: last.n * step.n, ..step },
                _ => steps.push(step),
            }
        }
        let unit = Step { n: 1, from: 0, into: 0 };
        let columns = steps.pop().unwrap_or(unit);
        let contiguous = if columns.from == 1 { None } else { steps.iter().position(|step| step.from == 1) };
        let rows = contiguous.map_or(unit, |at| steps.remove(at));
        Self { len: shape.iter().product(), outer: steps, rows, columns }
    }

    fn run<T: Copy>(&self, from: &[T], into: &mut [T], put: impl Fn(&mut T, T) + Copy) {
        if !from.is_empty() {
            self.visit(&self.outer, from, into, put);
        }
    }

    fn visit<T: Copy>(&self, outer: &[Step], from: &[T], into: &mut [T], put: impl Fn(&mut T, T) + Copy) {
        match outer {
            [step, rest @ ..] => {
                for k in 0..step.n {
                    self.visit(rest, &from[k * step.from..], &mut into[k * step.into..], put);
                }
            }
            [] => self.plane(from, into, put),
        }
    }

    fn plane<T: Copy>(&self, from: &[T], into: &mut [T], put: impl Fn(&mut T, T) + Copy) {
        let (rows, columns) = (self.rows, self.columns);
        if rows.n == 1 && columns.from <= 1 {
            into[..columns.n].iter_mut().zip(&from[..columns.n]).for_each(|(into, &from)| put(into, from));
            return;
        }
        for row in (0..rows.n).step_by(TILE) {
            for column in (0..columns.n).step_by(TILE) {
                for r in row..(row + TILE).min(rows.n) {
                    let width = TILE.min(columns.n - column);
                    let into = &mut into[r * rows.into + column..][..width];
                    let from = from[r * rows.from + column * columns.from..].iter().step_by(columns.from);
                    into.iter_mut().zip(from).for_each(|(into, &from)| put(into, from));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Comm, DistArray};
    use ndarray::{ArrayD, IxDyn};

    #[test]
    fn every_permutation_is_ndarrays() {
        for shape in [[5, 1, 3, 4], [2, 19, 2, 33], [1, 1, 1, 7], [3, 0, 2, 2]] {
            let layout = Layout::scatter(&Comm::solo(), &shape, 0).unwrap();
            let x = DistArray::<f64>::random(&layout, 1);
            for code in 0..256 {
                let perm = [code / 64, code / 16 % 4, code / 4 % 4, code % 4];
                let Ok(operator) = TransposeAxes::new(&layout, &perm) else { continue };
                let y: DistArray<f64> = &operator * &x;
                let expected: ArrayD<f64> = x.local().permuted_axes(IxDyn(&perm)).to_owned();
                assert_eq!(y.local(), expected, "{shape:?} {perm:?}");
                assert_eq!(operator.adjoint() * &y, x, "{shape:?} {perm:?}");
            }
        }
    }

    #[test]
    fn what_is_no_permutation_is_refused() {
        let layout = Layout::scatter(&Comm::solo(), &[2, 3], 0).unwrap();
        for perm in [&[0][..], &[0, 0], &[0, 2], &[0, 1, 1]] {
            let error = TransposeAxes::new::<f64>(&layout, perm).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Axis, "{error}");
        }
    }
}
