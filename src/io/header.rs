//! The header of a `.npy` file, read with suspicion.
//!
//! ```text
//! \x93NUMPY  major minor  length(2 or 4 bytes)  {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }
//! ```

use super::element::{NpyElement, descr, parse_descr};
use super::literal::Literal;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::DType;
use std::io::{self, Read};

/// NumPy's own readers stop at 10 000 bytes; nobody's array of numbers needs more than this.
const LONGEST: usize = 1 << 16;
/// A word has fewer letters.
const LONGEST_WORD: usize = 64;
/// NumPy has no arrays of more axes.
const MOST_AXES: usize = 64;
const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// What a `.npy` file says it holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub(super) dtype: DType,
    /// Most significant byte first.
    pub(super) big_endian: bool,
    /// First axis fastest.
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
    /// Elements in all.
    pub(super) count: usize,
    /// Bytes before the first element.
    pub(super) offset: u64,
}

impl Header {
    /// Reads up to the first element; `what` names the file in errors.
    pub(super) fn read(reader: &mut impl Read, what: &str) -> Result<Self> {
        let (text, offset) = read_text(reader, what)?;
        Ok(Self { offset, ..Self::parse(text.trim_end(), what)? })
    }

    fn parse(text: &str, what: &str) -> Result<Self> {
        let (descr, fortran, shape) = entries(text).map_err(|_| {
            let expected = "a header {'descr': …, 'fortran_order': …, 'shape': …}";
            Error::expected(ErrorKind::Format, what, expected, excerpt(text))
        })?;
        let (dtype, big_endian) = Literal::new(descr).string().ok().and_then(parse_descr).ok_or_else(|| {
            let expected = "an array of bool, integers, float32/64 or complex64/128";
            Error::expected(ErrorKind::Format, what, expected, format!("descr {}", excerpt(descr)))
        })?;
        check_axes(shape.len(), ErrorKind::Format, what)?;
        // Also without the zeros, as a shape of (0, 2⁶³, 2⁶³) must not overflow later.
        let product = |n: usize, &m: &usize| n.checked_mul(m);
        let bytes = shape.iter().filter(|&&n| n > 0).try_fold(dtype.size(), product);
        if bytes.is_none_or(|bytes| isize::try_from(bytes).is_err()) {
            let found = format!("shape {shape:?} of {dtype}");
            return Err(Error::expected(ErrorKind::Format, what, "an array that fits in memory", found));
        }
        let count = shape.iter().product();
        Ok(Self { dtype, big_endian, fortran, shape, count, offset: 0 })
    }

    /// Bytes of all elements. Cannot overflow: `parse` has made sure.
    pub(super) fn data_bytes(&self) -> u64 {
        (self.count * self.dtype.size()) as u64
    }

    /// Errors unless the file, or entry, is exactly as long as header and data together.
    pub(super) fn check_length(&self, found: u64, what: &str) -> Result<()> {
        let expected = self.offset + self.data_bytes();
        if found == expected {
            return Ok(());
        }
        let expected = format!("{expected} bytes for {:?} of {}", self.shape, self.dtype);
        Err(Error::expected(ErrorKind::Format, what, expected, format!("{found} bytes")))
    }
}

/// `Ok` if NumPy has arrays of so many axes.
pub(super) fn check_axes(axes: usize, kind: ErrorKind, what: &str) -> Result<()> {
    if axes <= MOST_AXES {
        return Ok(());
    }
    Err(Error::expected(
        kind,
        what,
        format!("at most {MOST_AXES} axes, as NumPy's arrays have"),
        format!("{axes} axes"),
    ))
}

/// All that stands before the elements of a `.npy` file, byte for byte as `numpy.save` writes it: version 1.0,
/// room for the length of the slowest axis to grow to 21 digits, spaces up to a multiple of 64 bytes.
///
/// # Errors
/// [`ErrorKind::Shape`] of more axes than NumPy has.
pub(super) fn header_text(dtype: DType, fortran: bool, shape: &[usize]) -> Result<Vec<u8>> {
    check_axes(shape.len(), ErrorKind::Shape, "array to write as .npy")?;
    let lengths: Vec<_> = shape.iter().map(usize::to_string).collect();
    let comma = if shape.len() == 1 { "," } else { "" };
    let (descr, shape) = (descr(dtype), lengths.join(", "));
    let order = if fortran { "True" } else { "False" };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({shape}{comma}), }}");
    let slowest = if fortran { lengths.last() } else { lengths.first() };
    let growth = slowest.map_or(0, |n| 21_usize.saturating_sub(n.len()));
    text.push_str(&" ".repeat(growth));
    let padding = 64 - (10 + text.len() + 1) % 64; // 64 more where it fits already, as NumPy does
    text.push_str(&" ".repeat(padding));
    text.push('\n');
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((text.len() as u16).to_le_bytes()); // 64 axes take less than 2 KiB
    bytes.extend(text.into_bytes());
    Ok(bytes)
}

