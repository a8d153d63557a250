//! How the parts of a stack are dealt out to groups of ranks: by global number, in contiguous shares.

use super::Groups;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::Operator;
use std::ops::Range;

/// How parts `0..n` are dealt out, in contiguous shares: evenly, made of the number n, or by weight,
/// made of one weight for each part (what it costs to apply, say).
///
/// Evenly, the first groups get one part more where the division leaves a remainder. By weight, the
/// greatest sum of weights in a share is as small as contiguous shares allow. All ranks pass the same.
///
/// # Example
/// ```
/// use lops::operators::Shares;
///
/// let even = Shares::from(5);
/// assert_eq!([0, 1, 2].map(|group| even.of(group, 3).unwrap()), [0..2, 2..4, 4..5]);
/// let heavy_first = Shares::from(&[4.0, 1.0, 1.0, 1.0, 1.0]);
/// assert_eq!([0, 1].map(|group| heavy_first.of(group, 2).unwrap()), [0..1, 1..5]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shares(Parts);

#[derive(Clone, Debug, PartialEq)]
enum Parts {
    Even(usize),
    Weighted(Vec<f64>),
}

impl Shares {
    /// The numbers of the parts of a group, of so many.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is no part; [`ErrorKind::Parameter`] if a weight is negative or
    /// not finite, or their sum is not finite, or if there is no such group.
    pub fn of(&self, group: usize, groups: usize) -> Result<Range<usize>> {
        let parts = match &self.0 {
            Parts::Even(n) => *n,
            Parts::Weighted(weights) => weights.len(),
        };
        if parts == 0 {
            return Err(Error::expected(ErrorKind::Shape, "number of parts", "at least 1", 0));
        }
        if group >= groups {
            let expected = format!("below {groups}");
            return Err(Error::expected(ErrorKind::Parameter, "group of a share", expected, group));
        }
        let even = |group: usize| parts / groups * group + group.min(parts % groups);
        match &self.0 {
            Parts::Even(_) => Ok(even(group)..even(group + 1)),
            Parts::Weighted(weights) => {
                let sums = running(weights)?;
                if sums[parts] == 0.0 {
                    return Ok(even(group)..even(group + 1));
                }
                let bounds = weighted(&sums, groups);
                Ok(bounds[group]..bounds[group + 1])
            }
        }
    }

    /// This rank's parts, each built by its global number by all ranks of the group together. An error
    /// on any rank ends the building of its group, and comes back on all ranks.
    pub(super) fn build<X: Scalar, Y: Scalar>(
        &self,
        groups: &Groups,
        mut build: impl FnMut(usize) -> Result<Operator<X, Y>>,
    ) -> Result<Vec<Operator<X, Y>>> {
        let mut numbers = self.of(groups.index(), groups.count())?;
        let parts = numbers.try_fold(vec![], |mut parts, number| {
            parts.push(groups.own().agree(build(number))?);
            Ok(parts)
        });
        groups.comm().agree(parts)
    }
}

/// 0, w₀, w₀ + w₁, …
fn running(weights: &[f64]) -> Result<Vec<f64>> {
    let mut sums = vec![0.0];
    for (k, &weight) in weights.iter().enumerate() {
        let sum = sums[k] + weight;
        if weight < 0.0 || !sum.is_finite() {
            let (what, expected) = (format!("weight of part {k}"), "a number from 0 on, and a finite sum");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, weight));
        }
        sums.push(sum);
    }
    Ok(sums)
}

/// Bounds of shares of which the heaviest is as light as can be; among such, each near the mean of
/// what is left.
fn weighted(sums: &[f64], groups: usize) -> Vec<usize> {
    let parts = sums.len() - 1;
    let limit = least_limit(sums, groups);
    let needed = needed(sums, limit);
    let mut bounds = vec![0];
    for group in 0..groups {
        let (start, others) = (bounds[group], groups - group - 1);
        let mean = (sums[parts] - sums[start]) / (others + 1) as f64;
        let mut end = start;
        while end < parts && sums[end + 1] - sums[start] <= limit {
            let middle = f64::midpoint(sums[end], sums[end + 1]) - sums[start];
            if needed[end] <= others && middle > mean {
                break;
            }
            end += 1;
        }
        bounds.push(end);
    }
    bounds[groups] = parts;
    bounds
}

