//! SEG-Y: traces of one length behind their headers, which is a strided volume.
//!
//! Of reading: [`headers`] is what the binary header says, [`lengths`] how long the traces are, which the header,
//! the trace headers and the length of the file must bear out together, and [`read`] the rest. Of writing: [`write`].

mod format;
mod headers;
mod lengths;
mod numbers;
mod open;
mod read;
mod records;
#[cfg(test)]
mod tests;
mod text;
mod write;

pub use format::SegyFormat;
pub use open::{OpenSegy, open_segy};
pub use read::Segy;
pub use write::{NewSegy, SegyRevision, save_segy};

/// Bytes of a textual header.
const TEXT: usize = 3200;
/// Bytes of the textual and the binary header.
const HEADERS: usize = TEXT + 400;
/// Bytes of a trace header.
const TRACE_HEADER: usize = 240;
