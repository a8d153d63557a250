//! Ghosts, region by region.

/// What a [`Halo`](super::Halo) brought: the regions that this rank wants, as it named them.
#[derive(Clone, Copy, Debug)]
pub struct Ghosts<'a, T> {
    values: &'a [T],
    starts: &'a [usize],
}

impl<'a, T> Ghosts<'a, T> {
    pub(super) fn new(values: &'a [T], starts: &'a [usize]) -> Self {
        Self { values, starts }
    }

    /// The k-th region, in C order.
    pub fn region(&self, k: usize) -> &'a [T] {
        &self.values[self.starts[k]..self.starts[k + 1]]
    }

    /// All regions, one after another.
    pub fn as_slice(&self) -> &'a [T] {
        self.values
    }
}

/// What a [`HaloBack`](super::HaloBack) takes back: the regions that this rank has something for, as it named them.
#[derive(Debug)]
pub struct GhostsMut<'a, T> {
    values: &'a mut [T],
    starts: &'a [usize],
}

impl<'a, T> GhostsMut<'a, T> {
    pub(super) fn new(values: &'a mut [T], starts: &'a [usize]) -> Self {
        Self { values, starts }
    }

    /// The same for a shorter time.
    pub(crate) fn again(&mut self) -> GhostsMut<'_, T> {
        GhostsMut { values: self.values, starts: self.starts }
    }

    /// The k-th region, in C order.
    pub fn region(&mut self, k: usize) -> &mut [T] {
        &mut self.values[self.starts[k]..self.starts[k + 1]]
    }

    /// All regions, one after another.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.values
    }
}
