//! Real numbers of any type as `f64`, where nothing is lost.

use super::element::NpyElement;
use super::header::Header;
use super::npy::read_elements;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::DType;
use std::io::Read;

/// The elements as `f64`, if each is exact.
pub(super) fn widen(header: &Header, reader: &mut dyn Read, what: &str, at_once: usize) -> Result<Vec<f64>> {
    match header.dtype {
        DType::F64 => read_elements(header, reader, what, at_once),
        DType::F32 => each(header, reader, what, at_once, |v: f32| Some(v.into())),
        DType::I8 => each(header, reader, what, at_once, |v: i8| Some(v.into())),
        DType::I16 => each(header, reader, what, at_once, |v: i16| Some(v.into())),
        DType::I32 => each(header, reader, what, at_once, |v: i32| Some(v.into())),
        DType::U8 => each(header, reader, what, at_once, |v: u8| Some(v.into())),
        DType::U16 => each(header, reader, what, at_once, |v: u16| Some(v.into())),
        DType::U32 => each(header, reader, what, at_once, |v: u32| Some(v.into())),
        DType::I64 => each(header, reader, what, at_once, |v: i64| exact(v.into())),
        DType::U64 => each(header, reader, what, at_once, |v: u64| exact(v.into())),
        DType::Bool | DType::C64 | DType::C128 => {
            Err(Error::expected(ErrorKind::Format, what, "float64, float32 or integers", header.dtype))
        }
    }
}

fn each<T: NpyElement>(
    header: &Header,
    reader: &mut dyn Read,
    what: &str,
    at_once: usize,
    convert: impl Fn(T) -> Option<f64>,
) -> Result<Vec<f64>> {
    let values = read_elements::<T>(header, reader, what, at_once)?;
    values
        .into_iter()
        .map(|v| convert(v).ok_or_else(|| Error::expected(ErrorKind::Format, what, "integers exact as float64", v)))
        .collect()
}

/// The integer, if `f64` has it: the way back through `i128` holds all of both types.
fn exact(v: i128) -> Option<f64> {
    let rounded = v as f64;
    (rounded as i128 == v).then_some(rounded)
}
