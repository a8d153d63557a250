//! Douglas–Rachford and the parallel proximal algorithm: their iterates, as PyProximal 0.13 makes them, and what only they are told.

use lops::proximal::{Bounds, DouglasRachford, EuclideanBall, L1, L2, Ppxa, ProximalOperator, consensus_admm};
use lops::solvers::{Method, Options};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Real, Report, Result, Scalar, Space};

const B: [f64; 8] = [-2.5, -0.7, 0.0, 0.3, 1.1, 2.0, -0.2, 4.0];
const X: [f64; 8] = [0.5, -1.0, 2.0, 0.0, 0.1, 0.2, 0.3, -0.4];

/// `DouglasRachfordSplitting(L2(sigma=1.3, b=B), L1(0.6), X, tau=0.7, eta=1.4, niter=5)` of pyproximal, with `gfirst` and without.
const DOUGLAS_RACHFORD: [[f64; 8]; 2] = [
    [
        -2.0041359784102077,
        -0.242660429563819,
        0.0,
        0.0,
        0.6274575602923373,
        1.5173787584942615,
        0.0,
        3.4868755953999697,
    ],
    [
        -2.024825688624643,
        -0.24606671832699636,
        0.005322845539446816,
        0.0007265684161344842,
        0.6376990399594026,
        1.5325496994254986,
        0.0003140478868273649,
        3.515814342690312,
    ],
];

/// `PPXA([L2(sigma=1.3, b=B), L1(0.6), Box(-0.5, 1.5)], X, tau=0.7, eta=1.4, weights=[0.5, 0.3, 0.2], niter=5)`.
const PPXA: [f64; 8] = [
    -0.9134168111552454,
    -0.2199212636271775,
    -0.007922949793965763,
    0.04988461376610749,
    0.6383837002947679,
    1.4953637534598816,
    -0.03952674136987737,
    2.0109037334375253,
];

/// `ConsensusADMM` of the same functions with tau=0.7, niter=5.
const CONSENSUS: [f64; 8] = [
    -0.7097627485971397,
    -0.3199271497931166,
    0.10993983521225931,
    0.028532759919824107,
    0.4790999093166044,
    1.1593650950896783,
    -0.064550619323083,
    1.8458883618575816,
];

/// The numbers above as a vector of a space of 8 elements; in an array of two, or in a stack of two halves.
fn vector<T: Scalar>(space: &Space, values: &[f64; 8]) -> DistArray<T> {
    let part = |layout: &Layout, first: usize| {
        let line = layout.shape().last().copied().unwrap_or(1);
        let place = move |i: &[usize]| first + i.iter().fold(0, |place, i| place * line + i);
        DistArray::from_fn(layout, |i| T::from_parts(values[place(i)], 0.0))
    };
    match space {
        Space::Array(layout) => part(layout, 0),
        Space::Stack(members) => {
            let members: Vec<_> =
                members.iter().zip([0, 4]).map(|(space, first)| part(space.layout().unwrap(), first)).collect();
            DistArray::stack(&members.iter().collect::<Vec<_>>()).unwrap()
        }
    }
}

fn spaces(comm: &Comm) -> Result<Vec<Space>> {
    let halves = vec![Layout::scatter(comm, &[4], 0)?.into(), Layout::replicated(comm, &[2, 2])?.into()];
    Ok(vec![
        Layout::scatter(comm, &[8], 0)?.into(),
        Layout::scatter(comm, &[2, 4], 1)?.into(),
        Layout::replicated(comm, &[8])?.into(),
        Space::stack(halves)?,
    ])
}

fn functions<T: Scalar>(space: &Space) -> Result<[ProximalOperator<T>; 2]> {
    Ok([L2::new(1.3).to(&vector(space, &B))?, L1::new(0.6).on(space)?])
}

fn near<T: Scalar>(x: &DistArray<T>, expected: &[f64; 8], tolerance: f64) {
    let off = Real::to_f64((x - &vector(x.space(), expected)).norm());
    assert!(off < tolerance, "{off}");
}

fn as_figures<T: Scalar>(comm: &Comm, tolerance: f64) -> Result<()> {
    for space in spaces(comm)? {
        let [f, g] = functions::<T>(&space)?;
        for (f_first, expected) in DOUGLAS_RACHFORD.iter().enumerate() {
            let mut x = vector(&space, &X);
            let method = DouglasRachford::new(&f, &g, &mut x)?.step(0.7)?.relaxation(1.4)?;
            let method = if f_first == 1 { method.f_first() } else { method };
            let _ = method.solve(&Options::exactly(5))?;
            near(&x, expected, tolerance);
        }
    }
    Ok(())
}

