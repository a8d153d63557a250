//! Sections one after another: an animated PNG, or numbered files.

use super::canvas::{Area, Canvas};
use super::section::Section;
use super::sharing::Sharing;
use super::source::Image;
use super::together::Together;
use crate::error::{Error, ErrorKind, Result};
use crate::io::write_atomically;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Sections one after another, all as large as the first and, unless they have limits of their own, in the same colours.
///
/// [`save`](Self::save) writes one animated PNG, which browsers play and other viewers show the first frame of;
/// [`save_numbered`](Self::save_numbered) writes a file for each frame.
///
/// # Example
/// ```
/// use lops::prelude::*;
/// use lops::plot::{Animation, Palette, Section};
/// use std::time::Duration;
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[12, 30, 40], 0)?;
///     let volume = DistArray::from_fn(&layout, |i| ((i[1] as f64 - i[0] as f64) / 4.0).sin() * (i[2] as f64 / 9.0).cos());
///     let section = Section::of(&volume).title("Time").palette(Palette::Seismic).size(300, 240);
///     let path = std::env::temp_dir().join("lops-doc-animation.png");
///     Animation::along(&section, 0, 2)?.each(Duration::from_millis(150)).save(path)
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Animation<'a> {
    frames: Vec<Section<'a>>,
    sharing: Sharing,
    each: Duration,
}

