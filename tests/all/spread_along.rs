//! Samples along curves: against pylops, by what is sent, and what is refused.

use lops::comm::VectorSum;
use lops::operators::{Communication, SpreadAlong};
use lops::{DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

const MODEL: [usize; 2] = [3, 4];
const DATA: [usize; 2] = [5, 6];

/// Lines of three slopes, of which some leave the traces.
fn line(x0: usize, t0: usize, x: usize) -> f64 {
    0.5625 + t0 as f64 + (x0 as f64 - 1.0) * 0.75 * x as f64
}

/// Element k, as NumPy counts them, is (factor k mod over − less) / 4.
fn counted(layout: &Layout, [factor, over, less]: [i32; 3]) -> DistArray<f64> {
    let width = layout.shape()[1];
    DistArray::from_fn(layout, |i| f64::from(factor * (i[0] * width + i[1]) as i32 % over - less) / 4.0)
}

crate::bodies! {
    /// Spread((3, 4), (5, 6), fh=…)
    fn curves_are_those_of_pylops(comm) {
        let model = Layout::replicated(comm, &MODEL).unwrap();
        let nearest = SpreadAlong::nearest(DATA, line).on(&model).unwrap();
        let linear = SpreadAlong::linear(DATA, line).on(&model).unwrap();
        let cases: [(Operator<f64>, &[f64], &[f64]); 2] = [
            (nearest, &[0.0, -2.0, 0.5, 0.25, 0.0, 0.0, -1.25, -0.25, -0.5, 2.0, -1.25, 0.0, 0.5, -0.25, -0.5, 1.75, -0.25, -1.25, -0.5, 1.5, -0.75, 0.0, 0.75, -0.25, -0.5, 1.5, -0.75, 1.0, -1.0, 0.75], &[-0.75, 2.25, -3.0, 0.0, -1.0, -1.25, -1.5, 1.5, 0.0, -0.25, -0.75, 1.75]),
            (linear, &[-0.875, -0.90625, 0.390625, 0.140625, 0.0, 0.0, 0.203125, -0.5625, 0.046875, 1.640625, -0.9375, -0.390625, 0.578125, -0.625, 0.21875, 1.28125, -0.1875, -0.015625, -0.234375, 0.515625, 0.21875, -0.109375, 0.5625, -0.203125, 0.65625, 0.515625, 0.015625, 0.125, -0.234375, 0.421875], &[-0.796875, 1.34375, -1.546875, -0.859375, -0.890625, -1.140625, -1.390625, 0.1875, -1.265625, 0.109375, 0.359375, 0.328125]),
        ];
        for (operator, forward, adjoint) in cases {
            let data = operator.range().layout().unwrap();
            assert_eq!(data.shape(), DATA);
            let y = &operator * &counted(&model, [7, 11, 5]);
            assert_eq!(y.gather_all().as_slice(), Some(forward), "{operator}");
            assert_eq!((operator.adjoint() * &counted(data, [5, 13, 6])).as_slice(), adjoint, "{operator}");
        }
    }

    /// Both ends of a trace are hit; what is no place goes nowhere.
    fn ends_are_parts_of_traces(comm) {
        let model = Layout::replicated(comm, &[1, 5]).unwrap();
        let places = [0.0, 3.0, -0.1, 3.1, f64::NAN];
        let x = DistArray::from_fn(&model, |i| (1 + i[1]) as f64);
        let to_ends = |_: usize, t0: usize, _: usize| places[t0];
        let linear = SpreadAlong::linear([2, 4], to_ends).on(&model).unwrap();
        let y = &linear * &x;
        assert_eq!(y.gather_all().as_slice(), Some(&[1.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 2.0][..]));
        assert_eq!((linear.adjoint() * &y).as_slice(), [2.0, 4.0, 0.0, 0.0, 0.0]);
        let nearest = SpreadAlong::nearest([2, 4], to_ends).on(&model).unwrap();
        assert_eq!((&nearest * &x).gather_all().as_slice(), Some(&[4.0, 0.0, 0.0, 6.0, 4.0, 0.0, 0.0, 6.0][..]));
    }

    fn only_the_model_is_sent(comm) {
        let model = Layout::replicated(comm, &MODEL).unwrap();
        let operator = SpreadAlong::linear(DATA, line).on::<f64>(&model).unwrap();
        let Communication { forward, adjoint } = operator.communication();
        let sum = VectorSum::<f64>::new(comm, 12, 5).unwrap();
        assert_eq!((forward.messages, adjoint), (0, sum.sends()));
    }

    fn what_cannot_be_is_refused(comm) {
        let refused = |operator: Result<Operator<f32>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let model = Layout::replicated(comm, &MODEL).unwrap();
        let on = |data, layout: &Layout| SpreadAlong::linear(data, line).on(layout);
        refused(on(DATA, &Layout::replicated(comm, &[3]).unwrap()), ErrorKind::Shape, "two axes");
        refused(on(DATA, &Layout::scatter(comm, &MODEL, 0).unwrap()), ErrorKind::Layout, "a replicated one");
        refused(on(DATA, &model.with_mask(&vec![0; comm.size()]).unwrap()), ErrorKind::Layout, "no mask");
        refused(on([1, u32::MAX as usize], &model), ErrorKind::Shape, "samples of a trace");
        refused(on([(1 << 16) + 1, 1], &Layout::replicated(comm, &[1, 1]).unwrap()), ErrorKind::Parameter, "at most");
    }
}
