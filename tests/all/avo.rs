//! Amplitudes by angle, and several wavelets: against pylops, by what reflections are, and what is refused.

use crate::avo_figures::*;
use lops::layout::{Chunk, Mode};
use lops::ndarray::{Array1, Array2, Array3};
use lops::operators::{
    AVOLinearModelling, Linearization, PoststackModelling, PrestackLinearModelling, PrestackWaveletModelling, Stencil,
};
use lops::signal::{Wave, zoeppritz_element, zoeppritz_pp, zoeppritz_scattering};
use lops::{DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

const THETA: [f64; 4] = [3.0, 17.0, -28.0, 41.0];
const RATIOS: [f64; 5] = [0.4, 0.45, 0.5, 0.52, 0.55];
const WAVELET: [f64; 5] = [-0.3, -1.0, 2.5, -0.8, 0.4];

fn avo() -> AVOLinearModelling {
    AVOLinearModelling::new(&THETA)
}

/// The place of an element as NumPy counts.
fn place(shape: &[usize], i: &[usize]) -> i32 {
    i.iter().zip(shape).fold(0, |place, (i, n)| place * *n as i32 + *i as i32)
}

fn x(layout: &Layout) -> DistArray<f64> {
    DistArray::from_fn(layout, |i: &[usize]| f64::from(7 * place(layout.shape(), i) % 11 - 5) / 4.0)
}

fn y(layout: &Layout) -> DistArray<f64> {
    DistArray::from_fn(layout, |i: &[usize]| f64::from(5 * place(layout.shape(), i) % 13 - 6) / 4.0)
}

/// The same numbers on one rank.
fn values(rows: usize, columns: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| f64::from(7 * (i * columns + j) as i32 % 11 - 5) / 4.0)
}

fn close(found: &DistArray<f64>, expected: &[f64]) {
    let found = found.gather_all();
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-14 * (1.0 + expected.abs()), "{k}: {found}, not {expected}");
    }
}

/// `A x` and `Aᴴ y`.
fn agrees(a: &Operator<f64>, forward: &[f64], adjoint: &[f64]) {
    close(&(a * &x(a.domain().layout().unwrap())), forward);
    close(&(a.adjoint() * &y(a.range().layout().unwrap())), adjoint);
}

