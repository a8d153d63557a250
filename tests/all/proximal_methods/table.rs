//! All proximal methods, by name, on problems that many of them solve.

use lops::operators::{Convolve1D, Gradient, Identity, Stencil};
use lops::proximal::{
    Acceleration, Admm, AdmmL2, Backtracking, Bounds, CondatVu, DouglasRachford, GeneralizedProximalGradient, Hqs, L1,
    L2, LeastSquares, LinearizedAdmm, NonNegative, Ppxa, PrimalDual, ProximalGradient, ProximalOperator, SplitBregman,
    TV, Term,
};
use lops::solvers::{Method, Tolerance};
use lops::{DistArray, Layout, LinearOperator, Operator, Real, Result};

/// min ½ ‖A x − b‖² + g(x).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// g = ε ‖x‖₁.
    Lasso,
    /// The same, of A = 1.
    Denoising,
    /// x ≥ 0.
    NotNegative,
    /// Between bounds.
    Box,
    /// g = ε ‖∇x‖₁, of A = 1.
    Variation,
}

pub(crate) const KINDS: [Kind; 5] = [Kind::Lasso, Kind::Denoising, Kind::NotNegative, Kind::Box, Kind::Variation];

/// A problem of a kind, of data of a size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    /// What data are multiplied by.
    pub(crate) size: f64,
    /// What ε and bounds are multiplied by.
    pub(crate) unit: f64,
    /// Where data are not a number.
    pub(crate) sick: Option<usize>,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self { kind, size: 1.0, unit: 1.0, sick: None }
    }
}

impl Problem {
    pub(crate) fn epsilon(&self) -> f64 {
        0.3 * self.unit
    }

    pub(crate) fn bounds(&self) -> [f64; 2] {
        [-0.4 * self.unit, 0.5 * self.unit]
    }

    pub(crate) fn a<T: Real>(&self, layout: &Layout) -> Result<Operator<T>> {
        match self.kind {
            Kind::Denoising | Kind::Variation => Ok(Identity.on(layout)),
            _ => Convolve1D::new(&[0.3, 1.0, -0.25].map(T::from_f64), 1).on(layout),
        }
    }

    pub(crate) fn b<T: Real>(&self, layout: &Layout) -> DistArray<T> {
        let value =
            |k: usize| (0.7 * k as f64).sin() + 0.5 * f64::from(u8::from(k % 11 > 6)) - 0.4 * (2.9 * k as f64).cos();
        DistArray::from_fn(layout, |i| match self.sick {
            Some(sick) if sick == i[0] => T::from_f64(f64::NAN),
            _ => T::from_f64(self.size * value(i.iter().fold(0, |k, i| 37 * k + i))),
        })
    }

    /// f, with its prox and its gradient.
    pub(crate) fn f<T: Real>(&self, layout: &Layout) -> Result<ProximalOperator<T>> {
        let b = self.b(layout);
        match self.kind {
            Kind::Denoising | Kind::Variation => L2::new(1.0).to(&b),
            _ => LeastSquares::new(1.0).iterations(30).tolerance(1e-12).of(&self.a(layout)?, &b),
        }
    }

    /// g, of x.
    pub(crate) fn g<T: Real>(&self, layout: &Layout) -> Result<ProximalOperator<T>> {
        match self.kind {
            Kind::Lasso | Kind::Denoising => L1::new(self.epsilon()).on(layout),
            Kind::NotNegative => NonNegative.on(layout),
            Kind::Box => Bounds::new(self.bounds()[0], self.bounds()[1]).on(layout),
            Kind::Variation => TV::new(self.epsilon()).anisotropic().iterations(2000).tolerance(1e-11).on(layout),
        }
    }

    /// L and h, with which g is h(L x).
    pub(crate) fn split<T: Real>(&self, layout: &Layout) -> Result<(Operator<T>, ProximalOperator<T>)> {
        if self.kind == Kind::Variation {
            let l = Gradient::new().stencil(Stencil::Forward).on(layout)?;
            let h = L1::new(self.epsilon()).on(l.range())?;
            return Ok((l, h));
        }
        Ok((Identity.on(layout), self.g(layout)?))
    }
}

/// What is done with a method.
pub(crate) trait Drive<T: Real> {
    fn drive<M: Method<Model = T>>(&mut self, method: M) -> Result<()>;
}

