//! Products with matrices that are cut over the ranks.

mod fredholm1;

pub use fredholm1::Fredholm1;
