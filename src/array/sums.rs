//! Sums over all elements of distributed vectors: this rank's part, then one message of integers.
//!
//! Several sums that are wanted together travel together. The parts are exact by default, so the
//! result is the same on any number of ranks (see [`crate::exact`]); a plain floating-point sum,
//! whose last bits depend on the number of ranks, can be asked for.

use super::Space;
use crate::exact::{self, Each, ExactSum, Terms, WORDS, plain};
use crate::{Comm, Error, ErrorKind, Real, Reduction, Result};
use num_complex::Complex;

/// How sums over a vector are formed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Summation {
    /// Exactly, rounded once: the same bits on any number of ranks and for any layout.
    #[default]
    Exact,
    /// In floating point, with many accumulators: the last bits depend on the layout.
    Plain,
}

/// A sum under way: this rank's part of it.
#[derive(Clone, Debug)]
pub enum PartialSum {
    /// Of [`Summation::Exact`].
    Exact(ExactSum),
    /// Of [`Summation::Plain`].
    Plain(f64),
}

/// How a rank forms its part of a sum over a vector: a [`Run`](crate::solvers::Run) knows.
#[derive(Clone, Copy, Debug)]
pub struct Summing {
    pub(super) summation: Summation,
    /// Whether this rank counts what every rank holds.
    pub(super) counts_replicas: bool,
}

impl Summing {
    /// A sum of nothing yet.
    pub(super) fn start(self) -> PartialSum {
        PartialSum::new(self.summation)
    }
}

/// The most sums that travel in one message.
pub(crate) const TOGETHER: usize = 8;

impl PartialSum {
    pub(crate) const fn new(summation: Summation) -> Self {
        match summation {
            Summation::Exact => Self::Exact(ExactSum::new()),
            Summation::Plain => Self::Plain(0.0),
        }
    }

    /// The sum, rounded once to the type.
    pub(crate) fn value<R: Real>(&self) -> R {
        match self {
            Self::Exact(sum) => R::from_sum(sum),
            Self::Plain(sum) => R::from_f64(*sum),
        }
    }
}

/// Wishes of single ranks that ride in the message of a reduction: how many ranks have each.
pub(crate) type Wishes = [i64; 2];

/// Who adds up sums over vectors of some spaces, which may travel in one message.
#[derive(Clone, Debug)]
pub(crate) struct Reducer {
    summation: Summation,
    group: Comm,
    /// Not where every rank holds everything.
    sends: bool,
}

impl Reducer {
    /// That of vectors of these spaces.
    ///
    /// # Errors
    /// [`ErrorKind::Communicator`] or [`ErrorKind::Layout`] if they are of different communicators
    /// or masks, or in chunks that are still to be combined.
    pub(crate) fn new(spaces: &[&Space], summation: Summation) -> Result<Self> {
        let (group, mask) = (spaces[0].group(), spaces[0].mask());
        let mut layouts = spaces.iter().flat_map(|space| space.layouts());
        if let Some(layout) = layouts.find(|layout| layout.mode().combines()) {
            let expected = "chunks that are combined (see change_mode(Mode::Replica))";
            return Err(Error::expected(ErrorKind::Layout, "space of vectors in a solver", expected, layout));
        }
        for space in &spaces[1..] {
            spaces[0].comm().same_as(space.comm(), "space summed together with another")?;
            if space.mask() != mask {
                let (expected, found) = (format!("{mask:?}"), format!("{:?}", space.mask()));
                return Err(Error::expected(ErrorKind::Layout, "mask of spaces summed together", expected, found));
            }
        }
        let sends = group.size() > 1 && !spaces.iter().all(|space| space.is_replicated());
        Ok(Self { summation, group: group.clone(), sends })
    }

    /// How this rank forms its parts.
    pub(crate) fn summing(&self) -> Summing {
        Summing { summation: self.summation, counts_replicas: !self.sends || self.group.rank() == 0 }
    }

    /// Adds up the ranks' parts, in one all-reduce; nothing is sent where each rank has all.
    ///
    /// # Communication
    /// One all-reduce of 57 × 8 bytes for each exact sum, 8 bytes for each plain one.
    pub(crate) fn all_reduce(&self, sums: &mut [PartialSum]) {
        if self.sends {
            message(&self.group, sums, &mut []);
        }
    }

    /// [`all_reduce`](Self::all_reduce), with the ranks' wishes in the same message: 16 bytes more,
    /// sent in any case.
    pub(crate) fn all_reduce_with(&self, sums: &mut [PartialSum], wishes: &mut Wishes) {
        if self.group.size() > 1 {
            message(&self.group, if self.sends { sums } else { &mut [] }, wishes);
        }
    }
}

/// Adds up the ranks' parts of sums over vectors of one space (see [`Reducer::all_reduce`]).
pub(crate) fn all_reduce(space: &Space, sums: &mut [PartialSum]) {
    if !space.is_replicated() && space.group().size() > 1 {
        message(space.group(), sums, &mut []);
    }
}

fn message(group: &Comm, sums: &mut [PartialSum], wishes: &mut [i64]) {
    assert!(sums.len() <= TOGETHER, "at most {TOGETHER} sums travel together");
    match sums.first() {
        Some(PartialSum::Plain(_)) => plain_message(group, sums, wishes),
        _ => exact_message(group, sums, wishes),
    }
}

