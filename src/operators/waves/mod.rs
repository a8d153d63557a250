//! Wavefields: of sources that fire into one another, at other depths, and what they are made of.

mod blended; //          traces of sources added up with delays
mod blending; //         what all kinds of blending have in common
mod blending_continuous;
mod blending_group;
mod blending_half;
mod both_ways; //        means forward and backward
mod filtered; //         products with factors of frequencies and wavenumbers
mod marchenko;
mod obliquity; //        between pressure and velocity, frequency by frequency
mod phase_shift;
mod pressure_to_velocity;
mod up_down_composition;

pub use blending_continuous::BlendingContinuous;
pub use blending_group::BlendingGroup;
pub use blending_half::BlendingHalf;
pub use marchenko::Marchenko;
pub use phase_shift::PhaseShift;
pub use pressure_to_velocity::PressureToVelocity;
pub use up_down_composition::UpDownComposition;
