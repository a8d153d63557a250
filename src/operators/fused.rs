//! What solvers do with an operator in one pass over memory: a product and the sum over it.
//!
//! Where an operator goes by rows, sums are formed of pieces of its result that are still in cache; elsewhere afterwards.
//! Exact sums have the same bits either way.

use super::by_rows::{Places, Putting, Trip, Update};
use super::{LinearOperator, Operator};
use crate::array::{DistArray, Space, Summing, add_conjugate};
use crate::comm::Sent;
use crate::error::Result;
use crate::numbers::{PartialSum, Scalar, kernels};

impl<T: Scalar> Operator<T> {
    /// `y ← A x`, and Re ⟨x, y⟩: this rank's part.
    ///
    /// # Errors
    /// Those of [`apply_into`](Self::apply_into).
    pub(crate) fn apply_re_dot(
        &self,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
        how: impl Into<Summing>,
    ) -> Result<PartialSum> {
        let how = how.into();
        let Some(pass) = self.forward_pass() else {
            self.apply_into(x, y)?;
            return x.re_dot(y, how);
        };
        let (_operation, _mark) = (self.begin_forward(x, y)?, self.mark());
        let (x, mut sum) = (x.as_slice(), Counting::over(self.domain(), how));
        let y = y.as_mut_slice();
        self.passing(size_of_val(x), size_of_val(y), || {
            pass.borrow_mut().run(Putting::Set, x, y, |range, y| {
                sum.add(|sum| T::add_real_products(sum, &x[range], y));
            });
        });
        Ok(sum.sum)
    }

    /// `q ← A p`, and Re ⟨p, q⟩, Re ⟨r, q⟩, ‖q‖², ‖r‖²: this rank's parts.
    ///
    /// # Errors
    /// Those of [`apply_into`](Self::apply_into), and where r is of another space.
    pub(crate) fn apply_conjugate_sums(
        &self,
        p: &DistArray<T>,
        r: &DistArray<T>,
        q: &mut DistArray<T>,
        how: impl Into<Summing>,
    ) -> Result<[PartialSum; 4]> {
        let how = how.into();
        let Some(pass) = self.forward_pass() else {
            self.apply_into(p, q)?;
            return q.conjugate_sums(p, r, how);
        };
        self.range().same_as(r.space(), "r of apply_conjugate_sums")?;
        let (_operation, _mark) = (self.begin_forward(p, q)?, self.mark());
        let (p, r, mut sums) = (p.as_slice(), r.as_slice(), Counting::four_over(self.domain(), how));
        let q = q.as_mut_slice();
        self.passing(size_of_val(p) + size_of_val(r), size_of_val(q), || {
            pass.borrow_mut().run(Putting::Set, p, q, |range, q| {
                sums.add(|sums| add_conjugate(sums, &p[range.clone()], &r[range], q));
            });
        });
        Ok(sums.sum)
    }
}

impl<X: Scalar, Y: Scalar> Operator<X, Y> {
    /// `x ← Aᴴ y`, and ‖x‖²: this rank's part.
    ///
    /// # Errors
    /// Those of [`apply_adjoint_into`](Self::apply_adjoint_into).
    pub(crate) fn apply_adjoint_norm2(
        &self,
        y: &DistArray<Y>,
        x: &mut DistArray<X>,
        how: impl Into<Summing>,
    ) -> Result<PartialSum> {
        let how = how.into();
        let Some(pass) = self.adjoint_pass() else {
            self.apply_adjoint_into(y, x)?;
            return Ok(x.norm2(how));
        };
        let (_operation, _mark) = (self.begin_adjoint(y, x)?, self.mark_adjoint());
        let mut sum = Counting::over(self.domain(), how);
        let (y, x) = (y.as_slice(), x.as_mut_slice());
        self.passing(size_of_val(y), size_of_val(x), || {
            pass.borrow_mut().run(Putting::Set, y, x, |_, x| sum.add(|sum| X::add_squares(sum, x)));
        });
        Ok(sum.sum)
    }

    /// Forward and back in one go, where the operator can: see [`RoundTrip`]. Local.
    pub(crate) fn round_trip(&self) -> Option<RoundTrip<X, Y>> {
        let trip = Trip::new(self.domain(), |slab| self.forward_sweep(slab).zip(self.adjoint_sweep(slab)))?;
        Some(RoundTrip { trip, operator: self.clone() })
    }
}

/// A sum under way over pieces of a vector that goes by rows, or several: a rank counts all of its elements, or none.
struct Counting<S> {
    sum: S,
    counts: bool,
}

impl Counting<PartialSum> {
    fn over(space: &Space, how: Summing) -> Self {
        Self { sum: how.start(), counts: counts(space, how) }
    }
}

impl Counting<[PartialSum; 4]> {
    fn four_over(space: &Space, how: Summing) -> Self {
        Self { sum: [(); 4].map(|()| how.start()), counts: counts(space, how) }
    }
}

impl<S> Counting<S> {
    fn add(&mut self, add: impl FnOnce(&mut S)) {
        if self.counts {
            add(&mut self.sum);
        }
    }
}

