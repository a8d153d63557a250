//! Stencils: operators whose output depends on a few neighbours along the axes.
//!
//! Short ones are sums of bands along axes, whose plan lays out what a rank computes in one pass; long
//! ones go along packed lines. Two loops compute them all.

mod band;
mod convolution;
mod kernels;
mod lines;
mod plan;

use super::{Accumulate, Communication, LinearOperator, Operator, Sent};
use crate::{
    Complex, Error, ErrorKind, Layout, Real, Result, Scalar, Space,
    array::{Faces, Halo, check_axis},
    comm::{reals_of, reals_of_mut},
};
use band::Band;
pub(super) use convolution::{Convolved, Filter};
use kernels::{Add, AddComplex, Set, Write};
use plan::{Block, Part, Phase, Plan, Sides};
use std::{cell::RefCell, fmt};

/// From which side a derivative is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stencil {
    /// From a row and those behind it.
    Forward,
    /// From a row and those in front of it.
    Backward,
    /// From both sides alike.
    #[default]
    Centered,
}

impl fmt::Display for Stencil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
            Self::Centered => "centered",
        })
    }
}

/// A derivative along one axis, as its builders describe it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Derivative {
    pub(super) axis: usize,
    pub(super) kind: Stencil,
    pub(super) degree: Degree,
    pub(super) edge: bool,
    pub(super) sampling: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Degree {
    First { order: usize },
    Second { weight: f64 },
}

impl Derivative {
    /// The band along the axis of an array of this layout.
    fn band<T: Scalar>(self, layout: &Layout) -> Result<Band> {
        let Self { axis, kind, degree, edge, sampling: h } = self;
        check_axis(layout.shape(), axis)?;
        if !h.is_finite() || h == 0.0 {
            return Err(Error::expected(ErrorKind::Parameter, "sampling", "a finite number that is not 0", h));
        }
        let n = layout.shape()[axis];
        let (needed, what) = match (degree, kind) {
            (Degree::First { order }, Stencil::Centered) => match order {
                3 => (3, "a centered first derivative of order 3"),
                5 => (5, "a centered first derivative of order 5"),
                _ => return Err(Error::expected(ErrorKind::Parameter, "order", "3 or 5", order)),
            },
            (Degree::First { .. }, _) => (2, "a first derivative"),
            (Degree::Second { .. }, _) => (3, "a second derivative"),
        };
        if n < needed {
            let what = format!("rows on axis {axis} for {what}");
            return Err(Error::expected(ErrorKind::Shape, what, format!("at least {needed}"), n));
        }
        let band = match degree {
            Degree::First { order } => Band::first_derivative(n, kind, order, edge, h),
            Degree::Second { weight } if !weight.is_finite() => {
                return Err(Error::expected(ErrorKind::Parameter, "weight", "a finite number", weight));
            }
            Degree::Second { weight } => Band::second_derivative(n, kind, edge, h, weight),
        };
        if band.rows().flatten().any(|&(_, weight)| !T::Real::from_f64(weight).finite()) {
            let expected = format!("a step whose weights are finite in {}", T::DTYPE);
            return Err(Error::expected(ErrorKind::Parameter, "sampling", expected, h));
        }
        Ok(band)
    }
}

/// A sum of bands along axes, between members of the domain and of the range that all have one layout.
pub(super) struct Banded<T: Scalar> {
    name: String,
    domain: Space,
    range: Space,
    forward: RefCell<Pass<T>>,
    adjoint: RefCell<Pass<T>>,
    communication: Communication,
}

/// One direction of an operator.
struct Pass<T: Scalar> {
    plan: Plan<T::Real>,
    halo: Halo<T>,
}

impl<T: Scalar> Banded<T> {
    /// `y = Σ D x`.
    pub(super) fn sum(name: String, layout: &Layout, derivatives: &[Derivative]) -> Result<Operator<T>> {
        let mut parts: Vec<Part> = vec![];
        for derivative in derivatives {
            let (axis, band) = (derivative.axis, derivative.band::<T>(layout)?);
            match parts.iter_mut().find(|part| part.axis == axis) {
                Some(part) => part.band = part.band.plus(&band),
                None => parts.push(Part { axis, band, input: 0, output: 0 }),
            }
        }
        Self::operator(name, layout, layout.into(), &parts, 1)
    }

