//! Travel times of first arrivals through a medium that changes from place to place.
//!
//! The eikonal equation |∇T| = 1/v, with T = T₀ τ, where T₀ = |p − p₀|/v(p₀) is the time at the source's velocity: τ is smooth at the source, where
//! T is not, and 1 everywhere if the velocity does not change. Each point is computed from its neighbours that the wave reaches
//! earlier, in sweeps over the grid in all directions until nothing changes: first with differences of first order in the step, whose times only
//! fall, then of second order, where the wave comes through two points one after the other.
//!
//! S. Fomel, S. Luo and H. Zhao, "Fast sweeping method for the factored eikonal equation", J. Comput. Phys. 228 (2009) 6440.

use std::array;

/// Rounds of sweeps, at most; a wave turns a few times.
const ROUNDS: usize = 100;

/// To second order a few points of media that change abruptly may go to and fro.
const REFINING: usize = 20;

/// A change, relative to the time, that is none.
const SETTLED: f64 = 1e-13;

/// A grid of equal steps with velocities at its points.
pub(super) struct Medium<'a, const D: usize> {
    pub(super) shape: [usize; D],
    pub(super) first: [f64; D],
    pub(super) steps: [f64; D],
    /// In C order.
    pub(super) velocities: &'a [f64],
}

impl<const D: usize> Medium<'_, D> {
    /// Times from a place within the grid to all points.
    pub(super) fn times(&self, place: [f64; D]) -> Vec<f64> {
        let source = self.source(place);
        let mut times = vec![f64::INFINITY; self.velocities.len()];
        let corners = self.corners(place);
        for &corner in &corners {
            times[self.number(corner)] = source.straight(&self.place_of(corner)); // not far: at the velocity of the source
        }
        let are_known: Vec<_> = corners.into_iter().map(|corner| self.number(corner)).collect();
        for (order, rounds) in [(Order::First, ROUNDS), (Order::Second, REFINING)] {
            for round in 0..rounds {
                let mut changed = false;
                for directions in 0..1 << D {
                    changed |= self.sweep(order, directions, &source, &are_known, &mut times);
                }
                if !changed && round > 0 {
                    break;
                }
            }
        }
        times
    }

    /// The velocity there, between the points of the cell.
    fn source(&self, place: [f64; D]) -> Source<D> {
        let mut velocity = 0.0;
        for corner in self.corners(place) {
            let share = |k: usize| 1.0 - ((place[k] - self.place_of(corner)[k]) / self.steps[k]).abs();
            velocity += (0..D).map(share).product::<f64>() * self.velocities[self.number(corner)];
        }
        Source { place, slowness: 1.0 / velocity }
    }

    /// The points of the cell in which a place is; along an axis on which it is at a point, that one.
    fn corners(&self, place: [f64; D]) -> Vec<[usize; D]> {
        let mut corners = vec![[0; D]];
        for (axis, place) in place.iter().enumerate() {
            let at = ((place - self.first[axis]) / self.steps[axis]).clamp(0.0, (self.shape[axis] - 1) as f64);
            let ends = [at.floor() as usize, at.ceil() as usize];
            let ends = if ends[0] == ends[1] { &ends[..1] } else { &ends[..] };
            corners = corners
                .iter()
                .flat_map(|corner| ends.iter().map(|&end| array::from_fn(|k| if k == axis { end } else { corner[k] })))
                .collect();
        }
        corners
    }

    fn place_of(&self, point: [usize; D]) -> [f64; D] {
        array::from_fn(|k| self.first[k] + self.steps[k] * point[k] as f64)
    }

    fn number(&self, point: [usize; D]) -> usize {
        point.iter().zip(&self.shape).fold(0, |number, (&at, &n)| number * n + at)
    }

    /// Over all points, backward along the axes whose bits are set; whether a time has changed.
    fn sweep(
        &self,
        order: Order,
        directions: usize,
        source: &Source<D>,
        are_known: &[usize],
        times: &mut [f64],
    ) -> bool {
        let mut changed = false;
        for turn in 0..times.len() {
            let mut rest = turn;
            let mut point = [0; D];
            for axis in (0..D).rev() {
                let at = rest % self.shape[axis];
                rest /= self.shape[axis];
                point[axis] = if directions >> axis & 1 == 1 { self.shape[axis] - 1 - at } else { at };
            }
            let number = self.number(point);
            if are_known.contains(&number) {
                continue;
            }
            let time = self.update(order, point, number, source, times);
            let before = times[number];
            // To first order times fall until they are right.
            let falls = time < before * (1.0 - SETTLED);
            if falls || order == Order::Second && time > before * (1.0 + SETTLED) {
                times[number] = time;
                changed = true;
            }
        }
        changed
    }

    /// The point beyond a neighbour, if a wave reaches it earlier still.
    fn beyond(&self, mut point: [usize; D], axis: usize, side: f64, times: &[f64]) -> Option<[usize; D]> {
        let step =
            |at: usize| if side < 0.0 { at.checked_sub(1) } else { Some(at + 1).filter(|&at| at < self.shape[axis]) };
        point[axis] = step(point[axis])?;
        let time = times[self.number(point)];
        point[axis] = step(point[axis])?;
        (times[self.number(point)] <= time).then_some(point)
    }

    /// τ at a point.
    fn tau(&self, point: [usize; D], source: &Source<D>, times: &[f64]) -> f64 {
        let straight = source.straight(&self.place_of(point));
        if straight > 0.0 { times[self.number(point)] / straight } else { 1.0 }
    }

    /// The time at a point by those of its neighbours.
    fn update(&self, order: Order, point: [usize; D], number: usize, source: &Source<D>, times: &[f64]) -> f64 {
        let place = self.place_of(point);
        let straight = source.straight(&place);
        if straight == 0.0 {
            return 0.0;
        }
        let slowness = 1.0 / self.velocities[number];
        // Along each axis the earlier neighbour: its time, and the terms A τ − B of T₀ ∂τ + τ ∂T₀.
        let mut terms: [Option<(f64, f64, f64)>; D] = [None; D];
        let mut stride = 1;
        for axis in (0..D).rev() {
            let before = (point[axis] > 0).then(|| (times[number - stride], -1.0));
            let behind = (point[axis] + 1 < self.shape[axis]).then(|| (times[number + stride], 1.0));
            stride *= self.shape[axis];
            let sides = [before, behind].into_iter().flatten().filter(|(time, _)| time.is_finite());
            let Some((time, side)) = sides.min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
            let h = self.steps[axis];
            let mut neighbour = point;
            neighbour[axis] = if side < 0.0 { point[axis] - 1 } else { point[axis] + 1 };
            let gradient = source.slowness * source.slowness * (place[axis] - source.place[axis]) / straight;
            // ∂τ ≈ −side (own τ − others)/h
            let tau = self.tau(neighbour, source, times);
            let second = order == Order::Second;
            let beyond = second.then(|| self.beyond(point, axis, side, times)).flatten();
            let (own, others) = match beyond {
                Some(beyond) => (1.5, 2.0 * tau - 0.5 * self.tau(beyond, source, times)),
                None => (1.0, tau),
            };
            terms[axis] = Some((time, -side * own * straight / h + gradient, -side * straight / h * others));
        }
        loop {
            let used = || terms.iter().flatten();
            let latest = used().map(|term| term.0).fold(f64::NEG_INFINITY, f64::max);
            let [aa, ab, bb] = used().fold([0.0; 3], |[aa, ab, bb], &(_, a, b)| [aa + a * a, ab + a * b, bb + b * b]);
            let root = ab * ab - aa * (bb - slowness * slowness);
            let time = if root >= 0.0 && aa > 0.0 { straight * (ab + root.sqrt()) / aa } else { f64::NEG_INFINITY };
            if time >= latest {
                return if latest.is_finite() { time } else { f64::INFINITY }; // nothing has come near
            }
            let from_neighbours = used().filter(|term| term.0.is_finite()).count();
            for axis in 0..D {
                if terms[axis].is_none_or(|term| term.0 < latest) {
                    continue;
                }
                if from_neighbours == 1 {
                    return latest + self.steps[axis] * slowness;
                }
                // The wave comes along other axes. Where it goes by the source on this one, T₀ alone changes along it.
                let across = place[axis] - source.place[axis];
                let gradient = source.slowness * source.slowness * across / straight;
                terms[axis] = (across.abs() < self.steps[axis]).then_some((f64::NEG_INFINITY, gradient, 0.0));
            }
        }
    }
}

