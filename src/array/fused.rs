//! The verbs of Krylov methods: an update of a vector and the sum over what it writes, in one pass over memory.
//!
//! Each block of a vector is summed while it is still in the first cache. Beside these a method has the plain
//! updates [`axpy`](DistArray::axpy), [`xpby`](DistArray::xpby), [`axpby`](DistArray::axpby) and
//! [`scale`](DistArray::scale).

use super::DistArray;
use super::sums::Summing;
use crate::error::Result;
use crate::numbers::{PartialSum, Scalar, kernels};
use multiversion::multiversion;
use std::ops::Range;

/// Elements of a block: 16 KB of f64, so that two or three blocks stay in the first cache.
const BLOCK: usize = 2048;

/// What the loop of an iterative method is made of. All of it is local: a verb that forms a sum returns this rank's
/// part of it, and the run adds up the parts of all ranks (see [`Run::sums`](crate::solvers::Run::sums)).
impl<T: Scalar> DistArray<T> {
    /// ‖x‖² = Σ |xᵢ|²: this rank's part. Local.
    pub fn norm2(&self, how: impl Into<Summing>) -> PartialSum {
        let how = how.into();
        let mut sum = how.start();
        self.passes_over(1, 0);
        self.space().for_each_stretch(how.counts_replicas, |range, counted| {
            if counted {
                T::add_squares(&mut sum, &self.as_slice()[range]);
            }
        });
        sum
    }

    /// Re ⟨x, y⟩ = Re Σ x̄ᵢ yᵢ: this rank's part. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator)
    /// if the spaces differ.
    pub fn re_dot(&self, y: &Self, how: impl Into<Summing>) -> Result<PartialSum> {
        self.space().same_as(y.space(), "y of re_dot")?;
        self.passes_over(2, 0);
        let how = how.into();
        let mut sum = how.start();
        self.space().for_each_stretch(how.counts_replicas, |range, counted| {
            if counted {
                T::add_real_products(&mut sum, &self.as_slice()[range.clone()], &y.as_slice()[range]);
            }
        });
        Ok(sum)
    }

    /// y ← y + a x, and ‖y‖²: this rank's part. One pass, local.
    ///
    /// # Errors
    /// As [`re_dot`](Self::re_dot).
    pub fn axpy_norm2(&mut self, a: T, x: &Self, how: impl Into<Summing>) -> Result<PartialSum> {
        self.space().same_as(x.space(), "x of axpy_norm2")?;
        self.passes_over(1, 1);
        let how = how.into();
        let mut sum = how.start();
        self.for_each_block(how, |block, y, counted| {
            kernels::axpy(y, a, &x.as_slice()[block]);
            if counted {
                T::add_squares(&mut sum, y);
            }
        });
        Ok(sum)
    }

    /// y ← y + a x, and ‖y‖², ‖x‖²: this rank's parts. One pass, local.
    ///
    /// # Errors
    /// As [`re_dot`](Self::re_dot).
    pub fn axpy_both_norm2(&mut self, a: T, x: &Self, how: impl Into<Summing>) -> Result<[PartialSum; 2]> {
        self.space().same_as(x.space(), "x of axpy_both_norm2")?;
        self.passes_over(1, 1);
        let how = how.into();
        let mut sums = [how.start(), how.start()];
        self.for_each_block(how, |block, y, counted| {
            let x = &x.as_slice()[block];
            kernels::axpy(y, a, x);
            if counted {
                T::add_squares(&mut sums[0], y);
                T::add_squares(&mut sums[1], x);
            }
        });
        Ok(sums)
    }

    /// y ← x + b y, and ‖y‖²: this rank's part. One pass, local.
    ///
    /// # Errors
    /// As [`re_dot`](Self::re_dot).
    pub fn xpby_norm2(&mut self, x: &Self, b: T, how: impl Into<Summing>) -> Result<PartialSum> {
        self.space().same_as(x.space(), "x of xpby_norm2")?;
        self.passes_over(1, 1);
        let how = how.into();
        let mut sum = how.start();
        self.for_each_block(how, |block, y, counted| {
            kernels::xpby(y, &x.as_slice()[block], b);
            if counted {
                T::add_squares(&mut sum, y);
            }
        });
        Ok(sum)
    }

