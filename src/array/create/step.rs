//! Numbers that can be counted up.

use crate::numbers::{Number, for_types};

/// A number that can be counted up in steps: integers and floats.
pub trait Step: Number {
    /// start + i · step
    #[doc(hidden)]
    fn step(start: Self, step: Self, i: usize) -> Self;

    /// Whether n numbers from `start` on are all within the type.
    #[doc(hidden)]
    fn reaches(start: Self, step: Self, n: usize) -> bool;
}

macro_rules! integer_steps {
    ($($t:ident)*) => {$(
        impl Step for $t {
            #[inline]
            fn step(start: Self, step: Self, i: usize) -> Self {
                // What wraps on the way comes back: the result is within the type, modulo which this is exact.
                start.wrapping_add(step.wrapping_mul(i as $t))
            }

            fn reaches(start: Self, step: Self, n: usize) -> bool {
                let last = (step as i128).checked_mul(n.saturating_sub(1) as i128).map(|far| start as i128 + far);
                last.is_some_and(|last| Self::try_from(last).is_ok())
            }
        }
    )*};
}
for_types! { integers: integer_steps }

macro_rules! float_steps {
    ($($t:ident)*) => {$(
        impl Step for $t {
            #[inline]
            fn step(start: Self, step: Self, i: usize) -> Self {
                let far = i as $t * step;
                match i {
                    0 => start,
                    _ if far.is_finite() => start + far,
                    // The sum may be within the range where the product is not.
                    _ => 2.0 * (0.5 * start + i as $t * (0.5 * step)),
                }
            }

            fn reaches(_: Self, _: Self, _: usize) -> bool {
                true
            }
        }
    )*};
}
for_types! { reals: float_steps }
