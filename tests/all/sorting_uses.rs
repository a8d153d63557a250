//! What rests on order: search, histograms, unique elements, permutations; against serial oracles and figures.

use crate::cases::Dice;
use lops::library::{Side, Sortable};
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout,
    comm::Verb,
    layout::{Chunk, Mode},
    library::Random,
};

fn of<T: Element>(x: &DistArray<T>) -> Vec<T> {
    x.gather_all().into_raw_vec_and_offset().0
}

/// Whether a NumPy sort puts a before b, of floats.
fn before(a: f64, b: f64) -> bool {
    a < b || (!a.is_nan() && b.is_nan())
}

fn throws(dice: &mut Dice, n: usize) -> Vec<f64> {
    (0..n)
        .map(|_| match dice.below(10) {
            0 => [f64::NAN, -0.0, f64::INFINITY, f64::NEG_INFINITY][dice.below(4)],
            _ => dice.below(12) as f64 - 6.0,
        })
        .collect()
}

/// Bins by the definition alone: the first whose end is above x, or equal to it for the last one.
fn counted(values: &[f64], edges: &[f64]) -> Vec<u64> {
    let bins = edges.len() - 1;
    let within = |x: f64, k: usize| edges[k] <= x && (x < edges[k + 1] || (k + 1 == bins && x == edges[bins]));
    (0..bins).map(|k| values.iter().filter(|&&x| within(x, k)).count() as u64).collect()
}

fn uniques_are_right<T: Sortable>(
    comm: &Comm,
    throw: impl Fn(&mut Dice) -> T,
    same: fn(T, T) -> bool,
    less: fn(T, T) -> bool,
) {
    let mut dice = Dice::new(53);
    for _ in 0..6 {
        let shape = dice.shape();
        let n = shape.iter().product();
        let values: Vec<T> = (0..n).map(|_| throw(&mut dice)).collect();
        let mut expected: Vec<(T, usize)> = vec![];
        for &x in &values {
            if let Some((_, count)) = expected.iter_mut().find(|(y, _)| same(x, *y)) {
                *count += 1;
            } else {
                let at = expected.iter().position(|&(y, _)| less(x, y)).unwrap_or(expected.len());
                expected.insert(at, (x, 1));
            }
        }
        for _ in 0..2 {
            let layout = dice.layout(comm, &shape);
            let global = lops::ndarray::ArrayD::from_shape_vec(&shape[..], values.clone()).unwrap();
            let x = DistArray::from_global(&layout, &global).unwrap();
            let (unique, counts) = x.unique_counts().unwrap();
            assert_eq!(unique.layout().unwrap(), &Layout::scatter(comm, &[expected.len()], 0).unwrap(), "{layout}");
            assert!(of(&unique).iter().zip(&expected).all(|(&a, &(b, _))| same(a, b)), "{unique:?} {expected:?}");
            assert_eq!(of(&counts), expected.iter().map(|&(_, count)| count).collect::<Vec<_>>(), "{layout}");
            assert_eq!(unique.size(), x.unique().unwrap().size());
        }
    }
}

