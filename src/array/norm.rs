//! Norms of every order, of the whole vector.

use super::dist_array::DistArray;
use super::space::Space;
use super::sums::all_reduce;
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::exact::{ExactSum, WORDS};
use crate::numbers::{PartialSum, Real, Scalar, Summation, split, times_power_of_two};

/// Which norm: the orders of `numpy.linalg.norm` for vectors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Norm {
    /// (Σ |xᵢ|ᵖ)^(1/p), for any p but 0 and NaN; negative ones too. `P(1.0)` and `P(2.0)` take no powers.
    P(f64),
    /// The number of elements that are not 0.
    Zero,
    /// max |xᵢ|; 0 where there are no elements.
    Inf,
    /// min |xᵢ|; +∞ where there are no elements.
    NegInf,
}

impl<T: Scalar> DistArray<T> {
    /// ‖x‖₂ = √(Σ |xᵢ|²), as [`norm_of`](Self::norm_of) of order 2.
    ///
    /// # Communication
    /// One all-reduce of 456 bytes; none where every rank holds everything. Where the squares
    /// overflow or vanish, two more: the largest modulus, and the sum of the scaled squares. Chunks that
    /// are to be combined are so first: one exchange more. What no chunk covers does not count.
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    pub fn norm(&self) -> T::Real {
        let _operation = self.reduction("norm", format_args!(""));
        let x = self.combined();
        norm2(x.space(), x.as_slice(), Summation::Exact)
    }

    /// A norm of the flattened vector (of this rank's mask group, where there is one); the same bits
    /// on any number of ranks. NaN if an element is NaN (but for order 0, which counts it). It is rounded to the
    /// array's precision, and an `f64` for all types: so `full(&layout, 1.0)` needs no type named for it.
    ///
    /// # Communication
    /// That of [`norm`](Self::norm), powers for squares and for negative ones the least modulus; for orders ±∞ and
    /// 0 one all-reduce of 8 bytes.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] for p = 0 or NaN; say [`Norm::Zero`].
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, array::Norm};
    ///
    /// let x = DistArray::full(Layout::scatter(&Comm::solo(), &[4], 0)?, -1.5);
    /// assert_eq!(x.norm_of(Norm::P(1.0))?, 6.0);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn norm_of(&self, norm: Norm) -> Result<f64> {
        let _operation = self.reduction("norm_of", format_args!(", {norm:?}"));
        norm.check()?;
        let x = self.try_combined()?;
        let space = x.space();
        if norm == Norm::P(2.0) {
            return Ok(norm2(space, x.as_slice(), Summation::Exact).to_f64());
        }
        let of_all = |mut fold: Fold, norm: Norm| {
            space.for_each_counted(|range| fold.add(&x.as_slice()[range], norm));
            fold.all_reduce(space);
            fold
        };
        let fold = of_all(Fold::new(norm), norm);
        let Some(power) = norm.power().filter(|power| power.needs_unit::<T>(fold.finish(Norm::P(1.0)))) else {
            return Ok(fold.finish::<T::Real>(norm).to_f64());
        };
        let unit = of_all(Fold::new(power.of_unit()), power.of_unit()).finish(power.of_unit());
        if !Power::is_unit(unit) {
            return Ok(T::Real::from_f64(unit).to_f64());
        }
        let mut sum = ExactSum::new();
        space.for_each_counted(|range| power.add(&x.as_slice()[range], unit, &mut sum));
        let mut sum = Fold::Sum(Box::new(sum));
        sum.all_reduce(space);
        Ok(T::Real::from_f64(power.finish(sum.finish(Norm::P(1.0)), unit)).to_f64())
    }
}

impl Norm {
    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::P(p) if p == 0.0 || p.is_nan() => {
                let expected = "a number that is not 0 (the count of non-zeros is Norm::Zero)";
                Err(Error::expected(ErrorKind::Parameter, "order of a norm", expected, p))
            }
            Self::P(_) | Self::Zero | Self::Inf | Self::NegInf => Ok(()),
        }
    }

    /// The norm from the sum of powers.
    pub(crate) fn of_sum(self, sum: f64) -> f64 {
        match self {
            Self::P(1.0) => sum,
            Self::P(2.0) => sum.sqrt(),
            Self::P(p) => sum.powf(1.0 / p),
            Self::Zero | Self::Inf | Self::NegInf => f64::NAN,
        }
    }

    /// The order that is one of a sum of powers.
    pub(crate) fn power(self) -> Option<Power> {
        if let Self::P(p) = self.canonical() { Some(Power(p)) } else { None }
    }

    /// `P(±∞)` is an extremum, not a power.
    fn canonical(self) -> Self {
        match self {
            Self::P(p) if p == f64::INFINITY => Self::Inf,
            Self::P(p) if p == f64::NEG_INFINITY => Self::NegInf,
            other => other,
        }
    }
}

