//! A layout in words.

use super::{AxisMap, Layout, Partition};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

impl Layout {
    /// All of the layout, in words: of grids and chunks a fingerprint stands for what would be long.
    fn in_full(&self) -> String {
        if self.axis().is_some() || self.is_replicated() {
            return self.to_string();
        }
        let mut hasher = DefaultHasher::new();
        self.partition().hash(&mut hasher);
        format!("{self} #{:08x}", hasher.finish() as u32)
    }
}

/// `{:#}` says all of it, as what ranks compare.
impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f.write_str(self.0.words.get_or_init(|| self.in_full()));
        }
        write!(f, "{:?} ", self.shape())?;
        let ranks = self.comm().size();
        match self.partition() {
            Partition::Replicated => write!(f, "replicated on {ranks} ranks")?,
            Partition::Unsynced => write!(f, "unsynced on {ranks} ranks")?,
            Partition::Grid(grid) => match self.axis() {
                Some(axis) => {
                    write!(f, "scattered on axis {axis} over {ranks} ranks")?;
                    if let AxisMap::Blocks(bounds) = &grid.axes()[axis]
                        && !bounds.are_even()
                    {
                        let sizes: Vec<_> = (0..ranks).map(|rank| bounds.block(rank).len()).collect();
                        write!(f, " in sizes {sizes:?}")?;
                    }
                }
                None => write!(f, "{grid} of {ranks} ranks")?,
            },
            Partition::Chunks(chunks) => write!(f, "{chunks}")?,
        }
        if let Some(colours) = self.mask() {
            write!(f, ", mask {colours:?}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
