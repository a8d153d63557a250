//! Parts of arrays, taken and looked into; single elements.

use crate::cases::{Dice, numbered};
use crate::picks::{any_index, any_plain_index, kinds, pick};
use lops::ndarray::ArrayD;
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout, index,
    layout::{Cut, Grid, Mode, Partition},
    library::Index,
};

/// A part of an array as NumPy has it, on the ranks that its layout says, nothing having moved.
fn check(comm: &Comm, x: &DistArray<f64>, global: &ArrayD<f64>, index: &[Index]) -> DistArray<f64> {
    let before = comm.traffic().total().calls;
    let part = x.slice(index).unwrap_or_else(|error| panic!("{index:?} of {}: {error}", x.space()));
    assert_eq!(comm.traffic().total().calls, before);
    let layout = part.layout().unwrap().clone();
    let expected = pick(global, index);
    assert_eq!(part.gather_all(), expected, "{index:?} of {} to {layout}", x.space());
    assert_eq!(part, DistArray::from_global(&layout, &expected).unwrap(), "{index:?} of {} to {layout}", x.space());
    let before = comm.traffic().total().calls;
    if let Ok(view) = x.view(index) {
        assert_eq!(view.layout(), &layout);
        assert_eq!(view.to_owned(), part, "view {index:?} of {}", x.space());
    }
    assert_eq!(comm.traffic().total().calls, before);
    part
}

/// Whether all ranks get a view, or none.
fn is_viewed(comm: &Comm, x: &DistArray<f64>, index: &[Index]) -> bool {
    let viewed = x.view(index).is_ok();
    let all = comm.all_gather(&[u8::from(viewed)]);
    assert!(all.iter().all(|&one| one == all[0]), "{index:?} of {}", x.space());
    viewed
}

fn refused<T: Element>(x: &DistArray<T>, index: &[Index], kind: ErrorKind) {
    let error = x.slice(index).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(x.view(index).unwrap_err(), error);
}

