//! What modes do to elements: identities and folds, for every type that has them.

use super::chunks::Mode;
use super::overlap::Overlap;
use crate::Complex;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::few::{FewRoom, product_of_few, sums_of_few};
use crate::numbers::{Element, for_types, reals_of, reals_of_mut};
pub(crate) use folds::{FoldPlan, Run};
use std::any::Any;

mod folds; // what several chunks have of an element, combined

/// How elements of a type are combined in a mode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Folding<T> {
    /// What an element is that no chunk covers.
    pub(crate) identity: T,
    /// `a ← a ∘ b`, element by element.
    pub(crate) slices: fn(&mut [T], &[T]),
    /// `(x₀ ∘ x₁) ∘ x₂ …` of one element or more.
    pub(crate) line: fn(&[T]) -> T,
    /// Of types for which it matters in what order three elements or more are combined: how they are in none.
    pub(crate) unordered: Option<Unordered<T>>,
}

/// Combines what several have of a stretch of elements, three or more, whatever their order; with room that sums may
/// need. Of two the order never matters.
pub(crate) type Unordered<T> = fn(&mut FewRoom, &mut [T], &[&[T]]);

impl Mode {
    /// All modes.
    pub const ALL: [Self; 5] = [Self::Replica, Self::Sum, Self::Product, Self::Min, Self::Max];

    /// Whether chunks that overlap are combined.
    pub fn combines(self) -> bool {
        self != Self::Replica
    }

    /// Whether an element that several chunks hold would count as often: sums and products, not extrema.
    pub fn counts(self) -> bool {
        matches!(self, Self::Sum | Self::Product)
    }

    /// What an element of this type is that no chunk covers.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the mode is not defined for the type: `Min` and `Max` of complex
    /// numbers and of `bool`.
    pub fn identity<T: Element>(self) -> Result<T> {
        Ok(self.folding::<T>()?.identity)
    }

    /// How elements are combined.
    pub(crate) fn folding<T: Element>(self) -> Result<Folding<T>> {
        if self == Self::Replica {
            return Ok(Folding { identity: T::default(), slices: |_, _| (), line: |x| x[0], unordered: None });
        }
        let undefined = || {
            let expected = "a type for which it is defined (extrema: integers and real numbers)";
            Error::expected(ErrorKind::Parameter, format!("elements of mode {self}"), expected, T::DTYPE)
        };
        lookup(self).ok_or_else(undefined)
    }
}

trait Foldable: Sized {
    fn folding(mode: Mode) -> Option<Folding<Self>>;
}

/// The folding of a type, of which only the name is known here.
fn lookup<T: Element>(mode: Mode) -> Option<Folding<T>> {
    macro_rules! first_of {
        ($($t:ty)*) => {$(
            let folding: &dyn Any = &<$t>::folding(mode);
            if let Some(found) = folding.downcast_ref::<Option<Folding<T>>>() {
                return *found;
            }
        )*};
    }
    for_types! { numbers: first_of }
    first_of! { bool }
    None
}

macro_rules! folding {
    ($identity:expr, $fold:expr) => {
        folding!($identity, $fold, None)
    };
    ($identity:expr, $fold:expr, $unordered:expr) => {
        Some(Folding {
            unordered: $unordered,
            identity: $identity,
            slices: |to, from| to.iter_mut().zip(from).for_each(|(to, &from)| *to = $fold(*to, from)),
            line: |x| x[1..].iter().fold(x[0], |sum, &x| $fold(sum, x)),
        })
    };
}

macro_rules! integers {
    ($($t:ident)*) => {$(
        impl Foldable for $t {
            fn folding(mode: Mode) -> Option<Folding<Self>> {
                match mode {
                    Mode::Replica => None,
                    Mode::Sum => folding!(0, $t::wrapping_add),
                    Mode::Product => folding!(1, $t::wrapping_mul),
                    Mode::Min => folding!($t::MAX, $t::min),
                    Mode::Max => folding!($t::MIN, $t::max),
                }
            }
        }
    )*};
}
for_types! { integers: integers }

