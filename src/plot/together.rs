//! Who draws: this rank where a picture is its own, rank 0 where the picture is of all ranks.

use super::canvas::Canvas;
use crate::comm::{Comm, Operation};
use crate::error::Result;
use crate::layout::Layout;
use std::fmt::Arguments;
use std::path::Path;

/// The ranks that a picture belongs to, if not to this rank alone, and the mark of what they do.
pub(super) struct Together(Option<(Comm, Operation)>);

impl Together {
    /// Begins a picture of arrays of these layouts. All ranks must have been told the same.
    pub(super) fn begin<'a>(
        layouts: impl IntoIterator<Item = Result<Option<&'a Layout>>>,
        told: Arguments<'_>,
    ) -> Result<Self> {
        Self::of(None, layouts, told)
    }

    /// The same of these ranks, whether there are arrays or not.
    pub(super) fn of<'a>(
        mut comm: Option<&'a Comm>,
        layouts: impl IntoIterator<Item = Result<Option<&'a Layout>>>,
        told: Arguments<'_>,
    ) -> Result<Self> {
        let mut words = vec![told.to_string()];
        for layout in layouts {
            let Some(layout) = layout? else { continue };
            match comm {
                Some(comm) => comm.agree(comm.same_as(layout.comm(), "array of a picture"))?,
                None => comm = Some(layout.comm()),
            }
            words.push(format!("{layout:#}"));
        }
        let begin = |comm: &Comm| Ok((comm.clone(), comm.compare("save", format_args!("{}", words.join(", ")))?));
        comm.map(begin).transpose().map(Self)
    }

    /// Draws and writes where that is done; an error is everybody's.
    pub(super) fn write(&self, path: &Path, draw: impl FnOnce() -> Result<Canvas>) -> Result<()> {
        self.work(|| draw()?.save(path))
    }

    /// Does what one rank does.
    pub(super) fn work(&self, work: impl FnOnce() -> Result<()>) -> Result<()> {
        match &self.0 {
            None => work(),
            Some((comm, _)) => comm.agree(if comm.rank() == 0 { work() } else { Ok(()) }),
        }
    }
}
