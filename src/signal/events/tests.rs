//! Events against those of PyLops 2.8.0 (NumPy 2.4.6), on eight times and few traces.

use super::*;
use crate::ErrorKind;
use crate::signal::{Wavelet, ricker};
use ndarray::{Dimension, s};

const X: [f64; 4] = [-3.0, 0.0, 2.5, 9.0];
const Y: [f64; 2] = [-1.0, 1.5];

fn times() -> Vec<f64> {
    axis(0.0, 0.1, 8)
}

/// `ricker(np.arange(3) * 0.1, 2.0)`
fn wavelet() -> Wavelet {
    ricker(&[0.0, 0.1, 0.2], 2.0).unwrap()
}

#[track_caller]
fn assert_events<D: Dimension>(events: &Events<D>, shape: &[usize], spikes: &[f64], data: &[f64]) {
    assert_eq!((events.spikes.shape(), events.data.shape()), (shape, shape));
    for (found, expected) in [(&events.spikes, spikes), (&events.data, data)] {
        for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-11, "element {k}: {found} {expected}");
        }
    }
}

#[test]
fn lines_are_those_of_pylops() {
    let lines = [Line { t0: 0.25, theta: 30.0, amplitude: 1.0 }, Line { t0: 0.6, theta: -50.0, amplitude: -0.5 }];
    let events = linear2d(&X, &times(), 10.0, &lines, &wavelet()).unwrap();
    assert_events(&events, &[4, 8], &LINES, &LINES_DATA);
}

#[test]
fn parabolas_are_those_of_pylops() {
    let parabolas = [
        Parabola { t0: 0.1, px: 0.02, pxx: 0.004, amplitude: 1.0 },
        Parabola { t0: 0.4, px: -0.03, pxx: 0.0, amplitude: 2.0 },
    ];
    let events = parabolic2d(&X, &times(), &parabolas, &wavelet()).unwrap();
    assert_events(&events, &[4, 8], &PARABOLAS, &PARABOLAS_DATA);
}

#[test]
fn hyperbolas_are_those_of_pylops() {
    let hyperbolas =
        [Hyperbola { t0: 0.2, vrms: 12.0, amplitude: 1.0 }, Hyperbola { t0: 0.55, vrms: 20.0, amplitude: -0.7 }];
    let events = hyperbolic2d(&X, &times(), &hyperbolas, &wavelet()).unwrap();
    assert_events(&events, &[4, 8], &HYPERBOLAS, &HYPERBOLAS_DATA);
}

#[test]
fn planes_are_those_of_pylops() {
    let plane = Plane { t0: 0.25, theta: 30.0, phi: 20.0, amplitude: 1.5 };
    let events = linear3d(&X[1..], &Y, &times(), 10.0, &[plane], &wavelet()).unwrap();
    assert_events(&events, &[2, 3, 8], &PLANES, &PLANES_DATA);
}

#[test]
fn hyperboloids_are_those_of_pylops() {
    let hyperboloid = Hyperboloid { t0: 0.2, vrms_x: 12.0, vrms_y: 8.0, amplitude: 1.5 };
    let events = hyperbolic3d(&X[1..], &Y, &times(), &[hyperboloid], &wavelet()).unwrap();
    assert_events(&events, &[2, 3, 8], &HYPERBOLOIDS, &HYPERBOLOIDS_DATA);
}

#[test]
fn what_comes_before_the_first_time() {
    // Half a sample before, at the time itself, half a sample after; then more than a sample before.
    let line = |t0| Line { t0, theta: 0.05f64.asin().to_degrees(), amplitude: 1.0 };
    let x = [-1.0, 0.0, 1.0];
    let events = linear2d(&x, &times(), 1.0, &[line(0.0)], &wavelet()).unwrap();
    let mut spikes = [0.0; 24];
    (spikes[0], spikes[1], spikes[8], spikes[16], spikes[17]) = (1.5, -0.5, 1.0, 0.5, 0.5); // as PyLops has them
    for (found, expected) in events.spikes.iter().zip(spikes) {
        assert!((found - expected).abs() < 1e-13, "{found} {expected}");
    }
    assert_eq!(linear2d(&x, &times(), 1.0, &[line(-0.3)], &wavelet()).unwrap().spikes.sum(), 0.0);
}

