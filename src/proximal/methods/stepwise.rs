//! What proximal methods have in common: they map what they have onto something better, and end where that changes nothing.
//!
//! A step tells how far it went, the measure "update", which is the criterion of all of them. It is the true one, as a step is computed
//! from the state alone: nothing has to be computed anew to believe it. The first step is made at the beginning, as its update is what
//! later ones are held against, and is counted as the first iteration.

use super::too_long::Watch;
use crate::error::{Error, ErrorKind};
use crate::numbers::{Real, Scalar};
use crate::operators::Operator;
use crate::solvers::{Measures, Method, Reason, Run, State, Stop, norm_of};

/// A method of steps. [`by_steps`] makes a [`Method`] of it, and [`told_by_vectors`] its `Debug`.
pub(super) trait Stepwise: Method {
    /// How far it is.
    fn progress(&mut self) -> &mut Progress;

    /// Makes all ready for the first step: lengths of steps that nobody gave, images of the model. Called once.
    fn prepare(&mut self, run: &Run) -> Result<(), Stop>;

    /// Makes a step; what it measured, first of all "update". A method that changes its model before it has sums begins with
    /// [`Run::heed`].
    fn step(&mut self, run: &Run) -> Result<Measures, Stop>;

    /// Makes anew what its state does not have, when that was read from a checkpoint: nothing, here.
    fn resume(&mut self) {}
}

/// What `impl Method` has of every method of steps.
macro_rules! by_steps {
    () => {
        fn begin(&mut self, run: &$crate::solvers::Run) -> Result<$crate::solvers::Measures, $crate::solvers::Stop> {
            $crate::proximal::methods::stepwise::begin(self, run)
        }

        fn iterate(&mut self, run: &$crate::solvers::Run) -> Result<$crate::solvers::Measures, $crate::solvers::Stop> {
            $crate::proximal::methods::stepwise::iterate(self, run)
        }

        fn residual(&mut self, _: &$crate::solvers::Run) -> $crate::Result<f64> {
            Ok(self.progress().last())
        }

        fn restored(&mut self) -> $crate::Result<()> {
            self.progress().restored();
            self.resume();
            Ok(())
        }
    };
}

/// `Debug` of a method: its vectors, and some fields.
macro_rules! told_by_vectors {
    ($method:ident<$($scalar:ident),+> $(, $field:ident)*) => {
        impl<$($scalar: $crate::Scalar),+> ::std::fmt::Debug for $method<'_, $($scalar),+>
        where
            Self: $crate::solvers::Method,
        {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($method))
                    .field("vectors", &self.vectors())
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(super) use {by_steps, told_by_vectors};

/// The steps of a method so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// What the step measured that was made at the beginning, until it is counted.
    ahead: Option<Measures>,
    last: Option<Measures>,
    /// Updates: of the first step, of the last one, and of that since when they have grown.
    first: f64,
    update: f64,
    least: f64,
    /// How much they have grown since then, where no step counts for more than a [`LEAP`].
    growth: f64,
    watch: Watch,
}

/// Steps that are too long make updates grow by a factor each time. They are said to, when they have grown so many times, and the last one
/// is beyond the first. Less may be something else: a method that looks ahead takes steps that grow in proportion to their number, down a
/// long slope, and those of a function that is not convex stay small for long and leap when an element leaves 0.
const GROWTH: f64 = 1e6;
const BEYOND_FIRST: f64 = 10.0;
const LEAP: f64 = 10.0;

impl Progress {
    /// The update of the last step.
    pub(super) fn last(&self) -> f64 {
        self.update
    }

    /// This, and what it needs to go on.
    pub(super) fn state<'a>(&'a mut self, state: State<'a>) -> State<'a> {
        state
            .number("update of the first step", &mut self.first)
            .number("update", &mut self.update)
            .number("least update", &mut self.least)
            .number("growth of updates", &mut self.growth)
            .number("update when steps were judged", self.watch.update())
    }

    /// Looks at steps that are at least so many times as long as those that converge.
    ///
    /// # Errors
    /// [`Reason::TooLong`] where they are longer, and updates do not fall.
    pub(super) fn judge(&mut self, factor: f64) -> Result<(), Stop> {
        self.watch.judge(self.update, factor)
    }

    /// Goes on from a checkpoint: the step of this beginning was made from another state.
    pub(super) fn restored(&mut self) {
        (self.ahead, self.last) = (None, None);
    }

    /// Takes what a step measured.
    ///
    /// # Errors
    /// [`Reason::Unstable`] where updates grow.
    fn measured(&mut self, measures: Measures) -> Result<Measures, Stop> {
        let update = measures.get("update").unwrap_or(f64::NAN);
        if self.last.is_none() && self.first == 0.0 {
            self.first = update;
        }
        self.last = Some(measures);
        self.growth *= if update == 0.0 { 0.0 } else { (update / self.update).min(LEAP) };
        self.update = update;
        if self.growth.is_nan() || self.growth <= 1.0 {
            (self.growth, self.least) = (1.0, update);
        }
        if self.growth > GROWTH && update > BEYOND_FIRST * self.first {
            return Err(Reason::Unstable { least: self.least, update }.into());
        }
        Ok(measures)
    }
}

/// Begins with a first step; at a new beginning, which is to be judged, there is nothing to do.
pub(super) fn begin<M: Stepwise>(method: &mut M, run: &Run) -> Result<Measures, Stop> {
    if run.is_judging()
        && let Some(last) = method.progress().last
    {
        return Ok(last);
    }
    if run.options().iterations == 0 {
        let what = format!("iterations of {}", method.name());
        return Err(Error::expected(ErrorKind::Parameter, what, "at least 1", 0).into());
    }
    method.prepare(run)?;
    let mut measures = method.step(run)?;
    if measures.get("update") == Some(0.0) {
        // What a step leaves beside the state follows from it, and what it began from need not, as the x and z of ADMM: twice nothing is nothing.
        measures = method.step(run)?;
    }
    method.progress().ahead = Some(measures);
    method.progress().measured(measures)
}

/// Counts the step of the beginning, or makes one.
pub(super) fn iterate<M: Stepwise>(method: &mut M, run: &Run) -> Result<Measures, Stop> {
    if let Some(measures) = method.progress().ahead.take() {
        return Ok(measures);
    }
    let measures = method.step(run)?;
    method.progress().measured(measures)
}

/// ‖A‖², of an estimate of the norm; 1 of an operator that is 0, as any step will do then.
pub(super) fn norm_squared<X: Scalar, Y: Scalar>(a: &Operator<X, Y>) -> Result<f64, Stop> {
    let square = norm_of(a)?.value.powi(2);
    if !square.is_finite() {
        return Err(Reason::Breakdown(square).into());
    }
    Ok(if square == 0.0 { 1.0 } else { square })
}

/// η, if it is above 0 and below 2.
pub(super) fn relaxed(method: &str, eta: f64) -> Result<f64, Error> {
    if eta > 0.0 && eta < 2.0 {
        return Ok(eta);
    }
    Err(Error::expected(ErrorKind::Parameter, format!("relaxation of {method}"), "above 0 and below 2", eta))
}

/// Columns of the log: the objective, where it is told, and the update by this name.
pub(super) fn columns(tells_objective: bool, update: &'static str) -> Vec<(&'static str, &'static str)> {
    let objective = tells_objective.then_some(("objective", "objective"));
    objective.into_iter().chain([(update, "update")]).collect()
}

/// A real number as a scalar.
pub(super) fn real<T: Scalar>(value: f64) -> T {
    T::from_real(T::Real::from_f64(value))
}
