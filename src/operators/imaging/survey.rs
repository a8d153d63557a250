//! Times and weights of the ways between the places of a survey and the points of a model.

use super::eikonal::Medium;
use super::kirchhoff::{Aliasing, Kirchhoff, Velocity};
use super::slopes::slopes;
use super::travel_times::{step_of, straight};
use super::weights::{Aperture, Taper, Ways, Weights};
use crate::array::DistArray;
use crate::comm::Reduction;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Bounds, Layout, Partition};
use crate::numbers::Real;
use std::array;

/// At which end of the ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    Sources = 0,
    Receivers = 1,
}

/// To the points from some places, one after another.
pub(super) struct Survey<R> {
    /// In samples; none is further beyond the record than its length.
    pub(super) times: Vec<R>,
    pub(super) ways: Ways<R>,
}

/// How much of the greatest way is added to each one where strengths fall with it, so that none is infinite.
const NEAREST: f64 = 1e-2;

/// Of the share of half a period.
const ALIASING: Taper = Taper { from: 0.8, to: 1.0 };

impl<const D: usize> Kirchhoff<D> {
    /// From the places at one end to the points that are this rank's or, where it has all of them, from its sources and from all receivers. Each rank
    /// computes the ways of a share of the places to all points, then they go where they are needed.
    pub(super) fn survey<R: Real>(&self, layout: &Layout, end: End) -> Result<Survey<R>> {
        let comm = layout.comm();
        let places = if end == End::Sources { &self.sources } else { &self.receivers };
        let shape = [&[places.len()], layout.shape()].concat();
        let shared = Layout::scatter(comm, &shape, 0)?;
        let needed = match (layout.process_grid(), end) {
            (None, End::Sources) => shared.clone(),
            (None, End::Receivers) => Layout::replicated(comm, &shape)?,
            (Some(grid), _) => {
                let axes = [&[AxisMap::Whole(places.len())], grid.axes()].concat();
                layout.with_partition(&shape, Partition::Grid(grid.with_axes(axes)))?
            }
        };
        let places = &places[Bounds::even(places.len(), comm.size()).block(comm.rank())];
        let times = match &self.times {
            Some(times) => of_this_rank(&times.0[end as usize], layout, "travel times")?,
            None => self.computed_times(places),
        };
        let ways = self.ways::<R>(layout, end, places, &times)?;
        let moved = |table: Vec<R>| {
            let table = DistArray::from_local(&shared, table)?;
            Ok::<_, Error>(table.redistribute(&needed)?.into_vec())
        };
        let in_samples = |time: f64| R::from_f64((time / self.step).min(self.samples as f64));
        let times = moved(times.into_iter().map(in_samples).collect())?;
        let amplitudes = if self.has_strengths() { moved(ways.amplitudes)? } else { vec![] };
        let directions = ways.directions.into_iter().map(moved).collect::<Result<_>>()?;
        Ok(Survey { times, ways: Ways { amplitudes, directions } })
    }

    /// What weights there are.
    pub(super) fn weights<R: Real>(
        &self,
        layout: &Layout,
        sources: &[usize],
        ways: [Ways<R>; 2],
    ) -> Option<Weights<R>> {
        let [from_sources, from_receivers] = ways;
        if !self.has_weights() {
            return None;
        }
        let aperture = self.aperture.map(|taper| {
            let mut depths = vec![];
            let own = &layout.regions(layout.comm().rank())[0];
            own.for_each_index(|point| depths.push(self.axes[D - 1][point[D - 1]]));
            let pair = |source: &[f64; D], receiver: &[f64; D]| {
                let squares = source[..D - 1].iter().zip(receiver).map(|(s, r)| (s - r).powi(2));
                [squares.sum::<f64>().sqrt(), 0.5 * (source[D - 1] + receiver[D - 1])]
            };
            let of_source = |&number: &usize| self.receivers.iter().map(move |r| pair(&self.sources[number], r));
            Aperture { taper, depths, pairs: sources.iter().flat_map(of_source).collect() }
        });
        let (points, receivers) = (layout.local_len(), self.receivers.len());
        Some(Weights { points, receivers, from_sources, from_receivers, aperture })
    }

    fn points(&self) -> usize {
        self.axes.iter().map(Vec::len).product()
    }

    fn has_weights(&self) -> bool {
        self.has_strengths() || self.aperture.is_some()
    }

    /// Whether there are weights for each way between a place and a point.
    pub(super) fn has_strengths(&self) -> bool {
        self.dynamic || self.angles.is_some() || self.aliasing.is_some()
    }

    fn computed_times(&self, places: &[[f64; D]]) -> Vec<f64> {
        match &self.velocity {
            Velocity::One(velocity) => {
                places.iter().flat_map(|&place| straight(&self.axes, place, *velocity)).collect()
            }
            Velocity::Field(field) => {
                let velocities = &field.iter().copied().collect::<Vec<_>>();
                let shape = self.axes.each_ref().map(Vec::len);
                let (first, steps) =
                    (self.axes.each_ref().map(|axis| axis[0]), self.axes.each_ref().map(|axis| step_of(axis)));
                let medium = Medium { shape, first, steps, velocities };
                places.iter().flat_map(|&place| medium.times(place)).collect()
            }
        }
    }