crate::bodies! {
    fn values_find_their_places(comm) {
        let mut dice = Dice::new(51);
        for n in [0, 1, 3, 30, 100] {
            let mut line = throws(&mut dice, n);
            line.sort_by(|&a, &b| if before(a, b) { std::cmp::Ordering::Less } else if before(b, a) { std::cmp::Ordering::Greater } else { std::cmp::Ordering::Equal });
            let shape = dice.shape();
            let values = throws(&mut dice, shape.iter().product());
            let values = lops::ndarray::ArrayD::from_shape_vec(&shape[..], values).unwrap();
            let left = values.mapv(|v| line.iter().filter(|&&x| before(x, v)).count());
            let right = values.mapv(|v| line.iter().filter(|&&x| !before(v, x)).count());
            let mut uneven = vec![0; comm.size()];
            uneven[comm.size() - 1] = n;
            let lines = [
                Layout::scatter(comm, &[n], 0).unwrap(),
                Layout::scatter_sizes(comm, &[n], 0, &uneven).unwrap(),
                Layout::replicated(comm, &[n]).unwrap(),
                dice.layout(comm, &[n]),
            ];
            for line_layout in lines {
                let sorted = DistArray::from_global(&line_layout, &line[..]).unwrap();
                for layout in [Layout::replicated(comm, &shape).unwrap(), dice.grid(comm, &shape)] {
                    let x = DistArray::from_global(&layout, &values).unwrap();
                    let found = sorted.searchsorted(&x, Side::Left).unwrap();
                    assert_eq!(found.layout().unwrap(), &layout);
                    assert_eq!(found.gather_all(), left, "{line_layout} {layout}");
                    assert_eq!(sorted.searchsorted(&x, Side::Right).unwrap().gather_all(), right, "{line_layout} {layout}");
                }
            }
        }
        let line = Layout::scatter(comm, &[40], 0).unwrap();
        let sorted = DistArray::from_fn(&line, |i| i[0] as i16);
        let values = DistArray::from_fn(&line, |i| 39 - i[0] as i16);
        let spent = comm.traffic();
        let found = sorted.searchsorted(&values, Side::Right).unwrap();
        let spent = comm.traffic() - spent;
        assert_eq!(of(&found), (0..40).map(|k| 40 - k).collect::<Vec<usize>>());
        assert_eq!((spent[Verb::AllGather].calls, spent[Verb::AllToAll].calls, spent.total().calls), (1, 3, 4));
        let plane = DistArray::<i16>::zeros(Layout::scatter(comm, &[2, 2], 0).unwrap());
        assert_eq!(plane.searchsorted(&values, Side::Left).unwrap_err().kind(), ErrorKind::Shape);
        let other = DistArray::<i16>::zeros(Layout::scatter(&comm.duplicate(), &[4], 0).unwrap());
        assert_eq!(sorted.searchsorted(&other, Side::Left).unwrap_err().kind(), ErrorKind::Communicator);
        let sums = Layout::chunked(comm, &[4], &vec![vec![Chunk::from(0..4)]; comm.size()], Mode::Sum).unwrap();
        let error = sorted.searchsorted(&DistArray::zeros(&sums), Side::Left).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
    }

    fn histograms_count_by_their_edges(comm) {
        let mut dice = Dice::new(52);
        for bins in [1, 2, 7, 10, 33] {
            let shape = dice.shape();
            let values: Vec<f64> = (0..shape.iter().product()).map(|_| dice.below(200) as f64 * 0.1 - 7.0).collect();
            let global = lops::ndarray::ArrayD::from_shape_vec(&shape[..], values.clone()).unwrap();
            let layout = dice.layout(comm, &shape);
            let x = DistArray::from_global(&layout, &global).unwrap();
            let all = x.histogram(bins).unwrap();
            assert_eq!(all.counts, counted(&values, &all.edges), "{layout}");
            assert_eq!(all.counts.iter().sum::<u64>(), values.len() as u64);
            let part = x.histogram_in(bins, -3.0, 5.5).unwrap();
            assert_eq!(part.counts, counted(&values, &part.edges), "{layout}");
            assert_eq!((part.edges[0], part.edges[bins]), (-3.0, 5.5));
            let edges = [-6.0, -2.0, -2.0, 0.5, 9.0];
            assert_eq!(x.histogram_between(&edges).unwrap().counts, counted(&values, &edges), "{layout}");
        }
    }

    fn histograms_are_numpys(comm) {
        let line = Layout::scatter(comm, &[1000], 0).unwrap();
        let x = DistArray::from_fn(&line, |i| ((i[0] * i[0]) % 997) as f64 / 100.0);
        let found = x.histogram(7).unwrap();
        assert_eq!(found.counts, HISTOGRAM);
        assert_eq!(found.edges, EDGES);
        let k = DistArray::from_fn(&line, |i| ((i[0] * i[0]) % 997) as i32);
        assert_eq!(k.histogram_in(5, 100.0, 900.0).unwrap().counts, IN_RANGE);
        assert_eq!(k.histogram_between(&[0.0, 1.0, 500.0, 996.0]).unwrap().counts, BETWEEN);
        let same = DistArray::full(&line, 3.0f32).histogram(2).unwrap();
        assert_eq!((same.counts, same.edges), (vec![0, 1000], vec![2.5, 3.0, 3.5]));
        let none = DistArray::<u8>::zeros(Layout::scatter(comm, &[0], 0).unwrap()).histogram(2).unwrap();
        assert_eq!((none.counts, none.edges), (vec![0, 0], vec![0.0, 0.5, 1.0]));
        let density = x.histogram_in(4, 0.0, 8.0).unwrap().density();
        assert!((density.iter().sum::<f64>() * 2.0 - 1.0).abs() < 1e-14);
        let before = comm.traffic();
        x.histogram(7).unwrap();
        let sent = comm.traffic() - before;
        let bytes = if comm.size() > 1 { 16 + 8 * 7 } else { 0 };
        assert_eq!((sent[Verb::AllReduce].calls, sent[Verb::AllReduce].bytes, sent.total().calls), (2, bytes, 2));
    }

    fn histograms_of_what_is_no_number(comm) {
        let line = Layout::scatter(comm, &[4], 0).unwrap();
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for at in 0..4 {
                let x = DistArray::from_fn(&line, |i| if i[0] == at { bad } else { i[0] as f64 });
                let error = x.histogram(3).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Parameter);
                assert!(error.to_string().contains("finite"), "{error}");
                assert_eq!(x.histogram_in(2, 0.0, 4.0).unwrap().counts.iter().sum::<u64>(), 3);
                assert_eq!(x.histogram_between(&[0.0, 4.0]).unwrap().counts, [3]);
            }
            assert_eq!(DistArray::full(&line, bad).histogram(3).unwrap_err().kind(), ErrorKind::Parameter);
        }
        let x = DistArray::<f64>::ones(&line);
        assert_eq!(x.histogram(0).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_in(3, 1.0, 0.0).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_in(3, 0.0, f64::NAN).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_in(2, 1.0, 1.0).unwrap().counts, [0, 4]);
        assert_eq!(x.histogram_between(&[1.0]).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_between(&[1.0, 0.0]).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_between(&[0.0, f64::NAN]).unwrap_err().kind(), ErrorKind::Parameter);
    }

    fn unique_elements_and_their_counts(comm) {
        uniques_are_right(comm, |dice| dice.below(7) as i8 - 3, |a, b| a == b, |a, b| a < b);
        uniques_are_right(comm, |dice| dice.below(1 << 30), |a, b| a == b, |a, b| a < b);
        uniques_are_right(comm, |dice| dice.below(2) == 0, |a, b| a == b, |a, b| !a & b);
        uniques_are_right(comm, |dice| throws(dice, 1)[0], |a, b| a == b || (a.is_nan() && b.is_nan()), before);
        uniques_are_right(
            comm,
            |dice| Complex::new(dice.below(3) as f32, dice.below(3) as f32),
            |a, b| a == b,
            |a, b| (a.re, a.im) < (b.re, b.im),
        );
        let zeros = DistArray::from_fn(&Layout::scatter(comm, &[9], 0).unwrap(), |i| if i[0] % 2 == 0 { -0.0f64 } else { 0.0 });
        assert_eq!(of(&zeros.unique().unwrap())[0].to_bits(), 0);
        let mut map = vec![vec![]; comm.size()];
        map[0].push(Chunk::from(0..3));
        map[comm.size() - 1].push(Chunk::from(1..4));
        for mode in [Mode::Replica, Mode::Sum] {
            let layout = Layout::chunked(comm, &[6], &map, mode).unwrap();
            let x = DistArray::from_fn(&layout, |i| 10 + i[0] / 2);
            let (values, counts) = x.unique_counts().unwrap();
            assert_eq!((of(&values), of(&counts)), (vec![10, 11], vec![2, 2]), "{mode}: what no chunk covers is not there");
        }
        let n = 400 * comm.size();
        let skewed = DistArray::from_fn(&Layout::scatter(comm, &[n], 0).unwrap(), |i| if i[0] < n / 2 { 7 } else { i[0] });
        assert_eq!(skewed.unique().unwrap().size(), n / 2 + 1);
        let masked = Layout::scatter(comm, &[4], 0).unwrap().with_mask(&vec![0; comm.size()]).unwrap();
        assert_eq!(DistArray::<f32>::zeros(&masked).unique().unwrap_err().kind(), ErrorKind::Layout);
    }

    fn permutations_are_the_same_anywhere(comm) {
        let mut dice = Dice::new(54);
        for n in [0, 1, 2, 10, 57] {
            let alone = Layout::replicated(&comm.alone(), &[n]).unwrap();
            let expected = of(&Random::seed(8).permutation(&alone).unwrap());
            let mut sorted = expected.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..n).collect::<Vec<_>>());
            let layout = dice.layout(comm, &[n]);
            let mut random = Random::seed(8);
            let order = random.permutation(&layout).unwrap();
            assert_eq!(order.layout().unwrap(), &layout);
            assert_eq!(of(&order), expected, "{layout}");
            if n > 9 {
                assert_ne!(of(&random.permutation(&layout).unwrap()), expected);
            }
        }
        let plane = Layout::scatter(comm, &[4, 5], 0).unwrap();
        assert_eq!(Random::seed(8).permutation(&plane).unwrap_err().kind(), ErrorKind::Shape);
        let hand = Random::seed(8).choice(&plane, 52, false).unwrap();
        assert_eq!(hand.layout().unwrap(), &plane);
        assert_eq!(of(&hand), of(&Random::seed(8).permutation(&Layout::scatter(comm, &[52], 0).unwrap()).unwrap())[..20]);
        assert_eq!(Random::seed(8).choice(&plane, 19, false).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(Random::seed(8).choice(&plane, 0, true).unwrap_err().kind(), ErrorKind::Parameter);
        let thrown = Random::seed(8).choice(&plane, 3, true).unwrap();
        assert!(of(&thrown).iter().all(|&k| k < 3));
        assert_eq!(of(&thrown), of(&Random::seed(8).integers(&plane, 0..3usize).unwrap()));
        let none = Layout::scatter(comm, &[0], 0).unwrap();
        assert_eq!(Random::seed(8).choice(&none, 0, false).unwrap().size(), 0);
        assert_eq!(Random::seed(8).choice(&none, 0, true).unwrap().size(), 0);
    }

    fn every_order_is_as_likely(comm) {
        if comm.size() > 1 {
            return; // the orders are the same on all
        }
        let (mut random, four) = (Random::seed(1), Layout::scatter(comm, &[4], 0).unwrap());
        let mut counts = std::collections::BTreeMap::<Vec<usize>, f64>::new();
        for _ in 0..2400 {
            *counts.entry(of(&random.permutation(&four).unwrap())).or_default() += 1.0;
        }
        assert_eq!(counts.len(), 24);
        let chi_square: f64 = counts.values().map(|count| (count - 100.0).powi(2) / 100.0).sum();
        assert!(chi_square < 49.7, "{counts:?}"); // exceeded once in a thousand, of 23 degrees of freedom
    }
}

/// `np.histogram(x, 7)` of x = (i² mod 997) / 100, i < 1000, by NumPy 2.4.
const HISTOGRAM: [u64; 7] = [152, 144, 140, 130, 142, 144, 148];
const EDGES: [f64; 8] = [
    0.0,
    1.422857142857143,
    2.845714285714286,
    4.268571428571429,
    5.691428571428572,
    7.114285714285716,
    8.537142857142857,
    9.96,
];
/// `np.histogram(k, 5, (100, 900))[0]` and `np.histogram(k, [0, 1, 500, 996])[0]` of k = i² mod 997.
const IN_RANGE: [u64; 5] = [162, 156, 146, 158, 160];
const BETWEEN: [u64; 3] = [2, 500, 498];