/// The least sum of weights that no share has to exceed.
fn least_limit(sums: &[f64], groups: usize) -> f64 {
    let (mut low, mut high) = (sums[sums.len() - 1] / groups as f64, sums[sums.len() - 1]);
    let fits = |limit: f64| needed(sums, limit)[0] <= groups;
    if fits(low) {
        return low;
    }
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        *(if fits(middle) { &mut high } else { &mut low }) = middle;
    }
}

/// How many shares the parts from k on need where none may exceed a limit; `usize::MAX` where one part
/// does.
fn needed(sums: &[f64], limit: f64) -> Vec<usize> {
    let parts = sums.len() - 1;
    let mut needed = vec![0; parts + 1];
    let mut end = parts;
    for start in (0..parts).rev() {
        while end > start && sums[end] - sums[start] > limit {
            end -= 1;
        }
        needed[start] = if end == start { usize::MAX } else { needed[end].saturating_add(1) };
        if end == start {
            needed[..start].fill(usize::MAX); // no share may start before what fits in none
            break;
        }
    }
    needed
}

impl From<usize> for Shares {
    fn from(parts: usize) -> Self {
        Self(Parts::Even(parts))
    }
}

impl From<&[f64]> for Shares {
    fn from(weights: &[f64]) -> Self {
        Self(Parts::Weighted(weights.to_vec()))
    }
}

impl<const N: usize> From<&[f64; N]> for Shares {
    fn from(weights: &[f64; N]) -> Self {
        weights[..].into()
    }
}

impl From<&Vec<f64>> for Shares {
    fn from(weights: &Vec<f64>) -> Self {
        weights[..].into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shares(weights: &[f64], groups: usize) -> Vec<Range<usize>> {
        (0..groups).map(|group| Shares::from(weights).of(group, groups).unwrap()).collect()
    }

    /// The least greatest sum over all ways to cut, one by one.
    fn best(weights: &[f64], groups: usize) -> f64 {
        if groups == 1 {
            return weights.iter().sum();
        }
        let cuts = (0..=weights.len()).map(|cut| {
            let first: f64 = weights[..cut].iter().sum();
            first.max(best(&weights[cut..], groups - 1))
        });
        cuts.fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn the_heaviest_share_is_the_lightest_possible(
            weights in prop::collection::vec((0u8..9).prop_map(f64::from), 1..9), groups in 1usize..5,
        ) {
            let shares = shares(&weights, groups);
            let mut next = 0;
            let mut greatest: f64 = 0.0;
            for share in &shares {
                prop_assert_eq!(share.start, next);
                next = share.end;
                greatest = greatest.max(weights[share.clone()].iter().sum());
            }
            prop_assert_eq!(next, weights.len());
            if weights.iter().sum::<f64>() > 0.0 {
                prop_assert_eq!(greatest, best(&weights, groups));
            }
        }
    }

    #[test]
    fn equal_weights_are_dealt_out_nearly_evenly() {
        assert_eq!(shares(&[1.0; 7], 3).iter().map(ExactSizeIterator::len).collect::<Vec<_>>(), [2, 3, 2]);
        assert_eq!(shares(&[0.0; 4], 3), [0..2, 2..3, 3..4]);
        assert_eq!(shares(&[1.0], 3).iter().map(ExactSizeIterator::len).sum::<usize>(), 1);
    }

    #[test]
    fn bad_weights_are_refused() {
        for weights in [&[1.0, -1.0][..], &[f64::NAN], &[f64::MAX, f64::MAX]] {
            assert_eq!(Shares::from(weights).of(0, 2).unwrap_err().kind(), ErrorKind::Parameter);
        }
        assert_eq!(Shares::from(0).of(0, 2).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(Shares::from(&[]).of(0, 2).unwrap_err().kind(), ErrorKind::Shape);
    }
}
