//! NumPy's broadcasting: shapes that differ by axes of length 1 or by missing first axes.

use super::dist_array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, IndexSet, Layout, Mode, Overlap, Partition, Region};
use crate::numbers::{Element, memory};
use ndarray::{ArrayD, ArrayViewD, IxDyn};
use std::borrow::Cow;

/// The shape that two shapes broadcast to.
pub(crate) fn common_shape(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let n = a.len().max(b.len());
    let length = |shape: &[usize], axis: usize| (axis + shape.len()).checked_sub(n).map_or(1, |axis| shape[axis]);
    let both = (0..n).map(|axis| (length(a, axis), length(b, axis)));
    both.map(|pair| match pair {
        (a, b) if a == b => Some(a),
        (1, n) | (n, 1) => Some(n),
        _ => None,
    })
    .collect()
}

/// Whether the first shape broadcasts to the second.
pub(crate) fn fits(from: &[usize], to: &[usize]) -> bool {
    common_shape(from, to).is_some_and(|shape| shape == to)
}

/// What of an array of shape `from` lies against a region of an array that it broadcasts to; `None` of an
/// empty region.
pub(crate) fn against(region: &Region, from: &[usize]) -> Option<Region> {
    if region.is_empty() {
        return None;
    }
    let sets = region.sets();
    let set = |(axis, &n): (usize, &usize)| match (axis + sets.len()).checked_sub(from.len()) {
        Some(axis) if n != 1 => sets[axis].clone(),
        _ => IndexSet::range(0..1),
    };
    Some(Region::new(from.iter().enumerate().map(set).collect()))
}

/// Appends a block that has been broadcast to a shape, in C order.
pub(crate) fn expand<T: Element>(block: &[T], shape: &[usize], to: &[usize], out: &mut Vec<T>) {
    let shape = &shape[shape.len().saturating_sub(to.len())..];
    if shape == to {
        return out.extend_from_slice(block);
    }
    let mut all = ArrayD::from_elem(IxDyn(to), T::default());
    #[allow(clippy::expect_used)] // the callers have compared the shapes
    let block = ArrayViewD::from_shape(IxDyn(shape), block).expect("a block of its shape");
    all.assign(&block);
    out.extend(all);
}

/// This rank's part of a layout, of a global array in C order that is broadcast to its shape.
pub(crate) fn own_part<T: Element>(global: &[T], shape: &[usize], layout: &Layout) -> Vec<T> {
    let mut part = memory::room(layout.local_len());
    for region in &*layout.regions(layout.comm().rank()) {
        if let Some(needed) = against(region, shape) {
            expand(&taken(global, shape, &needed), &needed.shape(), &region.shape(), &mut part);
        }
    }
    part
}

/// A region of a global array in C order.
fn taken<'a, T: Element>(global: &'a [T], shape: &[usize], region: &Region) -> Cow<'a, [T]> {
    let whole = Region::whole(shape);
    if *region == whole {
        return global.into();
    }
    let mut part = vec![T::default(); region.len()];
    if let Some(overlap) = Overlap::of(&whole, region) {
        overlap.copy(global, &mut part);
    }
    part.into()
}

/// The layout on which two operands of different spaces meet without anything moving.
///
/// It is that of the operand which has the result's shape. If neither has, one of them is stretched along
/// axes that are whole on its ranks.
pub(crate) fn meet(left: &Layout, right: &Layout, what: &str) -> Result<Layout> {
    left.comm().same_as(right.comm(), what)?;
    let refuse = |kind, expected: String| Err(Error::expected(kind, what, expected, right));
    let Some(shape) = common_shape(left.shape(), right.shape()) else {
        return refuse(ErrorKind::Shape, format!("a shape that broadcasts with {left}"));
    };
    if left.shape() == right.shape() {
        return refuse(ErrorKind::Layout, format!("{left} (`like` moves it there)"));
    }
    let candidates = if left.shape() == shape {
        vec![left.clone()]
    } else if right.shape() == shape {
        vec![right.clone()]
    } else {
        [left, right].into_iter().filter_map(|layout| stretched(layout, &shape)).collect()
    };
    match candidates.into_iter().find(|layout| lines_up(left, layout) && lines_up(right, layout)) {
        Some(layout) => Ok(layout),
        None if left.shape() == shape => {
            refuse(ErrorKind::Layout, format!("what lines up with {left} (`like` moves it there)"))
        }
        None => refuse(
            ErrorKind::Layout,
            format!("what lines up with {left} (`broadcast_to` a layout of shape {shape:?} moves either)"),
        ),
    }
}

