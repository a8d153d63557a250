//! Opening: rank 0 finds out how a file is written, and tells the others.

use super::super::header::read_error;
use super::super::npy::open_file;
use super::super::positioned::read_exact_at;
use super::super::strided::Strided;
use super::super::volume::{Look, Volume};
use super::format::SegyFormat;
use super::headers::{Binary, orders};
use super::lengths::{Body, Refusal, Traces};
use super::read::{Facts, Segy};
use super::{HEADERS, TEXT, text};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use std::fs::File;
use std::io;
use std::path::Path;

/// What is told of a SEG-Y file whose headers do not say it, or say it wrongly. What is not told is found out, as
/// [`open_segy`] does.
///
/// # Example
/// ```no_run
/// use lops::io::{OpenSegy, SegyFormat};
/// use lops::launch_threads;
///
/// launch_threads(2, |comm| {
///     let file = OpenSegy::new().little_endian().format(SegyFormat::F32).samples(90_000).open(comm, "long.sgy")?;
///     assert_eq!(file.shape()[1], 90_000);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "`open` opens the file"]
pub struct OpenSegy {
    big_endian: Option<bool>,
    format: Option<SegyFormat>,
    samples: Option<usize>,
}

/// A SEG-Y file (revisions 0 to 2) whose traces have one length: headers, and traces to be read.
///
/// Rank 0 finds out how the file is written. The order of bytes is that of revision 2's constant, or the one in which
/// the format has a code. The number of samples is that of the binary header (of revision 2's field of four bytes
/// before the older one) or of the trace headers: the one that fits the length of the file, and that what a few
/// trace headers say bears out. These may be zero or cut off at 32,767 or 65,535; single ones may be wrong; where
/// the binary header is, they must all agree. No more than seven trace headers are read (a million where they
/// contradict the binary header), one at a time. What cannot be found out can be told: [`OpenSegy`].
///
/// # Communication
/// Three all-reduces of a number, and four broadcasts: 3600 bytes, and three of a few numbers.
///
/// # Errors
/// On every rank [`ErrorKind::Io`] if one of them cannot open the file; [`ErrorKind::Format`] if it is too short,
/// has samples of another format (see [`SegyFormat`]), a length that is not that of whole traces, traces of several
/// lengths, or headers that contradict one another.
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
    OpenSegy::new().open(comm, path)
}

impl OpenSegy {
    /// Nothing is told.
    pub const fn new() -> Self {
        Self { big_endian: None, format: None, samples: None }
    }

    /// Headers and samples have the most significant byte first, as revisions 0 and 1 want it.
    pub fn big_endian(mut self) -> Self {
        self.big_endian = Some(true);
        self
    }

    /// Headers and samples have the least significant byte first.
    pub fn little_endian(mut self) -> Self {
        self.big_endian = Some(false);
        self
    }

    /// Samples are written so, whatever the binary header says.
    pub fn format(mut self, format: SegyFormat) -> Self {
        self.format = Some(format);
        self
    }

    /// Every trace has so many samples, whatever the headers say.
    pub fn samples(mut self, samples: usize) -> Self {
        self.samples = Some(samples);
        self
    }

    /// The file, as [`open_segy`] opens it.
    ///
    /// # Communication
    /// That of [`open_segy`].
    ///
    /// # Errors
    /// Those of [`open_segy`]; of what is told that the length of the file must be that of whole traces.
    pub fn open(&self, comm: &Comm, path: impl AsRef<Path>) -> Result<Segy> {
        let path = path.as_ref();
        let _operation = comm.operation("open", format_args!("{}, {self:?}", path.display()));
        let mut headers = vec![0; HEADERS];
        let looked = (comm.rank() == 0).then(|| {
            let what = path.display().to_string();
            let (file, length) = open_file(path)?;
            let read = read_exact_at(&file, &mut headers, 0);
            read.map_err(|e| read_error(&e, &what, "the headers of SEG-Y"))?;
            self.look(&headers, &file, length, &what)
        });
        let looked = comm.agree(looked.transpose())?;
        comm.broadcast(&mut headers, 0);
        let mut words = looked.as_ref().map_or([0; Facts::WORDS], |(facts, _)| facts.words());
        comm.broadcast(&mut words, 0);
        let facts = Facts::of_words(words);
        let volume = Volume::open(comm, path, None, |what| match looked {
            Some((_, strided)) => Ok(Look { strided, is_packed: false }),
            None => Err(Error::new(ErrorKind::Format, what)), // rank 0 has looked
        })?;
        Ok(Segy { headers, facts, volume })
    }

