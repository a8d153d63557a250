//! What is known of each column: its criterion, its steps, and whether it still takes any.

use crate::error::Result;
use crate::numbers::Scalar;
use crate::solvers::adjoint_test::AdjointTest;
use crate::solvers::rounding::Rounding;
use crate::solvers::{Measures, Reason, Run, State, Tolerance};

/// What became of a column: [`CgColumns::report_columns`](super::CgColumns::report_columns) and its like give one for each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnReport {
    /// Iterations in which it took a step.
    pub iterations: usize,
    /// ‖b − A x‖ of this column, computed anew from the final x.
    pub residual: f64,
    /// Its criterion, as last known, over what the tolerance is relative to: see the series "largest".
    pub criterion: f64,
}

/// A column.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    /// The square of its criterion, and of what that is relative to.
    pub(super) square: f64,
    scale: f64,
    /// ‖b − A x‖².
    pub(super) cost2: f64,
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) rounding: Rounding,
    adjoint: AdjointTest,
    /// Whether it takes steps: not when its criterion is small enough, or nothing but rounding errors.
    pub(super) is_active: bool,
    iterations: usize,
}

/// Above all that is asked for, and below what overflows.
const FAR: f64 = 1e300;

impl Column {
    /// The square of the criterion, over what it is relative to.
    fn relative(&self) -> f64 {
        if self.square == 0.0 { 0.0 } else { (self.square / self.scale).min(FAR) }
    }

    /// Takes no more steps.
    fn end(&mut self) {
        (self.is_active, self.alpha, self.beta) = (false, 0.0, 0.0);
    }

    /// Takes ‖s‖² after a step of CGLS without damping.
    pub(super) fn take_cost<T: Scalar>(&mut self, s2: f64) {
        if self.is_active {
            let errors = self.rounding.of_inner(self.square, self.cost2.sqrt());
            self.adjoint.take_step::<T>([self.cost2, s2], [self.square, self.alpha], errors);
        }
        self.cost2 = s2;
    }

    /// α ← γ / δ; 0 where there is no step to take.
    fn step<T: Scalar>(&mut self, delta: f64) -> Result<(), Reason> {
        if !self.is_active {
            return Ok(());
        }
        match self.rounding.step::<T>(self.square, delta) {
            Ok(alpha) => self.alpha = alpha,
            Err(Reason::Exhausted) => self.end(),
            Err(reason) => return Err(reason),
        }
        Ok(())
    }
}

