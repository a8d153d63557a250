//! Which process grid suits an array.

/// A process grid for an array of this shape on this many ranks: 1 on axes that are not cut, and over
/// the others the factors of `ranks` whose ratios come closest to those of the lengths.
///
/// The rule is DistArray's: of all ways to write `ranks` as a product of as many factors as axes are
/// cut, placed so that larger factors are on longer axes, the one whose vector of pairwise ratios is
/// nearest to that of the shape; one cut axis alone takes `min(ranks, length)`. Where that grid has more
/// coordinates than an axis has indices, DistArray gives up; here the nearest of those that fit is
/// taken, on fewer ranks if there is none on all.
///
/// # Example
/// ```
/// use lops::layout::grid_shape;
///
/// assert_eq!(grid_shape(&[20, 60], &[true, true], 12), [2, 6]);
/// assert_eq!(grid_shape(&[2, 2], &[true, true], 6), [2, 2]); // 4 of the 6 ranks
/// ```
///
/// # Source
/// `make_grid_shape` of DistArray (`metadata_utils`).
#[must_use]
pub fn grid_shape(shape: &[usize], cut: &[bool], ranks: usize) -> Vec<usize> {
    let lengths: Vec<_> = shape.iter().zip(cut).filter(|&(_, &cut)| cut).map(|(&n, _)| n.max(1)).collect();
    let factors = match lengths[..] {
        [] => vec![],
        [n] => vec![ranks.min(n)],
        _ => {
            let cells = lengths.iter().fold(1usize, |cells, &n| cells.saturating_mul(n));
            let fits = (1..=ranks.min(cells)).rev().find_map(|ranks| nearest(&lengths, ranks));
            fits.unwrap_or_else(|| vec![1; lengths.len()])
        }
    };
    let mut factors = factors.into_iter();
    cut.iter().map(|&cut| if cut { factors.next().unwrap_or(1) } else { 1 }).collect()
}

/// Of the grids of exactly so many ranks that fit, the one whose ratios are nearest.
fn nearest(lengths: &[usize], ranks: usize) -> Option<Vec<usize>> {
    let mut by_length: Vec<_> = (0..lengths.len()).collect();
    by_length.sort_by_key(|&axis| lengths[axis]);
    let wanted = ratios(lengths);
    let mut best: Option<(f64, Vec<usize>)> = None;
    for factors in partitions(ranks, lengths.len(), 1) {
        let mut grid = vec![1; lengths.len()];
        for (&axis, factor) in by_length.iter().zip(factors) {
            grid[axis] = factor;
        }
        if grid.iter().zip(lengths).any(|(p, n)| p > n) {
            continue;
        }
        let distance: f64 = ratios(&grid).iter().zip(&wanted).map(|(a, b)| (a - b).powi(2)).sum();
        if best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, grid));
        }
    }
    best.map(|(_, grid)| grid)
}

/// All ways to write n as a product of k factors in ascending order, none below `least`.
fn partitions(n: usize, k: usize, least: usize) -> Vec<Vec<usize>> {
    if k == 1 {
        return if n >= least { vec![vec![n]] } else { vec![] };
    }
    // The least factor of k is at most the k-th root.
    let small = |d: &usize| (1..k).try_fold(*d, |power, _| power.checked_mul(*d)).is_some_and(|power| power <= n);
    let divisors = (least..=n).take_while(small).filter(|d| n.is_multiple_of(*d));
    divisors
        .flat_map(|d| {
            partitions(n / d, k - 1, d).into_iter().map(move |mut rest| {
                rest.insert(0, d);
                rest
            })
        })
        .collect()
}

/// The ratios of all pairs.
fn ratios(lengths: &[usize]) -> Vec<f64> {
    let pairs = (0..lengths.len()).flat_map(|i| (i + 1..lengths.len()).map(move |j| (i, j)));
    pairs.map(|(i, j)| lengths[i] as f64 / lengths[j] as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_those_of_distarray() {
        let table: &[(&[usize], &str, usize, &[usize])] = &[
            (&[20, 20], "bb", 12, &[3, 4]),
            (&[20, 60], "bb", 12, &[2, 6]),
            (&[60, 20], "bb", 12, &[6, 2]),
            (&[100, 10, 300], "bnc", 12, &[2, 1, 6]),
            (&[100, 50, 300], "bbb", 12, &[2, 1, 6]),
            (&[100, 100, 150], "bbb", 12, &[2, 2, 3]),
            (&[8, 8, 8], "bbb", 8, &[2, 2, 2]),
            (&[8, 8, 8], "bbb", 12, &[2, 2, 3]),
            (&[1024, 1024], "bb", 2, &[1, 2]),
            (&[1024, 1024], "bb", 3, &[1, 3]),
            (&[1024, 1024], "bb", 4, &[2, 2]),
            (&[1024, 1024], "bb", 5, &[1, 5]),
            (&[1024, 1024], "bb", 6, &[2, 3]),
            (&[1024, 1024], "bb", 8, &[2, 4]),
            (&[1024, 1024], "bb", 16, &[4, 4]),
            (&[256, 256, 1024], "bbn", 4, &[2, 2, 1]),
            (&[5, 9], "bb", 4, &[1, 4]),
            (&[5, 9, 3], "cbc", 8, &[2, 4, 1]),
            (&[2, 3, 4], "nbc", 4, &[1, 2, 2]),
            (&[10, 100, 20], "bcn", 4, &[1, 4, 1]),
            (&[16, 16, 2], "cbn", 4, &[2, 2, 1]),
            (&[31, 53], "bb", 7, &[1, 7]),
            (&[9, 9], "bb", 9, &[3, 3]),
            (&[1, 40], "bb", 4, &[1, 4]),
            (&[2, 40], "bb", 8, &[1, 8]),
            (&[10, 20, 30, 40], "cccc", 4, &[1, 1, 2, 2]),
            (&[10, 20, 30, 40], "cccc", 16, &[1, 2, 2, 4]),
            (&[100, 200], "uu", 4, &[1, 4]),
            (&[7], "b", 4, &[4]),
            (&[3], "b", 8, &[3]),
        ];
        for &(shape, kinds, ranks, grid) in table {
            let cut: Vec<_> = kinds.chars().map(|kind| kind != 'n').collect();
            assert_eq!(grid_shape(shape, &cut, ranks), grid, "{shape:?} {kinds} {ranks}");
        }
    }

    #[test]
    fn where_no_grid_of_all_ranks_fits_fewer_are_taken() {
        assert_eq!(grid_shape(&[2, 2], &[true; 2], 6), [2, 2]);
        assert_eq!(grid_shape(&[3, 3], &[true; 2], 16), [3, 3]);
        assert_eq!(grid_shape(&[0, 4], &[true; 2], 4), [1, 4]);
        assert_eq!(grid_shape(&[], &[], 4), Vec::<usize>::new());
        assert_eq!(grid_shape(&[1, 1, 2], &[true; 3], usize::MAX), [1, 1, 2]);
    }

    #[test]
    fn factors() {
        assert_eq!(partitions(12, 3, 1), [[1, 1, 12], [1, 2, 6], [1, 3, 4], [2, 2, 3]]);
    }
}
