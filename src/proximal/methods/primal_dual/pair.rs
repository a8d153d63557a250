//! A step of a primal–dual pair, which [`PrimalDual`](super::PrimalDual) and [`CondatVu`](super::CondatVu) share.
//!
//! ```text
//! ỹ = prox_μg*(y + μ A x̄),            y' = y + ρ (ỹ − y)
//! x̃ = prox_τf(x − τ (Aᴴ y' + z)),     x' = x + ρ (x̃ − x),     x̄' = x̃ + θ (x̃ − x)
//! ```
//!
//! Where A goes by rows and both proxes need only what lies at one place, all of it is one walk over rows: x̄ is read and a new one
//! written, x and y are changed, and A x̄ and Aᴴ y stay in cache. Elsewhere the two lines are made vector by vector, with the same bits.

use crate::array::{DistArray, Space, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Real, Scalar};
use crate::operators::{LinearOperator, Operator, PIECE, Places, RoundTrip, Update};
use crate::proximal::methods::stepwise::real;
use crate::proximal::{Pieces, Pointwise, ProximalOperator};
use crate::solvers::{Run, State, Stop};
use multiversion::multiversion;
use std::mem;
use std::ops::Range;

/// τ, μ, θ, ρ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    pub(super) tau: f64,
    pub(super) mu: f64,
    pub(super) theta: f64,
    pub(super) rho: f64,
}

/// How far x and y went, squared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moved {
    pub(super) x2: f64,
    pub(super) y2: f64,
}

/// y, by the method itself or lent by the user.
pub(super) enum Dual<'a, T: 'static> {
    Own(DistArray<T>),
    Lent(&'a mut DistArray<T>),
}

impl<T> Dual<'_, T> {
    pub(super) fn get(&self) -> &DistArray<T> {
        match self {
            Self::Own(y) => y,
            Self::Lent(y) => y,
        }
    }

    pub(super) fn get_mut(&mut self) -> &mut DistArray<T> {
        match self {
            Self::Own(y) => y,
            Self::Lent(y) => y,
        }
    }
}

pub(super) struct Pair<'a, X: Scalar, Y: Scalar> {
    pub(super) f: ProximalOperator<X>,
    pub(super) g: ProximalOperator<Y>,
    pub(super) a: Operator<X, Y>,
    pub(super) x: &'a mut DistArray<X>,
    /// x̄.
    pub(super) ahead: DistArray<X>,
    /// x̃ or the next x̄.
    pub(super) next: DistArray<X>,
    pub(super) y: Dual<'a, Y>,
    pub(super) z: Option<DistArray<X>>,
    way: Way<X, Y>,
}

/// How a step is made.
enum Way<X: Scalar, Y: Scalar> {
    ByRows(RoundTrip<X, Y>, Rooms<X>, Rooms<Y>),
    /// With y + μ A x̄, its prox, and what is between.
    ByVectors(Box<[DistArray<Y>; 3]>),
}

/// What a piece of a vector becomes on its way, of all members.
struct Rooms<T> {
    before: Vec<T>,
    prox: Vec<T>,
}

impl<T: Scalar> Rooms<T> {
    fn new(members: usize) -> Self {
        let [before, prox] = [(); 2].map(|()| vec![T::zero(); members * PIECE]);
        Self { before, prox }
    }

    fn bytes(&self) -> usize {
        size_of_val(&self.before[..]) + size_of_val(&self.prox[..])
    }
}

impl<'a, X: Scalar, Y: Scalar> Pair<'a, X, Y> {
    /// Takes all memory. `who` is the method.
    pub(super) fn new(
        who: &str,
        f: &ProximalOperator<X>,
        g: &ProximalOperator<Y>,
        a: &Operator<X, Y>,
        x: &'a mut DistArray<X>,
    ) -> Result<Self> {
        a.domain().same_as(x.space(), &format!("model of {who}"))?;
        a.domain().same_as(f.space(), &format!("f of {who}"))?;
        a.range().same_as(g.space(), &format!("g of {who}"))?;
        let y = DistArray::zeros(a.range());
        let can_go = f.pointwise().is_some() && g.pointwise().is_some_and(Pointwise::is_even);
        let way = match if can_go { a.round_trip() } else { None } {
            Some(trip) => {
                let [of_x, of_y] = [a.domain(), a.range()].map(|space| space.members().len());
                Way::ByRows(trip, Rooms::new(of_x), Rooms::new(of_y))
            }
            None => Way::ByVectors(Box::new([(); 3].map(|()| y.zeros_like()))),
        };
        let (ahead, next) = (x.clone(), x.zeros_like());
        Ok(Self { f: f.clone(), g: g.clone(), a: a.clone(), x, ahead, next, y: Dual::Own(y), z: None, way })
    }

    /// Begins with this x and y.
    pub(super) fn begin(&mut self) -> Result<()> {
        self.ahead.copy_from(self.x)?;
        self.resume();
        Ok(())
    }