    /// How strong waves are at the points, and where they go there.
    fn ways<R: Real>(&self, layout: &Layout, end: End, places: &[[f64; D]], times: &[f64]) -> Result<Ways<R>> {
        let given = self.amplitudes.as_ref().map(|given| of_this_rank(&given.0[end as usize], layout, "amplitudes"));
        let given = given.transpose()?;
        let mut directions = vec![vec![]; if self.dynamic { D } else { 0 }];
        if !self.has_strengths() {
            return Ok(Ways { amplitudes: vec![], directions });
        }
        let mut amplitudes: Vec<f64> = match given {
            Some(given) => given,
            None if self.dynamic => self.spreading(places),
            None => vec![1.0; times.len()],
        };
        let of_places = times.chunks_exact(self.points()).flat_map(|times| slopes(&self.axes, times));
        for (amplitude, slope) in amplitudes.iter_mut().zip(of_places) {
            let steepness = slope.iter().map(|d| d * d).sum::<f64>().sqrt();
            // Where a way begins it goes nowhere: straight down.
            let direction: [f64; D] =
                array::from_fn(|k| if steepness > 0.0 { slope[k] / steepness } else { f64::from(k + 1 == D) });
            if let Some(taper) = self.angles {
                *amplitude *= taper.at(direction[D - 1].acos().to_degrees());
            }
            if let Some(Aliasing { frequency, spacings }) = self.aliasing {
                let across = slope[..D - 1].iter().map(|d| d * d).sum::<f64>().sqrt();
                *amplitude *= ALIASING.at(2.0 * frequency * across * spacings[end as usize]);
            }
            directions.iter_mut().zip(direction).for_each(|(component, d)| component.push(R::from_f64(d)));
        }
        if self.dynamic && end == End::Receivers {
            self.divide_by_velocity(&mut amplitudes);
        }
        Ok(Ways { amplitudes: amplitudes.into_iter().map(Real::from_f64).collect(), directions })
    }

    /// How waves get weaker from each of these places to all points.
    fn spreading(&self, places: &[[f64; D]]) -> Vec<f64> {
        let nearest = NEAREST * self.farthest();
        let strength = |way: f64| (way + nearest).powf(-0.5 * (D as f64 - 1.0));
        places.iter().flat_map(|&place| straight(&self.axes, place, 1.0)).map(strength).collect()
    }

    /// What belongs to points, for each of some places.
    fn divide_by_velocity(&self, values: &mut [f64]) {
        match &self.velocity {
            Velocity::One(velocity) => values.iter_mut().for_each(|value| *value /= velocity),
            Velocity::Field(field) => {
                let velocities = field.iter().copied().cycle();
                values.iter_mut().zip(velocities).for_each(|(value, velocity)| *value /= velocity);
            }
        }
    }

    /// The sum of the longest straight lines from a source and from a receiver to a point.
    fn farthest(&self) -> f64 {
        let from = |place: &[f64; D]| {
            let along = |axis: &Vec<f64>, place: f64| axis.iter().map(|a| (a - place).powi(2)).fold(0.0, f64::max);
            self.axes.iter().zip(place).map(|(axis, &place)| along(axis, place)).sum::<f64>().sqrt()
        };
        let greatest = |places: &[[f64; D]]| places.iter().map(from).fold(0.0, f64::max);
        greatest(&self.sources) + greatest(&self.receivers)
    }

    /// `Ok` if of each of these sources a wave comes back within the record, from one of the points.
    pub(super) fn check_record<R: Real>(
        &self,
        layout: &Layout,
        sources: &[usize],
        [there, back]: [&[R]; 2],
    ) -> Result<()> {
        let (comm, points) = (layout.comm(), layout.local_len());
        let mut earliest = vec![f64::INFINITY; points];
        for times in back.chunks_exact(points.max(1)) {
            earliest.iter_mut().zip(times).for_each(|(earliest, time)| *earliest = earliest.min(Real::to_f64(*time)));
        }
        let last = (self.samples - 1) as f64;
        let comes_back = |source: usize| {
            let there = &there[source * points..][..points];
            there.iter().zip(&earliest).any(|(there, back)| Real::to_f64(*there) + back < last)
        };
        let mut come_back: Vec<_> = (0..sources.len()).map(|source| usize::from(comes_back(source))).collect();
        if layout.process_grid().is_some() {
            comm.all_reduce(&mut come_back, Reduction::Max);
        }
        let silent = come_back.iter().position(|&comes_back| comes_back == 0).filter(|_| !self.receivers.is_empty());
        comm.agree(silent.map_or(Ok(()), |silent| {
            let what = format!("record of source {} of Kirchhoff", sources[silent]);
            let expected = "one that a wave comes back in, before its last sample";
            let found = format!("{} samples of {}", self.samples, self.step);
            Err(Error::expected(ErrorKind::Parameter, what, expected, found))
        }))
    }
}

/// This rank's share of a table with a row for each place, shared out evenly by places.
fn of_this_rank(table: &DistArray<f64>, layout: &Layout, what: &str) -> Result<Vec<f64>> {
    let comm = layout.comm();
    let share = table.redistribute(&Layout::scatter(comm, table.layout()?.shape(), 0)?)?;
    let wrong = share.as_slice().iter().find(|value| !value.is_finite() || **value < 0.0);
    comm.agree(wrong.map_or(Ok(()), |value| {
        let what = format!("{what} of Kirchhoff");
        Err(Error::expected(ErrorKind::Parameter, what, "finite numbers that are not below 0", value))
    }))?;
    Ok(share.into_vec())
}
