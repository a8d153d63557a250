//! How many elements lie in each of several bins.

use crate::array::DistArray;
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use num_traits::AsPrimitive;

/// How many elements lie in each bin, and where the bins begin and end: bin k holds what is at least `edges[k]`
/// and below `edges[k + 1]`, the last one what equals its end too.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The number of elements in each bin.
    pub counts: Vec<u64>,
    /// The edges of the bins, one more than bins.
    pub edges: Vec<f64>,
}

impl Histogram {
    /// The counts as a density: divided by their sum and by the widths of the bins.
    pub fn density(&self) -> Vec<f64> {
        let all = self.counts.iter().sum::<u64>() as f64;
        let widths = self.edges.windows(2).map(|edge| edge[1] - edge[0]);
        self.counts.iter().zip(widths).map(|(&count, width)| count as f64 / width / all).collect()
    }
}

impl<T: Element + AsPrimitive<f64>> DistArray<T> {
    /// How many elements lie in each of so many bins of equal width, from the least element to the greatest,
    /// on every rank. Elements that are held by several ranks count once; what no chunk covers does not.
    ///
    /// A range without width is widened by ½ each way, that of no elements is 0 to 1.
    ///
    /// # Communication
    /// Two all-reduces over the mask group, of 16 bytes and of 8 bytes a bin; none of a replicated array. Chunks
    /// that are to be combined are so first: one exchange more.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is no bin, or an element is not finite; if there are so many bins that no
    /// numbers lie between two edges; if the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads};
    /// # launch_threads(2, |comm| {
    /// let x = DistArray::from_global(&Layout::scatter(comm, &[6], 0)?, &[1., 2., 1., 4., 5., 3.])?;
    /// let histogram = x.histogram(2)?;
    /// assert_eq!((histogram.counts, histogram.edges), (vec![3, 3], vec![1.0, 3.0, 5.0]));
    /// assert_eq!(x.histogram_in(2, 0.0, 4.0)?.counts, [2, 3]); // 4 is in the last bin, 5 in none
    /// # Ok(()) }).unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy's `histogram`; edges and comparisons are in double precision for every type.
    pub fn histogram(&self, bins: usize) -> Result<Histogram> {
        let _operation = self.reduction("histogram", format_args!(", {bins} bins"));
        check_bins(bins)?;
        let x = self.try_combined()?;
        let mut extremes = [f64::INFINITY, f64::INFINITY]; // the least element, and minus the greatest
        x.space().for_each_counted(|range| {
            for &x in &x.as_slice()[range] {
                let x: f64 = x.as_();
                // What is not a number has to come through a reduction that may lose it.
                let x = if x.is_nan() { [f64::NEG_INFINITY; 2] } else { [x, -x] };
                extremes = [extremes[0].min(x[0]), extremes[1].min(x[1])];
            }
        });
        if !x.space().is_replicated() {
            x.space().group().all_reduce(&mut extremes, Reduction::Min);
        }
        if extremes.contains(&f64::NEG_INFINITY) {
            let (expected, found) = ("finite ones", "some that are not");
            return Err(Error::expected(
                ErrorKind::Parameter,
                "elements of a histogram without a range",
                expected,
                found,
            ));
        }
        let (low, high) = match extremes {
            [f64::INFINITY, f64::INFINITY] => (0.0, 1.0),
            [low, minus_high] if low == -minus_high => (low - 0.5, low + 0.5),
            [low, minus_high] => (low + 0.0, 0.0 - minus_high), // no −0, whichever zero came first
        };
        Ok(x.count_in(equal_edges(bins, low, high)?))
    }

    /// How many elements lie in each of so many bins of equal width over a range, as
    /// [`histogram`](Self::histogram). What is outside, and NaN, is in none.
    ///
    /// # Communication
    /// As [`histogram`](Self::histogram), of the all-reduces only the second.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there is no bin, or the range is not finite or runs backwards; if there are so
    /// many bins that no numbers lie between two edges; if the mode of chunks is not defined for the type.
    pub fn histogram_in(&self, bins: usize, low: f64, high: f64) -> Result<Histogram> {
        let _operation = self.reduction("histogram_in", format_args!(", {bins} bins, {low:?} to {high:?}"));
        check_bins(bins)?;
        let (low, high) = if low == high { (low - 0.5, high + 0.5) } else { (low, high) };
        Ok(self.try_combined()?.count_in(equal_edges(bins, low, high)?))
    }

