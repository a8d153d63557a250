//! Sums, inner products and norms: right, and the same bits on any cut.

use lops::ndarray::{ArrayD, Axis, IxDyn};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Scalar, array::Norm, comm::Verb, numbers::Summation};

/// Numbers of very different sizes and both signs, by global index.
fn wild(k: usize) -> f64 {
    let h = (k as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5555;
    let mantissa = (h >> 12) as f64 / (1u64 << 52) as f64 - 0.5;
    mantissa * 2f64.powi((h % 61) as i32 - 30)
}

fn array<T: Scalar>(shape: &[usize]) -> ArrayD<T> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 2;
        T::from_parts(wild(k), wild(k + 1))
    })
}

fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let p = comm.size();
    let mut all = vec![Layout::replicated(comm, shape).unwrap()];
    for axis in 0..shape.len() {
        all.push(Layout::scatter(comm, shape, axis).unwrap());
        let mut last = vec![0; p];
        last[p / 2] = shape[axis];
        all.push(Layout::scatter_sizes(comm, shape, axis, &last).unwrap());
    }
    all
}

fn same_bits_everywhere<T: Scalar>(comm: &Comm) {
    let shape = [7, 3, 5];
    let (a, b) = (array::<T>(&shape), array::<T>(&shape).mapv(|v| v * v + T::one()));
    let alone = Layout::replicated(&comm.alone(), &shape).unwrap();
    let (x1, y1) = (DistArray::from_global(&alone, &a).unwrap(), DistArray::from_global(&alone, &b).unwrap());
    let norms = [
        Norm::P(2.0),
        Norm::P(1.0),
        Norm::P(3.0),
        Norm::P(0.5),
        Norm::P(-1.5),
        Norm::P(f64::INFINITY),
        Norm::Zero,
        Norm::Inf,
        Norm::NegInf,
    ];
    for layout in layouts(comm, &shape) {
        let (x, y) = (DistArray::from_global(&layout, &a).unwrap(), DistArray::from_global(&layout, &b).unwrap());
        assert_eq!(x.sum(), x1.sum(), "{layout}");
        assert_eq!(x.dot(&y).unwrap(), x1.dot(&y1).unwrap(), "{layout}");
        assert_eq!(x.vdot(&y).unwrap(), x1.vdot(&y1).unwrap(), "{layout}");
        assert_eq!(x.norm(), x1.norm(), "{layout}");
        for norm in norms {
            assert_eq!(x.norm_of(norm).unwrap(), x1.norm_of(norm).unwrap(), "{layout} {norm:?}");
            for axis in 0..3 {
                let along = x.norm_axis(norm, axis).unwrap().gather_all();
                assert_eq!(along, x1.norm_axis(norm, axis).unwrap().gather_all(), "{layout} {norm:?} {axis}");
                let lane = a.lanes(Axis(axis)).into_iter().next().unwrap().to_owned().into_dyn();
                let alone = Layout::replicated(&comm.alone(), lane.shape()).unwrap();
                let first = DistArray::from_global(&alone, &lane).unwrap().norm_of(norm).unwrap();
                assert_eq!(lops::Real::to_f64(along[[0, 0]]), first, "{norm:?} {axis}");
            }
        }
    }
}

