//! Solves inside of other iterations, as of a prox: their memory is kept from one to the next, and nothing is reported but their
//! iterations and, as an error, that they went wrong.
//!
//! Criteria are those of the recurrence: nothing is computed anew at the end.

use super::solver::{begin, in_colours, marked};
use super::{Cg, Cgls, Method, Options, Reason, Run, Stop, Tolerance, cgls};
use crate::array::{DistArray, Reducer, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};

/// What [`Cgls`] needs, kept.
pub(crate) struct InnerCgls<X: Scalar, Y: Scalar> {
    rooms: Option<cgls::Rooms<X, Y>>,
    run: InnerRun,
}

impl<X: Scalar, Y: Scalar> InnerCgls<X, Y> {
    /// For a part of this name, which errors tell.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] or [`ErrorKind::Communicator`] if A's spaces have no sums in common.
    pub(crate) fn new(a: &Operator<X, Y>, part: &'static str, options: Options) -> Result<Self> {
        Ok(Self { rooms: Some(cgls::Rooms::of(a)), run: InnerRun::new(&[a.domain(), a.range()], part, options)? })
    }

    /// x ← that of min ‖A x − b‖² + λ² ‖x‖², from the x that is passed in; the iterations.
    ///
    /// # Errors
    /// Of kind [`ErrorKind::Other`], in the words of the [`Reason`], where the solve went wrong; those of A.
    pub(crate) fn solve(
        &mut self,
        a: &Operator<X, Y>,
        b: &DistArray<Y>,
        x: &mut DistArray<X>,
        damp: f64,
    ) -> Result<usize> {
        let rooms = self.rooms.take().unwrap_or_else(|| cgls::Rooms::of(a));
        let mut method = Cgls::within(a, b, x, rooms).damp(damp)?;
        let done = self.run.solve(&mut method);
        self.rooms = Some(method.into_rooms());
        done
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rooms.as_ref().map_or(0, cgls::Rooms::bytes)
    }
}

/// What [`Cg`] needs, kept.
pub(crate) struct InnerCg<T: Scalar> {
    rooms: Option<[DistArray<T>; 3]>,
    run: InnerRun,
}

impl<T: Scalar> InnerCg<T> {
    /// As [`InnerCgls::new`], of systems in this space.
    ///
    /// # Errors
    /// As [`InnerCgls::new`].
    pub(crate) fn new(space: &Space, part: &'static str, options: Options) -> Result<Self> {
        let rooms = [(); 3].map(|()| DistArray::zeros(space));
        Ok(Self { rooms: Some(rooms), run: InnerRun::new(&[space], part, options)? })
    }

    /// x ← that of A x = b, from the x that is passed in; the iterations.
    ///
    /// # Errors
    /// As [`InnerCgls::solve`].
    pub(crate) fn solve(&mut self, a: &Operator<T>, b: &DistArray<T>, x: &mut DistArray<T>) -> Result<usize> {
        let rooms = self.rooms.take().unwrap_or_else(|| [(); 3].map(|()| DistArray::zeros(b.space())));
        let mut method = Cg::within(a, b, x, rooms);
        let done = self.run.solve(&mut method);
        self.rooms = Some(method.into_rooms());
        done
    }

    pub(crate) fn bytes(&self) -> usize {
        self.rooms.iter().flatten().map(|room| size_of_val(room.as_slice())).sum()
    }
}

/// The run of all solves of one part, and what is looked at in the first one.
struct InnerRun {
    run: Run,
    part: &'static str,
    is_first: bool,
}

impl InnerRun {
    fn new(spaces: &[&Space], part: &'static str, options: Options) -> Result<Self> {
        let run = Run::new(&options, Reducer::new(spaces, options.summation)?);
        Ok(Self { run, part, is_first: true })
    }

    /// Iterates until the criterion is small enough or all iterations are made; how many they were.
    fn solve(&mut self, method: &mut impl Method) -> Result<usize> {
        let _operation = method.model().comm().name_operation(method.name());
        self.run.iteration = None;
        let run = &self.run;
        let begun = if std::mem::take(&mut self.is_first) {
            let space = method.model().space().clone();
            in_colours(&space, self.part, || begin(method, run))?
        } else {
            begin(method, run)
        };
        match begun {
            Ok((at_zero, first)) => {
                let unit = first.unit();
                let of = match run.options.tolerance {
                    Tolerance::OfData(_) => at_zero.unwrap_or(first),
                    _ => first,
                };
                let target = run.options.tolerance.square() * of.square_in(unit);
                let mut measures = first;
                self.run.iteration = Some(0);
                while measures.are_finite() {
                    let is_met = measures.square_in(unit) <= target || measures.is_enough();
                    if is_met || self.run.iteration() >= self.run.options.iterations {
                        return Ok(self.run.iteration());
                    }
                    measures = match marked(method, "iterate", |method| method.iterate(&self.run)) {
                        Ok(measures) => measures,
                        Err(stop) => return self.stopped(method, stop),
                    };
                    self.run.iteration = Some(self.run.iteration() + 1);
                }
                let vector = method.vectors().letters().next().unwrap_or("x");
                self.stopped(method, Reason::NonFinite { vector, rank: 0, place: None }.into())
            }
            Err(stop) => self.stopped(method, stop),
        }
    }

    /// That rounding errors are all that is left is well; all else went wrong.
    fn stopped(&self, method: &impl Method, stop: Stop) -> Result<usize> {
        let reason = match stop {
            Stop::Error(error) => return Err(error),
            Stop::Reason(Reason::Exhausted | Reason::Drifted { .. }) => return Ok(self.run.iteration()),
            Stop::Reason(reason) => method.vectors().found(reason),
        };
        let what = format!("{} in the prox of {}", method.name(), self.part);
        Err(Error::expected(ErrorKind::Other, what, "a solve that goes well", reason))
    }
}
