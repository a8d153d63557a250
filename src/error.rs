//! The one error of the crate: what was wrong, what was expected, what was found.
//!
//! Every constructor and every reader decides on facts that all ranks hold, or makes them
//! [`agree`](crate::Comm::agree) first, so the same error comes back on every rank.

use std::fmt;

/// What went wrong, by kind, in words, and on which rank it was seen first.
///
/// `Display` and `Debug` print the same sentence, so that `fn main() -> lops::Result<()>` ends in
/// words a user can act on. `?` makes one of what a program's own calls return: errors of files, of numbers that
/// are parsed, errors in a box; [`Error::other`] of any other.
///
/// # Example
/// ```
/// use lops::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Axis, "axis: expected less than 3, found 4");
/// assert_eq!(error.kind(), ErrorKind::Axis);
/// assert_eq!(error.to_string(), "axis: expected less than 3, found 4");
/// assert_eq!(error.at_rank(2).to_string(), "rank 2: axis: expected less than 3, found 4");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    rank: Option<usize>,
}

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What an [`Error`] is about, to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A shape, length or space that does not fit.
    Shape,
    /// An axis that the array does not have.
    Axis,
    /// A layout that cannot be, or that an operation does not take.
    Layout,
    /// Objects of different communicators, or a communicator that cannot be used so.
    Communicator,
    /// A number that makes no sense here: not finite, zero, negative, out of range.
    Parameter,
    /// A file or folder that cannot be read or written.
    Io,
    /// A file that is not what it says it is.
    Format,
    /// Another rank ended the job, or ranks were in different collectives.
    Job,
    /// An error of the user's own.
    Other,
}

impl ErrorKind {
    const ALL: [Self; 9] = [
        Self::Shape,
        Self::Axis,
        Self::Layout,
        Self::Communicator,
        Self::Parameter,
        Self::Io,
        Self::Format,
        Self::Job,
        Self::Other,
    ];

    /// The number that stands for this kind on the wire.
    pub(crate) fn code(self) -> u64 {
        Self::ALL.iter().position(|&kind| kind == self).unwrap_or(Self::ALL.len()) as u64
    }

    pub(crate) fn from_code(code: u64) -> Self {
        usize::try_from(code).ok().and_then(|at| Self::ALL.get(at).copied()).unwrap_or(Self::Other)
    }
}

impl Error {
    /// An error of this kind with these words.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), rank: None }
    }

    /// *what: expected …, found …*
    pub fn expected(
        kind: ErrorKind,
        what: impl fmt::Display,
        expected: impl fmt::Display,
        found: impl fmt::Display,
    ) -> Self {
        Self::new(kind, format!("{what}: expected {expected}, found {found}"))
    }

    /// A user's own error, kept as its words.
    pub fn other(error: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Other, error.to_string())
    }

    /// The same error, seen on this rank.
    #[must_use]
    pub fn at_rank(mut self, rank: usize) -> Self {
        self.rank = Some(rank);
        self
    }

    /// What the error is about.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The words, without the rank.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The first rank that saw it, where one rank did.
    pub fn rank(&self) -> Option<usize> {
        self.rank
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rank) = self.rank {
            write!(f, "rank {rank}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Io, error.to_string())
    }
}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self::new(ErrorKind::Other, message)
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Self::new(ErrorKind::Other, message)
    }
}

/// What a program's own calls return, in words: `?` takes them inside of [`launch`](crate::launch).
macro_rules! from_others {
    ($($other:ty)*) => {$(
        impl From<$other> for Error {
            fn from(error: $other) -> Self {
                Self::other(error)
            }
        }
    )*};
}
from_others! {
    std::num::ParseIntError std::num::ParseFloatError std::num::TryFromIntError std::str::ParseBoolError
    std::string::FromUtf8Error std::str::Utf8Error std::env::VarError std::fmt::Error ndarray::ShapeError
    serde_json::Error
}

/// An error in a box, as itself where it is this crate's.
impl From<Box<dyn std::error::Error>> for Error {
    fn from(error: Box<dyn std::error::Error>) -> Self {
        match error.downcast::<Self>() {
            Ok(own) => *own,
            Err(other) => Self::other(other),
        }
    }
}

impl From<Box<dyn std::error::Error + Send + Sync>> for Error {
    fn from(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self::from(error as Box<dyn std::error::Error>)
    }
}

/// `Ok` of a parameter that is a finite number above 0.
pub(crate) fn check_above_0(what: impl fmt::Display, value: f64) -> Result<()> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(Error::expected(ErrorKind::Parameter, what, "a finite number above 0", value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_survive_the_wire() {
        for kind in ErrorKind::ALL {
            assert_eq!(ErrorKind::from_code(kind.code()), kind);
        }
        assert_eq!(ErrorKind::from_code(u64::MAX), ErrorKind::Other);
    }

    #[test]
    fn a_question_mark_takes_others_errors() {
        fn boxed(own: bool) -> std::result::Result<(), Box<dyn std::error::Error>> {
            if own { Err(Error::new(ErrorKind::Axis, "axis").into()) } else { Err("something".into()) }
        }
        fn program(step: usize) -> Result<()> {
            match step {
                0 => drop("seven".parse::<usize>()?),
                1 => drop("7,5".parse::<f64>()?),
                2 => boxed(false)?,
                _ => boxed(true)?,
            }
            Ok(())
        }
        let words = |step| program(step).unwrap_err().to_string();
        assert_eq!(words(0), "invalid digit found in string");
        assert_eq!(words(1), "invalid float literal");
        assert_eq!(words(2), "something");
        assert_eq!(program(3).unwrap_err().kind(), ErrorKind::Axis);
    }
}
