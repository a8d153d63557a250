//! Attributes: small values with a name, beside a dataset or a group.

use super::file::Hdf5File;
use super::transfer::{self, Class};
use super::{broadcast, failed, listing, tree, types, wrong};
use crate::Complex;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{DType, Element, bytes_of, bytes_of_mut};
use hdf5::types::{TypeDescriptor, VarLenAscii, VarLenUnicode};
use hdf5::{Location, LocationType};
use ndarray::{Array1, ArrayD, IxDyn, arr0};

/// No attribute larger than this is read.
const MOST_BYTES: usize = 1 << 30;

/// The value of an attribute: one value, as an array without axes, or an array.
///
/// Numbers are read in the widest type of their kind, which holds all of them exactly. `as_f64` and the like give the
/// value of arrays of one element too.
///
/// # Example
/// ```
/// use lops::io::Attribute;
///
/// let one = Attribute::from(0.25);
/// assert_eq!((one.as_f64(), one.as_i64(), one.as_str()), (Some(0.25), None, None));
/// assert_eq!(Attribute::from("m/s").as_str(), Some("m/s"));
/// assert!(matches!(Attribute::from(vec![1_i64, 2, 3]), Attribute::Int(list) if list.len() == 3));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Attribute {
    Bool(ArrayD<bool>),
    Int(ArrayD<i64>),
    Uint(ArrayD<u64>),
    Float(ArrayD<f64>),
    Complex(ArrayD<Complex<f64>>),
    Text(ArrayD<String>),
    /// Text that is not UTF-8, as it stands: Latin-1, mostly.
    Bytes(ArrayD<Vec<u8>>),
}

macro_rules! from_values {
    ($($variant:ident $t:ty),*) => {$(
        impl From<$t> for Attribute {
            fn from(value: $t) -> Self {
                Self::$variant(arr0(value).into_dyn())
            }
        }

        impl From<Vec<$t>> for Attribute {
            fn from(values: Vec<$t>) -> Self {
                Self::$variant(Array1::from(values).into_dyn())
            }
        }

        impl From<ArrayD<$t>> for Attribute {
            fn from(values: ArrayD<$t>) -> Self {
                Self::$variant(values)
            }
        }
    )*};
}
from_values! { Bool bool, Int i64, Uint u64, Float f64, Complex Complex<f64>, Text String, Bytes Vec<u8> }

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Attribute {
    /// The number, if it is one float.
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Float(array) = self { one(array).copied() } else { None }
    }

    /// The number, if it is one integer that an `i64` holds.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Int(array) => one(array).copied(),
            Self::Uint(array) => one(array).and_then(|&n| n.try_into().ok()),
            _ => None,
        }
    }

    /// The truth, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(array) = self { one(array).copied() } else { None }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::Text(array) = self { one(array).map(String::as_str) } else { None }
    }

    /// The bytes of the text, if it is one, whatever its letters are.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Text(array) => one(array).map(String::as_bytes),
            Self::Bytes(array) => one(array).map(Vec::as_slice),
            _ => None,
        }
    }

    /// The number, if it is one complex one.
    pub fn as_complex(&self) -> Option<Complex<f64>> {
        if let Self::Complex(array) = self { one(array).copied() } else { None }
    }

    fn shape(&self) -> &[usize] {
        match self {
            Self::Bool(array) => array.shape(),
            Self::Int(array) => array.shape(),
            Self::Uint(array) => array.shape(),
            Self::Float(array) => array.shape(),
            Self::Complex(array) => array.shape(),
            Self::Text(array) => array.shape(),
            Self::Bytes(array) => array.shape(),
        }
    }

    /// Where it stands in the declaration: what kind it is, on the way from rank to rank.
    fn code(&self) -> usize {
        match self {
            Self::Bool(_) => 0,
            Self::Int(_) => 1,
            Self::Uint(_) => 2,
            Self::Float(_) => 3,
            Self::Complex(_) => 4,
            Self::Text(_) => 5,
            Self::Bytes(_) => 6,
        }
    }
}

