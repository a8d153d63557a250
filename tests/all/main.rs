//! All test bodies that run on every engine, in one binary.

mod array;
mod comm;
mod harness;
