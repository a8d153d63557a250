//! Norms along axes.

use super::Over;
use super::fold::{self, Parts};
use super::lines::Lines;
use crate::array::{DistArray, Fold, Norm, Power};
use crate::error::Result;
use crate::layout::Mode;
use crate::numbers::exact::{ExactSum, WORDS};
use crate::numbers::{Real, Scalar};

impl<T: Scalar> DistArray<T> {
    /// A norm along an axis: [`over`](Self::over) that axis, [`Over::norm`].
    ///
    /// # Communication
    /// That of [`Over`].
    ///
    /// # Errors
    /// Those of [`Over::norm`].
    pub fn norm_axis(&self, norm: Norm, axis: usize) -> Result<DistArray<T::Real>> {
        self.over(&[axis]).norm(norm)
    }
}

impl<T: Scalar> Over<'_, T> {
    /// A norm of each line, as [`DistArray::norm_of`].
    ///
    /// # Communication
    /// That of [`Over`], where a part of a line is 57 words, or 1 for orders ±∞ and 0. Where parts come
    /// together by an exchange, an all-reduce of 8 bytes follows for sums of powers; where these overflow or
    /// vanish in any line, the largest or least modulus of each line and the sums in units of it are
    /// formed in the same way.
    ///
    /// # Errors
    /// Those of [`Over`]; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for p = 0 or NaN.
    pub fn norm(self, norm: Norm) -> Result<DistArray<T::Real>> {
        let _operation = self.operation("over.norm");
        norm.check()?;
        match Fold::new(norm) {
            Fold::Sum(_) => self.norms_of_powers(norm),
            Fold::Count(_) => self.fold(&Of::<NONZEROS>(norm)),
            Fold::Max(_) => self.fold(&Of::<LARGEST>(norm)),
            Fold::Min(_) => self.fold(&Of::<LEAST>(norm)),
        }
    }

    fn norms_of_powers(&self, norm: Norm) -> Result<DistArray<T::Real>> {
        let axes = self.axes()?;
        if axes.are_all() {
            return self.value(&axes, T::Real::from_f64(self.array.norm_of(norm)?));
        }
        let lines = Lines::new(self.array, &axes, Some(WORDS))?;
        let sums = lines.fold(&Sums(norm))?;
        let of_sums = || sums.iter().map(|&sum| T::Real::from_f64(norm.of_sum(sum))).collect();
        let Some(power) = norm.power().filter(|&power| lines.any(sums.iter().any(|&sum| power.needs_unit::<T>(sum))))
        else {
            return self.shaped(&axes, lines.put(of_sums())?);
        };
        let units = match power.of_unit() {
            Norm::Inf => lines.fold(&Of::<LARGEST>(Norm::Inf))?,
            least => lines.fold(&Of::<LEAST>(least))?,
        };
        let own_units = lines.back(units.clone())?;
        let in_units = lines.fold(&InUnits { power, units: &own_units })?;
        let mut norms: Vec<T::Real> = of_sums();
        for (((norm, sum), unit), in_unit) in norms.iter_mut().zip(sums).zip(units).zip(in_units) {
            if power.needs_unit::<T>(sum) {
                let is_unit = Power::is_unit(unit.to_f64());
                *norm = if is_unit { T::Real::from_f64(power.finish(in_unit, unit.to_f64())) } else { unit };
            }
        }
        self.shaped(&axes, lines.put(norms)?)
    }
}

fn unpacked(words: &[i64]) -> ExactSum {
    let mut own = [0; WORDS];
    own.copy_from_slice(words);
    ExactSum::from_words(own)
}

/// The sums of powers of a norm.
struct Sums(Norm);

impl<T: Scalar> fold::Fold<T> for Sums {
    type State = Fold;
    type Out = f64;
    const COLUMNS: usize = 32;
    const BY_ROWS: bool = false;

    fn start(&self, _: usize) -> Fold {
        Fold::new(self.0)
    }

    fn add(&self, fold: &mut Fold, run: &[T]) {
        fold.add(run, self.0);
    }

