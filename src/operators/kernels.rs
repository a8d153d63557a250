//! How the crate's own operators are written: two kernels, each once for setting and for adding.

use super::by_rows::{AnySweep, Pass, Putting, Slab};
use super::{Accumulate, Add, Communication, Form, LinearOperator, Node, Operator, Put, Set, type_name};
use crate::array::Space;
use crate::numbers::Scalar;
use std::{
    cell::{OnceCell, RefCell},
    marker::PhantomData,
};

/// The two kernels of an operator, generic over where their result goes; [`between`](Self::between)
/// two spaces they are an operator.
pub(crate) trait Kernels<X: Scalar, Y: Scalar = X>: Sized + 'static {
    /// `y ← A x` or `y ← y + α A x`.
    fn apply(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]);

    /// `x ← Aᴴ y` or `x ← x + α Aᴴ y`.
    fn apply_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]);

    /// See [`LinearOperator::name`].
    fn name(&self) -> String {
        type_name::<Self>()
    }

    /// See [`LinearOperator::communication`].
    fn communication(&self) -> Communication {
        Communication::default()
    }

    /// See [`LinearOperator::scratch`].
    fn scratch(&self) -> usize {
        0
    }

    /// Whether the kernels can add. Not those that are another operator's, which cannot.
    fn adds(&self) -> bool {
        true
    }

    /// The forward direction by rows, for spaces of so many members that lie so; `None` if it cannot go by rows.
    fn forward_sweep(&self, _: &Slab, _members: [usize; 2]) -> Option<AnySweep<X, Y>> {
        None
    }

    /// The adjoint by rows; the members are those of the range and of the domain.
    fn adjoint_sweep(&self, _: &Slab, _members: [usize; 2]) -> Option<AnySweep<Y, X>> {
        None
    }

    /// Whether going by rows, where it can be, moves less memory than the kernels do: of compositions, not of what
    /// reads its input once anyway.
    fn gains_by_rows(&self) -> bool {
        false
    }

    /// What the algebra has to know.
    fn form(&self) -> Form<'_, X, Y> {
        Form::Simple
    }

    /// The operator between these spaces.
    fn between(self, domain: impl Into<Space>, range: impl Into<Space>) -> Operator<X, Y> {
        let (domain, range) = (domain.into(), range.into());
        let (forward, adjoint) = (OnceCell::new(), OnceCell::new());
        Operator::of_node(Made { domain, range, kernels: self, forward, adjoint, scalars: PhantomData })
    }
}

type MaybePass<I, O> = OnceCell<Option<RefCell<Pass<I, O>>>>;

