//! Along lines, axes and others: sums, integrals, fits; places between lines; operators in blocks.

use crate::models::{discs, layers, model, spikes};
use crate::tour::{SHAPE, Tour};
use lops::prelude::*;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let rows = tour.rows.clone();
    let x = model(&rows, layers);

    // The mean trace, but for a factor; the adjoint repeats it.
    tour.show("Sum", &Sum::along(0).on(&rows)?, &x)?;

    // From differences of layers back to layers.
    let steps = &FirstDerivative::along(0).on(&rows)? * &x;
    tour.show("CausalIntegration", &CausalIntegration::half(0).on(&rows)?, &steps)?;

    // Cubics and lines, one for each trace.
    let depths: Vec<_> = (0..SHAPE[0]).map(|row| row as f64 / 31.5 - 1.0).collect();
    let coefficients = |order: usize| {
        let layout = Layout::scatter(tour.comm, &[order + 1, SHAPE[1]], 1)?;
        Ok::<_, Error>(DistArray::from_fn(&layout, |i| (i[0] + i[1]) as f64 / 24.0 - 1.0))
    };
    let (cubics, lines) = (coefficients(3)?, coefficients(1)?);
    tour.show("Regression", &Regression::new(&depths, 3).on(cubics.layout()?)?, &cubics)?;
    tour.show("LinearRegression", &LinearRegression::new(&depths).on(lines.layout()?)?, &lines)?;

    // The model turned about its middle, as far as it goes.
    let (sin, cos) = 0.3f64.sin_cos();
    let turned = |k: usize| {
        let (row, column) = ((k / SHAPE[1]) as f64 - 31.5, (k % SHAPE[1]) as f64 - 23.5);
        let within = |at: f64, n: usize| at.clamp(0.0, n as f64 - 1.0);
        [within(31.5 + cos * row - sin * column, SHAPE[0]), within(23.5 + sin * row + cos * column, SHAPE[1])]
    };
    let places: Vec<_> = (0..SHAPE[0] * SHAPE[1]).map(turned).collect();
    tour.show("Bilinear", &Bilinear::new(&places).on(&rows)?, &x)?;

    // The mixed derivative, of lines of a rank's own along each axis.
    let own = |n: usize| FirstDerivative::along(0).on(&Layout::replicated(&tour.comm.alone(), &[n])?);
    let (down, across) = (own(SHAPE[0])?, own(SHAPE[1])?);
    tour.show("Kronecker", &Kronecker::new(&down, &across).on(&rows)?, &x)?;

    // Two models, one that is seen as it is and by its derivative, the other only by that.
    let (one, slope) = (Identity.on(&rows), FirstDerivative::along(0).on(&rows)?);
    let block = Block::of(vec![vec![one, Zero::to(&rows).on(&rows)?], vec![slope.clone(), slope]])?;
    tour.show("Block", &block, &DistArray::stack(&[&x, &model(&rows, discs)])?)?;

    // Sixteen slopes at each time, as lines through all traces; the adjoint adds along lines.
    let slopes = Layout::replicated(tour.comm, &[16, SHAPE[1]])?;
    let line = |slope: usize, time: usize, x: usize| time as f64 + (slope as f64 - 3.0) * x as f64 / 32.0;
    tour.show("SpreadAlong", &SpreadAlong::linear(SHAPE, line).on(&slopes)?, &model(&slopes, spikes))
}
