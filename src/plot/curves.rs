//! Lines over a linear or logarithmic axis.

use super::axes::{self, LABEL, Placed, TICK, place};
use super::canvas::{Align, Area, Canvas, FAINT, INK, MOST};
use super::limits::apart;
use super::line::Line;
use super::looks::AxisLabels;
use super::palette::Rgb;
use super::text::width;
use super::ticks;
use super::together::Together;
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use std::borrow::Cow;
use std::path::Path;

/// Colours that colour-blind eyes tell apart: Okabe and Ito, "Color universal design" (2008),
/// without the yellow, which is too faint on white.
const COLOURS: [Rgb; 7] =
    [[0, 114, 178], [213, 94, 0], [0, 158, 115], [204, 121, 167], [86, 180, 233], [230, 159, 0], [0, 0, 0]];
/// After all colours, they begin again with the next dashes.
const DASHES: [&[f32]; 3] = [&[], &[8.0, 5.0], &[2.0, 5.0]];

/// A picture of curves, with a legend where it hides the least.
///
/// A point that is not finite, or not positive on a logarithmic axis, interrupts its curve. [`of`](Self::of) makes curves that all
/// ranks know, as what solvers report, and rank 0 draws; [`new`](Self::new) those of the calling rank, which draws them. An array of all
/// ranks becomes a curve by [`values_of`](Self::values_of): all call [`save`](Self::save) then, and rank 0 gets what is shown and draws.
///
/// # Example
/// ```
/// use lops::{plot::Curves, prelude::*};
///
/// launch_threads(2, |comm| {
///     let cost = |rate: f64| (0..40).map(|i| 100.0 * rate.powi(i)).collect::<Vec<_>>();
///     Curves::of(comm)
///         .title("Convergence")
///         .x_label("iteration")
///         .y_label("‖d − G m‖")
///         .logarithmic()
///         .markers()
///         .values("CGLS", &cost(0.7))
///         .values("normal equations", &cost(0.9))
///         .save(std::env::temp_dir().join("lops-doc-curves.png"))?;
///
///     // A trace of a volume, and of what is left of it, over depth.
///     let volume = DistArray::from_fn(&Layout::scatter(comm, &[20, 30, 40], 0)?, |i| (i[0] + i[1] * i[2]) as f32);
///     let traces = [volume.slice(&index![10, 15])?, volume.map(|v| v / 2.0).slice(&index![10, 15])?];
///     Curves::new()
///         .across("z [m]", 0.0, 390.0)
///         .values_of("whole", &traces[0])
///         .values_of("half", &traces[1])
///         .save(std::env::temp_dir().join("lops-doc-traces.png"))
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Curves<'a> {
    comm: Option<Comm>,
    series: Vec<Series<'a>>,
    title: String,
    across: AxisLabels,
    y_label: String,
    logarithmic: bool,
    markers: bool,
    size: (usize, usize),
}

#[derive(Clone, Debug)]
struct Series<'a> {
    name: String,
    line: Line<'a>,
}

/// The points of each curve, where it is drawn.
type Drawn<'a> = [Cow<'a, [(f64, f64)]>];

/// From values to pixels inside the frame.
struct Scale {
    x: (f64, f64),
    /// Of the values' logarithms if the axis is logarithmic.
    y: (f64, f64),
    logarithmic: bool,
    area: Area,
}

