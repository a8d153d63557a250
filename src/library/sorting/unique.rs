//! Every element once.

use super::global::Route;
use super::order::Sortable;
use super::splitters::{Ties, cuts};
use crate::array::DistArray;
use crate::comm::{Comm, Reduction};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Partition};

impl<T: Sortable> DistArray<T> {
    /// The elements that there are, each once, in ascending order (see [`Sortable`]): an array of one axis,
    /// scattered evenly. −0 is 0, and all NaN are one.
    ///
    /// # Communication
    /// Of a replicated array none; where nobody keeps it equal, one broadcast: rank 0's values count. Otherwise
    /// every rank sends each of its unique elements once, as [`sort`](Self::sort) does after one all-reduce of
    /// 8 bytes, and its counts by an all-to-all more; then one small all-gather, and two exchanges for an even
    /// share. Chunks that are to be combined are so first: one exchange more. What no chunk covers does not
    /// count.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] of masks, unless the array is replicated;
    /// [`ErrorKind::Parameter`] if the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let x = DistArray::from_global(&Layout::scatter(comm, &[6], 0)?, &[3, 1, 3, 3, 2, 1])?;
    /// let (values, counts) = x.unique_counts()?;
    /// assert_eq!(values.gather_all().as_slice(), Some(&[1, 2, 3][..]));
    /// assert_eq!(counts.gather_all().as_slice(), Some(&[2, 1, 3][..]));
    /// # Ok(()) }).unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy's `unique`.
    pub fn unique(&self) -> Result<Self> {
        let _operation = self.operation("unique", format_args!(""));
        Ok(self.unique_counts()?.0)
    }

    /// The elements that there are, as [`unique`](Self::unique), and how many times there is each.
    ///
    /// # Communication
    /// That of [`unique`](Self::unique).
    ///
    /// # Errors
    /// Those of [`unique`](Self::unique).
    pub fn unique_counts(&self) -> Result<(Self, DistArray<usize>)> {
        let _operation = self.operation("unique_counts", format_args!(""));
        let is_kept_equal = |layout: &&Layout| *layout.partition() != Partition::Unsynced;
        let is_equal = self.space().layouts().iter().all(is_kept_equal);
        if self.space().mask().is_some() && !(is_equal && self.space().is_replicated()) {
            let what = "array of which to find the unique elements";
            return Err(Error::expected(ErrorKind::Layout, what, "no mask", self.space()));
        }
        let mut x = self.try_combined()?;
        if !is_equal && x.space().is_replicated() && self.comm().size() > 1 {
            self.comm().broadcast(x.to_mut().as_mut_slice(), 0);
        }
        let mut values = Vec::new();
        x.space().for_each_counted(|range| values.extend(x.as_slice()[range].iter().map(|x| x.canonical())));
        let (values, counts) = merged(T::sorted(values).into_iter().map(|x| (x, 1)));
        let comm = self.comm();
        if x.space().is_replicated() {
            let all = Layout::scatter(comm, &[values.len()], 0)?;
            let mine = all.range(comm.rank());
            return Ok((
                Self::from_parts((&all).into(), values[mine.clone()].to_vec()),
                DistArray::from_parts((&all).into(), counts[mine].to_vec()),
            ));
        }
        let (values, counts) = merged_over_ranks(comm, values, counts);
        let sizes = comm.all_gather(&[values.len()]);
        let all = sizes.iter().sum();
        let found = Layout::scatter_sizes(comm, &[all], 0, &sizes)?;
        let even = Layout::scatter(comm, &[all], 0)?;
        Ok((
            Self::from_parts((&found).into(), values).into_layout(&even)?,
            DistArray::from_parts((&found).into(), counts).into_layout(&even)?,
        ))
    }
}

/// The unique elements of all ranks and their counts, ascending from rank to rank.
fn merged_over_ranks<T: Sortable>(comm: &Comm, values: Vec<T>, counts: Vec<usize>) -> (Vec<T>, Vec<usize>) {
    let ranks = comm.size();
    if ranks == 1 {
        return (values, counts);
    }
    let mut all = [values.len()];
    comm.all_reduce(&mut all, Reduction::Sum);
    let share: Vec<_> = (1..ranks).map(|rank| all[0] / ranks * rank + rank.min(all[0] % ranks)).collect();
    let route = Route::new(comm, &cuts(comm, &values, &share, Ties::Together), values.len());
    let (values, counts) = (route.run(&values), route.run(&counts));
    let mut pairs: Vec<_> = values.into_iter().zip(counts).collect();
    pairs.sort_by_key(|(x, _)| x.rank()); // runs of all ranks: merges them
    merged(pairs.into_iter())
}

/// Every element of an ascending sequence once, with the sum of its counts.
fn merged<T: Sortable>(ascending: impl Iterator<Item = (T, usize)>) -> (Vec<T>, Vec<usize>) {
    let (mut values, mut counts): (Vec<T>, Vec<usize>) = (vec![], vec![]);
    for (value, count) in ascending {
        match (values.last(), counts.last_mut()) {
            (Some(last), Some(sum)) if last.order(&value).is_eq() => *sum += count,
            _ => {
                values.push(value);
                counts.push(count);
            }
        }
    }
    (values, counts)
}
