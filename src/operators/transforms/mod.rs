//! Fourier transforms of distributed arrays.

mod axis; //     what is done along one axis
mod chain; //    passes and exchanges, one after another
mod fft; //      FFT, FFT2D, and functions of arrays
mod fftnd; //    the description
mod group; //    passes that follow one another in cache
mod itinerary; // passes and layouts on the way, and how they become steps
mod passes; //   all lines along one axis
mod pieces; //   how blocks are cut into pieces
mod planned; //  the operators
mod relay; //    passes with exchanges beside them, piece by piece
mod route; //    the layouts on the way
mod stream; //   exchanges one after another, a few under way
mod tiles; //    lines through a buffer

pub use fft::{FFT, FFT2D, fft, fftn, ifft, ifftn, irfft, rfft};
pub use fftnd::{FFTND, FFTNorm};
pub(in crate::operators) use route::{gathered, gathered_all, is_whole, with_lengths};
