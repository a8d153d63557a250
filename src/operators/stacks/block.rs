//! Operators in rows and columns.

use super::{StackedHStack, StackedVStack};
use crate::error::Result;
use crate::numbers::Scalar;
use crate::operators::Operator;

/// `[[A, B, …], [C, D, …], …]`: operators in rows and columns, from a stack of models to a stack of data.
///
/// ```text
/// y₀ = A x₀ + B x₁ + …        x₀ = Aᴴ y₀ + Cᴴ y₁ + …
/// y₁ = C x₀ + D x₁ + …        x₁ = Bᴴ y₀ + Dᴴ y₁ + …
/// ```
///
/// It is the [`StackedVStack`] of a [`StackedHStack`] for each row, and prints as such. Where there is nothing,
/// [`Zero`](crate::operators::Zero) stands.
///
/// # Spaces
/// `X`: the [stack](crate::Space::stack) of the domains of each column's operators, which are one. `Y`: the stack of the ranges of each row's,
/// which are one. Any spaces; real or complex.
///
/// # Communication
/// The operators' own. Sums are local: each operator adds to the output where it can.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, Operator, operators::{Block, Identity, Zero}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let one: Operator<f64> = Identity.on(&layout);
/// let zero = Zero::to(&layout).on(&layout)?;
/// let block = Block::of(vec![vec![one.clone(), 2.0 * &one], vec![zero, -one]])?;
/// let (a, b) = (DistArray::full(&layout, 5.0), DistArray::full(&layout, 3.0));
/// let y = &block * &DistArray::stack(&[&a, &b])?;
/// assert_eq!((y.member(0).as_slice(), y.member(1).as_slice()), (&[11.0; 3][..], &[-3.0; 3][..]));
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Block`.
#[derive(Clone, Copy, Debug)]
pub struct Block;

impl Block {
    /// The operators row by row. Local.
    ///
    /// # Errors
    /// Those of [`StackedHStack::of`] of each row and of [`StackedVStack::of`] of all rows: if there is no row, or one without operators;
    /// if ranges of a row or domains of a column differ, or rows are of different lengths.
    pub fn of<X: Scalar, Y: Scalar>(rows: Vec<Vec<Operator<X, Y>>>) -> Result<Operator<X, Y>> {
        let rows = rows.into_iter().map(StackedHStack::of);
        StackedVStack::of(rows.collect::<Result<_>>()?)
    }
}
