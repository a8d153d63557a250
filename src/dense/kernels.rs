//! The kernels of products, behind calls that are `unsafe`: they take pointers.
//!
//! They are those that `faer` calls, without the rest of it, which takes longest to compile of all that lops
//! would depend on: `nano-gemm` for small products, and for large ones `private-gemm-x86`, or `gemm` where the
//! processor is no x86-64.

use super::many::View;
use crate::Scalar;
use num_complex::Complex;

/// A kernel of small products: `C ← γ C + α A B` of so many rows, columns and terms, the last two arguments
/// telling which factors are conjugated. A pointer comes with the strides of rows and columns.
type Few<T> = unsafe fn(
    usize,
    usize,
    usize,
    *mut T,
    isize,
    isize,
    *const T,
    isize,
    isize,
    *const T,
    isize,
    isize,
    T,
    T,
    bool,
    bool,
);

/// The scalars that the kernels know.
pub(super) trait Kernel: Scalar {
    const FEW: Few<Self>;
    #[cfg(target_arch = "x86_64")]
    const KIND: private_gemm_x86::DType;
}

macro_rules! kernels {
    ($($t:ty: $few:ident $kind:ident,)*) => {$(
        impl Kernel for $t {
            const FEW: Few<Self> = nano_gemm::planless::$few;
            #[cfg(target_arch = "x86_64")]
            const KIND: private_gemm_x86::DType = private_gemm_x86::DType::$kind;
        }
    )*};
}
kernels! {
    f32: execute_f32 F32,
    f64: execute_f64 F64,
    Complex<f32>: execute_c32 C32,
    Complex<f64>: execute_c64 C64,
}

/// Whether this processor has fused multiply-adds, without which there are no kernels of large products.
pub(super) fn are_there() -> bool {
    #[cfg(target_arch = "x86_64")]
    let there = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    let there = true;
    there
}

/// `C ← A B`, or `C ← C + α A B`, with `Ā` where `conj`; rows of `C` are `stride` apart. For small products.
pub(super) fn few<T: Kernel>(
    c: &mut [T],
    stride: usize,
    alpha: Option<T>,
    (a, conj): (View<'_, T>, bool),
    b: View<'_, T>,
) {
    assert_eq!(a.columns(), b.rows(), "factors that fit");
    let (rows, columns, terms) = (a.rows(), b.columns(), a.columns());
    let ((of_c, c_next), (of_a, a_next), (of_b, b_next)) =
        (View::in_rows(c, rows, columns, stride).strides(), a.strides(), b.strides());
    let (c, a, b) = (c.as_mut_ptr(), a.values().as_ptr(), b.values().as_ptr());
    let keep = if alpha.is_some() { T::one() } else { T::zero() };
    let alpha = alpha.unwrap_or(T::one());
    // SAFETY: each matrix lies in its slice, as a view does, and no two elements of C in one place; the kernel
    // reads A and B, and writes C, which nobody else has. It looks by itself what the processor can do.
    unsafe {
        T::FEW(rows, columns, terms, c, of_c, c_next, a, of_a, a_next, b, of_b, b_next, keep, alpha, conj, false);
    }
}

/// The same for large products.
pub(super) fn large<T: Kernel>(
    c: &mut [T],
    stride: usize,
    alpha: Option<T>,
    (a, conj): (View<'_, T>, bool),
    b: View<'_, T>,
) {
    assert!(are_there() && a.columns() == b.rows(), "factors that fit, and a processor that has the kernels");
    let (rows, columns, terms) = (a.rows(), b.columns(), a.columns());
    let of_c = View::in_rows(c, rows, columns, stride).strides();
    let factor = alpha.unwrap_or(T::one());
    // SAFETY: each matrix lies in its slice, as a view does, and no two elements of C in one place; the kernels
    // read A, B and α, and write C, which nobody else has. They are for this type and this processor.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        use private_gemm_x86::{Accum, DstKind, IType, InstrSet, gemm};
        use std::ptr::null;
        let wide = is_x86_feature_detected!("avx512f");
        gemm(
            T::KIND,
            IType::U64,
            if wide { InstrSet::Avx512 } else { InstrSet::Avx256 },
            rows,
            columns,
            terms,
            c.as_mut_ptr().cast(),
            of_c.0,
            of_c.1,
            null(),
            null(),
            DstKind::Full,
            if alpha.is_some() { Accum::Add } else { Accum::Replace },
            a.values().as_ptr().cast(),
            a.strides().0,
            a.strides().1,
            conj,
            null(),
            0,
            b.values().as_ptr().cast(),
            b.strides().0,
            b.strides().1,
            false,
            (&raw const factor).cast(),
            1,
        );
    }
    // SAFETY: as above.
    #[cfg(not(target_arch = "x86_64"))]
    unsafe {
        gemm::gemm(
            rows,
            columns,
            terms,
            c.as_mut_ptr(),
            of_c.1,
            of_c.0,
            alpha.is_some(),
            a.values().as_ptr(),
            a.strides().1,
            a.strides().0,
            b.values().as_ptr(),
            b.strides().1,
            b.strides().0,
            if alpha.is_some() { T::one() } else { T::zero() },
            factor,
            false,
            conj,
            false,
            gemm::Parallelism::None,
        );
    }
}
