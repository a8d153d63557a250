//! Elementwise functions: against NumPy's figures, on every layout, three operands, whole comparisons.

mod figures;
mod layouts;

use crate::harness::Body;

/// The bodies of both files.
pub const BODIES: [&[Body]; 2] = [figures::BODIES, layouts::BODIES];
