//! What rank 0 found, told to all.

use crate::comm::Comm;
use crate::numbers::Element;

/// Rank 0's values, of any number.
///
/// # Communication
/// Two broadcasts: how many, and the values.
pub(super) fn values<T: Element>(comm: &Comm, mine: Option<Vec<T>>) -> Vec<T> {
    let mut values = mine.unwrap_or_default();
    let mut count = [values.len()];
    comm.broadcast(&mut count, 0);
    values.resize(count[0], T::default());
    comm.broadcast(&mut values, 0);
    values
}

/// Rank 0's text. As [`values`].
pub(super) fn text(comm: &Comm, mine: Option<String>) -> String {
    let bytes = values(comm, mine.map(String::into_bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Rank 0's texts.
///
/// # Communication
/// Four broadcasts.
pub(super) fn texts(comm: &Comm, mine: Option<Vec<String>>) -> Vec<String> {
    let lengths = values(comm, mine.as_ref().map(|texts| texts.iter().map(String::len).collect::<Vec<_>>()));
    let bytes = values(comm, mine.map(|texts| texts.concat().into_bytes()));
    let mut rest = &bytes[..];
    let next = |&length: &usize| {
        let (text, others) = rest.split_at(length);
        rest = others;
        String::from_utf8_lossy(text).into_owned()
    };
    lengths.iter().map(next).collect()
}
