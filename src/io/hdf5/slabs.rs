//! The layout in which values go to a file and come from it: one box a rank, cut on the first axes.
//!
//! A box that is cut on the first axes only is one stretch of the file, or nearly so. Whatever the layout
//! of an array, its values are brought into boxes in memory, by one exchange, and go to the file from there:
//! ranks that hold every third column would otherwise write every third number. Boxes end where chunks of
//! the file end, so that no chunk is packed or unpacked by two ranks.

use crate::comm::Comm;
use crate::error::Result;
use crate::layout::{Cut, Grid, Layout, Mode, Region};
use std::ops::Range;

/// An array of this shape in one box a rank, whose bounds are multiples of `unit` on each axis.
///
/// The first axis is cut as finely as there are ranks, what ranks are left over cut the second, and so on:
/// no rank holds twice its share but where a unit is larger.
pub(super) fn slabs(comm: &Comm, shape: &[usize], unit: &[usize]) -> Result<Layout> {
    if shape.is_empty() {
        let of_rank = |rank| if rank == 0 { vec![Region::whole(shape)] } else { vec![] };
        return Layout::in_chunks(comm, shape, (0..comm.size()).map(of_rank).collect(), Mode::Replica);
    }
    let mut left = comm.size();
    let (mut cuts, mut over) = (vec![], vec![]);
    for (&n, &unit) in shape.iter().zip(unit) {
        let unit = unit.max(1);
        let units = n.div_ceil(unit);
        let p = units.clamp(1, left);
        left /= p;
        over.push(p);
        cuts.push(if p == 1 {
            Cut::Whole
        } else {
            let bound = |k: usize| (units / p * k + k.min(units % p)).saturating_mul(unit).min(n);
            Cut::Bounds((0..=p).map(bound).collect())
        });
    }
    Grid::cut(&cuts).over(&over).layout(comm, shape)
}

/// The layout itself where it is as good as [`slabs`], so that nothing need move; otherwise those.
pub(super) fn slabs_like(layout: &Layout, chunk: Option<&[usize]>) -> Result<Layout> {
    let one = vec![1; layout.ndim()];
    let slabs = slabs(layout.comm(), layout.shape(), chunk.unwrap_or(&one))?;
    let same =
        |rank| layout.len_of(rank) == 0 && slabs.len_of(rank) == 0 || layout.regions(rank) == slabs.regions(rank);
    let fits = layout.has_each_once() && (0..layout.comm().size()).all(same);
    let is_cut_into_rows = chunk.is_none() && layout.axis() == Some(0);
    Ok(if fits || is_cut_into_rows { layout.clone() } else { slabs })
}

/// The box of a rank; `None` where it holds nothing.
pub(super) fn box_of(slabs: &Layout, rank: usize) -> Option<Vec<Range<usize>>> {
    if slabs.len_of(rank) == 0 { None } else { slabs.ranges(rank) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::launch_threads;

    #[test]
    fn no_rank_has_twice_its_share() {
        for ranks in [1, 2, 5, 7, 12] {
            launch_threads(ranks, |comm| {
                for shape in [&[100][..], &[3, 50], &[1, 1, 64], &[5, 7, 2], &[0, 4], &[4, 0], &[]] {
                    let slabs = slabs(comm, shape, &vec![1; shape.len()])?;
                    let most = (0..ranks).map(|rank| slabs.len_of(rank)).max().unwrap();
                    let whole = shape.iter().product::<usize>();
                    assert!(most <= 2 * whole.div_ceil(ranks).max(1), "{shape:?} on {ranks} ranks: {most}");
                    assert_eq!((0..ranks).map(|rank| slabs.len_of(rank)).sum::<usize>(), whole);
                    assert!((0..ranks).all(|rank| slabs.len_of(rank) == 0 || box_of(&slabs, rank).is_some()));
                }
                Ok(())
            })
            .unwrap();
        }
    }

    #[test]
    fn bounds_are_those_of_chunks() {
        launch_threads(3, |comm| {
            let slabs = slabs(comm, &[10, 4], &[4, 4])?;
            assert_eq!([0, 1, 2].map(|rank| slabs.len_of(rank)), [16, 16, 8]);
            let wide = super::slabs(comm, &[4, 100], &[4, 7])?;
            assert_eq!(box_of(&wide, 1), Some(vec![0..4, 35..70]));
            Ok(())
        })
        .unwrap();
    }
}
