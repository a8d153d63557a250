//! Proxes that send, and solvers inside of them.

use super::operations::{Operation, x};
use lops::operators::Diagonal;
use lops::proximal::{
    AffineSet, Bounds, Euclid, HalfSpace, L0Ball, L1, L1Ball, LeastSquares, Nuclear, NuclearBall, ProximalOperator,
    Quadratic, RankBall, Simplex, Sum, TV,
};
use lops::{Comm, DistArray, Layout, Result};

/// The prox, or its value, which other messages make.
fn prox_or_value(f: &ProximalOperator<f64>, twisted: bool) -> Result<()> {
    let x = DistArray::from_fn(f.space().layout()?, |i| i.iter().sum::<usize>() as f64 - 3.0);
    if twisted { f.value(&x).map(|_| ()) } else { f.prox(&x, 0.5).map(|_| ()) }
}

/// Matrices of 3 × 4, one for each rank at least.
fn matrices(comm: &Comm) -> Result<Layout> {
    Layout::scatter(comm, &[comm.size() + 1, 3, 4], 0)
}

/// A number that makes no sense, on one rank or none.
fn spoilt(comm: &Comm, number: f64, twisted: bool) -> Result<DistArray<f64>> {
    let mut x = x(comm, false)?;
    if twisted {
        x.as_mut_slice()[0] = number;
    }
    Ok(x)
}

operations! {
    PROXIMAL:
    weights in "all_reduce" |comm, t| if t { comm.broadcast(&mut [0], 0) } else { drop(L1::of::<f64>(&x(comm, false)?)?) };
    bounds_of in "all_reduce" |comm, t| {
        let x = x(comm, false)?;
        if t { comm.broadcast(&mut [0], 0) } else { drop(Bounds::of(&x, &x)?) }
    };
    half_space in "norm" |comm, t| HalfSpace::new(1.0).of(&x(comm, t)?)?;
    prox_by_steps in "all_reduce" |comm, t| {
        let x = x(comm, false)?;
        let f = L1::new(1.0).on::<f64>(x.space())?;
        if t { f.value(&x).map(|_| ())? } else { f.prox_by_steps(&x, &x).map(|_| ())? }
    };
    nuclear in "all_reduce" |comm, t| prox_or_value(&Nuclear::new(1.0).on(&matrices(comm)?)?, t)?;
    nuclear_ball in "all_reduce" |comm, t| prox_or_value(&NuclearBall::new(1.0).on(&matrices(comm)?)?, t)?;
    rank_ball in "all_reduce" |comm, t| prox_or_value(&RankBall::new(1).on(&matrices(comm)?)?, t)?;
    simplex in "all_reduce" |comm, t| prox_or_value(&Simplex::new(1.0).on(x(comm, false)?.space())?, t)?;
    l1_ball in "all_reduce" |comm, t| prox_or_value(&L1Ball::new(1.0).on(x(comm, false)?.space())?, t)?;
    l0_ball in "all_reduce" |comm, t| prox_or_value(&L0Ball::new(5).on(x(comm, false)?.space())?, t)?;
    euclid in "norm" |comm, t| Euclid::new(1.0).on::<f64>(x(comm, t)?.space())?.prox(&x(comm, t)?, 0.5)?;
    least_squares in "CGLS" "apply" |comm, t| {
        let x = x(comm, false)?;
        let f = LeastSquares::new(1.0).iterations(3 + usize::from(t)).tolerance(0.0).of(&Diagonal::of(&x)?, &x)?;
        f.prox(&x, 1.0)?
    };
    affine_set in "CGLS" "apply" |comm, t| {
        let x = x(comm, false)?;
        let f = AffineSet::new().iterations(3 + usize::from(t)).tolerance(0.0).of(&Diagonal::of(&x)?, &x)?;
        f.prox(&(0.5 * &x), 1.0)?
    };
    quadratic in "CG" |comm, t| {
        let x = x(comm, false)?;
        let f = Quadratic::new().iterations(3 + usize::from(t)).tolerance(0.0).of(&Diagonal::of(&x)?, &x)?;
        f.prox(&x, 1.0)?
    };
    tv in "apply" "Operator::on" |comm, t| {
        let x = x(comm, false)?;
        let f = TV::new(1.0).iterations(3 + usize::from(t)).tolerance(0.0).on::<f64>(x.layout()?)?;
        f.prox(&x, 1.0)?
    };
    sum_of_functions in "all_reduce" |comm, t| {
        let x = x(comm, false)?;
        let parts = vec![L1::new(1.0).on::<f64>(x.space())?, Bounds::new(-30.0, 30.0).on(x.space())?];
        let f = Sum::new().iterations(1 + usize::from(t)).tolerance(0.0).of(parts)?;
        f.prox(&x, 1.0)?
    };
}

/// What one rank alone is told wrongly is an error in the same words on all of them.
#[test]
fn wrong_numbers_on_one_rank_are_errors_on_all() {
    for ranks in 1..=3 {
        lops::launch_threads(ranks, |comm| {
            let is_last = comm.rank() + 1 == comm.size();
            let good = x(comm, false)?;
            let steps = |number| spoilt(comm, number, is_last);
            let f = L1::new(1.0).on::<f64>(good.space())?;
            let words = [
                L1::of::<f64>(&steps(-1.0)?).map(|_| ()).unwrap_err(),
                Bounds::of(&good, &steps(-1e3)?).map(|_| ()).unwrap_err(),
                f.prox_by_steps(&good, &steps(0.0)?).map(|_| ()).unwrap_err(),
                LeastSquares::new(1.0)
                    .of(&Diagonal::of(&good)?, &good)?
                    .prox(&steps(f64::NAN)?, 1.0)
                    .map(|_| ())
                    .unwrap_err(),
                RankBall::new(4).on::<f64>(&matrices(comm)?).map(|_| ()).unwrap_err(),
            ];
            let words = words.map(|error| error.to_string()).join("\n");
            let all = comm.all_gather(&words.bytes().map(i64::from).sum::<i64>().to_le_bytes());
            assert!(all.chunks(8).all(|sum| sum == &all[..8]), "{words}");
            Ok(())
        })
        .unwrap();
    }
}
