//! `poststack.py`: impedance from a volume of traces, in five ways.

use crate::{PARTS, page::Page};
use lops::prelude::*;
use lops::proximal::{AdmmL2, L1, LeastSquares, PrimalDual};
use lops::signal::{axis, ricker};
use lops::solvers::Tolerance;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // The same section at every y, two for each part, and a smooth one to begin with.
    let section = page.section()?;
    let layout = section.layout(page.comm, page.size(2 * PARTS, 3))?;
    let (m, background) = (section.at_every_y(&layout), section.smoothed()?.at_every_y(&layout));
    let wavelet = ricker(&axis(0.0, 0.004, 21), 15.0)?;
    let g = PoststackModelling::new(&wavelet.samples).along(2).on(&layout)?;
    let d = &g * &m;
    page.show("model", &m);
    page.show("data", &d);
    let error = |x: &DistArray<f64>| (x - &m).norm() / m.norm();
    page.tell("error of the background", error(&background));

    // Least squares.
    let options = Options::exactly(page.size(100, 3));
    let mut x = background.clone();
    let _ = cgls(&g, &d, &mut x, &options)?;
    page.show("by CGLS", &x);
    page.tell("error by CGLS", error(&x));

    // With a Laplacian, by normal equations and as a stack.
    let epsilon = 1e2_f64;
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout)?;
    let equations = normal(&g) + epsilon * normal(&l);
    let mut x = background.clone();
    let _ = cg(&equations, &(g.adjoint() * &d), &mut x, &options)?;
    page.show("by normal equations", &x);
    page.tell("error by normal equations", error(&x));
    let stack = StackedVStack::of(vec![g.clone(), epsilon.sqrt() * &l])?;
    let mut x = background.clone();
    let _ = cgls(&stack, &DistArray::stack(&[&d, &d.zeros_like()])?, &mut x, &options)?;
    page.show("regularised", &x);
    page.tell("error regularised", error(&x));

    // With the total variation, by ADMM.
    let gradient = Gradient::new().stencil(Stencil::Forward).on(&layout)?;
    let l1 = L1::new(1e-2).on(gradient.range())?;
    let (step, iterations, inner) = (0.99 / 12.0, page.size(40, 2), page.size(20, 2));
    let mut x = background.clone();
    let method = AdmmL2::new(&g, &d, &l1, &gradient, &mut x)?.step(step)?.inner(inner, Tolerance::None)?;
    let _ = method.solve(&Options::exactly(iterations))?;
    page.show("with total variation by ADMM", &x);
    page.tell("error with total variation by ADMM", error(&x));

    // And by a primal-dual method.
    let f = LeastSquares::new(1.0).iterations(inner).of(&g, &d)?;
    let mut x = background;
    let method = PrimalDual::new(&f, &l1, &gradient, &mut x)?.steps(1.0, step)?;
    let _ = method.solve(&Options::exactly(iterations))?;
    page.show("with total variation, primal-dual", &x);
    page.tell("error with total variation, primal-dual", error(&x));
    Ok(())
}
