//! One number of a seed and an index: a hash.

use crate::array::{DistArray, Space};
use crate::numbers::Scalar;

/// The i-th number of a random sequence, uniform in [-1, 1): a hash of the seed and the index.
///
/// Whoever owns index i finds the same number, so an array filled with it is the same on any number
/// of ranks. The hash is SplitMix64 (Steele, Lea, Flood, *Fast splittable pseudorandom number
/// generators*, OOPSLA 2014): counter `i + seed · 0x9E3779B97F4A7C15`. It is for
/// numbers that are asked for one at a time; [`Random`](crate::Random) makes arrays of many distributions.
///
/// # Example
/// ```
/// use lops::library::uniform;
///
/// assert_eq!(uniform(7, 1), uniform(7, 1));
/// assert_ne!(uniform(7, 1), uniform(8, 1));
/// assert!((-1.0..1.0).contains(&uniform(0, 123)));
/// ```
#[must_use]
pub fn uniform(seed: u64, index: u64) -> f64 {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut z = index.wrapping_add(seed.wrapping_mul(GOLDEN)).wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    (z >> 11) as f64 * 2f64.powi(-53) * 2.0 - 1.0
}

impl<T: Scalar> DistArray<T> {
    /// Uniform random numbers in [-1, 1), for complex numbers in both parts. Local: each follows
    /// from the seed and its global index (see [`uniform`]), so any number of ranks makes the same
    /// array. Of a stack, the index counts on from member to member. [`Random`](crate::Random) has other
    /// distributions.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::<f64>::random(&Layout::scatter(comm, &[5, 3], 0)?, 42);
    ///     let whole = DistArray::<f64>::random(&Layout::broadcast(comm, &[5, 3])?, 42);
    ///     assert_eq!(x.gather_all(), whole.local());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    #[track_caller]
    pub fn random(space: impl Into<Space>, seed: u64) -> Self {
        let fill = |first: u64, row: &mut [T]| {
            for (i, x) in (first..).zip(row) {
                *x = scalar(seed, i);
            }
        };
        match super::filled(space.into(), fill) {
            Ok(random) => random,
            Err(error) => panic!("{error}"),
        }
    }
}

/// The i-th random scalar: a complex one takes two numbers of the sequence.
fn scalar<T: Scalar>(seed: u64, i: u64) -> T {
    if T::IS_COMPLEX {
        T::from_parts(uniform(seed, 2 * i), uniform(seed, 2 * i + 1))
    } else {
        T::from_parts(uniform(seed, i), 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_splitmix64() {
        // The first output of SplitMix64 seeded with 0 is 0xE220A8397B1DCDAF.
        assert_eq!(uniform(0, 0), (0xE220_A839_7B1D_CDAF_u64 >> 11) as f64 * 2f64.powi(-52) - 1.0);
        let mean = (0..10_000).map(|i| uniform(3, i)).sum::<f64>() / 1e4;
        assert!(mean.abs() < 0.02, "{mean}");
    }
}
