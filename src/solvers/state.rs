//! All that a method goes on from: what a checkpoint saves.

use crate::array::DistArray;
use crate::numbers::Scalar;
use num_complex::Complex;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;

/// The vectors and numbers that a method's next iteration depends on, by name: [`Method::state`](super::Method::state) makes one.
///
/// What an iteration writes before it reads it need not be here, nor the data, which are checked to be the same. Which vectors there are may
/// depend on the numbers, as on the place within a cycle: when a checkpoint is read, numbers are set first, and the state is asked for again.
///
/// # Example
/// See `examples/own_method`.
#[derive(Default)]
pub struct State<'a> {
    pub(super) vectors: Vec<(Cow<'static, str>, &'a mut dyn Any)>,
    pub(super) numbers: Vec<(Cow<'static, str>, &'a mut dyn Bits)>,
}

impl<'a> State<'a> {
    /// Of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And a vector.
    #[must_use]
    pub fn vector<T: Scalar>(mut self, letter: impl Into<Cow<'static, str>>, vector: &'a mut DistArray<T>) -> Self {
        self.vectors.push((letter.into(), vector));
        self
    }

    /// And a number.
    #[must_use]
    pub fn number(self, name: impl Into<Cow<'static, str>>, number: &'a mut f64) -> Self {
        self.bits(name, number)
    }

    /// And several.
    #[must_use]
    pub fn numbers<const K: usize>(self, names: [&'static str; K], numbers: &'a mut [f64; K]) -> Self {
        names.into_iter().zip(numbers).fold(self, |state, (name, number)| state.bits(name, number))
    }

    /// And a count.
    #[must_use]
    pub fn count(self, name: impl Into<Cow<'static, str>>, count: &'a mut usize) -> Self {
        self.bits(name, count)
    }

    /// And whether something is so.
    #[must_use]
    pub fn flag(self, name: impl Into<Cow<'static, str>>, flag: &'a mut bool) -> Self {
        self.bits(name, flag)
    }

    /// And a complex number.
    #[must_use]
    pub(super) fn complex(self, name: &str, number: &'a mut Complex<f64>) -> Self {
        self.number(format!("{name}.re"), &mut number.re).number(format!("{name}.im"), &mut number.im)
    }

    /// And anything that 64 bits tell.
    #[must_use]
    pub(super) fn bits(mut self, name: impl Into<Cow<'static, str>>, bits: &'a mut dyn Bits) -> Self {
        self.numbers.push((name.into(), bits));
        self
    }
}

impl fmt::Debug for State<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vectors: Vec<_> = self.vectors.iter().map(|(letter, _)| letter).collect();
        let numbers: Vec<_> = self.numbers.iter().map(|(name, number)| (name, number.get())).collect();
        f.debug_struct("State").field("vectors", &vectors).field("numbers", &numbers).finish()
    }
}

/// What 64 bits tell.
pub(super) trait Bits {
    fn get(&self) -> u64;
    fn set(&mut self, bits: u64);
}

impl Bits for f64 {
    fn get(&self) -> u64 {
        self.to_bits()
    }
    fn set(&mut self, bits: u64) {
        *self = Self::from_bits(bits);
    }
}

impl Bits for usize {
    fn get(&self) -> u64 {
        *self as u64
    }
    fn set(&mut self, bits: u64) {
        *self = bits as Self;
    }
}

impl Bits for i32 {
    fn get(&self) -> u64 {
        i64::from(*self) as u64
    }
    fn set(&mut self, bits: u64) {
        *self = bits as i64 as Self;
    }
}

impl Bits for bool {
    fn get(&self) -> u64 {
        u64::from(*self)
    }
    fn set(&mut self, bits: u64) {
        *self = bits != 0;
    }
}

/// No such number is NaN with this payload.
pub(super) const NOTHING: u64 = u64::MAX;

impl Bits for Option<f64> {
    fn get(&self) -> u64 {
        self.map_or(NOTHING, f64::to_bits)
    }
    fn set(&mut self, bits: u64) {
        *self = (bits != NOTHING).then(|| f64::from_bits(bits));
    }
}

impl Bits for Option<usize> {
    fn get(&self) -> u64 {
        self.map_or(NOTHING, |count| count as u64)
    }
    fn set(&mut self, bits: u64) {
        *self = (bits != NOTHING).then_some(bits as usize);
    }
}