/// The layout of an array that is repeated along axes of length 1 or along new first axes, all of it on the
/// ranks that hold the one.
fn stretched(layout: &Layout, shape: &[usize]) -> Option<Layout> {
    let partition = match layout.partition() {
        Partition::Chunks(_) => return None,
        Partition::Grid(grid) => {
            let missing = shape.len() - layout.ndim();
            let mut axes: Vec<_> = shape[..missing].iter().map(|&n| AxisMap::Whole(n)).collect();
            for (map, &n) in grid.axes().iter().zip(&shape[missing..]) {
                axes.push(match map {
                    map if map.size() == n => map.clone(),
                    AxisMap::Whole(_) => AxisMap::Whole(n),
                    _ => return None,
                });
            }
            Partition::Grid(grid.with_axes(axes))
        }
        replicated => replicated.clone(),
    };
    layout.with_partition(shape, partition).ok()
}

/// Whether every rank holds what lies against its part of a layout, by the way both are cut and not by
/// chance.
fn lines_up(operand: &Layout, layout: &Layout) -> bool {
    let masks = operand.mask() == layout.mask() || (operand.is_replicated() && operand.mask().is_none());
    let cuts = match (operand.partition(), layout.partition()) {
        (Partition::Replicated | Partition::Unsynced, Partition::Chunks(chunks)) => chunks.mode() == Mode::Replica,
        (Partition::Unsynced, Partition::Replicated) => false,
        (Partition::Replicated | Partition::Unsynced, _) => true,
        (Partition::Grid(part), Partition::Grid(grid)) => {
            let missing = layout.ndim() - operand.ndim();
            let alike = |(axis, map): (usize, &AxisMap)| match axis.checked_sub(missing).map(|axis| &part.axes()[axis])
            {
                Some(own) if own.size() == map.size() => own == map,
                Some(own) => own.is_whole() && map.is_whole(),
                None => map.is_whole(),
            };
            part.on_ranks_of(grid) && grid.axes().iter().enumerate().all(alike)
        }
        _ => operand == layout,
    };
    masks && cuts
}

/// What of an operand lies against one region of this rank.
pub(crate) struct Against<'a, T: Clone> {
    values: Cow<'a, [T]>,
    shape: Vec<usize>,
}

impl<'a, T: Element> Against<'a, T> {
    /// Of an operand that lines up with the layout, for each region of this rank; `None` of empty ones.
    pub(crate) fn all(operand: &'a DistArray<T>, layout: &Layout) -> Result<Vec<Option<Self>>> {
        let own = operand.layout()?;
        let rank = layout.comm().rank();
        let part = |region: &Region| {
            let needed = against(region, own.shape())?;
            let values = if own.is_replicated() {
                taken(operand.as_slice(), own.shape(), &needed)
            } else {
                operand.as_slice().into()
            };
            Some(Self { values, shape: needed.shape() })
        };
        if own == layout {
            let mut rest = operand.as_slice();
            let part = |region: &Region| {
                let (values, others) = rest.split_at(region.len());
                rest = others;
                (!region.is_empty()).then(|| Self { values: values.into(), shape: region.shape() })
            };
            return Ok(layout.regions(rank).iter().map(part).collect());
        }
        Ok(layout.regions(rank).iter().map(part).collect())
    }

