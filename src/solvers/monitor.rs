//! The end of the loop: what all solvers count, decide and report alike.

use super::{Options, Progress, Reason, Report, Tolerance, show::Show};
use crate::array::sums::{PartialSum, Reducer, Wishes};
use crate::{DistArray, Real, Scalar, Space, array::find::first_non_finite};
use std::{ops::ControlFlow, time::Instant};

pub(super) struct Monitor<R> {
    options: Options,
    pub(super) reducer: Reducer,
    started: Instant,
    show: Show,
    /// What this rank alone wishes: to stop by its callback, or because its time is up.
    wishes: Wishes,
    has_callback: bool,
    target: f64,
    best: f64,
    best_at: usize,
    pub(super) iteration: usize,
    pub(super) reason: Option<Reason>,
    cost: Vec<R>,
    gradient: Vec<R>,
    damped_cost: Vec<R>,
}

/// What an iteration is judged by.
#[derive(Clone, Copy)]
pub(super) struct Measures {
    /// ‖b − A x‖².
    pub(super) cost: f64,
    /// Squared: of least squares the gradient; of CG the cost again.
    pub(super) judged: f64,
    /// ‖x‖², where there is damping.
    pub(super) model: f64,
}

impl<R: Real> Monitor<R> {
    pub(super) fn new(options: &Options, reducer: Reducer, least_squares: bool, show: Show) -> Self {
        // Beyond this many iterations a push may allocate; nobody waits for so many.
        let room = options.iterations.min(1 << 20) + 1;
        let series = |wanted: bool| Vec::with_capacity(if wanted { room } else { 0 });
        Self {
            options: options.clone(),
            reducer,
            started: Instant::now(),
            show,
            wishes: [0; 2],
            has_callback: false,
            target: 0.0,
            best: f64::INFINITY,
            best_at: 0,
            iteration: 0,
            reason: None,
            cost: series(true),
            gradient: series(least_squares),
            damped_cost: series(least_squares && options.damp > 0.0),
        }
    }

    /// Adds up the ranks' sums; with them, in the same message, who wishes to stop.
    pub(super) fn together<const K: usize>(&mut self, mut sums: [PartialSum; K]) -> [f64; K] {
        if self.has_callback || self.options.time_limit.is_some() {
            let late = self.options.time_limit.is_some_and(|limit| self.started.elapsed() >= limit);
            let mut wishes = [self.wishes[0], i64::from(late)];
            self.reducer.all_reduce_with(&mut sums, &mut wishes);
            if wishes[0] > 0 {
                self.reason = Some(Reason::Callback);
            } else if wishes[1] > 0 {
                self.reason = Some(Reason::TimeLimit);
            }
        } else {
            self.reducer.all_reduce(&mut sums);
        }
        sums.map(|sum| sum.value())
    }

    /// Takes the measures at the start.
    pub(super) fn begin<T: Scalar<Real = R>>(&mut self, first: Measures, x: &DistArray<T>) {
        self.target = match self.options.tolerance {
            Tolerance::Relative(tolerance) => tolerance * tolerance * first.judged,
            Tolerance::AbsoluteSquared(tolerance) => tolerance,
        };
        self.take(first, x);
        if self.reason.is_none() && self.options.iterations == 0 {
            self.reason = Some(Reason::IterationLimit);
        }
    }

    /// Takes the measures after an iteration.
    pub(super) fn end_iteration<T: Scalar<Real = R>>(&mut self, measures: Measures, x: &DistArray<T>) {
        self.iteration += 1;
        self.take(measures, x);
        if self.reason.is_none() && self.iteration >= self.options.iterations {
            self.reason = Some(Reason::IterationLimit);
        }
    }

    fn take<T: Scalar<Real = R>>(&mut self, measures: Measures, x: &DistArray<T>) {
        let Measures { cost, judged, model } = measures;
        let damped = (cost + self.options.damp.powi(2) * model).sqrt();
        push(&mut self.cost, cost.sqrt());
        push(&mut self.gradient, judged.sqrt());
        push(&mut self.damped_cost, damped);
        self.show.iteration(self.iteration, x.as_slice().first().map(|x| x.re().to_f64()), cost.sqrt(), damped);
        if judged < self.best {
            (self.best, self.best_at) = (judged, self.iteration);
        }
        let stale = self.options.stagnation.is_some_and(|window| self.iteration - self.best_at >= window.max(1));
        // A NaN fails this comparison: it never counts as converged.
        if judged <= self.target {
            self.reason = Some(Reason::Tolerance);
        } else if stale {
            self.reason = Some(Reason::Stagnation);
        }
    }

    /// Stops because a sum came out infinite or NaN: the first of these vectors that holds such a
    /// number, and where.
    pub(super) fn not_finite<T: Scalar>(&mut self, vectors: &[(&'static str, &Space, &[T])]) {
        for &(vector, space, values) in vectors {
            if let Some((rank, index)) = first_non_finite(space, values) {
                self.reason = Some(Reason::NonFinite { vector, rank, index: Some(index) });
                return;
            }
        }
        let vector = vectors.first().map_or("x", |first| first.0);
        self.reason = Some(Reason::NonFinite { vector, rank: 0, index: None });
    }

    /// Lets the callback see the iteration; its wish rides in the next reduction.
    pub(super) fn call<T: Scalar<Real = R>>(
        &mut self,
        callback: &mut dyn FnMut(&Progress<'_, T>) -> ControlFlow<()>,
        model: &DistArray<T>,
    ) {
        let cost = self.cost.last().copied().unwrap_or_else(R::zero);
        let progress = Progress { iteration: self.iteration, cost, model };
        if callback(&progress).is_break() {
            self.wishes[0] = 1;
        }
    }

    /// From now on the messages carry the callback's wish. All ranks say so together.
    pub(super) fn expect_callback(&mut self) {
        self.has_callback = true;
    }

    pub(super) fn report(self, residual: R) -> Report<R> {
        self.show.end(self.iteration, self.started.elapsed());
        Report {
            reason: self.reason.unwrap_or(Reason::IterationLimit),
            iterations: self.iteration,
            cost: self.cost,
            gradient: self.gradient,
            damped_cost: self.damped_cost,
            residual,
            time: self.started.elapsed(),
        }
    }
}

/// Appends to a series that is kept at all (has room).
fn push<R: Real>(series: &mut Vec<R>, value: f64) {
    if series.capacity() > 0 {
        series.push(R::from_f64(value));
    }
}
