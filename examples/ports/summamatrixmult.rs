//! `plot_summamatrixmult.py`: a product of matrices that are both in tiles (SUMMA).

use crate::page::Page;
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let (n, m, k) = (6, 6, 6);
    let tiles = |rows, columns| Layout::grid(page.comm, &[rows, columns], &[Cut::Block, Cut::Block]);
    let a = DistArray::from_fn(&tiles(n, k)?, |i| Complex::from((k * i[0] + i[1]) as f64));
    let x = DistArray::from_fn(&tiles(k, m)?, |i| Complex::from((m * i[0] + i[1]) as f64));

    // Forward and adjoint.
    let product = DistMatrixMult::new(&a).to(&tiles(n, m)?).on(x.layout()?)?;
    let y = &product * &x;
    let back = product.adjoint() * &y;
    page.show("Y = A X", &y);
    page.show("Aᴴ Y", &back);
    page.ensure(y.array_equal(&matmul(&a, &x)?.like(&y)?)?, "forward")?;
    page.ensure(back.array_equal(&matmul(&a.conj().t()?, &y)?.like(&back)?)?, "adjoint")?;

    // With the conjugate after it, an operator of one's own.
    let conj = |x: &[Complex<f64>], y: &mut [Complex<f64>]| y.iter_mut().zip(x).for_each(|(y, x)| *y = x.conj());
    let chain = Function::new(conj, conj).name("Conj").between(y.layout()?, y.layout()?) * &product;
    let y = &chain * &x;
    page.show("conj A X", &y);
    page.show("Aᴴ conj Y", &(chain.adjoint() * &y));
    Ok(())
}
