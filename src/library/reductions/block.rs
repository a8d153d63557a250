//! The walk over a block in memory: every line of it, whichever way it lies.

use super::fold::Fold;
use crate::layout::Axes;

/// Rows that are gathered at a time, where lines lie across memory: what the kernels like.
const DEPTH: usize = 1024;

/// Keeps columns of gathered rows from falling into the same lines of the cache.
const PADDING: usize = 8;

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
        let mut columns = Columns::new(fold);
        walk(&kept, 0, &mut |base| {
            for start in (0..width).step_by(F::COLUMNS) {
                let count = F::COLUMNS.min(width - start);
                columns.fold(block, base + start, count, &reduced, line);
                columns.states.drain(..).for_each(&mut done);
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

/// Lines side by side in memory.
struct Columns<'a, T, F: Fold<T>> {
    fold: &'a F,
    states: Vec<F::State>,
    /// Rows under way, column by column.
    gathered: Vec<T>,
}

impl<'a, T: Copy + Default, F: Fold<T>> Columns<'a, T, F> {
    fn new(fold: &'a F) -> Self {
        Self { fold, states: vec![], gathered: vec![] }
    }

    fn fold(&mut self, block: &[T], base: usize, count: usize, reduced: &[(usize, usize)], line: usize) {
        self.states.extend((line..line + count).map(|line| self.fold.start(line)));
        if F::BY_ROWS || count == 0 {
            let (fold, states) = (self.fold, &mut self.states[..]);
            return walk(reduced, base, &mut |at| fold.add_row(states, &block[at..at + count]));
        }
        let rows: usize = reduced.iter().map(|&(n, _)| n).product();
        let room = rows.min(DEPTH) + PADDING;
        self.gathered.resize(room * count, T::default());
        let mut filled = 0;
        walk(reduced, base, &mut |at| {
            for (column, &x) in self.gathered.chunks_exact_mut(room).zip(&block[at..at + count]) {
                column[filled] = x;
            }
            filled += 1;
            if filled == room - PADDING {
                self.flush(room, &mut filled);
            }
        });
        self.flush(room, &mut filled);
    }

    fn flush(&mut self, room: usize, filled: &mut usize) {
        for (column, state) in self.gathered.chunks_exact(room).zip(&mut self.states) {
            self.fold.add(state, &column[..*filled]);
        }
        *filled = 0;
    }
}
