//! Arrays from formulas over their indices, against the formulas evaluated serially.

use crate::cases::Dice;
use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Complex, DistArray, Element, ErrorKind, Layout, Result,
    layout::{Chunk, Mode},
};

/// The array that is made is this one, on any layout and without a word to anybody.
fn is<T: Element>(layout: &Layout, make: impl Fn(&Layout) -> Result<DistArray<T>>, value: impl Fn(&[usize]) -> T) {
    let before = layout.comm().traffic();
    let x = make(layout).unwrap();
    assert_eq!(layout.comm().traffic(), before, "{layout}");
    let expected = ArrayD::from_shape_fn(IxDyn(layout.shape()), |i| value(lops::ndarray::Dimension::slice(&i)));
    assert_eq!(x.gather_all(), expected, "{layout}");
    assert_eq!(x.layout().unwrap(), layout);
}

crate::bodies! {
    fn ones_and_identities(comm) {
        let mut dice = Dice::new(31);
        for _ in 0..8 {
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            is(&layout, |l| Ok(DistArray::ones(l)), |_| 1i8);
            let matrix = dice.layout(comm, &[1 + shape[0], 5]);
            for k in [-2, -1, 0, 1, 4, 7, isize::MIN, isize::MAX] {
                is(&matrix, |l| DistArray::eye(l, k), |i| i32::from(i[1] as i128 == i[0] as i128 + k as i128));
            }
            is(&matrix, |l| DistArray::eye(l, 0), |i| Complex::new(f64::from(i[0] == i[1]), 0.0));
        }
        let layout = Layout::scatter(comm, &[3], 0).unwrap();
        let error = DistArray::<f64>::eye(&layout, 0).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.to_string().contains("expected 2 axes, found shape [3]"), "{error}");
    }

    fn evenly_spaced_numbers(comm) {
        let mut dice = Dice::new(32);
        for n in [0, 1, 2, 3, 10, 50] {
            let layout = dice.layout(comm, &[n]);
            // NumPy: y = arange(0, n) * step + start, of which the last is set to stop.
            let closed = |start: f64, stop: f64, i: usize| {
                if i > 0 && i == n - 1 { stop } else { i as f64 * ((stop - start) / (n.max(2) - 1) as f64) + start }
            };
            is(&layout, |l| DistArray::linspace(l, 0.1..=0.7), |i| closed(0.1, 0.7, i[0]));
            is(&layout, |l| DistArray::linspace(l, 3.0..=-1.5), |i| closed(3.0, -1.5, i[0]));
            is(&layout, |l| DistArray::linspace(l, 0.1..0.7), |i| i[0] as f64 * ((0.7 - 0.1) / n as f64) + 0.1);
            is(&layout, |l| DistArray::linspace(l, 0.1f32..0.7), |i| i[0] as f32 * ((0.7f32 - 0.1) / n as f32) + 0.1);
            is(&layout, |l| DistArray::logspace(l, 0.0..=3.0, 10.0), |i| 10f64.powf(closed(0.0, 3.0, i[0])));
            is(&layout, |l| DistArray::arange(l, 0.5, 0.1), |i| 0.5 + i[0] as f64 * 0.1);
            is(&layout, |l| DistArray::arange(l, -1.0f32, 0.3), |i| -1.0 + i[0] as f32 * 0.3);
            is(&layout, |l| DistArray::arange(l, -25i8, 1), |i| i[0] as i8 - 25);
            is(&layout, |l| DistArray::arange(l, 7usize, 3), |i| 7 + 3 * i[0]);
            is(&layout, |l| DistArray::arange(l, i64::MAX, -1), |i| i64::MAX - i[0] as i64);
        }
        let five = Layout::scatter(comm, &[5], 0).unwrap();
        let of = |x: DistArray<f64>| x.gather_all().into_raw_vec_and_offset().0;
        // Figures of NumPy 1.26: linspace(2, 3, 5), linspace(2, 3, 5, endpoint=False), linspace(0, 5e-324, 5).
        assert_eq!(of(DistArray::linspace(&five, 2.0..=3.0).unwrap()), [2.0, 2.25, 2.5, 2.75, 3.0]);
        assert_eq!(of(DistArray::linspace(&five, 2.0..3.0).unwrap()), [2.0, 2.2, 2.4, 2.6, 2.8]);
        assert_eq!(of(DistArray::linspace(&five, 0.0..=5e-324).unwrap()), [0.0, 0.0, 0.0, 5e-324, 5e-324]);
        let all = DistArray::arange(&Layout::scatter(comm, &[256], 0).unwrap(), i8::MIN, 1).unwrap();
        assert_eq!(all.gather_all().into_raw_vec_and_offset().0, (i8::MIN..=i8::MAX).collect::<Vec<_>>());
    }

    fn what_cannot_be_spaced_is_refused(comm) {
        let (line, plane) = (Layout::scatter(comm, &[200], 0).unwrap(), Layout::scatter(comm, &[3, 4], 1).unwrap());
        let error = DistArray::arange(&line, -100i8, 2).unwrap_err();
        assert_eq!(error.to_string(), "200 numbers from -100 on in steps of 2: expected all within int8, found one beyond");
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert_eq!(DistArray::arange(&line, 0u64, u64::MAX).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(DistArray::arange(&line, u64::MAX, 1).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(DistArray::arange(&plane, 0, 1).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(DistArray::linspace(&plane, 0.0..1.0).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(DistArray::linspace(&line, 0.0..).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(DistArray::logspace(&line, ..1.0, 2.0).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(DistArray::coordinates(&plane, 2, 0.0..1.0).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(DistArray::indices(&plane, 2).unwrap_err().kind(), ErrorKind::Axis);
        let missing = DistArray::from_coordinates(&plane, &[0.0..1.0], |x: &[f64]| x[0]).unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Shape);
        let map = vec![vec![Chunk::from(..)]; comm.size()];
        let least = Layout::chunked(comm, &[3, 4], &map, Mode::Min).unwrap();
        assert_eq!(DistArray::<Complex<f64>>::eye(&least, 0).unwrap_err().kind(), ErrorKind::Parameter);
    }

    fn coordinates_of_every_element(comm) {
        let mut dice = Dice::new(33);
        for _ in 0..12 {
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let points: Vec<Vec<f64>> = shape.iter().map(|&n| {
                let line = Layout::replicated(&comm.alone(), &[n]).unwrap();
                DistArray::linspace(&line, -1.0..=2.0).unwrap().into_vec()
            }).collect();
            for (axis, points) in points.iter().enumerate() {
                is(&layout, |l| DistArray::indices(l, axis), |i| i[axis]);
                is(&layout, |l| DistArray::coordinates(l, axis, -1.0..=2.0), |i| points[i[axis]]);
            }
            let ranges = vec![-1.0..=2.0; shape.len()];
            is(
                &layout,
                |l| DistArray::from_coordinates(l, &ranges, |x: &[f64]| x.iter().fold(0.0, |sum, x| 3.0 * sum + x)),
                |i| i.iter().zip(&points).fold(0.0, |sum, (&i, points)| 3.0 * sum + points[i]),
            );
        }
        let scalar = Layout::replicated(comm, &[]).unwrap();
        let none: [std::ops::Range<f64>; 0] = [];
        is(&scalar, |l| DistArray::from_coordinates(l, &none, <[f64]>::len), |_| 0);
    }

    fn chunks_are_made_as_arrays_are(comm) {
        let mut map = vec![vec![]; comm.size()];
        map[0].push(Chunk::from((0..3, 0..4)));
        map[comm.size() - 1].push(Chunk::from((1..3, 1..4)));
        for mode in [Mode::Replica, Mode::Sum, Mode::Product, Mode::Min, Mode::Max] {
            let layout = Layout::chunked(comm, &[3, 4], &map, mode).unwrap();
            is(&layout, |l| DistArray::eye(l, 1), |i| i32::from(i[1] == i[0] + 1));
            is(&layout, |l| DistArray::indices(l, 1), |i| i[1]);
            is(&layout, |l| DistArray::coordinates(l, 0, 0.0..3.0), |i| i[0] as f64);
            is(&layout, |l| DistArray::from_coordinates(l, &[0.0..3.0, 0.0..4.0], |x| x[0] * 4.0 + x[1]), |i| {
                (i[0] * 4 + i[1]) as f64
            });
        }
    }
}