/// Whether this rank counts elements of vectors of this space.
fn counts(space: &Space, how: Summing) -> bool {
    how.counts_replicas() || !space.is_replicated()
}

/// An operator's forward and its adjoint with what lies between them in CGLS, by rows.
pub(crate) struct RoundTrip<X: Scalar, Y: Scalar> {
    trip: Trip<X, Y>,
    operator: Operator<X, Y>,
}

impl<X: Scalar, Y: Scalar> RoundTrip<X, Y> {
    /// Begins with this s, which from now on only [`step`](Self::step) changes.
    ///
    /// # Communication
    /// One exchange of ghost rows.
    pub(crate) fn begin(&mut self, s: &DistArray<Y>) {
        self.trip.begin(s.as_slice());
    }

    /// Bytes that it keeps beside the operator.
    pub(crate) fn bytes(&self) -> usize {
        self.trip.bytes()
    }

    /// What this rank sends for [`norm2`](Self::norm2).
    pub(crate) fn sends(&self) -> Sent {
        self.trip.sends()
    }

    /// ‖A c‖²: this rank's part. `q`, if there is one, is `A c` where that is cheaper than to compute it again; otherwise it stays.
    ///
    /// # Communication
    /// One exchange of ghost rows.
    pub(crate) fn norm2(&mut self, c: &DistArray<X>, q: Option<&mut DistArray<Y>>, how: Summing) -> PartialSum {
        let _mark = self.operator.mark();
        let mut sum = Counting::over(self.operator.range(), how);
        c.passes_over(1, 0);
        let q = q.filter(|_| self.trip.stores());
        if let Some(q) = &q {
            q.passes_over(0, 1);
        }
        let q = q.map(DistArray::as_mut_slice);
        self.trip.products(c.as_slice(), q, |q| sum.add(|sum| Y::add_squares(sum, q)));
        sum.sum
    }

    /// `x ← x + a c`, `s ← s + α A c`, `r ← Aᴴ s − λ² x`, of the c and the q that [`norm2`](Self::norm2) was
    /// given last; ‖r‖², ‖s‖² and, where λ is not 0, ‖x‖²: this rank's parts. Local.
    pub(crate) fn step(&mut self, vectors: Step<'_, X, Y>, how: Summing) -> [PartialSum; 3] {
        let _mark = self.operator.mark_adjoint();
        let Step { c, q, a, x, alpha, s, r, lambda2 } = vectors;
        let of = |space: &Space| Counting::over(space, how);
        let (mut s2, mut r2, mut x2) = (of(s.space()), of(r.space()), of(x.space()));
        let [model, data] = [size_of_val(c.as_slice()), size_of_val(s.as_slice())];
        let stored = if self.trip.stores() { data } else { 0 };
        c.comm().moves(model + stored, data + 2 * model); // c and perhaps q are read; s, r and x are written
        let (c, q, x) = (c.as_slice(), q.as_slice(), x.as_mut_slice());
        let of_data = |s: &[Y]| s2.add(|sum| Y::add_squares(sum, s));
        self.trip.step((c, q), alpha, s.as_mut_slice(), r.as_mut_slice(), of_data, |range, r| {
            let x = &mut x[range.clone()];
            kernels::axpy(x, a, &c[range]); //                 x ← x + a c
            if !lambda2.is_zero() {
                kernels::axpy(r, -lambda2, x); //              r ← r − λ² x
                x2.add(|sum| X::add_squares(sum, x));
            }
            r2.add(|sum| X::add_squares(sum, r));
        });
        [r2.sum, s2.sum, x2.sum]
    }
}

/// For methods that change all of the data by what is at one place.
impl<X: Scalar, Y: Scalar> RoundTrip<X, Y> {
    /// `s ← f(s, A c)`, place by place, then `r ← Aᴴ s`: `of_data` makes the new s, also of ghosts; `of_model` is told of places of r that
    /// are ready, and may change them. This tells nobody what it moves, as what these read and write belongs to it.
    ///
    /// # Communication
    /// One exchange of ghost rows of c.
    pub(crate) fn update(
        &mut self,
        c: &DistArray<X>,
        s: &mut DistArray<Y>,
        r: &mut DistArray<X>,
        of_data: impl FnMut(Update<'_, '_, Y>),
        of_model: impl FnMut(Places, &mut [X]),
    ) {
        let _mark = self.operator.mark();
        self.trip.update(c.as_slice(), s.as_mut_slice(), r.as_mut_slice(), of_data, of_model);
    }
}

/// What [`RoundTrip::step`] works on.
pub(crate) struct Step<'a, X: Scalar, Y: Scalar> {
    pub(crate) c: &'a DistArray<X>,
    pub(crate) q: &'a DistArray<Y>,
    pub(crate) a: X,
    pub(crate) x: &'a mut DistArray<X>,
    pub(crate) alpha: Y,
    pub(crate) s: &'a mut DistArray<Y>,
    pub(crate) r: &'a mut DistArray<X>,
    pub(crate) lambda2: X,
}
