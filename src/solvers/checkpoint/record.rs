//! All that a checkpoint says but the vectors: JSON, with numbers by their bits.

use crate::error::{Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

/// The form of the files; others are refused.
const VERSION: u64 = 1;

/// What is written of a run, besides its vectors.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::solvers) struct Record {
    /// The method, its parameters, the options and the sizes of the problem, in words: another one is refused.
    pub(in crate::solvers) problem: String,
    /// The first measures, by their bits: of another operator, or of other data, they are others.
    pub(in crate::solvers) first: Vec<u64>,
    pub(in crate::solvers) numbers: Vec<(String, u64)>,
    /// Checksums of the vectors' members.
    pub(in crate::solvers) checksums: Vec<(String, u64)>,
    pub(in crate::solvers) series: Vec<(String, Vec<u64>)>,
}

impl Record {
    pub(in crate::solvers) fn to_text(&self) -> String {
        let hex = |bits: &u64| Value::String(format!("{bits:016x}"));
        let numbers = |pairs: &[(String, u64)]| {
            pairs.iter().map(|(name, bits)| (name.clone(), hex(bits))).collect::<Map<String, Value>>()
        };
        let series: Map<String, Value> =
            self.series.iter().map(|(name, bits)| (name.clone(), bits.iter().map(hex).collect())).collect();
        let mut value = json!({
            "lops_checkpoint": VERSION,
            "problem": self.problem,
            "first": self.first.iter().map(hex).collect::<Vec<_>>(),
            "numbers": numbers(&self.numbers),
            "checksums": numbers(&self.checksums),
            "series": series,
        });
        value["checksum"] = hex(&checksum(&value));
        format!("{value:#}\n")
    }

    /// # Errors
    /// [`ErrorKind::Format`] of anything else than [`to_text`](Self::to_text) makes.
    pub(in crate::solvers) fn from_text(text: &str, what: &str) -> Result<Self> {
        let wrong =
            |expected: &str, found: &dyn std::fmt::Display| Error::expected(ErrorKind::Format, what, expected, found);
        let mut value: Value =
            serde_json::from_str(text).map_err(|error| wrong("the record of a checkpoint", &error))?;
        match value["lops_checkpoint"].as_u64() {
            Some(VERSION) => {}
            Some(other) => {
                return Err(wrong(&format!("a checkpoint of version {VERSION}"), &format!("version {other}")));
            }
            None => return Err(wrong("the record of a checkpoint", &"another JSON text")),
        }
        let said = value.as_object_mut().and_then(|value| value.remove("checksum")).unwrap_or_default();
        let bits = |value: &Value| {
            let bits = value.as_str().and_then(|text| u64::from_str_radix(text, 16).ok());
            bits.ok_or_else(|| wrong("16 hexadecimal digits", value))
        };
        if bits(&said)? != checksum(&value) {
            return Err(wrong("what was written", &"something else: it is damaged"));
        }
        let list = |value: &Value| {
            value.as_array().ok_or_else(|| wrong("a list", value))?.iter().map(bits).collect::<Result<Vec<_>>>()
        };
        let map = |name: &str| value[name].as_object().ok_or_else(|| wrong(&format!("\"{name}\""), &value[name]));
        let pairs = |name: &str| {
            map(name)?.iter().map(|(name, value)| Ok((name.clone(), bits(value)?))).collect::<Result<Vec<_>>>()
        };
        let problem = value["problem"].as_str().ok_or_else(|| wrong("\"problem\"", &value["problem"]))?;
        let series = map("series")?.iter().map(|(name, value)| Ok((name.clone(), list(value)?)));
        Ok(Self {
            problem: problem.to_owned(),
            first: list(&value["first"])?,
            numbers: pairs("numbers")?,
            checksums: pairs("checksums")?,
            series: series.collect::<Result<_>>()?,
        })
    }
}

/// Of all that a record says: FNV-1a.
fn checksum(value: &Value) -> u64 {
    let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    value.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let pair = |name: &str, bits| (name.to_owned(), bits);
        Record {
            problem: "CG of ⟨5⟩".into(),
            first: vec![0, u64::MAX],
            numbers: vec![pair("iteration", 7), pair("rho", f64::NAN.to_bits())],
            checksums: vec![pair("x-0", 3)],
            series: vec![("cost".into(), vec![1.5f64.to_bits(), (-0.0f64).to_bits()])],
        }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        assert_eq!(Record::from_text(&record().to_text(), "it").unwrap(), record());
    }

    /// The same with the checksum of what it says.
    fn signed(text: &str) -> String {
        let mut value: Value = serde_json::from_str(text).unwrap();
        value.as_object_mut().unwrap().remove("checksum");
        value["checksum"] = format!("{:016x}", checksum(&value)).into();
        value.to_string()
    }

    #[test]
    fn what_is_none_is_refused() {
        let text = record().to_text();
        let wrong = [
            (text[..text.len() / 2].to_owned(), "the record of a checkpoint"),
            ("{}".into(), "another JSON text"),
            (text.replace("\"lops_checkpoint\": 1", "\"lops_checkpoint\": 2"), "version 2"),
            (text.replace("0000000000000007", "0000000000000008"), "it is damaged"),
            (text.replace("checksum\": \"", "checksum\": \"x"), "16 hexadecimal digits"),
            (signed(&text.replace("0000000000000007", "seven")), "16 hexadecimal digits"),
            (signed(&text.replace("series", "serious")), "\"series\""),
        ];
        for (text, words) in wrong {
            let error = Record::from_text(&text, "it").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Format);
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
