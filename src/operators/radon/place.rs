//! Samples of times.

/// The sample at or before a time in samples, and how far behind it: one that is whole but for rounding is whole.
pub(super) fn place(time: f64) -> (f64, f64) {
    let near = time.round();
    if (time - near).abs() < 1e-9 { (near, 0.0) } else { (time.floor(), time - time.floor()) }
}