/// √(Σ |xᵢ|²), scaled by a power of two where the squares overflow or vanish.
pub(crate) fn norm2<T: Scalar>(space: &Space, x: &[T], summation: Summation) -> T::Real {
    let mut sum = [PartialSum::new(summation)];
    space.comm().moves(size_of_val(x), 0);
    space.for_each_counted(|range| T::add_squares(&mut sum[0], &x[range]));
    all_reduce(space, &mut sum);
    let squares: f64 = sum[0].value();
    if !Power(2.0).needs_unit::<T>(squares) {
        return T::Real::from_f64(squares.sqrt());
    }
    let mut largest = Fold::Max(0);
    space.for_each_counted(|range| largest.add(&x[range], Norm::Inf));
    largest.all_reduce(space);
    let largest: f64 = largest.finish(Norm::Inf);
    if largest == 0.0 || !largest.is_finite() {
        return T::Real::from_f64(largest);
    }
    let (_, exponent) = split(largest);
    let mut scaled = ExactSum::new();
    space.for_each_counted(|range| by_block(&x[range], |x| scaled_modulus(x, -exponent).powi(2), &mut scaled));
    let mut scaled = [PartialSum::Exact(scaled)];
    all_reduce(space, &mut scaled);
    T::Real::from_f64(times_power_of_two(scaled[0].value().sqrt(), exponent))
}

/// |x| · 2ⁿ, of which also a result of many digits has all.
fn scaled_modulus<T: Scalar>(x: T, n: i32) -> f64 {
    // In two steps, so that 2ⁿ itself need not be a number.
    let by = |x: T::Real| x.to_f64() * times_power_of_two(1.0, n / 2) * times_power_of_two(1.0, n - n / 2);
    if T::IS_COMPLEX { by(x.re()).hypot(by(x.im())) } else { by(x.re()).abs() }
}

/// The order p of a norm, which is not 0: where powers leave the range, they are taken of moduli in units of the one
/// that matters most. That is the largest, or for negative orders the least one: it is 1 then, and the others less.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Power(f64);

impl Power {
    /// Whether powers may have been lost on the way to this sum of them.
    pub(crate) fn needs_unit<T: Scalar>(self, sum: f64) -> bool {
        // No such power of an f32 leaves the range of f64, and no sum of moduli that is not too large itself.
        let is_safe = size_of::<T::Real>() == 4 && self.0.abs() <= 6.0 || self.0 == 1.0 && !T::IS_COMPLEX;
        !is_safe && !(1e-280..=f64::MAX).contains(&sum) && !sum.is_nan()
    }

    /// The norm that is the unit.
    pub(crate) fn of_unit(self) -> Norm {
        if self.0 > 0.0 { Norm::Inf } else { Norm::NegInf }
    }

    /// Whether there is such a unit: what is not one is the norm itself.
    pub(crate) fn is_unit(unit: f64) -> bool {
        unit != 0.0 && unit.is_finite()
    }

    /// Adds the powers in this unit.
    pub(crate) fn add<T: Scalar>(self, x: &[T], unit: f64, sum: &mut ExactSum) {
        let (fraction, exponent) = split(unit);
        by_block(x, |x| (scaled_modulus(x, -exponent) / fraction).powf(self.0), sum);
    }

    /// The norm of which this is the sum.
    pub(crate) fn finish(self, sum: f64, unit: f64) -> f64 {
        let (fraction, exponent) = split(unit);
        times_power_of_two(fraction * sum.powf(1.0 / self.0), exponent)
    }
}

/// Adds `f` of every element, exactly.
fn by_block<T: Scalar>(x: &[T], f: impl Fn(T) -> f64, sum: &mut ExactSum) {
    let mut terms = [0.0; 512];
    for x in x.chunks(terms.len()) {
        terms.iter_mut().zip(x).for_each(|(term, &x)| *term = f(x));
        sum.add_slice(&terms[..x.len()]);
    }
}

