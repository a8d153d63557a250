//! The eigenvalue of the largest modulus, by powers of the operator.

use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::options::not_negative;

/// What [`power_iteration`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "it says whether it converged"]
pub struct PowerIteration<T> {
    /// The eigenvalue: ⟨x, A x⟩ of the last x.
    pub value: T,
    /// ‖A x − λ x‖: of a Hermitian A there is an eigenvalue no further from it.
    pub error: f64,
    /// Applications of A.
    pub iterations: usize,
    /// Whether the value changed by less than was asked for, at last.
    pub converged: bool,
}

/// The eigenvalue of A with the largest modulus, and its eigenvector in x: x ← A x / ‖A x‖, until the value changes by less than
/// the tolerance times its modulus, also where it is below 0.
///
/// x is where it begins; if it is 0, random numbers, the same for any layout. For singular values see
/// [`Operator::norm_estimate`], which is faster by far, and for any A.
///
/// # Communication
/// Each iteration that of A, and three small all-reduces.
///
/// # Errors
/// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if A does not
/// map a space to itself, or x is of another one; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a tolerance that is
/// negative or not finite.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Diagonal, solvers::power_iteration};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 - 2.0 * i[0] as f64))?; // 1, −1, −3, −5
/// let mut x = DistArray::zeros(&layout);
/// let found = power_iteration(&a, &mut x, 100, 1e-12)?;
/// assert!(found.converged && (found.value + 5.0f64).abs() < 1e-9);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// PyLops's `power_iteration`, but for the sign of the eigenvalue in its stopping rule and for the start.
pub fn power_iteration<T: Scalar>(
    a: &Operator<T>,
    x: &mut DistArray<T>,
    iterations: usize,
    tolerance: f64,
) -> Result<PowerIteration<T>> {
    a.domain().same_as(a.range(), "range of the operator of power_iteration")?;
    a.domain().same_as(x.space(), "vector of power_iteration")?;
    not_negative("tolerance", tolerance)?;
    let mut norm = x.norm().to_f64();
    if norm == 0.0 {
        *x = DistArray::random(x.space(), 0);
        norm = x.norm().to_f64();
    }
    scale(x, norm);
    let mut y = x.zeros_like();
    let mut found = PowerIteration { value: T::zero(), error: f64::INFINITY, iterations: 0, converged: false };
    while found.iterations < iterations && !found.converged {
        a.apply_into(x, &mut y)?; //                                           y ← A x
        let value = x.vdot(&y)?; //                                            λ ← ⟨x, y⟩
        norm = y.norm().to_f64();
        x.axpby(T::one(), &y, -value)?; //                                     x ← y − λ x
        let error = x.norm().to_f64();
        let change = (value - found.value).modulus().to_f64();
        let converged = found.iterations > 0 && change <= tolerance * value.modulus().to_f64();
        found = PowerIteration { value, error, iterations: found.iterations + 1, converged: converged || norm == 0.0 };
        x.copy_from(&y)?;
        scale(x, norm); //                                                     x ← y / ‖y‖
    }
    Ok(found)
}

/// x ← x / norm, of a norm that may be near the ends of the range.
fn scale<T: Scalar>(x: &mut DistArray<T>, norm: f64) {
    if norm > 0.0 {
        let by = T::from_real(T::Real::from_f64(1.0 / norm.sqrt()));
        x.scale(by);
        x.scale(by);
    }
}
