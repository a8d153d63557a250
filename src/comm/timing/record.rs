//! What one rank records: a tree of marks, and those that are open.

use super::super::traffic::{Counters, Sent};
use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

/// The record of a rank. Off at first, and then asked for nothing but whether it is on.
#[derive(Debug, Default)]
pub(in crate::comm) struct Recorder {
    is_on: Cell<bool>,
    tree: RefCell<Tree>,
    /// Marks opened since the job began: each has its own number, also where a record was begun anew meanwhile.
    opened: Cell<u64>,
}

#[derive(Debug, Default)]
struct Tree {
    /// The whole first; parents before children, children in the order of their first marks.
    nodes: Vec<Node>,
    /// From the whole to the innermost.
    open: Vec<Open>,
}

/// What all marks of one name inside the same one came to.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: Box<str>,
    pub(super) parent: usize,
    pub(super) calls: u64,
    pub(super) time: Duration,
    pub(super) sent: Sent,
    /// Bytes between memory and processor.
    pub(super) moved: u64,
    children: Vec<usize>,
}

/// A mark under way.
#[derive(Debug)]
struct Open {
    node: usize,
    number: u64,
    begun: Instant,
    sent: Sent,
    moved: u64,
}

/// Whether a mark is one more, or more of one that was counted before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::comm) enum Counts {
    Once,
    /// Not at all, and not a mark within itself either.
    More,
}

impl Recorder {
    pub(in crate::comm) fn is_on(&self) -> bool {
        self.is_on.get()
    }

    /// Begins with an empty tree. `false` if there is one already.
    pub(super) fn start(&self, counters: &Counters) -> bool {
        if self.is_on.replace(true) {
            return false;
        }
        *self.tree.borrow_mut() = Tree::default();
        self.enter("total", Counts::Once, counters);
        true
    }

    /// Closes what is open, and gives all nodes.
    pub(super) fn stop(&self, counters: &Counters) -> Vec<Node> {
        self.is_on.set(false);
        let mut tree = self.tree.take();
        tree.close(0, counters);
        tree.nodes
    }

    /// Opens a mark; its number, if it is one.
    pub(super) fn enter(&self, name: &str, counts: Counts, counters: &Counters) -> Option<u64> {
        let mut tree = self.tree.borrow_mut();
        let innermost = tree.open.last().map(|open| open.node);
        if counts == Counts::More && innermost.is_some_and(|node| *tree.nodes[node].name == *name) {
            return None;
        }
        let node = tree.node(name, innermost);
        tree.nodes[node].calls += u64::from(counts == Counts::Once);
        let number = self.opened.get() + 1;
        self.opened.set(number);
        let (sent, moved) = (counters.read().total(), counters.moved().bytes());
        tree.open.push(Open { node, number, begun: Instant::now(), sent, moved });
        Some(number)
    }

    /// Closes the mark of this number, and those inside it that are open still. Nothing, if it is closed.
    pub(super) fn leave(&self, number: u64, counters: &Counters) {
        let mut tree = self.tree.borrow_mut();
        if let Some(place) = tree.open.iter().rposition(|open| open.number == number) {
            tree.close(place, counters);
        }
    }
}

impl Tree {
    /// The node of this name inside that one.
    fn node(&mut self, name: &str, parent: Option<usize>) -> usize {
        let siblings = parent.map_or(&[][..], |parent| &self.nodes[parent].children);
        if let Some(&known) = siblings.iter().find(|&&sibling| *self.nodes[sibling].name == *name) {
            return known;
        }
        let node = self.nodes.len();
        let parent = parent.inspect(|&parent| self.nodes[parent].children.push(node)).unwrap_or_default();
        let (name, time) = (name.into(), Duration::ZERO);
        self.nodes.push(Node { name, parent, calls: 0, time, sent: Sent::NOTHING, moved: 0, children: vec![] });
        node
    }

    /// Closes all that was opened from this place on.
    fn close(&mut self, place: usize, counters: &Counters) {
        let (now, sent, moved) = (Instant::now(), counters.read().total(), counters.moved().bytes());
        for open in self.open.drain(place..) {
            let node = &mut self.nodes[open.node];
            node.time += now - open.begun;
            node.sent = node.sent + (sent - open.sent);
            node.moved += moved - open.moved;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names, calls and parents of what was recorded.
    fn recorded(recorder: &Recorder, counters: &Counters) -> Vec<(String, u64, usize)> {
        let nodes = recorder.stop(counters);
        nodes.iter().map(|node| (node.name.to_string(), node.calls, node.parent)).collect()
    }

    #[test]
    fn marks_that_end_in_another_order_close_what_is_inside() {
        let (recorder, counters) = (Recorder::default(), Counters::default());
        assert!(recorder.start(&counters) && !recorder.start(&counters));
        let outer = recorder.enter("outer", Counts::Once, &counters).unwrap();
        let inner = recorder.enter("inner", Counts::Once, &counters).unwrap();
        recorder.leave(outer, &counters);
        let next = recorder.enter("next", Counts::Once, &counters).unwrap();
        recorder.leave(inner, &counters); // is closed
        recorder.enter("last", Counts::Once, &counters);
        recorder.leave(next, &counters);
        let row = |name: &str, parent| (name.to_string(), 1, parent);
        let expected = [row("total", 0), row("outer", 0), row("inner", 1), row("next", 0), row("last", 3)];
        assert_eq!(recorded(&recorder, &counters), expected);
    }

    #[test]
    fn what_goes_on_is_counted_once_and_not_inside_itself() {
        let (recorder, counters) = (Recorder::default(), Counters::default());
        recorder.start(&counters);
        for counts in [Counts::Once, Counts::More, Counts::More] {
            let number = recorder.enter("solver", counts, &counters).unwrap();
            assert_eq!(recorder.enter("solver", Counts::More, &counters), None);
            recorder.leave(number, &counters);
        }
        assert_eq!(recorded(&recorder, &counters), [("total".into(), 1, 0), ("solver".into(), 1, 0)]);
    }

    #[test]
    fn a_mark_of_a_former_record_is_not_one_of_the_next() {
        let (recorder, counters) = (Recorder::default(), Counters::default());
        recorder.start(&counters);
        let old = recorder.enter("a", Counts::Once, &counters).unwrap();
        recorder.stop(&counters);
        recorder.start(&counters);
        recorder.enter("a", Counts::Once, &counters);
        recorder.leave(old, &counters);
        assert_eq!(recorder.tree.borrow().open.len(), 2);
    }
}
