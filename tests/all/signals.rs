//! Helpers of seismic processing on distributed arrays: against pylops, SciPy and NumPy, the same on any layout, and what is refused.

use lops::layout::{Cut, Grid};
use lops::signal::{
    Fault, Layers, StructureTensor, add_noise, agc, fk_spectrum, gaussian_filter, marmousi_like, power_gain, spectrum,
};
use lops::{Comm, DistArray, ErrorKind, Layout, Result};

/// `slope_estimate(d, dz=1, dx=1, smooth=1)`: slopes, anisotropies; and dips.
const PLAIN: [[f64; 30]; 3] = [
    [
        4.2938709820235,
        1.99709259031555,
        -0.05416249123946,
        -0.07194882681842,
        -25.50581063167554,
        4.17053927900991,
        3.96139976701934,
        -0.12388796200911,
        -0.02947197251941,
        10.35154304146366,
        5.58427036601354,
        6.03741429826008,
        -0.3009876910675,
        -25.69192285583834,
        10.47398165882669,
        3.26960144995764,
        1.40835279685291,
        -0.26380242183079,
        -4.73782790453411,
        23.24293385342935,
        14.34527711598626,
        0.71665483914576,
        0.17994902855113,
        -1.86869255116119,
        -3.84621030128695,
        -1.01432312966274,
        0.05730377968569,
        0.38928801899102,
        -0.51848012641754,
        -0.66586864673734,
    ],
    [
        0.80892418216002,
        0.25792170305976,
        0.72529655229257,
        0.551931014549,
        0.25009422213515,
        0.7392634313645,
        0.25316249675884,
        0.59593945199064,
        0.3191226926944,
        0.43423668496932,
        0.70036509183994,
        0.32817716389926,
        0.37848782726916,
        0.24372095758991,
        0.65461741395131,
        0.57715527248533,
        0.31181034000179,
        0.32019450999431,
        0.36257242352603,
        0.62529928958878,
        0.23371179306582,
        0.27932849102475,
        0.31914600856009,
        0.36046905698141,
        0.48558706523796,
        0.46183434089922,
        0.23357373250431,
        0.46008423514054,
        0.33521993085746,
        0.41153876929982,
    ],
    [
        1.34198479182426,
        1.10656655889312,
        -0.05410962101592,
        -0.07182506010184,
        -1.53160964511345,
        1.3354620747151,
        1.32352625418672,
        -0.123259915391,
        -0.02946344387316,
        1.47449121320276,
        1.39360006137205,
        1.40665274817123,
        -0.2923626865649,
        -1.53189322596633,
        1.47561017200023,
        1.27398336512498,
        0.95335761981325,
        -0.2579264024067,
        -1.36278224208385,
        1.52779901526494,
        1.50119955983602,
        0.62181647367869,
        0.17804356599,
        -1.07943852832458,
        -1.31643184290867,
        -0.79250868507137,
        0.05724117972641,
        0.37123793952235,
        -0.47832217377789,
        -0.58744992470718,
    ],
];

/// `slope_estimate(d, dz=2, dx=0.5, smooth=(0.7, 2.2), eps=0.05)`.
const UNEVEN: [[f64; 30]; 3] = [
    [
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        -15.11568011245376,
        0.0,
        0.0,
        0.0,
        0.0,
    ],
    [
        0.9572127220972,
        0.94802001384073,
        0.93402598296626,
        0.92327087113392,
        0.9192112439454,
        0.95560436695294,
        0.95025625235439,
        0.94220110317626,
        0.93597218677662,
        0.93357563433052,
        0.97660798432799,
        0.97563758597927,
        0.97495488584827,
        0.97548540275331,
        0.97636834334352,
        0.95245035724239,
        0.95276174780277,
        0.95506002250424,
        0.95882715938856,
        0.96151142526579,
        0.95412417954897,
        0.95461798884149,
        0.95712961494711,
        0.96163395488989,
        0.9651020870672,
        0.92728006459423,
        0.92365647841354,
        0.91674382585518,
        0.90805913184295,
        0.90152213332715,
    ],
    [
        1.53868053075853,
        1.54498110560545,
        1.55687443203535,
        1.56975220814352,
        -1.56423066509622,
        1.53447639729779,
        1.53927170555448,
        1.54691373952651,
        1.55349396529691,
        1.55651559031352,
        1.56365061005915,
        1.56466810471289,
        1.56567802466682,
        1.56575451205152,
        1.56534675252127,
        1.52706815542439,
        1.53544445147804,
        1.54630187255668,
        1.5533304434412,
        1.55585514229879,
        1.53415603116318,
        1.54628251478152,
        1.56795240344045,
        -1.55186354253871,
        -1.53953859402711,
        -1.50473612183109,
        -1.51029031387541,
        -1.51824131477884,
        -1.52330316470927,
        -1.52368836231333,
    ],
];

