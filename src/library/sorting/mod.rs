//! Sorting, and what rests on it: order along an axis and of whole arrays, search, histograms, unique elements.

mod global;
mod histogram;
mod lines;
mod order;
mod search;
mod splitters;
mod unique;

pub use histogram::Histogram;
pub use order::Sortable;
pub use search::Side;
