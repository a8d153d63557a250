//! An orthonormal basis, a vector at a time, by the classical Gram–Schmidt process done twice.
//!
//! ```text
//! h ← Vᴴ q,  q ← q − V h;   h' ← Vᴴ q,  q ← q − V h';   next vector of V ← q / ‖q‖
//! ```
//!
//! All inner products of a pass travel in one message, with ‖q‖² beside them: two messages a vector, whatever their number, where the
//! modified process has one for each. After the second pass the norm is √(‖q‖² − ‖h'‖²), from sums that are there; only where the
//! difference loses half of its digits it is summed again. Done twice, the process is as good as can be: L. Giraud,
//! J. Langou, M. Rozložník and J. van den Eshof, Numer. Math. 101 (2005) 87. V is read three times; blocks of q stay in the cache. What the second pass
//! finds is how far q is from being orthogonal: where that is as little as was allowed it is not subtracted, and V is read twice.

use super::run::Message;
use super::{Run, State, Stop};
use crate::array::{DistArray, Summing};
use crate::error::Result;
use crate::numbers::{PartialSum, Real, Scalar, Summation, kernels};
use num_complex::Complex;
use std::ops::Range;

/// Elements of a block: 16 KB of f64, so that what is read of V stays in the cache from its subtraction to its products.
const BLOCK: usize = 2048;

/// Elements of a block where products are all that is formed, and only q has to stay: the longer each stretch of V is, the better it comes from memory.
const LONG_BLOCK: usize = 16_384;

/// The basis V, with memory for a number of vectors.
#[derive(Debug)]
pub(super) struct GramSchmidt<T: Scalar> {
    basis: Vec<DistArray<T>>,
    /// Sums of an inner product: one where its real part is meant.
    parts: usize,
    /// h and h' as they are subtracted.
    first: Vec<T>,
    second: Vec<T>,
    sums: Vec<PartialSum>,
    message: Message,
    /// ‖h'‖ / ‖q‖ that is left in q.
    allowed: f64,
}

/// A new vector.
pub(super) struct Orthogonal {
    /// ‖q‖ as it was.
    pub(super) norm: f64,
    /// ‖q − V (h + h')‖.
    pub(super) rest: f64,
}

impl<T: Scalar> GramSchmidt<T> {
    /// With memory for so many vectors like this one, which are at least one.
    pub(super) fn of(like: &DistArray<T>, vectors: usize) -> Self {
        let basis = (0..vectors).map(|_| like.zeros_like()).collect();
        let (first, second, sums) = (vec![], vec![], vec![]);
        let mut room = Self { basis, parts: T::PARTS, first, second, sums, message: Message::default(), allowed: 0.0 };
        room.fit();
        room
    }

    /// The same over the real numbers: inner products are Re ⟨v, q⟩, also where elements are complex.
    pub(super) fn over_reals(mut self) -> Self {
        self.parts = 1;
        self.fit();
        self
    }

    /// With vectors that may be so far from orthogonal to each other: ‖Vᴴ v‖ of a new one.
    pub(super) fn up_to(mut self, allowed: f64) -> Self {
        self.allowed = allowed;
        self
    }

    /// With memory for so many.
    pub(super) fn resize(&mut self, vectors: usize) {
        let like = self.basis[0].zeros_like();
        self.basis.resize_with(vectors, || like.zeros_like());
        self.fit();
    }

    fn fit(&mut self) {
        let vectors = self.basis.len();
        let sums = vectors * self.parts + 1;
        self.first = vec![T::zero(); vectors];
        self.second = vec![T::zero(); vectors];
        self.sums = vec![PartialSum::new(Summation::Exact); sums];
        self.message = Message::of(sums);
    }

    /// The vector of this number.
    pub(super) fn vector(&self, k: usize) -> &DistArray<T> {
        &self.basis[k]
    }

    /// Bytes of all vectors and messages.
    pub(super) fn bytes(&self) -> usize {
        let of_basis: usize = self.basis.iter().map(|vector| size_of_val(vector.as_slice())).sum();
        of_basis + size_of_val(&self.sums[..]) + self.message.bytes()
    }

    /// This and the first `count` vectors.
    pub(super) fn state<'a>(&'a mut self, count: usize, state: State<'a>) -> State<'a> {
        let vectors = self.basis.iter_mut().take(count).enumerate();
        vectors.fold(state, |state, (k, vector)| state.vector(format!("v{k}"), vector))
    }

    pub(super) fn vectors(&self) -> &[DistArray<T>] {
        &self.basis
    }

    pub(super) fn vectors_mut(&mut self) -> &mut [DistArray<T>] {
        &mut self.basis
    }

    pub(super) fn into_vectors(self) -> Vec<DistArray<T>> {
        self.basis
    }

    /// The first vector: r / ‖r‖.
    pub(super) fn begin(&mut self, r: &DistArray<T>, norm: f64) -> Result<()> {
        let by = T::from_parts(1.0 / norm, 0.0);
        self.basis[0].copy_from(r)?;
        self.basis[0].scale(by);
        Ok(())
    }

