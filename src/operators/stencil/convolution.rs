//! Convolutions along an axis, also of a derivative.

use super::{
    band::Band,
    kernels::{Add, AddComplex, Set},
    lines::{Correlation, Lines},
};
use crate::{
    Complex, Error, ErrorKind, Layout, Result, Scalar, Space,
    array::{Halo, check_axis},
    operators::{Accumulate, Communication, LinearOperator, Operator, Sent},
};
use std::cell::RefCell;

/// What is convolved with, along which axis, and with which derivative before.
pub(in super::super) struct Filter<'a, T> {
    pub(in super::super) taps: &'a [T],
    pub(in super::super) offset: usize,
    pub(in super::super) axis: usize,
    pub(in super::super) derivative: Option<super::Derivative>,
}

/// `y = W x` or `y = W D x`, with W a convolution and D a derivative.
pub(in super::super) struct Convolved<T: Scalar> {
    name: String,
    space: Space,
    forward: RefCell<Lines<T>>,
    adjoint: RefCell<Lines<T>>,
}

impl<T: Scalar> Convolved<T> {
    pub(in super::super) fn operator(name: String, layout: &Layout, filter: &Filter<'_, T>) -> Result<Operator<T>> {
        let &Filter { taps, offset, axis, derivative } = filter;
        check_axis(layout.shape(), axis)?;
        if taps.is_empty() {
            return Err(Error::expected(ErrorKind::Shape, "length of a filter", "at least 1", 0));
        }
        if offset >= taps.len() {
            let expected = format!("less than {}, the filter's length", taps.len());
            return Err(Error::expected(ErrorKind::Parameter, "offset of a filter", expected, offset));
        }
        if let Some((k, tap)) = taps.iter().enumerate().find(|(_, tap)| !tap.finite()) {
            let what = format!("value {k} of a filter");
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", tap));
        }
        let band = derivative.map(|derivative| derivative.band::<T>(layout)).transpose()?;
        let correlation = Correlation::convolution(taps, offset);
        let adjoint = Lines::new(layout, axis, None, correlation.adjoint(), band.as_ref().map(Band::transpose))?;
        let forward = Lines::new(layout, axis, band, correlation, None)?;
        Ok(Operator::new(Self {
            name,
            space: layout.into(),
            forward: RefCell::new(forward),
            adjoint: RefCell::new(adjoint),
        }))
    }
}

fn sent<T: Scalar>(lines: &RefCell<Lines<T>>) -> Sent {
    let (calls, messages, elements) = lines.borrow().halo.as_ref().map_or((0, 0, 0), Halo::sends);
    Sent { calls: calls as u64, messages: messages as u64, bytes: (elements * T::DTYPE.size()) as u64 }
}

fn add<T: Scalar>(lines: &RefCell<Lines<T>>, alpha: T, x: &[T], y: &mut [T]) {
    if alpha.im() == num_traits::Zero::zero() {
        lines.borrow_mut().run(Add(alpha.re()), x, y);
    } else {
        lines.borrow_mut().run(AddComplex(Complex::new(alpha.re(), alpha.im())), x, y);
    }
}

impl<T: Scalar> LinearOperator<T> for Convolved<T> {
    fn domain(&self) -> &Space {
        &self.space
    }

    fn range(&self) -> &Space {
        &self.space
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        self.forward.borrow_mut().run(Set, x, y); // y ← W D x
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        self.adjoint.borrow_mut().run(Set, y, x); // x ← Dᴴ Wᴴ y
    }

    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }

    fn communication(&self) -> Communication {
        Communication { forward: sent(&self.forward), adjoint: sent(&self.adjoint) }
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

impl<T: Scalar> Accumulate<T> for Convolved<T> {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        add(&self.forward, alpha, x, y); // y ← y + α W D x
    }

    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        add(&self.adjoint, alpha, y, x); // x ← x + α Dᴴ Wᴴ y
    }
}