fn exact_message(group: &Comm, sums: &mut [PartialSum], wishes: &mut [i64]) {
    let mut words = [0i64; TOGETHER * WORDS + 2];
    for (words, sum) in words.as_chunks_mut::<WORDS>().0.iter_mut().zip(&mut *sums) {
        if let PartialSum::Exact(sum) = sum {
            sum.normalise();
            *words = *sum.words();
        }
    }
    let end = sums.len() * WORDS + wishes.len();
    words[sums.len() * WORDS..end].copy_from_slice(wishes);
    group.all_reduce(&mut words[..end], Reduction::Sum);
    wishes.copy_from_slice(&words[sums.len() * WORDS..end]);
    for (words, sum) in words.as_chunks::<WORDS>().0.iter().zip(sums) {
        *sum = PartialSum::Exact(ExactSum::from_words(*words));
    }
}

fn plain_message(group: &Comm, sums: &mut [PartialSum], wishes: &mut [i64]) {
    let mut values = [0.0; TOGETHER + 2];
    for (value, sum) in values.iter_mut().zip(&*sums) {
        if let PartialSum::Plain(sum) = sum {
            *value = *sum;
        }
    }
    let end = sums.len() + wishes.len();
    values[sums.len()..end].iter_mut().zip(&*wishes).for_each(|(value, &wish)| *value = wish as f64);
    group.all_reduce(&mut values[..end], Reduction::Sum);
    wishes.iter_mut().zip(&values[sums.len()..end]).for_each(|(wish, &value)| *wish = value as i64);
    for (value, sum) in values.iter().zip(sums) {
        *sum = PartialSum::Plain(*value);
    }
}

/// How the vectors of a scalar type are summed. A complex sum is two real ones.
///
/// Implemented for the four scalar types; nobody else needs it.
pub trait Summed: Sized {
    /// The real sums that make up one: 1, or 2 where the type is complex.
    #[doc(hidden)]
    const PARTS: usize;

    /// Σ x
    #[doc(hidden)]
    fn add_values(sums: &mut [PartialSum; 2], x: &[Self]);

    /// Σ x y, or Σ x̄ y
    #[doc(hidden)]
    fn add_products<const CONJ: bool>(sums: &mut [PartialSum; 2], x: &[Self], y: &[Self]);

    /// Re Σ x̄ y
    #[doc(hidden)]
    fn add_real_products(sum: &mut PartialSum, x: &[Self], y: &[Self]);

    /// Σ |x|²
    #[doc(hidden)]
    fn add_squares(sum: &mut PartialSum, x: &[Self]);

    /// The scalar that two finished sums make.
    #[doc(hidden)]
    fn from_sums(sums: &[PartialSum; 2]) -> Self;
}

macro_rules! summed {
    ($($t:ident)*) => {$(
        impl Summed for $t {
            const PARTS: usize = 1;

            fn add_values(sums: &mut [PartialSum; 2], x: &[Self]) {
                add(&mut sums[0], exact::values(x));
            }

            fn add_products<const CONJ: bool>(sums: &mut [PartialSum; 2], x: &[Self], y: &[Self]) {
                add(&mut sums[0], exact::products(x, y));
            }

            fn add_real_products(sum: &mut PartialSum, x: &[Self], y: &[Self]) {
                add(sum, exact::products(x, y));
            }

            fn add_squares(sum: &mut PartialSum, x: &[Self]) {
                add(sum, exact::squares(x));
            }

            fn from_sums(sums: &[PartialSum; 2]) -> Self {
                sums[0].value()
            }
        }

        impl Summed for Complex<$t> {
            const PARTS: usize = 2;

            fn add_values(sums: &mut [PartialSum; 2], x: &[Self]) {
                add(&mut sums[0], Each::new(x, |x| [f64::from(x.re)]));
                add(&mut sums[1], Each::new(x, |x| [f64::from(x.im)]));
            }

            fn add_products<const CONJ: bool>(sums: &mut [PartialSum; 2], x: &[Self], y: &[Self]) {
                for (x, y) in x.chunks(exact::BLOCK).zip(y.chunks(exact::BLOCK)) {
                    add(&mut sums[0], exact::real_products::<_, CONJ>(x, y));
                    add(&mut sums[1], exact::imaginary_products::<_, CONJ>(x, y));
                }
            }

            fn add_real_products(sum: &mut PartialSum, x: &[Self], y: &[Self]) {
                add(sum, exact::real_products::<_, true>(x, y));
            }

            fn add_squares(sum: &mut PartialSum, x: &[Self]) {
                add(sum, exact::squared_moduli(x));
            }

            fn from_sums(sums: &[PartialSum; 2]) -> Self {
                Complex::new(sums[0].value(), sums[1].value())
            }
        }
    )*};
}
summed! { f32 f64 }

/// Adds terms as the sum is formed.
pub(crate) fn add(sum: &mut PartialSum, terms: impl Terms) {
    match sum {
        PartialSum::Exact(sum) => sum.add_terms(terms),
        PartialSum::Plain(sum) => *sum += plain::sum(terms),
    }
}
