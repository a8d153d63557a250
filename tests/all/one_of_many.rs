//! One rank of very many: what it makes is as large as what lies near it, not as the number of ranks; and a thousand
//! ranks are threads that do the same as one.

use super::allocations::{allocations, bytes_kept};
use lops::layout::{Bounds, Chunk, Cut, Grid, Mode, by};
use lops::operators::{FirstDerivative, Identity, Laplacian};
use lops::solvers::{Cg, Method, Options};
use lops::{Comm, DistArray, Layout, Operator, Result, array::Halo, comm::Neighbour, launch_threads};
use std::fmt::Debug;

/// The thread ranks of the last test.
const THREADS: usize = 1000;

#[test]
fn even_layouts_are_as_large_on_any_number_of_ranks() {
    let blocks = [Cut::Block, Cut::BlockCyclic(3), Cut::Cyclic];
    let made = |ranks: usize| {
        let comm = Comm::pretend(ranks / 2, ranks);
        let scattered = || Layout::scatter(&comm, &[10_000_000, 3], 0);
        let grid = || Grid::cut(&blocks).over(&[ranks / 100, 10, 10]).layout(&comm, &[100_000, 70, 50]);
        let layout = grid().unwrap();
        let x = Layout::scatter(&comm, &[10_000_000], 0).unwrap();
        [
            (allocations(|| drop(scattered())), bytes_kept(|| scattered().unwrap())),
            (allocations(|| drop(grid())), bytes_kept(|| grid().unwrap())),
            (allocations(|| drop(layout.with_shape(&[100_000, 70, 50]))), 0),
            (allocations(|| _ = x.owner(&[9_999_999])), 0),
            (allocations(|| _ = layout.owner(&[99_999, 69, 49])), 0),
        ]
    };
    assert_eq!(made(1000), made(100_000));
}

#[test]
fn ranks_out_of_order_have_their_coordinates_at_once() {
    let comm = Comm::pretend(77, 100_000);
    let shuffled: Vec<_> = (0..100_000).map(|k| k * 77_777 % 100_000).collect();
    let layout = Grid::cut(&[Cut::Block, Cut::Block]).over(&[250, 400]).on_ranks(&shuffled);
    let layout = layout.layout(&comm, &[1000, 1200]).unwrap();
    let grid = layout.process_grid().unwrap();
    for (cell, &rank) in shuffled.iter().enumerate() {
        assert_eq!(grid.coordinates_of(rank), Some(vec![cell / 400, cell % 400]));
        assert_eq!(layout.shape_of(rank), [4, 3]);
    }
}

/// Names, and what makes them.
fn layouts<'a>(comm: &'a Comm, shape: &'a [usize; 2]) -> Vec<Layout> {
    let p = comm.size();
    let backwards: Vec<_> = (0..p).rev().collect();
    let halves = |n: usize, by: usize| (0..2).map(|c| (0..n).filter(|i| i * by % 7 % 2 == c).collect()).collect();
    let lists = [Cut::Listed(halves(shape[0], 3)), Cut::Listed(halves(shape[1], 5))];
    let sizes: Vec<_> = (0..p).map(|rank| if rank == 0 { shape[0] } else { 0 }).collect();
    let rows = Layout::scatter(comm, shape, 0).unwrap();
    let grid = |cuts: &[Cut]| Grid::cut(cuts).layout(comm, shape).unwrap();
    vec![
        Layout::scatter(comm, shape, 1).unwrap(),
        Layout::scatter_sizes(comm, shape, 0, &sizes).unwrap(),
        rows.clone(),
        grid(&[Cut::Block, Cut::Block]),
        grid(&[Cut::CeilBlock, Cut::Cyclic]),
        grid(&[Cut::BlockCyclic(2), Cut::BlockCyclic(5)]),
        grid(&[Cut::BlockCyclic(7)]),
        Grid::cut(&[Cut::Block, Cut::BlockCyclic(2)]).on_ranks(&backwards).layout(comm, shape).unwrap(),
        Grid::cut(&lists).layout(comm, shape).unwrap(),
        Grid::cut(&[Cut::Cyclic, Cut::Block]).on_ranks(&backwards[..p / 2]).layout(comm, shape).unwrap(),
    ]
}

/// Against every element's owners.
#[test]
fn plans_are_those_of_every_element() {
    let shape = [12, 31];
    for ranks in [4, 9, 40, 97] {
        for rank in [0, ranks / 3, ranks - 1] {
            let comm = &Comm::pretend(rank, ranks);
            let layouts = layouts(comm, &shape);
            for from in &layouts {
                for to in &layouts {
                    let mut expected = vec![0; ranks];
                    from.for_each_index(rank, |index| expected[to.owner(index).unwrap()] += 1);
                    expected[rank] = 0;
                    let expected: Vec<_> = expected.into_iter().enumerate().filter(|&(_, n)| n > 0).collect();
                    assert_eq!(from.sends_to(to).unwrap(), expected, "rank {rank}: {from} to {to}");
                }
            }
        }
    }
}

