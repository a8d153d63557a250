//! Numbers and spaces that are looked at before anything is made of them.

use crate::array::Space;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{Real, Scalar};
use num_traits::Float;

/// `Ok` if the number is finite and above 0.
pub(super) fn positive(what: &str, number: f64) -> Result<()> {
    if number.is_finite() && number > 0.0 {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, what, "a finite number above 0", number))
}

/// `Ok` if the number is finite.
pub(super) fn finite(what: &str, number: f64) -> Result<()> {
    if number.is_finite() {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, what, "a finite number", number))
}

/// The tolerance of a solver inside, if it is a finite number from 0; not less than rounding errors are.
pub(super) fn tolerance<T: Scalar>(what: &str, number: f64) -> Result<f64> {
    if number.is_finite() && number >= 0.0 {
        return Ok(number.max(8.0 * Real::to_f64(T::Real::epsilon())));
    }
    Err(Error::expected(ErrorKind::Parameter, what, "a finite number, not negative", number))
}

/// The space, if no array in it is in chunks that are still to be combined.
pub(super) fn combined(space: impl Into<Space>, what: &str) -> Result<Space> {
    let space = space.into();
    if space.combines() {
        let expected = "chunks that are combined (see change_mode(Mode::Replica))";
        return Err(Error::expected(ErrorKind::Layout, format!("space of {what}"), expected, &space));
    }
    Ok(space)
}
