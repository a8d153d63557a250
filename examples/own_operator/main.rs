//! An operator of one's own, cut over ranks: second differences of a curve x, plus a constant c.
//!
//! ```text
//! y = A [x; c]       yᵢ = xᵢ₋₁ - 2 xᵢ + xᵢ₊₁ + c                    with 0 outside
//! [x; c] = Aᴴ y      xᵢ = yᵢ₋₁ - 2 yᵢ + yᵢ₊₁      c = Σᵢ yᵢ
//! ```
//!
//! x and y are cut into blocks: a halo of one row both ways. c is on every rank: the adjoint sums over all ranks, exactly,
//! hence to the same bits on any number of them.
//! `cargo run --release --example own_operator`, or, built with `--features mpi`,
//! `scripts/mpirun.sh -n 4 target/release/examples/own_operator`.

use lops::array::Halo;
use lops::numbers::exact::{ExactSum, WORDS};
use lops::prelude::*;
use std::cell::RefCell;

struct Curvature {
    domain: Space,
    halo: RefCell<Halo<f64>>,
}

impl Curvature {
    fn on(layout: &Layout) -> Result<Operator<f64>> {
        let domain = Space::stack(vec![layout.into(), (&Layout::replicated(layout.comm(), &[1])?).into()])?;
        Ok(Operator::new(Self { domain, halo: RefCell::new(Halo::along(layout, 0, 1, 1)?) }))
    }

    /// yᵢ ← xᵢ₋₁ - 2 xᵢ + xᵢ₊₁ + c, the first row and the last once the ghosts are there.
    fn differences(&self, x: &[f64], c: f64, y: &mut [f64]) {
        let mut halo = self.halo.borrow_mut();
        let inside = || y.iter_mut().skip(1).zip(x.windows(3)).for_each(|(y, x)| *y = x[0] - 2.0 * x[1] + x[2] + c);
        let ghosts = halo.overlap(x, inside);
        let row = |i: usize, beside: &[f64]| *x.get(i).or(beside.first()).unwrap_or(&0.0);
        for i in (0..x.len()).step_by(x.len().max(2) - 1) {
            y[i] = row(i.wrapping_sub(1), ghosts.region(0)) - 2.0 * x[i] + row(i + 1, ghosts.region(1)) + c;
        }
    }
}

impl LinearOperator<f64> for Curvature {
    fn domain(&self) -> &Space {
        &self.domain
    }
    fn range(&self) -> &Space {
        &self.domain.members()[0]
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        let (x, c) = x.split_at(y.len());
        self.differences(x, c[0], y);
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        let (x, c) = x.split_at_mut(y.len());
        self.differences(y, 0.0, x);
        let mut sum = ExactSum::default();
        sum.add_slice(y);
        sum.normalise();
        let mut words = *sum.words();
        self.domain.comm().all_reduce(&mut words, Reduction::Sum);
        c[0] = ExactSum::from_words(words).value(); // c ← Σ yᵢ
    }
    fn communication(&self) -> Communication {
        let forward = self.halo.borrow().sends();
        Communication { forward, adjoint: forward + Sent::all_reduce::<i64>(self.domain.comm(), WORDS) }
    }
}

fn main() -> Result<()> {
    launch(|comm| {
        let layout = Layout::scatter(comm, &[1000], 0)?;
        let a = Curvature::on(&layout)?;
        let squares = DistArray::from_fn(&layout, |i| (i[0] * i[0]) as f64);
        let five = DistArray::full(&a.domain().members()[1], 5.0);
        let y = &a * &DistArray::stack(&[&squares, &five])?;
        assert!(y.gather_all().iter().skip(1).take(998).all(|&y| y == 7.0)); // 2 + 5
        a.check(1)?;
        check_same_bits(comm, 2, |comm| Curvature::on(&Layout::scatter(comm, &[1000], 0)?))
    })
}
