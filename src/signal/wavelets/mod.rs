//! Source wavelets.

mod berlage;
mod gaussian;
mod klauder;
mod ormsby;
mod ricker;
mod wavelet;

pub use berlage::berlage;
pub use gaussian::gaussian;
pub use klauder::klauder;
pub use ormsby::ormsby;
pub use ricker::ricker;
pub use wavelet::Wavelet;
