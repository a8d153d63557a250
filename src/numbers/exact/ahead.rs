//! Memory that is asked for before it is read or written.

use prefetch_index::prefetch_index;

/// How far ahead of its use memory is asked for: a page, since the hardware's own prefetching stops at its end.
const BYTES_AHEAD: usize = 4096;
const CACHE_LINE: usize = 64;

/// Asks for what lies a page behind these elements; beyond the end of an array that is harmless.
#[inline(always)]
pub(crate) fn ask_ahead<T>(x: &[T]) {
    for element in (0..x.len()).step_by((CACHE_LINE / size_of::<T>()).max(1)) {
        prefetch_index(x, element + BYTES_AHEAD / size_of::<T>());
    }
}