/// A norm under way.
pub(crate) enum Fold {
    Sum(Box<ExactSum>),
    Count(u64),
    /// The largest modulus, as the bits of an f64 (which order as the numbers do, NaN last).
    Max(u64),
    /// The least modulus as its bits + 1, 0 for NaN.
    Min(u64),
}

impl Fold {
    pub(crate) fn new(norm: Norm) -> Self {
        match norm.canonical() {
            Norm::P(_) => Self::Sum(Box::default()),
            Norm::Zero => Self::Count(0),
            Norm::Inf => Self::Max(0),
            Norm::NegInf => Self::Min(f64::INFINITY.to_bits() + 1),
        }
    }

    pub(crate) fn add<T: Scalar>(&mut self, x: &[T], norm: Norm) {
        let modulus = |x: T| x.modulus().to_f64();
        match (self, norm.canonical()) {
            (Self::Sum(sum), Norm::P(1.0)) => by_block(x, modulus, sum),
            (Self::Sum(sum), Norm::P(2.0)) => by_block(x, |x| modulus(x).powi(2), sum),
            (Self::Sum(sum), Norm::P(p)) => by_block(x, |x| modulus(x).powf(p), sum),
            (Self::Count(count), _) => *count += x.iter().filter(|x| !x.is_zero()).count() as u64,
            (Self::Max(max), _) => {
                *max = x.iter().fold(*max, |max, &x| max.max(ordered(modulus(x))));
            }
            (Self::Min(min), _) => {
                let key = |x: f64| if x.is_nan() { 0 } else { ordered(x) + 1 };
                *min = x.iter().fold(*min, |min, &x| min.min(key(modulus(x))));
            }
            (Self::Sum(_), _) => unreachable!("a sum is made for a power only"),
        }
    }

    fn all_reduce(&mut self, space: &Space) {
        match self {
            _ if space.is_replicated() => {}
            // One number needs no memory for a message.
            Self::Max(word) => space.group().all_reduce(std::slice::from_mut(word), Reduction::Max),
            _ => all_reduce_folds(space, std::slice::from_mut(self)),
        }
    }

    pub(crate) fn finish<R: Real>(&self, norm: Norm) -> R {
        R::from_f64(match (self, norm.canonical()) {
            (Self::Sum(sum), _) => norm.of_sum(sum.value()),
            (Self::Count(count), _) => *count as f64,
            (Self::Max(bits), _) => f64::from_bits(*bits),
            (Self::Min(0), _) => f64::NAN,
            (Self::Min(key), _) => f64::from_bits(key - 1),
        })
    }
}

/// The bits of a modulus, every NaN as one.
fn ordered(modulus: f64) -> u64 {
    if modulus.is_nan() { f64::NAN.to_bits() } else { modulus.to_bits() }
}

/// Combines folds of one kind over the ranks of the mask group, in one all-reduce.
pub(crate) fn all_reduce_folds(space: &Space, folds: &mut [Fold]) {
    let reduction = match folds.first() {
        None => return,
        Some(Fold::Sum(_) | Fold::Count(_)) => Reduction::Sum,
        Some(Fold::Max(_)) => Reduction::Max,
        Some(Fold::Min(_)) => Reduction::Min,
    };
    if let Fold::Sum(_) = folds[0] {
        let mut words = Vec::with_capacity(folds.len() * WORDS);
        for fold in &mut *folds {
            if let Fold::Sum(sum) = fold {
                sum.normalise();
                words.extend_from_slice(sum.words());
            }
        }
        space.group().all_reduce(&mut words, reduction);
        for (fold, words) in folds.iter_mut().zip(words.as_chunks::<WORDS>().0) {
            *fold = Fold::Sum(Box::new(ExactSum::from_words(*words)));
        }
        return;
    }
    let mut values: Vec<_> = folds.iter().map(Fold::word).collect();
    space.group().all_reduce(&mut values, reduction);
    for (fold, value) in folds.iter_mut().zip(values) {
        *fold = match fold {
            Fold::Count(_) => Fold::Count(value),
            Fold::Max(_) => Fold::Max(value),
            _ => Fold::Min(value),
        };
    }
}

impl Fold {
    /// The state of what is not a sum.
    pub(crate) fn word(&self) -> u64 {
        match self {
            Self::Count(word) | Self::Max(word) | Self::Min(word) => *word,
            Self::Sum(_) => 0,
        }
    }
}
