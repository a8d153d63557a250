//! The outer product of two arrays of one axis.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Partition};
use crate::numbers::{Number, memory};

impl<T: Number> DistArray<T> {
    /// The outer product zᵢⱼ = xᵢ yⱼ of two arrays of one axis: its rows are cut as x is; where every rank has
    /// all of x, its columns as y is.
    ///
    /// # Communication
    /// One all-gather of y where x is cut and y is not on every rank; one broadcast of the product where both are
    /// on every rank, x kept equal and y not; none otherwise. Arrays in chunks are
    /// redistributed to an even cut first.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] unless both have one axis; [`ErrorKind::Layout`] of a stack;
    /// [`ErrorKind::Communicator`] if the ranks differ; [`ErrorKind::Parameter`] if the mode of chunks is not
    /// defined for the type.
    ///
    /// # Panics
    /// Where a product of integers overflows, as `*` does: in builds with overflow checks.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| i[0] as f64);
    ///     let y = DistArray::from_fn(&Layout::replicated(comm, &[3])?, |i| 1.0 + i[0] as f64);
    ///     let z = x.outer(&y)?; // nothing is sent
    ///     assert_eq!(*z.layout()?, Layout::scatter(comm, &[4, 3], 0)?);
    ///     assert_eq!(z.gather_all()[[3, 2]], 9.0);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy, `outer`; of arrays of more axes, that is what broadcasting is for.
    pub fn outer(&self, other: &Self) -> Result<Self> {
        let _operation = self.operation("outer", format_args!(", {:#}", other.space()));
        let (x, y) = (of_one_axis(self, "first array of outer")?, of_one_axis(other, "second array of outer")?);
        x.comm().same_as(y.comm(), "second array of outer")?;
        if x.chunks().is_some() {
            return self.redistribute(&Layout::scatter(x.comm(), x.shape(), 0)?)?.outer(other);
        }
        if y.chunks().is_some() {
            return self.outer(&other.redistribute(&Layout::scatter(y.comm(), y.shape(), 0)?)?);
        }
        let shape = [x.size(), y.size()];
        let (layout, columns) = if x.is_replicated() && !y.is_replicated() {
            (y.with_shape(&[shape[1], shape[0]])?.transposed(&[1, 0])?, other.as_slice().to_vec())
        } else {
            (x.with_shape(&shape)?, other.gather_all().into_raw_vec_and_offset().0)
        };
        let mut data = memory::room(layout.local_len());
        if layout.local_len() > 0 {
            self.as_slice().iter().for_each(|&x| data.extend(columns.iter().map(|&y| x * y)));
        }
        let mut product = Self::from_parts(layout.into(), data);
        if *y.partition() == Partition::Unsynced {
            product.sync(); // nobody keeps y equal, so the product is not equal either
        }
        Ok(product)
    }
}

fn of_one_axis<'a, T: Number>(x: &'a DistArray<T>, what: &str) -> Result<&'a Layout> {
    let layout = x.layout()?;
    if layout.ndim() == 1 {
        return Ok(layout);
    }
    Err(Error::expected(ErrorKind::Shape, what, "one axis", format!("shape {:?}", layout.shape())))
}
