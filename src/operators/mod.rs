//! Linear operators with exact adjoints, and their algebra.
//!
//! [`LinearOperator`] is what an operator's author writes: two spaces and two kernels on local
//! slices. [`Operator`] is the shared handle everybody else uses: a clone copies a pointer, and it
//! carries the algebra `Aᴴ`, `Aᵀ`, `αA`, `A + B`, `A B`, `Aⁿ`, `A x`.
//!
//! There is one family of operators: a rank's own operator is one whose spaces live on a
//! communicator of that rank alone ([`Comm::alone`](crate::Comm::alone)).
//!
//! # How they are made
//! A type of this module is a *description*; `.on(&layout)?` makes the operator, and takes the scalar
//! where nothing before it did: `FirstDerivative::along(0).on::<f64>(&layout)?`,
//! `Restriction::new(&[1, 4]).along(1).on::<f64>(&layout)?`, `MatrixMult::new(&matrix).on(&layout)?`.
//! What is made of parts that carry their spaces is made by `of`: `Diagonal::of(&d)?`,
//! `StackedVStack::of(operators)?`, `BlockDiag::of(comm, operators)?`. What cannot fail returns the
//! operator, all else a [`Result`](crate::Result), the same on all ranks.

mod adjoint; //     Aᴴ
mod block_diag;
mod blocks;
mod check; //       what any operator has to do
mod column;
mod communication;
mod complexified; // a real operator on complex vectors
mod conjugate; //   Ā and Aᵀ
mod convolve1d;
mod diagonal;
mod first_derivative;
mod flat; //        one list, however many signs made it
mod gradient;
mod groups; //      who works together on a part of a stack
mod h_stack;
mod handle; //      Operator: the checked door, `A x`
mod identity;
mod joined; //      the spaces of a stack of groups' operators
mod kernels; //     how the crate's operators are written
mod laplacian;
mod list;
mod matrix_mult;
mod mixed; //       A B with another scalar between
mod one_rank; //    the same on many ranks and on one
mod poststack;
mod product; //     A B and Aⁿ
mod put; //         set or add
mod redistribute;
mod restriction;
mod scaled; //      α A
mod second_derivative;
mod shares; //      how parts are dealt out
mod signs; //       + - * for handles
mod spread; //      between an array and overlapping chunks of it
mod stacked; //     stacks of distributed operators
mod stencil; //     what derivatives have in common
mod sum; //         α A + β B + …
mod transpose_axes;
mod v_stack;
mod words; //       a space told to other ranks
mod zero;

pub use block_diag::BlockDiag;
pub use check::CheckReport;
pub use communication::Communication;
pub use convolve1d::Convolve1D;
pub use diagonal::Diagonal;
pub use first_derivative::FirstDerivative;
pub use gradient::Gradient;
pub use groups::Groups;
pub use h_stack::HStack;
pub use handle::Operator;
pub use identity::Identity;
pub use laplacian::Laplacian;
pub use matrix_mult::MatrixMult;
pub use one_rank::{check_same_bits, one_rank_difference};
pub use poststack::PoststackModelling;
pub use redistribute::Redistribute;
pub use restriction::Restriction;
pub use second_derivative::SecondDerivative;
pub use shares::Shares;
pub use spread::{Fold, Overlaps, Spread};
pub use stacked::{StackedBlockDiag, StackedHStack, StackedVStack};
pub use stencil::Stencil;
pub use transpose_axes::TransposeAxes;
pub use v_stack::VStack;
pub use zero::Zero;

pub use crate::Sent;

use crate::{Scalar, Space};
use handle::{Form, Node};
use kernels::{Kernels, Room};
use put::{Add, Put, Set};

/// A linear map `A : X → Y` between spaces, and its adjoint `Aᴴ : Y → X`.
///
/// The kernels get slices of the right lengths ([`Space::local_len`] of this rank) and overwrite
/// all of their output; they cannot fail. The adjoint is exact: `⟨A x, y⟩ = ⟨x, Aᴴ y⟩`, in the real
/// inner product where one side is real and the other complex. All ranks call a kernel together,
/// also where the operator sends nothing.
///
/// # Example
/// Everybody's own operator, here `y = 2 x`:
/// ```
/// use lops::{Comm, DistArray, Layout, LinearOperator, Operator, Space};
///
/// struct Double(Space);
///
/// impl LinearOperator<f64> for Double {
///     fn domain(&self) -> &Space {
///         &self.0
///     }
///     fn range(&self) -> &Space {
///         &self.0
///     }
///     fn apply(&self, x: &[f64], y: &mut [f64]) {
///         for (y, x) in y.iter_mut().zip(x) {
///             *y = 2.0 * x; // y ← A x
///         }
///     }
///     fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
///         self.apply(y, x); // A is real and symmetric
///     }
/// }
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let double = Operator::new(Double(layout.clone().into()));
/// let x = DistArray::full(&layout, 1.5);
/// let y = &(&double * &double) * &x;
/// assert_eq!(y.as_slice(), [6.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
pub trait LinearOperator<X: Scalar, Y: Scalar = X> {
    /// The space `X`.
    fn domain(&self) -> &Space;

    /// The space `Y`.
    fn range(&self) -> &Space;

    /// `y ← A x`.
    fn apply(&self, x: &[X], y: &mut [Y]);

    /// `x ← Aᴴ y`.
    fn apply_adjoint(&self, y: &[Y], x: &mut [X]);

    /// `y ← y + α A x` in one pass, where the operator offers it: sums of operators ask for it.
    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        None
    }

    /// What this rank sends per forward and per adjoint application.
    fn communication(&self) -> Communication {
        Communication::default()
    }

    /// Bytes of memory that the operator keeps on this rank beside the vectors it is applied to:
    /// buffers of messages, packed lines, copies of matrices, vectors between the factors of a product.
    fn scratch(&self) -> usize {
        0
    }

    /// What the operator is called when it is printed.
    fn name(&self) -> String {
        type_name::<Self>()
    }
}

/// Kernels that add to their output instead of overwriting it.
pub trait Accumulate<X: Scalar, Y: Scalar = X> {
    /// `y ← y + α A x`.
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]);

    /// `x ← x + α Aᴴ y`.
    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]);
}

/// The last part of a type's name, without parameters.
fn type_name<A: ?Sized>() -> String {
    let name = std::any::type_name::<A>();
    let base = name.split('<').next().unwrap_or(name);
    base.rsplit("::").next().unwrap_or(base).to_string()
}
