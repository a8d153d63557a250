//! The handle on any operator: the checked door to its kernels.

use super::{Accumulate, Communication, LinearOperator, adjoint::Adjoint, conjugate::Conjugate};
use crate::{DistArray, Error, ErrorKind, Result, Scalar, Space};
use std::{fmt, rc::Rc};

/// A shared handle on a linear operator `A : X → Y`; a clone copies a pointer.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Operator, launch_threads, operators::{Diagonal, Identity}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let d = Diagonal::new(&DistArray::from_fn(&layout, |i| i[0] as f64));
///     let normal = &d.adjoint() * &d + 0.5 * Identity::new::<f64>(&layout);
///     let x = DistArray::full(&layout, 2.0);
///     assert_eq!((&normal * &x).gather_all().as_slice(), Some(&[1.0, 3.0, 9.0, 19.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Operator<X: Scalar, Y: Scalar = X>(Rc<dyn LinearOperator<X, Y>>);

impl<X: Scalar, Y: Scalar> Clone for Operator<X, Y> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// A handle on an operator.
    pub fn new(operator: impl LinearOperator<X, Y> + 'static) -> Self {
        Self(Rc::new(operator))
    }

    /// The global shape: elements of the range × elements of the domain.
    pub fn shape(&self) -> (usize, usize) {
        (self.range().size(), self.domain().size())
    }

    /// `Aᴴ`.
    #[must_use]
    pub fn adjoint(&self) -> Operator<Y, X> {
        self.0.adjoint_of().unwrap_or_else(|| Operator::new(Adjoint(self.clone())))
    }

    /// `Ā`: `x ↦ conj(A conj(x))`. The operator itself where it is real.
    #[must_use]
    pub fn conj(&self) -> Self {
        if X::IS_COMPLEX || Y::IS_COMPLEX { Self::new(Conjugate::new(self.clone())) } else { self.clone() }
    }

    /// `Aᵀ`, the conjugate of `Aᴴ`.
    #[must_use]
    pub fn transpose(&self) -> Operator<Y, X> {
        self.adjoint().conj()
    }

    /// `A x`, in a new array. The operator's own communication.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if `x` is not of the domain.
    pub fn apply_to(&self, x: &DistArray<X>) -> Result<DistArray<Y>> {
        let mut y = DistArray::zeros(self.range());
        self.apply_into(x, &mut y)?;
        Ok(y)
    }

    /// `y ← A x`. The operator's own communication; allocates nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if `x` is not of the domain or `y` not of
    /// the range.
    pub fn apply_into(&self, x: &DistArray<X>, y: &mut DistArray<Y>) -> Result<()> {
        self.check_space("domain", self.domain(), x.space())?;
        self.check_space("range", self.range(), y.space())?;
        self.apply(x.as_slice(), y.as_mut_slice());
        Ok(())
    }

    /// `Aᴴ y`, in a new array. The operator's own communication.
    ///
    /// # Errors
    /// As [`apply_to`](Self::apply_to).
    pub fn adjoint_to(&self, y: &DistArray<Y>) -> Result<DistArray<X>> {
        let mut x = DistArray::zeros(self.domain());
        self.adjoint_into(y, &mut x)?;
        Ok(x)
    }

    /// `x ← Aᴴ y`. The operator's own communication; allocates nothing.
    ///
    /// # Errors
    /// As [`apply_into`](Self::apply_into).
    pub fn adjoint_into(&self, y: &DistArray<Y>, x: &mut DistArray<X>) -> Result<()> {
        self.check_space("range", self.range(), y.space())?;
        self.check_space("domain", self.domain(), x.space())?;
        self.apply_adjoint(y.as_slice(), x.as_mut_slice());
        Ok(())
    }

    fn check_space(&self, role: &str, own: &Space, found: &Space) -> Result<()> {
        if own == found {
            return Ok(());
        }
        own.same_as(found, &format!("{role} of {}", self.name()))
    }

    /// `Ok` if `A : X → X`.
    pub(super) fn check_square(&self, what: &str) -> Result<()> {
        if self.domain() == self.range() {
            return Ok(());
        }
        let (what, found) = (format!("{what} of {}", self.name()), format!("{} to {}", self.domain(), self.range()));
        Err(Error::expected(ErrorKind::Shape, what, "an operator from a space to itself", found))
    }
}

/// A handle is an operator like any other.
impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for Operator<X, Y> {
    fn domain(&self) -> &Space {
        self.0.domain()
    }

    fn range(&self) -> &Space {
        self.0.range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        debug_assert_eq!((x.len(), y.len()), (self.domain().local_len(), self.range().local_len()));
        self.0.apply(x, y);
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        debug_assert_eq!((x.len(), y.len()), (self.domain().local_len(), self.range().local_len()));
        self.0.apply_adjoint(y, x);
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.0.accumulate()
    }

    fn communication(&self) -> Communication {
        self.0.communication()
    }

    fn name(&self) -> String {
        self.0.name()
    }

    fn adjoint_of(&self) -> Option<Operator<Y, X>> {
        self.0.adjoint_of()
    }
}

/// Name, global shape, spaces, scalars, and what this rank sends per application.
impl<X: Scalar, Y: Scalar> fmt::Display for Operator<X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, columns) = self.shape();
        writeln!(f, "{}: {rows} × {columns}, {} → {}", self.name(), X::DTYPE, Y::DTYPE)?;
        writeln!(f, "  domain {}", self.domain())?;
        writeln!(f, "  range  {}", self.range())?;
        let Communication { forward, adjoint } = self.communication();
        for (label, sent, end) in [("forward", forward, "\n"), ("adjoint", adjoint, "")] {
            write!(f, "  {label} ")?;
            match sent.calls {
                0 => write!(f, "sends nothing{end}")?,
                calls => write!(f, "{calls} calls, {} messages, {} bytes{end}", sent.messages, sent.bytes)?,
            }
        }
        Ok(())
    }
}

impl<X: Scalar, Y: Scalar> fmt::Debug for Operator<X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
