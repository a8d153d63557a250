//! Points at equal distances over a range.

use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Real;
use std::ops::{Bound, RangeBounds};

/// Points at equal distances.
pub(super) struct Spacing<T> {
    start: T,
    step: T,
    /// The last point and its index, where the end is one of them.
    last: Option<(usize, T)>,
    /// n − 1 or n where the step underflows, and the whole distance.
    tiny: Option<(T, T)>,
}

impl<T: Real> Spacing<T> {
    pub(super) fn new(range: &impl RangeBounds<T>, n: usize) -> Result<Self> {
        let (start, stop, closed) = match (range.start_bound(), range.end_bound()) {
            (Bound::Included(&start), Bound::Included(&stop)) => (start, stop, true),
            (Bound::Included(&start), Bound::Excluded(&stop)) => (start, stop, false),
            _ => {
                let what = "range of evenly spaced numbers";
                return Err(Error::expected(ErrorKind::Parameter, what, "a start and an end", "none"));
            }
        };
        let parts = T::from_f64(if closed { n.saturating_sub(1) } else { n }.max(1) as f64);
        let step = (stop - start) / parts;
        let last = (closed && n > 1).then(|| (n - 1, stop));
        let tiny = (step == T::zero() && stop != start).then_some((parts, stop - start));
        Ok(Self { start, step, last, tiny })
    }

    pub(super) fn at(&self, i: usize) -> T {
        if let Some((last, stop)) = self.last
            && i == last
        {
            return stop;
        }
        let i = T::from_f64(i as f64);
        match self.tiny {
            Some((parts, distance)) => i / parts * distance + self.start,
            None => i * self.step + self.start,
        }
    }
}
