//! What two regions have in common, by arithmetic on their axes.

use super::index_set::{Blocks, IndexSet};
use super::region::Region;

/// Indices that two sets share, as places in both: `count` runs of `len` places each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The first place in the one set and in the other.
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) len: usize,
    pub(crate) count: usize,
    /// From one run to the next.
    pub(crate) from_step: usize,
    pub(crate) to_step: usize,
}

impl Piece {
    fn run(from: usize, to: usize, len: usize) -> Self {
        Self { from, to, len, count: 1, from_step: 0, to_step: 0 }
    }

    /// Runs that touch in both are one.
    fn joined(self) -> Self {
        if self.count > 1 && self.from_step == self.len && self.to_step == self.len {
            return Self::run(self.from, self.to, self.len * self.count);
        }
        self
    }
}

/// The places of the indices that two sets share, in an order that depends on the sets alone.
///
/// Two regular sets repeat together after the least common multiple of their periods; within that, only
/// the blocks of the set that has fewer are walked over.
pub(crate) fn pieces(from: &IndexSet, to: &IndexSet) -> Vec<Piece> {
    if let (Some(from), Some(to)) = (from.as_range(), to.as_range()) {
        let (low, high) = (from.start.max(to.start), from.end.min(to.end));
        return if low < high { vec![Piece::run(low - from.start, low - to.start, high - low)] } else { vec![] };
    }
    match (from.as_blocks(), to.as_blocks()) {
        (Some(from), Some(to)) => Sweep::all(from, to),
        _ => listed(from, to),
    }
}

/// Two regular sets, walked over together.
struct Sweep {
    from: Blocks,
    to: Blocks,
    pieces: Vec<Piece>,
}

impl Sweep {
    fn all(from: Blocks, to: Blocks) -> Vec<Piece> {
        let (low, high) = (from.start.max(to.start), from.stop.min(to.stop));
        let mut sweep = Self { from, to, pieces: vec![] };
        if low >= high {
            return sweep.pieces;
        }
        let period = common_multiple(from.period, to.period);
        let times = (high - low) / period;
        if times > 1 {
            sweep.window(low, low + period, times, period);
            sweep.window(low + times * period, high, 1, period);
        } else {
            sweep.window(low, high, 1, period);
        }
        sweep.pieces
    }

    /// What both have between `low` and `high`, and again `times` times after `period` each.
    fn window(&mut self, low: usize, high: usize, times: usize, period: usize) {
        let blocks = |set: &Blocks| (high.saturating_sub(low)).div_ceil(set.period);
        let (coarse, fine) =
            if blocks(&self.from) < blocks(&self.to) { (self.from, self.to) } else { (self.to, self.from) };
        let mut block = coarse.start + low.saturating_sub(coarse.start) / coarse.period * coarse.period;
        while block < high {
            let (start, end) = (block.max(low), (block + coarse.block).min(high).min(coarse.stop));
            clip(fine, start, end, &mut |index, len, count| {
                self.push(index, len, count, fine.period, times, period);
            });
            block += coarse.period;
        }
    }

    /// `count` runs of `len` indices, `inner` apart, and all of them `times` times, `outer` apart.
    fn push(&mut self, index: usize, len: usize, count: usize, inner: usize, times: usize, outer: usize) {
        let (repeats, by, again, each) = if times == 1 || (count > 1 && times < count) {
            (count, inner, times, outer)
        } else {
            (times, outer, count, inner)
        };
        for k in 0..again {
            let place = |set: &Blocks, index: usize| set.position(index).unwrap_or(0);
            let first = index + k * each;
            let (from, to) = (place(&self.from, first), place(&self.to, first));
            let mut piece = Piece::run(from, to, len);
            if repeats > 1 {
                piece.count = repeats;
                piece.from_step = place(&self.from, first + by) - from;
                piece.to_step = place(&self.to, first + by) - to;
            }
            if self.pieces.is_empty() {
                self.pieces.reserve_exact(1); // mostly there is one, and there may be very many messages
            }
            self.pieces.push(piece.joined());
        }
    }
}

