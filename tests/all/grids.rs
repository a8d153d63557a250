//! Grid layouts: who owns what, where it lies, and how large it is, on as many ranks as each case wants.

use crate::cases::{Dice, numbered};
use lops::{
    Comm, DistArray, Layout,
    array::Norm,
    launch_threads,
    layout::{AxisMap, Cut, Grid, IndexSet},
};

fn on(ranks: usize, body: impl Fn(&Comm) + Sync) {
    launch_threads(ranks, |comm| {
        body(comm);
        Ok(())
    })
    .unwrap();
}

fn grid(comm: &Comm, letters: &str, shape: &[usize], over: &[usize]) -> Layout {
    Grid::parse(letters).unwrap().over(over).layout(comm, shape).unwrap()
}

fn sizes(layout: &Layout) -> Vec<usize> {
    (0..layout.comm().size()).map(|rank| layout.len_of(rank)).collect()
}

crate::bodies! {
    fn places_and_indices_are_inverse_on_any_grid(comm) {
        for seed in 0..40 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let layout = dice.grid(comm, &shape);
            let mut elements = 0;
            for rank in 0..comm.size() {
                let mut place = 0;
                layout.for_each_index(rank, |index| {
                    assert_eq!(layout.owner(index), Some(rank), "{layout}");
                    assert_eq!(layout.owners(index), [rank]);
                    assert_eq!(layout.local_index(rank, index), Some(place));
                    assert_eq!(layout.global_index(rank, place), index);
                    place += 1;
                });
                assert_eq!(place, layout.len_of(rank));
                assert_eq!(layout.shape_of(rank).iter().product::<usize>(), place);
                elements += place;
            }
            assert_eq!(elements, layout.size());
        }
    }

    fn arithmetic_and_reductions_are_those_of_one_rank(comm) {
        for seed in 50..70 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let layout = dice.grid(comm, &shape);
            let one = Layout::replicated(&comm.alone(), &shape).unwrap();
            let on_all = [1, 2].map(|k| DistArray::<f64>::random_signed(&layout, seed + k));
            let on_one = [1, 2].map(|k| DistArray::<f64>::random_signed(&one, seed + k));
            let ([x, y], [u, v]) = (&on_all, &on_one);
            assert_eq!((2.0 * x + x * y).gather_all(), (2.0 * u + u * v).local());
            assert_eq!(x.sum().to_bits(), u.sum().to_bits(), "{layout}");
            assert_eq!(x.dot(y).unwrap().to_bits(), u.dot(v).unwrap().to_bits());
            for norm in [Norm::P(1.0), Norm::P(2.0), Norm::P(3.0), Norm::Inf, Norm::NegInf, Norm::Zero] {
                assert_eq!(x.norm_of(norm).unwrap().to_bits(), u.norm_of(norm).unwrap().to_bits(), "{layout}");
            }
        }
    }

    fn norms_along_any_axis_of_any_grid(comm) {
        for seed in 70..90 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let one = Layout::replicated(&comm.alone(), &shape).unwrap();
            let (x, u) = (DistArray::<f64>::random_signed(&layout, seed), DistArray::<f64>::random_signed(&one, seed));
            for axis in 0..shape.len() {
                for norm in [Norm::P(1.0), Norm::P(2.0), Norm::Inf] {
                    let (all, own) = (x.norm_axis(norm, axis).unwrap(), u.norm_axis(norm, axis).unwrap());
                    assert_eq!(all.gather_all(), own.local(), "{layout}, axis {axis}");
                }
            }
        }
    }
}

