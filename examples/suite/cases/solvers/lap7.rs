//! An operator of the user's own: the 7-point stencil, and CG and GMRES(30) with it.

use super::{Method, measure};
use crate::{
    Suite,
    inputs::{checksum, scattered},
    timing::{Line, samples},
};
use lops::comm::{Exchange, Neighbour};
use lops::prelude::*;
use multiversion::multiversion;
use std::cell::RefCell;

pub(crate) const NAMES: &[&str] = &["lap7.apply", "cg.lap7.shell", "gmres.lap7.shell"];

/// The diagonal: 6 + ε.
const CENTRE: f64 = 6.1;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    let n = suite.arguments.n.unwrap_or(256);
    let x = scattered(suite.comm, 1, &[n, n, n])?;
    let a = Lap7::on(x.layout()?)?;
    if suite.wants(NAMES[0]) {
        let mut y = a.apply_to(&x)?;
        let samples = samples(suite, || a.apply(x.as_slice(), y.as_mut_slice()));
        let size = x.size();
        Line::new(NAMES[0], &[n, n, n], checksum(&y)).work(16 * size, 8 * size).print(suite.comm, samples);
    }
    let zero = x.zeros_like();
    measure(suite, NAMES[1], Method::Cg, [suite.iterations(30), 16], &a, &x, &zero)?;
    // In a cycle of 30 a new vector meets 15 others on average, and they are read three times.
    measure(suite, NAMES[2], Method::Gmres, [suite.iterations(30), 53], &a, &x, &zero)
}

/// y = (6 + ε) x − the sum of the six neighbours (0 outside the array), cut on axis 0.
struct Lap7 {
    space: Space,
    /// Elements of a plane and of a line.
    plane: usize,
    line: usize,
    /// The first plane to the rank before, the last one to the rank after, where they have any.
    exchange: RefCell<Exchange<f64>>,
    /// Whether there is a rank before, and one after.
    neighbours: [bool; 2],
    zeros: Vec<f64>,
}

impl Lap7 {
    fn on(layout: &Layout) -> Result<Operator<f64>> {
        let (comm, shape) = (layout.comm(), layout.shape());
        let plane = shape[1] * shape[2];
        let planes = |rank: usize| layout.range(rank).len();
        let mine = comm.rank();
        // Planes of empty ranks come last, so the next rank is the neighbour or there is none.
        let before = (mine > 0 && planes(mine) > 0).then(|| mine - 1);
        let after = (mine + 1 < comm.size() && planes(mine + 1) > 0).then_some(mine + 1);
        let neighbours = [before, after].into_iter().flatten();
        let neighbours: Vec<_> = neighbours.map(|rank| Neighbour { rank, send: plane, receive: plane }).collect();
        let exchange = RefCell::new(comm.exchange(&neighbours)?);
        let neighbours = [before.is_some(), after.is_some()];
        let space = layout.into();
        Ok(Operator::new(Self { space, plane, line: shape[2], exchange, neighbours, zeros: vec![0.0; plane] }))
    }
}

impl LinearOperator<f64> for Lap7 {
    fn domain(&self) -> &Space {
        &self.space
    }

    fn range(&self) -> &Space {
        &self.space
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        let plane = self.plane;
        let planes = x.len() / plane.max(1);
        if planes == 0 {
            return;
        }
        let [before, after] = self.neighbours;
        let mut exchange = self.exchange.borrow_mut();
        if before {
            exchange.send_mut(0).copy_from_slice(&x[..plane]);
        }
        if after {
            exchange.send_mut(usize::from(before)).copy_from_slice(&x[(planes - 1) * plane..]);
        }
        let flight = exchange.start();
        let zeros = &self.zeros[..];
        for k in 1..planes.saturating_sub(1) {
            let [below, here, above] = [k - 1, k, k + 1].map(|k| &x[k * plane..][..plane]);
            one_plane(&mut y[k * plane..][..plane], [below, here, above], self.line);
        }
        let received = flight.finish();
        let ends = [0, planes - 1];
        for &k in &ends[..planes.min(2)] {
            let below = match k {
                0 if before => received.from(0),
                0 => zeros,
                _ => &x[(k - 1) * plane..][..plane],
            };
            let above = match k + 1 == planes {
                true if after => received.from(usize::from(before)),
                true => zeros,
                false => &x[(k + 1) * plane..][..plane],
            };
            one_plane(&mut y[k * plane..][..plane], [below, &x[k * plane..][..plane], above], self.line);
        }
    }

    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        self.apply(y, x); // real and symmetric
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn one_plane(y: &mut [f64], [below, here, above]: [&[f64]; 3], n: usize) {
    for (j, y) in y.chunks_exact_mut(n).enumerate() {
        let (c, b, a) = (line(here, j, n), line(below, j, n), line(above, j, n));
        for i in 0..n {
            y[i] = CENTRE * c[i] - b[i] - a[i];
        }
        for other in [j.checked_sub(1), (j + 1 < here.len() / n).then_some(j + 1)].into_iter().flatten() {
            y.iter_mut().zip(line(here, other, n)).for_each(|(y, x)| *y -= x);
        }
        y[1..].iter_mut().zip(c).for_each(|(y, x)| *y -= x);
        y.iter_mut().zip(&c[1..]).for_each(|(y, x)| *y -= x);
    }
}

fn line(plane: &[f64], j: usize, n: usize) -> &[f64] {
    &plane[j * n..][..n]
}
