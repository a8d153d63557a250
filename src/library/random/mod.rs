//! Random arrays: a field depends on a seed and on global indices, never on ranks or layout.

mod beta;
mod draws;
mod hash;
mod permute;

use crate::array::{DistArray, Space, chunks};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Element, Real, Scalar, memory, reals_of_mut};
use beta::AnyBeta;
use draws::{Draws, Field, Purpose, Rows};
pub use hash::uniform;
use num_traits::PrimInt;
use rand::Rng;
use rand::distr::uniform::{SampleUniform, Uniform};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, StandardNormal};
use std::fmt::Debug;

/// A source of random arrays, as NumPy's `default_rng`.
///
/// Every call makes a new field, in which the number at a global index is a function of the seed, of how
/// many calls were made before, and of the index: the same on any number of ranks and in any layout, and
/// made by each rank for itself. All ranks make the same calls in the same order. In a stack the index
/// counts on from member to member.
///
/// The words come from ChaCha with 8 rounds, keyed with the seed and the number of the call: word i of the
/// key stream belongs to index i (of complex arrays words 2i and 2i + 1; beta numbers have four each). Where a
/// method needs more words for a number it takes them from a stream of that index's own.
///
/// Nothing here communicates but [`permutation`](Self::permutation), and [`choice`](Self::choice) where nothing
/// is put back.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, library::Random};
///
/// launch_threads(3, |comm| {
///     let (rows, columns) = (Layout::scatter(comm, &[5, 3], 0)?, Layout::scatter(comm, &[5, 3], 1)?);
///     let x: DistArray<f64> = Random::seed(7).normal(&rows, 0.0, 1.0)?;
///     let y: DistArray<f64> = Random::seed(7).normal(&columns, 0.0, 1.0)?;
///     assert_eq!(x.gather_all(), y.gather_all());
///     let mut random = Random::seed(7);
///     let (a, b) = (random.integers(&rows, 1..=6)?, random.integers(&rows, 1..=6)?);
///     assert_ne!(a.gather_all(), b.gather_all()); // two throws of fifteen dice
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Bernstein, *ChaCha, a variant of Salsa20* (2008); Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as
/// easy as 1, 2, 3* (2011), for counters in place of state. Distributions as the crate `rand_distr` samples
/// them: ziggurats for the normal and the exponential one, Lemire's method for integers; beta numbers of tiny and huge
/// parameters as quotients of gamma numbers by Marsaglia and Tsang's method.
#[derive(Clone, Debug)]
pub struct Random {
    seed: u64,
    calls: u64,
}

impl Random {
    /// The source that belongs to a seed. All ranks pass the same.
    #[doc(alias = "default_rng")]
    pub fn seed(seed: u64) -> Self {
        Self { seed, calls: 0 }
    }

    /// Uniform numbers in [low, high), for complex numbers in both parts. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless low < high and the difference is finite; of chunks whose mode is not
    /// defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads, library::Random};
    /// # launch_threads(2, |comm| {
    /// let x: DistArray<f32> = Random::seed(1).uniform(&Layout::scatter(comm, &[1000], 0)?, -2.0, 3.0)?;
    /// assert!(x.as_slice().iter().all(|x| (-2.0..3.0).contains(x)));
    /// # Ok(()) }).unwrap();
    /// ```
    #[doc(alias = "rand")]
    pub fn uniform<T: Scalar>(&mut self, space: impl Into<Space>, low: T::Real, high: T::Real) -> Result<DistArray<T>> {
        let (from, width) = (low.to_f64(), high.to_f64() - low.to_f64());
        if !(low < high && (high - low).finite()) {
            return Err(wrong("bounds of random numbers", "low < high, a finite distance apart", (low, high)));
        }
        let last = before(high);
        self.scalars(space.into(), |draws| {
            // 53 bits of the word, rounded once more where the type is shorter: never up to the bound.
            let x = T::Real::from_f64(from + width * ((draws.next_u64() >> 11) as f64 * 2f64.powi(-53)));
            if x < high { x } else { last }
        })
    }

