//! Waves scattered once, in steps of time: the two closures of an operator, and what they share.

use lops::prelude::*;
use lops::signal::{Wavelet, axis, ricker};
use std::rc::Rc;

/// Metres between points, seconds between steps, m/s, Hz, points of the margin in which waves die away.
pub(crate) const H: f64 = 10.0;
pub(crate) const DT: f64 = 0.002;
const VELOCITY: f64 = 2000.0;
const PEAK: f64 = 18.0;
const MARGIN: usize = 12;

/// A section of `[nz, nx]` points. Those at its edge stay at rest, so that the Laplacian is symmetric.
pub(crate) struct Medium {
    nz: usize,
    nx: usize,
    /// How much of a wave is left at each point after a step.
    sponge: Vec<f64>,
    /// (v Δt / h)²
    courant: f64,
    steps: usize,
}

/// Waves of one shot in the medium without scatterers: for each step what a scatterer would send out.
struct Shot {
    medium: Rc<Medium>,
    sources: Vec<f64>,
    receivers: Vec<usize>,
}

impl Medium {
    pub(crate) fn new(nz: usize, nx: usize, steps: usize) -> Rc<Self> {
        let left = |at: usize, n: usize| (0.02 * (MARGIN.saturating_sub(at.min(n - 1 - at))) as f64).powi(2);
        let sponge = (0..nz * nx).map(|i| (-left(i / nx, nz) - left(i % nx, nx)).exp()).collect();
        Rc::new(Self { nz, nx, sponge, courant: (VELOCITY * DT / H).powi(2), steps })
    }

    /// The operator from scatterers to the record `[steps, receivers]` of the shot at a point of the surface, for one rank.
    pub(crate) fn shot(self: &Rc<Self>, comm: &Comm, at: usize) -> Result<Operator<f64>> {
        let depth = MARGIN * self.nx;
        let receivers: Vec<_> = (MARGIN..self.nx - MARGIN).step_by(2).map(|x| depth + x).collect();
        let spaces = [&[self.nz, self.nx], &[self.steps, receivers.len()]].map(|shape| Layout::replicated(comm, shape));
        let [scatterers, record] = spaces;
        let shot = Rc::new(Shot { sources: self.sources(depth + at)?, medium: self.clone(), receivers });
        let same = shot.clone();
        let operator = Function::new(
            move |m: &[f64], d: &mut [f64]| shot.model(m, d),
            move |d: &[f64], m: &mut [f64]| same.migrate(d, m),
        );
        Ok(operator.name("Shot").between(&scatterers?, &record?))
    }

    /// uⁿ⁺¹ − 2 uⁿ + uⁿ⁻¹ of the waves that a source at this point sends out, where there may be scatterers.
    fn sources(&self, at: usize) -> Result<Vec<f64>> {
        let Wavelet { samples, .. } = ricker(&axis(0.0, DT, 61), PEAK)?;
        let (mut before, mut now) = (vec![0.0; self.sponge.len()], vec![0.0; self.sponge.len()]);
        let water = (MARGIN + 2) * self.nx; // nothing scatters in it
        let mut sources = Vec::with_capacity(self.steps * now.len());
        for step in 0..self.steps {
            let old = before.clone();
            self.step(&now, &mut before);
            before[at] += samples.get(step).copied().unwrap_or(0.0);
            std::mem::swap(&mut before, &mut now); // now: uⁿ⁺¹, before: uⁿ
            let changes = now.iter().zip(&before).zip(old).map(|((next, now), old)| next - 2.0 * now + old);
            sources.extend(changes.enumerate().map(|(i, change)| if i < water { 0.0 } else { change }));
        }
        Ok(sources)
    }

    /// before ← S (2 + c L) now − S² before
    fn step(&self, now: &[f64], before: &mut [f64]) {
        self.with_laplacian(now, |i, laplacian| {
            let s = self.sponge[i];
            before[i] = s * (2.0 * now[i] + self.courant * laplacian) - s * s * before[i];
        });
    }

    /// before ← (2 + c L) S now − S² before: the transposed matrices
    fn step_back(&self, now: &[f64], scaled: &mut [f64], before: &mut [f64]) {
        scaled.iter_mut().zip(now).zip(&self.sponge).for_each(|((y, x), s)| *y = s * x);
        self.with_laplacian(scaled, |i, laplacian| {
            let s = self.sponge[i];
            before[i] = 2.0 * scaled[i] + self.courant * laplacian - s * s * before[i];
        });
    }

    /// L: the sum of the four neighbours less four times the point, of all points that are not on the edge.
    fn with_laplacian(&self, x: &[f64], mut put: impl FnMut(usize, f64)) {
        let nx = self.nx;
        for row in 1..self.nz - 1 {
            for i in row * nx + 1..(row + 1) * nx - 1 {
                put(i, x[i - 1] + x[i + 1] + x[i - nx] + x[i + nx] - 4.0 * x[i]);
            }
        }
    }
}

impl Shot {
    /// wⁿ⁺¹ = S (2 + c L) wⁿ − S² wⁿ⁻¹ + m qⁿ,   dⁿ = R wⁿ⁺¹
    fn model(&self, m: &[f64], d: &mut [f64]) {
        let (mut before, mut now) = (vec![0.0; m.len()], vec![0.0; m.len()]);
        for (q, d) in self.sources.chunks_exact(m.len()).zip(d.chunks_exact_mut(self.receivers.len())) {
            self.medium.step(&now, &mut before);
            before.iter_mut().zip(m).zip(q).for_each(|((w, m), q)| *w += m * q);
            std::mem::swap(&mut before, &mut now);
            d.iter_mut().zip(&self.receivers).for_each(|(d, &i)| *d = now[i]);
        }
    }

    /// The same backwards: λⁿ = (2 + c L) S λⁿ⁺¹ − S² λⁿ⁺² + Rᵀ dⁿ,   m = Σ qⁿ λⁿ
    fn migrate(&self, d: &[f64], m: &mut [f64]) {
        let (mut before, mut now, mut scaled) = (vec![0.0; m.len()], vec![0.0; m.len()], vec![0.0; m.len()]);
        m.fill(0.0);
        let sources = self.sources.chunks_exact(m.len());
        for (q, d) in sources.zip(d.chunks_exact(self.receivers.len())).rev() {
            self.medium.step_back(&now, &mut scaled, &mut before);
            d.iter().zip(&self.receivers).for_each(|(d, &i)| before[i] += d);
            std::mem::swap(&mut before, &mut now);
            m.iter_mut().zip(q).zip(&now).for_each(|((m, q), w)| *m += q * w);
        }
    }
}
