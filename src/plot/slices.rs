//! Three slices through a volume, where they meet.

use super::axes::{self, Placed, place};
use super::canvas::{Area, Canvas, INK};
use super::limits::Limits;
use super::looks::{AxisLabels, draw_bar};
use super::palette::Palette;
use super::resample::{Drawing, resample};
use super::source::{Image, Plane, Source};
use super::ticks;
use super::together::Together;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use std::path::Path;

/// Between the pictures, and the width of the colour bar, in pixels.
const GAP: usize = 10;
const BAR: usize = 18;
/// A picture is at most so many times as long as another one beside it.
const MOST_RATIO: f64 = 3.0;

/// Three slices of a volume, one across each axis, in one picture and in the same colours: the last axis points down (depth or time, say).
///
/// The slice at an index of axis 1 stands below, with axis 0 across; to its right the one at an index of axis 0, with axis 1 across; above
/// it the map at an index of axis 2. Dashed lines show in each where the others are. Rank 0 gets the three slices and nothing else.
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::plot::Slices;
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[30, 20, 40], 0)?;
///     let volume = DistArray::from_fn(&layout, |i| (i[0] as f32 / 7.0).sin() + (i[1] as f32 / 5.0).cos() + i[2] as f32 / 20.0);
///     Slices::of(&volume)
///         .at([12, 5, 20])
///         .title("A volume")
///         .axis(0, "x [m]", 0.0, 290.0)
///         .axis(1, "y [m]", 0.0, 190.0)
///         .axis(2, "z [m]", 0.0, 195.0)
///         .save(std::env::temp_dir().join("lops-doc-slices.png"))
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Slices<'a> {
    source: Source<'a>,
    at: Option<[usize; 3]>,
    axes: [AxisLabels; 3],
    title: String,
    bar: String,
    palette: Palette,
    limits: Limits,
    drawing: Drawing,
    size: (usize, usize),
}

/// Which axes run across and down in a picture, and so the one that is fixed.
#[derive(Clone, Copy)]
struct View {
    across: usize,
    down: usize,
    fixed: usize,
}

/// From the map above to the one at the right below.
const VIEWS: [View; 3] = [
    View { across: 0, down: 1, fixed: 2 },
    View { across: 0, down: 2, fixed: 1 },
    View { across: 1, down: 2, fixed: 0 },
];

impl<'a> Slices<'a> {
    /// Slices through the middle of an array of all ranks that has three axes, on at most 760 × 640 pixels, axes counted, from the least
    /// to the greatest value of the three. Local: see [`save`](Self::save).
    pub fn of<T: Element>(volume: &'a DistArray<T>) -> Self {
        let axes = [0, 1, 2].map(|axis| AxisLabels { label: format!("axis {axis}"), samples: None });
        let (palette, limits, drawing) = Default::default();
        Self {
            source: Source::Distributed(volume),
            at: None,
            axes,
            title: String::new(),
            bar: String::new(),
            palette,
            limits,
            drawing,
            size: (760, 640),
        }
    }

    /// The place where the slices meet.
    pub fn at(mut self, index: [usize; 3]) -> Self {
        self.at = Some(index);
        self
    }

    /// An axis: its label, and where its first and its last sample are.
    ///
    /// # Panics
    /// If there is no such axis.
    #[track_caller]
    pub fn axis(mut self, axis: usize, label: impl Into<String>, first: f64, last: f64) -> Self {
        assert!(axis < 3, "axis of slices: expected 0, 1 or 2, found {axis}");
        self.axes[axis] = AxisLabels::new(label, first, last);
        self
    }

    /// Words above the picture.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
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

    /// Takes the limits from what is drawn: these percentages of it lie below the first and the last colour.
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

