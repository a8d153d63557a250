//! The cases of a folder: `manifest.json`, and the arrays it names, all checked before any is used.

use lops::prelude::*;
use lops::{
    io::{NpyElement, read_npy, read_npz},
    ndarray::{Array2, ArrayD, Ix2, IxDyn},
};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};

pub(crate) struct Set {
    pub(crate) cases: Vec<Case>,
}

/// One case, its arrays in memory.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) op: String,
    /// `max |got − want| ≤ rtol · max |want|`
    pub(crate) rtol: f64,
    pub(crate) args: Value,
    arrays: BTreeMap<String, Array>,
}

/// An array of a case. Values widen exactly.
struct Array {
    dtype: String,
    values: ArrayD<Complex<f64>>,
}

impl Set {
    /// Reads the manifest, and the arrays of those cases whose op is wanted.
    pub(crate) fn read(dir: &Path, wanted: impl Fn(&str) -> bool) -> Result<Self> {
        let path = dir.join("manifest.json");
        let text = std::fs::read_to_string(&path)
            .map_err(|e| Error::expected(ErrorKind::Io, path.display(), "a file that can be read", e))?;
        let manifest: Value =
            serde_json::from_str(&text).map_err(|e| Error::expected(ErrorKind::Format, path.display(), "JSON", e))?;
        let format = &manifest["about"]["format"];
        if *format != 1 {
            let what = format!("{}: about.format", path.display());
            return Err(Error::expected(ErrorKind::Format, what, 1, format));
        }
        let cases = list(&manifest["cases"], &format!("{}: cases", path.display()))?;
        let cases = cases.iter().enumerate().map(|(k, case)| Case::read(dir, k, case, &wanted));
        Ok(Self { cases: cases.collect::<Result<_>>()? })
    }
}

impl Case {
    fn read(dir: &Path, k: usize, case: &Value, wanted: &impl Fn(&str) -> bool) -> Result<Self> {
        let what = format!("case {k} of the manifest");
        let (id, op) = (string(&case["id"], &format!("{what}: id"))?, string(&case["op"], &format!("{what}: op"))?);
        let rtol = number(&case["rtol"], &format!("{id}: rtol"))?;
        let mut arrays = BTreeMap::new();
        if wanted(op) {
            let named = case["arrays"].as_object();
            let named = named.ok_or_else(|| wrong(&format!("{id}: arrays"), "arrays by name", &case["arrays"]))?;
            for (name, about) in named {
                arrays.insert(name.clone(), Array::read(dir, &format!("{id}: arrays.{name}"), about)?);
            }
        }
        Ok(Self { id: id.into(), op: op.into(), rtol, args: case["args"].clone(), arrays })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.arrays.contains_key(name)
    }

    /// An array, as numbers of a type; the manifest must call it by a type no wider than that.
    pub(crate) fn array<T: Scalar>(&self, name: &str) -> Result<ArrayD<T>> {
        let array = self.get(name)?;
        let fits = ["<c16", "<c8"].contains(&&array.dtype[..]) <= T::IS_COMPLEX;
        if !fits {
            let what = format!("{}: arrays.{name}", self.id);
            return Err(Error::expected(
                ErrorKind::Format,
                what,
                format!("numbers that fit {}", T::DTYPE),
                &array.dtype,
            ));
        }
        Ok(array.values.mapv(|z| T::from_parts(z.re, z.im)))
    }

    pub(crate) fn matrix<T: Scalar>(&self, name: &str) -> Result<Array2<T>> {
        let array = self.array::<T>(name)?;
        let shape = array.shape().to_vec();
        array.into_dimensionality::<Ix2>().map_err(|_| {
            let what = format!("{}: arrays.{name}", self.id);
            Error::expected(ErrorKind::Format, what, "a matrix", format!("shape {shape:?}"))
        })
    }

    /// The expected values, as wide as can be.
    pub(crate) fn expected(&self, name: &str) -> Result<&ArrayD<Complex<f64>>> {
        Ok(&self.get(name)?.values)
    }

    fn get(&self, name: &str) -> Result<&Array> {
        self.arrays.get(name).ok_or_else(|| {
            let found = format!("{:?}", self.arrays.keys().collect::<Vec<_>>());
            Error::expected(ErrorKind::Format, format!("{}: arrays", self.id), format!("one called {name}"), found)
        })
    }