/// The only value of an array, whatever axes it has: Fortran and MATLAB write one number as a list of one.
fn one<T>(array: &ArrayD<T>) -> Option<&T> {
    if array.len() == 1 { array.first() } else { None }
}

impl Hdf5File {
    /// Sets an attribute of a dataset or group; `"/"` is the file's own group. One that is there is replaced.
    /// Rank 0's value counts.
    ///
    /// # Communication
    /// Two all-reduces of a number or two.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if the file was opened to be read, or the text has a zero byte in it;
    /// [`ErrorKind::Format`] if there is nothing of the name; [`ErrorKind::Io`] if it cannot be written:
    /// HDF5 takes no numbers of more than 64 KB.
    pub fn set_attribute(&self, at: &str, name: &str, value: impl Into<Attribute>) -> Result<()> {
        let told = format_args!("{}, {at}, {name}", self.path().display());
        let _operation = self.comm().compare("set_attribute", told)?;
        self.check_writable()?;
        let value = value.into();
        let what = format!("{}, attribute \"{name}\"", self.what(at));
        self.on_root(|file| {
            let has_zero = match &value {
                Attribute::Text(texts) => texts.iter().any(|text| text.contains('\0')),
                Attribute::Bytes(texts) => texts.iter().any(|text| text.contains(&0)),
                _ => false,
            };
            if has_zero {
                return Err(Error::expected(ErrorKind::Parameter, &what, "text without a zero byte", "one"));
            }
            with_object(file, at, &self.what(at), |object| {
                write(object, name, &value).map_err(failed(&what, "an attribute that can be written"))
            })
        })?;
        Ok(())
    }

    /// An attribute of a dataset or group; `"/"` is the file's own group.
    ///
    /// # Communication
    /// One all-reduce of a number and six small broadcasts at most.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] if there is none (the words list those that are there), or it is of no kind that
    /// [`Attribute`] has.
    pub fn attribute(&self, at: &str, name: &str) -> Result<Attribute> {
        let what = format!("{}, attribute \"{name}\"", self.what(at));
        let _operation = self.comm().operation("attribute", format_args!("{what}"));
        let read = self.on_root(|file| {
            with_object(file, at, &self.what(at), |object| {
                let names = listing::attributes(object).map_err(failed(&what, "attributes that can be read"))?;
                if names.iter().any(|known| known == name) {
                    read(object, name, &what)
                } else {
                    wrong(&what, format!("one of {names:?}"), "none of that name")
                }
            })
        })?;
        Ok(shared(self.comm(), read))
    }

    /// The names of the attributes of a dataset or group; `"/"` is the file's own group.
    ///
    /// # Communication
    /// One all-reduce of a number and four broadcasts.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] if there is nothing of the name.
    pub fn attribute_names(&self, at: &str) -> Result<Vec<String>> {
        let _operation = self.comm().operation("attribute_names", format_args!("{}", self.what(at)));
        let names = self.on_root(|file| {
            with_object(file, at, &self.what(at), |object| {
                listing::attributes(object).map_err(failed(self.what(at), "attributes that can be read"))
            })
        })?;
        Ok(broadcast::texts(self.comm(), names))
    }
}

fn with_object<R>(file: &hdf5::File, at: &str, what: &str, act: impl FnOnce(&Location) -> Result<R>) -> Result<R> {
    if matches!(at, "" | "/") {
        return act(file);
    }
    tree::check_name(at)?;
    let words = || failed(what, "something that can be opened");
    if tree::kind(file, at, what)? == LocationType::Dataset {
        let dataset = file.dataset(at).map_err(words())?;
        return act(&dataset);
    }
    let group = file.group(at).map_err(words())?;
    act(&group)
}

