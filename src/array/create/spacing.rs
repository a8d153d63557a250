//! Points at equal distances over a range.

use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Real;
use std::ops::{Bound, RangeBounds};

/// Points at equal distances.
pub(super) struct Spacing<T> {
    start: T,
    /// The last point and its index, where the end is one of them.
    last: Option<(usize, T)>,
    rule: Rule<T>,
}

/// How point number i follows from the start.
enum Rule<T> {
    /// All points are the start.
    Same,
    /// By i steps.
    Step(T),
    /// By i of so many parts of the distance, of which one has lost digits.
    Part(T, T),
    /// By i steps of twice this size: the distance is beyond the range.
    HalfStep(T),
    /// Between a start and an end, of which one is infinite, in the ratio of i to so many parts.
    Between(T, T),
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
        let (distance, step) = (stop - start, (stop - start) / parts);
        let half = T::from_f64(0.5);
        let rule = if start == stop {
            Rule::Same
        } else if !(start.finite() && stop.finite()) {
            Rule::Between(stop, parts)
        } else if !distance.finite() {
            Rule::HalfStep((half * stop - half * start) / parts)
        } else if step.abs() < T::min_positive_value() {
            Rule::Part(distance, parts)
        } else {
            Rule::Step(step)
        };
        Ok(Self { start, last: (closed && n > 1).then(|| (n - 1, stop)), rule })
    }

    pub(super) fn at(&self, i: usize) -> T {
        if i == 0 {
            return self.start;
        }
        if let Some((last, stop)) = self.last
            && i == last
        {
            return stop;
        }
        let i = T::from_f64(i as f64);
        match self.rule {
            Rule::Same => self.start,
            Rule::Step(step) => i * step + self.start,
            Rule::Part(distance, parts) => i / parts * distance + self.start,
            Rule::HalfStep(step) => {
                let half = i * step + T::from_f64(0.5) * self.start;
                half + half
            }
            Rule::Between(stop, parts) => (parts - i) / parts * self.start + i / parts * stop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(range: impl RangeBounds<f64>, n: usize) -> Vec<f64> {
        let spacing = Spacing::new(&range, n).expect("a range");
        (0..n).map(|i| spacing.at(i)).collect()
    }

    #[test]
    fn ranges_at_the_ends_of_the_range() {
        let (max, inf) = (f64::MAX, f64::INFINITY);
        let near =
            |found: &[f64], expected: &[f64]| found.iter().zip(expected).all(|(x, y)| (x / max - y).abs() < 4e-16);
        let closed = points(-max..=max, 5);
        assert!(near(&closed, &[-1.0, -0.5, 0.0, 0.5, 1.0]), "{closed:?}");
        assert_eq!((closed[0], closed[2], closed[4]), (-max, 0.0, max));
        assert!(near(&points(-max..max, 4), &[-1.0, -0.5, 0.0, 0.5]));
        assert_eq!(points(max..=-max, 3), [max, 0.0, -max]);
        assert_eq!(points(inf..=inf, 3), [inf; 3]);
        assert_eq!(points(-inf..-inf, 2), [-inf; 2]);
        assert_eq!(points(0.0..=inf, 3), [0.0, inf, inf]);
        assert_eq!(points(-inf..=0.0, 3), [-inf, -inf, 0.0]);
        assert_eq!(points(0.0..=5e-324, 3), [0.0, 0.0, 5e-324]);
        assert_eq!(points(0.0..=1e-320, 5)[2], 5e-321);
        let tiny = points(0.0..=1e-310, 1001);
        assert!((0..1001).all(|i| (tiny[i] - i as f64 / 1000.0 * 1e-310).abs() <= 1e-323));
    }

    #[test]
    fn one_point_is_the_start() {
        for (start, stop) in [(3.0, 4.0), (-0.0, 1.0), (-1e308, 1.7e308), (0.0, f64::INFINITY), (f64::INFINITY, 0.0)] {
            assert_eq!(points(start..=stop, 1)[0].to_bits(), start.to_bits());
            assert_eq!(points(start..stop, 1)[0].to_bits(), start.to_bits());
        }
        assert!(points(0.0..=1.0, 0).is_empty());
        let single = Spacing::new(&(-f32::MAX..=f32::MAX), 3).expect("a range");
        assert_eq!(single.at(1), 0.0);
    }
}
