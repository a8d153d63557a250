//! This rank's block of an array, which knows where it lies.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Region};
use crate::numbers::Element;
use ndarray::{ArrayViewD, ArrayViewMutD};
use std::borrow::Cow;
use std::fmt;

/// This rank's block of an array, as [`DistArray::apply`] passes it.
pub struct Block<'a, T: 'static>(pub(super) &'a DistArray<T>);

/// This rank's block of an array, to be changed, as [`DistArray::apply_mut`] passes it.
pub struct BlockMut<'a, T: 'static>(pub(super) &'a mut DistArray<T>);

macro_rules! blocks {
    ($($block:ident)*) => {$(
        impl<T: Element> $block<'_, T> {
            /// This rank.
            pub fn rank(&self) -> usize {
                self.0.comm().rank()
            }

            /// The shape of the global array; of a stack, the number of its elements.
            pub fn shape(&self) -> Vec<usize> {
                self.0.shape()
            }

            /// The values, with their true shape; of chunks and stacks as one axis.
            pub fn local(&self) -> ArrayViewD<'_, T> {
                self.0.local()
            }

            /// The values in C order of the block.
            pub fn as_slice(&self) -> &[T] {
                self.0.as_slice()
            }

            /// Whether this rank has nothing.
            pub fn is_empty(&self) -> bool {
                self.0.as_slice().is_empty()
            }

            /// The global indices that the block has of an axis, in its order: index i of the block is
            /// `global(axis)?.get(i)` of the array.
            ///
            /// # Errors
            /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of chunks
            /// ([`regions`](Self::regions) says where they lie) and stacks.
            pub fn global(&self, axis: usize) -> Result<IndexSet> {
                let layout = self.0.layout_with_axis(axis)?;
                if layout.chunks().is_some() {
                    let what = "array whose ranks have a block each";
                    return Err(Error::expected(ErrorKind::Layout, what, "no chunks", layout));
                }
                Ok(layout.regions(self.rank())[0].sets()[axis].clone())
            }

            /// The global index of an element of the block. Of chunks it is asked for by its place in the
            /// rank's buffer.
            ///
            /// # Errors
            /// [`ErrorKind::Shape`] if the block has no such element; [`ErrorKind::Layout`] of a stack.
            pub fn global_index(&self, local: &[usize]) -> Result<Vec<usize>> {
                let layout = self.0.layout()?;
                let shape = layout.local_shape();
                if local.len() != shape.len() || local.iter().zip(&shape).any(|(i, n)| i >= n) {
                    let expected = format!("one within a block of shape {shape:?}");
                    return Err(Error::expected(ErrorKind::Shape, "local index", expected, format!("{local:?}")));
                }
                let place = local.iter().zip(&shape).fold(0, |at, (&i, &n)| at * n + i);
                Ok(layout.global_index(self.rank(), place))
            }

            /// The regions of the global array that lie in the rank's buffer, one after another: of all but
            /// chunks one.
            ///
            /// # Errors
            /// [`ErrorKind::Layout`] of a stack.
            pub fn regions(&self) -> Result<Cow<'_, [Region]>> {
                Ok(self.0.layout()?.regions(self.rank()))
            }
        }

        impl<T: Element> fmt::Debug for $block<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "block of rank {} of {}", self.rank(), self.0.space())
            }
        }
    )*};
}
blocks! { Block BlockMut }

impl<T: Element> BlockMut<'_, T> {
    /// The values, to be changed.
    pub fn local_mut(&mut self) -> ArrayViewMutD<'_, T> {
        self.0.local_mut()
    }

    /// The values in C order of the block, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        self.0.as_mut_slice()
    }
}
