//! A rank's part of an array, as the protocol has it.

use super::VERSION;
use super::dim::DimData;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{DType, Element};
use ndarray::{ArrayD, ArrayViewD};

/// A rank's part of an array: what the protocol's `__distarray__()` returns.
///
/// `B` is [`ArrayViewD`] where values are borrowed, [`ArrayD`] where they are owned.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure<B> {
    /// The protocol's version (`__version__`).
    pub version: String,
    /// The rank's values.
    pub buffer: B,
    /// Which indices they stand at, one entry for each dimension.
    pub dim_data: Vec<DimData>,
}

impl<B> Structure<B> {
    /// Of this version of the protocol. Nothing is checked yet.
    pub fn new(buffer: B, dim_data: Vec<DimData>) -> Self {
        Self { version: VERSION.to_owned(), buffer, dim_data }
    }
}

impl<T: Element> Structure<ArrayViewD<'_, T>> {
    /// The same with a copy of the values.
    #[must_use]
    pub fn to_owned(&self) -> Structure<ArrayD<T>> {
        Structure { version: self.version.clone(), buffer: self.buffer.to_owned(), dim_data: self.dim_data.clone() }
    }

    /// The type of the values.
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }
}

impl<T: Element> Structure<ArrayD<T>> {
    /// The same with the values borrowed.
    pub fn view(&self) -> Structure<ArrayViewD<'_, T>> {
        Structure { version: self.version.clone(), buffer: self.buffer.view(), dim_data: self.dim_data.clone() }
    }

    /// The type of the values.
    pub fn dtype(&self) -> DType {
        T::DTYPE
    }

    /// `Ok` if the structure holds the protocol's rules, as far as one rank can tell. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] with the rule that is broken.
    pub fn check(&self) -> Result<()> {
        check_version(&self.version)?;
        check_dims(&self.dim_data, self.buffer.shape())
    }

    /// The values that this rank owns, in C order: without communication padding. Moved where there is
    /// none.
    pub(super) fn into_owned_values(self) -> Vec<T> {
        let Self { mut buffer, dim_data, .. } = self;
        buffer.slice_each_axis_inplace(|axis| dim_data[axis.axis.index()].owned_cells().into());
        if !buffer.is_standard_layout() {
            return buffer.iter().copied().collect();
        }
        let count = buffer.len();
        let (mut values, offset) = buffer.into_raw_vec_and_offset();
        let start = offset.unwrap_or(0);
        values.truncate(start + count);
        values.drain(..start);
        values
    }
}

/// `Ok` for the one version that is understood.
pub(crate) fn check_version(version: &str) -> Result<()> {
    if version == VERSION {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Format, "__version__", format!("{VERSION:?}"), format!("{version:?}")))
}

/// `Ok` if these dimensions are the protocol's and describe a buffer of this shape.
pub(crate) fn check_dims(dim_data: &[DimData], shape: &[usize]) -> Result<()> {
    if dim_data.len() != shape.len() {
        let expected = format!("{}, one for each axis of the buffer", shape.len());
        return Err(Error::expected(ErrorKind::Format, "number of dim_data", expected, dim_data.len()));
    }
    for (axis, (dim, &extent)) in dim_data.iter().zip(shape).enumerate() {
        dim.check(axis)?;
        if dim.cells() != extent {
            let what = format!("axis {axis} of the buffer");
            return Err(Error::expected(ErrorKind::Format, what, format!("{} cells", dim.cells()), extent));
        }
    }
    Ok(())
}
