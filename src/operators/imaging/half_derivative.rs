//! What the wave equation makes of a wavelet.

use std::f64::consts::TAU;

/// The wavelet w with its frequencies times `√(iω)` (half a derivative, of waves in two dimensions) or `−iω` (in three), at steps of so much
/// time; its ends are taken to meet.
pub(super) fn filtered(wavelet: &[f64], step: f64, axes: usize) -> Vec<f64> {
    let n = wavelet.len();
    // Whole turns are left out where they are exact.
    let turn = |k: usize, at: usize| TAU * ((k * at % n) as f64 / n as f64);
    let factor = |k: usize| {
        let omega = TAU * k as f64 / (n as f64 * step);
        if axes == 2 { (omega.sqrt(), TAU / 8.0) } else { (omega, -TAU / 4.0) }
    };
    let frequencies: Vec<_> = (0..=n / 2)
        .map(|k| {
            let part = |f: fn(f64) -> f64| wavelet.iter().enumerate().map(|(at, w)| w * f(turn(k, at))).sum::<f64>();
            let (modulus, phase) = factor(k);
            // e^{−i…} of the transform: the imaginary part is −Σ w sin.
            let (re, im) = (part(f64::cos), -part(f64::sin));
            let twice = if k == 0 || 2 * k == n { 1.0 } else { 2.0 };
            let scale = twice * modulus / n as f64;
            [scale * (re * phase.cos() - im * phase.sin()), scale * (re * phase.sin() + im * phase.cos())]
        })
        .collect();
    let at = |at: usize| {
        let term = |(k, [re, im]): (usize, &[f64; 2])| {
            // The highest frequency of an even number is real.
            let im = if 2 * k == n { 0.0 } else { *im };
            re * turn(k, at).cos() - im * turn(k, at).sin()
        };
        frequencies.iter().enumerate().map(term).sum()
    };
    (0..n).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of `Kirchhoff._wavelet_reshaping` of pylops 2.8.
    #[test]
    fn frequencies_are_multiplied() {
        let close = |found: &[f64], expected: &[f64]| {
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-11), "{found:?}, not {expected:?}");
        };
        close(
            &filtered(&[1.0, 2.0, -1.0, 0.5, 0.25], 0.004, 2),
            &[24.946399815952468, 3.9880589738051593, -35.45643773261451, 18.561747767500883, -12.039768824644007],
        );
        close(
            &filtered(&[1.0, 2.0, -1.0, 0.5], 0.004, 2),
            &[12.136438766722154, 8.882278294770078, -36.90723437675972, 15.888517315267489],
        );
        close(
            &filtered(&[1.0, 2.0, -1.0, 0.5], 0.004, 3),
            &[-294.5243112740431, 392.6990816987241, 294.5243112740431, -392.6990816987241],
        );
    }
}
