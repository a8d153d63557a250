//! Index expressions and what they mean, written down once more in the plainest way.

use crate::cases::Dice;
use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Comm, Layout,
    layout::{Cut, Grid},
    library::Index,
};

/// One element after another: what Python's `range(n)[start:stop:step]` is.
fn range(start: Option<isize>, stop: Option<isize>, step: isize, n: isize) -> Vec<usize> {
    let wrap = |i: isize| if i < 0 { i + n } else { i };
    let mut i = start.map_or(if step > 0 { 0 } else { n - 1 }, wrap);
    i = if step > 0 { i.max(0) } else { i.min(n - 1) };
    let mut found = vec![];
    while (0..n).contains(&i) && stop.is_none_or(|stop| if step > 0 { i < wrap(stop) } else { i > wrap(stop) }) {
        found.push(i as usize);
        i += step;
    }
    found
}

/// The indices that are picked of each axis, and whether the result has the axis; `None` for a new one.
fn picked(index: &[Index], shape: &[usize]) -> Vec<Option<(Vec<usize>, bool)>> {
    let said = index.iter().filter(|index| !matches!(index, Index::NewAxis | Index::Ellipsis)).count();
    let mut index = index.to_vec();
    if !index.contains(&Index::Ellipsis) {
        index.push(Index::Ellipsis);
    }
    let (mut all, mut axis) = (vec![], 0);
    for index in index {
        let n = |axis: usize| shape[axis] as isize;
        let wrap = |i: isize| (if i < 0 { i + n(axis) } else { i }) as usize;
        let found = match index {
            Index::NewAxis => {
                all.push(None);
                continue;
            }
            Index::Ellipsis => {
                for _ in 0..shape.len() - said {
                    all.push(Some(((0..shape[axis]).collect(), true)));
                    axis += 1;
                }
                continue;
            }
            Index::At(at) => (vec![wrap(at)], false),
            Index::Range(span, step) => (range(span.start, span.stop, step, n(axis)), true),
            Index::List(items) => (items.into_iter().map(wrap).collect(), true),
            Index::Mask(mask) => ((0..shape[axis]).filter(|&i| mask[i]).collect(), true),
        };
        all.push(Some(found));
        axis += 1;
    }
    all
}

/// The shape of the result, and of each of its elements the global index in the source.
pub(crate) fn sources(index: &[Index], shape: &[usize]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let picked = picked(index, shape);
    let kept = |one: &Option<(Vec<usize>, bool)>| match one {
        None => Some(1),
        Some((items, true)) => Some(items.len()),
        Some((_, false)) => None,
    };
    let result: Vec<_> = picked.iter().filter_map(kept).collect();
    let mut all = vec![vec![]];
    for (items, _) in picked.iter().flatten() {
        let longer = |index: &Vec<usize>| items.iter().map(|&i| [&index[..], &[i]].concat()).collect::<Vec<_>>();
        all = all.iter().flat_map(longer).collect();
    }
    (result, all)
}

/// What NumPy gives (of several lists, with `np.ix_`).
pub(crate) fn pick<T: Copy>(global: &ArrayD<T>, index: &[Index]) -> ArrayD<T> {
    let (shape, sources) = sources(index, global.shape());
    let values = sources.iter().map(|index| global[&index[..]]).collect();
    ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap()
}

/// What NumPy makes of `global[index] = value`: of an element that is set twice, the last value.
pub(crate) fn assigned<T: Copy>(global: &ArrayD<T>, index: &[Index], value: &ArrayD<T>) -> ArrayD<T> {
    let (shape, at) = sources(index, global.shape());
    let value = value.broadcast(IxDyn(&shape)).unwrap();
    let mut changed = global.clone();
    at.iter().zip(&value).for_each(|(at, &value)| changed[&at[..]] = value);
    changed
}

/// An expression of any kind on each axis, now and then fewer or more than axes.
pub(crate) fn any_index(dice: &mut Dice, shape: &[usize]) -> Vec<Index> {
    let mut all = vec![];
    for &n in shape {
        if dice.below(8) == 0 {
            all.push(Index::NewAxis);
        }
        all.push(any_pick(dice, n));
    }
    match dice.below(6) {
        0 if !all.is_empty() => all.truncate(1 + dice.below(all.len())),
        1 => {
            let (first, last) = (dice.below(all.len() + 1), all.len());
            all.splice(first..last.min(first + 1), [Index::Ellipsis]);
        }
        _ => {}
    }
    all
}

/// As [`any_index`], without lists and masks.
pub(crate) fn any_plain_index(dice: &mut Dice, shape: &[usize]) -> Vec<Index> {
    let mut all = any_index(dice, shape);
    for index in &mut all {
        if let Index::List(_) | Index::Mask(_) = index {
            *index = Index::stepped(.., if dice.below(2) == 0 { -1 } else { 2 });
        }
    }
    all
}

fn any_pick(dice: &mut Dice, n: usize) -> Index {
    let end = |dice: &mut Dice| (dice.below(3) > 0).then(|| dice.below(2 * n + 5) as isize - n as isize - 2);
    match dice.below(8) {
        0 => Index::from(..),
        1 | 2 if n > 0 => Index::At(dice.below(2 * n) as isize - n as isize),
        3 => {
            let count = if n == 0 { 0 } else { dice.below(n + 3) };
            Index::list((0..count).map(|_| dice.below(2 * n) as isize - n as isize))
        }
        4 => Index::mask((0..n).map(|_| dice.below(2) == 0).collect::<Vec<_>>()),
        _ => {
            let step = [-3, -2, -1, 1, 1, 2, 3][dice.below(7)];
            Index::Range(lops::library::Span { start: end(dice), stop: end(dice) }, step)
        }
    }
}

/// Layouts of every kind: replicated, scattered, and grids of all cuts, on all ranks and some.
pub(crate) fn kinds(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let mut all = vec![Layout::replicated(comm, shape).unwrap(), Layout::unsynced(comm, shape).unwrap()];
    all.extend((0..shape.len()).map(|axis| Layout::scatter(comm, shape, axis).unwrap()));
    let lists = |n: usize| {
        let mut lists = vec![vec![]; comm.size().min(3)];
        (0..n).rev().for_each(|i| lists[(i * i + i / 2) % comm.size().min(3)].push(i));
        Cut::Listed(lists)
    };
    let turned: Vec<_> = (0..comm.size()).rev().collect();
    for axis in 0..shape.len() {
        for cut in
            [Cut::Block, Cut::CeilBlock, Cut::Cyclic, Cut::BlockCyclic(2), Cut::BlockCyclic(3), lists(shape[axis])]
        {
            let mut cuts = vec![Cut::Whole; shape.len()];
            cuts[axis] = cut;
            all.push(Grid::cut(&cuts).layout(comm, shape).unwrap());
            if axis + 1 < shape.len() && !matches!(cuts[axis], Cut::Listed(_)) {
                cuts[axis + 1] = Cut::Cyclic;
                all.push(Grid::cut(&cuts).on_ranks(&turned).layout(comm, shape).unwrap());
                let half = &turned[..comm.size().div_ceil(2)];
                cuts[axis + 1] = Cut::Block;
                all.push(Grid::cut(&cuts).on_ranks(half).layout(comm, shape).unwrap());
            }
        }
    }
    all
}
