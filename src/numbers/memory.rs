//! Large blocks of memory, asked for in large pages.
//!
//! A new array of a hundred megabytes is as many page faults as it has pages of 4 KB, which take longer than
//! the loop that fills it. Where the system gives pages of 2 MB to those who ask (Linux with
//! `transparent_hugepage` at `madvise`, as most distributions have it), this asks, as NumPy does.

/// Blocks below this many bytes are left to the allocator, which uses them again.
const LARGE: usize = 4 << 20;

/// An empty vector with room for so many elements.
pub(crate) fn room<T>(length: usize) -> Vec<T> {
    let vector = Vec::<T>::with_capacity(length);
    advise(vector.as_ptr().addr(), length * size_of::<T>());
    vector
}

/// So many elements of one value.
pub(crate) fn filled<T: Copy + Default + PartialEq>(length: usize, value: T) -> Vec<T> {
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
pub(crate) fn copied<T: Copy>(values: &[T]) -> Vec<T> {
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
}
