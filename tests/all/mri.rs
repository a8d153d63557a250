//! Magnetic resonance imaging: against pylops, masks by chance, and what is refused.

use lops::layout::Grid;
use lops::ndarray::{Array2, ArrayD};
use lops::operators::MRI2D;
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator};

type C = Complex<f64>;

fn value(k: usize) -> f64 {
    f64::from((7 * k + 3) as i32 % 11 - 5) / 4.0
}

/// The k-th element, k in C order.
fn numbers(layout: &Layout) -> DistArray<C> {
    let shape = layout.shape().to_vec();
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(&shape).fold(0, |k, (i, n)| k * n + i);
        Complex::new(value(k), value(k + 4))
    })
}

/// Both ways: some of the numbers from a place on, and the norm.
fn compare(
    comm: &Comm,
    scan: &MRI2D,
    shape: [usize; 2],
    data: (&[(f64, f64)], f64),
    image: (usize, &[(f64, f64)], f64),
) {
    let near = |found: &ArrayD<C>, from: usize, expected: &[(f64, f64)]| {
        for (k, (found, &(re, im))) in found.iter().skip(from).zip(expected).enumerate() {
            assert!((found - Complex::new(re, im)).norm() < 1e-13, "{k}: {found}, not {re} + {im}i");
        }
    };
    for layout in [
        Layout::replicated(comm, &shape).unwrap(),
        Layout::scatter(comm, &shape, 0).unwrap(),
        Grid::parse("bc").unwrap().layout(comm, &shape).unwrap(),
    ] {
        let a: Operator<C> = scan.clone().on(&layout).unwrap();
        let y = &a * &numbers(&layout);
        near(&y.gather_all(), 0, data.0);
        assert!((y.norm() - data.1).abs() < 1e-12, "{}", y.norm());
        let x = a.adjoint() * &numbers(a.range().layout().unwrap());
        near(&x.gather_all(), image.0, image.1);
        assert!((x.norm() - image.2).abs() < 1e-12, "{}", x.norm());
        let report = a.check(2).unwrap();
        assert!(report.warnings.is_empty(), "{report}");
    }
}

