//! The handle on any operator: the checked door to its kernels.

use super::by_rows::{AnySweep, Pass, Slab};
use super::{Accumulate, Communication, LinearOperator};
use crate::array::{DistArray, Space};
use crate::comm::{Mark, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use std::{any::Any, cell::RefCell, collections::HashSet, fmt, rc::Rc};

/// A shared handle on a linear operator `A : X → Y`; a clone copies a pointer.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Operator, launch_threads, operators::{Diagonal, Identity}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4], 0)?;
///     let d = Diagonal::of(&DistArray::from_fn(&layout, |i| i[0] as f64))?;
///     let normal = &d.adjoint() * &d + 0.5 * Identity.on::<f64>(&layout);
///     let x = DistArray::full(&layout, 2.0);
///     assert_eq!((&normal * &x).gather_all().as_slice(), Some(&[1.0, 3.0, 9.0, 19.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Operator<X: Scalar, Y: Scalar = X>(Rc<dyn Node<X, Y>>);

/// What stands behind a handle: an operator, and what the algebra has to know of it.
pub(super) trait Node<X: Scalar, Y: Scalar> {
    fn operator(&self) -> &dyn LinearOperator<X, Y>;

    fn form(&self) -> Form<'_, X, Y> {
        Form::Simple
    }

    /// The forward direction by rows, where the operator goes so by itself.
    fn forward_pass(&self) -> Option<&RefCell<Pass<X, Y>>> {
        None
    }

    fn adjoint_pass(&self) -> Option<&RefCell<Pass<Y, X>>> {
        None
    }

    /// See [`Kernels::gains_by_rows`](super::Kernels::gains_by_rows).
    fn gains_by_rows(&self) -> bool {
        false
    }

    /// The forward direction by rows, for arrays that lie so.
    fn forward_sweep(&self, _: &Slab) -> Option<AnySweep<X, Y>> {
        None
    }

    /// The adjoint by rows.
    fn adjoint_sweep(&self, _: &Slab) -> Option<AnySweep<Y, X>> {
        None
    }
}

