//! Index expressions made plain: what is picked of each axis of an array of a given shape.

use super::index::{Index, Span};
use crate::error::{Error, ErrorKind, Result};

/// `len` numbers from `first` on, `step` apart; of none or one, the step is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Steps {
    pub(crate) first: usize,
    pub(crate) step: isize,
    pub(crate) len: usize,
}

/// What is picked of one axis, all of it within the axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// One index; the axis is dropped.
    At(usize),
    Steps(Steps),
    List(Vec<usize>),
}

/// What is picked of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selection {
    /// Of each axis of the array.
    pub(crate) picks: Vec<Pick>,
    /// The axis of the array that each axis of the result is; `None` of a new one.
    pub(crate) axes: Vec<Option<usize>>,
}

impl Steps {
    pub(crate) fn new(first: usize, step: isize, len: usize) -> Self {
        match len {
            0 => Self { first: 0, step: 1, len },
            1 => Self { first, step: 1, len },
            _ => Self { first, step, len },
        }
    }

    pub(crate) fn all(n: usize) -> Self {
        Self::new(0, 1, n)
    }

    pub(crate) fn get(&self, k: usize) -> usize {
        self.first.wrapping_add_signed(self.step.wrapping_mul(k as isize))
    }

    /// The least and the greatest number; there is at least one.
    pub(crate) fn ends(&self) -> (usize, usize) {
        let last = self.get(self.len - 1);
        (self.first.min(last), self.first.max(last))
    }

    /// Which number this is, if it is one of them.
    pub(crate) fn place(&self, index: usize) -> Option<usize> {
        if self.len == 0 {
            return None;
        }
        let (low, high) = self.ends();
        let by = self.step.unsigned_abs();
        let from_low = index.checked_sub(low).filter(|from_low| index <= high && from_low % by == 0)? / by;
        Some(if self.step > 0 { from_low } else { self.len - 1 - from_low })
    }

    /// The numbers that these are, if they are equally far apart.
    pub(crate) fn of(items: &[usize]) -> Option<Self> {
        let Some(&first) = items.first() else { return Some(Self::new(0, 1, 0)) };
        let step = items.get(1).map_or(1, |&second| second.wrapping_sub(first) as isize);
        let steps = Self::new(first, step, items.len());
        let even = step != 0 && items.iter().enumerate().all(|(k, &item)| steps.get(k) == item);
        even.then_some(steps)
    }
}

impl Pick {
    /// The number of indices.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::At(_) => 1,
            Self::Steps(steps) => steps.len,
            Self::List(items) => items.len(),
        }
    }

    fn of(index: &Index, axis: usize, n: usize, shape: &[usize]) -> Result<Self> {
        let what = || format!("index of axis {axis} of shape {shape:?}");
        match index {
            Index::At(at) => within(*at, n).map(Self::At).ok_or_else(|| out_of_range(&what(), *at, n)),
            Index::Range(_, 0) => {
                Err(Error::expected(ErrorKind::Parameter, format!("step of the {}", what()), "not 0", 0))
            }
            Index::Range(span, step) => Ok(Self::Steps(clipped(*span, *step, n))),
            Index::List(items) => {
                let item =
                    |&at: &isize| within(at, n).ok_or_else(|| out_of_range(&format!("list as {}", what()), at, n));
                Ok(Self::List(items.iter().map(item).collect::<Result<_>>()?))
            }
            Index::Mask(mask) if mask.len() != n => {
                let what = format!("length of the mask as {}", what());
                Err(Error::expected(ErrorKind::Shape, what, n, mask.len()))
            }
            Index::Mask(mask) => Ok(Self::List((0..n).filter(|&i| mask[i]).collect())),
            Index::NewAxis | Index::Ellipsis => Ok(Self::Steps(Steps::all(n))),
        }
    }
}

impl Selection {
    /// What the expressions pick of an array of this shape; axes behind them are taken whole.
    pub(crate) fn of(index: &[Index], shape: &[usize]) -> Result<Self> {
        let count = |one: &dyn Fn(&Index) -> bool| index.iter().filter(|index| one(index)).count();
        if count(&|index| *index == Index::Ellipsis) > 1 {
            let found = count(&|index| *index == Index::Ellipsis);
            return Err(Error::expected(ErrorKind::Parameter, "ellipses in an index", "at most one", found));
        }
        let said = count(&|index| !matches!(index, Index::NewAxis | Index::Ellipsis));
        let Some(rest) = shape.len().checked_sub(said) else {
            let expected = format!("at most {} (shape {shape:?})", shape.len());
            return Err(Error::expected(ErrorKind::Axis, "number of indices", expected, said));
        };
        let mut selection = Self { picks: vec![], axes: vec![] };
        for index in index {
            match index {
                Index::NewAxis => selection.axes.push(None),
                Index::Ellipsis => selection.take_whole(rest, shape),
                _ => {
                    let axis = selection.picks.len();
                    let pick = Pick::of(index, axis, shape[axis], shape)?;
                    if !matches!(pick, Pick::At(_)) {
                        selection.axes.push(Some(axis));
                    }
                    selection.picks.push(pick);
                }
            }
        }
        selection.take_whole(shape.len() - selection.picks.len(), shape);
        Ok(selection)
    }

    fn take_whole(&mut self, count: usize, shape: &[usize]) {
        for _ in 0..count {
            let axis = self.picks.len();
            self.picks.push(Pick::Steps(Steps::all(shape[axis])));
            self.axes.push(Some(axis));
        }
    }

