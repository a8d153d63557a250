//! `plot_stacked_array.py`: arrays of different lengths as one vector, and an inversion with such data.

use crate::{PARTS, page::Page};
use lops::ndarray::Array2;
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // Two arrays as one; the first ten elements are changed.
    let long = Layout::scatter(page.comm, &[10 * PARTS], 0)?;
    let short = Layout::scatter(page.comm, &[4 * PARTS], 0)?;
    let mut first = DistArray::full(&long, 1.0);
    first.assign(&index![..10], 10.0)?;
    let x = DistArray::stack(&[&first, &DistArray::full(&short, 2.0)])?;
    page.show("x", &x);

    // Arithmetic, products and norms with a second one.
    let y = DistArray::stack(&[&DistArray::full(&long, 5.0), &DistArray::full(&short, 6.0)])?;
    page.show("y", &y);
    page.show("−x", &-&x);
    page.show("x + y", &(&x + &y));
    page.show("x − y", &(&x - &y));
    page.show("x ∘ y", &(&x * &y));
    page.tell("⟨x, y⟩", x.dot(&y)?);
    for (name, norm) in [("0", Norm::Zero), ("1", Norm::P(1.0)), ("2", Norm::P(2.0)), ("∞", Norm::Inf)] {
        page.tell(&format!("norm of order {name}"), x.norm_of(norm)?);
    }
    page.ensure(x.norm_of(Norm::P(1.0))? == 162.0, "the sum of moduli")?;

    // Two operators on one model: the data is a stack.
    let own = Layout::scatter(&page.comm.alone(), &[10], 0)?;
    let diagonal = |rows, value| {
        BlockDiag::over(page.comm, PARTS, |_| MatrixMult::new(&Array2::from_elem((rows, 10), value)).on(&own))
    };
    let a = StackedVStack::of(vec![diagonal(5, 1.0)?, diagonal(8, 2.0)?])?;
    let x = DistArray::full(a.domain(), 1.0);
    let y = &a * &x;
    page.show("A x", &y);
    page.show("Aᴴ A x", &(a.adjoint() * &y));
    let mut inverted = x.zeros_like();
    let options = Options { iterations: 15, tolerance: Tolerance::AbsoluteSquared(1e-10), ..Options::default() };
    let report = cgls(&a, &y, &mut inverted, &options)?;
    page.show("inverted", &inverted);
    page.ensure(report.reason.converged() && inverted.allclose(&x, 1e-10, 0.0)?, "the inversion finds the model")?;

    // Stacks may have stacks as members.
    let pair = DistArray::stack(&[&DistArray::full(&long, 5.0), &DistArray::full(&short, 6.0)])?;
    let z = DistArray::stack(&[&pair, &DistArray::full(&Layout::scatter(page.comm, &[2 * PARTS], 0)?, 7.0)])?;
    page.show("z", &z);
    page.show("−z", &-&z);
    page.show("z + z", &(&z + &z));
    page.show("−z + z", &(-&z + &z));
    Ok(())
}
