//! Writing: each rank its own traces, in one file.

use super::super::atomic::{Unfinished, cannot_write};
use super::super::element::NpyElement;
use super::super::positioned::write_all_at;
use super::super::progress::Progress;
use super::format::SegyFormat;
use super::read::check_field;
use super::records::{Records, big_endian};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use std::fmt;
use std::fs::OpenOptions;
use std::path::Path;

/// Which standard a file is written by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SegyRevision {
    /// Revision 1, which every program reads: at most 32,767 samples a trace, whole microseconds.
    #[default]
    One,
    /// Revision 2.0: any number of samples, an interval with a fraction, and more types.
    Two,
}

/// A SEG-Y file in the making: how it is to be written.
///
/// Revision 1, the type of the array as it is (`f32` as IEEE's numbers), the most significant byte first, and a
/// textual header in EBCDIC. Trace headers have the number of the trace (bytes 1 and 5), the sign of a seismic trace
/// (29), the number of samples and the interval, and of the array's own axes: its ensemble (21) where it has traces ×
/// samples, inline and crossline (189, 193), counted from 1, where it has two axes of traces. Other
/// [fields](Self::field) are given as arrays.
///
/// # Example
/// ```
/// use lops::io::{self, NewSegy};
/// use lops::{DistArray, Layout, launch_threads};
///
/// let path = std::env::temp_dir().join("lops-doc-new-segy.sgy");
/// launch_threads(3, |comm| {
///     // 4 inlines × 5 crosslines × 100 samples, cut along the crosslines.
///     let cube = Layout::scatter(comm, &[4, 5, 100], 1)?;
///     let x = DistArray::from_fn(&cube, |i| i[0] as f32 + 0.5 * i[2] as f32);
///     let easting = DistArray::from_fn(&Layout::scatter(comm, &[4, 5], 0)?, |i| 1000 + 25 * i[1] as i32);
///     NewSegy::new(4000.0).line("a cube of ours").ibm().field(181, &easting).write(&path, &x)?;
///
///     let file = io::open_segy(comm, &path)?;
///     assert_eq!((file.shape(), file.interval()), ([20, 100], 4000.0));
///     assert_eq!(file.lines()[0], "C 1 a cube of ours");
///     assert_eq!(file.load(&cube)?, x);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// SEG-Y revisions 1 and 2.0, SEG Technical Standards Committee, 2002 and 2017.
#[must_use = "`write` writes the file"]
pub struct NewSegy<'a> {
    interval: f64,
    revision: SegyRevision,
    ibm: bool,
    lines: Vec<String>,
    fields: Vec<Field<'a>>,
}

type BytesOf<'a> = dyn Fn(&Layout) -> Result<Vec<u8>> + 'a;

/// A number of every trace header.
struct Field<'a> {
    byte: usize,
    size: usize,
    check: Result<()>,
    /// Its bytes, of the traces that a rank has in this layout.
    bytes: Box<BytesOf<'a>>,
}

/// Writes an array as a SEG-Y file of revision 1: traces × samples, or more axes of traces. The interval is in
/// microseconds. [`NewSegy`] does more.
///
/// # Communication
/// That of [`NewSegy::write`].
///
/// # Errors
/// Those of [`NewSegy::write`].
///
/// # Example
/// See [`NewSegy`].
pub fn save_segy<T: NpyElement>(path: impl AsRef<Path>, array: &DistArray<T>, interval: f64) -> Result<()> {
    NewSegy::new(interval).write(path, array)
}

impl<'a> NewSegy<'a> {
    /// With so many microseconds from sample to sample.
    pub fn new(interval: f64) -> Self {
        Self { interval, revision: SegyRevision::One, ibm: false, lines: vec![], fields: vec![] }
    }

    /// By this standard.
    pub fn revision(mut self, revision: SegyRevision) -> Self {
        self.revision = revision;
        self
    }

    /// `f32` as IBM's numbers, rounded to the nearest: they have 21 to 24 bits where `f32` has 24.
    pub fn ibm(mut self) -> Self {
        self.ibm = true;
        self
    }

    /// The next line of the textual header: 38 there are, of 76 characters of ASCII.
    pub fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// A number of every trace header, at this byte of it, counted from 1: an array of the axes of traces. Instead
    /// of what would stand there.
    pub fn field<T: NpyElement>(mut self, byte: usize, values: &'a DistArray<T>) -> Self {
        let bytes = move |rows: &Layout| {
            let shape = values.layout()?.shape();
            if shape != rows.shape() {
                let (what, expected) = (format!("field {byte} of trace headers"), format!("shape {:?}", rows.shape()));
                return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{shape:?}")));
            }
            Ok(big_endian(values.redistribute(rows)?.as_slice()))
        };
        let size = size_of::<T>();
        let is_free = byte + size <= 115 || byte > 118; // there the number of samples and the interval stand
        let check = check_field::<T>(byte).and_then(|()| match SegyFormat::of_dtype(T::DTYPE) {
            Some(_) if is_free => Ok(()),
            _ => {
                let found = format!("{} in byte {byte}", T::DTYPE);
                let expected = "a real number that leaves bytes 115 to 118 alone";
                Err(Error::expected(ErrorKind::Parameter, "field of trace headers", expected, found))
            }
        });
        self.fields.push(Field { byte, size, check, bytes: Box::new(bytes) });
        self
    }

