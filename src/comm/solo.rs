//! The engine of one rank alone: every collective is the identity.

use super::{
    DType, Reduction,
    element::Buffer,
    engine::{Call, Channel, Engine, Neighbour},
    reduction::truth,
};

#[derive(Debug)]
pub(super) struct Solo;

impl Engine for Solo {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn name(&self) -> &'static str {
        "one rank"
    }

    fn barrier(&self, _: &Call) {}

    fn broadcast(&self, _: &Call, _: usize, _: &mut [u8]) {}

    fn all_gather(&self, _: &Call, mine: &[u8], _: &[usize], all: &mut [u8]) {
        all.copy_from_slice(mine);
    }

    fn all_reduce(&self, _: &Call, dtype: DType, reduction: Reduction, values: &mut [u8]) {
        truth(dtype, reduction, values);
    }

    fn all_to_all(&self, _: &Call, send: &[u8], _: &[usize], receive: &mut [u8], _: &[usize]) {
        receive.copy_from_slice(send);
    }

    fn split(&self, _: &Call, _: usize) -> Box<dyn Engine> {
        Box::new(Solo)
    }

    fn channel(&self, neighbours: &[Neighbour]) -> Box<dyn Channel> {
        let bytes = neighbours.iter().map(|n| n.send).sum();
        Box::new(Loopback { send: Buffer::zeroed(bytes), received: Buffer::zeroed(bytes) })
    }
}

/// A channel whose only neighbour is the rank itself.
struct Loopback {
    send: Buffer,
    received: Buffer,
}

impl Channel for Loopback {
    fn send(&mut self) -> &mut Buffer {
        &mut self.send
    }

    fn received(&self) -> &Buffer {
        &self.received
    }

    fn start(&mut self) {
        self.received.bytes_mut().copy_from_slice(self.send.bytes());
    }

    fn finish(&mut self) {}
}
