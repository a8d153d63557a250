//! Exact sums that are rounded after every term.

use super::accumulator::{ExactSum, WORDS};

/// What is added to a count of infinities, which is at most one for each rank, where a term was not −0.
const NOTE: i64 = 1 << 32;

/// Notes in the words of a sum, of which those of ranks may be added up, that some term is not −0: the sum of
/// such terms is 0, and that of nothing else −0.
pub(crate) fn note_signs(words: &mut [i64]) {
    words[WORDS - 1] += NOTE;
}

/// Sums below this neither overflow on the way nor need to be watched.
pub(super) const SAFE: f64 = 1e300;

/// An exact sum of which the value is wanted often: a few floats that do not overlap, of which the last is the
/// largest, so that a term costs a few additions and a value as many. (J. R. Shewchuk, "Adaptive precision
/// floating-point arithmetic and fast robust geometric predicates", Discrete & Computational Geometry 18, 1997,
/// §2.4, grow-expansion.) Infinities, NaN and sums near overflow go into words instead.
#[derive(Clone, Debug, Default)]
pub struct RunningSum {
    parts: Vec<f64>,
    words: Option<Box<ExactSum>>,
}

impl RunningSum {
    /// The sum of nothing, in the memory of this one.
    pub(crate) fn clear(&mut self) {
        self.parts.clear();
        self.words = None;
    }

    /// Goes on from an exact sum, given as its words, in which [`note_signs`] may have left a note.
    pub(crate) fn restart(&mut self, mut words: [i64; WORDS]) {
        self.clear();
        let is_not_of_minus_zeros = words[WORDS - 1] >= NOTE;
        words[WORDS - 1] %= NOTE;
        let sum = ExactSum::from_words(words);
        if sum.value().abs() < SAFE {
            sum.for_each_part(|part| self.grow(part));
        } else {
            self.words = Some(Box::new(sum));
        }
        if is_not_of_minus_zeros {
            self.add(0.0);
        }
    }

    /// Floats whose sum it is, from the smallest to the largest, unless the sum is in words.
    pub(super) fn parts(&self) -> Option<&[f64]> {
        self.words.is_none().then_some(&self.parts)
    }

    /// Adds a term.
    #[inline]
    pub(crate) fn add(&mut self, term: f64) {
        if self.words.is_none() {
            let largest = self.parts.last().copied().unwrap_or(0.0);
            if largest.abs() + term.abs() < SAFE {
                return self.grow(term);
            }
            let mut sum = ExactSum::new();
            self.parts.drain(..).for_each(|part| sum.add(part));
            self.words = Some(Box::new(sum));
        }
        if let Some(words) = &mut self.words {
            words.add(term);
        }
    }

    #[inline]
    fn grow(&mut self, term: f64) {
        let (mut sum, mut kept) = (term, 0);
        for k in 0..self.parts.len() {
            let error;
            (sum, error) = two_sum(sum, self.parts[k]);
            if error != 0.0 {
                self.parts[kept] = error;
                kept += 1;
            }
        }
        self.parts.truncate(kept);
        self.parts.push(sum);
    }

    /// The nearest number, and on which side of it the sum is: what is left has this sign.
    #[inline]
    fn nearest(&self) -> (f64, f64) {
        let Some((&largest, mut others)) = self.parts.split_last() else { return (0.0, 0.0) };
        let (mut sum, mut left) = (largest, 0.0);
        while let Some((&next, smaller)) = others.split_last() {
            (sum, left) = two_sum(sum, next);
            others = smaller;
            if left != 0.0 {
                break;
            }
        }
        // Half a unit is left: what lies below it decides, not whether the number is even.
        if let Some(&below) = others.last()
            && (below > 0.0) == (left > 0.0)
        {
            let other = sum + 2.0 * left;
            if other - sum == 2.0 * left {
                return (other, -left);
            }
        }
        (sum, left)
    }

    /// The sum, rounded once: [`ExactSum::value`], but −0 where every term was −0.
    #[inline]
    pub(crate) fn value(&self) -> f64 {
        match &self.words {
            Some(words) => words.value(),
            None => self.nearest().0, // −0 only where every term was
        }
    }

    /// The sum, rounded once: [`ExactSum::value_f32`], but −0 where every term was −0.
    #[inline]
    pub(crate) fn value_f32(&self) -> f32 {
        if let Some(words) = &self.words {
            return words.value_f32();
        }
        let (sum, left) = self.nearest();
        to_single(sum, left)
    }
}

/// sum + left, where `sum` is what that is rounded to, rounded once to single precision.
#[inline]
pub(crate) fn to_single(sum: f64, left: f64) -> f32 {
    if left == 0.0 || sum.to_bits() & 1 == 1 {
        return sum as f32;
    }
    // The odd neighbour on the side of what is left is on no tie of f32 (S. Boldo and G. Melquiond, IEEE
    // Trans. Comput. 57, 2008: rounding to odd).
    let outwards = (sum > 0.0) == (left > 0.0);
    f64::from_bits(if outwards { sum.to_bits() + 1 } else { sum.to_bits() - 1 }) as f32
}

/// a + b rounded, and what that leaves (D. E. Knuth, The Art of Computer Programming 2, §4.2.2).
#[inline(always)]
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}
