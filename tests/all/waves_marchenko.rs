//! The Marchenko equations: against the figures of PyLops 2.8.0 (NumPy 2.4.6, SciPy), and refusals.

use crate::waves_blending::{close, values};
use crate::waves_one_way::layouts;
use lops::ndarray::{Array2, array};
use lops::operators::{MDC, Marchenko};
use lops::solvers::lsqr;
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Options};

/// Times, receivers, points.
const SHAPE: [usize; 3] = [13, 2, 1];

fn response(comm: &Comm) -> DistArray<Complex<f64>> {
    let layout = Layout::scatter(comm, &[5, 2, 2], 0).unwrap();
    values(&layout, 3).zip(&values(&layout, 7), |re: f64, im| Complex::new(re / 32.0, im / 32.0)).unwrap()
}

fn equations<'a>(response: &'a DistArray<Complex<f64>>, times: &Array2<f64>) -> Marchenko<'a, f64> {
    Marchenko::new(response, times).sampling(0.5, 0.75).offset(0.25).smooth(3)
}

/// One member behind the other by the formula.
fn stack(layout: &Layout, seed: usize) -> DistArray<f64> {
    DistArray::stack(&[&values(layout, seed), &values(layout, seed + layout.size())]).unwrap()
}

#[track_caller]
fn close_members(found: &DistArray<f64>, expected: &[f64]) {
    close(&found.member(0), &SHAPE, &expected[..26]);
    close(&found.member(1), &SHAPE, &expected[26..]);
}

