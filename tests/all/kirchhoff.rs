//! Kirchhoff modelling and migration: against pylops, by its formula, and what is refused.

use lops::ndarray::Dimension;
use lops::operators::Kirchhoff;
use lops::solvers::{Options, cgls};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator};

const SOURCES: [[f64; 2]; 3] = [[5.0, 0.0], [33.0, 4.0], [20.0, 8.0]];
const RECEIVERS: [[f64; 2]; 2] = [[0.0, 2.0], [12.0, 3.0]];

fn axis(n: usize, step: f64) -> Vec<f64> {
    (0..n).map(|k| k as f64 * step).collect()
}

fn small() -> Kirchhoff<2> {
    let (x, z) = (axis(5, 10.0), axis(4, 8.0));
    Kirchhoff::new([&x, &z], &SOURCES, &RECEIVERS).velocity(900.0).record(40, 0.004).wavelet(&[0.5, 1.0, -0.25], 1)
}

fn model(comm: &Comm) -> DistArray<f64> {
    let layout = Layout::replicated(comm, &[5, 4]).unwrap();
    DistArray::from_fn(&layout, |i| f64::from(7 * (4 * i[0] + i[1]) as i32 % 11 - 5) / 4.0)
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-13, "{k}: {found}, not {expected}");
    }
}

