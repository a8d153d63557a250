//! What the operator of a window is made for.

use crate::layout::Layout;

/// One of the windows of [`Windows`](super::Windows).
#[derive(Clone, Debug)]
pub struct Window<const D: usize> {
    number: [usize; D],
    starts: Vec<usize>,
    layout: Layout,
}

impl<const D: usize> Window<D> {
    pub(super) fn new(number: [usize; D], starts: Vec<usize>, layout: Layout) -> Self {
        Self { number, starts, layout }
    }

    /// Which one it is along each of the axes that windows run along.
    pub fn number(&self) -> [usize; D] {
        self.number
    }

    /// Where it begins, on every axis of the array.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Its part of the array, on this rank alone: the range of its operator.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// A layout for its model, on the same rank.
    ///
    /// # Errors
    /// Those of [`Layout::replicated`].
    pub fn model(&self, shape: &[usize]) -> crate::Result<Layout> {
        Layout::replicated(self.layout.comm(), shape)
    }
}