    pub(crate) fn values(&self) -> &[T] {
        &self.values
    }

    /// How far apart neighbours on each axis of a region of this shape are: 0 where they are the same one.
    pub(crate) fn strides(&self, to: &[usize]) -> Vec<usize> {
        let missing = to.len() - self.shape.len();
        let mut strides = vec![0; to.len()];
        let mut stride = 1;
        for (axis, &n) in self.shape.iter().enumerate().rev() {
            strides[missing + axis] = if n == 1 { 0 } else { stride };
            stride *= n;
        }
        strides
    }
}

/// Calls `f(a, step of a, b, step of b, number)` with the places of every stretch of neighbours in C order;
/// steps are 1, or 0 where all are the same one.
pub(crate) fn for_each_stretch(
    shape: &[usize],
    a: &[usize],
    b: &[usize],
    f: &mut dyn FnMut(usize, usize, usize, usize, usize),
) {
    let mut axes: Vec<(usize, usize, usize)> = vec![];
    for ((&n, &a), &b) in shape.iter().zip(a).zip(b).rev().filter(|((n, _), _)| **n != 1) {
        match axes.last_mut() {
            Some((inner, ia, ib)) if a == *ia * *inner && b == *ib * *inner => *inner *= n,
            _ => axes.push((n, a, b)),
        }
    }
    let Some((&(n, a_step, b_step), outer)) = axes.split_first() else { return f(0, 0, 0, 0, 1) };
    let mut places = vec![0; outer.len()];
    let (mut at_a, mut at_b) = (0, 0);
    'stretches: loop {
        f(at_a, a_step, at_b, b_step, n);
        for (place, &(n, a, b)) in places.iter_mut().zip(outer) {
            *place += 1;
            at_a += a;
            at_b += b;
            if *place < n {
                continue 'stretches;
            }
            at_a -= a * n;
            at_b -= b * n;
            *place = 0;
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_meet_as_in_numpy() {
        let meet = |a: &[usize], b: &[usize]| common_shape(a, b);
        assert_eq!(meet(&[3, 1], &[4]), Some(vec![3, 4]));
        assert_eq!(meet(&[], &[2, 0]), Some(vec![2, 0]));
        assert_eq!(meet(&[1], &[0]), Some(vec![0]));
        assert_eq!(meet(&[5, 1, 2], &[7, 1]), Some(vec![5, 7, 2]));
        assert_eq!(meet(&[3], &[4]), None);
        assert_eq!(meet(&[0], &[3]), None);
        assert!(fits(&[1, 4], &[2, 3, 4]) && !fits(&[2, 3, 4], &[1, 4]) && !fits(&[3], &[1]));
    }

    #[test]
    fn stretches_walk_every_element_once() {
        let shape = [2, 1, 3, 4];
        for (a, b, stretches) in [
            ([12, 0, 4, 1], [12, 0, 4, 1], 1),
            ([12, 0, 4, 1], [0, 0, 4, 1], 2),
            ([12, 0, 4, 1], [0, 0, 1, 0], 6),
            ([0, 0, 0, 1], [3, 0, 1, 0], 6),
            ([0, 0, 0, 0], [0, 0, 0, 0], 1),
        ] {
            let mut expected = vec![];
            for i in 0..2 {
                for j in 0..3 {
                    (0..4)
                        .for_each(|k| expected.push((i * a[0] + j * a[2] + k * a[3], i * b[0] + j * b[2] + k * b[3])));
                }
            }
            let (mut found, mut count) = (vec![], 0);
            for_each_stretch(&shape, &a, &b, &mut |a, da, b, db, n| {
                assert!(da < 2 && db < 2);
                count += 1;
                found.extend((0..n).map(|k| (a + k * da, b + k * db)));
            });
            assert_eq!(found, expected);
            assert_eq!(count, stretches);
        }
    }
}
