//! A 2-D array as an image with axes and a colour bar.

use super::axes::{self, place};
use super::canvas::{Area, Canvas, INK};
use super::limits::Limits;
use super::palette::Palette;
use super::resample::{Drawing, resample};
use super::ticks;
use crate::error::{Error, ErrorKind, Result};
use ndarray::ArrayView2;
use std::path::Path;

/// Between the image and its colour bar, and the bar's width, in pixels.
const BAR: (usize, usize) = (14, 18);

/// A picture of a 2-D array: rows run down (depth or time), columns across.
///
/// What is not finite is drawn in a neutral colour.
///
/// # Example
/// ```
/// use lops::plot::{Drawing, Palette, Section};
/// use ndarray::Array2;
///
/// let model = Array2::from_shape_fn((60, 80), |(z, x)| (z as f64 / 9.0 + (x as f64 / 20.0).sin()).floor());
/// let path = std::env::temp_dir().join("lops-doc-section.png");
/// Section::new(model.view())
///     .title("Log impedance")
///     .across("x [km]", 0.0, 3.2)
///     .down("z [m]", 0.0, 590.0)
///     .bar("ln(m/s · g/cm³)")
///     .palette(Palette::Perceptual)
///     .percentiles(1.0, 99.0)
///     .drawing(Drawing::Bilinear)
///     .save(path)?;
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Section<'a> {
    values: ArrayView2<'a, f64>,
    title: String,
    across: AxisLabels,
    down: AxisLabels,
    bar: String,
    palette: Palette,
    limits: Limits,
    drawing: Drawing,
    size: (usize, usize),
}

/// An axis: its words, and where the first and the last sample are (else: they are counted).
#[derive(Clone, Debug, Default)]
struct AxisLabels {
    label: String,
    samples: Option<(f64, f64)>,
}

impl AxisLabels {
    /// Where the image begins and ends: half a sample before the first, half beyond the last.
    fn edges(&self, samples: usize) -> Result<(f64, f64)> {
        let (first, last) = self.samples.unwrap_or((0.0, (samples - 1) as f64));
        let half = if samples > 1 { (last - first) / (samples - 1) as f64 / 2.0 } else { 0.5 };
        if half == 0.0 || !half.is_finite() {
            let what = format!("axis \"{}\" of a section of {samples} samples", self.label);
            let found = format!("{first} and {last}");
            return Err(Error::expected(ErrorKind::Parameter, what, "two different finite ends", found));
        }
        Ok((first - half, last + half))
    }
}

impl<'a> Section<'a> {
    /// A section of these values, 720 × 520 pixels, in the perceptual palette from the least to the
    /// greatest value, with samples counted along the axes.
    pub fn new(values: ArrayView2<'a, f64>) -> Self {
        Self {
            values,
            title: String::new(),
            across: AxisLabels::default(),
            down: AxisLabels::default(),
            bar: String::new(),
            palette: Palette::default(),
            limits: Limits::default(),
            drawing: Drawing::default(),
            size: (720, 520),
        }
    }

    /// Words above the image.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The horizontal axis: its label, and where the first and the last column are.
    pub fn across(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.across = AxisLabels { label: label.into(), samples: Some((first, last)) };
        self
    }

    /// The vertical axis, which points down: its label, and where the first and the last row are.
    pub fn down(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.down = AxisLabels { label: label.into(), samples: Some((first, last)) };
        self
    }

    /// Words beside the colour bar: what the values are, and their unit.
    pub fn bar(mut self, label: impl Into<String>) -> Self {
        self.bar = label.into();
        self
    }

    /// How values become colours.
    pub fn palette(mut self, palette: Palette) -> Self {
        self.palette = palette;
        self
    }

    /// The values of the first and the last colour; what is beyond gets those colours too.
    pub fn limits(mut self, low: f64, high: f64) -> Self {
        self.limits = Limits::Between(low, high);
        self
    }

    /// Takes the limits from the values: these percentages of them lie below the first and the
    /// last colour.
    pub fn percentiles(mut self, low: f64, high: f64) -> Self {
        self.limits = Limits::Percentiles(low, high);
        self
    }

    /// How few samples are drawn on many pixels.
    pub fn drawing(mut self, drawing: Drawing) -> Self {
        self.drawing = drawing;
        self
    }

