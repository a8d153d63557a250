//! What a rank's passes over memory move.

use std::ops::Sub;

/// What passes over vectors moved between memory and processor on one rank, vectors being taken as too large for any cache.
///
/// Told by those who pass: the vectors' verbs of Krylov methods, sums and elementwise work, and operators. An operator
/// that says nothing counts as one that reads all of its input and writes all of its output. Copies into messages and
/// out of them do not count, nor what adds whole vectors over ranks: [`Comm::traffic`](crate::Comm::traffic) has their bytes.
///
/// # Example
/// ```
/// # use lops::{DistArray, Layout, launch_threads};
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[1000], 0)?;
///     let (mut y, x) = (DistArray::full(&layout, 1.0), DistArray::full(&layout, 2.0));
///     let before = comm.moved();
///     y.axpy(3.0, &x)?;
///     let moved = comm.moved() - before;
///     assert_eq!((moved.passes, moved.read, moved.written), (1, 8 * 500, 8 * 500));
///     assert_eq!(moved.bytes(), 8 * 500 * 3); // x comes, y comes and goes
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Passes that were told of.
    pub passes: u64,
    /// Bytes of what was read and not written.
    pub read: u64,
    /// Bytes of what was written, whether or not it was read first.
    pub written: u64,
}

impl Moved {
    /// What crossed between memory and processor: what is written comes first, as a cache holds whole lines, and then goes.
    pub fn bytes(self) -> u64 {
        self.read + 2 * self.written
    }
}

impl Sub for Moved {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            passes: self.passes - earlier.passes,
            read: self.read - earlier.read,
            written: self.written - earlier.written,
        }
    }
}
