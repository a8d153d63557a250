//! The terms of a sum, the factors of a product: one list, however many signs made it.

use std::{
    cell::{Cell, RefCell},
    collections::{VecDeque, vec_deque::Iter},
    ops::Range,
    rc::Rc,
};

/// A part of a list that grows at both ends, and the scratch that goes with the list.
///
/// `s + a` appends `a` to the list of `s`, in constant time, and sees one element more than `s` does: so a
/// sum of n terms is built in time n. A list grows only where nobody but the handle at hand has it. Then
/// what is appended cannot contain a part of the same list, so its scratch is never wanted twice at a time.
pub(super) struct Flat<T, S> {
    list: Rc<List<T, S>>,
    /// Places in the list, counted from where its first element was when it was made.
    range: Range<isize>,
}

struct List<T, S> {
    elements: RefCell<VecDeque<T>>,
    /// The place of the first element: what was put before it is at negative places.
    start: Cell<isize>,
    scratch: S,
}

impl<T: Clone, S: Default> Flat<T, S> {
    pub(super) fn new(elements: impl IntoIterator<Item = T>) -> Self {
        let elements: VecDeque<_> = elements.into_iter().collect();
        let range = 0..elements.len().cast_signed();
        let list = List { elements: RefCell::new(elements), start: Cell::new(0), scratch: S::default() };
        Self { list: Rc::new(list), range }
    }

    /// The elements of both.
    pub(super) fn joined(left: &Operand<'_, T, S>, right: &Operand<'_, T, S>) -> Self {
        let [left_grows, right_grows] = [left, right].map(Operand::may_grow);
        let (left, right) = (left.list(), right.list());
        if left_grows && (!right_grows || left.len() >= right.len()) {
            left.followed_by(right.to_vec())
        } else if right_grows {
            right.preceded_by(left.to_vec())
        } else {
            Self::new(left.to_vec().into_iter().chain(right.to_vec()))
        }
    }

    fn followed_by(&self, others: Vec<T>) -> Self {
        let mut elements = self.list.elements.borrow_mut();
        elements.truncate(self.places().end);
        let range = self.range.start..self.range.end + others.len().cast_signed();
        elements.extend(others);
        Self { list: self.list.clone(), range }
    }

    fn preceded_by(&self, others: Vec<T>) -> Self {
        let mut elements = self.list.elements.borrow_mut();
        elements.drain(..self.places().start);
        let range = self.range.start - others.len().cast_signed()..self.range.end;
        others.into_iter().rev().for_each(|other| elements.push_front(other));
        self.list.start.set(range.start);
        Self { list: self.list.clone(), range }
    }

    pub(super) fn len(&self) -> usize {
        self.range.len()
    }

    /// Lends the elements out.
    pub(super) fn with<R>(&self, f: impl FnOnce(Iter<'_, T>) -> R) -> R {
        f(self.list.elements.borrow().range(self.places()))
    }

    pub(super) fn scratch(&self) -> &S {
        &self.list.scratch
    }

    fn to_vec(&self) -> Vec<T> {
        self.with(|elements| elements.cloned().collect())
    }

    fn places(&self) -> Range<usize> {
        let place = |at: isize| (at - self.list.start.get()).unsigned_abs();
        place(self.range.start)..place(self.range.end)
    }
}

/// What a sign joins: a list, or one element.
pub(super) enum Operand<'a, T, S> {
    /// The list of an operator; whether there is only one handle on that operator.
    List { list: &'a Flat<T, S>, alone: bool },
    /// A list of one, which nobody else has.
    Single(Flat<T, S>),
}

impl<T, S> Operand<'_, T, S> {
    pub(super) fn list(&self) -> &Flat<T, S> {
        match self {
            Self::List { list, .. } => list,
            Self::Single(list) => list,
        }
    }

    fn may_grow(&self) -> bool {
        !matches!(self, Self::List { alone: false, .. }) && Rc::strong_count(&self.list().list) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type List = Flat<usize, ()>;

    #[test]
    fn parts_of_a_list_see_what_is_theirs() {
        let of = |elements: &[usize]| List::new(elements.iter().copied());
        let join = |left: &List, right: &List, alone: [bool; 2]| {
            let [left, right] =
                [(left, alone[0]), (right, alone[1])].map(|(list, alone)| Operand::List { list, alone });
            List::joined(&left, &right)
        };
        let a = of(&[1, 2, 3]);
        let b = join(&a, &of(&[4]), [true, true]);
        assert!(Rc::ptr_eq(&a.list, &b.list), "appended");
        let c = join(&a, &of(&[5]), [true, false]);
        assert_eq!([a.to_vec(), b.to_vec(), c.to_vec()], [vec![1, 2, 3], vec![1, 2, 3, 4], vec![1, 2, 3, 5]]);
        assert!(!Rc::ptr_eq(&a.list, &c.list), "another part of the list is there");
        drop(a);
        let d = join(&of(&[0, 9]), &b, [true, true]);
        assert!(Rc::ptr_eq(&b.list, &d.list), "put before");
        let twice = join(&c, &c, [true, true]);
        assert_eq!([b.to_vec(), d.to_vec()], [vec![1, 2, 3, 4], vec![0, 9, 1, 2, 3, 4]]);
        assert_eq!(twice.to_vec(), [1, 2, 3, 5, 1, 2, 3, 5]);
        drop(d);
        let e = join(&b, &of(&[7]), [true, true]);
        assert_eq!((e.to_vec(), e.len()), (vec![1, 2, 3, 4, 7], 5));
        drop(b);
        assert_eq!(join(&of(&[8]), &e, [false, true]).to_vec(), [8, 1, 2, 3, 4, 7]);
    }
}
