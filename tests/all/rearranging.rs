//! Elements in other places: against ndarray and plain index loops, and the bytes that may move.

use crate::cases::{Dice, numbered};
use crate::picks::kinds;
use lops::ndarray::{ArrayD, Axis, Dimension, IxDyn, concatenate, stack};
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout,
    comm::{Traffic, Verb},
    layout::{Chunk, Cut, Grid, Mode},
    library::Pad,
};

/// An array of which each element is one of another, or a value.
fn mapped<T: Element>(
    global: &ArrayD<T>,
    shape: &[usize],
    value: T,
    source: &dyn Fn(&[usize]) -> Option<Vec<usize>>,
) -> ArrayD<T> {
    ArrayD::from_shape_fn(IxDyn(shape), |index| {
        source(Dimension::slice(&index)).map_or(value, |from| global[&from[..]])
    })
}

/// The bytes that this rank sends where each element of a result that lies elsewhere than its source is
/// sent once; 0 from and to replicated layouts.
pub(crate) fn leaving(
    comm: &Comm,
    from: &Layout,
    to: &Layout,
    size: usize,
    source: &dyn Fn(&[usize]) -> Option<Vec<usize>>,
) -> u64 {
    if from.is_replicated() || to.is_replicated() {
        return 0;
    }
    let mut count = 0;
    for rank in (0..comm.size()).filter(|&rank| rank != comm.rank()) {
        to.for_each_index(rank, |index| {
            count += usize::from(source(index).is_some_and(|from_index| from.owner(&from_index) == Some(comm.rank())));
        });
    }
    (count * size) as u64
}

/// One exchange of so many bytes, or nothing at all.
pub(crate) fn within_budget(spent: Traffic, bytes: u64, what: &str) {
    assert_eq!(spent.total().bytes, bytes, "{what}");
    assert!(spent.total().calls <= 1, "{what}");
    assert_eq!(spent[Verb::Exchange].calls, spent.total().calls, "{what}");
}

/// Compares with the map, and counts what is sent; the layout of the result.
fn check<T: Element>(
    comm: &Comm,
    x: &DistArray<T>,
    what: &str,
    run: impl FnOnce() -> lops::Result<DistArray<T>>,
    value: T,
    source: &dyn Fn(&[usize]) -> Option<Vec<usize>>,
) -> Layout {
    let what = format!("{what} of {}", x.space());
    let before = comm.traffic();
    let y = run().unwrap_or_else(|error| panic!("{what}: {error}"));
    let spent = comm.traffic() - before;
    let layout = y.layout().unwrap().clone();
    let from = x.layout().unwrap();
    within_budget(spent, leaving(comm, from, &layout, T::DTYPE.size(), source), &what);
    let expected = mapped(&x.gather_all(), layout.shape(), value, source);
    assert_eq!(y, DistArray::from_global(&layout, &expected).unwrap(), "{what} to {layout}");
    layout
}

/// The index in NumPy's words: what stands at a place beyond the ends, found by walking there.
fn walked<T: Copy + PartialEq>(mode: &Pad<T>, place: isize, n: usize) -> Option<usize> {
    let n = n as isize;
    if (0..n).contains(&place) {
        return Some(place as usize);
    }
    let (mut at, mut step) = if place < 0 { (0, -1) } else { (n - 1, 1) };
    let far = if place < 0 { -place } else { place - n + 1 };
    for _ in 0..far {
        match mode {
            Pad::Constant(_) => return None,
            Pad::Edge => {}
            Pad::Wrap => at = (at + step + n) % n,
            Pad::Reflect if n == 1 => {}
            Pad::Reflect => {
                if !(0..n).contains(&(at + step)) {
                    step = -step;
                }
                at += step;
            }
            Pad::Symmetric => {
                if (0..n).contains(&(at + step)) {
                    at += step;
                } else {
                    step = -step; // the element at the end once more
                }
            }
        }
    }
    Some(at as usize)
}

