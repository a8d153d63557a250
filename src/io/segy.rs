//! SEG-Y: traces of one length behind their headers, which is a strided volume.

use super::element::NpyElement;
use super::header::read_error;
use super::npy::open_file;
use super::positioned::read_exact_at;
use super::strided::Strided;
use super::volume::{Look, Volume};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::DType;
use std::fs::File;
use std::path::Path;

const TEXT: usize = 3200;
const HEADERS: usize = TEXT + 400;
const TRACE_HEADER: usize = 240;

/// A SEG-Y file, of which each rank reads its own traces: made by [`open_segy`]. All ranks hold the same.
#[derive(Clone, Debug)]
pub struct Segy {
    headers: Vec<u8>,
    facts: Facts,
    /// Traces × samples.
    volume: Volume,
}

/// How the samples of a SEG-Y file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegyFormat {
    /// IBM's floating-point numbers of 4 bytes (code 1).
    Ibm,
    /// Integers of 4 bytes (2).
    I32,
    /// Integers of 2 bytes (3).
    I16,
    /// IEEE floating-point numbers of 4 bytes (5).
    F32,
    /// IEEE floating-point numbers of 8 bytes (6).
    F64,
    /// Integers of 1 byte (8).
    I8,
}

/// What the binary header says.
#[derive(Clone, Copy, Debug)]
struct Facts {
    format: SegyFormat,
    samples: usize,
    interval: u16,
    big_endian: bool,
    /// Bytes before the first trace header.
    start: u64,
}

