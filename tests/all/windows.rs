//! Operators in windows: against pylops, by what a window is, and what is refused.

use crate::compared::compare;
use lops::layout::{Chunk, Mode};
use lops::ndarray::Array2;
use lops::operators::{FFT, Identity, MatrixMult, Patch2D, Patch3D, Sliding1D, Sliding2D, Sliding3D, Window, Windows};
use lops::signal::Taper;
use lops::{Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

/// The matrix with ((3i + 5j) mod 7 − 3) / 2, to all samples of a window.
fn by_matrix<const D: usize>(window: &Window<D>, model: &[usize]) -> Result<Operator<f64>> {
    let model = window.model(model)?;
    let (rows, columns) = (window.layout().size(), model.size());
    let element = |(i, j): (usize, usize)| ((3 * i + 5 * j) % 7) as f64 / 2.0 - 1.5;
    MatrixMult::new(&Array2::from_shape_fn((rows, columns), element)).on(&Layout::replicated(model.comm(), &[columns])?)
}

fn scattered(comm: &Comm, shape: &[usize]) -> Layout {
    Layout::scatter(comm, shape, shape.len() - 1).unwrap()
}

crate::bodies! {
    /// Sliding1D(MatrixMult, 9, 22, 10, 4, "hanning"), Sliding2D(MatrixMult, (6, 2), (12, 3), 6, 3, "cosinesquare"),
    /// Sliding3D(MatrixMult, (6, 3, 2), (8, 7, 2), (4, 3), (2, 1), (2, 1, 2), "cosine")
    fn sliding_windows_are_those_of_pylops(comm) {
        let a = Sliding1D::new([10], [4]).on(&scattered(comm, &[22]), |w| by_matrix(w, &[3])).unwrap();
        compare("1-D", &a,
            (7.313768586542782, 2.3880982516070457, &[2.375, -1.25, -1.375, -0.625, -0.75, 1.75, -0.125, 1.4375, 1.46875, -1.75,
                2.0, -1.25, 1.625, -1.59375, 1.15625, -1.5, 2.0, -1.5, 2.0, -1.5, -1.5, 2.0]),
            (7.741931283601011, -1.4748379331554757,
                &[1.90625, 4.125, -1.09375, 2.53125, -3.09375, -1.71875, -2.40625, -3.46875, 1.15625]));
        let a = Sliding2D::new([6], [3]).taper(Some(Taper::CosineSquare));
        let a = a.on(&scattered(comm, &[12, 3]), |w| by_matrix(w, &[2, 2])).unwrap();
        compare("2-D", &a,
            (9.8889833748217, 18.050642151894845, &[1.125, -0.625, -3.25, -0.625, 1.125, 1.125, 1.125, 1.125, -0.625, -3.25,
                -0.625, 1.125, 0.78125, 0.09375, 0.0625, -1.0, -1.125, 2.25, -0.5, 2.0, -0.75, -0.4375, -0.90625, 0.375]),
            (8.655798724698952, 0.736636436040871, &[0.03125, 3.6875, 0.125, -3.875, 4.71875, -0.6875, -2.8125, 0.3125,
                -3.78125, -0.5625, 0.46875, 0.84375]));
        let a = Sliding3D::new([4, 3], [2, 1]).taper(Some(Taper::Cosine));
        let a = a.on(&scattered(comm, &[8, 7, 2]), |w| by_matrix(w, &[2, 1, 2])).unwrap();
        compare("3-D", &a,
            (19.956593521941564, -12.748769965459996, &[1.125, -0.625, -3.25, -0.625, 0.0, 3.375, -0.5, 2.0, 2.75, -2.625, 0.875,
                -0.875, -2.625, 2.625, 1.125, 1.125, -0.625, -3.25, -1.625, 0.0, 2.25, -0.5, 0.25, 2.75]),
            (27.300698251143686, -31.83949879861762, &[-2.5, 2.375, 4.625, -3.625, 3.125, -5.875, 0.0, 5.875, 2.25, 5.375,
                -4.625, -4.125, -3.875, -4.375, 5.625, 2.5, 5.875, 2.75, -6.5, -0.875, -5.5, 0.125, 5.75, -2.625]));
    }

    /// Patch2D(MatrixMult, (4, 6), (10, 11), (6, 5), (2, 2), (2, 2), "hanning" and None),
    /// Patch3D(MatrixMult, (2, 4, 6), (6, 7, 8), (4, 4, 4), (2, 1, 2), (1, 2, 2), "cosinesqrt")
    fn patches_are_those_of_pylops(comm) {
        let (patches, layout) = (Patch2D::new([6, 5], [2, 2]), scattered(comm, &[10, 11]));
        let a = patches.clone().on(&layout, |w| by_matrix(w, &[2, 2])).unwrap();
        compare("2-D", &a,
            (18.92295233307953, 12.173010468235216, &[1.125, -0.625, -3.25, -0.625, 2.25, -0.5, 2.0, -1.75, 0.875, -0.875,
                -2.625, 1.125, 1.125, 1.125, -0.625, -1.0, -1.125, 2.25, -1.75, 3.5, -1.75, 0.875, -0.625, 1.125]),
            (30.066592756745816, -13.19447907241873, &[8.75, -7.25, -5.75, 13.25, -0.25, -4.125, 2.5, -0.5, -4.5, -5.75, 0.0,
                6.625, 0.0, -5.75, -4.5, 9.875, 2.5, -4.125, -0.25, 9.75, -5.75, -7.25, 8.75, 3.75]));
        let a = patches.taper(None).on(&layout, |w| by_matrix(w, &[2, 2])).unwrap();
        compare("2-D without tapers", &a,
            (28.881222273304154, 16.629911703974667, &[1.125, -0.625, -3.25, -1.75, 3.375, -0.5, 5.5, -2.5, 0.875, -0.875,
                -2.625, 1.125, 1.125, 1.125, -1.5, -4.25, -1.125, 4.875, -2.25, 3.5, -1.75, 0.875, -0.625, 1.125]),
            (39.40653499103924, -15.780562563288475, &[13.75, -11.0, -6.875, 14.75, 3.25, -7.75, 10.125, -1.75, -7.25, -1.25,
                -0.5, 2.875, -0.5, -1.25, -7.25, 5.125, 10.125, -7.75, 3.25, 8.125, -6.875, -11.0, 13.75, 7.875]));
        let a = Patch3D::new([4, 4, 4], [2, 1, 2]).taper(Some(Taper::CosineRoot));
        let a = a.on(&scattered(comm, &[6, 7, 8]), |w| by_matrix(w, &[1, 2, 2])).unwrap();
        compare("3-D", &a,
            (35.46587268064893, -9.378762775928378, &[1.125, -0.625, -3.25, 2.25, -0.5, -1.75, 0.875, -0.875, 1.125, 1.125, 1.125,
                -0.875, -1.0, 2.625, -1.75, 3.5, -0.625, -3.25, -0.625, -0.5, 2.0, 0.875, -0.875, -2.625]),
            (45.974517398228336, 5.799363855451567, &[4.75, -14.0, -1.25, -2.5, -3.75, -4.125, -1.0, 2.125, -1.125, -15.125, 8.5,
                15.5, 7.5, -0.625, 0.0, -2.0, 5.5, -11.75, -0.125, 0.125, -1.5, -9.75, -0.5, 0.875]));
    }

    fn a_window_is_a_part_of_the_array(comm) {
        let layout = scattered(comm, &[7, 2, 9]);
        let windows = Windows::new([5, 3], [1, 1]).along([2, 0]).taper(None);
        assert_eq!(windows.ranges(layout.shape()).unwrap(), [vec![0..5, 4..9], vec![0..3, 2..5, 4..7]]);
        assert_eq!(windows.model_shape(layout.shape(), &[4]).unwrap(), [2, 3, 4]);
        let mut numbers = vec![];
        let a = windows.on(&layout, |window| {
            let [k, l] = window.number();
            assert_eq!((window.starts(), window.layout().shape()), (&[2 * l, 0, 4 * k][..], &[3, 2, 5][..]));
            numbers.push([k, l]);
            Ok(Identity.on::<f64>(window.layout()))
        }).unwrap();
        assert!(numbers.is_sorted());
        assert_eq!(a.domain().layout().unwrap().shape(), [2, 3, 3, 2, 5]);
        let y = DistArray::random_signed(&layout, 3);
        let (x, y) = ((a.adjoint() * &y).gather_all(), y.gather_all());
        for k in 0..2 {
            for l in 0..3 {
                for (i, j, m) in (0..3).flat_map(|i| (0..2).flat_map(move |j| (0..5).map(move |m| (i, j, m)))) {
                    assert_eq!(x[[k, l, i, j, m]], y[[2 * l + i, j, 4 * k + m]]);
                }
            }
        }
    }

    /// Where every element is in one window, transforms to and fro give back the array; so does one window that has all of it.
    fn windows_may_be_real_on_one_side(comm) {
        let layout = Layout::replicated(comm, &[12, 2]).unwrap();
        let y = DistArray::random_signed(&layout, 8);
        for windows in [Sliding2D::new([4], [0]), Sliding2D::new([12], [5])] {
            let a = windows.on(&layout, |window| Ok(FFT::along(0).on_real::<f64>(window.layout())?.adjoint())).unwrap();
            assert!(a.check(4).unwrap().warnings.is_empty());
            let norm = (a.adjoint() * &y).norm();
            assert!(norm > 0.5 * y.norm(), "{norm}");
        }
        let a = Sliding2D::new([12], [5]).on(&layout, |window| Ok(Identity.on::<f64>(window.layout()))).unwrap();
        assert_eq!(&a * &(a.adjoint() * &y), y);
    }

    fn only_what_overlaps_is_sent(comm) {
        let layout = Layout::scatter(comm, &[60, 4], 0).unwrap();
        let a = Sliding2D::new([12], [0]).on(&layout, |window| Ok(Identity.on::<f64>(window.layout()))).unwrap();
        let sent = a.communication();
        if comm.size() == 1 || comm.size() == 5 {
            assert_eq!((sent.forward.bytes, sent.adjoint.bytes), (0, 0)); // a window each
        }
        assert!(a.to_string().starts_with("Sliding2D([12], overlaps [0], axes [0], Hanning)"), "{a}");
    }

    fn what_cannot_be_is_refused_on_every_rank(comm) {
        let layout = scattered(comm, &[22, 6]);
        let made = |windows: Patch2D, layout: &Layout| windows.on(layout, |w| by_matrix(w, &[2])).unwrap_err();
        let cases = [
            (ErrorKind::Shape, Patch2D::new([10, 4], [5, 2]), "length of axis 0: expected 20 or 25 (windows of 10, every 5), found 22"),
            (ErrorKind::Shape, Patch2D::new([23, 4], [5, 2]), "length of axis 0: expected 23 (windows of 23, every 18), found 22"),
            (ErrorKind::Parameter, Patch2D::new([10, 4], [4, 4]), "overlap of windows along axis 1: expected below 4, a window, found 4"),
            (ErrorKind::Parameter, Patch2D::new([10, 0], [4, 0]), "samples of windows along axis 1: expected at least 1, found 0"),
            (ErrorKind::Parameter, Patch2D::new([10, 4], [6, 2]), "samples of a taper: expected at most 5, half of 10, found 6"),
            (ErrorKind::Axis, Patch2D::new([10, 4], [4, 2]).along([0, 0]), "axes of windows: expected each once, found 0 twice"),
        ];
        for (kind, windows, words) in cases {
            let error = made(windows, &layout);
            assert_eq!((error.kind(), error.message()), (kind, words));
        }
        assert_eq!(made(Patch2D::new([10, 4], [4, 2]).along([0, 2]), &layout).kind(), ErrorKind::Axis);
        let none = Windows::new([], []).on(&layout, |window| Ok(Identity.on::<f64>(window.layout())));
        assert_eq!(none.unwrap_err().kind(), ErrorKind::Axis);
        let chunks = vec![vec![Chunk::from(0..22)]; comm.size()];
        let chunks = Layout::chunked(comm, &[22, 6], &chunks, Mode::Replica).unwrap();
        let mask = layout.with_mask(&vec![0; comm.size()]).unwrap();
        let patches = Patch2D::new([10, 4], [4, 2]);
        for layout in [chunks, mask] {
            assert_eq!(made(patches.clone(), &layout).kind(), ErrorKind::Layout);
        }
        // In the last window only, which is one rank's.
        let last = |window: &Window<2>| window.number() == [2, 1];
        let shorter = patches.clone().on(&layout, |window| {
            let model = window.model(&[if last(window) { 39 } else { 40 }])?;
            Ok(Identity.on::<f64>(&model))
        });
        let error = shorter.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.message().contains("in window [2, 1]: expected 40 elements, those of [10, 4], found 39"), "{error}");
        let other = patches.clone().on(&layout, |window| by_matrix(window, &[if last(window) { 3 } else { 2 }]));
        assert_eq!(other.unwrap_err().kind(), ErrorKind::Shape);
        let failing = patches.clone().on(&layout, |window| {
            if last(window) { Err(lops::Error::new(ErrorKind::Other, "no")) } else { by_matrix(window, &[2]) }
        });
        assert_eq!(failing.unwrap_err().kind(), ErrorKind::Other);
        if comm.size() > 1 {
            let wide = Layout::scatter(comm, &[40], 0).unwrap();
            let wide = Identity.on::<f64>(&wide);
            let error = patches.on(&layout, |_| Ok(wide.clone())).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Communicator);
        }
    }

    /// One operator for all windows, which is made once.
    fn an_operator_may_be_that_of_all_windows(comm) {
        let layout = scattered(comm, &[16, 5]);
        let own = Layout::replicated(&comm.alone(), &[8, 5]).unwrap();
        let fft = FFT::along(0).on::<f64>(&own).unwrap().adjoint();
        let shared = Sliding2D::new([8], [4]).on(&layout, |_| Ok(fft.clone())).unwrap();
        let each = Sliding2D::new([8], [4]).on(&layout, |w| Ok(FFT::along(0).on::<f64>(w.layout())?.adjoint())).unwrap();
        let x = DistArray::random_signed(shared.domain(), 2);
        assert_eq!(&shared * &x, &each * &x);
    }
}
