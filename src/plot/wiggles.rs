//! Traces side by side as wiggles, what is above 0 filled.

use super::axes::{self, place};
use super::canvas::{Area, Canvas, INK};
use super::looks::AxisLabels;
use super::source::{Image, Plane, Source};
use super::ticks;
use super::together::Together;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use ndarray::{ArrayView1, ArrayView2};
use std::path::Path;

/// Fewer pixels than this a trace, and only every second trace is drawn, or every third, …
const LEAST_SPACING: usize = 5;

/// A picture of traces, as seismologists draw them: time runs down, a line for each column swings about its place, and what is above 0 is
/// filled.
///
/// Traces that would stand closer than five pixels are left out at equal distances; where a trace has more than two samples a pixel, means
/// of blocks of samples are drawn. [`of`](Self::of) draws an array of all ranks, which sends rank 0 what is drawn and nothing else.
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::plot::Wiggles;
///
/// launch_threads(2, |comm| {
///     // Traces over the ranks: an array of 40 traces of 200 samples, so the first axis runs across.
///     let layout = Layout::scatter(comm, &[40, 200], 0)?;
///     let gather = DistArray::from_fn(&layout, |i| {
///         let t = (i[1] as f64 - 40.0 - 0.06 * (i[0] * i[0]) as f64) / 5.0;
///         (1.0 - 2.0 * t * t) * (-t * t).exp()
///     });
///     Wiggles::of(&gather)
///         .transposed()
///         .title("An event")
///         .across("offset [m]", 0.0, 975.0)
///         .down("time [s]", 0.0, 0.796)
///         .gain(1.5)
///         .save(std::env::temp_dir().join("lops-doc-wiggles.png"))
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Wiggles<'a> {
    source: Source<'a>,
    plane: Plane,
    title: String,
    across: AxisLabels,
    down: AxisLabels,
    gain: f64,
    size: (usize, usize),
}

impl<'a> Wiggles<'a> {
    /// The columns of an array of all ranks, on 720 × 520 pixels. Local: see [`save`](Self::save).
    pub fn of<T: Element>(array: &'a DistArray<T>) -> Self {
        Self::from(Source::Distributed(array))
    }

    /// The same of values that the calling rank has, which draws them, whatever others do.
    pub fn new(values: ArrayView2<'a, f64>) -> Self {
        Self::from(Source::Local(values))
    }

    fn from(source: Source<'a>) -> Self {
        let (plane, title, across, down) = Default::default();
        Self { source, plane, title, across, down, gain: 1.0, size: (720, 520) }
    }

    /// Fixes an axis of an array of all ranks at an index.
    pub fn slice(mut self, axis: usize, index: usize) -> Self {
        self.plane.fixed.push((axis, index));
        self
    }

    /// Draws the rows as traces, not the columns.
    pub fn transposed(mut self) -> Self {
        self.plane.transposed = !self.plane.transposed;
        self
    }

    /// Words above the traces.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The horizontal axis: its label, and where the first and the last trace are.
    pub fn across(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.across = AxisLabels::new(label, first, last);
        self
    }

    /// The vertical axis, which points down: its label, and where the first and the last sample are.
    pub fn down(mut self, label: impl Into<String>, first: f64, last: f64) -> Self {
        self.down = AxisLabels::new(label, first, last);
        self
    }

    /// How far the largest modulus swings, in distances between traces: 1 unless it is said.
    pub fn gain(mut self, gain: f64) -> Self {
        self.gain = gain;
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
    /// As [`Section::save`](super::Section::save), of the traces that are drawn.
    ///
    /// # Errors
    /// Those of [`Section::save`](super::Section::save); [`ErrorKind::Parameter`] unless the gain is finite and above 0.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let told = format_args!("wiggles {:?} of {:?} pixels, gain {}", self.plane, self.size, self.gain);
        let together = Together::begin([self.source.layout()], told)?;
        if !(self.gain > 0.0 && self.gain.is_finite()) {
            return Err(Error::expected(ErrorKind::Parameter, "gain of wiggles", "a finite number above 0", self.gain));
        }
        let traces = self.source.shape(&self.plane)?[1];
        let every = traces.div_ceil((self.size.0 / LEAST_SPACING).max(1)).max(1);
        let plane = Plane { every, ..self.plane.clone() };
        let image = self.source.image(&plane, (self.size.1, self.size.0))?;
        together.write(path.as_ref(), || {
            let mut canvas = Canvas::new(self.size.0, self.size.1)?;
            image.map_or(Ok(()), |image| self.draw(&mut canvas, &image, (traces, every)))?;
            Ok(canvas)
        })
    }

