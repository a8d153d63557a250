//! Places in a block that lie in memory: what is shared of an axis, and the copying of all of it.

use super::selection::{Pick, Steps};
use crate::layout::IndexSet;

/// Places on one axis of a block, in the order in which the result has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Positions {
    /// One, of an axis that is dropped.
    At(usize),
    Steps(Steps),
    List(Vec<usize>),
}

/// What is picked of the indices that lie on one axis of a block.
#[derive(Clone, Debug)]
pub(super) struct Share {
    /// Where the picked ones lie.
    pub(super) places: Positions,
    /// What they are on the axis of the result.
    pub(super) becomes: IndexSet,
}

impl Share {
    /// In the order of the block, backwards where the step is negative; of a list, in its order. `None`
    /// where the only index that is picked is not there.
    pub(super) fn of(set: &IndexSet, pick: &Pick) -> Option<Self> {
        match pick {
            Pick::At(index) => {
                let places = Positions::At(set.position(*index)?);
                Some(Self { places, becomes: IndexSet::range(0..1) })
            }
            Pick::Steps(steps) => {
                if let Some((first, step, len)) = set.as_strided() {
                    return Some(Self::of_steps(Steps::new(first, step as isize, len), *steps));
                }
                let backwards = steps.step < 0;
                let order = (0..set.len()).map(|at| if backwards { set.len() - 1 - at } else { at });
                Some(Self::from_pairs(order.filter_map(|at| Some((at, steps.place(set.get(at))?)))))
            }
            Pick::List(items) => {
                let found = |(k, &index): (usize, &usize)| Some((set.position(index)?, k));
                Some(Self::from_pairs(items.iter().enumerate().filter_map(found)))
            }
        }
    }

    /// Pairs of a place in the block and one in the result.
    fn from_pairs(pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let (places, becomes): (Vec<_>, Vec<_>) = pairs.unzip();
        let places = Steps::of(&places).map_or(Positions::List(places), Positions::Steps);
        Self { places, becomes: IndexSet::list(becomes) }
    }

    /// Two sets of equally spaced indices share such a set: the block's `held` ascends.
    fn of_steps(held: Steps, picked: Steps) -> Self {
        let nothing = Self { places: Positions::Steps(Steps::new(0, 1, 0)), becomes: IndexSet::empty() };
        if held.len == 0 || picked.len == 0 {
            return nothing;
        }
        let (low, high) = picked.ends();
        let by = held.step.unsigned_abs();
        let begin = low.saturating_sub(held.first).div_ceil(by);
        let end = if high < held.first { 0 } else { ((high - held.first) / by + 1).min(held.len) };
        let stride = picked.step.unsigned_abs();
        let shared = common_divisor(stride, by);
        // Hits repeat after so many places of the block, or so many picked ones: the fewer are searched.
        let (period, turn) = (stride / shared, by / shared);
        let first = if period <= turn {
            (begin..end.min(begin.saturating_add(period))).find(|&at| picked.place(held.get(at)).is_some())
        } else {
            let from = held.first.saturating_sub(low).div_ceil(stride);
            let indices = (from..picked.len.min(from.saturating_add(turn))).map(|k| low + k * stride);
            indices.map(|index| index - held.first).find(|from_first| from_first % by == 0).map(|hit| hit / by)
        };
        let Some(first) = first.filter(|&first| first < end) else { return nothing };
        let len = (end - first).div_ceil(period);
        let mut places = Steps::new(first, period as isize, len);
        if picked.step < 0 {
            places = Steps::new(places.get(len - 1), -(period as isize), len);
        }
        let result = |k: usize| picked.place(held.get(places.get(k))).unwrap_or(0);
        let step = if len > 1 { result(1) - result(0) } else { 1 };
        Self { places: Positions::Steps(places), becomes: IndexSet::strided(result(0), result(len - 1) + 1, step) }
    }
}

pub(super) fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

impl Positions {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::At(_) => 1,
            Self::Steps(steps) => steps.len,
            Self::List(places) => places.len(),
        }
    }
}

/// Calls `f(first, step, number)` with every run of places, in C order of the result, in a block of this
/// shape that lies in C order.
pub(super) fn for_each_run(shape: &[usize], places: &[Positions], f: &mut dyn FnMut(usize, isize, usize)) {
    if places.iter().any(|places| places.len() == 0) {
        return;
    }
    let mut axes: Vec<_> = shape.iter().copied().zip(places.iter().cloned()).collect();
    while axes.len() > 1 {
        // An axis that is taken whole is part of the one before it.
        let [.., (_, before), (n, last)] = &axes[..] else { break };
        let n = *n;
        let joined = match (before, last) {
            (_, Positions::Steps(steps)) if *steps != Steps::all(n) => break,
            (Positions::At(at), Positions::Steps(_)) => Steps::new(at * n, 1, n),
            (Positions::Steps(rows), Positions::Steps(_)) if rows.step == 1 => {
                Steps::new(rows.first * n, 1, rows.len * n)
            }
            _ => break,
        };
        axes.pop();
        if let Some((rows, places)) = axes.last_mut() {
            *rows *= n;
            *places = Positions::Steps(joined);
        }
    }
    walk(&axes, 0, f);
}

