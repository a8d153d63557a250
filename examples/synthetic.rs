//! A made-up basin: folded, faulted, layered rock under an unconformity, with thin beds and gas.
//!
//! Layers are flat in a depth of their own, the depth at which they were laid down. A point's
//! depositional depth is its depth less what folds and faults have done to it since, and its
//! impedance is that of the layer found there. No random numbers but from a fixed seed.

use crate::section::Section;
use lops::ndarray::Array2;

/// Samples along x and z, and their steps in metres.
const SAMPLES: (usize, usize) = (267, 550);
const STEP: (f64, f64) = (12.0, 4.0);
/// Points averaged along each side of a sample, so that sloping edges are not stairs.
const FINER: usize = 3;

/// ln of impedance in km/s · g/cm³.
pub fn section() -> Section {
    let (nx, nz) = SAMPLES;
    let (x, z): (Vec<_>, Vec<_>) =
        ((0..nx).map(|i| STEP.0 * i as f64).collect(), (0..nz).map(|i| STEP.1 * i as f64).collect());
    let basin = Basin::new();
    let values = Array2::from_shape_fn(SAMPLES, |(i, j)| {
        let fine = |k: usize| (k as f64 + 0.5) / FINER as f64 - 0.5;
        let points = (0..FINER * FINER).map(|k| {
            let (x, z) = (x[i] + STEP.0 * fine(k / FINER), z[j] + STEP.1 * fine(k % FINER));
            basin.impedance(x, z).ln()
        });
        points.sum::<f64>() / (FINER * FINER) as f64
    });
    Section { values, x, z }
}

struct Basin {
    /// Flat-lying rock above the unconformity, and deformed rock below it.
    young: Strata,
    old: Strata,
    faults: [Fault; 5],
}

impl Basin {
    fn new() -> Self {
        let mut random = Random(7);
        let fault = |x, dip: f64, throw, top| Fault { x, dip: dip.to_radians(), throw, top };
        Self {
            young: Strata::new(&mut random, &[(0.0, 1750.0), (900.0, 2700.0)], 0.05),
            old: Strata::new(&mut random, &[(0.0, 2500.0), (700.0, 3300.0), (1300.0, 4300.0), (3200.0, 5200.0)], 0.085),
            faults: [
                fault(420.0, 63.0, 75.0, 560.0),
                fault(700.0, -70.0, 45.0, 560.0),
                fault(1130.0, 57.0, 150.0, 430.0),
                fault(2010.0, 61.0, 125.0, 330.0),
                fault(2640.0, 66.0, 70.0, 560.0),
            ],
        }
    }

    fn impedance(&self, x: f64, z: f64) -> f64 {
        let z = z - self.faults.iter().map(|fault| fault.displacement(x, z)).sum::<f64>();
        let relief = 60.0 * (x / 900.0 + 0.6).sin() + 14.0 * (x / 270.0).sin();
        let unconformity = 640.0 + relief;
        if z < unconformity {
            // Younger layers drape over the relief, the less the further above.
            let drape = relief * (z / unconformity).clamp(0.0, 1.0).powi(2);
            return gardner(self.young.velocity(z - drape));
        }
        let arch = 170.0 * (-((x - 1750.0) / 560.0).powi(2)).exp();
        let fold = arch + 40.0 * (x / 430.0 + 1.1).sin() - 0.11 * (x - 1600.0);
        let laid = z - 500.0 + fold * (0.6 + z / 3600.0);
        let velocity = self.old.velocity(laid);
        // Gas where a layer of sand is highest.
        let gas = (395.0..425.0).contains(&laid) && z < 790.0 && (1300.0..2200.0).contains(&x);
        gardner(if gas { 0.80 * velocity } else { velocity })
    }
}

/// A normal fault, curved: steep above, flatter below. What hangs over it has slid down.
struct Fault {
    /// Where it would meet the surface, in metres.
    x: f64,
    /// Down to the right; negative: to the left. In radians.
    dip: f64,
    /// Down-throw in metres, and the depth above which there is none.
    throw: f64,
    top: f64,
}

impl Fault {
    fn displacement(&self, x: f64, z: f64) -> f64 {
        let plane = self.x + (z + z * z / 9000.0) / self.dip.tan();
        let beyond = (x - plane) * self.dip.signum();
        if beyond <= 0.0 {
            return 0.0;
        }
        let grown = ((z - self.top) / 400.0).clamp(0.0, 1.0);
        // Far from the fault the rock has not moved: it rolls over into it.
        self.throw * grown * grown * (3.0 - 2.0 * grown) * (-beyond / 800.0).exp()
    }
}

/// Layers upon layers: bottoms in depositional depth, rising, and velocities in m/s.
struct Strata(Vec<(f64, f64)>);

impl Strata {
    /// Velocities scatter about a trend (depth, velocity), by this fraction.
    fn new(random: &mut Random, trend: &[(f64, f64)], scatter: f64) -> Self {
        let (mut depth, mut layers, mut sign) = (-400.0, Vec::new(), 1.0);
        while depth < 3600.0 {
            // Packages of thin beds between thick layers: 5 to 15 m, 20 to 90 m.
            let beds = if random.next() < 0.4 { 3 + (5.0 * random.next()) as usize } else { 1 };
            for _ in 0..beds {
                let draw = random.next();
                depth += if beds > 1 { 5.0 + 10.0 * draw } else { 20.0 * 4.5_f64.powf(draw) };
                sign = -sign;
                let velocity = interpolate(trend, depth) * (1.0 + sign * scatter * (0.3 + 1.4 * random.next()));
                layers.push((depth, velocity));
            }
        }
        Self(layers)
    }

    fn velocity(&self, depth: f64) -> f64 {
        let at = self.0.partition_point(|(bottom, _)| *bottom <= depth);
        self.0[at.min(self.0.len() - 1)].1
    }
}

/// Impedance of a velocity in m/s, with density after Gardner, Gardner and Gregory, Geophysics 39
/// (1974): ρ = 0.31 v^¼ g/cm³.
fn gardner(velocity: f64) -> f64 {
    1e-3 * velocity * 0.31 * velocity.powf(0.25)
}

/// Linear between points, constant beyond them.
fn interpolate(points: &[(f64, f64)], at: f64) -> f64 {
    let after = points.partition_point(|(x, _)| *x < at).clamp(1, points.len() - 1);
    let ((x0, y0), (x1, y1)) = (points[after - 1], points[after]);
    y0 + (y1 - y0) * ((at - x0) / (x1 - x0)).clamp(0.0, 1.0)
}

/// SplitMix64: Steele, Lea and Flood, OOPSLA 2014.
struct Random(u64);

impl Random {
    /// In [0, 1).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
