//! What holds for every proximal operator: it makes its function least, Moreau's identity, no two points move apart; and the same bits
//! on any number of ranks, in any layout.

use lops::layout::{Chunk, Cut, Grid, Mode};
use lops::operators::{DCT, Diagonal, FFT, Gradient, Restriction, Stencil};
use lops::proximal::{
    AffineSet, Bounds, Euclid, EuclideanBall, HalfSpace, Huber, L0, L0Ball, L1, L1Ball, L2, L21, LeastSquares,
    LogPenalty, NonNegative, Nuclear, NuclearBall, ProximalOperator, Quadratic, RankBall, Simplex, Sum, TV,
};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Real, Result, Scalar, Space};

/// A real vector, of any scalar type.
fn noise<T: Scalar>(space: &Space, seed: u64, size: f64) -> DistArray<T> {
    let mut x = DistArray::<T>::random_signed(space, seed);
    x.scale(T::from_parts(size, 0.0));
    x
}

pub(crate) type Named<T> = (&'static str, ProximalOperator<T>);

/// Convex functions of any scalars.
fn convex<T: Scalar>(space: &Space) -> Result<Vec<Named<T>>> {
    let b = noise::<T>(space, 5, 1.0);
    let l1 = L1::new(0.6).on::<T>(space)?;
    Ok(vec![
        ("L1", l1.clone()),
        ("L1 of weights", L1::of::<T>(&b.abs().map(|w| w + T::Real::from_f64(0.1)))?),
        ("L2", L2::new(0.7).to(&b)?),
        ("Huber", Huber::new(0.4).on(space)?),
        ("Euclid", Euclid::new(1.1).on(space)?),
        ("HalfSpace", HalfSpace::new(-0.3).of(&b)?),
        ("L1Ball", L1Ball::new(1.3).on(space)?),
        ("EuclideanBall", EuclideanBall::new(0.9).on(space)?),
        ("translated", l1.translated(&b)?),
        ("scaled", l1.scaled(-1.7)?),
        ("multiple", l1.times(0.4)?),
        ("affine", Huber::new(0.4).on(space)?.plus_affine(&b, 2.0)?),
        ("square", l1.plus_square(0.8, &b)?),
        ("chain", l1.chain(&Euclid::new(0.7).on(space)?)?),
        ("all", L2::new(0.5).to(&b)?.translated(&b)?.scaled(2.0)?.times(0.7)?.plus_affine(&b, 1.0)?),
    ])
}

/// Those whose proxes iterate, to where they do not depend on the ones before as far as one sees.
fn iterated<T: Scalar>(layout: &Layout) -> Result<Vec<Named<T>>> {
    let b = noise::<T>(&layout.into(), 5, 1.0);
    let tv = || TV::new(0.3).iterations(500).tolerance(1e-10).cold();
    let parts =
        vec![Huber::new(0.4).on(layout)?, Euclid::new(0.8).on(layout)?, L1::new(0.6).on(layout)?.translated(&b)?];
    Ok(vec![
        ("TV", tv().on(layout)?),
        ("anisotropic TV", tv().anisotropic().on(layout)?),
        ("sum", Sum::new().iterations(300).tolerance(1e-11).cold().of(parts)?),
    ])
}

/// Those of real vectors.
fn convex_of_reals<T: Real>(space: &Space) -> Result<Vec<Named<T>>> {
    let b = noise::<T>(space, 5, 1.0);
    Ok(vec![
        ("NonNegative", NonNegative.on(space)?),
        ("Bounds", Bounds::new(-0.4, 0.8).on(space)?),
        ("Bounds of arrays", Bounds::of(&b, &b.map(|b| b + T::from_f64(0.5)))?),
        ("Simplex", Simplex::new(1.2).on(space)?),
    ])
}

/// Those that are made for one array.
fn convex_of_arrays<T: Scalar>(layout: &Layout) -> Result<Vec<Named<T>>> {
    let b = noise::<T>(&layout.into(), 7, 1.0);
    let d = Diagonal::of(&b)?;
    let part = Restriction::new(&[0, 2]).along(0).on::<T>(layout)?;
    let normal = &d.adjoint() * &d;
    let l1 = L1::new(0.6).on::<T>(part.range())?;
    let halves = vec![L1::new(0.3).on::<T>(layout)?, L2::new(0.9).on(layout)?];
    let gradient = Gradient::new().stencil(Stencil::Forward).on::<T>(layout)?;
    let cold = LeastSquares::new(0.8).iterations(60).tolerance(1e-13).cold();
    let mut all = vec![
        ("LeastSquares", cold.of(&d, &b)?),
        ("Quadratic", Quadratic::new().tolerance(1e-13).of(&normal, &b)?),
        ("AffineSet", AffineSet::new().of(&part, &noise(part.range(), 3, 1.0))?),
        ("orthogonal", l1.orthogonal(&part, 1.0)?),
        ("stacked", ProximalOperator::stacked(halves)?),
        ("L21", L21::new(0.5).on(gradient.range())?),
    ];
    if layout.is_replicated() {
        all.push(("factored", LeastSquares::new(0.8).factored().of(&d, &b)?));
        all.push(("Nuclear", Nuclear::new(0.4).on(layout)?));
        all.push(("NuclearBall", NuclearBall::new(1.1).on(layout)?));
    }
    Ok(all)
}

fn re_dot<T: Scalar>(x: &DistArray<T>, y: &DistArray<T>) -> f64 {
    Real::to_f64(x.vdot(y).unwrap().re())
}

fn times<T: Scalar>(a: f64, x: &DistArray<T>) -> DistArray<T> {
    let mut y = x.clone();
    y.scale(T::from_parts(a, 0.0));
    y
}

/// ‖p − q‖² ≤ Re⟨p − q, x − y⟩ of proxes p of x and q of y; f at p is finite; and τ f + ½ ‖· − x‖² is not less anywhere near.
pub(crate) fn holds<T: Scalar>((name, f): &Named<T>, tau: f64, slack: f64) {
    let [x, y] = [11, 12].map(|seed| noise::<T>(f.space(), seed, 2.0));
    let [p, q] = [&x, &y].map(|x| f.prox(x, tau).unwrap());
    let (moved, were) = (&p - &q, &x - &y);
    let (left, right) = (re_dot(&moved, &moved), re_dot(&moved, &were));
    assert!(left <= right + slack * re_dot(&were, &were), "{name}: {left} > {right}");
    let cost = |z: &DistArray<T>| tau * Real::to_f64(f.value(z).unwrap()) + 0.5 * re_dot(&(z - &x), &(z - &x));
    let least = cost(&p);
    assert!(least.is_finite(), "{name}: the prox is not where f is finite");
    for (seed, size) in [(21, 1.0), (22, 0.1), (23, 1e-3)] {
        let near = &p + noise::<T>(f.space(), seed, size);
        assert!(cost(&near) >= least - slack * (1.0 + least.abs()), "{name}: less at {size}");
    }
    // Along the way to where another prox is, which is where f is finite too.
    for part in [0.5, 1e-2] {
        let near = &p + times(part, &(&q - &p));
        assert!(cost(&near) >= least - slack * (1.0 + least.abs()), "{name}: less on the way");
    }
    // Moreau: x = prox_τf(x) + τ prox_{f*/τ}(x/τ).
    let dual = f.dual_prox(&times(tau.recip(), &x), tau.recip()).unwrap();
    let sum = &p + times(tau, &dual);
    assert!(Real::to_f64((&sum - &x).norm()) <= slack * 10.0 * Real::to_f64(x.norm()), "{name}: Moreau");
    if f.has_gradient() {
        // The gradient at the prox: (x − p) / τ.
        let gradient = times(tau, &f.gradient(&p).unwrap());
        assert!(
            Real::to_f64((&(&x - &p) - &gradient).norm()) <= slack * 10.0 * Real::to_f64(x.norm()),
            "{name}: gradient"
        );
    }
}

fn all_hold<T: Scalar>(comm: &Comm, slack: f64) {
    for layout in [Layout::scatter(comm, &[3, 4], 0).unwrap(), Layout::replicated(comm, &[3, 4]).unwrap()] {
        let stack = Space::stack(vec![(&layout).into(), Layout::scatter(comm, &[5], 0).unwrap().into()]).unwrap();
        let functions = [convex::<T>(&stack).unwrap(), convex_of_arrays(&layout).unwrap()].concat();
        for tau in [0.3, 1.9] {
            for f in &functions {
                holds(f, tau, slack);
            }
        }
    }
}

/// What a step for each element does is what the same step for all does to this element.
fn steps_hold<T: Scalar>(name: &str, f: &ProximalOperator<T>) {
    let x = noise::<T>(f.space(), 41, 2.0);
    let mut steps = DistArray::<T::Real>::zeros(f.space());
    steps.as_mut_slice().iter_mut().enumerate().for_each(|(k, step)| *step = T::Real::from_f64([0.3, 1.9][k % 2]));
    let y = f.prox_by_steps(&x, &steps).unwrap();
    let each = [0.3, 1.9].map(|tau| f.prox(&x, tau).unwrap());
    for (k, found) in y.as_slice().iter().enumerate() {
        let difference = Real::to_f64((*found - each[k % 2].as_slice()[k]).modulus());
        let slack = if T::Real::from_f64(1.0 + 1e-12).to_f64() > 1.0 { 1e-14 } else { 1e-6 };
        assert!(difference <= slack, "{name}: {k} is off by {difference}");
    }
}

/// Everything as it is on one rank, to the last bit.
fn same_bits_of<T: Scalar>(comm: &Comm, of: impl Fn(&Layout) -> Result<Vec<Named<T>>>) {
    let shape = [4, 3];
    let alone = of(&Layout::replicated(&comm.alone(), &shape).unwrap()).unwrap();
    let cyclic = Grid::cut(&[Cut::Cyclic, Cut::Whole]).layout(comm, &shape).unwrap();
    let mut layouts = vec![Layout::scatter(comm, &shape, 0).unwrap(), Layout::scatter(comm, &shape, 1).unwrap()];
    layouts.push(cyclic);
    layouts.push(Layout::replicated(comm, &shape).unwrap());
    for layout in layouts {
        for ((name, f), (_, one)) in of(&layout).unwrap().iter().zip(&alone) {
            let [x, expected] = [f, one].map(|f| noise::<T>(f.space(), 31, 2.0));
            let [found, expected] = [f.prox(&x, 0.7).unwrap(), one.prox(&expected, 0.7).unwrap()];
            for k in 0..found.member_count() {
                let [found, expected] = [&found, &expected].map(|y| y.member(k).gather_all());
                assert_eq!(found, expected, "{name}: prox on {layout}");
            }
            let x_alone = noise::<T>(one.space(), 31, 2.0);
            assert_eq!(f.value(&x).unwrap(), one.value(&x_alone).unwrap(), "{name}: value on {layout}");
        }
    }
}

/// Those that are not convex.
fn others<T: Scalar>(space: &Space) -> Result<Vec<Named<T>>> {
    Ok(vec![
        ("L0", L0::new(0.6).on(space)?),
        ("LogPenalty", LogPenalty::new(0.6, 1.5).on(space)?),
        ("L0Ball", L0Ball::new(5).on(space)?),
    ])
}

crate::bodies! {
    fn convex_functions_keep_the_laws(comm) {
        all_hold::<f64>(comm, 1e-9);
        all_hold::<Complex<f64>>(comm, 1e-9);
        all_hold::<f32>(comm, 1e-4);
    }

    fn what_iterates_keeps_the_laws(comm) {
        let layout = Layout::scatter(comm, &[3, 4], 0).unwrap();
        for f in &iterated::<f64>(&layout).unwrap() {
            holds(f, 0.7, 1e-6);
        }
        for f in &iterated::<Complex<f32>>(&layout).unwrap() {
            holds(f, 0.7, 1e-3);
        }
    }

    /// Arrays, stacks in stacks, colours of a mask, copies of chunks that overlap.
    fn laws_hold_in_any_space(comm) {
        let layout = Layout::scatter(comm, &[3, 4], 1).unwrap();
        let line = Layout::scatter(comm, &[5], 0).unwrap();
        let pair = Space::stack(vec![(&layout).into(), (&line).into()]).unwrap();
        let nested = Space::stack(vec![pair, Layout::replicated(comm, &[2]).unwrap().into()]).unwrap();
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank / 2).collect();
        let masked = Layout::scatter(comm, &[3 * comm.size()], 0).unwrap().with_mask(&colours).unwrap();
        let map: Vec<_> = (0..comm.size()).map(|rank| vec![Chunk::from(rank..rank + 3)]).collect();
        let copies = Layout::chunked(comm, &[comm.size() + 2], &map, Mode::Replica).unwrap();
        for space in [layout.into(), nested, masked.into(), copies.into()] {
            for f in &[convex::<f64>(&space).unwrap(), convex_of_reals(&space).unwrap()].concat() {
                holds(f, 0.7, 1e-9);
            }
        }
        let to_combine = Layout::chunked(comm, &[comm.size() + 2], &map, Mode::Sum).unwrap();
        for refused in [
            L1::new(1.0).on::<f64>(&to_combine), Huber::new(1.0).on(&to_combine), EuclideanBall::new(1.0).on(&to_combine),
            L0Ball::new(1).on(&to_combine), Simplex::new(1.0).on(&to_combine), Bounds::new(0.0, 1.0).on(&to_combine),
            TV::new(1.0).on(&to_combine),
        ] {
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::Layout);
        }
    }

    fn elements_have_steps_of_their_own(comm) {
        fn of<T: Scalar>(space: &Space) -> Result<usize> {
            let functions = [convex::<T>(space)?, others(space)?].concat();
            let mut count = 0;
            for (name, f) in functions.iter().filter(|(_, f)| f.takes_steps()) {
                steps_hold(name, f);
                count += 1;
            }
            Ok(count)
        }
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let space = Space::from(&layout);
        // All but norms, balls, a plane, what is made of them, and squares that are added.
        assert_eq!(of::<f64>(&space).unwrap(), 11);
        assert_eq!(of::<Complex<f32>>(&space).unwrap(), 11);
        for (name, f) in convex_of_reals::<f64>(&space).unwrap().iter().filter(|(name, _)| *name != "Simplex") {
            steps_hold(name, f);
        }
        let pair = vec![L1::new(0.6).on::<f64>(&layout).unwrap(), L2::new(0.6).on(&layout).unwrap()];
        steps_hold("stacked", &ProximalOperator::stacked(pair).unwrap());
        let l1 = L1::new(0.6).on::<f64>(&layout).unwrap();
        let steps = DistArray::from_fn(&layout, |i| if i == [3, 1] { 0.0 } else { 1.0 });
        assert_eq!(l1.prox_by_steps(&steps, &steps).unwrap_err().kind(), ErrorKind::Parameter);
        let euclid = Euclid::new(0.6).on::<f64>(&layout).unwrap();
        assert_eq!(euclid.prox_by_steps(&steps, &(&steps + 1.0)).unwrap_err().kind(), ErrorKind::Other);
        let other = DistArray::full(Layout::scatter(comm, &[7], 0).unwrap(), 1.0);
        assert_eq!(l1.prox_by_steps(&steps, &other).unwrap_err().kind(), ErrorKind::Shape);
    }

    /// Those with operators inside, and of matrices: two dimensions, against a search.
    fn what_solves_inside_finds_what_a_search_does(comm) {
        let one = comm.alone();
        let line = Layout::replicated(&one, &[2]).unwrap();
        let b = DistArray::from_global(&line, &[0.8, -1.4]).unwrap();
        let a = Diagonal::of(&b).unwrap();
        let row = Layout::replicated(&one, &[1, 2]).unwrap();
        let mut all: Vec<Named<f64>> = vec![
            ("LeastSquares", LeastSquares::new(0.8).iterations(9).tolerance(1e-13).of(&a, &b).unwrap()),
            ("factored", LeastSquares::new(0.8).factored().of(&a, &b).unwrap()),
            ("Quadratic", Quadratic::new().of(&(&a * &a), &b).unwrap()),
            ("TV", TV::new(0.4).on(&line).unwrap()),
            ("L21", L21::new(0.4).along(0).on(&line).unwrap()),
            ("chain", NonNegative.on(&line).unwrap().chain(&L1::new(0.3).on(&line).unwrap()).unwrap()),
            ("chain of TV", TV::new(0.4).on(&line).unwrap().chain(&L1::new(0.3).on(&line).unwrap()).unwrap()),
            ("Nuclear", Nuclear::new(0.5).on(&row).unwrap()),
            ("NuclearBall", NuclearBall::new(0.5).on(&row).unwrap()),
            ("RankBall", RankBall::new(0).on(&row).unwrap()),
        ];
        let below = HalfSpace::new(0.2).of(&b).unwrap();
        all.push(("sum", Bounds::new(-0.5, 0.5).on(&line).unwrap().plus(&L1::new(0.3).on(&line).unwrap()).unwrap()));
        all.push(("intersection", below.plus(&Bounds::new(-1.0, 0.9).on(&line).unwrap()).unwrap()));
        for (name, f) in &all {
            let layout = f.space().layout().unwrap();
            let point = |x: f64, y: f64| DistArray::from_fn(layout, |i| if *i.last().unwrap() == 0 { x } else { y });
            let x = point(1.3, -0.6);
            let cost = |z: &DistArray<f64>| 0.8 * f.value(z).unwrap() + 0.5 * (z - &x).norm().powi(2);
            let found = cost(&f.prox(&x, 0.8).unwrap());
            for k in 0..21 * 21 {
                let z = point(f64::from(k % 21) * 0.2 - 2.0, f64::from(k / 21) * 0.2 - 2.0);
                assert!(found <= cost(&z) + 1e-7, "{name}: {found}, less at {:?}", z.as_slice());
            }
        }
    }

    fn those_of_reals_too(comm) {
        let space = Space::from(Layout::scatter(comm, &[7], 0).unwrap());
        for tau in [0.3, 1.9] {
            for f in &convex_of_reals::<f64>(&space).unwrap() {
                holds(f, tau, 1e-9);
            }
            for f in &convex_of_reals::<f32>(&space).unwrap() {
                holds(f, tau, 1e-4);
            }
        }
    }

    fn any_ranks_and_layouts_give_the_same_bits(comm) {
        fn of<T: Scalar>(layout: &Layout) -> Result<Vec<Named<T>>> {
            let space = Space::from(layout);
            Ok([convex(&space)?, others(&space)?].concat())
        }
        same_bits_of::<f64>(comm, of::<f64>);
        same_bits_of::<Complex<f32>>(comm, of::<Complex<f32>>);
        same_bits_of::<f64>(comm, |layout| convex_of_reals(&layout.into()));
    }

    /// One dimension, against a search; of functions that are not convex too.
    fn in_one_dimension_a_search_finds_the_same(comm) {
        let layout = Layout::scatter(comm, &[1], 0).unwrap();
        let space = Space::from(&layout);
        let all = [others::<f64>(&space).unwrap(), convex(&space).unwrap(), convex_of_reals(&space).unwrap()].concat();
        for (name, f) in all.iter().filter(|(name, _)| *name != "L0Ball" && *name != "Simplex") {
            for (at, tau) in [(1.3, 0.4), (-2.1, 1.1), (0.2, 0.9)] {
                let x = DistArray::full(&layout, at);
                let cost = |z: &DistArray<f64>| tau * f.value(z).unwrap() + 0.5 * (z - &x).norm().powi(2);
                let found = cost(&f.prox(&x, tau).unwrap());
                let best = (-300..=300).map(|k| cost(&DistArray::full(&layout, f64::from(k) * 0.01))).fold(f64::MAX, f64::min);
                assert!(found <= best + 1e-12, "{name} of {at} at {tau}: {found}, not {best}");
            }
        }
    }

    /// Two dimensions, against a search.
    fn in_two_dimensions_a_search_finds_the_same(comm) {
        let layout = Layout::scatter(&comm.alone(), &[2], 0).unwrap();
        let space = Space::from(&layout);
        let all = [others::<f64>(&space).unwrap(), convex(&space).unwrap(), convex_of_reals(&space).unwrap()].concat();
        let x = DistArray::from_global(&layout, &[1.3, -0.6]).unwrap();
        let cost = |f: &ProximalOperator<f64>, z: &DistArray<f64>| 0.8 * f.value(z).unwrap() + 0.5 * (z - &x).norm().powi(2);
        for (name, f) in &all {
            let found = cost(f, &f.prox(&x, 0.8).unwrap());
            for k in 0..41 * 41 {
                let z = DistArray::from_global(&layout, &[f64::from(k % 41) * 0.1 - 2.0, f64::from(k / 41) * 0.1 - 2.0]).unwrap();
                assert!(found <= cost(f, &z) + 1e-7, "{name}: {found}, less at {:?}", z.as_slice());
            }
        }
    }

    /// The second prox begins where the first ended: no iteration is left to do.
    fn least_squares_begin_where_they_ended(comm) {
        let layout = Layout::scatter(comm, &[9], 0).unwrap();
        let b = noise::<f64>(&(&layout).into(), 7, 1.0);
        let a = Diagonal::of(&b).unwrap();
        let counts = |told: LeastSquares| {
            let f = told.of(&a, &b).unwrap();
            f.prox(&b, 0.5).unwrap();
            let first = f.inner_iterations();
            f.prox(&b, 0.5).unwrap();
            [first, f.inner_iterations() - first]
        };
        let told = LeastSquares::new(1.0).iterations(30).tolerance(1e-8);
        let [first, second] = counts(told);
        assert!(first > 3 && second == 0, "{first}, {second}");
        let [first, second] = counts(told.cold());
        assert_eq!(first, second);
    }

    fn coefficients_of_an_orthogonal_transform(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let q = DCT::over(&[0]).on::<f64>(&layout).unwrap();
        let f = L1::new(0.3).on::<f64>(q.range()).unwrap().orthogonal(&q, 1.0).unwrap();
        holds(&("L1 of cosines", f), 0.8, 1e-9);
        let twice = q.scale_real(2.0);
        let f = L1::new(0.3).on::<f64>(q.range()).unwrap().orthogonal(&twice, 4.0).unwrap();
        holds(&("L1 of twice the cosines", f), 0.8, 1e-9);
        // Half a spectrum of a real signal: Fᴴ F = 1, and F Fᴴ is not; norms that keep phases do not leave F's range.
        for length in [8, 7] {
            let layout = Layout::scatter(comm, &[3, length], 0).unwrap();
            let fourier = FFT::along(1).on_real::<f64>(&layout).unwrap();
            let unit = fourier.scale_real(1.0 / (length as f64).sqrt());
            let x = noise::<f64>(&(&layout).into(), 5, 1.0);
            assert!((unit.adjoint().apply_to(&unit.apply_to(&x).unwrap()).unwrap() - &x).norm() < 1e-13);
            let l1 = L1::new(0.3).on::<Complex<f64>>(unit.range()).unwrap();
            holds(&("L1 of frequencies", l1.orthogonal(&unit, 1.0).unwrap()), 0.8, 1e-9);
            let ball = EuclideanBall::new(0.8).on::<Complex<f64>>(unit.range()).unwrap();
            holds(&("ball of frequencies", ball.orthogonal(&unit, 1.0).unwrap()), 0.8, 1e-9);
        }
    }
}
