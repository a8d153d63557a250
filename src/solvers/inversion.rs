//! Regularised inversion in one call, by any solver.

use super::Report;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator, StackedVStack};
use std::fmt;

/// min ‖W (d − G m)‖² + Σ εₖ² ‖tₖ − Lₖ m‖²: data and what else is known of a model.
///
/// [`regularized_inversion`] solves it by least squares, [`normal_equations_inversion`] by its normal equations.
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::solvers::{Inversion, normal_equations_inversion, regularized_inversion};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[20], 0)?;
///     let g = Restriction::new(&[3, 9, 15]).on::<f64>(&layout)?;
///     let (l, identity) = (SecondDerivative::along(0).on::<f64>(&layout)?, Identity.on(&layout));
///     let (d, prior) = (DistArray::full(g.range(), 2.0), DistArray::full(&layout, 1.9));
///     let inversion = Inversion::new(&g, &d)?.smooth(0.1, &l)?.toward(1e-2, &identity, &prior)?;
///
///     let (mut m, mut n) = (DistArray::zeros(&layout), DistArray::zeros(&layout));
///     let options = Options::default().tolerance(1e-10);
///     let report = regularized_inversion(&inversion, &mut m, |a, b, x| lsqr(a, b, x, &options))?;
///     assert!(report.reason.converged());
///     let report = normal_equations_inversion(&inversion, &mut n, |a, b, x| cg(a, b, x, &options))?;
///     assert!(report.reason.converged());
///     assert!((&m - &n).norm() < 1e-6);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// `regularized_inversion` and `normal_equations_inversion` of PyLops, whose `epsRs`, `Regs` and `dataregs` the terms are.
pub struct Inversion<'a, X: Scalar, Y: Scalar = X> {
    g: &'a Operator<X, Y>,
    d: &'a DistArray<Y>,
    weight: Option<&'a Operator<Y>>,
    terms: Vec<Term<'a, X, Y>>,
}

/// ε² ‖t − L m‖².
struct Term<'a, X: Scalar, Y: Scalar> {
    eps: f64,
    l: &'a Operator<X, Y>,
    target: Option<&'a DistArray<Y>>,
}

impl<'a, X: Scalar, Y: Scalar<Real = X::Real>> Inversion<'a, X, Y> {
    /// Of data alone.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if d is not of the range of G.
    pub fn new(g: &'a Operator<X, Y>, d: &'a DistArray<Y>) -> Result<Self> {
        g.range().same_as(d.space(), "data of an inversion")?;
        Ok(Self { g, d, weight: None, terms: Vec::new() })
    }

