//! `plot_stacking.py`: derivatives along two axes, k times each for part k, stacked in three ways.

use crate::{PARTS, page::Page};
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (nv, nh) = (11, 22);
    let own = Layout::scatter(&page.comm.alone(), &[nv, nh], 0)?;
    let d2v = SecondDerivative::along(0).on::<f64>(&own)?;
    let d2h = SecondDerivative::along(1).on::<f64>(&own)?;
    let operator = |k: usize| Ok((k / 2 + 1) as f64 * if k.is_multiple_of(2) { &d2v } else { &d2h });

    // One below the other: all ranks have the model, the data is cut.
    let v_stack = VStack::over(page.comm, 2 * PARTS, operator)?;
    let spike = nv / 2 * nh + nh / 2;
    let x = DistArray::from_fn(v_stack.domain().layout()?, |i| f64::from(i[0] == spike));
    let y = &v_stack * &x;
    page.show("VStack", &y);
    page.show("adjoint of VStack", &(v_stack.adjoint() * &y));

    // Side by side: the model is cut, all ranks have the data.
    let h_stack = HStack::over(page.comm, 2 * PARTS, operator)?;
    let x = DistArray::from_fn(h_stack.domain().layout()?, |i| f64::from(i[0] % (nv * nh) == spike));
    let y = &h_stack * &x;
    page.show("HStack", &y);
    page.show("adjoint of HStack", &(h_stack.adjoint() * &y));

    // On the diagonal: both are cut.
    let diagonal = BlockDiag::over(page.comm, 2 * PARTS, operator)?;
    let y = &diagonal * &x;
    page.show("BlockDiag", &y);
    page.show("adjoint of BlockDiag", &(diagonal.adjoint() * &y));
    Ok(())
}