/// A SEG-Y file (revisions 0 to 2) whose traces have one length: headers, and traces to be read.
///
/// Rank 0 reads the textual and the binary header, holds them against the length of the file, and looks at the
/// first, the middle and the last trace header, which must name the same number of samples or none. No other
/// trace header is read, so that a file of any number of traces takes no memory.
///
/// # Communication
/// Three all-reduces of a number, and three broadcasts: 3600 bytes, and two of a few numbers.
///
/// # Errors
/// On every rank [`ErrorKind::Io`] if one of them cannot open the file; [`ErrorKind::Format`] if it is too short,
/// has samples of another format (see [`SegyFormat`]) or none, a number of textual headers that is not said, or a
/// length that is not that of whole traces.
///
/// # Example
/// ```no_run
/// use lops::{Layout, io, launch_threads};
///
/// launch_threads(4, |comm| {
///     let file = io::open_segy(comm, "stack.sgy")?;
///     let [traces, samples] = file.shape();
///     let stack = file.load(&Layout::scatter(comm, &[traces, samples], 0)?)?;
///     // Inline numbers, of every trace, in bytes 189 to 192 of its header.
///     let inlines = file.trace_field::<i32>(189)?.load::<i32>(&Layout::scatter(comm, &[traces], 0)?)?;
///     assert_eq!(inlines.size() * samples, stack.size());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// SEG-Y revision 2.0, SEG Technical Standards Committee, 2017.
pub fn open_segy(comm: &Comm, path: impl AsRef<Path>) -> Result<Segy> {
    let path = path.as_ref();
    let mut headers = vec![0; HEADERS];
    let looked = (comm.rank() == 0).then(|| {
        let what = path.display().to_string();
        let (file, _) = open_file(path)?;
        read_exact_at(&file, &mut headers, 0).map_err(|e| read_error(&e, &what, "the headers of SEG-Y"))?;
        Facts::of(&headers, &what).map(|_| ())
    });
    comm.agree(looked.transpose())?;
    comm.broadcast(&mut headers, 0);
    let facts = Facts::of(&headers, &path.display().to_string())?;
    let volume = Volume::open(comm, path, None, |what| {
        let (file, length) = open_file(path)?;
        Ok(Look { strided: facts.traces(&file, length, what)?, is_packed: false })
    })?;
    Ok(Segy { headers, facts, volume })
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

    /// Microseconds from sample to sample (for depth and frequency, as the file means it).
    pub fn interval(&self) -> u16 {
        self.facts.interval
    }

    /// The textual header, 40 lines of 80 characters in EBCDIC or ASCII, as it stands.
    pub fn text(&self) -> &[u8] {
        &self.headers[..TEXT]
    }

    /// The binary header, 400 bytes.
    pub fn binary_header(&self) -> &[u8] {
        &self.headers[TEXT..]
    }

    /// The samples as they are written, traces × samples; of IBM's numbers their bits, as `u32`. Local.
    pub fn samples(&self) -> &Volume {
        &self.volume
    }

    /// The samples of floating-point formats as `f32`, in a layout whose last axis is that of samples; the others
    /// together are that of traces, in C order: inlines × crosslines × samples, where a file has all of them.
    ///
    /// IBM's numbers are rounded to the nearest `f32`; those too large for it become infinite.
    ///
    /// # Communication
    /// That of [`Volume::load`]; of IBM's numbers in chunks that combine one redistribution more.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Shape`] if the layout does not fit, [`ErrorKind::Format`] if samples are integers
    /// or `f64` ([`samples`](Self::samples) reads those), and those of [`Volume::load`].
    pub fn load(&self, layout: &Layout) -> Result<DistArray<f32>> {
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
        let volume = self.volume.with(Strided { shape: shape.to_vec(), strides, ..of_file.clone() });
        match self.facts.format {
            // The first chunks of sums and products have the values, and 0 and 1 are no bits of IBM's 0 and 1.
            SegyFormat::Ibm if layout.mode().combines() => {
                let whole = Layout::scatter(layout.comm(), shape, 0)?;
                volume.load::<u32>(&whole)?.map(ibm).redistribute(layout)
            }
            SegyFormat::Ibm => Ok(volume.load::<u32>(layout)?.map(ibm)),
            SegyFormat::F32 => volume.load(layout),
            other => {
                let expected = "samples in floating-point numbers of 4 bytes";
                Err(Error::expected(ErrorKind::Format, "SEG-Y file", expected, format!("{other:?}")))
            }
        }
    }

    /// A number of every trace header, at this byte of it, counted from 1 as the standard does: the inline in 189,
    /// the crossline in 193 (`i32`), coordinates in 73 and 77 (`i32`), their scale in 71 (`i16`). Local.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if it does not lie in the header.
    pub fn trace_field<T: NpyElement>(&self, byte: usize) -> Result<Volume> {
        if byte < 1 || byte > TRACE_HEADER + 1 - size_of::<T>() {
            let expected = format!("1 to {} for {}", TRACE_HEADER + 1 - size_of::<T>(), T::DTYPE);
            return Err(Error::expected(ErrorKind::Parameter, "byte of a trace header", expected, byte));
        }
        let of_file = self.volume.strided();
        let offset = self.facts.start as i64 + byte as i64 - 1;
        let (shape, strides) = (vec![of_file.shape[0]], vec![of_file.strides[0]]);
        Ok(self.volume.with(Strided { shape, strides, offset, dtype: T::DTYPE, ..*of_file }))
    }
}

