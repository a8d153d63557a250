//! Programs that use lops, each a folder with a `main.rs`; `cargo run --release --example NAME` runs one.
//!
//! - `poststack`: post-stack seismic inversion of a 3-D volume
//! - `features`, `layouts`: tours of distributed arrays and of layouts
//! - `julia`, `pi`, `elimination`, `seismic_volume`: short programs, each about one thing
//! - `own_operator`, `own_method`: an operator and a solver of one's own
//! - `conformance`, `suite`: reference cases, and measurements of fixed work
//!
//! A new one is a folder here, and an entry in `Cargo.toml`.