fn means_as_figures<T: Real>(comm: &Comm, tolerance: f64) -> Result<()> {
    for space in spaces(comm)? {
        let [f, g] = functions::<T>(&space)?;
        let functions = [f, g, Bounds::new(-0.5, 1.5).on(&space)?];
        let mut x = vector(&space, &X);
        let method = Ppxa::new(&functions, &mut x)?.step(0.7)?.relaxation(1.4)?.weights(&[0.5, 0.3, 0.2])?;
        let _ = method.solve(&Options::exactly(5))?;
        near(&x, &PPXA, tolerance);
        let mut x = vector(&space, &X);
        let _ = consensus_admm(&functions, &mut x, 0.7, &Options::exactly(5))?;
        near(&x, &CONSENSUS, tolerance);
    }
    Ok(())
}

/// The updates of PPXA as they are defined, by copies that are all kept.
fn updates_by_hand(
    functions: &[ProximalOperator<f64>],
    weights: &[f64],
    x: &mut DistArray<f64>,
    eta: f64,
) -> Result<Vec<f64>> {
    let mut copies = vec![x.clone(); functions.len()];
    let mut updates = vec![];
    for _ in 0..6 {
        let proxes = functions.iter().zip(weights).zip(&copies).map(|((f, w), y)| f.prox(y, 1.0 / w));
        let proxes = proxes.collect::<Result<Vec<_>>>()?;
        let mut mean = x.zeros_like();
        proxes.iter().zip(weights).try_for_each(|(p, &w)| mean.axpy(w, p))?;
        let mut square = 0.0;
        for ((y, p), w) in copies.iter_mut().zip(&proxes).zip(weights) {
            let step = eta * (2.0 * &mean - &*x - p);
            square += w * step.norm().powi(2);
            *y = &*y + &step;
        }
        x.axpby(eta, &mean, 1.0 - eta)?;
        updates.push(square.sqrt());
    }
    Ok(updates)
}

fn balls<T: Scalar>(space: &Space) -> Result<Vec<ProximalOperator<T>>> {
    let [f, g] = functions::<T>(space)?;
    Ok(vec![
        f,
        g,
        EuclideanBall::new(2.0).on(space)?,
        EuclideanBall::new(1.5).on(space)?.translated(&vector(space, &X))?,
    ])
}

fn bits<T: Scalar>(comm: &Comm, report: &Report<T::Real>, x: &DistArray<T>) -> Vec<u64> {
    let _ = comm;
    let members = match x.space() {
        Space::Array(_) => vec![x.gather_all()],
        Space::Stack(_) => (0..2).map(|member| x.member(member).gather_all()).collect(),
    };
    let values = members.iter().flat_map(|x| x.iter().flat_map(|x| [x.re(), x.im()]));
    let series = report.names().flat_map(|name| report.series(name)).copied();
    values.chain(series).map(|value| Real::to_f64(value).to_bits()).collect()
}

/// Of a short run of both in each space.
fn all_bits<T: Scalar>(comm: &Comm) -> Result<Vec<Vec<u64>>> {
    let mut all = vec![];
    for space in spaces(comm)? {
        let functions = balls::<T>(&space)?;
        let mut x = vector(&space, &X);
        let report =
            DouglasRachford::new(&functions[2], &functions[1], &mut x)?.objective().solve(&Options::exactly(7))?;
        all.push(bits(comm, &report, &x));
        let mut x = vector(&space, &X);
        let report = Ppxa::new(&functions, &mut x)?.relaxation(1.3)?.objective().solve(&Options::exactly(7))?;
        all.push(bits(comm, &report, &x));
    }
    Ok(all)
}

