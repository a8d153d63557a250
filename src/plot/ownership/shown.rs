//! Which two axes of an array a picture shows, and where it stands on the others.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Layout, Region};
use crate::numbers::Element;

/// The plane of an array that is shown: an axis that runs down, one across, the others fixed.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) down: Option<usize>,
    pub(super) across: Option<usize>,
    /// The index on each fixed axis.
    fixed: Vec<Option<usize>>,
    shape: Vec<usize>,
}

impl Shown {
    /// One entry an axis, `None` where it is shown; no entries at all show up to two axes.
    pub(super) fn new(layout: &Layout, slice: &[Option<usize>]) -> Result<Self> {
        let shape = layout.shape();
        if shape.contains(&0) {
            let found = format!("shape {shape:?}");
            return Err(Error::expected(ErrorKind::Shape, "array to draw", "at least one element", found));
        }
        let all_shown = vec![None; shape.len()];
        let fixed = if slice.is_empty() { all_shown } else { slice.to_vec() };
        if fixed.len() != shape.len() {
            let expected = format!("{} entries, one for each axis", shape.len());
            return Err(Error::expected(ErrorKind::Axis, "slice to draw", expected, fixed.len()));
        }
        for (axis, (&at, &n)) in fixed.iter().zip(shape).enumerate() {
            if let Some(at) = at.filter(|&at| at >= n) {
                let what = format!("index of the slice on axis {axis}");
                return Err(Error::expected(ErrorKind::Parameter, what, format!("below {n}"), at));
            }
        }
        let free: Vec<_> = (0..shape.len()).filter(|&axis| fixed[axis].is_none()).collect();
        let (down, across) = match free[..] {
            [] => (None, None),
            [across] => (None, Some(across)),
            [down, across] => (Some(down), Some(across)),
            _ => {
                let expected = "one or two axes, the others at an index (`slice`)";
                return Err(Error::expected(ErrorKind::Axis, "axes to draw", expected, free.len()));
            }
        };
        Ok(Self { down, across, fixed, shape: shape.to_vec() })
    }

    /// The numbers of rows and columns.
    pub(super) fn dim(&self) -> (usize, usize) {
        let length = |axis: Option<usize>| axis.map_or(1, |axis| self.shape[axis]);
        (length(self.down), length(self.across))
    }

    /// `[:, :, 3]`, where anything is fixed.
    pub(super) fn words(&self) -> Option<String> {
        let entry = |at: &Option<usize>| at.map_or_else(|| ":".to_owned(), |at| at.to_string());
        let entries: Vec<_> = self.fixed.iter().map(entry).collect();
        self.fixed.iter().any(Option::is_some).then(|| format!("[{}]", entries.join(", ")))
    }

    /// What the ranks hold of the plane, chunk by chunk in rank order; of a rank without chunks, nothing once.
    pub(super) fn parts(&self, layout: &Layout) -> Vec<ShownPart> {
        let of_rank = |rank: usize| {
            let mut regions = layout.regions(rank).into_owned();
            if regions.is_empty() {
                regions.push(Region::new(vec![IndexSet::empty(); self.shape.len()]));
            }
            regions.into_iter().enumerate().map(move |(number, region)| (rank, number, region))
        };
        let part = |(rank, number, region)| self.part(rank, number, &region);
        (0..layout.comm().size()).flat_map(of_rank).map(part).collect()
    }

    fn part(&self, rank: usize, number: usize, region: &Region) -> ShownPart {
        let meets = region.sets().iter().zip(&self.fixed).all(|(set, at)| at.is_none_or(|at| set.contains(at)));
        let set = |axis: Option<usize>| match axis {
            _ if !meets || region.is_empty() => IndexSet::empty(),
            Some(axis) => region.sets()[axis].clone(),
            None => IndexSet::range(0..1),
        };
        ShownPart { rank, number, rows: set(self.down), columns: set(self.across) }
    }

    /// This rank's values of its parts, in their order, each in C order.
    pub(super) fn own_values<T: Element>(&self, array: &DistArray<T>, layout: &Layout) -> Vec<T> {
        let mut values = vec![];
        let mut before = 0;
        for (number, region) in layout.regions(layout.comm().rank()).iter().enumerate() {
            let part = self.part(layout.comm().rank(), number, region);
            let shape = region.shape();
            let stride = |axis: usize| shape[axis + 1..].iter().product::<usize>();
            let at_fixed = |(axis, set): (usize, &IndexSet)| {
                self.fixed[axis].and_then(|at| set.position(at)).map_or(0, |position| position * stride(axis))
            };
            let base = before + region.sets().iter().enumerate().map(at_fixed).sum::<usize>();
            let (down, across) = (self.down.map_or(0, stride), self.across.map_or(0, stride));
            for i in 0..part.rows.len() {
                values.extend((0..part.columns.len()).map(|j| array.as_slice()[base + i * down + j * across]));
            }
            before += region.len();
        }
        values
    }
}

/// What one chunk holds of the plane: a product of rows and columns.
#[derive(Clone, Debug)]
pub(super) struct ShownPart {
    pub(super) rank: usize,
    /// Which of the rank's chunks it is.
    pub(super) number: usize,
    pub(super) rows: IndexSet,
    pub(super) columns: IndexSet,
}

impl ShownPart {
    pub(super) fn len(&self) -> usize {
        self.rows.len() * self.columns.len()
    }
}
