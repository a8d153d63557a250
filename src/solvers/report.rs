//! Why a solver stopped, and what it did until then.

use super::measures::Series;
use crate::array::Place;
use crate::comm::Comm;
use crate::error::{Error, Result};
use crate::io::write_atomically;
use crate::numbers::Real;
use crate::plot::Curves;
use std::io::Write as _;
use std::path::Path;
use std::{fmt, time::Duration};

/// What a solver did. The solution is in the array that was passed in.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it says whether the solver converged, and why it stopped"]
pub struct Report<R> {
    /// Why it stopped.
    pub reason: Reason,
    /// Iterations made.
    pub iterations: usize,
    /// ‖b − A x‖ computed anew from the final x.
    pub residual: R,
    /// Time on this rank, first and final residual included.
    pub time: Duration,
    /// How far Aᴴ is from the adjoint of A, as far as iterations came upon it: the largest relative difference of two numbers for one inner
    /// product, ⟨A c, s⟩ and ⟨c, Aᴴ s⟩, beyond what rounding errors explain. 0 where none was seen; 0.01 of an adjoint that is 1 % off, with
    /// which a solver takes more iterations; above 0.03 it stops, with [`Reason::Adjoint`]. `None` of methods without Aᴴ, and where
    /// nothing could be told.
    pub adjoint_mismatch: Option<f64>,
    /// Why a [checkpoint](super::Checkpoint) could not be written, the last time that one could not: the solve went on without it.
    pub unsaved: Option<Error>,
    pub(super) series: Series<R>,
}

impl<R: Real> Report<R> {
    /// A measure at the start and after every iteration, by the name that the method's page gives it; empty where the
    /// method has none of this name.
    pub fn series(&self, name: &str) -> &[R] {
        self.series.get(name)
    }

    /// ‖b − A x‖ at the start and after every iteration, as the recurrence has it: the series "cost".
    pub fn cost(&self) -> &[R] {
        self.series("cost")
    }

    /// Draws the series over the iterations, on a logarithmic axis. Collective: all ranks call it, rank 0 draws.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Io`](crate::ErrorKind::Io) if the file cannot be written.
    ///
    /// # Example
    /// ```
    /// use lops::prelude::*;
    ///
    /// let folder = std::env::temp_dir();
    /// let [plot, json] = ["png", "json"].map(|kind| folder.join(format!("lops-doc-report-{}.{kind}", std::process::id())));
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[5], 0)?;
    ///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
    ///     let (b, mut x) = (DistArray::full(&layout, 60.0), DistArray::zeros(&layout));
    ///     let report = cg(&a, &b, &mut x, &Options::default())?;
    ///     report.plot(comm, &plot)?;
    ///     report.save_json(comm, &json)
    /// })
    /// .unwrap();
    /// let figures: serde_json::Value = serde_json::from_slice(&std::fs::read(&json)?).unwrap();
    /// assert_eq!((figures["reason"].as_str(), figures["iterations"].as_u64()), (Some("tolerance met"), Some(5)));
    /// assert_eq!(figures["series"]["cost"].as_array().unwrap().len(), 6);
    /// # for path in [plot, json] { std::fs::remove_file(path)? }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn plot(&self, comm: &Comm, path: impl AsRef<Path>) -> Result<()> {
        let curves = Curves::of(comm).title(self.reason.to_string()).x_label("iteration").logarithmic();
        let curves = self.names().fold(curves, |curves, name| {
            let values: Vec<_> = self.series(name).iter().map(|&value| Real::to_f64(value)).collect();
            curves.values(name, &values)
        });
        curves.save(path)
    }

    /// Writes `{"reason", "converged", "iterations", "residual", "seconds", "adjoint_mismatch", "unsaved", "series": {name: [...]}}`;
    /// numbers that are not finite, and what there is not, are `null`. Collective: rank 0 writes, the whole file or none.
    ///
    /// # Errors
    /// As [`plot`](Self::plot).
    ///
    /// # Example
    /// See [`plot`](Self::plot).
    pub fn save_json(&self, comm: &Comm, path: impl AsRef<Path>) -> Result<()> {
        let values = |name| self.series(name).iter().map(|&value| Real::to_f64(value)).collect::<Vec<_>>();
        let series: serde_json::Map<_, _> = self.names().map(|name| (name.to_owned(), values(name).into())).collect();
        let figures = serde_json::json!({
            "reason": self.reason.to_string(),
            "converged": self.reason.converged(),
            "iterations": self.iterations,
            "residual": Real::to_f64(self.residual),
            "seconds": self.time.as_secs_f64(),
            "adjoint_mismatch": self.adjoint_mismatch,
            "unsaved": self.unsaved.as_ref().map(ToString::to_string),
            "series": series,
        });
        let write = || write_atomically(path.as_ref(), |file| writeln!(file, "{figures:#}"));
        comm.agree(if comm.rank() == 0 { write() } else { Ok(()) })
    }

    /// The names of the series.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.series.names()
    }
}