#[test]
fn holders_of_chunks_are_found_as_by_looking_everywhere() {
    for ranks in [3, 50, 200] {
        let comm = &Comm::pretend(1, ranks);
        let chunks = |rank: usize| {
            let at = rank * 7 % 90;
            let second = Chunk::from((by(at..100, 3 + rank % 4), rank % 5..9));
            if rank % 11 == 5 { vec![] } else { vec![Chunk::from((at..at + 9, 2..7)), second] }
        };
        let map: Vec<_> = (0..ranks).map(chunks).collect();
        let layout = Layout::chunked(comm, &[100, 9], &map, Mode::Sum).unwrap();
        for index in (0..100).flat_map(|i| [[i, 0], [i, 4], [i, 8]]) {
            let all: Vec<_> = (0..ranks).filter(|&rank| layout.local_index(rank, &index).is_some()).collect();
            assert_eq!(layout.owners(&index), all);
            assert_eq!(layout.owner(&index), all.first().copied());
        }
    }
}

#[test]
fn operators_and_plans_are_as_large_as_what_is_near() {
    let blocks = [Cut::Block, Cut::Block, Cut::Block];
    for ranks in [10_000, 100_000] {
        let comm = &Comm::pretend(ranks * 4 / 9, ranks);
        let grid = Layout::grid(comm, &[2000, 2000, 1000], &blocks).unwrap();
        let rows = Layout::scatter(comm, &[4 * ranks, 5], 0).unwrap();
        let small = |name: &str, times: usize, most: usize| assert!(times < most, "{name} on {ranks}: {times} times");
        for layout in [&grid, &rows] {
            let derivative = || FirstDerivative::along(0).on::<f64>(layout).unwrap();
            let laplacian = || Laplacian::over(&[0, 1]).on::<f64>(layout).unwrap();
            small("first derivative", allocations(|| drop(derivative())), 500);
            small("Laplacian", allocations(|| drop(laplacian())), 1000);
            small("halo", allocations(|| drop(Halo::<f64>::along(layout, 0, 1, 1))), 300);
            for bytes in [bytes_kept(derivative), bytes_kept(laplacian)] {
                assert!(bytes < 1_000_000, "{bytes} bytes on {ranks}");
            }
        }
        let moved = || Layout::grid(comm, &[2000, 2000, 1000], &[Cut::Block, Cut::Block]).unwrap();
        assert!(grid.sends_to(&moved()).unwrap().len() < 1000);
        let neighbours: Vec<_> = (1..ranks / 2).rev().map(|rank| Neighbour { rank, send: 0, receive: 0 }).collect();
        let twice = [&neighbours[..], &neighbours[7..8]].concat();
        assert!(comm.exchange::<f64>(&neighbours).is_ok());
        let words = comm.exchange::<f64>(&twice).unwrap_err().to_string();
        assert!(words.contains(&format!("rank {} is named twice", neighbours[7].rank)), "{words}");
    }
}

#[test]
fn bounds_are_equal_when_they_say_the_same() {
    assert_eq!(Bounds::from(vec![0, 3, 5, 7]), Bounds::even(7, 3));
    assert_ne!(Bounds::from(vec![0, 2, 5, 7]), Bounds::even(7, 3));
    assert_eq!(format!("{:?}", Bounds::even(7, 3)), "[0, 3, 5, 7]");
}

fn inversion(comm: &Comm) -> Result<Vec<u64>> {
    let layout = Layout::scatter(comm, &[2 * THREADS + 34, 3], 0)?;
    let d = FirstDerivative::along(0).on::<f64>(&layout)?;
    let a: Operator<f64> = &d.adjoint() * &d + 0.25 * Identity.on::<f64>(&layout);
    let b = DistArray::from_fn(&layout, |i| (i[0] as f64 * 0.37).sin() + i[1] as f64);
    let mut x = b.zeros_like();
    let report = Cg::new(&a, &b, &mut x)?.solve(&Options::exactly(10))?;
    assert_eq!(report.iterations, 10);
    Ok(x.gather_all().iter().map(|x| x.to_bits()).collect())
}

fn same<T: PartialEq + Debug>(a: &[T], b: &[T]) {
    let at = a.iter().zip(b).position(|(a, b)| a != b);
    assert!(a.len() == b.len() && at.is_none(), "first difference at {at:?}");
}

#[test]
fn a_thousand_ranks_invert_with_the_bits_of_one() {
    let one = launch_threads(1, inversion).unwrap();
    let many = launch_threads(THREADS, inversion).unwrap();
    same(&one, &many);
}
