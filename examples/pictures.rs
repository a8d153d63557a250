//! What pictures of the programs have in common.

use crate::outputs::Outputs;
use lops::plot::{Curves, Palette, Section};
use lops::prelude::*;

/// In blue, white and red about 0, up to this modulus; of one that is 0 up to what there is.
pub fn both_signs(image: Section<'_>, most: f64) -> Section<'_> {
    let image = image.palette(Palette::Seismic);
    if most > 0.0 && most.is_finite() { image.limits(-most, most) } else { image }
}

/// The modulus that so many thousandths of the values do not exceed; what is not finite counts as 0. All ranks call it: they sort together.
///
/// # Errors
/// [`ErrorKind::Axis`] of no values, [`ErrorKind::Layout`] of a stack and of chunks.
pub fn largest(values: &DistArray<f64>, thousandths: usize) -> Result<f64> {
    let moduli = values.map(|value| if value.is_finite() { value.abs() } else { 0.0 });
    moduli.ravel()?.sort()?.get(&[values.size().saturating_sub(1) * thousandths / 1000])
}

/// Draws how solvers converged, each with what it lowers: `convergence.png`. All ranks call it.
///
/// # Errors
/// Those of the file.
pub fn convergence<'a>(
    comm: &Comm,
    outputs: &Outputs,
    label: &str,
    costs: impl IntoIterator<Item = (String, &'a [f64])>,
) -> Result<()> {
    let costs: Vec<_> = costs.into_iter().collect();
    let curves = Curves::of(comm).title("Convergence").x_label("iteration").y_label(label);
    // Where there is nothing to recover all costs are 0.
    let rises = costs.iter().any(|(_, costs)| costs.iter().any(|&cost| cost > 0.0 && cost.is_finite()));
    let curves = if rises { curves.logarithmic() } else { curves };
    let curves = costs.into_iter().fold(curves, |curves, (name, costs)| curves.values(name, costs));
    curves.save(outputs.folder().join("convergence.png"))
}
