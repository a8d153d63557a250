//! Amplitudes of frequencies and wavenumbers.

use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{FFT, FFT2D, FFTND};
use num_complex::Complex;

/// The amplitudes of the frequencies of each line along an axis, `|Σⱼ xⱼ e^(−2πi f j Δ)|`, and these frequencies: 0 to 1/2Δ, of samples
/// at steps Δ.
///
/// # Errors
/// Those of [`FFTND::on_real`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, signal::spectrum};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[3, 100], 0)?;
///     let traces = DistArray::from_fn(&layout, |i| (std::f64::consts::TAU * 25.0 * 0.004 * i[1] as f64).cos());
///     let (amplitudes, frequencies) = spectrum(&traces, 1, 0.004)?;
///     let at = amplitudes.argmax()?[1];
///     assert!((frequencies[at] - 25.0).abs() < 1e-12 && frequencies.len() == 51);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn spectrum<R: Real>(x: &DistArray<R>, axis: usize, step: f64) -> Result<(DistArray<R>, Vec<f64>)>
where
    Complex<R>: Scalar<Real = R>,
{
    let (amplitudes, frequencies) = amplitudes(x, &FFT::along(axis).sampling(&[step]))?;
    Ok((amplitudes, frequencies.into_iter().next().unwrap_or_default()))
}

/// The amplitudes of wavenumbers and frequencies along two axes, space and time, at these steps; and the wavenumbers, with 0 in the middle, and the
/// frequencies, from 0 on.
///
/// # Errors
/// Those of [`FFTND::on_real`].
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, signal::fk_spectrum};
///
/// launch_threads(2, |comm| {
///     // A plane wave of 20 Hz that goes on at 1000 m/s: 0.02 cycles a metre.
///     let layout = Layout::scatter(comm, &[40, 50], 0)?;
///     let phase = |i: &[usize]| 20.0 * (0.005 * i[1] as f64 - 10.0 * i[0] as f64 / 1000.0);
///     let wave = DistArray::from_fn(&layout, |i| (std::f64::consts::TAU * phase(i)).cos());
///     let (amplitudes, [wavenumbers, frequencies]) = fk_spectrum(&wave, [0, 1], [10.0, 0.005])?;
///     let at = amplitudes.argmax()?;
///     assert!((wavenumbers[at[0]] + 0.02).abs() < 1e-12 && (frequencies[at[1]] - 20.0).abs() < 1e-12);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub fn fk_spectrum<R: Real>(
    x: &DistArray<R>,
    [space, time]: [usize; 2],
    steps: [f64; 2],
) -> Result<(DistArray<R>, [Vec<f64>; 2])>
where
    Complex<R>: Scalar<Real = R>,
{
    let transform = FFT2D::over(space, time).sampling(&steps).fftshift_after(&[space]);
    let (amplitudes, frequencies) = amplitudes(x, &transform)?;
    let mut frequencies = frequencies.into_iter();
    Ok((amplitudes, [(); 2].map(|()| frequencies.next().unwrap_or_default())))
}

/// Each frequency as it is: none is multiplied by √2.
fn amplitudes<R: Real>(x: &DistArray<R>, transform: &FFTND) -> Result<(DistArray<R>, Vec<Vec<f64>>)>
where
    Complex<R>: Scalar<Real = R>,
{
    let layout = x.layout()?;
    let transform = transform.clone().weight(1.0);
    let amplitudes = transform.on_real::<R>(layout)?.apply_to(x)?.abs();
    Ok((amplitudes, transform.frequencies(layout.shape(), true)?))
}
