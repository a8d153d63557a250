//! Vectors of few elements that are not 0.

use super::super::parameter::combined;
use super::super::separable::sums_over;
use super::super::set::indicator;
use super::super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::solvers::nth_modulus;
use std::cell::OnceCell;

/// 0 where at most n elements are not 0, ∞ elsewhere. Its prox keeps the n elements of the largest moduli; of equal ones those that
/// come first, members of a stack one after another, each in C order. Not convex.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: eight of 2048, and one or two of 8 for each bit of the number of elements where
/// equal moduli have to be told apart.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::L0Ball};
///
/// let layout = Layout::scatter(&Comm::solo(), &[5], 0)?;
/// let ball = L0Ball::new(3).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [1.0, -3.0, 2.0, 0.5, 1.0][i[0]]);
/// assert_eq!(ball.prox(&x, 1.0)?.as_slice(), [1.0, -3.0, 2.0, 0.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `L0Ball` of pyproximal, which keeps others of equal moduli.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct L0Ball {
    most: usize,
}

impl L0Ball {
    /// Of at most so many elements that are not 0.
    pub fn new(most: usize) -> Self {
        Self { most }
    }

    /// On vectors of a space, arrays or stacks.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        Ok(ProximalOperator::new(Few { space: combined(space, "L0Ball")?, most: self.most, numbers: OnceCell::new() }))
    }
}

struct Few {
    space: Space,
    most: usize,
    /// Of each element of this rank's buffer its number among all, from when equal moduli are told apart first.
    numbers: OnceCell<Vec<usize>>,
}

impl Few {
    fn count<T: Scalar>(&self, x: &DistArray<T>, counts: impl Fn(usize, T) -> bool) -> usize {
        let [count] = sums_over(&self.space, x.as_slice(), |k, x| [f64::from(u8::from(counts(k, x)))]);
        count as usize
    }

    /// The number of each element of this rank's buffer among all, members of a stack one after another.
    fn numbers(&self) -> Vec<usize> {
        let (mut numbers, mut before) = (Vec::with_capacity(self.space.local_len()), 0);
        for layout in self.space.layouts() {
            let flat = |index: &[usize]| index.iter().zip(layout.shape()).fold(0, |at, (i, n)| at * n + i);
            layout.for_each_index(layout.comm().rank(), |index| numbers.push(before + flat(index)));
            before += layout.size();
        }
        numbers
    }

    /// The least number below which there are so many elements of this modulus.
    fn end_of_first<T: Scalar>(&self, x: &DistArray<T>, size: f64, wanted: usize, numbers: &[usize]) -> usize {
        let (mut low, mut high) = (0, self.space.size());
        while low < high {
            let middle = low.midpoint(high);
            let found = self.count(x, |k, x| x.modulus().to_f64() == size && numbers[k] < middle);
            (low, high) = if found < wanted { (middle + 1, high) } else { (low, middle) };
        }
        low
    }
}

impl<T: Scalar> Proximal<T> for Few {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        Ok(indicator(self.count(x, |_, x| x != T::zero()) <= self.most))
    }

    fn prox_into(&self, _: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let counted = self.count(x, |_, _| true);
        y.copy_from(x)?;
        if counted <= self.most {
            return Ok(());
        }
        if self.most == 0 {
            y.fill(T::zero());
            return Ok(());
        }
        let (least, not_above) = nth_modulus(x, counted - self.most);
        let wanted = self.most - (counted - not_above);
        let equal = self.count(x, |_, x| x.modulus().to_f64() == least);
        let numbers = if equal > wanted { &self.numbers.get_or_init(|| self.numbers())[..] } else { &[] };
        let end = if equal > wanted { self.end_of_first(x, least, wanted, numbers) } else { 0 };
        for (k, y) in y.as_mut_slice().iter_mut().enumerate() {
            let size = y.modulus().to_f64();
            if size < least || (size == least && numbers.get(k).is_some_and(|&number| number >= end)) {
                *y = T::zero();
            }
        }
        Ok(())
    }

    fn scratch(&self) -> usize {
        self.numbers.get().map_or(0, |numbers| size_of_val(&numbers[..]))
    }

    fn name(&self) -> String {
        "L0Ball".into()
    }
}