    /// x, x̄ and y, and what the functions go on from.
    pub(super) fn state(&mut self) -> State<'_> {
        let Self { f, g, x, ahead, y, .. } = self;
        let state = State::new().vector("x", *x).vector("ahead", ahead).vector("y", y.get_mut());
        state.within("f", f.state()).within("g", g.state())
    }

    /// Goes on with this x, x̄ and y.
    pub(super) fn resume(&mut self) {
        if let Way::ByRows(trip, ..) = &mut self.way {
            trip.begin(self.y.get());
        }
    }

    /// Both lines.
    pub(super) fn step(&mut self, steps: Steps, run: &Run) -> Result<Moved, Stop> {
        let [x2, y2] = match &mut self.way {
            Way::ByRows(..) => self.by_rows(steps, run.into()),
            Way::ByVectors(..) => {
                let y2 = self.dual(steps, run.into())?;
                [self.primal(steps, run.into())?, y2]
            }
        };
        let [x2, y2] = run.sums([x2, y2])?;
        Ok(Moved { x2: run.finite(x2, "x")?, y2: run.finite(y2, "y")? })
    }

    /// The second line alone.
    pub(super) fn step_of_primal(&mut self, steps: Steps, run: &Run) -> Result<Moved, Stop> {
        let x2 = self.primal(steps, run.into())?;
        let [x2] = run.sums([x2])?;
        Ok(Moved { x2: run.finite(x2, "x")?, y2: 0.0 })
    }

    fn dual(&mut self, steps: Steps, how: Summing) -> Result<PartialSum> {
        let Way::ByVectors(rooms) = &mut self.way else { return Ok(how.start()) };
        let [sum, next, room] = &mut **rooms;
        let y = self.y.get_mut();
        self.a.apply_into(&self.ahead, sum)?;
        sum.xpby(y, real(steps.mu))?; //                                       y + μ A x̄
        self.g.dual_prox_into(steps.mu, sum, next, room)?; //                  ỹ
        y.passes_over(1, 1);
        let (space, y, next, apart) = (next.space(), y.as_mut_slice(), next.as_slice(), room.as_mut_slice());
        Ok(sum_over(space, how, |block, sum| {
            let apart = &mut apart[..block.len()];
            go(&mut y[block.clone()], &next[block], apart, number(steps.rho)); // y' = y + ρ (ỹ − y)
            if let Some(sum) = sum {
                Y::add_squares(sum, apart);
            }
        }))
    }

    fn primal(&mut self, steps: Steps, how: Summing) -> Result<PartialSum> {
        let Self { f, a, x, ahead, next, y, z, .. } = self;
        a.apply_adjoint_into(y.get(), ahead)?;
        if let Some(z) = z {
            ahead.axpy(X::one(), z)?;
        }
        ahead.xpby(x, real(-steps.tau))?; //                                   x − τ (Aᴴ y + z)
        f.prox_into(steps.tau, ahead, next)?; //                               x̃
        x.passes_over(1, 2);
        let (space, x) = (next.space(), x.as_mut_slice());
        let (ahead, next) = (ahead.as_mut_slice(), next.as_slice());
        let mut apart = [X::zero(); PIECE];
        Ok(sum_over(space, how, |block, sum| {
            let apart = &mut apart[..block.len()];
            look_ahead(&mut ahead[block.clone()], &next[block.clone()], &x[block.clone()], number(steps.theta));
            go(&mut x[block.clone()], &next[block], apart, number(steps.rho));
            if let Some(sum) = sum {
                X::add_squares(sum, apart);
            }
        }))
    }

    fn by_rows(&mut self, steps: Steps, how: Summing) -> [PartialSum; 2] {
        let Self { f, g, a, x, ahead, next, y, z, way } = self;
        let (mut x2, mut y2) = (how.start(), how.start());
        let (Way::ByRows(trip, of_x, of_y), Some(f), Some(g)) = (way, f.pointwise(), g.pointwise()) else {
            return [x2, y2];
        };
        let Steps { tau, mu, theta, rho } = steps;
        let [model, data] = [size_of_val(ahead.as_slice()), size_of_val(y.get().as_slice())];
        x.comm().moves((1 + usize::from(z.is_some()) + f.reads()) * model, 2 * model + data);
        let counts = how.counts_replicas();
        let [x_counts, y_counts] = [a.domain(), a.range()].map(|space| counts || !space.is_replicated());
        let z = z.as_ref().map(DistArray::as_slice);
        let x = x.as_mut_slice();
        let of_data = |Update { values: y, length, is_own, product }: Update<'_, '_, Y>| {
            let (before, prox) = (&mut of_y.before[..y.len()], &mut of_y.prox[..y.len()]);
            for (member, y) in y.chunks_exact(length).enumerate() {
                let piece = member * length..(member + 1) * length;
                let (before, prox) = (&mut before[piece.clone()], &mut prox[piece]);
                towards_dual(before, prox, y, product(member), (real(mu), number(mu.recip()))); // y + μ A x̄
            }
            g.prox_pieces(mu.recip(), &mut Pieces::new(prox, length, 0, length));
            dual_of_prox(before, prox, real(-mu)); //                          ỹ
            go(y, before, prox, number(rho)); //                               y' = y + ρ (ỹ − y)
            if is_own && y_counts {
                Y::add_squares(&mut y2, prox);
            }
        };
        let of_model = |places: Places, r: &mut [X]| {
            let all = places.members * places.length;
            let (apart, prox) = (&mut of_x.before[..all], &mut of_x.prox[..all]);
            for (prox, place) in prox.chunks_exact_mut(places.length).zip(places.each()) {
                prox.copy_from_slice(&r[place.clone()]); //                    Aᴴ y
                if let Some(z) = z {
                    add(prox, &z[place.clone()]);
                }
                towards_primal(prox, &x[place], real(-tau)); //                x − τ (Aᴴ y + z)
            }
            f.prox_pieces(tau, &mut Pieces::new(prox, places.length, places.start, places.stride)); // x̃
            let parts = prox.chunks_exact(places.length).zip(apart.chunks_exact_mut(places.length));
            for ((prox, apart), place) in parts.zip(places.each()) {
                look_ahead(&mut r[place.clone()], prox, &x[place.clone()], number(theta));
                go(&mut x[place], prox, apart, number(rho));
            }
            if x_counts {
                X::add_squares(&mut x2, apart);
            }
        };
        trip.update(ahead, y.get_mut(), next, of_data, of_model);
        mem::swap(ahead, next);
        [x2, y2]
    }

    /// y of the user's, from which it begins and in which it is left.
    pub(super) fn lend(&mut self, y: &'a mut DistArray<Y>, who: &str) -> Result<()> {
        self.a.range().same_as(y.space(), &format!("dual of {who}"))?;
        self.y = Dual::Lent(y);
        Ok(())
    }

    /// Bytes beside x, x̄, the next x̄, y and z.
    pub(super) fn scratch(&self) -> usize {
        let of_way = match &self.way {
            Way::ByRows(trip, of_x, of_y) => trip.bytes() + of_x.bytes() + of_y.bytes(),
            Way::ByVectors(rooms) => rooms.iter().map(|room| size_of_val(room.as_slice())).sum(),
        };
        self.a.scratch() + self.f.scratch() + self.g.scratch() + of_way
    }
}