/// `gaussian_filter(d, 3.0)` of seven samples, and `gaussian_filter(d, (0.0, 0.8))`.
const BELL: [f64; 7] = [
    -0.44558112592077,
    -0.40256069563158,
    -0.33420468115131,
    -0.26407639078105,
    -0.21040222628988,
    -0.17841099248056,
    -0.16476388774485,
];
const BELL_OF_ROWS: [f64; 30] = [
    -1.99426506465897,
    0.19101187726341,
    -0.07401570512949,
    1.16777933299124,
    -0.29051044046619,
    -1.63713955915936,
    0.6375803025263,
    0.657286899863,
    -1.49867381622102,
    -2.15905382700891,
    2.72169297649084,
    0.08244169763859,
    0.39173065174115,
    0.08244169763859,
    2.72169297649084,
    -2.15905382700891,
    -1.49867381622102,
    0.657286899863,
    0.6375803025263,
    -1.63713955915936,
    -0.29051044046619,
    1.16777933299124,
    -0.07401570512949,
    0.19101187726341,
    -1.99426506465897,
    3.06832209518401,
    -0.38735927189647,
    -1.33957195325134,
    0.77212739112301,
    1.88648173884079,
];

/// `abs(rfft(d, axis=1))` and `abs(fftshift(rfft2(d), axes=0))`.
const SPECTRUM: [f64; 12] = [
    1.0,
    4.21160548811345,
    13.2008476702253,
    4.0,
    7.09016994374947,
    4.09016994374947,
    6.0,
    6.56230589874905,
    13.56230589874905,
    4.0,
    7.09016994374947,
    4.09016994374947,
];
const FK_SPECTRUM: [f64; 12] = [
    13.0,
    14.55538137476962,
    2.47807849653914,
    7.0,
    2.82695864339025,
    34.50256921013862,
    3.0,
    8.8057378829089,
    3.23403468402909,
    7.0,
    18.65417258513808,
    18.96319772327541,
];

/// Small integers in no order.
fn counted(layout: &Layout) -> DistArray<f64> {
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(layout.shape()).fold(0, |k, (i, n)| k * n + i);
        ((3 * k * k + 5 * k) % 11) as f64 - 4.0
    })
}

fn close(found: &DistArray<f64>, expected: &[f64], within: f64) {
    let found = found.gather_all();
    assert_eq!(found.len(), expected.len());
    for (k, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < within * expected.abs().max(1.0), "{k}: {found}, not {expected}");
    }
}

/// The same bits from arrays of this shape in blocks along each axis and along all as on one rank.
fn same_bits(comm: &Comm, shape: &[usize], f: impl Fn(&DistArray<f64>) -> Result<DistArray<f64>>) {
    let alone = Layout::replicated(&Comm::solo(), shape).unwrap();
    let expected = f(&counted(&alone)).unwrap().gather_all();
    let along = (0..shape.len()).map(|axis| Layout::scatter(comm, shape, axis).unwrap());
    let all = Grid::cut(&vec![Cut::Block; shape.len()]).layout(comm, shape).unwrap();
    for layout in along.chain([all]) {
        let found = f(&counted(&layout)).unwrap();
        assert_eq!(found.gather_all(), expected, "{layout}");
    }
}

