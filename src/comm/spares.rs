//! Buffers of finished exchanges, kept for the next ones.
//!
//! Fresh memory is cleared by the system page by page, which takes longer than to fill it: a redistribution
//! that is done again and again would spend half its time there. Each rank keeps a few large buffers.

use crate::numbers::{Buffer, DType};
use std::cell::RefCell;

/// Smaller ones are left to the allocator, which uses them again by itself.
const LEAST: usize = 1 << 20;
/// The most bytes that a rank keeps.
const MOST: usize = 256 << 20;

thread_local! {
    /// The last ones to be given back, each with the type of what is in it.
    static SPARES: RefCell<Vec<(DType, Buffer)>> = const { RefCell::new(vec![]) };
}

/// A buffer of this many bytes for elements of a type, whatever they are.
pub(super) fn take(dtype: DType, bytes: usize) -> Buffer {
    if bytes < LEAST {
        return Buffer::zeroed(bytes);
    }
    let found = SPARES.with_borrow_mut(|spares| {
        let fits = |(of, buffer): &(DType, Buffer)| *of == dtype && (bytes..=2 * bytes).contains(&buffer.room());
        spares.iter().position(fits).map(|at| spares.remove(at).1)
    });
    found.map_or_else(|| Buffer::zeroed(bytes), |buffer| buffer.resized(bytes))
}

/// Keeps a buffer, and lets go of the oldest ones beyond what may be kept.
pub(super) fn give(dtype: DType, buffer: Buffer) {
    if !(LEAST..=MOST).contains(&buffer.room()) {
        return;
    }
    // Not where the thread is ending.
    let _ = SPARES.try_with(|spares| {
        let mut spares = spares.borrow_mut();
        spares.push((dtype, buffer));
        let mut kept: usize = spares.iter().map(|(_, buffer)| buffer.room()).sum();
        while kept > MOST {
            kept -= spares.remove(0).1.room();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_come_back_to_their_type() {
        let mut first = Buffer::zeroed(3 * LEAST);
        first.elements_mut::<f64>()[7] = 1.5;
        give(DType::F64, first);
        assert!(take(DType::Bool, 3 * LEAST).bytes().iter().all(|&byte| byte == 0));
        assert_eq!(take(DType::F64, LEAST).elements::<f64>()[7], 0.0); // far too large for that
        let again = take(DType::F64, 2 * LEAST);
        assert_eq!((again.bytes().len(), again.elements::<f64>()[7]), (2 * LEAST, 1.5));
        assert_eq!(take(DType::F64, 2 * LEAST).elements::<f64>()[7], 0.0);
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        for _ in 0..20 {
            give(DType::U8, Buffer::zeroed(MOST / 4));
        }
        give(DType::U8, Buffer::zeroed(2 * MOST));
        let kept = SPARES.with_borrow(|spares| spares.iter().map(|(_, buffer)| buffer.room()).sum::<usize>());
        assert_eq!(kept, MOST);
    }
}
