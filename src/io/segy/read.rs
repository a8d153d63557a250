//! Traces and fields of their headers.

use super::super::element::NpyElement;
use super::super::strided::Strided;
use super::super::volume::Volume;
use super::format::SegyFormat;
use super::numbers::Sample;
use super::{TEXT, TRACE_HEADER, text};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use std::cell::Cell;

/// A SEG-Y file, of which each rank reads its own traces: made by [`open_segy`](super::open_segy). All ranks hold the
/// same.
#[derive(Clone, Debug)]
pub struct Segy {
    pub(super) headers: Vec<u8>,
    pub(super) facts: Facts,
    /// Traces × samples.
    pub(super) volume: Volume,
}

/// What rank 0 has found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Facts {
    pub(super) format: SegyFormat,
    pub(super) samples: usize,
    /// Microseconds.
    pub(super) interval: f64,
    /// Bytes before the first trace header.
    pub(super) start: u64,
}

impl Facts {
    pub(super) const WORDS: usize = 4;

    /// The same as numbers that can be sent.
    pub(super) fn words(&self) -> [u64; Self::WORDS] {
        [self.format.code().into(), self.samples as u64, self.interval.to_bits(), self.start]
    }

    pub(super) fn of_words([code, samples, interval, start]: [u64; Self::WORDS]) -> Self {
        let format = SegyFormat::of_code(code as u16).unwrap_or(SegyFormat::Ibm); // sent by `words`
        Self { format, samples: samples as usize, interval: f64::from_bits(interval), start }
    }
}

impl Segy {
    /// The number of traces, and of samples of each.
    pub fn shape(&self) -> [usize; 2] {
        [self.volume.shape()[0], self.facts.samples]
    }

    /// How samples are written.
    pub fn format(&self) -> SegyFormat {
        self.facts.format
    }

    /// Whether the most significant byte comes first.
    pub fn is_big_endian(&self) -> bool {
        self.volume.strided().big_endian
    }

    /// Microseconds from sample to sample (for depth and frequency, as the file means it): of revision 2 with a
    /// fraction; where the binary header has none, that of the first trace header.
    pub fn interval(&self) -> f64 {
        self.facts.interval
    }

    /// The textual header, 40 lines of 80 characters in EBCDIC or ASCII, as it stands.
    pub fn text(&self) -> &[u8] {
        &self.headers[..TEXT]
    }

    /// The lines of the textual header, without the blanks at their ends.
    pub fn lines(&self) -> Vec<String> {
        text::lines(self.text())
    }

    /// The binary header, 400 bytes.
    pub fn binary_header(&self) -> &[u8] {
        &self.headers[TEXT..]
    }

    /// The samples as they are written, traces × samples; of IBM's numbers their bits, as `u32`. Local.
    pub fn samples(&self) -> &Volume {
        &self.volume
    }

    /// The samples as `f32`, in a layout whose last axis is that of samples; the others together are that of traces,
    /// in C order: inlines × crosslines × samples, where a file has all of them.
    ///
    /// IBM's numbers are rounded to the nearest `f32`; those too large for it become infinite. All others are exact.
    ///
    /// # Communication
    /// That of [`Volume::load`], and of samples that are converted an all-reduce of a number; of those in chunks that
    /// combine one redistribution more.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Shape`] if the layout does not fit, [`ErrorKind::Format`] if samples are `f64` or
    /// integers that `f32` does not hold exactly ([`load_f64`](Self::load_f64) and [`samples`](Self::samples) read
    /// those), and those of [`Volume::load`].
    pub fn load(&self, layout: &Layout) -> Result<DistArray<f32>> {
        let volume = self.volume_like(layout)?;
        match self.facts.format {
            SegyFormat::F32 => volume.load(layout),
            SegyFormat::F64 => {
                Err(Error::expected(ErrorKind::Format, "SEG-Y file", "samples that float32 holds", "float64"))
            }
            _ => self.converted(&volume, layout),
        }
    }

    /// The samples as `f64`, each of them exact. As [`load`](Self::load).
    ///
    /// # Communication
    /// That of [`load`](Self::load).
    ///
    /// # Errors
    /// Those of [`load`](Self::load); [`ErrorKind::Format`] of integers that `f64` does not hold exactly.
    pub fn load_f64(&self, layout: &Layout) -> Result<DistArray<f64>> {
        let volume = self.volume_like(layout)?;
        match self.facts.format {
            SegyFormat::F64 => volume.load(layout),
            SegyFormat::F32 => each(&volume, layout, |v: f32| Some(f64::from(v))),
            _ => self.converted(&volume, layout),
        }
    }

