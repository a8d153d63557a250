//! Measurements of lops, one file each; `cargo bench --bench NAME` runs one, `make bench` all.
//!
//! A new one is a file here, and an entry in `Cargo.toml`.
