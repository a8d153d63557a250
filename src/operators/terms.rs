//! Numbered things that ranks share out, some of them together a term of an exact sum.

use crate::layout::Bounds;
use std::ops::Range;

/// Terms, about: ranks that are more than that find no work. One for each thing would be more of adding exactly than of the rest.
const TERMS: usize = 32;

/// How so many things are made terms: of their number alone, so that sums do not depend on the ranks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    things: usize,
    /// In each term, but for the last one.
    together: usize,
}

impl Terms {
    /// Things of a term, at most.
    const TOGETHER: usize = 16;

    pub(super) fn of(things: usize) -> Self {
        Self { things, together: (things / TERMS).clamp(1, Self::TOGETHER) }
    }

    pub(super) fn count(self) -> usize {
        self.things.div_ceil(self.together)
    }

    /// How many things each rank has: whole terms.
    pub(super) fn sizes(self, ranks: usize) -> Vec<usize> {
        let bounds = Bounds::even(self.count(), ranks);
        let of_terms = |terms: Range<usize>| (terms.end * self.together).min(self.things) - terms.start * self.together;
        (0..ranks)
            .map(|rank| bounds.block(rank))
            .map(|terms| if terms.is_empty() { 0 } else { of_terms(terms) })
            .collect()
    }

    /// The things of each of a rank's terms, of which it has these.
    pub(super) fn within(self, own: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        own.clone().step_by(self.together).map(move |start| start..own.end.min(start + self.together))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_have_whole_terms() {
        let terms = Terms::of(100);
        assert_eq!((terms.together, terms.count()), (3, 34));
        assert_eq!(terms.sizes(3), [36, 33, 31]);
        assert_eq!(terms.within(69..100).last(), Some(99..100));
        assert_eq!((Terms::of(5).sizes(2), Terms::of(0).sizes(2)), (vec![3, 2], vec![0, 0]));
    }
}