crate::bodies! {
    /// AVOLinearModelling(theta, vsvp, spatdims=(2,), linearization=…)
    fn reflections_are_those_of_pylops(comm) {
        for axis in 0..3 {
            let layout = Layout::scatter(comm, &[3, 3, 2], axis).unwrap();
            let of = |linearization| avo().vsvp_each(&RATIOS[..3]).linearization(linearization).on(&layout).unwrap();
            agrees(&of(Linearization::AkiRichards), &AKI_RICHARDS, &AKI_RICHARDS_ADJOINT);
            agrees(&of(Linearization::Fatti), &FATTI, &FATTI_ADJOINT);
            agrees(&of(Linearization::PS), &PS, &PS_ADJOINT);
        }
    }

    /// PrestackLinearModelling(wav, theta, vsvp, nt0=5, spatdims=(2,) or (1,), kind=…), and one for each angle where wavelets differ.
    fn gathers_are_those_of_pylops(comm) {
        for axis in 0..3 {
            let lines = Layout::scatter(comm, &[5, 3, 2], axis).unwrap();
            let line = Layout::scatter(comm, &[5, 3, 1], axis).unwrap();
            let of = |avo, stencil, layout| {
                PrestackLinearModelling::new(&WAVELET, avo).stencil(stencil).on(layout).unwrap()
            };
            let (one, each) = (avo().vsvp(0.45), avo().vsvp_each(&RATIOS));
            let (centered, forward) = (Stencil::default(), Stencil::Forward);
            agrees(&of(one.clone(), centered, &lines), &PRESTACK_CENTERED, &PRESTACK_CENTERED_ADJOINT);
            agrees(&of(one.clone(), forward, &line), &PRESTACK_FORWARD, &PRESTACK_FORWARD_ADJOINT);
            agrees(&of(each, forward, &line), &PRESTACK_FORWARD_RATIOS, &PRESTACK_FORWARD_RATIOS_ADJOINT);
            let of_angles = PrestackLinearModelling::per_angle(&values(4, 4), one).on(&lines).unwrap();
            agrees(&of_angles, &PRESTACK_ANGLES, &PRESTACK_ANGLES_ADJOINT);
        }
    }

    /// PrestackWaveletModelling(m, theta, nwav, wavc, vsvp), with times in front of angles.
    fn gathers_of_wavelets_are_those_of_pylops(comm) {
        let ratios = [&RATIOS[..], &[0.5]].concat();
        for axis in 0..2 {
            let m = x(&Layout::scatter(comm, &[6, 3], axis).unwrap());
            let of = |samples, avo| PrestackWaveletModelling::new(samples, avo);
            let each = || avo().vsvp_each(&ratios);
            agrees(&of(3, avo().vsvp(0.45)).on(&m).unwrap(), &ONE_RATIO, &ONE_RATIO_ADJOINT);
            agrees(&of(4, each()).on(&m).unwrap(), &WAVELET_RATIOS, &WAVELET_RATIOS_ADJOINT);
            agrees(&of(5, each()).center(1).on(&m).unwrap(), &WAVELET_CENTRE, &WAVELET_CENTRE_ADJOINT);
        }
    }

    /// PoststackLinearModelling(wav, 7, spatdims=2, kind=…) with a wavelet for each sample, and one of each trace.
    fn traces_of_several_wavelets_are_those_of_pylops(comm) {
        for axis in 0..2 {
            let layout = Layout::scatter(comm, &[7, 2], axis).unwrap();
            let along = PoststackModelling::non_stationary(&values(7, 3), &[0, 1, 2, 3, 4, 5, 6]);
            let ways = |a: &Operator<f64>, forward: &[f64], adjoint: &[f64]| {
                close(&(a * &y(&layout)), forward);
                close(&(a.adjoint() * &x(&layout)), adjoint);
            };
            ways(&along.clone().on(&layout).unwrap(), &ALONG_TIME_CENTERED, &ALONG_TIME_CENTERED_ADJOINT);
            let forward = along.stencil(Stencil::Forward).on(&layout).unwrap();
            ways(&forward, &ALONG_TIME_FORWARD, &ALONG_TIME_FORWARD_ADJOINT);
            let each = PoststackModelling::per_trace(&values(2, 4)).on(&layout).unwrap();
            ways(&each, &EACH_TRACE, &EACH_TRACE_ADJOINT);
        }
    }

    /// Many rows, columns, and wavelets longer than the axis; along any axis, in blocks of columns and rows.
    fn a_wavelet_of_each_trace_is_that_of_its_trace(comm) {
        for (shape, samples) in [([300, 37, 4], 9), ([5, 3, 4], 16)] {
            for axis in 0..3 {
                let layout = Layout::scatter(comm, &shape, 0).unwrap();
                let mut lengths = shape.to_vec();
                lengths.remove(axis);
                let wavelets = Array3::from_shape_fn((lengths[0], 1, samples), |(i, _, k)| ((i + 3 * k) as f64).cos());
                let all = PoststackModelling::per_trace(&wavelets).along(axis).on(&layout).unwrap();
                let x = DistArray::<f64>::random_signed(&layout, 4);
                let (found, back) = ((&all * &x).gather_all(), (all.adjoint() * &x).gather_all());
                for trace in [0, lengths[0] / 2, lengths[0] - 1] {
                    let wavelet: Array1<f64> = wavelets.slice(lops::ndarray::s![trace, 0, ..]).to_owned();
                    let one = PoststackModelling::new(wavelet.as_slice().unwrap()).along(axis).on(&layout).unwrap();
                    let of_trace = usize::from(axis == 0);
                    for (found, expected) in [(&found, &one * &x), (&back, one.adjoint() * &x)] {
                        let expected = expected.gather_all();
                        let part = |values: &lops::ndarray::ArrayD<f64>| {
                            values.index_axis(lops::ndarray::Axis(of_trace), trace).to_owned()
                        };
                        let worst = (part(found) - part(&expected)).iter().fold(0.0, |most: f64, e| most.max(e.abs()));
                        assert!(worst < 1e-13, "axis {axis}, trace {trace}: {worst}");
                    }
                }
            }
        }
    }

    /// What sends nothing and what does.
    fn only_rows_and_sums_are_sent(comm) {
        let layout = Layout::scatter(comm, &[9, 3, 8], 2).unwrap();
        let gathers = PrestackLinearModelling::new(&WAVELET, avo()).on::<f64>(&layout).unwrap();
        let before = comm.traffic();
        let data = &gathers * &x(&layout);
        let _back = gathers.adjoint() * &data;
        assert_eq!((comm.traffic() - before).total().messages, 0);
        let wavelet = PrestackWaveletModelling::new(5, avo()).on(&x(&layout)).unwrap();
        let before = comm.traffic();
        let _back = wavelet.adjoint() * &data;
        assert_eq!((comm.traffic() - before).total(), wavelet.communication().adjoint);
        assert_eq!(wavelet.communication().forward.messages, 0);
    }

    fn what_has_no_reflections_is_refused(comm) {
        let layout = Layout::scatter(comm, &[5, 3, 2], 0).unwrap();
        let refused = |found: Result<Operator<f64>>, kind, words: &str| {
            let error = found.map(|_| ()).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}, not {words}");
        };
        let on = |avo: AVOLinearModelling| avo.on::<f64>(&layout);
        for theta in [90.0, -90.0, 123.0, f64::NAN, f64::INFINITY] {
            refused(on(AVOLinearModelling::new(&[0.0, theta])), ErrorKind::Parameter, "angle 1");
        }
        for ratio in [0.0, -0.5, f64::NAN, f64::INFINITY] {
            refused(on(avo().vsvp(ratio)), ErrorKind::Parameter, "ratio 0 of vs to vp");
            let each = [0.5, 0.5, ratio, 0.5, 0.5];
            refused(on(avo().vsvp_each(&each)), ErrorKind::Parameter, "ratio 2 of vs to vp");
        }
        let beyond = avo().vsvp(1.6).linearization(Linearization::PS); // no S wave at 41 degrees
        refused(on(beyond.clone()), ErrorKind::Parameter, "coefficients of angle 3, 41 degrees");
        refused(on(AVOLinearModelling::new(&[])), ErrorKind::Shape, "angles");
        refused(on(avo().vsvp_each(&RATIOS[1..])), ErrorKind::Shape, "5, one for each sample of time");
        let two = Layout::scatter(comm, &[5, 2, 3], 0).unwrap();
        refused(avo().on(&two), ErrorKind::Shape, "properties of rocks on axis 1");
        refused(avo().on(&Layout::scatter(comm, &[5], 0).unwrap()), ErrorKind::Axis, "axis");
        let map: Vec<_> = (0..comm.size()).map(|_| vec![Chunk::from(0..5)]).collect();
        let chunks = Layout::chunked(comm, &[5, 3], &map, Mode::Replica).unwrap();
        refused(avo().on(&chunks), ErrorKind::Layout, "without chunks");
    }

    fn what_has_no_gathers_is_refused(comm) {
        let layout = Layout::scatter(comm, &[5, 3, 2], 0).unwrap();
        let refused = |found: Result<Operator<f64>>, kind, words: &str| {
            let error = found.map(|_| ()).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}, not {words}");
        };
        let prestack = |wavelet: &[f64]| PrestackLinearModelling::new(wavelet, avo());
        refused(prestack(&[1.0; 6]).on(&layout), ErrorKind::Shape, "1 to 5, as a trace has");
        refused(prestack(&[]).on(&layout), ErrorKind::Shape, "samples of the wavelet");
        refused(prestack(&[1.0, f64::NAN]).on(&layout), ErrorKind::Parameter, "value 1 of a filter");
        refused(prestack(&[1.0]).on(&Layout::scatter(comm, &[2, 3], 1).unwrap()), ErrorKind::Shape, "at least 3");
        let bad = PrestackLinearModelling::new(&WAVELET, AVOLinearModelling::new(&[91.0]));
        refused(bad.on(&layout), ErrorKind::Parameter, "angle 0");
        refused(prestack(&[1.0]).on(&Layout::scatter(comm, &[5, 4], 0).unwrap()), ErrorKind::Shape, "properties");
        let angles = PrestackLinearModelling::per_angle(&values(3, 3), avo());
        refused(angles.on(&layout), ErrorKind::Shape, "shape of filters");

        let m = x(&layout);
        let wavelet = |samples| PrestackWaveletModelling::new(samples, avo());
        refused(wavelet(6).on(&m), ErrorKind::Shape, "1 to 5, as a trace has");
        refused(wavelet(0).on(&m), ErrorKind::Shape, "samples of the wavelet");
        refused(wavelet(3).center(3).on(&m), ErrorKind::Parameter, "centre of the wavelet");
        refused(PrestackWaveletModelling::new(3, avo().vsvp(-1.0)).on(&m), ErrorKind::Parameter, "ratio 0");

        let each = |wavelets: &Array2<f64>| PoststackModelling::per_trace(wavelets);
        let traces = Layout::scatter(comm, &[5, 2], 0).unwrap();
        refused(each(&values(3, 3)).on(&traces), ErrorKind::Shape, "[2], or 1 in place of a length");
        refused(each(&values(2, 0)).on(&traces), ErrorKind::Shape, "length of the filters");
        refused(each(&values(2, 3)).along(2).on(&traces), ErrorKind::Axis, "axis");
        refused(each(&Array2::from_elem((2, 3), f64::NAN)).on(&traces), ErrorKind::Parameter, "value [0, 0]");
        let map: Vec<_> = (0..comm.size()).map(|rank| if rank == 0 { vec![Chunk::from(0..5)] } else { vec![] }).collect();
        let chunks = Layout::chunked(comm, &[5, 2], &map, Mode::Replica).unwrap(); // none on most ranks
        refused(each(&values(2, 3)).on(&chunks), ErrorKind::Layout, "without chunks");
        let along = PoststackModelling::non_stationary(&values(2, 3), &[0, 5]);
        refused(along.on(&traces), ErrorKind::Parameter, "position 1 of the filters");
        refused(PoststackModelling::non_stationary(&values(2, 4), &[0, 1]).on(&traces), ErrorKind::Shape, "an odd number");
    }
}

