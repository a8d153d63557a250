//! Wavefields: of sources that fire into one another, at other depths, and what they are made of.

mod blended; //          traces of sources added up with delays
mod blending; //         what all kinds of blending have in common
mod blending_continuous;
mod blending_group;
mod blending_half;

pub use blending_continuous::BlendingContinuous;
pub use blending_group::BlendingGroup;
pub use blending_half::BlendingHalf;