/// How an operator is made, as far as the algebra has to know.
pub(crate) enum Form<'a, X: Scalar, Y: Scalar> {
    /// By itself.
    Simple,
    /// As a list of terms or factors: a sum, or a product of operators of one scalar.
    List(&'a dyn Any),
    /// As a product with another scalar inside.
    Mixed(&'a dyn Mixed<X, Y>),
    /// As the adjoint of this one: `(Aᴴ)ᴴ = A`.
    AdjointOf(&'a Operator<Y, X>),
    /// As a multiple of this one.
    MultipleOf(&'a Operator<X, Y>),
}

/// A product that takes further factors into the side where they stand, so that factors of one scalar that
/// follow one another are one list. `alone` says whether there is only one handle on this product.
pub(crate) trait Mixed<X: Scalar, Y: Scalar> {
    /// `A` times this product.
    fn after(&self, a: &Operator<Y>, alone: bool) -> Result<Operator<X, Y>>;

    /// This product times `B`.
    fn before(&self, b: &Operator<X>, alone: bool) -> Result<Operator<X, Y>>;

    /// What it keeps beside what has been seen: addresses of operators.
    fn scratch_beside(&self, seen: &mut HashSet<usize>) -> usize;
}

/// An operator of an author.
struct Authored<A>(A);

impl<X: Scalar, Y: Scalar, A: LinearOperator<X, Y>> Node<X, Y> for Authored<A> {
    fn operator(&self) -> &dyn LinearOperator<X, Y> {
        &self.0
    }
}

impl<X: Scalar, Y: Scalar> Clone for Operator<X, Y> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// A handle on an operator.
    pub fn new(operator: impl LinearOperator<X, Y> + 'static) -> Self {
        Self(Rc::new(Authored(operator)))
    }

    pub(super) fn of_node(node: impl Node<X, Y> + 'static) -> Self {
        Self(Rc::new(node))
    }

    /// Which operator this is: the same for all handles on it, for its adjoint and its multiples.
    pub(super) fn address(&self) -> usize {
        match self.form() {
            Form::AdjointOf(operator) => operator.address(),
            Form::MultipleOf(operator) => operator.address(),
            _ => Rc::as_ptr(&self.0).addr(),
        }
    }

    /// Whether this is the only handle.
    pub(super) fn is_alone(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    pub(super) fn form(&self) -> Form<'_, X, Y> {
        self.0.form()
    }

    /// The forward direction by rows, where the operator goes so by itself.
    pub(super) fn forward_pass(&self) -> Option<&RefCell<Pass<X, Y>>> {
        self.0.forward_pass()
    }

    pub(super) fn adjoint_pass(&self) -> Option<&RefCell<Pass<Y, X>>> {
        self.0.adjoint_pass()
    }

    pub(super) fn gains_by_rows(&self) -> bool {
        self.0.gains_by_rows()
    }

    pub(super) fn forward_sweep(&self, slab: &Slab) -> Option<AnySweep<X, Y>> {
        self.0.forward_sweep(slab)
    }

    pub(super) fn adjoint_sweep(&self, slab: &Slab) -> Option<AnySweep<Y, X>> {
        self.0.adjoint_sweep(slab)
    }

    /// The name, in parentheses where it is an expression: has a sign outside of all parentheses.
    pub(super) fn name_in_expression(&self) -> String {
        let name = self.name();
        if matches!(self.form(), Form::Simple | Form::AdjointOf(_)) { name } else { format!("({name})") }
    }

    /// The global shape: elements of the range × elements of the domain.
    pub fn shape(&self) -> (usize, usize) {
        (self.range().size(), self.domain().size())
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
        let _operation = self.begin_forward(x, y)?;
        self.apply(x.as_slice(), y.as_mut_slice());
        Ok(())
    }

    /// `Aᴴ y`, in a new array. The operator's own communication.
    ///
    /// # Errors
    /// As [`apply_to`](Self::apply_to).
    pub fn apply_adjoint_to(&self, y: &DistArray<Y>) -> Result<DistArray<X>> {
        let mut x = DistArray::zeros(self.domain());
        self.apply_adjoint_into(y, &mut x)?;
        Ok(x)
    }

    /// `x ← Aᴴ y`. The operator's own communication; allocates nothing.
    ///
    /// # Errors
    /// As [`apply_into`](Self::apply_into).
    pub fn apply_adjoint_into(&self, y: &DistArray<Y>, x: &mut DistArray<X>) -> Result<()> {
        let _operation = self.begin_adjoint(y, x)?;
        self.apply_adjoint(y.as_slice(), x.as_mut_slice());
        Ok(())
    }

    pub(super) fn begin_forward(&self, x: &DistArray<X>, y: &DistArray<Y>) -> Result<Operation> {
        self.check_space("domain", self.domain(), x.space())?;
        self.check_space("range", self.range(), y.space())?;
        Ok(self.begin("apply"))
    }

    pub(super) fn begin_adjoint(&self, y: &DistArray<Y>, x: &DistArray<X>) -> Result<Operation> {
        self.check_space("range", self.range(), y.space())?;
        self.check_space("domain", self.domain(), x.space())?;
        Ok(self.begin("apply_adjoint"))
    }

    /// Begins an application, by the ranks of one colour where there is a mask.
    fn begin(&self, name: &'static str) -> Operation {
        let (domain, range) = (self.domain(), self.range());
        let told = format_args!("{} from {domain:#} to {} of {range:#}", X::DTYPE, Y::DTYPE);
        domain.group().unmarked_operation(name, told)
    }

    /// Marks an application, by the operator's name. An adjoint has none of its own: its operator's is called so.
    pub(super) fn mark(&self) -> Mark {
        self.domain().group().mark_by(|| (!self.is_adjoint()).then(|| self.name()))
    }

    /// The same of the adjoint's.
    pub(super) fn mark_adjoint(&self) -> Mark {
        let name = || format!("{}ᴴ", self.name_in_expression());
        self.domain().group().mark_by(|| (!self.is_adjoint()).then(name))
    }

    /// Makes an application. Where nobody inside tells of a pass over memory, it is one that reads its input, of so many
    /// bytes, and writes its output.
    pub(super) fn passing<R>(&self, input: usize, output: usize, apply: impl FnOnce() -> R) -> R {
        let comm = self.domain().comm();
        let before = comm.moved().passes;
        let result = apply();
        if comm.moved().passes == before {
            comm.moves(input, output);
        }
        result
    }

    fn is_adjoint(&self) -> bool {
        matches!(self.form(), Form::AdjointOf(_))
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
        self.0.operator().domain()
    }

    fn range(&self) -> &Space {
        self.0.operator().range()
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        debug_assert_eq!((x.len(), y.len()), (self.domain().local_len(), self.range().local_len()));
        let _mark = self.mark();
        self.passing(size_of_val(x), size_of_val(y), || self.0.operator().apply(x, y));
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        debug_assert_eq!((x.len(), y.len()), (self.domain().local_len(), self.range().local_len()));
        let _mark = self.mark_adjoint();
        self.passing(size_of_val(y), size_of_val(x), || self.0.operator().apply_adjoint(y, x));
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.0.operator().accumulate()
    }

    fn communication(&self) -> Communication {
        self.0.operator().communication()
    }

    fn scratch(&self) -> usize {
        self.0.operator().scratch()
    }

    fn name(&self) -> String {
        self.0.operator().name()
    }
}

/// Name, global shape, scalars, spaces, the memory it keeps on this rank, whether it goes by rows (through its input
/// once, what is between its parts staying in cache), and what this rank sends per application.
impl<X: Scalar, Y: Scalar> fmt::Display for Operator<X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, columns) = self.shape();
        writeln!(f, "{}: {rows} × {columns}, {} → {}", self.name(), X::DTYPE, Y::DTYPE)?;
        writeln!(f, "  domain {}", self.domain())?;
        writeln!(f, "  range  {}", self.range())?;
        let by_rows = if self.forward_pass().is_some() { ", goes by rows" } else { "" };
        writeln!(f, "  keeps {} bytes{by_rows}", self.scratch())?;
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
