//! Ghosts on grids of blocks: what arrives, who sends it, and which layouts are refused.

use crate::cases::{Dice, numbered};
use lops::array::Halo;
use lops::comm::Reduction;
use lops::ndarray::{ArrayD, IxDyn, Slice};
use lops::operators::{
    Communication, Convolve1D, FirstDerivative, Gradient, Laplacian, Points, SecondDerivative, Sent, Stencil,
};
use lops::{
    Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result,
    layout::{AxisMap, Cut, Grid, IndexSet, Region},
};
use std::ops::Range;

/// A random grid of blocks, of any sizes, over some of the ranks in any order.
fn blocks(dice: &mut Dice, comm: &Comm, shape: &[usize]) -> Layout {
    let ranks = dice.shuffled(comm.size());
    let (mut left, mut grid, mut cuts) = (comm.size(), vec![], vec![]);
    for &n in shape {
        let p = 1 + dice.below(left);
        left /= p;
        grid.push(p);
        let mut bounds: Vec<_> = (1..p).map(|_| dice.below(n + 1)).chain([0, n]).collect();
        bounds.sort_unstable();
        cuts.push(if p == 1 { Cut::Whole } else { Cut::Bounds(bounds) });
    }
    Grid::cut(&cuts).over(&grid).on_ranks(&ranks).layout(comm, shape).unwrap()
}

/// The rows of an axis that a rank of the grid has, also where there are none.
fn rows(layout: &Layout, rank: usize, axis: usize) -> Option<Range<usize>> {
    let grid = layout.process_grid().unwrap();
    let at = grid.coordinates_of(rank)?[axis];
    Some(match &grid.axes()[axis] {
        AxisMap::Blocks(bounds) => bounds.block(at),
        map => 0..map.size(),
    })
}

/// A rank's block and what lies around it, cut out of the global array.
fn around(layout: &Layout, global: &ArrayD<f64>, widths: &[(usize, usize)]) -> ArrayD<f64> {
    let rank = layout.comm().rank();
    let mut part = global.clone();
    for (axis, &(front, back)) in widths.iter().enumerate() {
        let n = layout.shape()[axis];
        let wanted = rows(layout, rank, axis)
            .map_or(0..0, |rows| rows.start.saturating_sub(front)..(rows.end.saturating_add(back)).min(n));
        part.slice_axis_inplace(lops::ndarray::Axis(axis), Slice::from(wanted));
    }
    part
}

fn is_refused<T: std::fmt::Debug>(found: Result<T>, layout: &Layout, words: &str) {
    let error = found.unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Layout, format!("{words}, found {layout}")));
}

fn sent(messages: usize, elements: usize) -> Sent {
    Sent { calls: u64::from(messages > 0), messages: messages as u64, bytes: 8 * elements as u64 }
}

fn both(sent: Sent) -> Communication {
    Communication { forward: sent, adjoint: sent }
}

/// The grid over the first ranks; whether this rank is in it. `None` where there are too few ranks.
fn even_grid(comm: &Comm, shape: &[usize], grid: &[usize]) -> Option<(Layout, bool)> {
    let ranks = grid.iter().product();
    let layout = || Grid::cut(&vec![Cut::Block; shape.len()]).over(grid).layout(comm, shape).unwrap();
    (comm.size() >= ranks).then(|| (layout(), comm.rank() < ranks))
}

/// Some indices of each axis, in some order.
fn any_region(dice: &mut Dice, shape: &[usize]) -> Region {
    let any_set = |&n: &usize| match dice.below(3) {
        0 => IndexSet::range(dice.below(n + 1)..n),
        1 => IndexSet::strided(0, n, 2),
        _ => IndexSet::list(dice.shuffled(n).into_iter().take(3).collect()),
    };
    Region::new(shape.iter().map(any_set).collect())
}

