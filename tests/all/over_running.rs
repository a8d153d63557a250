//! Running sums and products along axes, and outer products: right, and the same on any layout.

use crate::cases::Dice;
use crate::picks::kinds;
use lops::ndarray::{ArrayD, Axis, IxDyn};
use lops::{
    Complex, DistArray, Element, ErrorKind, Layout,
    comm::Verb,
    layout::{Chunk, Cut, Mode},
};

/// Multiples of 2⁻²⁰ of very different sizes and both signs.
fn float(k: usize) -> f64 {
    let h = (k as u64 + 7).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let h = (h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((h as i64 >> 20) >> (h % 40)) as f64 / f64::from(1 << 20)
}

/// An array of which each line is what the function makes of the line.
fn by_line<T: Element, U: Element>(x: &ArrayD<T>, axis: usize, f: impl Fn(&[T]) -> Vec<U>) -> ArrayD<U> {
    let mut out = ArrayD::from_elem(x.raw_dim(), U::default());
    for (line, mut out) in x.lanes(Axis(axis)).into_iter().zip(out.lanes_mut(Axis(axis))) {
        let line: Vec<_> = line.iter().copied().collect();
        out.iter_mut().zip(f(&line)).for_each(|(out, value)| *out = value);
    }
    out
}

/// Whole numbers of 2⁻²⁰ in an i128, of which every sum is rounded to an f64.
fn sums(line: &[f64]) -> Vec<f64> {
    let mut sum = 0i128;
    let unit = f64::from(1 << 20);
    let mut add = |&x: &f64| {
        sum += (x * unit) as i128;
        sum as f64 / unit
    };
    line.iter().map(&mut add).collect()
}

fn products(line: &[f64]) -> Vec<f64> {
    line.iter()
        .scan(1.0, |product, x| {
            *product *= x;
            Some(*product)
        })
        .collect()
}

fn same_bits(a: &ArrayD<f64>, b: &ArrayD<f64>, what: &str) {
    assert_eq!(a.shape(), b.shape(), "{what}");
    assert!(a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()), "{what}: {a} {b}");
}

fn check(layout: &Layout, f: impl Fn(&[usize]) -> f64) {
    let x = DistArray::from_fn(layout, f);
    let global = x.gather_all();
    for axis in 0..layout.ndim() {
        let (sum, product) = (x.cumsum(axis).unwrap(), x.cumprod(axis).unwrap());
        assert_eq!((sum.layout().unwrap(), product.layout().unwrap()), (layout, layout));
        same_bits(&sum.gather_all(), &by_line(&global, axis, sums), &format!("sums along {axis} of {layout}"));
        let expected = by_line(&global, axis, products);
        same_bits(&product.gather_all(), &expected, &format!("products along {axis} of {layout}"));
    }
}