/// An operator made of its kernels.
struct Made<K, X: Scalar, Y: Scalar> {
    domain: Space,
    range: Space,
    kernels: K,
    /// Both directions by rows, `None` where they do not go so; made when they are asked for first.
    forward: MaybePass<X, Y>,
    adjoint: MaybePass<Y, X>,
    scalars: PhantomData<fn(X) -> Y>,
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> Made<K, X, Y> {
    /// Members of the domain and of the range, if they lie so.
    fn members(&self, slab: &Slab) -> Option<[usize; 2]> {
        let [domain, range] = [&self.domain, &self.range].map(|space| slab.members(space));
        Some([domain?, range?])
    }

    fn forward(&self) -> Option<&RefCell<Pass<X, Y>>> {
        let make = || Pass::new(&self.domain, |slab| self.forward_sweep(slab)).map(RefCell::new);
        if self.kernels.gains_by_rows() { self.forward.get_or_init(make).as_ref() } else { None }
    }

    fn adjoint(&self) -> Option<&RefCell<Pass<Y, X>>> {
        let make = || Pass::new(&self.range, |slab| self.adjoint_sweep(slab)).map(RefCell::new);
        if self.kernels.gains_by_rows() { self.adjoint.get_or_init(make).as_ref() } else { None }
    }

    /// `y ← A x` or `y ← y + α A x`.
    fn put(&self, put: impl Put<Y>, x: &[X], y: &mut [Y]) {
        match self.forward() {
            Some(pass) => pass.borrow_mut().run(putting(put), x, y, |_, _| ()),
            None => self.kernels.apply(put, x, y),
        }
    }

    /// `x ← Aᴴ y` or `x ← x + α Aᴴ y`.
    fn put_adjoint(&self, put: impl Put<X>, y: &[Y], x: &mut [X]) {
        match self.adjoint() {
            Some(pass) => pass.borrow_mut().run(putting(put), y, x, |_, _| ()),
            None => self.kernels.apply_adjoint(put, y, x),
        }
    }
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> LinearOperator<X, Y> for Made<K, X, Y> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.put(Set, x, y); // y ← A x
    }

    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.put_adjoint(Set, y, x); // x ← Aᴴ y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        self.kernels.adds().then_some(self)
    }

    fn communication(&self) -> Communication {
        let by_kernels = self.kernels.communication();
        Communication {
            forward: self.forward().map_or(by_kernels.forward, |pass| pass.borrow().sends()),
            adjoint: self.adjoint().map_or(by_kernels.adjoint, |pass| pass.borrow().sends()),
        }
    }

    fn scratch(&self) -> usize {
        let of_pass = self.forward().map_or(0, |pass| pass.borrow().bytes());
        self.kernels.scratch() + of_pass + self.adjoint().map_or(0, |pass| pass.borrow().bytes())
    }

    fn name(&self) -> String {
        self.kernels.name()
    }
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> Accumulate<X, Y> for Made<K, X, Y> {
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]) {
        self.put(Add(alpha), x, y); // y ← y + α A x
    }

    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]) {
        self.put_adjoint(Add(alpha), y, x); // x ← x + α Aᴴ y
    }
}

impl<K: Kernels<X, Y>, X: Scalar, Y: Scalar> Node<X, Y> for Made<K, X, Y> {
    fn operator(&self) -> &dyn LinearOperator<X, Y> {
        self
    }

    fn gains_by_rows(&self) -> bool {
        self.kernels.gains_by_rows()
    }

    fn forward_pass(&self) -> Option<&RefCell<Pass<X, Y>>> {
        self.forward()
    }

    fn adjoint_pass(&self) -> Option<&RefCell<Pass<Y, X>>> {
        self.adjoint()
    }

    fn forward_sweep(&self, slab: &Slab) -> Option<AnySweep<X, Y>> {
        let members = self.members(slab)?;
        self.kernels.forward_sweep(slab, members)
    }

    fn adjoint_sweep(&self, slab: &Slab) -> Option<AnySweep<Y, X>> {
        let [domain, range] = self.members(slab)?;
        self.kernels.adjoint_sweep(slab, [range, domain])
    }

    fn form(&self) -> Form<'_, X, Y> {
        self.kernels.form()
    }
}

/// How a sweep puts what a kernel puts.
fn putting<T: Scalar>(put: impl Put<T>) -> Putting<T> {
    put.alpha().map_or(Putting::Set, Putting::Add)
}

/// Scratch of a composition: taken when it is built, lent out while it is applied.
#[derive(Debug, Default)]
pub(super) struct Room<T>(RefCell<Vec<T>>);

impl<T: Scalar> Room<T> {
    pub(super) fn new(len: usize) -> Self {
        Self(RefCell::new(vec![T::zero(); len]))
    }

    /// For the result of any of these that cannot add to its output, forward or, for `side` the
    /// domain, adjoint.
    pub(super) fn for_parts<'a, X: Scalar, Y: Scalar>(
        parts: impl IntoIterator<Item = &'a Operator<X, Y>>,
        side: impl Fn(&Operator<X, Y>) -> &Space,
    ) -> Self {
        let cannot_add = parts.into_iter().filter(|part| part.accumulate().is_none());
        Self::new(cannot_add.map(|part| side(part).local_len()).max().unwrap_or(0))
    }

    /// Makes it at least so long.
    pub(super) fn fit(&self, len: usize) {
        let mut room = self.0.borrow_mut();
        if room.len() < len {
            *room = vec![T::zero(); len]; // never touched until it is used
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(super) fn lend(&self) -> std::cell::RefMut<'_, Vec<T>> {
        self.0.borrow_mut()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.borrow().len() * size_of::<T>()
    }
}
