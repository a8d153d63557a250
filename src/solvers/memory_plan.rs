//! What a solve takes of memory, known before it begins.

use super::Vectors;
use crate::comm::{Comm, Reduction};
use std::fmt;

/// Bytes that a solve takes on this rank: what a method's vectors and operators keep. [`Method::memory_plan`](super::Method::memory_plan) makes it.
///
/// A method takes its memory when it is made, but the system gives it only when it is written to: to make one and ask it is cheap,
/// and on a [pretended](crate::Comm::pretend) rank it says what one of many would need. Vectors of the program itself, beside
/// the data and the model, and the series of the report (8 bytes for each measure and iteration) are not in it.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::Laplacian, solvers::{Cg, Method}};
///
/// let comm = Comm::pretend(17, 1000); // one of a thousand ranks
/// let layout = Layout::scatter(&comm, &[2000, 100, 100], 0)?;
/// let a = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout)?;
/// let (b, mut x) = (DistArray::zeros(&layout), DistArray::zeros(&layout));
/// let plan = Cg::new(&a, &b, &mut x)?.memory_plan();
/// assert_eq!(plan.vectors().map(|(letter, _)| letter).collect::<Vec<_>>(), ["b", "x", "r", "q", "p"]);
/// assert_eq!(plan.vectors().map(|(_, bytes)| bytes).sum::<usize>(), 5 * 8 * 2 * 100 * 100);
/// assert!(plan.beside() > 0 && plan.total() < 2_000_000); // two ghost planes, and their messages
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryPlan {
    vectors: Vec<(&'static str, usize)>,
    beside: usize,
}

impl MemoryPlan {
    /// Of the vectors that a method tells of, and bytes of what else it has.
    pub(super) fn of(vectors: &Vectors<'_>, beside: usize) -> Self {
        Self { vectors: vectors.bytes().collect(), beside }
    }

    /// The vectors by letter: the data, the model and the method's own.
    pub fn vectors(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.vectors.iter().copied()
    }

    /// What operators keep (their copies of data, their buffers, vectors between factors), and what else a method has.
    pub fn beside(&self) -> usize {
        self.beside
    }

    /// All of it.
    pub fn total(&self) -> usize {
        self.vectors().map(|(_, bytes)| bytes).sum::<usize>() + self.beside
    }

    /// The least and the largest total of a rank, and that of all ranks. Collective.
    ///
    /// # Communication
    /// Three all-reduces of 8 bytes.
    pub fn over_ranks(&self, comm: &Comm) -> [usize; 3] {
        let letters: Vec<_> = self.vectors().map(|(letter, _)| letter).collect();
        let _operation = comm.operation("over_ranks", format_args!("{letters:?}"));
        [Reduction::Min, Reduction::Max, Reduction::Sum].map(|reduction| {
            let mut total = [self.total()];
            comm.all_reduce(&mut total, reduction);
            total[0]
        })
    }
}

/// One line: `b 1.6 MB, x 1.6 MB, …, beside 0.3 MB: 8.1 MB`.
impl fmt::Display for MemoryPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (letter, bytes) in self.vectors() {
            write!(f, "{letter} {}, ", Bytes(bytes))?;
        }
        write!(f, "beside {}: {}", Bytes(self.beside), Bytes(self.total()))
    }
}

/// A number of bytes, in the unit that suits it.
struct Bytes(usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0 as f64;
        match [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")].into_iter().find(|(unit, _)| bytes >= *unit) {
            Some((unit, name)) => write!(f, "{:.1} {name}", bytes / unit),
            None => write!(f, "{bytes} B"),
        }
    }
}