/// Straight down only the impedance counts; the two formulas are one where contrasts of impedance are sums of two others.
#[test]
fn formulas_agree() {
    for (theta, ratio) in [(0.0, 0.5), (17.0, 0.4), (-35.0, 0.6)] {
        let [vp, vs, rho] = Linearization::AkiRichards.coefficients(theta, ratio);
        let [p, s, rest] = Linearization::Fatti.coefficients(theta, ratio);
        assert!((vp - p).abs() < 1e-15 && (vs - s).abs() < 1e-15 && (rho - (p + s + rest)).abs() < 1e-15);
        let [none, vs, rho] = Linearization::Converted.coefficients(theta, ratio);
        let [_, of_pylops, _] = Linearization::PS.coefficients(theta, ratio);
        assert!(none == 0.0 && (theta == 0.0) == (vs == 0.0 && rho == 0.0 && of_pylops == 0.0));
    }
    // What an interface of small contrasts does, by Zoeppritz's equations.
    let small = 1e-5;
    for property in 0..3 {
        let [above, below] = [-0.5, 0.5].map(|half| {
            let mut rock = [3.0, 1.5, 2.2];
            rock[property] *= 1.0 + half * small;
            rock
        });
        for (scattered, linearization) in
            [(Wave::PUp, Linearization::AkiRichards), (Wave::SUp, Linearization::Converted)]
        {
            let exact = zoeppritz_element(above, below, 25.0, Wave::PDown, scattered).unwrap() / small;
            let linear = linearization.coefficients(25.0, 0.5)[property];
            assert!((exact - linear).abs() < 1e-4, "{linearization:?}: {exact}, not {linear}");
        }
    }
}