    /// One term more, ε² ‖L m‖².
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if ε is negative or not finite; [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if L is not on the
    /// model's space.
    pub fn smooth(self, eps: f64, l: &'a Operator<X, Y>) -> Result<Self> {
        self.term(Term { eps, l, target: None })
    }

    /// One term more, ε² ‖t − L m‖².
    ///
    /// # Errors
    /// As [`smooth`](Self::smooth); and if t is not of the range of L.
    pub fn toward(self, eps: f64, l: &'a Operator<X, Y>, target: &'a DistArray<Y>) -> Result<Self> {
        l.range().same_as(target.space(), "target of a regularisation")?;
        self.term(Term { eps, l, target: Some(target) })
    }

    fn term(mut self, term: Term<'a, X, Y>) -> Result<Self> {
        super::options::not_negative("weight of a regularisation", term.eps)?;
        self.g.domain().same_as(term.l.domain(), "domain of a regularisation")?;
        self.terms.push(term);
        Ok(self)
    }

    /// W, by which misfits of data are weighted: of independent data with errors σᵢ a diagonal of 1/σᵢ. (PyLops's normal
    /// equations are given WᴴW.)
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if it is not on the data's space.
    pub fn weight(mut self, weight: &'a Operator<Y>) -> Result<Self> {
        self.d.space().same_as(weight.domain(), "domain of the weight of data")?;
        self.weight = Some(weight);
        Ok(self)
    }

    /// `[W G; ε₁ L₁; …]` and `[W d; ε₁ t₁; …]`, for a solver of least squares.
    ///
    /// # Errors
    /// Those of [`StackedVStack::of`].
    pub fn stacked(&self) -> Result<(Operator<X, Y>, DistArray<Y>)> {
        let mut operators = vec![self.weight.map_or_else(|| self.g.clone(), |weight| weight * self.g)];
        let mut data = vec![self.weight.map_or_else(|| self.d.clone(), |weight| weight * self.d)];
        for Term { eps, l, target } in &self.terms {
            operators.push(l.scale_real(X::Real::from_f64(*eps)));
            data.push(match target {
                None => DistArray::zeros(l.range()),
                Some(target) => {
                    let mut target = (*target).clone();
                    target.scale(Y::from_real(Y::Real::from_f64(*eps)));
                    target
                }
            });
        }
        let members: Vec<_> = data.iter().collect();
        Ok((StackedVStack::of(operators)?, DistArray::stack(&members)?))
    }

    /// `GᴴWᴴW G + Σ εₖ² LₖᴴLₖ` and `GᴴWᴴW d + Σ εₖ² Lₖᴴ tₖ`, for a solver of positive definite systems.
    ///
    /// # Errors
    /// Those of the operators.
    pub fn normal(&self) -> Result<(Operator<X>, DistArray<X>)> {
        let weighted = self.weight.map(|weight| weight * self.g);
        let g = weighted.as_ref().unwrap_or(self.g);
        let d = self.weight.map(|weight| weight * self.d);
        let mut right = DistArray::zeros(g.domain());
        g.apply_adjoint_into(d.as_ref().unwrap_or(self.d), &mut right)?;
        let mut left = &g.adjoint() * g;
        for Term { eps, l, target } in &self.terms {
            let square = X::Real::from_f64(eps * eps);
            left = left + (&l.adjoint() * *l).scale_real(square);
            if let Some(target) = target {
                right.axpy(X::from_real(square), &l.apply_adjoint_to(target)?)?;
            }
        }
        Ok((left, right))
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Inversion<'_, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inversion").field("g", &self.g).field("terms", &self.terms.len()).finish_non_exhaustive()
    }
}

/// Solves an [`Inversion`] from the model that is passed in, by a solver of least squares: `|a, b, x| lsqr(a, b, x, &options)`.
///
/// # Errors
/// Those of the solver and of [`Inversion::stacked`].
pub fn regularized_inversion<X: Scalar, Y: Scalar<Real = X::Real>>(
    inversion: &Inversion<'_, X, Y>,
    m: &mut DistArray<X>,
    solver: impl FnOnce(&Operator<X, Y>, &DistArray<Y>, &mut DistArray<X>) -> Result<Report<X::Real>>,
) -> Result<Report<X::Real>> {
    let (a, b) = inversion.stacked()?;
    solver(&a, &b, m)
}

/// Solves the normal equations of an [`Inversion`] from the model that is passed in, by a solver of positive definite systems:
/// `|a, b, x| cg(a, b, x, &options)`.
///
/// # Errors
/// Those of the solver and of [`Inversion::normal`].
pub fn normal_equations_inversion<X: Scalar, Y: Scalar<Real = X::Real>>(
    inversion: &Inversion<'_, X, Y>,
    m: &mut DistArray<X>,
    solver: impl FnOnce(&Operator<X>, &DistArray<X>, &mut DistArray<X>) -> Result<Report<X::Real>>,
) -> Result<Report<X::Real>> {
    let (a, b) = inversion.normal()?;
    solver(&a, &b, m)
}

/// Solves min ‖d − G P p‖² for p from 0 by a solver of least squares, and adds P p to the model that is passed in: a
/// model is made of what P can make, as of smooth functions.
///
/// # Errors
/// Those of the solver; [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if P does not make models or d is not of the range of G.
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::solvers::preconditioned_inversion;
///
/// let layout = Layout::scatter(&Comm::solo(), &[9], 0)?;
/// let g = Restriction::new(&[2, 6]).on::<f64>(&layout)?;
/// let p = Convolve1D::new(&[0.25, 0.5, 0.25], 1).on(&layout)?;
/// let (d, mut m) = (DistArray::full(g.range(), 1.0), DistArray::zeros(&layout));
/// let options = Options::default();
/// let report = preconditioned_inversion(&g, &d, &p, &mut m, |a, b, x| cgls(a, b, x, &options))?;
/// assert!(report.reason.converged() && (&(&g * &m) - &d).norm() < 1e-6);
/// assert!(m.get(&[1])? > 0.5); // smooth, and not only a spike where it was measured
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// `preconditioned_inversion` of PyLops.
pub fn preconditioned_inversion<P: Scalar, X: Scalar, Y: Scalar>(
    g: &Operator<X, Y>,
    d: &DistArray<Y>,
    preconditioner: &Operator<P, X>,
    m: &mut DistArray<X>,
    solver: impl FnOnce(&Operator<P, Y>, &DistArray<Y>, &mut DistArray<P>) -> Result<Report<P::Real>>,
) -> Result<Report<P::Real>> {
    g.range().same_as(d.space(), "data of an inversion")?;
    g.domain().same_as(m.space(), "model of an inversion")?;
    g.domain().same_as(preconditioner.range(), "range of the preconditioner")?;
    let mut left = DistArray::zeros(g.range());
    g.apply_into(m, &mut left)?;
    left.axpby(Y::one(), d, -Y::one())?; //                                    d − G m
    let mut p = DistArray::zeros(preconditioner.domain());
    let report = solver(&(g * preconditioner), &left, &mut p)?;
    m.axpy(X::one(), &preconditioner.apply_to(&p)?)?; //                       m ← m + P p
    Ok(report)
}