/// Re⟨z, x⟩.
pub(super) fn product<T: Scalar>(z: &DistArray<T>, x: &DistArray<T>) -> Result<f64> {
    Ok(z.vdot(x)?.re().to_f64())
}

/// `Ok` if ρ is between 0 and `most`.
pub(super) fn check_relaxation(rho: f64, most: f64) -> Result<()> {
    if rho > 0.0 && rho < most {
        return Ok(());
    }
    let expected = format!("a number above 0 and below {most}");
    Err(Error::expected(ErrorKind::Parameter, "relaxation", expected, rho))
}

/// Calls `f` with blocks of a vector, and the sum where they count.
pub(super) fn sum_over(
    space: &Space,
    how: Summing,
    mut f: impl FnMut(Range<usize>, Option<&mut PartialSum>),
) -> PartialSum {
    let mut sum = how.start();
    space.for_each_stretch(how.counts_replicas(), |range, counted| {
        for start in range.clone().step_by(PIECE) {
            f(start..(start + PIECE).min(range.end), if counted { Some(&mut sum) } else { None });
        }
    });
    sum
}

fn number<R: Real>(number: f64) -> R {
    R::from_f64(number)
}

/// v ← y + μ q, and v / μ.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn towards_dual<T: Scalar>(v: &mut [T], room: &mut [T], y: &[T], q: &[T], (mu, inverse): (T, T::Real)) {
    for (((v, room), &y), &q) in v.iter_mut().zip(room).zip(y).zip(q) {
        *v = y + mu * q;
        *room = v.scale(inverse);
    }
}

/// v ← v − μ p.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn dual_of_prox<T: Scalar>(v: &mut [T], p: &[T], minus: T) {
    for (v, &p) in v.iter_mut().zip(p) {
        *v += minus * p;
    }
}

/// v ← x + b v.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn towards_primal<T: Scalar>(v: &mut [T], x: &[T], b: T) {
    for (v, &x) in v.iter_mut().zip(x) {
        *v = x + b * *v;
    }
}

/// v ← v + z.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn add<T: Scalar>(v: &mut [T], z: &[T]) {
    for (v, &z) in v.iter_mut().zip(z) {
        *v += T::one() * z;
    }
}

/// x̄ ← x̃ + θ (x̃ − x).
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn look_ahead<T: Scalar>(ahead: &mut [T], next: &[T], x: &[T], theta: T::Real) {
    for ((ahead, &next), &x) in ahead.iter_mut().zip(next).zip(x) {
        *ahead = next + (next - x).scale(theta);
    }
}

/// x ← x + ρ (x̃ − x), and what it was changed by.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn go<T: Scalar>(x: &mut [T], next: &[T], apart: &mut [T], rho: T::Real) {
    if rho == T::Real::from_f64(1.0) {
        for ((x, &next), apart) in x.iter_mut().zip(next).zip(apart) {
            *apart = next - *x;
            *x = next;
        }
    } else {
        for ((x, &next), apart) in x.iter_mut().zip(next).zip(apart) {
            *apart = (next - *x).scale(rho);
            *x += *apart;
        }
    }
}