fn walk(axes: &[(usize, Positions)], offset: usize, f: &mut dyn FnMut(usize, isize, usize)) {
    let Some(((_, places), inner)) = axes.split_first() else { return f(offset, 1, 1) };
    if let (Positions::Steps(steps), []) = (places, inner) {
        return f(offset + steps.first, steps.step, steps.len);
    }
    let stride: usize = inner.iter().map(|(n, _)| n).product();
    match places {
        Positions::At(at) => walk(inner, offset + at * stride, f),
        Positions::Steps(steps) => (0..steps.len).for_each(|k| walk(inner, offset + steps.get(k) * stride, f)),
        Positions::List(places) => places.iter().for_each(|at| walk(inner, offset + at * stride, f)),
    }
}

/// Appends what lies at these places of a block.
pub(super) fn take<T: Copy>(block: &[T], shape: &[usize], places: &[Positions], out: &mut Vec<T>) {
    for_each_run(shape, places, &mut |first, step, len| match step {
        1 => out.extend_from_slice(&block[first..first + len]),
        2.. => out.extend(block[first..].iter().step_by(step as usize).take(len)),
        _ => out.extend(block[..=first].iter().rev().step_by(step.unsigned_abs()).take(len)),
    });
}

/// Sets what lies at these places of a block to the first of the values, which are dropped.
pub(super) fn put<T: Copy>(block: &mut [T], shape: &[usize], places: &[Positions], values: &mut &[T]) {
    for_each_run(shape, places, &mut |first, step, len| {
        let (now, later) = values.split_at(len);
        *values = later;
        let set = |(to, value): (&mut T, &T)| *to = *value;
        match step {
            1 => block[first..first + len].copy_from_slice(now),
            2.. => block[first..].iter_mut().step_by(step as usize).zip(now).for_each(set),
            _ => block[..=first].iter_mut().rev().step_by(step.unsigned_abs()).zip(now).for_each(set),
        }
    });
}

/// Sets what lies at these places of a block.
pub(super) fn fill<T: Copy>(block: &mut [T], shape: &[usize], places: &[Positions], value: T) {
    for_each_run(shape, places, &mut |first, step, len| match step {
        1 => block[first..first + len].fill(value),
        2.. => block[first..].iter_mut().step_by(step as usize).take(len).for_each(|to| *to = value),
        _ => block[..=first].iter_mut().rev().step_by(step.unsigned_abs()).take(len).for_each(|to| *to = value),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flat(places: &Positions) -> Vec<usize> {
        match places {
            Positions::At(at) => vec![*at],
            Positions::Steps(steps) => (0..steps.len).map(|k| steps.get(k)).collect(),
            Positions::List(places) => places.clone(),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn shares_are_what_is_picked_and_held(
            (start, block, gap, stop) in (0usize..9, 1usize..4, 0usize..5, 0usize..40),
            (first, step, len) in (0usize..40, -13isize..14, 0usize..12),
        ) {
            let step = if step == 0 { 1 } else { step };
            let set = IndexSet::blocks(start, block, block + gap, stop);
            let items: Vec<_> = (0..len as isize).map(|k| first as isize + k * step).filter(|&i| i >= 0).map(|i| i as usize).collect();
            let picked = Steps::of(&items).unwrap();
            let share = Share::of(&set, &Pick::Steps(picked)).unwrap();
            let by_list = Share::of(&set, &Pick::List(items.clone())).unwrap();
            prop_assert_eq!(flat(&share.places), flat(&by_list.places));
            prop_assert_eq!(&share.becomes, &by_list.becomes);
            let expected: Vec<_> = (0..items.len()).filter(|&k| set.contains(items[k])).collect();
            prop_assert_eq!(share.becomes.iter().collect::<Vec<_>>(), expected);
            for (at, k) in flat(&share.places).into_iter().zip(share.becomes.iter()) {
                prop_assert_eq!(set.get(at), items[k]);
            }
        }
    }

    #[test]
    fn what_is_taken_is_what_is_set() {
        let shape = [3, 4, 5];
        let block: Vec<usize> = (0..60).collect();
        let steps = |first, step, len| Positions::Steps(Steps::new(first, step, len));
        for a in [Positions::At(1), steps(2, -1, 3), Positions::List(vec![2, 0])] {
            for b in [Positions::At(3), steps(0, 1, 4), steps(0, 3, 2)] {
                for c in [Positions::At(0), steps(0, 1, 5), steps(4, -2, 3), Positions::List(vec![4, 1])] {
                    let places = [a.clone(), b.clone(), c.clone()];
                    let mut expected = vec![];
                    for i in flat(&a) {
                        for j in flat(&b) {
                            expected.extend(flat(&c).iter().map(|k| (i * 4 + j) * 5 + k));
                        }
                    }
                    let mut taken = vec![];
                    take(&block, &shape, &places, &mut taken);
                    assert_eq!(taken, expected);
                    let mut set = vec![99; 60];
                    put(&mut set, &shape, &places, &mut &expected[..]);
                    fill(&mut set, &shape, &places, 7);
                    put(&mut set, &shape, &places, &mut &expected[..]);
                    let plain = (0..60).map(|k| if expected.contains(&k) { k } else { 99 });
                    assert_eq!(set, plain.collect::<Vec<_>>());
                }
            }
        }
    }
}