    /// Normal numbers of this mean and standard deviation. Local.
    ///
    /// Complex ones are circular: the parts are independent and of standard deviation `std`/√2 each, so that
    /// `std`² = E |x − mean|².
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless the mean is finite and the standard deviation finite and not negative;
    /// of chunks whose mode is not defined for the type.
    #[doc(alias = "randn")]
    #[doc(alias = "standard_normal")]
    pub fn normal<T: Scalar>(&mut self, space: impl Into<Space>, mean: T, std: T::Real) -> Result<DistArray<T>> {
        if !(mean.finite() && std.finite() && std.to_f64() >= 0.0) {
            return Err(wrong("mean and standard deviation", "finite ones, the latter at least 0", (mean, std)));
        }
        let std = if T::IS_COMPLEX { std.to_f64() * std::f64::consts::FRAC_1_SQRT_2 } else { std.to_f64() };
        let (re, im) = (mean.re().to_f64(), mean.im().to_f64());
        self.scalars(space.into(), |draws| {
            let mean = if T::IS_COMPLEX && draws.index() % 2 == 1 { im } else { re };
            let z: f64 = StandardNormal.sample(draws);
            T::Real::from_f64(mean + std * z)
        })
    }

    /// Integers of a range, every one as likely: `0..6`, `1..=6`. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the range is empty; of chunks whose mode is not defined for the type.
    #[doc(alias = "randint")]
    pub fn integers<T, R>(&mut self, space: impl Into<Space>, range: R) -> Result<DistArray<T>>
    where
        T: Element + PrimInt + SampleUniform,
        R: TryInto<Uniform<T>> + Clone + Debug,
    {
        let Ok(uniform) = range.clone().try_into() else {
            return Err(wrong("range of random integers", "at least one number in it", range));
        };
        self.elements::<1, T>(space.into(), |draws| uniform.sample(draws))
    }

    /// Exponential numbers of this scale, which is their mean: density exp(−x/scale)/scale. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless the scale is finite and not negative; of chunks whose mode is not
    /// defined for the type.
    pub fn exponential<T: Real>(&mut self, space: impl Into<Space>, scale: T) -> Result<DistArray<T>> {
        if !(scale.finite() && scale >= T::zero()) {
            return Err(wrong("scale of exponential numbers", "a finite one, at least 0", scale));
        }
        let scale = scale.to_f64();
        self.elements::<1, T>(space.into(), |draws| {
            let x: f64 = Exp1.sample(draws);
            T::from_f64(scale * x)
        })
    }

    /// Numbers of the beta distribution: density proportional to xᵃ⁻¹ (1 − x)ᵇ⁻¹ on [0, 1]. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] unless both parameters are finite and positive; of chunks whose mode is not
    /// defined for the type.
    pub fn beta<T: Real>(&mut self, space: impl Into<Space>, a: T, b: T) -> Result<DistArray<T>> {
        let valid = |p: T| p.finite() && p > T::zero();
        if !(valid(a) && valid(b)) {
            return Err(wrong("parameters of beta numbers", "finite positive ones", (a, b)));
        }
        let beta = AnyBeta::new(a.to_f64(), b.to_f64());
        self.elements::<4, T>(space.into(), |draws| T::from_f64(beta.sample(draws)))
    }

    /// Numbers of any distribution of the crate [`rand_distr`](crate::library::rand_distr). Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] of chunks whose mode is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{DistArray, Layout, launch_threads, library::Random};
    /// use lops::library::rand_distr::{Bernoulli, Poisson, weighted::WeightedIndex};
    /// # launch_threads(2, |comm| {
    ///
    /// let (mut random, layout) = (Random::seed(1), Layout::scatter(comm, &[1000], 0)?);
    /// let heads: DistArray<bool> = random.sample(&layout, Bernoulli::new(0.5).unwrap())?;
    /// assert!((400..600).contains(&heads.sum()));
    /// let counts: DistArray<f64> = random.sample(&layout, Poisson::new(3.0).unwrap())?;
    /// let which: DistArray<usize> = random.sample(&layout, WeightedIndex::new([1, 0, 3]).unwrap())?;
    /// assert!(which.as_slice().iter().all(|&k| k != 1));
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn sample<T: Element>(
        &mut self,
        space: impl Into<Space>,
        distribution: impl Distribution<T>,
    ) -> Result<DistArray<T>> {
        self.elements::<2, T>(space.into(), |draws| distribution.sample(draws))
    }

