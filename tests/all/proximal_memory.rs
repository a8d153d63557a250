//! What proximal operators keep of memory is what they say, by a counting allocator.

use super::allocations::bytes_taken;
use lops::comm::Reduction;
use lops::operators::{Gradient, Identity, Laplacian};
use lops::proximal::{
    AffineSet, Bounds, Euclid, HalfSpace, Huber, L1, L1Ball, L2, L21, LeastSquares, ProximalOperator, Quadratic, TV,
};
use lops::{Comm, DistArray, Layout, LinearOperator, Result, Scalar, Space, launch_threads};

/// The sum over the ranks: buffers of messages wander between them.
fn over_ranks(comm: &Comm, bytes: i64) -> i64 {
    let mut sum = [bytes];
    comm.all_reduce(&mut sum, Reduction::Sum);
    sum[0]
}

/// Compares what a function says with what is kept of it after a value and two proxes, within a tenth or 20 kB.
fn says_what_it_keeps<T: Scalar>(comm: &Comm, name: &str, make: impl Fn() -> Result<ProximalOperator<T>>) {
    let used = || {
        let f = make().unwrap();
        let x = DistArray::random_signed(f.space(), 3);
        let mut y = x.zeros_like();
        f.value(&x).unwrap();
        for tau in [0.5, 0.7] {
            f.prox_into(tau, &x, &mut y).unwrap();
        }
        f
    };
    drop(used()); // what is shared and made once is there then
    comm.barrier();
    let before = over_ranks(comm, bytes_taken());
    let f = used();
    comm.barrier();
    let kept = (over_ranks(comm, bytes_taken()) - before) as f64;
    let said = over_ranks(comm, f.scratch() as i64) as f64;
    assert!((kept - said).abs() <= (0.1 * said).max(20_000.0), "{name}: {said} bytes were said, {kept} are kept");
}

#[test]
fn functions_say_what_they_keep() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[600, 128], 0)?;
            let space = Space::from(&layout);
            let check = |name, make: &dyn Fn() -> Result<ProximalOperator<f64>>| says_what_it_keeps(comm, name, make);
            let b = || DistArray::<f64>::random_signed(&layout, 5);
            let system = || Ok::<_, lops::Error>(Identity.on::<f64>(&layout) - Laplacian::over(&[0, 1]).on(&layout)?);
            check("L1", &|| L1::new(1.0).on(&layout));
            check("L1 of weights", &|| L1::of(&b().map(|b| b * b + 0.1)));
            check("L2", &|| L2::new(1.0).to(&b()));
            check("Huber", &|| Huber::new(1.0).on(&layout));
            check("Euclid", &|| Euclid::new(1.0).on(&layout));
            check("L1Ball", &|| L1Ball::new(1.0).on(&layout));
            check("Bounds", &|| Bounds::of(&b(), &(b() + 1.0)));
            check("HalfSpace", &|| HalfSpace::new(1.0).of(&b()));
            check("L21", &|| L21::new(1.0).on(Gradient::new().on::<f64>(&layout)?.range()));
            check("LeastSquares", &|| LeastSquares::new(1.0).iterations(3).of(&system()?, &b()));
            check("AffineSet", &|| AffineSet::new().iterations(3).of(&system()?, &b()));
            check("Quadratic", &|| Quadratic::new().iterations(3).of(&system()?, &b()));
            check("TV", &|| TV::new(1.0).iterations(3).on(&layout));
            check("translated", &|| L1::new(1.0).on(&layout)?.translated(&b()));
            check("scaled", &|| L1::new(1.0).on(&layout)?.scaled(2.0));
            check("affine", &|| L1::new(1.0).on(&layout)?.plus_affine(&b(), 1.0)?.times(2.0));
            check("orthogonal", &|| L1::new(1.0).on(&space)?.orthogonal(&Identity.on(&layout), 1.0));
            check("stacked", &|| ProximalOperator::stacked(vec![L1::new(1.0).on(&layout)?, L2::new(1.0).to(&b())?]));
            Ok(())
        })
        .unwrap();
    }
}
