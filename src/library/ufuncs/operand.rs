//! The second operand of an elementwise function: a number or an array.

use crate::array::{DistArray, mode_rules};
use crate::error::Result;
use crate::numbers::{Element, kernels};
use std::fmt;

/// A number, the same for every element, or an array whose shape broadcasts.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| i[0] as f64 - 1.5);
///     assert_eq!(x.maximum(0.0)?.gather_all(), lops::ndarray::arr1(&[0.0, 0.0, 0.5, 1.5]).into_dyn());
///     assert_eq!(x.maximum(&-&x)?, x.abs());
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Copy)]
pub enum Operand<'a, T: 'static> {
    /// The same value against every element.
    Scalar(T),
    /// An array of the same space, or of a shape that broadcasts on the spot.
    Array(&'a DistArray<T>),
}

impl<T: Element> From<T> for Operand<'_, T> {
    fn from(value: T) -> Self {
        Self::Scalar(value)
    }
}

impl<'a, T: Element> From<&'a DistArray<T>> for Operand<'a, T> {
    fn from(array: &'a DistArray<T>) -> Self {
        Self::Array(array)
    }
}

impl<T: Element> fmt::Debug for Operand<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(value) => write!(f, "{value:?}"),
            Self::Array(array) => write!(f, "{array:?}"),
        }
    }
}

impl<T: Element> DistArray<T> {
    /// f of every element and the operand's.
    pub(super) fn with<U: Element, V: Element>(
        &self,
        operand: Operand<'_, U>,
        what: &str,
        f: impl Fn(T, U) -> V,
    ) -> Result<DistArray<V>> {
        match operand {
            Operand::Array(y) => self.zip(y, f),
            Operand::Scalar(y) => {
                mode_rules::check_any(self.space(), what)?;
                Ok(DistArray::from_parts(self.space().clone(), kernels::map(self.as_slice(), |x| f(x, y))))
            }
        }
    }

    /// Every element replaced by f of it and the operand's.
    pub(super) fn with_in_place<U: Element>(
        &mut self,
        operand: Operand<'_, U>,
        what: &str,
        f: impl Fn(T, U) -> T,
    ) -> Result<()> {
        match operand {
            Operand::Array(y) => self.zip_in_place(y, f),
            Operand::Scalar(y) => {
                mode_rules::check_any(self.space(), what)?;
                kernels::map_in_place(self.as_mut_slice(), |x| f(x, y));
                Ok(())
            }
        }
    }
}
