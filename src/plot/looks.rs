//! What a section looks like around its values, and how it is drawn.

use super::axes::{self, Placed, place};
use super::canvas::{Area, Canvas, INK};
use super::palette::Palette;
use super::resample::{Drawing, resample};
use super::source::Image;
use super::ticks;
use crate::error::{Error, ErrorKind, Result};

/// Between the image and its colour bar, and the bar's width, in pixels.
const BAR: (usize, usize) = (14, 18);

/// An axis: its words, and where the first and the last sample are (else: they are counted).
#[derive(Clone, Debug, Default)]
pub(super) struct AxisLabels {
    pub(super) label: String,
    pub(super) samples: Option<(f64, f64)>,
}

impl AxisLabels {
    pub(super) fn new(label: impl Into<String>, first: f64, last: f64) -> Self {
        Self { label: label.into(), samples: Some((first, last)) }
    }

    /// Where the image begins and ends: half a sample before the first, half beyond the last.
    pub(super) fn edges(&self, samples: usize) -> Result<(f64, f64)> {
        let (first, last) = self.samples.unwrap_or((0.0, samples as f64 - 1.0));
        let half = if samples > 1 { (last - first) / (samples - 1) as f64 / 2.0 } else { 0.5 };
        if half == 0.0 || !half.is_finite() {
            let what = format!("axis \"{}\" of a section of {samples} samples", self.label);
            let found = format!("{first} and {last}");
            return Err(Error::expected(ErrorKind::Parameter, what, "two different finite ends", found));
        }
        Ok((first - half, last + half))
    }
}

/// All that a section is but its values and limits.
#[derive(Clone, Debug, Default)]
pub(super) struct Looks {
    pub(super) title: String,
    pub(super) across: AxisLabels,
    pub(super) down: AxisLabels,
    pub(super) bar: String,
    pub(super) palette: Palette,
    pub(super) drawing: Drawing,
    pub(super) equal_aspect: bool,
}

/// Where everything of a section stands inside its cell.
struct Plan {
    image: Area,
    /// What is left of the cell, right and below, where pixels are to be square.
    spare: (usize, usize),
    down: Placed,
    bar: Placed,
    /// Left and right of the image.
    sides: (f32, f32),
}

impl Looks {
    /// The ends of the axes: of what runs across, and of what runs down.
    fn edges(&self, image: &Image<'_>) -> Result<[(f64, f64); 2]> {
        let (rows, columns) = image.samples;
        if rows == 0 || columns == 0 {
            let found = format!("{rows} × {columns}");
            return Err(Error::expected(ErrorKind::Shape, "section to draw", "at least 1 × 1 values", found));
        }
        Ok([self.across.edges(columns)?, self.down.edges(rows)?])
    }

    /// Ticks need the height, and the width is what they leave.
    fn plan(&self, image: &Image<'_>, cell: (usize, usize), (low, high): (f64, f64)) -> Result<Plan> {
        let [(left_edge, right_edge), (top_edge, bottom_edge)] = self.edges(image)?;
        let (top, bottom) = (axes::top(&self.title), axes::bottom(&self.across.label));
        let ticks = |height: f32| {
            let most = (height / 40.0).max(2.0) as usize;
            let down = place(ticks::linear(top_edge, bottom_edge, most), |at| {
                ((at - top_edge) / (bottom_edge - top_edge)) as f32 * height.floor()
            });
            let bar = place(ticks::linear(low, high, most), |at| {
                (1.0 - (at - low) / (high - low)) as f32 * (height.floor() - 1.0)
            });
            (down, bar)
        };
        let height = cell.1 as f32 - top - bottom;
        let (mut down, mut bar) = ticks(height);
        let left = axes::side(&down, &self.down.label);
        let right = axes::side(&bar, &self.bar) + (BAR.0 + BAR.1) as f32;
        let width = cell.0 as f32 - left - right;
        if width < 32.0 || height < 32.0 {
            let found = format!("{} × {}", cell.0, cell.1);
            let what = "pixels of a section";
            return Err(Error::expected(ErrorKind::Parameter, what, "room for image and labels", found));
        }
        let mut area = Area { x: left as usize, y: top as usize, width: width as usize, height: height as usize };
        let room = (area.width, area.height);
        if self.equal_aspect {
            let ratio = ((right_edge - left_edge) / (bottom_edge - top_edge)).abs();
            let fits = |pixels: f64, most: usize| (pixels.round() as usize).clamp(8, most.max(8));
            area.width = fits(area.height as f64 * ratio, room.0);
            area.height = fits(area.width as f64 / ratio, room.1);
            (down, bar) = ticks(area.height as f32);
        }
        let spare = (room.0.saturating_sub(area.width), room.1.saturating_sub(area.height));
        Ok(Plan { image: area, spare, down, bar, sides: (left, right) })
    }

    /// How much of a cell the section does not need.
    pub(super) fn spare(&self, image: &Image<'_>, cell: (usize, usize), limits: (f64, f64)) -> Result<(usize, usize)> {
        Ok(if self.equal_aspect { self.plan(image, cell, limits)?.spare } else { (0, 0) })
    }

    /// Draws all that belongs to the section inside `cell`.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        cell: Area,
        image: &Image<'_>,
        (low, high): (f64, f64),
    ) -> Result<()> {
        let Plan { image: mut area, spare, down, bar, sides } =
            self.plan(image, (cell.width, cell.height), (low, high))?;
        area.x += cell.x + spare.0 / 2;
        area.y += cell.y + spare.1 / 2;
        let values = resample(image.values.view(), image.extent, (area.height, area.width), self.drawing);
        for ((i, j), value) in values.indexed_iter() {
            canvas.pixel(area.x + j, area.y + i, self.palette.colour((value - low) / (high - low)));
        }
        canvas.frame(area, INK);
        let width = area.width as f32;
        let beside = sides.0.min(sides.1) + (spare.0 / 2) as f32;
        axes::draw_title(canvas, area, &self.title, 2.0 * (beside + width / 2.0) - axes::MARGIN);
        axes::draw_left(canvas, area, &down, &self.down.label);
        axes::draw_below(canvas, area, &self.ticks_across(image, width)?, &self.across.label);
        let strip = Area { x: area.x + area.width + BAR.0, width: BAR.1, ..area };
        draw_bar(canvas, strip, self.palette);
        axes::draw_right(canvas, strip, &bar, &self.bar);
        Ok(())
    }

    fn ticks_across(&self, image: &Image<'_>, width: f32) -> Result<Placed> {
        let [(left, right), _] = self.edges(image)?;
        Ok(axes::fit(width, |most| {
            place(ticks::linear(left, right, most), |at| ((at - left) / (right - left)) as f32 * width.floor())
        }))
    }
}

/// All colours, the last on top.
pub(super) fn draw_bar(canvas: &mut Canvas, strip: Area, palette: Palette) {
    for i in 0..strip.height {
        let colour = palette.colour(1.0 - i as f64 / (strip.height - 1) as f64);
        for j in 0..strip.width {
            canvas.pixel(strip.x + j, strip.y + i, colour);
        }
    }
    canvas.frame(strip, INK);
}