impl Default for Animation<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> Animation<'a> {
    /// Without frames, each of which is to be seen for a tenth of a second.
    pub fn new() -> Self {
        Self { frames: vec![], sharing: Sharing::Alike, each: Duration::from_millis(100) }
    }

    /// One more frame.
    pub fn frame(mut self, section: Section<'a>) -> Self {
        self.frames.push(section);
        self
    }

    /// Slices along an axis of the section's array, every so many, their numbers behind its title. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, [`ErrorKind::Parameter`] of a step of 0.
    pub fn along(section: &Section<'a>, axis: usize, step: usize) -> Result<Self> {
        let shape = section.shape()?;
        let Some(&n) = shape.get(axis) else {
            let expected = format!("one of {} axes", shape.len());
            return Err(Error::expected(ErrorKind::Axis, "axis of an animation", expected, axis));
        };
        if step == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "step of an animation", "at least 1", step));
        }
        let title = &section.looks().title;
        let frame = |at: usize| section.clone().slice(axis, at).title(format!("{title} [{at}]").trim_start());
        Ok((0..n).step_by(step).fold(Self::new(), |animation, at| animation.frame(frame(at))))
    }

    /// How long each frame is seen.
    pub fn each(mut self, time: Duration) -> Self {
        self.each = time;
        self
    }

    /// Lets frames of one palette have the colour limits of the first one, not of all together: what grows or fades is seen to.
    pub fn limits_of_first(mut self) -> Self {
        self.sharing = Sharing::First;
        self
    }

    /// Lets each frame have colour limits of its own.
    pub fn own_limits(mut self) -> Self {
        self.sharing = Sharing::None;
        self
    }

    /// Writes one animated PNG, whole or not at all, that plays for ever. Of arrays of all ranks all call it, and rank 0 writes.
    ///
    /// # Communication
    /// As [`Panels::save`](super::Panels::save). Rank 0 holds what all frames show.
    ///
    /// # Errors
    /// Those of [`Panels::save`](super::Panels::save).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let (together, images) = self.images()?;
        together.work(|| {
            let frames = self.drawn(&images)?;
            let path = path.as_ref();
            write_atomically(path, |writer| self.encode(writer, &frames))
        })
    }

    /// Writes each frame as a PNG of its own: `path` with the frame's number, of as many digits as the last one's, before its extension.
    /// Else as [`save`](Self::save).
    ///
    /// # Errors
    /// Those of [`save`](Self::save); files that have been written stay.
    pub fn save_numbered(&self, path: impl AsRef<Path>) -> Result<()> {
        let (together, images) = self.images()?;
        together.work(|| {
            let digits = (self.frames.len() - 1).to_string().len();
            let path = path.as_ref();
            let [stem, extension] =
                [path.file_stem(), path.extension()].map(|part| part.unwrap_or_default().to_string_lossy());
            for (i, canvas) in self.drawn(&images)?.iter().enumerate() {
                let dot = if extension.is_empty() { "" } else { "." };
                canvas.save(&path.with_file_name(format!("{stem}{i:0digits$}{dot}{extension}")))?;
            }
            Ok(())
        })
    }

    /// What the frames show, where they are drawn.
    fn images(&self) -> Result<(Together, Vec<Image<'a>>)> {
        let Some(first) = self.frames.first() else {
            return Err(Error::expected(ErrorKind::Shape, "frames of the animation", "at least one", 0));
        };
        let words: Vec<_> = self.frames.iter().map(Section::words).collect();
        let layouts = self.frames.iter().map(Section::layout);
        let together = Together::begin(layouts, format_args!("{} in an animation", words.join(", ")))?;
        let images = self.frames.iter().map(|frame| frame.image(first.size_used())).collect::<Result<Vec<_>>>()?;
        Ok((together, images.into_iter().flatten().collect()))
    }

    fn drawn(&self, images: &[Image<'_>]) -> Result<Vec<Canvas>> {
        let limits = self.sharing.limits(&self.frames, &images.iter().collect::<Vec<_>>())?;
        let (width, height) = self.frames[0].size_used();
        let draw = |((frame, image), limits): ((&Section<'_>, &Image<'_>), (f64, f64))| {
            let mut canvas = Canvas::new(width, height)?;
            frame.looks().draw(&mut canvas, Area { x: 0, y: 0, width, height }, image, limits)?;
            Ok(canvas)
        };
        self.frames.iter().zip(images).zip(limits).map(draw).collect()
    }

    fn encode(&self, writer: impl io::Write, frames: &[Canvas]) -> io::Result<()> {
        let count = u32::try_from(frames.len()).map_err(io::Error::other)?;
        let [width, height] = frames[0].size();
        let mut encoder = png::Encoder::new(writer, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Default);
        if count > 1 {
            let milliseconds = u16::try_from(self.each.as_millis()).unwrap_or(u16::MAX);
            encoder.set_animated(count, 0)?;
            encoder.set_frame_delay(milliseconds, 1000)?;
        }
        let mut encoder = encoder.write_header()?;
        for frame in frames {
            encoder.write_image_data(&frame.bytes())?;
        }
        Ok(encoder.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};
    use std::fs::File;

    #[test]
    fn frames_are_decoded_again() {
        let folder = crate::io::tests::folder();
        let path = folder.path().join("film.png");
        let frames: Vec<_> = (0..4).map(|k| Array2::from_elem((3, 3), f64::from(k))).collect();
        let mut film = Animation::new().each(Duration::from_millis(40));
        for frame in &frames {
            film = film.frame(Section::new(frame.view()).size(160, 120));
        }
        film.save(&path).unwrap();
        let mut reader = png::Decoder::new(File::open(&path).unwrap()).read_info().unwrap();
        let control = *reader.info().animation_control().unwrap();
        assert_eq!((control.num_frames, control.num_plays), (4, 0));
        let mut seen = vec![];
        for _ in 0..4 {
            let mut bytes = vec![0; reader.output_buffer_size()];
            let info = reader.next_frame(&mut bytes).unwrap();
            assert_eq!((info.width, info.height), (160, 120));
            let delay = reader.info().frame_control().unwrap();
            assert_eq!((delay.delay_num, delay.delay_den), (40, 1000));
            let middle = 3 * (60 * 160 + 60);
            seen.push(bytes[middle..middle + 3].to_vec());
        }
        seen.dedup();
        assert_eq!(seen.len(), 4, "each frame has its own colour, as limits are shared");

        film.save_numbered(folder.path().join("frame-.png")).unwrap();
        for (k, colour) in seen.iter().enumerate() {
            let png = tiny_skia::Pixmap::load_png(folder.path().join(format!("frame-{k}.png"))).unwrap();
            let pixel = png.pixel(60, 60).unwrap();
            assert_eq!([pixel.red(), pixel.green(), pixel.blue()], colour[..]);
        }
    }

    #[test]
    fn what_makes_no_animation_is_refused() {
        let a = array![[1.0]];
        let kind = |result: Result<()>| result.unwrap_err().kind();
        assert_eq!(kind(Animation::new().save("never.png")), ErrorKind::Shape);
        let section = Section::new(a.view());
        assert_eq!(kind(Animation::along(&section, 2, 1).map(|_| ())), ErrorKind::Axis);
        assert_eq!(kind(Animation::along(&section, 0, 0).map(|_| ())), ErrorKind::Parameter);
        assert_eq!(kind(Animation::new().frame(section.size(10, 10)).save("never.png")), ErrorKind::Parameter);
    }
}
