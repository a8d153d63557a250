#![allow(dead_code, unreachable_pub)]
macro_rules! bodies { ($($t:tt)*) => {} }
pub(crate) use bodies;
mod solvers { pub(crate) fn hash(k: usize) -> f64 { ((k as u64 + 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11) as f64 / (1u64 << 53) as f64 - 0.5 } }
#[path = "all/zoo/mod.rs"]
mod zoo;
