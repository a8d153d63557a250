//! Samples taken along an axis: against pylops, by the messages that are sent, and what is refused.

use lops::operators::{Communication, Flip, Interp, Pad, Roll, Symmetrize};
use lops::{Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar};

const X: [f64; 8] = [0.5, -1.25, 2.0, 3.5, -0.75, 1.0, 4.0, -2.5];
const Y: [f64; 5] = [1.0, -2.0, 3.0, 0.5, -1.5];
const PLACES: [f64; 5] = [0.3, 2.75, 4.5, 5.0, 6.9];

fn close(found: &DistArray<f64>, expected: &[f64]) {
    let found = found.gather_all();
    let found = found.as_slice().unwrap();
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-14, "{k}: {found}, not {expected}");
    }
}

/// Elements of the array as a NumPy user counts them.
fn counted<T: Scalar>(layout: &Layout) -> DistArray<T> {
    let width = layout.shape()[1];
    DistArray::from_fn(layout, |i| T::from_parts((i[0] * width + i[1]) as f64, 0.0))
}

fn values(array: &DistArray<f64>) -> Vec<i64> {
    array.gather_all().iter().map(|&x| x as i64).collect()
}

crate::bodies! {
    fn interpolations_are_those_of_pylops(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let (x, places) = (DistArray::from_global(&layout, &X).unwrap(), PLACES.as_slice());
        // Interp(8, places, kind=…)
        let cases: [(Interp, [f64; 5], [f64; 8]); 4] = [
            (Interp::nearest(places), [0.5, 3.5, -0.75, 1.0, -2.5], [1.0, 0.0, 0.0, -2.0, 3.0, 0.5, 0.0, -1.5]),
            (Interp::linear(places), [-0.025, 3.125, 0.125, 1.0, -1.85], [0.7, 0.3, -0.5, -1.5, 1.5, 2.0, -0.15, -1.35]),
            (
                Interp::sinc(places),
                [-0.16961223232243744, 3.7786749540799436, -1.3470065977237873, 1.0, -2.119277309749636],
                [0.8855231098696341, 0.37728678260531656, -0.3998314264121761, -2.3040433415944483,
                    2.1495088562988554, 2.3422352410214056, -0.7072267923958254, -1.1609596293934223],
            ),
            (
                Interp::cubic_spline(places),
                [-0.38777301614565435, 3.7952513096873925, -0.7421311405015459, 1.0, -1.6030611473720402],
                [0.6100198385434559, 0.5668809687392649, -0.5527738749570593, -2.1100354689110272,
                    2.024165750601168, 2.2946224665063553, -0.579155616626588, -1.2537240638955691],
            ),
        ];
        for (interp, forward, adjoint) in cases {
            let operator = interp.on(&layout).unwrap();
            close(&(&operator * &x), &forward);
            let y = DistArray::from_global(operator.range().layout().unwrap(), &Y).unwrap();
            close(&(operator.adjoint() * &y), &adjoint);
        }
    }

    /// What NumPy's flip, roll and pad make of [[0, 1, 2], [3, 4, 5]]; symmetrize joins flip and array.
    fn moves_are_those_of_numpy(comm) {
        for axis in 0..2 {
            let layout = Layout::scatter(comm, &[2, 3], axis).unwrap();
            let x = counted::<f64>(&layout);
            assert_eq!(values(&(Flip::along(0).on(&layout).unwrap() * &x)), [3, 4, 5, 0, 1, 2]);
            assert_eq!(values(&(Flip::along(1).on(&layout).unwrap() * &x)), [2, 1, 0, 5, 4, 3]);
            assert_eq!(values(&(Roll::by(1).along(1).on(&layout).unwrap() * &x)), [2, 0, 1, 5, 3, 4]);
            assert_eq!(values(&(Roll::by(-7).along(1).on(&layout).unwrap() * &x)), [1, 2, 0, 4, 5, 3]);
            let far = Roll::by(isize::MIN).on(&layout).unwrap();
            assert_eq!(values(&(far * &x)), [0, 1, 2, 3, 4, 5]);
            let pad = Pad::new(&[(0, 1), (1, 0)]).on(&layout).unwrap();
            assert_eq!(values(&(&pad * &x)), [0, 0, 1, 2, 0, 3, 4, 5, 0, 0, 0, 0]);
            assert_eq!(pad.adjoint() * &(&pad * &x), x);
            let nothing = Pad::new(&[(0, 0), (0, 0)]).on(&layout).unwrap();
            assert_eq!(&nothing * &x, x);
            let both = Symmetrize::along(1).on(&layout).unwrap();
            assert_eq!(values(&(&both * &x)), [2, 1, 0, 1, 2, 5, 4, 3, 4, 5]);
            assert_eq!(values(&(both.adjoint() * &(&both * &x))), [0, 2, 4, 3, 8, 10]);
        }
    }

    fn only_what_changes_its_rank_is_sent(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[4 * p, 3], 0).unwrap();
        let whole = Roll::by(1).along(1).on::<f64>(&layout).unwrap();
        assert_eq!(whole.communication(), Communication::default());
        // The last row of each rank goes to the next.
        let roll = Roll::by(1).on::<f64>(&layout).unwrap();
        let one_row = if p == 1 { [0, 0] } else { [1, 3 * 8] };
        // A line between two samples needs the one behind it, the adjoint the values on both sides.
        let places: Vec<_> = (0..4 * p).map(|k| (k as f64 + 0.5).min(4.0 * p as f64 - 1.0)).collect();
        let interp = Interp::linear(&places).on::<f64>(&layout).unwrap();
        let to_the_front = if rank == 0 { [0, 0] } else { one_row };
        let to_the_back = if rank + 1 == p { [0, 0] } else { one_row };
        for (a, forward, adjoint) in [(&roll, one_row, one_row), (&interp, to_the_front, to_the_back)] {
            for (a, said, expected) in
                [(a.clone(), a.communication().forward, forward), (a.adjoint(), a.communication().adjoint, adjoint)]
            {
                assert_eq!([said.messages, said.bytes], expected, "{a} on rank {rank}");
                let (x, mut y) = (DistArray::random_signed(&layout, 1), DistArray::zeros(&layout));
                let before = comm.traffic();
                a.apply(x.as_slice(), y.as_mut_slice());
                assert_eq!((comm.traffic() - before).total(), said);
            }
        }
    }

    /// A spline through a polynomial without curvature at its ends.
    fn splines_follow_smooth_lines(comm) {
        let n = 60;
        let layout = Layout::scatter(comm, &[n, 2], 0).unwrap();
        let curve = |t: f64| (std::f64::consts::PI * t / (n - 1) as f64).sin();
        let x = DistArray::from_fn(&layout, |i| Complex::new(curve(i[0] as f64), i[1] as f64));
        let places: Vec<_> = (0..200).map(|k| k as f64 * 0.29).collect();
        let y = Interp::cubic_spline(&places).on(&layout).unwrap() * &x;
        for (k, place) in places.iter().enumerate() {
            let y = y.get(&[k, 1]).unwrap();
            assert!((y.re - curve(*place)).abs() < 1e-6 && (y.im - 1.0).abs() < 1e-14, "{place}: {y}");
        }
    }

    fn what_cannot_be_is_refused(comm) {
        let refused = |operator: Result<Operator<f64>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        refused(Flip::along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Roll::by(1).along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Symmetrize::along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Interp::linear(&[0.0]).along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Pad::new(&[(1, 1)]).on(&layout), ErrorKind::Shape, "one for each axis, 2");
        refused(Pad::new(&[(usize::MAX, 1), (0, 0)]).on(&layout), ErrorKind::Shape, "zeros");
        for place in [-0.1, 3.1, f64::NAN, f64::INFINITY] {
            refused(Interp::linear(&[1.0, place]).on(&layout), ErrorKind::Parameter, "place 1 of Interp");
        }
        let one = Layout::scatter(comm, &[1], 0).unwrap();
        refused(Interp::cubic_spline(&[0.0]).on(&one), ErrorKind::Shape, "at least 2");
        refused(Interp::linear(&[0.5]).on(&one), ErrorKind::Parameter, "place 0");
        let none = Layout::scatter(comm, &[0], 0).unwrap();
        refused(Interp::linear(&[0.0]).on(&none), ErrorKind::Parameter, "place 0");
        assert_eq!(Symmetrize::along(0).on::<f64>(&none).unwrap().shape(), (0, 0));
    }
}
