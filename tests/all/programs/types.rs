//! Types of elements, and what only some of them can do.

use super::Machine;
use lops::layout::Cut;
use lops::library::{Multiplied, Sortable, Summable};
use lops::operators::{Diagonal, FirstDerivative, Laplacian, Points, SecondDerivative, Stencil};
use lops::solvers::{Options, cg, cgls};
use lops::{Complex, DistArray, Layout, Operator, Real, Result, Scalar};
use std::fmt::Debug;

pub(super) trait Kind:
    Multiplied + Summable<Sum: Debug, Mean: Debug, Variance: Debug> + Sortable + Debug
{
    const NAME: &'static str;

    fn make(x: f64, y: f64) -> Self;

    /// The value to go on with: integers stay small, as those of Rust must not overflow.
    fn tame(self) -> Self {
        self
    }

    /// Something that only this type can do.
    fn own(machine: &mut Machine<'_, Self>) -> Result<()>;
}

macro_rules! functions {
    ($machine:ident $x:ident: $($name:ident)*) => {{
        let all: &[(&str, fn(&DistArray<Self>) -> DistArray<Self>)] = &[$((stringify!($name), |x| x.$name())),*];
        let (name, function) = all[$machine.dice.below(all.len())];
        $machine.say(name);
        $machine.keep(function(&$x));
        Ok(())
    }};
}

macro_rules! reals {
    ($($t:ident)*) => {$(
        impl Kind for $t {
            const NAME: &'static str = stringify!($t);

            fn make(x: f64, _: f64) -> Self {
                x as $t
            }

            fn own(machine: &mut Machine<'_, Self>) -> Result<()> {
                let x = machine.any();
                match machine.dice.below(4) {
                    0 => functions! { machine x:
                        sqrt exp ln sin cos tan atan sinh tanh asinh floor round_ties_even cbrt exp_m1 sign square recip
                    },
                    1 => extremes(machine, &x),
                    _ => of_scalars(machine, &x),
                }
            }
        }

        impl Kind for Complex<$t> {
            const NAME: &'static str = concat!("complex ", stringify!($t));

            fn make(x: f64, y: f64) -> Self {
                Complex::new(x as $t, y as $t)
            }

            fn own(machine: &mut Machine<'_, Self>) -> Result<()> {
                let x = machine.any();
                match machine.dice.below(3) {
                    0 => functions! { machine x: sqrt exp ln sin cosh atan tanh asinh conj square recip },
                    _ => of_scalars(machine, &x),
                }
            }
        }
    )*};
}
reals! { f32 f64 }

impl Kind for i32 {
    const NAME: &'static str = "i32";

    fn make(x: f64, _: f64) -> Self {
        (100.0 * x) as Self
    }

    fn tame(self) -> Self {
        self % 1000
    }

    fn own(machine: &mut Machine<'_, Self>) -> Result<()> {
        let x = machine.any();
        match machine.dice.below(3) {
            0 => extremes(machine, &x),
            1 => {
                machine.say("(x & 12) ^ 5");
                machine.keep(&(&x & 0xc) ^ 0x5);
                Ok(())
            }
            _ => functions! { machine x: sign square abs },
        }
    }
}

/// What is least and greatest, and where.
fn extremes<T: Kind + lops::library::Comparable>(machine: &mut Machine<'_, T>, x: &DistArray<T>) -> Result<()> {
    machine.say("extremes");
    let axis = machine.dice.below(x.shape().len().max(1));
    machine.note((x.min()?, x.max()?, x.argmin()?, x.argmax()?));
    machine.note_array(&x.over(&[axis]).argmax()?);
    machine.keep(x.over(&[axis]).min()?);
    Ok(())
}

/// Numbers, stencils and solvers of fields.
fn of_scalars<T: Kind + Scalar>(machine: &mut Machine<'_, T>, x: &DistArray<T>) -> Result<()> {
    let shape = x.shape();
    match machine.dice.below(5) {
        0 => {
            machine.say("dot, norm");
            let other = machine.any();
            machine.note((x.norm(), x.dot(x)?, x.vdot(x)?));
            machine.note(x.dot(&other.like(x)?)?);
        }
        1 => {
            let (order, axis) =
                ([1.0, 2.0, 3.0, f64::INFINITY][machine.dice.below(4)], machine.dice.below(shape.len().max(1)));
            machine.say(("norms", order, axis));
            let norm = if order.is_finite() { lops::array::Norm::P(order) } else { lops::array::Norm::Inf };
            machine.note(x.norm_of(norm)?);
            machine.note_array(&x.norm_axis(norm, axis)?);
        }
        2 => {
            let (x, a) = stencil(machine, x)?;
            let y = a.apply_to(&x)?;
            machine.note_array(&a.apply_adjoint_to(&y)?);
            machine.keep(y);
        }
        3 if x.is_finite().all() && x.norm() < T::Real::from_f64(1e6) => {
            let (b, a) = stencil(machine, x)?;
            let shifted = &a.adjoint() * &a + Diagonal::of(&DistArray::full(b.space(), T::from_parts(0.5, 0.0)))?;
            let mut x = b.zeros_like();
            let report = cg(&shifted, &b, &mut x, &Options::exactly(5))?;
            machine.say(("cg", report.iterations));
            machine.note((report.iterations, report.residual));
            machine.keep(x);
        }
        4 if x.is_finite().all() && x.norm() < T::Real::from_f64(1e6) => {
            let (b, a) = stencil(machine, x)?;
            let mut x = b.zeros_like();
            let report = cgls(&a, &b, &mut x, &Options::exactly(4))?;
            machine.say(("cgls", report.iterations));
            machine.note((report.iterations, report.residual));
            machine.keep(x);
        }
        _ => machine.note(x.sum()),
    }
    Ok(())
}

/// A stencil, and the array where it can be.
fn stencil<T: Kind + Scalar>(machine: &mut Machine<'_, T>, x: &DistArray<T>) -> Result<(DistArray<T>, Operator<T>)> {
    let shape = x.shape();
    let cuts: Vec<_> = shape.iter().map(|_| if machine.cuts.below(2) == 0 { Cut::Block } else { Cut::Whole }).collect();
    let layout = if machine.cuts.below(5) == 0 {
        Layout::replicated(machine.comm, &shape)?
    } else {
        Layout::grid(machine.comm, &shape, &cuts)?
    };
    let axis = machine.dice.below(shape.len().max(1));
    let points = [Points::Three, Points::Five][machine.dice.below(2)];
    let edge = machine.dice.below(2) == 0;
    let rule = [Stencil::Forward, Stencil::Backward, Stencil::Centered { points, edge }][machine.dice.below(3)];
    let which = machine.dice.below(3);
    machine.say((["first", "second", "laplacian"][which], axis, rule));
    let a = match which {
        0 => FirstDerivative::along(axis).stencil(rule).on(&layout)?,
        1 => SecondDerivative::along(axis).stencil(rule).sampling(0.5).on(&layout)?,
        _ => Laplacian::over(&(0..shape.len()).collect::<Vec<_>>()).on(&layout)?,
    };
    Ok((x.redistribute(&layout)?, a))
}