#[test]
fn the_front_of_a_wavelet_is_seen_of_events_after_the_last_time() {
    let flat = |t0| Line { t0, theta: 0.0, amplitude: 1.0 };
    let events = linear2d(&[0.0], &times(), 1.0, &[flat(0.8)], &wavelet()).unwrap();
    assert_eq!(events.spikes.sum(), 0.0);
    let samples = wavelet().samples;
    assert!((events.data[[0, 6]] - samples[0]).abs() < 1e-13 && (events.data[[0, 7]] - samples[1]).abs() < 1e-13);
    let far = linear2d(&[0.0], &times(), 1.0, &[flat(1.5)], &wavelet()).unwrap();
    assert_eq!(far.data, far.spikes);
    // A causal wavelet begins at its event.
    let causal = Wavelet { samples: vec![2.0, 1.0], times: vec![0.0, 0.1], centre: 0 };
    let events = linear2d(&[0.0], &[0.0, 1.0, 2.0, 3.0], 1.0, &[flat(1.0)], &causal).unwrap();
    assert_eq!(events.data.as_slice(), Some(&[0.0, 2.0, 1.0, 0.0][..]));
}

#[test]
fn parts_are_parts_of_the_whole() {
    let hyperboloid = Hyperboloid { t0: 0.2, vrms_x: 12.0, vrms_y: 8.0, amplitude: 1.5 };
    let of = |x: &[f64], y: &[f64]| hyperbolic3d(x, y, &times(), &[hyperboloid], &wavelet()).unwrap().data;
    let whole = of(&X, &Y);
    assert_eq!(of(&X[1..3], &Y), whole.slice(s![.., 1..3, ..]));
    assert_eq!(of(&X, &Y[1..]), whole.slice(s![1.., .., ..]));
    assert_eq!(of(&[], &Y).len(), 0);
}

#[test]
fn bad_input_is_named() {
    let line = Line { t0: 0.0, theta: 0.0, amplitude: 1.0 };
    let refused = |t: &[f64], v, events: &[Line], kind, words: &str| {
        let error = linear2d(&X, t, v, events, &wavelet()).unwrap_err();
        assert_eq!((error.kind(), error.message()), (kind, words));
    };
    refused(&[0.0], 1.0, &[line], ErrorKind::Shape, "times of events: expected at least two, found 1");
    let words = "step of the times of events: expected above 0, found -1";
    refused(&[0.0, -1.0], 1.0, &[line], ErrorKind::Parameter, words);
    let words = "velocity of the events: expected a finite number that is not 0, found 0";
    refused(&[0.0, 1.0], 0.0, &[line], ErrorKind::Parameter, words);
    let words = "angle of event 1: expected a finite number, found NaN";
    refused(&[0.0, 1.0], 1.0, &[line, Line { theta: f64::NAN, ..line }], ErrorKind::Parameter, words);
    let still = Hyperbola { t0: 0.0, vrms: 0.0, amplitude: 1.0 };
    let error = hyperbolic2d(&X, &times(), &[still], &wavelet()).unwrap_err();
    assert_eq!(error.message(), "velocity of event 0: expected a finite number that is not 0, found 0");
    let off = Wavelet { samples: vec![1.0], times: vec![0.0], centre: 1 };
    let error = parabolic2d(&X, &times(), &[], &off).unwrap_err();
    assert_eq!(error.message(), "centre of the wavelet: expected less than 1, its samples, found 1");
}

