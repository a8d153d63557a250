//! The engine of one rank alone: every collective is the identity.

use super::engine::{Call, Channel, Engine, Neighbour};
use super::reduction::{Reduction, truth};
use crate::numbers::{Buffer, DType};

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

    fn compares(&self) -> bool {
        false
    }

    fn meet(&self, _: &Call, _: &str) {}

    fn barrier(&self, _: &Call) {}

    fn broadcast(&self, _: &Call, _: usize, _: &mut [u8]) {}

    fn all_gather(&self, _: &Call, mine: &[u8], _: &[usize], all: &mut [u8]) {
        all.copy_from_slice(mine);
    }

    fn all_reduce(&self, _: &Call, dtype: DType, reduction: Reduction, values: &mut [u8]) {
        truth(dtype, reduction, values);
    }

    fn reduce_scatter(&self, _: &Call, _: DType, values: &[u8], _: &[usize], mine: &mut [u8]) {
        mine.copy_from_slice(values);
    }

    fn all_to_all(&self, _: &Call, send: &[u8], _: &[usize], receive: &mut [u8], _: &[usize]) {
        receive.copy_from_slice(send);
    }

    fn split(&self, _: &Call, _: usize) -> Box<dyn Engine> {
        Box::new(Solo)
    }

    fn channel(&self, _: DType, neighbours: &[Neighbour]) -> Box<dyn Channel> {
        let room = || neighbours.first().map_or_else(Buffer::default, |own| Buffer::zeroed(own.send));
        Box::new(Loopback { send: room(), received: room() })
    }
}

/// A channel whose only neighbour is the rank itself.
struct Loopback {
    send: Buffer,
    received: Buffer,
}

impl Channel for Loopback {
    fn send(&mut self, _: usize) -> &mut Buffer {
        &mut self.send
    }

    fn received(&self, _: usize) -> &Buffer {
        &self.received
    }

    fn start(&mut self, _: &Call) {
        std::mem::swap(&mut self.send, &mut self.received);
    }

    fn finish(&mut self) {}
}
