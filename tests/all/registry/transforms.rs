//! Fourier transforms, and what is made of them.

use super::cuts::{BLOCKS, GRIDS, HALOS};
use super::{Entry, entries};
use lops::operators::{FFT, FFT2D, FFTND, FFTNorm, Fredholm1, Function, Halo, MDC};
use lops::{Comm, Complex, DistArray, Layout, Real, Result, Scalar};

/// A kernel that lies as the registry's cuts are not.
fn kernel<T: Scalar>(comm: &Comm, shape: &[usize]) -> Result<DistArray<T>> {
    Ok(DistArray::random_signed(&Layout::scatter(comm, shape, 0)?, 9))
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        BLOCKS "Fredholm1": |comm, cut| {
            Fredholm1::new(&kernel(comm, &[5, 3, 4])?).on(&cut.layout(comm, &[5, 4, 2], &[0])?)
        }
        BLOCKS "Fredholm1, columns cut": |comm, cut| {
            Fredholm1::new(&kernel(comm, &[5, 3, 4])?).save_adjoint().on(&cut.layout(comm, &[5, 4, 3], &[0, 2])?)
        }
        HALOS "Halo": |comm, cut| {
            Halo::of_sides(&[[2, 1], [0, 3]]).on(&cut.layout(comm, &[9, 5], &[0, 1])?)
        }
        HALOS "Halo with zeros outside": |comm, cut| {
            Halo::new(&[2]).zeros_outside().on(&cut.layout(comm, &[3, 7, 2], &[0, 1])?)
        }
        GRIDS "Function": |comm, cut| {
            let layout = cut.layout(comm, &[7, 3], &[0, 1])?;
            let twice = |x: &[T], y: &mut [T]| y.iter_mut().zip(x).for_each(|(y, &x)| *y = x + x);
            Ok(Function::new(twice, twice).between(&layout, &layout))
        }
    }
}

pub(super) fn of_complex<R: Real>() -> Vec<Entry<Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "FFT": |comm, cut| { FFT::along(1).nffts(&[9]).on::<R>(&cut.layout(comm, &[3, 7, 2], &[0, 1])?) }
        GRIDS "FFT cropped": |comm, cut| { FFT::along(0).nffts(&[4]).ifftshift_before(&[0]).on::<R>(&cut.layout(comm, &[7, 3], &[0])?) }
        GRIDS "FFT2D": |comm, cut| {
            FFT2D::over(2, 0).norm(FFTNorm::OneOverN).fftshift_after(&[0]).on::<R>(&cut.layout(comm, &[6, 2, 5], &[0, 1])?)
        }
        GRIDS "FFTND": |comm, cut| {
            FFTND::over(&[0, 1, 2]).norm(FFTNorm::Ortho).on::<R>(&cut.layout(comm, &[5, 4, 6], &[1, 2])?)
        }
        GRIDS "FFTND in pieces": |comm, cut| {
            FFTND::over(&[0, 1, 2]).nffts(&[6, 4, 5]).piece(100).on::<R>(&cut.layout(comm, &[5, 4, 6], &[0, 1])?)
        }
        GRIDS "FFTND left transposed": |comm, cut| {
            FFTND::over(&[0, 1]).nffts(&[8, 3]).transposed().on::<R>(&cut.layout(comm, &[5, 4], &[0])?)
        }
    }
}

pub(super) fn real_to_complex<R: Real>() -> Vec<Entry<R, Complex<R>>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "FFT": |comm, cut| { FFT::along(1).nffts(&[6]).on_real::<R>(&cut.layout(comm, &[3, 7, 2], &[0, 1])?) }
        GRIDS "FFTND": |comm, cut| {
            FFTND::over(&[0, 2, 1]).norm(FFTNorm::Ortho).ifftshift_before(&[1]).on_real::<R>(&cut.layout(comm, &[5, 4, 6], &[1, 2])?)
        }
        GRIDS "FFTND in pieces": |comm, cut| {
            FFTND::over(&[2, 0, 1]).piece(100).on_real::<R>(&cut.layout(comm, &[5, 4, 6], &[1, 2])?)
        }
        GRIDS "FFTND to all frequencies": |comm, cut| {
            FFTND::over(&[1, 0]).whole_spectrum().fftshift_after(&[0]).on_real::<R>(&cut.layout(comm, &[5, 6], &[0, 1])?)
        }
    }
}

pub(super) fn of_reals<R: Real>() -> Vec<Entry<R>>
where
    Complex<R>: Scalar<Real = R>,
{
    entries! {
        GRIDS "MDC": |comm, cut| {
            MDC::new(&kernel(comm, &[4, 3, 2])?).sampling(0.5, 2.0).conj().on(&cut.layout(comm, &[7, 2, 3], &[0, 1])?)
        }
        GRIDS "MDC, one-sided": |comm, cut| {
            MDC::new(&kernel(comm, &[2, 1, 4])?).twosided(false).prescaled().on(&cut.layout(comm, &[6, 4, 2], &[1, 2])?)
        }
    }
}
