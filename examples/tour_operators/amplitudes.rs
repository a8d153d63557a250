//! Amplitudes by angle.

use crate::models::layers;
use crate::tour::{SHAPE, Tour};
use lops::prelude::*;
use lops::signal::{axis, ricker};

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let samples = SHAPE[0];
    let theta: Vec<_> = (0..8).map(|k| 5.0 * f64::from(k)).collect();
    let ratios: Vec<_> = (0..samples).map(|k| 0.4 + 0.002 * k as f64).collect();
    let avo = AVOLinearModelling::new(&theta).vsvp_each(&ratios);

    // Three properties beside one another: contrasts at their places, then layers, at angles from 0 to 35 degrees.
    let properties = Layout::scatter(tour.comm, &[samples, 3], 0)?;
    let contrasts = DistArray::from_fn(&properties, |i| f64::from(i[0] % 16 == 4 + 3 * i[1]));
    tour.show("AVOLinearModelling", &avo.clone().on(&properties)?, &contrasts)?;
    let logarithms = DistArray::from_fn(&properties, |i| layers([i[0], 14 * i[1]].map(|k| k as f64)).ln());
    let wavelet = ricker(&axis(0.0, 0.004, 11), 25.0)?.samples;
    let modelling = PrestackLinearModelling::new(&wavelet, avo.clone()).on(&properties)?;
    tour.show("PrestackLinearModelling", &modelling, &logarithms)?;

    // A wavelet at a well; the adjoint correlates.
    let of_wavelet = PrestackWaveletModelling::new(wavelet.len(), avo).on(&logarithms)?;
    let wavelet = DistArray::from_global(of_wavelet.domain().layout()?, &wavelet)?;
    tour.show("PrestackWaveletModelling", &of_wavelet, &wavelet)
}