crate::bodies! {
    fn ghost_cells_are_what_lies_around(comm) {
        let mut dice = Dice::new(3);
        for _ in 0..40 {
            let shape = dice.shape();
            let global = numbered(&shape);
            let layout = blocks(&mut dice, comm, &shape);
            let x = DistArray::from_global(&layout, &global).unwrap();
            for most in [1, 2, 5, 100] {
                let widths: Vec<_> = shape.iter().map(|_| (dice.below(most + 1), dice.below(most + 1))).collect();
                let found = x.add_ghost_cells_along(&widths).unwrap();
                assert_eq!(found, around(&layout, &global, &widths), "{layout} {widths:?}");
            }
            let huge = vec![(usize::MAX, usize::MAX); shape.len()];
            assert_eq!(x.add_ghost_cells_along(&huge).unwrap(), around(&layout, &global, &huge), "{layout}");
        }
    }

    fn ghost_cells_along_one_axis_of_ranks_in_any_order(comm) {
        let ranks: Vec<_> = (0..comm.size()).rev().collect();
        let layout = Grid::cut(&[Cut::Whole, Cut::Block]).over(&[1, comm.size()]).on_ranks(&ranks)
            .layout(comm, &[2, 9]).unwrap();
        let global = numbered(&[2, 9]);
        let x = DistArray::from_global(&layout, &global).unwrap();
        assert_eq!(x.add_ghost_cells(2, 3).unwrap(), around(&layout, &global, &[(0, 0), (2, 3)]));
        let whole = DistArray::<f64>::zeros(Layout::replicated(comm, &[2, 9]).unwrap());
        is_refused(whole.add_ghost_cells(1, 1), whole.layout().unwrap(), "ghost cells: expected a layout cut on one axis");
        is_refused(whole.add_ghost_cells_along(&[(0, 0); 2]), whole.layout().unwrap(),
            "ghost cells: expected a layout cut into blocks");
        assert_eq!(x.add_ghost_cells_along(&[(0, 0)]).unwrap_err().kind(), ErrorKind::Axis);
        let both = Layout::grid(comm, &[4, 9], &[Cut::Block, Cut::Block]).unwrap();
        is_refused(DistArray::<f64>::zeros(&both).add_ghost_cells(1, 1), &both, "ghost cells: expected a layout cut on one axis");
    }

    fn any_regions_arrive_and_go_back(comm) {
        let mut dice = Dice::new(11);
        for _ in 0..30 {
            let shape = dice.shape();
            let global = numbered(&shape);
            let layout = dice.grid(comm, &shape);
            let lists: Vec<Vec<Region>> = (0..comm.size())
                .map(|_| (0..dice.below(4)).map(|_| any_region(&mut dice, &shape)).collect())
                .collect();
            let mut halo = Halo::new(&layout, |rank| lists[rank].clone()).unwrap();
            let x = DistArray::from_global(&layout, &global).unwrap();
            let before = comm.traffic();
            let ghosts = halo.overlap(x.as_slice(), || {});
            for (k, region) in lists[comm.rank()].iter().enumerate() {
                let mut expected = vec![];
                region.for_each_index(|index| expected.push(global[index]));
                assert_eq!(ghosts.region(k), expected, "{layout} {region:?}");
            }
            assert_eq!((comm.traffic() - before).total(), halo.sends());

            // ⟨ghosts of x, g⟩ = ⟨x, g given back⟩, to the bit: all numbers are small integers.
            let mut back = halo.back().unwrap();
            let mut given = DistArray::<f64>::full(&layout, f64::NAN);
            let value = |rank: usize, at: usize| (rank * 7 + at) as f64;
            let before = comm.traffic();
            back.overlap(
                given.as_mut_slice(),
                |ghosts| {
                    let values = ghosts.as_mut_slice().iter_mut().enumerate();
                    values.for_each(|(at, ghost)| *ghost = value(comm.rank(), at));
                },
                |own| own.fill(1.0),
            );
            assert_eq!((comm.traffic() - before).total(), back.sends());
            let mut bytes = [back.buffers(), halo.buffers()];
            comm.all_reduce(&mut bytes, Reduction::Sum);
            assert_eq!(bytes[0], bytes[1]); // what one rank sends another one receives
            let mut expected = ArrayD::from_elem(IxDyn(&shape), 1.0);
            for (rank, regions) in lists.iter().enumerate() {
                let mut at = 0;
                for region in regions {
                    region.for_each_index(|index| {
                        expected[index] += value(rank, at);
                        at += 1;
                    });
                }
            }
            let expected = DistArray::from_global(&layout, &expected).unwrap();
            assert_eq!(given, expected, "{layout} {lists:?}");
        }
    }

    fn what_every_rank_has_is_not_sent(comm) {
        let layout = Layout::replicated(comm, &[5, 3]).unwrap();
        let wanted = Region::new(vec![IndexSet::range(1..3), IndexSet::list(vec![2, 0])]);
        let mut halo = Halo::new(&layout, |_| vec![wanted.clone()]).unwrap();
        let x = DistArray::from_global(&layout, &numbered(&[5, 3])).unwrap();
        assert_eq!(halo.overlap(x.as_slice(), || {}).region(0), [5.0, 3.0, 8.0, 6.0]);
        assert_eq!(halo.sends(), Sent::NOTHING);
    }

    fn halos_of_what_is_not_there_are_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let last = comm.size() - 1;
        for region in [Region::whole(&[5, 3]), Region::whole(&[4])] {
            let wanted = |rank: usize| if rank == last { vec![region.clone()] } else { vec![] };
            let error = Halo::<f64>::new(&layout, wanted).unwrap_err();
            assert_eq!((error.kind(), error.rank()), (ErrorKind::Shape, Some(last)), "{error}");
        }
        assert_eq!(Halo::<f64>::along(&layout, 2, 1, 1).unwrap_err().kind(), ErrorKind::Axis);
        let cyclic = Layout::grid(comm, &[2 * comm.size(), 3], &[Cut::Cyclic]).unwrap();
        if comm.size() > 1 {
            assert_eq!(Halo::<f64>::along(&cyclic, 0, 1, 1).unwrap_err().kind(), ErrorKind::Layout);
        }
    }

    fn corners_only_where_asked_for(comm) {
        if let Some((layout, inside)) = even_grid(comm, &[6, 8], &[2, 2]) {
            let of = |messages, elements| if inside { sent(messages, elements) } else { Sent::default() };
            let laplacian = Laplacian::over(&[0, 1]).on::<f64>(&layout).unwrap();
            assert_eq!(laplacian.communication(), both(of(2, 4 + 3)));
            let gradient = Gradient::new().on::<f64>(&layout).unwrap();
            assert_eq!(gradient.communication(), both(of(2, 4 + 3)));
            let along = FirstDerivative::along(1).stencil(Stencil::Centered { points: Points::Five, edge: false }).on::<f64>(&layout).unwrap();
            assert_eq!(along.communication(), both(of(1, 2 * 3)));
            let before = comm.traffic();
            DistArray::<f64>::zeros(&layout).add_ghost_cells_along(&[(1, 1); 2]).unwrap();
            let spent = (comm.traffic() - before).total();
            assert_eq!(spent, of(3, 4 + 3 + 1));
        }
        if let Some((layout, inside)) = even_grid(comm, &[4, 4, 4], &[2, 2, 2]) {
            assert!(inside);
            let laplacian = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout).unwrap();
            assert_eq!(laplacian.communication(), both(sent(3, 3 * 4)));
            let twice = SecondDerivative::along(2).on::<f64>(&layout).unwrap();
            assert_eq!(twice.communication(), both(sent(1, 4)));
            let before = comm.traffic();
            DistArray::<f64>::zeros(&layout).add_ghost_cells_along(&[(1, 1); 3]).unwrap();
            let spent = (comm.traffic() - before).total();
            assert_eq!((spent.calls, spent.messages, spent.bytes), (1, 7, 8 * (3 * 4 + 3 * 2 + 1)));
        }
    }

    fn long_filters_reach_over_many_blocks(comm) {
        let p = comm.size();
        let Some((layout, _)) = even_grid(comm, &[p, 3], &[p, 1]) else { return };
        let filter: Vec<_> = (0..2 * p).map(|k| k as f64 + 1.0).collect();
        let convolution = Convolve1D::new(&filter, 0).along(0).on(&layout).unwrap();
        let (behind, before) = (p - 1 - comm.rank(), comm.rank());
        let expected = Communication { forward: sent(behind, 3 * behind), adjoint: sent(before, 3 * before) };
        let found = convolution.communication();
        let messages = |c: Communication| [c.forward, c.adjoint].map(|sent| (sent.messages, sent.bytes));
        assert_eq!(messages(found), messages(expected));
        convolution.check(1).unwrap();
    }

    fn layouts_without_blocks_are_refused_along_their_axis(comm) {
        if comm.size() == 1 {
            return;
        }
        let (p, n) = (comm.size(), 4 * comm.size() + 1);
        let listed = Cut::Listed((0..p).map(|rank| (0..n).filter(|i| (i + 1) % p == rank).collect()).collect());
        for cut in [Cut::Cyclic, Cut::BlockCyclic(2), listed] {
            let layout = Grid::cut(&[cut, Cut::Whole]).over(&[p]).layout(comm, &[n, 5]).unwrap();
            let words = "layout for ghosts along axis 0: expected that axis whole or cut into blocks";
            let refused = |operator: Result<Operator<f64>>| is_refused(operator, &layout, words);
            refused(FirstDerivative::along(0).on(&layout));
            refused(SecondDerivative::along(0).on(&layout));
            refused(Laplacian::over(&[1, 0]).on(&layout));
            refused(Gradient::new().on(&layout));
            refused(Convolve1D::new(&[1.0, 2.0], 0).along(0).on(&layout));
            refused(lops::operators::PoststackModelling::new(&[1.0]).along(0).on(&layout));
            is_refused(DistArray::<f64>::zeros(&layout).add_ghost_cells_along(&[(1, 0), (0, 0)]), &layout, words);
            // along the other axis there is nothing to ask of anybody
            let along = FirstDerivative::along(1).on::<f64>(&layout).unwrap();
            assert_eq!(along.communication(), Communication::default());
            along.check(1).unwrap();
            let x = DistArray::<f64>::random_signed(&layout, 1);
            assert_eq!(x.add_ghost_cells_along(&[(0, 0), (7, 7)]).unwrap(), x.local());
        }
    }
}
