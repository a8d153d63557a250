//! Wavefields at another depth: against the figures of PyLops 2.8.0 (NumPy 2.4.6), by what is sent, and refusals.

use crate::waves_blending::{close, values};
use lops::operators::PhaseShift;
use lops::{Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator, layout::Cut};

pub(crate) fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let mut layouts: Vec<_> = (0..shape.len()).map(|axis| Layout::scatter(comm, shape, axis).unwrap()).collect();
    layouts.push(Layout::replicated(comm, shape).unwrap());
    layouts.push(Layout::grid(comm, shape, &vec![Cut::Cyclic; shape.len()]).unwrap());
    layouts
}

crate::bodies! {
    fn phase_shifts_are_those_of_pylops(comm) {
        // PhaseShift(2, dz, nt, rfftfreq(nt, 0.5), fftshift(fftfreq(nx, 1)), fftshift(fftfreq(ny, 0.75)))
        #[allow(clippy::type_complexity, reason = "figures")]
        let cases: [(&[usize], f64, &[f64], &[f64]); 4] = [
            (&[6, 5], 1.5, &[-3.931637042625297, -4.955720742627476, -4.179821499345538, -2.5761471641810663,
                -2.2041629663104434, 0.03294876534025376, 0.061754601510755285, 0.980146573207777, 1.2374006102656645,
                0.09810034617053029, 1.5751797294955854, 2.57185007483903, 0.8522834362531094, -0.9281891933930758,
                0.1658829310568123, -4.137889717610671, -5.379744284620692, -4.173982406375132, -2.2669624161232216,
                -2.610598426847131, 1.2447446808326512, 1.6288429363184973, 2.4780833892738445, 2.5442027984145206,
                1.8396086319988432, 3.871178622240681, 4.740687191738283, 2.4542041695250765, 0.19437866715876723,
                1.0233777044190597], &[-2.0850652073503966, -2.8536091445811933, -2.709323354328343, -1.7308350527856566,
                -1.1432566377767448, 2.5004309478639697, 1.771057973992438, 3.7995174875370714, 5.44225231414904,
                4.095019372138177, 0.42579003057670534, 2.0558401049209496, 0.09940464855708864, -2.239785684186309,
                -1.1796316073654063, -2.6665827946476224, -3.8055790824507976, -3.603948998403547, -2.7585141013934775,
                -2.9557856262822235, -0.5897438066699378, -0.6842654525921974, 1.1491713740845304, 2.5642484890071686,
                1.8898113004897406, -0.2810217785922387, 0.7509158240081407, -1.6197081507614803, -4.187647781669542,
                -3.5116556054879116]),
            (&[5, 4], 1.5, &[3.2992942370894407, 3.339165817009619, 1.8960997108861677, 1.8800392026077521,
                3.8679794880901497, 3.7902902316850446, 4.066887032536392, 4.083956210999635, 1.4494539002705065,
                1.3717745523876799, 1.3045425676848947, 1.3974292464691067, -3.5128414577024847, -3.559862124668392,
                -3.3122294330504505, -3.210247925389683, -2.3093850004202903, -2.114132003214926, -1.1844937669402213,
                -1.4187204863299392], &[-3.256760518340626, -3.366710103128227, -4.635181487027479, -4.535464520502066,
                1.0435781789076715, 0.9657313421786189, 1.2648158753649932, 1.3079274195171469, 2.7469551351942925,
                2.744803611466781, 3.183931875682203, 3.2294848199369643, 2.041199308505591, 2.0001196655323383,
                2.2217408381636807, 2.288013663828947, -0.9907903718902066, -0.7444895627945587, -0.6110669992278109,
                -0.8978381713682541]),
            (&[6, 4], -1.5, &[-2.8630781377833623, -2.645619425333373, -4.356495526013378, -4.233802624514685,
                -1.535118995537276, -2.020289529131476, -2.300306756015851, -2.1883666543094704, 2.557986570702143,
                2.845797285741387, 4.043106357931684, 4.087190230942176, 1.5551237577534485, 1.549274437843408,
                1.329206356529517, 1.061224494851755, 1.8661172740472762, 1.7050380539529872, 1.0099431129147143,
                1.483816827412429, 1.3216814019063983, 1.4888943287333465, 2.886993887162842, 2.35168327021336],
                &[-0.9820121550670622, -1.463711527259072, -0.9246158007342081, -0.5715691992549765, -0.7923317701756897,
                -0.3990191897625247, -0.32375791572646023, -0.6434240812854446, 0.13148371060084751, -0.01960464950537785,
                -0.5954828942896876, -0.5038537747739223, -4.424492050727, -4.555878130020894, -3.563261101299591,
                -3.306126702303867, 0.5414500757675315, 0.7820262368845702, 0.9941296268992971, 0.6117603507320581,
                4.733050848541355, 4.834083264144571, 3.223244552564107, 3.2179122760514405]),
            (&[4, 3, 2], 1.5, &[2.9764980561064105, 2.9810623824472007, 1.5508072210445627, 1.552811891123346,
                0.9990992448540019, 0.9982258833664113, 1.241936743828707, 1.234611630862587, 2.423578360315757,
                2.41903626615904, 2.864468038513979, 2.86361146134903, -0.3197899937224553, -0.3100712068824374,
                -1.233466935541682, -1.225389127999894, -1.2372430471225917, -1.2325443676728742, -1.9682635848282328,
                -1.9766553088857937, -0.8911187550252493, -0.898982394639041, -0.9033540388134493, -0.9088684188373302],
                &[0.6281749492009631, 0.6257634802259036, 0.07646697301040228, 0.07117747246896844, 0.6587254122997174,
                0.6520023140234171, 1.3037127632413588, 1.3044825704487668, 1.7446024414395813, 1.7490577656387571,
                1.2406112608243682, 1.2476689182497207, -1.0749163132468746, -1.0718612167321035, -1.0786924248277843,
                -1.079016456405084, -0.20207284534509687, -0.20575134467243253, -1.3990552202072413, -1.4029548961750724,
                -1.4112905039954415, -1.4128409203733618, -2.482648322101268, -2.481345856990164]),
        ];
        for (shape, depth, forward, adjoint) in cases {
            for layout in layouts(comm, shape) {
                let shift = PhaseShift::new(2.0, depth).sampling(&[0.5, 1.0, 0.75][..shape.len()]).on(&layout).unwrap();
                close(&(&shift * &values(&layout, 3)), shape, forward);
                close(&(shift.adjoint() * &values(&layout, 5)), shape, adjoint);
            }
        }
    }

    fn waves_that_travel_come_back_and_others_fade(comm) {
        let layout = Layout::scatter(comm, &[15, 9], 1).unwrap();
        let down: Operator<f64> = PhaseShift::new(1.0, 0.7).on(&layout).unwrap();
        // Straight down nothing fades; what changes along x but not in time does, both ways.
        let straight = DistArray::from_fn(&layout, |i| (i[0] as f64 * 1.1).cos());
        assert!(((down.adjoint() * &(&down * &straight)) - &straight).norm() < 1e-13);
        let standing = DistArray::from_fn(&layout, |i| (2.0 * std::f64::consts::PI * i[1] as f64 / 9.0).cos());
        let faded = (-2.0 * std::f64::consts::PI * 0.7 / 9.0).exp();
        assert!((&down * &standing - faded * &standing).norm() < 1e-13);
        assert!((down.adjoint() * &standing - faded * &standing).norm() < 1e-13);
    }

    fn traces_that_are_cut_are_sent_once_each_way(comm) {
        let p = comm.size();
        let layout = Layout::scatter(comm, &[4 * p, 2 * p], 1).unwrap();
        let shift: Operator<f64> = PhaseShift::new(1.0, 0.5).on(&layout).unwrap();
        let sent = shift.communication();
        let others = p as u64 - 1;
        for sent in [sent.forward, sent.adjoint] {
            assert_eq!(sent.messages, 2 * others);
        }
        let x = DistArray::random_signed(&layout, 1);
        let before = comm.traffic();
        let _y = &shift * &x;
        assert_eq!((comm.traffic() - before).total(), sent.forward);
    }

    fn what_cannot_be_taken_to_another_depth_is_refused(comm) {
        let layout = Layout::scatter(comm, &[6, 4], 0).unwrap();
        let refused = |shift: PhaseShift, layout: &Layout, kind, words: &str| {
            let error = shift.on::<f64>(layout).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        for velocity in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(PhaseShift::new(velocity, 1.0), &layout, ErrorKind::Parameter, "velocity of PhaseShift");
        }
        for depth in [f64::NAN, f64::NEG_INFINITY] {
            refused(PhaseShift::new(1.0, depth), &layout, ErrorKind::Parameter, "depth of PhaseShift");
        }
        refused(PhaseShift::new(1.0, 1.0).sampling(&[1.0]), &layout, ErrorKind::Shape, "samplings");
        for step in [0.0, -1.0, f64::NAN] {
            refused(PhaseShift::new(1.0, 1.0).sampling(&[1.0, step]), &layout, ErrorKind::Parameter, "sampling");
        }
        refused(PhaseShift::new(1.0, 1.0), &Layout::scatter(comm, &[6], 0).unwrap(), ErrorKind::Shape, "[times, x]");
        refused(PhaseShift::new(1.0, 1.0), &Layout::scatter(comm, &[6, 0], 0).unwrap(), ErrorKind::Shape, "at least 1");
        let map: Vec<_> = (0..comm.size()).map(|_| vec![lops::layout::Chunk::from(0..6)]).collect();
        let chunks = Layout::chunked(comm, &[6, 4], &map, lops::layout::Mode::Replica).unwrap();
        refused(PhaseShift::new(1.0, 1.0), &chunks, ErrorKind::Layout, "without chunks");
    }
}