/// zoeppritz_scattering(2., 1., 2., 2.5, 1.3, 2.2, -28.)
#[test]
fn interfaces_scatter_as_those_of_pylops() {
    let (upper, lower) = ([2.0, 1.0, 2.0], [2.5, 1.3, 2.2]);
    let expected = [
        [0.12209637914494796, 0.07171909132284829, 1.1030048211171313, 0.09166277175977292],
        [0.13028876887385485, -0.10897969331775317, -0.16015719600792325, 1.164267704890706],
        [0.8747495403194844, -0.06991664287431704, -0.09904698717818253, -0.09299009580181133],
        [0.11886310696185562, 0.8310645196028651, -0.1520493176137364, 0.08593030135098799],
    ];
    let found = zoeppritz_scattering(upper, lower, -28.0).unwrap();
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found - expected).abs() < 1e-14, "{found}, not {expected}");
    }
    let of = |incident, scattered| zoeppritz_element(upper, lower, -28.0, incident, scattered).unwrap();
    assert_eq!(of(Wave::SUp, Wave::SDown), found[3][3]);
    assert_eq!((of(Wave::PUp, Wave::PDown), of(Wave::SDown, Wave::SUp)), (found[2][2], found[1][1]));
    assert_eq!(zoeppritz_pp(upper, lower, -28.0).unwrap(), found[0][0]);

    let refused = |upper, lower, theta, words: &str| {
        let error = zoeppritz_pp(upper, lower, theta).unwrap_err();
        assert!(error.kind() == ErrorKind::Parameter && error.to_string().contains(words), "{error}");
    };
    refused(upper, lower, 90.0, "angle of incidence");
    refused(upper, lower, f64::NAN, "angle of incidence");
    refused(upper, lower, 54.0, "critical");
    refused([2.0, 0.0, 2.0], lower, 0.0, "vs of the upper rock");
    refused(upper, [2.0, 1.0, f64::INFINITY], 0.0, "density of the lower rock");
}
