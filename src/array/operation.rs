//! Operations on arrays, as ranks compare them: the name, the type, the space, and what else they are told.

use super::dist_array::DistArray;
use crate::comm::Operation;
use crate::numbers::Element;
use std::fmt::{self, Arguments};

impl<T: Element> DistArray<T> {
    /// Begins an operation of all ranks on this array (see [`Comm::operation`](crate::Comm::operation)).
    pub(crate) fn operation(&self, name: &'static str, told: Arguments<'_>) -> Operation {
        self.comm().operation(name, format_args!("{}, {:#}{told}", T::DTYPE, self.space()))
    }

    /// Tells of a pass over vectors like this one, of which so many are only read and so many written.
    pub(crate) fn passes_over(&self, read: usize, written: usize) {
        let bytes = size_of_val(self.as_slice());
        self.comm().moves(read * bytes, written * bytes);
    }

    /// As [`operation`](Self::operation), of one that sends nothing where every rank holds all.
    pub(crate) fn of_whole(&self, name: &'static str, told: Arguments<'_>) -> Option<Operation> {
        (!self.space().is_replicated()).then(|| self.operation(name, told))
    }

    /// Begins a reduction over the ranks of this one's colour; none where every rank holds all and nothing is sent.
    pub(crate) fn reduction(&self, name: &'static str, told: Arguments<'_>) -> Option<Operation> {
        let begin = || self.space().group().operation(name, format_args!("{}, {:#}{told}", T::DTYPE, self.space()));
        (!self.space().is_replicated()).then(begin)
    }
}

/// The spaces of some arrays, in full.
pub(crate) struct Spaces<'a, T: 'static>(pub(crate) &'a [&'a DistArray<T>]);

impl<T: Element> fmt::Display for Spaces<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|array| write!(f, "({:#})", array.space()))
    }
}