crate::bodies! {
    fn iterates_are_pyproximals(comm) {
        as_figures::<f64>(comm, 1e-13).unwrap();
        as_figures::<f32>(comm, 1e-5).unwrap();
        as_figures::<Complex<f64>>(comm, 1e-13).unwrap();
        means_as_figures::<f64>(comm, 1e-13).unwrap();
        means_as_figures::<f32>(comm, 1e-5).unwrap();
    }

    fn updates_are_how_far_copies_move(comm) {
        let space: Space = Layout::scatter(comm, &[8], 0).unwrap().into();
        let functions = balls::<f64>(&space).unwrap();
        let weights = [0.4, 0.3, 0.2, 0.1];
        let [mut x, mut y] = [(); 2].map(|()| vector(&space, &X));
        let expected = updates_by_hand(&functions, &weights, &mut y, 1.3).unwrap();
        let method = Ppxa::new(&functions, &mut x).unwrap().weights(&weights).unwrap().relaxation(1.3).unwrap();
        let report = method.solve(&Options::exactly(6)).unwrap();
        for (found, expected) in report.series("update")[1..].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12 * expected, "{found} for {expected}");
        }
        assert!((&x - &y).norm() < 1e-13);
    }

    fn splittings_have_the_same_bits_on_any_cut(comm) {
        let alone = comm.alone();
        assert_eq!(all_bits::<f64>(comm).unwrap(), all_bits::<f64>(&alone).unwrap());
        assert_eq!(all_bits::<Complex<f32>>(comm).unwrap(), all_bits::<Complex<f32>>(&alone).unwrap());
        let all = all_bits::<f64>(comm).unwrap();
        for other in all.chunks(2).skip(1) {
            assert_eq!(other, &all[..2], "another layout");
        }
    }

    /// Two functions that pull as hard to either side: what the mean does says nothing.
    fn a_mean_that_stands_still_is_no_solution(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let to = |value: f64| L1::new(1.0).on::<f64>(&layout).unwrap().translated(&DistArray::full(&layout, -value)).unwrap();
        let functions = [to(1.0), to(-1.0), L2::new(0.1).to(&DistArray::full(&layout, 1.0)).unwrap()];
        let mut x = DistArray::zeros(&layout);
        let report = Ppxa::new(&functions, &mut x).unwrap().solve(&Options::iterations(2000)).unwrap();
        assert!(report.reason.converged());
        assert!((&x - &DistArray::full(&layout, 1.0)).norm() < 1e-4, "{x}");
        let still = [to(1.0), to(-1.0)];
        let mut x = DistArray::zeros(&layout);
        let report = Ppxa::new(&still, &mut x).unwrap().solve(&Options::exactly(1)).unwrap();
        assert_eq!(x.norm(), 0.0);
        assert!(report.series("update")[0] > 1.0);
    }

    fn splittings_tell_what_is_wrong(comm) {
        let space: Space = Layout::scatter(comm, &[8], 0).unwrap().into();
        let other: Space = Layout::scatter(comm, &[9], 0).unwrap().into();
        let ([f, g], [h, _]) = (functions::<f64>(&space).unwrap(), functions_of_nine(&other));
        let mut x = vector::<f64>(&space, &X);
        let kind = |result: Result<()>| result.unwrap_err().kind();
        assert_eq!(kind(DouglasRachford::new(&f, &h, &mut x).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(DouglasRachford::new(&h, &g, &mut x).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(Ppxa::new(&[f.clone(), h], &mut x).map(drop)), ErrorKind::Shape);
        assert_eq!(kind(Ppxa::new(&[], &mut x).map(drop)), ErrorKind::Parameter);
        let both = [f.clone(), g.clone()];
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(kind(DouglasRachford::new(&f, &g, &mut x).unwrap().step(wrong).map(drop)), ErrorKind::Parameter);
            assert_eq!(kind(Ppxa::new(&both, &mut x).unwrap().step(wrong).map(drop)), ErrorKind::Parameter);
            assert_eq!(kind(consensus_admm(&both, &mut x, wrong, &Options::default()).map(drop)), ErrorKind::Parameter);
        }
        for wrong in [0.0, 2.0, -0.5, f64::NAN] {
            let error = DouglasRachford::new(&f, &g, &mut x).unwrap().relaxation(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parameter);
            assert!(error.to_string().contains("relaxation of DouglasRachford: expected above 0 and below 2"), "{error}");
            assert_eq!(kind(Ppxa::new(&both, &mut x).unwrap().relaxation(wrong).map(drop)), ErrorKind::Parameter);
        }
        for wrong in [&[1.0][..], &[0.5, 0.6], &[0.0, 1.0], &[-0.5, 1.5], &[f64::NAN, 0.5], &[0.2, 0.2, 0.6]] {
            assert_eq!(kind(Ppxa::new(&both, &mut x).unwrap().weights(wrong).map(drop)), ErrorKind::Parameter);
        }
    }
}

fn functions_of_nine(space: &Space) -> [ProximalOperator<f64>; 2] {
    [L1::new(1.0).on(space).unwrap(), L1::new(2.0).on(space).unwrap()]
}
