//! Seislets: against pylops, what they do to events, and what is refused.

use lops::ndarray::Array2;
use lops::operators::Seislet;
use lops::{Complex, DistArray, ErrorKind, Layout, LinearOperator};

/// From both sides or one; levels; what becomes of 5 × 4 samples; of 8 × 4 coefficients by the adjoint; and by the inverse.
type Case = (bool, Option<usize>, [f64; 32], [f64; 20], [f64; 20]);

/// `Seislet(slopes, sampling=(2.0, 0.5), level=…, kind=…)`.
const CASES: [Case; 4] = [
    (
        false,
        None,
        [
            -2.08326013566794,
            1.59259964457577,
            5.3740305931498,
            1.09424423457566,
            8.59292193394455,
            0.72784729104093,
            9.70830934822891,
            -0.12871009603459,
            0.09327680962915,
            2.98275206779991,
            -3.73910330401879,
            -1.70836680252837,
            0.0,
            0.0,
            0.0,
            0.0,
            1.11451247130678,
            1.15786342965642,
            3.12511846348101,
            -6.24931174206549,
            0.16301513915987,
            2.81828573547555,
            -3.25258207923883,
            0.25585599850434,
            -2.33428417805376,
            5.39208256630981,
            -1.41748093051411,
            5.60986459193222,
            -2.87185402560549,
            4.90051890163773,
            -1.49584269162881,
            -3.72625540201202,
        ],
        [
            -7.74038075360527,
            5.92171127279024,
            1.27930859042152,
            -3.59351654332301,
            -3.48034799615633,
            2.37483673758251,
            -4.33072058653023,
            3.8437244676852,
            0.51259456063286,
            1.76285602113622,
            0.81453528243097,
            -2.53857521072118,
            -1.97212733080567,
            -3.04259995723351,
            0.94638107445547,
            1.93069603291797,
            -4.14197545373993,
            2.00841483373657,
            1.03509976244831,
            -2.39205997098278,
        ],
        [
            -5.99677369531373,
            3.71672614223124,
            -4.95143250617521,
            -5.8423448840185,
            -3.92212310287799,
            -2.26437495023541,
            -6.6630006825163,
            4.90709313545354,
            -3.12501395298817,
            -2.96153272453975,
            2.09350120939659,
            -3.11027352665158,
            -6.51888517322824,
            -7.71434887652829,
            -2.63616437824337,
            -0.87429107087469,
            4.5,
            0.5,
            -3.5,
            -2.0,
        ],
    ),
    (
        false,
        Some(3),
        [
            -2.08326013566794,
            1.59259964457577,
            5.3740305931498,
            1.09424423457566,
            8.59292193394455,
            0.72784729104093,
            9.70830934822891,
            -0.12871009603459,
            0.09327680962915,
            2.98275206779991,
            -3.73910330401879,
            -1.70836680252837,
            0.0,
            0.0,
            0.0,
            0.0,
            1.11451247130678,
            1.15786342965642,
            3.12511846348101,
            -6.24931174206549,
            0.16301513915987,
            2.81828573547555,
            -3.25258207923883,
            0.25585599850434,
            -2.8676688913447,
            5.00032667835933,
            -0.09137868266304,
            -1.69378594622304,
            -2.55020770648107,
            5.02207862370963,
            -0.66206720365216,
            5.62805836225706,
        ],
        [
            -2.4964247031532,
            3.14086732291101,
            1.40341730949533,
            -2.909644917222,
            -2.62643301259354,
            3.69479539377683,
            -4.80000603978558,
            4.48028873321162,
            0.85056858583466,
            2.35078923335647,
            2.18449505706997,
            -3.22423760884104,
            -2.04046370639433,
            -2.94654321262748,
            0.96270921028268,
            2.42119667750558,
            -11.64120218177835,
            3.44216115853495,
            2.16495861436972,
            -2.44165072698807,
        ],
        [
            0.46628109268314,
            1.47162459658652,
            -7.33768407621038,
            -4.87811973599314,
            -3.98543395886982,
            4.16505365793446,
            -10.07788577442177,
            4.8968180329796,
            -4.84499862704134,
            -1.12929471415937,
            0.23274892735312,
            -3.56994620412925,
            -6.83907951349568,
            -7.14061053360868,
            -2.65781044192509,
            0.95802728909115,
            -1.49786029049098,
            3.59630284503191,
            -3.61465345229573,
            -4.164803564348,
        ],
    ),
    (
        true,
        None,
        [
            -1.50887847696324,
            -2.23648574197324,
            5.19966445423853,
            1.5242269383746,
            5.61725357396811,
            -2.80243283415101,
            7.75963674607214,
            -1.00474196507647,
            0.04663840481458,
            1.49137603389996,
            -1.86955165200939,
            -0.85418340126419,
            0.0,
            0.0,
            0.0,
            0.0,
            -1.35788949845815,
            0.56709020150458,
            4.93745519462585,
            -4.75780060496567,
            0.11988624262336,
            3.3527809961408,
            -3.92808950506275,
            -2.13585012368248,
            -3.86941882492962,
            4.0336906986593,
            -3.2991793945611,
            5.38771764200104,
            -2.9423431605151,
            3.5855050170045,
            -0.38475277402834,
            -2.99261599451934,
        ],
        [
            -6.46700819735726,
            5.51224440164854,
            -0.32459720520611,
            -3.31961283255815,
            -4.1798481684652,
            3.69267151323854,
            -4.03688258712692,
            4.08380489821926,
            -0.05923027687816,
            -0.20791165358536,
            0.34920830641998,
            -1.61237764229672,
            -2.35388931699452,
            -2.80162418497198,
            0.63346410111318,
            1.57342465903899,
            -4.64100235328094,
            3.16424425833105,
            2.64307721135807,
            -2.32211607557773,
        ],
        [
            -4.99838684765687,
            4.35836307111562,
            -3.4757162530876,
            -4.42117244200925,
            -4.93447406255434,
            2.61005689758638,
            -5.77609642484945,
            5.0001430584596,
            -3.02401835921441,
            0.13258580452071,
            1.61742069141036,
            -4.03375408636649,
            -4.16706170259442,
            -4.76691995286229,
            -0.55911549570988,
            2.01407745484785,
            3.74562047123778,
            -0.16277164119574,
            -1.04891775110565,
            -3.69289964664116,
        ],
    ),
    (
        true,
        Some(3),
        [
            -1.50887847696324,
            -2.23648574197324,
            5.19966445423853,
            1.5242269383746,
            5.61725357396811,
            -2.80243283415101,
            7.75963674607214,
            -1.00474196507647,
            0.04663840481458,
            1.49137603389996,
            -1.86955165200939,
            -0.85418340126419,
            0.0,
            0.0,
            0.0,
            0.0,
            -1.35788949845815,
            0.56709020150458,
            4.93745519462585,
            -4.75780060496567,
            0.11988624262336,
            3.3527809961408,
            -3.92808950506275,
            -2.13585012368248,
            -2.93566329839215,
            3.73345397843417,
            2.30355934581374,
            0.8068055876446,
            -3.720195299875,
            4.23371035279312,
            -3.48395215960255,
            5.379826888032,
        ],
        [
            -0.15690688643169,
            2.7201018453923,
            0.08178677114767,
            -2.63117182942989,
            -3.70634860729308,
            4.66572729237252,
            -4.04578427727497,
            4.3776228923116,
            0.18534791354294,
            0.14741753255115,
            0.66897122482907,
            -1.8027883198504,
            -2.1742354018271,
            -2.56661013627928,
            0.56132321553745,
            1.7839787129085,
            -11.75502569926578,
            4.93279065390992,
            3.75435646495802,
            -2.47830919043204,
        ],
        [
            1.46466794034001,
            2.1132615254709,
            -5.86196782312277,
            -3.45694729398389,
            -6.01749509628346,
            6.27582275135619,
            -7.22573310841791,
            4.98845394180542,
            -5.18193497969467,
            1.3937301340746,
            0.93678417799969,
            -3.93534464022591,
            -5.13398198622652,
            -4.73154756614009,
            -2.26463939455566,
            2.66119467437747,
            -2.2522398192532,
            2.93353120383617,
            -1.16357120340138,
            -5.85770321098915,
        ],
    ),
];

