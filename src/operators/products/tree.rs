//! In which order the sums of panels are added: by a tree, which follows from the number of panels alone.
//!
//! Two sums that stand side by side and are equally long become one where the left one begins at a multiple of twice their length,
//! as in a binary counter. Whoever has some panels in a row forms all sums of the tree that lie within them; whoever gets those of all
//! ranks, in order, forms the rest.

use crate::numbers::{Scalar, kernels};
use std::cmp::Ordering;
use std::ops::Range;

/// A sum of the tree: of `span` panels, a power of two, from a multiple of it; at the end of the axis of fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    first: usize,
    span: usize,
}

impl Node {
    /// The sum of one panel.
    pub(super) fn panel(first: usize) -> Self {
        Self { first, span: 1 }
    }

    /// It is added to the one before it.
    fn is_right(self) -> bool {
        !self.first.is_multiple_of(2 * self.span)
    }
}

/// Which sums are added to one another, where they come one after another.
#[derive(Clone, Debug)]
pub(super) struct Joins {
    /// After each that comes: how many times the last two become one.
    after: Vec<usize>,
    left: Vec<Node>,
    most: usize,
}

impl Joins {
    /// Of sums of so many panels in all, without gaps between them.
    pub(super) fn of(coming: impl IntoIterator<Item = Node>, panels: usize) -> Self {
        let mut joins = Self { after: vec![], left: vec![], most: 0 };
        for node in coming {
            joins.left.push(node);
            joins.most = joins.most.max(joins.left.len());
            let times = joins.join(panels);
            joins.after.push(times);
        }
        joins
    }

    fn join(&mut self, panels: usize) -> usize {
        let mut times = 0;
        while let Some(last) = self.left.last_mut() {
            if !last.is_right() {
                if last.span >= panels || last.first + last.span < panels {
                    break;
                }
                last.span *= 2; // nothing comes that would be added to it
                continue;
            }
            let span = last.span;
            match &mut self.left[..] {
                [.., before, _] if before.span == span => before.span *= 2,
                _ => break,
            }
            self.left.pop();
            times += 1;
        }
        times
    }

    /// After each sum that comes: how many times the last two become one.
    pub(super) fn after(&self) -> &[usize] {
        &self.after
    }

    /// The sums that are left in the end.
    pub(super) fn left(&self) -> &[Node] {
        &self.left
    }

    /// Elements of room that a [`Stack`] of sums of so many needs beside what is left.
    pub(super) fn room(&self, len: usize) -> usize {
        (self.most - self.left.len()) * len
    }
}

/// Sums of one stretch of the elements that wait for others, the first ones where they will be left.
pub(super) struct Stack<'a, T> {
    /// All elements of the first sum that is left, then of the next.
    kept: &'a mut [T],
    /// The elements of one of these.
    whole: usize,
    /// Those that are added here.
    stretch: Range<usize>,
    room: &'a mut [T],
    height: usize,
}

impl<'a, T: Scalar> Stack<'a, T> {
    /// Of these elements of sums that have so many.
    pub(super) fn new(kept: &'a mut [T], whole: usize, stretch: Range<usize>, room: &'a mut [T]) -> Self {
        Self { kept, whole, stretch, room, height: 0 }
    }

    /// Room for the next sum, whatever is in it.
    pub(super) fn push(&mut self) -> &mut [T] {
        self.height += 1;
        let len = self.stretch.len();
        match self.height.checked_sub(self.kept.len() / self.whole + 1) {
            None => &mut self.kept[(self.height - 1) * self.whole..][self.stretch.clone()],
            Some(k) => &mut self.room[k * len..][..len],
        }
    }

    /// The last sum, to which the next one may be added on the spot instead.
    pub(super) fn last(&mut self) -> &mut [T] {
        self.height -= 1;
        self.push()
    }