impl Default for Curves<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Curves<'a> {
    /// A picture of 760 × 480 pixels without curves, which all of these ranks make alike and rank 0 draws. Local: see
    /// [`save`](Self::save).
    pub fn of(comm: &Comm) -> Self {
        Self { comm: Some(comm.clone()), ..Self::new() }
    }

    /// The same of the calling rank, which draws it, whatever others do; or of the ranks of the arrays that are added to it.
    pub fn new() -> Self {
        Self {
            comm: None,
            series: Vec::new(),
            title: String::new(),
            across: AxisLabels::default(),
            y_label: String::new(),
            logarithmic: false,
            markers: false,
            size: (760, 480),
        }
    }

    /// Words above the frame.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Words below the horizontal axis.
    pub fn x_label(mut self, label: impl Into<String>) -> Self {
        self.across.label = label.into();
        self
    }

    /// The horizontal axis: its label, and where the first and the last of the values of each curve are; else they are counted.
    /// [Points](Self::points) have places of their own.
    pub fn across(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.across = AxisLabels::new(label, first, last);
        self
    }

    /// Words beside the vertical axis.
    pub fn y_label(mut self, label: impl Into<String>) -> Self {
        self.y_label = label.into();
        self
    }

    /// Makes the vertical axis logarithmic.
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Marks each point with a disc.
    pub fn markers(mut self) -> Self {
        self.markers = true;
        self
    }

    /// A curve through these points (x, y), in this order; an empty name has no line in the legend.
    pub fn points(mut self, name: impl Into<String>, points: &[(f64, f64)]) -> Self {
        self.series.push(Series { name: name.into(), line: Line::Points(points.to_vec()) });
        self
    }

    /// A curve of values over their index 0, 1, 2, …, or [across](Self::across) an axis.
    pub fn values(mut self, name: impl Into<String>, values: &[f64]) -> Self {
        self.series.push(Series { name: name.into(), line: Line::Values(values.to_vec()) });
        self
    }

    /// The same of an array of all ranks that has one axis, of elements of any type; of complex numbers the moduli. Local: see
    /// [`save`](Self::save). A line of an array of more axes is a [slice](DistArray::slice) of it.
    ///
    /// ```text
    /// x_i = first + (last − first) i / (n − 1),   y_i = a_i        i = 0, …, n − 1
    /// ```
    ///
    /// Of an array with more than four values a pixel the least and the greatest finite one of each pixel's are drawn, in their order: what
    /// sticks out is seen.
    pub fn values_of<T: Element>(mut self, name: impl Into<String>, array: &'a DistArray<T>) -> Self {
        self.series.push(Series { name: name.into(), line: Line::Distributed(array) });
        self
    }

    /// The size of the whole picture in pixels.
    pub fn size(mut self, width: usize, height: usize) -> Self {
        self.size = (width, height);
        self
    }

    /// Writes the picture as PNG, whole or not at all: where it is of all ranks, all call this, with the same arrays, and rank 0 writes;
    /// points and values that are no arrays are those of rank 0 then.
    ///
    /// # Communication
    /// None of [`new`](Self::new) without arrays. Else two all-reduces of a number or two, so that an error is everybody's, and for each
    /// array one all-to-all in which every rank sends rank 0 what it has of it. Of an array with more than four values a pixel, numbers and
    /// values of the least and the greatest in each pixel are sent; before that, values beyond an edge of a pixel go to a neighbour.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is no point to draw, [`ErrorKind::Axis`] unless each array has one axis, [`ErrorKind::Layout`] of a
    /// stack, [`ErrorKind::Communicator`] if arrays are of different ranks, [`ErrorKind::Parameter`] if the size makes no sense,
    /// [`ErrorKind::Io`] if the file cannot be written; where the picture is of all ranks the same on each.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let lines = || self.series.iter().map(|series| &series.line);
        let told = format_args!("curves of {:?} pixels", self.size);
        let together = Together::of(self.comm.as_ref(), lines().map(Line::layout), told)?;
        let pixels = self.size.0.min(MOST as usize);
        let points = lines().map(|line| line.points(&self.across, pixels)).collect::<Result<Vec<_>>>()?;
        together.write(path.as_ref(), || {
            let mut canvas = Canvas::new(self.size.0, self.size.1)?;
            self.draw(&mut canvas, &points)?;
            Ok(canvas)
        })
    }

    fn draw(&self, canvas: &mut Canvas, points: &Drawn<'_>) -> Result<()> {
        let (x, y) = self.ranges(points)?;
        let (top, bottom) = (axes::top(&self.title), axes::bottom(&self.across.label));
        let height = self.size.1 as f32 - top - bottom;
        let y_ticks = |area: Area| self.y_ticks(&Scale { x, y, logarithmic: self.logarithmic, area });
        let mut area = Area { x: 0, y: top as usize, width: 0, height: height.max(0.0) as usize };
        let left = axes::side(&y_ticks(area), &self.y_label);
        let across = self.size.0 as f32 - left - 2.0 * axes::MARGIN;
        if across < 32.0 || height < 32.0 {
            let found = format!("{} × {}", self.size.0, self.size.1);
            return Err(Error::expected(
                ErrorKind::Parameter,
                "pixels of the curves",
                "room for frame and labels",
                found,
            ));
        }
        (area.x, area.width) = (left as usize, across as usize);
        let scale = Scale { x, y, logarithmic: self.logarithmic, area };

        let down = y_ticks(area);
        let below = axes::fit(across, |most| {
            place(ticks::linear(x.0, x.1, most), |at| scale.pixel((at, f64::NAN)).0 - area.x as f32)
        });
        for (at, _) in &down {
            canvas.fill(area.x as f32, (area.y as f32 + at).floor(), area.width as f32, 1.0, FAINT);
        }
        for (at, _) in &below {
            canvas.fill((area.x as f32 + at).floor(), area.y as f32, 1.0, area.height as f32, FAINT);
        }
        canvas.frame(area, INK);
        axes::draw_title(canvas, area, &self.title, across);
        axes::draw_left(canvas, area, &down, &self.y_label);
        axes::draw_below(canvas, area, &below, &self.across.label);
        let runs: Vec<_> = points.iter().map(|points| scale.runs(points)).collect();
        for (i, runs) in runs.iter().enumerate() {
            for run in runs {
                self.draw_run(canvas, run, i);
            }
        }
        self.draw_legend(canvas, area, &runs);
        Ok(())
    }

    fn draw_run(&self, canvas: &mut Canvas, run: &[(f32, f32)], series: usize) {
        canvas.polyline(run, 2.0, dashes(series), colour(series));
        if self.markers || run.len() == 1 {
            for &point in run {
                canvas.disc(point, 3.5, colour(series));
            }
        }
    }

    fn y_ticks(&self, scale: &Scale) -> Placed {
        let most = (scale.area.height as f32 / 40.0).max(2.0) as usize;
        let ticks = if self.logarithmic {
            ticks::logarithmic(10_f64.powf(scale.y.0), 10_f64.powf(scale.y.1), most + 2)
        } else {
            ticks::linear(scale.y.0, scale.y.1, most)
        };
        place(ticks, |at| scale.pixel((f64::NAN, at)).1 - scale.area.y as f32)
    }

    /// The ranges of x and of y (or its logarithm), a little wider than the points.
    fn ranges(&self, points: &Drawn<'_>) -> Result<((f64, f64), (f64, f64))> {
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut x_range, mut y_range) = (none, none);
        let wider = |(low, high): (f64, f64), v: f64| (low.min(v), high.max(v));
        for &(x, y) in points.iter().flat_map(|points| points.iter()) {
            let y = if self.logarithmic { y.log10() } else { y };
            if x.is_finite() && y.is_finite() {
                (x_range, y_range) = (wider(x_range, x), wider(y_range, y));
            }
        }
        if x_range.0 > x_range.1 {
            let kind = if self.logarithmic { "one finite, positive point" } else { "one finite point" };
            return Err(Error::expected(ErrorKind::Shape, "curves to draw", kind, "none"));
        }
        let around = |(low, high): (f64, f64), part: f64| {
            let (low, high) = apart(low, high);
            let more = part * (high - low);
            apart(low - more, high + more)
        };
        Ok((around(x_range, 0.02), around(y_range, 0.05)))
    }

    /// The legend, in the corner that the curves pass through least.
    fn draw_legend(&self, canvas: &mut Canvas, area: Area, runs: &[Vec<Vec<(f32, f32)>>]) {
        let named: Vec<_> = self.series.iter().enumerate().filter(|(_, series)| !series.name.is_empty()).collect();
        if named.is_empty() {
            return;
        }
        let (line, key, gap) = (1.35 * LABEL, 28.0, 8.0);
        let widest = named.iter().map(|(_, series)| width(&series.name, TICK)).fold(0.0, f32::max);
        let (w, h) = (widest + key + 3.0 * gap, named.len() as f32 * line + gap);
        let [left, top, across, down] = [area.x, area.y, area.width, area.height].map(|n| n as f32);
        let (right, bottom) = (left + across - w - gap, top + down - h - gap);
        let corners = [(right, top + gap), (left + gap, bottom), (right, bottom), (left + gap, top + gap)];
        let hidden = |&(x, y): &(f32, f32)| {
            let inside = |p: &(f32, f32)| (x..x + w).contains(&p.0) && (y..y + h).contains(&p.1);
            runs.iter().flatten().flat_map(|run| along(run)).filter(inside).count()
        };
        let Some((x, y)) = corners.into_iter().min_by_key(hidden) else { return };
        canvas.fill(x, y, w, h, [255; 3]);
        let frame = Area { x: x as usize, y: y as usize, width: w as usize, height: h as usize };
        canvas.frame(frame, FAINT);
        for (row, (i, series)) in named.into_iter().enumerate() {
            let middle = y + gap / 2.0 + (row as f32 + 0.5) * line;
            self.draw_run(canvas, &[(x + gap, middle), (x + gap + key, middle)], i);
            canvas.text(&series.name, (x + 2.0 * gap + key, middle + 0.29 * TICK), TICK, Align::Left);
        }
    }
}

