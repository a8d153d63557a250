//! Arrays joined, split and transposed: against ndarray, and the bytes that may move.

use crate::cases::{Dice, numbered};
use crate::picks::kinds;
use crate::rearranging::{leaving, replaced, within_budget};
use lops::ndarray::{ArrayViewD, Axis, IxDyn, concatenate, stack};
use lops::{DistArray, Layout};

crate::bodies! {
    fn joined(comm) {
        for seed in 0..60 {
            let mut dice = Dice::new(6000 + seed);
            let shape = dice.shape();
            let axis = dice.below(shape.len());
            let count = 1 + dice.below(4);
            let arrays: Vec<_> = (0..count).map(|k| {
                let own = replaced(&shape, axis, if dice.below(5) == 0 { 0 } else { dice.below(9) });
                let global = numbered(&own).mapv(|v| v + 1000.0 * k as f64);
                (DistArray::from_global(&dice.layout(comm, &own), &global).unwrap(), global)
            }).collect();
            let refs: Vec<_> = arrays.iter().map(|(x, _)| x).collect();
            let views: Vec<ArrayViewD<f64>> = arrays.iter().map(|(_, global)| global.view()).collect();
            let before = comm.traffic();
            let y = DistArray::concatenate(&refs, axis).unwrap();
            let spent = comm.traffic() - before;
            let layout = y.layout().unwrap();
            let expected = concatenate(Axis(axis), &views).unwrap();
            assert_eq!(y, DistArray::from_global(layout, &expected).unwrap(), "seed {seed}");
            let mut start = 0;
            let mut bytes = 0;
            for (x, global) in &arrays {
                let source = |index: &[usize]| {
                    let at = index[axis].checked_sub(start).filter(|&at| at < global.shape()[axis])?;
                    Some(replaced(index, axis, at))
                };
                bytes += leaving(comm, x.layout().unwrap(), layout, 8, &source);
                start += global.shape()[axis];
            }
            within_budget(spent, bytes, &format!("seed {seed}"));
        }
    }

    fn stacked_along_a_new_axis(comm) {
        for seed in 0..40 {
            let mut dice = Dice::new(7000 + seed);
            let shape = dice.shape();
            let axis = dice.below(shape.len() + 1);
            let arrays: Vec<_> = (0..=dice.below(4)).map(|k| {
                let global = numbered(&shape).mapv(|v| v + 1000.0 * k as f64);
                (DistArray::from_global(&dice.layout(comm, &shape), &global).unwrap(), global)
            }).collect();
            let refs: Vec<_> = arrays.iter().map(|(x, _)| x).collect();
            let views: Vec<ArrayViewD<f64>> = arrays.iter().map(|(_, global)| global.view()).collect();
            let y = DistArray::stack_along(&refs, axis).unwrap();
            let expected = stack(Axis(axis), &views).unwrap();
            assert_eq!(y, DistArray::from_global(y.layout().unwrap(), &expected).unwrap(), "seed {seed}");
            let before = comm.traffic().total().calls;
            DistArray::stack_along(&[refs[0], refs[0]], axis).unwrap();
            assert_eq!(comm.traffic().total().calls, before, "arrays in one layout");
        }
        // Arrays without axes: copies, and an element alone on its rank.
        let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0).unwrap(), |i| i[0] as f32);
        let element = x.slice(&lops::index![2]).unwrap();
        let copies = DistArray::full(Layout::replicated(comm, &[]).unwrap(), 7.0f32);
        let y = DistArray::stack_along(&[&copies, &element], 0).unwrap();
        assert_eq!(y.gather_all().into_raw_vec_and_offset().0, [7.0, 2.0]);
    }

    fn parts_stay(comm) {
        for shape in [&[10, 3][..], &[7], &[0, 2]] {
            for layout in kinds(comm, shape) {
                let global = numbered(shape);
                let x = DistArray::from_global(&layout, &global).unwrap();
                let before = comm.traffic().total().calls;
                let mut found = vec![];
                for (parts, bounds) in [
                    (x.array_split(3, 0).unwrap(), [shape[0].div_ceil(3), shape[0].div_ceil(3) + (shape[0] + 1) / 3]),
                    (x.split_at(&[2, 5], 0).unwrap(), [2, 5]),
                    (x.split_at(&[5, 2], 0).unwrap(), [5, 2]),
                    (x.split_at(&[0, 99], 0).unwrap(), [0, 99]),
                ] {
                    assert_eq!(parts.len(), 3);
                    for (part, (start, end)) in parts.into_iter().zip([(0, bounds[0]), (bounds[0], bounds[1]), (bounds[1], shape[0])]) {
                        let range = start.min(shape[0])..end.min(shape[0]).max(start.min(shape[0]));
                        found.push((part, global.slice_axis(Axis(0), range.into()).to_owned()));
                    }
                }
                assert_eq!(comm.traffic().total().calls, before);
                for (part, expected) in found {
                    assert_eq!(part.gather_all(), expected, "{layout}");
                }
            }
        }
    }

    fn transposes(comm) {
        for shape in [&[10, 3][..], &[7], &[3, 4, 5], &[4, 0]] {
            for layout in kinds(comm, shape) {
                let global = numbered(shape);
                let x = DistArray::from_global(&layout, &global).unwrap();
                let last = shape.len() - 1;
                let before = comm.traffic().total().calls;
                let reversed: Vec<_> = (0..=last).rev().collect();
                let turned: Vec<_> = (1..=last).chain([0]).collect();
                let found = [
                    (x.t().unwrap(), reversed.clone()), (x.transpose(&turned).unwrap(), turned.clone()),
                    (x.move_axis(0, last).unwrap(), turned), (x.move_axis(last, 0).unwrap(), [&[last][..], &(0..last).collect::<Vec<_>>()].concat()),
                ];
                let swapped = x.swap_axes(0, last).unwrap();
                assert_eq!(comm.traffic().total().calls, before);
                for (y, perm) in found {
                    let expected = global.view().permuted_axes(IxDyn(&perm)).as_standard_layout().into_owned();
                    assert_eq!(y, DistArray::from_global(y.layout().unwrap(), &expected).unwrap(), "{perm:?} of {layout}");
                    assert_eq!(y.as_slice().len(), x.as_slice().len());
                }
                let mut expected = global.view();
                expected.swap_axes(0, last);
                assert_eq!(swapped.gather_all(), expected);
                assert_eq!(swapped.swap_axes(last, 0).unwrap(), x);
            }
        }
    }

    fn picked_added_and_left_out(comm) {
        for layout in kinds(comm, &[5, 4]) {
            let global = numbered(&[5, 4]);
            let x = DistArray::from_global(&layout, &global).unwrap();
            let before = comm.traffic().total().calls;
            let (rows, columns) = (x.take(&[4, 0, -1, 4], 0).unwrap(), x.take(&[2usize, 2], 1).unwrap());
            let wide = x.expand_dims(1).unwrap().expand_dims(0).unwrap();
            let again = wide.squeeze(&[2, 0]).unwrap();
            assert_eq!(comm.traffic().total().calls, before);
            assert_eq!(rows.gather_all(), global.select(Axis(0), &[4, 0, 4, 4]));
            assert_eq!(columns.gather_all(), global.select(Axis(1), &[2, 2]));
            assert_eq!(wide.shape(), [1, 5, 1, 4]);
            assert_eq!(again, x);
        }
    }
}
