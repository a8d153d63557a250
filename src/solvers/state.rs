//! All that a method goes on from: what a checkpoint saves.

use crate::array::DistArray;
use crate::numbers::Scalar;
use num_complex::Complex;
use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, RefMut};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// The vectors and numbers that a method's next iteration depends on, by name: [`Method::state`](super::Method::state) makes one.
///
/// What an iteration writes before it reads it need not be here, nor the data, which are checked to be the same. Which vectors there are may
/// depend on the numbers, as on the place within a cycle: when a checkpoint is read, numbers are set first, and the state is asked for again.
///
/// # Example
/// See `examples/own_method`.
#[derive(Default)]
pub struct State<'a> {
    pub(super) vectors: Vec<(Cow<'static, str>, Held<'a>)>,
    pub(super) numbers: Vec<(Cow<'static, str>, Box<dyn Bits + 'a>)>,
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
        self.vectors.push((letter.into(), Held::Own(vector)));
        self
    }

    /// And a vector of something that is shared, as what a function remembers of its last prox.
    #[must_use]
    pub fn shared_vector<T: Scalar>(
        mut self,
        letter: impl Into<Cow<'static, str>>,
        vector: RefMut<'a, DistArray<T>>,
    ) -> Self {
        let vector = RefMut::map(vector, |vector| vector as &mut dyn Any);
        self.vectors.push((letter.into(), Held::Shared(vector)));
        self
    }

    /// And whether something is so, of something that is shared.
    #[must_use]
    pub fn shared_flag(self, name: impl Into<Cow<'static, str>>, flag: &'a Cell<bool>) -> Self {
        self.and_number(name, flag)
    }

    /// And a number of something that is shared, if there is one.
    #[must_use]
    pub fn shared_number(self, name: impl Into<Cow<'static, str>>, number: &'a Cell<Option<f64>>) -> Self {
        self.and_number(name, number)
    }

    /// And all of a part's state; its names follow the part's, as `f.last`.
    #[must_use]
    pub fn within(mut self, part: &str, state: State<'a>) -> Self {
        let named = |name: Cow<'static, str>| Cow::Owned(format!("{part}.{name}"));
        self.vectors.extend(state.vectors.into_iter().map(|(letter, vector)| (named(letter), vector)));
        self.numbers.extend(state.numbers.into_iter().map(|(name, number)| (named(name), number)));
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
    pub(super) fn bits(self, name: impl Into<Cow<'static, str>>, bits: &'a mut dyn Bits) -> Self {
        self.and_number(name, bits)
    }

    fn and_number(mut self, name: impl Into<Cow<'static, str>>, number: impl Bits + 'a) -> Self {
        self.numbers.push((name.into(), Box::new(number)));
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

/// A vector of a method, or of something that is shared.
pub(super) enum Held<'a> {
    Own(&'a mut dyn Any),
    Shared(RefMut<'a, dyn Any>),
}

impl Deref for Held<'_> {
    type Target = dyn Any;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Own(vector) => &**vector,
            Self::Shared(vector) => &**vector,
        }
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Own(vector) => &mut **vector,
            Self::Shared(vector) => &mut **vector,
        }
    }
}

/// What 64 bits tell.
pub(super) trait Bits {
    fn get(&self) -> u64;
    fn set(&mut self, bits: u64);
}

impl<B: Bits + ?Sized> Bits for &mut B {
    fn get(&self) -> u64 {
        (**self).get()
    }
    fn set(&mut self, bits: u64) {
        (**self).set(bits);
    }
}

impl<B: Bits + Copy> Bits for &Cell<B> {
    fn get(&self) -> u64 {
        Cell::get(self).get()
    }
    fn set(&mut self, bits: u64) {
        let mut value = Cell::get(self);
        value.set(bits);
        Cell::set(self, value);
    }
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
