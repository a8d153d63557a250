//! Norms along axes.

use super::reductions::{self, Over, Parts};
use crate::array::{DistArray, Fold, Norm};
use crate::error::Result;
use crate::layout::Mode;
use crate::numbers::Scalar;
use crate::numbers::exact::{ExactSum, WORDS};

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
    /// A norm of each line, as [`DistArray::norm_of`]; of order 2 the squares may overflow or vanish.
    ///
    /// # Communication
    /// That of [`Over`], where a part of a line is 57 words, or 1 for orders ±∞ and 0.
    ///
    /// # Errors
    /// Those of [`Over`]; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for p = 0 or NaN.
    pub fn norm(self, norm: Norm) -> Result<DistArray<T::Real>> {
        norm.check()?;
        match Fold::new(norm) {
            Fold::Sum(_) => self.fold(&Of::<POWERS>(norm)),
            Fold::Count(_) => self.fold(&Of::<NONZEROS>(norm)),
            Fold::Max(_) => self.fold(&Of::<LARGEST>(norm)),
            Fold::Min(_) => self.fold(&Of::<LEAST>(norm)),
        }
    }
}

const POWERS: u8 = 0;
const NONZEROS: u8 = 1;
const LARGEST: u8 = 2;
const LEAST: u8 = 3;

/// A norm, whose state is of this kind.
struct Of<const KIND: u8>(Norm);

impl<T: Scalar, const KIND: u8> reductions::Fold<T> for Of<KIND> {
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
    const WORDS: usize = if KIND == POWERS { WORDS } else { 1 };
    const MODE: Mode = match KIND {
        LARGEST => Mode::Max,
        LEAST => Mode::Min,
        _ => Mode::Sum,
    };

    fn pack(&self, fold: &mut Fold, words: &mut [i64]) {
        match fold {
            Fold::Sum(sum) => {
                sum.normalise();
                words.copy_from_slice(sum.words());
            }
            // Bits of numbers that are not negative: their order is that of integers with a sign too.
            Fold::Count(word) | Fold::Max(word) | Fold::Min(word) => words[0] = *word as i64,
        }
    }

    fn unpack(&self, words: &[i64]) -> Fold {
        match KIND {
            POWERS => {
                let mut own = [0; WORDS];
                own.copy_from_slice(words);
                Fold::Sum(Box::new(ExactSum::from_words(own)))
            }
            NONZEROS => Fold::Count(words[0] as u64),
            LARGEST => Fold::Max(words[0] as u64),
            _ => Fold::Min(words[0] as u64),
        }
    }
}
