//! Axes of times, places and slownesses, and what they are in samples.

use crate::error::{Error, ErrorKind, Result};

#[derive(Clone, Debug)]
pub(super) struct Axes<const D: usize> {
    times: Vec<f64>,
    places: [Vec<f64>; D],
    slownesses: [Vec<f64>; D],
    /// Whether places are counted from the middle of their axis.
    pub(super) centered: bool,
}

impl<const D: usize> Axes<D> {
    pub(super) fn new(times: &[f64], places: [&[f64]; D], slownesses: [&[f64]; D]) -> Self {
        let [places, slownesses] = [places, slownesses].map(|axes| axes.map(<[f64]>::to_vec));
        Self { times: times.to_vec(), places, slownesses, centered: true }
    }

    /// How many times.
    pub(super) fn times(&self) -> usize {
        self.times.len()
    }

    pub(super) fn place_counts(&self) -> [usize; D] {
        self.places.each_ref().map(Vec::len)
    }

    pub(super) fn slowness_counts(&self) -> [usize; D] {
        self.slownesses.each_ref().map(Vec::len)
    }

    /// All places in C order, in samples.
    pub(super) fn places(&self) -> Vec<[f64; D]> {
        let in_samples = |axis: &Vec<f64>| {
            let (n, step) = (axis.len(), step(axis));
            let middle = (n / 2) as f64 - ((n + 1) % 2) as f64 / 2.0;
            let centered = |k: usize| k as f64 - middle;
            axis.iter().enumerate().map(|(k, x)| if self.centered { centered(k) } else { x / step }).collect()
        };
        all(&self.places.each_ref().map(in_samples))
    }

    /// All slownesses in C order, in samples of time per sample of place.
    pub(super) fn slownesses(&self) -> Vec<[f64; D]> {
        let in_samples = |k: usize| {
            let ratio = step(&self.places[k]) / step(&self.times);
            self.slownesses[k].iter().map(|p| p * ratio).collect()
        };
        all(&std::array::from_fn(in_samples))
    }

    /// All places in C order, as the axes have them.
    pub(super) fn true_places(&self) -> Vec<[f64; D]> {
        all(&self.places)
    }

    /// All slownesses in C order, as the axes have them.
    pub(super) fn true_slownesses(&self) -> Vec<[f64; D]> {
        all(&self.slownesses)
    }

    pub(super) fn time_step(&self) -> f64 {
        self.times[1] - self.times[0]
    }

    /// `Ok` of axes that are finite and have steps.
    pub(super) fn check(&self, operator: &str) -> Result<()> {
        let finite = |what: &str, axis: &[f64]| match axis.iter().find(|value| !value.is_finite()) {
            Some(value) => {
                Err(Error::expected(ErrorKind::Parameter, format!("{what} of {operator}"), "finite numbers", value))
            }
            None => Ok(()),
        };
        let has_step = |what: &str, axis: &[f64]| {
            let what = format!("{what} of {operator}");
            match axis {
                [first, second, ..] if first == second => {
                    Err(Error::expected(ErrorKind::Parameter, what, "a step that is not 0", 0))
                }
                [_, _, ..] => Ok(()),
                _ => Err(Error::expected(ErrorKind::Shape, what, "at least 2", axis.len())),
            }
        };
        finite("times", &self.times)?;
        has_step("times", &self.times)?;
        for axis in &self.places {
            finite("places", axis)?;
            has_step("places", axis)?;
        }
        self.slownesses.iter().try_for_each(|axis| finite("slownesses", axis))
    }
}

/// Between the first two values.
fn step(axis: &[f64]) -> f64 {
    (axis[1] - axis[0]).abs()
}

/// Every value of each axis with every one of the others.
fn all<const D: usize>(axes: &[Vec<f64>; D]) -> Vec<[f64; D]> {
    let mut all = vec![[0.0; D]];
    for (k, axis) in axes.iter().enumerate() {
        let with = |point: [f64; D]| {
            axis.iter().map(move |&value| {
                let mut point = point;
                point[k] = value;
                point
            })
        };
        all = all.into_iter().flat_map(with).collect();
    }
    all
}
