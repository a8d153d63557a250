//! What an iteration sends.

use crate::array::{Reducer, Space};
use crate::comm::Sent;
use crate::error::Result;
use crate::numbers::Summation;

/// What this rank sends in an iteration of a method, as [`Cg::communication`](super::Cg::communication) says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerIteration {
    /// For applications of the operator and its adjoint.
    pub applications: Sent,
    /// For sums over all ranks.
    pub sums: Sent,
}

impl PerIteration {
    /// That of these applications, and of exact sums over vectors of some spaces: so many in each message.
    ///
    /// # Errors
    /// Those of vectors that cannot be summed together.
    pub(super) fn of(applications: Sent, spaces: &[&Space], messages: &[usize]) -> Result<Self> {
        let reducer = Reducer::new(spaces, Summation::Exact)?;
        let sent = messages.iter().map(|&sums| reducer.sends(sums));
        Ok(Self { applications, sums: sent.fold(Sent::NOTHING, |all, sent| all + sent) })
    }

    /// Both together.
    pub fn total(self) -> Sent {
        self.applications + self.sums
    }
}