fn slopes() -> Array2<f64> {
    Array2::from_shape_fn((5, 4), |(i, j)| 0.3 * (1.0 + (2 * i + j) as f64).sin() + 0.1 * i as f64)
}

fn seislet(from_both: bool, slopes: &Array2<f64>) -> Seislet {
    if from_both { Seislet::linear(slopes) } else { Seislet::haar(slopes) }
}

/// Small integers in no order.
fn counted(layout: &Layout) -> DistArray<f64> {
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(layout.shape()).fold(0, |k, (i, n)| k * n + i);
        ((3 * k * k + 5 * k) % 11) as f64 - 4.0
    })
}

fn close(found: &DistArray<f64>, expected: &[f64]) {
    let found = found.gather_all();
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-12, "{k}: {found}, not {expected}");
    }
}

crate::bodies! {
    fn seislets_are_those_of_pylops(comm) {
        for axis in 0..2 {
            let layout = Layout::scatter(comm, &[5, 4], axis).unwrap();
            for (from_both, levels, forward, adjoint, inverse) in CASES {
                let described = seislet(from_both, &slopes()).sampling([2.0, 0.5]);
                let described = levels.into_iter().fold(described, Seislet::levels);
                let s = described.clone().on(&layout).unwrap();
                let (x, y) = (counted(&layout), counted(s.range().layout().unwrap()));
                close(&(&s * &x), &forward);
                close(&(s.adjoint() * &y), &adjoint);
                let undone = described.inverse(&layout).unwrap();
                close(&(&undone * &y), &inverse);
                assert!((&(&undone * &(&s * &x)) - &x).norm() < 1e-13 * x.norm());
            }
        }
    }

    /// Axes in either order, among others.
    fn every_plane_is_transformed(comm) {
        let volume = Layout::scatter(comm, &[4, 3, 5], 1).unwrap();
        let plane = Layout::scatter(comm, &[5, 4], 0).unwrap();
        let value = |trace: usize, sample: usize| Complex::new((7 * trace + 3 * sample) as f64 % 5.0, sample as f64);
        let x = DistArray::from_fn(&volume, |i| value(i[2], i[0]) * (1.0 + i[1] as f64));
        let all = (Seislet::linear(&slopes()).along([2, 0]).on(&volume).unwrap() * &x).gather_all();
        let one = Seislet::linear(&slopes()).on(&plane).unwrap() * &DistArray::from_fn(&plane, |i| value(i[0], i[1]));
        assert_eq!(all.shape(), [4, 3, 8]);
        for (i, one) in one.gather_all().indexed_iter() {
            assert!((all[[i[1], 2, i[0]]] - 3.0 * one).norm() < 1e-12);
        }
    }

    /// No slopes, and whole samples: Haar's wavelet, but for its scale.
    fn whole_samples_are_moved_exactly(comm) {
        let layout = Layout::scatter(comm, &[4, 6], 0).unwrap();
        let x = counted(&layout);
        let y = Seislet::haar(&Array2::from_elem((4, 6), -1.0)).levels(1).on(&layout).unwrap() * &x;
        let (x, y) = (x.gather_all(), y.gather_all());
        let at = |k: usize, j: isize| usize::try_from(j).ok().filter(|j| *j < 6).map_or(0.0, |j| x[[k, j]]);
        for k in 0..2 {
            for j in 0..6 {
                // A slope of −1: a sample earlier on the next trace.
                let difference = |j: isize| if j < 0 { 0.0 } else { at(2 * k + 1, j) - at(2 * k, j + 1) };
                assert_eq!(y[[k, j]], difference(j as isize));
                assert_eq!(y[[2 + k, j]], at(2 * k, j as isize) + 0.5 * difference(j as isize - 1));
            }
        }
    }

    fn what_cannot_be_is_refused(comm) {
        let layout = Layout::scatter(comm, &[5, 4], 0).unwrap();
        let refused = |seislet: Seislet, kind, words: &str| {
            for made in [seislet.clone().on::<f64>(&layout), seislet.inverse::<f64>(&layout)] {
                let error = made.unwrap_err();
                assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
            }
        };
        let haar = || Seislet::haar(&slopes());
        refused(haar().along([0, 2]), ErrorKind::Axis, "2");
        refused(Seislet::linear(&Array2::zeros((5, 5))).along([0, 0]), ErrorKind::Axis, "0 twice");
        refused(haar().along([1, 0]), ErrorKind::Shape, "[4, 5]");
        refused(haar().levels(4), ErrorKind::Shape, "axis 0 of Seislet: expected more than half of 2^4, found 5");
        refused(haar().sampling([1.0, 0.0]), ErrorKind::Parameter, "sampling");
        refused(haar().sampling([f64::NAN, 1.0]), ErrorKind::Parameter, "sampling");
        let mut wrong = slopes();
        wrong[[3, 1]] = f64::INFINITY;
        refused(Seislet::haar(&wrong), ErrorKind::Parameter, "slope (3, 1)");
        let none = Layout::scatter(comm, &[0, 4], 0).unwrap();
        let error = Seislet::haar(&Array2::zeros((0, 4))).on::<f64>(&none).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        let short = Layout::scatter(comm, &[3, 0], 0).unwrap();
        assert_eq!(Seislet::haar(&Array2::zeros((3, 0))).on::<f64>(&short).unwrap().shape(), (0, 0));
    }
}
