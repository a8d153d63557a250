//! Where sorted parts are to be cut so that every rank gets exactly its share: splitters found digit by digit.

use super::order::Sortable;
use crate::comm::{Comm, Reduction};

/// The bits of a splitter that a round of counting decides.
const DIGIT: u32 = 4;
const PROBES: usize = (1 << DIGIT) - 1;

/// What becomes of equal elements at a splitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ties {
    /// They are divided, those of lower ranks coming first, and on a rank by their places.
    Divided,
    /// They stay together, behind the splitter.
    Together,
}

/// One splitter in the making, on this rank.
struct Splitter {
    /// How many elements of all ranks are to lie below it.
    below: usize,
    /// The digits found so far.
    prefix: [u64; 3],
    /// The elements of this rank that begin with these digits.
    candidates: std::ops::Range<usize>,
    /// Among equal ones: the first that lies above, by rank and place.
    tie: usize,
    found: bool,
}

/// For each of `below` where this rank's sorted values are to be cut, so that together so many lie before the
/// cuts; where equal ones stay together, those of them that would lie before the cut are left behind it.
///
/// Every round counts, for the digits that one position of a splitter's key can have, how many elements lie
/// below: an all-reduce of 15 numbers for each splitter that is not exact yet. Equal elements are told
/// apart by rank and place, which are further digits.
pub(super) fn cuts<T: Sortable>(comm: &Comm, values: &[T], below: &[usize], ties: Ties) -> Vec<usize> {
    let mut sizes = [values.len(), values.len()];
    comm.all_reduce(&mut sizes[..1], Reduction::Sum);
    comm.all_reduce(&mut sizes[1..], Reduction::Max);
    let [all, most] = sizes;
    let start = |&below: &usize| {
        let candidates = if below < all { 0..values.len() } else { values.len()..values.len() };
        Splitter { below, prefix: [0; 3], candidates, tie: 0, found: below == 0 || below >= all }
    };
    let mut splitters: Vec<_> = below.iter().map(start).collect();
    for word in 0..3 {
        for shift in digits(T::BITS[word]) {
            let probe = |splitter: &Splitter, digit: usize, from: usize| {
                let mut threshold = splitter.prefix;
                threshold[word] |= (digit as u64) << shift;
                from + values[from..splitter.candidates.end].partition_point(|x| x.key() < threshold)
            };
            round(comm, &mut splitters, probe, |splitter, digit, places| {
                splitter.prefix[word] |= (digit as u64) << shift;
                splitter.candidates = places;
            });
        }
    }
    if ties == Ties::Divided {
        // All candidates are equal now; the one at place i of rank r has the number r · 2ᵇ + i.
        let places = usize::BITS - most.leading_zeros();
        let ranks = usize::BITS - (comm.size() - 1).leading_zeros();
        let mine = comm.rank() << places;
        for shift in digits(places + ranks) {
            let probe = |splitter: &Splitter, digit: usize, _: usize| {
                let number = splitter.tie | digit << shift;
                splitter.candidates.start + number.saturating_sub(mine).min(splitter.candidates.len())
            };
            round(comm, &mut splitters, probe, |splitter, digit, places| {
                splitter.tie |= digit << shift;
                if splitter.found {
                    splitter.candidates = places;
                }
            });
        }
    }
    splitters.into_iter().map(|splitter| splitter.candidates.start).collect()
}

/// The positions of the digits of so many bits, highest first.
fn digits(bits: u32) -> impl Iterator<Item = u32> {
    (0..bits).step_by(DIGIT as usize).rev()
}

/// Finds one digit of every splitter that is not exact: the greatest below which no more elements lie than
/// should. `probe` says where this rank's elements below a digit end, `take` stores what is found.
fn round(
    comm: &Comm,
    splitters: &mut [Splitter],
    probe: impl Fn(&Splitter, usize, usize) -> usize,
    take: impl Fn(&mut Splitter, usize, std::ops::Range<usize>),
) {
    let mut open: Vec<_> = splitters.iter_mut().filter(|splitter| !splitter.found).collect();
    if open.is_empty() {
        return;
    }
    let mut places = Vec::with_capacity(PROBES * open.len());
    for splitter in &open {
        let mut place = splitter.candidates.start;
        for digit in 1..=PROBES {
            place = probe(splitter, digit, place);
            places.push(place);
        }
    }
    let mut counts = places.clone();
    comm.all_reduce(&mut counts, Reduction::Sum);
    for ((splitter, places), counts) in open.iter_mut().zip(places.chunks(PROBES)).zip(counts.chunks(PROBES)) {
        let digit = counts.partition_point(|&count| count <= splitter.below);
        splitter.found = digit > 0 && counts[digit - 1] == splitter.below;
        let start = if digit > 0 { places[digit - 1] } else { splitter.candidates.start };
        let end = if digit < PROBES { places[digit] } else { splitter.candidates.end };
        take(splitter, digit, start..end);
    }
}
