//! Sums along an axis: against pylops, by what is sent, and what is refused.

use lops::comm::Sent;
use lops::layout::Grid;
use lops::operators::{CausalIntegration, Communication, Sum};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

const SHAPE: [usize; 3] = [2, 4, 3];

/// Element k, as NumPy counts them, is (factor k mod over − less) / 4.
fn counted(layout: &Layout, [factor, over, less]: [i32; 3]) -> DistArray<f64> {
    let shape = layout.shape();
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(shape).fold(0, |k, (i, n)| k * n + i);
        f64::from(factor * k as i32 % over - less) / 4.0
    })
}

fn model(layout: &Layout) -> DistArray<f64> {
    counted(layout, [7, 11, 5])
}

fn data(layout: &Layout) -> DistArray<f64> {
    counted(layout, [5, 13, 6])
}

fn layouts(comm: &Comm) -> Vec<Layout> {
    let grid = |letters: &str, over: &[usize]| Grid::parse(letters).unwrap().over(over).layout(comm, &SHAPE).unwrap();
    let mut layouts: Vec<_> = (0..3).map(|axis| Layout::scatter(comm, &SHAPE, axis).unwrap()).collect();
    layouts.extend([grid("ncn", &[1, comm.size(), 1]), Layout::replicated(comm, &SHAPE).unwrap()]);
    if comm.size() >= 4 {
        layouts.extend([grid("bbn", &[2, 2, 1]), grid("ncb", &[1, 2, 2])]);
    }
    layouts
}

fn equal(found: &DistArray<f64>, expected: &[f64]) {
    assert_eq!(found.gather_all().into_iter().collect::<Vec<_>>(), expected);
}

/// What an operator sends is what it says.
fn sends(operator: &Operator<f64>, expected: [Sent; 2]) {
    let comm = operator.domain().comm();
    assert_eq!(operator.communication(), Communication { forward: expected[0], adjoint: expected[1] }, "{operator}");
    let (mut x, mut y) = (DistArray::zeros(operator.domain()), DistArray::zeros(operator.range()));
    let begin = comm.traffic();
    operator.apply(x.as_slice(), y.as_mut_slice());
    let between = comm.traffic();
    operator.apply_adjoint(y.as_slice(), x.as_mut_slice());
    assert_eq!([(between - begin).total(), (comm.traffic() - between).total()], expected, "{operator}");
}

