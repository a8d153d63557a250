//! Fourier transforms, the Fredholm integral and multi-dimensional convolution.

use super::{Run, for_scalar};
use crate::manifest::list;
use crate::trial::{Outcome, Trial, layouts, place};
use lops::operators::{FFTND, FFTNorm, Fredholm1, MDC};
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] =
    &[("FFT2D", fft), ("FFTND", fft), ("Fredholm1", for_scalar!(fredholm1)), ("MDC", mdc)];

fn fft(trial: &mut Trial<'_>) -> Result<Outcome> {
    match trial.case.string("dtype")? {
        "float32" | "complex64" => fft_of::<f32>(trial),
        _ => fft_of::<f64>(trial),
    }
}

fn fft_of<R: Real>(trial: &mut Trial<'_>) -> Result<Outcome>
where
    Complex<R>: Scalar<Real = R>,
{
    let (case, comm) = (trial.case, trial.comm);
    let axes = case.sizes("axes")?;
    let norm = match case.string("norm")? {
        "none" => FFTNorm::None,
        "1/n" => FFTNorm::OneOverN,
        "ortho" => FFTNorm::Ortho,
        other => return Err(Error::expected(ErrorKind::Format, case.of("norm"), "none, 1/n or ortho", other)),
    };
    let (before, after) = (shifted(trial, "ifftshift_before", &axes)?, shifted(trial, "fftshift_after", &axes)?);
    let transform = FFTND::over(&axes).norm(norm).ifftshift_before(&before).fftshift_after(&after);
    let transform = transform.sampling(&case.numbers("sampling")?);
    let (is_real, half) = (case.string("dtype")?.starts_with("float"), case.flag("real")?);
    let transform = if half { transform } else { transform.whole_spectrum() };
    let dims = case.sizes("dims")?;
    for (k, frequencies) in transform.frequencies(&dims, half)?.into_iter().enumerate() {
        trial.compare_values(&format!("f{k}"), "frequencies", frequencies.into_iter().map(|f| Complex::new(f, 0.0)))?;
    }
    for layout in layouts(comm, &dims)? {
        for transform in [transform.clone(), transform.clone().transposed()] {
            let y = case.array("y")?;
            let how = format!("inverse on {layout}");
            if is_real {
                both(trial, &transform.on_real::<R>(&layout)?)?;
                let inverse = transform.inverse_real::<R>(&layout)?;
                trial.compare("inv", &how, &(&inverse * &place(inverse.domain(), &y)?))?;
            } else {
                both(trial, &transform.on::<R>(&layout)?)?;
                let inverse = transform.inverse::<R>(&layout)?;
                trial.compare("inv", &how, &(&inverse * &place(inverse.domain(), &y)?))?;
            }
        }
    }
    Ok(Outcome::Ran)
}

/// The axes that are shifted: all, none, or those with a flag.
fn shifted(trial: &Trial<'_>, argument: &str, axes: &[usize]) -> Result<Vec<usize>> {
    let flags = &trial.case.args[argument];
    if let Some(all) = flags.as_bool() {
        return Ok(if all { axes.to_vec() } else { vec![] });
    }
    let flags = list(flags, &trial.case.of(argument))?;
    Ok(axes.iter().zip(flags).filter(|(_, flag)| flag.as_bool() == Some(true)).map(|(&axis, _)| axis).collect())
}

/// `y = A x`, `z = Aᴴ v`, where both sides may differ in type.
fn both<X: Scalar, Y: Scalar<Real = X::Real>>(trial: &mut Trial<'_>, a: &Operator<X, Y>) -> Result<()> {
    let how = format!("{} → {}", a.domain(), a.range());
    let x = place(a.domain(), &trial.case.array::<X>("x")?)?;
    trial.compare("y", &how, &(a * &x))?;
    let v = place(a.range(), &trial.case.array::<Y>("v")?)?;
    trial.compare("z", &how, &(a.adjoint() * &v))
}

fn fredholm1<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let (case, comm) = (trial.case, trial.comm);
    let [slices, nx, ny, nz] = [case.size("nsl")?, case.size("nx")?, case.size("ny")?, case.size("nz")?];
    let conj = case.flag("conj")?;
    let kernel = case.array::<T>("G")?.mapv(|g| if conj { g.conj() } else { g });
    let lies = Layout::scatter(comm, &[slices, nx, ny], 0)?;
    let kernel = place(&(&lies).into(), &kernel)?;
    let cut = layouts(comm, &[slices, ny, nz])?.into_iter().filter(|layout| layout.axis() != Some(1));
    let cut: Vec<_> =
        cut.chain([Layout::grid(comm, &[slices, ny, nz], &[Cut::Block, Cut::Whole, Cut::Block])?]).collect();
    trial.linear(&cut, |layout| Fredholm1::new(&kernel).on(layout))?;
    trial.linear(&cut, |layout| Fredholm1::new(&kernel).save_adjoint().on(layout))
}

fn mdc(trial: &mut Trial<'_>) -> Result<Outcome> {
    match trial.case.string("dtype")? {
        "float32" => mdc_of::<f32>(trial),
        _ => mdc_of::<f64>(trial),
    }
}

fn mdc_of<R: Real>(trial: &mut Trial<'_>) -> Result<Outcome>
where
    Complex<R>: Scalar<Real = R>,
{
    let (case, comm) = (trial.case, trial.comm);
    let [nt, nr, ns] = [case.size("nt")?, case.size("nr")?, case.size("ns")?];
    let [nv, frequencies] = [case.size("nv")?, case.size("nfreq")?];
    let kernel = place(&Layout::scatter(comm, &[frequencies, ns, nr], 0)?.into(), &case.array::<Complex<R>>("G")?)?;
    let (dt, dr) = (case.number("dt")?, case.number("dr")?);
    let (twosided, conj, prescaled) = (case.flag("twosided")?, case.flag("conj")?, case.flag("prescaled")?);
    let layouts = layouts(comm, &[nt, nr, nv])?;
    trial.linear(&layouts, |layout| {
        let mdc = MDC::new(&kernel).sampling(dt, dr).twosided(twosided);
        let mdc = if conj { mdc.conj() } else { mdc };
        if prescaled { mdc.prescaled() } else { mdc }.on(layout)
    })
}
