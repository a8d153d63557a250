//! What a rank lends to a collective, and how it is moved from memory to memory.

use super::super::engine::{Call, Detail};
use super::super::reduction::{Reduction, combine};
use super::super::traffic::Verb;
use crate::numbers::DType;

/// Bytes that are combined and handed out while they are in the nearest cache.
const BLOCK: usize = 8 << 10;

/// A slice lent to the other ranks while its owner is in a collective.
#[derive(Clone, Copy)]
pub(super) struct Lent<T> {
    start: *mut T,
    pub(super) length: usize,
}

// SAFETY: a slice of plain data (`u8`, `usize`); who may touch it when is the contract of `get`.
unsafe impl<T> Send for Lent<T> {}

impl<T> Lent<T> {
    fn read(slice: &[T]) -> Self {
        Self { start: slice.as_ptr().cast_mut(), length: slice.len() }
    }

    fn write(slice: &mut [T]) -> Self {
        Self { start: slice.as_mut_ptr(), length: slice.len() }
    }

    /// # Safety
    /// The owner is in the collective it was lent to, and nobody writes to this part meanwhile.
    unsafe fn part<'a>(self, from: usize, to: usize) -> &'a [T] {
        assert!(from <= to && to <= self.length);
        // SAFETY: within the slice, which is alive while its owner is in the collective.
        unsafe { std::slice::from_raw_parts(self.start.add(from), to - from) }
    }

    /// # Safety
    /// As for `part`, and the slice was lent for writing, and nobody reads this part meanwhile.
    unsafe fn part_mut<'a>(self, from: usize, to: usize) -> &'a mut [T] {
        assert!(from <= to && to <= self.length);
        // SAFETY: within the slice, which is alive while its owner is in the collective.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(from), to - from) }
    }
}

/// What a rank brings to a collective.
#[derive(Clone, Copy)]
pub(super) struct Post {
    pub(super) call: Call,
    pub(super) send: Lent<u8>,
    pub(super) receive: Lent<u8>,
    /// Offsets of the ranks' parts in `send` and `receive`, where they have any.
    send_at: Lent<usize>,
    receive_at: Lent<usize>,
}

impl Post {
    pub(super) fn new(call: &Call, send: &[u8], receive: &mut [u8]) -> Self {
        let none = Lent::read(&[]);
        Self { call: *call, send: Lent::read(send), receive: Lent::write(receive), send_at: none, receive_at: none }
    }

    /// The same with offsets of the ranks' parts.
    pub(super) fn with_offsets(self, send_at: &[usize], receive_at: &[usize]) -> Self {
        Self { send_at: Lent::read(send_at), receive_at: Lent::read(receive_at), ..self }
    }

    /// What the beginning of an operation was told, in words; of other calls nothing.
    ///
    /// # Safety
    /// The post's owner is in the collective.
    pub(super) unsafe fn told<'a>(&self) -> &'a [u8] {
        let length = if self.call.detail == Detail::Operation { self.send.length } else { 0 };
        // SAFETY: the caller's promise; nobody writes what is lent to be read.
        unsafe { self.send.part(0, length) }
    }

    /// # Safety
    /// The post's owner is in the collective. (Offsets are only read by anybody.)
    pub(super) unsafe fn offsets<'a>(&self) -> (&'a [usize], &'a [usize]) {
        // SAFETY: the caller's promise; nobody writes offsets that are lent.
        unsafe { (self.send_at.part(0, self.send_at.length), self.receive_at.part(0, self.receive_at.length)) }
    }
}

/// Moves one member's part of a collective's data.
///
/// # Safety
/// All owners of the posts are in this collective, which they agree on, until all parts are moved;
/// each part is moved once.
pub(super) unsafe fn move_part(posts: &[Post], part: usize) {
    let mine = &posts[part];
    match (mine.call.verb, mine.call.detail) {
        (Verb::Broadcast, Detail::Root(root)) if root != part => {
            // SAFETY: the root's buffer is only read, and each other buffer is its own part.
            let (from, to) = unsafe {
                (posts[root].receive.part(0, mine.receive.length), mine.receive.part_mut(0, mine.receive.length))
            };
            to.copy_from_slice(from);
        }
        (Verb::AllReduce, Detail::Reduction(reduction)) => {
            let Some(dtype) = mine.call.dtype else { return };
            let count = mine.receive.length / dtype.size();
            let cut = |part: usize| (count as u128 * part as u128 / posts.len() as u128) as usize * dtype.size();
            let end = cut(part + 1);
            for from in (cut(part)..end).step_by(BLOCK) {
                // SAFETY: this block of all buffers belongs to this part.
                unsafe { reduce_block(posts, dtype, reduction, from, end.min(from + BLOCK)) };
            }
        }
        (Verb::ReduceScatter, _) => {
            let Some(dtype) = mine.call.dtype else { return };
            // SAFETY: what all send is only read, and what this one receives is its own part.
            let (send_at, result) = unsafe { (mine.offsets().0, mine.receive.part_mut(0, mine.receive.length)) };
            let start = send_at[part];
            for from in (0..result.len()).step_by(BLOCK) {
                let to = result.len().min(from + BLOCK);
                for (member, post) in posts.iter().enumerate() {
                    // SAFETY: as above.
                    let other = unsafe { post.send.part(start + from, start + to) };
                    match member {
                        0 => result[from..to].copy_from_slice(other),
                        _ => combine(dtype, Reduction::Sum, &mut result[from..to], other),
                    }
                }
            }
        }
        (Verb::AllGather | Verb::AllToAll | Verb::Split, _) => {
            // SAFETY: offsets are only read.
            let (_, receive_at) = unsafe { mine.offsets() };
            for (member, post) in posts.iter().enumerate() {
                let (from, to) = (receive_at[member], receive_at[member + 1]);
                // SAFETY: what is sent is only read; `mine.receive` is this part.
                let (sent, room) = unsafe {
                    let (send_at, _) = post.offsets();
                    let begin = if send_at.is_empty() { 0 } else { send_at[part] };
                    (post.send.part(begin, begin + (to - from)), mine.receive.part_mut(from, to))
                };
                room.copy_from_slice(sent);
            }
        }
        _ => {}
    }
}

/// Combines these bytes of all members' buffers in rank order, and gives the result to all.
///
/// # Safety
/// As for [`move_part`], where these bytes of all buffers belong to the part.
unsafe fn reduce_block(posts: &[Post], dtype: DType, reduction: Reduction, from: usize, to: usize) {
    // SAFETY: the caller's promise; the members' buffers do not overlap.
    let (result, others) =
        unsafe { (posts[0].receive.part_mut(from, to), posts[1..].iter().map(|post| post.receive.part_mut(from, to))) };
    for other in others.clone() {
        combine(dtype, reduction, result, other);
    }
    others.for_each(|other| other.copy_from_slice(result));
}
