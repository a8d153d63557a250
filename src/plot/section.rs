//! A 2-D array as an image with axes and a colour bar.

use super::canvas::{Area, Canvas, MOST};
use super::limits::Limits;
use super::looks::{AxisLabels, Looks};
use super::palette::Palette;
use super::resample::Drawing;
use super::source::{Image, Plane, Source};
use super::together::Together;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::Element;
use ndarray::ArrayView2;
use std::path::Path;

/// A picture of a 2-D array: rows run down (depth or time), columns across.
///
/// [`of`](Self::of) draws an array of all ranks: all call it and rank 0 draws and writes. Of a large one each rank sends means of blocks
/// of what it has, so that rank 0 gets some four values for each pixel, and no more; the picture has the same bits on any number of
/// ranks. [`new`](Self::new) draws an array of the calling rank's own, there. What is not finite is drawn in a neutral colour.
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::plot::{Drawing, Palette, Section};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[60, 80, 3], 0)?;
///     let model = DistArray::from_fn(&layout, |i| (i[0] as f64 / 9.0 + (i[1] as f64 / 20.0).sin()).floor());
///     Section::of(&model)
///         .slice(2, 1)
///         .title("Log impedance")
///         .across("x [km]", 0.0, 3.2)
///         .down("z [m]", 0.0, 590.0)
///         .bar("ln(m/s · g/cm³)")
///         .palette(Palette::Perceptual)
///         .percentiles(1.0, 99.0)
///         .drawing(Drawing::Bilinear)
///         .save(std::env::temp_dir().join("lops-doc-section.png"))
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Section<'a> {
    source: Source<'a>,
    plane: Plane,
    looks: Looks,
    limits: Limits,
    size: (usize, usize),
}

impl<'a> Section<'a> {
    /// A section of an array of all ranks, of elements of any type, 720 × 520 pixels, in the perceptual palette from the least to the
    /// greatest value, with samples counted along the axes. Of complex numbers the moduli are drawn. Local: see [`save`](Self::save).
    ///
    /// Of an array of more than two axes [slices](Self::slice) are drawn; one axis alone runs across.
    pub fn of<T: Element>(array: &'a DistArray<T>) -> Self {
        Self::from(Source::Distributed(array))
    }

    /// The same of values that the calling rank has, which [`save`](Self::save) draws there, whatever others do.
    pub fn new(values: ArrayView2<'a, f64>) -> Self {
        Self::from(Source::Local(values))
    }

    fn from(source: Source<'a>) -> Self {
        let (plane, looks, limits) = Default::default();
        Self { source, plane, looks, limits, size: (720, 520) }
    }

    /// Fixes an axis of an array of all ranks at an index.
    pub fn slice(mut self, axis: usize, index: usize) -> Self {
        self.plane.fixed.push((axis, index));
        self
    }

    /// Lets columns run down and rows across: the first axis that is shown runs across.
    pub fn transposed(mut self) -> Self {
        self.plane.transposed = !self.plane.transposed;
        self
    }

    /// Makes pixels square in the units of the axes, which must be the same: the picture is as large as its size allows.
    pub fn equal_aspect(mut self) -> Self {
        self.looks.equal_aspect = true;
        self
    }