crate::bodies! {
    /// The slices of DistArray's own tests, those among them that it fails, on layouts of every kind.
    fn one_axis(comm) {
        let global = numbered(&[10]);
        let list = || Index::list([9, 0, -3, 0]);
        for layout in kinds(comm, &[10]) {
            let x = DistArray::from_global(&layout, &global).unwrap();
            for index in [
                index![..], index![Index::Ellipsis], index![3..8], index![2..], index![..-3],
                index![-3..], index![-12..], index![-12..20], index![8..3;1], index![100..], index![..;2], index![..;3],
                index![..;5], index![1..9;3], index![..;-1], index![8..2;-2], index![-1..0;-3], index![..;-4], index![..;100],
                index![0], index![9], index![-1], index![-10], [list()], [Index::list(Vec::<i32>::new())],
                [Index::mask([true, false, false, true, true, false, false, true, false, true])], [Index::mask([false; 10])],
            ] {
                let part = check(comm, &x, &global, &index);
                if part.shape().len() == 1 {
                    for again in [index![..;-1], index![1..], index![..2], index![-2..;1], index![..;2]] {
                        check(comm, &part, &pick(&global, &index), &again);
                    }
                }
            }
        }
    }

    fn several_axes(comm) {
        for shape in [&[10, 20][..], &[5, 9], &[2, 3, 7, 6], &[1, 2, 3], &[4, 0, 3]] {
            let global = numbered(shape);
            for layout in kinds(comm, shape) {
                let x = DistArray::from_global(&layout, &global).unwrap();
                let mut expressions = vec![
                    vec![], index![0].to_vec(), index![Index::Ellipsis].to_vec(), index![Index::Ellipsis, -1].to_vec(),
                    index![.., ..;-1].to_vec(), index![Index::Ellipsis, 1..;2].to_vec(), index![Index::NewAxis].to_vec(),
                    index![.., Index::NewAxis, ..].to_vec(), index![0, Index::Ellipsis, 0].to_vec(), index![..;-1, ..;-2].to_vec(),
                    index![Index::list([0, -1]), ..].to_vec(), index![Index::list([0, 0]), Index::Ellipsis, Index::list([2, 0])].to_vec(),
                    vec![Index::At(-1); shape.len()],
                ];
                if shape.contains(&0) {
                    expressions.retain(|index| index.iter().all(|one| !matches!(one, Index::At(_) | Index::List(_))));
                }
                for index in expressions {
                    check(comm, &x, &global, &index);
                }
            }
        }
    }

    fn any_part_of_any_layout(comm) {
        for seed in 0..250 {
            let mut dice = Dice::new(3000 + seed);
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let global = numbered(&shape);
            let x = DistArray::from_global(&layout, &global).unwrap();
            let index = any_index(&mut dice, &shape);
            let part = check(comm, &x, &global, &index);
            if part.shape().is_empty() {
                continue;
            }
            let global = pick(&global, &index);
            let again = any_index(&mut dice, global.shape());
            check(comm, &part, &global, &again);
        }
    }

    /// Views of views are the parts of parts, and what is written through them is in the array.
    fn any_view_of_any_layout(comm) {
        let mut seen = 0;
        for seed in 0..200 {
            let mut dice = Dice::new(4000 + seed);
            let shape = dice.shape();
            let global = numbered(&shape);
            let mut x = DistArray::from_global(&dice.layout(comm, &shape), &global).unwrap();
            let index = any_plain_index(&mut dice, &shape);
            if !is_viewed(comm, &x, &index) {
                continue;
            }
            seen += 1;
            let part = x.slice(&index).unwrap();
            let again = any_plain_index(&mut dice, part.layout().unwrap().shape());
            let before = comm.traffic().total().calls;
            if let Ok(view) = x.view(&index).unwrap().view(&again) {
                assert_eq!(view.to_owned(), part.slice(&again).unwrap());
                assert_eq!(view.map(|v| v > 3.0), part.slice(&again).unwrap().map(|v| v > 3.0));
            }
            x.view_mut(&index).unwrap().map_in_place(|v| -v - 1.0);
            assert_eq!(x.slice(&index).unwrap(), part.map(|v| -v - 1.0));
            if let Ok(mut view) = x.view_mut(&index).unwrap().view_mut(&again) {
                view.local_mut().fill(0.5);
                assert_eq!(view.view(&[]).unwrap().to_owned(), view.to_owned());
            }
            assert_eq!(comm.traffic().total().calls, before);
            let mut expected = global.clone();
            for at in crate::picks::sources(&index, &shape).1 {
                expected[&at[..]] = -expected[&at[..]] - 1.0;
            }
            if x.view(&index).unwrap().view(&again).is_ok() {
                let numbers = pick(&numbered(&shape), &index);
                let inner: Vec<_> = pick(&numbers, &again).into_iter().collect();
                for (at, number) in crate::picks::sources(&[], &shape).1.iter().zip(0..) {
                    if inner.contains(&f64::from(number)) {
                        expected[&at[..]] = 0.5;
                    }
                }
            }
            assert_eq!(x.gather_all(), expected, "{index:?} then {again:?} of {}", x.space());
        }
        assert!(seen > 120, "{seen} views");
    }

    /// Scattered stays scattered, cyclic cyclic; an integer leaves the ranks that hold it.
    fn where_parts_lie(comm) {
        let p = comm.size();
        let rows = DistArray::<f64>::zeros(Layout::scatter_sizes(comm, &[2 * p, 3], 0, &vec![2; p]).unwrap());
        let of = |x: &DistArray<f64>, index: &[Index]| x.slice(index).unwrap().layout().unwrap().clone();
        let each = |n: usize| Layout::scatter_sizes(comm, &[n * p, 3], 0, &vec![n; p]).unwrap();
        assert_eq!(of(&rows, &index![..]), each(2));
        assert_eq!(of(&rows, &index![..;2]), each(1));
        assert_eq!(of(&rows, &[Index::mask([true, false].repeat(p))]), each(1));
        assert_eq!(of(&rows, &[Index::list((0..4 * p).map(|k| k / 2))]), each(4));
        assert_eq!(of(&rows, &index![.., 1]), Layout::scatter_sizes(comm, &[2 * p], 0, &vec![2; p]).unwrap());
        assert_eq!(of(&rows, &index![Index::NewAxis, .., 1]), Layout::scatter_sizes(comm, &[1, 2 * p], 1, &vec![2; p]).unwrap());
        assert_eq!(of(&rows, &index![100..]).len_of(p - 1), 0);
        let turned = of(&rows, &index![..;-1]);
        let ranks: Vec<_> = (0..p).rev().collect();
        assert_eq!(turned, Grid::cut(&[Cut::Block]).on_ranks(&ranks).layout(comm, &[2 * p, 3]).unwrap());
        assert_eq!(of(&rows, &index![-1]), Grid::cut(&[Cut::Whole]).on_ranks(&[p - 1]).layout(comm, &[3]).unwrap());
        let element = of(&rows, &index![-1, 0]);
        assert_eq!((element.owners(&[]), element.local_len()), (vec![p - 1], usize::from(comm.rank() + 1 == p)));
        assert!(matches!(element.partition(), Partition::Chunks(chunks) if chunks.mode() == Mode::Replica));

        let dealt = |cut: Cut, n: usize, over: usize, ranks: &[usize]| Grid::cut(&[cut]).over(&[over]).on_ranks(ranks).layout(comm, &[n]).unwrap();
        let all: Vec<_> = (0..p).collect();
        let cyclic = DistArray::<f64>::zeros(dealt(Cut::Cyclic, 6 * p, p, &all));
        assert_eq!(of(&cyclic, &index![Index::Ellipsis]), *cyclic.layout().unwrap());
        let turned: Vec<_> = (0..p).map(|k| (k + 1) % p).collect();
        assert_eq!(of(&cyclic, &index![1..]), dealt(Cut::Cyclic, 6 * p - 1, p, &turned));
        assert_eq!(of(&cyclic, &index![..;p as isize]), dealt(Cut::Cyclic, 6, 1, &[0]));
        if p.is_multiple_of(2) {
            let even: Vec<_> = (0..p).step_by(2).collect();
            assert_eq!(of(&cyclic, &index![..;2]), dealt(Cut::Cyclic, 3 * p, p / 2, &even));
        }
        let blocks = DistArray::<f64>::zeros(dealt(Cut::BlockCyclic(4), 8 * p + 3, p, &all));
        let letters = |index: &[Index]| of(&blocks, index).process_grid().unwrap().letters();
        assert_eq!(of(&blocks, &index![..]), *blocks.layout().unwrap());
        assert_eq!(of(&blocks, &index![1..;2]), dealt(Cut::BlockCyclic(2), 4 * p + 1, p, &all));
        assert_eq!(letters(&index![8 * p - 1..;-1]), "c");
        assert_eq!(letters(&index![2..]), "u");
    }

    fn views_and_what_is_none(comm) {
        let global = numbered(&[12, 5]);
        for layout in kinds(comm, &[12, 5]) {
            let x = DistArray::from_global(&layout, &global).unwrap();
            for index in [index![.., ..], index![0, ..], index![.., -1], index![3, 2]] {
                assert!(is_viewed(comm, &x, &index), "{index:?} of {layout}");
            }
            let regular = layout.process_grid().is_none_or(|grid| {
                grid.axes().iter().all(|map| !matches!(map, lops::layout::AxisMap::Listed(_) | lops::layout::AxisMap::Cyclic { block: 2.., .. }))
            });
            for index in [index![..;-1, 1..;2], index![2..11;3, ..]] {
                assert!(!regular || is_viewed(comm, &x, &index), "{index:?} of {layout}");
                is_viewed(comm, &x, &index);
            }
            let error = x.view(&[Index::list([0, 1])]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.to_string().ends_with("found a list or mask on axis 0"), "{error}");
        }
    }

    fn elements_by_index(comm) {
        for shape in [&[10][..], &[5, 5], &[2, 3, 4]] {
            let global = numbered(shape);
            for layout in kinds(comm, shape) {
                let mut x = DistArray::from_global(&layout, &global).unwrap();
                let replicated = layout.is_replicated();
                for (at, &value) in crate::picks::sources(&[], shape).1.iter().zip(&global) {
                    let before = comm.traffic();
                    assert_eq!(x.get(at).unwrap(), value);
                    let negative: Vec<_> = at.iter().zip(shape).map(|(&i, &n)| i as isize - n as isize).collect();
                    assert_eq!(x.get(&negative).unwrap(), value);
                    assert_eq!((comm.traffic() - before).total().calls, if replicated { 0 } else { 2 });
                    let before = comm.traffic();
                    assert_eq!(x.local_value(at).unwrap(), layout.local_index(comm.rank(), at).map(|_| value));
                    x.set(&negative, -value).unwrap();
                    assert_eq!((comm.traffic() - before).total().calls, 0);
                }
                assert_eq!(x.gather_all(), -&global);
                let mut beyond = shape.to_vec();
                beyond[0] += 1;
                let refused = |error: lops::Error| assert_eq!(error.kind(), ErrorKind::Axis, "{error}");
                refused(x.get(&beyond).unwrap_err());
                refused(x.set(&beyond, 0.0).unwrap_err());
                refused(x.local_value(&vec![-11; shape.len()]).unwrap_err());
                refused(x.get(&vec![0; shape.len() + 1]).unwrap_err());
            }
        }
        let x = DistArray::full(Layout::scatter(comm, &[3], 0).unwrap(), Complex::new(1.0, 2.0));
        let element = x.slice(&index![-1]).unwrap();
        assert_eq!(element.get::<isize>(&[]).unwrap(), Complex::new(1.0, 2.0));
    }

    fn bad_indices(comm) {
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[10, 4], 0).unwrap());
        refused(&x, &index![10], ErrorKind::Axis);
        refused(&x, &index![-11], ErrorKind::Axis);
        refused(&x, &index![0, 0, 0], ErrorKind::Axis);
        refused(&x, &index![.., .., ..], ErrorKind::Axis);
        refused(&x, &index![..;0], ErrorKind::Parameter);
        refused(&x, &index![Index::Ellipsis, Index::Ellipsis], ErrorKind::Parameter);
        refused(&x, &index![Index::mask([true; 4])], ErrorKind::Shape);
        refused(&x, &index![Index::list([0, 10])], ErrorKind::Axis);
        let stack = DistArray::stack(&[&x, &x]).unwrap();
        assert_eq!(stack.slice(&index![0]).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(stack.get(&[0]).unwrap_err().kind(), ErrorKind::Layout);
    }
}
