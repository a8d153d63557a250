//! What proximal operators keep of memory is what they say, and proxes allocate nothing, by a counting allocator.

use super::allocations::{allocations, bytes_taken};
use lops::comm::Reduction;
use lops::operators::{Diagonal, Gradient, Identity, Laplacian};
use lops::proximal::{
    AffineSet, Bounds, Euclid, EuclideanBall, HalfSpace, Huber, L0Ball, L1, L1Ball, L2, L21, LeastSquares, LogPenalty,
    Nuclear, NuclearBall, ProximalOperator, Quadratic, RankBall, Simplex, Sum, TV,
};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Real, Result, Scalar, Space, launch_threads};

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
            check("Nuclear", &|| Nuclear::new(1.0).on(&Layout::scatter(comm, &[4, 90, 70], 0)?));
            check("factored", &|| {
                let whole = Identity.on::<f64>(&Layout::replicated(comm, &[150])?);
                LeastSquares::new(1.0).factored().of(&whole, &DistArray::zeros(whole.range()))
            });
            check("square", &|| L1::new(1.0).on(&layout)?.plus_square(2.0, &b()));
            check("chain", &|| L1::new(1.0).on(&layout)?.chain(&Euclid::new(1.0).on(&layout)?));
            check("Sum", &|| L1::new(1.0).on(&layout)?.plus(&Euclid::new(1.0).on(&layout)?));
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

/// After a first value, prox and gradient: another step, another x, too.
fn allocates_nothing<T: Scalar>(comm: &Comm, f: Result<ProximalOperator<T>>) {
    let f = f.unwrap();
    // Equal moduli, of which some are kept.
    let mut x = DistArray::<T>::random_signed(f.space(), 3);
    x.map_in_place(|x| if x.re() > T::Real::from_f64(0.3) { T::one() } else { x });
    let (mut y, mut room) = (x.zeros_like(), x.zeros_like());
    let mut all = || {
        f.value(&x).unwrap();
        f.prox_into(0.5, &x, &mut y).unwrap();
        f.dual_prox_into(2.0, &x, &mut y, &mut room).unwrap();
        if f.has_gradient() {
            f.gradient_into(&x, &mut y).unwrap();
        }
    };
    all();
    all();
    comm.barrier();
    let taken = allocations(all);
    assert_eq!(taken, 0, "{} on {} ranks", f.name(), comm.size());
}

#[test]
fn proxes_allocate_nothing() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[12, 7], 0)?;
            let space = Space::from(&layout);
            let b = DistArray::<f64>::random_signed(&layout, 5);
            let l1 = || L1::new(0.4).on::<f64>(&space);
            let d = Diagonal::of(&b)?;
            let whole = Diagonal::of(&DistArray::<f64>::random_signed(&Layout::replicated(comm, &[9])?, 4))?;
            let normal = &d.adjoint() * &d;
            let ask = |f| allocates_nothing::<f64>(comm, f);
            ask(l1());
            ask(L2::new(1.0).to(&b));
            ask(Huber::new(1.0).on(&space));
            ask(LogPenalty::new(1.0, 1.0).on(&space));
            ask(Euclid::new(1.0).on(&space));
            ask(L1Ball::new(1.0).on(&space));
            ask(EuclideanBall::new(1.0).on(&space));
            ask(L0Ball::new(9).on(&space));
            ask(Simplex::new(1.0).on(&space));
            ask(Bounds::of(&b, &(&b + 1.0)));
            ask(HalfSpace::new(1.0).of(&b));
            ask(L21::new(1.0).along(1).on(&layout));
            ask(LeastSquares::new(1.0).iterations(4).of(&d, &b));
            ask(LeastSquares::new(1.0).factored().of(&whole, &DistArray::zeros(whole.range())));
            ask(AffineSet::new().iterations(4).of(&d, &b));
            ask(Quadratic::new().iterations(4).of(&normal, &b));
            ask(TV::new(1.0).iterations(5).on(&layout));
            ask(l1()?.translated(&b)?.scaled(2.0)?.times(3.0)?.plus_affine(&b, 1.0)?.plus_square(0.5, &b));
            ask(l1()?.orthogonal(&Identity.on(&layout), 1.0));
            ask(ProximalOperator::stacked(vec![l1()?, L2::new(1.0).to(&b)?]));
            ask(l1()?.chain(&Euclid::new(1.0).on(&space)?));
            ask(Sum::new().iterations(5).of(vec![l1()?, L2::new(1.0).to(&b)?]));
            let matrices = Layout::scatter(comm, &[4, 5, 7], 0)?;
            ask(Nuclear::new(0.2).on(&matrices));
            ask(RankBall::new(2).on(&matrices));
            ask(NuclearBall::new(2.0).on(&matrices));
            allocates_nothing::<Complex<f32>>(comm, Nuclear::new(0.2).on(&matrices));
            Ok(())
        })
        .unwrap();
    }
}
