//! Amplitudes, limits of ways and given times of Kirchhoff modelling: against pylops and by their formulas.

use lops::ndarray::Array2;
use lops::operators::Kirchhoff;
use lops::{Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator};

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

/// Times along straight lines, from places to a model of 5 × 4 points.
fn tables(comm: &Comm, places: &[[f64; 2]], change: impl Fn(f64) -> f64) -> DistArray<f64> {
    let layout = Layout::scatter(comm, &[places.len(), 5, 4], 1).unwrap();
    DistArray::from_fn(&layout, |i| {
        let [x, z] = places[i[0]];
        change((10.0 * i[1] as f64 - x).hypot(8.0 * i[2] as f64 - z) / 900.0)
    })
}

fn close(found: &[f64], expected: &[f64], scale: f64) {
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-13 * scale, "{k}: {found}, not {expected}");
    }
}

crate::bodies! {
    /// Kirchhoff(z, x, t, sources, receivers, 900, [0.5, 1, -0.25], 1, mode="analytic", dynamic=True, angleaperture=(89.99999, 90)). Without these limits
    /// pylops takes the cosine of half the angle of ways that are on the same side, but more than half a turn apart by their angles with the vertical, as negative.
    fn amplitudes_are_those_of_pylops(comm) {
        let x = model(comm);
        let operator: Operator<f64> = small().dynamic().angles(89.99999, 90.0).on(x.layout().unwrap()).unwrap();
        let data = &operator * &x;
        assert!((data.norm() - 0.0011177779830786095).abs() < 1e-16);
        close(&data.gather_all().as_slice().unwrap()[85..100], &[7.228014483236696e-21, 1.2046690805394495e-20, -9.637352644315595e-21, -1.7669533397610481e-06, -2.6950206729425314e-05, -3.166447073860527e-05, 8.663054708939014e-05, 0.00014021732107872596, 9.616161746723117e-05, -4.1556453228605904e-05, -5.945766359447943e-05, 7.605162518625852e-05, 4.104186100284378e-05, -5.874517372398857e-05, -2.779042935083152e-05], 1e-3);
        let y = DistArray::from_fn(operator.range().layout().unwrap(), |i| {
            f64::from(5 * (80 * i[0] + 40 * i[1] + i[2]) as i32 % 13 - 6) / 4.0
        });
        let image = (operator.adjoint() * &y).gather_all();
        close(image.as_slice().unwrap(), &[0.0005340461913205409, -2.415535513488459e-05, -0.00013725949238490675, -4.8879441500577895e-05, -0.00021630040637732553, 0.00043389791177354266, -0.00021109999134261238, -0.00032377439493496, 8.450506524810277e-05, 0.0001612458136324445, -0.00028369842541293663, -8.723365224122519e-05, -6.950608735696909e-05, -4.022201593762908e-05, 2.6802562417416558e-05, 0.0003785939475244114, 2.1403532056254406e-05, -0.00015117678666629923, 0.00010812589259692548, 3.0219776296082595e-06], 1e-3);
    }

    /// Kirchhoff(…, mode="byot", trav=(1.1 times those of sources, those of receivers + 0.003), wavfilter=True)
    fn times_that_are_given_are_taken(comm) {
        let x = model(comm);
        let (there, back) = (tables(comm, &SOURCES, |time| 1.1 * time), tables(comm, &RECEIVERS, |time| time + 0.003));
        let given = small().travel_times(there.clone(), back.clone()).filtered_wavelet();
        let operator: Operator<f64> = given.on(x.layout().unwrap()).unwrap();
        let data = &operator * &x;
        assert!((data.norm() - 134.970892381853).abs() < 1e-10);
        close(&data.gather_all().as_slice().unwrap()[80..100], &[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
            -1.9031268219783661, -15.771107985121207, -6.780681329902137, 29.384320089917736, 28.064303892574713,
            -12.651844869288052, -36.04496933853866, -3.1613917808078904, 22.489234755760073, 13.50147811053827,
            -17.788479697692516], 1e2);
        let ones = |table: &DistArray<f64>| DistArray::full(table.layout().unwrap(), 1.0);
        let given = small().travel_times(there.clone(), back.clone()).amplitudes(ones(&there), ones(&back));
        let (alike, spread): (Operator<f64>, Operator<f64>) =
            (given.on(x.layout().unwrap()).unwrap(), small().travel_times(there, back).dynamic().on(x.layout().unwrap()).unwrap());
        assert!((&alike * &x).norm() > 10.0 * (&spread * &x).norm());
    }

    /// With amplitudes of three dimensions, limits of angles and of apertures.
    fn weights_are_their_formulas(comm) {
        let (shape, samples, step, velocity) = ([4, 5, 6], 60, 0.004, 1500.0);
        let axes = [axis(4, 9.0), axis(5, 7.0), axis(6, 10.0)];
        let (sources, receivers) = ([[3.0, 4.0, 0.0], [20.0, 13.0, 0.0]], [[8.0, 25.0, 5.0], [27.0, 0.0, 0.0], [3.0, 4.0, 0.0]]);
        let layout = Layout::replicated(comm, &shape).unwrap();
        let kirchhoff = Kirchhoff::new([&axes[0], &axes[1], &axes[2]], &sources, &receivers).velocity(velocity).record(samples, step);
        let operator: Operator<f64> = kirchhoff.dynamic().angles(20.0, 60.0).aperture(0.5, 3.0).anti_aliased(30.0, 0.0, 40.0).on(&layout).unwrap();
        let way = |place: [f64; 3], i: [usize; 3]| (0..3).map(|k| (axes[k][i[k]] - place[k]).powi(2)).sum::<f64>().sqrt();
        let slope = |place: [f64; 3], i: [usize; 3]| {
            [0, 1, 2].map(|k| {
                let (mut before, mut behind) = (i, i);
                before[k] = i[k].saturating_sub(1);
                behind[k] = (i[k] + 1).min(shape[k] - 1);
                (way(place, behind) - way(place, before)) / (axes[k][behind[k]] - axes[k][before[k]])
            })
        };
        let direction = |slope: [f64; 3]| {
            let length = slope.iter().map(|d| d * d).sum::<f64>().sqrt();
            slope.map(|d| d / length)
        };
        let taper = |value: f64, from: f64, to: f64| {
            let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
            1.0 - 3.0 * t * t + 2.0 * t * t * t
        };
        let longest = |places: &[[f64; 3]]| {
            let corners = (0..120).map(|k| [k / 30, k / 6 % 5, k % 6]);
            corners.flat_map(|i| places.iter().map(move |&place| way(place, i))).fold(0.0, f64::max)
        };
        let nearest = 0.01 * (longest(&sources) + longest(&receivers));
        let x = DistArray::<f64>::random_signed(&layout, 3);
        let data = (&operator * &x).gather_all();
        let mut expected = data.clone();
        expected.fill(0.0);
        let (mut partly, mut not) = (0, 0);
        for (i, &x) in x.gather_all().indexed_iter() {
            let i = [i[0], i[1], i[2]];
            for (s, &source) in sources.iter().enumerate() {
                for (r, &receiver) in receivers.iter().enumerate() {
                    let [there, back] = [source, receiver].map(|place| slope(place, i));
                    let share = 2.0 * 30.0 * 40.0 * back[0].hypot(back[1]) / velocity;
                    let (n, m) = (direction(there), direction(back));
                    let sum = (0..3).map(|k| (n[k] + m[k]).powi(2)).sum::<f64>().sqrt();
                    let [there, back] = [source, receiver].map(|place| way(place, i));
                    let apart = (source[0] - receiver[0]).hypot(source[1] - receiver[1]);
                    let depth = (axes[2][i[2]] - 0.5 * (source[2] + receiver[2])).max(0.0);
                    let limit = taper(n[2].acos().to_degrees(), 20.0, 60.0) * taper(m[2].acos().to_degrees(), 20.0, 60.0)
                        * taper(share, 0.8, 1.0) * if apart == 0.0 { 1.0 } else { taper(apart / depth, 0.5, 3.0) };
                    partly += usize::from(limit > 0.0 && limit < 1.0);
                    not += usize::from(limit == 0.0);
                    let weight = limit * sum / velocity / (there + nearest) / (back + nearest);
                    let time = (there + back) / velocity / step;
                    let k = time as usize;
                    if k + 1 < samples {
                        expected[[s, r, k]] += weight * x * (k as f64 + 1.0 - time);
                        expected[[s, r, k + 1]] += weight * x * (time - k as f64);
                    }
                }
            }
        }
        assert!(partly > 100 && not > 100, "{partly} {not}");
        let greatest = expected.iter().fold(0.0f64, |max, d| max.max(d.abs()));
        let worst = data.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(greatest > 0.0 && worst < 1e-12 * greatest, "{worst} of {greatest}");
    }

    /// Limits without amplitudes weigh alone.
    fn limits_that_are_wide_change_nothing(comm) {
        let x = model(comm);
        let layout = x.layout().unwrap();
        let (all, limited): (Operator<f64>, Operator<f64>) =
            (small().on(layout).unwrap(), small().angles(190.0, 200.0).on(layout).unwrap());
        assert_eq!(&all * &x, &limited * &x);
        let narrow: Operator<f64> = small().aperture(0.1, 1.5).on(layout).unwrap();
        let (some, whole) = ((&narrow * &x).norm(), (&all * &x).norm());
        assert!(some > 0.1 * whole && some < 0.9 * whole, "{some} {whole}");
    }

    fn what_no_weight_can_be_is_refused(comm) {
        let layout = Layout::replicated(comm, &[5, 4]).unwrap();
        let refused = |kirchhoff: Kirchhoff<2>, kind, words: &str| {
            let error = kirchhoff.on::<f64>(&layout).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        for (from, to) in [(60.0, 60.0), (70.0, 60.0), (-1.0, 60.0), (0.0, f64::INFINITY), (f64::NAN, 1.0)] {
            refused(small().angles(from, to), ErrorKind::Parameter, "limits of the angles of Kirchhoff");
            refused(small().aperture(from, to), ErrorKind::Parameter, "limits of the aperture of Kirchhoff");
        }
        for (frequency, spacing) in [(0.0, 1.0), (f64::NAN, 1.0), (20.0, -1.0), (20.0, f64::INFINITY)] {
            refused(small().anti_aliased(frequency, 0.0, spacing), ErrorKind::Parameter, "without aliasing");
        }
        // Directions are differences between neighbours.
        let flat = || Kirchhoff::new([&[0.0, 0.0, 10.0, 20.0, 30.0], &axis(4, 10.0)], &[[5.0, 0.0]], &[[5.0, 0.0]]).velocity(1000.0);
        for weighed in [flat().dynamic(), flat().angles(10.0, 80.0), flat().anti_aliased(20.0, 1.0, 1.0)] {
            refused(weighed.record(100, 0.001), ErrorKind::Parameter, "axis 0 of Kirchhoff: expected coordinates that rise or fall");
        }
        flat().record(100, 0.001).on::<f64>(&layout).unwrap();
        let (there, back) = (tables(comm, &SOURCES, |time| time), tables(comm, &RECEIVERS, |time| time));
        refused(small().travel_times(back.clone(), there.clone()), ErrorKind::Shape, "travel times of sources of Kirchhoff");
        refused(small().amplitudes(there.clone(), back.clone()), ErrorKind::Parameter, "travel times beside them");
        let given = || small().travel_times(there.clone(), back.clone());
        refused(given().amplitudes(there.clone(), there.clone()), ErrorKind::Shape, "amplitudes of receivers of Kirchhoff");
        refused(given().velocity(0.0).dynamic(), ErrorKind::Parameter, "velocity of Kirchhoff");
        for wrong in [-0.001, f64::NAN] {
            let table = tables(comm, &RECEIVERS, |time| if time > 0.03 { wrong } else { time });
            refused(small().travel_times(there.clone(), table), ErrorKind::Parameter, "travel times of Kirchhoff");
        }
        let line = Kirchhoff::new([&axis(4, 1.0)], &[[0.0]], &[[1.0]]).velocity(1.0).record(20, 1.0).filtered_wavelet();
        let error = line.on::<f64>(&Layout::replicated(comm, &[4]).unwrap()).unwrap_err();
        assert!(error.to_string().contains("2 or 3"), "{error}");
        let field = Array2::from_elem((5, 4), 900.0);
        let given: Operator<f64> = given().velocities(&field).dynamic().on(&layout).unwrap();
        let straight: Operator<f64> = small().dynamic().on(&layout).unwrap();
        let x = model(comm);
        assert!((&given * &x - &straight * &x).norm() < 1e-12 * (&straight * &x).norm());
    }
}
