//! NumPy's files: `.npy` and `.npz` in, `.npy` out.
//!
//! A file is judged before it is believed: what its header claims is held against its length
//! before memory is taken, and every error names the file, the entry, what was expected and what
//! was found. Files are written whole or not at all.

mod atomic;
mod element;
mod header;
mod npy;
mod npz;
#[cfg(test)]
pub(crate) mod tests;
mod widen;

pub(crate) use atomic::write_atomically;
pub use element::NpyElement;
pub use npy::{read_npy, read_npy_f64, write_npy};
pub use npz::{npz_names, read_npz, read_npz_f64};
