//! Traces at other times, by sincs.

use crate::numbers::{Real, Scalar};
use std::f64::consts::PI;

/// `y[j] = Σᵢ sinc(j − s dⱼ − i) x[i]`: x later by so many samples times a sign, at each sample by its own number.
pub(super) fn delay<T: Scalar>(delays: &[f64], sign: f64, x: &[T], y: &mut [T]) {
    for (j, (y, delay)) in y.iter_mut().zip(delays).enumerate() {
        *y = match Place::new(j as f64 - sign * delay) {
            Place::On(k) => x.get(k).copied().unwrap_or_else(T::zero),
            Place::Between { place, sine } => {
                let terms = x.iter().enumerate();
                terms.fold(T::zero(), |sum, (i, x)| sum + x.scale(T::Real::from_f64(sinc(place, sine, i))))
            }
        };
    }
}

/// `x[i] = Σⱼ sinc(j − s dⱼ − i) y[j]`: the transpose.
pub(super) fn delay_adjoint<T: Scalar>(delays: &[f64], sign: f64, y: &[T], x: &mut [T]) {
    x.fill(T::zero());
    for (j, (&y, delay)) in y.iter().zip(delays).enumerate() {
        match Place::new(j as f64 - sign * delay) {
            Place::On(k) => x.iter_mut().skip(k).take(1).for_each(|x| *x += y),
            Place::Between { place, sine } => {
                let terms = x.iter_mut().enumerate();
                terms.for_each(|(i, x)| *x += y.scale(T::Real::from_f64(sinc(place, sine, i))));
            }
        }
    }
}

/// Where a sample is taken from.
enum Place {
    /// A sample; none that there is, if it is beyond them.
    On(usize),
    /// Between two, and `sin(π place)`.
    Between { place: f64, sine: f64 },
}

impl Place {
    fn new(place: f64) -> Self {
        let whole = place.round();
        if place == whole {
            return Self::On(if whole < 0.0 { usize::MAX } else { whole as usize });
        }
        let sign = if whole % 2.0 == 0.0 { 1.0 } else { -1.0 };
        Self::Between { place, sine: sign * (PI * (place - whole)).sin() }
    }
}

/// `sin(π (place − i)) / π (place − i)`, of which the sine changes but its sign from sample to sample.
fn sinc(place: f64, sine: f64, i: usize) -> f64 {
    let sine = if i.is_multiple_of(2) { sine } else { -sine };
    sine / (PI * (place - i as f64))
}