crate::bodies! {
    /// Kirchhoff(z, x, t, sources, receivers, 900, [0.5, 1, -0.25], 1, mode="analytic")
    fn records_and_images_are_those_of_pylops(comm) {
        let x = model(comm);
        let operator: Operator<f64> = small().on(x.layout().unwrap()).unwrap();
        assert_eq!(operator.shape(), (240, 20));
        let data = &operator * &x;
        assert!((data.norm() - 7.035423684821125).abs() < 1e-12);
        let data = data.gather_all();
        let data = data.as_slice().unwrap();
        close(&data[80..110], &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.2743219124510795, -1.2494288761447823,
            -1.0699500666112216, 1.3749572510213692, 1.5039906309410906, 0.21020548636470202, -0.9756693702248385,
            -0.8029170854295867, 1.2427631721982992, 0.7081062799803294, -0.9759385811802807, -0.45849616058000087,
            0.14169923211600016, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        close(&data[200..220], &[0.0, 0.14229363207743698, 0.517293632077437, -0.02518860615387245, -1.2858077099215612,
            -0.5185741877911844, 0.35939222506451785, 0.6477912428995594, -0.07611253842225488, 0.38063922035997627,
            -0.7180602188694315, -1.3035129938586298, 0.7646206516992685, 1.2795549172849912, 0.6840267660567315,
            -0.30495367837362547, -0.5815976458706408, -0.7960058853233979, 0.20920117706467944, 0.0]);
        let y = DistArray::from_fn(operator.range().layout().unwrap(), |i| {
            f64::from(5 * (80 * i[0] + 40 * i[1] + i[2]) as i32 % 13 - 6) / 4.0
        });
        let image = (operator.adjoint() * &y).gather_all();
        close(image.as_slice().unwrap(), &[1.9620673146949774, -1.7789823353402912, -1.064544908876889, -0.36998228983453163,
            1.08855239072167, 3.049025987672282, -2.518294866740828, -3.552251653369413, 1.0193452426444685, 0.5810318779031873,
            -3.0576300283786697, -1.2188128770058309, -1.7436371494332605, -1.046947333567052, 0.44576242319577525,
            5.127860490744554, -0.9590975899769085, -1.0276133085516004, 1.3499864925644367, 0.12473031269190538]);
    }

    /// Many points and receivers, several blocks of both, some times beyond the record.
    fn large_models_are_sums_over_points(comm) {
        let shape = [3, 31, 29];
        let axes = [axis(3, 5.0), axis(31, 7.0), axis(29, 6.0)];
        let places = |n: usize, from: f64| (0..n).map(|k| [1.0, (from + 13.0 * k as f64) % 200.0, 2.0 * from]).collect::<Vec<_>>();
        let (sources, receivers, samples, step) = (places(3, 4.0), places(19, 1.5), 50, 0.004);
        let layout = Layout::replicated(comm, &shape).unwrap();
        let operator = Kirchhoff::new([&axes[0], &axes[1], &axes[2]], &sources, &receivers).velocity(1500.0).record(samples, step);
        let operator: Operator<Complex<f64>> = operator.on(&layout).unwrap();
        let x = DistArray::random_signed(&layout, 3);
        let data = (&operator * &x).gather_all();
        let mut expected = data.clone();
        expected.fill(Complex::default());
        let way = |place: [f64; 3], i: &[usize]| {
            (0..3).map(|k| (axes[k][i[k]] - place[k]).powi(2)).sum::<f64>().sqrt() / 1500.0 / step
        };
        let mut beyond = 0;
        for (i, &x) in x.gather_all().indexed_iter() {
            for (s, source) in sources.iter().enumerate() {
                for (r, receiver) in receivers.iter().enumerate() {
                    let time = way(*source, i.slice()) + way(*receiver, i.slice());
                    let k = time as usize;
                    if k + 1 < samples {
                        expected[[s, r, k]] += x * (k as f64 + 1.0 - time);
                        expected[[s, r, k + 1]] += x * (time - k as f64);
                    } else {
                        beyond += 1;
                    }
                }
            }
        }
        assert!(beyond > 1000);
        let worst = data.iter().zip(&expected).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
        assert!(worst < 1e-11, "{worst}");
        let report = operator.check(4).unwrap();
        assert!(report.warnings.is_empty(), "{report}");
    }

    /// Times by the eikonal equation are those along straight lines, and do not depend on the ranks.
    fn velocities_that_do_not_change_are_one_velocity(comm) {
        let x = model(comm);
        let layout = x.layout().unwrap();
        let field = lops::ndarray::Array2::from_elem((5, 4), 900.0);
        let (straight, bent): (Operator<f64>, Operator<f64>) =
            (small().on(layout).unwrap(), small().velocities(&field).on(layout).unwrap());
        assert!((&straight * &x - &bent * &x).norm() < 1e-11);
        let rising = lops::ndarray::Array2::from_shape_fn((5, 4), |(i, j)| 800.0 + 10.0 * i as f64 + 100.0 * j as f64);
        lops::operators::check_same_bits(comm, 2, |comm| {
            small().velocities(&rising).on::<f64>(&Layout::replicated(comm, &[5, 4])?)
        })
        .unwrap();
    }

    fn a_migration_sends_one_sum(comm) {
        let x = model(comm);
        let operator: Operator<f64> = small().on(x.layout().unwrap()).unwrap();
        let before = comm.traffic();
        let data = &operator * &x;
        assert_eq!((comm.traffic() - before).total(), operator.communication().forward);
        assert_eq!(operator.communication().forward.messages, 0);
        let before = comm.traffic();
        let _image = operator.adjoint() * &data;
        assert_eq!((comm.traffic() - before).total(), operator.communication().adjoint);
    }

    /// A model that is cut has the traces of one that is replicated, but for the last bits, and its own bits on any ranks and cut.
    fn models_may_be_cut(comm) {
        let x = model(comm);
        let (whole, axis) = (x.layout().unwrap().clone(), axis(5000, 1.0));
        let cut = Layout::scatter(comm, &[5, 4], 0).unwrap();
        let [a, b]: [Operator<f64>; 2] = [&whole, &cut].map(|layout| small().dynamic().angles(60.0, 95.0).on(layout).unwrap());
        let (there, expected) = (&b * &x.redistribute(&cut).unwrap(), &a * &x);
        let norm = expected.norm();
        assert!(there.layout().unwrap().is_replicated());
        assert!((&there - &expected.redistribute(there.layout().unwrap()).unwrap()).norm() < 1e-14 * norm);
        let (back, expected) = (b.adjoint() * &there, a.adjoint() * &expected);
        assert!((&back.redistribute(&whole).unwrap() - &expected).norm() < 1e-14 * expected.norm());
        let before = comm.traffic();
        let data = &b * &x.redistribute(&cut).unwrap();
        let spent = (comm.traffic() - before).total();
        assert_eq!(b.communication().adjoint.messages, 0);
        assert!(spent.bytes >= b.communication().forward.bytes && data == there);
        // Rows of more points than are taken together.
        lops::operators::check_same_bits(comm, 3, |comm| {
            let rows = lops::layout::Grid::cut(&[lops::layout::Cut::Cyclic, lops::layout::Cut::Whole]).layout(comm, &[3, 5000])?;
            let long = Kirchhoff::new([&[0.0, 1.0, 2.0], &axis], &[[0.0, 0.0], [2.0, 9.0]], &[[1.0, 0.0]]).velocity(900.0);
            long.record(60, 0.05).aperture(0.001, 0.01).on::<f64>(&rows)
        })
        .unwrap();
    }

    fn least_squares_migration_fits_the_record(comm) {
        let x = model(comm);
        let operator = small().on(x.layout().unwrap()).unwrap();
        let data = &operator * &x;
        let mut found = x.zeros_like();
        let report = cgls(&operator, &data, &mut found, &Options::exactly(60)).unwrap();
        assert!(report.cost()[60] < 1e-6 * data.norm(), "{report:?}");
    }

    fn what_cannot_be_migrated_is_refused(comm) {
        let layout = Layout::replicated(comm, &[5, 4]).unwrap();
        let refused = |kirchhoff: Kirchhoff<2>, layout: &Layout, kind, words: &str| {
            let error = kirchhoff.on::<f64>(layout).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let chunks: Vec<_> = (0..comm.size()).map(|_| vec![lops::layout::Chunk::from(0..5)]).collect();
        let chunks = Layout::chunked(comm, &[5, 4], &chunks, lops::layout::Mode::Replica).unwrap();
        refused(small(), &chunks, ErrorKind::Layout, "a replicated one, or one that is cut along its first axis");
        let columns = Layout::scatter(comm, &[5, 4], 1).unwrap();
        if comm.size() > 1 {
            refused(small(), &columns, ErrorKind::Layout, "along its first axis alone");
        }
        refused(small(), &Layout::replicated(comm, &[4, 5]).unwrap(), ErrorKind::Shape, "[5, 4], the lengths of its axes");
        for velocity in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(small().velocity(velocity), &layout, ErrorKind::Parameter, "velocity of Kirchhoff");
        }
        let field = |velocity: f64| lops::ndarray::Array2::from_shape_fn((5, 4), |i| if i == (2, 3) { velocity } else { 900.0 });
        refused(small().velocities(&field(0.0)), &layout, ErrorKind::Parameter, "velocity of Kirchhoff");
        refused(small().velocities(&field(900.0).t()), &layout, ErrorKind::Shape, "velocities of Kirchhoff");
        let bent = Kirchhoff::new([&[0.0, 10.0, 20.0, 30.0, 41.0], &axis(4, 8.0)], &SOURCES, &RECEIVERS).record(40, 0.004);
        refused(bent.velocities(&field(900.0)), &layout, ErrorKind::Parameter, "equal steps");
        refused(small().record(40, 0.0), &layout, ErrorKind::Parameter, "step of the record");
        refused(small().record(2, 0.004), &layout, ErrorKind::Shape, "at least 3");
        refused(small().record(3, 0.0001), &layout, ErrorKind::Parameter, "record of source");
        refused(small().wavelet(&[1.0], 1), &layout, ErrorKind::Parameter, "offset");
        let (x, z) = (axis(5, 10.0), axis(4, 8.0));
        let outside = Kirchhoff::new([&x, &z], &SOURCES, &[[0.0, 2.0], [41.0, 3.0]]).velocity(1.0).record(400, 1.0);
        refused(outside, &layout, ErrorKind::Parameter, "coordinate 0 of receiver 1 of Kirchhoff");
        let nowhere = Kirchhoff::new([&x, &z], &[[f64::NAN, 2.0]], &RECEIVERS).velocity(1.0).record(400, 1.0);
        refused(nowhere, &layout, ErrorKind::Parameter, "coordinate 0 of source 0 of Kirchhoff");
    }
}