    /// Writes the array: each rank its own traces.
    ///
    /// The file is written as [`save_npy`](crate::io::save_npy) writes one: whole or not at all.
    ///
    /// # Communication
    /// Four all-reduces of a number or two and one broadcast of a few. One redistribution of the array, and of each field,
    /// that is not scattered on its first axis.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Shape`] if the array has less than two axes, or a field is not one of its traces;
    /// [`ErrorKind::Parameter`] if the interval is negative or not finite, the revision has no room for the interval,
    /// the number of samples or the type, a field lies outside of the header, IBM's numbers are asked for of another
    /// type than `f32`, or have no such value (infinities, NaN); [`ErrorKind::Layout`] of a stack; [`ErrorKind::Io`]
    /// if the place cannot be written to.
    pub fn write<T: NpyElement>(&self, path: impl AsRef<Path>, array: &DistArray<T>) -> Result<()> {
        let (path, comm, shape) = (path.as_ref(), array.comm(), array.layout()?.shape());
        let _operation =
            comm.compare("save_segy", format_args!("{}, {}, {:#}, {self:?}", path.display(), T::DTYPE, array.space()))?;
        let Some((&samples, axes)) = shape.split_last().filter(|(_, axes)| !axes.is_empty()) else {
            let expected = "axes of traces, and one of samples";
            return Err(Error::expected(ErrorKind::Shape, "array to write as SEG-Y", expected, format!("{shape:?}")));
        };
        let format = self.format::<T>()?;
        self.check(samples)?;
        let rows = Layout::scatter(comm, shape, 0)?;
        let moved = if array.layout()? == &rows { None } else { Some(array.redistribute(&rows)?) };
        let traces = Layout::scatter(comm, axes, 0)?;
        let own = |field: &Field<'_>| {
            field.check.clone()?;
            Ok((field.byte, field.size, (field.bytes)(&traces)?))
        };
        let fields = self.fields.iter().map(own).collect::<Result<Vec<_>>>()?;
        let records = Records {
            revision: self.revision,
            interval: self.interval,
            lines: &self.lines,
            axes,
            samples,
            format,
            first: traces.ranges(comm.rank()).map_or(0, |ranges| ranges[0].start * axes[1..].iter().product::<usize>()),
            fields,
        };
        let file = Unfinished::begin(comm, path)?;
        let all = || {
            let out = OpenOptions::new().write(true).open(file.temporary()).map_err(|e| cannot_write(path, &e))?;
            let values = moved.as_ref().unwrap_or(array).as_slice();
            let mut progress = Progress::new(comm, &format!("writing {}", path.display()), size_of_val(values) as u64);
            if comm.rank() == 0 {
                write_all_at(&out, &records.headers(), 0).map_err(|e| cannot_write(path, &e))?;
            }
            records.write(&out, path, values, &mut progress)?;
            out.sync_data().map_err(|e| cannot_write(path, &e))
        };
        let written = all();
        file.finish(written)
    }

    fn format<T: NpyElement>(&self) -> Result<SegyFormat> {
        let format = SegyFormat::of_dtype(T::DTYPE);
        let found = match format {
            Some(SegyFormat::F32) if self.ibm => Some(SegyFormat::Ibm),
            _ if self.ibm => None,
            found => found,
        };
        let is_known = |format: &SegyFormat| self.revision == SegyRevision::Two || format.is_old();
        found.filter(is_known).ok_or_else(|| {
            let expected = match (self.ibm, self.revision) {
                (true, _) => "float32, to be written in IBM's numbers",
                (_, SegyRevision::One) => "float32, int8, int16 or int32, as revision 1 has them",
                (_, SegyRevision::Two) => "float32, float64 or integers",
            };
            Error::expected(ErrorKind::Parameter, "type to write as SEG-Y", expected, T::DTYPE)
        })
    }

    /// `Ok` if the revision has room for all of it.
    fn check(&self, samples: usize) -> Result<()> {
        let refuse = |what: &str, expected: &str, found: &dyn fmt::Display| {
            Err(Error::expected(ErrorKind::Parameter, what, expected, found))
        };
        let interval = self.interval;
        match self.revision {
            SegyRevision::One if !(0.0..=32_767.0).contains(&interval) || interval.fract() != 0.0 => {
                refuse("interval of SEG-Y, revision 1", "whole microseconds, 0 to 32767", &interval)
            }
            SegyRevision::Two if !(interval >= 0.0 && interval.is_finite()) => {
                refuse("interval of SEG-Y", "microseconds, 0 or more", &interval)
            }
            SegyRevision::One if !(1..=32_767).contains(&samples) => {
                refuse("samples of a trace of SEG-Y, revision 1", "1 to 32767", &samples)
            }
            SegyRevision::Two if !(1..=i32::MAX as usize).contains(&samples) => {
                refuse("samples of a trace of SEG-Y", "1 to 2³¹ − 1", &samples)
            }
            _ if self.lines.len() > 38 => refuse("lines of a textual header", "at most 38", &self.lines.len()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for NewSegy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self.fields.iter().map(|field| field.byte).collect();
        let mut out = f.debug_struct("NewSegy");
        out.field("interval", &self.interval).field("revision", &self.revision).field("ibm", &self.ibm);
        out.field("lines", &self.lines).field("fields", &fields).finish()
    }
}
