//! Where values would go in a sorted array.

use super::global::Route;
use super::order::Sortable;
use crate::array::{DistArray, mode_rules};
use crate::comm::Reduction;
use crate::error::Result;
use crate::layout::{Layout, Partition};

/// Which of several places a value that is there already would get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The first: as many elements are smaller.
    Left,
    /// The last: as many elements are smaller or equal.
    Right,
}

impl Side {
    /// How many elements of a sorted slice come before the value.
    fn place<T: Sortable>(self, sorted: &[T], value: &T) -> usize {
        match self {
            Self::Left => sorted.partition_point(|x| x.order(value).is_lt()),
            Self::Right => sorted.partition_point(|x| x.order(value).is_le()),
        }
    }
}

impl<T: Sortable> DistArray<T> {
    /// Where the values would have to be put into this array, which is sorted in ascending order, to keep it
    /// so: an array of indices, in the layout of the values.
    ///
    /// What comes out of an array that is not sorted depends on its layout.
    ///
    /// # Communication
    /// None where this array is replicated. Where the values are broadcast, one all-reduce of 8 bytes a value. Otherwise
    /// an all-gather of an element of each rank, and three all-to-alls: 8 bytes for each pair of ranks, the
    /// values to where their places are, and the places back. This array is redistributed first where it is
    /// not scattered.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if this array does not have one axis;
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the ranks differ;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of stacks, of a mask unless this array is replicated,
    /// and of values in chunks that are to be combined; those of [`redistribute`](Self::redistribute).
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads, library::Side};
    /// # launch_threads(2, |comm| {
    /// let line = |n| Layout::scatter(comm, &[n], 0);
    /// let sorted = DistArray::from_global(&line(5)?, &[1, 2, 2, 3, 5])?;
    /// let values = DistArray::from_global(&line(4)?, &[2, 4, 0, 9])?;
    /// assert_eq!(sorted.searchsorted(&values, Side::Left)?.gather_all().as_slice(), Some(&[1, 4, 0, 5][..]));
    /// assert_eq!(sorted.searchsorted(&values, Side::Right)?.gather_all().as_slice(), Some(&[3, 4, 0, 5][..]));
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn searchsorted(&self, values: &Self, side: Side) -> Result<DistArray<usize>> {
        let _operation = self.operation("searchsorted", format_args!(", {:#}, {side:?}", values.space()));
        let layout = values.layout()?;
        self.comm().same_as(layout.comm(), "values to search for")?;
        mode_rules::check_any(values.space(), "values to search for")?;
        let sorted = self.line_layout("sorted array to search in")?;
        let places = if sorted.is_replicated() {
            values.as_slice().iter().map(|value| side.place(self.as_slice(), value)).collect()
        } else {
            let sorted = self.in_order()?;
            if *layout.partition() == Partition::Replicated {
                counted(sorted.as_slice(), values, side)
            } else {
                asked(sorted.layout()?, sorted.as_slice(), values, side)
            }
        };
        Ok(DistArray::from_parts(layout.into(), places))
    }
}

/// The places of values that every rank has: as many elements come before them on all ranks.
fn counted<T: Sortable>(sorted: &[T], values: &DistArray<T>, side: Side) -> Vec<usize> {
    let mut places: Vec<_> = values.as_slice().iter().map(|value| side.place(sorted, value)).collect();
    values.comm().all_reduce(&mut places, Reduction::Sum);
    places
}

/// The places of values that each rank asks the others for.
fn asked<T: Sortable>(line: &Layout, sorted: &[T], values: &DistArray<T>, side: Side) -> Vec<usize> {
    let comm = line.comm();
    // The last elements of those ranks that have any: a value's place is on the first whose is not before it.
    let lasts = comm.all_gather(&[sorted.last().copied().unwrap_or_default()]);
    let holders: Vec<_> = (0..comm.size()).filter(|&rank| line.len_of(rank) > 0).collect();
    let lasts: Vec<_> = holders.iter().map(|&rank| lasts[rank]).collect();
    let holder = |value: &T| holders.get(side.place(&lasts, value)).copied();

    let values = values.as_slice();
    let mut places = vec![line.size(); values.len()]; // behind all, unless a rank says otherwise
    let mut questions: Vec<_> = (0..values.len()).filter_map(|at| Some((holder(&values[at])?, at))).collect();
    questions.sort_unstable();
    let mut sends = vec![0; comm.size()];
    for &(rank, _) in &questions {
        sends[rank] += 1;
    }
    let route = Route::of(comm, sends);
    let asked = route.run(&questions.iter().map(|&(_, at)| values[at]).collect::<Vec<_>>());
    let first = line.range(comm.rank()).start;
    let answers: Vec<_> = asked.iter().map(|value| first + side.place(sorted, value)).collect();
    for (&(_, at), place) in questions.iter().zip(route.back(&answers)) {
        places[at] = place;
    }
    places
}