crate::bodies! {
    fn slopes_and_dips_are_those_of_pylops(comm) {
        for axis in 0..2 {
            let layout = Layout::scatter(comm, &[6, 5], axis).unwrap();
            let image = counted(&layout);
            let plain = StructureTensor::over([0, 1]).smooth([1.0; 2]);
            let uneven = StructureTensor::over([0, 1]).sampling([2.0, 0.5]).smooth([0.7, 2.2]).eps(0.05);
            for (tensor, [slopes, anisotropies, dips]) in [(plain, PLAIN), (uneven, UNEVEN)] {
                let found = tensor.slopes(&image).unwrap();
                close(&found[0], &slopes, 1e-11);
                close(&found[1], &anisotropies, 1e-12);
                let found = tensor.dips(&image).unwrap();
                close(&found[0], &dips, 1e-12);
                close(&found[1], &anisotropies, 1e-12);
            }
            // Of other axes plane by plane; of transposed ones the other axis is z.
            let volume = Layout::scatter(comm, &[5, 2, 6], 2 * axis).unwrap();
            let stack = DistArray::from_fn(&volume, |i| ((i[2] * 5 + i[0]) % 7) as f64);
            let slopes = plain.slopes(&DistArray::from_fn(&layout, |i| ((i[0] * 5 + i[1]) % 7) as f64));
            let [of_stack, _] = StructureTensor::over([2, 0]).smooth([1.0; 2]).slopes(&stack).unwrap();
            let (slopes, of_stack) = (slopes.unwrap()[0].gather_all(), of_stack.gather_all());
            assert!(slopes.indexed_iter().all(|(i, &slope)| of_stack[[i[1], 1, i[0]]] == slope));
            // No events at all.
            let [nothing, none] = plain.slopes(&DistArray::full(&layout, 3.0)).unwrap();
            assert_eq!((nothing.norm(), none.norm()), (0.0, 0.0));
        }
    }

    fn bells_are_those_of_scipy(comm) {
        let line = Layout::scatter(comm, &[7], 0).unwrap();
        close(&gaussian_filter(&counted(&line), &[0], &[3.0]).unwrap(), &BELL, 1e-13);
        let dealt = Grid::cut(&[Cut::Whole, Cut::Cyclic]).layout(comm, &[6, 5]).unwrap();
        let smooth = gaussian_filter(&counted(&dealt), &[1, 0], &[0.8, 0.0]).unwrap();
        close(&smooth, &BELL_OF_ROWS, 1e-13);
        assert_eq!(smooth.layout().unwrap(), &dealt);
    }

    fn spectra_are_those_of_numpy(comm) {
        for axis in 0..2 {
            let layout = Layout::scatter(comm, &[4, 5], axis).unwrap();
            let (amplitudes, frequencies) = spectrum(&counted(&layout), 1, 0.1).unwrap();
            close(&amplitudes, &SPECTRUM, 1e-12);
            assert_eq!(frequencies, [0.0, 2.0, 4.0]);
            let (amplitudes, [wavenumbers, frequencies]) = fk_spectrum(&counted(&layout), [0, 1], [0.5, 0.1]).unwrap();
            close(&amplitudes, &FK_SPECTRUM, 1e-12);
            assert_eq!((wavenumbers, frequencies), (vec![-1.0, -0.5, 0.0, 0.5], vec![0.0, 2.0, 4.0]));
        }
    }

    fn cuts_change_no_bits_of_helpers(comm) {
        let shape = [9, 11];
        same_bits(comm, &shape, |x| Ok(StructureTensor::over([0, 1]).smooth([1.5, 2.0]).slopes(x)?[0].clone()));
        same_bits(comm, &shape, |x| Ok(StructureTensor::over([1, 0]).smooth([1.5, 2.0]).dips(x)?[0].clone()));
        same_bits(comm, &shape, |x| gaussian_filter(x, &[0, 1], &[4.0, 1.0]));
        same_bits(comm, &shape, |x| Ok(fk_spectrum(x, [0, 1], [1.0, 1.0])?.0));
        same_bits(comm, &shape, |x| add_noise(x, 3.0, 11));
        same_bits(comm, &shape, |x| agc(x, 1, 4));
        same_bits(comm, &shape, |x| power_gain(x, 0, 0.1, 1.7));
        same_bits(comm, &shape, |x| marmousi_like(x.layout()?, [0, 1]));
    }

    /// By their formulas.
    fn gains_and_noise_are_as_told(comm) {
        let layout = Layout::scatter(comm, &[3, 6], 0).unwrap();
        let x = counted(&layout);
        let (gained, levelled) = (power_gain(&x, 1, 0.5, 1.5).unwrap(), agc(&x, 1, 3).unwrap());
        let (all, gained, levelled) = (x.gather_all(), gained.gather_all(), levelled.gather_all());
        for ((index, &x), (&gained, &levelled)) in all.indexed_iter().zip(gained.iter().zip(&levelled)) {
            let k = index[1];
            assert!((gained - x * (0.5 * k as f64).powf(1.5)).abs() < 1e-14);
            let around: Vec<_> = (k.saturating_sub(1)..=(k + 1).min(5)).map(|k| all[[index[0], k]].powi(2)).collect();
            let mean = around.iter().sum::<f64>() / around.len() as f64;
            assert!((levelled - x / mean.sqrt()).abs() < 1e-13);
        }
        assert_eq!(agc(&DistArray::<f64>::zeros(&layout), 1, 3).unwrap().norm(), 0.0);
        for scale in [1e-30f32, 1e30] {
            let x = DistArray::from_fn(&layout, |i| scale * (1 + i[1]) as f32);
            let levelled = agc(&x, 1, 3).unwrap().gather_all();
            assert!((levelled[[0, 1]] - 2.0 / (14f32 / 3.0).sqrt()).abs() < 1e-6, "{levelled}");
        }
        let large = DistArray::<f64>::full(Layout::scatter(comm, &[300, 100], 0).unwrap(), 2.0);
        let noise = &add_noise(&large, 6.0, 1).unwrap() - &large;
        let decibels = 20.0 * (large.norm() / noise.norm()).log10();
        assert!((decibels - 6.0).abs() < 0.05, "{decibels}");
        assert_eq!(add_noise(&large, 6.0, 1).unwrap(), add_noise(&large, 6.0, 1).unwrap());
        assert!(add_noise(&large, 6.0, 2).unwrap() != add_noise(&large, 6.0, 1).unwrap());
    }

    fn models_follow_their_formulas(comm) {
        let layers = Layers::new(&[4.0, 9.0], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!([3.9, 4.0, 8.9, 9.0].map(|z| layers.at(5.0, z)), [1.0, 2.0, 2.0, 3.0]);
        let bent = layers.clone().dip(0.5).fold(2.0, 8.0);
        assert_eq!([5.9, 6.1].map(|z| bent.at(4.0, z)), [1.0, 2.0]); // sin π = 0
        assert_eq!([6.9, 7.1].map(|z| bent.at(2.0, z)), [1.0, 2.0]); // sin π/2 = 1
        let broken = layers.fault(Fault { at: 2.0, lean: 1.0, throw: 3.0 });
        assert_eq!([broken.at(6.0, 4.5), broken.at(7.0, 4.5), broken.at(7.0, 2.0)], [2.0, 1.0, 1.0]);
        let layout = Layout::scatter(comm, &[12, 2, 8], 0).unwrap();
        let array = broken.on::<f64>(&layout, [2, 0]).unwrap().gather_all();
        assert!(array.indexed_iter().all(|(i, &value)| value == broken.at(i[2] as f64, i[0] as f64)));
        // The same ground at twice as many samples.
        let [coarse, fine] = [[20, 15], [40, 30]].map(|shape| {
            marmousi_like::<f64>(&Layout::scatter(comm, &shape, 0).unwrap(), [0, 1]).unwrap().gather_all()
        });
        assert!(coarse.indexed_iter().all(|(i, &v)| fine[[2 * i[0], 2 * i[1]]] == v));
        assert!(fine.iter().all(|v| (1500.0..=4700.0).contains(v)));
    }

    fn what_makes_no_sense_is_refused(comm) {
        let layout = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let x = counted(&layout);
        let kind = |result: Result<DistArray<f64>>| result.unwrap_err().kind();
        let slopes = |tensor: StructureTensor| tensor.slopes(&x).unwrap_err().kind();
        assert_eq!(slopes(StructureTensor::over([1, 1])), ErrorKind::Axis);
        assert_eq!(slopes(StructureTensor::over([0, 2])), ErrorKind::Axis);
        assert_eq!(slopes(StructureTensor::over([0, 1]).sampling([0.0, 1.0])), ErrorKind::Parameter);
        assert_eq!(slopes(StructureTensor::over([0, 1]).smooth([1.0, -1.0])), ErrorKind::Parameter);
        assert_eq!(slopes(StructureTensor::over([0, 1]).smooth([f64::NAN, 1.0])), ErrorKind::Parameter);
        assert_eq!(slopes(StructureTensor::over([0, 1]).eps(-0.1)), ErrorKind::Parameter);
        let thin = counted(&Layout::scatter(comm, &[6, 1], 0).unwrap());
        assert_eq!(StructureTensor::over([0, 1]).dips(&thin).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(kind(gaussian_filter(&x, &[0], &[1.0, 2.0])), ErrorKind::Shape);
        assert_eq!(kind(gaussian_filter(&x, &[2], &[1.0])), ErrorKind::Axis);
        assert_eq!(kind(gaussian_filter(&x, &[0], &[1e7])), ErrorKind::Parameter);
        assert_eq!(spectrum(&x, 2, 1.0).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(spectrum(&x, 0, 0.0).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(fk_spectrum(&x, [0, 0], [1.0, 1.0]).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(kind(add_noise(&x, f64::NAN, 1)), ErrorKind::Parameter);
        assert_eq!(kind(power_gain(&x, 2, 1.0, 1.0)), ErrorKind::Axis);
        assert_eq!(kind(power_gain(&x, 0, 1.0, -1.0)), ErrorKind::Parameter);
        assert_eq!(kind(power_gain(&x, 0, f64::INFINITY, 1.0)), ErrorKind::Parameter);
        assert_eq!(kind(power_gain(&x, 0, -1.0, 0.5)), ErrorKind::Parameter);
        assert_eq!(kind(agc(&x, 0, 0)), ErrorKind::Parameter);
        assert_eq!(kind(agc(&x, 2, 3)), ErrorKind::Axis);
        assert_eq!(kind(marmousi_like(&layout, [0, 2])), ErrorKind::Axis);
        assert_eq!(Layers::new(&[1.0], &[1.0]).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(Layers::new(&[2.0, 1.0], &[1.0; 3]).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(Layers::new(&[f64::NAN], &[1.0; 2]).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(kind(Layers::new(&[], &[1.0]).unwrap().on(&layout, [3, 0])), ErrorKind::Axis);
    }
}
