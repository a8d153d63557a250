//! The transpose of a halo: ghosts go back to their owners, who add them to their own.

use super::{GhostsMut, Halo, Share};
use crate::comm::{Exchange, Neighbour, Sent};
use crate::error::Result;
use crate::layout::Overlap;
use crate::numbers::{Element, Number};

/// The transpose of a [`Halo`], for an operator's adjoint: each rank fills the regions that it wanted, and every
/// element of them is added to that of its owner. Made by [`Halo::back`].
///
/// Ghosts are added in the order of the ranks, so the same layout gives the same bits; on another number of ranks a sum
/// of more than two terms may be rounded otherwise. An adjoint that reads ghosts, with a halo of its own, has the
/// same bits everywhere.
///
/// Of a replicated array each rank keeps what it fills, so all have to fill the same.
///
/// # Example
/// The adjoint of the differences on the page of [`Halo`], `xᵢ = yᵢ₋₁ - yᵢ`:
/// ```
/// use lops::{DistArray, Layout, array::Halo, launch_threads};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[7], 0)?;
///     let y = DistArray::from_fn(&layout, |i| if i[0] < 6 { 10.0 } else { 0.0 });
///     let mut x = y.zeros_like();
///
///     let mut back = Halo::along(&layout, 0, 0, 1)?.back()?;
///     let own = y.as_slice();
///     back.overlap(
///         x.as_mut_slice(),
///         |ghosts| ghosts.region(1).iter_mut().zip(own.last()).for_each(|(x, y)| *x = *y),
///         |x| {
///             for (i, y) in own.iter().enumerate() {
///                 x[i] -= y;
///                 if let Some(next) = x.get_mut(i + 1) {
///                     *next += y;
///                 }
///             }
///         },
///     );
///     assert_eq!(x.gather_all().as_slice(), Some(&[-10.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct HaloBack<T> {
    exchange: Exchange<T>,
    sends: Vec<Share>,
    receives: Vec<Share>,
    kept: Vec<Share>,
    ghosts: Vec<T>,
    starts: Vec<usize>,
}

impl<T: Element> Halo<T> {
    /// The transpose, with buffers of its own. Local.
    ///
    /// # Errors
    /// None but those of [`Comm::exchange`](crate::Comm::exchange).
    pub fn back(&self) -> Result<HaloBack<T>> {
        let turned = |&Neighbour { rank, send, receive }| Neighbour { rank, send: receive, receive: send };
        let neighbours: Vec<_> = self.exchange.neighbours().iter().map(turned).collect();
        Ok(HaloBack {
            exchange: self.comm.exchange(&neighbours)?,
            sends: self.receives.clone(),
            receives: self.sends.clone(),
            kept: self.kept.clone(),
            ghosts: vec![T::default(); self.ghosts.len()],
            starts: self.starts.clone(),
        })
    }
}

impl<T: Number> HaloBack<T> {
    /// Has `fill` write the ghosts, which hold zeros, and sends them to their owners; meanwhile `inside` writes this
    /// rank's own elements; then adds what arrived to those.
    ///
    /// # Communication
    /// One message to each rank that has elements of what this one wants; no call where nobody is a neighbour.
    pub fn overlap(&mut self, own: &mut [T], fill: impl FnOnce(&mut GhostsMut<'_, T>), inside: impl FnOnce(&mut [T])) {
        self.ghosts.fill(T::zero());
        fill(&mut GhostsMut::new(&mut self.ghosts, &self.starts));
        if self.exchange.neighbours().is_empty() {
            inside(own);
        } else {
            for part in &self.sends {
                let message = &mut self.exchange.send_mut(part.neighbour)[part.at..];
                pack(&part.overlap, &self.ghosts[part.ghosts..], message);
            }
            let flight = self.exchange.start();
            inside(own);
            let received = flight.finish();
            for part in &self.receives {
                add(&part.overlap, &received.from(part.neighbour)[part.at..], &mut own[part.own..]);
            }
        }
        for part in &self.kept {
            add_kept(&part.overlap, &self.ghosts[part.ghosts..], &mut own[part.own..]);
        }
    }

    /// What this rank sends each time.
    pub fn sends(&self) -> Sent {
        self.exchange.sends_if_started()
    }

    /// Bytes of ghosts and of the buffers of messages.
    pub fn buffers(&self) -> usize {
        self.ghosts.len() * size_of::<T>() + self.exchange.buffers()
    }
}

/// Ghosts into a message, in the order in which they would have come.
fn pack<T: Element>(overlap: &Overlap, ghosts: &[T], message: &mut [T]) {
    let mut at = 0;
    overlap.for_each_piece(|piece| {
        for k in 0..piece.count {
            let from = piece.to + k * piece.to_step;
            message[at..at + piece.len].copy_from_slice(&ghosts[from..from + piece.len]);
            at += piece.len;
        }
    });
}

/// A message onto the elements that would have been packed into it.
fn add<T: Number>(overlap: &Overlap, message: &[T], own: &mut [T]) {
    let mut at = 0;
    overlap.for_each_piece(|piece| {
        for k in 0..piece.count {
            let to = piece.from + k * piece.from_step;
            add_run(&mut own[to..to + piece.len], &message[at..at + piece.len]);
            at += piece.len;
        }
    });
}

/// Ghosts onto the elements that they would have been copied from.
fn add_kept<T: Number>(overlap: &Overlap, ghosts: &[T], own: &mut [T]) {
    overlap.for_each_piece(|piece| {
        for k in 0..piece.count {
            let (to, from) = (piece.from + k * piece.from_step, piece.to + k * piece.to_step);
            add_run(&mut own[to..to + piece.len], &ghosts[from..from + piece.len]);
        }
    });
}

fn add_run<T: Number>(to: &mut [T], from: &[T]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to += from);
}

impl<T> std::fmt::Debug for HaloBack<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HaloBack").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}
