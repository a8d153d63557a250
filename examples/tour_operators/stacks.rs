//! Operators made of operators: sums and products, stacks of members, and parts that ranks share out.

use crate::models::{discs, layers, model};
use crate::tour::{SHAPE, Tour};
use lops::prelude::*;

/// Filters of the parts: means of 1, 5 and 9 rows.
fn means(k: usize) -> Vec<f64> {
    vec![1.0 / (4 * k + 1) as f64; 4 * k + 1]
}

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (comm, rows) = (tour.comm, tour.rows.clone());
    let x = model(&rows, layers);
    let identity = Identity.on::<f64>(&rows);
    let l = Laplacian::over(&[0, 1]).on::<f64>(&rows)?;
    let derivative = |axis: usize| FirstDerivative::along(axis).on::<f64>(&rows);

    // I − LᴴL / 64: what is rough is weakened.
    tour.show("Algebra", &(&identity - (1.0 / 64.0) * (l.adjoint() * &l)), &x)?;

    // Stacks of whole arrays, which all ranks work on together.
    let below = StackedVStack::of(vec![identity.clone(), 0.5 * &l])?;
    tour.show("StackedVStack", &below, &x)?;
    let two = DistArray::stack(&[&x, &model(&rows, discs)])?;
    let beside = StackedHStack::of(vec![identity.clone(), 2.0 * &identity])?;
    tour.show("StackedHStack", &beside, &two)?;
    let each = StackedBlockDiag::of(vec![derivative(0)?, derivative(1)?])?;
    tour.show("StackedBlockDiag", &each, &two)?;

    // Three parts by number, which ranks share out: each works on its own part alone. Arrays are flat.
    let own = Layout::scatter(&comm.alone(), &[SHAPE[0] / 2, SHAPE[1]], 0)?;
    let filter = |k: usize| Convolve1D::new(&means(k), 2 * k).along(0).on(&own);
    let blocks = BlockDiag::over(comm, 3, filter)?;
    tour.show("BlockDiag", &blocks, &model(blocks.domain().layout()?, layers))?;
    let all = VStack::over(comm, 3, filter)?;
    tour.show("VStack", &all, &model(all.domain().layout()?, layers))?;
    let sum = HStack::over(comm, 3, filter)?;
    tour.show("HStack", &sum, &model(sum.domain().layout()?, layers))
}
