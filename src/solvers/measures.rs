//! What a method tells of every iteration, by name.

use crate::numbers::Real;
use crate::numbers::powers::{exponent_of, two_to};

/// The most measures of one method.
const MOST: usize = 6;

/// What a method measures at the start and after every iteration: the criterion that stops it, and what else is worth
/// a series in the report.
///
/// # Example
/// ```
/// use lops::solvers::Measures;
///
/// let measures = Measures::criterion("gradient", 9.0).and("cost", 5.0); // ‖Aᴴ(b − A x)‖² and ‖b − A x‖
/// assert_eq!(measures.get("gradient"), Some(3.0));
/// assert_eq!(measures.get("cost"), Some(5.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    square: f64,
    /// The criterion is the root of the square, times two to this.
    unit: i32,
    /// Rounding errors of the criterion that nobody sees, in its unit.
    hidden: f64,
    /// Whether the method's own rules are met.
    is_enough: bool,
    named: [(&'static str, f64); MOST],
    count: usize,
}

impl Measures {
    /// The criterion that [`Tolerance`](super::Tolerance) and stagnation look at, by its square, as sums have it; its
    /// series has the square roots.
    pub fn criterion(name: &'static str, square: f64) -> Self {
        Self::in_units(name, square, 0)
    }

    /// The criterion by its norm, whose square may be beyond the range of numbers.
    pub fn of_norm(name: &'static str, norm: f64) -> Self {
        let unit = exponent_of(norm).unwrap_or(0);
        Self::in_units(name, two_to(norm, -unit).powi(2), unit)
    }

    /// A criterion of √square 2^unit.
    pub(super) fn in_units(name: &'static str, square: f64, unit: i32) -> Self {
        Self { square, unit, hidden: 0.0, is_enough: false, named: [("", 0.0); MOST], count: 0 }
            .and(name, two_to(square.sqrt(), unit))
    }

    /// The criterion may be off by as much, in its unit, though it is computed from the model.
    pub(super) fn hiding(self, hidden: f64) -> Self {
        Self { hidden, ..self }
    }

    /// A rule of the method's own is met: whatever the tolerance is, this is enough.
    pub(super) fn and_is_enough(self) -> Self {
        Self { is_enough: true, ..self }
    }

    /// Whether the method says so.
    pub(super) fn is_enough(&self) -> bool {
        self.is_enough
    }

    /// Whether a criterion of this square, in this unit, can be told from rounding errors.
    pub(super) fn can_tell(&self, square: f64, unit: i32) -> bool {
        two_to(self.hidden, self.unit - unit).powi(2) <= square
    }

    /// The criterion times 2ⁿ; without other measures.
    pub(super) fn times_two_to(self, n: i32) -> Self {
        Self::in_units(self.named[0].0, self.square, self.unit + n)
    }

    /// One measure more.
    ///
    /// # Panics
    /// If there would be more than six.
    #[must_use]
    #[track_caller]
    pub fn and(mut self, name: &'static str, value: f64) -> Self {
        assert!(self.count < MOST, "at most {MOST} measures of a method");
        self.named[self.count] = (name, value);
        self.count += 1;
        self
    }

    /// The measure of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.named().find_map(|(own, value)| (own == name).then_some(value))
    }

    /// All of them.
    pub(super) fn named(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.named[..self.count].iter().copied()
    }

    /// The criterion.
    pub(super) fn value(&self) -> f64 {
        self.named[0].1
    }

    /// The exponent of the criterion's unit.
    pub(super) fn unit(&self) -> i32 {
        self.unit
    }

    /// The square of the criterion, in this unit.
    pub(super) fn square_in(&self, unit: i32) -> f64 {
        two_to(self.square, 2 * (self.unit - unit))
    }

    /// Measures in units may be beyond the range of numbers: there the criterion's square tells. An objective may be infinite, of a model
    /// that is not in a set yet.
    pub(super) fn are_finite(&self) -> bool {
        let is_right =
            |(name, value): (&str, f64)| value.is_finite() || (name == "objective" && value == f64::INFINITY);
        self.square.is_finite() && (self.unit != 0 || self.named().all(is_right))
    }
}

/// The measures of a run so far: a series for each name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Series<R>(Vec<(&'static str, Vec<R>)>);

impl<R: Real> Series<R> {
    /// Begins them with the first measures, and takes the memory for so many iterations.
    pub(super) fn begin(first: &Measures, iterations: usize) -> Self {
        // Beyond this many iterations a push may allocate; nobody waits for so many.
        let room = iterations.min(1 << 20) + 1;
        let mut series = Self(first.named().map(|(name, _)| (name, Vec::with_capacity(room))).collect());
        series.push(first);
        series
    }

    pub(super) fn push(&mut self, measures: &Measures) {
        for (name, values) in &mut self.0 {
            values.push(R::from_f64(measures.get(name).unwrap_or(f64::NAN)));
        }
    }

    /// That of a name; empty where there is none.
    pub(super) fn get(&self, name: &str) -> &[R] {
        self.0.iter().find(|(own, _)| *own == name).map_or(&[], |(_, values)| values)
    }

    /// All values, by their bits as f64.
    pub(super) fn bits(&self) -> Vec<(String, Vec<u64>)> {
        let bits = |values: &Vec<R>| values.iter().map(|&value| Real::to_f64(value).to_bits()).collect();
        self.0.iter().map(|(name, values)| ((*name).to_owned(), bits(values))).collect()
    }

    /// Takes values of the same names by their bits; `None` where there are others.
    pub(super) fn set_bits(&mut self, all: &[(String, Vec<u64>)]) -> Option<()> {
        for (name, values) in &mut self.0 {
            let (_, bits) = all.iter().find(|(own, _)| own == name)?;
            values.clear();
            values.extend(bits.iter().map(|&bits| R::from_f64(f64::from_bits(bits))));
        }
        Some(())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }
}
