//! Copying a block with its axes in another order, tile by tile.

use crate::error::{Error, ErrorKind, Result};

/// The permutation that leads back.
///
/// # Errors
/// [`ErrorKind::Axis`] if `perm` does not name each of n axes once.
pub(crate) fn inverse(n: usize, perm: &[usize]) -> Result<Vec<usize>> {
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
    Ok(inverse)
}

/// The lengths of the axes in another order.
pub(crate) fn permuted(shape: &[usize], perm: &[usize]) -> Vec<usize> {
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
pub(crate) struct Walk {
    pub(crate) len: usize,
    outer: Vec<Step>,
    /// Contiguous in the source; of length 1 where the target's axis is contiguous in both.
    rows: Step,
    /// Contiguous in the target.
    columns: Step,
}

/// A tile is this many elements wide and high: two cache lines of `f64` at least.
const TILE: usize = 16;

impl Walk {
    /// Of a block of this shape, which lies in C order, to one whose axis k is its axis `perm[k]`.
    pub(crate) fn new(shape: &[usize], perm: &[usize]) -> Self {
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

    /// Calls `put` with every place of the target and the element that goes there.
    pub(crate) fn run<T: Copy>(&self, from: &[T], into: &mut [T], put: impl Fn(&mut T, T) + Copy) {
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