    /// y ← a x + b y, and ‖y‖²: this rank's part. One pass, local.
    ///
    /// # Errors
    /// As [`re_dot`](Self::re_dot).
    pub fn axpby_norm2(&mut self, a: T, x: &Self, b: T, how: impl Into<Summing>) -> Result<PartialSum> {
        self.space().same_as(x.space(), "x of axpby_norm2")?;
        self.passes_over(1, 1);
        let how = how.into();
        let mut sum = how.start();
        self.for_each_block(how, |block, y, counted| {
            kernels::axpby(y, a, &x.as_slice()[block], b);
            if counted {
                T::add_squares(&mut sum, y);
            }
        });
        Ok(sum)
    }

    /// x ← x + a p, then p ← r + b p: the step of conjugate gradients and the next direction. One pass, local.
    ///
    /// # Errors
    /// As [`re_dot`](Self::re_dot).
    pub fn axpy_xpby(&mut self, a: T, p: &mut Self, r: &Self, b: T) -> Result<()> {
        self.space().same_as(p.space(), "p of axpy_xpby")?;
        self.space().same_as(r.space(), "r of axpy_xpby")?;
        self.passes_over(1, 2);
        axpy_xpby(self.as_mut_slice(), a, p.as_mut_slice(), r.as_slice(), b);
        Ok(())
    }

    /// x ← x + a p, r ← r − a q, then p ← r + b p: a step of conjugate gradients whose next ‖r‖² is known before. One
    /// pass, local.
    ///
    /// # Errors
    /// As [`re_dot`](Self::re_dot).
    pub fn axpy_turn(&mut self, a: T, r: &mut Self, q: &Self, p: &mut Self, b: T) -> Result<()> {
        for (vector, what) in [(&*r, "r of axpy_turn"), (q, "q of axpy_turn"), (&*p, "p of axpy_turn")] {
            self.space().same_as(vector.space(), what)?;
        }
        self.passes_over(1, 3);
        axpy_turn(self.as_mut_slice(), a, r.as_mut_slice(), q.as_slice(), p.as_mut_slice(), b);
        Ok(())
    }

    /// Re ⟨p, q⟩, Re ⟨r, q⟩, ‖q‖², ‖r‖² of this q: this rank's parts. One pass, local.
    pub(crate) fn conjugate_sums(&mut self, p: &Self, r: &Self, how: impl Into<Summing>) -> Result<[PartialSum; 4]> {
        self.space().same_as(p.space(), "p of conjugate_sums")?;
        self.space().same_as(r.space(), "r of conjugate_sums")?;
        self.passes_over(3, 0);
        let how = how.into();
        let mut sums = [(); 4].map(|()| how.start());
        self.for_each_block(how, |block, q, counted| {
            if counted {
                add_conjugate(&mut sums, &p.as_slice()[block.clone()], &r.as_slice()[block], q);
            }
        });
        Ok(sums)
    }

    /// Calls `f` with every block of this rank's buffer: its range, its elements, and whether they count.
    fn for_each_block(&mut self, how: Summing, mut f: impl FnMut(Range<usize>, &mut [T], bool)) {
        let (space, y) = (self.space().clone(), self.as_mut_slice());
        space.for_each_stretch(how.counts_replicas, |range, counted| {
            for start in range.clone().step_by(BLOCK) {
                let block = start..(start + BLOCK).min(range.end);
                f(block.clone(), &mut y[block], counted);
            }
        });
    }
}

/// x ← x + a p; then p ← r + b p.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn axpy_xpby<T: Scalar>(x: &mut [T], a: T, p: &mut [T], r: &[T], b: T) {
    for ((x, p), &r) in x.iter_mut().zip(p).zip(r) {
        *x += a * *p;
        *p = r + b * *p;
    }
}

/// x ← x + a p, r ← r − a q; then p ← r + b p.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn axpy_turn<T: Scalar>(x: &mut [T], a: T, r: &mut [T], q: &[T], p: &mut [T], b: T) {
    for (((x, r), &q), p) in x.iter_mut().zip(r).zip(q).zip(p) {
        *x += a * *p;
        *r -= a * q;
        *p = *r + b * *p;
    }
}

/// Adds pieces of vectors to Re ⟨p, q⟩, Re ⟨r, q⟩, ‖q‖², ‖r‖².
pub(crate) fn add_conjugate<T: Scalar>([pq, rq, q2, r2]: &mut [PartialSum; 4], p: &[T], r: &[T], q: &[T]) {
    T::add_real_products(pq, p, q);
    T::add_real_products(rq, r, q);
    T::add_squares(q2, q);
    T::add_squares(r2, r);
}
