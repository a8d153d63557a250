//! The chunks of a rank as arrays of their own shapes.

use crate::array::DistArray;
use crate::layout::Region;
use crate::numbers::Element;
use ndarray::{ArrayViewD, ArrayViewMutD, IxDyn};

impl<T: Element> DistArray<T> {
    /// This rank's chunks, each with the region that it is; of another layout its block, as one. Views.
    ///
    /// # Panics
    /// Of a stack.
    #[track_caller]
    pub fn chunks(&self) -> Vec<(Region, ArrayViewD<'_, T>)> {
        let mut rest = self.as_slice();
        let chunk = |region: Region| {
            let (values, others) = rest.split_at(region.len());
            rest = others;
            #[allow(clippy::expect_used)] // as many values as the region has elements
            let view = ArrayViewD::from_shape(IxDyn(&region.shape()), values).expect("a chunk of its shape");
            (region, view)
        };
        self.own_regions().into_iter().map(chunk).collect()
    }

    /// This rank's chunks, to be changed. In [`Mode::Replica`](crate::layout::Mode::Replica) all that cover an
    /// element are changed alike.
    ///
    /// # Panics
    /// Of a stack.
    #[track_caller]
    pub fn chunks_mut(&mut self) -> Vec<(Region, ArrayViewMutD<'_, T>)> {
        let regions = self.own_regions();
        let mut rest = self.as_mut_slice();
        let chunk = |region: Region| {
            let (values, others) = std::mem::take(&mut rest).split_at_mut(region.len());
            rest = others;
            #[allow(clippy::expect_used)] // as many values as the region has elements
            let view = ArrayViewMutD::from_shape(IxDyn(&region.shape()), values).expect("a chunk of its shape");
            (region, view)
        };
        regions.into_iter().map(chunk).collect()
    }

    #[track_caller]
    fn own_regions(&self) -> Vec<Region> {
        match self.layout() {
            Ok(layout) => layout.regions(layout.comm().rank()).into_owned(),
            Err(error) => panic!("chunks: {error}"),
        }
    }
}