crate::bodies! {
    fn reductions_have_the_same_bits_on_any_cut(comm) {
        same_bits_everywhere::<f64>(comm);
        same_bits_everywhere::<f32>(comm);
        same_bits_everywhere::<Complex<f64>>(comm);
        same_bits_everywhere::<Complex<f32>>(comm);
    }

    fn reductions_are_right(comm) {
        let layout = Layout::scatter(comm, &[2, 3], 1).unwrap();
        let x = DistArray::from_fn(&layout, |i| [[3.0, 0.0, -4.0], [1.0, 2.0, -2.0]][i[0]][i[1]]);
        assert_eq!((x.sum(), x.norm_of(Norm::P(1.0)).unwrap()), (0.0, 12.0));
        assert_eq!(x.norm(), 34f64.sqrt());
        assert_eq!(x.norm_of(Norm::Zero).unwrap(), 5.0);
        assert_eq!((x.norm_of(Norm::Inf).unwrap(), x.norm_of(Norm::NegInf).unwrap()), (4.0, 0.0));
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-14 * b.abs(), "{a} {b}");
        close(x.norm_of(Norm::P(3.0)).unwrap(), (27.0f64 + 64.0 + 1.0 + 8.0 + 8.0).cbrt());
        assert_eq!(x.norm_axis(Norm::P(2.0), 1).unwrap().gather_all().as_slice().unwrap(), [5.0, 3.0]);
        assert_eq!(x.norm_axis(Norm::Inf, 0).unwrap().gather_all().as_slice().unwrap(), [3.0, 2.0, 4.0]);
        let z = DistArray::from_fn(&layout, |i| Complex::new(i[0] as f64, i[1] as f64));
        assert_eq!(z.dot(&z).unwrap(), Complex::new(3.0 - 10.0, 6.0));
        assert_eq!(z.vdot(&z).unwrap(), Complex::new(13.0, 0.0));
        assert_eq!(DistArray::from_fn(&layout, |i| (i[0] * 3 + i[1]) as u8).sum(), 15u64);
        assert_eq!(DistArray::from_fn(&layout, |i| i[1] as i32 - 1).sum(), 0i64);
        assert_eq!(DistArray::from_fn(&layout, |i| i[1] > 0).sum(), 4u64);
    }

    fn extremes_behave_as_documented(comm) {
        let layout = Layout::scatter(comm, &[4], 0).unwrap();
        let of = |values: [f64; 4]| DistArray::from_fn(&layout, |i| values[i[0]]);
        assert_eq!(of([1e308, 1e308, -1e308, 0.0]).sum(), 1e308);
        assert_eq!(of([1e308, 1e308, 0.0, 0.0]).sum(), f64::INFINITY);
        assert!(of([f64::INFINITY, -f64::INFINITY, 0.0, 0.0]).sum().is_nan());
        assert_eq!(of([f64::INFINITY, 1.0, 0.0, 0.0]).sum(), f64::INFINITY);
        assert_eq!(of([1e16, 1.0, -1e16, 1e-30]).sum(), 1.0);
        let near = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 4e-16, "{a} {b}");
        near(of([3e200, 4e200, 0.0, 0.0]).norm(), 5e200);
        near(of([3e-200, 4e-200, 0.0, 0.0]).norm(), 5e-200);
        assert_eq!(of([5e-324, 0.0, 0.0, 0.0]).norm(), 5e-324);
        assert_eq!(of([0.0; 4]).norm(), 0.0);
        assert_eq!(of([f64::INFINITY, 1.0, 0.0, 0.0]).norm(), f64::INFINITY);
        let nan = of([f64::NAN, 1.0, 2.0, 3.0]);
        for norm in [Norm::P(2.0), Norm::P(1.0), Norm::Inf, Norm::NegInf, Norm::P(0.5)] {
            assert!(nan.norm_of(norm).unwrap().is_nan(), "{norm:?}");
        }
        assert_eq!(nan.norm_of(Norm::Zero).unwrap(), 4.0);
        let none = DistArray::<f64>::zeros(Layout::scatter(comm, &[0], 0).unwrap());
        assert_eq!((none.norm(), none.norm_of(Norm::Inf).unwrap()), (0.0, 0.0));
        assert_eq!(none.norm_of(Norm::NegInf).unwrap(), f64::INFINITY);
        assert_eq!(none.norm_of(Norm::P(0.0)).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(none.norm_axis(Norm::Inf, 1).unwrap_err().kind(), ErrorKind::Axis);
    }

    fn a_reduction_is_one_message(comm) {
        let x = DistArray::<f64>::full(Layout::scatter(comm, &[9], 0).unwrap(), 1.0);
        let counted = |f: &dyn Fn()| {
            let before = comm.traffic();
            f();
            let spent = comm.traffic() - before;
            assert_eq!(spent.total().calls, spent[Verb::AllReduce].calls);
            (spent[Verb::AllReduce].calls, spent[Verb::AllReduce].bytes)
        };
        let sent = |bytes| if comm.size() > 1 { (1, bytes) } else { (0, 0) };
        assert_eq!(counted(&|| assert_eq!(x.dot(&x).unwrap(), 9.0)), sent(456));
        assert_eq!(counted(&|| assert_eq!(x.norm(), 3.0)), sent(456));
        assert_eq!(counted(&|| assert_eq!(x.sum_as(Summation::Plain), 9.0)), sent(8));
        assert_eq!(counted(&|| assert_eq!(x.to_complex().sum().re, 9.0)), sent(912));
        let all = DistArray::<f64>::full(Layout::replicated(comm, &[9]).unwrap(), 1.0);
        assert_eq!(counted(&|| assert_eq!(all.norm(), 3.0)), (0, 0));
    }

    fn what_all_ranks_hold_counts_once(comm) {
        let a = DistArray::<f64>::full(Layout::scatter(comm, &[9], 0).unwrap(), 1.0);
        let b = DistArray::full(Layout::replicated(comm, &[16]).unwrap(), 1.0);
        let s = DistArray::stack(&[&a, &b]).unwrap();
        assert_eq!((s.sum(), s.norm(), s.norm_of(Norm::Zero).unwrap()), (25.0, 5.0, 25.0));
    }

    fn masks_reduce_by_colour(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let layout = Layout::scatter_sizes(comm, &[comm.size()], 0, &vec![1; comm.size()]).unwrap();
        let x = DistArray::from_fn(&layout.with_mask(&colours).unwrap(), |i| i[0] as f64);
        let mine: usize = (0..comm.size()).filter(|rank| rank % 2 == comm.rank() % 2).sum();
        assert_eq!(x.sum(), mine as f64);
        assert_eq!(x.norm_of(Norm::P(1.0)).unwrap(), mine as f64);
        let along = x.norm_axis(Norm::P(1.0), 0).unwrap();
        assert_eq!(along.as_slice(), [mine as f64]);
    }
}
