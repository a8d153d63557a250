//! Amplitudes by angle, and several wavelets.

use super::cuts::{BLOCKS, GRIDS};
use super::{Entry, entries, matrix};
use lops::ndarray::{Array, Array2};
use lops::operators::{
    AVOLinearModelling, Linearization, PoststackModelling, PrestackLinearModelling, PrestackWaveletModelling,
};
use lops::{DistArray, Scalar};

const THETA: [f64; 4] = [0.0, 12.0, -25.0, 41.0];

/// A ratio for each of so many samples.
fn ratios(n: usize) -> Vec<f64> {
    (0..n).map(|k| 0.4 + 0.02 * k as f64).collect()
}

fn wavelets(number: usize, samples: usize) -> Array2<f64> {
    Array::from_shape_fn((number, samples), |(i, k)| ((5 * i + 3 * k) as f64).sin())
}

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        GRIDS "AVOLinearModelling": |comm, cut| {
            let avo = AVOLinearModelling::new(&THETA).vsvp_each(&ratios(7)).linearization(Linearization::Fatti);
            avo.on(&cut.layout(comm, &[7, 3, 19], &[0, 2])?)
        }
        GRIDS "AVOLinearModelling of properties that are cut": |comm, cut| {
            AVOLinearModelling::new(&THETA[1..]).on(&cut.layout(comm, &[4, 3, 5], &[0, 1])?)
        }
        BLOCKS "PrestackLinearModelling": |comm, cut| {
            let avo = AVOLinearModelling::new(&THETA).linearization(Linearization::PS).vsvp(0.45);
            PrestackLinearModelling::new(&[-0.5, -1.0, 4.0, -1.0], avo).on(&cut.layout(comm, &[9, 3, 4], &[0, 2])?)
        }
        BLOCKS "PrestackLinearModelling with wavelets of angles": |comm, cut| {
            let avo = AVOLinearModelling::new(&THETA).vsvp_each(&ratios(11));
            PrestackLinearModelling::per_angle(&wavelets(4, 6), avo).on(&cut.layout(comm, &[11, 3], &[0, 1])?)
        }
        BLOCKS "PrestackWaveletModelling": |comm, cut| {
            let logarithms = DistArray::random_signed(&cut.layout(comm, &[8, 3, 5], &[0, 2])?, 3);
            PrestackWaveletModelling::new(5, AVOLinearModelling::new(&THETA)).center(1).on(&logarithms)
        }
        BLOCKS "PoststackModelling with wavelets along time": |comm, cut| {
            let modelling = PoststackModelling::non_stationary(&wavelets(3, 5), &[1, 4, 7]).along(1);
            modelling.on(&cut.layout(comm, &[3, 12], &[0, 1])?)
        }
        BLOCKS "PoststackModelling with wavelets of traces": |comm, cut| {
            let layout = cut.layout(comm, &[3, 13, 2], &[0, 1])?;
            let wavelets = matrix(6, 4, 2).into_shape_with_order((3, 2, 4)).unwrap();
            PoststackModelling::per_trace(&wavelets).along(1).on(&layout)
        }
        GRIDS "PoststackModelling with wavelets of many traces": |comm, cut| {
            let wavelets = wavelets(35, 7).into_shape_with_order((1, 35, 7)).unwrap();
            PoststackModelling::per_trace(&wavelets).along(1).on(&cut.layout(comm, &[3, 5, 35], &[0, 2])?)
        }
    }
}
