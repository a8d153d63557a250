//! What methods for A x = b with any square A have in common: all but the iteration.
//!
//! Such methods begin anew from x now and then: where rounding errors have come between their recurrences and the truth, where
//! a denominator vanished, where their vectors are full. What they find there says whether to go on.

use super::rounding::epsilon;
use super::state::{Bits, NOTHING};
use super::system::{check_square, cost_at_zero};
use super::units::{Units, is_ordinary, scaled_residual};
use super::{Measures, PerIteration, Reason, Run, State, Stop, Vectors};
use crate::array::{DistArray, Summing, exponent};
use crate::comm::Sent;
use crate::error::Result;
use crate::numbers::powers::{exponent_of, times_two_to, two_to};
use crate::numbers::{PartialSum, Scalar};
use crate::operators::{LinearOperator, Operator};

/// The system with the vectors r and q, in units, and what is known of its rounding errors.
pub(super) struct Square<'a, T: Scalar> {
    method: &'static str,
    pub(super) a: Operator<T>,
    pub(super) b: &'a DistArray<T>,
    pub(super) x: &'a mut DistArray<T>,
    pub(super) r: DistArray<T>,
    pub(super) q: DistArray<T>,
    pub(super) units: Units,
    pub(super) preconditioner: Option<&'a Operator<T>>,
    /// The exponent of what the preconditioner makes of vectors of norm 1.
    of_preconditioner: i32,
    /// ‖r‖ at the last beginning.
    pub(super) beta: f64,
    /// The largest ‖A M v‖ / ‖v‖ so far: no more than ‖A M‖₂.
    pub(super) norm: f64,
    /// The rounding errors of r at the last beginning, at the least.
    floor: f64,
    /// Why the next iteration begins anew, if it does.
    pub(super) ending: Option<Ending>,
    /// Breakdowns in a row, between which the residual did not fall to half.
    breakdowns: usize,
}

/// Why a method begins anew.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    /// No more can be had of the recurrences, or their vectors are full.
    Full,
    /// A denominator vanished, with this value.
    Broken(f64),
}

/// No denominator is NaN with this payload.
const FULL: u64 = NOTHING - 1;

impl Bits for Option<Ending> {
    fn get(&self) -> u64 {
        match self {
            None => NOTHING,
            Some(Ending::Full) => FULL,
            Some(Ending::Broken(value)) => value.to_bits(),
        }
    }
    fn set(&mut self, bits: u64) {
        *self = match bits {
            NOTHING => None,
            FULL => Some(Ending::Full),
            value => Some(Ending::Broken(f64::from_bits(value))),
        };
    }
}

/// Beginnings of no use after a denominator vanished: so many are made.
const ATTEMPTS: usize = 1;

/// How many times its least rounding errors a residual may be that does not fall to half any more.
const NEAR: f64 = 1e3;

impl<'a, T: Scalar> Square<'a, T> {
    /// Checks the spaces, and takes all memory; errors name the method.
    pub(super) fn new(
        a: &Operator<T>,
        b: &'a DistArray<T>,
        x: &'a mut DistArray<T>,
        method: &'static str,
    ) -> Result<Self> {
        check_square(a, b, x, method)?;
        Ok(Self {
            method,
            a: a.clone(),
            b,
            x,
            r: b.zeros_like(),
            q: b.zeros_like(),
            units: Units::default(),
            preconditioner: None,
            of_preconditioner: 0,
            beta: 0.0,
            norm: 0.0,
            floor: 0.0,
            ending: None,
            breakdowns: 0,
        })
    }

    pub(super) fn scratch(&self) -> usize {
        self.a.scratch() + self.preconditioner.map_or(0, LinearOperator::scratch)
    }

    /// Takes a preconditioner.
    pub(super) fn precondition(&mut self, m: &'a Operator<T>) -> Result<()> {
        let of = format!("space of the preconditioner of {}", self.method);
        self.a.domain().same_as(m.domain(), &of)?;
        self.a.domain().same_as(m.range(), &of)?;
        self.preconditioner = Some(m);
        Ok(())
    }

