//! Filters over several axes, tile by tile.
//!
//! The rows that a tile of outputs reads (the block's, ghosts, and zeros outside the array) are packed into a scratch
//! that stays in cache. There every output is the same sum over all taps: no ends to look after, the same arithmetic
//! wherever the cut falls.

use super::both_ways::Pass;
use super::kernels::PutReals;
use super::patch::{copy_shared, length, lies_in, put_part, shared, volume};
use super::surroundings::Surroundings;
use crate::array::Halo;
use crate::error::Result;
use crate::layout::{Layout, Margin};
use crate::numbers::{Real, Scalar, reals_of, reals_of_mut};
use std::ops::Range;

/// What sums up the outputs of a tile.
pub(super) trait Sums<R>: 'static {
    /// Sums for the outputs of a tile, which lie in their place of its box of sums; x is what the tile reads. What else
    /// is in the box does not matter. Both go on for [`SLACK`] reals.
    fn sum(&mut self, tile: &Tile, x: &[R], sums: &mut [R]);

    fn bytes(&self) -> usize;
}

/// Some outputs, and what they read.
#[derive(Debug)]
pub(super) struct Tile {
    pub(super) outputs: Vec<Range<isize>>,
    pub(super) read: Vec<Range<isize>>,
    /// A box as large as what is read that begins with the outputs, or with their blocks: sums lie as what they begin to
    /// read.
    pub(super) sums: Vec<Range<isize>>,
    /// How far apart rows lie in both boxes.
    pub(super) strides: Vec<usize>,
}

/// Reals after the end of a scratch that a block of sums may read in vain.
pub(super) const SLACK: usize = 128;

/// One direction of an operator.
pub(super) struct Patches<T: Scalar, S> {
    halo: Halo<T>,
    around: Surroundings,
    tiles: Tiles<T::Real, S>,
}

/// Outputs, a tile at a time.
struct Tiles<R, S> {
    sums: S,
    most: Vec<usize>,
    tile: Tile,
    packed: Vec<R>,
    summed: Vec<R>,
}

/// A rank's own numbers, and where each box of ghosts begins among those that came.
#[derive(Clone, Copy)]
struct Sources<'a, R> {
    own: &'a [R],
    ghosts: &'a [R],
    starts: &'a dyn Fn(usize) -> usize,
}

impl<T: Scalar, S: Sums<T::Real>> Patches<T, S> {
    /// Of margins by ascending axis.
    pub(super) fn new(
        layout: &Layout,
        margins: &[Margin],
        sums: impl FnOnce(&Surroundings, &[usize]) -> S,
    ) -> Result<Self> {
        let halo = Halo::around(layout, margins)?;
        let around = Surroundings::new(layout, margins, if T::IS_COMPLEX { 2 } else { 1 });
        let (most, none) = (around.tile(), vec![0..0; around.dims.len()]);
        let rows = |(dim, &most): (&super::surroundings::Dim, &usize)| most + dim.before + dim.behind;
        let reals: usize = around.dims.iter().zip(&most).map(rows).product();
        let room = || vec![T::Real::from_f64(0.0); if around.len() > 0 { reals + SLACK } else { 0 }];
        let (packed, summed) = (room(), room());
        let strides = vec![0; none.len()];
        let tile = Tile { outputs: none.clone(), read: none.clone(), sums: none, strides };
        let sums = sums(&around, &most);
        Ok(Self { halo, tiles: Tiles { sums, most, tile, packed, summed }, around })
    }
}

impl Tile {
    /// Reads what its outputs do.
    fn turn(&mut self, around: &Surroundings) {
        for (k, dim) in around.dims.iter().enumerate() {
            let outputs = dim.blocks(&self.outputs[k]);
            self.read[k] = outputs.start - dim.before.cast_signed()..outputs.end + dim.behind.cast_signed();
            self.sums[k] = outputs.start..outputs.start + length(&self.read[k]).cast_signed();
        }
        let mut stride = 1;
        for (k, read) in self.read.iter().enumerate().rev() {
            self.strides[k] = stride;
            stride *= length(read);
        }
    }

