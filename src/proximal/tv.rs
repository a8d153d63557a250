//! Total variation.

use super::bytes::bytes_of;
use super::parameter::{positive, tolerance};
use super::{L1, L21, Proximal, ProximalOperator};
use crate::array::{DistArray, Space, sums};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::exact::ExactSum;
use crate::numbers::{PartialSum, Real, Scalar};
use crate::operators::{Gradient, LinearOperator, Operator, Stencil};
use crate::solvers::State;
use std::cell::{Cell, RefCell, RefMut};

/// f(x) = σ Σ ‖∇x‖, the sum of the lengths of the forward differences along all axes; [anisotropic](Self::anisotropic), of their moduli.
///
/// ```text
/// prox_τf(x) = x − ∇ᴴ q,  with the q of ‖q‖ ≤ τσ everywhere that makes ‖x − ∇ᴴ q‖ least:
/// w ← q;  repeat   q' ← P(w + ∇(x − ∇ᴴ w) / 4d),  t' ← (1 + √(1 + 4t²)) / 2,  w ← q' + (t − 1)/t' (q' − q)
/// ```
///
/// P makes what is longer than τσ as long as that; d is the number of axes. q begins where it ended in the last prox, times τ over the last
/// one: near there a few iterations do.
///
/// # Spaces
/// Those of a [`Gradient`]: an array of an axis or more, replicated or cut into blocks. Real or complex.
///
/// # Communication
/// The value: a gradient, and one all-reduce of 456 bytes. The prox: each iteration a gradient and its adjoint, and one all-reduce of
/// 912; at the end an adjoint.
///
/// # Same bits
/// On any number of ranks and in any layout. A prox depends on the one before, as far as iterations did not converge:
/// [`cold`](Self::cold) begins each at q = 0.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::TV};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let f = TV::new(1.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [0.0, 0.0, 4.0, 4.0][i[0]]);
/// assert_eq!(f.value(&x)?, 4.0);
/// let y = f.prox(&x, 0.5)?; // each side goes towards the other by 0.5 / 2
/// assert!((y - DistArray::from_fn(&layout, |i| [0.25, 0.25, 3.75, 3.75][i[0]])).norm() < 1e-6);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// A. Beck and M. Teboulle, IEEE Trans. Image Process. 18 (2009) 2419. Behaviour: `TV` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct TV {
    sigma: f64,
    iterations: usize,
    tolerance: f64,
    is_isotropic: bool,
    is_warm: bool,
}

impl TV {
    /// With σ; isotropic, at most 1000 iterations, until one changes q by 1e-8 of it.
    pub fn new(sigma: f64) -> Self {
        Self { sigma, iterations: 1000, tolerance: 1e-8, is_isotropic: true, is_warm: true }
    }

    /// The sum of the moduli of differences.
    pub fn anisotropic(self) -> Self {
        Self { is_isotropic: false, ..self }
    }

    /// At most so many iterations in each prox.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// Until an iteration changes q by this fraction; at least 8 ε of the type.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// Each prox begins at q = 0, whatever was before.
    pub fn cold(self) -> Self {
        Self { is_warm: false, ..self }
    }

    /// On arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if σ is not a finite number above 0, or the tolerance not one from 0, or of no iteration; those of
    /// [`Gradient::on`].
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        positive("sigma of TV", self.sigma)?;
        let tolerance = tolerance::<T>("tolerance of TV", self.tolerance)?;
        if self.iterations == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "iterations of TV", "at least 1", 0));
        }
        let gradient = Gradient::new().stencil(Stencil::Forward).on::<T>(layout)?;
        let range = gradient.range();
        let of_differences =
            if self.is_isotropic { L21::new(self.sigma).on(range)? } else { L1::new(self.sigma).on(range)? };
        let rooms = RefCell::new([(); 3].map(|()| DistArray::zeros(range)));
        let told = Self { tolerance, ..self };
        let step = 0.25 / layout.ndim() as f64;
        let (last, inner) = (Cell::new(None), Cell::new(0));
        Ok(ProximalOperator::new(Variation { told, gradient, of_differences, step, rooms, last, inner }))
    }
}

struct Variation<T: Scalar> {
    told: TV,
    gradient: Operator<T>,
    of_differences: ProximalOperator<T>,
    /// 1 / ‖∇‖², from below.
    step: f64,
    /// q, w, and ∇(x − ∇ᴴ w).
    rooms: RefCell<[DistArray<T>; 3]>,
    /// τ of the last prox, to which q belongs.
    last: Cell<Option<f64>>,
    inner: Cell<usize>,
}

/// Points that are gone through together: they stay in the first cache.
const BLOCK: usize = 256;

impl<T: Scalar> Variation<T> {
    /// q ← where this prox begins, w ← q.
    fn begin(&self, tau: f64, q: &mut DistArray<T>, w: &mut DistArray<T>) -> Result<()> {
        match self.last.take().filter(|_| self.told.is_warm) {
            Some(last) if last == tau => {}
            Some(last) => q.scale(real(tau / last)),
            None => q.fill(T::zero()),
        }
        w.copy_from(q)
    }