    /// How many elements lie between each two of these edges, as [`histogram`](Self::histogram). What is
    /// outside, and NaN, is in none.
    ///
    /// # Communication
    /// As [`histogram`](Self::histogram), of the all-reduces only the second.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless there are two edges or more that ascend; if the mode of chunks is not
    /// defined for the type.
    #[doc(alias = "digitize")]
    pub fn histogram_between(&self, edges: &[f64]) -> Result<Histogram> {
        let _operation = self.reduction("histogram_between", format_args!(", {edges:?}"));
        if edges.len() < 2 || !edges.is_sorted() {
            let expected = "two or more in ascending order";
            return Err(Error::expected(ErrorKind::Parameter, "edges of bins", expected, format!("{edges:?}")));
        }
        let count = |x: &Self| {
            x.count(edges.to_vec(), |edges, x| {
                let (first, last) = (edges[0], edges[edges.len() - 1]);
                if !(first..=last).contains(&x) {
                    return None;
                }
                // What equals the last edge is in the last bin.
                Some(edges[..edges.len() - 1].partition_point(|&edge| edge <= x) - 1)
            })
        };
        self.try_combined().map(|x| count(&x))
    }

    /// Counts in bins of equal width.
    fn count_in(&self, edges: Vec<f64>) -> Histogram {
        let (bins, low, high) = (edges.len() - 1, edges[0], edges[edges.len() - 1]);
        let (width, half_width) = (high - low, 0.5 * high - 0.5 * low);
        self.count(edges, |edges, x| {
            if !(low..=high).contains(&x) {
                return None;
            }
            let share = if width.is_finite() { (x - low) / width } else { (0.5 * x - 0.5 * low) / half_width };
            let mut bin = ((share * bins as f64) as usize).min(bins - 1);
            // Rounding may have put it beside its bin: the edges decide.
            while x < edges[bin] {
                bin -= 1;
            }
            while bin + 1 < bins && x >= edges[bin + 1] {
                bin += 1;
            }
            Some(bin)
        })
    }

    fn count(&self, edges: Vec<f64>, bin: impl Fn(&[f64], f64) -> Option<usize>) -> Histogram {
        let mut counts = vec![0; edges.len() - 1];
        self.space().for_each_counted(|range| {
            for &x in &self.as_slice()[range] {
                if let Some(bin) = bin(&edges, x.as_()) {
                    counts[bin] += 1;
                }
            }
        });
        if !self.space().is_replicated() {
            self.space().group().all_reduce(&mut counts, Reduction::Sum);
        }
        Histogram { counts, edges }
    }
}

fn check_bins(bins: usize) -> Result<()> {
    if bins > 0 {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, "number of bins", "at least 1", bins))
}

/// The edges of bins of equal width.
fn equal_edges(bins: usize, low: f64, high: f64) -> Result<Vec<f64>> {
    if !(low < high && low.is_finite() && high.is_finite()) {
        let found = format!("{low} to {high}");
        return Err(Error::expected(ErrorKind::Parameter, "range of a histogram", "a finite one, ascending", found));
    }
    let (width, parts) = (high - low, bins as f64);
    let step = width / parts;
    let edge = |k: f64| {
        if !width.is_finite() {
            2.0 * (k * ((0.5 * high - 0.5 * low) / parts) + 0.5 * low)
        } else if step < f64::MIN_POSITIVE {
            k / parts * width + low
        } else {
            k * step + low
        }
    };
    let edges: Vec<_> = (0..=bins).map(|k| if k == bins { high } else { edge(k as f64) }).collect();
    if edges.is_sorted_by(|a, b| a < b) {
        return Ok(edges);
    }
    let expected = "so few that each has a width";
    Err(Error::expected(ErrorKind::Parameter, format!("bins of a histogram from {low:?} to {high:?}"), expected, bins))
}
