//! The runner of all methods: the loop, and what happens around it.

use super::{
    Measures, Method, Options, Reason, Report, Run, Seen, Stop, Tolerance,
    measures::Series,
    show::{Show, Told},
};
use crate::array::{Reducer, Space};
use crate::comm::Operation;
use crate::error::{Error, Result};
use crate::numbers::{Real, Scalar};
use std::{fmt, ops::ControlFlow};

type Callback<'c, T> = Box<dyn FnMut(&Seen<'_, T>) -> ControlFlow<()> + 'c>;

/// A method that has begun: give it a callback, make one iteration at a time, or let it run to its end.
///
/// [`Method::start`] makes one.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, Reason, launch_threads, operators::Diagonal};
/// use lops::solvers::{Cg, Method, Options};
/// use std::ops::ControlFlow;
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[5], 0)?;
///     let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64))?;
///     let b = DistArray::full(&layout, 60.0);
///     let mut x = b.zeros_like();
///     let report = Cg::new(&a, &b, &mut x)?
///         .start(&Options::default())?
///         .callback(|seen| {
///             let r = seen.vector::<f64>("r").unwrap(); // by the letter in the method's documentation
///             assert!((r.norm() - seen.measure("cost").unwrap()).abs() < 1e-9);
///             if seen.iteration < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
///         })
///         .solve()?;
///     assert_eq!((report.reason, report.iterations), (Reason::Callback, 3));
///
///     let mut solver = Cg::new(&a, &b, &mut x)?.start(&Options::default())?;
///     while solver.step()?.is_none() {}
///     assert!(solver.finish()?.reason.converged());
///     Ok(())
/// })
/// .unwrap();
/// ```
pub struct Solver<'c, M: Method> {
    pub(super) method: M,
    pub(super) run: Run,
    show: Show,
    callback: Option<Callback<'c, M::Model>>,
    pub(super) series: Series<<M::Model as Scalar>::Real>,
    /// The first measures, by their bits.
    pub(super) first: Vec<u64>,
    /// The square of the criterion that is small enough, in this unit as the squares below.
    target: f64,
    unit: i32,
    pub(super) best: f64,
    pub(super) best_at: usize,
    /// The least true one at which the recurrence was as small as was asked for.
    pub(super) judged: f64,
    /// The true residual, where it is known.
    residual: Option<f64>,
    pub(super) reason: Option<Reason>,
    /// Why a checkpoint could not be written, the last time that one could not.
    pub(super) unsaved: Option<Error>,
}

impl<'c, M: Method> Solver<'c, M> {
    pub(super) fn new(mut method: M, options: &Options) -> Result<Self> {
        options.check()?;
        let _operation = operation(&method, options);
        let spaces: Vec<_> = std::iter::once(method.model().space()).chain(method.vectors().spaces()).collect();
        let run = Run::new(options, Reducer::new(&spaces, options.summation)?);
        let show = Show::begin(told(&method), method.model().comm().rank() == 0, options);
        let space = method.model().space().clone();
        let tolerance = options.tolerance;
        let begin = |method: &mut M| begin(method, tolerance, &run);
        let begun = in_colours(&space, method.name(), || marked(&mut method, "begin", begin))?;
        let mut solver = Self {
            method,
            run,
            show,
            callback: None,
            series: Series::default(),
            first: Vec::new(),
            target: 0.0,
            unit: 0,
            best: f64::INFINITY,
            best_at: 0,
            judged: f64::INFINITY,
            residual: None,
            reason: None,
            unsaved: None,
        };
        match begun {
            Ok((at_zero, first)) => solver.measured(&at_zero.unwrap_or(first), &first),
            // Nothing was measured: the report has no iterations and no series.
            Err(Stop::Reason(reason)) => solver.reason = Some(solver.found(reason)),
            Err(Stop::Error(error)) => return Err(error),
        }
        Ok(solver)
    }

    /// Takes the first measures, which are true; `at_zero` are those of x = 0.
    fn measured(&mut self, at_zero: &Measures, first: &Measures) {
        let options = &self.run.options;
        self.series = Series::begin(first, options.iterations);
        self.first = first.named().map(|(_, value)| value.to_bits()).collect();
        self.unit = first.unit();
        self.target = options.tolerance.target(at_zero, first);
        self.run.iteration = Some(0);
        if self.decide(first) {
            self.reason = Some(Reason::Tolerance);
        }
    }

