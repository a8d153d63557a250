//! A case under trial: arrays put on the ranks, results held against what the case expects.

use crate::manifest::Case;
use lops::ndarray::{ArrayD, IxDyn};
use lops::prelude::*;
use std::fmt;

pub(crate) struct Trial<'a> {
    pub(crate) case: &'a Case,
    pub(crate) comm: &'a Comm,
    pub(crate) failures: Vec<Failure>,
}

pub(crate) enum Outcome {
    Ran,
    /// Not for want of an operator, but for this reason.
    Skipped(String),
}

pub(crate) struct Failure {
    array: String,
    how: String,
    deviation: f64,
    tolerance: f64,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { array, how, deviation, tolerance } = self;
        write!(f, "array {array}, {how}: largest deviation {deviation:.3e}, tolerance {tolerance:.3e}")
    }
}

impl<'a> Trial<'a> {
    pub(crate) fn new(case: &'a Case, comm: &'a Comm) -> Self {
        Self { case, comm, failures: Vec::new() }
    }

    /// A linear operator on every layout of its model: `y = A x`, `z = Aᴴ v`.
    pub(crate) fn linear<T: Scalar>(
        &mut self,
        layouts: &[Layout],
        build: impl Fn(&Layout) -> Result<Operator<T>>,
    ) -> Result<Outcome> {
        for layout in layouts {
            self.operator(&build(layout)?)?;
        }
        Ok(Outcome::Ran)
    }

    /// `y = A x`, `z = Aᴴ v` of one operator.
    pub(crate) fn operator<T: Scalar>(&mut self, a: &Operator<T>) -> Result<()> {
        let how = format!("{} → {}", a.domain(), a.range());
        let x = place(a.domain(), &self.case.array::<T>("x")?)?;
        self.compare("y", &how, &(a * &x))?;
        let v = place(a.range(), &self.case.array::<T>("v")?)?;
        self.compare("z", &how, &(a.adjoint() * &v))
    }

    /// A whole distributed array against an expected one: the same on every rank.
    pub(crate) fn compare<T: Scalar>(&mut self, array: &str, how: &str, got: &DistArray<T>) -> Result<()> {
        self.compare_values(array, how, got.gather_all().iter().map(|&x| wide(x)))
    }

    /// Values that every rank holds against an expected array, in C order.
    pub(crate) fn compare_values(
        &mut self,
        array: &str,
        how: &str,
        got: impl IntoIterator<Item = Complex<f64>>,
    ) -> Result<()> {
        let got: Vec<_> = got.into_iter().collect();
        let worst = deviation(&got, self.case.expected(array)?);
        self.judge(array, how, worst, self.case.rtol);
        Ok(())
    }

    /// Blocks of this rank, each against an expected array of its own. All ranks call.
    pub(crate) fn compare_local(&mut self, arrays: &str, how: &str, blocks: &[(ArrayD<f64>, String)]) -> Result<()> {
        let worst = blocks.iter().try_fold([0.0, 0.0], |worst: [f64; 2], (got, name)| {
            let want = self.case.expected(name)?;
            let got_values: Vec<_> = got.iter().map(|&x| wide(x)).collect();
            let (found, largest) = deviation(&got_values, want);
            let found = if got.shape() == want.shape() { found } else { f64::INFINITY };
            let tolerance = self.case.rtol * largest;
            Ok(if found > tolerance && found > worst[0] { [found, tolerance] } else { worst })
        });
        let mut worst = self.comm.agree(worst)?;
        self.comm.all_reduce(&mut worst, Reduction::Max);
        if worst[0] > 0.0 {
            self.fail(arrays.into(), how, worst[0], worst[1]);
        }
        Ok(())
    }

