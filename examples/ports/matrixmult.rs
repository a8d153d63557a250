//! `plot_matrixmult.py`: a product of matrices, A in blocks of rows and X in blocks of columns.

use crate::page::Page;
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (n, k, m) = (4, 4, 4);
    let mut random = Random::seed(42);
    let a = random.uniform::<f32>(&Layout::scatter(page.comm, &[n, k], 0)?, 0.0, 1.0)?;
    let x = random.uniform::<f32>(&Layout::scatter(page.comm, &[k, m], 1)?, 0.0, 1.0)?;

    // Forward and adjoint, on any number of ranks; Y lies as X does.
    let product = DistMatrixMult::new(&a).on(x.layout()?)?;
    let y = &product * &x;
    let back = product.adjoint() * &y;
    page.show("Y = A X", &y);
    page.show("Aᴴ Y", &back);
    page.ensure(y.allclose(&matmul(&a, &x)?.like(&y)?, 1e-6, 0.0)?, "forward")?;
    page.ensure(back.allclose(&matmul(&a.t()?, &y)?.like(&back)?, 1e-6, 0.0)?, "adjoint")?;

    // With a derivative after it.
    let chain = FirstDerivative::along(0).on::<f32>(y.layout()?)? * &product;
    let y = &chain * &x;
    page.show("D A X", &y);
    page.show("Aᴴ Dᴴ Y", &(chain.adjoint() * &y));
    Ok(())
}