    /// q' ← P(w + step ∇(x − ∇ᴴ w)),  w ← q' + ahead (q' − q),  q ← q', in one pass; ‖q' − q‖ and ‖q'‖, over the bound.
    ///
    /// # Communication
    /// One all-reduce of 912 bytes.
    fn advance(&self, bound: f64, ahead: f64, [q, w, room]: &mut [DistArray<T>; 3]) -> [f64; 2] {
        let space = self.gradient.domain();
        let len = space.local_len();
        space.comm().moves(3 * size_of_val(q.as_slice()), 2 * size_of_val(q.as_slice()));
        let (step, unit) = (T::Real::from_f64(self.step), bound.recip());
        let (q, w, room) = (q.as_mut_slice(), w.as_mut_slice(), room.as_mut_slice());
        let mut sums = [ExactSum::new(), ExactSum::new()];
        for start in (0..len).step_by(BLOCK) {
            let points = BLOCK.min(len - start);
            let members =
                |buffer_len: usize| (0..buffer_len / len).map(move |k| k * len + start..k * len + start + points);
            let mut squares = [0.0; BLOCK];
            for range in members(q.len()) {
                for ((room, &w), square) in room[range.clone()].iter_mut().zip(&w[range]).zip(&mut squares) {
                    *room = w + room.scale(step);
                    *square += if self.told.is_isotropic { square_of(*room, unit) } else { 0.0 };
                }
            }
            let mut factors = squares.map(shortened);
            for (k, factor) in factors[..points].iter_mut().enumerate().filter(|(_, factor)| **factor == 0.0) {
                let sizes = room[start + k..].iter().step_by(len).map(|room| room.modulus().to_f64() * unit);
                *factor = sizes.fold(0.0, f64::hypot).recip(); //          where the square has overflowed
            }
            for range in members(q.len()) {
                let mut terms = [[0.0; BLOCK]; 2];
                let [changes, sizes] = &mut terms;
                let there = room[range.clone()].iter().zip(&mut q[range.clone()]).zip(&mut w[range]);
                let numbers = factors.iter().zip(changes.iter_mut().zip(sizes.iter_mut()));
                for (((&room, q), w), (&factor, (change, size))) in there.zip(numbers) {
                    let factor = if self.told.is_isotropic { factor } else { shortened_alone(room, unit) };
                    let next = room.scale(T::Real::from_f64(factor));
                    let difference = next - *q;
                    *w = next + difference.scale(T::Real::from_f64(ahead));
                    *q = next;
                    (*change, *size) = (square_of(difference, unit), square_of(next, unit));
                }
                sums.iter_mut().zip(&terms).for_each(|(sum, terms)| sum.add_slice(&terms[..points]));
            }
        }
        let mut sums = sums.map(PartialSum::Exact);
        sums::all_reduce(space, &mut sums);
        sums.map(|sum| sum.value().sqrt())
    }
}

/// |x|² over the square of a unit's inverse.
#[inline]
fn square_of<T: Scalar>(x: T, unit: f64) -> f64 {
    let (re, im) = (x.re().to_f64() * unit, x.im().to_f64() * unit);
    re * re + im * im
}

/// What makes a vector of this squared length as long as 1, if it is longer.
#[inline]
fn shortened(square: f64) -> f64 {
    if square > 1.0 { square.sqrt().recip() } else { 1.0 }
}

/// The same of one number, whose square may overflow.
#[inline]
fn shortened_alone<T: Scalar>(x: T, unit: f64) -> f64 {
    let square = square_of(x, unit);
    if square.is_infinite() { (x.modulus().to_f64() * unit).recip() } else { shortened(square) }
}

fn real<T: Scalar>(number: f64) -> T {
    T::from_real(T::Real::from_f64(number))
}

impl<T: Scalar> Proximal<T> for Variation<T> {
    fn space(&self) -> &Space {
        self.gradient.domain()
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let [_, _, differences] = &mut *self.rooms.borrow_mut();
        self.gradient.apply_into(x, differences)?;
        self.of_differences.value(differences)
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let rooms = &mut *self.rooms.borrow_mut();
        let [q, w, _] = rooms;
        self.begin(tau, q, w)?;
        let bound = (tau * self.told.sigma).max(f64::MIN_POSITIVE);
        let mut t = 1.0_f64;
        for _ in 0..self.told.iterations {
            self.inner.set(self.inner.get() + 1);
            let [_, w, room] = rooms;
            self.gradient.apply_adjoint_into(w, y)?;
            y.xpby(x, -T::one())?; //                                   x − ∇ᴴ w
            self.gradient.apply_into(y, room)?;
            let before = t;
            t = f64::midpoint(1.0, (1.0 + 4.0 * before * before).sqrt());
            let [change, size] = self.advance(bound, (before - 1.0) / t, rooms);
            if change <= self.told.tolerance * size {
                break;
            }
        }
        self.last.set(Some(tau));
        self.gradient.apply_adjoint_into(&rooms[0], y)?;
        y.xpby(x, -T::one()) //                                         x − ∇ᴴ q
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get()
    }

    fn scratch(&self) -> usize {
        self.gradient.scratch() + self.of_differences.scratch() + bytes_of(&*self.rooms.borrow())
    }

    fn state(&self) -> State<'_> {
        let state = State::new().shared_number("last step", &self.last);
        if !self.told.is_warm || self.last.get().is_none() {
            return state;
        }
        state.shared_vector("q", RefMut::map(self.rooms.borrow_mut(), |[q, ..]| q))
    }

    fn name(&self) -> String {
        "TV".into()
    }
}
