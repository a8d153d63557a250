//! Pictures made small: fewer pixels, then fewer colours, until the file is short.

use lops::prelude::*;
use std::collections::HashMap;
use std::io::Cursor;
use std::path::Path;

/// The most pixels across.
pub(crate) const WIDEST: u32 = 720;
/// The most bytes of a file.
pub(crate) const LONGEST: usize = 60_000;

type Rgb = [u8; 3];

/// Pixels row by row.
pub(crate) struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<Rgb>,
}

/// Width and height of a small copy of a PNG.
///
/// # Errors
/// [`ErrorKind::Io`] if the one cannot be read, or the other not be written or made short enough.
pub(crate) fn shrink(from: &Path, to: &Path) -> Result<[u32; 2]> {
    let words = |path: &Path, error: &dyn std::fmt::Display| {
        Error::expected(ErrorKind::Io, path.display(), "a picture that can be read and written", error)
    };
    let picture = read(from).map_err(|error| words(from, &error))?.narrowed(WIDEST);
    for colours in [256, 128, 64, 32, 16] {
        let bytes = picture.encoded(colours).map_err(|error| words(to, &error))?;
        if bytes.len() <= LONGEST {
            std::fs::write(to, bytes).map_err(|error| words(to, &error))?;
            return Ok([picture.width, picture.height]);
        }
    }
    Err(Error::expected(ErrorKind::Io, from.display(), format!("a picture of at most {LONGEST} bytes"), "a longer one"))
}

/// Without transparency: pictures of lops have none.
fn read(path: &Path) -> std::result::Result<Picture, png::DecodingError> {
    let mut decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path)?));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info()?;
    let mut bytes = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut bytes)?;
    let samples = info.color_type.samples();
    let pixel = |bytes: &[u8]| if samples < 3 { [bytes[0]; 3] } else { [bytes[0], bytes[1], bytes[2]] };
    let pixels = bytes[..info.buffer_size()].chunks_exact(samples).map(pixel).collect();
    Ok(Picture { width: info.width, height: info.height, pixels })
}

impl Picture {
    /// No wider than that: each pixel is the mean of those it covers.
    fn narrowed(self, widest: u32) -> Self {
        if self.width <= widest {
            return self;
        }
        let scale = f64::from(self.width) / f64::from(widest);
        let height = (f64::from(self.height) / scale).round().max(1.0) as u32;
        let mut pixels = Vec::with_capacity((widest * height) as usize);
        for i in 0..height {
            for j in 0..widest {
                pixels.push(self.mean(f64::from(j) * scale, f64::from(i) * scale, scale));
            }
        }
        Self { width: widest, height, pixels }
    }

    /// The mean of a square.
    fn mean(&self, left: f64, top: f64, side: f64) -> Rgb {
        let covered = |from: f64, most: u32| {
            let (first, end) = (from as u32, ((from + side).ceil() as u32).min(most));
            (first..end).map(move |k| (k, (from + side).min(f64::from(k + 1)) - from.max(f64::from(k))))
        };
        let (mut sums, mut weights) = ([0.0; 3], 0.0);
        for (i, down) in covered(top, self.height) {
            for (j, across) in covered(left, self.width) {
                let pixel = self.pixels[(i * self.width + j) as usize];
                for (sum, value) in sums.iter_mut().zip(pixel) {
                    *sum += down * across * f64::from(value);
                }
                weights += down * across;
            }
        }
        sums.map(|sum: f64| (sum / weights).round() as u8)
    }

    /// As PNG, of at most so many colours.
    fn encoded(&self, colours: usize) -> std::result::Result<Vec<u8>, png::EncodingError> {
        let palette = self.palette(colours);
        let mut nearest = HashMap::new();
        let mut index = |pixel: Rgb| {
            *nearest.entry(pixel).or_insert_with(|| {
                let distance = |colour: &Rgb| -> u32 {
                    colour.iter().zip(pixel).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
                };
                (0..palette.len()).min_by_key(|&k| distance(&palette[k])).unwrap_or(0) as u8
            })
        };
        let indices: Vec<u8> = self.pixels.iter().map(|&pixel| index(pixel)).collect();
        let mut bytes = Cursor::new(vec![]);
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette.concat());
        encoder.set_compression(png::Compression::Best);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&indices)?;
        writer.finish()?;
        Ok(bytes.into_inner())
    }

    /// Median cut (Heckbert, 1982): the box of colours with the longest side is cut where half of its pixels lie on each side.
    fn palette(&self, colours: usize) -> Vec<Rgb> {
        let mut counts: HashMap<Rgb, usize> = HashMap::new();
        for pixel in &self.pixels {
            *counts.entry(*pixel).or_default() += 1;
        }
        let mut all: Vec<_> = counts.into_iter().collect();
        all.sort_unstable();
        let mut boxes = vec![all];
        while boxes.len() < colours {
            let side = |colours: &[(Rgb, usize)], channel: usize| {
                let values = || colours.iter().map(|(colour, _)| colour[channel]);
                values().max().unwrap_or(0) - values().min().unwrap_or(0)
            };
            let longest = |colours: &[(Rgb, usize)]| (0..3).map(|c| (side(colours, c), c)).max().unwrap_or((0, 0));
            let Some(k) = (0..boxes.len()).max_by_key(|&k| longest(&boxes[k]).0) else { break };
            let (length, channel) = longest(&boxes[k]);
            if length == 0 {
                break;
            }
            let mut cut = boxes.swap_remove(k);
            cut.sort_by_key(|(colour, _)| (colour[channel], *colour));
            let half = cut.iter().map(|(_, count)| count).sum::<usize>() / 2;
            let mut before = 0;
            let at = cut.iter().position(|(_, count)| {
                before += count;
                before > half
            });
            let rest = cut.split_off(at.unwrap_or(0).clamp(1, cut.len() - 1));
            boxes.extend([cut, rest]);
        }
        let mean = |colours: &Vec<(Rgb, usize)>| {
            let total: usize = colours.iter().map(|(_, count)| count).sum();
            [0, 1, 2].map(|channel| {
                let sum: usize = colours.iter().map(|(colour, count)| usize::from(colour[channel]) * count).sum();
                ((sum + total / 2) / total.max(1)) as u8
            })
        };
        boxes.iter().map(mean).collect()
    }
}
