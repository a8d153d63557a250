//! Fits, places between samples, and elements in a mask: against pylops, by what is sent, and what is refused.

use lops::layout::Grid;
use lops::ndarray::{Array, ArrayD, array};
use lops::operators::{Bilinear, Communication, LinearRegression, Regression, Restriction};
use lops::{Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

const TIMES: [f64; 5] = [0.5, -1.25, 2.0, 0.0, 1.5];
const PLACES: [[f64; 2]; 4] = [[0.25, 1.5], [2.5, 0.125], [1.75, 2.75], [0.5, 2.0]];

/// Element k, as NumPy counts them, is (factor k mod over − less) / 4.
fn counted(layout: &Layout, [factor, over, less]: [i32; 3]) -> DistArray<f64> {
    let shape = layout.shape();
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(shape).fold(0, |k, (i, n)| k * n + i);
        f64::from(factor * k as i32 % over - less) / 4.0
    })
}

fn both_ways(operator: &Operator<f64>, forward: &[f64], adjoint: &[f64]) {
    let x = counted(operator.domain().layout().unwrap(), [7, 11, 5]);
    let y = counted(operator.range().layout().unwrap(), [5, 13, 6]);
    assert_eq!((operator * &x).gather_all().into_iter().collect::<Vec<_>>(), forward, "{operator}");
    assert_eq!(
        (operator.adjoint() * &y).gather_all().into_iter().collect::<Vec<_>>(),
        adjoint,
        "adjoint of {operator}"
    );
}

/// Cut in several ways.
fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let grid = |letters: &str| Grid::parse(letters).unwrap();
    let grids = if shape.len() == 1 { vec!["b", "c"] } else { vec!["b", "nb", "cn"] };
    let mut layouts: Vec<_> = grids.into_iter().map(|letters| grid(letters).layout(comm, shape).unwrap()).collect();
    layouts.push(Layout::replicated(comm, shape).unwrap());
    if comm.size() >= 4 && shape.len() > 1 {
        let over: Vec<_> = (0..shape.len()).map(|axis| if axis < 2 { 2 } else { 1 }).collect();
        layouts.extend(["bb", "cb"].map(|letters| grid(letters).over(&over).layout(comm, shape).unwrap()));
    }
    layouts
}

