//! How often an axis can be halved.

use crate::error::{Error, ErrorKind, Result};

/// Two to the power of the levels, if an axis of n samples, with zeros behind it, has that many for the last of them.
pub(super) fn divisor(name: &str, axis: usize, n: usize, levels: usize) -> Result<usize> {
    let divisor = u32::try_from(levels).ok().and_then(|levels| 1usize.checked_shl(levels));
    divisor.filter(|&divisor| n > divisor / 2).ok_or_else(|| {
        let expected = format!("more than half of 2^{levels}");
        Error::expected(ErrorKind::Shape, format!("samples on axis {axis} of {name}"), expected, n)
    })
}
