//! Arrays with a margin.

use super::mosaic::{AxisPiece, put_pieces};
use super::result_layout::recut;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::library::Index;
use crate::numbers::Element;

/// What stands in the margin of a padded array; an axis with the elements a b c d, by 3 on each side:
///
/// | | |
/// |---|---|
/// | `Constant(0)` | 0 0 0 · a b c d · 0 0 0 |
/// | `Edge` | a a a · a b c d · d d d |
/// | `Reflect` | d c b · a b c d · c b a |
/// | `Symmetric` | c b a · a b c d · d c b |
/// | `Wrap` | b c d · a b c d · a b c |
///
/// A margin wider than the axis goes on in the same way. A single element has no reflection but itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pad<T> {
    /// This value.
    Constant(T),
    /// The element at the end.
    Edge,
    /// The axis mirrored at the element at its end.
    Reflect,
    /// The axis mirrored behind its end.
    Symmetric,
    /// The axis from its other end.
    Wrap,
}

impl<T: Element> DistArray<T> {
    /// The array with a margin: on each axis so many elements before and behind it.
    ///
    /// The result is cut as the array is, an axis that grows evenly again: blocks as even blocks, cyclic axes
    /// in the same blocks; listed ones become even blocks. Chunks become an even cut of the first axis.
    ///
    /// # Communication
    /// One exchange, in which each element of the result that is not on the rank that it comes from is sent
    /// once. Of chunks one more before it.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is not one margin for each axis; [`ErrorKind::Shape`] if the result is too
    /// large, or if an empty axis is to be padded with its own elements; [`ErrorKind::Layout`] of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, library::Pad};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| i[0]);
    ///     let y = x.pad(&[(2, 1)], Pad::Reflect)?;
    ///     assert_eq!(y.gather_all().as_slice().unwrap(), [2, 1, 0, 1, 2, 3, 2]);
    ///     assert_eq!(y.layout()?, &Layout::scatter(comm, &[7], 0)?);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `pad`.
    pub fn pad(&self, margins: &[(usize, usize)], mode: Pad<T>) -> Result<Self> {
        let _operation = self.operation("pad", format_args!(", margins {margins:?}, {mode:?}"));
        let layout = self.layout()?;
        if margins.len() != layout.ndim() {
            let expected = format!("{}, one for each axis of shape {:?}", layout.ndim(), layout.shape());
            return Err(Error::expected(ErrorKind::Axis, "number of margins", expected, margins.len()));
        }
        let (mut shape, mut pieces) = (vec![], vec![]);
        for (axis, (&n, &(before, behind))) in layout.shape().iter().zip(margins).enumerate() {
            // A sum that overflows is a length that no layout takes.
            shape.push(n.saturating_add(before).saturating_add(behind));
            if n == 0 && (before > 0 || behind > 0) && !matches!(mode, Pad::Constant(_)) {
                let what = format!("axis {axis} of shape {:?} to pad by {mode:?}", layout.shape());
                return Err(Error::expected(ErrorKind::Shape, what, "at least one element", 0));
            }
            pieces.push((n, before, behind));
        }
        let value = if let Pad::Constant(value) = mode { value } else { T::default() };
        let target = recut(layout, &shape)?;
        let pieces: Vec<_> = pieces.into_iter().map(|(n, before, behind)| mode.pieces(n, before, behind)).collect();
        let mut result = Self::full(target, value);
        put_pieces(self, &pieces, &mut result)?;
        Ok(result)
    }
}

impl<T> Pad<T> {
    /// What an axis of the result is made of.
    fn pieces(&self, n: usize, before: usize, behind: usize) -> Vec<AxisPiece> {
        let mut pieces = vec![AxisPiece::all(before)];
        if !matches!(self, Self::Constant(_)) {
            let margin = |at, from: isize, len: usize| {
                (len > 0).then(|| AxisPiece { at, index: run((0..len).map(|k| self.source(from + k as isize, n))) })
            };
            pieces.extend(margin(0, -(before as isize), before));
            pieces.extend(margin(before + n, n as isize, behind));
        }
        pieces
    }

    /// The index of the axis whose element stands at a place beyond its ends.
    fn source(&self, place: isize, n: usize) -> usize {
        let n = n as isize;
        let mirrored = |period: isize, last: isize| {
            let at = place.rem_euclid(period);
            if at < n { at } else { last - at }
        };
        let found = match self {
            Self::Constant(_) | Self::Edge => place.clamp(0, n - 1),
            Self::Reflect if n == 1 => 0,
            Self::Reflect => mirrored(2 * (n - 1), 2 * (n - 1)),
            Self::Symmetric => mirrored(2 * n, 2 * n - 1),
            Self::Wrap => place.rem_euclid(n),
        };
        found as usize
    }
}

/// Indices as a range where they step by 1 or -1, else as a list.
fn run(indices: impl Iterator<Item = usize>) -> Index {
    let list: Vec<_> = indices.collect();
    let (first, last) = (list[0], list[list.len() - 1]);
    let steps = |by: isize| list.windows(2).all(|pair| pair[0].wrapping_add_signed(by) == pair[1]);
    if steps(1) {
        return Index::from(first..last + 1);
    }
    if steps(-1) {
        let span =
            crate::library::Span { start: Some(first as isize), stop: last.checked_sub(1).map(|stop| stop as isize) };
        return Index::Range(span, -1);
    }
    Index::list(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_are_numpys() {
        let margins = |mode: &Pad<i32>, n: usize| {
            let before: Vec<_> = (-5..0).map(|place| mode.source(place, n)).collect();
            let behind: Vec<_> = (0..5).map(|k| mode.source(k + n as isize, n)).collect();
            (before, behind)
        };
        // From np.pad(np.arange(3), 5, mode), and of one element.
        assert_eq!(margins(&Pad::Reflect, 3), (vec![1, 0, 1, 2, 1], vec![1, 0, 1, 2, 1]));
        assert_eq!(margins(&Pad::Symmetric, 3), (vec![1, 2, 2, 1, 0], vec![2, 1, 0, 0, 1]));
        assert_eq!(margins(&Pad::Wrap, 3), (vec![1, 2, 0, 1, 2], vec![0, 1, 2, 0, 1]));
        assert_eq!(margins(&Pad::Edge, 3), (vec![0; 5], vec![2; 5]));
        for mode in [Pad::Reflect, Pad::Symmetric, Pad::Wrap, Pad::Edge] {
            assert_eq!(margins(&mode, 1), (vec![0; 5], vec![0; 5]));
        }
    }

    #[test]
    fn runs_are_ranges_where_they_can_be() {
        assert_eq!(run([2, 3, 4].into_iter()), Index::from(2..5));
        assert_eq!(run([2, 1, 0].into_iter()), Index::Range(crate::library::Span { start: Some(2), stop: None }, -1));
        assert_eq!(run([2, 1, 0, 1].into_iter()), Index::list([2, 1, 0, 1]));
    }
}
