//! Arrays in chunks: their values from those of the global array, changes of mode and of map.

mod change;
mod create;
mod settle;
mod views;

pub(crate) use create::{check_modes, filled, only};
