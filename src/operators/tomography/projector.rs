//! Sums along rays, and their adjoint.

use super::beam::Beam;
use super::lanes::{self, LANES, Lanes, Place};
use super::plan::{Group, groups};
use crate::array::Space;
use crate::comm::VectorSum;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{Real, Scalar, reals_of, reals_of_mut};
use crate::operators::terms::Terms;
use crate::operators::{Communication, LinearOperator, Sent};
use num_traits::Zero;
use std::cell::RefCell;
use std::ops::Range;

/// The inverse of a slope is at most this: also of one that is 0.
const STEEPEST: f64 = 1e30;

/// From images `[…, ny, nx]` to sums along the rays of some angles `[…, angles, detectors]`.
pub(super) struct Projector<T: Scalar> {
    domain: Space,
    range: Space,
    beam: Beam,
    /// Of the image.
    shape: [usize; 2],
    /// This rank's.
    angles: Vec<f64>,
    /// Images that this rank has.
    images: usize,
    /// All rays.
    all: Vec<Group>,
    /// The rays of each term of the adjoint.
    terms: Vec<Vec<Group>>,
    room: RefCell<Room<T>>,
    /// Of ranks that share angles out.
    sum: Option<RefCell<VectorSum<T>>>,
}

struct Room<T: Scalar> {
    /// Of the rays of a group: see [`lanes`].
    first: Vec<f64>,
    slopes: Vec<f64>,
    inverses: Vec<T::Real>,
    /// In each line of pixels.
    lengths: Vec<T::Real>,
    columns: Vec<u32>,
    rests: Vec<T::Real>,
    sums: Vec<Lanes<T::Real>>,
    values: Vec<T::Real>,
    strip: Vec<Lanes<T::Real>>,
    /// A term of the adjoint, where ranks share angles out.
    term: Vec<T>,
}

impl<T: Scalar> Projector<T> {
    /// Of this rank's angles; with the terms that the adjoint adds where ranks share angles out.
    pub(super) fn new(
        [domain, range]: [&Layout; 2],
        beam: Beam,
        angles: Vec<f64>,
        shared: Option<Terms>,
    ) -> Result<Self> {
        let axes = domain.ndim();
        let shape = [domain.shape()[axes - 2], domain.shape()[axes - 1]];
        let images = domain.local_len() / (shape[0] * shape[1]);
        let of_terms = shared.iter().flat_map(|terms| terms.within(0..angles.len()));
        let terms: Vec<_> = of_terms.map(|own| groups(&beam, &angles, own)).collect();
        let all = groups(&beam, &angles, 0..angles.len());
        let rays = all.iter().chain(terms.iter().flatten()).map(Group::rays).max().unwrap_or(0);
        let columns = shape[0].max(shape[1]) + 2 * LANES + 4;
        let zero = T::Real::zero();
        let room = Room {
            first: vec![0.0; rays],
            slopes: vec![0.0; rays],
            inverses: vec![zero; rays],
            lengths: vec![zero; rays],
            columns: vec![0; rays],
            rests: vec![zero; rays],
            sums: vec![Lanes::zero(); rays],
            values: vec![zero; rays],
            strip: vec![Lanes::zero(); columns],
            term: vec![T::zero(); if shared.is_some() { domain.local_len() } else { 0 }],
        };
        let sum = shared.map(|terms| VectorSum::new(domain.comm(), domain.local_len(), terms.count())).transpose()?;
        let (domain, range, room) = (domain.into(), range.into(), RefCell::new(room));
        Ok(Self { domain, range, beam, shape, angles, images, all, terms, room, sum: sum.map(RefCell::new) })
    }

    /// Real and imaginary parts are images by themselves.
    const PARTS: usize = if T::IS_COMPLEX { 2 } else { 1 };

    /// Where a ray's sum is among the real numbers of the data.
    fn sum_at(&self, image: usize, part: usize, angle: usize, detector: usize) -> usize {
        ((image * self.angles.len() + angle) * self.beam.detectors + detector) * Self::PARTS + part
    }