/// Fills the buffer, or says that the file is too short.
fn fill(reader: &mut impl Read, buffer: &mut [u8], what: &str) -> Result<()> {
    reader.read_exact(buffer).map_err(|e| read_error(&e, what, "a whole .npy header"))
}

/// So many bytes, for which memory is taken as they come: the number is only a claim.
pub(super) fn take(reader: &mut impl Read, length: usize, what: &str, expected: &str) -> Result<Vec<u8>> {
    let mut bytes = vec![];
    let read = reader.take(length as u64).read_to_end(&mut bytes);
    let whole = read.and_then(|n| if n == length { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) });
    whole.map(|()| bytes).map_err(|e| read_error(&e, what, expected))
}

/// A failed read in words: damage is a matter of format, the rest of the system.
pub(super) fn read_error(e: &io::Error, what: &str, expected: &str) -> Error {
    match e.kind() {
        io::ErrorKind::UnexpectedEof => Error::expected(ErrorKind::Format, what, expected, "the end of the file"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            Error::expected(ErrorKind::Format, what, expected, e)
        }
        _ => Error::expected(ErrorKind::Io, what, expected, e),
    }
}

/// The type as it is written, whether the first axis is the fastest, and the shape.
fn entries(text: &str) -> std::result::Result<(&str, bool, Vec<usize>), String> {
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    let mut literal = Literal::new(text);
    literal.entries(|key, value| {
        let is_first = match key {
            "descr" => descr.replace(value.any()?).is_none(),
            "fortran_order" => fortran.replace(value.boolean()?).is_none(),
            "shape" => {
                let mut lengths = vec![];
                value.tuple(|length| length.number().map(|n| lengths.push(n)))?;
                shape.replace(lengths).is_none()
            }
            _ => false,
        };
        is_first.then_some(()).ok_or_else(|| format!("the key '{key}', or it twice"))
    })?;
    literal.end()?;
    let missing = || "a key is missing".to_owned();
    Ok((descr.ok_or_else(missing)?, fortran.ok_or_else(missing)?, shape.ok_or_else(missing)?))
}

/// A header's text, and where the first element is.
fn read_text(reader: &mut impl Read, what: &str) -> Result<(String, u64)> {
    let mut start = [0; 8];
    fill(reader, &mut start, what)?;
    if &start[..6] != MAGIC {
        let found = format!("\"{}\"", start[..6].escape_ascii());
        return Err(Error::expected(ErrorKind::Format, what, "a .npy array, which starts with \"\\x93NUMPY\"", found));
    }
    let (length, before) = match start[6] {
        1 => {
            let mut bytes = [0; 2];
            fill(reader, &mut bytes, what)?;
            (usize::from(u16::from_le_bytes(bytes)), 10)
        }
        2 | 3 => {
            let mut bytes = [0; 4];
            fill(reader, &mut bytes, what)?;
            (u32::from_le_bytes(bytes) as usize, 12)
        }
        major => return Err(Error::expected(ErrorKind::Format, what, ".npy version 1, 2 or 3", major)),
    };
    if length > LONGEST {
        let expected = format!("a .npy header of at most {LONGEST} bytes");
        return Err(Error::expected(ErrorKind::Format, what, expected, length));
    }
    let text = take(reader, length, what, "a whole .npy header")?;
    Ok((String::from_utf8_lossy(&text).into_owned(), (before + length) as u64))
}