/// Why a solver stopped.
///
/// | reason | what happened | what to do |
/// |---|---|---|
/// | [`Tolerance`](Self::Tolerance) | the model is as good as was asked for, checked anew from it | nothing |
/// | [`Drifted`](Self::Drifted), [`Exhausted`](Self::Exhausted) | rounding errors are all that is left | ask for less, or compute in double precision |
/// | [`IterationLimit`](Self::IterationLimit), [`TimeLimit`](Self::TimeLimit) | it was on its way | more of them, or a preconditioner |
/// | [`ColumnLimit`](Self::ColumnLimit) | as many columns were chosen as were allowed | more of them, or a larger σ |
/// | [`Stagnation`](Self::Stagnation) | the criterion hardly falls | damp, regularise, or take what there is |
/// | [`Callback`](Self::Callback), [`Signal`](Self::Signal) | somebody wished it | run again: from a checkpoint it goes on |
/// | [`Indefinite`](Self::Indefinite) | CG met ⟨p, A p⟩ < 0 | MINRES or least squares; check the sign of A |
/// | [`Preconditioner`](Self::Preconditioner) | ⟨r, M r⟩ is not above 0 | another M, or GMRES with this one |
/// | [`Breakdown`](Self::Breakdown) | a denominator is 0, or beyond all range | scale the problem, or another method |
/// | [`Adjoint`](Self::Adjoint) | Aᴴ is not the adjoint of A | find out where with [`Operator::check`](crate::Operator::check) |
/// | [`ConditionLimit`](Self::ConditionLimit) | what iterations would add is noise | damp, or allow more |
/// | [`Diverged`](Self::Diverged) | steps of shrinkage are too long | a shorter step, a smaller ε |
/// | [`Unstable`](Self::Unstable) | steps of a proximal method are too long: each update is larger than the last one | shorter steps, or those that the method chooses |
/// | [`TooLong`](Self::TooLong) | steps of a proximal method are too long, and it goes round | shorter steps, or those that the method chooses |
/// | [`Incompatible`](Self::Incompatible) | no model explains the data as well as was asked for | a larger σ |
/// | [`NonFinite`](Self::NonFinite) | a vector holds ∞ or NaN, at this place | look at data and operator there |
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// The criterion, computed anew from the final x, is as small as was asked for.
    Tolerance,
    /// The criterion of the recurrence is as small as was asked for, and the true one is not: rounding errors have come
    /// between them, and a new beginning from x does not help.
    Drifted {
        /// The criterion as the recurrence has it.
        recurrence: f64,
        /// The criterion, computed anew from the final x.
        truth: f64,
    },
    /// What is left of the criterion is rounding errors: it began to grow, and more iterations would ruin x; or less was
    /// asked for than they hide, as 0.
    Exhausted,
    /// ⟨A c, s⟩ and ⟨c, Aᴴ s⟩ are far from equal: the adjoint is not that of A (see [`Operator::check`](crate::Operator::check)). In
    /// least squares this is seen by the way, in vectors that a method has anyway: two iterations in succession with a relative
    /// [difference](Report::adjoint_mismatch) above 0.03, one with more than 0.3, or one above 0.03 at whose end the criterion would be met; and where Aᴴ s is 0 from the start.
    Adjoint,
    /// All iterations were made.
    IterationLimit,
    /// ⟨p, A p⟩ is negative, this one: A is not positive definite.
    Indefinite(f64),
    /// ⟨r, M r⟩ is not above 0, but this: the preconditioner M is not positive definite.
    Preconditioner(f64),
    /// A denominator vanished, with this value: no further step can be taken.
    Breakdown(f64),
    /// A vector holds a number that is not finite.
    NonFinite {
        /// Which vector, in the letters of the solver's documentation.
        vector: &'static str,
        /// The first rank that holds one.
        rank: usize,
        /// Its first place in the vector there. `None` where all numbers are finite and a sum of them overflows.
        place: Option<Place>,
    },
    /// The estimate of the operator's condition, this one, is larger than was allowed: x would grow beyond what the data
    /// determine.
    ConditionLimit(f64),
    /// ‖b − A x‖ would grow, to this, and the method was told to watch it.
    Diverged(f64),
    /// What a step of a proximal method changes has grown from the least so far to this much: its steps are longer than those
    /// that converge.
    Unstable {
        /// The least update so far.
        least: f64,
        /// The last one.
        update: f64,
    },
    /// Steps of a proximal method are at least so many times as long as those that are known to converge, and what they change gets no smaller: it
    /// goes round, as it may where a function bounds its vectors.
    TooLong(f64),
    /// No model explains the data as well as was asked for: Aᴴ r is 0 of a residual r of this norm.
    Incompatible(f64),
    /// As many columns were chosen as were allowed.
    ColumnLimit,
    /// A signal asked for it, on some rank, and a checkpoint was written.
    Signal,
    /// The criterion stopped decreasing.
    Stagnation,
    /// The callback wished it, on some rank.
    Callback,
    /// The time was up, on some rank.
    TimeLimit,
}

