//! `plot_prox.py`: values, proxes and gradients of functions, with and without an operator.

use crate::{PARTS, page::Page};
use lops::prelude::*;
use lops::proximal::{Bounds, L1, L2, L21, LeastSquares};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // Part k, of 1 to 4, has k times 0, 1, … 9.
    let n = 10;
    let layout = Layout::scatter(page.comm, &[n * PARTS], 0)?;
    let x = DistArray::from_fn(&layout, |i| ((i[0] / n + 1) * (i[0] % n)) as f64);

    // The norm of moduli.
    let l1 = L1::new(2.0).on(&layout)?;
    page.tell("‖x‖₁", l1.value(&x)?);
    page.show("prox of ‖x‖₁", &l1.prox(&x, 0.1)?);
    page.show("dual prox of ‖x‖₁", &l1.dual_prox(&x, 0.1)?);
    page.ensure(l1.prox(&x, 0.1)?.array_equal(&x.map(|x| (x - 0.2).max(0.0)))?, "shrinkage")?;

    // Bounds, and a value beyond them.
    let mut y = DistArray::full(&layout, 3.0);
    y.set(&[n / 2], 20.0)?;
    let bounds = Bounds::new(1.0, 5.0).on(&layout)?;
    page.tell("inside 1 to 5: 0, otherwise ∞", bounds.value(&y)?);
    page.show("prox of bounds", &bounds.prox(&y, 0.1)?);
    page.show("dual prox of bounds", &bounds.dual_prox(&y, 0.1)?);
    page.ensure(bounds.prox(&y, 0.1)?.get(&[n / 2])? == 5.0, "the prox is in bounds")?;

    // Half the square.
    let l2 = L2::new(2.0).on(&layout)?;
    page.tell("‖x‖²", l2.value(&x)?);
    page.show("prox of ‖x‖²", &l2.prox(&x, 0.1)?);
    page.show("gradient of ‖x‖²", &l2.gradient(&x)?);
    page.ensure(l2.prox(&x, 0.1)?.allclose(&(&x / 1.2), 1e-15, 0.0)?, "division")?;

    // Half the square of a residual: the prox is an inversion.
    let a = Diagonal::of(&DistArray::full(&layout, 1.0))?;
    let b = DistArray::from_fn(&layout, |i| (i[0] / n + 1) as f64);
    let residual = LeastSquares::new(2.0).of(&a, &b)?;
    page.tell("‖A x − b‖²", residual.value(&x)?);
    page.show("prox of ‖A x − b‖²", &residual.prox(&x, 0.1)?);
    page.show("gradient of ‖A x − b‖²", &residual.gradient(&x)?);
    let expected = (&x + &b * 0.2) / 1.2;
    page.ensure(residual.prox(&x, 0.1)?.allclose(&expected, 1e-12, 1e-12)?, "the prox of a residual")?;

    // Norms of what is at one place in the members of a stack, here a gradient.
    let x = Random::seed(42).normal(&Layout::scatter(page.comm, &[16, 21], 0)?, 0.0, 1.0)?;
    let gradient = Gradient::new().on::<f64>(x.layout()?)? * &x;
    let l21 = L21::new(2.0).on(gradient.space())?;
    page.tell("‖∇x‖₂₁", l21.value(&gradient)?);
    page.show("prox of ‖∇x‖₂₁", &l21.prox(&gradient, 0.1)?);
    page.show("dual prox of ‖∇x‖₂₁", &l21.dual_prox(&gradient, 0.1)?);
    let lengths = gradient.member(0).hypot(&gradient.member(1))?;
    page.ensure((l21.value(&gradient)? - 2.0 * lengths.sum()).abs() < 1e-10, "a sum of lengths")
}