    /// How the file is written: in the likelier order of bytes if that makes sense.
    fn look(&self, headers: &[u8], file: &File, length: u64, what: &str) -> Result<(Facts, Strided)> {
        let told = self.big_endian.map(|big_endian| vec![big_endian]);
        let orders = told.map_or_else(|| orders(headers, self.format.is_some(), what), Ok)?;
        let mut first = None;
        for big_endian in orders {
            match self.look_in(Binary::of(headers, big_endian), file, length, what) {
                Ok(found) => return Ok(found),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| Error::new(ErrorKind::Format, what)))
    }

    fn look_in(&self, binary: Binary<'_>, file: &File, length: u64, what: &str) -> Result<(Facts, Strided)> {
        let code = binary.format();
        let format = self.format.or_else(|| SegyFormat::of_code(code)).ok_or_else(|| {
            let expected = "samples of format 1 to 3, 5, 6, 8 to 12, or 16";
            Error::expected(ErrorKind::Format, what, expected, code)
        })?;
        let io_error = |e: io::Error| read_error(&e, what, "a trace header");
        let size = format.dtype().size() as u64;
        let (mut first, mut doubtful) = (None, None);
        for start in starts(binary, file, length).map_err(io_error)? {
            let body = Body { file, binary, start, length, size };
            let found = match self.samples {
                Some(samples) => body.told(samples),
                None => body.traces().map_err(io_error)?,
            };
            match found {
                Ok(traces) if traces.is_sure => return facts(&body, traces, format).map_err(io_error),
                Ok(traces) => doubtful = doubtful.or(Some((body, traces))),
                Err(refusal) => first = first.or(Some(refusal)),
            }
        }
        if let Some((body, traces)) = doubtful {
            return facts(&body, traces, format).map_err(io_error);
        }
        let (expected, found): Refusal = first.unwrap_or_else(|| {
            ("a number of textual headers that fit into the file".into(), binary.texts().to_string())
        });
        Err(Error::expected(ErrorKind::Format, what, expected, found))
    }
}

fn facts(body: &Body<'_>, traces: Traces, format: SegyFormat) -> io::Result<(Facts, Strided)> {
    let mut interval = body.binary.interval();
    if interval == 0.0 && traces.count > 0 {
        interval = body.interval()?.into();
    }
    let (start, big_endian) = (body.start, body.binary.big_endian);
    let facts = Facts { format, samples: traces.samples, interval, start };
    let strides = vec![body.each(traces.samples) as i64, body.size as i64];
    let offset = (start + body.trace_header()) as i64;
    let shape = vec![traces.count as usize, traces.samples];
    Ok((facts, Strided { shape, strides, offset, dtype: format.dtype(), big_endian }))
}

/// Where the first trace may begin, within the file.
fn starts(binary: Binary<'_>, file: &File, length: u64) -> io::Result<Vec<u64>> {
    let mut starts: Vec<_> = binary.traces_and_start().1.into_iter().collect();
    match binary.texts() {
        texts @ 0.. => starts.push((HEADERS + usize::from(texts.unsigned_abs()) * TEXT) as u64),
        -1 => starts.extend(behind_texts(file, length)?),
        _ => {}
    }
    if binary.revision() == 0 {
        starts.insert(0, HEADERS as u64); // the number of more texts means nothing yet, though some mean it
    }
    starts.retain(|start| (HEADERS as u64..=length).contains(start));
    starts.dedup();
    Ok(starts)
}

/// Where the textual headers end that are ended by one that says so.
fn behind_texts(file: &File, length: u64) -> io::Result<Option<u64>> {
    let mut line = [0; 80];
    let mut at = HEADERS as u64;
    while at + TEXT as u64 <= length {
        read_exact_at(file, &mut line, at)?;
        at += TEXT as u64;
        if text::is_last(&line) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}