/// Makes the method of this name, to begin from x, and does something with it.
pub(crate) fn with<T: Real>(
    problem: &Problem,
    name: &str,
    x: &mut DistArray<T>,
    drive: &mut impl Drive<T>,
) -> Result<()> {
    let layout = &x.layout()?.clone();
    match name {
        "proximal gradient" => {
            let (f, g) = (problem.f(layout)?, problem.g(layout)?);
            drive.drive(ProximalGradient::new(&f, &g, x)?.step(0.5)?)
        }
        "accelerated proximal gradient" => {
            let (f, g) = (problem.f(layout)?, problem.g(layout)?);
            let method = ProximalGradient::new(&f, &g, x)?.accelerated(Acceleration::Fista)?.restarts()?;
            drive.drive(method.step(1.2)?.backtracking(Backtracking { shrink: 0.6, ..Backtracking::default() })?)
        }
        "generalized proximal gradient" => {
            let (f, free) = (problem.f(layout)?, Bounds::new(f64::NEG_INFINITY, f64::INFINITY).on(layout)?);
            let method = GeneralizedProximalGradient::new(&[f], &[problem.g(layout)?, free], x)?;
            drive.drive(method.weights(&[0.7, 0.3])?.relaxation(1.2)?)
        }
        "primal-dual" => {
            let (l, h) = problem.split(layout)?;
            drive.drive(PrimalDual::new(&problem.f(layout)?, &h, &l, x)?)
        }
        "adaptive primal-dual" => {
            let (l, h) = problem.split(layout)?;
            drive.drive(PrimalDual::new(&problem.f(layout)?, &h, &l, x)?.adaptive()?)
        }
        "Condat-Vu" => {
            let ((l, h), free) = (problem.split(layout)?, Bounds::new(f64::NEG_INFINITY, f64::INFINITY).on(layout)?);
            drive.drive(CondatVu::new(&problem.f(layout)?, &free, &h, &l, x, 2.5)?)
        }
        "ADMM-L2" => {
            let (a, b, (l, h)) = (problem.a(layout)?, problem.b(layout), problem.split(layout)?);
            drive.drive(AdmmL2::new(&a, &b, &h, &l, x)?.step(0.5)?.inner(30, Tolerance::Relative(1e-3))?)
        }
        "ADMM" => {
            let (f, g) = (problem.f(layout)?, problem.g(layout)?);
            drive.drive(Admm::new(&f, &g, x)?)
        }
        "linearized ADMM" => {
            let (l, h) = problem.split(layout)?;
            drive.drive(LinearizedAdmm::new(&problem.f(layout)?, &h, &l, x)?)
        }
        "HQS" => {
            let (f, g) = (problem.f(layout)?, problem.g(layout)?);
            drive.drive(Hqs::new(&f, &g, x)?)
        }
        "split Bregman" => {
            let (a, b, (l, _)) = (problem.a(layout)?, problem.b(layout), problem.split(layout)?);
            drive.drive(SplitBregman::new(&a, &b, &[Term::l1(&l, problem.epsilon())], x)?)
        }
        "Douglas-Rachford" => {
            let (f, g) = (problem.f(layout)?, problem.g(layout)?);
            drive.drive(DouglasRachford::new(&f, &g, x)?.relaxation(1.2)?)
        }
        "Douglas-Rachford, f first" => {
            let (f, g) = (problem.f(layout)?, problem.g(layout)?);
            drive.drive(DouglasRachford::new(&f, &g, x)?.f_first().objective())
        }
        "PPXA" => {
            let functions = [problem.f(layout)?, problem.g(layout)?];
            drive.drive(Ppxa::new(&functions, x)?.weights(&[0.6, 0.4])?.relaxation(1.3)?)
        }
        _ => panic!("{name} is no method"),
    }
}

pub(crate) const METHODS: [&str; 14] = [
    "ADMM",
    "linearized ADMM",
    "HQS",
    "split Bregman",
    "ADMM-L2",
    "proximal gradient",
    "accelerated proximal gradient",
    "generalized proximal gradient",
    "primal-dual",
    "adaptive primal-dual",
    "Condat-Vu",
    "Douglas-Rachford",
    "Douglas-Rachford, f first",
    "PPXA",
];

/// Those that need no prox of the total variation.
pub(crate) const SPLIT: [&str; 6] =
    ["ADMM-L2", "linearized ADMM", "split Bregman", "primal-dual", "adaptive primal-dual", "Condat-Vu"];

/// Whether it is for problems of this kind: split Bregman is for sums of moduli.
pub(crate) fn is_for(kind: Kind, name: &str) -> bool {
    name != "split Bregman" || !matches!(kind, Kind::NotNegative | Kind::Box)
}

/// Whether it comes to the solution: HQS holds two vectors together only as strongly as it is told to.
pub(crate) fn solves(kind: Kind, name: &str) -> bool {
    name != "HQS" && is_for(kind, name)
}