crate::bodies! {
    /// Marchenko(R, dt=0.5, nt=7, dr=0.75, nfmax=5, toff=0.25, nsmooth=3).apply_onepoint([1.6, 2.3], G0, greens=True)
    fn equations_and_focusing_functions_are_those_of_pylops(comm) {
        let response = response(comm);
        let equations = equations(&response, &array![[1.6], [2.3]]);
        let (forward, adjoint) = ([0.0, 0.0, 0.0, 0.1585604091649077, -0.022057245768605335, -0.6525695717731312,
            -0.7493640662811508, -2.7536231470360004, -2.0599357433436225, -3.5984684497427173, -2.2450856888109594,
            -1.9721930625409092, -0.8677578497217112, 0.7703732320854064, 1.3870438659040931, 3.0679477760559575,
            2.398604936767127, 3.702137611533851, 1.289049000097253, 2.2450941894041008, 0.23588710984797728,
            0.2832523570458103, 0.0, -0.21575182943453192, 0.0, 0.0, 0.0, 0.0, 0.0, -0.1343510557905405,
            0.014130067141695197, 0.5511039372966756, 0.9385374971082847, 2.5425595090362405, 2.6608156533497827,
            3.554581785629243, 2.838045580208369, 2.445914290236628, 1.209452558902259, -0.0697029417660886,
            -1.074000308097201, -2.4972241814511364, -2.009096109862469, -3.4347818278372557, -1.156820402042826,
            -2.236017194842981, -0.2380189667496218, -0.35438566534331845, 0.0, 0.2253392458676718, 0.0, 0.0], [0.0, 0.0,
            0.0, -0.18737732271276666, -0.2743293755842807, -1.2999124711960361, -1.0922387275782734, -2.557498111277927,
            -1.5968052939033799, -1.5412071242800485, -0.43240730022798746, 1.0399352839987297, 1.8131628617142523,
            3.2259268127116303, 3.1625355518821756, 4.092928425937999, 2.5226263752713987, 2.86548872307451,
            0.7069553425300815, 0.5219499228316614, -0.07805388129085966, -0.6835136657344019, 0.0, -0.42078685292346707,
            0.0, 0.0, 0.0, 0.0, 0.0, 0.18185386775410667, 0.31402984681624707, 1.251200929269654, 1.3569035745674745,
            2.633278778492136, 2.1360339476572623, 1.9778438428630134, 0.8695523760499533, -0.45532397734740715,
            -1.6133748508827204, -2.7437224497811172, -3.0157902740421236, -3.7807156719355794, -2.4669164508812087,
            -2.7600831147738583, -0.7535946093378969, -0.6735991353276156, 0.04283752942120153, 0.5839765943765649, 0.0,
            0.40948524684194165, 0.0, 0.0]);
        let focusing = [0.0, 0.0, 0.0, 0.08232346669186585, -0.04114427465397962, -0.04553207890286193,
            0.02077295601261091, -0.10300985845658055, 0.15284782087770815, 0.014831722244893692, 0.08817401343600655,
            0.03219431011893444, 0.009829447567398284, -0.040023359064824626, 0.009423998517242096, -0.04446864349518847,
            -0.06149425422979991, -0.11514507166890495, -0.025389758668394238, -0.18110855593364222, 0.19535169051470558,
            -0.011884463579151636, 0.0, 0.1529639227266009, 0.0, 0.0, 1.5, 0.6875, 0.0, 2.0686527353514323,
            -1.4405439013397283, 3.1850698754625686, -2.6853834668716745, 3.8186650726735736, -3.558524419757353,
            4.000781219520754, -4.011994874573449, 3.6159434396655343, -3.880754003550529, 2.6954603757248874,
            0.018346823790467922, 0.020316606122745072, 0.015591585714111306, 0.0023360094882189718, -0.0026366412935836347,
            -0.01414000323058744, -0.012207105865614467, -0.01788747449186762, 0.0, -0.018280248935387194, 0.0, 0.0];
        let green = [-0.11196488906163712, -0.06971962571814842, -0.07904569087287686, -0.0004282036821086077,
            -0.00013781964064878832, -0.00046398725094482646, 9.849702475399e-05, 4.690330729004155e-05,
            -0.0006643608301145909, -0.0004346807889027502, -0.0010595635898820177, -0.0018041477458284882,
            0.0009099020830116381, -0.0012895436238046926, 0.00331349188424383, 0.0014907201131882653,
            0.0029703294922115153, 0.003108645740902888, 0.0008228502110560441, 0.002030280006459384,
            -0.00031988117287062856, 0.0004787425507471344, -0.24741387798389242, 0.00011553170395639523,
            -0.12501918586953875, -0.09836495852935515, 1.466152766947758, 0.6374267033103923, -0.03455709327113534,
            2.055706384004052, -1.4330307037246752, 3.200093783764251, -2.6913290316563363, 3.807744258014551,
            -3.5715042514370317, 4.001165407377601, -3.986898547555049, 3.6407672219597527, -3.8683292324521474,
            2.6847561870293393, -0.01218172500139179, -0.010474638767689809, -0.0013777022771872018, 0.003844126440088327,
            0.0017636082978078108, -0.0006154756638401138, -0.00464511412057434, -0.0010105246003181932,
            0.03465979257907721, 0.010886008730825795, 0.02667543370445956, -0.009548477765295669];
        for layout in layouts(comm, &SHAPE) {
            let a = equations.on(&layout).unwrap();
            close_members(&(&a * &stack(&layout, 3)), &forward);
            close_members(&(a.adjoint() * &stack(&layout, 5)), &adjoint);

            // The direct wave G0 by the formula, [receivers, times], turned around; LSQR finds the rest.
            let of_direct = values(&Layout::replicated(comm, &[2, 7]).unwrap(), 11);
            let turned = |i: &[usize]| if i[0] < 7 { of_direct.as_slice()[i[1] * 7 + 6 - i[0]] } else { 0.0 };
            let direct = DistArray::from_fn(&layout, turned);
            let r = MDC::new(&response).sampling(0.5, 0.75).on(&layout).unwrap();
            let seen = &equations.window(&layout).unwrap() * &(&r * &direct);
            let data = DistArray::stack(&[&seen, &seen.zeros_like()]).unwrap();
            let mut found = DistArray::zeros(a.domain());
            let report = lsqr(&a, &data, &mut found, &Options::exactly(60)).unwrap();
            assert_eq!(report.iterations, 60);
            let found = found + DistArray::stack(&[&direct.zeros_like(), &direct]).unwrap();
            close_members(&found, &focusing);
            close_members(&(&equations.greens(&layout).unwrap() * &found), &green);
        }
    }

    /// What one point has does not depend on the others.
    fn several_points_are_each_by_itself(comm) {
        let response = response(comm);
        let (one, three) = ([13, 2, 1], [13, 2, 3]);
        let times = array![[1.6, 0.0, 9.0], [2.3, 3.1, 9.0]];
        let together = Layout::scatter(comm, &three, 2).unwrap();
        let x = values(&together, 3);
        let all = equations(&response, &times).window(&together).unwrap().gather_all();
        let a = equations(&response, &times).on(&together).unwrap();
        let y = &a * &DistArray::stack(&[&x, &x]).unwrap();
        let (x, y) = (x.gather_all(), [0, 1].map(|k| y.member(k).gather_all()));
        for point in 0..3 {
            let alone = Layout::scatter(comm, &one, 0).unwrap();
            let times = times.column(point).insert_axis(lops::ndarray::Axis(1)).to_owned();
            let window = equations(&response, &times).window(&alone).unwrap().gather_all();
            let x = DistArray::from_fn(&alone, |i| x[[i[0], i[1], point]]);
            let of_point = &equations(&response, &times).on(&alone).unwrap() * &DistArray::stack(&[&x, &x]).unwrap();
            for (k, y) in y.iter().enumerate() {
                let column = y.index_axis(lops::ndarray::Axis(2), point).iter().copied().collect::<Vec<_>>();
                close(&of_point.member(k), &one, &column);
            }
            assert_eq!(window.index_axis(lops::ndarray::Axis(2), 0), all.index_axis(lops::ndarray::Axis(2), point));
            assert!(point != 2 || window.iter().all(|&w| (w - 1.0).abs() < 1e-15), "all times are before a wave that comes late");
        }
    }

    fn what_cannot_be_focused_is_refused(comm) {
        let (response, layout) = (response(comm), Layout::scatter(comm, &SHAPE, 0).unwrap());
        let times = array![[1.6], [2.3]];
        let refused = |equations: Marchenko<'_, f64>, layout: &Layout, kind, words: &str| {
            let errors = [equations.on(layout).map(|_| ()), equations.greens(layout).map(|_| ()), equations.window(layout).map(|_| ())];
            for error in errors.map(Result::unwrap_err) {
                assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
            }
        };
        let new = |times: &Array2<f64>| Marchenko::new(&response, times).smooth(2);
        for time in [-0.1, f64::NAN, f64::INFINITY] {
            refused(new(&array![[1.6], [time]]), &layout, ErrorKind::Parameter, "travel time (1, 0)");
        }
        refused(new(&array![[1.6, 2.3]]), &layout, ErrorKind::Shape, "1, 2], as of the travel times");
        refused(new(&times), &Layout::scatter(comm, &[12, 2, 1], 0).unwrap(), ErrorKind::Shape, "odd number of times");
        refused(new(&times), &Layout::scatter(comm, &[13, 2], 0).unwrap(), ErrorKind::Shape, "shape of Marchenko");
        for dt in [0.0, -1.0, f64::NAN] {
            refused(new(&times).sampling(dt, 1.0), &layout, ErrorKind::Parameter, "sampling of time");
        }
        refused(new(&times).offset(f64::NAN), &layout, ErrorKind::Parameter, "offset");
        for samples in [5, usize::MAX] {
            refused(new(&times).smooth(samples), &layout, ErrorKind::Parameter, "samples of smoothing");
        }
        let other = DistArray::zeros(Layout::scatter(comm, &[5, 3, 2], 0).unwrap());
        refused(Marchenko::new(&other, &times).smooth(2), &layout, ErrorKind::Shape, "response of Marchenko");
        let map: Vec<_> = (0..comm.size()).map(|_| vec![lops::layout::Chunk::from(0..13)]).collect();
        let chunks = Layout::chunked(comm, &SHAPE, &map, lops::layout::Mode::Replica).unwrap();
        refused(new(&times), &chunks, ErrorKind::Layout, "without chunks");
    }
}