#[test]
fn owners_are_those_of_distarray() {
    on(4, |comm| {
        let rows = Grid::cut(&[Cut::CeilBlock]).over(&[4, 1]).layout(comm, &[31, 53]).unwrap();
        for i in 0..31 {
            assert_eq!(rows.owner(&[i, 17]), Some(i / 8));
        }
        let blocks = Grid::cut(&[Cut::CeilBlock, Cut::CeilBlock]).over(&[2, 2]).layout(comm, &[3, 5]).unwrap();
        let cyclic = grid(comm, "cc", &[3, 5], &[2, 2]);
        for i in 0..3 {
            for j in 0..5 {
                assert_eq!(blocks.owner(&[i, j]), Some(i / 2 * 2 + j / 3));
                assert_eq!(cyclic.owner(&[i, j]), Some(i % 2 * 2 + j % 2));
            }
        }
        assert_eq!(blocks.shape_of(0), [2, 3]);
        assert_eq!(cyclic.shape_of(3), [1, 2]);
    });
}

#[test]
fn an_even_cut_leaves_no_rank_empty() {
    for ranks in [3, 4] {
        on(ranks, |comm| {
            for n in ranks..20 {
                assert!(sizes(&Layout::grid(comm, &[n], &[Cut::Block]).unwrap()).iter().all(|&size| size > 0));
            }
        });
    }
}

#[test]
fn block_cyclic_sizes_are_those_of_the_blocks_dealt_out() {
    let dealt = |n: usize, block: usize, ranks: usize, expected: &[usize]| {
        on(ranks, |comm| {
            let layout = Layout::grid(comm, &[n], &[Cut::BlockCyclic(block)]).unwrap();
            assert_eq!(sizes(&layout), expected);
            let x = DistArray::from_global(&layout, &numbered(&[n])).unwrap();
            assert_eq!(x.gather_all(), numbered(&[n]));
        });
    };
    dealt(6, 4, 2, &[4, 2]);
    dealt(11, 2, 4, &[4, 3, 2, 2]);
    dealt(42, 1, 2, &[21, 21]);
    dealt(9, 5, 3, &[5, 4, 0]);
    dealt(3, 7, 2, &[3, 0]);
}

#[test]
fn local_shapes_of_the_original_suite() {
    on(4, |comm| {
        let layout = grid(comm, "nbc", &[2, 3, 4], &[1, 2, 2]);
        assert_eq!(
            (0..4).map(|rank| layout.shape_of(rank)).collect::<Vec<_>>(),
            [[2, 2, 2], [2, 2, 2], [2, 1, 2], [2, 1, 2]]
        );
        let cyclic = Grid::cut(&[Cut::Cyclic, Cut::BlockCyclic(2)]).over(&[2, 2]).layout(comm, &[5, 9]).unwrap();
        assert_eq!((0..4).map(|rank| cyclic.shape_of(rank)).collect::<Vec<_>>(), [[3, 5], [3, 4], [2, 5], [2, 4]]);
        let lopsided = Grid::cut(&[Cut::Bounds(vec![0, 20, 50])]).layout(comm, &[50]).unwrap();
        assert_eq!(sizes(&lopsided), [20, 30, 0, 0]);
        assert_eq!(lopsided.axis(), Some(0));
        let blocks: Vec<_> = (0..2).map(|p| IndexSet::strided(p, 42, 2)).collect();
        assert_eq!(AxisMap::Cyclic { block: 1, over: 2, n: 42 }.set(1), blocks[1]);
    });
    on(12, |comm| {
        let layout = Grid::cut(&[Cut::CeilBlock, Cut::CeilBlock, Cut::CeilBlock]).layout(comm, &[53, 77, 99]).unwrap();
        let shapes: Vec<_> = (0..12).map(|rank| layout.shape_of(rank)).collect();
        assert_eq!(layout.process_grid().unwrap().shape(), [2, 2, 3]);
        assert_eq!((&shapes[0][..], &shapes[11][..]), (&[27, 39, 33][..], &[26, 38, 33][..]));
        let five = grid(comm, "nbncn", &[2, 6, 2, 8, 2], &[1, 3, 1, 4, 1]);
        assert_eq!(five.shape_of(11), [2, 2, 2, 2, 2]);
        let even = Layout::grid(comm, &[20, 20], &[Cut::CeilBlock, Cut::CeilBlock]).unwrap();
        assert_eq!(even.process_grid().unwrap().shape(), [3, 4]);
    });
}

