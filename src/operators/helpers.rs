//! What is often wanted of operators: the normal operator, a regularised stack, all of a small one as a matrix.

use super::{LinearOperator, Operator, StackedVStack};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use ndarray::Array2;

/// `Aᴴ A`.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::{Diagonal, normal}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let a = Diagonal::of(&DistArray::full(&layout, 3.0))?;
/// assert_eq!((&normal(&a) * &DistArray::full(&layout, 1.0)).as_slice(), [9.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
pub fn normal<T: Scalar>(a: &Operator<T>) -> Operator<T> {
    &a.adjoint() * a
}

/// The stack `[G; ε₁ L₁; ε₂ L₂; …]`: least squares on it with data `[d; 0; 0; …]` make `‖G x − d‖² + ε₁² ‖L₁ x‖² + …` least.
///
/// # Errors
/// Those of [`StackedVStack::of`]; [`ErrorKind::Parameter`] if a weight is not finite.
///
/// # Example
/// ```
/// use lops::prelude::*;
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[20], 0)?;
///     let (g, l) = (Restriction::new(&[3, 9, 15]).on::<f64>(&layout)?, SecondDerivative::along(0).on(&layout)?);
///     let a = lops::operators::regularise(&g, &[(0.1, &l)])?;
///     let d = DistArray::full(g.range(), 2.0);
///     let data = DistArray::stack(&[&d, &DistArray::zeros(l.range())])?;
///     let mut x = DistArray::zeros(&layout);
///     cgls(&a, &data, &mut x, &Options { iterations: 100, ..Options::default() })?;
///     assert!((x.get(&[12])? - 2.0).abs() < 1e-3); // between the places that were measured
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// `regularized_inversion` of pylops, whose `epsRs` these weights are.
pub fn regularise<T: Scalar>(g: &Operator<T>, terms: &[(T::Real, &Operator<T>)]) -> Result<Operator<T>> {
    if let Some((weight, _)) = terms.iter().find(|(weight, _)| !weight.finite()) {
        return Err(Error::expected(ErrorKind::Parameter, "weight of a regularisation", "a finite number", weight));
    }
    let weighted = terms.iter().map(|(weight, operator)| operator.scale_real(*weight));
    StackedVStack::of(std::iter::once(g.clone()).chain(weighted).collect())
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// All of a small operator as a matrix, the same on every rank: column k is what it makes of the k-th unit vector, elements in
    /// C order of the global arrays, members of a stack one after another.
    ///
    /// # Communication
    /// As many applications as there are columns, and as many gathers.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] of more than 2²⁴ elements.
    ///
    /// # Example
    /// ```
    /// use lops::{Layout, launch_threads, operators::FirstDerivative};
    ///
    /// launch_threads(2, |comm| {
    ///     let d = FirstDerivative::along(0).on::<f64>(&Layout::scatter(comm, &[4], 0)?)?;
    ///     assert_eq!(d.to_dense()?.row(1).to_vec(), [-0.5, 0.0, 0.5, 0.0]);
    ///     assert_eq!(d.adjoint().to_dense()?, d.to_dense()?.t());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// `todense` of pylops.
    pub fn to_dense(&self) -> Result<Array2<Y>> {
        const MOST: usize = 1 << 24;
        let (rows, columns) = self.shape();
        let elements = rows.checked_mul(columns).filter(|&elements| elements <= MOST);
        if elements.is_none() {
            let found = format!("{rows} × {columns}");
            return Err(Error::expected(
                ErrorKind::Shape,
                "operator as a matrix",
                format!("at most {MOST} elements"),
                found,
            ));
        }
        let told = format_args!("{}, {:#} to {:#}", self.name(), self.domain(), self.range());
        let _operation = self.domain().comm().operation("to_dense", told);
        let mut matrix = Array2::zeros((rows, columns));
        let mut y = DistArray::zeros(self.range());
        let mut first = 0;
        for layout in self.domain().layouts() {
            for k in 0..layout.size() {
                let x = unit(self.domain(), first + k)?;
                self.apply_into(&x, &mut y)?;
                matrix.column_mut(first + k).iter_mut().zip(y.gather_all()).for_each(|(m, y)| *m = y);
            }
            first += layout.size();
        }
        Ok(matrix)
    }
}

/// The k-th unit vector of a space.
fn unit<T: Scalar>(space: &crate::Space, k: usize) -> Result<DistArray<T>> {
    let (mut parts, mut first) = (vec![], 0);
    for layout in space.layouts() {
        let mut index = vec![0; layout.ndim()];
        let here = (first..first + layout.size()).contains(&k);
        let mut left = k.wrapping_sub(first);
        for (axis, place) in index.iter_mut().enumerate().rev().filter(|_| here) {
            *place = left % layout.shape()[axis];
            left /= layout.shape()[axis];
        }
        let one = |i: &[usize]| if here && i == index { T::one() } else { T::zero() };
        parts.extend(DistArray::from_fn(layout, one).into_vec());
        first += layout.size();
    }
    DistArray::from_local(space, parts)
}
