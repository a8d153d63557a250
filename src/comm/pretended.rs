//! The engine of one rank of many that are not there: what it would hold and plan, without the others.

use super::Comm;
use super::engine::{Call, Channel, Engine, Neighbour};
use super::reduction::Reduction;
use crate::numbers::{Buffer, DType};
use std::rc::Rc;

struct Pretended {
    rank: usize,
    size: usize,
}

impl Comm {
    /// A communicator of which this is one rank of so many, and the others do not exist: to see what one rank of a
    /// large job holds, plans and sends, in a program of one. Layouts, arrays, plans, exchanges and operators that are
    /// made locally are made as in the job. Its traffic is its own.
    ///
    /// # Panics
    /// If there is no such rank. Whatever communicates panics, in words.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, Layout, LinearOperator, layout::Cut, operators::Laplacian};
    ///
    /// # fn main() -> lops::Result<()> {
    /// let comm = Comm::pretend(4321, 10_000);
    /// let layout = Layout::grid(&comm, &[2000, 2000, 1000], &[Cut::Block, Cut::Block, Cut::Block])?;
    /// let laplacian = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout)?;
    /// assert_eq!(laplacian.communication().forward.messages, 6);
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn pretend(rank: usize, size: usize) -> Self {
        assert!(rank < size, "pretended communicator: expected a rank below {size}, found {rank}");
        Self::new(Box::new(Pretended { rank, size }), Rc::default())
    }
}

impl Pretended {
    fn cannot(&self, call: &Call) -> ! {
        panic!("{call} on a pretended communicator: the other {} ranks do not exist", self.size - 1)
    }
}

impl Engine for Pretended {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn name(&self) -> &'static str {
        "pretended"
    }

    fn compares(&self) -> bool {
        false
    }

    fn meet(&self, _: &Call, _: &str) {}

    fn barrier(&self, call: &Call) {
        self.cannot(call)
    }

    fn broadcast(&self, call: &Call, _: usize, _: &mut [u8]) {
        self.cannot(call)
    }

    fn all_gather(&self, call: &Call, _: &[u8], _: &[usize], _: &mut [u8]) {
        self.cannot(call)
    }

    fn all_reduce(&self, call: &Call, _: DType, _: Reduction, _: &mut [u8]) {
        self.cannot(call)
    }

    fn reduce_scatter(&self, call: &Call, _: DType, _: &[u8], _: &[usize], _: &mut [u8]) {
        self.cannot(call)
    }

    fn all_to_all(&self, call: &Call, _: &[u8], _: &[usize], _: &mut [u8], _: &[usize]) {
        self.cannot(call)
    }

    fn split(&self, call: &Call, _: usize) -> Box<dyn Engine> {
        self.cannot(call)
    }

    fn channel(&self, _: DType, neighbours: &[Neighbour]) -> Box<dyn Channel> {
        let room = |bytes: fn(&Neighbour) -> usize| neighbours.iter().map(|n| Buffer::zeroed(bytes(n))).collect();
        Box::new(Nowhere { send: room(|n| n.send), received: room(|n| n.receive) })
    }
}

/// The buffers of an exchange with nobody.
struct Nowhere {
    send: Vec<Buffer>,
    received: Vec<Buffer>,
}

impl Channel for Nowhere {
    fn send(&mut self, neighbour: usize) -> &mut Buffer {
        &mut self.send[neighbour]
    }

    fn received(&self, neighbour: usize) -> &Buffer {
        &self.received[neighbour]
    }

    fn start(&mut self, _: &Call) {
        panic!("exchange on a pretended communicator: the other ranks do not exist");
    }

    fn finish(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Reduction;
    use std::panic::catch_unwind;

    #[test]
    fn what_communicates_panics_in_words() {
        let words = |f: fn(&Comm)| {
            let panic = catch_unwind(|| f(&Comm::pretend(3, 10_000))).unwrap_err();
            panic.downcast_ref::<String>().cloned().unwrap_or_default()
        };
        let others = "on a pretended communicator: the other 9999 ranks do not exist";
        assert_eq!(
            words(|comm| comm.all_reduce(&mut [1], Reduction::Sum)),
            format!("all_reduce(sum, 1 × int32) {others}")
        );
        assert_eq!(words(Comm::barrier), format!("barrier() {others}"));
        assert!(words(|comm| drop(comm.split(0))).contains(others));
    }

    #[test]
    fn a_rank_of_itself_is_only_pretended() {
        let comm = Comm::pretend(0, 1);
        assert_eq!((comm.rank(), comm.size(), comm.engine_name()), (0, 1, "pretended"));
        let exchange = comm.exchange::<f64>(&[Neighbour { rank: 0, send: 2, receive: 2 }]).unwrap();
        assert_eq!(exchange.buffers(), 32);
    }
}