impl Facts {
    fn of(headers: &[u8], what: &str) -> Result<Self> {
        let binary = &headers[TEXT..];
        let wrong = |expected: &str, found: String| Err(Error::expected(ErrorKind::Format, what, expected, found));
        // Revision 2 says the order of bytes; without a word it is the most significant first.
        let big_endian = binary[96..100] != [4, 3, 2, 1];
        let two = |at: usize| {
            let bytes = [binary[at], binary[at + 1]];
            if big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
        };
        let format = match two(24) {
            1 => SegyFormat::Ibm,
            2 => SegyFormat::I32,
            3 => SegyFormat::I16,
            5 => SegyFormat::F32,
            6 => SegyFormat::F64,
            8 => SegyFormat::I8,
            other => return wrong("samples of format 1, 2, 3, 5, 6 or 8", other.to_string()),
        };
        let mut samples = usize::from(two(20));
        if binary[300] >= 2 {
            let high_first = if big_endian { [68, 70] } else { [70, 68] };
            let extended = high_first.iter().fold(0, |n, &at| n << 16 | usize::from(two(at)));
            samples = if extended > 0 { extended } else { samples };
        }
        if samples == 0 || samples > i32::MAX as usize {
            return wrong("a number of samples of each trace", samples.to_string());
        }
        let texts = two(304).cast_signed();
        if texts < 0 {
            return wrong("a number of textual headers", texts.to_string());
        }
        let start = (HEADERS + texts as usize * TEXT) as u64;
        if binary[300] >= 2 {
            // More headers for each trace: 4 bytes say so in revision 2.0, 2 in 2.1.
            let more = &binary[306..if binary[301] == 0 { 310 } else { 308 }];
            if more.iter().any(|&byte| byte != 0) {
                return wrong("traces with one header each", format!("more, by the bytes {more:?}"));
            }
            let bytes: [u8; 8] = std::array::from_fn(|k| binary[320 + k]);
            let said = if big_endian { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) };
            if said != 0 && said != start {
                return wrong(&format!("a first trace at byte {start}"), said.to_string());
            }
        }
        Ok(Self { format, samples, interval: two(16), big_endian, start })
    }

    /// Where the samples lie, if the file has whole traces, and the headers of some agree.
    fn traces(&self, file: &File, length: u64, what: &str) -> Result<Strided> {
        let dtype = match self.format {
            SegyFormat::Ibm => DType::U32,
            SegyFormat::I32 => DType::I32,
            SegyFormat::I16 => DType::I16,
            SegyFormat::F32 => DType::F32,
            SegyFormat::F64 => DType::F64,
            SegyFormat::I8 => DType::I8,
        };
        let each = (TRACE_HEADER + self.samples * dtype.size()) as u64;
        let bytes = length.checked_sub(self.start).filter(|bytes| bytes % each == 0).ok_or_else(|| {
            let expected = format!("{} bytes and whole traces of {each}", self.start);
            Error::expected(ErrorKind::Format, what, expected, format!("{length} bytes"))
        })?;
        let traces = bytes / each;
        for trace in [0, traces / 2, traces.saturating_sub(1)].into_iter().filter(|_| traces > 0) {
            let mut count = [0; 2];
            let read = read_exact_at(file, &mut count, self.start + trace * each + 114);
            read.map_err(|e| read_error(&e, what, "a trace header"))?;
            let count = if self.big_endian { u16::from_be_bytes(count) } else { u16::from_le_bytes(count) };
            if count != 0 && count != self.samples as u16 {
                let expected = format!("traces of {} samples each", self.samples);
                return Err(Error::expected(ErrorKind::Format, what, expected, format!("{count} in trace {trace}")));
            }
        }
        let offset = (self.start + TRACE_HEADER as u64) as i64;
        let (shape, strides) = (vec![traces as usize, self.samples], vec![each as i64, dtype.size() as i64]);
        Ok(Strided { shape, strides, offset, dtype, big_endian: self.big_endian })
    }
}

/// ± 0.f · 16^(e − 64), with a sign of 1 bit, e of 7 and f of 24.
fn ibm(bits: u32) -> f32 {
    let sign = if bits >> 31 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((bits >> 24 & 0x7f) as i32, f64::from(bits & 0x00ff_ffff));
    (sign * fraction * 2f64.powi(4 * (exponent - 64) - 24)) as f32 // exact until it is rounded here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ibm() {
        for (bits, value) in [
            (0xC276_A000, -118.625),
            (0x0000_0000, 0.0),
            (0x4110_0000, 1.0),
            (0x4019_999A, 1_677_722.0 / 16_777_216.0), // 0.1 to 21 bits
            (0xC110_0000, -1.0),
            (0x4080_0000, 0.5),
            (0x7FFF_FFFF, f32::INFINITY),
            (0x4264_0000, 100.0),
        ] {
            assert_eq!(ibm(bits), value, "{bits:x}");
        }
        assert!(ibm(0x8000_0000).is_sign_negative());
    }
}
