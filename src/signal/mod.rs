//! Signals of seismic processing. On one rank: source wavelets, tapers, synthetic events, smoothing filters, reflections of interfaces. Of distributed arrays: local
//! slopes and dips, spectra, noise, gain, and synthetic models.

mod events;
mod gain;
mod gaussian_filter;
mod models;
mod noise;
mod spectra;
mod structure_tensor;
mod tapers;
mod wavelets;
mod zero_phase_box;
mod zoeppritz;

pub use events::{
    Events, Hyperbola, Hyperboloid, Line, Parabola, Plane, axis, hyperbolic2d, hyperbolic3d, linear2d, linear3d,
    parabolic2d,
};
pub use gain::{agc, power_gain};
pub use gaussian_filter::gaussian_filter;
pub use models::{Fault, Layers, marmousi_like};
pub use noise::add_noise;
pub use spectra::{fk_spectrum, spectrum};
pub use structure_tensor::StructureTensor;
pub use tapers::{Taper, cosine, cosine_square, hanning, taper, taper2d, taper3d};
pub use wavelets::{Wavelet, berlage, gaussian, klauder, ormsby, ricker};
pub use zero_phase_box::zero_phase_box;
pub use zoeppritz::{Wave, zoeppritz_element, zoeppritz_pp, zoeppritz_scattering};