crate::bodies! {
    /// Regression(t, 3), LinearRegression(t)
    fn fits_are_those_of_pylops(comm) {
        for layout in layouts(comm, &[4]) {
            let cubic = Regression::new(&TIMES, 3).on(&layout).unwrap();
            both_ways(&cubic, &[-0.96875, -5.09765625, 7.75, -1.25, 2.59375], &[-1.5, 1.9375, 3.796875, 9.14453125]);
        }
        for layout in layouts(comm, &[2]) {
            let line = LinearRegression::new(&TIMES).on(&layout).unwrap();
            both_ways(&line, &[-1.0, -1.875, -0.25, -1.25, -0.5], &[-1.5, 1.9375]);
        }
    }

    /// A polynomial each.
    fn columns_are_fitted_by_themselves(comm) {
        let layout = Layout::scatter(comm, &[3, 6], 1).unwrap();
        let parabolas = Regression::new(&TIMES, 2).on(&layout).unwrap();
        assert_eq!(parabolas.communication(), Communication::default());
        let x = counted(&layout, [7, 11, 5]);
        let (x_of, y) = (x.gather_all(), (&parabolas * &x).gather_all());
        let turned = Layout::scatter(comm, &[6, 3], 0).unwrap();
        let of_turned = Regression::new(&TIMES, 2).along(1).on(&turned).unwrap();
        let y_of_turned = (&of_turned * &DistArray::from_fn(&turned, |i| x_of[&[i[1], i[0]][..]])).gather_all();
        for column in 0..6 {
            for (k, t) in TIMES.iter().enumerate() {
                let x = |power: usize| x_of[&[power, column][..]];
                assert_eq!(y[&[k, column][..]], x(0) + x(1) * t + x(2) * t * t);
                assert_eq!(y_of_turned[&[column, k][..]], y[&[k, column][..]]);
            }
        }
    }

    /// Bilinear(places, (4, 5)), (4, 5, 2)
    fn places_on_a_plane_are_those_of_pylops(comm) {
        for layout in layouts(comm, &[4, 5]) {
            let between = Bilinear::new(&PLACES).on(&layout).unwrap();
            both_ways(&between, &[0.125, -0.125, -0.375, -0.25], &[0.0, -0.5625, -1.0625, 0.0, 0.0, 0.0, -0.1875,
                -0.625, 0.1875, 0.0, -0.109375, -0.015625, 0.1875, 0.5625, 0.0, -0.109375, -0.015625, 0.0, 0.0, 0.0]);
        }
        for layout in layouts(comm, &[4, 5, 2]) {
            let between = Bilinear::new(&PLACES).on(&layout).unwrap();
            both_ways(&between, &[0.125, 0.15625, -0.203125, 0.171875, -0.015625, 0.015625, 0.75, -0.25],
                &[0.0, 0.0, -0.5625, -0.09375, -0.8125, 0.28125, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.1875, -0.03125, -0.421875,
                0.4375, 0.046875, 0.28125, 0.0, 0.0, 0.4375, -0.4375, 0.0625, -0.0625, 0.046875, 0.28125, 0.140625, 0.84375,
                0.0, 0.0, 0.4375, -0.4375, 0.0625, -0.0625, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        }
    }

    /// Samples themselves, the last ones too, and some twice.
    fn places_may_be_samples(comm) {
        let layout = Layout::scatter(comm, &[4, 5], 0).unwrap();
        let x = counted(&layout, [7, 11, 5]);
        let corners = [[0.0, 0.0], [3.0, 4.0], [3.0, 0.0], [3.0, 4.0], [1.0, 4.0]];
        let y = (&Bilinear::new(&corners).on(&layout).unwrap() * &x).gather_all();
        for (place, y) in corners.iter().zip(y) {
            assert_eq!(y, x.get(&place.map(|at| at as isize)).unwrap());
        }
    }

    fn a_sample_is_sent_once_to_whom_needs_it(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[2 * p, 3, 4], 0).unwrap();
        // A place of each rank between its rows; one more of each between its last row and the next.
        let within = (0..p).map(|rank| [2.0 * rank as f64 + 0.5, 0.5]);
        let whole = Bilinear::new(&within.collect::<Vec<_>>()).on::<f64>(&layout).unwrap();
        assert_eq!(whole.communication(), Communication::default());
        let across = (0..p).map(|rank| [(2.0 * rank as f64 + 1.5).min(2.0 * p as f64 - 1.0), 0.5]);
        let between = Bilinear::new(&across.collect::<Vec<_>>()).on::<f64>(&layout).unwrap();
        // Two samples of four elements from the next rank.
        let sent = between.communication().forward;
        assert_eq!([sent.messages, sent.bytes], if rank == 0 { [0, 0] } else { [1, 2 * 4 * 8] });
    }

    /// Restriction((4, 3), [0, 2, 3], axis=0), whose method `mask` is RᴴR.
    fn masks_of_an_axis_are_lists_of_indices(comm) {
        for layout in layouts(comm, &[4, 3]) {
            let rows = Restriction::mask(&array![true, false, true, true]).on(&layout).unwrap();
            let x = counted(&layout, [7, 11, 5]);
            let y = &rows * &x;
            assert_eq!(y.layout().unwrap().shape(), [3, 3]);
            assert_eq!(y, &Restriction::new(&[0, 2, 3]).on(&layout).unwrap() * &x);
            let masked = (lops::operators::normal(&rows) * &x).gather_all();
            let expected = array![[-1.25, 0.5, -0.5], [0.0, 0.0, 0.0], [1.0, 0.0, -1.0], [0.75, -0.25, -1.25]];
            assert_eq!(masked, expected.into_dyn());
        }
    }

    fn masks_of_an_array_take_elements_in_order(comm) {
        let mask = Array::from_shape_fn([4, 5], |(i, j)| (i * i + 3 * j) % 4 == 1);
        for layout in layouts(comm, &[4, 5]) {
            let x = counted(&layout, [7, 11, 5]);
            let taken = Restriction::mask(&mask).on(&layout).unwrap();
            assert_eq!(taken.communication(), Communication::default());
            let of_all: ArrayD<f64> = x.gather_all();
            let expected: Vec<f64> = of_all.iter().zip(&mask).filter(|(_, taken)| **taken).map(|(x, _)| *x).collect();
            let y = &taken * &x;
            assert_eq!(y.gather_all().as_slice(), Some(&expected[..]));
            let back = (taken.adjoint() * &y).gather_all();
            assert!(back.iter().zip(of_all.iter().zip(&mask)).all(|(back, (x, taken))| *back == if *taken { *x } else { 0.0 }));
        }
        let layout = Layout::scatter(comm, &[4, 5], 0).unwrap();
        let taken = Restriction::mask(&Array::from_elem([4, 5], false)).on::<f64>(&layout).unwrap();
        assert_eq!(taken.shape(), (0, 20));
    }

    fn what_cannot_be_is_refused(comm) {
        let refused = |operator: Result<Operator<f64>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let masked = layout.with_mask(&vec![0; comm.size()]).unwrap();
        refused(Regression::new(&TIMES, 3).along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Regression::new(&TIMES, 3).along(1).on(&layout), ErrorKind::Shape, "order + 1 on axis 1");
        refused(Regression::new(&TIMES, usize::MAX).on(&layout), ErrorKind::Shape, "order + 1");
        refused(LinearRegression::new(&TIMES).on(&layout), ErrorKind::Shape, "coefficients of LinearRegression");
        for place in [f64::NAN, f64::INFINITY, 1e200] {
            refused(Regression::new(&[0.0, place], 3).on(&layout), ErrorKind::Parameter, "place 1 of Regression");
        }
        refused(Regression::new(&TIMES, 3).on(&masked), ErrorKind::Layout, "layout of Regression");
        for place in [[-0.1, 0.0], [3.1, 0.0], [0.0, 2.5], [0.0, f64::NAN]] {
            refused(Bilinear::new(&[[0.0, 0.0], place]).on(&layout), ErrorKind::Parameter, "place 1 of Bilinear");
        }
        refused(Bilinear::new(&PLACES).on(&Layout::scatter(comm, &[4], 0).unwrap()), ErrorKind::Axis, "1");
        refused(Bilinear::new(&PLACES).on(&masked), ErrorKind::Layout, "layout of Bilinear");
        refused(Restriction::mask(&array![true, false, true]).on(&layout), ErrorKind::Shape, "mask of Restriction");
        refused(Restriction::mask(&array![true]).along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Restriction::mask(&array![[true, false]]).on(&layout), ErrorKind::Shape, "shape [4, 3]");
    }
}
