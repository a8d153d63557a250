//! What the runner of solvers does for operators from real to complex, and for a method of one's own.

use crate::solvers::{damped, hash, line};
use lops::array::Place;
use lops::solvers::{Measures, Method, Options, Run, Stop, Tolerance, Vectors};
use lops::{Comm, Complex, DistArray, ErrorKind, LinearOperator, Operator, Real, Reason, Result, Scalar, Space};
use std::ops::ControlFlow;

/// (u, v) ↦ w u + w' v with complex weights: from two real arrays to a complex one.
struct Weighted<R: Real> {
    domain: Space,
    range: Space,
    first: usize,
    real: std::marker::PhantomData<R>,
}

impl<R: Real> Weighted<R> {
    fn weights<C: Scalar>(&self, local: usize) -> [C; 2] {
        let k = self.first + local;
        [C::from_parts(1.0 + hash(k).abs(), hash(k + 50)), C::from_parts(hash(k + 100), 2.0 + hash(k + 150))]
    }
}

impl<R: Real> LinearOperator<R, Complex<R>> for Weighted<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn domain(&self) -> &Space {
        &self.domain
    }
    fn range(&self) -> &Space {
        &self.range
    }
    fn apply(&self, x: &[R], y: &mut [Complex<R>]) {
        let n = y.len();
        for (k, y) in y.iter_mut().enumerate() {
            let [w, v] = self.weights::<Complex<R>>(k);
            *y = w.scale(x[k]) + v.scale(x[n + k]);
        }
    }
    fn apply_adjoint(&self, y: &[Complex<R>], x: &mut [R]) {
        let n = y.len();
        for (k, &y) in y.iter().enumerate() {
            let [w, v] = self.weights::<Complex<R>>(k);
            (x[k], x[n + k]) = (Scalar::re(w.conj() * y), Scalar::re(v.conj() * y));
        }
    }
}

fn real_to_complex<R: Real>(comm: &Comm, tolerance: f64)
where
    Complex<R>: Scalar<Real = R>,
{
    let solve = |comm: &Comm, damp: f64| {
        let layout = line(comm, 11);
        let domain = Space::stack(vec![layout.clone().into(), layout.clone().into()]).unwrap();
        let first = layout.range(comm.rank()).start;
        let a = Weighted { domain, range: layout.clone().into(), first, real: std::marker::PhantomData };
        let a: Operator<R, Complex<R>> = Operator::new(a);
        let member = |shift: usize| DistArray::from_fn(&layout, |i| R::from_f64(hash(i[0] + shift)));
        let truth = DistArray::stack(&[&member(300), &member(400)]).unwrap();
        let b = a.apply_to(&truth).unwrap();
        let mut x = truth.zeros_like();
        let options = Options { tolerance: Tolerance::Relative(tolerance / 30.0), ..Options::default() };
        let report = damped(&a, &b, &mut x, damp, &options).unwrap();
        assert!(report.reason.converged(), "{}", report.reason);
        if damp == 0.0 {
            assert!(Real::to_f64((&x - &truth).norm()) < tolerance);
        }
        let mut bits: Vec<f64> = vec![Real::to_f64(report.residual), report.iterations as f64];
        for member in 0..2 {
            bits.extend(x.member(member).gather_all().iter().map(|&x| Real::to_f64(x)));
        }
        bits.extend(
            ["cost", "gradient", "damped cost"].iter().flat_map(|name| report.series(name)).map(|&x| Real::to_f64(x)),
        );
        bits
    };
    for damp in [0.0, 0.3] {
        assert_eq!(solve(comm, damp), solve(&comm.alone(), damp));
    }
}

/// x ← (x + b) / 2, from one's own hand: z = b − x halves in every iteration, and is sick from one on.
struct Halving<'a> {
    b: &'a DistArray<f64>,
    x: &'a mut DistArray<f64>,
    z: DistArray<f64>,
    sick: usize,
}