    /// The ways of a group's rays.
    fn trace(&self, group: &Group, room: &mut Room<T>) {
        let mut ray = 0;
        for bundle in &group.bundles {
            let (angle, detectors) = (self.angles[bundle.angle], bundle.detectors.clone());
            self.beam.each(angle, detectors, group.along, self.shape, |first, slope| {
                room.first[ray] = first;
                room.slopes[ray] = slope;
                room.inverses[ray] = T::Real::from_f64((1.0 / slope.abs()).min(STEEPEST));
                room.lengths[ray] = T::Real::from_f64((1.0 + slope * slope).sqrt());
                ray += 1;
            });
        }
    }

    /// Strip by strip of one part of an image, where rays meet it: `begin` and `end` get its columns that are met, `f` between them the rays,
    /// bundle by bundle.
    fn each_strip(
        &self,
        group: &Group,
        [image, part]: [usize; 2],
        room: &mut Room<T>,
        mut begin: impl FnMut(&Place, &Range<usize>, &mut [Lanes<T::Real>]),
        mut f: impl FnMut(&mut Room<T>, &[T::Real; LANES], Range<usize>),
        mut end: impl FnMut(&Place, &Range<usize>, &[Lanes<T::Real>]),
    ) {
        let (lines, len) = (self.shape[group.along], self.shape[1 - group.along]);
        let strides = [self.shape[1], 1].map(|stride| stride * Self::PARTS); // to the next row, and column
        let strides = [strides[1 - group.along], strides[group.along]];
        let [least, most] = [i32::min, i32::max].map(|f| group.shifts.iter().copied().fold(0, f));
        // Where the first column of a strip begins: three of them before all pixels of all lines.
        let (lowest, highest) = (-3 - i64::from(most), len as i64 - i64::from(least));
        let columns = group.shifts.map(|shift| (-i64::from(shift) - lowest) as usize);
        let shifts = group.shifts.map(|shift| T::Real::from_f64(f64::from(shift)));
        let (rays, last) = (group.rays(), (highest - lowest) as u32);
        let start = image * self.shape[0] * self.shape[1] * Self::PARTS + part;
        for line in (0..lines).step_by(LANES) {
            let (start, lines) = (start + line * strides[1], LANES.min(lines - line));
            let place = Place { start, strides, len, lines, columns };
            let columns = lanes::places(
                [line as f64, lowest as f64, highest as f64],
                &room.first[..rays],
                &room.slopes[..rays],
                &room.inverses[..rays],
                &mut room.columns,
                &mut room.rests,
            );
            let Some(columns) = columns else { continue };
            begin(&place, &columns, &mut room.strip);
            let mut ray = 0;
            for bundle in &group.bundles {
                let of_bundle = ray..ray + bundle.detectors.len();
                ray = of_bundle.end;
                let met = met(&room.columns[of_bundle.clone()], last);
                if !met.is_empty() {
                    f(room, &shifts, of_bundle.start + met.start..of_bundle.start + met.end);
                }
            }
            end(&place, &columns, &room.strip);
        }
    }

    /// Adds to one part of an image what the rays of a group spread over it.
    fn spread(&self, group: &Group, [image, part]: [usize; 2], room: &mut Room<T>, y: &[T::Real], x: &mut [T::Real]) {
        self.trace(group, room);
        let mut ray = 0;
        for bundle in &group.bundles {
            for detector in bundle.detectors.clone() {
                room.values[ray] = room.lengths[ray] * y[self.sum_at(image, part, bundle.angle, detector)];
                ray += 1;
            }
        }
        self.each_strip(
            group,
            [image, part],
            room,
            lanes::clear,
            |room, shifts, rays| {
                let [inverses, rests, values] =
                    [&room.inverses, &room.rests, &room.values].map(|of_all| &of_all[rays.clone()]);
                let columns = &room.columns[rays];
                let one_slope = self.beam.fan.is_none();
                lanes::spread(&mut room.strip, shifts, one_slope, [inverses, rests, values], columns);
            },
            |place, columns, strip| lanes::unpack(strip, place, columns, x),
        );
    }
}

