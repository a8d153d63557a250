//! Parts of arrays by NumPy's index expressions: taken, looked into, written to.
//!
//! Whatever is picked stays on the rank that holds it: a rank's part of the result is what it has of
//! the source, and the layout of the result says so. Rows of a scattered array are scattered, a row of
//! it is on one rank, every third element of a cyclic axis is cyclic again. So taking a part moves
//! nothing; only assigning a distributed array to one does.

mod assign;
mod axis;
mod element;
mod index;
mod positions;
mod selection;
mod sliced;
mod view;

pub use assign::Value;
pub use index::{Index, Span};
#[cfg(feature = "hdf5")]
pub(crate) use selection::Steps;
pub(crate) use selection::{Pick, Selection};
pub use view::{DistView, DistViewMut};

use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::Element;
use sliced::Sliced;

impl<T: Element> DistArray<T> {
    /// A part of the array, as an array: every rank copies what it holds. Local.
    ///
    /// The result lies on the ranks as the source does. A dropped axis leaves the ranks that hold the
    /// index, a negative step turns the order of ranks, a list on a cut axis makes it a listed one unless
    /// the rows it picks come block by block. One element alone is a chunk on its owner
    /// ([`get`](Self::get) gives it to all). Of a chunked array each chunk gives its part, in its mode.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`](crate::ErrorKind::Axis) for more indices than axes or one out of range,
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) for a step of 0 or several ellipses,
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) for a mask of another length than its axis,
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, index, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[7, 4], 0)?, |i| (10 * i[0] + i[1]) as f64);
    ///     let odd = x.slice(&index![1..;2, 0])?; // rows 1, 3, 5
    ///     assert_eq!(odd.layout()?, &Layout::scatter(comm, &[3], 0)?);
    ///     assert_eq!(odd.gather_all().as_slice().unwrap(), [10.0, 30.0, 50.0]);
    ///     let row = x.slice(&index![-1])?; // on the last rank
    ///     assert_eq!(row.as_slice().len(), if comm.rank() == 2 { 4 } else { 0 });
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn slice(&self, index: &[Index]) -> Result<Self> {
        let sliced = Sliced::new(self.layout()?, index)?;
        let data = sliced.take(self.as_slice());
        Ok(Self::from_parts(sliced.layout.into(), data))
    }
}