    /// So many outputs along a dimension.
    pub(super) fn len(&self, k: usize) -> usize {
        length(&self.outputs[k])
    }
}

/// The next index in C order; `false` after the last one.
pub(super) fn next(index: &mut [usize], length: impl Fn(usize) -> usize) -> bool {
    for k in (0..index.len()).rev() {
        index[k] += 1;
        if index[k] < length(k) {
            return true;
        }
        index[k] = 0;
    }
    false
}

impl<R: Real, S: Sums<R>> Tiles<R, S> {
    /// Puts the outputs of a part of the block.
    fn over<P: PutReals<R>>(
        &mut self,
        put: P,
        part: &[Range<isize>],
        around: &Surroundings,
        from: Sources<'_, R>,
        y: &mut [R],
    ) {
        if volume(part) == 0 {
            return;
        }
        let end = |k: usize, start: isize, most: usize| {
            let beyond = if around.dims[k].block > 1 { start.rem_euclid(most.cast_signed()) } else { 0 };
            part[k].end.min(start + most.cast_signed() - beyond)
        };
        for (k, (outputs, part)) in self.tile.outputs.iter_mut().zip(part).enumerate() {
            *outputs = part.start..end(k, part.start, self.most[k]);
        }
        loop {
            self.tile.turn(around);
            self.pack(around, from);
            self.sums.sum(&self.tile, &self.packed, &mut self.summed);
            let Tile { outputs, sums, .. } = &self.tile;
            put_part(put, outputs, (&self.summed, sums), (y, &around.own));
            // The next one: along the last dimension first.
            let mut k = part.len();
            loop {
                if k == 0 {
                    return;
                }
                k -= 1;
                let all = &part[k];
                let is_last = self.tile.outputs[k].end == all.end;
                let start = if is_last { all.start } else { self.tile.outputs[k].end };
                self.tile.outputs[k] = start..end(k, start, self.most[k]);
                if !is_last {
                    break;
                }
            }
        }
    }

    fn pack(&mut self, around: &Surroundings, from: Sources<'_, R>) {
        let read = &self.tile.read;
        if !lies_in(read, &around.own) {
            self.packed[..volume(read)].fill(R::zero());
            for (k, ghosts) in around.ghosts.iter().enumerate() {
                if !from.ghosts.is_empty() && ghosts.iter().zip(read).all(|(a, b)| !shared(a, b).is_empty()) {
                    copy_shared(&from.ghosts[(from.starts)(k)..], ghosts, &mut self.packed, read);
                }
            }
        }
        copy_shared(from.own, &around.own, &mut self.packed, read);
    }
}

impl<T: Scalar, S: Sums<T::Real>> Pass<T> for Patches<T, S> {
    fn run<P: PutReals<T::Real>>(&mut self, put: P, x: &[T], y: &mut [T]) {
        let (own, y) = (reals_of(x), reals_of_mut(y));
        let Self { halo, around, tiles } = self;
        let none: Sources<'_, T::Real> = Sources { own, ghosts: &[], starts: &|_| 0 };
        halo.overlap(x, || tiles.over(put, &around.inside, around, none, y));
        let reals = if T::IS_COMPLEX { 2 } else { 1 };
        let ghosts = reals_of(halo.held().as_slice());
        let from = Sources { own, ghosts, starts: &|k| halo.start(k) * reals };
        for part in &around.rim {
            tiles.over(put, part, around, from, y);
        }
    }

    fn halo(&self) -> &Halo<T> {
        &self.halo
    }

    fn scratch(&self) -> usize {
        let Tiles { sums, packed, summed, .. } = &self.tiles;
        size_of_val(&packed[..]) + size_of_val(&summed[..]) + sums.bytes()
    }
}
