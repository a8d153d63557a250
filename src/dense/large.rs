//! The kernels of large products, behind one call that is `unsafe`: they take pointers.
//!
//! On x86-64 they are those of `faer`, called without the rest of it, which takes longer to compile than
//! everything else that lops depends on; on other processors those of `gemm`.

use super::many::View;
use crate::Scalar;
use num_complex::Complex;

/// The scalars that the kernels know.
pub(super) trait Kernel: Scalar {
    #[cfg(target_arch = "x86_64")]
    const KIND: private_gemm_x86::DType;
}

macro_rules! kernels {
    ($($t:ty: $kind:ident,)*) => {$(
        impl Kernel for $t {
            #[cfg(target_arch = "x86_64")]
            const KIND: private_gemm_x86::DType = private_gemm_x86::DType::$kind;
        }
    )*};
}
kernels! { f32: F32, f64: F64, Complex<f32>: C32, Complex<f64>: C64, }

/// Whether this processor has fused multiply-adds, without which there are no kernels.
pub(super) fn are_there() -> bool {
    #[cfg(target_arch = "x86_64")]
    let there = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    let there = true;
    there
}

/// `C ← A B`, or `C ← C + α A B`, with `Ā` where `conj`; rows of `C` are `stride` apart.
pub(super) fn product<T: Kernel>(
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
