//! Plain floating-point sums, for those who ask for them: as fast as memory, but their bits depend on the cut.

use super::terms::Terms;
use multiversion::multiversion;

/// Partial sums in flight: enough to hide the latency of addition at every vector width.
const LANES: usize = 32;

/// Σ terms in 32 interleaved partial sums, added in one fixed order: the same bits at every vector width.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx512dq", "x86_64+avx2"))]
pub(crate) fn sum<T: Terms>(terms: T) -> f64 {
    let mut partial = [0.0; LANES];
    terms.for_each_lanes::<LANES>(
        #[inline(always)]
        |lanes| {
            for (sum, term) in partial.iter_mut().zip(lanes) {
                *sum += term;
            }
        },
    );
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            partial[lane] += partial[lane + width];
        }
    }
    partial[0]
}
