//! Radon transforms: against pylops, by their formula, and what is refused.

use crate::compared::compare;
use lops::layout::{Chunk, Mode};
use lops::operators::{Radon, Radon2D, Radon3D, Sliding2D, TransposeAxes};
use lops::signal::axis;
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator};

const SLOWNESSES: [f64; 4] = [-0.0007, -0.0001, 0.0005, 0.0011];
const CURVATURES: [f64; 3] = [0.0, 0.00013, 0.0003];
const VELOCITIES: [f64; 3] = [0.0002, 0.0005, 0.0009];

fn times() -> Vec<f64> {
    axis(0.0, 0.004, 9)
}

/// Lines from four slownesses to five traces.
fn lines() -> Radon2D {
    Radon2D::linear(&times(), [&axis(5.0, 10.0, 5)], [&SLOWNESSES])
}

fn made<const D: usize>(radon: Radon<D>, comm: &Comm, shape: &[usize]) -> Operator<f64> {
    radon.on(&Layout::scatter(comm, shape, 0).unwrap()).unwrap()
}

crate::bodies! {
    /// Radon2D(t, h, p, kind), with interp, onthefly and centeredh as said
    fn curves_in_one_direction_are_those_of_pylops(comm) {
        let (t, h) = (times(), axis(5.0, 10.0, 4));
        let parabolas = || Radon2D::parabolic(&t, [&h], [&CURVATURES]).centeredh(false);
        let hyperbolas = || Radon2D::hyperbolic(&t, [&h], [&VELOCITIES]);
        let of_slope = Radon2D::curves(&t, [&axis(5.0, 10.0, 5)], [&SLOWNESSES], |[x], t, [p]| t + p * x.abs() + 0.3);
        compare("linear", &made(lines(), comm, &[4, 9]),
                (5.716615038639562, 2.599709400226653, &[-0.375, -0.875, -1.125, -1.25, 0.0, 1.125, 1.25, 0.5, -0.25, 0.0, 0.5, -2.3125, -1.5, 0.0, 1.5, 1.375, -0.625, 0.5625, -1.25, 0.25, -1.0, 0.5, -0.75, 0.75]),
                (7.550869155269478, -1.2552391600797754, &[0.875, 0.5625, 0.3125, -1.1875, 0.0, 1.1875, -0.3125, -0.5625, 0.625, 0.9375, 1.5625, -0.3125, -2.1875, 0.0, 2.1875, 0.3125, -1.5625, 0.5625, 1.5, -2.0625, 2.625, -1.375, 0.0, 1.375]));
        compare("linear, nearest", &made(lines().interp(false), comm, &[4, 9]),
                (7.378177281686853, 1.3808132546490517, &[-0.75, -1.0, -1.25, -1.25, 1.25, 1.0, 1.5, -0.5, 0.25, 0.5, -1.0, -2.25, -0.75, 0.75, 2.25, -0.25, 0.25, 1.0, -1.25, 0.25, -1.0, 0.5, -0.75, 0.75]),
                (11.415450056830874, -1.6760659383574932, &[1.75, -1.0, 2.5, -2.25, 0.75, 0.5, 0.25, -1.25, -1.0, 0.0, 1.5, 1.25, -2.25, -2.5, 3.75, 0.25, 0.0, -3.5, 3.0, -3.0, 0.75, 1.0, -2.5, 3.75]));
        compare("parabolic", &made(parabolas(), comm, &[3, 9]),
                (5.428885507317547, 2.7688370737472674, &[-0.5609375000000001, -0.48125, -1.2468750000000002, 1.5453125000000003, -1.2312500000000002, 0.5296875000000003, 1.0187499999999998, 0.2531249999999998, 0.17343750000000013, -1.0484375, 0.98125, -1.3312499999999998, 0.01718749999999969, 0.9187500000000002, -1.3421875000000003, 1.2781250000000002, 0.16875000000000018, -0.8921875000000001, -1.25, 0.5, 0.22656250000000033, 1.0312499999999996, -0.96875, -0.6171875000000009]),
                (6.242319890648627, -0.08690793943057872, &[-0.25, 1.5, 0.0, -1.5, 0.25, 2.0, 0.5, -1.0, 0.0, 1.6796875000000004, -2.034374999999999, 1.7671874999999997, -1.8859374999999994, -0.9687500000000009, 2.4390625000000004, -0.8609375000000006, 0.5015625000000006, 0.0, -0.5312500000000007, -0.031249999999998224, -0.1406250000000011, -2.2812499999999982, 1.09375, 0.75]));
        compare("parabolic, nearest", &made(parabolas().interp(false), comm, &[3, 9]),
                (7.344215410784191, 1.8546545085625603, &[-0.5, -0.75, -1.0, 1.5, -1.5, 1.0, 0.75, 0.5, 0.25, -0.5, 0.25, -2.75, 2.5, -0.5, -0.75, 1.75, -1.25, 1.25, -1.25, 0.5, 0.25, 1.0, -1.0, -1.25]),
                (7.344215410784191, 2.9728039702570417, &[-0.25, 1.5, 0.0, -1.5, 0.25, 2.0, 0.5, -1.0, -2.5, -0.5, 1.25, -0.25, 1.5, -3.25, 1.75, -1.0, -0.25, -1.0, -0.25, 0.25, 0.75, -2.0, -1.5, 2.5]));
        compare("hyperbolic", &made(hyperbolas(), comm, &[3, 9]),
                (5.7058469368936855, 2.111767697667333, &[0.0, -0.3076370910500041, -0.3580257916115357, -1.2099543803899326, -0.7706535188170077, 1.819880311840976, -0.3930576038372289, 1.2564393828470666, -0.036991308982333715, 0.44999999999999996, -1.8634547122417235, -0.6782323985682249, 1.1276202389284786, -1.2990243054876713, 1.0649197928925682, 0.6141361243646841, 0.5881916422663063, -0.004156382154417493, 0.44999999999999996, -1.8634547122417235, -0.6782323985682249, 1.1276202389284786, -1.2990243054876713, 1.0649197928925682]),
                (5.029803977526237, -3.027222710852488, &[0.0, 0.0950339786411275, 0.5868272055351305, 0.6963112395342519, -0.19223593595584854, 1.302521443671436, -0.09322484709819157, -1.5151306882970381, 0.0, 1.8, 1.020687827543826, -0.2789914225314255, -0.9421646818614777, 0.1677836684477243, 1.8815310991499323, 0.40089352425462166, -1.0851487142568417, 0.0, 1.25, 1.3303168096929285, -0.09036968644042587, -1.3232106807027408, 0.2240389444730828, 1.963111635876208]));
        compare("hyperbolic, nearest", &made(hyperbolas().interp(false), comm, &[3, 9]),
                (5.678908345800274, 2.4413978511692043, &[0.0, -0.5, -0.5, -1.0, -0.5, 1.25, 0.75, 0.5, 0.25, 0.75, -2.0, -1.0, 1.5, -1.5, 1.0, 0.75, 0.5, 0.25, 0.75, -2.0, -1.0, 1.5, -1.5, 1.0]),
                (7.110731326663946, -4.074670755207818, &[0.0, 0.0, -0.75, 1.0, -0.5, 2.0, 0.5, -1.0, -2.5, 2.25, 1.5, 0.0, -1.5, 0.25, 2.0, 0.5, -1.0, -2.5, -0.25, 1.5, 0.0, -1.5, 0.25, 2.0]));
        compare("a function", &made(of_slope, comm, &[4, 9]),
                (5.173308902433721, 2.924120807320073, &[0.0, -0.3999999999999999, -1.2999999999999998, 0.8999999999999995, -0.9999999999999996, 0.6499999999999997, -0.8, -0.49999999999999956, 1.1999999999999997, 0.48749999999999993, 0.08749999999999997, -0.8500000000000003, -0.7124999999999997, 0.8000000000000003, 1.0624999999999998, -1.5625000000000002, -0.5374999999999999, -0.2749999999999999, -0.875, -0.19999999999999996, -0.6250000000000002, 0.050000000000000266, -0.3750000000000002, 0.30000000000000027]),
                (7.089472829484573, -5.457697826322035, &[0.8999999999999998, -0.12499999999999994, 1.2750000000000004, -0.8250000000000004, -0.8500000000000008, 1.9875000000000007, -2.487499999999999, 0.024999999999999467, 1.5500000000000003, 0.7749999999999998, 1.075, -0.475, -1.8624999999999994, -0.16250000000000053, 2.0249999999999995, 0.4750000000000012, -1.7250000000000003, 0.40000000000000013, -0.7499999999999996, -1.0000000000000007, 2.4875, -1.9874999999999994, 1.499999999999999, 0.600000000000001]));
    }

    /// Radon3D(t, hy, hx, py, px, kind), with interp and centeredh as said
    fn curves_in_two_directions_are_those_of_pylops(comm) {
        let (t, y, x) = (times(), axis(0.0, 5.0, 3), axis(0.0, 10.0, 4));
        let (py, px) = ([-0.0003, 0.0007], [0.0, 0.00021, -0.0004]);
        compare("linear", &made(Radon3D::linear(&t, [&y, &x], [&py, &px]), comm, &[2, 3, 9]),
                (12.852707490787688, 3.0565857628851494, &[-0.3187500000000001, -0.15937499999999993, -1.159375, 0.6437500000000003, 1.381249999999999, -1.0437499999999993, -0.8562499999999993, -0.45000000000000107, -0.5374999999999996, 0.46875000000000006, -0.6468749999999999, -1.1812500000000004, 1.7906250000000004, -1.1156249999999999, -0.24062499999999987, 0.5999999999999996, -2.340625, 1.4156250000000001, 0.8625, 0.08750000000000013, -0.7906250000000001, 0.42812499999999987, -0.38124999999999964, -1.2937500000000006]),
                (11.445543619680105, -8.080331502347398, &[1.40625, -1.5, -1.9375, 0.46875, 2.46875, 0.0, -2.46875, -0.46875, 0.5625, 1.0156250000000004, -2.0468749999999996, -1.53125, 3.475000000000002, -2.2843749999999994, 2.220446049250313e-16, 2.284374999999998, -3.6781249999999988, 0.19374999999999942, 0.0, -1.4375, -0.3125, -1.15625, 1.65625, 0.0]));
        let parabolas = Radon3D::parabolic(&t, [&y, &x], [&py, &px]).interp(false);
        compare("parabolic", &made(parabolas, comm, &[2, 3, 9]),
                (17.2735346701247, -0.2783763917973356, &[1.5, -0.75, 1.0, 0.5, 0.0, 2.25, -0.25, -2.25, 1.25, -1.0, 0.75, 3.0, -3.0, 2.0, 1.5, -1.75, 0.5, 0.0, -1.0, 0.75, 3.0, -3.0, 2.0, 1.5]),
                (11.13272203910616, 12.95064908008277, &[1.0, -1.75, -3.0, 2.25, 1.0, -0.25, -1.5, 0.5, 2.5, -2.0, -0.75, -2.0, 3.25, 2.0, -2.5, -0.5, 1.5, 0.0, 0.0, 1.5, -0.75, -1.5, 0.5, -0.75]));
        let hyperbolas = Radon3D::hyperbolic(&t, [&y, &x], [&[0.0005, 0.0011], &[0.0003, 0.0004, 0.0009]]);
        compare("hyperbolic", &made(hyperbolas.centeredh(false), comm, &[2, 3, 9]),
                (8.743962948525423, 1.677389289144251, &[0.5, 0.0, -0.5, 1.75, -1.5, 0.75, 0.25, -0.25, 0.0, 0.2777777777777778, 0.030365189188239772, 0.26826809883583047, 0.8594342937959073, -1.2914315264468386, 0.9759848551532171, 0.0916487177644354, -0.20742977106248905, -0.004617635006080256, 0.05555555555555558, -0.5486231257568397, 2.3339831462366307, -1.0825758225646638, -0.8879890627841143, 1.5824281861788458]),
                (12.061416795881975, -2.7826746725933904, &[-0.6892384659106922, -0.47420233053276584, -1.332300824849899, -3.1190205452125457, 2.3959183076557, 1.4740609406257286, -1.5735603599457586, -0.1466038468589197, 0.0, 0.8988635340240271, 1.1595179530699418, 0.17072511490417552, -2.6769456510142002, -0.8934775766509742, 2.583333731648745, -0.38155717071911877, 0.12804084335852672, 0.0, -1.9893141247140749, -0.5274955994959318, -0.2422371686185415, -1.8872517912801423, -0.78024646107276, 1.7127659642634563]));
    }

    fn traces_that_are_dealt_out_are_those_of_blocks(comm) {
        let (t, h) = (times(), axis(5.0, 10.0, 5));
        let kinds = [
            lines,
            || Radon2D::parabolic(&times(), [&axis(0.0, 10.0, 5)], [&CURVATURES]).interp(false),
            || Radon2D::hyperbolic(&times(), [&axis(0.0, 10.0, 5)], [&VELOCITIES]),
        ];
        for (kind, slownesses) in kinds.into_iter().zip([4, 3, 3]) {
            let model = Layout::replicated(comm, &[slownesses, 9]).unwrap();
            let (blocks, traces): (Operator<f64>, _) = (kind().on(&model).unwrap(), kind().over_traces(&model).unwrap());
            let x = DistArray::random_signed(&model, 3);
            let (y, gather) = (&blocks * &x, &traces * &x);
            assert_eq!(y.gather_all(), gather.gather_all());
            assert_eq!(gather.layout().unwrap().axis(), Some(0));
            let difference = (blocks.adjoint() * &y) - (traces.adjoint() * &gather);
            assert!(difference.norm() < 1e-13);
            if comm.size() > 1 {
                let sent = traces.communication();
                assert!(sent.forward.bytes == 0 && sent.adjoint.bytes > 0);
            }
        }
        let model = Layout::replicated(comm, &[1, 2, 9]).unwrap();
        let planes = || Radon3D::linear(&t, [&h[..3], &h[..2]], [&[0.0002], &[0.0004, -0.0006]]);
        let (blocks, traces): (Operator<Complex<f64>>, _) =
            (planes().on(&model).unwrap(), planes().over_traces(&model).unwrap());
        let x = DistArray::random_signed(&model, 4);
        assert_eq!((&blocks * &x).gather_all(), (&traces * &x).gather_all());
        assert!(traces.check(5).unwrap().warnings.is_empty());
    }

    fn more_axes_are_carried_along(comm) {
        let layout = Layout::scatter(comm, &[9, 3, 4], 1).unwrap();
        let a: Operator<f64> = lines().along([2], 0).on(&layout).unwrap();
        let x = DistArray::random_signed(&layout, 6);
        let y = &a * &x;
        assert_eq!(y.shape(), [9, 3, 5]);
        let turned = &TransposeAxes::new(&[1, 2, 0]).on(&layout).unwrap() * &x;
        for gather in 0..3 {
            let one = Layout::replicated(comm, &[4, 9]).unwrap();
            let model: Vec<_> = turned.gather_all().iter().skip(36 * gather).take(36).copied().collect();
            let alone = &lines().on(&one).unwrap() * &DistArray::from_local(&one, model).unwrap();
            for (i, &value) in alone.gather_all().indexed_iter() {
                assert_eq!(y.get(&[i[1], gather, i[0]]).unwrap(), value);
            }
        }
    }

    /// Windows of five traces of eleven, one operator in all of them.
    fn windows_of_traces_have_slownesses_of_their_own(comm) {
        let layout = Layout::scatter(comm, &[11, 9], 0).unwrap();
        let own = Layout::replicated(&comm.alone(), &[4, 9]).unwrap();
        let radon: Operator<f64> = lines().on(&own).unwrap();
        let a = Sliding2D::new([5], [2]).on(&layout, |_| Ok(radon.clone())).unwrap();
        assert_eq!(a.domain().layout().unwrap().shape(), [3, 4, 9]);
        let x = DistArray::from_fn(a.domain().layout().unwrap(), |i| f64::from(i == [1, 1, 4]));
        let y = &a * &x;
        // −0.25 samples a trace: in the middle of the second window at 4, one trace on at 3.75.
        assert_eq!([y.get(&[5, 4]).unwrap(), y.get(&[6, 3]).unwrap(), y.get(&[6, 4]).unwrap()], [1.0, 0.25, 0.75]);
        assert!(a.check(5).unwrap().warnings.is_empty());
    }

    /// A third of a sample three times is one; a velocity of 0 leaves nothing.
    fn shifts_that_are_whole_but_for_rounding_are_whole(comm) {
        let (t, h) = (axis(0.0, 0.1, 9), axis(0.0, 0.1, 7));
        let third = 0.1 + 0.2 + 0.7 / 3.0 - 0.2; // 1/3, and more or less than it
        for p in [1.0 / 3.0, 1.0 / 3.0 - 1e-12, third, 1.0 / 3.0 + 1e-12] {
            let a = made(Radon2D::linear(&t, [&h], [&[p]]).interp(false), comm, &[1, 9]);
            let y = &a * &DistArray::from_fn(a.domain().layout().unwrap(), |i| i[1] as f64);
            for (i, &y) in y.gather_all().indexed_iter() {
                let from = i[1] as isize - (i[0] as isize - 3).div_euclid(3);
                assert_eq!(y, if (0..9).contains(&from) { from as f64 } else { 0.0 }, "{p} {i:?}");
            }
        }
        let a = made(Radon2D::hyperbolic(&t, [&h], [&[0.0, 1.0]]), comm, &[2, 9]);
        let x = DistArray::from_fn(a.domain().layout().unwrap(), |i| f64::from(i[0] == 0));
        assert_eq!((&a * &x).norm(), 0.0);
    }

    fn what_cannot_be_is_refused_on_every_rank(comm) {
        let (t, h) = (times(), axis(5.0, 10.0, 5));
        let layout = Layout::scatter(comm, &[4, 9], 1).unwrap();
        let refused = |radon: Radon2D, layout: &Layout| radon.on::<f64>(layout).unwrap_err();
        let linear = |t: &[f64], h: &[f64], p: &[f64]| Radon2D::linear(t, [h], [p]);
        let nan = [0.0, 1.0, f64::NAN, 3.0];
        for (kind, radon, words) in [
            (ErrorKind::Parameter, linear(&nan, &h, &SLOWNESSES), "times of Radon2D(Linear, [4] to [5]): expected finite numbers, found NaN"),
            (ErrorKind::Parameter, linear(&t, &nan, &SLOWNESSES), "places of Radon2D(Linear, [4] to [4]): expected finite numbers, found NaN"),
            (ErrorKind::Parameter, linear(&t, &h, &nan), "slownesses of Radon2D(Linear, [4] to [5]): expected finite numbers, found NaN"),
            (ErrorKind::Parameter, linear(&[1.0; 9], &h, &SLOWNESSES), "times of Radon2D(Linear, [4] to [5]): expected a step that is not 0, found 0"),
            (ErrorKind::Parameter, linear(&t, &[3.0; 4], &SLOWNESSES), "places of Radon2D(Linear, [4] to [4]): expected a step that is not 0, found 0"),
            (ErrorKind::Shape, linear(&t[..1], &h, &SLOWNESSES), "times of Radon2D(Linear, [4] to [5]): expected at least 2, found 1"),
            (ErrorKind::Shape, linear(&t, &h[..1], &SLOWNESSES), "places of Radon2D(Linear, [4] to [1]): expected at least 2, found 1"),
            (ErrorKind::Shape, linear(&t, &h, &[0.0; 3]), "model of Radon2D(Linear, [3] to [5]): expected [3, 9] along axes [0, 1], found [4, 9]"),
            (ErrorKind::Parameter, Radon2D::curves(&t, [&h], [&SLOWNESSES], |_, t, _| t + 9.0).interp(false),
                "curves of Radon2D(of a function, [4] to [5], nearest): expected one at least that comes by a sample (slownesses times Δx/Δt are samples), found none"),
            (ErrorKind::Parameter, linear(&t, &h[..4], &[0.5, -0.5, 0.7, 1e300]),
                "curves of Radon2D(Linear, [4] to [4]): expected one at least that comes by a sample (slownesses times Δx/Δt are samples), found none"),
        ] {
            let error = refused(radon, &layout);
            assert_eq!((error.kind(), error.message()), (kind, words));
        }
        assert_eq!(refused(lines().along([0], 2), &layout).kind(), ErrorKind::Axis);
        let square = Layout::replicated(comm, &[9, 9]).unwrap();
        let twice = linear(&t, &h, &[0.0; 9]).along([1], 1);
        assert_eq!(refused(twice, &square).kind(), ErrorKind::Axis);
        let chunks = vec![vec![Chunk::from(0..4)]; comm.size()];
        let chunks = Layout::chunked(comm, &[4, 9], &chunks, Mode::Replica).unwrap();
        assert_eq!(refused(lines(), &chunks).kind(), ErrorKind::Layout);
        let over = |radon: Radon2D, layout: &Layout| radon.over_traces::<f64>(layout).unwrap_err().kind();
        let replicated = Layout::replicated(comm, &[4, 9]).unwrap();
        assert_eq!(over(lines(), &layout), ErrorKind::Layout);
        assert_eq!(over(lines(), &Layout::replicated(comm, &[4, 9, 2]).unwrap()), ErrorKind::Axis);
        assert_eq!(over(lines().along([1], 0), &Layout::replicated(comm, &[9, 4]).unwrap()), ErrorKind::Axis);
        assert_eq!(over(linear(&t, &h, &[0.0; 3]), &replicated), ErrorKind::Shape);
    }
}
