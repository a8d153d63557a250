//! Sums of whole vectors over ranks, the same on any number of them.

use super::{Comm, Reduction, Sent};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{DType, Element, Real, Scalar, digits, reals_of, reals_of_mut};
use std::fmt;

/// `Σₖ xₖ` of vectors that ranks have one after another, added without regard to order and rounded once.
///
/// The sum has the same bits however the terms are dealt out to ranks, if the terms have. Each is cut at fixed binary
/// places into three parts which add exactly: of every element the sum is off by half a unit in its last place, and
/// for each term by 2⁻⁶⁶ of the largest one (single precision: 2⁻³⁴). The sum of one term is that term; of zeros it is
/// +0. Where some terms are infinite or NaN the sum is what floating point makes of them in any order.
///
/// A term that is itself a sum over a rank's share of something, in floating point, depends on how large the share
/// is, and the sum with it. Then give smaller terms whose number does not depend on ranks: one for each shot, each
/// angle, each block of as many rows. [`VStack::over`](crate::operators::VStack::over) does that with its operators.
///
/// # Communication
/// Nothing until [`finish`](Self::finish). That is, for n real numbers (a complex one is two), one all-reduce of n
/// bytes, one reduce-scatter of 24 n bytes (single precision: 8 n), and one all-gather of a rank's share of the
/// result. Where an all-reduce of m bytes moves 2 m to and from each of many ranks, this moves 2.13 times as many as an
/// all-reduce of the vector (single precision: 1.75).
///
/// # Memory
/// 25 bytes for each real number on one rank alone; on several 26 (single precision: 34), and a rank's share of the
/// message and of the result.
///
/// # Example
/// ```
/// use lops::{comm::VectorSum, launch_threads};
///
/// launch_threads(3, |comm| {
///     let terms = [[1e16, 0.1], [1.0, 0.2], [-1e16, 0.3], [1.0, 0.4]]; // four, dealt out to three ranks
///     let mut sum = VectorSum::new(comm, 2, terms.len())?;
///     for term in terms.iter().skip(comm.rank()).step_by(comm.size()) {
///         sum.add(term);
///     }
///     let mut x = [0.0; 2];
///     sum.finish(&mut x);
///     assert_eq!(x, [2.0, 1.0]);
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct VectorSum<T: Scalar> {
    comm: Comm,
    /// Real numbers of each rank's share of the result, and where they begin; a rank's digits stand together.
    counts: Vec<usize>,
    bounds: Vec<usize>,
    digits: Vec<f64>,
    /// Where the digits of each number stand.
    tops: Vec<u8>,
    agreed: Vec<u8>,
    message: Message,
    /// This rank's share of the result.
    share: Vec<T::Real>,
}

/// What ranks add.
enum Message {
    /// Digits as they are: how many of each rank, and the sums of this one's.
    Digits { counts: Vec<usize>, sums: Vec<f64> },
    /// Each number's digits as one integer.
    Packed { all: Vec<i64>, sums: Vec<i64> },
}

impl<T: Scalar> VectorSum<T> {
    /// Of at most so many terms, those of all ranks together, of `len` elements each. All ranks pass the same numbers.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] of more than 2²² terms, or 2¹⁶ in single precision.
    pub fn new(comm: &Comm, len: usize, terms: usize) -> Result<Self> {
        let most = digits::most_terms::<T::Real>();
        if terms > most {
            let what = "number of vectors that are added with the same bits on any number of ranks";
            return Err(Error::expected(ErrorKind::Parameter, what, format!("at most {most}"), terms));
        }
        let n = len * Self::REALS;
        let ranks = comm.size();
        let bounds: Vec<_> = (0..=ranks).map(|rank| (n as u128 * rank as u128 / ranks as u128) as usize).collect();
        let counts: Vec<_> = bounds.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let own = counts[comm.rank()];
        let alone = comm.size() == 1;
        let sent = |n: usize| if alone { 0 } else { n };
        let message = if <T::Real as Element>::DTYPE == DType::F32 {
            Message::Packed { all: vec![0; sent(n)], sums: vec![0; sent(own)] }
        } else {
            let counts = counts.iter().map(|count| digits::KEPT * count).collect();
            Message::Digits { counts, sums: vec![0.0; sent(digits::KEPT * own)] }
        };
        let (digits, tops, agreed) = (vec![0.0; digits::KEPT * n], vec![0; n], vec![0; sent(n)]);
        let share = vec![T::Real::from_f64(0.0); sent(own)];
        Ok(Self { comm: comm.clone(), counts, bounds, digits, tops, agreed, message, share })
    }

    /// The real numbers of an element.
    const REALS: usize = if T::IS_COMPLEX { 2 } else { 1 };

    /// The elements of a term.
    pub fn len(&self) -> usize {
        self.tops.len() / Self::REALS
    }

    /// Whether terms have no elements.
    pub fn is_empty(&self) -> bool {
        self.tops.is_empty()
    }

