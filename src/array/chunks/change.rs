//! Another mode, other chunks: the same global array.

use super::create::only;
use crate::array::{DistArray, combined};
use crate::error::Result;
use crate::layout::{Chunk, Folding, Layout, Mode, Placing, stretches};
use crate::numbers::Element;

impl<T: Element> DistArray<T> {
    /// The same global array in the same chunks with another mode; of other layouts, as chunks. The array
    /// itself is not changed.
    ///
    /// To [`Mode::Replica`] every chunk gets the values of the global array. To the other modes the last
    /// chunk that covers an element keeps its value, and the others get the mode's identity. (What no
    /// chunk covers is the new mode's identity then.)
    ///
    /// # Communication
    /// None from [`Mode::Replica`] or to the same mode. Otherwise one exchange: what ranks hold of an
    /// element goes to those that need its value; two to [`Mode::Replica`] where overlaps are so many that
    /// it costs less to combine elsewhere first. None where chunks of different ranks do not overlap.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if a mode is not defined for the type,
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack or a layout with a mask.
    ///
    /// # Source
    /// CuPy, `DistributedArray.change_mode`.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, layout::Mode};
    ///
    /// launch_threads(3, |comm| {
    ///     // Every rank has its own part of a sum over ranks.
    ///     let partial = Layout::replicated(comm, &[4])?.with_mode(Mode::Sum)?;
    ///     let x = DistArray::from_local(&partial, vec![comm.rank() as f64; 4])?;
    ///     assert_eq!(x.change_mode(Mode::Replica)?.as_slice(), [3.0; 4]);
    ///     assert_eq!(x.sum(), 12.0);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn change_mode(&self, mode: Mode) -> Result<Self> {
        let _operation = self.operation("change_mode", format_args!(", to {mode:?}"));
        let source = self.layout()?;
        let target = source.with_mode(mode)?;
        let folding: Folding<T> = target.folding()?;
        if source.mode() == mode {
            return Ok(Self::from_parts(target.into(), self.as_slice().to_vec()));
        }
        if mode == Mode::Replica {
            return self.redistribute(&target);
        }
        let data = if source.mode() == Mode::Replica {
            only(self.as_slice(), &stretches(&target, Placing::Last), folding.identity)
        } else {
            combined(source, self.as_slice(), &target, Placing::Last)?
        };
        Ok(Self::from_parts(target.into(), data))
    }

    /// The same global array in other chunks, of the same mode: as [`redistribute`](Self::redistribute) to
    /// [`Layout::chunked`] of that map.
    ///
    /// # Communication
    /// That of [`redistribute`](Self::redistribute).
    ///
    /// # Errors
    /// Those of [`Layout::chunked`] and of [`redistribute`](Self::redistribute).
    ///
    /// # Source
    /// CuPy, `DistributedArray.reshard`.
    pub fn reshard<C: Into<Chunk> + Clone>(&self, map: &[Vec<C>]) -> Result<Self> {
        let _operation = self.operation("reshard", format_args!(""));
        let source = self.layout()?;
        self.redistribute(&Layout::chunked(source.comm(), source.shape(), map, source.mode())?)
    }
}
