//! What an operator sends each time it is applied.

use crate::comm::Sent;
use std::ops::{Add, AddAssign};

/// What this rank sends each time an operator is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Communication {
    /// By a forward application.
    pub forward: Sent,
    /// By an adjoint application.
    pub adjoint: Sent,
}

impl Communication {
    /// The same both ways.
    #[must_use]
    pub fn both(sent: Sent) -> Self {
        Self { forward: sent, adjoint: sent }
    }

    /// That of the adjoint operator.
    #[must_use]
    pub fn reversed(self) -> Self {
        Self { forward: self.adjoint, adjoint: self.forward }
    }

    /// That of so many applications.
    pub(super) fn times(self, n: usize) -> Self {
        let times = |sent: Sent| {
            let n = n as u64;
            Sent { calls: n * sent.calls, messages: n * sent.messages, bytes: n * sent.bytes }
        };
        Self { forward: times(self.forward), adjoint: times(self.adjoint) }
    }
}

impl Add for Communication {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { forward: self.forward + other.forward, adjoint: self.adjoint + other.adjoint }
    }
}

impl AddAssign for Communication {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
