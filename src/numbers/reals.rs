//! Real and complex vectors seen as real ones, for what does the same to both parts.

use super::{DType, Element, Scalar};

/// A slice of scalars as their real and imaginary parts; the slice itself where it is real.
pub(crate) fn reals_of<T: Scalar>(values: &[T]) -> &[T::Real] {
    // SAFETY: `assert_parts` has checked the types.
    unsafe { std::slice::from_raw_parts(values.as_ptr().cast(), values.len() * assert_parts::<T>()) }
}

/// A slice of scalars as their real and imaginary parts, to be changed.
pub(crate) fn reals_of_mut<T: Scalar>(values: &mut [T]) -> &mut [T::Real] {
    // SAFETY: `assert_parts` has checked the types.
    unsafe { std::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len() * assert_parts::<T>()) }
}

/// The number of real numbers that a scalar consists of, if it is a float or a `repr(C)` pair of
/// floats: what `DTYPE` says is part of the contract of `Element`.
fn assert_parts<T: Scalar>() -> usize {
    match (T::DTYPE, <T::Real as Element>::DTYPE) {
        (DType::F32, DType::F32) | (DType::F64, DType::F64) => 1,
        (DType::C64, DType::F32) | (DType::C128, DType::F64) => 2,
        (scalar, real) => panic!("scalar type: expected a float or a pair of floats, found {scalar} of {real}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex;

    #[test]
    fn parts_of_scalars() {
        let mut values = [Complex::new(1.0f32, -2.0), Complex::new(0.5, 3.0)];
        assert_eq!(reals_of(&values), [1.0, -2.0, 0.5, 3.0]);
        reals_of_mut(&mut values)[3] = 7.0;
        assert_eq!(values[1], Complex::new(0.5, 7.0));
        assert_eq!(reals_of(&[2.5f64]), [2.5]);
    }
}
