//! The header of a `.dnpy` file: the Distributed Array Protocol's dictionary as a Python literal.
//!
//! ```text
//! \x93DARRY  1  0  length(2 bytes)  {'__version__': '0.10.0', 'dim_data': ({…}, {…}), }  spaces  \n
//! ```

use crate::error::{Error, ErrorKind, Result};
use crate::io::header::{read_error, take};
use crate::io::literal::Literal;
use crate::protocol::{DimData, DistType, VERSION, check_version};
use std::io::Read;

pub(super) const MAGIC: &[u8; 6] = b"\x93DARRY";

/// All that stands before the `.npy` stream, byte for byte as DistArray writes it; lists of indices in full,
/// which it does not.
pub(super) fn text(dims: &[DimData]) -> Result<Vec<u8>> {
    let dims: Vec<_> = dims.iter().map(dim_text).collect();
    let comma = if dims.len() == 1 { "," } else { "" };
    let mut text = format!("{{'__version__': '{VERSION}', 'dim_data': ({}{comma}), }}", dims.join(", "));
    let padding = 16 - (10 + text.len() + 1) % 16; // 16 more where it fits already
    text.push_str(&" ".repeat(padding));
    text.push('\n');
    let Ok(length) = u16::try_from(text.len()) else {
        let (what, expected) = ("layout to write as .dnpy", "lists of indices whose header is below 65536 bytes");
        return Err(Error::expected(ErrorKind::Layout, what, expected, format!("{} bytes", text.len())));
    };
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.into_bytes());
    Ok(bytes)
}

fn dim_text(dim: &DimData) -> String {
    let (size, rank, over) = (dim.size, dim.proc_grid_rank, dim.proc_grid_size);
    let own = match &dim.dist_type {
        DistType::Block { start, stop, .. } => format!("'start': {start}, 'stop': {stop}"),
        DistType::Cyclic { start, block_size: 1 } => format!("'start': {start}"),
        DistType::Cyclic { start, block_size } => format!("'start': {start}, 'block_size': {block_size}"),
        DistType::Unstructured { indices, .. } => format!("'indices': {indices:?}"),
    };
    let letter = dim.dist_type.letter();
    format!("{{'dist_type': '{letter}', 'size': {size}, 'proc_grid_rank': {rank}, 'proc_grid_size': {over}, {own}}}")
}

/// Reads up to the `.npy` stream: the dimensions (`None` of an empty dictionary, which stands for all of an
/// axis), and the number of bytes read.
pub(super) fn read(reader: &mut impl Read, what: &str) -> Result<(Vec<Option<DimData>>, u64)> {
    let mut start = [0; 10];
    reader.read_exact(&mut start).map_err(|e| read_error(&e, what, "a whole .dnpy header"))?;
    if &start[..6] != MAGIC {
        let found = format!("\"{}\"", start[..6].escape_ascii());
        let expected = "a .dnpy file, which starts with \"\\x93DARRY\"";
        return Err(Error::expected(ErrorKind::Format, what, expected, found));
    }
    if start[6..8] != [1, 0] {
        let found = format!("{}.{}", start[6], start[7]);
        return Err(Error::expected(ErrorKind::Format, what, ".dnpy version 1.0", found));
    }
    let length = u16::from_le_bytes([start[8], start[9]]);
    let text = take(reader, length.into(), what, "a whole .dnpy header")?;
    let dims = std::str::from_utf8(&text).map_err(|e| e.to_string()).and_then(|text| parse(text.trim_end()));
    let dims = dims.map_err(|found| {
        let expected = "a header {'__version__': …, 'dim_data': (…)} of the Distributed Array Protocol";
        Error::expected(ErrorKind::Format, what, expected, found)
    })?;
    Ok((dims, 10 + u64::from(length)))
}

/// What is wrong comes back in words.
fn parse(text: &str) -> Result<Vec<Option<DimData>>, String> {
    let mut literal = Literal::new(text);
    let (mut version, mut dims) = (None, None);
    literal.entries(|key, value| match key {
        "__version__" if version.is_none() => value.string().map(|found| version = Some(found.to_owned())),
        "dim_data" if dims.is_none() => {
            let mut all = vec![];
            value.items(|value| dim(value).map(|dim| all.push(dim)))?;
            dims = Some(all);
            Ok(())
        }
        _ => Err(format!("the key '{key}', or it twice")),
    })?;
    literal.end()?;
    let version = version.ok_or("no '__version__'")?;
    check_version(&version).map_err(|e| e.message().to_owned())?;
    dims.ok_or_else(|| "no 'dim_data'".to_owned())
}

fn dim(literal: &mut Literal<'_>) -> Result<Option<DimData>, String> {
    let mut letter = None;
    let (mut size, mut rank, mut over) = (None, None, None);
    let (mut start, mut stop, mut block) = (None, None, None);
    let (mut padding, mut periodic, mut indices, mut one_to_one) = (None, None, None, None);
    let mut keys = 0;
    literal.entries(|key, value| {
        keys += 1;
        match key {
            "dist_type" => set(&mut letter, value.string()?.to_owned()),
            "size" => set(&mut size, value.number()?),
            "proc_grid_rank" => set(&mut rank, value.number()?),
            "proc_grid_size" => set(&mut over, value.number()?),
            "start" => set(&mut start, value.number()?),
            "stop" => set(&mut stop, value.number()?),
            "block_size" => set(&mut block, value.number()?),
            "padding" => {
                let mut both = vec![];
                value.items(|value| value.number().map(|n| both.push(n)))?;
                set(&mut padding, both)
            }
            "periodic" => set(&mut periodic, value.boolean()?),
            "one_to_one" => set(&mut one_to_one, value.boolean()?),
            "indices" => set(&mut indices, value.integers()?),
            _ => false,
        }
        .then_some(())
        .ok_or_else(|| format!("the key '{key}', or it twice"))
    })?;
    if keys == 0 {
        return Ok(None);
    }
    let missing = |key: &str| format!("no '{key}'");
    let [size, proc_grid_rank, proc_grid_size] = [(size, "size"), (rank, "proc_grid_rank"), (over, "proc_grid_size")]
        .map(|(n, key)| n.ok_or_else(|| missing(key)));
    let start = start.ok_or_else(|| missing("start"));
    let letter = letter.ok_or_else(|| missing("dist_type"))?;
    let others = [
        stop.is_some(),
        block.is_some(),
        padding.is_some() || periodic.is_some(),
        indices.is_some() || one_to_one.is_some(),
    ];
    let dist_type = match (&letter[..], others) {
        ("b", [true, false, _, false]) => {
            let padding = match padding.as_deref() {
                None => (0, 0),
                Some(&[front, back]) => (front, back),
                Some(more) => return Err(format!("padding {more:?}")),
            };
            let stop = stop.ok_or_else(|| missing("stop"))?;
            DistType::Block { start: start?, stop, padding, periodic: periodic.unwrap_or(false) }
        }
        ("c", [false, _, false, false]) => DistType::Cyclic { start: start?, block_size: block.unwrap_or(1) },
        ("u", [false, false, false, _]) if start.is_err() => {
            let indices = indices.ok_or_else(|| missing("indices"))?;
            DistType::Unstructured { indices, one_to_one: one_to_one.unwrap_or(false) }
        }
        _ => return Err(format!("dist_type '{letter}', or keys that are not its own")),
    };
    Ok(Some(DimData { size: size?, proc_grid_rank: proc_grid_rank?, proc_grid_size: proc_grid_size?, dist_type }))
}

/// `false` where there is a value already.
fn set<T>(place: &mut Option<T>, value: T) -> bool {
    place.replace(value).is_none()
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