    fn add_row(&self, folds: &mut [Fold], row: &[T]) {
        folds.iter_mut().zip(row).for_each(|(fold, x)| fold.add(std::slice::from_ref(x), self.0));
    }

    fn finish(&self, fold: &Fold, _: usize) -> f64 {
        fold.finish(Norm::P(1.0))
    }
}

impl<T: Scalar> Parts<T> for Sums {
    const WORDS: usize = WORDS;
    const MODE: Mode = Mode::Sum;

    fn pack(&self, fold: &mut Fold, words: &mut [i64]) {
        if let Fold::Sum(sum) = fold {
            sum.normalise();
            words.copy_from_slice(sum.words());
        }
    }

    fn unpack(&self, words: &[i64]) -> Fold {
        Fold::Sum(Box::new(unpacked(words)))
    }
}

/// The sums of powers of what is in a unit of each line.
struct InUnits<'a, R> {
    power: Power,
    units: &'a [R],
}

impl<T: Scalar> fold::Fold<T> for InUnits<'_, T::Real> {
    type State = (f64, ExactSum);
    type Out = f64;
    const COLUMNS: usize = 32;
    const BY_ROWS: bool = false;

    fn start(&self, line: usize) -> Self::State {
        (self.units[line].to_f64(), ExactSum::new())
    }

    fn add(&self, (unit, sum): &mut Self::State, run: &[T]) {
        if Power::is_unit(*unit) {
            self.power.add(run, *unit, sum);
        }
    }

    fn add_row(&self, states: &mut [Self::State], row: &[T]) {
        let both = states.iter_mut().zip(row);
        both.for_each(|(state, x)| fold::Fold::add(self, state, std::slice::from_ref(x)));
    }

    fn finish(&self, (_, sum): &Self::State, _: usize) -> f64 {
        sum.value()
    }
}

impl<T: Scalar> Parts<T> for InUnits<'_, T::Real> {
    const WORDS: usize = WORDS;
    const MODE: Mode = Mode::Sum;

    fn pack(&self, (_, sum): &mut Self::State, words: &mut [i64]) {
        sum.normalise();
        words.copy_from_slice(sum.words());
    }

    fn unpack(&self, words: &[i64]) -> Self::State {
        (0.0, unpacked(words))
    }
}

const NONZEROS: u8 = 1;
const LARGEST: u8 = 2;
const LEAST: u8 = 3;

/// A norm whose state is one word of this kind.
struct Of<const KIND: u8>(Norm);

impl<T: Scalar, const KIND: u8> fold::Fold<T> for Of<KIND> {
    type State = Fold;
    type Out = T::Real;
    const COLUMNS: usize = 32;
    const BY_ROWS: bool = false;

    fn start(&self, _: usize) -> Fold {
        Fold::new(self.0)
    }

    fn add(&self, fold: &mut Fold, run: &[T]) {
        fold.add(run, self.0);
    }

    fn add_row(&self, folds: &mut [Fold], row: &[T]) {
        folds.iter_mut().zip(row).for_each(|(fold, x)| fold.add(std::slice::from_ref(x), self.0));
    }

    fn finish(&self, fold: &Fold, _: usize) -> T::Real {
        fold.finish(self.0)
    }
}

impl<T: Scalar, const KIND: u8> Parts<T> for Of<KIND> {
    const WORDS: usize = 1;
    const MODE: Mode = match KIND {
        LARGEST => Mode::Max,
        LEAST => Mode::Min,
        _ => Mode::Sum,
    };

    fn pack(&self, fold: &mut Fold, words: &mut [i64]) {
        // Bits of numbers that are not negative: their order is that of integers with a sign too.
        words[0] = fold.word() as i64;
    }

    fn unpack(&self, words: &[i64]) -> Fold {
        match KIND {
            NONZEROS => Fold::Count(words[0] as u64),
            LARGEST => Fold::Max(words[0] as u64),
            _ => Fold::Min(words[0] as u64),
        }
    }
}