#[test]
fn what_coordinates_hold() {
    let block = IndexSet::range(16..39);
    assert_eq!((block.position(16), block.position(38), block.position(39)), (Some(0), Some(22), None));
    let cyclic = AxisMap::Cyclic { block: 1, over: 4, n: 16 }.set(2);
    assert_eq!(cyclic.iter().collect::<Vec<_>>(), [2, 6, 10, 14]);
    let dealt = AxisMap::Cyclic { block: 2, over: 4, n: 16 }.set(1);
    assert_eq!(dealt.iter().collect::<Vec<_>>(), [2, 3, 10, 11]);
    assert_eq!((dealt.position(10), dealt.position(12)), (Some(2), None));
    let limits = |map: AxisMap| (0..4).map(|p| map.set(p).extent()).map(|e| (e.start, e.end - 1)).collect::<Vec<_>>();
    assert_eq!(limits(AxisMap::Blocks(vec![0, 4, 8, 12, 16].into())), [(0, 3), (4, 7), (8, 11), (12, 15)]);
    assert_eq!(limits(AxisMap::Cyclic { block: 1, over: 4, n: 16 }), [(0, 12), (1, 13), (2, 14), (3, 15)]);
}

#[test]
fn some_ranks_only_in_any_order() {
    on(4, |comm| {
        let layout = Grid::parse("bc").unwrap().over(&[1, 2]).on_ranks(&[3, 1]).layout(comm, &[4, 5]).unwrap();
        assert_eq!(sizes(&layout), [0, 8, 0, 12]);
        assert_eq!(layout.process_grid().unwrap().coordinates_of(1), Some(vec![0, 1]));
        assert_eq!(layout.process_grid().unwrap().coordinates_of(0), None);
        assert_eq!(
            layout.local_shape(),
            if comm.rank() % 2 == 1 { vec![4, layout.local_len() / 4] } else { vec![0, 0] }
        );
        let x = DistArray::from_global(&layout, &numbered(&[4, 5])).unwrap();
        assert_eq!(x.sum(), 190.0);
        assert_eq!(
            x.to_string().lines().last(),
            Some(match comm.rank() {
                1 =>
                    "float64, [4, 5] cut block × cyclic over a grid [1, 2] of ranks [3, 1] of 4 ranks; rank 1 holds [0..4, 1..4 by 2]",
                3 =>
                    "float64, [4, 5] cut block × cyclic over a grid [1, 2] of ranks [3, 1] of 4 ranks; rank 3 holds [0..4, 0..5 by 2]",
                0 =>
                    "float64, [4, 5] cut block × cyclic over a grid [1, 2] of ranks [3, 1] of 4 ranks; rank 0 holds [0..0, 0..0]",
                _ =>
                    "float64, [4, 5] cut block × cyclic over a grid [1, 2] of ranks [3, 1] of 4 ranks; rank 2 holds [0..0, 0..0]",
            })
        );
    });
}

#[test]
fn equal_cuts_are_equal_layouts() {
    on(3, |comm| {
        let even = Layout::scatter(comm, &[7, 2], 0).unwrap();
        assert_eq!(Layout::grid(comm, &[7, 2], &[Cut::Block]).unwrap(), even);
        assert_eq!(Grid::cut(&[Cut::Bounds(vec![0, 3, 5, 7])]).layout(comm, &[7, 2]).unwrap(), even);
        assert_ne!(
            Layout::grid(comm, &[7, 2], &[Cut::CeilBlock]).unwrap(),
            Layout::grid(comm, &[7, 2], &[Cut::Cyclic]).unwrap()
        );
        // A list that is a range, and a cut of fewer indices than ranks.
        let listed = Cut::Listed(vec![vec![0, 1, 2], vec![3, 4], vec![5, 6]]);
        let listed = Grid::cut(&[listed]).layout(comm, &[7, 2]).unwrap();
        assert_eq!(listed.regions(1)[0], even.regions(1)[0]);
        assert_eq!(Layout::grid(comm, &[2], &[Cut::Block]).unwrap(), Layout::scatter(comm, &[2], 0).unwrap());
    });
}
