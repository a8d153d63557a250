//! Wavelet transforms: against pylops and PyWavelets, where axes are cut, and what is refused.

#![allow(clippy::approx_constant, reason = "figures as pylops prints them")]

use lops::operators::WaveletFilter::{self, Daubechies, Haar, Symlet};
use lops::operators::{DWT, DWT2D, DWTND};
use lops::{Complex, DistArray, ErrorKind, Layout, LinearOperator};

const LINE: [f64; 11] = [0.5, -1.25, 2.0, 3.5, -0.75, 1.0, 4.0, -2.5, 0.25, 1.75, -3.0];

/// The first three weights of PyWavelets' `rec_lo`; of symlets it has twelve digits.
const FIRST: [(WaveletFilter, [f64; 3]); 19] = [
    (Daubechies(1), [0.70710678118655, 0.70710678118655, 0.0]),
    (Daubechies(2), [0.48296291314453, 0.83651630373781, 0.22414386804201]),
    (Daubechies(3), [0.33267055295008, 0.80689150931109, 0.45987750211849]),
    (Daubechies(4), [0.2303778133089, 0.71484657055292, 0.63088076792986]),
    (Daubechies(5), [0.16010239797419, 0.60382926979719, 0.72430852843777]),
    (Daubechies(6), [0.11154074335011, 0.49462389039845, 0.7511339080211]),
    (Daubechies(7), [0.07785205408501, 0.39653931948192, 0.72913209084624]),
    (Daubechies(8), [0.0544158422431, 0.3128715909143, 0.67563073629729]),
    (Daubechies(9), [0.03807794736388, 0.24383467461259, 0.60482312369011]),
    (Daubechies(10), [0.02667005790056, 0.18817680007769, 0.52720118893173]),
    (Symlet(2), [0.48296291314469, 0.83651630373747, 0.22414386804186]),
    (Symlet(3), [0.33267055295096, 0.80689150931334, 0.45987750211933]),
    (Symlet(4), [0.03222310060404, -0.01260396726204, -0.09921954357685]),
    (Symlet(5), [0.01953888273529, -0.02110183402476, -0.17532808990845]),
    (Symlet(6), [-0.00780070832503, 0.00176771186424, 0.04472490177067]),
    (Symlet(7), [0.01026817670851, 0.00401024487153, -0.10780823770382]),
    (Symlet(8), [0.00188995033276, -0.00030292051472, -0.01495225833705]),
    (Symlet(9), [0.00106949003291, -0.00047315449868, -0.01026406402763]),
    (Symlet(10), [-0.000459329421, 5.703608362e-05, 0.00459317358531]),
];
const LINES: [(WaveletFilter, usize, [f64; 16]); 7] = [
    (
        Haar,
        1,
        [
            -0.53033008588991,
            3.88908729652601,
            0.17677669529664,
            1.06066017177982,
            1.4142135623731,
            -2.12132034355964,
            0.0,
            0.0,
            1.23743686707646,
            -1.06066017177982,
            -1.23743686707646,
            4.59619407771256,
            -1.06066017177982,
            -2.12132034355964,
            0.0,
            0.0,
        ],
    ),
    (
        Haar,
        3,
        [
            2.29809703885628,
            -0.35355339059327,
            1.06066017177982,
            -0.35355339059327,
            -3.125,
            -0.625,
            2.5,
            0.0,
            1.23743686707646,
            -1.06066017177982,
            -1.23743686707646,
            4.59619407771256,
            -1.06066017177982,
            -2.12132034355964,
            0.0,
            0.0,
        ],
    ),
    (
        Daubechies(2),
        2,
        [
            0.20544919243112,
            2.33948275049103,
            1.00777222831138,
            -0.80270417123354,
            1.29575317547306,
            2.38747957501798,
            -1.76225952641916,
            0.2195712325509,
            -2.12364313998234,
            3.00350341504578,
            -1.38016077673823,
            -3.23801648234997,
            3.18028011034241,
            0.44596493966133,
            0.0,
            -0.24148145657227,
        ],
    ),
    (
        Daubechies(4),
        3,
        [
            3.02444480408906,
            -1.07990115582606,
            -0.51611005039632,
            -0.21740067947652,
            -1.15912276779182,
            0.79846749954298,
            1.10442248086051,
            -2.18810138965082,
            1.54148193868778,
            0.48762909061601,
            -4.4810682643131,
            2.62090615116833,
            1.67119650719833,
            -0.4888592653991,
            -0.03508532477766,
            -1.66975422377387,
        ],
    ),
    (
        Symlet(4),
        2,
        [
            3.34298038397522,
            0.12294912738862,
            -0.73095792399963,
            0.01502841263487,
            1.1402398167441,
            -0.49582471333139,
            -0.91158688323801,
            -0.63168561647089,
            -0.59569909321996,
            -1.38809181707123,
            3.21663771226183,
            -3.64997023110402,
            -1.1786124496581,
            3.47887209265846,
            -0.23760813412125,
            0.00091852965789,
        ],
    ),
    (
        Daubechies(10),
        4,
        [
            1.375,
            -2.72890086623641,
            -0.92127036822844,
            -0.20408896478699,
            0.1666492214994,
            -0.78734321125364,
            -2.01955647699302,
            0.56522174992542,
            -2.6037260361866,
            4.08765131489971,
            -0.20711770647888,
            -0.11181313916487,
            -0.4892656298215,
            -1.38594176115282,
            2.72379805768619,
            -2.36713849037449,
        ],
    ),
    (
        Symlet(8),
        1,
        [
            0.20558572237417,
            2.50299022229689,
            2.16911502127693,
            0.12440237946808,
            0.01738328557331,
            -1.29699346417008,
            0.18953130239337,
            -0.02292717268717,
            -0.74231031397744,
            -1.11325895856174,
            3.15530593374464,
            -4.02777101821603,
            -0.69295483424266,
            3.54058554302853,
            -0.51600624453272,
            0.04285650215836,
        ],
    ),
];
const PLANE: [f64; 32] = [
    1.10376587736527,
    -1.10376587736527,
    -1.0032849302036,
    -1.09479128114971,
    5.66386114155692,
    7.26434208871859,
    -1.8092150697964,
    1.40729128114971,
    2.94975952641917,
    -1.08373412263473,
    1.25448729810778,
    -0.9375,
    -5.52331668493415,
    -1.62379763209582,
    1.30264520938919,
    -2.68181033398804,
    1.49879763209582,
    -3.0657849302036,
    3.39174682452695,
    -2.05681033398804,
    4.32563972081441,
    -4.8125,
    -4.63605715851499,
    0.35496824526945,
    1.25777222831138,
    -1.37379763209582,
    0.3157849302036,
    2.03229128114971,
    -3.50208256229943,
    3.80593013959279,
    4.27660161513775,
    -1.8125,
];
const PLANE_BACK: [f64; 24] = [
    -0.64174682452695,
    -4.64382938682637,
    -3.27539924723358,
    -2.98653810567666,
    6.03645640574856,
    7.48293100196413,
    -5.35136114155692,
    -1.6025635094611,
    0.65072142074251,
    2.95424682452695,
    2.51225952641916,
    -0.29695554337723,
    -0.37708256229943,
    3.19198729810778,
    -1.74759526419164,
    -6.09030398304193,
    1.45961431702997,
    5.84807621135332,
    -4.21650635094611,
    1.43181033398804,
    1.66955080756888,
    -0.25,
    1.14054445662277,
    0.88277222831138,
];
const PLANES: [f64; 48] = [
    1.5, -4.0, -7.5, -4.0, 1.5, 1.0, 7.5, 1.0, -0.5, -0.5, 0.5, -0.5, -1.0, 0.0, 0.0, 0.0, -2.0, 4.5, 4.0, 4.5, 0.5,
    -3.0, -8.5, -3.0, -1.5, 0.0, -0.5, 0.0, 1.5, -4.0, -0.5, -4.0, 4.5, -2.5, -0.5, -2.5, 0.0, -2.0, 5.0, -2.0, 3.0,
    -0.5, 5.0, -0.5, 0.5, 1.0, -0.5, 1.0,
];
const VOLUME: [f64; 64] = [
    -1.9896837678824,
    0.93361655622297,
    -2.51913939828659,
    -2.56327309011555,
    -0.96778722939943,
    0.12697061561482,
    0.02476467588943,
    -1.82278070807689,
    -3.42921063501489,
    1.76188436171717,
    -7.60222754771069,
    -2.70980833579039,
    -1.51580562739755,
    0.72515677996222,
    -0.53332115201054,
    -2.70189006609058,
    -2.08325342778478,
    -0.01060819475998,
    -3.31488329015092,
    -2.02961954526655,
    3.35648882267301,
    -0.7799569370573,
    3.47528944593801,
    4.50700122294979,
    -2.89211177658498,
    -0.21482319486267,
    -0.87522257780047,
    -4.7623870583581,
    -3.24541439657126,
    0.32504311451339,
    -6.61990190756229,
    -2.47951260213883,
    0.6200344602871,
    -1.13601037625848,
    0.35917601212694,
    1.27581181241663,
    0.95785559922927,
    0.32260091489874,
    -0.5111586454991,
    1.93409321358201,
    -2.35913163458439,
    2.73551428610113,
    -2.75716791791687,
    -3.64083625430667,
    2.12245087797791,
    -3.64555442672959,
    2.29002983502264,
    3.72573403812259,
    -0.36196492199611,
    0.13367205729097,
    -0.86786277805898,
    -0.2355044888585,
    0.48526064688323,
    -1.02144838033471,
    -6.79718515822531,
    4.84263003251631,
    1.79350034135555,
    1.2500678813524,
    2.24471026558407,
    1.71047185362183,
    -1.76946780779952,
    -0.12737951767351,
    -0.80044336148279,
    -2.7724984586448,
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
        assert!((found - expected).abs() < within, "{k}: {found}, not {expected}");
    }
}

