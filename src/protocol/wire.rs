//! The dimensions of all ranks, on all ranks.

use super::dim::{DimData, DistType};
use crate::comm::Comm;

/// Every rank's dimensions; `None` of a rank that has no part.
///
/// # Communication
/// Two all-gathers: lengths, then about 8 words for each dimension and one for each listed index.
pub(crate) fn gather(comm: &Comm, mine: Option<&[DimData]>) -> Vec<Option<Vec<DimData>>> {
    let mut words = vec![];
    if let Some(dims) = mine {
        words.push(dims.len() as i64);
        for dim in dims {
            pack(dim, &mut words);
        }
    }
    let (all, counts) = comm.all_gather_uneven(&words);
    let mut rest = &all[..];
    let of_rank = |&count: &usize| {
        let (mut words, others) = rest.split_at(count);
        rest = others;
        let words = &mut words;
        (count > 0).then(|| (0..next(words)).map(|_| unpack(words)).collect())
    };
    counts.iter().map(of_rank).collect()
}

fn pack(dim: &DimData, words: &mut Vec<i64>) {
    let mut put = |n: usize| words.push(n as i64);
    put(dim.size);
    put(dim.proc_grid_rank);
    put(dim.proc_grid_size);
    match &dim.dist_type {
        DistType::Block { start, stop, padding, periodic } => {
            [0, *start, *stop, padding.0, padding.1, usize::from(*periodic)].into_iter().for_each(put);
        }
        DistType::Cyclic { start, block_size } => {
            [1, *start, *block_size].into_iter().for_each(put);
        }
        DistType::Unstructured { indices, one_to_one } => {
            [2, usize::from(*one_to_one), indices.len()].into_iter().for_each(put);
            words.extend(indices);
        }
    }
}

fn next(words: &mut &[i64]) -> usize {
    let (first, rest) = words.split_at(1);
    *words = rest;
    first[0] as usize
}

fn unpack(words: &mut &[i64]) -> DimData {
    let [size, proc_grid_rank, proc_grid_size, kind] = std::array::from_fn(|_| next(words));
    let dist_type = match kind {
        0 => {
            let [start, stop, front, back, periodic] = std::array::from_fn(|_| next(words));
            DistType::Block { start, stop, padding: (front, back), periodic: periodic == 1 }
        }
        1 => {
            let [start, block_size] = std::array::from_fn(|_| next(words));
            DistType::Cyclic { start, block_size }
        }
        _ => {
            let [one_to_one, count] = std::array::from_fn(|_| next(words));
            let (indices, rest) = words.split_at(count);
            *words = rest;
            DistType::Unstructured { indices: indices.to_vec(), one_to_one: one_to_one == 1 }
        }
    };
    DimData { size, proc_grid_rank, proc_grid_size, dist_type }
}
