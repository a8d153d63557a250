//! Reductions made of exact sums: sums, means, variances.

use super::fold::{Fold, Parts};
use super::rows::Rows;
use super::summable::Summable;
use crate::Complex;
use crate::layout::Mode;
use crate::numbers::Element;
use crate::numbers::exact::{ExactSum, WORDS};

/// Lines side by side whose bins are in the first cache together.
const COLUMNS: usize = 256;

/// Some exact sums, of whose words a state is made.
pub trait Exact: Clone {
    const COUNT: usize;

    fn empty() -> Self;

    fn sums(&mut self) -> &mut [ExactSum];
}

impl<const N: usize> Exact for [ExactSum; N] {
    const COUNT: usize = N;

    fn empty() -> Self {
        [const { ExactSum::new() }; N]
    }

    fn sums(&mut self) -> &mut [ExactSum] {
        self
    }
}

fn pack(sums: &mut impl Exact, words: &mut [i64]) {
    for (sum, words) in sums.sums().iter_mut().zip(words.as_chunks_mut::<WORDS>().0) {
        sum.normalise();
        *words = *sum.words();
    }
}

fn unpack<E: Exact>(words: &[i64]) -> E {
    let mut sums = E::empty();
    for (sum, words) in sums.sums().iter_mut().zip(words.as_chunks::<WORDS>().0) {
        *sum = ExactSum::from_words(*words);
    }
    sums
}

/// What follows from Σ x and the number of elements.
#[derive(Clone, Debug)]
pub struct Values<T: Summable, O>(pub fn(&T::Values, usize) -> O);

impl<T: Summable, O: Element> Fold<T> for Values<T, O> {
    type State = T::Values;
    type Out = O;
    const COLUMNS: usize = COLUMNS;
    const BY_ROWS: bool = false;
    const COUNTS: bool = true;

    fn start(&self, _: usize) -> T::Values {
        T::Values::empty()
    }

    fn add(&self, sums: &mut T::Values, run: &[T]) {
        T::add_values(sums, run);
    }

    fn add_row(&self, states: &mut [T::Values], row: &[T]) {
        states.iter_mut().zip(row).for_each(|(sums, x)| T::add_values(sums, std::slice::from_ref(x)));
    }

    fn add_rows(&self, states: &mut [T::Values], rows: &mut Rows<'_, T>) {
        let mut left = vec![];
        T::add_value_columns(states, rows.block, &rows.starts, &mut left);
        rows.for_each_column(left.into_iter(), |column, run| T::add_values(&mut states[column], run));
    }

    fn finish(&self, sums: &T::Values, count: usize) -> O {
        self.0(sums, count)
    }
}

impl<T: Summable, O: Element> Parts<T> for Values<T, O> {
    const WORDS: usize = T::Values::COUNT * WORDS;
    const MODE: Mode = Mode::Sum;

    fn pack(&self, sums: &mut T::Values, words: &mut [i64]) {
        pack(sums, words);
    }

    fn unpack(&self, words: &[i64]) -> T::Values {
        unpack(words)
    }
}

/// Sums of deviations, after what they are taken from.
pub(super) type Centred<S> = (Complex<f64>, S);

/// What follows from Σ |x − μ|² and the number of elements, where μ is near the mean of each line.
pub(super) struct Deviations<'a, F> {
    pub(super) centres: &'a [Complex<f64>],
    pub(super) result: F,
}

impl<T: Summable, O: Element, F: Fn(f64, usize) -> O> Fold<T> for Deviations<'_, F> {
    type State = Centred<T::Deviations>;
    type Out = O;
    const COLUMNS: usize = COLUMNS;
    const BY_ROWS: bool = false;
    const COUNTS: bool = true;

    fn start(&self, line: usize) -> Self::State {
        (self.centres[line], T::Deviations::empty())
    }

    fn add(&self, (centre, sums): &mut Self::State, run: &[T]) {
        T::add_deviations(sums, *centre, run);
    }

    fn add_row(&self, states: &mut [Self::State], row: &[T]) {
        let both = states.iter_mut().zip(row);
        both.for_each(|((centre, sums), x)| T::add_deviations(sums, *centre, std::slice::from_ref(x)));
    }

    fn add_rows(&self, states: &mut [Self::State], rows: &mut Rows<'_, T>) {
        let mut left = vec![];
        T::add_deviation_columns(states, rows.block, &rows.starts, &mut left);
        rows.for_each_column(left.into_iter(), |column, run| Fold::<T>::add(self, &mut states[column], run));
    }

    /// The mean is rounded, so that the deviations add up to a little: Σ |x − m|² = Σ |d|² − |Σ d|²/n of
    /// d = x − μ (T. F. Chan, G. H. Golub and R. J. LeVeque, "Algorithms for computing the sample
    /// variance", The American Statistician 37, 1983, eq. 1.7).
    fn finish(&self, (_, sums): &Self::State, count: usize) -> O {
        let mut sums = sums.clone();
        let (squares, firsts) = sums.sums().split_last_mut().map_or((f64::NAN, 0.0), |(squares, firsts)| {
            // Divided first: then the product is exact where all deviations are the same.
            let shift = |sum: &ExactSum| sum.value() * (sum.value() / count as f64);
            (squares.value(), firsts.iter().map(shift).sum())
        });
        let sum = if squares.is_finite() { squares - firsts } else { squares };
        (self.result)(if sum < 0.0 { 0.0 } else { sum }, count)
    }
}

impl<T: Summable, O: Element, F: Fn(f64, usize) -> O> Parts<T> for Deviations<'_, F> {
    const WORDS: usize = T::Deviations::COUNT * WORDS;
    const MODE: Mode = Mode::Sum;

    fn pack(&self, (_, sums): &mut Self::State, words: &mut [i64]) {
        pack(sums, words);
    }

    fn unpack(&self, words: &[i64]) -> Self::State {
        (Complex::default(), unpack(words))
    }
}
