//! A rank's block and what lies around it, as boxes.
//!
//! The array is seen along a few dimensions: those of a filter, each by itself, and of the others those that follow one
//! another as one. The last is of what lies inside the filter's last axis, and of the parts of complex numbers: its
//! numbers lie side by side, and have the same weights.

use super::patch::{length, volume};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Margin, check_axis};
use std::ops::Range;

/// A dimension: those rows of it that the rank has, by their indices in the whole array, and how far outputs read.
#[derive(Clone, Debug)]
pub(super) struct Dim {
    pub(super) own: Range<isize>,
    pub(super) before: usize,
    pub(super) behind: usize,
    /// Whether it is one of a filter.
    pub(super) is_filtered: bool,
    /// Outputs that are computed together, from a multiple of their number on.
    pub(super) block: usize,
}

impl Dim {
    /// The whole blocks of some outputs.
    pub(super) fn blocks(&self, outputs: &Range<isize>) -> Range<isize> {
        let block = self.block.cast_signed();
        outputs.start.div_euclid(block) * block..(outputs.end + block - 1).div_euclid(block) * block
    }
}

/// Boxes along these dimensions.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) dims: Vec<Dim>,
    pub(super) own: Vec<Range<isize>>,
    /// What comes from others, in the order in which [`Halo::around`](crate::array::Halo::around) has it.
    pub(super) ghosts: Vec<Vec<Range<isize>>>,
    /// What can be written without ghosts, and the rest.
    pub(super) inside: Vec<Range<isize>>,
    pub(super) rim: Vec<Vec<Range<isize>>>,
}

impl Surroundings {
    /// Of elements of so many reals; margins by ascending axis.
    pub(super) fn new(layout: &Layout, margins: &[Margin], reals: usize) -> Self {
        let (rank, shape, local) = (layout.comm().rank(), layout.shape(), layout.local_shape());
        let other = |n: usize| Dim { own: 0..n.cast_signed(), before: 0, behind: 0, is_filtered: false, block: 1 };
        let (mut dims, mut sides, mut pending) = (vec![], vec![], 1);
        for (axis, &n) in local.iter().enumerate() {
            let Some(margin) = margins.iter().find(|margin| margin.axis == axis) else {
                pending *= n;
                continue;
            };
            if pending != 1 {
                dims.push(other(std::mem::replace(&mut pending, 1)));
            }
            let rows = layout.rows_of(axis, rank);
            sides.push((dims.len(), margin.ghosts(&rows, shape[axis]).map(signed)));
            let &Margin { before, behind, block, .. } = margin;
            dims.push(Dim { own: signed(rows), before, behind, is_filtered: true, block });
        }
        dims.push(other(pending * reals));
        let own: Vec<_> = dims.iter().map(|dim| dim.own.clone()).collect();

        let (mut inside, mut widened) = (own.clone(), own.clone());
        let (mut ghosts, mut rim) = (vec![], vec![]);
        for &(k, ref around) in &sides {
            let Dim { own: rows, before, behind, block, .. } = &dims[k];
            let [front, back] = around.each_ref().map(|ghosts| !ghosts.is_empty());
            let (before, behind, block) = (before.cast_signed(), behind.cast_signed(), block.cast_signed());
            let first = (rows.start + before + block - 1).div_euclid(block) * block;
            let last = (rows.end - behind).div_euclid(block) * block;
            let start = if front { rows.end.min(first) } else { rows.start };
            let end = if back { start.max(last) } else { rows.end };
            for written in [rows.start..start, end..rows.end] {
                let mut part = inside.clone();
                part[k] = written;
                rim.push(part);
            }
            inside[k] = start..end;
            for ghosts_here in around {
                let mut part = widened.clone();
                part[k] = ghosts_here.clone();
                ghosts.push(part);
            }
            widened[k] = around[0].start..around[1].end;
        }
        rim.retain(|part| volume(part) > 0);
        Self { dims, own, ghosts, inside, rim }
    }

    /// Reals of the rank's block.
    pub(super) fn len(&self) -> usize {
        volume(&self.own)
    }

    /// How many outputs along each dimension are worked on together: a block, where there are blocks; else some lines of
    /// the last dimensions, and where filters are long several times as many rows.
    pub(super) fn tile(&self) -> Vec<usize> {
        let last = self.dims.len() - 1;
        if self.dims.iter().any(|dim| dim.block > 1) {
            let columns = length(&self.dims[last].own).clamp(1, COLUMNS);
            return self.dims[..last].iter().map(|dim| dim.block).chain([columns]).collect();
        }
        let columns = length(&self.dims[last].own).clamp(1, LINE);
        let mut tile = vec![1; last + 1];
        tile[last] = columns;
        for (k, dim) in self.dims.iter().enumerate().take(last).filter(|(_, dim)| dim.is_filtered) {
            let reach = dim.before + dim.behind;
            let rows = if k + 1 == last { (LINE / columns).max(4 * reach) } else { (2 * reach).clamp(8, 32) };
            tile[k] = length(&dim.own).clamp(1, rows.max(1));
        }
        for (k, dim) in self.dims.iter().enumerate().take(last).rev().filter(|(_, dim)| !dim.is_filtered) {
            let room = TOGETHER / tile.iter().product::<usize>();
            tile[k] = length(&dim.own).clamp(1, room.max(1));
        }
        tile
    }
}

/// Reals of a line that are worked on at a time. An even number.
const LINE: usize = 512;

/// Reals that lie side by side of which lines are transformed one after another. An even number.
const COLUMNS: usize = 16;

/// Reals that are worked on together where blocks are small.
const TOGETHER: usize = 4096;

fn signed(range: Range<usize>) -> Range<isize> {
    range.start.cast_signed()..range.end.cast_signed()
}

/// `Ok` if these are axes of the array, each once, as many as a filter has.
pub(super) fn check_axes(layout: &Layout, axes: &[usize], of_filter: usize) -> Result<()> {
    if of_filter == 0 {
        return Err(Error::expected(ErrorKind::Axis, "axes of a filter", "at least one", "none"));
    }
    if axes.len() != of_filter {
        let expected = format!("{of_filter}, as many as its array has");
        return Err(Error::expected(ErrorKind::Axis, "number of axes of a filter", expected, axes.len()));
    }
    for (k, &axis) in axes.iter().enumerate() {
        check_axis(layout.shape(), axis)?;
        if axes[..k].contains(&axis) {
            return Err(Error::expected(ErrorKind::Axis, "axes of a filter", "each once", axis));
        }
    }
    Ok(())
}