    /// As [`compare_values`](Self::compare_values), at another tolerance than the case's.
    pub(crate) fn compare_loosely<T: Scalar>(
        &mut self,
        array: &str,
        how: &str,
        got: &DistArray<T>,
        rtol: f64,
    ) -> Result<()> {
        let got: Vec<_> = got.gather_all().iter().map(|&x| wide(x)).collect();
        let worst = deviation(&got, self.case.expected(array)?);
        self.judge(array, how, worst, rtol);
        Ok(())
    }

    fn judge(&mut self, array: &str, how: &str, (deviation, largest): (f64, f64), rtol: f64) {
        if deviation > rtol * largest {
            self.fail(array.into(), how, deviation, rtol * largest);
        }
    }

    pub(crate) fn fail(&mut self, array: String, how: &str, deviation: f64, tolerance: f64) {
        self.failures.push(Failure { array, how: how.into(), deviation, tolerance });
    }
}

/// The largest |got − want| (infinite where they are not as many, or one is NaN), and the largest |want|.
fn deviation(got: &[Complex<f64>], want: &ArrayD<Complex<f64>>) -> (f64, f64) {
    let largest = want.iter().fold(0.0, |most: f64, z| most.max(z.norm()));
    if got.len() != want.len() {
        return (f64::INFINITY, largest);
    }
    let differences = got.iter().zip(want).map(|(got, want)| (got - want).norm());
    let worst = differences.fold(0.0, |most: f64, d| if d.is_nan() { f64::INFINITY } else { most.max(d) });
    (worst, largest)
}

pub(crate) fn wide<T: Scalar>(x: T) -> Complex<f64> {
    Complex::new(x.re().to_f64(), x.im().to_f64())
}

/// A global array, the same on all ranks, in a space of as many elements: of a stack, member after member.
pub(crate) fn place<T: Scalar>(space: &Space, global: &ArrayD<T>) -> Result<DistArray<T>> {
    if global.len() != space.size() {
        let (expected, found) = (space.size(), global.len());
        return Err(Error::expected(ErrorKind::Shape, format!("elements of {space}"), expected, found));
    }
    let values: Vec<_> = global.iter().copied().collect();
    let mut at = 0;
    let mut local = Vec::with_capacity(space.local_len());
    for layout in space.layouts() {
        let member = values[at..at + layout.size()].to_vec();
        #[allow(clippy::expect_used)] // as many elements as the layout's shape says
        let member = ArrayD::from_shape_vec(IxDyn(layout.shape()), member).expect("a member of the layout's size");
        local.extend(DistArray::from_global(layout, member.view())?.into_vec());
        at += layout.size();
    }
    DistArray::from_local(space, local)
}

/// Ways an array of this shape can lie on the ranks: along every axis, evenly, unevenly, with empty
/// ranks, all on the last; and whole on all of them.
pub(crate) fn layouts(comm: &Comm, shape: &[usize]) -> Result<Vec<Layout>> {
    let mut layouts = vec![Layout::replicated(comm, shape)?];
    for axis in 0..shape.len() {
        layouts.extend(cuts(comm, shape, axis)?);
    }
    Ok(layouts)
}

/// The ways to cut one axis.
pub(crate) fn cuts(comm: &Comm, shape: &[usize], axis: usize) -> Result<Vec<Layout>> {
    let even = Layout::scatter(comm, shape, axis)?;
    let (n, ranks) = (shape[axis], comm.size());
    if ranks == 1 {
        return Ok(vec![even]);
    }
    // Shares 2, 0, 3, 1, 4, 2, 0, …: what is left goes to the last rank.
    let shares: Vec<_> = (0..ranks).map(|rank| (3 * rank + 2) % 5).collect();
    let total: usize = shares.iter().sum();
    let mut uneven: Vec<_> = shares.iter().map(|share| n * share / total).collect();
    uneven[ranks - 1] += n - uneven.iter().sum::<usize>();
    let mut last = vec![0; ranks];
    last[ranks - 1] = n;
    Ok(vec![even, Layout::scatter_sizes(comm, shape, axis, &uneven)?, Layout::scatter_sizes(comm, shape, axis, &last)?])
}