    /// Adds a term. Local.
    ///
    /// # Panics
    /// If it has another length.
    pub fn add(&mut self, term: &[T]) {
        assert_eq!(term.len(), self.len(), "length of a vector that is added to others");
        self.add_part(0, term);
    }

    /// Adds a part of a term, from this element on. Each element of a term is to be added once, in any order.
    pub(crate) fn add_part(&mut self, start: usize, part: &[T]) {
        let (mut at, mut part) = (start * Self::REALS, reals_of(part));
        let mut share = self.bounds.partition_point(|&bound| bound <= at).saturating_sub(1);
        while !part.is_empty() {
            let (from, to) = (self.bounds[share], self.bounds[share + 1]);
            let (here, rest) = part.split_at(part.len().min(to - at));
            let digits = &mut self.digits[digits::KEPT * from..digits::KEPT * to];
            digits::add(digits, &mut self.tops[from..to], at - from, here);
            (at, part, share) = (to, rest, share + 1);
        }
    }

    /// The sum of all ranks' terms, on every rank; then it begins anew. All ranks call it.
    ///
    /// # Panics
    /// If `sum` has another length.
    pub fn finish(&mut self, sum: &mut [T]) {
        let sum = reals_of_mut(sum);
        assert_eq!(sum.len(), self.tops.len(), "length of a sum of vectors");
        if self.comm.size() == 1 {
            self.round_own(sum);
        } else {
            self.agree();
            self.reduce();
            self.comm.all_gather_into(&self.share, &self.counts, sum);
        }
        self.begin_anew();
    }

    fn begin_anew(&mut self) {
        self.digits.fill(0.0);
        self.tops.fill(0);
    }

    fn round_own(&self, sum: &mut [T::Real]) {
        let n = sum.len();
        for (k, sum) in sum.iter_mut().enumerate() {
            let digits = std::array::from_fn(|digit| self.digits[digit * n + k]);
            *sum = match self.message {
                Message::Digits { .. } => digits::value(digits, self.tops[k]),
                Message::Packed { .. } => {
                    digits::value_of_packed(digits::pack::<T::Real>(digits, self.tops[k]), self.tops[k])
                }
            };
        }
    }

    /// Lets the digits of a number stand at the same places on all ranks.
    fn agree(&mut self) {
        self.agreed.copy_from_slice(&self.tops);
        self.comm.all_reduce(&mut self.agreed, Reduction::Max);
        for pair in self.bounds.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let digits = &mut self.digits[digits::KEPT * start..digits::KEPT * end];
            digits::raise(digits, &mut self.tops[start..end], &self.agreed[start..end]);
        }
    }

    /// Adds the digits of this rank's share over ranks, and rounds.
    fn reduce(&mut self) {
        let tops = &self.tops[self.bounds[self.comm.rank()]..];
        match &mut self.message {
            Message::Digits { counts, sums } => {
                self.comm.reduce_scatter_exactly(&self.digits, counts, sums); // whole numbers below 2⁵³
                let n = self.share.len();
                for (k, share) in self.share.iter_mut().enumerate() {
                    *share = digits::value(std::array::from_fn(|digit| sums[digit * n + k]), tops[k]);
                }
            }
            Message::Packed { all, sums } => {
                for pair in self.bounds.windows(2) {
                    let (start, n) = (pair[0], pair[1] - pair[0]);
                    let digits = &self.digits[digits::KEPT * start..];
                    for (k, all) in all[start..start + n].iter_mut().enumerate() {
                        let digits = std::array::from_fn(|digit| digits[digit * n + k]);
                        *all = digits::pack::<T::Real>(digits, self.tops[start + k]);
                    }
                }
                self.comm.reduce_scatter_into(all, &self.counts, sums);
                for ((share, &sum), &top) in self.share.iter_mut().zip(&*sums).zip(tops) {
                    *share = digits::value_of_packed(sum, top);
                }
            }
        }
    }

    /// What [`finish`](Self::finish) sends.
    pub fn sends(&self) -> Sent {
        if self.comm.size() == 1 {
            return Sent::NOTHING;
        }
        let sums = match &self.message {
            Message::Digits { .. } => Sent::reduce_scatter::<f64>(&self.comm, self.digits.len()),
            Message::Packed { all, .. } => Sent::reduce_scatter::<i64>(&self.comm, all.len()),
        };
        let gathered = Sent::all_gather::<T::Real>(&self.comm, self.share.len());
        Sent::all_reduce::<u8>(&self.comm, self.tops.len()) + sums + gathered
    }

    /// Bytes of memory that it takes.
    pub fn scratch(&self) -> usize {
        let message = match &self.message {
            Message::Digits { sums, .. } => size_of_val(&sums[..]),
            Message::Packed { all, sums } => size_of_val(&all[..]) + size_of_val(&sums[..]),
        };
        message + size_of_val(&self.digits[..]) + self.tops.len() + self.agreed.len() + size_of_val(&self.share[..])
    }
}

impl<T: Scalar> fmt::Debug for VectorSum<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sum of vectors of {} elements over {} ranks", self.len(), self.comm.size())
    }
}
