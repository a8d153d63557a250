//! Ghosts: the elements of other ranks that a rank reads beside its own.

mod around;
mod back;
mod ghost_cells;
mod ghosts;
mod rows;

use crate::comm::{Comm, Exchange, Neighbour, Sent};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{IndexSet, Layout, Overlap, Region};
use crate::numbers::{Element, memory};
pub use back::HaloBack;
pub use ghosts::{Ghosts, GhostsMut};
pub(crate) use rows::Faces;

/// A lasting exchange of ghosts: what a rank reads of an array beside its own elements.
///
/// Each rank names the regions that it wants. Whose elements those are follows from the layout, so
/// they may lie on any ranks, however far: each owner sends its own directly, all in one message. While the messages
/// fly there is time for work that needs no ghosts. Nothing is allocated by using it.
///
/// Its transpose, [`HaloBack`], adds what a rank has for elements of others to them.
///
/// # Example
/// Differences to the next row, `yᵢ = xᵢ₊₁ - xᵢ`, along the axis that is cut:
/// ```
/// use lops::{DistArray, Layout, array::Halo, launch_threads};
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[7], 0)?;
///     let x = DistArray::from_fn(&layout, |i| (i[0] * i[0]) as f64);
///     let mut y = x.zeros_like();
///
///     let mut halo = Halo::along(&layout, 0, 0, 1)?; // one row after each rank's own
///     let (own, differences) = (x.as_slice(), y.as_mut_slice());
///     let ghosts = halo.overlap(own, || {
///         for (y, x) in differences.iter_mut().zip(own.windows(2)) {
///             *y = x[1] - x[0];
///         }
///     });
///     if let ([.., y], [.., last], [next]) = (differences, own, ghosts.region(1)) {
///         *y = next - last;
///     }
///     assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 0.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Halo<T> {
    comm: Comm,
    exchange: Exchange<T>,
    sends: Vec<Share>,
    receives: Vec<Share>,
    /// What is wanted of a rank's own.
    kept: Vec<Share>,
    /// The regions that this rank wants, one after another.
    ghosts: Vec<T>,
    /// Where each of them starts, and where the last ends.
    starts: Vec<usize>,
}

/// What a message holds of a region.
#[derive(Clone, Debug)]
struct Share {
    neighbour: usize,
    /// Where it starts in the message.
    at: usize,
    /// Where the member starts that it is a part of, among the rank's own elements.
    own: usize,
    /// Where the region starts that it is a part of, among the ghosts.
    ghosts: usize,
    overlap: Overlap,
}

/// A region of one of the arrays that lie one after another in what is exchanged.
pub(crate) struct Wanted {
    pub(crate) member: usize,
    pub(crate) region: Region,
}

impl<T: Element> Halo<T> {
    /// The regions that each rank wants of an array of this layout; every rank names those of all ranks. Local.
    ///
    /// All ranks' regions are looked at, so that wrong ones are an error everywhere: some microseconds for each rank. Of
    /// [`along`](Self::along) only those nearby are.
    ///
    /// Of what it has itself, a rank gets a copy.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] of chunks; [`ErrorKind::Shape`] if a region is not one of the array.
    pub fn new(layout: &Layout, wanted: impl Fn(usize) -> Vec<Region>) -> Result<Self> {
        let whole = Region::whole(layout.shape());
        let inside = |(set, all): (&IndexSet, &IndexSet)| set.extent().end <= all.len();
        let (me, mut askers) = (layout.comm().rank(), vec![]);
        let own = if layout.chunks().is_some() { whole.clone() } else { layout.regions(me)[0].clone() };
        for rank in 0..layout.comm().size() {
            let regions = wanted(rank);
            for region in &regions {
                if region.sets().len() != layout.ndim() || !region.sets().iter().zip(whole.sets()).all(inside) {
                    let what = "region of a halo";
                    let expected = format!("one of an array of shape {:?}", layout.shape());
                    return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{region:?}")).at_rank(rank));
                }
            }
            if regions.iter().any(|region| region.touches(&own)) {
                askers.push(rank);
            }
        }
        Self::of_regions(layout, &askers, wanted)
    }

    /// Regions of the array that each rank wants; `askers`, in order, are all that want some of this rank's, perhaps
    /// others too.
    fn of_regions(layout: &Layout, askers: &[usize], wanted: impl Fn(usize) -> Vec<Region>) -> Result<Self> {
        Self::of_members(layout, askers, |rank| {
            wanted(rank).into_iter().map(|region| Wanted { member: 0, region }).collect()
        })
    }

