//! Pressures, velocities, and waves that go up and down: against the figures of PyLops 2.8.0 (NumPy 2.4.6, SciPy), and refusals.

use crate::waves_blending::{close, values};
use crate::waves_one_way::layouts;
use lops::operators::{PressureToVelocity, UpDownComposition};
use lops::{Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Options, solvers::cgls};

const SHAPE: [usize; 2] = [3, 4];

/// Real and imaginary parts by the formula, from these numbers on.
fn pairs(layout: &Layout, seeds: [usize; 2]) -> DistArray<Complex<f64>> {
    let [re, im] = seeds.map(|seed| values(layout, seed));
    re.zip(&im, Complex::new).unwrap()
}

fn close_pairs(found: &DistArray<Complex<f64>>, shape: &[usize], expected: &[f64]) {
    close(&found.map(|z| z.re), shape, &expected.iter().copied().step_by(2).collect::<Vec<_>>());
    close(&found.map(|z| z.im), shape, &expected.iter().copied().skip(1).step_by(2).collect::<Vec<_>>());
}

fn small(conversion: PressureToVelocity) -> PressureToVelocity {
    conversion.sampling(&[1.1, 0.4]).nffts(&[8, 9]).taper(2)
}

/// In a volume.
fn wide() -> PressureToVelocity {
    PressureToVelocity::new(1.5, 2.3).sampling(&[0.9, 1.1, 0.4]).nffts(&[7, 8, 9]).critical(90.0).taper(2)
}