crate::bodies! {
    fn every_axis_of_every_layout(comm) {
        for layout in kinds(comm, &[5, 4]).iter().chain(&kinds(comm, &[7])) {
            check(layout, |i| float(i.iter().fold(3, |k, &i| 5 * k + i)));
        }
    }

    fn any_shape(comm) {
        for seed in 0..30 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            check(&dice.layout(comm, &shape), |i| float(i.iter().fold(seed as usize, |k, &i| 13 * k + i)));
        }
    }

    fn every_type(comm) {
        for layout in [Layout::scatter(comm, &[9, 3], 0).unwrap(), Layout::grid(comm, &[9, 3], &[Cut::Cyclic]).unwrap()] {
            let bytes = DistArray::from_fn(&layout, |i| (i[0] * 77 + i[1] * 31) as i8);
            let sums = by_line(&bytes.gather_all(), 0, |line| {
                line.iter().scan(0i64, |sum, &x| { *sum += i64::from(x); Some(*sum) }).collect()
            });
            assert_eq!(bytes.cumsum(0).unwrap().gather_all(), sums);
            let products = by_line(&bytes.gather_all(), 0, |line| {
                line.iter().scan(1i64, |product, &x| { *product = product.wrapping_mul(x.into()); Some(*product) }).collect()
            });
            assert_eq!(bytes.cumprod(0).unwrap().gather_all(), products);
            let truths = DistArray::from_fn(&layout, |i| (i[0] + i[1]) % 3 > 0);
            assert_eq!(truths.cumsum(0).unwrap().gather_all()[[8, 1]], 6u64);
            let huge = DistArray::full(&layout, u64::MAX - 1).cumsum(0).unwrap().gather_all();
            assert_eq!(huge[[8, 2]], u64::MAX - 17); // it wraps
            let z = DistArray::from_fn(&layout, |i| Complex::new(float(i[0] * 3 + i[1]), float(i[0] * 7)));
            let parts = (z.cumsum(0).unwrap().gather_all(), z.map(|z| z.re).cumsum(0).unwrap().gather_all());
            assert_eq!(parts.0.mapv(|z| z.re), parts.1);
            assert_eq!(parts.0.mapv(|z| z.im), z.map(|z| z.im).cumsum(0).unwrap().gather_all());
            // 1 + 2⁻²⁴ is a tie of f32, and what comes after it decides.
            let tie = [1.0, 2f32.powi(-24), 2f32.powi(-80), -1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
            let single = DistArray::from_fn(&layout, |i| tie[i[0]]).cumsum(0).unwrap().gather_all();
            let column: Vec<_> = single.index_axis(Axis(1), 1).iter().copied().collect();
            let rest = 2f32.powi(-24);
            assert_eq!(column, [1.0, 1.0, 1.0 + f32::EPSILON, rest, rest, rest, rest, rest, rest]);
        }
    }

    fn long_lines_in_parts(comm) {
        let n = 3 * 4096 + 777;
        let f = |i: &[usize]| float(i[0]);
        let near_one = |i: &[usize]| 1.0 + float(i[0]) * 1e-12;
        let one = Layout::replicated(&comm.alone(), &[n]).unwrap();
        let expected = DistArray::from_fn(&one, near_one).cumprod(0).unwrap().gather_all();
        let mut sizes = vec![1; comm.size()];
        sizes[0] = n + 1 - comm.size();
        for layout in [
            Layout::scatter(comm, &[n], 0).unwrap(),
            Layout::scatter_sizes(comm, &[n], 0, &sizes).unwrap(),
            Layout::grid(comm, &[n], &[Cut::BlockCyclic(100)]).unwrap(),
            Layout::replicated(comm, &[n]).unwrap(),
        ] {
            let x = DistArray::from_fn(&layout, f);
            let found = x.cumsum(0).unwrap().gather_all();
            same_bits(&found, &by_line(&x.gather_all(), 0, sums), &layout.to_string());
            assert_eq!(found[[n - 1]], x.sum());
            let x = DistArray::from_fn(&layout, near_one);
            same_bits(&x.cumprod(0).unwrap().gather_all(), &expected, &layout.to_string());
            assert_eq!(x.prod().unwrap(), expected[[n - 1]]);
        }
        let sequence = products(DistArray::from_fn(&one, near_one).as_slice());
        assert!(expected.iter().zip(sequence).all(|(a, b)| (a / b - 1.0).abs() < 1e-11));
    }

    fn infinities_go_on(comm) {
        let layout = Layout::scatter(comm, &[7], 0).unwrap();
        let of = |values: [f64; 7]| format!("{:?}", DistArray::from_fn(&layout, |i| values[i[0]]).cumsum(0).unwrap().gather_all().as_slice().unwrap());
        let inf = f64::INFINITY;
        assert_eq!(of([1.0, inf, 1.0, 2.0, -inf, 3.0, 4.0]), "[1.0, inf, inf, inf, NaN, NaN, NaN]");
        assert_eq!(of([1.0, f64::NAN, 1.0, 2.0, -inf, 3.0, 4.0]), "[1.0, NaN, NaN, NaN, NaN, NaN, NaN]");
        // The sum is beyond the largest number for a while.
        assert_eq!(of([1e308, 1e308, -1e308, -1e308, 3.0, -0.0, -3.0]), "[1e308, inf, 1e308, 0.0, 3.0, 3.0, 0.0]");
        assert_eq!(of([-0.0; 7]), "[-0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0]");
    }

    fn chunks_masks_and_wrong_axes(comm) {
        let global = ArrayD::from_shape_fn(IxDyn(&[4, 3]), |i| float(i[0] * 3 + i[1]));
        for mode in [Mode::Replica, Mode::Sum, Mode::Product, Mode::Max] {
            let map: Vec<_> = (0..comm.size()).map(|rank| vec![Chunk::from((.., ..2)), Chunk::from((rank % 4.., ..))]).collect();
            let layout = Layout::chunked(comm, &[4, 3], &map, mode).unwrap();
            let x = DistArray::from_global(&layout, &global).unwrap();
            for axis in [0, 1] {
                let found = x.cumsum(axis).unwrap();
                assert_eq!(found.layout().unwrap(), &layout);
                same_bits(&found.gather_all(), &by_line(&global, axis, sums), &format!("{mode}, axis {axis}"));
                same_bits(&x.cumprod(axis).unwrap().gather_all(), &by_line(&global, axis, products), "products");
            }
        }
        let rows = Layout::scatter(comm, &[4, 3], 0).unwrap().with_mask(&vec![0; comm.size()]).unwrap();
        let x = DistArray::from_global(&rows, &global).unwrap();
        same_bits(&x.cumsum(1).unwrap().gather_all(), &by_line(&global, 1, sums), "masked");
        assert_eq!(x.cumsum(2).unwrap_err().kind(), ErrorKind::Axis);
        if comm.size() > 1 {
            assert_eq!(x.cumsum(0).unwrap_err().kind(), ErrorKind::Layout);
            assert_eq!(x.cumprod(0).unwrap_err().kind(), ErrorKind::Layout);
        }
        let stack = DistArray::stack(&[&x, &x]).unwrap();
        assert_eq!(stack.cumsum(0).unwrap_err().kind(), ErrorKind::Layout);
    }

    fn a_running_sum_is_one_all_gather(comm) {
        let p = comm.size();
        let spent = |x: &DistArray<f64>, axis: usize| {
            let before = comm.traffic();
            x.cumsum(axis).unwrap();
            let spent = comm.traffic() - before;
            (spent.total().calls, spent[Verb::AllGather].bytes)
        };
        let line = DistArray::full(Layout::scatter(comm, &[100], 0).unwrap(), 1.0);
        assert_eq!(spent(&line, 0), if p > 1 { (1, 456) } else { (0, 0) });
        let tall = DistArray::full(Layout::scatter(comm, &[60 * p * p, 2], 0).unwrap(), 1.0);
        assert_eq!(spent(&tall, 0), if p > 1 { (1, 912) } else { (0, 0) });
        assert_eq!(spent(&tall, 1), (0, 0));
        let wide = DistArray::full(Layout::scatter(comm, &[p, p], 0).unwrap(), 1.0);
        assert_eq!(spent(&wide, 0), if p > 1 { (2, 0) } else { (0, 0) }); // there and back
    }

    fn outer_products_lie_as_their_factors(comm) {
        let (n, m) = (7, 5);
        for (a, b) in kinds(comm, &[n]).iter().flat_map(|a| kinds(comm, &[m]).into_iter().map(move |b| (a.clone(), b))) {
            let (x, y) = (DistArray::from_fn(&a, |i| float(i[0])), DistArray::from_fn(&b, |i| float(i[0] + 50)));
            let before = comm.traffic();
            let z = x.outer(&y).unwrap();
            let sent = (comm.traffic() - before)[Verb::AllGather].calls;
            let expected = ArrayD::from_shape_fn(IxDyn(&[n, m]), |i| float(i[0]) * float(i[1] + 50));
            assert_eq!(z.gather_all(), expected, "{a}, {b}");
            assert_eq!(sent, u64::from(!a.is_replicated() && !b.is_replicated()));
        }
        let square = DistArray::<f64>::zeros(Layout::scatter(comm, &[2, 2], 0).unwrap());
        let line = DistArray::<f64>::zeros(Layout::scatter(comm, &[2], 0).unwrap());
        assert_eq!(square.outer(&line).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(line.outer(&square).unwrap_err().kind(), ErrorKind::Shape);
        let sums = Layout::chunked(comm, &[2], &vec![vec![Chunk::from(..)]; comm.size()], Mode::Sum).unwrap();
        let ones = DistArray::<f64>::full(&sums, 3.0);
        assert_eq!(ones.outer(&ones).unwrap().sum(), 36.0);
    }
}