    pub(super) fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b).and("x", &*self.x).and("r", &self.r).and("q", &self.q)
    }

    /// The model and all numbers.
    pub(super) fn state(&mut self) -> State<'_> {
        self.state_and_residual().0
    }

    /// The same, and r, for methods that go on from it.
    pub(super) fn state_and_residual(&mut self) -> (State<'_>, &mut DistArray<T>) {
        let Self { x, r, units, of_preconditioner, beta, norm, floor, ending, breakdowns, .. } = self;
        let state = State::new().vector("x", *x).bits("start.of_preconditioner", of_preconditioner);
        let state = state.number("start.beta", beta).number("start.norm", norm).number("start.floor", floor);
        (units.state(state.bits("start.ending", ending).count("start.breakdowns", breakdowns)), r)
    }

    /// What this rank sends for so many applications, each with its preconditioner, and messages of so many sums.
    pub(super) fn communication(&self, applications: usize, messages: &[usize]) -> Result<PerIteration> {
        let of_m = self.preconditioner.map_or(Sent::NOTHING, |m| m.communication().forward);
        let once = self.a.communication().forward + of_m;
        let all = (0..applications).fold(Sent::NOTHING, |all, _| all + once);
        PerIteration::of(all, &[self.a.domain()], messages)
    }

    /// r ← b − A x, and what is known of it.
    pub(super) fn start(&mut self, run: &Run) -> Result<Measures, Stop> {
        let Self { a, b, x, r, q, units, .. } = self;
        units.forward(a, x, q)?; //                                            q ← A x
        units.copy_data(b, r)?; //                                             r ← b
        let (b2, x2) = (r.norm2(run), x.norm2(run));
        let r2 = r.axpy_norm2(-T::one(), q, run)?; //                          r ← r − q
        let [r2, b2, x2] = run.sums([r2, b2, x2])?;
        self.beta = r2.sqrt(); //                                              β ← ‖r‖
        // With a preconditioner the norm is that of A M.
        let of_x = if self.preconditioner.is_none() { self.norm * x2.sqrt() } else { 0.0 };
        self.floor = 2.0 * epsilon::<T>() * b2.sqrt().max(of_x);
        self.ending = None;
        let hidden = 0.5 * epsilon::<T>() * run.size_when_judging(self.b, self.units.data);
        Ok(Measures::in_units("cost", r2, self.units.data).hiding(hidden))
    }

    /// Begins anew from x where that is due; whether it was.
    ///
    /// # Errors
    /// [`Reason::Exhausted`] where the residual is nothing but rounding errors, [`Reason::Breakdown`] where a denominator
    /// vanished again.
    pub(super) fn start_where_due(&mut self, run: &Run) -> Result<bool, Stop> {
        let Some(ending) = self.ending else {
            return if self.beta <= self.floor { Err(Reason::Exhausted.into()) } else { Ok(false) };
        };
        let before = self.beta;
        self.start(run)?;
        run.finite(self.beta, "r")?;
        let has_fallen = self.beta <= 0.5 * before;
        if self.beta <= self.floor || (!has_fallen && self.beta <= NEAR * self.floor) {
            return Err(Reason::Exhausted.into());
        }
        match ending {
            Ending::Broken(value) if !has_fallen && self.breakdowns == ATTEMPTS => {
                return Err(Reason::Breakdown(value).into());
            }
            Ending::Broken(_) if !has_fallen => self.breakdowns += 1,
            _ => self.breakdowns = 0,
        }
        Ok(true)
    }

    /// Whether a residual of this norm, by the recurrence, is all that can be had since the last beginning.
    pub(super) fn is_enough(&self, norm: f64) -> bool {
        norm <= epsilon::<T>() * self.beta
    }

    /// Takes ‖A M v‖ / ‖v‖ of a v.
    ///
    /// # Errors
    /// [`Reason::Breakdown`] where the largest so far is 0, or out of the range in which squares are numbers.
    pub(super) fn note_norm(&mut self, norm: f64) -> Result<(), Stop> {
        self.norm = self.norm.max(norm);
        if is_ordinary::<T>(self.norm * self.norm) { Ok(()) } else { Err(Reason::Breakdown(norm).into()) }
    }

    /// Whether a number of the size of ‖A M‖ is nothing but rounding errors.
    pub(super) fn is_nothing(&self, number: f64) -> bool {
        number <= 4.0 * epsilon::<T>() * self.norm
    }

    /// Whether what was measured at the start can be gone on with.
    pub(super) fn is_ordinary(&self) -> bool {
        is_ordinary::<T>(self.beta * self.beta)
    }

    /// Chooses units by the residual, by A M times it, and by the norm seen so far: a residual may be of A's null space.
    pub(super) fn choose_units(&mut self, _: &Run) -> Result<(), Stop> {
        let Self { a, b, x, r, q, units, preconditioner, of_preconditioner, .. } = self;
        let unit_of_norm = units.forward + *of_preconditioner;
        let seen = exponent_of(self.norm).map(|norm| norm + unit_of_norm);
        (*units, *of_preconditioner) = (Units::default(), 0);
        if let Some(data) = scaled_residual(a, b, x, r, q)? {
            let forward = if let Some(m) = preconditioner {
                m.apply_into(r, q)?; //                                        q ← M r
                *of_preconditioner = exponent(q).unwrap_or(0);
                times_two_to(q.as_mut_slice(), -*of_preconditioner);
                a.apply_into(q, r)?; //                                        r ← A q
                exponent(r)
            } else {
                a.apply_into(r, q)?; //                                        q ← A r
                exponent(q)
            };
            let forward = forward.max(seen.map(|norm| norm - *of_preconditioner)).unwrap_or(0);
            *units = Units { data, gradient: data, model: data - forward, forward, ..*units };
        }
        self.norm = two_to(self.norm, unit_of_norm - units.forward - *of_preconditioner);
        Ok(())
    }

    /// z ← M v; M is there.
    pub(super) fn apply_preconditioner(&self, v: &DistArray<T>, z: &mut DistArray<T>) -> Result<()> {
        if let Some(m) = self.preconditioner {
            m.apply_into(v, z)?;
            times_two_to(z.as_mut_slice(), -self.of_preconditioner);
        }
        Ok(())
    }

    /// ‖b − A x‖, by way of q.
    pub(super) fn residual(&mut self, run: &Run) -> Result<f64> {
        run.residual(&self.a, self.b, self.x, &mut self.q)
    }

    pub(super) fn criterion_at_zero(&self, run: &Run) -> Result<Option<Measures>, Stop> {
        cost_at_zero(self.b, run).map(Some)
    }
}

/// ⟨x, y⟩ = Σ x̄ᵢ yᵢ: this rank's parts of its real part and, where there is one, of its imaginary one.
pub(super) fn inner<T: Scalar>(x: &DistArray<T>, y: &DistArray<T>, run: &Run) -> Result<[Option<PartialSum>; 2]> {
    x.space().same_as(y.space(), "second vector of an inner product")?;
    x.passes_over(2, 0);
    let how = Summing::from(run);
    let mut sums = [how.start(), how.start()];
    x.space().for_each_stretch(how.counts_replicas(), |range, counted| {
        if counted {
            T::add_products::<true>(&mut sums, &x.as_slice()[range.clone()], &y.as_slice()[range]);
        }
    });
    let [re, im] = sums;
    Ok([Some(re), T::IS_COMPLEX.then_some(im)])
}
