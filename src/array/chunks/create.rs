//! Arrays in chunks from values of the global array.

use crate::array::Space;
use crate::error::Result;
use crate::layout::{Folding, Layout, Placing, stretches};
use crate::numbers::{Element, memory};

impl Layout {
    /// How elements of a type are combined here.
    ///
    /// # Errors
    /// Those of [`Mode::identity`](crate::layout::Mode::identity).
    pub(crate) fn folding<T: Element>(&self) -> Result<Folding<T>> {
        self.mode().folding()
    }

    /// Of values that every chunk has been given, keeps those that count: in sums and products the first
    /// chunk keeps an element, and the others get the identity.
    pub(crate) fn keep_first<T: Element>(&self, values: Vec<T>) -> Result<Vec<T>> {
        let identity = self.folding::<T>()?.identity;
        if Placing::of(self.mode()) == Placing::All {
            return Ok(values);
        }
        Ok(only(&values, self.counted(), identity))
    }
}

/// The values of these stretches, and the identity elsewhere.
pub(crate) fn only<T: Element>(values: &[T], stretches: &[std::ops::Range<usize>], identity: T) -> Vec<T> {
    let mut kept = vec![identity; values.len()];
    for range in stretches {
        kept[range.clone()].copy_from_slice(&values[range.clone()]);
    }
    kept
}

impl Layout {
    /// The stretches of this rank's buffer that hold elements which no chunk before has, computed once.
    pub(crate) fn counted(&self) -> &[std::ops::Range<usize>] {
        self.counted_or(|| stretches(self, Placing::First))
    }
}

/// The buffer of this rank of a vector which has one value everywhere.
///
/// # Errors
/// Those of [`Mode::identity`](crate::layout::Mode::identity).
pub(crate) fn filled<T: Element>(space: &Space, value: T) -> Result<Vec<T>> {
    if !space.combines() {
        return Ok(memory::filled(space.local_len(), value));
    }
    let mut all = Vec::with_capacity(space.local_len());
    for layout in space.layouts() {
        all.extend(layout.keep_first(vec![value; layout.local_len()])?);
    }
    Ok(all)
}

/// `Ok` if every mode of the space is defined for the type.
///
/// # Errors
/// Those of [`Mode::identity`](crate::layout::Mode::identity).
pub(crate) fn check_modes<T: Element>(space: &Space) -> Result<()> {
    space.layouts().iter().try_for_each(|layout| layout.folding::<T>().map(|_| ()))
}
