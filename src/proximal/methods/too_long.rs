//! Steps that are too long, and do not show it by what they change.
//!
//! A function that bounds its vectors holds those of a method that would run away: it goes round then, until all iterations are
//! made. What one step tells of an operator or a function, ‖A d‖²/‖d‖² of its way d, or how far f is above its tangent, is no more than
//! ‖A‖² or ½ L ‖d‖²: so it can prove that steps are longer than those that are known to converge, and nothing else. It is looked at now and
//! then, where the steps are the user's.

use crate::numbers::PartialSum;
use crate::solvers::{Reason, Run, Stop};

/// When to look: at 32 iterations, 64, 128 and so on, so that it costs next to nothing.
pub(super) fn is_time(run: &Run) -> bool {
    run.iteration() >= 32 && run.iteration().is_power_of_two()
}

/// ‖A d‖²/‖d‖² of ‖d‖² and ‖A d‖²: ‖A‖² is no less.
pub(super) fn stretch(sums: [PartialSum; 2], run: &Run) -> Result<f64, Stop> {
    let [d2, image2] = run.sums(sums)?;
    Ok(if d2 < f64::MIN_POSITIVE { 0.0 } else { image2 / d2 })
}

/// Updates that have fallen to this part since it was looked at last are on their way, whatever the theory says.
const FALLING: f64 = 0.9;

/// The update when it was looked at last; 0 before.
#[derive(Debug, Default)]
pub(super) struct Watch {
    update: f64,
}

impl Watch {
    /// Looks at a step that is at least so many times as long as one that converges.
    ///
    /// # Errors
    /// [`Reason::TooLong`] where it is longer, and updates do not fall.
    pub(super) fn judge(&mut self, update: f64, factor: f64) -> Result<(), Stop> {
        let before = std::mem::replace(&mut self.update, update);
        if factor > 1.0 && before > 0.0 && update > FALLING * before {
            return Err(Reason::TooLong(factor).into());
        }
        Ok(())
    }

    /// What it needs to go on.
    pub(super) fn update(&mut self) -> &mut f64 {
        &mut self.update
    }
}
