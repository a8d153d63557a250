//! Rays that are worked on together: those that shift eight lines of pixels, one beside the other, in the same way.

use super::beam::Beam;
use super::lanes::LANES;
use std::ops::Range;

/// Rays of a group, at most, where one bundle has not more: their sums stay in the second-level cache.
const RAYS: usize = 8192;

/// By how many pixels each of eight lines is shifted against the first: ⌊slope ℓ⌋ for line ℓ.
///
/// Rays whose slopes are between two neighbours of the fractions with denominators below eight share it.
pub(super) type Shifts = [i32; LANES];

/// Neighbouring rays of one angle.
#[derive(Clone, Debug)]
pub(super) struct Bundle {
    /// Its number on this rank.
    pub(super) angle: usize,
    pub(super) detectors: Range<usize>,
}

/// Bundles whose rays go along the same axis with the same shifts.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) along: usize,
    pub(super) shifts: Shifts,
    pub(super) bundles: Vec<Bundle>,
}

impl Group {
    pub(super) fn rays(&self) -> usize {
        self.bundles.iter().map(|bundle| bundle.detectors.len()).sum()
    }
}

/// All rays of some of these angles, in groups.
pub(super) fn groups(beam: &Beam, angles: &[f64], numbers: Range<usize>) -> Vec<Group> {
    let mut bundles: Vec<(usize, Shifts, Bundle)> = vec![];
    for angle in numbers {
        for detector in 0..beam.detectors {
            let (along, slope) = beam.direction(angles[angle], detector);
            let shifts = std::array::from_fn(|line| (slope * line as f64).floor() as i32);
            match bundles.last_mut() {
                Some((axis, same, last)) if last.angle == angle && *axis == along && *same == shifts => {
                    last.detectors.end = detector + 1;
                }
                _ => bundles.push((along, shifts, Bundle { angle, detectors: detector..detector + 1 })),
            }
        }
    }
    bundles.sort_by_key(|(along, shifts, _)| (*along, *shifts)); // stable
    let mut groups: Vec<Group> = vec![];
    for (along, shifts, bundle) in bundles {
        match groups.last_mut() {
            Some(group)
                if group.along == along && group.shifts == shifts && group.rays() + bundle.detectors.len() <= RAYS =>
            {
                group.bundles.push(bundle);
            }
            _ => groups.push(Group { along, shifts, bundles: vec![bundle] }),
        }
    }
    groups
}
