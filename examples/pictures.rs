//! What pictures of the programs have in common.

use crate::outputs::Outputs;
use lops::plot::{Curves, Palette, Section};
use lops::prelude::*;

/// In blue, white and red about 0, up to this modulus; of one that is 0 up to what there is.
pub fn both_signs(image: Section<'_>, most: f64) -> Section<'_> {
    let image = image.palette(Palette::Seismic);
    if most > 0.0 && most.is_finite() { image.limits(-most, most) } else { image }
}

/// The modulus that so many thousandths of the values do not exceed: with 1000 the largest of all that are finite.
pub fn largest<'a>(values: impl IntoIterator<Item = &'a f64>, thousandths: usize) -> f64 {
    let moduli = values.into_iter().map(|value| value.abs()).filter(|value| value.is_finite());
    let mut moduli: Vec<_> = moduli.collect();
    moduli.sort_unstable_by(f64::total_cmp);
    moduli.get(moduli.len().saturating_sub(1) * thousandths / 1000).copied().unwrap_or(0.0)
}

/// Draws how solvers converged, each with what it lowers: `convergence.png`.
///
/// # Errors
/// Those of the file.
pub fn convergence<'a>(
    outputs: &Outputs,
    label: &str,
    costs: impl IntoIterator<Item = (String, &'a [f64])>,
) -> Result<()> {
    let costs: Vec<_> = costs.into_iter().collect();
    let curves = Curves::new().title("Convergence").x_label("iteration").y_label(label);
    // Where there is nothing to recover all costs are 0.
    let rises = costs.iter().any(|(_, costs)| costs.iter().any(|&cost| cost > 0.0 && cost.is_finite()));
    let curves = if rises { curves.logarithmic() } else { curves };
    let curves = costs.into_iter().fold(curves, |curves, (name, costs)| curves.values(name, costs));
    curves.save(outputs.folder().join("convergence.png"))
}