    /// So many times: the last two become one.
    pub(super) fn join(&mut self, times: usize) {
        let (len, whole, stretch) = (self.stretch.len(), self.whole, self.stretch.clone());
        let left = self.kept.len() / whole;
        for _ in 0..times {
            let last = self.height - 1;
            let (sum, term) = match last.cmp(&left) {
                Ordering::Greater => {
                    let (lower, upper) = self.room.split_at_mut((last - left) * len);
                    (&mut lower[(last - left - 1) * len..], &upper[..len])
                }
                Ordering::Equal => (&mut self.kept[(last - 1) * whole..][stretch.clone()], &self.room[..len]),
                Ordering::Less => {
                    let (lower, upper) = self.kept.split_at_mut(last * whole);
                    (&mut lower[(last - 1) * whole..][stretch.clone()], &upper[stretch.clone()])
                }
            };
            kernels::zip_in_place(sum, term, |sum, term| sum + term);
            self.height = last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sums of panels of an axis cut there, put together as ranks do it: every sum is the words of how it was formed.
    fn words(panels: usize, bounds: &[usize]) -> String {
        let of_ranks: Vec<_> = bounds
            .windows(2)
            .map(|pair| {
                let joins = Joins::of((pair[0]..pair[1]).map(Node::panel), panels);
                (joined((pair[0]..pair[1]).map(|panel| panel.to_string()), &joins), joins)
            })
            .collect();
        let nodes = of_ranks.iter().flat_map(|(_, joins)| joins.left().to_vec());
        let last = Joins::of(nodes, panels);
        let all = joined(of_ranks.iter().flat_map(|(words, _)| words.clone()), &last);
        assert_eq!((all.len(), last.left().len()), (1, 1), "{panels} panels cut at {bounds:?}");
        all.concat()
    }

    fn joined(coming: impl Iterator<Item = String>, joins: &Joins) -> Vec<String> {
        let mut stack: Vec<String> = vec![];
        for (words, &times) in coming.zip(joins.after()) {
            stack.push(words);
            assert!(stack.len() <= joins.most);
            for _ in 0..times {
                let last = stack.pop().unwrap();
                let before = stack.pop().unwrap();
                stack.push(format!("({before} {last})"));
            }
        }
        assert_eq!(stack.len(), joins.left().len());
        stack
    }

    #[test]
    fn the_tree_is_the_same_wherever_it_is_cut() {
        assert_eq!(words(6, &[0, 6]), "(((0 1) (2 3)) (4 5))");
        assert_eq!(words(5, &[0, 4, 5]), "(((0 1) (2 3)) 4)");
        for panels in 1..=20 {
            let whole = words(panels, &[0, panels]);
            for first in 0..=panels {
                for second in first..=panels {
                    assert_eq!(words(panels, &[0, first, second, panels]), whole);
                }
            }
            assert_eq!(words(panels, &(0..=panels).collect::<Vec<_>>()), whole);
        }
    }

    #[test]
    fn a_rank_is_left_with_few_sums() {
        for panels in [1usize, 2, 16, 37, 64, 1000] {
            let most = 2 * panels.next_power_of_two().ilog2().max(1) as usize;
            for first in 0..panels {
                let joins = Joins::of((first..panels).map(Node::panel), panels);
                assert!(joins.left().len() <= most && joins.most <= most + 1, "{panels} from {first}");
            }
        }
        assert_eq!(Joins::of((8..16).map(Node::panel), 32).left(), [Node { first: 8, span: 8 }]);
    }

    #[test]
    fn a_stack_adds_where_the_sums_stay() {
        // Panels 1 to 6 of 8: 1, 2 + 3, 4 + 5 stay.
        let joins = Joins::of((1..6).map(Node::panel), 8);
        let (whole, stretch) = (5, 1..4);
        let mut kept = vec![0.0; joins.left().len() * whole];
        let mut room = vec![0.0; joins.room(stretch.len())];
        let mut stack = Stack::new(&mut kept, whole, stretch, &mut room);
        for (panel, &times) in (1..6).zip(joins.after()) {
            stack.push().fill(f64::from(panel));
            stack.join(times);
        }
        assert_eq!(kept, [0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 5.0, 5.0, 5.0, 0.0, 0.0, 9.0, 9.0, 9.0, 0.0]);
    }
}
