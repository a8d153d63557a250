//! Amplitudes of reflections by angle: from properties of rocks to gathers.

mod avo_linear_modelling;
mod linearization;
mod mixed; // y[t, k, …] = Σ wₜₖⱼ x[t, j, …]
mod prestack_linear_modelling;
mod prestack_wavelet_modelling;

pub use avo_linear_modelling::AVOLinearModelling;
pub use linearization::Linearization;
pub use prestack_linear_modelling::PrestackLinearModelling;
pub use prestack_wavelet_modelling::PrestackWaveletModelling;
