//! Traces that are missing.

use lops::prelude::*;

/// Which of n traces were recorded, in ascending order: so many per cent, of an order of a seed, the same on every rank.
///
/// # Errors
/// [`ErrorKind::Parameter`], in the words of `--keep`, unless that is above 0 and at most 100.
pub fn kept(comm: &Comm, n: usize, percent: f64, seed: u64) -> Result<Vec<usize>> {
    if !(percent > 0.0 && percent <= 100.0) {
        return Err(Error::expected(ErrorKind::Parameter, "--keep", "above 0, and at most 100", percent));
    }
    let count = ((n as f64 * percent / 100.0).round() as usize).max(1);
    let order = Random::seed(seed).permutation(&Layout::scatter(comm, &[n], 0)?)?.gather_all();
    let mut kept: Vec<usize> = order.iter().copied().take(count).collect();
    kept.sort_unstable();
    Ok(kept)
}