crate::bodies! {
    /// Sum((2, 4, 3), axis=…)
    fn sums_are_those_of_pylops(comm) {
        let cases: [&[f64]; 3] = [
            &[-0.75, 0.0, 0.75, 1.5, -0.5, 0.25, 1.0, -1.0, -0.25, 0.5, -1.5, -0.75],
            &[1.75, 0.5, -3.5, 0.5, -3.5, 3.5],
            &[-1.25, 0.75, 0.0, -0.75, 1.25, 0.5, -0.25, -1.0],
        ];
        for layout in layouts(comm) {
            for (axis, expected) in cases.iter().enumerate() {
                let sum = Sum::along(axis).on(&layout).unwrap();
                equal(&(&sum * &model(&layout)), expected);
                let y = data(sum.range().layout().unwrap());
                let mut repeated = (sum.adjoint() * &y).gather_all();
                let y = y.gather_all();
                for row in repeated.axis_iter_mut(lops::ndarray::Axis(axis)) {
                    assert_eq!(row, y);
                }
            }
        }
    }

    fn sums_are_exact_and_of_any_length(comm) {
        let layout = Layout::scatter(comm, &[4], 0).unwrap();
        let x = DistArray::from_global(&layout, &[1e17, 1.0, -1e17, 2.0]).unwrap();
        let sum = &Sum::along(0).on(&layout).unwrap() * &x;
        assert_eq!((sum.layout().unwrap().shape(), sum.as_slice()), (&[][..], &[3.0][..]));
        // More than are added at once in single precision.
        let long = Layout::scatter(comm, &[140_000, 2], 0).unwrap();
        let x = DistArray::from_fn(&long, |i| (i[0] % 5 * (i[1] + 1)) as f32);
        assert_eq!((&Sum::along(0).on(&long).unwrap() * &x).as_slice(), [280_000.0, 560_000.0]);
        let none = Layout::scatter(comm, &[0, 2], 0).unwrap();
        assert_eq!((&Sum::along(0).on(&none).unwrap() * &DistArray::<f32>::zeros(&none)).as_slice(), [0.0; 2]);
    }

    fn sums_send_no_axis(comm) {
        let p = comm.size();
        let layout = Layout::scatter(comm, &[4 * p, 3 * p], 0).unwrap();
        let whole = Sum::along(1).on::<f64>(&layout).unwrap();
        assert_eq!(whole.communication(), Communication::default());
        let over_ranks = Sum::along(0).on::<f64>(&layout).unwrap();
        let sent = lops::comm::VectorSum::<f64>::new(comm, 3 * p, 4 * p).unwrap().sends();
        sends(&over_ranks, [sent, Sent::NOTHING]);
        // Cut both ways: the sums are where the first parts of lines are.
        if p == 5 {
            let grid = Grid::parse("bb").unwrap().over(&[2, 2]).layout(comm, &[4, 6]).unwrap();
            let both = Sum::along(0).on::<f64>(&grid).unwrap();
            let Communication { forward, adjoint } = both.communication();
            let (messages, bytes) = [(1, 24), (1, 24), (0, 0), (0, 0), (0, 0)][comm.rank()];
            assert_eq!((adjoint.messages, adjoint.bytes), (messages, bytes));
            sends(&both, [forward, adjoint]);
        }
    }

    /// CausalIntegration((2, 4, 3), axis=1, sampling=0.5, kind=…, removefirst=…)
    fn integrals_are_those_of_pylops(comm) {
        let cases: [(CausalIntegration, &[f64], &[f64]); 6] = [
            (CausalIntegration::along(1), &[-0.625, 0.25, -0.25, 0.0, 0.375, -0.625, 0.5, 0.375, -1.125, 0.875, 0.25, -1.75, 0.25, -0.25, 0.625, 0.375, -0.625, 1.125, 0.375, -1.125, 1.5, 0.25, -1.75, 1.75], &[-1.5, 1.0, 0.25, -0.75, 1.125, -0.25, -0.25, 1.0, -1.0, 0.0, 0.625, -0.375, 0.875, -1.5, 1.0, 0.625, -0.75, 1.125, 0.125, -0.25, 1.0, -0.625, 0.0, 0.625]),
            (CausalIntegration::along(1).remove_first(), &[0.0, 0.375, -0.625, 0.5, 0.375, -1.125, 0.875, 0.25, -1.75, 0.375, -0.625, 1.125, 0.375, -1.125, 1.5, 0.25, -1.75, 1.75], &[-1.5, 0.375, 0.625, -1.5, 0.375, 0.625, -0.75, 0.5, 0.125, -0.25, 0.375, -0.625, 0.75, -0.625, -0.375, 0.75, -0.625, -0.375, 0.75, -1.25, 0.0, 0.5, -0.5, 0.125]),
            (CausalIntegration::half(1), &[-0.3125, 0.125, -0.125, -0.3125, 0.3125, -0.4375, 0.25, 0.375, -0.875, 0.6875, 0.3125, -1.4375, 0.125, -0.125, 0.3125, 0.3125, -0.4375, 0.875, 0.375, -0.875, 1.3125, 0.3125, -1.4375, 1.625], &[-1.125, 1.0625, 0.0, -0.5, 1.0625, -0.625, -0.125, 0.8125, -0.6875, 0.0, 0.3125, -0.1875, 0.75, -1.125, 1.0625, 0.375, -0.5, 1.0625, -0.25, -0.125, 0.8125, -0.3125, 0.0, 0.3125]),
            (CausalIntegration::half(1).remove_first(), &[-0.3125, 0.3125, -0.4375, 0.25, 0.375, -0.875, 0.6875, 0.3125, -1.4375, 0.3125, -0.4375, 0.875, 0.375, -0.875, 1.3125, 0.3125, -1.4375, 1.625], &[-1.5, 0.375, 0.625, -1.125, 0.4375, 0.375, -0.5, 0.4375, -0.25, -0.125, 0.1875, -0.3125, 0.75, -0.625, -0.375, 0.75, -0.9375, -0.1875, 0.625, -0.875, 0.0625, 0.25, -0.25, 0.0625]),
            (CausalIntegration::trapezoidal(1), &[-0.3125, 0.125, -0.125, 0.0, 0.1875, -0.3125, 0.5625, 0.25, -0.75, 1.0, 0.1875, -1.3125, 0.125, -0.125, 0.3125, 0.1875, -0.3125, 0.5625, 0.25, -0.75, 1.0, 0.1875, -1.3125, 1.3125], &[-0.75, 0.5, 0.125, -0.5, 1.0625, -0.625, -0.125, 0.8125, -0.6875, 0.0, 0.3125, -0.1875, 0.4375, -0.75, 0.5, 0.375, -0.5, 1.0625, -0.25, -0.125, 0.8125, -0.3125, 0.0, 0.3125]),
            (CausalIntegration::trapezoidal(1).remove_first(), &[0.0, 0.1875, -0.3125, 0.5625, 0.25, -0.75, 1.0, 0.1875, -1.3125, 0.1875, -0.3125, 0.5625, 0.25, -0.75, 1.0, 0.1875, -1.3125, 1.3125], &[-0.75, 0.1875, 0.3125, -1.125, 0.4375, 0.375, -0.5, 0.4375, -0.25, -0.125, 0.1875, -0.3125, 0.375, -0.3125, -0.1875, 0.75, -0.9375, -0.1875, 0.625, -0.875, 0.0625, 0.25, -0.25, 0.0625]),
        ];
        for layout in layouts(comm) {
            for (integration, forward, adjoint) in cases {
                let operator = integration.sampling(0.5).on(&layout).unwrap();
                equal(&(&operator * &model(&layout)), forward);
                equal(&(operator.adjoint() * &data(operator.range().layout().unwrap())), adjoint);
            }
        }
    }

    /// Many blocks, cut anywhere: by the sums' definition.
    fn long_integrals_are_running_sums(comm) {
        let n = 533;
        let sizes: Vec<_> = (0..comm.size()).map(|rank| if rank == 0 { n - 70 * (comm.size() - 1) } else { 70 }).collect();
        for layout in [
            Layout::scatter_sizes(comm, &[n, 9], 0, &sizes).unwrap(),
            Grid::parse("cn").unwrap().layout(comm, &[n, 9]).unwrap(),
            Layout::replicated(comm, &[n, 9]).unwrap(),
        ] {
            let value = |i: &[usize]| Complex::new(f64::from((37 * i[0] + i[1]) as i32 % 23 - 11), i[1] as f64);
            let x = DistArray::from_fn(&layout, value);
            for (integration, first, own) in [
                (CausalIntegration::along(0), 1.0, 1.0),
                (CausalIntegration::half(0), 1.0, 0.5),
                (CausalIntegration::trapezoidal(0), 0.5, 0.5),
            ] {
                let operator = integration.sampling(2.0).on::<Complex<f64>>(&layout).unwrap();
                let (y, back) = ((&operator * &x).gather_all(), (operator.adjoint() * &x).gather_all());
                for column in 0..9 {
                    let [mut before, mut behind] = [Complex::<f64>::default(); 2];
                    for row in 0..n {
                        let x = value(&[row, column]);
                        assert_eq!(y[&[row, column][..]], (before + x * own) * 2.0, "row {row}");
                        before += if row == 0 { x * first } else { x };
                    }
                    for row in (0..n).rev() {
                        let y = value(&[row, column]);
                        let expected = if row == 0 { behind * first + y * own } else { behind + y * own };
                        assert_eq!(back[&[row, column][..]], expected * 2.0, "row {row}");
                        behind += y;
                    }
                }
            }
        }
    }

    fn each_rank_tells_the_next_two_numbers_a_line(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[50 * p, 3], 0).unwrap();
        let whole = CausalIntegration::along(1).on::<f64>(&layout).unwrap();
        assert_eq!(whole.communication(), Communication::default());
        let hears_and_tells = |hears: bool, tells: bool| Sent {
            calls: u64::from(hears) + u64::from(tells),
            messages: u64::from(tells),
            bytes: if tells { 2 * 3 * 8 } else { 0 },
        };
        let (is_first, is_last) = (rank == 0, rank + 1 == p);
        let operator = CausalIntegration::along(0).on::<f64>(&layout).unwrap();
        sends(&operator, [hears_and_tells(!is_first, !is_last), hears_and_tells(!is_last, !is_first)]);
    }

    fn what_cannot_be_is_refused(comm) {
        let refused = |operator: Result<Operator<f64>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let masked = layout.with_mask(&vec![0; comm.size()]).unwrap();
        refused(Sum::along(2).on(&layout), ErrorKind::Axis, "2");
        refused(Sum::along(0).on(&masked), ErrorKind::Layout, "layout of Sum");
        refused(CausalIntegration::along(2).on(&layout), ErrorKind::Axis, "2");
        refused(CausalIntegration::along(0).on(&masked), ErrorKind::Layout, "layout of CausalIntegration");
        for step in [0.0, f64::NAN, f64::INFINITY] {
            refused(CausalIntegration::half(0).sampling(step).on(&layout), ErrorKind::Parameter, "sampling");
        }
        let none = Layout::scatter(comm, &[0, 3], 0).unwrap();
        refused(CausalIntegration::along(0).remove_first().on(&none), ErrorKind::Shape, "at least 1");
        assert_eq!(CausalIntegration::along(0).on::<f64>(&none).unwrap().shape(), (0, 0));
    }
}
