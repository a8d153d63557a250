//! One number of a seed and an index: a hash.

use super::draws::Field;
use crate::array::{DistArray, Space};
use crate::numbers::{DType, Element, Scalar};

/// The i-th number of a random sequence, uniform in [-1, 1): a hash of the seed and the index.
///
/// Whoever owns index i finds the same number, so an array filled with it is the same on any number
/// of ranks. The hash is SplitMix64 (Steele, Lea, Flood, *Fast splittable pseudorandom number
/// generators*, OOPSLA 2014): counter `i + seed · 0x9E3779B97F4A7C15`. It is for
/// numbers that are asked for one at a time; [`Random`](crate::library::Random) makes arrays of many distributions.
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
    /// Uniform random numbers in [0, 1), as NumPy's `random`; for complex numbers in both parts. Local: each follows
    /// from the seed and its global index, so any number of ranks makes the same array. Of a stack, the
    /// index counts on from member to member. [`Random`](crate::library::Random) has other distributions.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::<f64>::random(&Layout::scatter(comm, &[5, 3], 0)?, 42);
    ///     let whole = DistArray::<f64>::random(&Layout::replicated(comm, &[5, 3])?, 42);
    ///     assert_eq!(x.gather_all(), whole.local());
    ///     assert!(x.as_slice().iter().all(|x| (0.0..1.0).contains(x)));
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    #[track_caller]
    pub fn random(space: impl Into<Space>, seed: u64) -> Self {
        let unit = |i: u64| f64::midpoint(uniform(seed, i), 1.0);
        let single = <T::Real as Element>::DTYPE == DType::F32;
        // As many bits as the type has, so that nothing is rounded up to 1.
        let number = |i: u64| if single { (unit(i) * 16_777_216.0).floor() / 16_777_216.0 } else { unit(i) };
        Self::hashed(space.into(), seed, number)
    }

    /// Uniform random numbers in [-1, 1), as [`random`](Self::random): what operators are put to the test with.
    ///
    /// # Panics
    /// As [`random`](Self::random).
    #[track_caller]
    pub fn random_signed(space: impl Into<Space>, seed: u64) -> Self {
        Self::hashed(space.into(), seed, |i| uniform(seed, i))
    }

    /// Puts the numbers of [`random_signed`](Self::random_signed) into this array, whose chunks, if it has any, are not
    /// to be combined. Nobody compares the seed: ranks of one colour may do it alone.
    pub(crate) fn fill_random_signed(&mut self, seed: u64) {
        let space = self.space().clone();
        super::fill_own(&space, self.as_mut_slice(), |first, row| fill(first, row, |i| uniform(seed, i)));
    }

    /// Numbers that follow from their index.
    #[track_caller]
    fn hashed(space: Space, seed: u64, number: impl Fn(u64) -> f64) -> Self {
        match super::filled(space, Field { seed, call: 0 }, |first, row| fill(first, row, &number)) {
            Ok(random) => random,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Elements from this index on: a complex one takes two numbers.
fn fill<T: Scalar>(first: u64, row: &mut [T], number: impl Fn(u64) -> f64) {
    for (i, x) in (first..).zip(row) {
        let im = if T::IS_COMPLEX { number(2 * i + 1) } else { 0.0 };
        *x = T::from_parts(number(if T::IS_COMPLEX { 2 * i } else { i }), im);
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
