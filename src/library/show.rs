//! The global array as text, which all ranks get.

use super::Index;
use crate::array::DistArray;
use crate::error::Result;
use crate::numbers::{EDGE, Element, Text, written};
use std::fmt;

/// Of more ranks than twice this, so many at each end have their blocks written.
const EDGE_RANKS: usize = 4;

/// An array as text: `{}` the global array in NumPy's manner, `{:#}` the blocks by rank. Plain text that is here: printing it communicates
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    global: String,
    by_rank: String,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if f.alternate() { &self.by_rank } else { &self.global })
    }
}

impl<T: Element> DistArray<T> {
    /// The global array as text in NumPy's manner, with its type and layout, on every rank: of more than 1000 elements the corners.
    /// `{:#}` of it has the ranks' blocks one after another, of many ranks the first and the last ones. All ranks call it, and any of them prints:
    /// `let shown = x.show()?; if comm.rank() == 0 { println!("{shown}") }`.
    ///
    /// # Communication
    /// One all-gather of the corners for each member (of chunks as [`gather_all`](Self::gather_all)), and one of the texts of eight
    /// ranks at most.
    ///
    /// # Errors
    /// None of an array that could be made.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[3, 2], 0)?, |i| (2 * i[0] + i[1]) as f64);
    ///     let shown = x.show()?;
    ///     assert_eq!(format!("{shown}"), "[[0. 1.]\n [2. 3.]\n [4. 5.]]\nfloat64, [3, 2] scattered on axis 0 over 2 ranks");
    ///     assert_eq!(format!("{shown:#}"), "rank 0 holds [0..2, 0..2]:\n[[0. 1.]\n [2. 3.]]\nrank 1 holds [2..3, 0..2]:\n[[4. 5.]]");
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn show(&self) -> Result<Shown> {
        let _operation = self.operation("show", format_args!(""));
        let mut global = vec![];
        for k in 0..self.member_count() {
            let member = self.member(k);
            let shape = member.shape();
            let corners = if member.layout().is_ok() && member.size() > 0 {
                let index = shape.iter().map(|&n| corners_of_axis(n, member.size())).collect::<Vec<_>>();
                member.slice(&index)?.gather_all()
            } else {
                member.gather_all()
            };
            global.push(Text::of_corners(corners, &shape).text());
        }
        global.push(format!("{}, {}", T::DTYPE, self.space()));
        Ok(Shown { global: global.join("\n"), by_rank: self.by_rank() })
    }

    /// The texts of the ranks' blocks.
    fn by_rank(&self) -> String {
        let (comm, ranks) = (self.comm(), self.comm().size());
        let written = |rank: usize| ranks <= 2 * EDGE_RANKS || rank < EDGE_RANKS || rank + EDGE_RANKS >= ranks;
        let mine = if written(comm.rank()) { self.words_of_rank() } else { String::new() };
        let (bytes, counts) = comm.all_gather_uneven(mine.as_bytes());
        let mut rest = &bytes[..];
        let mut lines = vec![];
        for (rank, count) in counts.into_iter().enumerate() {
            let (text, others) = rest.split_at(count);
            rest = others;
            if written(rank) {
                lines.push(String::from_utf8_lossy(text).into_owned());
            } else if rank == EDGE_RANKS {
                lines.push("...".to_owned());
            }
        }
        lines.join("\n")
    }

    /// This rank's blocks, each with where it lies.
    fn words_of_rank(&self) -> String {
        let rank = self.comm().rank();
        let of_member = |k: usize| Text::of(&self.member_local(k)).text();
        let Ok(layout) = self.layout() else {
            let members: Vec<_> = (0..self.member_count()).map(of_member).collect();
            return format!("rank {rank} holds:\n{}", members.join("\n"));
        };
        let mut rest = self.as_slice();
        let regions = layout.regions(rank);
        let chunks = regions.iter().map(|region| {
            let (chunk, others) = rest.split_at(region.len());
            rest = others;
            let chunk = ndarray::ArrayViewD::from_shape(region.shape(), chunk);
            format!(
                "rank {rank} holds {region}:\n{}",
                chunk.map_or_else(|_| String::new(), |chunk| Text::of(&chunk).text())
            )
        });
        let chunks: Vec<_> = chunks.collect();
        if chunks.is_empty() { format!("rank {rank} holds nothing") } else { chunks.join("\n") }
    }
}

fn corners_of_axis(n: usize, elements: usize) -> Index {
    let indices = written(n, elements);
    if indices.len() == n {
        (..).into()
    } else {
        debug_assert_eq!(indices.len(), 2 * EDGE);
        Index::list(indices)
    }
}
