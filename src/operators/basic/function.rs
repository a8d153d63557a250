//! An operator of two closures.

use crate::array::Space;
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator};

/// An operator made of two functions on this rank's elements, one for each direction.
///
/// All ranks call them together, so they may communicate; what they send is told by [`sends`](Self::sends). A type of one's own with
/// [`LinearOperator`] can say more.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Function};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let double = |x: &[f64], y: &mut [f64]| y.iter_mut().zip(x).for_each(|(y, x)| *y = 2.0 * x);
///     let a = Function::new(double, double).between(&layout, &layout);
///     assert_eq!((&a * &DistArray::full(&layout, 3.0)).sum(), 24.0);
///     a.check(1)?; // that the second one is the adjoint of the first
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `FunctionOperator` of pylops.
#[derive(Clone, Copy)]
#[must_use = "`between` makes the operator"]
pub struct Function<F, G> {
    forward: F,
    adjoint: G,
    communication: Communication,
    name: &'static str,
}

impl<F, G> Function<F, G> {
    /// `y ← A x` and `x ← Aᴴ y`, of this rank's elements; each overwrites all of its second argument.
    pub fn new(forward: F, adjoint: G) -> Self {
        Self { forward, adjoint, communication: Communication::default(), name: "Function" }
    }

    /// What it is called where it is printed.
    pub fn name(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// What this rank sends each time, where the functions communicate.
    pub fn sends(mut self, communication: Communication) -> Self {
        self.communication = communication;
        self
    }

    /// The operator between two spaces. Local.
    pub fn between<X: Scalar, Y: Scalar>(self, domain: impl Into<Space>, range: impl Into<Space>) -> Operator<X, Y>
    where
        F: Fn(&[X], &mut [Y]) + 'static,
        G: Fn(&[Y], &mut [X]) + 'static,
    {
        Operator::new(Between { function: self, domain: domain.into(), range: range.into() })
    }
}

struct Between<F, G> {
    function: Function<F, G>,
    domain: Space,
    range: Space,
}

impl<X, Y, F, G> LinearOperator<X, Y> for Between<F, G>
where
    X: Scalar,
    Y: Scalar,
    F: Fn(&[X], &mut [Y]),
    G: Fn(&[Y], &mut [X]),
{
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        (self.function.forward)(x, y);
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        (self.function.adjoint)(y, x);
    }

    fn communication(&self) -> Communication {
        self.function.communication
    }

    fn name(&self) -> String {
        self.function.name.into()
    }
}

impl<F, G> std::fmt::Debug for Function<F, G> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("communication", &self.communication)
            .finish_non_exhaustive()
    }
}