#[test]
fn filters_are_those_of_pywavelets() {
    for (filter, expected) in FIRST {
        let within = if matches!(filter, Symlet(_)) { 1e-11 } else { 1e-13 };
        for (found, expected) in filter.weights().unwrap().iter().zip(expected) {
            assert!((found - expected).abs() < within, "{filter:?}: {found}, not {expected}");
        }
    }
    assert_eq!(Haar.weights().unwrap(), Daubechies(1).weights().unwrap());
}

crate::bodies! {
    fn lines_become_what_pylops_makes_of_them(comm) {
        let layout = Layout::scatter(comm, &[11], 0).unwrap();
        let x = DistArray::from_global(&layout, &LINE).unwrap();
        for (filter, levels, expected) in LINES {
            let w = DWT::along(0).filter(filter).levels(levels).on(&layout).unwrap();
            let y = &w * &x;
            close(&y, &expected, if matches!(filter, Symlet(_)) { 1e-10 } else { 1e-12 });
            close(&(w.adjoint() * &y), &LINE, 1e-13);
        }
    }

    fn planes_and_volumes_become_what_pylops_makes_of_them(comm) {
        for axis in 0..2 {
            let plane = Layout::scatter(comm, &[4, 6], axis).unwrap();
            let w = DWT2D::over(0, 1).filter(Daubechies(2)).levels(2).on(&plane).unwrap();
            close(&(&w * &counted(&plane)), &PLANE, 1e-13);
            close(&(w.adjoint() * &counted(w.range().layout().unwrap())), &PLANE_BACK, 1e-13);
        }
        for axis in 0..3 {
            let volume = Layout::scatter(comm, &[4, 3, 3], axis).unwrap();
            let w = DWT2D::over(0, 2).on(&volume).unwrap();
            close(&(&w * &counted(&volume)), &PLANES, 1e-13);
            let w = DWTND::over(&[2, 0, 1]).filter(Daubechies(3)).on(&volume).unwrap();
            close(&(&w * &counted(&volume)), &VOLUME, 1e-13);
        }
    }

    /// Of an axis that needs no zeros the transform is orthogonal; wider blocks than are taken together.
    fn exact_lengths_make_it_orthogonal(comm) {
        let layout = Layout::scatter(comm, &[12, 2, 44], 1).unwrap();
        let w = DWT2D::over(2, 0).filter(Symlet(5)).levels(2).least_zeros().on(&layout).unwrap();
        assert_eq!(w.range(), w.domain());
        let y = DistArray::<Complex<f64>>::random_signed(&layout, 5);
        let there_and_back = &w * &(w.adjoint() * &y);
        assert!((&there_and_back - &y).norm() < 1e-14 * y.norm());
        // The same plane by plane.
        let (x, plane) = (counted(&layout), Layout::scatter(comm, &[12, 44], 0).unwrap());
        let all = DWT2D::over(0, 2).filter(Symlet(5)).levels(2).least_zeros().on(&layout).unwrap() * &x;
        let of_one = DistArray::from_fn(&plane, |i| {
            let k = (i[0] * 2 + 1) * 44 + i[1];
            ((3 * k * k + 5 * k) % 11) as f64 - 4.0
        });
        let one = DWT2D::over(0, 1).filter(Symlet(5)).levels(2).least_zeros().on(&plane).unwrap() * &of_one;
        let (all, one) = (all.gather_all(), one.gather_all());
        assert!(one.indexed_iter().all(|(i, &one)| all[[i[0], 1, i[1]]] == one));
    }

    fn zeros_are_as_many_as_are_asked_for(comm) {
        let layout = Layout::scatter(comm, &[3, 37], 0).unwrap();
        let shape = |dwt: DWTND| dwt.on::<f64>(&layout).unwrap().range().layout().unwrap().shape().to_vec();
        assert_eq!(shape(DWT::along(1).levels(2)), [3, 64]);
        assert_eq!(shape(DWT::along(1).levels(2).least_zeros()), [3, 40]);
        assert_eq!(shape(DWT::along(1).levels(6).least_zeros()), [3, 64]);
        assert_eq!(shape(DWT::along(1).levels(0).least_zeros()), [3, 37]);
        let nothing = DWT::along(1).levels(0).least_zeros().on(&layout).unwrap();
        assert_eq!(&nothing * &counted(&layout), counted(&layout));
    }

    fn what_cannot_be_is_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 9], 0).unwrap();
        let refused = |dwt: DWTND, kind, words: &str| {
            let error = dwt.on::<f64>(&layout).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        refused(DWT::along(2), ErrorKind::Axis, "2");
        refused(DWTND::over(&[]), ErrorKind::Axis, "none");
        refused(DWT2D::over(1, 1), ErrorKind::Axis, "1 twice");
        let line = Layout::scatter(comm, &[8], 0).unwrap();
        let twice = DWTND::over(&[0, 0]).on::<f64>(&line).unwrap_err(); // however many ranks have it
        assert!(twice.kind() == ErrorKind::Axis && twice.to_string().contains("0 twice"), "{twice}");
        refused(DWT::along(1).levels(5), ErrorKind::Shape, "axis 1 of DWTND: expected more than half of 2^5, found 9");
        refused(DWT2D::over(1, 0).levels(3), ErrorKind::Shape, "axis 0");
        refused(DWT::along(1).levels(usize::MAX), ErrorKind::Shape, "found 9");
        refused(DWT::along(1).filter(Daubechies(11)), ErrorKind::Parameter, "1 to 10");
        refused(DWT::along(1).filter(Symlet(1)), ErrorKind::Parameter, "2 to 10");
        let none = Layout::scatter(comm, &[0], 0).unwrap();
        assert_eq!(DWT::along(0).levels(0).on::<f64>(&none).unwrap_err().kind(), ErrorKind::Shape);
    }
}