/// How well differences are approximated, in the step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    First,
    Second,
}

/// A place with the slowness there.
struct Source<const D: usize> {
    place: [f64; D],
    slowness: f64,
}

impl<const D: usize> Source<D> {
    /// T₀
    fn straight(&self, place: &[f64; D]) -> f64 {
        self.slowness * place.iter().zip(&self.place).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waves_at_one_velocity_go_straight() {
        let velocities = vec![2.0; 30 * 20];
        let medium = Medium { shape: [30, 20], first: [1.0, -2.0], steps: [0.5, 0.25], velocities: &velocities };
        let place = [7.3, 0.1];
        for (number, time) in medium.times(place).into_iter().enumerate() {
            let at = medium.place_of([number / 20, number % 20]);
            let expected = (at[0] - place[0]).hypot(at[1] - place[1]) / 2.0;
            assert!((time - expected).abs() < 1e-12, "{number}: {time}, not {expected}");
        }
    }

    /// With v = v₀ + g z rays are circles: T = acosh(1 + g² d²/(2 v v'))/g.
    #[test]
    fn errors_fall_with_the_step_where_velocity_rises() {
        let worst = |n: usize| {
            let h = 1.0 / (n - 1) as f64;
            let velocity = |z: f64| 1.0 + 2.0 * z;
            let velocities: Vec<_> = (0..n * n).map(|k| velocity((k % n) as f64 * h)).collect();
            let medium = Medium { shape: [n, n], first: [0.0; 2], steps: [h; 2], velocities: &velocities };
            let times = medium.times([0.5, 0.0]);
            let error = |(k, time): (usize, f64)| {
                let (x, z) = ((k / n) as f64 * h - 0.5, (k % n) as f64 * h);
                ((1.0 + 4.0 * (x * x + z * z) / (2.0 * velocity(z))).acosh() / 2.0 - time).abs()
            };
            times.into_iter().enumerate().map(error).fold(0.0, f64::max)
        };
        let (coarse, fine) = (worst(21), worst(81));
        assert!(coarse < 2e-3 && fine < coarse / 8.0, "{coarse} {fine}");
    }

    /// A wall that waves go around.
    #[test]
    fn waves_go_around_what_is_slow() {
        let n = 41;
        let velocity = |k: usize| if k / n == 20 && k % n > 4 { 1e-3 } else { 1.0 };
        let velocities: Vec<_> = (0..n * n).map(velocity).collect();
        let medium = Medium { shape: [n, n], first: [0.0; 2], steps: [1.0; 2], velocities: &velocities };
        let times = medium.times([10.0, 30.0]);
        let around = 10f64.hypot(26.0);
        assert!((times[30 * n + 30] / (2.0 * around) - 1.0).abs() < 0.08, "{} {around}", times[30 * n + 30]);
    }

    #[test]
    fn three_axes_are_swept_too() {
        let velocities = vec![1.5; 7 * 8 * 9];
        let medium = Medium { shape: [7, 8, 9], first: [0.0; 3], steps: [1.0, 2.0, 0.5], velocities: &velocities };
        let times = medium.times([3.0, 2.0, 1.3]);
        let expected = (9.0f64 + 12.0 * 12.0 + 2.7 * 2.7).sqrt() / 1.5;
        assert!((times[6 * 72 + 7 * 9 + 8] - expected).abs() < 1e-12);
    }
}
