//! A strided volume in a file: where each element of an array lies.

use crate::error::{Error, ErrorKind, Result};
use crate::library::{Pick, Selection};
use crate::numbers::DType;
use std::ops::Range;

/// Element `(i₀, i₁, …)` of an array lies `offset + Σ iₖ · strideₖ` bytes into a file.
///
/// A `.npy` file in C or in Fortran order is one, and so are every second plane of it, the traces between
/// their headers, and a rank's part of a larger array.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Strided {
    pub(super) shape: Vec<usize>,
    /// Bytes from one index of an axis to the next; negative where an axis is walked backwards.
    pub(super) strides: Vec<i64>,
    /// Where the element of indices 0 lies.
    pub(super) offset: i64,
    pub(super) dtype: DType,
    /// Most significant byte first.
    pub(super) big_endian: bool,
}

impl Strided {
    /// One element after another: the last axis fastest, or in Fortran order the first. Elements of the
    /// bytes' own order in this machine's.
    ///
    /// The lengths that are not 0 must have a product, in bytes, that `i64` holds.
    pub(super) fn dense(shape: &[usize], dtype: DType, fortran: bool, offset: u64) -> Self {
        let mut strides = vec![0; shape.len()];
        let mut next = dtype.size() as i64;
        let mut put = |axis: usize| {
            strides[axis] = next;
            next *= shape[axis].max(1) as i64;
        };
        if fortran {
            (0..shape.len()).for_each(&mut put);
        } else {
            (0..shape.len()).rev().for_each(&mut put);
        }
        let big_endian = cfg!(target_endian = "big");
        Self { shape: shape.to_vec(), strides, offset: offset as i64, dtype, big_endian }
    }

    /// The bytes from the first to the last that belong to an element; `None` if it overflows.
    pub(super) fn extent(&self) -> Option<Range<i64>> {
        if self.shape.contains(&0) {
            return Some(self.offset..self.offset);
        }
        let (mut low, mut high) = (self.offset, self.offset);
        for (&n, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = i64::try_from(n - 1).ok()?.checked_mul(stride)?;
            if reach < 0 {
                low = low.checked_add(reach)?;
            } else {
                high = high.checked_add(reach)?;
            }
        }
        Some(low..high.checked_add(self.dtype.size() as i64)?)
    }

    /// `Ok` if all of it lies in a file of this length.
    pub(super) fn check_within(&self, length: u64, what: &str) -> Result<()> {
        if self.shape.contains(&0) {
            return Ok(()); // no byte is asked for
        }
        let end = self.extent().filter(|extent| extent.start >= 0).map(|extent| extent.end as u64);
        if end.is_some_and(|end| end <= length) {
            return Ok(());
        }
        let least = end.map_or_else(|| "more bytes than a file has".into(), |end| format!("{end} bytes or more"));
        let expected = format!("{least} for {:?} of {}", self.shape, self.dtype);
        Err(Error::expected(ErrorKind::Format, what, expected, format!("{length} bytes")))
    }

    /// `Ok` if no two elements lie on the same bytes, as far as strides that nest tell.
    pub(super) fn check_apart(&self, what: &str) -> Result<()> {
        if self.shape.contains(&0) {
            return Ok(());
        }
        let mut axes: Vec<_> = self.strides.iter().zip(&self.shape).filter(|&(_, &n)| n > 1).collect();
        axes.sort_by_key(|&(stride, _)| *stride);
        let mut inner = self.dtype.size() as i64;
        for (&stride, &n) in axes {
            if stride < inner {
                let expected = "strides that keep elements apart, each at least the extent of the axes inside";
                return Err(Error::expected(ErrorKind::Parameter, what, expected, format!("{:?}", self.strides)));
            }
            inner = (n as i64 - 1).saturating_mul(stride).saturating_add(inner);
        }
        Ok(())
    }

    /// What is picked of it, which is strided again.
    pub(super) fn slice(&self, selection: &Selection, what: &str) -> Result<Self> {
        let mut offset = self.offset;
        for (pick, stride) in selection.picks.iter().zip(&self.strides) {
            offset += stride
                * match pick {
                    Pick::At(index) => *index as i64,
                    Pick::Steps(steps) => steps.first as i64,
                    Pick::List(_) => {
                        let expected = "integers, ranges and ranges with a step";
                        return Err(Error::expected(ErrorKind::Parameter, what, expected, "a list or mask"));
                    }
                };
        }
        let stride = |axis: &Option<usize>| match axis.map(|axis| (&selection.picks[axis], self.strides[axis])) {
            Some((Pick::Steps(steps), stride)) => stride * steps.step as i64,
            _ => 0, // a new axis
        };
        let strides = selection.axes.iter().map(stride).collect();
        Ok(Self { shape: selection.shape(), strides, offset, ..*self })
    }
}
