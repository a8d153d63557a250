//! Assignment to a part of an array.

use super::index::Index;
use super::sliced::Sliced;
use crate::array::{DistArray, broadcast, like, mode_rules};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Element;
use ndarray::{ArrayBase, ArrayViewD, Data, Dimension};
use std::borrow::Cow;
use std::fmt;

/// What can be assigned to a part of an array: a number, a global array, or a distributed one.
#[derive(Clone)]
pub enum Value<'a, T: 'static> {
    /// The same value for every element.
    Scalar(T),
    /// An array of which every rank passes a copy.
    Global(ArrayViewD<'a, T>),
    /// An array of any layout on the same ranks.
    Array(&'a DistArray<T>),
}

impl<T: Element> From<T> for Value<'_, T> {
    fn from(value: T) -> Self {
        Self::Scalar(value)
    }
}

impl<'a, T: Element, S: Data<Elem = T>, D: Dimension> From<&'a ArrayBase<S, D>> for Value<'a, T> {
    fn from(global: &'a ArrayBase<S, D>) -> Self {
        Self::Global(global.view().into_dyn())
    }
}

impl<'a, T: Element> From<&'a DistArray<T>> for Value<'a, T> {
    fn from(array: &'a DistArray<T>) -> Self {
        Self::Array(array)
    }
}

impl<T: Element> fmt::Debug for Value<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(value) => write!(f, "{value:?}"),
            Self::Global(array) => write!(f, "{array:?}"),
            Self::Array(array) => write!(f, "{array:?}"),
        }
    }
}

impl<T: Element> DistArray<T> {
    /// Sets a part of the array to a number, to a global array that every rank passes, or to a
    /// distributed array of any layout.
    ///
    /// The value's shape is broadcast to the part's as NumPy does it; leading axes of length 1 may be too
    /// many. Of a list with an index that stands twice the later one wins. All copies of a replicated
    /// array or of replica chunks are set.
    ///
    /// # Communication
    /// None for numbers, global arrays and arrays of the part's own layout. For other distributed values
    /// that of [`like`](Self::like): one exchange, in which an element is sent once to each rank that needs it.
    ///
    /// # Errors
    /// Those of [`slice`](Self::slice); [`ErrorKind::Shape`] if the value's shape cannot be broadcast to the
    /// part's; [`ErrorKind::Communicator`] if it lives on other ranks; [`ErrorKind::Layout`] if either is
    /// made of chunks that are not replicas.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, index, launch_threads, ndarray::array};
    ///
    /// launch_threads(2, |comm| {
    ///     let mut x = DistArray::<f64>::zeros(&Layout::scatter(comm, &[4, 3], 0)?);
    ///     x.assign(&index![.., 0], 7.0)?;
    ///     x.assign(&index![1..3, 1..], &array![1.0, 2.0])?; // to both rows
    ///     assert_eq!(x.gather_all(), array![[7.0, 0.0, 0.0], [7.0, 1.0, 2.0], [7.0, 1.0, 2.0], [7.0, 0.0, 0.0]].into_dyn());
    ///     let last = x.slice(&index![2.., 1..])?;
    ///     x.assign(&index![..2, ..2], &last)?; // from other ranks
    ///     assert_eq!(x.gather_all(), array![[1.0, 2.0, 0.0], [0.0, 0.0, 2.0], [7.0, 1.0, 2.0], [7.0, 0.0, 0.0]].into_dyn());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn assign<'v>(&mut self, index: &[Index], value: impl Into<Value<'v, T>>) -> Result<()>
    where
        T: 'v,
    {
        let sliced = Sliced::new(self.layout()?, index)?;
        match value.into().on(&sliced.layout, index)? {
            Values::Same(value) => sliced.fill(self.as_mut_slice(), value),
            Values::Each(values) => sliced.put(self.as_mut_slice(), &values),
        }
        Ok(())
    }
}

/// What this rank assigns, in the order of its part.
pub(super) enum Values<'a, T: Clone> {
    Same(T),
    Each(Cow<'a, [T]>),
}

impl<'a, T: Element> Value<'a, T> {
    /// This rank's part of the value, on a layout to which it is assigned; `index` is for words.
    pub(super) fn on(self, layout: &Layout, index: &[Index]) -> Result<Values<'a, T>> {
        mode_rules::check_any(&layout.into(), "assignment to a part")?;
        let fits = |shape: &[usize]| {
            let excess = shape.len().saturating_sub(layout.ndim());
            if shape[..excess].iter().all(|&n| n == 1) && broadcast::fits(&shape[excess..], layout.shape()) {
                return Ok(());
            }
            let expected = format!("a shape that broadcasts to {:?}", layout.shape());
            Err(Error::expected(ErrorKind::Shape, "value assigned to a part", expected, format!("{shape:?}")))
        };
        match self {
            Value::Scalar(value) => Ok(Values::Same(value)),
            Value::Global(global) => {
                fits(global.shape())?;
                let global = global.as_standard_layout();
                let values = global.as_slice().unwrap_or(&[]);
                Ok(Values::Each(broadcast::own_part(values, global.shape(), layout).into()))
            }
            Value::Array(array) => {
                let own = array.layout()?;
                fits(own.shape())?;
                if own == layout {
                    return Ok(Values::Each(array.as_slice().into()));
                }
                let _operation = array.operation("assign", format_args!(", to {layout:#} at {index:?}"));
                Ok(Values::Each(like::fetch(array, layout, "value assigned to a part")?.into()))
            }
        }
    }
}
