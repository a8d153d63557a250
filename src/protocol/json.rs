//! The dictionary part as JSON: everything but the values.

use super::VERSION;
use super::dim::{DimData, DistType};
use super::structure::{Structure, check_dims, check_version};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Element;
use ndarray::ArrayD;
use serde_json::{Map, Value, json};

impl<B> Structure<B> {
    /// The structure without its buffer as JSON text. Keys that have their default value are left out.
    ///
    /// # Example
    /// ```
    /// use lops::protocol::{DimData, Structure};
    /// use ndarray::ArrayD;
    ///
    /// let part = Structure::new(ArrayD::<f64>::zeros(vec![7]), vec![DimData::whole(7)]);
    /// let text = part.json();
    /// assert!(text.starts_with("{\"__version__\":\"0.10.0\",\"dim_data\":[{\"dist_type\":\"b\","));
    /// assert_eq!(Structure::from_json(&text, part.buffer.clone())?, part);
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn json(&self) -> String {
        let dims: Vec<_> = self.dim_data.iter().map(written).collect();
        json!({ "__version__": self.version, "dim_data": dims }).to_string()
    }
}

impl<T: Element> Structure<ArrayD<T>> {
    /// From JSON text and the buffer it describes. Local.
    ///
    /// An empty dictionary stands for [`DimData::whole`] with the buffer's extent.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] if the text is no JSON, has keys too many or too few, or breaks a rule of the
    /// protocol.
    pub fn from_json(text: &str, buffer: ArrayD<T>) -> Result<Self> {
        let dim_data = read(text, buffer.shape())?;
        Ok(Self { version: VERSION.to_owned(), buffer, dim_data })
    }
}

/// One dimension as a JSON object.
fn written(dim: &DimData) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    put("dist_type", dim.dist_type.letter().to_string().into());
    put("size", dim.size.into());
    put("proc_grid_rank", dim.proc_grid_rank.into());
    put("proc_grid_size", dim.proc_grid_size.into());
    match &dim.dist_type {
        DistType::Block { start, stop, padding, periodic } => {
            put("start", (*start).into());
            put("stop", (*stop).into());
            if *padding != (0, 0) {
                put("padding", json!([padding.0, padding.1]));
            }
            if *periodic {
                put("periodic", true.into());
            }
        }
        DistType::Cyclic { start, block_size } => {
            put("start", (*start).into());
            if *block_size != 1 {
                put("block_size", (*block_size).into());
            }
        }
        DistType::Unstructured { indices, one_to_one } => {
            put("indices", indices.as_slice().into());
            if *one_to_one {
                put("one_to_one", true.into());
            }
        }
    }
    Value::Object(object)
}

/// The dimensions of a JSON text that describes a buffer of this shape.
fn read(text: &str, shape: &[usize]) -> Result<Vec<DimData>> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| Error::expected(ErrorKind::Format, "structure of the protocol", "JSON", error))?;
    let top = Keys::of(&value, "structure of the protocol")?;
    top.only(&["__version__", "dim_data"])?;
    match top.need("__version__")? {
        Value::String(version) => check_version(version)?,
        other => return Err(top.wrong("__version__", "a string", other)),
    }
    let dims = match top.need("dim_data")? {
        Value::Array(dims) => dims,
        other => return Err(top.wrong("dim_data", "a list", other)),
    };
    if dims.len() != shape.len() {
        let expected = format!("{}, one for each axis of the buffer", shape.len());
        return Err(Error::expected(ErrorKind::Format, "number of dim_data", expected, dims.len()));
    }
    let each = dims.iter().zip(shape).enumerate();
    let dims = each.map(|(axis, (dim, &extent))| dimension(dim, axis, extent)).collect::<Result<Vec<_>>>()?;
    check_dims(&dims, shape)?;
    Ok(dims)
}

fn dimension(value: &Value, axis: usize, extent: usize) -> Result<DimData> {
    let what = format!("dim_data {axis}");
    let keys = Keys::of(value, &what)?;
    if keys.object.is_empty() {
        return Ok(DimData::whole(extent));
    }
    let common = ["dist_type", "size", "proc_grid_rank", "proc_grid_size"];
    let only = |own: &[&str]| keys.only(&[&common[..], own].concat());
    let dist_type = match keys.need("dist_type")?.as_str() {
        Some("b") => {
            only(&["start", "stop", "padding", "periodic"])?;
            let (start, stop) = (keys.count("start")?, keys.count("stop")?);
            DistType::Block { start, stop, padding: keys.padding()?, periodic: keys.flag("periodic")? }
        }
        Some("c") => {
            only(&["start", "block_size"])?;
            let block_size = if keys.object.contains_key("block_size") { keys.count("block_size")? } else { 1 };
            DistType::Cyclic { start: keys.count("start")?, block_size }
        }
        Some("u") => {
            only(&["indices", "one_to_one"])?;
            DistType::Unstructured { indices: keys.indices()?, one_to_one: keys.flag("one_to_one")? }
        }
        _ => return Err(keys.wrong("dist_type", "one of b, c, u", keys.need("dist_type")?)),
    };
    Ok(DimData {
        size: keys.count("size")?,
        proc_grid_rank: keys.count("proc_grid_rank")?,
        proc_grid_size: keys.count("proc_grid_size")?,
        dist_type,
    })
}

/// A JSON object that is read key by key.
struct Keys<'a> {
    object: &'a Map<String, Value>,
    what: &'a str,
}

impl<'a> Keys<'a> {
    fn of(value: &'a Value, what: &'a str) -> Result<Self> {
        match value {
            Value::Object(object) => Ok(Self { object, what }),
            other => Err(Error::expected(ErrorKind::Format, what, "an object", brief(other))),
        }
    }

    fn only(&self, known: &[&str]) -> Result<()> {
        match self.object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let expected = format!("only {}", known.join(", "));
                Err(Error::expected(ErrorKind::Format, format!("{}, keys", self.what), expected, format!("{key:?}")))
            }
        }
    }

    fn need(&self, key: &str) -> Result<&'a Value> {
        let missing = || Error::expected(ErrorKind::Format, self.what, format!("a key {key:?}"), "none");
        self.object.get(key).ok_or_else(missing)
    }

    fn wrong(&self, key: &str, expected: &str, found: &Value) -> Error {
        Error::expected(ErrorKind::Format, format!("{}, {key}", self.what), expected, brief(found))
    }

    /// An integer from 0 on.
    fn count(&self, key: &str) -> Result<usize> {
        let value = self.need(key)?;
        as_count(value).ok_or_else(|| self.wrong(key, "an integer from 0 on", value))
    }

    fn flag(&self, key: &str) -> Result<bool> {
        match self.object.get(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(key, "true or false", other)),
        }
    }

    fn padding(&self) -> Result<(usize, usize)> {
        let Some(value) = self.object.get("padding") else { return Ok((0, 0)) };
        let pair = value.as_array().map(Vec::as_slice);
        let pair = if let Some([front, back]) = pair { as_count(front).zip(as_count(back)) } else { None };
        pair.ok_or_else(|| self.wrong("padding", "two integers from 0 on", value))
    }

    fn indices(&self) -> Result<Vec<i64>> {
        let value = self.need("indices")?;
        let list = value.as_array().and_then(|list| list.iter().map(Value::as_i64).collect());
        list.ok_or_else(|| self.wrong("indices", "a list of integers", value))
    }
}

fn as_count(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|n| usize::try_from(n).ok())
}

/// The beginning of a value, for an error.
fn brief(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
