//! The nearest point of the ℓ₁ ball, of a distributed vector.

use super::soft::Threshold;
use super::sparse_problem::BLOCK;
use crate::array::{DistArray, Summing};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::solvers::{Run, Stop};

/// x ← the nearest point with ‖x‖₁ ≤ τ: a soft threshold at the level λ with Σ max(|xᵢ| − λ, 0) = τ, which Newton's method finds
/// from the last one, exactly, as the sum is piecewise linear and convex in λ. Returns that level.
///
/// J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, ICML 2008; C. Michelot, J. Optim. Theory Appl. 50 (1986) 195.
///
/// # Communication
/// One all-reduce of 912 bytes a step, of which there are few: two or three where the last level is near.
pub(super) fn project<T: Scalar>(x: &mut DistArray<T>, tau: f64, guess: f64, run: &Run) -> Result<f64, Stop> {
    let level = level(tau, guess, |level| above(x, level, run))?;
    if level > 0.0 {
        Threshold::Soft.apply(x, level);
    }
    Ok(level)
}

/// The level λ at which what is above it sums up to τ. `above` gives the sum that λ is taken off, and how fast that is: of moduli their sum and their
/// number.
pub(crate) fn level<E>(tau: f64, guess: f64, mut above: impl FnMut(f64) -> Result<[f64; 2], E>) -> Result<f64, E> {
    let mut level = guess.max(0.0);
    let mut is_below = false;
    // Each step from below the root passes a modulus; rounding ends them before.
    for _ in 0..MOST_STEPS {
        let [size, count] = above(level)?;
        if count == 0.0 {
            // All are within: where even level 0 leaves nothing, x is 0.
            if level == 0.0 {
                return Ok(0.0);
            }
            (level, is_below) = (0.0, false);
            continue;
        }
        let next = ((size - tau) / count).max(0.0);
        if next == level || (is_below && next < level) {
            break;
        }
        (level, is_below) = (next, true);
    }
    Ok(level)
}

/// More than any vector has needed.
const MOST_STEPS: usize = 200;

/// Of the moduli above a level: their sum, and how many there are.
fn above<T: Scalar>(x: &DistArray<T>, level: f64, run: &Run) -> Result<[f64; 2], Stop> {
    x.passes_over(1, 0);
    let summing = Summing::from(run);
    let (mut size, mut count) = (summing.start(), 0u64);
    let mut large = [T::zero(); BLOCK];
    x.space().for_each_stretch(summing.counts_replicas(), |range, counted| {
        if !counted {
            return;
        }
        for block in x.as_slice()[range].chunks(BLOCK) {
            let large = &mut large[..block.len()];
            for (large, &x) in large.iter_mut().zip(block) {
                let is_above = x.modulus().to_f64() > level;
                *large = if is_above { x } else { T::zero() };
                count += u64::from(is_above);
            }
            T::add_moduli(&mut size, large);
        }
    });
    let count = run.number(count as f64);
    run.sums([size, count])
}