pub(crate) fn replaced(index: &[usize], axis: usize, at: usize) -> Vec<usize> {
    let mut index = index.to_vec();
    index[axis] = at;
    index
}

/// Overlapping chunks in every mode, with an element that none covers.
fn in_chunks(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let p = comm.size();
    let n = shape[0];
    let map = |gap: bool| {
        let chunk = |rank: usize| {
            let end = (n * (rank + 1) / p + 2).min(n);
            vec![Chunk::from(n * rank / p..if gap && end == n { n - 1 } else { end })]
        };
        (0..p).map(chunk).collect::<Vec<_>>()
    };
    let mut all = vec![Layout::chunked(comm, shape, &map(true), Mode::Replica).unwrap()];
    for mode in [Mode::Replica, Mode::Sum, Mode::Product, Mode::Min, Mode::Max] {
        all.push(Layout::chunked(comm, shape, &map(false), mode).unwrap());
    }
    all
}

crate::bodies! {
    fn flips(comm) {
        for shape in [&[10][..], &[5, 4], &[2, 3, 4], &[3, 0], &[1, 1]] {
            for layout in kinds(comm, shape) {
                let x = DistArray::from_global(&layout, &numbered(shape)).unwrap();
                let all: Vec<_> = (0..shape.len()).collect();
                for axes in [&[][..], &[0], &[shape.len() - 1], &all] {
                    let source = |index: &[usize]| {
                        let turned = |(k, &i): (usize, &usize)| if axes.contains(&k) { shape[k] - 1 - i } else { i };
                        Some(index.iter().enumerate().map(turned).collect())
                    };
                    let lies = check(comm, &x, &format!("flip {axes:?}"), || x.flip(axes), 0.0, &source);
                    assert_eq!(lies, layout);
                }
            }
        }
        let x = DistArray::<bool>::from_fn(&Layout::scatter(comm, &[9], 0).unwrap(), |i| i[0] % 3 == 0);
        assert_eq!(x.flip(&[0]).unwrap(), DistArray::from_fn(x.layout().unwrap(), |i| (8 - i[0]) % 3 == 0));
    }

    fn rolls(comm) {
        for shape in [&[10][..], &[5, 4], &[2, 3, 4], &[3, 0]] {
            for layout in kinds(comm, shape) {
                let x = DistArray::from_fn(&layout, |i| Complex::new(i[0] as f32, i.iter().sum::<usize>() as f32));
                let last = shape.len() - 1;
                for (shifts, axes) in [
                    (vec![], vec![]), (vec![0], vec![0]), (vec![1], vec![0]), (vec![-3], vec![last]),
                    (vec![2, 1], vec![0, last]), (vec![isize::MAX, isize::MIN, 1], vec![last, 0, 0]),
                ] {
                    let source = |index: &[usize]| {
                        let mut from = index.to_vec();
                        for (&by, &axis) in shifts.iter().zip(&axes) {
                            from[axis] = (from[axis] as i128 - by as i128).rem_euclid(shape[axis] as i128) as usize;
                        }
                        Some(from)
                    };
                    let lies = check(comm, &x, &format!("roll {shifts:?} {axes:?}"), || x.roll(&shifts, &axes), Complex::default(), &source);
                    assert_eq!(lies, layout);
                }
            }
        }
    }

    /// Of a block axis a roll by s rows sends s rows to the next rank, whatever the length of blocks.
    fn a_roll_sends_what_it_shifts(comm) {
        let p = comm.size();
        let x = DistArray::from_fn(&Layout::scatter(comm, &[6 * p, 5], 0).unwrap(), |i| (i[0] + 7 * i[1]) as i32);
        let before = comm.traffic();
        x.roll(&[2], &[0]).unwrap();
        let spent = (comm.traffic() - before).total();
        let one = u64::from(p > 1);
        assert_eq!((spent.calls, spent.messages, spent.bytes), (one, one, one * 2 * 5 * 4));
    }

    fn margins(comm) {
        for shape in [&[7][..], &[1], &[4, 3]] {
            for layout in kinds(comm, shape) {
                let x = DistArray::from_fn(&layout, |i| i.iter().fold(1, |flat, &i| 10 * flat + i as i64));
                for (k, mode) in [Pad::Constant(-7), Pad::Edge, Pad::Reflect, Pad::Symmetric, Pad::Wrap].into_iter().enumerate() {
                    for margin in [vec![(0, 0); shape.len()], vec![(2, 1); shape.len()], (0..shape.len()).map(|axis| ((5 * axis + k) % 9, 11 - axis)).collect()] {
                        let grown: Vec<_> = shape.iter().zip(&margin).map(|(n, (a, b))| n + a + b).collect();
                        let source = |index: &[usize]| {
                            let place = |axis: usize| walked(&mode, index[axis] as isize - margin[axis].0 as isize, shape[axis]);
                            (0..shape.len()).map(place).collect()
                        };
                        let lies = check(comm, &x, &format!("pad {margin:?} {mode:?}"), || x.pad(&margin, mode), -7, &source);
                        assert_eq!(lies.shape(), grown);
                        if let Some(axis) = layout.axis().filter(|_| layout == Layout::scatter(comm, shape, layout.axis().unwrap()).unwrap()) {
                            assert_eq!(lies, Layout::scatter(comm, &grown, axis).unwrap());
                        }
                    }
                }
            }
        }
        let none = DistArray::<f64>::zeros(Layout::scatter(comm, &[0, 2], 0).unwrap());
        assert_eq!(none.pad(&[(1, 1), (0, 0)], Pad::Constant(2.0)).unwrap().gather_all(), ArrayD::from_elem(IxDyn(&[2, 2]), 2.0));
        assert_eq!(none.pad(&[(0, 0), (1, 0)], Pad::Wrap).unwrap().shape(), [0, 3]);
    }

    fn repeats_and_tiles(comm) {
        for shape in [&[7][..], &[4, 3], &[2, 3, 2], &[0, 2]] {
            for layout in kinds(comm, shape) {
                let x = DistArray::from_global(&layout, &numbered(shape)).unwrap();
                for axis in 0..shape.len() {
                    for times in [0, 1, 3] {
                        let before = comm.traffic().total().calls;
                        let y = x.repeat(times, axis).unwrap();
                        assert_eq!(comm.traffic().total().calls, before);
                        let mut longer = shape.to_vec();
                        longer[axis] *= times;
                        let expected = mapped(&numbered(shape), &longer, 0.0, &|i| Some(replaced(i, axis, i[axis] / times)));
                        assert_eq!(y, DistArray::from_global(y.layout().unwrap(), &expected).unwrap(), "{axis} of {layout}");
                    }
                }
                for times in [vec![2; shape.len()], vec![3], vec![], vec![0], (0..shape.len()).map(|k| 11 * k + 1).collect()] {
                    let mut all = vec![1; shape.len() - times.len()];
                    all.extend(&times);
                    let longer: Vec<_> = shape.iter().zip(&all).map(|(n, times)| n * times).collect();
                    let source = |index: &[usize]| Some(index.iter().zip(shape).map(|(i, n)| i % n).collect());
                    let lies = check(comm, &x, &format!("tile {times:?}"), || x.tile(&times), 0.0, &source);
                    assert_eq!(lies.shape(), longer);
                }
            }
        }
        let x = DistArray::from_fn(&Layout::scatter(comm, &[3], 0).unwrap(), |i| i[0] as u8);
        assert_eq!(x.tile(&[2, 2]).unwrap().gather_all(), ArrayD::from_shape_fn(IxDyn(&[2, 6]), |i| (i[1] % 3) as u8));
    }

    fn differences(comm) {
        let serial = |global: &ArrayD<f64>, order: usize, axis: usize| {
            let mut y = global.clone();
            for _ in 0..order {
                let n = y.shape()[axis];
                let (high, low) = (y.slice_axis(Axis(axis), (n.min(1)..n).into()), y.slice_axis(Axis(axis), (0..n.saturating_sub(1)).into()));
                y = &high - &low;
            }
            y
        };
        for shape in [&[10][..], &[5, 4], &[3, 2, 4], &[0, 3], &[1, 2]] {
            let global = numbered(shape).mapv(|v| (v * 0.7).sin());
            for layout in kinds(comm, shape) {
                let x = DistArray::from_global(&layout, &global).unwrap();
                for axis in 0..shape.len() {
                    for order in [0, 1, 2, 5, 12] {
                        let before = comm.traffic();
                        let y = x.diff(order, axis).unwrap();
                        let spent = comm.traffic() - before;
                        let what = format!("{order} along {axis} of {layout}");
                        let expected = serial(&global, order, axis);
                        assert_eq!(y.gather_all(), expected, "{what}");
                        let lies = y.layout().unwrap();
                        // What other ranks need of what is here, each once.
                        let reach = order.min(shape[axis]);
                        let mut bytes = 0;
                        for rank in (0..comm.size()).filter(|&rank| rank != comm.rank() && !layout.is_replicated()) {
                            x.layout().unwrap().for_each_index(comm.rank(), |index| {
                                let mut reached = (0..=reach).filter_map(|by| index[axis].checked_sub(by));
                                let needed = |at: usize| at < lies.shape()[axis] && lies.owner(&replaced(index, axis, at)) == Some(rank);
                                bytes += if reached.any(needed) { 8 } else { 0 };
                            });
                        }
                        within_budget(spent, bytes, &what);
                    }
                }
            }
        }
        let squares = DistArray::from_fn(&Layout::scatter(comm, &[9], 0).unwrap(), |i| (i[0] * i[0]) as i32);
        assert_eq!(squares.diff(2, 0).unwrap().gather_all(), ArrayD::from_elem(IxDyn(&[7]), 2));
        let turning = DistArray::from_fn(&Layout::scatter(comm, &[6], 0).unwrap(), |i| Complex::new(i[0] as f64, -2.0 * i[0] as f64));
        assert_eq!(turning.diff(1, 0).unwrap().gather_all(), ArrayD::from_elem(IxDyn(&[5]), Complex::new(1.0, -2.0)));
    }

    /// The rows behind each block, in one message to the rank before.
    fn differences_need_a_halo(comm) {
        let p = comm.size();
        let x = DistArray::from_fn(&Layout::scatter(comm, &[6 * p, 5], 0).unwrap(), |i| (i[0] * i[1]) as f32);
        let before = comm.traffic();
        let y = x.diff(2, 0).unwrap();
        let spent = (comm.traffic() - before).total();
        let sends = u64::from(comm.rank() > 0);
        assert_eq!((spent.messages, spent.bytes), (sends, sends * 2 * 5 * 4));
        assert_eq!(y.layout().unwrap().range(p - 1), 6 * (p - 1)..6 * p - 2);
    }

    fn any_layout_of_any_shape(comm) {
        for seed in 0..80 {
            let mut dice = Dice::new(8000 + seed);
            let shape = dice.shape();
            let x = DistArray::from_global(&dice.layout(comm, &shape), &numbered(&shape)).unwrap();
            let axis = dice.below(shape.len());
            let by = dice.below(50) as isize - 25;
            let rolled = |index: &[usize]| Some(replaced(index, axis, (index[axis] as isize - by).rem_euclid(shape[axis] as isize) as usize));
            check(comm, &x, &format!("roll {by} {axis}"), || x.roll(&[by], &[axis]), 0.0, &rolled);
            check(comm, &x, &format!("flip {axis}"), || x.flip(&[axis]), 0.0, &|index| Some(replaced(index, axis, shape[axis] - 1 - index[axis])));
            let margin: Vec<_> = shape.iter().map(|_| (dice.below(6), dice.below(6))).collect();
            let mode = [Pad::Constant(0.5), Pad::Edge, Pad::Reflect, Pad::Symmetric, Pad::Wrap][if shape.contains(&0) { 0 } else { dice.below(5) }];
            check(comm, &x, &format!("pad {margin:?} {mode:?}"), || x.pad(&margin, mode), 0.5, &|index: &[usize]| {
                (0..shape.len()).map(|axis| walked(&mode, index[axis] as isize - margin[axis].0 as isize, shape[axis])).collect()
            });
        }
    }

    fn chunks_of_any_mode(comm) {
        let shape = [9, 3];
        for layout in in_chunks(comm, &shape) {
            let global = numbered(&shape).mapv(|v| v + 1.0);
            let x = DistArray::from_global(&layout, &global).unwrap();
            let held = x.gather_all();
            let values = |y: lops::Result<DistArray<f64>>| y.unwrap().gather_all();
            // What the layout of chunks has no place for is not there.
            let seen = |expected: ArrayD<f64>| DistArray::from_global(&layout, &expected).unwrap().gather_all();
            let map = |source: &dyn Fn(&[usize]) -> Option<Vec<usize>>| mapped(&held, &shape, 0.0, source);
            assert_eq!(values(x.flip(&[0])), seen(map(&|i| Some(vec![8 - i[0], i[1]]))), "{layout}");
            assert_eq!(values(x.roll(&[4, 1], &[0, 1])), seen(map(&|i| Some(vec![(i[0] + 5) % 9, (i[1] + 2) % 3]))), "{layout}");
            assert_eq!(x.flip(&[0]).unwrap().layout().unwrap(), &layout);
            assert_eq!(values(x.pad(&[(1, 2), (0, 1)], Pad::Edge)), mapped(&held, &[12, 4], 0.0, &|i| {
                Some(vec![i[0].saturating_sub(1).min(8), i[1].min(2)])
            }));
            assert_eq!(values(x.t()), held.t());
            assert_eq!(values(x.take(&[2, 8, 2], 0)), held.select(Axis(0), &[2, 8, 2]));
            assert_eq!(values(x.repeat(2, 0)), mapped(&held, &[18, 3], 0.0, &|i| Some(vec![i[0] / 2, i[1]])));
            assert_eq!(values(x.tile(&[2, 1])), mapped(&held, &[18, 3], 0.0, &|i| Some(vec![i[0] % 9, i[1]])));
            assert_eq!(values(x.diff(1, 0)), &held.slice_axis(Axis(0), (1..).into()) - &held.slice_axis(Axis(0), (..8).into()));
            let rows = DistArray::from_global(&Layout::scatter(comm, &shape, 1).unwrap(), &global).unwrap();
            assert_eq!(values(DistArray::concatenate(&[&x, &rows], 0)), concatenate(Axis(0), &[held.view(), global.view()]).unwrap());
            assert_eq!(values(DistArray::stack_along(&[&rows, &x], 1)), stack(Axis(1), &[global.view(), held.view()]).unwrap());
            let parts = x.split(3, 0).unwrap();
            let parts: Vec<_> = parts.iter().map(DistArray::gather_all).collect();
            assert_eq!(concatenate(Axis(0), &parts.iter().map(|part| part.view()).collect::<Vec<_>>()).unwrap(), held);
        }
    }

    fn masks_are_kept(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let layout = Layout::scatter(comm, &[8, 3], 0).unwrap().with_mask(&colours).unwrap();
        let x = DistArray::from_global(&layout, &numbered(&[8, 3])).unwrap();
        for y in [
            x.flip(&[0]), x.roll(&[1], &[0]), x.pad(&[(1, 1), (0, 0)], Pad::Wrap), x.t(), x.diff(1, 0), x.repeat(2, 1),
            x.tile(&[1, 2]), DistArray::concatenate(&[&x, &x], 0), DistArray::stack_along(&[&x, &x], 0),
        ] {
            assert_eq!(y.unwrap().layout().unwrap().mask(), Some(&colours[..]));
        }
        let plain = DistArray::<f64>::zeros(Layout::scatter(comm, &[8, 3], 0).unwrap());
        assert_eq!(DistArray::concatenate(&[&x, &plain], 0).unwrap_err().kind(), ErrorKind::Layout);
    }

    fn what_makes_no_sense_is_refused(comm) {
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[4, 3], 0).unwrap());
        let kind = |y: lops::Result<DistArray<f64>>| y.unwrap_err().kind();
        let kinds = |y: lops::Result<Vec<DistArray<f64>>>| y.unwrap_err().kind();
        assert_eq!(kind(x.flip(&[2])), ErrorKind::Axis);
        assert_eq!(kind(x.flip(&[1, 1])), ErrorKind::Axis);
        assert_eq!(kind(x.roll(&[1], &[2])), ErrorKind::Axis);
        assert_eq!(kind(x.roll(&[1], &[])), ErrorKind::Parameter);
        assert_eq!(kind(x.pad(&[(1, 1)], Pad::Edge)), ErrorKind::Axis);
        assert_eq!(kind(x.pad(&[(usize::MAX, 1), (0, 0)], Pad::Constant(0.0))), ErrorKind::Shape);
        assert_eq!(kind(x.take(&[4], 0)), ErrorKind::Axis);
        assert_eq!(kind(x.take(&[0], 2)), ErrorKind::Axis);
        assert_eq!(kind(x.diff(1, 2)), ErrorKind::Axis);
        assert_eq!(kind(x.transpose(&[0, 0])), ErrorKind::Axis);
        assert_eq!(kind(x.transpose(&[0])), ErrorKind::Axis);
        assert_eq!(kind(x.swap_axes(0, 2)), ErrorKind::Axis);
        assert_eq!(kind(x.move_axis(2, 0)), ErrorKind::Axis);
        assert_eq!(kind(x.squeeze(&[0])), ErrorKind::Shape);
        assert_eq!(kind(x.expand_dims(3)), ErrorKind::Axis);
        assert_eq!(kind(x.repeat(usize::MAX, 0)), ErrorKind::Shape);
        assert_eq!(kind(x.repeat(1 << 61, 0)), ErrorKind::Shape);
        assert_eq!(kind(x.tile(&[usize::MAX, 2])), ErrorKind::Shape);
        assert_eq!(kinds(x.split(3, 0)), ErrorKind::Parameter);
        assert_eq!(kinds(x.split(0, 0)), ErrorKind::Parameter);
        assert_eq!(kinds(x.array_split(0, 0)), ErrorKind::Parameter);
        assert_eq!(kinds(x.split_at(&[], 2)), ErrorKind::Axis);
        assert_eq!(kind(DistArray::concatenate(&[], 0)), ErrorKind::Parameter);
        assert_eq!(kind(DistArray::concatenate(&[&x], 2)), ErrorKind::Axis);
        let other = DistArray::<f64>::zeros(Layout::replicated(comm, &[4, 2]).unwrap());
        assert_eq!(kind(DistArray::concatenate(&[&x, &other], 0)), ErrorKind::Shape);
        assert_eq!(kind(DistArray::stack_along(&[&x, &other], 0)), ErrorKind::Shape);
        assert_eq!(kind(DistArray::stack_along(&[&x], 3)), ErrorKind::Axis);
        let elsewhere = DistArray::<f64>::zeros(Layout::replicated(&comm.duplicate(), &[4, 3]).unwrap());
        assert_eq!(kind(DistArray::concatenate(&[&x, &elsewhere], 0)), ErrorKind::Communicator);
        let empty = DistArray::<f64>::zeros(Grid::cut(&[Cut::Cyclic]).layout(comm, &[0]).unwrap());
        assert_eq!(kind(empty.pad(&[(1, 0)], Pad::Edge)), ErrorKind::Shape);
        let members = DistArray::stack(&[&x, &x]).unwrap();
        assert_eq!(kind(members.flip(&[0])), ErrorKind::Layout);
        assert_eq!(kind(members.t()), ErrorKind::Layout);
        assert_eq!(kind(members.diff(1, 0)), ErrorKind::Layout);
        assert_eq!(kind(DistArray::concatenate(&[&members], 0)), ErrorKind::Layout);
    }
}