    /// The shape of the result.
    pub(crate) fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.map_or(1, |axis| self.picks[axis].len())).collect()
    }
}

/// An index of an axis of n, counted from the end where it is negative.
pub(crate) fn within(index: isize, n: usize) -> Option<usize> {
    let found = if index < 0 { n.checked_sub(index.unsigned_abs())? } else { index as usize };
    (found < n).then_some(found)
}

fn out_of_range(what: &str, found: isize, n: usize) -> Error {
    let expected =
        if n == 0 { "none, as the axis is empty".to_string() } else { format!("one from -{n} to {}", n - 1) };
    Error::expected(ErrorKind::Axis, what, expected, found)
}

/// A range as Python clips it to n indices.
fn clipped(span: Span, step: isize, n: usize) -> Steps {
    let n = isize::try_from(n).unwrap_or(isize::MAX);
    let (low, high) = if step > 0 { (0, n) } else { (-1, n - 1) };
    let end = |end: Option<isize>, missing: isize| {
        end.map_or(missing, |end| if end < 0 { end.saturating_add(n) } else { end }.clamp(low, high))
    };
    let (first, last) = if step > 0 { (low, high) } else { (high, low) };
    let (start, stop) = (end(span.start, first), end(span.stop, last));
    let distance = if step > 0 { stop - start } else { start - stop };
    let len = if distance > 0 { (distance as usize).div_ceil(step.unsigned_abs()) } else { 0 };
    Steps::new(start.max(0) as usize, step, len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index;

    /// The indices that Python's own `range(n)[start:stop:step]` has.
    fn plain(start: Option<isize>, stop: Option<isize>, step: isize, n: isize) -> Vec<usize> {
        let wrap = |i: isize| if i < 0 { i + n } else { i };
        let mut i = start.map_or(if step > 0 { 0 } else { n - 1 }, wrap);
        i = if step > 0 { i.max(0) } else { i.min(n - 1) };
        let mut found = vec![];
        loop {
            let ends = match (stop, step > 0) {
                (None, true) => i >= n,
                (None, false) => i < 0,
                (Some(stop), true) => i >= wrap(stop) || i >= n,
                (Some(stop), false) => i <= wrap(stop) || i < 0,
            };
            if ends {
                return found;
            }
            found.push(i as usize);
            i += step;
        }
    }

    #[test]
    fn ranges_are_clipped_as_python_clips_them() {
        let ends = || std::iter::once(None).chain((-8..9).map(Some));
        for n in 0..6 {
            for (start, stop) in ends().flat_map(|start| ends().map(move |stop| (start, stop))) {
                for step in [-7, -3, -2, -1, 1, 2, 3, 7] {
                    let steps = clipped(Span { start, stop }, step, n as usize);
                    let found: Vec<_> = (0..steps.len).map(|k| steps.get(k)).collect();
                    assert_eq!(found, plain(start, stop, step, n), "{start:?}:{stop:?}:{step} of {n}");
                    for index in 0..7 {
                        assert_eq!(steps.place(index), found.iter().position(|&i| i == index));
                    }
                    assert_eq!(Steps::of(&found), Some(steps));
                }
            }
        }
        let far = Span { start: Some(isize::MIN), stop: Some(isize::MAX) };
        assert_eq!(clipped(far, isize::MAX, 4), Steps::new(0, 1, 1));
        assert_eq!(clipped(Span { start: None, stop: None }, isize::MIN, 4), Steps::new(3, 1, 1));
    }

    #[test]
    fn axes_follow_the_expressions() {
        let selection = Selection::of(&index![1, Index::NewAxis, Index::Ellipsis, ..;2], &[2, 3, 4, 5]).unwrap();
        assert_eq!(selection.axes, [None, Some(1), Some(2), Some(3)]);
        assert_eq!(selection.shape(), [1, 3, 4, 3]);
        assert_eq!(Selection::of(&[], &[2, 3]).unwrap().shape(), [2, 3]);
        assert_eq!(Selection::of(&index![Index::Ellipsis], &[]).unwrap().shape(), [0; 0]);
    }

    #[test]
    fn bad_expressions_are_refused_with_their_figures() {
        let words = |index: &[Index]| Selection::of(index, &[3, 4]).unwrap_err().to_string();
        assert_eq!(words(&index![3]), "index of axis 0 of shape [3, 4]: expected one from -3 to 2, found 3");
        assert_eq!(words(&index![0, -5]), "index of axis 1 of shape [3, 4]: expected one from -4 to 3, found -5");
        assert_eq!(words(&index![0, 0, 0]), "number of indices: expected at most 2 (shape [3, 4]), found 3");
        assert_eq!(words(&index![..;0]), "step of the index of axis 0 of shape [3, 4]: expected not 0, found 0");
        let mask = words(&index![Index::mask([true])]);
        assert_eq!(mask, "length of the mask as index of axis 0 of shape [3, 4]: expected 3, found 1");
        let two = words(&index![Index::Ellipsis, Index::Ellipsis]);
        assert_eq!(two, "ellipses in an index: expected at most one, found 2");
        assert!(words(&index![.., Index::list([0, 4])]).starts_with("list as index of axis 1"));
        assert!(Selection::of(&index![0], &[0]).unwrap_err().to_string().contains("axis is empty"));
        assert_eq!(Selection::of(&index![usize::MAX], &[3]).unwrap_err().kind(), ErrorKind::Axis);
    }
}