    /// Writes the picture as PNG, whole or not at all. All ranks call it, and rank 0 writes.
    ///
    /// # Communication
    /// That of [`Section::save`](super::Section::save) for three sections, with all-reduces but once.
    ///
    /// # Errors
    /// On every rank: those of [`Section::save`](super::Section::save), [`ErrorKind::Axis`] unless the array has three axes or if the place
    /// is outside.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let told = format_args!("slices at {:?} of {:?} pixels", self.at, self.size);
        let together = Together::begin([self.source.layout()], told)?;
        let shape = self.source.axes()?;
        let &[a, b, c] = &shape[..] else {
            return Err(Error::expected(ErrorKind::Axis, "axes of slices", "three", shape.len()));
        };
        let at = self.at.unwrap_or([a / 2, b / 2, c / 2]);
        let image = |view: View| {
            let plane = Plane { fixed: vec![(view.fixed, at[view.fixed])], transposed: true, every: 0 };
            self.source.image(&plane, (self.size.1, self.size.0))
        };
        let images = [image(VIEWS[0])?, image(VIEWS[1])?, image(VIEWS[2])?];
        together.write(path.as_ref(), || {
            let [Some(map), Some(front), Some(side)] = &images else { return Canvas::new(self.size.0, self.size.1) };
            self.drawn([map, front, side], [a, b, c], at)
        })
    }

    fn drawn(&self, images: [&Image<'_>; 3], shape: [usize; 3], at: [usize; 3]) -> Result<Canvas> {
        if shape.contains(&0) {
            return Err(Error::expected(
                ErrorKind::Shape,
                "volume to draw",
                "at least one value",
                format!("{shape:?}"),
            ));
        }
        self.limits.check()?;
        let (low, high) = self.limits.resolve(&images, self.palette);
        let edges = [0, 1, 2].map(|axis| self.axes[axis].edges(shape[axis]));
        let [first, second, third] = edges;
        let edges = [first?, second?, third?];
        let mut canvas = Canvas::new(self.size.0, self.size.1)?;

        // Lengths in pixels of the three axes: what labels leave is shared by the axes side by side, and by those one above the other.
        let (top, bottom) = (axes::top(&self.title), axes::bottom(&self.axes[0].label));
        let down = (self.size.1 as f32 - top - bottom - GAP as f32).max(0.0) as usize;
        let [above, below] = shared(down, shape[1], shape[2]);
        let ticks_down = |axis: usize, height: usize| ticks_along(edges[axis], height, 40.0);
        let lefts = [(1, above), (2, below)].map(|(axis, height)| ticks_down(axis, height));
        let left =
            lefts.iter().zip([1, 2]).map(|(ticks, axis)| axes::side(ticks, &self.axes[axis].label)).fold(0.0, f32::max);
        let across = (self.size.0 as f32 - left - 2.0 * axes::MARGIN - GAP as f32).max(0.0) as usize;
        let [front, side] = shared(across, shape[0], shape[1]);
        if [above, below, front, side].iter().any(|&pixels| pixels < 24) {
            let found = format!("{} × {}", self.size.0, self.size.1);
            return Err(Error::expected(ErrorKind::Parameter, "pixels of slices", "room for three and labels", found));
        }
        let (x, y) = (left as usize, top as usize);
        let areas = [
            Area { x, y, width: front, height: above },
            Area { x, y: y + above + GAP, width: front, height: below },
            Area { x: x + front + GAP, y: y + above + GAP, width: side, height: below },
        ];
        for ((view, image), area) in VIEWS.iter().zip(images).zip(areas) {
            let values = resample(image.values.view(), image.extent, (area.height, area.width), self.drawing);
            for ((i, j), value) in values.indexed_iter() {
                canvas.pixel(area.x + j, area.y + i, self.palette.colour((value - low) / (high - low)));
            }
            let pixel = |axis: usize, length: usize| (at[axis] as f32 + 0.5) * length as f32 / shape[axis] as f32;
            let (x, y) =
                (area.x as f32 + pixel(view.across, area.width), area.y as f32 + pixel(view.down, area.height));
            let (right, foot) = ((area.x + area.width) as f32, (area.y + area.height) as f32);
            canvas.polyline(&[(x, area.y as f32), (x, foot)], 1.0, &[5.0, 4.0], INK);
            canvas.polyline(&[(area.x as f32, y), (right, y)], 1.0, &[5.0, 4.0], INK);
            canvas.frame(area, INK);
        }
        axes::draw_title(
            &mut canvas,
            Area { x: 0, width: self.size.0, ..areas[0] },
            &self.title,
            self.size.0 as f32 - 24.0,
        );
        for ((area, ticks), axis) in areas[..2].iter().zip(&lefts).zip([1, 2]) {
            axes::draw_left(&mut canvas, *area, ticks, &self.axes[axis].label);
        }
        for (area, axis) in areas[1..].iter().zip([0, 1]) {
            let width = area.width as f32;
            let ticks = axes::fit(width, |most| ticks_of(edges[axis], width, most));
            axes::draw_below(&mut canvas, *area, &ticks, &self.axes[axis].label);
        }
        let strip = Area { x: areas[2].x + GAP, y, width: BAR, height: above };
        draw_bar(&mut canvas, strip, self.palette);
        let most = (above as f32 / 40.0).max(2.0) as usize;
        let bar =
            place(ticks::linear(low, high, most), |at| (1.0 - (at - low) / (high - low)) as f32 * (above as f32 - 1.0));
        axes::draw_right(&mut canvas, strip, &bar, &self.bar);
        Ok(canvas)
    }
}

/// Pixels shared by two axes as their samples are, but within bounds.
fn shared(pixels: usize, first: usize, second: usize) -> [usize; 2] {
    let ratio = (first as f64 / second as f64).clamp(1.0 / MOST_RATIO, MOST_RATIO);
    let part = (pixels as f64 * ratio / (1.0 + ratio)).round() as usize;
    [part, pixels - part]
}

fn ticks_along(edges: (f64, f64), pixels: usize, each: f32) -> Placed {
    ticks_of(edges, pixels as f32, (pixels as f32 / each).max(2.0) as usize)
}

fn ticks_of((first, last): (f64, f64), pixels: f32, most: usize) -> Placed {
    place(ticks::linear(first, last, most), |at| ((at - first) / (last - first)) as f32 * pixels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_shared_within_bounds() {
        assert_eq!(shared(300, 10, 20), [100, 200]);
        assert_eq!(shared(400, 1, 1000), [100, 300]);
        assert_eq!(shared(400, 1000, 1), [300, 100]);
    }
}
