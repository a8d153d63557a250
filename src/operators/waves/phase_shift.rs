//! Wavefields at another depth.

use super::filtered::{filtered, narrow};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::{FFTND, FFTNorm, Operator, check_moves};
use num_complex::Complex;
use std::f64::consts::PI;

/// A wavefield at a depth, taken to another one by the one-way wave equation: a change of phase in the domain of frequencies and
/// wavenumbers.
///
/// ```text
/// y = F⁻¹ [ e^{−2πi z k_z} F x ]        k_z = √(f²/v² − k_x² − k_y²)
/// ```
///
/// with f and k in cycles per unit of the samplings, v the velocity and z the depth step. Where the root is imaginary, waves
/// do not travel but fade: `e^{−2π |z| |k_z|}`, in whichever direction. The adjoint takes the wavefield back: waves that travel get their
/// phase again, others fade once more. What leaves at an end of an axis comes in at the other: zeros around
/// the array ([`Pad`](crate::operators::Pad)) keep it away.
///
/// # Spaces
/// `X = Y`: real, shape `[times, x]` or `[times, x, y]`, replicated or on any grid. Chunks are refused, and masks where elements change their ranks.
///
/// # Communication
/// That of an [`FFTND`] to frequencies which are left transposed, and of its adjoint: nothing of a replicated array; of one
/// that is cut along one axis one exchange there and one back, in which each number that changes its rank is sent once.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// A plane wave that travels straight down, 40 m at 2000 m/s, comes 20 ms later:
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::PhaseShift};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[32, 8], 1)?; // traces over the ranks
///     let down = PhaseShift::new(2000.0, 40.0).sampling(&[0.004, 10.0]).on(&layout)?;
///     let x = DistArray::from_fn(&layout, |i| (-(i[0] as f64 - 10.0).powi(2) / 4.0).exp());
///     let y = &down * &x;
///     assert!((y.get(&[15, 3])? - 1.0).abs() < 1e-4 && y.get(&[10, 3])? < 0.01);
///     let back = down.adjoint() * &y;
///     assert!((back.get(&[10, 3])? - 1.0).abs() < 1e-4);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `PhaseShift`, with the axes of frequencies of an FFT of as many samples. Gazdag, Geophysics 43 (1978).
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct PhaseShift {
    velocity: f64,
    depth: f64,
    sampling: Option<Vec<f64>>,
}

impl PhaseShift {
    /// By a step in depth, through a medium of this velocity; samples at steps 1.
    pub fn new(velocity: f64, depth: f64) -> Self {
        Self { velocity, depth, sampling: None }
    }

    /// The steps of samples along each axis, time first.
    pub fn sampling(mut self, steps: &[f64]) -> Self {
        self.sampling = Some(steps.to_vec());
        self
    }

    /// The operator on real arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] unless the layout has two or three axes, with elements, and there is a step for each;
    /// [`ErrorKind::Parameter`] if the velocity or a step is not positive and finite, or the depth is not finite;
    /// [`ErrorKind::Layout`] of chunks, and of masks unless the array is replicated.
    pub fn on<R: Real>(self, layout: &Layout) -> Result<Operator<R>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let Self { velocity, depth, .. } = self;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        if !(2..=3).contains(&layout.ndim()) {
            let expected = "[times, x] or [times, x, y]";
            let found = format!("{:?}", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, "shape of PhaseShift", expected, found));
        }
        check_above_0("velocity of PhaseShift", velocity)?;
        if !layout.is_replicated() {
            check_moves("PhaseShift", layout)?;
        }
        if !depth.is_finite() {
            return Err(Error::expected(ErrorKind::Parameter, "depth of PhaseShift", "a finite number", depth));
        }
        // Time last among the axes that are transformed: of it half of the frequencies are kept.
        let axes: Vec<_> = (1..layout.ndim()).chain([0]).collect();
        let mut steps = self.sampling.unwrap_or_else(|| vec![1.0; layout.ndim()]);
        if steps.len() == axes.len() {
            steps.rotate_left(1);
        }
        let transform = FFTND::over(&axes).norm(FFTNorm::Ortho).sampling(&steps).transposed();
        let frequencies = transform.frequencies(layout.shape(), true)?;
        let factors = |spectrum: &Layout| {
            Ok(DistArray::from_fn(spectrum, |k| {
                let wavenumbers = frequencies.iter().zip(&k[1..]).take(k.len() - 1);
                let across: f64 = wavenumbers.map(|(of_axis, &k)| of_axis[k].powi(2)).sum();
                let f = frequencies[k.len() - 1][k[0]];
                narrow(phase((f / velocity).powi(2) - across, depth))
            }))
        };
        filtered(format!("PhaseShift(v {velocity}, z {depth})"), &transform.on_real::<R>(layout)?, factors)
    }
}

/// `e^{−2πi z k}` of the square of k; less than 1 where that is negative.
fn phase(square: f64, z: f64) -> Complex<f64> {
    let k = square.abs().sqrt();
    if square >= 0.0 { Complex::cis(-2.0 * PI * z * k) } else { (-2.0 * PI * z.abs() * k).exp().into() }
}
