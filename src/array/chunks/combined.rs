//! Arrays that are left un-combined, combined for those who need each element once.

use crate::array::{DistArray, Space, combined};
use crate::error::Result;
use crate::layout::{Layout, Mode, Placing, places};
use crate::numbers::Element;
use std::borrow::Cow;

impl<T: Element> DistArray<T> {
    /// The same vector with every element on one rank, where its chunks are to be combined; itself
    /// otherwise. Elements that no chunk covers are left out.
    ///
    /// # Communication
    /// One exchange for each member whose chunks are to be combined: each contribution to an element goes
    /// to the first rank that holds it.
    ///
    /// # Errors
    /// Those of [`Mode::identity`].
    pub(crate) fn try_combined(&self) -> Result<Cow<'_, Self>> {
        if !self.space().combines() {
            return Ok(Cow::Borrowed(self));
        }
        let (mut space, mut data, mut at) = (vec![], vec![], 0);
        for layout in self.space().layouts() {
            let end = at + layout.local_len();
            let own = &self.as_slice()[at..end];
            at = end;
            if layout.mode().combines() {
                let target = layout.firsts()?;
                data.extend(combined(layout, own, &target, Placing::All)?);
                space.push(Space::from(target));
            } else {
                data.extend_from_slice(own);
                space.push(Space::from(layout));
            }
        }
        let space = if let [one] = &space[..] { one.clone() } else { Space::stack(space)? };
        Ok(Cow::Owned(Self::from_parts(space, data)))
    }
}

impl<T: Element> DistArray<T> {
    /// [`try_combined`](Self::try_combined), for those who have no error to return.
    ///
    /// # Panics
    /// With the words of that error.
    #[track_caller]
    pub(crate) fn combined(&self) -> Cow<'_, Self> {
        match self.try_combined() {
            Ok(combined) => combined,
            Err(error) => panic!("{error}"),
        }
    }
}

impl Layout {
    /// Of each chunk what no chunk before has: every element that is covered, once.
    fn firsts(&self) -> Result<Self> {
        let of_rank = |rank| {
            let places = places(self, Placing::First, rank);
            places.iter().flat_map(|place| place.parts().to_vec()).collect()
        };
        let regions = (0..self.comm().size()).map(of_rank).collect();
        Self::in_chunks(self.comm(), self.shape(), regions, Mode::Replica)
    }
}