    /// A generator for each rank, whose numbers depend on the seed, the call and the rank. Local.
    ///
    /// What is made with it is not the same on another number of ranks.
    ///
    /// # Example
    /// ```
    /// # use lops::{launch_threads, library::Random};
    /// use lops::library::rand::RngExt;
    /// # launch_threads(2, |comm| {
    ///
    /// let mut generator = Random::seed(1).per_rank(comm);
    /// let mine: f64 = generator.random();
    /// let all = comm.all_gather(&[mine]);
    /// assert_ne!(all[0], all[1]);
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn per_rank(&mut self, comm: &Comm) -> ChaCha8Rng {
        let mut generator = self.next_field().generator(Purpose::Ranks);
        generator.set_stream(comm.rank() as u64);
        generator
    }

    fn next_field(&mut self) -> Field {
        self.calls += 1;
        Field { seed: self.seed, call: self.calls - 1 }
    }

    /// A field of scalars, of which `sample` gives the parts.
    fn scalars<T: Scalar>(&mut self, space: Space, sample: impl Fn(&mut Draws<'_>) -> T::Real) -> Result<DistArray<T>> {
        let parts = if T::IS_COMPLEX { 2 } else { 1 };
        let field = self.next_field();
        let mut rows = Rows::new(field);
        filled(space, field, |first, row| rows.fill::<1, _>(parts * first, reals_of_mut(row), &sample))
    }

    /// A field of elements that have `EACH` words to begin with.
    fn elements<const EACH: usize, T: Element>(
        &mut self,
        space: Space,
        sample: impl Fn(&mut Draws<'_>) -> T,
    ) -> Result<DistArray<T>> {
        let field = self.next_field();
        let mut rows = Rows::new(field);
        filled(space, field, |first, row| rows.fill::<EACH, _>(first, row, &sample))
    }
}

/// An array of which `fill` makes each stretch of consecutive elements, from its first C-order index. All ranks fill the
/// same field.
fn filled<T: Element>(space: Space, field: Field, fill: impl FnMut(u64, &mut [T])) -> Result<DistArray<T>> {
    let _operation = space.comm().operation("random", format_args!("{}, {space:#}, {field:?}", T::DTYPE));
    chunks::check_modes::<T>(&space)?;
    let mut data = memory::filled(space.local_len(), T::default());
    fill_own(&space, &mut data, fill);
    let mut end = 0;
    for layout in space.layouts() {
        let start = end;
        end += layout.local_len();
        if layout.mode().combines() {
            let kept = layout.keep_first(data[start..end].to_vec())?;
            data[start..end].copy_from_slice(&kept);
        }
    }
    Ok(DistArray::from_parts(space, data))
}

/// Lets `fill` make each stretch of consecutive elements that this rank holds, from its first C-order index.
fn fill_own<T: Element>(space: &Space, data: &mut [T], mut fill: impl FnMut(u64, &mut [T])) {
    let (mut at, mut before) = (0, 0);
    for layout in space.layouts() {
        layout.for_each_run(layout.comm().rank(), |first, length| {
            fill((before + first) as u64, &mut data[at..at + length]);
            at += length;
        });
        before += layout.size();
    }
}

/// The largest number below a finite one.
fn before<T: Real>(x: T) -> T {
    match size_of::<T>() {
        4 => T::from_f64((x.to_f64() as f32).next_down().into()),
        _ => T::from_f64(x.to_f64().next_down()),
    }
}

fn wrong(what: &str, expected: &str, found: impl Debug) -> Error {
    Error::expected(ErrorKind::Parameter, what, expected, format!("{found:?}"))
}
