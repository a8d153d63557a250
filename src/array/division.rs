//! The sign `/`, as the other signs (`arithmetic`): with care where quotients need it.
//!
//! Complex numbers of moderate size are divided by the textbook formula, many at a time; a stretch in which one is
//! not goes the slow way. Integers that have no quotient panic at the caller's line, which no loop inside knows:
//! the panic waits until the loop has ended.

use super::dist_array::DistArray;
use super::mode_rules::{self, Work};
use crate::error::Result;
use crate::numbers::{Number, for_types, kernels, memory};
use std::cell::Cell;
use std::ops::{Div, DivAssign};

/// Elements that are looked at together.
const STRETCH: usize = 256;

/// Division under way, and what it found that cannot be divided.
#[derive(Default)]
struct Division(Cell<Option<&'static str>>);

impl Division {
    #[inline(always)]
    fn one<T: Number>(&self, a: T, b: T) -> T {
        a.quotient(b).unwrap_or_else(|fault| {
            self.0.set(Some(fault));
            a
        })
    }

    fn zip<T: Number>(&self, x: &[T], y: &[T]) -> Vec<T> {
        let mut out = memory::room(x.len());
        for (x, y) in x.chunks(STRETCH).zip(y.chunks(STRETCH)) {
            if kernels::all(x, T::plainly_divided) && kernels::all(y, T::divides_plainly) {
                kernels::append_zip(&mut out, x, y, T::plain_quotient);
            } else {
                kernels::append_zip(&mut out, x, y, |a, b| self.one(a, b));
            }
        }
        out
    }

    /// x ← x / y
    fn zip_in_place<T: Number>(&self, x: &mut [T], y: &[T]) {
        for (x, y) in x.chunks_mut(STRETCH).zip(y.chunks(STRETCH)) {
            if kernels::all(x, T::plainly_divided) && kernels::all(y, T::divides_plainly) {
                kernels::zip_in_place(x, y, T::plain_quotient);
            } else {
                kernels::zip_in_place(x, y, |a, b| self.one(a, b));
            }
        }
    }

    /// y ← x / y
    fn zip_from<T: Number>(&self, x: &[T], y: &mut [T]) {
        for (x, y) in x.chunks(STRETCH).zip(y.chunks_mut(STRETCH)) {
            if kernels::all(x, T::plainly_divided) && kernels::all(y, T::divides_plainly) {
                kernels::zip_in_place(y, x, |b, a| T::plain_quotient(a, b));
            } else {
                kernels::zip_in_place(y, x, |b, a| self.one(a, b));
            }
        }
    }

    /// `plain` of what passes, and what is left the slow way.
    fn map<T: Number>(x: &[T], passes: impl Fn(T) -> bool, plain: impl Fn(T) -> T, slow: impl Fn(T) -> T) -> Vec<T> {
        let mut out = memory::room(x.len());
        for x in x.chunks(STRETCH) {
            if kernels::all(x, &passes) {
                kernels::append_map(&mut out, x, &plain);
            } else {
                kernels::append_map(&mut out, x, &slow);
            }
        }
        out
    }

    fn map_in_place<T: Number>(x: &mut [T], passes: impl Fn(T) -> bool, plain: impl Fn(T) -> T, slow: impl Fn(T) -> T) {
        for x in x.chunks_mut(STRETCH) {
            if kernels::all(x, &passes) {
                kernels::map_in_place(x, &plain);
            } else {
                kernels::map_in_place(x, &slow);
            }
        }
    }

    #[track_caller]
    fn check(&self) {
        if let Some(fault) = self.0.get() {
            panic!("{fault}");
        }
    }

    #[track_caller]
    fn expect<V>(&self, result: Result<V>) -> V {
        match result {
            Ok(value) => {
                self.check();
                value
            }
            Err(error) => panic!("{error}"),
        }
    }
}

const ARRAY: &str = "right operand of /";

impl<T: Number> DistArray<T> {
    /// value / x of every element x.
    #[track_caller]
    pub(crate) fn dividing(&self, value: T, mode: Work, what: &str) -> Self {
        mode_rules::expect(self.space(), mode, what);
        let (work, value_passes) = (Division::default(), value.plainly_divided());
        let passes = |b: T| value_passes & b.divides_plainly();
        let data = Division::map(self.as_slice(), passes, |b| value.plain_quotient(b), |b| work.one(value, b));
        work.check();
        Self::from_parts(self.space().clone(), data)
    }

    /// [`dividing`](Self::dividing) in place.
    #[track_caller]
    pub(crate) fn dividing_in_place(&mut self, value: T, mode: Work, what: &str) {
        mode_rules::expect(self.space(), mode, what);
        let (work, value_passes) = (Division::default(), value.plainly_divided());
        let passes = |b: T| value_passes & b.divides_plainly();
        Division::map_in_place(self.as_mut_slice(), passes, |b| value.plain_quotient(b), |b| work.one(value, b));
        work.check();
    }
}

impl<T: Number> DivAssign<&DistArray<T>> for DistArray<T> {
    #[track_caller]
    fn div_assign(&mut self, right: &DistArray<T>) {
        let work = Division::default();
        if self.space() == right.space() {
            mode_rules::expect_any(self.space(), ARRAY);
            work.zip_in_place(self.as_mut_slice(), right.as_slice());
            return work.check();
        }
        work.expect(self.zip_in_place_as(right, Work::Any, ARRAY, |a, b| work.one(a, b)));
    }
}

impl<T: Number> DivAssign<DistArray<T>> for DistArray<T> {
    #[track_caller]
    fn div_assign(&mut self, right: DistArray<T>) {
        *self /= &right;
    }
}

impl<T: Number> DivAssign<T> for DistArray<T> {
    #[track_caller]
    fn div_assign(&mut self, right: T) {
        mode_rules::expect_any(self.space(), "/");
        let (work, right_passes) = (Division::default(), right.divides_plainly());
        let passes = |a: T| right_passes & a.plainly_divided();
        Division::map_in_place(self.as_mut_slice(), passes, |a| a.plain_quotient(right), |a| work.one(a, right));
        work.check();
    }
}

impl<T: Number> Div<&DistArray<T>> for &DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn div(self, right: &DistArray<T>) -> DistArray<T> {
        let work = Division::default();
        if self.space() == right.space() {
            mode_rules::expect_any(self.space(), ARRAY);
            let data = work.zip(self.as_slice(), right.as_slice());
            work.check();
            return DistArray::from_parts(self.space().clone(), data);
        }
        work.expect(self.zip_as(right, Work::Any, ARRAY, |a, b| work.one(a, b)))
    }
}

