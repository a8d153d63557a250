//! Tomography: images by what rays sum up on their way, or by some of their frequencies.

mod beam; //      where rays go
mod ct2d;
mod lanes; //     kernels: eight rows of an image at once
mod mri2d;
mod mri_mask; //  which frequencies
mod plan; //      rays that are worked on together
mod projector; // the operator

pub use ct2d::CT2D;
pub use mri2d::MRI2D;