    /// Words above the image.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.looks.title = title.into();
        self
    }

    /// The horizontal axis: its label, and where the first and the last sample across are.
    pub fn across(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.looks.across = AxisLabels::new(label, first, last);
        self
    }

    /// The vertical axis, which points down: its label, and where the first and the last sample down are.
    pub fn down(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.looks.down = AxisLabels::new(label, first, last);
        self
    }

    /// The names of what runs down and across, where samples are counted.
    pub fn labels(mut self, down: impl Into<String>, across: impl Into<String>) -> Self {
        (self.looks.down.label, self.looks.across.label) = (down.into(), across.into());
        self
    }

    /// Words beside the colour bar: what the values are, and their unit.
    pub fn bar(mut self, label: impl Into<String>) -> Self {
        self.looks.bar = label.into();
        self
    }

    /// How values become colours.
    pub fn palette(mut self, palette: Palette) -> Self {
        self.looks.palette = palette;
        self
    }

    /// The values of the first and the last colour; what is beyond gets those colours too.
    pub fn limits(mut self, low: f64, high: f64) -> Self {
        self.limits = Limits::Between(low, high);
        self
    }

    /// Takes the limits from the values: these percentages of them lie below the first and the
    /// last colour. Of a large array of all ranks they are percentages of what is drawn, which are means.
    pub fn percentiles(mut self, low: f64, high: f64) -> Self {
        self.limits = Limits::Percentiles(low, high);
        self
    }

    /// How few samples are drawn on many pixels.
    pub fn drawing(mut self, drawing: Drawing) -> Self {
        self.looks.drawing = drawing;
        self
    }

    /// The size of the whole picture in pixels.
    pub fn size(mut self, width: usize, height: usize) -> Self {
        self.size = (width, height);
        self
    }

    /// Writes the picture as PNG, whole or not at all. Of an array of all ranks all call it, and rank 0 writes.
    ///
    /// # Communication
    /// None of a view. Else one all-to-all in which every rank sends rank 0 what it has of the section, and two all-reduces of a number or
    /// two, so that an error is everybody's. Of a section of more than twice as many samples as the picture has pixels along an axis,
    /// means of blocks of samples are sent; before that, samples beyond an edge of a block go to a neighbour (all samples once to where
    /// they are shared out by rows, if it is not one axis that is cut), and one all-reduce finds the least and the greatest.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) if there are no values, [`ErrorKind::Axis`](crate::ErrorKind::Axis) unless one or two
    /// axes are left to draw, or where a slice is outside, [`ErrorKind::Layout`](crate::ErrorKind::Layout) of a stack,
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if limits, axes or size make no sense,
    /// [`ErrorKind::Io`](crate::ErrorKind::Io) if the file cannot be written; of an array of all ranks the same on each.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let together = Together::begin([self.layout()], format_args!("{}", self.words()))?;
        let image = self.image(self.size)?;
        together.write(path.as_ref(), || self.drawn(image.as_ref()))
    }

    /// The whole picture, on the rank that has the image.
    fn drawn(&self, image: Option<&Image<'_>>) -> Result<Canvas> {
        let (mut width, mut height) = self.size;
        let Some(image) = image else { return Canvas::new(width, height) };
        let limits = self.own_limits(image)?;
        // Too large a size is an error of the canvas, before anything is planned in it.
        if width.max(height) <= MOST as usize {
            let spare = self.looks.spare(image, (width, height), limits)?;
            (width, height) = (width - spare.0, height - spare.1);
        }
        let mut canvas = Canvas::new(width, height)?;
        self.looks.draw(&mut canvas, Area { x: 0, y: 0, width, height }, image, limits)?;
        Ok(canvas)
    }

    pub(super) fn layout(&self) -> Result<Option<&Layout>> {
        self.source.layout()
    }

    /// The lengths of the array's axes.
    pub(super) fn shape(&self) -> Result<Vec<usize>> {
        self.source.axes()
    }

    /// What ranks must have been told alike.
    pub(super) fn words(&self) -> String {
        format!("section {:?} of {:?} pixels", self.plane, self.size)
    }

    /// What is drawn on so many pixels.
    pub(super) fn image(&self, (width, height): (usize, usize)) -> Result<Option<Image<'a>>> {
        let most = MOST as usize;
        self.source.image(&self.plane, (height.min(most), width.min(most)))
    }

    pub(super) fn looks(&self) -> &Looks {
        &self.looks
    }

    pub(super) fn size_used(&self) -> (usize, usize) {
        self.size
    }

    /// Whether the limits are whatever the values are: those that panels may share.
    pub(super) fn has_open_limits(&self) -> bool {
        self.limits == Limits::Data
    }

    pub(super) fn own_limits(&self, image: &Image<'_>) -> Result<(f64, f64)> {
        self.limits.check()?;
        Ok(self.limits.resolve(&[image], self.looks.palette))
    }
}

#[cfg(test)]
#[path = "section_tests.rs"]
mod tests;