/// Extrema take NaN where there is one, and −0 for less than 0. More than two numbers are added exactly, and multiplied
/// in ascending order.
macro_rules! floats {
    ($($t:ident)*) => {$(
        impl Foldable for $t {
            fn folding(mode: Mode) -> Option<Folding<Self>> {
                let sum: Unordered<Self> = |room, to, terms| sums_of_few(room, to, terms.len(), |k| terms[k]);
                let product: Unordered<Self> = |_, to, terms| element_by_element(to, terms, product_of_few);
                match mode {
                    Mode::Replica => None,
                    Mode::Sum => folding!(0.0, |a: $t, b: $t| a + b, Some(sum)),
                    Mode::Product => folding!(1.0, |a: $t, b: $t| a * b, Some(product)),
                    Mode::Min => folding!($t::INFINITY, |a: $t, b: $t| {
                        if a < b || a.is_nan() || (a == b && a.is_sign_negative()) { a } else { b }
                    }),
                    Mode::Max => folding!($t::NEG_INFINITY, |a: $t, b: $t| {
                        if a > b || a.is_nan() || (a == b && a.is_sign_positive()) { a } else { b }
                    }),
                }
            }
        }

        impl Foldable for Complex<$t> {
            fn folding(mode: Mode) -> Option<Folding<Self>> {
                let sum: Unordered<Self> = |room, to, terms| {
                    sums_of_few(room, reals_of_mut(to), terms.len(), |k| reals_of(terms[k]));
                };
                let product: Unordered<Self> = |_, to, terms| {
                    element_by_element(to, terms, |factors| {
                        factors.sort_unstable_by(|a, b| a.re.total_cmp(&b.re).then(a.im.total_cmp(&b.im)));
                        factors.iter().fold(Complex::new(1.0, 0.0), |product, z| product * z)
                    });
                };
                match mode {
                    Mode::Sum => folding!(Complex::new(0.0, 0.0), |a: Self, b: Self| a + b, Some(sum)),
                    Mode::Product => folding!(Complex::new(1.0, 0.0), |a: Self, b: Self| a * b, Some(product)),
                    Mode::Replica | Mode::Min | Mode::Max => None,
                }
            }
        }
    )*};
}
for_types! { reals: floats }

/// Gives all that there is of an element to `f`, which may sort it.
fn element_by_element<T: Copy>(to: &mut [T], terms: &[&[T]], f: impl Fn(&mut [T]) -> T) {
    let mut all = vec![];
    for (k, to) in to.iter_mut().enumerate() {
        all.clear();
        all.extend(terms.iter().map(|term| term[k]));
        *to = f(&mut all);
    }
}

impl Foldable for bool {
    fn folding(mode: Mode) -> Option<Folding<Self>> {
        match mode {
            Mode::Sum => folding!(false, |a, b| a || b),
            Mode::Product => folding!(true, |a, b| a && b),
            Mode::Replica | Mode::Min | Mode::Max => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_leave_every_element_as_it_is() {
        fn check<T: Element>(values: &[T], modes: &[Mode]) {
            for mode in Mode::ALL {
                let Ok(folding) = mode.folding::<T>() else {
                    assert!(!modes.contains(&mode), "{mode} of {}", T::DTYPE);
                    continue;
                };
                assert!(modes.contains(&mode), "{mode} of {}", T::DTYPE);
                for &value in values.iter().filter(|_| mode.combines()) {
                    let mut both = [folding.identity];
                    (folding.slices)(&mut both, &[value]);
                    assert_eq!(both, [value], "{mode}");
                    assert_eq!((folding.line)(&[value, folding.identity]), value, "{mode}");
                }
            }
        }
        let no_extrema = [Mode::Replica, Mode::Sum, Mode::Product];
        check(&[i8::MIN, -1, 0, 5, i8::MAX], &Mode::ALL);
        check(&[0u64, 9, u64::MAX], &Mode::ALL);
        check(&[f64::NEG_INFINITY, -2.5, 0.0, 1e308, f64::INFINITY], &Mode::ALL);
        check(&[-2.5f32, 3.0], &Mode::ALL);
        check(&[true, false], &no_extrema);
        check(&[Complex::new(1.0, -2.0f64)], &no_extrema);
        check(&[Complex::new(1.0, -2.0f32)], &no_extrema);
    }

    #[test]
    fn extrema_take_nan_and_products_wrap() {
        for mode in [Mode::Min, Mode::Max] {
            let line = mode.folding::<f64>().unwrap().line;
            assert!(line(&[1.0, f64::NAN, 2.0]).is_nan() && line(&[f64::NAN, 1.0]).is_nan());
            for zeros in [[-0.0, 0.0], [0.0, -0.0]] {
                assert_eq!(line(&zeros).is_sign_negative(), mode == Mode::Min);
            }
        }
        assert_eq!((Mode::Product.folding::<u8>().unwrap().line)(&[16, 17]), 16);
        let error = Mode::Max.identity::<bool>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert!(error.message().contains("max") && error.message().contains("bool"));
    }
}
