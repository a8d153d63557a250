//! Chunks of a matrix, block by block.

use super::index_set::IndexSet;
use super::region::Region;
use crate::error::{Error, ErrorKind, Result};

/// The map of a matrix cut into blocks: block (i, j), of rows `rows[i]..rows[i + 1]` and columns
/// `columns[j]..columns[j + 1]`, is a chunk of each rank in `holders[i][j]`. Local.
///
/// The last bounds need not be the matrix' lengths, and a block may have no holder.
///
/// # Errors
/// [`ErrorKind::Parameter`] if bounds do not ascend from 0; [`ErrorKind::Shape`] if there is not one list
/// of holders for each block; [`ErrorKind::Communicator`] if a rank is not below `ranks`, or twice in a
/// list.
///
/// # Source
/// CuPy, `cupyx.distributed.array.make_2d_index_map`.
///
/// # Example
/// ```
/// use lops::layout::{IndexSet, Region, index_map_2d};
///
/// let map = index_map_2d(&[0, 2], &[0, 1, 3], &[vec![vec![0], vec![1, 0]]], 2)?;
/// assert_eq!(map[0].len(), 2);
/// assert_eq!(map[1], [Region::new(vec![IndexSet::range(0..2), IndexSet::range(1..3)])]);
/// # Ok::<(), lops::Error>(())
/// ```
pub fn index_map_2d(
    rows: &[usize],
    columns: &[usize],
    holders: &[Vec<Vec<usize>>],
    ranks: usize,
) -> Result<Vec<Vec<Region>>> {
    for (what, bounds) in [("bounds of rows", rows), ("bounds of columns", columns)] {
        if bounds.first() != Some(&0) || bounds.windows(2).any(|pair| pair[0] >= pair[1]) {
            let found = format!("{bounds:?}");
            return Err(Error::expected(ErrorKind::Parameter, what, "0 and ascending numbers", found));
        }
    }
    let (high, wide) = (rows.len() - 1, columns.len() - 1);
    if let Some(found) = Some(holders.len()).filter(|&n| n != high) {
        return Err(Error::expected(ErrorKind::Shape, "rows of holders", high, found));
    }
    let mut map = vec![vec![]; ranks];
    for (i, of_row) in holders.iter().enumerate() {
        if of_row.len() != wide {
            let what = format!("lists of holders in row {i}");
            return Err(Error::expected(ErrorKind::Shape, what, wide, of_row.len()));
        }
        for (j, of_block) in of_row.iter().enumerate() {
            let sets = [(rows, i), (columns, j)].map(|(bounds, k)| IndexSet::range(bounds[k]..bounds[k + 1]));
            for (k, &rank) in of_block.iter().enumerate() {
                let what = format!("holder of block ({i}, {j})");
                if rank >= ranks {
                    return Err(Error::expected(ErrorKind::Communicator, what, format!("below {ranks}"), rank));
                }
                if of_block[..k].contains(&rank) {
                    return Err(Error::new(ErrorKind::Communicator, format!("{what}: rank {rank} is named twice")));
                }
                map[rank].push(Region::new(sets.to_vec()));
            }
        }
    }
    Ok(map)
}
