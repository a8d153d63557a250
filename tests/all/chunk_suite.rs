//! Arrays in chunks: CuPy's suite by behaviour, with its maps, and what moves.

use crate::chunk_maps::{counted, held, must_come, pairs, plain};
use lops::ndarray::{ArrayD, Axis};
use lops::{
    Comm, DistArray, ErrorKind, Layout,
    array::Norm,
    comm::Verb,
    launch_threads,
    layout::{Chunk, Cut, Mode},
    library::matmul,
};

fn layouts(comm: &Comm, mode: Mode) -> Vec<(Layout, Layout)> {
    let layout = |shape: &[usize], map: &_| Layout::chunked(comm, shape, map, mode).unwrap();
    pairs(comm).iter().map(|(shape, a, b)| (layout(shape, a), layout(shape, b))).collect()
}

fn along(global: &ArrayD<i64>, axis: usize, mode: Mode) -> ArrayD<i64> {
    let fold = |first: i64, f: fn(i64, i64) -> i64| global.fold_axis(Axis(axis), first, |&a, &b| f(a, b));
    match mode {
        Mode::Sum => fold(0, i64::wrapping_add),
        Mode::Product => fold(1, i64::wrapping_mul),
        Mode::Min => fold(i64::MAX, i64::min),
        _ => fold(i64::MIN, i64::max),
    }
}