/// Rank 0's value on all ranks.
fn shared(comm: &Comm, mine: Option<Attribute>) -> Attribute {
    let head = mine.as_ref().map(|value| [&[value.code()], value.shape()].concat());
    let head = broadcast::values(comm, head);
    let shape = &head[1..];
    macro_rules! numbers {
        ($variant:ident) => {{
            let values = match mine {
                Some(Attribute::$variant(array)) => Some(array.into_iter().collect()),
                _ => None,
            };
            Attribute::$variant(shaped(shape, broadcast::values(comm, values)))
        }};
    }
    match head[0] {
        0 => numbers!(Bool),
        1 => numbers!(Int),
        2 => numbers!(Uint),
        3 => numbers!(Float),
        4 => numbers!(Complex),
        5 => {
            let texts = match mine {
                Some(Attribute::Text(array)) => Some(array.into_iter().collect()),
                _ => None,
            };
            Attribute::Text(shaped(shape, broadcast::texts(comm, texts)))
        }
        _ => {
            let bytes = match mine {
                Some(Attribute::Bytes(array)) => Some(array.into_iter().collect()),
                _ => None,
            };
            Attribute::Bytes(shaped(shape, broadcast::all_bytes(comm, bytes)))
        }
    }
}

fn shaped<T>(shape: &[usize], values: Vec<T>) -> ArrayD<T> {
    #[allow(clippy::expect_used)] // as many values as the attribute has
    ArrayD::from_shape_vec(IxDyn(shape), values).expect("values of the attribute's shape")
}

fn write(object: &Location, name: &str, value: &Attribute) -> hdf5::Result<()> {
    if listing::attributes(object)?.iter().any(|known| known == name) {
        // Tried under another name first: what cannot be written must not cost the value that is there.
        const TRIAL: &str = ".lops trial";
        let tried = put(object, TRIAL, value);
        if object.attr(TRIAL).is_ok() {
            object.delete_attr(TRIAL)?;
        }
        tried?;
        object.delete_attr(name)?;
    }
    put(object, name, value)
}

fn put(object: &Location, name: &str, value: &Attribute) -> hdf5::Result<()> {
    let make =
        |descriptor: &TypeDescriptor| object.new_attr_builder().empty_as(descriptor).shape(value.shape()).create(name);
    macro_rules! numbers {
        ($array:expr, $dtype:expr) => {{
            let values: Vec<_> = $array.iter().copied().collect();
            transfer::write_attribute(&make(&types::descriptor($dtype))?, &types::datatype($dtype)?, bytes_of(&values))
        }};
    }
    match value {
        Attribute::Bool(array) => numbers!(array, DType::Bool),
        Attribute::Int(array) => numbers!(array, DType::I64),
        Attribute::Uint(array) => numbers!(array, DType::U64),
        Attribute::Float(array) => numbers!(array, DType::F64),
        Attribute::Complex(array) => numbers!(array, DType::C128),
        Attribute::Text(array) => {
            let texts = array.iter().map(|text| text.parse::<VarLenUnicode>().map_err(|e| format!("{e}").into()));
            let texts = texts.collect::<hdf5::Result<Vec<_>>>()?;
            make(&TypeDescriptor::VarLenUnicode)?.write_raw(&texts[..])
        }
        Attribute::Bytes(array) => {
            // All of the longest one's length, filled up with zeros.
            let length = array.iter().map(Vec::len).max().unwrap_or(0).max(1);
            let descriptor = TypeDescriptor::FixedAscii(length);
            let mut bytes = Vec::with_capacity(length * array.len());
            for value in array {
                bytes.extend(value);
                bytes.resize(bytes.len().next_multiple_of(length), 0);
                bytes.extend(std::iter::repeat_n(0, if value.is_empty() { length } else { 0 }));
            }
            transfer::write_attribute(&make(&descriptor)?, &hdf5::Datatype::from_descriptor(&descriptor)?, &bytes)
        }
    }
}

