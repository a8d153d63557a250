//! Blocks with the ghosts around them.

use super::Halo;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Layout, Region};
use crate::numbers::Element;
use ndarray::{ArrayD, IxDyn};

impl<T: Element> DistArray<T> {
    /// This rank's block with `front` rows of the ranks before it and `back` rows of those after
    /// it, along the one axis that is cut. At the ends of the array there are none.
    ///
    /// # Communication
    /// One message to each rank that wants rows of this one: with widths up to the neighbours'
    /// blocks, one to each neighbour.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] unless the array is cut into blocks on one axis.
    pub fn add_ghost_cells(&self, front: usize, back: usize) -> Result<ArrayD<T>> {
        let ranks = self.comm().size();
        self.add_ghost_cells_each(&vec![front; ranks], &vec![back; ranks])
    }

    /// As [`add_ghost_cells`](Self::add_ghost_cells), with widths for each rank; all ranks pass all.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] unless the array is cut into blocks on one axis and there is one width
    /// for each rank.
    pub fn add_ghost_cells_each(&self, front: &[usize], back: &[usize]) -> Result<ArrayD<T>> {
        let layout = self.layout()?;
        let Some(cut) = only_cut_axis(layout) else {
            return Err(Error::expected(ErrorKind::Layout, "ghost cells", "a layout cut on one axis", layout));
        };
        for widths in [front, back] {
            if widths.len() != layout.comm().size() {
                let expected = format!("{}, one for each rank", layout.comm().size());
                return Err(Error::expected(ErrorKind::Layout, "number of ghost widths", expected, widths.len()));
            }
        }
        let most = |widths: &[usize]| widths.iter().copied().max().unwrap_or(0);
        let mut of_axes = vec![(0, 0); layout.ndim()];
        of_axes[cut] = (most(front), most(back));
        self.enlarged(&of_axes, |rank, axis| if axis == cut { (front[rank], back[rank]) } else { (0, 0) })
    }

    /// This rank's block of an array cut into blocks on any axes, with all that lies around it within
    /// these widths, in front and behind, one pair an axis: faces, edges and corners, as far as the
    /// array goes. On axes that are not cut a width has no effect.
    ///
    /// # Communication
    /// One message to each rank that wants elements of this one: with widths up to the neighbours'
    /// blocks, at most one to each of the 8 around it on a grid of two axes, 26 on one of three.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is not one pair of widths for each axis; [`ErrorKind::Layout`] of a
    /// replicated or chunked array, and if an axis with widths is cut but not into blocks.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, layout::Cut};
    ///
    /// launch_threads(4, |comm| {
    ///     let layout = Layout::grid(comm, &[4, 6], &[Cut::Block, Cut::Block])?; // blocks of 2 × 3
    ///     let x = DistArray::from_fn(&layout, |i| (10 * i[0] + i[1]) as f64);
    ///     let around = x.add_ghost_cells_along(&[(1, 1), (0, 2)])?;
    ///     if comm.rank() == 0 {
    ///         assert_eq!(around.shape(), [3, 5]);
    ///         assert_eq!(around[[2, 4]], 24.0); // of rank 3
    ///     }
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn add_ghost_cells_along(&self, widths: &[(usize, usize)]) -> Result<ArrayD<T>> {
        let layout = self.layout()?;
        if widths.len() != layout.ndim() {
            let expected = format!("{}, one pair for each axis", layout.ndim());
            return Err(Error::expected(ErrorKind::Axis, "number of ghost widths", expected, widths.len()));
        }
        self.enlarged(widths, |_, axis| widths[axis])
    }

    /// With widths for each rank and axis, which all ranks know, and the most of any rank for each axis.
    fn enlarged(&self, most: &[(usize, usize)], widths: impl Fn(usize, usize) -> (usize, usize)) -> Result<ArrayD<T>> {
        let _operation = self.operation("add_ghost_cells", format_args!(", {most:?}"));
        let layout = self.layout()?;
        let Some(grid) = layout.process_grid() else {
            return Err(Error::expected(ErrorKind::Layout, "ghost cells", "a layout cut into blocks", layout));
        };
        for axis in (0..layout.ndim()).filter(|&axis| most[axis] != (0, 0)) {
            layout.check_rows(axis)?;
        }
        let shape = layout.shape();
        let widened = |rank: usize, widths: &dyn Fn(usize) -> (usize, usize)| {
            let own = grid.region(rank);
            if grid.coordinates_of(rank).is_none() {
                return own;
            }
            let of_axis = |(axis, set): (usize, &IndexSet)| {
                if most[axis] == (0, 0) {
                    return set.clone();
                }
                let (rows, (front, back)) = (layout.rows_of(axis, rank), widths(axis));
                IndexSet::range(rows.start.saturating_sub(front)..rows.end.saturating_add(back).min(shape[axis]))
            };
            Region::new(own.sets().iter().enumerate().map(of_axis).collect())
        };
        let region = |rank: usize| widened(rank, &|axis| widths(rank, axis));
        // Who wants elements of this rank's lies around it, but for ranks without elements, which lie nowhere.
        let (me, ranks) = (layout.comm().rank(), layout.comm().size());
        let mut askers = layout.near(&[widened(me, &|axis| (most[axis].1, most[axis].0))]);
        askers.extend((0..ranks).filter(|&rank| layout.len_of(rank) == 0));
        let mut halo = Halo::of_regions(layout, &askers, |rank| vec![region(rank)])?;
        halo.overlap(self.as_slice(), || {});
        let (enlarged, values) = (region(me), halo.ghosts);
        ArrayD::from_shape_vec(IxDyn(&enlarged.shape()), values)
            .map_err(|error| Error::new(ErrorKind::Shape, error.to_string()))
    }
}

/// The axis that is cut, if only one is.
fn only_cut_axis(layout: &Layout) -> Option<usize> {
    let axes = layout.process_grid()?.axes().iter();
    let mut cut = axes.enumerate().filter(|(_, map)| !map.is_whole()).map(|(axis, _)| axis);
    cut.next().filter(|_| cut.next().is_none())
}