    /// `yₖ = Dₖ x`, a stack. The axes are distinct.
    pub(super) fn stack(name: String, layout: &Layout, derivatives: &[Derivative]) -> Result<Operator<T>> {
        let part = |(output, derivative): (usize, &Derivative)| {
            Ok(Part { axis: derivative.axis, band: derivative.band::<T>(layout)?, input: 0, output })
        };
        let parts = derivatives.iter().enumerate().map(part).collect::<Result<Vec<_>>>()?;
        let range = Space::stack(vec![layout.into(); parts.len()])?;
        Self::operator(name, layout, range, &parts, parts.len())
    }

    fn operator(name: String, layout: &Layout, range: Space, parts: &[Part], outputs: usize) -> Result<Operator<T>> {
        let transposed =
            |part: &Part| Part { axis: part.axis, band: part.band.transpose(), input: part.output, output: part.input };
        let forward = Pass::new(layout, parts, outputs)?;
        let adjoint = Pass::new(layout, &parts.iter().map(transposed).collect::<Vec<_>>(), 1)?;
        let communication = Communication { forward: forward.sent(), adjoint: adjoint.sent() };
        Ok(Operator::new(Self {
            name,
            domain: layout.into(),
            range,
            forward: RefCell::new(forward),
            adjoint: RefCell::new(adjoint),
            communication,
        }))
    }
}

impl<T: Scalar> Pass<T> {
    fn new(layout: &Layout, parts: &[Part], outputs: usize) -> Result<Self> {
        let (me, reals) = (layout.comm().rank(), if T::IS_COMPLEX { 2 } else { 1 });
        let face = |part| {
            let Part { axis, band, input, .. }: &Part = part;
            Faces { axis: *axis, member: *input, reach: Box::new(|rows| band.reach(rows)) }
        };
        let halo = Halo::faces(layout, &parts.iter().map(face).collect::<Vec<_>>())?;
        let sides = |(k, part): (usize, &Part)| {
            let rows = layout.rows_of(part.axis)?[me].clone();
            let (front, back) = part.band.reach(rows.clone());
            let starts = [2 * k, 2 * k + 1].map(|side| halo.start(side) * reals);
            Ok(Sides { axis: part.axis, rows, front, back, starts })
        };
        let sides = parts.iter().enumerate().map(sides).collect::<Result<Vec<_>>>()?;
        let block = Block { shape: layout.local_shape(), sides, reals };
        Ok(Self { plan: Plan::new(&block, parts, outputs), halo })
    }

    fn sent(&self) -> Sent {
        let (calls, messages, elements) = self.halo.sends();
        Sent { calls: calls as u64, messages: messages as u64, bytes: (elements * T::DTYPE.size()) as u64 }
    }

    /// Writes the sums of x and its ghosts: what needs none while they fly, then the rest.
    fn run<W: Write<T::Real>>(&mut self, write: W, x: &[T], y: &mut [T]) {
        let (plan, own, y) = (&mut self.plan, reals_of(x), reals_of_mut(y));
        let ghosts = self.halo.overlap(x, || plan.run(write, Phase::Inside, [own, &[]], y));
        plan.run(write, Phase::Ghosts, [own, reals_of(ghosts)], y);
    }

    /// Adds α times the sums.
    fn run_add(&mut self, alpha: T, x: &[T], y: &mut [T]) {
        if alpha.im() == T::Real::from_f64(0.0) {
            self.run(Add(alpha.re()), x, y);
        } else {
            self.run(AddComplex(Complex::new(alpha.re(), alpha.im())), x, y);
        }
    }
}

impl<T: Scalar> LinearOperator<T> for Banded<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.forward.borrow_mut().run(Set, x, y); // y ← A x
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.adjoint.borrow_mut().run(Set, y, x); // x ← Aᵀ y, and Aᴴ = Aᵀ: the weights are real
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }

    fn communication(&self) -> Communication {
        self.communication
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl<T: Scalar> Accumulate<T> for Banded<T> {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        self.forward.borrow_mut().run_add(alpha, x, y); // y ← y + α A x
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        self.adjoint.borrow_mut().run_add(alpha, y, x); // x ← x + α Aᴴ y
    }
}