#[rustfmt::skip]
const LINES: [f64; 32] = [
    0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0, 0.0, -0.5, 0.0, 0.0, 0.0, 0.0, 0.25,
    0.292444446101, -0.0424444461013, 0.0, 0.0, -0.947199994035, 0.447199994035, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0,
];
#[rustfmt::skip]
const LINES_DATA: [f64; 32] = [
    0.141794200108, 1.0, 0.141794200108, -0.4449345216, 0.0, 0.0, 0.156142355665, 0.016564593562, -0.2224672608,
    -0.151570160746, 0.570897100054, 0.570897100054, 0.0708971000541, -0.293364360854, -0.5, -0.0708971000541, 0.0,
    -0.1112336304, -0.0946700796936, 0.310351925632, 0.321874619844, -0.11221115019, -0.136137006005, 0.0188849993207,
    -0.883789628593, 0.312892528539, 0.484852341648, -0.198974715406, 0.0, -0.4449345216, 0.141794200108, 1.0,
];
#[rustfmt::skip]
const PARABOLAS: [f64; 32] = [
    0.24, 0.76, 0.0, 0.0, 0.2, 1.8, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.25, 0.75, 1.5, 0.5, 0.0,
    0.0, 0.0, 0.0, 1.4, 0.6, 0.0, 0.0, 0.0, 0.96, 0.04,
];
#[rustfmt::skip]
const PARABOLAS_DATA: [f64; 32] = [
    0.347763592082, 0.794030608026, -0.0880075974218, -1.11067353527, 0.455229560195, 1.82835884002, 0.166242655875,
    -0.80088213888, 0.141794200108, 1.0, -0.748074843092, -0.161346121384, 2.0, 0.283588400217, -0.8898690432, 0.0,
    -0.298252341173, -0.311056132319, 0.775672589389, 1.56600911974, 0.378990408962, -0.596504682346, -0.2224672608,
    0.0, -0.0684488328086, 1.48507652006, 0.798511880152, -0.537831810175, -0.694097853696, 0.11832505124,
    0.965671768004, 0.176122432104,
];
#[rustfmt::skip]
const HYPERBOLAS: [f64; 32] = [
    0.0, 0.0, 0.0, 0.798437881284, 0.201562118716, -0.209386012153, -0.490613987847, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0,
    -0.35, -0.35, 0.0, 0.0, 0.0, 0.112046091473, 0.887953908527, 0.0, -0.251820039563, -0.448179960437, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, -0.387652706887,
];
#[rustfmt::skip]
const HYPERBOLAS_DATA: [f64; 32] = [
    0.0, -0.355252576736, 0.0235319158489, 0.920181285826, 0.503377357295, -0.605624467463, -0.609985654818,
    0.0235968471784, -0.4449345216, 0.141794200108, 1.0, 0.297521282668, -0.338835409078, -0.399627970038,
    -0.399627970038, 0.106099112522, -0.0498531741066, -0.379193861578, 0.237952805665, 1.01588482327, 0.239757655293,
    -0.710450706051, -0.483886581518, 0.0484941098373, 0.0, 0.0, 0.0, 0.0, 0.0, 0.172480071686, -0.360927333659,
    -0.290147541362,
];
#[rustfmt::skip]
const PLANES: [f64; 48] = [
    0.0, 0.0, 1.00651510749, 0.493484892506, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.744591443521, 0.755408556479, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.663589917189, 0.836410082811, 0.0, 0.0, 0.365227338759, 1.13477266124,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.103303674785, 1.39669632521, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0223021484537, 1.47769785155,
];
#[rustfmt::skip]
const PLANES_DATA: [f64; 48] = [
    -0.447833317836, -0.0768504599999, 1.07648840309, 0.63620289707, -0.377860022238, -0.219568464564, 0.0, 0.0, 0.0,
    -0.33129443771, -0.230528596548, 0.851703995542, 0.860987304621, -0.22418188569, -0.33610734469, 0.0, 0.0, 0.0,
    0.0, 0.0, -0.295254062343, -0.278054518549, 0.782188015844, 0.930503284318, -0.162502251246, -0.453112412797,
    0.526131520564, 1.1865597796, -0.00159806944044, -0.504899531154, 0.0, 0.0, 0.0, -0.04596337112, -0.606790549346,
    0.301347113013, 1.41134418715, 0.152080067108, -0.62143841128, 0.0, 0.0, 0.0, 0.0, 0.0, -0.00992299575292,
    -0.654316471347, 0.231831133315, 1.48086016685,
];
#[rustfmt::skip]
const HYPERBOLOIDS: [f64; 48] = [
    0.0, 0.0, 0.962257075479, 0.537742924521, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.27969810288, 0.220301897125, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.206861104863, 0.0, 0.0, 0.387803962601, 1.1121960374, 0.0, 0.0,
    0.0, 0.0, 0.0, 0.0, 0.0, 0.835139764718, 0.664860235282, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0219928097367,
];
#[rustfmt::skip]
const HYPERBOLOIDS_DATA: [f64; 48] = [
    -0.428141391535, -0.10281791855, 1.03850590333, 0.674185396837, -0.351892563688, -0.239260390866, 0.0, 0.0, 0.0,
    -0.569381863195, 0.0834338496724, 1.31093563416, 0.401755666002, -0.53814433191, -0.0980199192048, 0.0, 0.0, 0.0,
    0.0, 0.0, 0.0, -0.0920396467298, -0.546030430773, 0.390220700128, -0.172547370575, -0.43986605915, 0.545506910088,
    1.16718439007, -0.014844423088, -0.494854411826, 0.0, 0.0, 0.0, -0.371582511684, -0.1774012958, 0.929413089963,
    0.783278210199, -0.277309186438, -0.295819270716, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.00978536027883,
    -0.654497969257, 0.231565657034,
];
