//! Bases and frames in which models and data are sparse.

mod cascade; //        wavelets, level after level
mod channels; //       two lines of weighted sums over two lines
mod cosines; //        lines of cosine transforms
mod dct;
mod delayed; //        traces at other times
mod dwt;
mod leading; //        an operator on a part
mod levels; //         how often an axis can be halved
mod lifting; //        seislets, level after level
mod seislet;
mod steps; //          which lines of a block each level takes
mod wavelet_filter; // low-pass filters

pub use dct::DCT;
pub use dwt::{DWT, DWT2D, DWTND};
pub use seislet::Seislet;
pub use wavelet_filter::WaveletFilter;