    /// The regions that each rank wants of arrays of one layout that lie one after another; `askers`, in order, are
    /// all that want some of this rank's, perhaps others too.
    fn of_members(layout: &Layout, askers: &[usize], wanted: impl Fn(usize) -> Vec<Wanted>) -> Result<Self> {
        if !(layout.is_replicated() || layout.process_grid().is_some()) {
            return Err(Error::expected(ErrorKind::Layout, "layout of a halo", "one without chunks", layout));
        }
        let (comm, length) = (layout.comm(), layout.local_len());
        let me = comm.rank();
        let (mine, own) = (wanted(me), &layout.regions(me)[0]);
        let mut starts = vec![0];
        starts.extend(mine.iter().scan(0, |end, Wanted { region, .. }| {
            *end += region.len();
            Some(*end)
        }));
        let of_mine = |region: &Region, neighbour: usize| {
            let (mut at, mut parts) = (0, vec![]);
            for (Wanted { member, region: wanted }, &ghosts) in mine.iter().zip(&starts) {
                if let Some(overlap) = Overlap::of(region, wanted) {
                    let len = overlap.len();
                    parts.push(Share { neighbour, at, own: member * length, ghosts, overlap });
                    at += len;
                }
            }
            (at, parts)
        };
        let of_theirs = |rank: usize, neighbour: usize| {
            let (mut at, mut parts) = (0, vec![]);
            for Wanted { member, region } in wanted(rank) {
                if let Some(overlap) = Overlap::of(own, &region) {
                    let len = overlap.len();
                    parts.push(Share { neighbour, at, own: member * length, ghosts: 0, overlap });
                    at += len;
                }
            }
            (at, parts)
        };
        let (mut neighbours, mut sends, mut receives) = (vec![], vec![], vec![]);
        // Where all have everything, nobody needs others.
        let near = if layout.is_replicated() {
            vec![]
        } else {
            let mine: Vec<_> = mine.iter().map(|wanted| wanted.region.clone()).collect();
            let mut near = [&layout.near(&mine), askers].concat();
            near.sort_unstable();
            near.dedup();
            near
        };
        for rank in near.into_iter().filter(|&rank| rank != me) {
            let ((send, to), (receive, from)) =
                (of_theirs(rank, neighbours.len()), of_mine(&layout.regions(rank)[0], neighbours.len()));
            if send + receive > 0 {
                neighbours.push(Neighbour { rank, send, receive });
            }
            sends.extend(to);
            receives.extend(from);
        }
        let (_, kept) = of_mine(own, 0);
        let ghosts = memory::filled(starts[mine.len()], T::default());
        Ok(Self { comm: comm.clone(), exchange: comm.exchange(&neighbours)?, sends, receives, kept, ghosts, starts })
    }

    /// Sends this rank's elements to whom they concern, works, and returns the ghosts that arrived.
    ///
    /// # Communication
    /// One message to each rank that wants elements of this one; no call where nobody is a neighbour.
    pub fn overlap(&mut self, own: &[T], inside: impl FnOnce()) -> Ghosts<'_, T> {
        // Messages first: what is this rank's own is copied while they fly.
        if self.exchange.neighbours().is_empty() {
            keep(&self.kept, own, &mut self.ghosts);
            inside();
            return Ghosts::new(&self.ghosts, &self.starts);
        }
        for part in &self.sends {
            part.overlap.pack(&own[part.own..], &mut self.exchange.send_mut(part.neighbour)[part.at..]);
        }
        let flight = self.exchange.start();
        keep(&self.kept, own, &mut self.ghosts);
        inside();
        let received = flight.finish();
        for part in &self.receives {
            part.overlap.unpack(&received.from(part.neighbour)[part.at..], &mut self.ghosts[part.ghosts..]);
        }
        Ghosts::new(&self.ghosts, &self.starts)
    }

    /// The ghosts that arrived last.
    pub(crate) fn held(&self) -> Ghosts<'_, T> {
        Ghosts::new(&self.ghosts, &self.starts)
    }

    /// The ghosts that arrived last, to be changed as their owners change theirs.
    pub(crate) fn held_mut(&mut self) -> GhostsMut<'_, T> {
        GhostsMut::new(&mut self.ghosts, &self.starts)
    }

    /// What this rank sends each time: an operator's [`communication`](crate::LinearOperator::communication).
    pub fn sends(&self) -> Sent {
        self.exchange.sends_if_started()
    }

    /// Bytes of ghosts and of the buffers of messages: of an operator's
    /// [`scratch`](crate::LinearOperator::scratch).
    pub fn buffers(&self) -> usize {
        self.ghosts.len() * size_of::<T>() + self.exchange.buffers()
    }

    /// Where the k-th region that this rank wants starts among its ghosts.
    pub(crate) fn start(&self, k: usize) -> usize {
        self.starts[k]
    }
}

impl<T> std::fmt::Debug for Halo<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Halo").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

/// Copies what a rank wants of its own.
fn keep<T: Element>(kept: &[Share], own: &[T], ghosts: &mut [T]) {
    for part in kept {
        part.overlap.copy(&own[part.own..], &mut ghosts[part.ghosts..]);
    }
}