/// The rays, from the first to the last, that are in columns between the ends. Rays of a bundle do not cross within the image: those beside it
/// come first or last.
fn met(columns: &[u32], last: u32) -> Range<usize> {
    let is_met = |&column: &u32| column > 0 && column < last;
    let start = columns.iter().position(is_met).unwrap_or(columns.len());
    start..columns.iter().rposition(is_met).map_or(start, |ray| ray + 1)
}

impl<T: Scalar> LinearOperator<T> for Projector<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        let (x, y, room) = (reals_of(x), reals_of_mut(y), &mut *self.room.borrow_mut());
        for group in &self.all {
            self.trace(group, room);
            for (image, part) in (0..self.images).flat_map(|image| (0..Self::PARTS).map(move |part| (image, part))) {
                room.sums[..group.rays()].fill(Lanes::zero());
                self.each_strip(
                    group,
                    [image, part],
                    room,
                    |place, columns, strip| lanes::pack(x, place, columns.clone(), strip),
                    |room, shifts, rays| {
                        let [inverses, rests] = [&room.inverses, &room.rests].map(|of_all| &of_all[rays.clone()]);
                        let (columns, sums) = (&room.columns[rays.clone()], &mut room.sums[rays]);
                        let one_slope = self.beam.fan.is_none();
                        lanes::project(&room.strip, shifts, one_slope, [inverses, rests], columns, sums);
                    },
                    |_, _, _| (),
                );
                let mut rays = room.sums.iter().zip(&room.lengths);
                for bundle in &group.bundles {
                    for (detector, (sum, &length)) in bundle.detectors.clone().zip(&mut rays) {
                        y[self.sum_at(image, part, bundle.angle, detector)] = length * sum.sum();
                    }
                }
            }
        }
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        let (y, room) = (reals_of(y), &mut *self.room.borrow_mut());
        let add = |groups: &[Group], room: &mut Room<T>, x: &mut [T]| {
            for group in groups {
                for (image, part) in (0..self.images).flat_map(|image| (0..Self::PARTS).map(move |part| (image, part)))
                {
                    self.spread(group, [image, part], room, y, reals_of_mut(x));
                }
            }
        };
        if let Some(sum) = &self.sum {
            let (mut sum, mut term) = (sum.borrow_mut(), std::mem::take(&mut room.term));
            for groups in &self.terms {
                term.fill(T::zero());
                add(groups, room, &mut term);
                sum.add(&term);
            }
            room.term = term;
            sum.finish(x);
        } else {
            x.fill(T::zero());
            add(&self.all, room, x);
        }
    }

    fn communication(&self) -> Communication {
        let adjoint = self.sum.as_ref().map_or(Sent::NOTHING, |sum| sum.borrow().sends());
        Communication { forward: Sent::NOTHING, adjoint }
    }

    fn scratch(&self) -> usize {
        let room = self.room.borrow();
        let of_rays = size_of_val(&room.first[..])
            + size_of_val(&room.slopes[..])
            + size_of_val(&room.inverses[..])
            + size_of_val(&room.lengths[..])
            + size_of_val(&room.columns[..])
            + size_of_val(&room.rests[..])
            + size_of_val(&room.sums[..])
            + size_of_val(&room.values[..]);
        let of_images = size_of_val(&room.strip[..]) + size_of_val(&room.term[..]);
        let groups = self.all.iter().chain(self.terms.iter().flatten());
        let of_groups: usize = groups.map(|group| size_of_val(group) + size_of_val(&group.bundles[..])).sum();
        of_rays + of_images + of_groups + self.sum.as_ref().map_or(0, |sum| sum.borrow().scratch())
    }

    fn name(&self) -> String {
        let beam = if self.beam.fan.is_some() { "fan" } else { "parallel" };
        format!("CT2D({beam}, {} detectors)", self.beam.detectors)
    }
}
