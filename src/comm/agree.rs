//! One answer on every rank: the collective form of `?`.

use super::Comm;
use super::reduction::Reduction;
use crate::error::{Error, ErrorKind, Result};

pub(super) fn agree<T>(comm: &Comm, local: Result<T>) -> Result<T> {
    let mut first = [if local.is_err() { comm.rank() } else { usize::MAX }];
    comm.all_reduce(&mut first, Reduction::Min);
    let first = first[0];
    if first == usize::MAX {
        return local;
    }
    let mine = local.err().filter(|_| comm.rank() == first);
    let words = mine.as_ref().map_or("", Error::message);
    let kind = mine.as_ref().map_or(0, |error| error.kind().code());
    let (kind, words) = words_of(comm, (kind, words), first);
    let error = Error::new(ErrorKind::from_code(kind), words);
    Err(if comm.size() > 1 { error.at_rank(first) } else { error })
}

/// A number and the words of one rank, on all.
pub(super) fn words_of(comm: &Comm, (number, words): (u64, &str), rank: usize) -> (u64, String) {
    let mut head = [number, words.len() as u64];
    comm.broadcast(&mut head, rank);
    let mut text = words.as_bytes().to_vec();
    text.resize(head[1] as usize, 0);
    comm.broadcast(&mut text, rank);
    (head[0], String::from_utf8_lossy(&text).into_owned())
}
