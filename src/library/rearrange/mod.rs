//! Elements in other places: joined, split, turned, shifted, padded, repeated, and their differences.
//!
//! Most of it is one thing: every axis of the result is a few picks of the same axis of the source, one
//! after another ([`mosaic`]). What is picked is taken where it lies, as a slice, and one exchange brings
//! it to the layout of the result, each element at most once. Where the result can stay on the ranks that
//! hold it (parts, transposes, repeated rows) nothing is sent at all.

mod diff;
mod flip;
mod join;
mod mosaic;
mod pad;
mod permuted_copy;
mod pick;
mod repeat;
mod result_layout;
mod roll;
mod split;
mod transpose;

pub use pad::Pad;
pub(crate) use permuted_copy::{Walk, inverse, permuted};
pub(crate) use result_layout::once;
