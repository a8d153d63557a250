//! Large blocks of memory, asked for in large pages and kept for the next array.
//!
//! A new array of a hundred megabytes is as many page faults as it has pages of 4 KB, which take longer than
//! the loop that fills it. Where the system gives pages of 2 MB to those who ask (Linux with
//! `transparent_hugepage` at `madvise`, as most distributions have it), this asks, as NumPy does. Even so the system clears
//! what it gives, which takes as long as to fill it: so the blocks of the last arrays are kept, 256 MB on each rank at most,
//! and `x + y` in a loop takes the memory of the sum before.

use std::any::Any;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// Blocks below this many bytes are left to the allocator, which uses them again.
const LARGE: usize = 4 << 20;

/// The most bytes that are kept.
const MOST: usize = 256 << 20;

thread_local! {
    /// Empty vectors, the last one to be given back last, and the bytes of each.
    static SPARES: RefCell<Vec<(Box<dyn Any>, usize)>> = const { RefCell::new(vec![]) };
}

/// The elements of an array: their memory is kept for the next one.
#[derive(PartialEq)]
pub(crate) struct Kept<T: 'static>(Vec<T>);

impl<T> Kept<T> {
    pub(crate) fn into_vec(mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }
}

impl<T> From<Vec<T>> for Kept<T> {
    fn from(vector: Vec<T>) -> Self {
        Self(vector)
    }
}

impl<T> Deref for Kept<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Kept<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        keep(std::mem::take(&mut self.0));
    }
}

/// Keeps the memory of a large vector, and lets go of the oldest ones beyond what may be kept.
fn keep<T: 'static>(mut vector: Vec<T>) {
    let bytes = vector.capacity() * size_of::<T>();
    if !(LARGE..=MOST).contains(&bytes) {
        return;
    }
    vector.clear();
    // Not where the thread is ending.
    let _ = SPARES.try_with(|spares| {
        let mut spares = spares.borrow_mut();
        spares.push((Box::new(vector), bytes));
        let mut kept: usize = spares.iter().map(|(_, bytes)| bytes).sum();
        while kept > MOST {
            kept -= spares.remove(0).1;
        }
    });
}

/// An empty vector that was kept, with room for so many elements and not many more.
fn spare<T: 'static>(length: usize) -> Option<Vec<T>> {
    if length * size_of::<T>() < LARGE {
        return None;
    }
    let take = |spares: &RefCell<Vec<(Box<dyn Any>, usize)>>| {
        let mut spares = spares.borrow_mut();
        let fits = |(vector, _): &(Box<dyn Any>, usize)| {
            let room = vector.downcast_ref::<Vec<T>>().map(Vec::capacity);
            room.is_some_and(|room| (length..=length + length / 8).contains(&room))
        };
        let place = spares.iter().rposition(fits)?;
        spares.remove(place).0.downcast().ok().map(|vector| *vector)
    };
    SPARES.try_with(take).ok().flatten()
}

/// An empty vector with room for so many elements.
pub(crate) fn room<T: 'static>(length: usize) -> Vec<T> {
    if let Some(vector) = spare(length) {
        return vector;
    }
    let vector = Vec::<T>::with_capacity(length);
    advise(vector.as_ptr().addr(), length * size_of::<T>());
    vector
}

/// So many elements of one value.
pub(crate) fn filled<T: Copy + Default + PartialEq + 'static>(length: usize, value: T) -> Vec<T> {
    if let Some(mut vector) = spare(length) {
        vector.resize(length, value);
        return vector;
    }
    if value == T::default() {
        let vector = vec![value; length]; // zeros come from the system, which has not touched them yet
        advise(vector.as_ptr().addr(), length * size_of::<T>());
        return vector;
    }
    let mut vector = room(length);
    vector.resize(length, value);
    vector
}

/// A copy of a slice.
pub(crate) fn copied<T: Copy + 'static>(values: &[T]) -> Vec<T> {
    let mut vector = room(values.len());
    vector.extend_from_slice(values);
    vector
}

/// Asks for large pages where this block is large.
#[cfg(target_os = "linux")]
fn advise(start: usize, bytes: usize) {
    const PAGE: usize = 4096;
    if bytes < LARGE {
        return;
    }
    let (first, end) = (start.next_multiple_of(PAGE), (start + bytes) / PAGE * PAGE);
    if first < end {
        // SAFETY: whole pages of a block that is allocated. The advice changes no content and no
        // permission, and a system that does not know it says so and does nothing.
        unsafe { libc::madvise(first as *mut libc::c_void, end - first, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise(_: usize, _: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_small_blocks_hold_what_they_should() {
        for length in [0, 3, LARGE / 8 + 1, LARGE / 2 + 77] {
            assert!(filled(length, 0.0).iter().all(|&x| x == 0.0));
            assert!(filled(length, 1.5).iter().all(|&x| x == 1.5));
            let values: Vec<_> = (0..length).collect();
            assert_eq!(copied(&values), values);
        }
    }

    #[test]
    fn memory_of_an_array_serves_the_next() {
        let length = LARGE / 8 + 5;
        let first = Kept::from(filled(length, 1.5));
        let place = first.as_ptr();
        drop(first);
        let (other, small) = (room::<u64>(length), room::<f64>(length / 2));
        assert_ne!(other.as_ptr().addr(), place.addr(), "of its own type");
        assert_ne!(small.as_ptr().addr(), place.addr(), "not far too large");
        let again = filled(length - 3, 0.0);
        assert_eq!(again.as_ptr(), place);
        assert!(again.iter().all(|&x| x == 0.0));
        assert_eq!(Kept::from(again).into_vec().len(), length - 3);
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        for _ in 0..20 {
            drop(Kept::from(Vec::<u8>::with_capacity(MOST / 4)));
        }
        drop(Kept::from(Vec::<u8>::with_capacity(2 * MOST)));
        let kept = SPARES.with_borrow(|spares| spares.iter().map(|(_, bytes)| bytes).sum::<usize>());
        assert!((MOST / 4 * 3..=MOST).contains(&kept), "{kept}");
    }
}
