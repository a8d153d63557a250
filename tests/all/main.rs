//! All test bodies that run on every engine, in one binary.

mod comm;
mod harness;
