//! What a natural cubic spline through samples at 0, 1, … is at a place between them, as weights of the samples.

/// Samples on each side that have weights: beyond them these are below 10⁻²⁰, as they fall by 2 + √3 from sample to sample.
const REACH: usize = 36;

/// Weights of samples, of n ≥ 2, at a place from 0 to n − 1.
///
/// Between the samples j and j + 1 the spline is, with t = place − j and s = 1 − t,
///
/// ```text
/// s xⱼ + t xⱼ₊₁ + (s³ − s)/6 mⱼ + (t³ − t)/6 mⱼ₊₁
/// mₖ₋₁ + 4 mₖ + mₖ₊₁ = 6 (xₖ₋₁ − 2 xₖ + xₖ₊₁),  m₀ = mₙ₋₁ = 0
/// ```
///
/// The matrix of the second line is symmetric: one solution with it gives the weights of all samples.
pub(super) fn weights(n: usize, place: f64) -> Vec<(usize, f64)> {
    let j = (place as usize).min(n - 2);
    let t = place - j as f64;
    let s = 1.0 - t;
    let first = j.saturating_sub(REACH);
    let behind = (j + 2 + REACH).min(n);
    let mut weights = vec![0.0; behind - first];
    weights[j - first] += s;
    weights[j + 1 - first] += t;
    // Of the second derivatives, those from first + 1 to behind − 2; those at the ends are 0, or too far.
    let mut of_curvatures = vec![0.0; (behind - first).saturating_sub(2)];
    for (k, weight) in [(j, s * s * s - s), (j + 1, t * t * t - t)] {
        if let Some(at) = (k - first).checked_sub(1).filter(|&at| at < of_curvatures.len()) {
            of_curvatures[at] = weight; // 1/6 of it, times the 6 above
        }
    }
    solve(&mut of_curvatures);
    for (k, curvature) in of_curvatures.into_iter().enumerate() {
        weights[k] += curvature;
        weights[k + 1] -= 2.0 * curvature;
        weights[k + 2] += curvature;
    }
    let least = f64::EPSILON * f64::EPSILON;
    weights
        .into_iter()
        .enumerate()
        .map(|(k, weight)| (first + k, weight))
        .filter(|entry| entry.1.abs() > least)
        .collect()
}

/// x ← T⁻¹ x, of the matrix with 4 on its diagonal and 1 beside it: elimination needs no pivots.
fn solve(x: &mut [f64]) {
    let n = x.len();
    let mut above = vec![0.0; n];
    for k in 0..n {
        let (before, x_before) = if k == 0 { (0.0, 0.0) } else { (above[k - 1], x[k - 1]) };
        let pivot = 4.0 - before;
        above[k] = 1.0 / pivot;
        x[k] = (x[k] - x_before) / pivot;
    }
    for k in (1..n).rev() {
        x[k - 1] -= above[k - 1] * x[k];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_lines_are_kept() {
        for n in [2, 3, 5, 200] {
            for k in 0..=4 * (n - 1) {
                let place = k as f64 / 4.0;
                let sums = weights(n, place)
                    .iter()
                    .fold([0.0, 0.0], |[one, line], &(j, weight)| [one + weight, line + weight * j as f64]);
                assert!((sums[0] - 1.0).abs() < 1e-14 && (sums[1] - place).abs() < 1e-12, "{n} {place} {sums:?}");
                if k % 4 == 0 {
                    assert_eq!(weights(n, place), [(k / 4, 1.0)], "{n} {place}");
                }
            }
        }
    }
}