impl Reason {
    /// Whether the solution is what was asked for.
    pub fn converged(&self) -> bool {
        *self == Self::Tolerance
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tolerance => f.write_str("tolerance met"),
            Self::IterationLimit => f.write_str("iteration limit"),
            Self::Indefinite(value) => write!(f, "operator not positive definite: ⟨p, A p⟩ = {value:e}"),
            Self::Preconditioner(value) => write!(f, "preconditioner not positive definite: ⟨r, M r⟩ = {value:e}"),
            Self::Breakdown(value) => write!(f, "breakdown: denominator {value:e}"),
            Self::Drifted { recurrence, truth } => {
                write!(f, "rounding errors: the criterion is {recurrence:e} by the recurrence, and {truth:e} in truth")
            }
            Self::Exhausted => f.write_str("what is left of the criterion is rounding errors"),
            Self::Adjoint => f.write_str("⟨A c, s⟩ is not ⟨c, Aᴴ s⟩: the adjoint is not that of A"),
            Self::NonFinite { vector, rank, place: Some(place) } => {
                write!(f, "{vector} is not finite at global index {place}, on rank {rank}")
            }
            Self::NonFinite { vector, .. } => write!(f, "the norm of {vector} overflows"),
            Self::ConditionLimit(condition) => write!(f, "condition limit: the estimate is {condition:e}"),
            Self::Diverged(residual) => write!(f, "diverged: the residual would grow to {residual:e}"),
            Self::Unstable { least, update } => {
                write!(f, "diverged: updates grew from {least:e} to {update:e}; shorter steps converge")
            }
            Self::TooLong(factor) => {
                write!(f, "steps go round: they are at least {factor:.2} times as long as those that converge")
            }
            Self::Incompatible(residual) => write!(f, "incompatible data: no model leaves less than {residual:e}"),
            Self::ColumnLimit => f.write_str("column limit"),
            Self::Signal => f.write_str("stopped by a signal, after a checkpoint"),
            Self::Stagnation => f.write_str("stagnation"),
            Self::Callback => f.write_str("stopped by the callback"),
            Self::TimeLimit => f.write_str("time limit"),
        }
    }
}