    /// IBM's numbers, and integers.
    fn converted<T: Sample>(&self, volume: &Volume, layout: &Layout) -> Result<DistArray<T>> {
        match self.facts.format {
            SegyFormat::Ibm => each(volume, layout, |bits: u32| Some(T::of_ibm(bits))),
            SegyFormat::I8 => each(volume, layout, |v: i8| T::of_integer(v.into())),
            SegyFormat::I16 => each(volume, layout, |v: i16| T::of_integer(v.into())),
            SegyFormat::I32 => each(volume, layout, |v: i32| T::of_integer(v.into())),
            SegyFormat::I64 => each(volume, layout, |v: i64| T::of_integer(v.into())),
            SegyFormat::U8 => each(volume, layout, |v: u8| T::of_integer(v.into())),
            SegyFormat::U16 => each(volume, layout, |v: u16| T::of_integer(v.into())),
            SegyFormat::U32 => each(volume, layout, |v: u32| T::of_integer(v.into())),
            SegyFormat::U64 => each(volume, layout, |v: u64| T::of_integer(v.into())),
            SegyFormat::F32 | SegyFormat::F64 => volume.load(layout),
        }
    }

    /// The samples in the shape of a layout.
    fn volume_like(&self, layout: &Layout) -> Result<Volume> {
        let shape = layout.shape();
        let [traces, samples] = self.shape();
        let fits = shape.split_last().is_some_and(|(&last, others)| {
            last == samples && !others.is_empty() && others.iter().product::<usize>() == traces
        });
        if !fits {
            let expected = format!("axes of {traces} traces, and one of {samples} samples");
            return Err(Error::expected(ErrorKind::Shape, "layout of a SEG-Y file", expected, format!("{shape:?}")));
        }
        let of_file = self.volume.strided();
        let mut strides = vec![of_file.strides[1]; shape.len()];
        let mut step = of_file.strides[0];
        for axis in (0..shape.len() - 1).rev() {
            strides[axis] = step;
            step = step.saturating_mul(shape[axis] as i64); // too far only where there is no trace
        }
        Ok(self.volume.with(Strided { shape: shape.to_vec(), strides, ..of_file.clone() }))
    }

    /// A number of every trace header, at this byte of it, counted from 1 as the standard does: the inline in 189,
    /// the crossline in 193 (`i32`), coordinates in 73 and 77 (`i32`), their scale in 71 (`i16`). Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it does not lie in the header.
    pub fn trace_field<T: NpyElement>(&self, byte: usize) -> Result<Volume> {
        check_field::<T>(byte)?;
        let of_file = self.volume.strided();
        let offset = self.facts.start as i64 + byte as i64 - 1;
        let (shape, strides) = (vec![of_file.shape[0]], vec![of_file.strides[0]]);
        Ok(self.volume.with(Strided { shape, strides, offset, dtype: T::DTYPE, ..*of_file }))
    }
}

/// `Ok` if a number of this type lies in a trace header at this byte, counted from 1.
pub(super) fn check_field<T: NpyElement>(byte: usize) -> Result<()> {
    let last = TRACE_HEADER + 1 - size_of::<T>();
    if (1..=last).contains(&byte) {
        return Ok(());
    }
    let expected = format!("1 to {last} for {}", T::DTYPE);
    Err(Error::expected(ErrorKind::Parameter, "byte of a trace header", expected, byte))
}

/// Every sample converted, if all can be.
fn each<S: NpyElement, T: NpyElement>(
    volume: &Volume,
    layout: &Layout,
    convert: impl Fn(S) -> Option<T>,
) -> Result<DistArray<T>> {
    // The first chunks of sums and products have the values, and what the others have may not be converted.
    let combines = layout.mode().combines();
    let read = if combines { Layout::scatter(layout.comm(), layout.shape(), 0)? } else { layout.clone() };
    let wrong = Cell::new(None);
    let array = volume.load::<S>(&read)?.map(|value| {
        convert(value).unwrap_or_else(|| {
            wrong.set(Some(value));
            T::default()
        })
    });
    let words = |value: S| {
        let expected = format!("samples exact as {}", T::DTYPE);
        Err(Error::expected(ErrorKind::Format, "SEG-Y file", expected, value))
    };
    layout.comm().agree(wrong.get().map_or(Ok(()), words))?;
    if combines { array.redistribute(layout) } else { Ok(array) }
}
