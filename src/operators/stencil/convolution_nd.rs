//! Convolutions over several axes with one filter.

use super::both_ways::BothWays;
use super::correlate::correlate_at;
use super::patches::{Patches, Sums, Tile};
use super::spectra::Spectra;
use super::surroundings::{Surroundings, check_axes};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Margin};
use crate::numbers::{Real, Scalar};
use crate::operators::{Kernels, Operator};
use ndarray::{ArrayViewD, Dimension};

/// The filter, its sample of place 0, and its axes.
pub(in super::super) struct ConvolutionND<'a, T> {
    pub(in super::super) filter: ArrayViewD<'a, T>,
    pub(in super::super) offset: &'a [usize],
    pub(in super::super) axes: &'a [usize],
}

impl<T: Scalar> ConvolutionND<'_, T> {
    pub(in super::super) fn on(&self, layout: &Layout, name: String) -> Result<Operator<T>> {
        let values: Vec<_> = self.filter.iter().collect(); // an array leaves out some in print
        let told = format_args!("{name}, {values:?} of {:?}, {layout:#}", self.filter.shape());
        let _operation = layout.comm().operation("Operator::on", told);
        self.check(layout)?;
        let taps = [false, true].map(|is_adjoint| self.taps(is_adjoint));
        let directions = taps.each_ref().map(|taps| (taps.margins_on(layout), taps));
        if directions[0].0.iter().all(|margin| margin.block == 1) {
            let [forward, adjoint] = directions.map(|(margins, taps)| {
                Patches::<T, _>::new(layout, &margins, |around, _| Weights::new(around, &taps.list))
            });
            return Ok(BothWays::new(name, forward?, adjoint?).between(layout, layout));
        }
        let [forward, adjoint] = directions.map(|(margins, taps)| {
            Patches::<T, _>::new(layout, &margins, |around, _| Spectra::new::<T>(around, &taps.list))
        });
        Ok(BothWays::new(name, forward?, adjoint?).between(layout, layout))
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let shape = self.filter.shape();
        check_axes(layout, self.axes, shape.len())?;
        if let Some(k) = shape.iter().position(|&n| n == 0) {
            let what = format!("length of a filter along axis {}", self.axes[k]);
            return Err(Error::expected(ErrorKind::Shape, what, "at least 1", 0));
        }
        if self.offset.len() != shape.len() {
            let (what, expected) = ("offset of a filter", format!("{} numbers, one for each axis", shape.len()));
            return Err(Error::expected(ErrorKind::Shape, what, expected, self.offset.len()));
        }
        if let Some(k) = (0..shape.len()).find(|&k| self.offset[k] >= shape[k]) {
            let what = format!("offset of a filter along axis {}", self.axes[k]);
            let expected = format!("less than {}, the filter's length", shape[k]);
            return Err(Error::expected(ErrorKind::Parameter, what, expected, self.offset[k]));
        }
        if let Some((at, value)) = self.filter.indexed_iter().find(|(_, value)| !value.finite()) {
            let what = format!("value {:?} of a filter", at.slice());
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", value));
        }
        Ok(())
    }

    /// Those that are not 0, in the order in which they meet what they read: forward from the filter's end on; the adjoint
    /// meets its conjugate from the beginning.
    fn taps(&self, is_adjoint: bool) -> Taps<T> {
        let mut order: Vec<_> = (0..self.axes.len()).collect();
        order.sort_by_key(|&k| self.axes[k]);
        let filter = self.filter.view().permuted_axes(order.clone());
        let axes = order.iter().map(|&k| {
            let (offset, after) = (self.offset[k], self.filter.shape()[k] - 1 - self.offset[k]);
            let (before, behind) = if is_adjoint { (offset, after) } else { (after, offset) };
            Margin { axis: self.axes[k], before, behind, block: 1 }
        });
        let mut list: Vec<_> = filter
            .indexed_iter()
            .filter(|(_, value)| **value != T::zero())
            .map(|(at, &value)| (at.slice().to_vec(), if is_adjoint { value.conj() } else { value }))
            .collect();
        if !is_adjoint {
            list.reverse();
            let lengths = filter.shape();
            for (at, _) in &mut list {
                at.iter_mut().zip(lengths).for_each(|(k, n)| *k = n - 1 - *k);
            }
        }
        Taps { margins: axes.collect(), list }
    }
}

