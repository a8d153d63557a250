//! A derivative along one axis: which rows it reads, and with which weights.

use super::band::{Band, Row};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::{Real, Scalar};
use std::fmt;

/// Which rows a derivative is computed from, besides the one it belongs to.
///
/// The pages of the operators give the formulas. A row is 0 where a row that its formula reads is not there: at
/// the ends of the axis, unless `edge` says otherwise.
///
/// # Example
/// ```
/// use lops::operators::{Points, Stencil};
///
/// assert_eq!(Stencil::default(), Stencil::Centered { points: Points::Three, edge: false });
/// assert_eq!(Stencil::Centered { points: Points::Five, edge: true }.to_string(), "centered, 5 points, edge");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stencil {
    /// A row and those after it.
    Forward,
    /// A row and those before it.
    Backward,
    /// As many rows before it as after it.
    Centered {
        /// How many rows in all.
        points: Points,
        /// Whether rows at the ends of the axis are computed from those that are there, by shorter formulas, instead
        /// of being 0.
        edge: bool,
    },
}

/// How many rows a centered derivative reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Points {
    /// One before and one after: errors of order h².
    #[default]
    Three,
    /// Two before and two after: errors of order h⁴.
    Five,
}

impl Default for Stencil {
    fn default() -> Self {
        Self::Centered { points: Points::Three, edge: false }
    }
}

impl fmt::Display for Stencil {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Forward => f.write_str("forward"),
            Self::Backward => f.write_str("backward"),
            Self::Centered { points, edge } => {
                write!(f, "centered, {points} points{}", if edge { ", edge" } else { "" })
            }
        }
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Three => "3",
            Self::Five => "5",
        })
    }
}

/// A derivative along one axis, times a weight.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Derivative {
    degree: Degree,
    axis: usize,
    stencil: Stencil,
    sampling: f64,
    weight: f64,
}

#[derive(Clone, Copy, Debug)]
enum Degree {
    First,
    Second,
}

impl Derivative {
    pub(in super::super) fn first(axis: usize, stencil: Stencil, sampling: f64) -> Self {
        Self { degree: Degree::First, axis, stencil, sampling, weight: 1.0 }
    }

    pub(in super::super) fn second(axis: usize, stencil: Stencil, sampling: f64) -> Self {
        Self { degree: Degree::Second, axis, stencil, sampling, weight: 1.0 }
    }

    pub(in super::super) fn times(self, weight: f64) -> Self {
        Self { weight: self.weight * weight, ..self }
    }

    pub(super) fn axis(&self) -> usize {
        self.axis
    }

    /// An error if the axis is too short for a single row of the formula.
    pub(in super::super) fn check_length(&self, layout: &Layout) -> Result<()> {
        let Self { axis, stencil, .. } = *self;
        check_axis(layout.shape(), axis)?;
        let (before, after) = self.reach();
        let (n, needed) = (layout.shape()[axis], before + 1 + after);
        if n >= needed {
            return Ok(());
        }
        let degree = match self.degree {
            Degree::First => "first",
            Degree::Second => "second",
        };
        let what = format!("rows on axis {axis} for a {degree} derivative ({stencil})");
        Err(Error::expected(ErrorKind::Shape, what, format!("at least {needed}"), n))
    }

    /// The band along the axis of an array of this layout. Rows for which the axis is too short are 0.
    pub(super) fn band<T: Scalar>(&self, layout: &Layout) -> Result<Band> {
        let Self { axis, sampling: h, weight, .. } = *self;
        check_axis(layout.shape(), axis)?;
        if !h.is_finite() || h == 0.0 {
            return Err(Error::expected(ErrorKind::Parameter, "sampling", "a finite number that is not 0", h));
        }
        if !weight.is_finite() {
            return Err(Error::expected(ErrorKind::Parameter, "weight", "a finite number", weight));
        }
        let band = self.rows(layout.shape()[axis]);
        if band.rows().flatten().any(|&(_, weight)| !T::Real::from_f64(weight).finite()) {
            let expected = format!("a step whose weights are finite in {}", T::DTYPE);
            return Err(Error::expected(ErrorKind::Parameter, "sampling", expected, h));
        }
        Ok(band)
    }

    /// The matrix: each row by the first formula that fits there.
    pub(super) fn rows(&self, n: usize) -> Band {
        let formulas = self.formulas();
        let (before, after) = self.reach();
        Band::from_rows(n, before, after, |i| {
            let is_there = |&(offset, _): &(isize, f64)| i.checked_add_signed(offset).is_some_and(|column| column < n);
            let fitting = formulas.iter().find(|formula| formula.iter().all(is_there));
            fitting.cloned().unwrap_or_default()
        })
    }

    /// How many rows the formula of the inside reads before and after its own.
    fn reach(&self) -> (usize, usize) {
        let formula = &self.formulas()[0];
        let (first, last) = (formula[0].0, formula[formula.len() - 1].0);
        (first.min(0).unsigned_abs(), last.max(0).unsigned_abs())
    }

    /// That of the inside, and those to take instead where it does not fit.
    fn formulas(&self) -> Vec<Row> {
        let (h, weight) = (self.sampling, self.weight);
        let (by_h, by_h2) = (weight / h, weight / (h * h));
        let forward = |first: isize| match self.degree {
            Degree::First => vec![(first, -by_h), (first + 1, by_h)],
            Degree::Second => vec![(first, by_h2), (first + 1, -2.0 * by_h2), (first + 2, by_h2)],
        };
        let (backward, three, five) = match self.degree {
            Degree::First => {
                let (near, far) = (2.0 * weight / (3.0 * h), weight / (12.0 * h));
                let five = vec![(-2, far), (-1, -near), (1, near), (2, -far)];
                (forward(-1), vec![(-1, -0.5 * weight / h), (1, 0.5 * weight / h)], five)
            }
            Degree::Second => {
                let (near, far) = (4.0 * by_h2 / 3.0, -by_h2 / 12.0);
                let five = vec![(-2, far), (-1, near), (0, -2.5 * by_h2), (1, near), (2, far)];
                (forward(-2), forward(-1), five)
            }
        };
        match self.stencil {
            Stencil::Forward => vec![forward(0)],
            Stencil::Backward => vec![backward],
            Stencil::Centered { points, edge } => {
                let inside = if points == Points::Five { vec![five] } else { vec![] };
                let closer = if points == Points::Three || edge { vec![three] } else { vec![] };
                let ends = if edge { vec![forward(0), backward] } else { vec![] };
                [inside, closer, ends].concat()
            }
        }
    }
}

/// Numbers of several axes: one for each, or one for all.
#[derive(Clone, Debug)]
pub(in super::super) struct PerAxis(Vec<f64>);

impl PerAxis {
    pub(in super::super) fn new(values: &[f64]) -> Self {
        Self(values.to_vec())
    }

    /// The number of each of some axes; `what` they are, and whose.
    pub(in super::super) fn of(&self, what: &str, axes: usize) -> Result<Vec<f64>> {
        match self.0[..] {
            [value] => Ok(vec![value; axes]),
            ref values if values.len() == axes => Ok(values.to_vec()),
            ref values => {
                let expected = if axes == 1 { "1".into() } else { format!("1, or {axes}, one for each axis") };
                Err(Error::expected(ErrorKind::Shape, what, expected, values.len()))
            }
        }
    }
}

impl Default for PerAxis {
    fn default() -> Self {
        Self(vec![1.0])
    }
}

/// As a list.
impl fmt::Display for PerAxis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
