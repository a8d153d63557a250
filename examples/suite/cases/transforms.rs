//! Fourier transforms over all axes of arrays scattered on axis 0, products with a kernel's slices, and multi-dimensional
//! convolution. Flops: 5 N log₂ N of complex transforms, half of it of real ones; 8 a multiplication of complex numbers. Bytes: the
//! kernel once.

use crate::{
    Suite,
    inputs::{numbers, numbers_checksum},
    timing::{Line, samples},
};
use lops::operators::{FFTND, Fredholm1, MDC};
use lops::prelude::*;

pub(crate) const NAMES: &[&str] = &[
    "fft2d.4096.complex.fwd",
    "fft2d.4096.complex.adj",
    "fft2d.4096.complex.transposed.fwd",
    "fft2d.4096.complex.transposed.adj",
    "fft2d.4096.real.fwd",
    "fft2d.4096.real.adj",
    "fft2d.4096.real.transposed.fwd",
    "fft2d.4096.real.transposed.adj",
    "fftnd.256.complex.fwd",
    "fftnd.256.complex.adj",
    "fftnd.256.complex.transposed.fwd",
    "fftnd.256.complex.transposed.adj",
    "fftnd.256.real.fwd",
    "fftnd.256.real.adj",
    "fftnd.256.real.transposed.fwd",
    "fftnd.256.real.transposed.adj",
    "fredholm1.200x100x100x1.fwd",
    "fredholm1.200x100x100x1.adj",
    "fredholm1.200x100x100x100.fwd",
    "fredholm1.200x100x100x100.adj",
    "fredholm1.400x200x200x1.fwd",
    "fredholm1.400x200x200x1.adj",
    "mdc.nv1.fwd",
    "mdc.nv1.adj",
    "mdc.nv10.fwd",
    "mdc.nv10.adj",
];

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n;
    transforms::<f64>(suite, "fft2d.4096", &[n.unwrap_or(4096); 2])?;
    transforms::<f64>(suite, "fftnd.256", &[n.unwrap_or(256); 3])?;
    transforms::<f32>(suite, "fftnd.256", &[n.unwrap_or(256); 3])?;
    for shape in [[200, 100, 100, 1], [200, 100, 100, 100], [400, 200, 200, 1]] {
        fredholm::<Complex<f32>>(suite, shape)?;
        fredholm::<Complex<f64>>(suite, shape)?;
    }
    for columns in [1, 10] {
        convolution::<f32>(suite, columns)?;
        convolution::<f64>(suite, columns)?;
    }
    Ok(())
}

fn transforms<R: Real>(suite: &Suite<'_>, name: &str, shape: &[usize]) -> Result<()>
where
    Complex<R>: Scalar<Real = R>,
{
    let size: usize = shape.iter().product();
    let flops = (5.0 * size as f64 * (size as f64).log2()) as usize;
    let layout = Layout::scatter(suite.comm, shape, 0)?;
    let transform = FFTND::over(&(0..shape.len()).collect::<Vec<_>>());
    let case = format!("{name}.complex");
    measure(suite, &case, shape, [0, flops], 31, || transform.on::<R>(&layout))?;
    let there = transform.clone().transposed();
    measure(suite, &format!("{case}.transposed"), shape, [0, flops], 31, || there.on::<R>(&layout))?;
    let case = format!("{name}.real");
    measure(suite, &case, shape, [0, flops / 2], 31, || transform.on_real::<R>(&layout))?;
    measure(suite, &format!("{case}.transposed"), shape, [0, flops / 2], 31, || there.on_real::<R>(&layout))
}

fn fredholm<T: Scalar>(suite: &Suite<'_>, shape: [usize; 4]) -> Result<()> {
    let [slices, nx, ny, nz] = shape;
    let work = [size_of::<T>() * slices * nx * ny, 8 * slices * nx * ny * nz];
    let name = format!("fredholm1.{slices}x{nx}x{ny}x{nz}");
    measure(suite, &name, &shape, work, 12, || {
        let kernel = numbers::<T>(&Layout::scatter(suite.comm, &[slices, nx, ny], 0)?, 11);
        Fredholm1::new(&kernel).on(&Layout::scatter(suite.comm, &[slices, ny, nz], 0)?)
    })
}

fn convolution<R: Real>(suite: &Suite<'_>, columns: usize) -> Result<()>
where
    Complex<R>: Scalar<Real = R>,
{
    let (frequencies, sources, receivers, times) = (200, 100, 100, 2 * 400 - 1);
    let work = [size_of::<Complex<R>>() * frequencies * sources * receivers, 0];
    let shape = [frequencies, sources, receivers, times, columns];
    measure(suite, &format!("mdc.nv{columns}"), &shape, work, 14, || {
        let kernel = numbers(&Layout::scatter(suite.comm, &[frequencies, sources, receivers], 0)?, 13);
        let model = Layout::scatter(suite.comm, &[times, receivers, columns], 1)?;
        MDC::<R>::new(&kernel).sampling(0.004, 1.0).on(&model)
    })
}

/// `name.fwd` of an input of this seed, and `name.adj` of what it made.
pub(crate) fn measure<X: Scalar, Y: Scalar<Real = X::Real>>(
    suite: &Suite<'_>,
    name: &str,
    shape: &[usize],
    [bytes, flops]: [usize; 2],
    seed: u64,
    build: impl FnOnce() -> Result<Operator<X, Y>>,
) -> Result<()> {
    let [forward, adjoint] = [format!("{name}.fwd"), format!("{name}.adj")];
    if !suite.wants(&forward) && !suite.wants(&adjoint) {
        return Ok(());
    }
    let a = build()?;
    let x = numbers::<X>(a.domain().layout()?, seed);
    let mut y = a.apply_to(&x)?;
    if suite.wants(&forward) {
        let samples = samples(suite, || a.apply(x.as_slice(), y.as_mut_slice()));
        let line = Line::new(&forward, shape, numbers_checksum(&y)?).work(bytes, flops);
        line.dtype(X::DTYPE).print(suite.comm, samples);
    }
    if suite.wants(&adjoint) {
        let mut z = a.apply_adjoint_to(&y)?;
        let samples = samples(suite, || a.apply_adjoint(y.as_slice(), z.as_mut_slice()));
        let line = Line::new(&adjoint, shape, numbers_checksum(&z)?).work(bytes, flops);
        line.dtype(X::DTYPE).print(suite.comm, samples);
    }
    Ok(())
}
