//! Derivatives, Laplacian, gradient, convolutions: against the formulas, in every layout, on every type.

mod cases;
mod check;
mod oracle;

use cases::{STENCILS, convolutions, derivatives, sums_and_stacks, transformed_convolutions, varying_convolutions};
use check::{assert_close, check_all, gathered, to};
use lops::ndarray::Array2;
use lops::operators::{
    Convolve1D, FirstDerivative, Gradient, Laplacian, NonStationaryConvolve1D, Points, PoststackModelling,
    SecondDerivative, Stencil,
};
use lops::{Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar, layout::Cut};
use oracle::{Along, Oracle, adjoint, first, forward, second, values};

const FIVE_POINTS: Stencil = Stencil::Centered { points: Points::Five, edge: false };

fn refused<T: Scalar>(operator: Result<Operator<T>>, kind: ErrorKind, words: &str) {
    let error = operator.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, words));
}

crate::bodies! {
    fn derivatives_are_their_formulas_f64(comm) {
        check_all::<f64>(comm, derivatives());
    }

    fn derivatives_are_their_formulas_f32(comm) {
        check_all::<f32>(comm, derivatives());
    }

    fn derivatives_are_their_formulas_c128(comm) {
        check_all::<Complex<f64>>(comm, derivatives());
    }

    fn derivatives_are_their_formulas_c64(comm) {
        check_all::<Complex<f32>>(comm, derivatives());
    }

    fn laplacians_and_gradients_are_their_formulas_f64(comm) {
        check_all::<f64>(comm, sums_and_stacks());
    }

    fn laplacians_and_gradients_are_their_formulas_f32(comm) {
        check_all::<f32>(comm, sums_and_stacks());
    }

    fn laplacians_and_gradients_are_their_formulas_c128(comm) {
        check_all::<Complex<f64>>(comm, sums_and_stacks());
    }

    fn laplacians_and_gradients_are_their_formulas_c64(comm) {
        check_all::<Complex<f32>>(comm, sums_and_stacks());
    }

    fn convolutions_are_their_formulas_f64(comm) {
        check_all::<f64>(comm, convolutions());
    }

    fn convolutions_are_their_formulas_f32(comm) {
        check_all::<f32>(comm, convolutions());
    }

    fn convolutions_are_their_formulas_c128(comm) {
        check_all::<Complex<f64>>(comm, convolutions());
    }

    fn convolutions_are_their_formulas_c64(comm) {
        check_all::<Complex<f32>>(comm, convolutions());
    }

    fn long_convolutions_are_their_formulas(comm) {
        check_all::<f64>(comm, transformed_convolutions());
        check_all::<Complex<f32>>(comm, transformed_convolutions());
    }

    fn varying_convolutions_are_their_formulas(comm) {
        check_all::<f64>(comm, varying_convolutions());
        check_all::<Complex<f32>>(comm, varying_convolutions());
    }

    fn varying_convolutions_that_cannot_be_are_refused(comm) {
        let layout = Layout::scatter(comm, &[2, 9], 1).unwrap();
        let filters = |number, length| Array2::<f64>::ones((number, length));
        let made = |filters: &Array2<f64>, positions: &[usize]| {
            NonStationaryConvolve1D::new(filters, positions).along(1).on(&layout)
        };
        refused(made(&filters(2, 4), &[1, 3]), ErrorKind::Shape, "length of the filters: expected an odd number, found 4");
        refused(made(&filters(2, 0), &[1, 3]), ErrorKind::Shape, "length of the filters: expected an odd number, found 0");
        refused(made(&filters(0, 3), &[]), ErrorKind::Shape, "number of filters: expected at least 1, found 0");
        refused(made(&filters(2, 3), &[1]), ErrorKind::Shape, "number of positions: expected 2, one for each filter, found 1");
        for positions in [[1, 3, 6], [1, 1, 1], [6, 4, 2], [0, 5, usize::MAX]] {
            let words = format!("positions of the filters: expected equal steps, rising, found {positions:?}");
            refused(made(&filters(3, 3), &positions), ErrorKind::Parameter, &words);
        }
        refused(made(&filters(3, 3), &[1, 5, 9]), ErrorKind::Parameter,
            "position 2 of the filters: expected less than 9, rows on axis 1, found 9");
        let mut with_nan = filters(2, 3);
        with_nan[[1, 2]] = f64::NAN;
        refused(made(&with_nan, &[1, 3]), ErrorKind::Parameter, "value 2 of filter 1: expected a finite number, found NaN");
        refused(NonStationaryConvolve1D::new(&filters(1, 3), &[0]).along(2).on(&layout), ErrorKind::Axis,
            "axis: expected less than 2 (shape [2, 9]), found 2");
        let operator = made(&filters(2, 3), &[1, 3]).unwrap();
        assert_eq!(operator.name(), "NonStationaryConvolve1D(axis 1, 2 filters of 3 taps)");
        if comm.size() > 1 {
            let cyclic = Layout::grid(comm, &[2, 9], &[Cut::Whole, Cut::Cyclic]).unwrap();
            let error = NonStationaryConvolve1D::new(&filters(2, 3), &[1, 3]).along(1).on(&cyclic).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
        }
    }

    fn one_message_each_way(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[4 * p, 3], 0).unwrap();
        let to_next = u64::from(rank + 1 < p);
        let to_previous = u64::from(rank > 0);
        let bytes = |front: u64, back: u64| 8 * 3 * (front * to_next + back * to_previous);
        let d = FirstDerivative::along(0).stencil(FIVE_POINTS).on::<f64>(&layout);
        if p == 1 {
            assert_eq!(d.unwrap_err().to_string(),
                "rows on axis 0 for a first derivative (centered, 5 points): expected at least 5, found 4");
            return;
        }
        let communication = d.unwrap().communication();
        for sent in [communication.forward, communication.adjoint] {
            assert_eq!((sent.calls, sent.messages, sent.bytes), (1, to_next + to_previous, bytes(2, 2)));
        }
        // A forward difference reads the row after its own, its adjoint the row before.
        let communication = FirstDerivative::along(0).stencil(Stencil::Forward).on::<f64>(&layout).unwrap().communication();
        let (forward, adjoint) = (communication.forward, communication.adjoint);
        assert_eq!((forward.messages, forward.bytes), (to_previous, bytes(0, 1)));
        assert_eq!((adjoint.messages, adjoint.bytes), (to_next, bytes(1, 0)));
        let gradient = Gradient::new().on::<f64>(&layout).unwrap().communication();
        for sent in [gradient.forward, gradient.adjoint] {
            assert_eq!((sent.calls, sent.messages), (1, to_next + to_previous));
        }
        // A causal filter reads the rows in front, its adjoint those behind.
        let communication = Convolve1D::new(&[1.0, 2.0, 3.0], 0).along(0).on(&layout).unwrap().communication();
        let (forward, adjoint) = (communication.forward, communication.adjoint);
        assert_eq!((forward.messages, forward.bytes), (to_next, bytes(2, 0)));
        assert_eq!((adjoint.messages, adjoint.bytes), (to_previous, bytes(0, 2)));
        let along = FirstDerivative::along(1).on::<f64>(&layout).unwrap();
        assert_eq!(along.communication(), lops::operators::Communication::default());
    }

    fn stencils_keep_ghosts_messages_and_packed_lines(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[4 * p, 3], 0).unwrap();
        let neighbours = usize::from(rank > 0) + usize::from(rank + 1 < p);
        // a row to each neighbour, one back, and its place among the ghosts, on threads one on its way; forward and adjoint
        let copies = if comm.engine_name() == "threads" { 4 } else { 3 };
        let rows = 2 * copies * neighbours * 3 * 8;
        assert_eq!(FirstDerivative::along(0).on::<f64>(&layout).unwrap().scratch(), rows);
        assert_eq!(Laplacian::over(&[0, 1]).on::<f32>(&layout).unwrap().scratch(), rows / 2);
        assert_eq!(Gradient::new().on::<Complex<f32>>(&layout).unwrap().scratch(), rows);
        let short = Convolve1D::new(&[1.0, 2.0], 0).along(1).on(&layout).unwrap().scratch();
        let long = Convolve1D::new(&[1.0; 40], 0).along(1).on(&layout).unwrap().scratch();
        assert!(short > 0 && long > short);
    }

    fn arrays_without_elements(comm) {
        let layout = Layout::scatter(comm, &[0, 4], 0).unwrap();
        let d = FirstDerivative::along(1).on::<f64>(&layout).unwrap();
        assert_eq!((&d * &DistArray::zeros(&layout)).size(), 0);
        let layout = Layout::scatter(comm, &[7, 0, 3], 0).unwrap();
        let laplacian = Laplacian::over(&[0, 2]).on::<f32>(&layout).unwrap();
        assert_eq!((&laplacian.adjoint() * &DistArray::zeros(&layout)).size(), 0);
    }

    fn a_derivative_along_an_axis_of_length_1_is_0(comm) {
        let section = Layout::scatter(comm, &[1, 6, 5], 1).unwrap();
        let x = DistArray::<f64>::random_signed(&section, 3);
        for stencil in STENCILS {
            let gradient = Gradient::new().stencil(stencil).on(&section).unwrap();
            assert_eq!((&gradient * &x).member(0), x.zeros_like());
            let of_axes = |axes: &[usize]| Laplacian::over(axes).stencil(stencil).on(&section).unwrap();
            assert_eq!(&of_axes(&[0, 1, 2]) * &x, &of_axes(&[1, 2]) * &x);
            assert_eq!(&of_axes(&[0]) * &x, x.zeros_like());
        }
    }

    fn one_step_and_weight_is_that_of_all_axes(comm) {
        let layout = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let x = DistArray::<f64>::random_signed(&layout, 3);
        let of = |weights: &[f64], steps: &[f64]| {
            let laplacian = Laplacian::over(&[0, 1]).weights(weights).sampling(steps).on(&layout).unwrap();
            laplacian * &x
        };
        assert_eq!(of(&[3.0], &[0.5]), of(&[3.0; 2], &[0.5; 2]));
    }

    fn sums_need_no_room_and_no_extra_message(comm) {
        let shape = [9, 4, 5];
        let layout = Layout::scatter(comm, &shape, 0).unwrap();
        let laplacian = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout).unwrap();
        let gradient = Gradient::new().on::<f64>(&layout).unwrap();
        let normal = &gradient.adjoint() * &gradient + 0.5 * (&laplacian.adjoint() * &laplacian);
        let x = values(&shape, 1);
        let found = &normal * &DistArray::from_global(&layout, &to::<f64>(&x)).unwrap();
        let real = x.mapv(|z| Complex::new(z.re, 0.0));
        let laplace: Oracle = (0..3)
            .map(|axis| Along { axis, output: 0, matrix: second(shape[axis], Stencil::default(), 1.0) })
            .collect();
        let grad: Oracle = (0..3)
            .map(|axis| Along { axis, output: axis, matrix: first(shape[axis], Stencil::default(), 1.0) })
            .collect();
        let twice = |oracle: &Oracle| adjoint(oracle, &forward(oracle, &real));
        let expected = twice(&grad) + twice(&laplace) * Complex::from(0.5);
        assert_close(&gathered(&found), expected.as_slice().unwrap(), "GᴴG + LᴴL/2");
        assert!(normal.accumulate().is_some());
    }

    fn what_cannot_be_is_refused(comm) {
        let layout = Layout::scatter(comm, &[2, 4], 1).unwrap();
        let d = FirstDerivative::along;
        refused(d(2).on::<f64>(&layout), ErrorKind::Axis, "axis: expected less than 2 (shape [2, 4]), found 2");
        refused(d(0).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 0 for a first derivative (centered, 3 points): expected at least 3, found 2");
        refused(d(1).stencil(FIVE_POINTS).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 1 for a first derivative (centered, 5 points): expected at least 5, found 4");
        refused(SecondDerivative::along(1).stencil(FIVE_POINTS).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 1 for a second derivative (centered, 5 points): expected at least 5, found 4");
        for (h, found) in [(0.0, "0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
            let words = format!("sampling: expected a finite number that is not 0, found {found}");
            refused(d(1).sampling(h).on::<f64>(&layout), ErrorKind::Parameter, &words);
            refused(SecondDerivative::along(1).sampling(h).on::<f32>(&layout), ErrorKind::Parameter, &words);
            refused(Laplacian::over(&[1]).sampling(&[h]).on::<f64>(&layout), ErrorKind::Parameter, &words);
            refused(Gradient::new().stencil(Stencil::Forward).sampling(&[h]).on::<f64>(&layout), ErrorKind::Parameter, &words);
        }
        refused(d(1).sampling(1e-40).on::<f32>(&layout), ErrorKind::Parameter,
            "sampling: expected a step whose weights are finite in float32, found 0.0000000000000000000000000000000000000001");
        refused(SecondDerivative::along(0).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 0 for a second derivative (centered, 3 points): expected at least 3, found 2");
        refused(Laplacian::over(&[1, 2]).on::<f64>(&layout), ErrorKind::Axis,
            "axis: expected less than 2 (shape [2, 4]), found 2");
        refused(Laplacian::over(&[]).on::<f64>(&layout), ErrorKind::Axis, "axes of a Laplacian: expected at least one, found 0");
        refused(Laplacian::over(&[1]).weights(&[1.0, 2.0]).on::<f64>(&layout), ErrorKind::Shape,
            "weights of a Laplacian: expected 1, found 2");
        refused(Laplacian::over(&[1]).sampling(&[]).on::<f64>(&layout), ErrorKind::Shape,
            "sampling of a Laplacian: expected 1, found 0");
        refused(Laplacian::over(&[1]).weights(&[f64::NAN]).on::<f64>(&layout), ErrorKind::Parameter,
            "weight: expected a finite number, found NaN");
        refused(Laplacian::over(&[0, 1]).weights(&[1.0; 3]).on::<f64>(&layout), ErrorKind::Shape,
            "weights of a Laplacian: expected 1, or 2, one for each axis, found 3");
        refused(Gradient::new().sampling(&[1.0; 3]).on::<f64>(&layout), ErrorKind::Shape,
            "sampling of a gradient: expected 1, or 2, one for each axis, found 3");
        let convolve = |filter: &[f64], offset| Convolve1D::new(filter, offset).along(1).on(&layout);
        refused(convolve(&[], 0), ErrorKind::Shape, "length of a filter: expected at least 1, found 0");
        refused(convolve(&[1.0, 2.0], 2), ErrorKind::Parameter,
            "offset of a filter: expected less than 2, the filter's length, found 2");
        refused(convolve(&[1.0, f64::NAN], 0), ErrorKind::Parameter,
            "value 1 of a filter: expected a finite number, found NaN");
        refused(Convolve1D::new(&[1.0f32], 0).along(3).on(&layout), ErrorKind::Axis,
            "axis: expected less than 2 (shape [2, 4]), found 3");
        let poststack = |wavelet: &[f64], axis| PoststackModelling::new(wavelet).along(axis).on::<f32>(&layout);
        refused(poststack(&[1.0], 0), ErrorKind::Shape,
            "rows on axis 0 for a first derivative (centered, 3 points): expected at least 3, found 2");
        refused(poststack(&[], 1), ErrorKind::Shape, "length of a filter: expected at least 1, found 0");
        refused(poststack(&[1e300], 1), ErrorKind::Parameter, "value 0 of a filter: expected a finite number, found inf");
    }

    fn names_say_what_it_is(comm) {
        let layout = Layout::scatter(comm, &[5, 6], 0).unwrap();
        let name = FirstDerivative::along(0).sampling(0.5).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "FirstDerivative(axis 0, centered, 3 points, h 0.5)");
        let name = SecondDerivative::along(1).stencil(Stencil::Centered { points: Points::Five, edge: true }).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "SecondDerivative(axis 1, centered, 5 points, edge, h 1)");
        let name = Laplacian::over(&[0, 1]).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "Laplacian(axes [0, 1], centered, 3 points, weights [1.0], h [1.0])");
        let name = Gradient::new().on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "Gradient(centered, 3 points, h [1.0])");
        let name = Convolve1D::new(&[1.0, 2.0], 1).along(1).on(&layout).unwrap().name();
        assert_eq!(name, "Convolve1D(axis 1, 2 taps, offset 1)");
        let name = PoststackModelling::new(&[1.0; 41]).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "PoststackModelling(axis 0, wavelet of 41 samples)");
    }
}
