//! `plot_derivative.py`: derivatives of a spike in the middle, along the axis that is cut and along all.

use crate::page::Page;
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // First and second derivative along axis 0.
    let (nx, ny) = (11, 21);
    let layout = Layout::scatter(page.comm, &[nx, ny], 0)?;
    let x = DistArray::from_fn(&layout, |i| f64::from(i == [nx / 2, ny / 2]));
    let y = FirstDerivative::along(0).on(&layout)? * &x;
    page.show("first derivative", &y);
    page.ensure([-1, 1].map(|k| y.get(&[5 + k, 10])) == [Ok(0.5), Ok(-0.5)], "the first derivative of a spike")?;
    let y = SecondDerivative::along(0).on(&layout)? * &x;
    page.show("second derivative", &y);
    page.ensure([-1, 0, 1].map(|k| y.get(&[5 + k, 10])) == [Ok(1.0), Ok(-2.0), Ok(1.0)], "the second one")?;

    // Laplacians with equal weights and with others.
    let (nx, ny) = (12, 21);
    let layout = Layout::scatter(page.comm, &[nx, ny], 0)?;
    let x = DistArray::from_fn(&layout, |i| f64::from(i == [nx / 2, ny / 2]));
    let symmetric = Laplacian::over(&[0, 1]).on(&layout)? * &x;
    page.show("symmetric Laplacian", &symmetric);
    let asymmetric = Laplacian::over(&[0, 1]).weights(&[3.0, 1.0]).on(&layout)? * &x;
    page.show("asymmetric Laplacian", &asymmetric);

    // The gradient is a stack of one array for each axis; its adjoint takes one.
    let gradient = Gradient::new().on(&layout)?;
    let y = &gradient * &x;
    page.show("gradient", &y);
    page.show("adjoint of the gradient", &(gradient.adjoint() * &y));
    Ok(())
}