    pub(crate) fn size(&self, name: &str) -> Result<usize> {
        size(&self.args[name], &self.of(name))
    }

    /// A size that may be null.
    pub(crate) fn size_or(&self, name: &str, otherwise: usize) -> Result<usize> {
        if self.args[name].is_null() { Ok(otherwise) } else { self.size(name) }
    }

    pub(crate) fn sizes(&self, name: &str) -> Result<Vec<usize>> {
        sizes(&self.args[name], &self.of(name))
    }

    pub(crate) fn number(&self, name: &str) -> Result<f64> {
        number(&self.args[name], &self.of(name))
    }

    /// A number that may be absent.
    pub(crate) fn number_or(&self, name: &str, otherwise: f64) -> Result<f64> {
        if self.args[name].is_null() { Ok(otherwise) } else { self.number(name) }
    }

    pub(crate) fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        list(&self.args[name], &self.of(name))?.iter().map(|value| number(value, &self.of(name))).collect()
    }

    /// Numbers that may be absent.
    pub(crate) fn numbers_or_none(&self, name: &str) -> Result<Vec<f64>> {
        if self.args[name].is_null() { Ok(Vec::new()) } else { self.numbers(name) }
    }

    pub(crate) fn string(&self, name: &str) -> Result<&str> {
        string(&self.args[name], &self.of(name))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        self.args[name].as_bool().ok_or_else(|| wrong(&self.of(name), "true or false", &self.args[name]))
    }

    /// What an argument is called in errors.
    pub(crate) fn of(&self, argument: &str) -> String {
        format!("{}: args.{argument}", self.id)
    }
}

impl Array {
    fn read(dir: &Path, what: &str, about: &Value) -> Result<Self> {
        let dtype = string(&about["dtype"], &format!("{what}.dtype"))?;
        let values = match dtype {
            "<f4" => read::<f32>(dir, what, about)?.mapv(|x| Complex::new(f64::from(x), 0.0)),
            "<f8" => read::<f64>(dir, what, about)?.mapv(|x| Complex::new(x, 0.0)),
            "<i8" => read::<i64>(dir, what, about)?.mapv(|x| Complex::new(x as f64, 0.0)),
            "<c8" => read::<Complex<f32>>(dir, what, about)?.mapv(|z| Complex::new(f64::from(z.re), f64::from(z.im))),
            "<c16" => read::<Complex<f64>>(dir, what, about)?,
            _ => return Err(wrong(&format!("{what}.dtype"), "<f4, <f8, <c8, <c16 or <i8", &about["dtype"])),
        };
        Ok(Self { dtype: dtype.into(), values })
    }
}

/// The array, if its file has it with this type and with the shape that the manifest says.
fn read<T: NpyElement>(dir: &Path, what: &str, about: &Value) -> Result<ArrayD<T>> {
    let path = dir.join(string(&about["file"], &format!("{what}.file"))?);
    let array = match &about["key"] {
        Value::Null => read_npy::<T, IxDyn>(&path)?,
        key => read_npz::<T, IxDyn>(&path, string(key, &format!("{what}.key"))?)?,
    };
    let shape = sizes(&about["shape"], &format!("{what}.shape"))?;
    if array.shape() != shape {
        let what = format!("{what} in {}", path.display());
        let (expected, found) = (format!("shape {shape:?}"), format!("{:?}", array.shape()));
        return Err(Error::expected(ErrorKind::Format, what, expected, found));
    }
    Ok(array)
}

pub(crate) fn list<'a>(value: &'a Value, what: &str) -> Result<&'a [Value]> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| wrong(what, "a list", value))
}

pub(crate) fn size(value: &Value, what: &str) -> Result<usize> {
    let size = value.as_u64().and_then(|n| usize::try_from(n).ok());
    size.ok_or_else(|| wrong(what, "a size", value))
}

pub(crate) fn sizes(value: &Value, what: &str) -> Result<Vec<usize>> {
    list(value, what)?.iter().map(|value| size(value, what)).collect()
}

fn number(value: &Value, what: &str) -> Result<f64> {
    value.as_f64().ok_or_else(|| wrong(what, "a number", value))
}

fn string<'a>(value: &'a Value, what: &str) -> Result<&'a str> {
    value.as_str().ok_or_else(|| wrong(what, "a string", value))
}

pub(crate) fn wrong(what: &str, expected: &str, found: &Value) -> Error {
    Error::expected(ErrorKind::Format, what, expected, found)
}