/// An attribute that is there, whatever wrote it.
pub(super) fn read(object: &Location, name: &str, what: &str) -> Result<Attribute> {
    let words = || failed(what, "an attribute that can be read");
    let attribute = object.attr(name).map_err(words())?;
    let stored = attribute.dtype().map_err(words())?;
    let space = attribute.space().map_err(words())?;
    if space.is_null() {
        return wrong(what, "values", "an empty attribute without shape");
    }
    let shape = space.shape();
    // Lengths of 0 aside, so that no product overflows later.
    let mut lengths = shape.iter().filter(|&&n| n > 0);
    let bytes = lengths.try_fold(stored.size().max(16), |bytes, &n| bytes.checked_mul(n));
    if bytes.is_none_or(|bytes| bytes > MOST_BYTES) {
        return wrong(what, "at most 2³⁰ bytes", format!("shape {shape:?}"));
    }
    // All of it is in the file, but for texts of any length, of which the places are.
    let (held, length) = (attribute.storage_size(), object.file().map_or(0, |file| file.size()));
    if held > length {
        return wrong(what, format!("at most {length} bytes, as the file has"), held);
    }
    let count = shape.iter().product();
    let other = || wrong(what, "bool, numbers, or text", types::words(&stored));
    match (types::dtype_of(&stored), transfer::class(&stored).0) {
        (Some(DType::Bool), _) => {
            let bytes: Vec<u8> = numbers(&attribute, &stored, DType::Bool, count).map_err(words())?;
            match bytes.iter().find(|&&byte| byte > 1) {
                Some(byte) => wrong(what, "FALSE or TRUE", byte),
                None => Ok(Attribute::Bool(shaped(&shape, bytes.into_iter().map(|byte| byte == 1).collect()))),
            }
        }
        (Some(DType::C64 | DType::C128), _) => {
            Ok(Attribute::Complex(shaped(&shape, numbers(&attribute, &stored, DType::C128, count).map_err(words())?)))
        }
        (_, Class::Signed) if stored.size() <= 8 => {
            Ok(Attribute::Int(shaped(&shape, numbers(&attribute, &stored, DType::I64, count).map_err(words())?)))
        }
        (_, Class::Unsigned | Class::Bits) if stored.size() <= 8 => {
            Ok(Attribute::Uint(shaped(&shape, numbers(&attribute, &stored, DType::U64, count).map_err(words())?)))
        }
        (_, Class::Float) if stored.size() <= 8 => {
            Ok(Attribute::Float(shaped(&shape, numbers(&attribute, &stored, DType::F64, count).map_err(words())?)))
        }
        (_, Class::Text) => {
            let bytes = texts(&attribute, &stored, count, what)?;
            let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).ok();
            Ok(match bytes.iter().map(text).collect::<Option<_>>() {
                Some(texts) => Attribute::Text(shaped(&shape, texts)),
                None => Attribute::Bytes(shaped(&shape, bytes)),
            })
        }
        _ => other(),
    }
}

/// The values in a type that holds all of them.
fn numbers<T: Element>(
    attribute: &hdf5::Attribute,
    stored: &hdf5::Datatype,
    dtype: DType,
    count: usize,
) -> hdf5::Result<Vec<T>> {
    let mut values = vec![T::default(); count];
    transfer::read_attribute(attribute, &types::memory_of(stored, dtype)?, bytes_of_mut(&mut values))?;
    Ok(values)
}

/// The bytes of texts.
fn texts(attribute: &hdf5::Attribute, stored: &hdf5::Datatype, count: usize, what: &str) -> Result<Vec<Vec<u8>>> {
    let words = || failed(what, "an attribute that can be read");
    match stored.to_descriptor().map_err(words())? {
        TypeDescriptor::VarLenUnicode => {
            let texts = attribute.read_raw::<VarLenUnicode>().map_err(words())?;
            Ok(texts.iter().map(|one| one.as_bytes().to_vec()).collect())
        }
        TypeDescriptor::VarLenAscii => {
            let texts = attribute.read_raw::<VarLenAscii>().map_err(words())?;
            Ok(texts.iter().map(|one| one.as_bytes().to_vec()).collect())
        }
        _ => {
            let mut bytes = vec![0; count * stored.size()];
            transfer::read_attribute(attribute, stored, &mut bytes).map_err(words())?;
            // Text of a given length is filled up with zeros or, by Fortran, with blanks.
            let inner = |bytes: &[u8]| {
                let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
                let end = bytes[..end].iter().rposition(|&byte| byte != b' ').map_or(0, |last| last + 1);
                bytes[..end].to_vec()
            };
            Ok(bytes.chunks_exact(stored.size().max(1)).map(inner).collect())
        }
    }
}
