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
use crate::numbers::{PartialSum, Real, Scalar, exact::ask_ahead};
use crate::operators::{LinearOperator, Operator, PIECE, Places, RoundTrip, Update};
use crate::proximal::methods::{stepwise::real, too_long};
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
    /// With what pieces of x and y become on their way.
    ByRows(RoundTrip<X, Y>, Rooms<X>, Vec<Y>),
    /// With y + μ A x̄, its prox, and what is between.
    ByVectors(Box<[DistArray<Y>; 3]>),
}

/// What a piece of x becomes on its way, of all members: its prox, and how far that is from x.
struct Rooms<T> {
    prox: Vec<T>,
    apart: Vec<T>,
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
                let [of_x, of_y] = [a.domain(), a.range()].map(|space| space.members().len() * PIECE);
                let [prox, apart] = [(); 2].map(|()| vec![X::zero(); of_x]);
                Way::ByRows(trip, Rooms { prox, apart }, vec![Y::zero(); of_y])
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

    /// ‖A d‖²/‖d‖² of d = x̄ − x, the way of the last step: ‖A‖² is no less. One application of A, and one all-reduce.
    pub(super) fn stretch(&mut self, run: &Run) -> Result<f64, Stop> {
        let Self { a, x, ahead, next, way, .. } = self;
        next.copy_from(ahead)?;
        let d2 = next.axpy_norm2(-X::one(), x, run)?;
        let image2 = match way {
            Way::ByRows(trip, ..) => trip.norm2(next, None, run.into()),
            Way::ByVectors(rooms) => {
                a.apply_into(next, &mut rooms[0])?;
                rooms[0].norm2(run)
            }
        };
        too_long::stretch([d2, image2], run)
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
            let (x, ahead) = (&mut x[block.clone()], &mut ahead[block.clone()]);
            go_and_look_ahead(x, ahead, &next[block], apart, [steps.rho, steps.theta].map(number));
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
        let of_data = |mut update: Update<'_, '_, Y>| {
            let (members, length) = (update.members(), update.length());
            let prox = &mut of_y[..members * length];
            for (member, prox) in prox.chunks_exact_mut(length).enumerate() {
                let (y, q) = update.member(member);
                towards_dual(prox, y, q, (real(mu), number(mu.recip()))); //   (y + μ A x̄) / μ
            }
            g.prox_pieces(mu.recip(), &mut Pieces::new(prox, length, 0, length));
            for (member, prox) in prox.chunks_exact_mut(length).enumerate() {
                let (y, q) = update.member(member);
                go_to_dual(y, q, prox, ([mu, -mu].map(real), number(rho))); // y' = y + ρ (ỹ − y)
            }
            if update.is_own() && y_counts {
                Y::add_squares(&mut y2, prox);
            }
        };
        let of_model = |places: Places, r: &mut [X]| {
            let all = places.members * places.length;
            let (prox, apart) = (&mut of_x.prox[..all], &mut of_x.apart[..all]);
            for (prox, place) in prox.chunks_exact_mut(places.length).zip(places.each()) {
                let (x, r) = (&x[place.clone()], &r[place.clone()]);
                match z {
                    None => towards_primal(prox, x, r, real(-tau)), //         x − τ Aᴴ y
                    Some(z) => towards_primal_with(prox, x, r, &z[place], real(-tau)), // x − τ (Aᴴ y + z)
                }
            }
            f.prox_pieces(tau, &mut Pieces::new(prox, places.length, places.start, places.stride)); // x̃
            let parts = prox.chunks_exact(places.length).zip(apart.chunks_exact_mut(places.length));
            for ((prox, apart), place) in parts.zip(places.each()) {
                go_and_look_ahead(&mut x[place.clone()], &mut r[place], prox, apart, [rho, theta].map(number));
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
            Way::ByRows(trip, Rooms { prox, apart }, of_y) => {
                trip.bytes() + size_of_val(&prox[..]) + size_of_val(&apart[..]) + size_of_val(&of_y[..])
            }
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

/// v ← (y + μ q) / μ.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn towards_dual<T: Scalar>(v: &mut [T], y: &[T], q: &[T], (mu, inverse): (T, T::Real)) {
    ask_ahead(y);
    for ((v, &y), &q) in v.iter_mut().zip(y).zip(q) {
        *v = (y + mu * q).scale(inverse);
    }
}

/// y ← y + ρ (ỹ − y) of ỹ = y + μ q − μ p, and, in the place of p, what it was changed by.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn go_to_dual<T: Scalar>(y: &mut [T], q: &[T], p: &mut [T], ([mu, minus], rho): ([T; 2], T::Real)) {
    let is_whole = rho == T::Real::from_f64(1.0);
    for ((y, &q), p) in y.iter_mut().zip(q).zip(p) {
        let next = *y + mu * q + minus * *p;
        *p = part_of(next - *y, rho, is_whole);
        *y = if is_whole { next } else { *y + *p };
    }
}

/// v ← x + b r.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn towards_primal<T: Scalar>(v: &mut [T], x: &[T], r: &[T], b: T) {
    ask_ahead(x);
    for ((v, &x), &r) in v.iter_mut().zip(x).zip(r) {
        *v = x + b * r;
    }
}

/// v ← x + b (r + 1 z): as `axpy` has it, which the way by vectors takes.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn towards_primal_with<T: Scalar>(v: &mut [T], x: &[T], r: &[T], z: &[T], b: T) {
    ask_ahead(x);
    ask_ahead(z);
    for (((v, &x), &r), &z) in v.iter_mut().zip(x).zip(r).zip(z) {
        *v = x + b * (r + T::one() * z);
    }
}

/// x̄ ← x̃ + θ (x̃ − x), then x ← x + ρ (x̃ − x), and what it was changed by.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn go_and_look_ahead<T: Scalar>(x: &mut [T], ahead: &mut [T], next: &[T], apart: &mut [T], [rho, theta]: [T::Real; 2]) {
    let is_whole = rho == T::Real::from_f64(1.0);
    for (((x, ahead), &next), apart) in x.iter_mut().zip(ahead).zip(next).zip(apart) {
        let far = next - *x;
        *ahead = next + far.scale(theta);
        *apart = part_of(far, rho, is_whole);
        *x = if is_whole { next } else { *x + *apart };
    }
}

/// x ← x + ρ (x̃ − x), and what it was changed by.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn go<T: Scalar>(x: &mut [T], next: &[T], apart: &mut [T], rho: T::Real) {
    let is_whole = rho == T::Real::from_f64(1.0);
    for ((x, &next), apart) in x.iter_mut().zip(next).zip(apart) {
        *apart = part_of(next - *x, rho, is_whole);
        *x = if is_whole { next } else { *x + *apart };
    }
}

/// ρ of the way, if not all of it: x + (x̃ − x) is not always x̃.
#[inline(always)]
fn part_of<T: Scalar>(way: T, rho: T::Real, is_whole: bool) -> T {
    if is_whole { way } else { way.scale(rho) }
}