/// A regular set between two bounds: at most three times `f(first index, length, number)` of runs that
/// are a period apart.
fn clip(set: Blocks, low: usize, high: usize, f: &mut impl FnMut(usize, usize, usize)) {
    let (low, high) = (low.max(set.start), high.min(set.stop));
    if low >= high {
        return;
    }
    let inside = (low - set.start) % set.period;
    let mut block = low - inside;
    if inside > 0 {
        let end = (block + set.block).min(high);
        if low < end {
            f(low, end - low, 1);
        }
        block += set.period;
    }
    if block >= high {
        return;
    }
    let whole = if high - block >= set.block { (high - block - set.block) / set.period + 1 } else { 0 };
    if whole > 0 {
        f(block, set.block, whole);
    }
    let rest = block + whole * set.period;
    if rest < high {
        f(rest, set.block.min(high - rest), 1);
    }
}

fn common_multiple(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x).saturating_mul(b)
}

/// Where one of the sets is a list: index by index, in the order of the first list.
fn listed(from: &IndexSet, to: &IndexSet) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = vec![];
    let mut add = |from: usize, to: usize| match pieces.last_mut() {
        Some(last) if last.count == 1 && (from, to) == (last.from + last.len, last.to + last.len) => last.len += 1,
        _ => pieces.push(Piece::run(from, to, 1)),
    };
    if from.as_blocks().is_none() {
        from.iter().enumerate().filter_map(|(at, index)| Some((at, to.position(index)?))).for_each(|(a, b)| add(a, b));
    } else {
        to.iter().enumerate().filter_map(|(at, index)| Some((from.position(index)?, at))).for_each(|(a, b)| add(a, b));
    }
    repeated(pieces)
}

/// Runs of one length at equal distances as one piece.
fn repeated(runs: Vec<Piece>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = vec![];
    for run in runs {
        if let Some(last) = pieces.last_mut()
            && last.len == run.len
        {
            let (end_from, end_to) =
                (last.from + (last.count - 1) * last.from_step, last.to + (last.count - 1) * last.to_step);
            let steps = (run.from.wrapping_sub(end_from), run.to.wrapping_sub(end_to));
            let ascends = run.from > end_from && run.to > end_to;
            if ascends && (last.count == 1 || steps == (last.from_step, last.to_step)) {
                (last.from_step, last.to_step) = steps;
                last.count += 1;
                continue;
            }
        }
        pieces.push(run);
    }
    pieces
}

/// What two regions share: the pieces of each axis, and the shapes that give places their strides.
#[derive(Clone, Debug)]
pub(crate) struct Overlap {
    pub(crate) axes: Vec<Vec<Piece>>,
    pub(crate) from_shape: Vec<usize>,
    pub(crate) to_shape: Vec<usize>,
}

impl Overlap {
    /// `None` where they share nothing.
    pub(crate) fn of(from: &Region, to: &Region) -> Option<Self> {
        let pairs = || from.sets().iter().zip(to.sets());
        let apart = |(a, b): (&IndexSet, &IndexSet)| {
            let (a, b) = (a.extent(), b.extent());
            a.start >= b.end || b.start >= a.end
        };
        if pairs().any(apart) {
            return None;
        }
        let mut axes = Vec::with_capacity(from.sets().len());
        for (a, b) in pairs() {
            let shared = pieces(a, b);
            if shared.is_empty() {
                return None;
            }
            axes.push(shared);
        }
        let mut overlap = Self { axes, from_shape: from.shape(), to_shape: to.shape() };
        overlap.join_axes();
        Some(overlap)
    }

    /// The number of elements.
    pub(crate) fn len(&self) -> usize {
        self.axes.iter().map(|pieces| pieces.iter().map(|piece| piece.len * piece.count).sum::<usize>()).product()
    }

