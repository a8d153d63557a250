//! The head phantom: values at known places, the same on any cut, and what is refused.

use lops::layout::Grid;
use lops::library::shepp_logan;
use lops::{Complex, DistArray, ErrorKind, Layout};

crate::bodies! {
    fn a_head_has_what_the_table_says(comm) {
        let layout = Grid::parse("bc").unwrap().layout(comm, &[200, 200]).unwrap();
        let head: DistArray<f64> = shepp_logan(&layout).unwrap();
        // From x and y between −1 and 1 to the pixel there.
        let at = |x: f64, y: f64| head.get(&[((1.0 - y) * 100.0) as usize, ((1.0 + x) * 100.0) as usize]).unwrap();
        for (x, y, expected) in [(0.0, 0.9, 1.0), (0.8, 0.0, 0.0), (0.0, 0.75, 0.2), (0.22, 0.0, 0.0), (-0.22, 0.0, 0.0),
            (0.0, 0.35, 0.3), (0.0, 0.1, 0.3), (0.001, -0.605, 0.3), (-0.08, -0.605, 0.3), (0.06, -0.605, 0.3),
            // Ends of the dark ones: turned outward at the top.
            (0.30, 0.26, 0.0), (0.14, 0.26, 0.3), (-0.33, 0.34, 0.0), (-0.11, 0.37, 0.3)] {
            assert!((at(x, y) - expected).abs() < 1e-12, "{x}, {y}: {}", at(x, y));
        }
        // Ellipses: π a b times their values; pixels of edges count or do not.
        let areas = 0.69 * 0.92 - 0.8 * 0.6624 * 0.874 - 0.2 * (0.11 * 0.31 + 0.16 * 0.41)
            + 0.1 * (0.21 * 0.25 + 2.0 * 0.046 * 0.046 + 2.0 * 0.046 * 0.023 + 0.023 * 0.023);
        assert!((head.sum() / 10_000.0 - std::f64::consts::PI * areas).abs() < 2e-3);
        let whole = shepp_logan::<f64>(&Layout::replicated(comm, &[200, 200]).unwrap()).unwrap();
        assert_eq!(whole.gather_all(), head.gather_all());
    }

    fn a_solid_head_has_the_plane_one_in_it(comm) {
        let solid: DistArray<f32> = shepp_logan(&Layout::scatter(comm, &[21, 40, 30], 0).unwrap()).unwrap();
        let plane: DistArray<f32> = shepp_logan(&Layout::replicated(comm, &[40, 30]).unwrap()).unwrap();
        let slice = solid.slice(&lops::index![10]).unwrap().gather_all();
        let plane = plane.gather_all();
        let same = slice.iter().zip(&plane).filter(|(a, b)| a == b).count();
        assert!(same > 1150 && slice[[20, 2]] == 0.0 && slice[[1, 15]] == plane[[1, 15]], "{same}");
        assert_eq!((solid.get(&[0, 20, 15]).unwrap(), solid.get(&[1, 20, 15]).unwrap()), (0.0, 0.0)); // beyond the skull
        assert_eq!(solid.max().unwrap(), 1.0);
    }

    fn other_axes_are_refused(comm) {
        for shape in [&[5][..], &[2, 2, 2, 2]] {
            let error = shepp_logan::<Complex<f64>>(&Layout::replicated(comm, shape).unwrap()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Shape);
        }
        let empty: DistArray<f64> = shepp_logan(&Layout::replicated(comm, &[0, 4]).unwrap()).unwrap();
        assert_eq!(empty.sum(), 0.0);
    }
}
