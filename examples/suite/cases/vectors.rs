//! Vector operations on 2²⁴ numbers.
//!
//! `vec.add`, `vec.scale` and `vec.clone` make a new array each time; the others write into one that is
//! there. `.plain` is a sum that is not exact; `.cached` a vector that fits the cache of its core.

use crate::{
    Suite,
    inputs::{checksum, scattered, value},
    timing::{Line, samples},
};
use lops::prelude::*;
use serde_json::Value;
use std::hint::black_box;

pub(crate) const NAMES: &[&str] = &[
    "vec.dot",
    "vec.vdot",
    "vec.norm2",
    "vec.norm1",
    "vec.norminf",
    "vec.add",
    "vec.scale",
    "vec.copy",
    "vec.axpy",
    "vec.xpby",
    "vec.dot.plain",
    "vec.dot.cached",
    "vec.dot.cached.plain",
    "vec.clone",
    "vec.add.in_place",
    "vec.scale.in_place",
];

const ALPHA: f64 = 0.7;
/// Elements a rank that stay in its core's cache.
const CACHED: usize = 1 << 14;

struct Vectors<'a> {
    suite: &'a Suite<'a>,
    n: usize,
}

impl Vectors<'_> {
    /// Measures `work`; then `result` makes what is checked.
    fn measure(
        &self,
        name: &str,
        [words, flops]: [usize; 2],
        mut work: impl FnMut() -> Result<()>,
        result: impl FnOnce() -> Result<Value>,
    ) -> Result<()> {
        if !self.suite.wants(name) {
            return Ok(());
        }
        let result = result()?;
        work()?;
        let samples = samples(self.suite, || work().unwrap_or_else(|error| panic!("{error}")));
        Line::new(name, &[self.n], result).work(8 * words * self.n, flops * self.n).print(self.suite.comm, samples);
        Ok(())
    }

    /// Measures something that makes a number, which is checked.
    fn number(&self, name: &str, work: [usize; 2], f: impl Fn() -> Result<f64>) -> Result<()> {
        let make = || {
            black_box(f()?);
            Ok(())
        };
        self.measure(name, work, make, || Ok(value(f()?)))
    }

    /// Measures something that makes an array, which is checked.
    fn array(&self, name: &str, work: [usize; 2], f: impl Fn() -> DistArray<f64>) -> Result<()> {
        let make = || {
            drop(black_box(f()));
            Ok(())
        };
        self.measure(name, work, make, || Ok(checksum(&f())))
    }
}

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let comm = suite.comm;
    let n = suite.arguments.n.unwrap_or(1 << 24);
    let vectors = Vectors { suite, n };
    let (x, y) = (scattered(comm, 1, &[n])?, scattered(comm, 2, &[n])?);
    vectors.number("vec.dot", [2, 2], || x.dot(&y))?;
    vectors.number("vec.dot.plain", [2, 2], || x.dot_as(&y, Summation::Plain))?;
    vectors.number("vec.vdot", [2, 2], || x.vdot(&y))?;
    vectors.number("vec.norm2", [1, 2], || Ok(x.norm()))?;
    vectors.number("vec.norm1", [1, 0], || x.norm_of(Norm::P(1.0)))?;
    vectors.number("vec.norminf", [1, 0], || x.norm_of(Norm::Inf))?;
    vectors.array("vec.add", [3, 1], || &x + &y)?;
    vectors.array("vec.scale", [2, 1], || ALPHA * &x)?;
    vectors.array("vec.clone", [2, 0], || x.clone())?;

    let mut z = x.clone();
    vectors.measure("vec.copy", [2, 0], || z.copy_from(&x), || Ok(checksum(&x.clone())))?;
    let mut z = x.clone();
    vectors.measure("vec.axpy", [3, 2], || z.axpy(ALPHA, &y), || Ok(value(0.0)))?;
    let mut z = y.clone();
    let xpby = || {
        let mut z = y.clone();
        z.xpby(&x, ALPHA)?;
        Ok(checksum(&z))
    };
    vectors.measure("vec.xpby", [3, 2], || z.xpby(&x, ALPHA), xpby)?;
    let mut z = x.clone();
    let add = || {
        z += &y;
        Ok(())
    };
    vectors.measure("vec.add.in_place", [3, 1], add, || Ok(checksum(&(&x + &y))))?;
    let mut z = x.clone();
    let scale = || {
        z.scale(-1.0);
        Ok(())
    };
    vectors.measure("vec.scale.in_place", [2, 1], scale, || Ok(checksum(&-&x)))?;

    let n = CACHED.min(n) * comm.size();
    let vectors = Vectors { suite, n };
    let (x, y) = (scattered(comm, 1, &[n])?, scattered(comm, 2, &[n])?);
    vectors.number("vec.dot.cached", [2, 2], || x.dot(&y))?;
    vectors.number("vec.dot.cached.plain", [2, 2], || x.dot_as(&y, Summation::Plain))
}