    /// The last axis as part of the one before it, where what is shared of it is one run: rows that are whole
    /// are longer runs, parts of rows are runs at equal distances.
    fn join_axes(&mut self) {
        loop {
            let rows = self.axes.len().saturating_sub(1);
            let [.., before, last] = &mut self.axes[..] else { return };
            let [run] = last[..] else { return };
            if run.count > 1 {
                return;
            }
            let (from, to) = (self.from_shape[rows], self.to_shape[rows]);
            let whole = run.len == from && run.len == to;
            if !whole && before.iter().any(|piece| piece.len > 1 && piece.count > 1) {
                return;
            }
            for piece in before {
                let Piece { len, count, from_step, to_step, .. } = *piece;
                *piece = Piece {
                    from: piece.from * from + run.from,
                    to: piece.to * to + run.to,
                    len: run.len,
                    count: len * count,
                    from_step: if len > 1 { from } else { from_step * from },
                    to_step: if len > 1 { to } else { to_step * to },
                };
                if whole {
                    (piece.len, piece.count) = (len * run.len, count);
                    (piece.from_step, piece.to_step) = (from_step * from, to_step * to);
                }
                *piece = piece.joined();
            }
            self.axes.pop();
            for (shape, inner) in [(&mut self.from_shape, from), (&mut self.to_shape, to)] {
                shape.pop();
                shape[rows - 1] *= inner;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn regular() -> impl Strategy<Value = IndexSet> {
        (0usize..12, 1usize..5, 0usize..9, 0usize..70)
            .prop_map(|(start, block, gap, stop)| IndexSet::blocks(start, block, block + gap, stop))
    }

    fn any_set() -> impl Strategy<Value = IndexSet> {
        let list = prop::sample::subsequence((0..60).collect::<Vec<usize>>(), 0..20).prop_shuffle();
        prop_oneof![3 => regular(), 1 => list.prop_map(IndexSet::list)]
    }

    fn places(pieces: &[Piece]) -> Vec<(usize, usize)> {
        let of_piece = |piece: &Piece| {
            let piece = *piece;
            (0..piece.count).flat_map(move |k| {
                (0..piece.len).map(move |i| (piece.from + k * piece.from_step + i, piece.to + k * piece.to_step + i))
            })
        };
        pieces.iter().flat_map(of_piece).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn pieces_are_the_intersection(a in any_set(), b in any_set()) {
            let mut found = places(&pieces(&a, &b));
            for &(i, j) in &found {
                prop_assert_eq!(a.get(i), b.get(j));
            }
            found.sort_unstable();
            let expected: Vec<_> =
                a.iter().enumerate().filter_map(|(i, index)| Some((i, b.position(index)?))).collect();
            prop_assert_eq!(found, expected);
        }
    }

    proptest! {
        /// Message, and both buffers, through every kind of joined axes.
        #[test]
        fn packed_and_unpacked_is_copied(sets in prop::collection::vec((any_set(), any_set(), 0..3), 1..4)) {
            let small = |set: IndexSet| IndexSet::list(set.iter().take(6).collect());
            let pair = |(a, b, same)| (small(IndexSet::clone(&a)), small(if same == 0 { b } else { a }));
            let (a, b): (Vec<_>, Vec<_>) = sets.into_iter().map(pair).unzip();
            let (a, b) = (Region::new(a), Region::new(b));
            let source: Vec<_> = (1..=a.len()).collect();
            let mut expected = vec![0; b.len()];
            let mut order = vec![];
            let mut at = 0;
            b.for_each_index(|index| {
                if let Some(place) = a.position(index) {
                    expected[at] = source[place];
                }
                at += 1;
            });
            a.for_each_index(|index| order.extend(b.position(index)));
            let (mut copied, mut unpacked) = (vec![0; b.len()], vec![0; b.len()]);
            match Overlap::of(&a, &b) {
                None => prop_assert!(order.is_empty()),
                Some(overlap) => {
                    prop_assert_eq!(overlap.len(), order.len());
                    let mut message = vec![0; overlap.len()];
                    overlap.copy(&source, &mut copied);
                    overlap.pack(&source, &mut message);
                    overlap.unpack(&message, &mut unpacked);
                }
            }
            prop_assert_eq!(&copied, &expected);
            prop_assert_eq!(&unpacked, &expected);
        }
    }

    /// Two layouts of 10⁹ elements on 1,000 ranks: arithmetic, whatever the block sizes.
    #[test]
    fn large_regular_sets_share_few_pieces() {
        let n = 1_000_000_000;
        for (a, b) in [(64, 100), (1, 1_000_003), (7, 11), (64, 1001), (1, 1), (999_983, 64)] {
            let dealt = |block: usize, rank: usize| IndexSet::blocks(rank * block, block, 1000 * block, n);
            let mine = dealt(a, 123);
            let mut total = 0;
            let mut count = 0;
            for rank in 0..1000 {
                let shared = pieces(&mine, &dealt(b, rank));
                total += shared.iter().map(|piece| piece.len * piece.count).sum::<usize>();
                count += shared.len();
            }
            assert_eq!(total, mine.len());
            assert!(count < 20_000, "{count} pieces of blocks of {a} and {b}");
        }
    }
}
