//! What most programs use of this crate for the four scalars: a debug build compiles it here, once, and not again in every
//! program, example and test, as rustc shares generic code with what stands above it while nothing is optimised much.

use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Element, Real, Scalar};
use crate::operators::{
    BlockDiag, Convolve1D, ConvolveND, Diagonal, DistMatrixMult, FFTND, FirstDerivative, Fredholm1, Gradient, HStack,
    Halo, Identity, Interp, Laplacian, MDC, MatrixMult, NonStationaryConvolve1D, NonStationaryConvolve2D,
    NonStationaryConvolve3D, PoststackModelling, Redistribute, Restriction, SecondDerivative, Shift, Spread,
    TransposeAxes, VStack,
};
use crate::solvers::{Options, bicgstab, cg, cgls, gmres, minres, predict_cg};
use num_complex::Complex;

/// Keeps the functions below in the crate; nobody calls them.
#[used]
static COMPILED: fn(&Layout) -> Result<()> = all;

fn all(layout: &Layout) -> Result<()> {
    real::<f32>(layout)?;
    real::<f64>(layout)?;
    scalar::<f32>(layout)?;
    scalar::<f64>(layout)?;
    scalar::<Complex<f32>>(layout)?;
    scalar::<Complex<f64>>(layout)?;
    element::<usize>(layout)?;
    element::<i64>(layout)?;
    element::<bool>(layout)
}

fn real<R: Real>(layout: &Layout) -> Result<()>
where
    Complex<R>: Scalar<Real = R>,
{
    let fft = FFTND::over(&[0]);
    fft.on::<R>(layout)?;
    fft.on_real::<R>(layout)?;
    fft.inverse::<R>(layout)?;
    fft.inverse_real::<R>(layout)?;
    MDC::<R>::new(&DistArray::zeros(layout)).on(layout)?;
    Ok(())
}

fn scalar<T: Scalar>(layout: &Layout) -> Result<()> {
    element::<T>(layout)?;
    let x = DistArray::<T>::random_signed(layout, 1);
    let mut y = x.clone();
    let a = FirstDerivative::along(0).on::<T>(layout)?;
    let all = [
        SecondDerivative::along(0).on(layout)?,
        Laplacian::over(&[0]).on(layout)?,
        Convolve1D::new(&[T::one()], 0).on(layout)?,
        NonStationaryConvolve1D::new(&ndarray::Array2::zeros((1, 1)), &[0]).on(layout)?,
        ConvolveND::new(&ndarray::Array2::zeros((1, 1))).on(layout)?,
        NonStationaryConvolve2D::new(&ndarray::Array4::zeros((1, 1, 1, 1)), [&[0], &[0]]).on(layout)?,
        NonStationaryConvolve3D::new(&ndarray::Array6::zeros((1, 1, 1, 1, 1, 1)), [&[0], &[0], &[0]]).on(layout)?,
        PoststackModelling::new(&[1.0]).on(layout)?,
        Shift::new(1.0).on(layout)?,
        Restriction::new(&[0]).on(layout)?,
        Interp::linear(&[0.0]).on(layout)?,
        Spread::to(layout).on(layout)?,
        TransposeAxes::new(&[0]).on(layout)?,
        Redistribute::to(layout).on(layout)?,
        Halo::new(&[1]).on(layout)?,
        MatrixMult::new(&ndarray::Array2::zeros((1, 1))).on(layout)?,
        DistMatrixMult::new(&x).on(layout)?,
        Fredholm1::new(&x).on(layout)?,
        Diagonal::of(&x)?,
        Identity.on(layout),
        Gradient::new().on(layout)?,
    ];
    let together = VStack::of(layout.comm(), all.to_vec())?;
    let b = HStack::of(layout.comm(), all.to_vec())? + BlockDiag::of(layout.comm(), all.to_vec())?;
    let b = ((&b - &together.adjoint()) * &a.conj()).scale(T::one());
    a.check(1)?;
    b.dot_test(1)?;
    a.apply_into(&x, &mut y)?;
    a.apply_adjoint_into(&x, &mut y)?;
    let z = &(&a * &x) + &(a.adjoint() * &y);
    let _ = cg(&a, &z, &mut y, &Options::default())?;
    let _ = cgls(&a, &z, &mut y, &Options::default())?;
    let _ = predict_cg(&a, &z, &mut y, &Options::default())?;
    let _ = minres(&a, &z, &mut y, &Options::default())?;
    let _ = gmres(&a, &z, &mut y, &Options::default())?;
    let _ = bicgstab(&a, &z, &mut y, &Options::default())?;
    y.axpy(T::one(), &x)?;
    y.xpby(&x, T::one())?;
    y.scale(T::one());
    y = &(&x - &y) * &x;
    y += &x;
    y -= &x;
    x.dot(&y)?;
    x.norm();
    x.sum();
    let _ = (x.abs(), x.conj());
    Ok(())
}

fn element<T: Element>(layout: &Layout) -> Result<()> {
    let x = DistArray::<T>::zeros(layout);
    x.redistribute(layout)?;
    x.gather(0);
    x.gather_all();
    x.get(&[0])?;
    x.transpose(&[0])?;
    Ok(())
}
