//! Maps of chunks for tests: those of CuPy's suite, for as many ranks as there are.

use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Comm, DistArray, Element, Layout,
    layout::{Chunk, Mode, by},
};

pub(crate) type Map = Vec<Vec<Chunk>>;

/// The chunks of some ranks, the others having none; `None` if there are not so many ranks.
pub(crate) fn spread(comm: &Comm, of_ranks: &[(usize, Vec<Chunk>)]) -> Option<Map> {
    let mut map = vec![vec![]; comm.size()];
    for (rank, chunks) in of_ranks {
        map.get_mut(*rank)?.extend(chunks.clone());
    }
    Some(map)
}

macro_rules! chunks {
    ($($chunk:expr),* $(,)?) => { vec![$(lops::layout::Chunk::from($chunk)),*] };
}
pub(crate) use chunks;

/// Pairs of maps of one shape that CuPy's tests go between, for so many ranks as there are.
pub(crate) fn pairs(comm: &Comm) -> Vec<(Vec<usize>, Map, Map)> {
    let two = || {
        let a2 = spread(comm, &[(0, chunks![..8]), (1, chunks![8..])])?;
        let b2 = spread(comm, &[(0, chunks![(..8, ..4), (..8, 4..)]), (1, chunks![8..])])?;
        let a3 = spread(comm, &[(0, chunks![..4]), (1, chunks![4..])])?;
        let b3 = spread(comm, &[(0, chunks![(..4, ..4), (..4, 4..)]), (1, chunks![4..])])?;
        let only = spread(comm, &[(1, chunks![..])])?;
        Some(vec![(vec![16, 16], a2, b2), (vec![8, 8, 4], a3, b3.clone()), (vec![8, 8, 4], only, b3)])
    };
    let four = || {
        let d2 = spread(
            comm,
            &[
                (0, chunks![(..10, ..10), (..10, 6..)]),
                (1, chunks![(6.., by(.., 2)), (6.., by(1.., 4)), (6.., by(3.., 4))]),
                (3, chunks![(by(6.., 3), by(.., 3))]),
            ],
        )?;
        let d2b = spread(
            comm,
            &[
                (0, chunks![(by(.., 2), by(.., 2))]),
                (2, chunks![(by(.., 2), by(1..6, 2)), (by(.., 2), by(3..10, 2))]),
                (3, chunks![(by(.., 2), by(5.., 2)), by(1.., 2)]),
            ],
        )?;
        let d3 = spread(
            comm,
            &[(0, chunks![..4]), (1, chunks![(4.., ..7)]), (2, chunks![(4.., 7)]), (3, chunks![(4.., .., 1)])],
        )?;
        let d3b = spread(
            comm,
            &[
                (1, chunks![(by(1.., 2), 0), (by(1.., 2), 1.., 3)]),
                (2, chunks![(by(1.., 2), 1.., ..3)]),
                (3, chunks![by(.., 2)]),
            ],
        )?;
        let only = spread(comm, &[(1, chunks![..])])?;
        Some(vec![(vec![16, 16], d2, d2b), (vec![8, 8, 4], d3.clone(), d3b), (vec![8, 8, 4], only, d3)])
    };
    two().into_iter().chain(four()).flatten().collect()
}

/// The global array whose elements are their C-order index.
pub(crate) fn counted(shape: &[usize]) -> ArrayD<i64> {
    let mut k = -1;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        k
    })
}

/// What this rank's chunks hold, as lists.
pub(crate) fn held<T: Element>(x: &DistArray<T>) -> Vec<Vec<T>> {
    x.chunks().iter().map(|(_, chunk)| chunk.iter().copied().collect()).collect()
}

/// What each chunk of a layout has of a global array.
pub(crate) fn plain<T: Element>(layout: &Layout, global: &ArrayD<T>) -> Vec<Vec<T>> {
    let of_region = |region: &lops::layout::Region| {
        let mut values = vec![];
        region.for_each_index(|index| values.push(global[index]));
        values
    };
    layout.regions(layout.comm().rank()).iter().map(of_region).collect()
}

/// What has to reach this rank from others: of replicas once each element that it lacks, of what is to be
/// combined every contribution.
pub(crate) fn must_come(source: &Layout, target: &Layout, rank: usize) -> usize {
    let mut wanted = vec![];
    target.for_each_index(rank, |index| wanted.push(index.to_vec()));
    wanted.sort_unstable();
    wanted.dedup();
    let size = source.comm().size();
    let first = |index: &Vec<usize>| target.owner(index) == Some(rank);
    let once = target.mode() == Mode::Sum || target.mode() == Mode::Product;
    let from_others = |index: &Vec<usize>| {
        let holders = source.owners(index);
        if source.mode() == Mode::Replica {
            return usize::from(!holders.is_empty() && !holders.contains(&rank));
        }
        let on = |other: usize| source.regions(other).iter().filter(|chunk| chunk.position(index).is_some()).count();
        (0..size).filter(|&other| other != rank).map(on).sum()
    };
    wanted.iter().filter(|&index| !once || first(index)).map(from_others).sum()
}
