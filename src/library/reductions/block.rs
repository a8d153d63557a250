//! The walk over a block in memory: every line of it, whichever way it lies.

use super::fold::Fold;
use super::rows::{DEPTH, Rows};
use crate::layout::Axes;

/// Calls `done` with the state of each line of a block in C order, in the C order of the lines.
pub(super) fn fold_lines<T: Copy + Default, F: Fold<T>>(
    fold: &F,
    block: &[T],
    shape: &[usize],
    axes: &Axes,
    mut done: impl FnMut(F::State),
) {
    let lines: usize = axes.kept(shape).iter().product();
    if axes.reduced(shape).contains(&0) {
        return (0..lines).for_each(|line| done(fold.start(line)));
    }
    if lines == 0 {
        return;
    }
    let Walk { mut kept, mut reduced, run_is_kept } = Walk::new(shape, axes);
    let mut line = 0;
    if run_is_kept {
        let (width, _) = kept.pop().unwrap_or((1, 1));
        let (mut states, mut rows) = (vec![], Rows::of(block));
        walk(&kept, 0, &mut |base| {
            for start in (0..width).step_by(F::COLUMNS) {
                let count = F::COLUMNS.min(width - start);
                states.extend((line..line + count).map(|line| fold.start(line)));
                fold_columns(fold, &mut states, &mut rows, base + start, &reduced);
                states.drain(..).for_each(&mut done);
                line += count;
            }
        });
    } else {
        let (run, _) = reduced.pop().unwrap_or((1, 1));
        walk(&kept, 0, &mut |base| {
            let mut state = fold.start(line);
            walk(&reduced, base, &mut |at| fold.add(&mut state, &block[at..at + run]));
            done(state);
            line += 1;
        });
    }
}

/// The axes of a block with neighbours of one kind taken as one: length and stride of each.
struct Walk {
    kept: Vec<(usize, usize)>,
    reduced: Vec<(usize, usize)>,
    /// Whether what is contiguous in memory is an axis that stays.
    run_is_kept: bool,
}

impl Walk {
    fn new(shape: &[usize], axes: &Axes) -> Self {
        let mut groups: Vec<(usize, usize, bool)> = vec![];
        let mut stride = 1;
        for (axis, &n) in shape.iter().enumerate().rev().filter(|&(_, &n)| n != 1) {
            match groups.last_mut() {
                Some((length, _, is_reduced)) if *is_reduced == axes.has(axis) => *length *= n,
                _ => groups.push((n, stride, axes.has(axis))),
            }
            stride *= n;
        }
        let of = |reduced: bool| {
            let own = groups.iter().rev().filter(|group| group.2 == reduced);
            own.map(|&(length, stride, _)| (length, stride)).collect()
        };
        Self { kept: of(false), reduced: of(true), run_is_kept: groups.first().is_some_and(|group| !group.2) }
    }
}

/// Calls `f` with the place of every index, from `at` on, in C order.
fn walk(axes: &[(usize, usize)], at: usize, f: &mut impl FnMut(usize)) {
    match axes.split_first() {
        None => f(at),
        Some((&(n, stride), inner)) => (0..n).for_each(|k| walk(inner, at + k * stride, f)),
    }
}

/// Adds all rows of lines side by side, which begin at `base`.
fn fold_columns<T: Copy + Default, F: Fold<T>>(
    fold: &F,
    states: &mut [F::State],
    rows: &mut Rows<'_, T>,
    base: usize,
    reduced: &[(usize, usize)],
) {
    let width = states.len();
    if F::BY_ROWS {
        return walk(reduced, base, &mut |at| fold.add_row(states, &rows.block[at..at + width]));
    }
    walk(reduced, base, &mut |at| {
        rows.starts.push(at);
        if rows.starts.len() == DEPTH {
            fold.add_rows(states, rows);
            rows.starts.clear();
        }
    });
    if !rows.starts.is_empty() {
        fold.add_rows(states, rows);
        rows.starts.clear();
    }
}
