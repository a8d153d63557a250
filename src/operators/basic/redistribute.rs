//! From one layout to another, as an operator.

use super::gathered::Gathered;
use crate::array::Space;
use crate::comm::Exchange;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{ExchangePlan, Layout, Overlap, Partition, Region};
use crate::numbers::Scalar;
use crate::operators::{Communication, LinearOperator, Operator, Sent};
use std::cell::RefCell;

/// `y = x` in another layout: the plan and the buffers of [`redistribute`](crate::DistArray::redistribute),
/// made once.
///
/// The adjoint is the way back. With it operators that want different layouts compose.
///
/// # Spaces
/// `X` and `Y`: one global shape on process grids (scattered layouts among them), or replicated. Real or complex.
///
/// # Communication
/// One exchange each way: every element that changes its rank is sent once, in one message for each
/// pair of ranks that share something. None where nothing changes its rank. From a grid to a replicated layout one
/// all-gather; from a replicated one nothing.
///
/// # Same bits
/// On any number of ranks and in any layout: nothing is computed.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Redistribute};
///
/// launch_threads(3, |comm| {
///     let (rows, columns) = (Layout::scatter(comm, &[4, 6], 0)?, Layout::scatter(comm, &[4, 6], 1)?);
///     let turn = Redistribute::to(&columns).on::<f64>(&rows)?;
///     let x = DistArray::random_signed(&rows, 1);
///     assert_eq!((&turn * &x).layout()?.axis(), Some(1));
///     assert_eq!(&turn.adjoint() * &(&turn * &x), x);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Redistribute {
    to: Layout,
}

struct Redistributed<T: Scalar> {
    domain: Space,
    range: Space,
    there: Passage<T>,
    back: Passage<T>,
}

/// How elements come to where they are wanted.
enum Passage<T: Scalar> {
    Exchanged(Way<T>),
    /// From what every rank has.
    Here(Option<Overlap>),
    /// To every rank.
    Gathered(RefCell<Gathered<T>>),
}

/// The elements of one layout to where another has them.
pub(in crate::operators) struct Way<T: Scalar> {
    plan: std::rc::Rc<ExchangePlan>,
    exchange: RefCell<Exchange<T>>,
}

impl Redistribute {
    /// To this layout.
    pub fn to(layout: &Layout) -> Self {
        Self { to: layout.clone() }
    }

    /// The operator on arrays of this layout. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Shape`] if communicators or shapes differ;
    /// [`ErrorKind::Layout`] unless both are process grids or replicated, or if their masks differ.
    pub fn on<T: Scalar>(self, from: &Layout) -> Result<Operator<T>> {
        let to = &self.to;
        let comm = from.comm();
        let _operation = comm.operation("Operator::on", format_args!("Redistribute, {from:#}, to {to:#}"));
        comm.same_as(to.comm(), "layouts of Redistribute")?;
        if from.shape() != to.shape() {
            let (expected, found) = (format!("{:?}", from.shape()), format!("{:?}", to.shape()));
            return Err(Error::expected(ErrorKind::Shape, "shape to redistribute to", expected, found));
        }
        let fits = |layout: &Layout| matches!(layout.partition(), Partition::Grid(_) | Partition::Replicated);
        if let Some(other) = [from, to].into_iter().find(|layout| !fits(layout)) {
            let expected = "axes cut over a grid, or a replicated one";
            return Err(Error::expected(ErrorKind::Layout, "layout of Redistribute", expected, other));
        }
        if from.mask() != to.mask() {
            let (expected, found) = (format!("{:?}", from.mask()), format!("{:?}", to.mask()));
            return Err(Error::expected(ErrorKind::Layout, "mask to redistribute to", expected, found));
        }
        let (there, back) = (Passage::new(from, to)?, Passage::new(to, from)?);
        Ok(Operator::new(Redistributed { domain: from.into(), range: to.into(), there, back }))
    }
}

impl<T: Scalar> Passage<T> {
    fn new(from: &Layout, to: &Layout) -> Result<Self> {
        let (comm, shape) = (from.comm(), from.shape());
        let part = |of: &Layout, rank: usize| of.process_grid().map_or(Region::whole(shape), |grid| grid.region(rank));
        Ok(if from.is_replicated() {
            Self::Here(Overlap::of(&Region::whole(shape), &part(to, comm.rank())))
        } else if to.is_replicated() {
            let parts: Vec<_> = (0..comm.size()).map(|rank| part(from, rank)).collect();
            Self::Gathered(RefCell::new(Gathered::new(comm, shape, &parts)))
        } else {
            Self::Exchanged(Way::new(from, to)?)
        })
    }

    fn go(&self, from: &[T], to: &mut [T]) {
        match self {
            Self::Exchanged(way) => way.go(from, to),
            Self::Here(overlap) => overlap.iter().for_each(|overlap| overlap.copy(from, to)),
            Self::Gathered(gathered) => gathered.borrow_mut().run(from, to),
        }
    }

    fn sent(&self) -> Sent {
        match self {
            Self::Exchanged(way) => way.sent(),
            Self::Here(_) => Sent::NOTHING,
            Self::Gathered(gathered) => gathered.borrow().sends(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Exchanged(way) => way.bytes(),
            Self::Here(_) => 0,
            Self::Gathered(gathered) => gathered.borrow().bytes(),
        }
    }
}

impl<T: Scalar> Way<T> {
    /// Between two layouts of one shape that have each element once. Local.
    pub(in crate::operators) fn new(from: &Layout, to: &Layout) -> Result<Self> {
        let plan = from.plan_to(to, || ExchangePlan::new(from.comm(), from, to));
        let exchange = RefCell::new(plan.exchange(from.comm())?);
        Ok(Self { plan, exchange })
    }

    pub(in crate::operators) fn go(&self, from: &[T], to: &mut [T]) {
        self.plan.run(&mut self.exchange.borrow_mut(), from, to);
    }

    pub(in crate::operators) fn sent(&self) -> Sent {
        let exchange = self.exchange.borrow();
        exchange.sends_if_started()
    }

    /// Bytes of the buffers.
    pub(in crate::operators) fn bytes(&self) -> usize {
        self.exchange.borrow().buffers()
    }
}

impl<T: Scalar> LinearOperator<T> for Redistributed<T> {
    fn domain(&self) -> &Space {
        &self.domain
    }

    fn range(&self) -> &Space {
        &self.range
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.there.go(x, y); // y ← x
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.back.go(y, x); // x ← y
    }

    fn name(&self) -> String {
        "Redistribute".into()
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.there.sent(), adjoint: self.back.sent() }
    }

    fn scratch(&self) -> usize {
        self.there.bytes() + self.back.bytes()
    }
}
