//! Functions of the singular values of matrices: of what lies along the last two axes of an array, at each index of the others.

mod decomposed; // singular values and vectors
mod nuclear;
mod nuclear_ball;
mod rank_ball;

pub use nuclear::Nuclear;
pub use nuclear_ball::NuclearBall;
pub use rank_ball::RankBall;

use super::parameter::combined;
use super::set::slack;
use super::{Proximal, ProximalOperator};
use crate::array::{DistArray, Space, sums};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Layout};
use crate::numbers::exact::ExactSum;
use crate::numbers::{PartialSum, Real, Scalar};
use decomposed::{Decomposed, Entry};
use num_complex::Complex;
use std::cell::RefCell;

/// What is done to singular values.
enum Rule {
    /// σ times their sum is the function.
    Sum(f64),
    /// Their sum is at most that.
    Ball(f64),
    /// So many are kept.
    Rank(usize),
}

fn on_matrices<T: Scalar>(layout: &Layout, rule: Rule) -> Result<ProximalOperator<T>> {
    let space = combined(layout, rule.name())?;
    let what = || format!("layout of {}", rule.name());
    let [.., rows, columns] = *layout.shape() else {
        return Err(Error::expected(ErrorKind::Axis, what(), "two axes at least", layout));
    };
    let are_whole = |axes: &[AxisMap]| axes[axes.len() - 2..].iter().all(AxisMap::is_whole);
    if !(layout.is_replicated() || layout.process_grid().is_some_and(|grid| are_whole(grid.axes()))) {
        let expected = "its last two axes whole on every rank";
        return Err(Error::expected(ErrorKind::Layout, what(), expected, layout));
    }
    if let Rule::Rank(most) = rule
        && most > rows.min(columns)
    {
        let expected = format!("at most {} of {rows} by {columns} matrices", rows.min(columns));
        return Err(Error::expected(ErrorKind::Parameter, "rank of RankBall", expected, most));
    }
    let rooms = RefCell::new(if T::IS_COMPLEX {
        Rooms::Complex(Decomposed::of(rows, columns))
    } else {
        Rooms::Real(Decomposed::of(rows, columns))
    });
    Ok(ProximalOperator::new(Matrices { space, size: (rows * columns).max(1), rule, rooms }))
}

impl Rule {
    fn name(&self) -> &'static str {
        match self {
            Self::Sum(_) => "Nuclear",
            Self::Ball(_) => "NuclearBall",
            Self::Rank(_) => "RankBall",
        }
    }

    /// By how much singular values become less, which are in descending order; and how many at most are kept.
    fn less(&self, tau: f64, values: &[f64]) -> (f64, usize) {
        match *self {
            Self::Sum(sigma) => (tau * sigma, values.len()),
            Self::Ball(radius) => (level(values, radius), values.len()),
            Self::Rank(most) => (0.0, most),
        }
    }
}

/// The level λ, not negative, at which what is above it of values in descending order sums up to r; 0 where they do not sum up to that.
fn level(values: &[f64], radius: f64) -> f64 {
    let (mut sum, mut level) = (0.0, 0.0_f64);
    for (k, value) in values.iter().enumerate() {
        sum += value;
        let next = (sum - radius) / (k + 1) as f64;
        if next >= *value {
            break;
        }
        level = next;
    }
    level.max(0.0)
}

/// Memory for a matrix.
enum Rooms {
    Real(Decomposed<f64>),
    Complex(Decomposed<Complex<f64>>),
}

struct Matrices {
    space: Space,
    /// Elements of a matrix; 1 where there are none, of which there are none.
    size: usize,
    rule: Rule,
    rooms: RefCell<Rooms>,
}

impl Matrices {
    /// The function's value of one matrix, by its singular values in descending order.
    fn of<T: Scalar>(&self, values: &[f64]) -> f64 {
        let inside = |is_inside| if is_inside { 0.0 } else { f64::INFINITY };
        match self.rule {
            Rule::Sum(sigma) => sigma * values.iter().sum::<f64>(),
            Rule::Ball(radius) => inside(values.iter().sum::<f64>() <= radius * (1.0 + slack::<T>())),
            Rule::Rank(most) => {
                let epsilon = Real::to_f64(<T::Real as num_traits::Float>::epsilon());
                let least = 16.0 * (self.size as f64).sqrt() * epsilon * values.first().unwrap_or(&0.0);
                inside(values.get(most).is_none_or(|&value| value <= least))
            }
        }
    }

    /// The sum of the values of this rank's matrices.
    fn sum_of<T: Scalar, E: Entry>(&self, x: &DistArray<T>, rooms: &mut Decomposed<E>) -> Result<ExactSum> {
        let mut sum = ExactSum::new();
        for x in x.as_slice().chunks_exact(self.size) {
            sum.add(self.of::<T>(rooms.values(x, false)?));
        }
        Ok(sum)
    }

    /// y ← what the rule makes of this rank's matrices.
    fn shrink<T: Scalar, E: Entry>(
        &self,
        tau: f64,
        x: &DistArray<T>,
        y: &mut DistArray<T>,
        rooms: &mut Decomposed<E>,
    ) -> Result<()> {
        for (x, y) in x.as_slice().chunks_exact(self.size).zip(y.as_mut_slice().chunks_exact_mut(self.size)) {
            let (less, most) = self.rule.less(tau, rooms.values(x, true)?);
            rooms.compose(|k, value| if k < most { (value - less).max(0.0) } else { 0.0 }, y);
        }
        Ok(())
    }
}

impl<T: Scalar> Proximal<T> for Matrices {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        x.passes_over(1, 0);
        let sum = match &mut *self.rooms.borrow_mut() {
            Rooms::Real(rooms) => self.sum_of(x, rooms),
            Rooms::Complex(rooms) => self.sum_of(x, rooms),
        };
        let mut sum = [PartialSum::Exact(self.space.comm().agree(sum)?)];
        sums::all_reduce(&self.space, &mut sum);
        Ok(T::Real::from_f64(sum[0].value()))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        x.passes_over(1, 1);
        self.space.comm().agree(match &mut *self.rooms.borrow_mut() {
            Rooms::Real(rooms) => self.shrink(tau, x, y, rooms),
            Rooms::Complex(rooms) => self.shrink(tau, x, y, rooms),
        })
    }

    fn scratch(&self) -> usize {
        match &*self.rooms.borrow() {
            Rooms::Real(rooms) => rooms.bytes(),
            Rooms::Complex(rooms) => rooms.bytes(),
        }
    }

    fn name(&self) -> String {
        self.rule.name().into()
    }
}
