//! Fractional shifts: against the figures of PyLops 2.8.0 (NumPy 2.4.6), against sums over frequencies, and refusals.

use lops::ndarray::{ArrayD, Axis, IxDyn};
use lops::operators::Shift;
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar, layout::Cut};
use std::f64::consts::PI;

/// Values, exact in f32.
fn values<T: Scalar>(shape: &[usize], seed: usize) -> ArrayD<T> {
    let mut k = seed as f64;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        T::from_parts(((k * 0.37).sin() * 64.0).round() / 16.0, ((k * 1.13).cos() * 64.0).round() / 16.0)
    })
}

fn wide<T: Scalar>(x: T) -> Complex<f64> {
    use lops::Real;
    Complex::new(x.re().to_f64(), x.im().to_f64())
}

/// What a shift of lines does: frequency by frequency, as a sum over the samples.
fn shifted<T: Scalar>(x: &ArrayD<T>, axis: usize, samples: f64) -> ArrayD<Complex<f64>> {
    let n = x.shape()[axis];
    let turn = |angle: f64| Complex::from_polar(1.0, 2.0 * PI * (angle % n as f64) / n as f64); // few turns, no rounding
    let factor = |k: usize| {
        let signed = if k < n.div_ceil(2) { k as f64 } else { k as f64 - n as f64 };
        let factor = turn(-signed * samples);
        // Of real arrays the frequency without a partner stays real.
        if !T::IS_COMPLEX && 2 * k == n { factor.re.into() } else { factor }
    };
    let kernel: Vec<Complex<f64>> =
        (0..n).map(|i| (0..n).map(|k| factor(k) * turn((k * i % n) as f64)).sum::<Complex<f64>>() / n as f64).collect();
    let mut y = ArrayD::zeros(x.shape());
    for (from, mut to) in x.lanes(Axis(axis)).into_iter().zip(y.lanes_mut(Axis(axis))) {
        for i in 0..n {
            to[i] = (0..n).map(|j| kernel[(i + n - j) % n] * wide(from[j])).sum();
        }
    }
    y
}

#[track_caller]
fn assert_close<T: Scalar>(found: &DistArray<T>, expected: &ArrayD<Complex<f64>>) {
    let tolerance = if size_of::<T::Real>() == 4 { 2e-5 } else { 4e-14 };
    for (k, (&found, expected)) in found.gather_all().iter().zip(expected).enumerate() {
        let distance = (wide(found) - expected).norm();
        assert!(distance < tolerance, "element {k}: expected {expected}, found {found}");
    }
}

/// Every axis, the others cut, shifts of all kinds.
fn check<T: Scalar>(comm: &Comm) {
    for shape in [&[12][..], &[5, 7], &[3, 8, 2], &[2, 6, 19], &[1, 3]] {
        for axis in 0..shape.len() {
            for samples in [0.0, 1.0, 0.25, -1.75, 40.5] {
                let cut = |k: usize| if k == axis { Cut::Whole } else { Cut::Block };
                let cuts: Vec<_> = (0..shape.len()).map(cut).collect();
                let mut layouts = vec![Layout::replicated(comm, shape).unwrap()];
                if comm.size() == 1 || shape.len() > 1 {
                    layouts.push(Layout::grid(comm, shape, &cuts).unwrap());
                }
                for layout in layouts {
                    let operator = Shift::new(0.5 * samples).sampling(0.5).along(axis).on::<T>(&layout).unwrap();
                    let x = values(shape, 3);
                    let distributed = DistArray::from_global(&layout, &x).unwrap();
                    assert_close(&(&operator * &distributed), &shifted(&x, axis, samples));
                    assert_close(&(operator.adjoint() * &distributed), &shifted(&x, axis, -samples));
                }
            }
        }
    }
}

crate::bodies! {
    fn shifts_are_sums_over_frequencies(comm) {
        check::<f32>(comm);
        check::<f64>(comm);
        check::<Complex<f32>>(comm);
        check::<Complex<f64>>(comm);
    }

    fn shifts_are_those_of_pylops(comm) {
        let x = [1.0, -2.0, 0.5, 3.0, 0.0, -1.0];
        let imaginary = [0.0, 1.0, -1.0, 2.0, 0.5, 1.0];
        let real = |n: usize, shift, h, expected: &[f64]| {
            let layout = Layout::replicated(comm, &[n]).unwrap();
            let shift = Shift::new(shift).sampling(h).on(&layout).unwrap();
            let y = shift * &DistArray::from_fn(&layout, |i| x[i[0]]);
            assert_close(&y, &expected.iter().map(|&y| y.into()).collect::<lops::ndarray::Array1<_>>().into_dyn());
        };
        // Shift((6,), 0.75, sampling=0.5, real=True), Shift((5,), -1.25, real=True)
        real(6, 0.75, 0.5, &[-1.3556624327025937, 0.4896370289181554, -0.40470053837925163, -1.6443375672974063,
            2.510362971081846, 1.9047005383792515]);
        real(5, -1.25, 1.0, &[-2.32846785295348, 1.929720802866968, 2.1669989316733176, 0.1005411961169056,
            0.6312069222962883]);
        // Shift((6,), 0.75, sampling=0.5, real=False, dtype="complex128")
        let expected = [(-2.105662432702594, 0.3496793685588862), (1.2396370289181555, 0.6666666666666666),
            (-1.1547005383792517, 0.4836539647744476), (-0.8943375672974067, -0.01634603522555278),
            (1.7603629710818458, 0.16666666666666705), (2.6547005383792524, 1.8496793685588861)];
        let layout = Layout::replicated(comm, &[6]).unwrap();
        let z = DistArray::from_fn(&layout, |i| Complex::new(x[i[0]], imaginary[i[0]]));
        let y = Shift::new(0.75).sampling(0.5).on(&layout).unwrap() * &z;
        let expected: lops::ndarray::Array1<_> = expected.iter().map(|&(re, im)| Complex::new(re, im)).collect();
        assert_close(&y, &expected.into_dyn());
    }

    fn shifts_that_cannot_be_are_refused(comm) {
        let refused = |operator: Result<Operator<f64>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert_eq!((error.kind(), error.message()), (kind, words));
        };
        let layout = Layout::scatter(comm, &[3, 8], 0).unwrap();
        let shift = |shift: f64| Shift::new(shift).along(1);
        refused(shift(1.0).along(2).on(&layout), ErrorKind::Axis, "axis: expected less than 2 (shape [3, 8]), found 2");
        refused(shift(f64::NAN).on(&layout), ErrorKind::Parameter, "shift in samples: expected a finite number, found NaN");
        refused(shift(1e300).sampling(1e-300).on(&layout), ErrorKind::Parameter,
            "shift in samples: expected a finite number, found inf");
        refused(shift(1.0).sampling(0.0).on(&layout), ErrorKind::Parameter,
            "sampling: expected a finite number that is not 0, found 0");
        let empty = Layout::scatter(comm, &[3, 0], 0).unwrap();
        refused(shift(1.0).on(&empty), ErrorKind::Shape, "samples on axis 1 for a shift: expected at least 1, found 0");
        if comm.size() > 1 {
            let error = shift(1.0).along(0).on::<f64>(&layout).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.message().starts_with("layout for a shift along axis 0: expected that axis whole, found "));
        }
        let name = shift(0.5).sampling(0.25).on::<f32>(&layout).unwrap().name();
        assert_eq!(name, "Shift(axis 1, 0.5, h 0.25)");
    }
}
