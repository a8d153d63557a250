//! Proximal operators of the singular values of matrices.

use crate::proximal_figures::{MATRIX, NUCLEAR, RANK_2};
use crate::proximal_laws::holds;
use lops::proximal::{Nuclear, NuclearBall, ProximalOperator, RankBall};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Real, Result, Scalar};

/// So many matrices, each twice the one before, times a complex number where there are such.
fn matrices<T: Scalar>(layout: &Layout) -> DistArray<T> {
    DistArray::from_fn(layout, |i| {
        let times = T::from_parts(0.6, 0.8) * T::from_parts(f64::from(1 << i[0]), 0.0);
        let times = if T::IS_COMPLEX { times } else { T::from_parts(f64::from(1 << i[0]), 0.0) };
        times * T::from_parts(MATRIX[4 * i[1] + i[2]], 0.0)
    })
}

fn as_figures<T: Scalar>(comm: &Comm, tolerance: f64) {
    for layout in [Layout::scatter(comm, &[3, 3, 4], 0).unwrap(), Layout::replicated(comm, &[3, 3, 4]).unwrap()] {
        let x = matrices::<T>(&layout);
        let f = Nuclear::new(0.8).on::<T>(&layout).unwrap();
        let value = Real::to_f64(f.value(&x).unwrap());
        assert!((value - 7.0 * NUCLEAR.0).abs() < tolerance * value, "{value}");
        let y = f.prox(&x, 0.5).unwrap();
        let first = if T::IS_COMPLEX { T::from_parts(0.6, 0.8) } else { T::one() };
        let rank_2 = RankBall::new(2).on::<T>(&layout).unwrap();
        let z = rank_2.prox(&x, 0.5).unwrap();
        for (k, (shrunk, rank_2)) in NUCLEAR.1.into_iter().zip(RANK_2).enumerate() {
            let near = |y: &DistArray<T>, expected: f64| {
                let found = y.get(&[0, k / 4, k % 4]).unwrap() - first * T::from_parts(expected, 0.0);
                assert!(Real::to_f64(found.modulus()) < tolerance, "{k}");
            };
            near(&y, shrunk);
            near(&z, rank_2);
        }
        assert_eq!(Real::to_f64(rank_2.value(&z).unwrap()), 0.0);
        assert_eq!(Real::to_f64(rank_2.value(&x).unwrap()), f64::INFINITY);
    }
}

crate::bodies! {
    fn singular_values_are_shrunk_as_pyproximal_does(comm) {
        as_figures::<f64>(comm, 1e-13);
        as_figures::<f32>(comm, 1e-6);
        as_figures::<Complex<f64>>(comm, 1e-13);
        as_figures::<Complex<f32>>(comm, 1e-6);
    }

    fn matrices_have_the_same_bits_on_any_ranks(comm) {
        let alone = Layout::replicated(&comm.alone(), &[3, 3, 4]).unwrap();
        let one = Nuclear::new(0.8).on::<f64>(&alone).unwrap();
        let layout = Layout::scatter(comm, &[3, 3, 4], 0).unwrap();
        let f = Nuclear::new(0.8).on::<f64>(&layout).unwrap();
        let (x, expected) = (matrices::<f64>(&layout), matrices::<f64>(&alone));
        assert_eq!(f.value(&x).unwrap(), one.value(&expected).unwrap());
        assert_eq!(f.prox(&x, 0.3).unwrap().gather_all(), one.prox(&expected, 0.3).unwrap().gather_all());
    }

    fn balls_and_norms_of_matrices_keep_the_laws(comm) {
        let layout = Layout::scatter(comm, &[3, 3, 4], 0).unwrap();
        for tau in [0.3, 1.9] {
            holds(&("Nuclear", Nuclear::new(0.8).on::<f64>(&layout).unwrap()), tau, 1e-9);
            holds(&("Nuclear", Nuclear::new(0.8).on::<Complex<f32>>(&layout).unwrap()), tau, 1e-4);
            holds(&("NuclearBall", NuclearBall::new(0.8).on::<f64>(&layout).unwrap()), tau, 1e-9);
            holds(&("NuclearBall", NuclearBall::new(0.8).on::<Complex<f64>>(&layout).unwrap()), tau, 1e-9);
        }
    }

    fn what_are_no_matrices_is_refused(comm) {
        let kind = |made: Result<ProximalOperator<f64>>| made.map(|_| ()).unwrap_err().kind();
        let line = Layout::scatter(comm, &[4], 0).unwrap();
        assert_eq!(kind(Nuclear::new(1.0).on(&line)), ErrorKind::Axis);
        assert_eq!(kind(RankBall::new(1).on(&line)), ErrorKind::Axis);
        let one = Layout::replicated(comm, &[3, 4]).unwrap();
        assert_eq!(kind(Nuclear::new(-1.0).on(&one)), ErrorKind::Parameter);
        assert_eq!(kind(NuclearBall::new(0.0).on(&one)), ErrorKind::Parameter);
        let error = RankBall::new(4).on::<f64>(&one).unwrap_err();
        assert_eq!(error.to_string(), "rank of RankBall: expected at most 3 of 3 by 4 matrices, found 4");
        if comm.size() > 1 {
            assert_eq!(kind(Nuclear::new(1.0).on(&Layout::scatter(comm, &[3, 4], 0).unwrap())), ErrorKind::Layout);
            assert_eq!(kind(RankBall::new(1).on(&Layout::scatter(comm, &[2, 3, 4], 2).unwrap())), ErrorKind::Layout);
        }
        // A matrix that has no singular values, on one rank.
        let layout = Layout::scatter(comm, &[3, 3, 4], 0).unwrap();
        let x = DistArray::from_fn(&layout, |i| if i == [2, 0, 0] { f64::NAN } else { 1.0 });
        let f = Nuclear::new(1.0).on::<f64>(&layout).unwrap();
        assert_eq!(f.prox(&x, 1.0).unwrap_err().kind(), ErrorKind::Other);
        assert_eq!(f.value(&x).unwrap_err().kind(), ErrorKind::Other);
        let none = Layout::scatter(comm, &[3, 0, 4], 0).unwrap();
        assert_eq!(Nuclear::new(1.0).on::<f64>(&none).unwrap().value(&DistArray::zeros(&none)).unwrap(), 0.0);
    }
}
