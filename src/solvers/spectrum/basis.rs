//! An orthonormal basis that grows by what an operator makes of it, and is turned within its span.

use crate::array::{DistArray, Space, Summing};
use crate::numbers::{Real, Scalar, kernels};
use crate::solvers::gram_schmidt::{GramSchmidt, Orthogonal};
use crate::solvers::{Run, Stop};
use num_complex::Complex;

/// Elements of a block: a block of every vector stays in the cache.
const BLOCK: usize = 256;

/// A basis, and q, from which its next vector is made.
pub(super) struct Basis<T: Scalar> {
    v: GramSchmidt<T>,
    pub(super) q: DistArray<T>,
    /// Of the whole space.
    pub(super) dimension: usize,
    /// Of the next random vector.
    seed: u64,
    /// A block of every vector.
    room: Vec<T>,
}

/// Vectors of a basis that are turned: so many of the `old` ones from `first` on.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) first: usize,
    pub(super) old: usize,
    /// The columns of the rotation that are kept, in this order.
    pub(super) order: &'a [usize],
}

impl<T: Scalar> Basis<T> {
    /// With memory for so many vectors of a space of this dimension.
    pub(super) fn of(space: &Space, vectors: usize, dimension: usize, seed: u64) -> Self {
        let q = DistArray::zeros(space);
        Self { v: GramSchmidt::of(&q, vectors), q, dimension, seed, room: vec![T::zero(); BLOCK * vectors] }
    }

    /// The same over the real numbers.
    pub(super) fn over_reals(self) -> Self {
        Self { v: self.v.over_reals(), ..self }
    }

    /// A vector, and q beside it.
    pub(super) fn vector_and_q(&mut self, at: usize) -> (&DistArray<T>, &mut DistArray<T>) {
        (self.v.vector(at), &mut self.q)
    }

    pub(super) fn vector(&self, at: usize) -> &DistArray<T> {
        self.v.vector(at)
    }

    /// Makes the vector after the first `count` of what is orthogonal to them in q.
    pub(super) fn push(&mut self, count: usize, run: &Run) -> Result<Orthogonal, Stop> {
        self.v.push(count, &mut self.q, run)
    }

    /// How far the inner products of the last [`push`](Self::push) with the first `count` vectors are from these.
    pub(super) fn deviation(&self, count: usize, expected: impl Fn(usize) -> f64) -> f64 {
        let squares = self.v.column(count).enumerate().map(|(i, h)| (h - expected(i)).norm_sqr());
        squares.sum::<f64>().sqrt()
    }

    /// The inner product of the last [`push`](Self::push) with this vector.
    pub(super) fn product(&self, with: usize) -> Complex<f64> {
        self.v.column(with + 1).last().unwrap_or_default()
    }

    /// The norm of what the last [`push`](Self::push) left: 0 where that is rounding errors, of numbers up to `largest`. Then
    /// the space of the first `count` is invariant, or the whole one, and a random vector goes on, where there is one.
    pub(super) fn settle(&mut self, count: usize, rest: f64, largest: f64, run: &Run) -> Result<f64, Stop> {
        if rest > 4.0 * epsilon::<T>() * largest && count < self.dimension {
            return Ok(rest);
        }
        self.renew(count, run)?;
        Ok(0.0)
    }

    /// A random vector that is orthogonal to the first `count`, after them; none where these span the space.
    pub(super) fn renew(&mut self, count: usize, run: &Run) -> Result<(), Stop> {
        if count < self.dimension {
            self.q.fill_random_signed(self.seed);
            self.seed = self.seed.wrapping_add(1);
            self.push(count, run)?;
        }
        Ok(())
    }

    /// The vectors that are turned ← those V R, with `rotation(row, column)` the elements of R; the vector after the old ones comes
    /// after the new ones.
    pub(super) fn turn(&mut self, turn: Turn<'_>, rotation: impl Fn(usize, usize) -> f64) {
        let Self { v, q, room, .. } = self;
        let Turn { first, old, order } = turn;
        let vectors = &mut v.vectors_mut()[first..];
        q.passes_over(old, order.len());
        let own = q.as_slice().len();
        for start in (0..own).step_by(BLOCK) {
            let block = start..(start + BLOCK).min(own);
            let length = block.len();
            for (new, &column) in room.chunks_mut(length).zip(order) {
                new.fill(T::zero());
                for (row, vector) in vectors[..old].iter().enumerate() {
                    kernels::axpy(new, T::from_parts(rotation(row, column), 0.0), &vector.as_slice()[block.clone()]);
                }
            }
            for (new, vector) in room.chunks(length).zip(&mut vectors[..order.len()]) {
                vector.as_mut_slice()[block.clone()].copy_from_slice(new);
            }
        }
        if old < vectors.len() {
            vectors.swap(order.len(), old);
        }
    }

    pub(super) fn swap(&mut self, one: usize, other: usize) {
        self.v.vectors_mut().swap(one, other);
    }

    /// The first so many vectors.
    pub(super) fn into_vectors(self, count: usize) -> Vec<DistArray<T>> {
        let mut vectors = self.v.into_vectors();
        vectors.truncate(count);
        vectors
    }
}

/// The elements of a vector that the ranks of this one's colour hold.
pub(super) fn dimension(space: &Space, run: &Run) -> Result<usize, Stop> {
    let mut own = 0;
    space.for_each_stretch(Summing::from(run).counts_replicas(), |range, counted| {
        own += if counted { range.len() } else { 0 };
    });
    let [all] = run.sums([run.number(own as f64)])?;
    Ok(all as usize)
}

pub(super) fn epsilon<T: Scalar>() -> f64 {
    <T::Real as num_traits::Float>::epsilon().to_f64()
}