crate::bodies! {
    /// MRI2D((6, 8), mask), and adjoints of the same numbers.
    fn a_mask_weighs_as_that_of_pylops(comm) {
        let mask = Array2::from_shape_fn((6, 8), |(i, k)| value(8 * i + k));
        compare(comm, &MRI2D::mask(&mask), [6, 8], (&[(0.1984641550339339, 0.19846415503393383),
            (-1.0525151238521466, -0.14532201296745226), (0.0, 0.0), (-0.21050302477042934, -0.08719320778047138),
            (0.32475952641916456, -0.4690970937165709), (0.0, 0.0)], 6.357809478882356),
            (0, &[(4.321105920966105, -2.1740846074171847), (-0.005051097890769314, -0.03423884239539868),
            (-0.054126587736527426, 0.10825317547305481), (1.184891601061195, 0.65846237114628)], 6.302281332977765));
    }

    /// MRI2D((6, 8), "vertical-reg", nlines=3, perc_center=0)
    fn columns_are_those_of_pylops(comm) {
        let scan = MRI2D::vertical_reg(3);
        let columns: Vec<_> = scan.places([6, 8]).unwrap()[3..6].iter().map(|place| place[1]).collect();
        assert_eq!(columns, [0.0, 2.0, 4.0]);
        compare(comm, &scan, [6, 8], (&[(-0.3969283100678678, -0.39692831006786766), (0.0, 0.0),
            (0.32475952641916456, -0.4690970937165709), (-0.34374999999999994, 1.2828924651018014),
            (-0.34375, 0.1984641550339339), (0.08408121635129677, -0.08313293868263708)], 3.3330729064933453),
            (8, &[(-0.10600952641916453, 0.3956329386826371), (-0.6395031754730548, -0.17135435942514352),
            (-0.26450317547305485, 0.9871392896287468), (-0.04799682452694518, -0.012860710371253274)], 4.756574397610112));
    }

    /// MRI2D(shape, "radial-reg", nlines=3)
    fn radial_lines_are_those_of_pylops(comm) {
        let scan = MRI2D::radial_reg(3);
        let places = scan.places([8, 8]).unwrap();
        assert_eq!((places.len(), places[1]), (18, [1.0, 4.0]));
        assert!((places[4][0] - 2.4088324360345803).abs() < 1e-14 && (places[4][1] - 1.2440169358562922).abs() < 1e-14);
        assert_eq!(MRI2D::radial_reg(4).places([16, 16]).unwrap().len(), 54);
        compare(comm, &scan, [8, 8], (&[(0.031249999999999976, -0.3125), (-0.22476212985703492, -0.1988737822087165),
            (-0.4383297022376525, 0.05052534772926742), (0.0, -0.2812499999999999),
            (-0.12437542678026353, -0.5384564746248108), (-1.0216339519213626, 1.0653128718308726)], 3.0616116674395104),
            (8, &[(-0.034330717447218426, -0.15090548025660008), (0.29000237419419145, -0.22784598732051703),
            (-0.0559591935971997, -0.19559364180434846), (0.26067671531498066, -0.1834155090641494)], 3.6896780944959793));
        compare(comm, &scan, [7, 7], (&[(0.27824816825500803, 0.4428294229843623), (-0.019952176491136012, -0.1770804641187534),
            (-0.19127282836629553, 0.4099250097006004), (-0.2990875092516167, 0.3667885526552087),
            (0.27166769113511113, 0.865166633522471), (0.03327670852394871, -0.09509936923446032)], 2.4235921922314865),
            (8, &[(0.375762579539719, 0.38994689296847757), (-0.4806168877518111, -0.1397369118493024),
            (-0.3967989855065233, 0.3525968872422465), (0.2471160759765959, -0.25624016070416106)], 3.766167141618077));
    }

    fn chance_follows_from_the_seed(comm) {
        let columns = |scan: MRI2D| scan.places([1, 20]).unwrap().iter().map(|place| place[1] as usize).collect::<Vec<_>>();
        let drawn = columns(MRI2D::vertical_uni(6, 3).perc_center(0.2));
        assert!(drawn.len() == 10 && drawn.is_sorted() && drawn.windows(2).all(|pair| pair[0] < pair[1]), "{drawn:?}");
        assert!((8..12).all(|column| drawn.contains(&column)));
        assert_eq!(drawn, columns(MRI2D::vertical_uni(6, 3).perc_center(0.2)));
        assert_ne!(drawn, columns(MRI2D::vertical_uni(6, 4).perc_center(0.2)));
        assert_eq!(columns(MRI2D::vertical_uni(18, 3)).len(), 20); // a tenth in the middle
        let points = MRI2D::radial_uni(9, 5).places([16, 16]).unwrap();
        assert!(points.len() > 9 * 9 && points.iter().flatten().all(|at| (0.0..15.0).contains(at)));
        assert_ne!(points, MRI2D::radial_uni(9, 6).places([16, 16]).unwrap());
        // Of an image that is not square no line leaves the spectrum.
        assert!(MRI2D::radial_reg(5).places([6, 20]).unwrap().iter().all(|at| (0.0..5.0).contains(&at[0])));
        let layout = Layout::scatter(comm, &[16, 12], 1).unwrap();
        for scan in [MRI2D::vertical_uni(4, 1), MRI2D::radial_uni(4, 1)] {
            lops::operators::check_same_bits(comm, 2, |comm| {
                scan.clone().on::<f32>(&Layout::scatter(comm, &[16, 12], 1)?)
            })
            .unwrap();
            assert!(scan.on::<f32>(&layout).unwrap().check(1).unwrap().warnings.is_empty());
        }
    }

    fn all_frequencies_are_an_orthonormal_transform(comm) {
        let layout = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let scan: Operator<C> = MRI2D::mask(&Array2::ones((6, 5))).on(&layout).unwrap();
        let x = DistArray::random_signed(&layout, 1);
        assert!((&(scan.adjoint() * &(&scan * &x)) - &x).norm() < 1e-14 * x.norm());
        let constant = &scan * &DistArray::full(&layout, Complex::new(1.0, 0.0));
        assert!((constant.get(&[3, 2]).unwrap() - 30f64.sqrt()).norm() < 1e-13);
    }

    fn what_cannot_be_scanned_is_refused(comm) {
        let layout = Layout::replicated(comm, &[6, 8]).unwrap();
        let refused = |scan: MRI2D, layout: &Layout, kind, words: &str| {
            let error = scan.on::<f64>(layout).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        for shape in [&[6][..], &[2, 6, 8]] {
            refused(MRI2D::radial_reg(2), &Layout::replicated(comm, shape).unwrap(), ErrorKind::Shape, "two axes");
        }
        refused(MRI2D::radial_reg(2), &Layout::replicated(comm, &[6, 0]).unwrap(), ErrorKind::Shape, "with elements");
        refused(MRI2D::radial_reg(2), &Layout::replicated(comm, &[1, 1]).unwrap(), ErrorKind::Shape, "a point at least");
        refused(MRI2D::mask(&Array2::ones((8, 6))), &layout, ErrorKind::Shape, "mask of MRI2D");
        refused(MRI2D::mask(&Array2::from_elem((6, 8), f64::NAN)), &layout, ErrorKind::Parameter, "finite numbers");
        for scan in [MRI2D::vertical_reg(0), MRI2D::vertical_uni(0, 1), MRI2D::radial_reg(0), MRI2D::radial_uni(0, 1)] {
            refused(scan, &layout, ErrorKind::Parameter, "lines of MRI2D");
        }
        refused(MRI2D::vertical_reg(9), &layout, ErrorKind::Parameter, "at most 8");
        refused(MRI2D::vertical_uni(5, 1).perc_center(0.5), &layout, ErrorKind::Parameter, "at most 8");
        refused(MRI2D::vertical_uni(usize::MAX, 1).perc_center(0.5), &layout, ErrorKind::Parameter, "at most 8");
        for share in [-0.1, 1.1, f64::NAN] {
            refused(MRI2D::vertical_uni(1, 1).perc_center(share), &layout, ErrorKind::Parameter, "0 to 1");
        }
        refused(MRI2D::vertical_reg(2).perc_center(0.1), &layout, ErrorKind::Parameter, "perc_center");
        let chunks = vec![vec![lops::layout::Chunk::from(0..6)]; comm.size()];
        let chunked = Layout::chunked(comm, &[6, 8], &chunks, lops::layout::Mode::Replica).unwrap();
        refused(MRI2D::vertical_reg(2), &chunked, ErrorKind::Layout, "without chunks");
    }
}
