//! A white sheet of pixels: lines, boxes, text, and the PNG at the end.

use super::palette::Rgb;
use super::text;
use crate::error::{Error, ErrorKind, Result};
use crate::io::write_atomically;
use std::io::Write;
use std::path::Path;
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Rect, Stroke, Transform,
};

/// The colour of frames, ticks and words.
pub(super) const INK: Rgb = [38, 38, 38];
/// The colour of lines that only guide the eye.
pub(super) const FAINT: Rgb = [225, 225, 225];

/// Whole pixels: where an image or the inside of a frame goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Where a text stands from its point: to the right of it, about it, or to the left.
#[derive(Clone, Copy, Debug)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

impl Align {
    fn shift(self, width: f32) -> f32 {
        match self {
            Self::Left => 0.0,
            Self::Centre => -width / 2.0,
            Self::Right => -width,
        }
    }
}

pub(super) struct Canvas {
    pixels: Pixmap,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Result<Self> {
        let side = |n: usize| u32::try_from(n).ok().filter(|n| (1..=MOST).contains(n));
        let pixels = side(width).zip(side(height)).and_then(|(width, height)| Pixmap::new(width, height));
        let mut pixels = pixels.ok_or_else(|| {
            let expected = format!("1 to {MOST} pixels a side");
            Error::expected(ErrorKind::Parameter, "size of the picture", expected, format!("{width} × {height}"))
        })?;
        pixels.fill(Color::WHITE);
        Ok(Self { pixels })
    }

    /// Sets one pixel; outside the sheet, nothing.
    pub(super) fn pixel(&mut self, x: usize, y: usize, colour: Rgb) {
        let (width, height) = (self.pixels.width() as usize, self.pixels.height() as usize);
        if x < width && y < height {
            self.pixels.pixels_mut()[y * width + x] = opaque(colour);
        }
    }

    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Rgb) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.pixels.fill_rect(rect, &paint(colour), Transform::identity(), None);
        }
    }

    /// A frame one pixel wide just around the area.
    pub(super) fn frame(&mut self, area: Area, colour: Rgb) {
        let [x, y, w, h] = [area.x, area.y, area.width, area.height].map(|n| n as f32);
        self.fill(x - 1.0, y - 1.0, w + 2.0, 1.0, colour);
        self.fill(x - 1.0, y + h, w + 2.0, 1.0, colour);
        self.fill(x - 1.0, y - 1.0, 1.0, h + 2.0, colour);
        self.fill(x + w, y - 1.0, 1.0, h + 2.0, colour);
    }

    /// A line through the points, in dashes of these lengths if there are any.
    pub(super) fn polyline(&mut self, points: &[(f32, f32)], width: f32, dashes: &[f32], colour: Rgb) {
        let Some((&(x, y), rest)) = points.split_first() else { return };
        let mut path = PathBuilder::new();
        path.move_to(x, y);
        for &(x, y) in rest {
            path.line_to(x, y);
        }
        let dash = tiny_skia::StrokeDash::new(dashes.to_vec(), 0.0);
        let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, dash, ..Stroke::default() };
        if let Some(path) = path.finish() {
            self.pixels.stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
        }
    }

    /// Fills the polygon of these corners.
    pub(super) fn polygon(&mut self, corners: &[(f32, f32)], colour: Rgb) {
        let Some((&(x, y), rest)) = corners.split_first() else { return };
        let mut path = PathBuilder::new();
        path.move_to(x, y);
        for &(x, y) in rest {
            path.line_to(x, y);
        }
        path.close();
        if let Some(path) = path.finish() {
            self.pixels.fill_path(&path, &paint(colour), FillRule::Winding, Transform::identity(), None);
        }
    }

    pub(super) fn disc(&mut self, (x, y): (f32, f32), radius: f32, colour: Rgb) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.pixels.fill_path(&path, &paint(colour), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Text whose baseline is at `y`.
    pub(super) fn text(&mut self, text: &str, at: (f32, f32), size: f32, align: Align) {
        self.text_in(text, at, size, align, INK);
    }

    /// The same in another colour.
    pub(super) fn text_in(&mut self, text: &str, (x, y): (f32, f32), size: f32, align: Align, colour: Rgb) {
        let (glyphs, width) = text::outlines(text, size);
        let left = x + align.shift(width);
        for glyph in glyphs {
            let origin = glyph.px_bounds().min;
            glyph.draw(|column, row, coverage| {
                self.blend((left + origin.x + column as f32, y + origin.y + row as f32), coverage, colour);
            });
        }
    }

    /// Text that reads upwards, centred on `y`, whose baseline is at `x`.
    pub(super) fn text_upwards(&mut self, text: &str, (x, y): (f32, f32), size: f32) {
        let (glyphs, width) = text::outlines(text, size);
        for glyph in glyphs {
            let origin = glyph.px_bounds().min;
            glyph.draw(|column, row, coverage| {
                self.blend((x + origin.y + row as f32, y + width / 2.0 - origin.x - column as f32), coverage, INK);
            });
        }
    }

    fn blend(&mut self, (x, y): (f32, f32), coverage: f32, colour: Rgb) {
        let (width, height) = (self.pixels.width() as usize, self.pixels.height() as usize);
        if x < 0.0 || y < 0.0 || x as usize >= width || y as usize >= height {
            return;
        }
        let pixel = &mut self.pixels.pixels_mut()[y as usize * width + x as usize];
        // The font is a light one: a little more ink makes small text easier to read.
        let ink = coverage.clamp(0.0, 1.0).powf(0.7);
        let mix = |below: u8, above: u8| (f32::from(below) + (f32::from(above) - f32::from(below)) * ink).round() as u8;
        *pixel = opaque([mix(pixel.red(), colour[0]), mix(pixel.green(), colour[1]), mix(pixel.blue(), colour[2])]);
    }

    /// Width and height.
    pub(super) fn size(&self) -> [u32; 2] {
        [self.pixels.width(), self.pixels.height()]
    }

    /// The pixels as bytes of red, green and blue, row by row: none is transparent.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.pixels.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
    }

    pub(super) fn save(&self, path: &Path) -> Result<()> {
        let png = self
            .pixels
            .encode_png()
            .map_err(|e| Error::expected(ErrorKind::Io, path.display(), "a picture that encodes as PNG", e))?;
        write_atomically(path, |writer| writer.write_all(&png))
    }
}

/// The longest side of a picture: what every viewer still opens.
pub(super) const MOST: u32 = 16_384;

fn opaque([red, green, blue]: Rgb) -> PremultipliedColorU8 {
    // With full alpha no component can be more than it, so there always is such a colour.
    PremultipliedColorU8::from_rgba(red, green, blue, 255).unwrap_or(PremultipliedColorU8::TRANSPARENT)
}

fn paint([red, green, blue]: Rgb) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, 255);
    paint
}
