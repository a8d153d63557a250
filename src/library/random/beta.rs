//! Numbers of the beta distribution for every pair of parameters.

use rand::distr::Open01;
use rand::{Rng, RngExt};
use rand_distr::{Beta, Distribution, StandardNormal};

/// Parameters between which `rand_distr`'s rejection loses no digits.
const MODERATE: std::ops::RangeInclusive<f64> = 0.06..=1e8;

/// A beta distribution.
pub(super) enum AnyBeta {
    Moderate(Beta<f64>),
    /// X / (X + Y) of gamma numbers X and Y with these shapes.
    Ratio(f64, f64),
}

impl AnyBeta {
    /// That of two finite positive parameters.
    pub(super) fn new(a: f64, b: f64) -> Self {
        match Beta::new(a, b) {
            Ok(beta) if MODERATE.contains(&a) && MODERATE.contains(&b) => Self::Moderate(beta),
            _ => Self::Ratio(a, b),
        }
    }
}

impl Distribution<f64> for AnyBeta {
    fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> f64 {
        let (a, b) = match self {
            Self::Moderate(beta) => return beta.sample(rng),
            Self::Ratio(a, b) => (*a, *b),
        };
        let (x, y) = (Gamma::sample(a, rng), Gamma::sample(b, rng));
        // Of two tiny shapes both logarithms may be infinite: in larger units they are not.
        let unit = if a.max(b) < 1e-200 { 2f64.powi(600) } else { 1.0 };
        let power = (y.ln_u / (b * unit) - x.ln_u / (a * unit)) * unit;
        1.0 / (1.0 + y.size / x.size * (y.factor / x.factor) * power.exp())
    }
}

/// A gamma number in factors, of which only the quotients with those of another are formed: size · factor · u^(1/shape).
struct Gamma {
    size: f64,
    factor: f64,
    ln_u: f64,
}

impl Gamma {
    /// G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26
    /// (2000); of shapes below 1 by way of the next one.
    fn sample<R: Rng + ?Sized>(shape: f64, rng: &mut R) -> Self {
        let is_small = shape < 1.0;
        let size = if is_small { shape + 1.0 } else { shape } - 1.0 / 3.0;
        let spread = 1.0 / (3.0 * size.sqrt());
        let factor = loop {
            let x: f64 = StandardNormal.sample(rng);
            let root = 1.0 + spread * x;
            if root <= 0.0 {
                continue;
            }
            let factor = root * root * root;
            let u: f64 = rng.sample(Open01);
            // Of large shapes next to nothing is rejected, and the difference would have no digits.
            if size > 1e12 || u.ln() < 0.5 * x * x + size * (1.0 - factor + factor.ln()) {
                break factor;
            }
        };
        let ln_u = if is_small { rng.sample::<f64, _>(Open01).ln() } else { 0.0 };
        Self { size, factor, ln_u }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::ChaCha8Rng;

    fn draws(a: f64, b: f64) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let beta = AnyBeta::new(a, b);
        (0..20_000).map(|_| beta.sample(&mut rng)).collect()
    }

    fn mean_and_deviation(x: &[f64]) -> (f64, f64) {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / x.len() as f64;
        (mean, variance.sqrt())
    }

    #[test]
    fn means_and_deviations() {
        for (a, b) in [(0.01, 0.03), (0.05, 2.0), (1e9, 1e9), (3e9, 1e9), (1e14, 2e14), (0.02, 1e9), (5.0, 1e10)] {
            let (found, deviation) = mean_and_deviation(&draws(a, b));
            let sum: f64 = a + b;
            let (mean, expected) = (a / sum, (a / sum * (b / sum) / (sum + 1.0)).sqrt());
            assert!((found - mean).abs() < 5.0 * expected / 141.0, "{a} {b}: {found}, not {mean}");
            assert!((deviation / expected - 1.0).abs() < 0.1, "{a} {b}: {deviation}, not {expected}");
        }
    }

    #[test]
    fn both_ways_agree() {
        // P(X ≤ x) = 1 − (1 − x)² where a = 1 and b = 2, and √x for a = 1/2 and b = 1, whichever way.
        for (a, b, cumulative) in [(1.0, 2.0, (|x| x * (2.0 - x)) as fn(f64) -> f64), (0.5, 1.0, f64::sqrt)] {
            for beta in [AnyBeta::new(a, b), AnyBeta::Ratio(a, b)] {
                let mut rng = ChaCha8Rng::seed_from_u64(6);
                let mut x: Vec<f64> = (0..20_000).map(|_| cumulative(beta.sample(&mut rng))).collect();
                x.sort_unstable_by(f64::total_cmp);
                let off = x.iter().enumerate().map(|(k, x)| (x - k as f64 / 20_000.0).abs()).fold(0.0, f64::max);
                assert!(off < 0.012, "{a} {b}: {off}");
            }
        }
    }

    #[test]
    fn extreme_parameters() {
        let share_of_ones = |a, b| draws(a, b).iter().filter(|&&x| x == 1.0).count() as f64 / 20_000.0;
        for size in [1e-3, 1e-10, 1e-300, 5e-324] {
            assert!((share_of_ones(size, size) - 0.5).abs() < 0.03, "{size}");
        }
        assert!((share_of_ones(3e-300, 1e-300) - 0.75).abs() < 0.02);
        for size in [1e20, 1e155, 1e308, f64::MAX] {
            assert!(draws(size, size).iter().all(|x| (x - 0.5).abs() < 1e-9), "{size}");
        }
        assert!(draws(1e300, 1.0).iter().all(|&x| x == 1.0));
        assert!(draws(1e-300, 1e300).iter().all(|&x| x == 0.0));
        assert!(draws(1.0, 1e300).iter().all(|&x| x > 0.0 && x < 1e-298));
    }
}