    /// Makes the vector after the first `count` of what is orthogonal to them in q, which is changed; of q itself where
    /// nothing is left of it.
    ///
    /// # Errors
    /// A sum that is not finite; a callback's wish.
    pub(super) fn push(&mut self, count: usize, q: &mut DistArray<T>, run: &Run) -> Result<Orthogonal, Stop> {
        let Self { basis, parts, first, second, sums, message, allowed } = self;
        let (basis, next) = basis.split_at_mut(count);
        let (parts, sums) = (*parts, &mut sums[..=count * *parts]);
        pass(q, basis, None, (sums, parts), run);
        run.sums_of(sums, message)?; //                                        h ← Vᴴ q
        let norm2 = run.finite(read((sums, parts), first), "q")?;
        pass(q, basis, Some(first), (sums, parts), run); //                    q ← q − V h
        run.sums_of(sums, message)?; //                                        h' ← Vᴴ q
        let rest2 = run.finite(read((sums, parts), second), "q")?;
        let mut of_second: f64 = second[..count].iter().map(|h| square(*h)).sum();
        let is_orthogonal = of_second <= allowed.powi(2) * rest2;
        if is_orthogonal {
            second[..count].fill(T::zero());
            of_second = 0.0;
        }
        let is_lost = rest2 > 0.0 && of_second > 0.5 * rest2;
        let rest = if is_lost {
            subtract(q, basis, second); //                                     q ← q − V h'
            second_norm(q, run)?
        } else {
            (rest2 - of_second).max(0.0).sqrt()
        };
        if let Some(next) = next.first_mut() {
            let by = T::from_parts(if rest > 0.0 { 1.0 / rest } else { 0.0 }, 0.0);
            next.copy_from(q)?;
            if !(is_lost || is_orthogonal) {
                subtract(next, basis, second);
            }
            next.scale(by); //                                                 v ← q / ‖q‖
        }
        Ok(Orthogonal { norm: norm2.sqrt(), rest })
    }

    /// h + h' of the last vector.
    pub(super) fn column(&self, count: usize) -> impl Iterator<Item = Complex<f64>> {
        self.first.iter().zip(&self.second).take(count).map(|(&first, &second)| complex(first) + complex(second))
    }
}

/// x ← x + V y.
pub(super) fn add<T: Scalar>(x: &mut DistArray<T>, basis: &[DistArray<T>], y: &[Complex<f64>]) {
    x.passes_over(y.len(), 1);
    let x = x.as_mut_slice();
    for block in blocks(0..x.len(), BLOCK) {
        for (v, y) in basis.iter().zip(y) {
            kernels::axpy(&mut x[block.clone()], T::from_parts(y.re, y.im), &v.as_slice()[block.clone()]);
        }
    }
}

fn second_norm<T: Scalar>(q: &DistArray<T>, run: &Run) -> Result<f64, Stop> {
    let [square] = run.sums([q.norm2(run)])?;
    Ok(run.finite(square, "q")?.sqrt())
}

/// q ← q − V h.
fn subtract<T: Scalar>(q: &mut DistArray<T>, basis: &[DistArray<T>], h: &[T]) {
    q.passes_over(basis.len(), 1);
    let q = q.as_mut_slice();
    for block in blocks(0..q.len(), BLOCK) {
        subtract_block(&mut q[block.clone()], basis, h, &block);
    }
}

fn subtract_block<T: Scalar>(q: &mut [T], basis: &[DistArray<T>], h: &[T], block: &Range<usize>) {
    for (v, &h) in basis.iter().zip(h) {
        kernels::axpy(q, -h, &v.as_slice()[block.clone()]);
    }
}

/// q ← q − V h, where there is an h; then this rank's parts of Vᴴ q, so many for each product, and, last, of ‖q‖².
fn pass<T: Scalar>(
    q: &mut DistArray<T>,
    basis: &[DistArray<T>],
    h: Option<&[T]>,
    (sums, parts): (&mut [PartialSum], usize),
    run: &Run,
) {
    let how = Summing::from(run);
    sums.fill_with(|| how.start());
    q.passes_over(basis.len() + usize::from(h.is_none()), usize::from(h.is_some()));
    let (space, q) = (q.space().clone(), q.as_mut_slice());
    space.for_each_stretch(how.counts_replicas(), |range, counted| {
        for block in blocks(range, if h.is_none() { LONG_BLOCK } else { BLOCK }) {
            let q = &mut q[block.clone()];
            if let Some(h) = h {
                subtract_block(q, basis, h, &block);
            }
            if counted {
                add_sums((sums, parts), basis, q, &block);
            }
        }
    });
}

fn add_sums<T: Scalar>(
    (sums, parts): (&mut [PartialSum], usize),
    basis: &[DistArray<T>],
    q: &[T],
    block: &Range<usize>,
) {
    let Some((square, inner)) = sums.split_last_mut() else { return };
    T::add_squares(square, q);
    for (sums, v) in inner.chunks_mut(parts).zip(basis) {
        let v = &v.as_slice()[block.clone()];
        match sums {
            [sum] => T::add_real_products(sum, v, q),
            _ => {
                for pair in sums.as_chunks_mut().0 {
                    T::add_products::<true>(pair, v, q);
                }
            }
        }
    }
}

/// Reads finished sums: inner products, so many for each, and the last one.
fn read<T: Scalar>((sums, parts): (&[PartialSum], usize), h: &mut [T]) -> f64 {
    let Some((square, inner)) = sums.split_last() else { return 0.0 };
    for (h, sums) in h.iter_mut().zip(inner.chunks(parts)) {
        *h = T::from_parts(sums[0].value(), sums.get(1).map_or(0.0, PartialSum::value));
    }
    square.value()
}

fn complex<T: Scalar>(h: T) -> Complex<f64> {
    Complex::new(h.re().to_f64(), h.im().to_f64())
}

fn square<T: Scalar>(h: T) -> f64 {
    complex(h).norm_sqr()
}

fn blocks(range: Range<usize>, length: usize) -> impl Iterator<Item = Range<usize>> {
    let end = range.end;
    range.step_by(length).map(move |start| start..(start + length).min(end))
}
