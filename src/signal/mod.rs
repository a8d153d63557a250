//! Signals of seismic processing on one rank: source wavelets, tapers, synthetic events, smoothing filters, reflections of interfaces.

mod events;
mod tapers;
mod wavelets;
mod zero_phase_box;
mod zoeppritz;

pub use events::{
    Events, Hyperbola, Hyperboloid, Line, Parabola, Plane, axis, hyperbolic2d, hyperbolic3d, linear2d, linear3d,
    parabolic2d,
};
pub use tapers::{Taper, cosine, cosine_square, hanning, taper, taper2d, taper3d};
pub use wavelets::{Wavelet, berlage, gaussian, klauder, ormsby, ricker};
pub use zero_phase_box::zero_phase_box;
pub use zoeppritz::{Wave, zoeppritz_element, zoeppritz_pp, zoeppritz_scattering};
