//! An axis of an array, or its first two taken as one.

use crate::layout::{AlongAxis, IndexSet, Layout, Region};
use crate::operators::is_whole;
use std::borrow::Cow;
use std::ops::Range;

/// One axis of an array, or the first two, whose samples are counted in C order.
pub(super) struct AsOne<'a> {
    pub(super) layout: &'a Layout,
    axes: Range<usize>,
}

impl<'a> AsOne<'a> {
    pub(super) fn new(layout: &'a Layout, axes: Range<usize>) -> Self {
        debug_assert!(axes.len() == 1 || axes == (0..2));
        Self { layout, axes }
    }

    fn region(&self, rank: usize) -> Cow<'_, [Region]> {
        self.layout.regions(rank)
    }

    /// Whether a rank has nothing of the array.
    pub(super) fn is_empty_on(&self, rank: usize) -> bool {
        self.region(rank)[0].is_empty()
    }

    /// Whether all ranks that have something have all samples of their lines, in order.
    pub(super) fn is_whole(&self) -> bool {
        self.axes.clone().all(|axis| is_whole(self.layout, axis))
    }

    /// What a rank has of these axes, as it lies there.
    pub(super) fn samples(&self, rank: usize) -> IndexSet {
        let region = self.region(rank);
        let sets = &region[0].sets()[self.axes.clone()];
        let lengths = &self.layout.shape()[self.axes.clone()];
        match sets {
            [rows, columns] => {
                let row = |row: usize| columns.iter().map(move |column| row * lengths[1] + column);
                IndexSet::list(rows.iter().flat_map(row).collect())
            }
            _ => sets[0].clone(),
        }
    }

    /// What a rank has of all axes before these, and of all behind them.
    pub(super) fn others(&self, rank: usize) -> [Vec<IndexSet>; 2] {
        let sets = self.region(rank)[0].sets().to_vec();
        [sets[..self.axes.start].to_vec(), sets[self.axes.end..].to_vec()]
    }

    /// Regions that have these samples, which ascend, one after another.
    pub(super) fn regions(&self, samples: &IndexSet, [before, behind]: [Vec<IndexSet>; 2]) -> Vec<Region> {
        let region = |sets: &[IndexSet]| Region::new([&before[..], sets, &behind[..]].concat());
        if self.axes.len() == 1 {
            return vec![region(std::slice::from_ref(samples))];
        }
        let n = self.layout.shape()[1];
        let samples: Vec<_> = samples.iter().collect();
        let rows = samples.chunk_by(|a, b| a / n == b / n);
        let of_row = |row: &[usize]| {
            let first = row[0] / n;
            region(&[IndexSet::range(first..first + 1), IndexSet::list(row.iter().map(|sample| sample % n).collect())])
        };
        rows.map(of_row).collect()
    }

    /// This rank's part of the array, along these axes.
    pub(super) fn block(&self) -> AlongAxis {
        let shape = self.layout.local_shape();
        let product = |axes: Range<usize>| shape[axes].iter().product();
        AlongAxis {
            outer: product(0..self.axes.start),
            n: product(self.axes.clone()),
            inner: product(self.axes.end..shape.len()),
        }
    }
}
