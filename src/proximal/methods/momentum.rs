//! Looking ahead: the next step is made from beyond where the last one ended.

use super::blocks::BLOCK;
use crate::array::{DistArray, Summing};
use crate::numbers::{PartialSum, Scalar};
use crate::solvers::{Run, State, combine};
use std::mem;

/// How far a [`ProximalGradient`](super::ProximalGradient) looks ahead, in a step of number k = 0, 1, …: by ω of the step that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceleration {
    /// ω = (t − 1) / t', with t' = (1 + √(1 + 4 t²)) / 2 from t = 1 on. A. Beck and M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183.
    Fista,
    /// ω = k / (k + 3). L. Vandenberghe, Fast proximal gradient methods, lecture notes of UCLA's EE236C.
    Vandenberghe,
}

/// Where the next step is made from.
pub(super) struct Momentum<T: Scalar> {
    pub(super) z: DistArray<T>,
    acceleration: Acceleration,
    pub(super) restarts: bool,
    /// t of FISTA, k of Vandenberghe.
    age: f64,
}

impl<T: Scalar> Momentum<T> {
    pub(super) fn new(acceleration: Acceleration, x: &DistArray<T>) -> Self {
        Self { z: x.zeros_like(), acceleration, restarts: false, age: youngest(acceleration) }
    }

    /// Its part of a method's state.
    pub(super) fn state<'s>(&'s mut self, state: State<'s>) -> State<'s> {
        state.vector("z", &mut self.z).number("age", &mut self.age)
    }

    /// z ← y + ω (y − x), then x ← y. `against` tells that the step went back against the one before: then ω begins anew.
    pub(super) fn advance(&mut self, x: &mut DistArray<T>, y: &mut DistArray<T>, against: bool) {
        let before = if against { youngest(self.acceleration) } else { self.age };
        let omega;
        (self.age, omega) = match self.acceleration {
            Acceleration::Fista => {
                let t = f64::midpoint(1.0, (1.0 + 4.0 * before * before).sqrt());
                (t, (before - 1.0) / t)
            }
            Acceleration::Vandenberghe => (before + 1.0, before / (before + 3.0)),
        };
        combine(&mut self.z, 1.0 + omega, y, -omega, x); //     z ← y + ω (y − x)
        mem::swap(x, y); //                                     x ← y
    }
}

fn youngest(acceleration: Acceleration) -> f64 {
    match acceleration {
        Acceleration::Fista => 1.0,
        Acceleration::Vandenberghe => 0.0,
    }
}

/// ‖y − z‖² and Re ⟨w, y − z⟩ of a vector w, by its elements: this rank's parts, in one pass.
pub(super) fn distance2_and_product<T: Scalar>(
    y: &DistArray<T>,
    z: &DistArray<T>,
    w: impl Fn(usize) -> T,
    run: &Run,
) -> [PartialSum; 2] {
    y.passes_over(3, 0);
    let summing = Summing::from(run);
    let mut sums = [summing.start(), summing.start()];
    let mut rooms = [[T::zero(); BLOCK]; 2];
    let (space, y, z) = (y.space(), y.as_slice(), z.as_slice());
    space.for_each_stretch(summing.counts_replicas(), |range, counted| {
        if !counted {
            return;
        }
        for start in range.clone().step_by(BLOCK) {
            let block = start..(start + BLOCK).min(range.end);
            let [apart, along] = rooms.each_mut().map(|room| &mut room[..block.len()]);
            for (i, k) in block.enumerate() {
                (apart[i], along[i]) = (y[k] - z[k], w(k));
            }
            T::add_squares(&mut sums[0], apart);
            T::add_real_products(&mut sums[1], along, apart);
        }
    });
    sums
}