crate::bodies! {
    fn chunks_hold_what_they_cover(comm) {
        for mode in Mode::ALL {
            for (layout, _) in layouts(comm, mode) {
                let global = counted(layout.shape());
                let x = DistArray::from_global(&layout, &global).unwrap();
                assert_eq!(x.gather_all(), global, "{layout}");
                if mode == Mode::Replica || mode == Mode::Max {
                    assert_eq!(held(&x), plain(&layout, &global));
                }
                for ((region, chunk), stored) in x.chunks().iter().zip(layout.regions(comm.rank()).iter()) {
                    assert_eq!((region, chunk.shape()), (stored, &region.shape()[..]));
                }
                let mut y = x.clone();
                y.chunks_mut().iter_mut().for_each(|(_, chunk)| chunk.fill(0));
                assert!(y.as_slice().iter().all(|&value| value == 0));
                assert_eq!(x.gather_all(), global);
            }
        }
    }

    fn every_mode_goes_to_every_other(comm) {
        for from in Mode::ALL {
            for (layout, _) in layouts(comm, from) {
                let global = counted(layout.shape());
                let x = DistArray::from_global(&layout, &global).unwrap();
                let before = x.clone();
                for to in Mode::ALL {
                    let y = x.change_mode(to).unwrap();
                    assert_eq!(y.layout().unwrap().mode(), to);
                    assert_eq!(y.gather_all(), global, "{from} to {to}");
                    if to == Mode::Replica {
                        assert_eq!(held(&y), plain(&layout, &global));
                    }
                    assert_eq!(x, before);
                }
            }
        }
    }

    fn sums_over_ranks_reach_every_chunk(comm) {
        for (layout, _) in layouts(comm, Mode::Sum) {
            let mut global = ArrayD::zeros(layout.shape());
            for rank in 0..comm.size() {
                layout.for_each_index(rank, |index| global[index] += 1i64 << rank);
            }
            let x = DistArray::from_local(&layout, vec![1i64 << comm.rank(); layout.local_len()]).unwrap();
            let y = x.change_mode(Mode::Replica).unwrap();
            assert_eq!(held(&y), plain(&layout, &global));
            assert_eq!((x.gather_all(), y.gather_all()), (global.clone(), global));
        }
    }

    fn every_map_goes_to_every_other(comm) {
        for mode in Mode::ALL {
            for (a, b) in layouts(comm, mode) {
                let global = counted(a.shape());
                for (from, to) in [(&a, &b), (&b, &a), (&a, &a)] {
                    let x = DistArray::from_global(from, &global).unwrap();
                    let sizes = comm.traffic();
                    let y = x.redistribute(to).unwrap();
                    let spent = comm.traffic() - sizes;
                    assert!(spent[Verb::Exchange].calls <= 1 && spent.total().calls <= 1);
                    let mut all = [spent.total().bytes];
                    comm.all_reduce(&mut all, lops::comm::Reduction::Sum);
                    let bound: usize = (0..comm.size()).map(|rank| must_come(from, to, rank)).sum();
                    let bound = if from == to { 0 } else { 8 * bound as u64 };
                    assert_eq!(all[0], bound, "{from} to {to}");
                    assert_eq!(y.gather_all(), global, "{from} to {to}");
                    assert_eq!(x, DistArray::from_global(from, &global).unwrap());
                    if mode == Mode::Replica || mode == Mode::Max {
                        assert_eq!(held(&y), plain(to, &global));
                    } else {
                        assert_eq!(y, DistArray::from_global(to, &global).unwrap(), "{from} to {to}");
                    }
                }
            }
        }
    }

    fn chunks_and_grids_go_to_each_other(comm) {
        for mode in Mode::ALL {
            for (chunked, _) in layouts(comm, mode) {
                let shape = chunked.shape();
                let global = counted(shape);
                let x = DistArray::from_global(&chunked, &global).unwrap();
                let grids = [
                    Layout::scatter(comm, shape, 1).unwrap(),
                    Layout::replicated(comm, shape).unwrap(),
                    Layout::unsynced(comm, shape).unwrap(),
                    Layout::grid(comm, shape, &[Cut::BlockCyclic(3), Cut::Cyclic]).unwrap(),
                    Layout::grid(comm, shape, &[Cut::Whole, Cut::Listed(vec![(0..shape[1]).rev().collect()])]).unwrap(),
                ];
                for grid in grids {
                    let y = x.redistribute(&grid).unwrap();
                    assert_eq!(y, DistArray::from_global(&grid, &global).unwrap(), "{chunked} to {grid}");
                    assert_eq!(y.redistribute(&chunked).unwrap(), x, "{grid} to {chunked}");
                    for other in Mode::ALL {
                        let z = y.change_mode(other).unwrap();
                        assert_eq!(z.gather_all(), global, "{grid} as {other}");
                    }
                }
            }
        }
    }

    fn reductions_along_every_axis(comm) {
        for mode in Mode::ALL {
            for (layout, other) in layouts(comm, mode) {
                let global = counted(layout.shape());
                let x = DistArray::from_global(&layout, &global).unwrap();
                for axis in 0..layout.ndim() {
                    for reduction in [Mode::Sum, Mode::Product, Mode::Min, Mode::Max] {
                        let y = x.reduce_axis(reduction, axis).unwrap();
                        assert_eq!(y.layout().unwrap().mode(), reduction);
                        assert_eq!(y.gather_all(), along(&global, axis, reduction), "{mode}: {reduction} along {axis}");
                        let z = x.redistribute(&other).unwrap().reduce_axis(reduction, axis).unwrap();
                        assert_eq!(z.redistribute(y.layout().unwrap()).unwrap().gather_all(), y.gather_all());
                    }
                    let whole = x.change_mode(Mode::Replica).unwrap().map(|v| v as f64);
                    let norms = whole.norm_axis(Norm::P(1.0), axis).unwrap().gather_all();
                    assert_eq!(norms, along(&global, axis, Mode::Sum).mapv(|v| v as f64));
                }
                assert_eq!(x.gather_all(), global, "sources stay");
            }
        }
    }

    fn norms_along_axes_of_every_grid(comm) {
        let shape = [5, 4, 6];
        let f = |i: &[usize]| ((i[0] * 24 + i[1] * 6 + i[2]) as f64).sin();
        let x1 = DistArray::from_fn(&Layout::replicated(&comm.alone(), &shape).unwrap(), f);
        let kinds = [Cut::Block, Cut::Cyclic, Cut::BlockCyclic(2), Cut::Whole];
        for first in &kinds {
            for second in &kinds {
                let layout = Layout::grid(comm, &shape, &[first.clone(), second.clone(), Cut::Block]).unwrap();
                let x = DistArray::from_fn(&layout, f);
                for axis in 0..3 {
                    for norm in [Norm::P(2.0), Norm::Inf, Norm::Zero, Norm::NegInf] {
                        let along = x.norm_axis(norm, axis).unwrap();
                        assert_eq!(along.gather_all(), x1.norm_axis(norm, axis).unwrap().gather_all(), "{layout} {axis}");
                    }
                }
            }
        }
        let line = Layout::grid(comm, &[7], &[Cut::Cyclic]).unwrap();
        let y = DistArray::from_fn(&line, |i| i[0] as f64 - 3.0);
        assert_eq!(y.norm_axis(Norm::P(1.0), 0).unwrap().gather_all().into_raw_vec_and_offset().0, [12.0]);
    }

    fn elements_that_many_hold_are_combined_on_one_rank_first(comm) {
        let (p, n) = (comm.size(), 40);
        let layout = Layout::replicated(comm, &[n]).unwrap().with_mode(Mode::Sum).unwrap();
        let x = DistArray::from_local(&layout, vec![1.0; n]).unwrap();
        let before = comm.traffic();
        let y = x.change_mode(Mode::Replica).unwrap();
        let spent = (comm.traffic() - before).total();
        assert_eq!(y.as_slice(), vec![p as f64; n]);
        // Each rank sends the others their parts, and its own part to all.
        let own = Layout::scatter(comm, &[n], 0).unwrap().local_len();
        let bound = if p > 2 { n - own + (p - 1) * own } else { (p - 1) * n };
        assert_eq!(spent.bytes as usize, 8 * bound);
        assert!(spent.calls <= 2);
    }

    fn arrays_without_elements_are_ordinary(comm) {
        for shape in [&[0][..], &[3, 0], &[0, 4]] {
            for mode in Mode::ALL {
                let layout = Layout::chunked(comm, shape, &vec![vec![Chunk::from(..)]; comm.size()], mode).unwrap();
                let x = DistArray::full(&layout, 3i64);
                assert_eq!(x.gather_all(), ArrayD::<i64>::zeros(shape));
                assert_eq!((x.sum(), x.local().len()), (0, 0));
                assert_eq!(x.redistribute(&Layout::scatter(comm, shape, 0).unwrap()).unwrap().sum(), 0);
                for reduction in [Mode::Sum, Mode::Product, Mode::Min, Mode::Max] {
                    for axis in 0..shape.len() {
                        let y = x.reduce_axis(reduction, axis).unwrap();
                        let identity = reduction.identity::<i64>().unwrap();
                        assert!(y.gather_all().iter().all(|&value| value == identity));
                    }
                }
            }
        }
    }

    fn sums_are_sliced_and_added_as_they_are(comm) {
        for (layout, other) in layouts(comm, Mode::Sum) {
            let global = counted(layout.shape());
            let x = DistArray::from_global(&layout, &global).unwrap();
            let before = comm.traffic().total().calls;
            let twice = &x + &x;
            let part = twice.slice(&[lops::library::Index::from(1..7), lops::library::Index::stepped(.., 3)]).unwrap();
            assert_eq!(comm.traffic().total().calls, before, "nothing is sent");
            assert_eq!(part.layout().unwrap().mode(), Mode::Sum);
            let wanted = global.slice_each_axis(|axis| match axis.axis.index() {
                0 => (1..7).into(),
                1 => lops::ndarray::Slice::new(0, None, 3),
                _ => (..).into(),
            });
            assert_eq!(part.gather_all(), &wanted * 2);
            let y = x.redistribute(&other).unwrap();
            assert_eq!((&twice + y.like(&twice).unwrap()).gather_all(), &global * 3);
        }
    }

    fn stacks_hold_chunks_to_be_combined(comm) {
        let partial = Layout::replicated(comm, &[5]).unwrap().with_mode(Mode::Sum).unwrap();
        let x = DistArray::from_local(&partial, vec![0.5f64; 5]).unwrap();
        let rows = DistArray::from_fn(&Layout::scatter(comm, &[7], 0).unwrap(), |i| i[0] as f64);
        let all = DistArray::full(Layout::replicated(comm, &[2]).unwrap(), 3.0);
        let stack = DistArray::stack(&[&x, &rows, &all]).unwrap();
        let each = 0.5 * comm.size() as f64;
        assert_eq!(stack.sum(), 5.0 * each + 21.0 + 6.0);
        assert_eq!(stack.dot(&stack).unwrap(), 5.0 * each * each + 91.0 + 18.0);
        assert_eq!(stack.norm_of(Norm::Inf).unwrap(), each.max(6.0));
        assert_eq!(stack.gather_all().into_raw_vec_and_offset().0[4..6], [each, 0.0]);
        assert_eq!(x.norm_axis(Norm::P(1.0), 0).unwrap().gather_all().into_raw_vec_and_offset().0, [5.0 * each]);
        let masked = Layout::scatter(comm, &[4, 4], 0).unwrap().with_mask(&vec![0; comm.size()]).unwrap();
        assert_eq!(masked.with_mode(Mode::Sum).unwrap_err().kind(), ErrorKind::Layout);
        let y = DistArray::<f64>::zeros(&masked);
        assert_eq!(y.reduce_axis(Mode::Sum, 0).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(matmul(&y, &y).unwrap_err().kind(), ErrorKind::Layout);
    }

    fn holders_of_replicas_take_turns(comm) {
        let p = comm.size();
        if p < 4 {
            return;
        }
        // Ranks 0 and 1 hold all; the others ask one of them each.
        let held = |rank| if rank < 2 { vec![Chunk::from(..)] } else { vec![] };
        let source = Layout::chunked(comm, &[12], &(0..p).map(held).collect::<Vec<_>>(), Mode::Replica).unwrap();
        let x = DistArray::from_fn(&source, |i| i[0] as f64);
        let before = comm.traffic();
        let y = x.reshard(&vec![vec![Chunk::from(..)]; p]).unwrap();
        let spent = (comm.traffic() - before).total();
        assert_eq!(y.as_slice(), (0..12).map(f64::from).collect::<Vec<_>>());
        let turns = (2..p).filter(|rank| rank % 2 == comm.rank()).count() as u64;
        assert_eq!(spent.messages, if comm.rank() < 2 { turns } else { 0 });
    }
}

/// Twelve ranks, each of which holds a row, a column and a diagonal stride.
#[test]
fn twelve_ranks() {
    use lops::layout::by;
    launch_threads(12, |comm| {
        let of_rank =
            |rank: usize| vec![Chunk::from(rank), Chunk::from((.., rank)), Chunk::from((by(.., rank + 1), 3))];
        let map: Vec<_> = (0..12).map(of_rank).collect();
        let global = counted(&[12, 12]);
        for mode in Mode::ALL {
            let x = DistArray::from_global(&Layout::chunked(comm, &[12, 12], &map, mode)?, &global)?;
            let y = x.change_mode(Mode::Replica)?;
            assert_eq!(held(&y), plain(y.layout()?, &global));
            assert_eq!(x.sum(), global.sum());
        }
        Ok(())
    })
    .unwrap();
}
