//! Derivatives in directions, means over neighbours, and parts of complex numbers: against pylops, and what is refused.

use lops::operators::{
    FirstDirectionalDerivative, ImaginaryPart, Points, RealPart, SecondDirectionalDerivative, Smoothing, Stencil,
};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Operator, Result};

const X: [f64; 12] = [1.0, -2.0, 0.5, 3.0, 0.0, 4.0, -1.0, 2.0, 2.5, 1.0, 0.0, -3.0];

fn check(a: &Operator<f64>, layout: &Layout, forward: [f64; 12], adjoint: [f64; 12]) {
    let x = DistArray::from_fn(layout, |i| X[4 * i[0] + i[1]]);
    for (found, expected) in [(a * &x, forward), (a.adjoint() * &x, adjoint)] {
        for (k, (found, expected)) in found.gather_all().iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-14, "{a}, {k}: {found}, not {expected}");
        }
    }
}

fn layouts(comm: &Comm) -> [Layout; 3] {
    let scattered = |axis| Layout::scatter(comm, &[3, 4], axis).unwrap();
    [scattered(0), scattered(1), Layout::replicated(comm, &[3, 4]).unwrap()]
}

fn refused(operator: Result<Operator<f64>>, kind: ErrorKind, words: &str) {
    let error = operator.unwrap_err();
    assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
}

crate::bodies! {
    fn directional_derivatives_are_those_of_pylops(comm) {
        for layout in layouts(comm) {
            // FirstDirectionalDerivative((3, 4), v=[0.6, 0.8], sampling=(0.5, 2), edge=True)
            let centered = Stencil::Centered { points: Points::Three, edge: true };
            let first = FirstDirectionalDerivative::along(&[0.6, 0.8]).sampling(&[0.5, 2.0]).stencil(centered);
            check(&first.on(&layout).unwrap(), &layout,
                [-2.4, 7.1, -0.8, -0.2, 2.5, 1.6, -0.7, -2.4, 2.4, -4.1, 0.4, -7.2],
                [-1.2, 0.3, -1.6, -3.5, -2.6, -3.4, 0.6, 7.8, 1.8, 4.6, 0.8, -3.6]);
            // SecondDirectionalDerivative((3, 4), v=[0.6, -0.8], sampling=(0.5, 2), kind="forward")
            let second = SecondDirectionalDerivative::along(&[0.6, -0.8]).sampling(&[0.5, 2.0]).stencil(Stencil::Forward);
            let bent = [0.0, 4.96, 0.24, -2.56, 1.12, -8.16, 2.72, -5.76, -1.92, 2.0, -0.32, 7.68];
            check(&second.on(&layout).unwrap(), &layout, bent, bent);
            // FirstDirectionalDerivative((3, 4), v=[k / 4, 1 - k / 8], sampling=(1, 2), kind="centered"), k = 0 … 11
            let number = |i: &[usize]| (4 * i[0] + i[1]) as f64;
            let field = [
                DistArray::from_fn(&layout, |i| number(i) / 4.0),
                DistArray::from_fn(&layout, |i| 1.0 - number(i) / 8.0),
            ];
            let first = FirstDirectionalDerivative::of_field(&field).sampling(&[1.0, 2.0]);
            check(&first.on(&layout).unwrap(), &layout,
                [0.0, -0.109375, 0.9375, 0.0, 0.75, 1.78125, -0.5, -5.25, 0.0, 0.078125, 0.25, 0.0],
                [0.4375, -2.59375, 0.3125, -1.65625, -0.375, 0.0625, 0.375, -0.0625, 0.03125, 2.5, -0.78125, 1.75]);
        }
    }

    fn means_are_those_of_pylops(comm) {
        for layout in layouts(comm) {
            let thirds = |numbers: [f64; 12], of: f64| numbers.map(|x| x / of);
            // Smoothing1D(2, (3, 4), axis=1)
            let lines = thirds([-1.0, -0.5, 1.5, 3.5, 4.0, 3.0, 5.0, 1.0, 3.5, 3.5, -2.0, -3.0], 3.0);
            check(&Smoothing::new(&[2]).along(&[1]).on(&layout).unwrap(), &layout, lines, lines);
            // Smoothing2D((3, 5), (3, 4))
            let box_of = thirds([2.5, 7.5, 7.5, 6.5, 6.0, 8.0, 8.0, 4.5, 6.5, 5.5, 5.5, 3.0], 15.0);
            check(&Smoothing::new(&[3, 5]).on(&layout).unwrap(), &layout, box_of, box_of);
            check(&Smoothing::new(&[5, 3]).along(&[1, 0]).on(&layout).unwrap(), &layout, box_of, box_of);
        }
    }

    fn parts_of_complex_numbers_are_taken(comm) {
        for layout in layouts(comm) {
            let x = DistArray::from_fn(&layout, |i| Complex::new(i[0] as f64, i[1] as f64));
            let re = RealPart.on::<f64>(&layout);
            let im = ImaginaryPart.on::<f64>(&layout);
            assert_eq!(&re * &x, DistArray::from_fn(&layout, |i| i[0] as f64));
            assert_eq!(&im * &x, DistArray::from_fn(&layout, |i| i[1] as f64));
            let back = re.adjoint() * &(&re * &x) + im.adjoint() * &(&im * &x);
            assert_eq!(back, x);
        }
    }

    fn directions_and_means_that_cannot_be_are_refused(comm) {
        let layout = Layout::scatter(comm, &[3, 4], 0).unwrap();
        let along = |direction: &[f64]| FirstDirectionalDerivative::along(direction);
        refused(along(&[1.0]).on(&layout), ErrorKind::Shape, "components of a direction");
        refused(along(&[1.0, f64::NAN]).on(&layout), ErrorKind::Parameter, "component 1");
        refused(along(&[1.0, 0.0]).sampling(&[1.0, 0.0]).on(&layout), ErrorKind::Parameter, "0");
        refused(along(&[1.0, 0.0]).sampling(&[1.0; 3]).on(&layout), ErrorKind::Shape, "sampling");
        refused(SecondDirectionalDerivative::along(&[]).on(&layout), ErrorKind::Shape, "components of a direction");
        let other = DistArray::zeros(Layout::scatter(comm, &[4, 3], 0).unwrap());
        let field = [other.clone(), other];
        refused(FirstDirectionalDerivative::of_field(&field).on(&layout), ErrorKind::Shape, "");
        refused(Smoothing::new(&[3]).along(&[0, 1]).on(&layout), ErrorKind::Shape, "lengths of Smoothing");
        refused(Smoothing::new(&[]).on(&layout), ErrorKind::Shape, "lengths of Smoothing");
        refused(Smoothing::new(&[3, 0]).on(&layout), ErrorKind::Parameter, "at least 1");
        refused(Smoothing::new(&[3, 3]).along(&[1, 1]).on(&layout), ErrorKind::Axis, "1 twice");
        refused(Smoothing::new(&[3]).along(&[2]).on(&layout), ErrorKind::Axis, "2");
    }
}