/// The word of a `.npy` array of one string, of bytes (`|S3`) or of characters (`<U3`).
pub(super) fn read_word(reader: &mut impl Read, what: &str) -> Result<String> {
    let (text, _) = read_text(reader, what)?;
    let (kind, length) = entries(text.trim_end())
        .ok()
        .filter(|(_, _, shape)| shape.is_empty())
        .and_then(|(descr, ..)| word_type(Literal::new(descr).string().ok()?))
        .ok_or_else(|| Error::expected(ErrorKind::Format, what, "one word", excerpt(&text)))?;
    let bytes = take(reader, length, what, "all of its data")?;
    let letters: Vec<_> = match kind {
        Letters::Bytes => bytes.iter().map(|&byte| byte.into()).collect(),
        Letters::Characters { big } => bytes.chunks_exact(4).map(|bytes| u32::decode(bytes, big)).collect(),
    };
    let letters = letters.into_iter().map(|letter| char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(letters.collect::<String>().trim_end_matches('\0').to_owned())
}

/// What a string is made of.
enum Letters {
    Bytes,
    Characters { big: bool },
}

/// Letters and length in bytes of a `descr` that is a string's, and no long one.
fn word_type(descr: &str) -> Option<(Letters, usize)> {
    let native = cfg!(target_endian = "big");
    let big = if descr.starts_with(['<', '>']) { descr.starts_with('>') } else { native };
    let kind = descr.trim_start_matches(['<', '>', '=', '|']);
    let length = kind.get(1..)?.parse().ok().filter(|&length: &usize| length <= LONGEST_WORD)?;
    match kind.as_bytes()[0] {
        b'S' => Some((Letters::Bytes, length)),
        b'U' => Some((Letters::Characters { big }, 4 * length)),
        _ => None,
    }
}

fn excerpt(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Header> {
        Header::parse(text, "x.npy")
    }

    #[test]
    fn reads_what_numpy_writes() {
        let header = parse("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }").unwrap();
        assert_eq!((header.dtype, header.big_endian, header.fortran), (DType::F64, false, false));
        assert_eq!((header.shape, header.count), (vec![3, 4], 12));
        let header = parse("{\"shape\": (7L,), 'fortran_order': True, 'descr': '>c16'}").unwrap();
        assert_eq!((header.dtype, header.big_endian, header.fortran), (DType::C128, true, true));
        assert_eq!(header.shape, [7]);
        assert_eq!(parse("{'descr': '|b1', 'fortran_order': False, 'shape': ()}").unwrap().count, 1);
    }

    #[test]
    fn writes_what_numpy_writes() {
        let text = |dtype, shape: &[usize]| {
            String::from_utf8_lossy(&header_text(dtype, false, shape).unwrap()[10..]).into_owned()
        };
        let header = text(DType::F64, &[3, 4]);
        assert_eq!(header.trim_end(), "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }");
        assert_eq!((header.len(), header.ends_with(" \n")), (118, true));
        assert!(text(DType::Bool, &[7]).contains("'descr': '|b1', 'fortran_order': False, 'shape': (7,), }"));
        assert!(text(DType::C64, &[]).contains("'descr': '<c8', 'fortran_order': False, 'shape': (), }"));
        for shape in [vec![], vec![0], vec![usize::MAX, 1], vec![1; 12], vec![1; 64], vec![10; 64]] {
            let bytes = header_text(DType::I16, false, &shape).unwrap();
            assert!(bytes.len().is_multiple_of(64));
            let whole = [&bytes[..], &[0; 8]].concat();
            match Header::read(&mut &whole[..], "x.npy") {
                Ok(header) => assert_eq!((header.shape, header.offset), (shape, bytes.len() as u64)),
                Err(_) => assert!(shape == [10; 64] || shape.contains(&usize::MAX)), // no memory holds it
            }
        }
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f8'}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': 3}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': [3]}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} {}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,,4)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3)), 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'more': 1}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'shape': (3,)}",
            "{'descr': '<f2', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '<float64', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': ' f8', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': 'é8', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4294967296, 4294967296)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Format, "{text}");
            assert!(error.message().starts_with("x.npy: expected"), "{error}");
        }
    }

    #[test]
    fn thousands_of_axes_are_refused_at_once() {
        let begun = std::time::Instant::now();
        for axes in [65, 20_000, 30_000] {
            let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({})}}", "1,".repeat(axes));
            let error = parse(&text).unwrap_err();
            let expected = format!("x.npy: expected at most 64 axes, as NumPy's arrays have, found {axes} axes");
            assert_eq!(error.message(), expected);
        }
        assert!(begun.elapsed() < std::time::Duration::from_secs(60));
        assert_eq!(header_text(DType::F64, false, &[1; 65]).unwrap_err().kind(), ErrorKind::Shape);
    }
}