crate::bodies! {
    fn velocities_and_pressures_are_those_of_pylops(comm) {
        // PressureToVelocity(4, 3, 0.4, 1.1, 1.5, 2.3, nffts=(8, 9), ntaper=2, …), of complex arrays, and the real parts of real ones'
        #[allow(clippy::type_complexity, reason = "figures")]
        let cases: [(PressureToVelocity, &[f64], &[f64], &[f64], &[f64]); 3] = [
            (PressureToVelocity::new(1.5, 2.3).critical(100.0), &[0.3608999010778359, 0.02117263357932012,
                0.08271311202571772, -0.1508956753198376, -0.06027880803080055, -0.15941089060171723, -0.08520202982748235,
                -0.3292371398191638, 0.1869343370597985, -0.3001390591947047, -0.0055701017134322725, -0.16611716496425635,
                -0.10933796152143224, -0.12787302459123637, -0.3467350818230843, -0.1401883478503348, -0.15759328745817744,
                -0.31524165450735286, -0.06597461195772088, -0.16259530978876835, -0.16238341064287423, -0.06830767822984003,
                -0.27195371399904716, 0.2031222316594965] , &[0.25498740733116537, -0.22731417539705986, -0.04349363811794723,
                -0.16934087047731375, -0.14582721125127124, -0.09288782852029354, -0.2892840537077655, -0.20875526834029845,
                -0.07809587497638541, -0.360094895419555, -0.10831670173282185, -0.12926287107105305, -0.16483313672932928,
                -0.032998766965706645, -0.3338790067890413, 0.12297272299831792, -0.3143080932112822, -0.1388772301796664,
                -0.14809913184567028, -0.09006283251873269, -0.16382645980913615, 0.055375151435912866, -0.04725858635085962,
                0.35043995877462614] , &[0.3568027498813253, 0.08679354892802352, -0.04900894429340183, -0.07374116347836354,
                0.18244141090422836, -0.008789597361633615, -0.10807405921747208, -0.34279226323201434, -0.1745190069025874,
                -0.07887738508905133, -0.16373785229114962, -0.2611165012546031] ,  &[0.26135329482063147, -0.03793856248714134,
                -0.14200788806255818, -0.2899672302857297, -0.08113561543739196, -0.11269116184486551, -0.16672824264447303,
                -0.33234863114001967, -0.3304559977494463, -0.1574591951310506, -0.16119412533874297, -0.03280192428391608] ),
            (PressureToVelocity::new(1.5, 2.3).critical(80.0).to_pressure(), &[4.054859046526624, 0.40674581940067583,
                0.013180377782763044, -1.5656813834955328, -1.388631764046342, -0.7688081029587217, -0.6138099201662587,
                -3.6125372252389942, 1.9993626446820953, -3.360584843832061, -0.11030609337764745, -0.9898507337241557,
                -0.6270672262396363, -0.7536774663766813, -3.823072825497397, -1.6463607406640295, -2.016251165679837,
                -3.2825926127846685, 0.47845248514995986, -1.396754495607735, -1.0150181376896006, -1.1596233774663136,
                -2.9486137424356853, 2.3628195902823816] , &[2.9424097710140065, -2.432968068918695, -1.041272242714358,
                -1.1778332385936559, -1.4210062854569767, 0.21486919523857315, -2.96306615199607, -2.533880241221167,
                -0.9675249561379581, -3.982287578433347, -0.6418598498873342, -0.7472103812919783, -0.9779457030574781,
                -0.25313949657636536, -3.7236475396881055, 1.2757103964812195, -3.5169921554008816, -1.2015929681055397,
                -0.5208228360198741, -1.5256537955265932, -1.5480208308154753, -0.23765723215371, -0.3669189074120272,
                3.954170770371869] , &[4.257652893156607, 0.20849515559371817, -1.219335519214431, -0.6197858658456725,
                2.1038113888074648, -0.15208045159906164, -0.7159558168263621, -4.001513579476812, -2.2217665371517357,
                0.18024602073740664, -1.2267141482513222, -3.023542530726887] ,  &[3.2166004874251715, -0.9563616145658744,
                -1.494268571790136, -3.233751742326195, -1.0025087405669648, -0.8308463969872417, -1.1923851141198314,
                -3.9123529486384374, -3.896868296417722, -0.8486125768467341, -1.6844458567180307, -0.2441248306949613] ),
            (PressureToVelocity::new(1.5, 2.3).critical(130.0), &[0.35000462618849826, 0.022652041229435378,
                0.08074566798967817, -0.15432365476565818, -0.056076969653562715, -0.15851977965245345, -0.08378508286003478,
                -0.31888108624019434, 0.19596886944290878, -0.29538104422460615, -0.006134955864792013, -0.16206752502901767,
                -0.11188327365563011, -0.13101001860721867, -0.34210192386544624, -0.14970900742333162, -0.1620429639695643,
                -0.3248043644057427, -0.06303667210994895, -0.16604114397078662, -0.16227377691805164, -0.06387189692405663,
                -0.2812339439502208, 0.2089328841932098] , &[0.26238102202170716, -0.23561136953476047, -0.039404404676003646,
                -0.16827009415681732, -0.14973093766083775, -0.09088438715948208, -0.29749849013476354, -0.21465714231276928,
                -0.08829247915140186, -0.3571382040586125, -0.11065226838814207, -0.1324778895278691, -0.1607905659382214,
                -0.03251168713355411, -0.3311554501459714, 0.1325178637216394, -0.30438158523523523, -0.13559800962142973,
                -0.14823104455915484, -0.08567836765077229, -0.16678350703711692, 0.052539686178924155, -0.04366717129700914,
                0.3401454113081082] , &[0.3568027498813253, 0.08679354892802353, -0.04900894429340183, -0.07374116347836354,
                0.18244141090422836, -0.00878959736163362, -0.10807405921747208, -0.34279226323201434, -0.1745190069025874,
                -0.07887738508905133, -0.16373785229114962, -0.2611165012546031] ,  &[0.26135329482063147, -0.03793856248714134,
                -0.14200788806255818, -0.2899672302857297, -0.08113561543739196, -0.11269116184486551, -0.166728242644473,
                -0.33234863114001967, -0.3304559977494463, -0.1574591951310506, -0.16119412533874297, -0.03280192428391608] ),
        ];
        for (conversion, forward, adjoint, forward_real, adjoint_real) in cases {
            let conversion = small(conversion);
            for layout in layouts(comm, &SHAPE) {
                let operator = conversion.on::<f64>(&layout).unwrap();
                close_pairs(&(&operator * &pairs(&layout, [3, 7])), &SHAPE, forward);
                close_pairs(&(operator.adjoint() * &pairs(&layout, [5, 9])), &SHAPE, adjoint);
                let operator = conversion.on_real::<f64>(&layout).unwrap();
                close(&(&operator * &values(&layout, 3)), &SHAPE, forward_real);
                close(&(operator.adjoint() * &values(&layout, 5)), &SHAPE, adjoint_real);
            }
        }
        // PressureToVelocity(4, (2, 3), 0.4, (0.9, 1.1), 1.5, 2.3, nffts=(7, 8, 9), critical=90, ntaper=2)
        for layout in layouts(comm, &[2, 3, 4]) {
            close(&(&wide().on_real(&layout).unwrap() * &values(&layout, 3)), &[2, 3, 4], &[0.1190936672291125,
                0.01220625592247675, -0.0012978081051059492, 0.039260152376745044, 0.11407810019898439, 0.009898127536607931,
                0.014952101972127655, -0.0862492800415498, -0.00024377896635604385, 0.036756142958467276, 0.0031851579048279453,
                -0.1321641326713803, 0.038199547290153596, 0.03883032704302608, -0.01265880045365101, 0.11011469925160663,
                0.13025811095836995, 0.011183363041235815, -0.00233650423621614, 0.009240019620957076, 0.09341160355078298,
                0.010218657278187996, 0.01562585147702794, -0.10926135181691533]);
        }
    }

    fn compositions_are_those_of_pylops(comm) {
        // UpDownComposition2D(4, 3, 0.4, 1.1, 1.5, 2.3, nffts=(8, 9), ntaper=2, scaling=2.5)
        let (forward, adjoint) = ([2.562499999999999, 3.8749999999999982, 4.687499999999998, 4.812499999999998, 4.375,
            3.2499999999999982, 1.6874999999999996, 1.5337371841386857e-16, -1.8124999999999998, -3.3124999999999987,
            -4.312499999999998, -4.812499999999998, 1.131212396210385, -0.08727537453380957, -0.5574252642617042,
            -1.0455215720422193, -0.1868847227944739, -0.42572651534565153, -0.6419170314888609, -1.3613925177272004,
            -1.282371182095963, -0.6062524686542926, -0.6578653077086705, -0.2505362916498841], [3.596934516867007,
            2.5479445713893525, 1.0718463749394624, -0.0795832583273441, -1.223237725725087, -2.817914560513772,
            -3.718241339016269, -4.146738779454053, -3.0788010241634893, -2.4296713312505656, -1.5128803759622824,
            -0.835126440973881, 2.7780654831329903, 1.702055428610645, 0.42815362506053695, -1.420416741672655,
            -3.026762274274912, -3.5570854394862264, -4.031758660983729, -3.853261220545944, -4.046198975836508,
            -2.945328668749432, -1.3621196240377167, 0.8351264409738806]);
        for layout in layouts(comm, &SHAPE) {
            let composition = UpDownComposition::new(&small(PressureToVelocity::new(1.5, 2.3))).scaling(2.5);
            let operator: Operator<f64> = composition.on_real(&layout).unwrap();
            let stack = |seed: usize| DistArray::stack(&[&values(&layout, seed), &values(&layout, seed + 12)]).unwrap();
            for (made, expected) in [(&operator * &stack(3), &forward), (operator.adjoint() * &stack(5), &adjoint)] {
                close(&made.member(0), &SHAPE, &expected[..12]);
                close(&made.member(1), &SHAPE, &expected[12..]);
            }
        }
        // UpDownComposition3D(4, (2, 3), 0.4, (0.9, 1.1), 1.5, 2.3, nffts=(7, 8, 9), critical=90, ntaper=2)
        let forward = [0.7500000000000002, -1.1775591624832082e-16, -0.8125000000000002, -1.4374999999999996,
            -1.9375000000000002, -2.125, -2.0625, -1.6875, -1.1249999999999998, -0.37499999999999967, 0.4375000000000002,
            1.1250000000000002, 1.6875, 2.0625, 2.1875, 1.875, 1.4375000000000004, 0.7500000000000003, -0.06249999999999966,
            -0.8125000000000003, -1.5000000000000002, -1.9375, -2.125, -2.0625, 0.19107803902584358, 0.032498157431494396,
            0.004799564734828413, 0.13667038611935034, 0.24833213948109117, 0.018173646960373067, 0.0394853223767627,
            -0.10863460197959524, 0.06548008531105678, 0.06976362101888836, 0.028015672488269527, -0.2566078146376039,
            0.006285029202813888, 0.08344151018078515, -0.007263854529273593, 0.23577972534240102, 0.22680511638227785,
            0.03177198177478824, 0.0009590587527985722, 0.08546636902954344, 0.22208534937266933, 0.02093197270525779,
            0.03879187603023323, -0.16155207503744545];
        for layout in layouts(comm, &[2, 3, 4]) {
            let operator: Operator<f64> = UpDownComposition::new(&wide()).on_real(&layout).unwrap();
            let made = &operator * &DistArray::stack(&[&values(&layout, 3), &values(&layout, 27)]).unwrap();
            close(&made.member(0), &[2, 3, 4], &forward[..24]);
            close(&made.member(1), &[2, 3, 4], &forward[24..]);
        }
    }

    /// Waves within the cone are told apart again.
    fn waves_are_decomposed_by_least_squares(comm) {
        let layout = Layout::scatter(comm, &[12, 40], 0).unwrap();
        let conversion = PressureToVelocity::new(1000.0, 1500.0).sampling(&[10.0, 0.004]).taper(2);
        let operator = UpDownComposition::new(&conversion).scaling(1.5e6).on_real(&layout).unwrap();
        let event = |at: f64| DistArray::from_fn(&layout, |i| {
            let t = (i[1] as f64 - at - 0.1 * i[0] as f64) / 3.0;
            (1.0 - 2.0 * t * t) * (-t * t).exp()
        });
        let truth = DistArray::stack(&[&event(10.0), &event(22.0)]).unwrap();
        let data = &operator * &truth;
        let mut found = DistArray::zeros(operator.domain());
        let report = cgls(&operator, &data, &mut found, &Options::exactly(40)).unwrap();
        let error = (&found - &truth).norm() / truth.norm();
        assert!(error < 0.1, "{error} after {} iterations", report.iterations);
    }

    fn what_cannot_be_converted_is_refused(comm) {
        let layout = Layout::scatter(comm, &[8, 9], 0).unwrap();
        let refused = |conversion: PressureToVelocity, layout: &Layout, kind, words: &str| {
            let errors = [conversion.on::<f64>(layout).unwrap_err(), conversion.on_real::<f64>(layout).unwrap_err()];
            let composed = UpDownComposition::new(&conversion).on::<f64>(layout).unwrap_err();
            for error in errors.into_iter().chain([composed]) {
                assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
            }
        };
        let new = || PressureToVelocity::new(1.0, 1.0).taper(2);
        for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(PressureToVelocity::new(value, 1.0), &layout, ErrorKind::Parameter, "density of PressureToVelocity");
            refused(PressureToVelocity::new(1.0, value), &layout, ErrorKind::Parameter, "velocity of PressureToVelocity");
            refused(new().critical(value), &layout, ErrorKind::Parameter, "angles kept");
            refused(new().sampling(&[value, 1.0]), &layout, ErrorKind::Parameter, "sampling");
        }
        for taper in [0, 3, usize::MAX] {
            refused(new().taper(taper), &layout, ErrorKind::Parameter, "samples of the taper");
        }
        refused(new().sampling(&[1.0]), &layout, ErrorKind::Shape, "samplings");
        refused(new().nffts(&[9]), &layout, ErrorKind::Shape, "lengths of transforms");
        refused(new().nffts(&[9, 8]), &layout, ErrorKind::Parameter, "at least 9 samples");
        refused(new().nffts(&[9, 0]), &layout, ErrorKind::Parameter, "at least 1");
        refused(new(), &Layout::scatter(comm, &[8], 0).unwrap(), ErrorKind::Shape, "[receivers, times]");
        let map: Vec<_> = (0..comm.size()).map(|_| vec![lops::layout::Chunk::from(0..8)]).collect();
        let chunks = Layout::chunked(comm, &[8, 9], &map, lops::layout::Mode::Replica).unwrap();
        refused(new(), &chunks, ErrorKind::Layout, "without chunks");
        let composed = |conversion: &PressureToVelocity, scaling: f64| {
            UpDownComposition::new(conversion).scaling(scaling).on_real::<f64>(&layout).map(|_| ()).unwrap_err()
        };
        for (error, words) in [(composed(&new(), f64::NAN), "scaling"), (composed(&new().to_pressure(), 1.0), "conversion")] {
            assert!(error.kind() == ErrorKind::Parameter && error.to_string().contains(words), "{error}");
        }
    }
}