/// Taps, and how far they reach along each axis.
struct Taps<T> {
    margins: Vec<Margin>,
    list: Vec<(Vec<usize>, T)>,
}

impl<T> Taps<T> {
    /// How far they reach; in blocks, where their transforms are faster than sums.
    fn margins_on(&self, layout: &Layout) -> Vec<Margin> {
        let (mut points, mut share) = (1.0, 1.0); // of the transforms, and of their points that are outputs
        let blocks = self.margins.iter().map(|margin| {
            let (length, rows) = (margin.before + margin.behind + 1, layout.shape()[margin.axis]);
            let samples = match length {
                1 => 1,
                _ => (SAMPLES_PER_TAP * length).min((rows + length - 1).max(length)).next_power_of_two(),
            };
            let block = samples + 1 - length;
            points *= samples as f64;
            share *= rows as f64 / (rows.div_ceil(block) * samples).max(1) as f64;
            Margin { block, ..*margin }
        });
        let blocks: Vec<_> = blocks.collect();
        let by_transforms = PER_LEVEL * f64::log2(points) / share;
        // One block of one output is none.
        let pays = self.list.len() as f64 > by_transforms && blocks.iter().any(|margin| margin.block > 1);
        if pays { blocks } else { self.margins.clone() }
    }
}

/// Samples of a transform for each tap along an axis, at least.
const SAMPLES_PER_TAP: usize = 4;

/// What transforms cost for each level and each point of blocks that is kept, in taps: measured with 31² and 63² taps on 1024²
/// doubles and 11³ on 128³, where it was 8 to 9.
const PER_LEVEL: f64 = 9.0;

/// A weight for each tap that is not 0.
struct Weights<R> {
    /// The dimensions of the filter, and where each tap is along them, tap after tap.
    dims: Vec<usize>,
    places: Vec<usize>,
    re: Vec<R>,
    im: Vec<R>,
    /// Where each tap reads in a tile.
    deltas: Vec<usize>,
}

impl<R: Real> Weights<R> {
    fn new<T: Scalar<Real = R>>(around: &Surroundings, taps: &[(Vec<usize>, T)]) -> Self {
        let is_complex = taps.iter().any(|(_, weight)| weight.im() != R::zero());
        let im = if is_complex { taps.iter().map(|(_, weight)| weight.im()).collect() } else { vec![] };
        Self {
            dims: (0..around.dims.len()).filter(|&k| around.dims[k].is_filtered).collect(),
            places: taps.iter().flat_map(|(at, _)| at.iter().copied()).collect(),
            re: taps.iter().map(|(_, weight)| weight.re()).collect(),
            im,
            deltas: vec![0; taps.len()],
        }
    }
}

/// Sums of a line from which on lines are summed by themselves; shorter ones together with what lies between them.
const LONG: usize = 64;

impl<R: Real> Sums<R> for Weights<R> {
    fn sum(&mut self, tile: &Tile, x: &[R], sums: &mut [R]) {
        let Self { dims, places, re, im, deltas } = self;
        for (delta, at) in deltas.iter_mut().zip(places.chunks_exact(dims.len())) {
            *delta = dims.iter().zip(at).map(|(&k, at)| at * tile.strides[k]).sum();
        }
        let mut last = tile.strides.len() - 1;
        let mut length = tile.len(last);
        while last > 0 && (length < LONG || last + 1 == tile.strides.len()) {
            last -= 1;
            length += (tile.len(last) - 1) * tile.strides[last];
        }
        for_each_row(tile, last, 0, &mut |at| {
            correlate_at(&mut sums[at..at + length], &x[at..], deltas, re, im);
        });
    }

    fn bytes(&self) -> usize {
        let indices = [&self.dims, &self.places, &self.deltas].map(|indices| size_of_val(&indices[..]));
        indices.iter().sum::<usize>() + size_of_val(&self.re[..]) + size_of_val(&self.im[..])
    }
}

/// Calls `f` with where each row of the outputs begins, of those along the dimensions before one.
fn for_each_row(tile: &Tile, before: usize, at: usize, f: &mut impl FnMut(usize)) {
    rows_of(tile, 0..before, at, f);
}

fn rows_of(tile: &Tile, dims: std::ops::Range<usize>, at: usize, f: &mut impl FnMut(usize)) {
    if dims.is_empty() {
        return f(at);
    }
    for row in 0..tile.len(dims.start) {
        rows_of(tile, dims.start + 1..dims.end, at + row * tile.strides[dims.start], f);
    }
}
