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

/// Rank 0's lists of bytes.
///
/// # Communication
/// Four broadcasts.
pub(super) fn all_bytes(comm: &Comm, mine: Option<Vec<Vec<u8>>>) -> Vec<Vec<u8>> {
    let lengths = values(comm, mine.as_ref().map(|lists| lists.iter().map(Vec::len).collect::<Vec<_>>()));
    let bytes = values(comm, mine.map(|lists| lists.concat()));
    let mut rest = &bytes[..];
    let next = |&length: &usize| {
        let (list, others) = rest.split_at(length);
        rest = others;
        list.to_vec()
    };
    lengths.iter().map(next).collect()
}

/// Rank 0's texts. As [`all_bytes`].
pub(super) fn texts(comm: &Comm, mine: Option<Vec<String>>) -> Vec<String> {
    let bytes = all_bytes(comm, mine.map(|texts| texts.into_iter().map(String::into_bytes).collect()));
    bytes.into_iter().map(|text| String::from_utf8_lossy(&text).into_owned()).collect()
}
