//! Arrays in chunks: their values from those of the global array, changes of mode and of map.

mod change;
mod combined;
mod create;
mod views;

pub(crate) use create::{check_modes, filled, only};