impl Scale {
    fn pixel(&self, (x, y): (f64, f64)) -> (f32, f32) {
        let y = if self.logarithmic { y.log10() } else { y };
        let part = |v: f64, (low, high): (f64, f64)| ((v - low) / (high - low)) as f32;
        let (left, bottom) = (self.area.x as f32, (self.area.y + self.area.height) as f32);
        (left + part(x, self.x) * self.area.width as f32, bottom - part(y, self.y) * self.area.height as f32)
    }

    /// The pixels of a curve, cut where a point cannot be drawn.
    fn runs(&self, points: &[(f64, f64)]) -> Vec<Vec<(f32, f32)>> {
        let pixels: Vec<_> = points.iter().map(|&point| self.pixel(point)).collect();
        let pieces = pixels.split(|(x, y)| !(x.is_finite() && y.is_finite()));
        pieces.filter(|piece| !piece.is_empty()).map(<[_]>::to_vec).collect()
    }
}

/// Points a few pixels apart along a run.
fn along(run: &[(f32, f32)]) -> impl Iterator<Item = (f32, f32)> + '_ {
    let ends = run.iter().zip(run.iter().skip(1)).flat_map(|(&a, &b)| {
        let steps = ((b.0 - a.0).abs().max((b.1 - a.1).abs()) / 4.0).ceil().max(1.0) as usize;
        (0..steps).map(move |i| {
            let part = i as f32 / steps as f32;
            (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
        })
    });
    ends.chain(run.last().copied())
}

fn colour(series: usize) -> Rgb {
    COLOURS[series % COLOURS.len()]
}

fn dashes(series: usize) -> &'static [f32] {
    DASHES[series / COLOURS.len() % DASHES.len()]
}

#[cfg(test)]
#[path = "curves_tests.rs"]
mod tests;
