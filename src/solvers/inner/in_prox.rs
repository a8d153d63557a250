//! Solves in proxes: runs of their own.

use super::{Kept, begin, iterate};
use crate::array::{DistArray, Reducer, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};
use crate::solvers::solver::{in_colours, marked};
use crate::solvers::{Cg, Measures, Method, Options, Reason, Run, Stop};
use std::mem;

/// CGLS, of an operator and any data.
pub(crate) struct CglsInProx<X: Scalar, Y: Scalar> {
    kept: Kept<X, Y>,
    run: RunInProx,
}

impl<X: Scalar, Y: Scalar> CglsInProx<X, Y> {
    /// For the prox of this name, which errors tell.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] or [`ErrorKind::Communicator`] if A's spaces have no sums in common.
    pub(crate) fn new(a: &Operator<X, Y>, prox: &'static str, options: Options) -> Result<Self> {
        Ok(Self { kept: Kept::of(a), run: RunInProx::new(&[a.domain(), a.range()], prox, options)? })
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
        self.kept.room_mut().forget(); // the problem is another one with another λ
        self.kept.lend(a, b, x, |cgls| {
            cgls.set_damp(damp)?;
            self.run.solve(cgls)
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kept.room().bytes()
    }
}

/// CG, of any system in a space.
pub(crate) struct CgInProx<T: Scalar> {
    rooms: Option<[DistArray<T>; 3]>,
    run: RunInProx,
}

impl<T: Scalar> CgInProx<T> {
    /// As [`CglsInProx::new`].
    ///
    /// # Errors
    /// As [`CglsInProx::new`].
    pub(crate) fn new(space: &Space, prox: &'static str, options: Options) -> Result<Self> {
        let rooms = [(); 3].map(|()| DistArray::zeros(space));
        Ok(Self { rooms: Some(rooms), run: RunInProx::new(&[space], prox, options)? })
    }

    /// x ← that of A x = b, from the x that is passed in; the iterations.
    ///
    /// # Errors
    /// As [`CglsInProx::solve`].
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

/// The run of all solves of one prox, and whether one was looked at.
struct RunInProx {
    run: Run,
    prox: &'static str,
    is_first: bool,
}

impl RunInProx {
    fn new(spaces: &[&Space], prox: &'static str, options: Options) -> Result<Self> {
        let run = Run::new(&options, Reducer::new(spaces, options.summation)?);
        Ok(Self { run, prox, is_first: true })
    }

    /// Iterates until the criterion is small enough or all iterations are made; how many they were.
    fn solve(&mut self, method: &mut impl Method) -> Result<usize> {
        let _operation = method.model().comm().name_operation(method.name());
        self.run.iteration = None;
        let begun = self.begin(method)?;
        let run = &mut self.run;
        let done = begun.and_then(|(first, target)| {
            run.iteration = Some(0);
            let first = finite(method, first)?;
            iterate(run.options.iterations, (first, target), || {
                let measures = marked(method, "iterate", |method| method.iterate(run))?;
                run.iteration = Some(run.iteration() + 1);
                finite(method, measures)
            })
        });
        match done {
            Ok(()) => Ok(self.run.iteration()),
            Err(Stop::Error(error)) => Err(error),
            Err(Stop::Reason(reason)) => {
                let what = format!("{} in the prox of {}", method.name(), self.prox);
                let reason = method.vectors().found(reason);
                Err(Error::expected(ErrorKind::Other, what, "a solve that goes well", reason))
            }
        }
    }

    /// Begins; the first time it is looked at whether colours of masked vectors wait for each other.
    fn begin(&mut self, method: &mut impl Method) -> Result<Result<(Measures, f64), Stop>> {
        let (run, tolerance) = (&self.run, self.run.options.tolerance);
        if !mem::take(&mut self.is_first) {
            return Ok(begin(method, tolerance, run));
        }
        let space = method.model().space().clone();
        in_colours(&space, self.prox, || begin(method, tolerance, run))
    }
}

/// What was measured, if it is finite.
fn finite(method: &impl Method, measures: Measures) -> Result<Measures, Stop> {
    if measures.are_finite() {
        return Ok(measures);
    }
    let vector = method.vectors().letters().next().unwrap_or("x");
    Err(Reason::NonFinite { vector, rank: 0, place: None }.into())
}