    /// The size of the whole picture in pixels.
    pub fn size(mut self, width: usize, height: usize) -> Self {
        self.size = (width, height);
        self
    }

    /// Writes the picture as PNG, whole or not at all.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there are no values, [`ErrorKind::Parameter`] if limits, axes or
    /// size make no sense, [`ErrorKind::Io`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let mut canvas = Canvas::new(self.size.0, self.size.1)?;
        let cell = Area { x: 0, y: 0, width: self.size.0, height: self.size.1 };
        self.draw(&mut canvas, cell, self.own_limits()?)?;
        canvas.save(path.as_ref())
    }

    pub(super) fn values(&self) -> ArrayView2<'a, f64> {
        self.values
    }

    pub(super) fn palette_used(&self) -> Palette {
        self.palette
    }

    /// Whether the limits are whatever the values are: those that panels may share.
    pub(super) fn has_open_limits(&self) -> bool {
        self.limits == Limits::Data
    }

    pub(super) fn own_limits(&self) -> Result<(f64, f64)> {
        self.limits.check()?;
        Ok(self.limits.resolve(&[self.values], self.palette))
    }

    /// Draws all that belongs to the section inside `cell`.
    pub(super) fn draw(&self, canvas: &mut Canvas, cell: Area, (low, high): (f64, f64)) -> Result<()> {
        let (rows, columns) = self.values.dim();
        if self.values.is_empty() {
            let found = format!("{rows} × {columns}");
            return Err(Error::expected(ErrorKind::Shape, "section to draw", "at least 1 × 1 values", found));
        }
        let (left_edge, right_edge) = self.across.edges(columns)?;
        let (top_edge, bottom_edge) = self.down.edges(rows)?;

        // The image takes what titles, ticks and labels leave; ticks need its height first.
        let (top, bottom) = (axes::top(&self.title), axes::bottom(&self.across.label));
        let height = cell.height as f32 - top - bottom;
        let most = (height / 40.0).max(2.0) as usize;
        let down = place(ticks::linear(top_edge, bottom_edge, most), |at| {
            ((at - top_edge) / (bottom_edge - top_edge)) as f32 * height.floor()
        });
        let bar = place(ticks::linear(low, high, most), |at| {
            (1.0 - (at - low) / (high - low)) as f32 * (height.floor() - 1.0)
        });
        let left = axes::side(&down, &self.down.label);
        let right = axes::side(&bar, &self.bar) + (BAR.0 + BAR.1) as f32;
        let width = cell.width as f32 - left - right;
        if width < 32.0 || height < 32.0 {
            let found = format!("{} × {}", cell.width, cell.height);
            return Err(Error::expected(
                ErrorKind::Parameter,
                "pixels of a section",
                "room for image and labels",
                found,
            ));
        }
        let area = Area {
            x: cell.x + left as usize,
            y: cell.y + top as usize,
            width: width as usize,
            height: height as usize,
        };

        let values = resample(self.values, area.height, area.width, self.drawing);
        for ((i, j), value) in values.indexed_iter() {
            canvas.pixel(area.x + j, area.y + i, self.palette.colour((value - low) / (high - low)));
        }
        canvas.frame(area, INK);
        axes::draw_title(canvas, area, &self.title, 2.0 * (left + width / 2.0).min(right + width / 2.0) - axes::MARGIN);
        axes::draw_left(canvas, area, &down, &self.down.label);
        let across = axes::fit(width, |most| {
            place(ticks::linear(left_edge, right_edge, most), |at| {
                ((at - left_edge) / (right_edge - left_edge)) as f32 * area.width as f32
            })
        });
        axes::draw_below(canvas, area, &across, &self.across.label);
        let strip = Area { x: area.x + area.width + BAR.0, width: BAR.1, ..area };
        self.draw_bar(canvas, strip);
        axes::draw_right(canvas, strip, &bar, &self.bar);
        Ok(())
    }

    fn draw_bar(&self, canvas: &mut Canvas, strip: Area) {
        for i in 0..strip.height {
            let colour = self.palette.colour(1.0 - i as f64 / (strip.height - 1) as f64);
            for j in 0..strip.width {
                canvas.pixel(strip.x + j, strip.y + i, colour);
            }
        }
        canvas.frame(strip, INK);
    }
}

#[cfg(test)]
#[path = "section_tests.rs"]
mod tests;
