//! Why a method cannot go on.

use super::Reason;
use crate::error::Error;

/// Why [`Method::begin`](super::Method::begin) or [`Method::iterate`](super::Method::iterate) cannot go on: `?` makes one of a reason or an error.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// For this reason, which the report tells.
    Reason(Reason),
    /// By an error: there is no report.
    Error(Error),
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Reason(reason)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
