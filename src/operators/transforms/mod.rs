//! Fourier transforms of distributed arrays.

mod axis; //     what is done along one axis
mod chain; //    passes and exchanges, one after another
mod fft; //      FFT, FFT2D, and functions of arrays
mod fftnd; //    the description
mod group; //    passes that follow one another in cache
mod passes; //   all lines along one axis
mod planned; //  the operators
mod route; //    the layouts on the way
mod tiles; //    lines through a buffer

pub use fft::{FFT, FFT2D, fft, fftn, ifft, ifftn, irfft, rfft};
pub use fftnd::{FFTND, FFTNorm};
pub(in crate::operators) use route::{gathered, is_whole, with_lengths};