    /// Calls `see` after every iteration, the last one too. `Break` on any rank stops all of them before the next
    /// update: the wish rides in the next reduction. All ranks set a callback, or none does.
    ///
    /// # Communication
    /// 16 bytes more in each message of an iteration.
    #[must_use]
    pub fn callback(mut self, see: impl FnMut(&Seen<'_, M::Model>) -> ControlFlow<()> + 'c) -> Self {
        self.run.has_callback = true;
        self.callback = Some(Box::new(see));
        self
    }

    /// Makes one iteration; the reason, when there is none to make any more.
    ///
    /// # Errors
    /// Those of the method, which are none in this crate's methods.
    pub fn step(&mut self) -> Result<Option<&Reason>> {
        let _operation = self.named();
        if self.reason.is_none() {
            match marked(&mut self.method, "iterate", |method| method.iterate(&self.run)) {
                Ok(measures) => {
                    self.end_iteration(&measures)?;
                    self.save_if_asked()?;
                }
                Err(Stop::Reason(reason)) => self.reason = Some(self.found(reason)),
                Err(Stop::Error(error)) => return Err(error),
            }
        }
        Ok(self.reason.as_ref())
    }

    fn end_iteration(&mut self, measures: &Measures) -> Result<()> {
        self.run.iteration = Some(self.iterations() + 1);
        self.series.push(measures);
        let is_enough = self.decide(measures);
        if let Some(see) = &mut self.callback {
            let method = &self.method;
            let vectors = || method.vectors();
            let (iteration, model) = (self.run.iteration(), method.model());
            let seen = Seen { iteration, model, measures, vectors: &vectors };
            self.run.wishes_to_stop |= see(&seen).is_break();
        }
        if is_enough { self.judge(measures) } else { Ok(()) }
    }

    /// Shows what was measured, and decides whether there is a reason to stop. `true` if the criterion is small enough,
    /// which is no reason yet: the recurrence says so.
    fn decide(&mut self, measures: &Measures) -> bool {
        let (iteration, square) = (self.iterations(), measures.square_in(self.unit));
        let first = self.method.model().as_slice().first();
        self.show.iteration(iteration, first.map(|x| x.re().to_f64()), measures);
        if square < self.best {
            (self.best, self.best_at) = (square, iteration);
        }
        let stale = self.run.options.stagnation.is_some_and(|window| iteration - self.best_at >= window.max(1));
        if !measures.are_finite() {
            self.reason = Some(self.found(self.overflow()));
        } else if square <= self.target || measures.is_enough() {
            return true;
        } else if stale {
            self.reason = Some(Reason::Stagnation);
        } else if self.run.is_late() {
            self.reason = Some(Reason::TimeLimit);
        } else if iteration >= self.run.options.iterations {
            self.reason = Some(Reason::IterationLimit);
        }
        false
    }

    /// Begins anew from the model, and decides by the true criterion what the recurrence's was not believed.
    fn judge(&mut self, recurrence: &Measures) -> Result<()> {
        self.run.is_judging = true;
        let begun = marked(&mut self.method, "begin", |method| method.begin(&self.run));
        self.run.is_judging = false;
        let truth = match begun {
            Ok(truth) => truth,
            Err(Stop::Reason(reason)) => {
                self.reason = Some(self.found(reason));
                return Ok(());
            }
            Err(Stop::Error(error)) => return Err(error),
        };
        let square = truth.square_in(self.unit);
        let is_met = square <= self.target || truth.is_enough();
        let goes_on = (self.target > 0.0 || recurrence.is_enough())
            && square <= GAIN * self.judged
            && self.iterations() < self.run.options.iterations
            && !self.run.is_late();
        if !truth.are_finite() {
            self.reason = Some(self.found(self.overflow()));
        } else if is_met || !goes_on {
            self.residual = truth.get("cost");
            self.reason = Some(match is_met {
                true if truth.is_enough() || truth.can_tell(self.target, self.unit) => Reason::Tolerance,
                true => Reason::Exhausted,
                false => Reason::Drifted { recurrence: recurrence.value(), truth: truth.value() },
            });
        } else {
            self.judged = square;
            (self.best, self.best_at) = (square, self.iterations());
        }
        Ok(())
    }

    /// That a sum overflows, unless a number that is not finite is found.
    fn overflow(&self) -> Reason {
        let vector = self.method.vectors().letters().next().unwrap_or("x");
        Reason::NonFinite { vector, rank: 0, place: None }
    }

    /// The reason; where something is not finite, with its place.
    fn found(&self, reason: Reason) -> Reason {
        self.method.vectors().found(reason)
    }

    /// Gives what ranks do from now on the method's name.
    fn named(&self) -> Operation {
        self.method.model().comm().name_operation(self.method.name())
    }

    /// Iterations made.
    pub fn iterations(&self) -> usize {
        self.run.iteration()
    }

    /// The method, with its model and vectors so far.
    pub fn method(&self) -> &M {
        &self.method
    }

    /// Iterates until there is a reason to stop, and reports.
    ///
    /// # Errors
    /// Those of [`step`](Self::step).
    pub fn solve(mut self) -> Result<Report<<M::Model as Scalar>::Real>> {
        while self.step()?.is_none() {}
        self.finish()
    }

    /// Ends here: computes the true residual and reports.
    ///
    /// # Communication
    /// That of [`Method::residual`], of most methods one application and one reduction; none where the method converged,
    /// which has been judged by it.
    ///
    /// # Errors
    /// Those of the method, which are none in this crate's methods.
    pub fn finish(mut self) -> Result<Report<<M::Model as Scalar>::Real>> {
        let _operation = self.named();
        let residual = match self.residual {
            Some(residual) => residual,
            None => marked(&mut self.method, "residual", |method| method.residual(&self.run))?,
        };
        if !residual.is_finite() && !matches!(self.reason, Some(Reason::NonFinite { .. })) {
            self.reason = Some(self.found(self.overflow()));
        }
        let residual = Real::from_f64(residual);
        let (iterations, time) = (self.iterations(), self.run.started.elapsed());
        let adjoint_mismatch = self.method.adjoint_mismatch();
        self.show.end(iterations, time, adjoint_mismatch);
        let reason = self.reason.unwrap_or(Reason::IterationLimit);
        Ok(Report { reason, iterations, residual, time, adjoint_mismatch, unsaved: self.unsaved, series: self.series })
    }
}

/// Begins a run: the ranks of a colour have the same method, with the same options.
fn operation(method: &impl Method, options: &Options) -> Operation {
    let Options { iterations, tolerance, stagnation, time_limit, summation, .. } = options;
    let (space, parameters) = (method.model().space(), method.parameters());
    let told = format_args!(
        "{space:#}, {parameters:?}, {iterations} iterations, {tolerance:?}, {stagnation:?}, {time_limit:?}, {summation:?}"
    );
    space.group().operation(method.name(), told)
}

/// Does something with vectors of this space that is told to all ranks, and finds whether it keeps within the colours of
/// the mask.
pub(super) fn in_colours<R>(space: &Space, name: &str, act: impl FnOnce() -> R) -> Result<R> {
    let colours = space.mask().filter(|colours| colours.iter().any(|colour| *colour != colours[0]));
    let watch = colours.map(|colours| space.comm().watch_colours(colours));
    let done = act();
    watch.map_or(Ok(()), |watch| watch.verdict(&format!("{name} of masked vectors")))?;
    Ok(done)
}

/// Marks what a method does.
pub(super) fn marked<M: Method, R>(method: &mut M, name: &str, act: impl FnOnce(&mut M) -> R) -> R {
    let _mark = method.model().comm().mark(name);
    act(method)
}

/// How much of the square of the true criterion may be left since a new beginning, for another one to be worth it.
const GAIN: f64 = 0.25;

/// Begins; also what the criterion is at x = 0, where the tolerance is relative to that.
pub(super) fn begin<M: Method>(
    method: &mut M,
    tolerance: Tolerance,
    run: &Run,
) -> Result<(Option<Measures>, Measures), Stop> {
    let at_zero = match tolerance {
        Tolerance::OfData(_) => method.criterion_at_zero(run)?,
        _ => None,
    };
    Ok((at_zero, method.begin(run)?))
}

impl<M: Method> fmt::Debug for Solver<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Solver")
            .field("method", &self.method.name())
            .field("iterations", &self.iterations())
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// What the display tells of a method.
fn told(method: &impl Method) -> Told {
    let (model, data) = (method.model().size(), method.vectors().data_space().map(Space::size));
    let shape = (data.unwrap_or(model), model);
    Told { name: method.name(), shape, parameters: method.parameters(), columns: method.columns() }
}