    fn draw(&self, canvas: &mut Canvas, image: &Image<'_>, (traces, every): (usize, usize)) -> Result<()> {
        if image.values.is_empty() {
            let found = format!("{} × {traces}", image.samples.0);
            return Err(Error::expected(ErrorKind::Shape, "traces to draw", "at least one of one sample", found));
        }
        let (across, down) = (self.across.edges(traces)?, self.down.edges(image.samples.0)?);
        let (top, bottom) = (axes::top(&self.title), axes::bottom(&self.across.label));
        let height = (self.size.1 as f32 - top - bottom).floor();
        let ticks_down = place(ticks::linear(down.0, down.1, (height / 40.0).max(2.0) as usize), |at| {
            ((at - down.0) / (down.1 - down.0)) as f32 * height
        });
        let left = axes::side(&ticks_down, &self.down.label).floor();
        let width = (self.size.0 as f32 - left - 2.0 * axes::MARGIN).floor();
        if width < 32.0 || height < 32.0 {
            let found = format!("{} × {}", self.size.0, self.size.1);
            let what = "pixels of wiggles";
            return Err(Error::expected(ErrorKind::Parameter, what, "room for traces and labels", found));
        }
        let area = Area { x: left as usize, y: top as usize, width: width as usize, height: height as usize };
        let spacing = width / traces as f32;
        let most = image.range.0.abs().max(image.range.1.abs());
        let scale = if most > 0.0 && most.is_finite() { self.gain / most } else { 0.0 };
        let step = height / image.extent.0 as f32;
        for (j, trace) in image.values.columns().into_iter().enumerate() {
            let middle = left + (0.5 + (j * every) as f32) * spacing;
            // Outer traces swing no further than the frame.
            let x = |value: f64| (middle + (value * scale) as f32 * spacing * every as f32).clamp(left, left + width);
            draw_trace(canvas, trace, |i, value| (x(value), area.y as f32 + (i as f32 + 0.5) * step), middle);
        }
        canvas.frame(area, INK);
        axes::draw_title(canvas, area, &self.title, width);
        axes::draw_left(canvas, area, &ticks_down, &self.down.label);
        let ticks_across = axes::fit(width, |most| {
            place(ticks::linear(across.0, across.1, most), |at| {
                ((at - across.0) / (across.1 - across.0)) as f32 * width
            })
        });
        axes::draw_below(canvas, area, &ticks_across, &self.across.label);
        Ok(())
    }
}

/// One trace: its line, and each lobe to the right of `middle` filled. What is not finite interrupts it.
fn draw_trace(canvas: &mut Canvas, trace: ArrayView1<'_, f64>, point: impl Fn(usize, f64) -> (f32, f32), middle: f32) {
    let points: Vec<_> = trace.iter().enumerate().map(|(i, &value)| point(i, value)).collect();
    for run in points.split(|(x, _)| !x.is_finite()).filter(|run| !run.is_empty()) {
        for lobe in lobes(run, middle) {
            canvas.polygon(&lobe, INK);
        }
        canvas.polyline(run, 1.0, &[], INK);
    }
}

/// The parts of a line to the right of `middle`, each from where it leaves `middle` to where it comes back.
fn lobes(run: &[(f32, f32)], middle: f32) -> Vec<Vec<(f32, f32)>> {
    let mut lobes = vec![];
    let mut lobe: Vec<(f32, f32)> = vec![];
    let mut before: Option<(f32, f32)> = None;
    for &(x, y) in run {
        let crossing = before
            .filter(|before| (before.0 > middle) != (x > middle))
            .map(|(x0, y0)| (middle, y0 + (y - y0) * (middle - x0) / (x - x0)));
        lobe.extend(crossing);
        if x > middle {
            if lobe.is_empty() {
                lobe.push((middle, y));
            }
            lobe.push((x, y));
        } else if !lobe.is_empty() {
            lobes.push(std::mem::take(&mut lobe));
        }
        before = Some((x, y));
    }
    if let Some(&(_, y)) = lobe.last() {
        lobe.push((middle, y));
        lobes.push(lobe);
    }
    lobes
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};
    use tiny_skia::Pixmap;

    #[test]
    fn lobes_begin_and_end_at_the_middle() {
        let run = [(1.0, 0.0), (-1.0, 2.0), (-3.0, 4.0), (1.0, 6.0), (2.0, 7.0)];
        let found = lobes(&run, 0.0);
        assert_eq!(
            found,
            [vec![(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)], vec![(0.0, 5.5), (1.0, 6.0), (2.0, 7.0), (0.0, 7.0)]]
        );
        assert!(lobes(&run[1..3], 0.0).is_empty() && lobes(&[], 0.0).is_empty());
    }

    #[test]
    fn what_is_above_0_is_dark_and_to_the_right() {
        let folder = crate::io::tests::folder();
        let path = folder.path().join("wiggles.png");
        let a = Array2::from_shape_fn((100, 3), |(i, _)| if i < 50 { 1.0 } else { -1.0 });
        Wiggles::new(a.view()).gain(0.4).save(&path).unwrap();
        let png = Pixmap::load_png(&path).unwrap();
        let dark = |rows: std::ops::Range<u32>| {
            rows.map(|y| (60..700).filter(|&x| png.pixel(x, y).unwrap().red() < 80).count()).sum::<usize>()
        };
        let (above, below) = (dark(60..200), dark(300..440));
        assert!(above > 20 * below && below > 0, "{above} {below}");
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let a = array![[1.0, 2.0]];
        let none = Array2::<f64>::zeros((0, 3));
        let kind = |wiggles: Wiggles<'_>| wiggles.save("never.png").unwrap_err().kind();
        assert_eq!(kind(Wiggles::new(none.view())), ErrorKind::Shape);
        for wrong in [0.0, -1.0, f64::NAN] {
            assert_eq!(kind(Wiggles::new(a.view()).gain(wrong)), ErrorKind::Parameter);
        }
        assert_eq!(kind(Wiggles::new(a.view()).size(40, 40)), ErrorKind::Parameter);
        assert_eq!(kind(Wiggles::new(a.view()).slice(0, 0)), ErrorKind::Axis);
        assert!(!Path::new("never.png").exists());
    }
}