impl<T: Number> Div<DistArray<T>> for &DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn div(self, mut right: DistArray<T>) -> DistArray<T> {
        if self.space() != right.space() {
            return self / &right;
        }
        mode_rules::expect_any(self.space(), ARRAY);
        let work = Division::default();
        work.zip_from(self.as_slice(), right.as_mut_slice());
        work.check();
        right
    }
}

impl<T: Number> Div<&DistArray<T>> for DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn div(mut self, right: &DistArray<T>) -> DistArray<T> {
        if self.space() != right.space() {
            return &self / right;
        }
        self /= right;
        self
    }
}

impl<T: Number> Div<DistArray<T>> for DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn div(self, right: DistArray<T>) -> DistArray<T> {
        self / &right
    }
}

impl<T: Number> Div<T> for DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn div(mut self, right: T) -> DistArray<T> {
        self /= right;
        self
    }
}

impl<T: Number> Div<T> for &DistArray<T> {
    type Output = DistArray<T>;
    #[track_caller]
    fn div(self, right: T) -> DistArray<T> {
        mode_rules::expect_any(self.space(), "/");
        let (work, right_passes) = (Division::default(), right.divides_plainly());
        let passes = |a: T| right_passes & a.plainly_divided();
        let data = Division::map(self.as_slice(), passes, |a| a.plain_quotient(right), |a| work.one(a, right));
        work.check();
        DistArray::from_parts(self.space().clone(), data)
    }
}

/// Numbers on the left, which only concrete types allow.
macro_rules! numbers_on_the_left {
    ($($t:ty)*) => {$(
        impl Div<DistArray<$t>> for $t {
            type Output = DistArray<$t>;
            #[track_caller]
            fn div(self, mut right: DistArray<$t>) -> DistArray<$t> {
                right.dividing_in_place(self, Work::Any, "/");
                right
            }
        }

        impl Div<&DistArray<$t>> for $t {
            type Output = DistArray<$t>;
            #[track_caller]
            fn div(self, right: &DistArray<$t>) -> DistArray<$t> {
                right.dividing(self, Work::Any, "/")
            }
        }
    )*};
}
for_types! { numbers: numbers_on_the_left }