/// All columns.
#[derive(Debug)]
pub(super) struct Columns<'a> {
    all: Vec<Column>,
    /// The relative square that is small enough.
    enough: f64,
    reports: Option<&'a mut Vec<ColumnReport>>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(columns: usize) -> Self {
        Self { all: vec![Column::default(); columns], enough: 0.0, reports: None }
    }

    /// Where reports are to be put.
    pub(super) fn report_to(&mut self, reports: &'a mut Vec<ColumnReport>) {
        reports.clear();
        reports.resize(self.len(), ColumnReport::default());
        self.reports = Some(reports);
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&self.all[..])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Column> + Clone {
        self.all.iter()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Column> {
        self.all.iter_mut()
    }

    pub(super) fn alphas(&self) -> impl Iterator<Item = f64> + Clone {
        self.all.iter().map(|column| column.alpha)
    }

    pub(super) fn betas(&self) -> impl Iterator<Item = f64> + Clone {
        self.all.iter().map(|column| column.beta)
    }

    /// Takes the squares of criteria at x = 0, which those later on are relative to.
    pub(super) fn at_zero(&mut self, squares: impl Iterator<Item = f64>) -> Measures {
        self.all.iter_mut().zip(squares).for_each(|(column, square)| column.scale = square);
        Measures::criterion("largest", 1.0)
    }

    /// Takes the first squares of criteria, or, when they are to be judged, true ones: those that are not small enough take steps from
    /// now on. `begin` is told of each, and of the number beside its square.
    pub(super) fn begin(
        &mut self,
        squares: impl Iterator<Item = (f64, f64)>,
        run: &Run,
        begin: impl Fn(&mut Column, f64),
    ) {
        let tolerance = run.options().tolerance;
        self.enough = tolerance.square();
        for (column, (square, other)) in self.all.iter_mut().zip(squares) {
            column.square = square;
            if !run.is_judging() {
                column.iterations = 0;
                column.scale = match tolerance {
                    Tolerance::OfData(_) => column.scale,
                    Tolerance::AbsoluteSquared(_) => 1.0,
                    Tolerance::None | Tolerance::Relative(_) => square,
                };
            }
            (column.alpha, column.beta) = (0.0, 0.0);
            column.is_active = column.relative() > self.enough;
            begin(column, other);
        }
    }

    /// The tests of adjoints begin, perhaps anew.
    ///
    /// # Errors
    /// Those of [`AdjointTest::begin`].
    pub(super) fn begin_adjoint(&mut self, run: &Run) -> Result<(), Reason> {
        self.all.iter_mut().try_for_each(|column| column.adjoint.begin(run))
    }

    /// See [`AdjointTest::check`].
    pub(super) fn check_adjoint(&self, run: &Run) -> Result<(), Reason> {
        self.all.iter().try_for_each(|column| column.adjoint.check(run))
    }

    /// The largest of all columns.
    pub(super) fn adjoint_mismatch(&self) -> Option<f64> {
        self.all.iter().filter_map(|column| column.adjoint.largest()).reduce(f64::max)
    }

    /// The largest of what rounding errors hide of the criteria, relative as they are; `of_each` is told of a column, and of the size of
    /// its data. What was 0 from the start hides nothing.
    pub(super) fn hidden(&self, sizes: &[f64], of_each: impl Fn(&Column, f64) -> f64) -> f64 {
        let each = self.all.iter().zip(sizes).filter(|(column, _)| column.scale > 0.0);
        each.map(|(column, &size)| of_each(column, size) / column.scale.sqrt()).fold(0.0, f64::max).min(FAR)
    }

    /// α ← γ / δ of each column.
    ///
    /// # Errors
    /// Those of the first column that has one: nothing is updated then. [`Reason::Exhausted`] if no column takes steps any more.
    pub(super) fn step<T: Scalar>(&mut self, deltas: impl Iterator<Item = f64>) -> Result<(), Reason> {
        self.all.iter_mut().zip(deltas).try_for_each(|(column, delta)| column.step::<T>(delta))?;
        self.go_on()
    }

    fn go_on(&self) -> Result<(), Reason> {
        if self.all.iter().any(|column| column.is_active) { Ok(()) } else { Err(Reason::Exhausted) }
    }

    /// β ← γ' / γ, γ ← γ' of each column that takes steps; those that are small enough take no more.
    pub(super) fn turn(&mut self, squares: impl Iterator<Item = f64>, mut before: impl FnMut(&mut Column)) {
        for (column, square) in self.all.iter_mut().zip(squares).filter(|(column, _)| column.is_active) {
            before(column);
            column.beta = column.rounding.turn(column.square, square);
            column.square = square;
        }
    }

    /// As [`turn`](Self::turn), where x is still that before: a column whose criterion rises from the level of rounding errors
    /// takes no more steps, and not this one.
    ///
    /// # Errors
    /// [`Reason::Exhausted`] if no column takes steps any more.
    pub(super) fn turn_if_falling(&mut self, squares: impl Iterator<Item = f64> + Clone) -> Result<(), Reason> {
        for (column, square) in self.all.iter_mut().zip(squares.clone()).filter(|(column, _)| column.is_active) {
            if column.rounding.check_rise(square).is_err() {
                column.end();
            }
        }
        self.turn(squares, |_| ());
        self.go_on()
    }

    /// Counts the iteration, and lets columns that are small enough end.
    pub(super) fn end_iteration(&mut self) {
        for column in self.all.iter_mut().filter(|column| column.is_active) {
            column.iterations += 1;
            if column.relative() <= self.enough {
                column.end();
            }
        }
    }

    /// The largest criterion, and ‖B − A X‖.
    pub(super) fn measures(&self) -> Measures {
        let largest = self.all.iter().map(Column::relative).fold(0.0, f64::max);
        let cost2: f64 = self.all.iter().map(|column| column.cost2).sum();
        Measures::criterion("largest", largest).and("cost", cost2.sqrt())
    }

    /// Reports, with the squares of true residuals; the root of their sum.
    pub(super) fn report(&mut self, squares: impl Iterator<Item = f64> + Clone) -> f64 {
        if let Some(reports) = &mut self.reports {
            for ((report, column), square) in reports.iter_mut().zip(&self.all).zip(squares.clone()) {
                let (iterations, criterion) = (column.iterations, column.relative().sqrt());
                *report = ColumnReport { iterations, residual: square.sqrt(), criterion };
            }
        }
        squares.sum::<f64>().sqrt()
    }

    /// This and all of it.
    pub(super) fn state<'s>(&'s mut self, state: State<'s>) -> State<'s> {
        self.all.iter_mut().enumerate().fold(state, |state, (j, column)| {
            let Column { square, scale, cost2, alpha, beta, rounding, adjoint, is_active, iterations } = column;
            let name = |of| format!("column {j}.{of}");
            let state = state.number(name("square"), square).number(name("scale"), scale).number(name("cost2"), cost2);
            let state = state.number(name("alpha"), alpha).number(name("beta"), beta);
            let state = state.flag(name("is_active"), is_active).count(name("iterations"), iterations);
            adjoint.state_as(&name("adjoint"), rounding.state_as(&name("rounding"), state))
        })
    }
}
