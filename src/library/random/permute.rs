//! Random orders and choices.

use super::Random;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use rand::Rng;

impl Random {
    /// The numbers 0 to n − 1 in random order, every order as likely, in a layout of one axis of length n.
    ///
    /// It is the order of random words of 64 bits, of which a sort finds exact shares for all ranks; no rank
    /// holds more than its part.
    ///
    /// # Communication
    /// That of [`argsort`](DistArray::argsort) of a scattered array; an exchange more to another layout.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if the layout does not have one axis; those of
    /// [`redistribute`](DistArray::redistribute).
    ///
    /// # Example
    /// ```
    /// # use lops::{Layout, launch_threads, library::Random};
    /// # launch_threads(2, |comm| {
    /// let order = Random::seed(1).permutation(&Layout::scatter(comm, &[100], 0)?)?;
    /// let mut all = order.gather_all().into_raw_vec_and_offset().0;
    /// assert!(!all.is_sorted());
    /// all.sort_unstable();
    /// assert!(all.into_iter().eq(0..100));
    /// # Ok(()) }).unwrap();
    /// ```
    #[doc(alias = "shuffle")]
    pub fn permutation(&mut self, layout: &Layout) -> Result<DistArray<usize>> {
        let &[n] = layout.shape() else {
            let found = format!("shape {:?}", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, "layout of a permutation", "one axis", found));
        };
        let order = self.order_of(&Layout::scatter(layout.comm(), &[n], 0)?)?;
        if order.layout()? == layout { Ok(order) } else { order.redistribute(layout) }
    }

    /// Numbers below n by chance: each as likely at every place, or, where none is put back, as many different
    /// ones as the layout has places. `values[k]` of them chooses from values.
    ///
    /// # Communication
    /// None where they are put back. Otherwise that of [`permutation`](Self::permutation) of n numbers, and two
    /// exchanges.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if there are too few numbers, or the mode of chunks is not defined for the type.
    ///
    /// # Example
    /// ```
    /// # use lops::{Layout, launch_threads, library::Random};
    /// # launch_threads(2, |comm| {
    /// let hand = Random::seed(1).choice(&Layout::scatter(comm, &[13], 0)?, 52, false)?;
    /// assert_eq!(hand.unique()?.size(), 13);
    /// # Ok(()) }).unwrap();
    /// ```
    pub fn choice(&mut self, layout: &Layout, n: usize, put_back: bool) -> Result<DistArray<usize>> {
        let places = layout.size();
        let needed = if put_back { places.min(1) } else { places };
        if n < needed {
            let what = format!("numbers to choose for {places} places");
            return Err(Error::expected(ErrorKind::Parameter, what, format!("at least {needed}"), n));
        }
        if put_back {
            return self.integers(layout, 0..n.max(1));
        }
        let order = self.order_of(&Layout::scatter(layout.comm(), &[n], 0)?)?;
        order.slice(&crate::index![..places as isize])?.distribute_as(layout)
    }

    /// The order of random words, which lie as this layout of one axis says.
    fn order_of(&mut self, line: &Layout) -> Result<DistArray<usize>> {
        self.elements::<1, u64>(line.into(), |draws| draws.next_u64())?.argsort()
    }
}
