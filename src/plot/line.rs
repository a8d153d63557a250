//! Where the points of a line come from: this rank's own, or an array of all ranks, of which rank 0 gets what is shown.

use super::looks::AxisLabels;
use super::source::{floats, sizes_of_whole_blocks};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Element;
use std::borrow::Cow;
use std::fmt::Debug;

/// A line to draw.
#[derive(Clone, Debug)]
pub(super) enum Line<'a> {
    /// Points with places of their own, which the rank that draws has.
    Points(Vec<(f64, f64)>),
    /// Values at equal distances, which it has too.
    Values(Vec<f64>),
    /// Values at equal distances, of all ranks.
    Distributed(&'a dyn Lined),
}

impl Line<'_> {
    /// How the line lies on the ranks, where it is of all.
    pub(super) fn layout(&self) -> Result<Option<&Layout>> {
        match self {
            Self::Points(_) | Self::Values(_) => Ok(None),
            Self::Distributed(array) => array.layout().map(Some),
        }
    }

    /// What is drawn over an axis of so many pixels; where the line is of all ranks, empty but on rank 0.
    pub(super) fn points(&self, axis: &AxisLabels, pixels: usize) -> Result<Cow<'_, [(f64, f64)]>> {
        let (samples, mut points) = match self {
            Self::Points(points) => return Ok(points.into()),
            Self::Values(values) => (values.len(), numbered(values.iter().copied())),
            Self::Distributed(array) => (array.layout()?.size(), array.gather(pixels)?.unwrap_or_default()),
        };
        if let Some((first, last)) = axis.samples {
            let step = if samples > 1 { (last - first) / (samples - 1) as f64 } else { 0.0 };
            for (x, _) in &mut points {
                *x = first + step * *x;
            }
        }
        Ok(points.into())
    }
}

fn numbered(values: impl IntoIterator<Item = f64>) -> Vec<(f64, f64)> {
    values.into_iter().enumerate().map(|(i, value)| (i as f64, value)).collect()
}

/// An array of all ranks that can be drawn as a line, whatever the type of its elements.
pub(super) trait Lined: Debug {
    fn layout(&self) -> Result<&Layout>;

    /// The numbers of samples and their values, on rank 0: all of them, or, of more than four for each pixel, the least and the greatest
    /// finite one of each block, in their order. Means would hide what sticks out. Blocks are the same on any number of ranks.
    ///
    /// # Communication
    /// One all-to-all in which every rank sends what it has to rank 0. Of a line that is too long, first what lies on the wrong side of a
    /// block's edge moves to its neighbour, then four numbers a block are sent.
    fn gather(&self, pixels: usize) -> Result<Option<Vec<(f64, f64)>>>;
}

impl<T: Element> Lined for DistArray<T> {
    fn layout(&self) -> Result<&Layout> {
        DistArray::layout(self)
    }

    fn gather(&self, pixels: usize) -> Result<Option<Vec<(f64, f64)>>> {
        let source = DistArray::layout(self)?;
        let &[samples] = source.shape() else {
            let expected = "one (`slice` takes a line out of an array of more)";
            return Err(Error::expected(ErrorKind::Axis, "axes of an array drawn as a line", expected, source.ndim()));
        };
        let block = samples.div_ceil(pixels.max(1));
        if block <= 4 {
            let whole = DistArray::gather(self, 0);
            return Ok(whole.map(|whole| numbered(floats(whole.as_slice().unwrap_or(&[])))));
        }
        let comm = source.comm();
        let sizes = sizes_of_whole_blocks(source, 0, block);
        let target = Layout::scatter_sizes(comm, &[samples], 0, &sizes)?.masked_like(source);
        let aligned = self.redistribute(&target)?;
        let starts = target.range(comm.rank()).step_by(block);
        let ends: Vec<_> =
            aligned.as_slice().chunks(block).zip(starts).flat_map(|(part, start)| ends(part, start)).collect();
        let sizes: Vec<_> = sizes.iter().map(|size| size.div_ceil(block)).collect();
        let few = Layout::scatter_sizes(comm, &[samples.div_ceil(block), 4], 0, &sizes)?;
        let few = DistArray::from_local(&few, ends)?.gather(0);
        Ok(few.map(|few| few.iter().copied().collect::<Vec<_>>().chunks(2).map(|end| (end[0], end[1])).collect()))
    }
}

/// The number and the value of the least and of the greatest finite sample of a block, whichever comes first; where there is none, a gap.
fn ends<T: Element>(block: &[T], start: usize) -> [f64; 4] {
    let finite = || floats(block).into_iter().zip(start..).filter(|(value, _)| value.is_finite());
    let by_value = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0);
    let (Some(least), Some(greatest)) = (finite().min_by(by_value), finite().max_by(by_value)) else {
        return [start as f64, f64::NAN, start as f64, f64::NAN];
    };
    let (first, second) = if least.1 <= greatest.1 { (least, greatest) } else { (greatest, least) };
    [first.1 as f64, first.0, second.1 as f64, second.0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_in_order_and_finite() {
        assert_eq!(ends(&[3.0, 9.0, f64::INFINITY, -1.0, 2.0], 10), [11.0, 9.0, 13.0, -1.0]);
        assert_eq!(ends(&[1_u8, 5, 2], 0), [0.0, 1.0, 1.0, 5.0]);
        assert_eq!(ends(&[f64::NAN, 7.0], 4), [5.0, 7.0, 5.0, 7.0]);
        assert!(ends(&[f64::NAN; 3], 4)[1].is_nan());
    }

    #[test]
    fn values_lie_between_the_ends_of_the_axis() {
        let points =
            |values: &[f64], axis: &AxisLabels| Line::Values(values.to_vec()).points(axis, 9).unwrap().to_vec();
        assert_eq!(points(&[5.0, 6.0, 7.0], &AxisLabels::default()), [(0.0, 5.0), (1.0, 6.0), (2.0, 7.0)]);
        let axis = AxisLabels::new("z", 10.0, 30.0);
        assert_eq!(points(&[5.0, 6.0, 7.0], &axis), [(10.0, 5.0), (20.0, 6.0), (30.0, 7.0)]);
        assert_eq!(points(&[5.0], &axis), [(10.0, 5.0)]);
    }
}