impl Halving<'_> {
    fn measures(&mut self, iteration: usize, run: &Run) -> Result<Measures, Stop> {
        self.z.copy_from(self.b)?;
        self.z.axpy(-1.0, self.x)?; // z ← b − x
        if iteration == self.sick {
            let range = self.z.layout()?.range(self.z.comm().rank());
            self.z.as_mut_slice().iter_mut().zip(range).filter(|(_, k)| *k >= 7).for_each(|(z, _)| *z = f64::NAN);
        }
        let [z2] = run.sums([self.z.norm2(run)])?;
        Ok(Measures::criterion("distance", z2).and("largest", 1.0))
    }
}

impl Method for Halving<'_> {
    type Model = f64;

    fn name(&self) -> &'static str {
        "Halving"
    }
    fn model(&self) -> &DistArray<f64> {
        self.x
    }
    fn vectors(&self) -> Vectors<'_> {
        Vectors::data("b", self.b).and("x", self.x).and("z", &self.z)
    }
    fn begin(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.measures(0, run)
    }
    fn iterate(&mut self, run: &Run) -> Result<Measures, Stop> {
        self.x.axpby(0.5, self.b, 0.5)?;
        self.measures(run.iteration() + 1, run)
    }
    fn residual(&mut self, run: &Run) -> Result<f64> {
        Ok(run.norm(&self.z))
    }
}

crate::bodies! {
    fn least_squares_from_real_to_complex(comm) {
        real_to_complex::<f64>(comm, 1e-9);
        real_to_complex::<f32>(comm, 1e-3);
    }

    fn a_method_of_ones_own_is_run_like_any_other(comm) {
        let layout = line(comm, 9);
        let b = DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64);
        let mut x = b.zeros_like();
        let method = Halving { b: &b, x: &mut x, z: b.zeros_like(), sick: usize::MAX };
        let report = method.solve(&Options { log: None, ..Options::default() }).unwrap();
        assert_eq!((&report.reason, report.iterations), (&Reason::Tolerance, 20)); // 2⁻²⁰ < 1e-6
        assert!(report.names().eq(["distance", "largest"]));
        assert_eq!(report.series("largest").len(), 21);
        assert!(report.cost().is_empty());
        assert!((&x - &b).norm() < 1e-4);

        let wisher = comm.size() - 1;
        let mut x = b.zeros_like();
        let report = Halving { b: &b, x: &mut x, z: b.zeros_like(), sick: usize::MAX }
            .start(&Options::default())
            .unwrap()
            .callback(|seen| {
                assert!(seen.vectors().letters().eq(["b", "x", "z"]));
                let z = seen.vector::<f64>("z").unwrap();
                assert_eq!(seen.measure("distance"), Some(z.norm()));
                assert!(seen.vector::<f32>("z").is_none() && seen.vector::<f64>("y").is_none());
                if comm.rank() == wisher && seen.iteration == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .solve()
            .unwrap();
        assert_eq!((report.reason, report.iterations), (Reason::Callback, 3));

        let error = Halving { b: &b, x: &mut x, z: b.zeros_like(), sick: usize::MAX }
            .solve(&Options { tolerance: Tolerance::OfData(0.1), ..Options::default() })
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
    }

    fn what_is_not_finite_in_a_method_of_ones_own_is_named(comm) {
        let layout = line(comm, 9);
        let b = DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64);
        let owner = (0..comm.size()).find(|&rank| layout.range(rank).contains(&7)).unwrap();
        for sick in [0, 4] {
            let mut x = b.zeros_like();
            let report = Halving { b: &b, x: &mut x, z: b.zeros_like(), sick }.solve(&Options::default()).unwrap();
            assert_eq!(report.reason, Reason::NonFinite { vector: "z", rank: owner, place: Some(Place::at(&[7])) });
            assert_eq!(report.iterations, sick);
        }
    }
}
