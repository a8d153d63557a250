//! The bytes of a file that is written: headers, and traces behind theirs.

use super::super::atomic::cannot_write;
use super::super::element::NpyElement;
use super::super::progress::Progress;
use super::format::SegyFormat;
use super::numbers::to_ibm;
use super::write::SegyRevision;
use super::{HEADERS, TEXT, TRACE_HEADER, text};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::bytes_of;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

/// Bytes that are gathered before they are written.
const GATHERED: usize = 1 << 20;
/// Samples that are turned into bytes of the file at a time.
const AT_ONCE: usize = 4096;

/// What a rank writes.
#[derive(Debug)]
pub(super) struct Records<'a> {
    pub(super) revision: SegyRevision,
    pub(super) interval: f64,
    pub(super) lines: &'a [String],
    /// The axes of traces.
    pub(super) axes: &'a [usize],
    pub(super) samples: usize,
    pub(super) format: SegyFormat,
    /// The number of the rank's first trace.
    pub(super) first: usize,
    /// Fields of trace headers: the byte where each stands, how many it has, and those of all of the rank's traces.
    pub(super) fields: Vec<(usize, usize, Vec<u8>)>,
}

impl Records<'_> {
    /// The number of samples and the interval in fields of two bytes; 0 where they do not fit.
    fn short(&self) -> [u16; 2] {
        let whole = self.interval.fract() == 0.0 && self.interval <= 65_535.0;
        [u16::try_from(self.samples).unwrap_or(0), if whole { self.interval as u16 } else { 0 }]
    }

    /// The textual and the binary header.
    pub(super) fn headers(&self) -> Vec<u8> {
        let is_new = self.revision == SegyRevision::Two;
        let mut headers = text::header(self.lines, if is_new { "SEG-Y REV2.0" } else { "SEG Y REV1" });
        headers.resize(HEADERS, 0);
        let binary = &mut headers[TEXT..];
        let mut put = |at: usize, bytes: &[u8]| binary[at..at + bytes.len()].copy_from_slice(bytes);
        let [samples, interval] = self.short().map(u16::to_be_bytes);
        put(12, &1_u16.to_be_bytes()); // traces of an ensemble
        put(16, &interval);
        put(18, &interval);
        put(20, &samples);
        put(22, &samples);
        put(24, &self.format.code().to_be_bytes());
        put(28, &if self.axes.len() > 1 { 4_u16 } else { 2_u16 }.to_be_bytes()); // stacked, or by ensemble
        put(54, &1_u16.to_be_bytes()); // metres
        put(300, &[if is_new { 2 } else { 1 }, 0]);
        put(302, &1_u16.to_be_bytes()); // traces of one length
        if is_new {
            put(60, &1_u32.to_be_bytes());
            for at in [68, 88] {
                put(at, &(self.samples as u32).to_be_bytes());
            }
            for at in [72, 80] {
                put(at, &self.interval.to_be_bytes());
            }
            put(96, &[1, 2, 3, 4]);
            put(312, &(self.axes.iter().product::<usize>() as u64).to_be_bytes());
            put(320, &(HEADERS as u64).to_be_bytes());
        }
        headers
    }

    /// The header of the rank's k-th trace.
    fn trace_header(&self, k: usize) -> [u8; TRACE_HEADER] {
        let mut header = [0; TRACE_HEADER];
        let mut put = |byte: usize, bytes: &[u8]| header[byte - 1..byte - 1 + bytes.len()].copy_from_slice(bytes);
        let trace = self.first + k;
        let number = |n: usize| i32::try_from(n + 1).unwrap_or(0).to_be_bytes();
        put(1, &number(trace));
        put(5, &number(trace));
        put(29, &1_u16.to_be_bytes());
        match self.axes {
            [_] => put(21, &number(trace)),
            [.., crosslines] => {
                put(189, &number(trace / crosslines));
                put(193, &number(trace % crosslines));
            }
            [] => {}
        }
        let [samples, interval] = self.short().map(u16::to_be_bytes);
        put(115, &samples);
        put(117, &interval);
        for (byte, size, bytes) in &self.fields {
            put(*byte, &bytes[k * size..(k + 1) * size]);
        }
        header
    }

    /// Headers and samples, one trace after the other.
    pub(super) fn write<T: NpyElement>(
        &self,
        file: &File,
        path: &Path,
        values: &[T],
        progress: &mut Progress,
    ) -> Result<()> {
        let io_error = |e| cannot_write(path, &e);
        let mut file = file;
        let each = TRACE_HEADER + self.samples * size_of::<T>();
        file.seek(SeekFrom::Start(HEADERS as u64 + self.first as u64 * each as u64)).map_err(io_error)?;
        let mut out = BufWriter::with_capacity(GATHERED.min(values.len().div_ceil(self.samples) * each), file);
        for (k, trace) in values.chunks(self.samples).enumerate() {
            out.write_all(&self.trace_header(k)).map_err(io_error)?;
            for some in trace.chunks(AT_ONCE) {
                let bytes = if self.format == SegyFormat::Ibm { self.ibm(some, k)? } else { big_endian(some) };
                out.write_all(&bytes).map_err(io_error)?;
            }
            progress.add(size_of_val(trace));
        }
        out.flush().map_err(io_error)
    }

    /// Of `f32`, as IBM's numbers.
    fn ibm<T: NpyElement>(&self, values: &[T], k: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(size_of_val(values));
        for value in bytes_of(values).chunks_exact(4) {
            let value = f32::from_ne_bytes([value[0], value[1], value[2], value[3]]);
            let bits = to_ibm(value).ok_or_else(|| {
                let what = format!("sample of trace {}", self.first + k);
                Error::expected(ErrorKind::Parameter, what, "a finite number, to be written as IBM's", value)
            })?;
            bytes.extend(bits.to_be_bytes());
        }
        Ok(bytes)
    }
}

/// The bytes of numbers, of each the most significant first. (No complex numbers come here.)
pub(super) fn big_endian<T: NpyElement>(values: &[T]) -> Vec<u8> {
    let mut bytes = bytes_of(values).to_vec();
    if cfg!(target_endian = "little") && size_of::<T>() > 1 {
        bytes.chunks_exact_mut(size_of::<T>()).for_each(<[u8]>::reverse);
    }
    bytes
}
