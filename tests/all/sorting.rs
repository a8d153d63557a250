//! Sorting over all ranks and along axes, against serial sorts in NumPy's order.

use crate::cases::Dice;
use lops::library::Sortable;
use lops::ndarray::{ArrayD, Axis, IxDyn};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout,
    comm::Verb,
    layout::{Chunk, Mode},
};
use std::cmp::Ordering;
use std::fmt::Debug;

/// A type, how its elements are thrown, and NumPy's `<` for it.
struct Kind<T> {
    throw: fn(&mut Dice) -> T,
    less: fn(&T, &T) -> bool,
}

fn float(dice: &mut Dice) -> f64 {
    let special = [0.0, -0.0, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0, 1.0, f64::MIN_POSITIVE];
    match dice.below(3) {
        0 => special[dice.below(special.len())],
        _ => dice.below(1 << 20) as f64 / 7.0 - 70_000.0,
    }
}

fn less_float(a: f64, b: f64) -> bool {
    a < b || (!a.is_nan() && b.is_nan())
}

const INTEGERS: Kind<i32> = Kind { throw: |dice| dice.below(9) as i32 - 4, less: |a, b| a < b };
const WIDE: Kind<i64> = Kind { throw: |dice| (dice.below(1 << 40) as i64 - (1 << 39)) << 24, less: |a, b| a < b };
const UNSIGNED: Kind<u8> = Kind { throw: |dice| dice.below(256) as u8, less: |a, b| a < b };
const INDICES: Kind<usize> = Kind { throw: |dice| dice.below(1 << 50), less: |a, b| a < b };
const BOOLS: Kind<bool> = Kind { throw: |dice| dice.below(2) == 1, less: |a, b| !a & b };
const FLOATS: Kind<f64> = Kind { throw: float, less: |a, b| less_float(*a, *b) };
const SHORT: Kind<f32> =
    Kind { throw: |dice| float(dice) as f32, less: |a, b| less_float(f64::from(*a), f64::from(*b)) };
const COMPLEX: Kind<Complex<f64>> = Kind {
    throw: |dice| {
        Complex::new((dice.below(5) as f64 - 2.0) * if dice.below(8) == 0 { f64::NAN } else { 1.0 }, float(dice))
    },
    less: |a, b| {
        // The rules of NumPy's sort order: [R + Rj, R + nan j, nan + Rj, nan + nan j].
        let class = |z: &Complex<f64>| (z.re.is_nan(), z.im.is_nan());
        match class(a).cmp(&class(b)) {
            Ordering::Equal => a.re < b.re || ((a.re == b.re || a.re.is_nan()) && a.im < b.im),
            unequal => unequal.is_lt(),
        }
    },
};

/// The order of the elements of a line, by insertion: stable.
fn order<T>(line: &[T], less: fn(&T, &T) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = vec![];
    for (index, x) in line.iter().enumerate() {
        let at = order.iter().rposition(|&before| !less(x, &line[before])).map_or(0, |at| at + 1);
        order.insert(at, index);
    }
    order
}

/// As text, in which −0 is not 0 and a NaN is a NaN.
fn words<T: Debug>(values: impl IntoIterator<Item = T>) -> Vec<String> {
    values.into_iter().map(|x| format!("{x:?}")).collect()
}

fn sorts_lines_of_one_axis<T: Sortable>(comm: &Comm, kind: &Kind<T>) {
    let mut dice = Dice::new(41);
    for n in [0, 1, 2, 5, 17, 60] {
        let values: Vec<T> = (0..n).map(|_| (kind.throw)(&mut dice)).collect();
        let order = order(&values, kind.less);
        let mut last = vec![0; comm.size()];
        last[comm.size() / 2] = n;
        let uneven = Layout::scatter_sizes(comm, &[n], 0, &last).unwrap();
        let layouts =
            [Layout::scatter(comm, &[n], 0).unwrap(), uneven, dice.layout(comm, &[n]), dice.layout(comm, &[n])];
        for layout in layouts {
            let x = DistArray::from_global(&layout, &values[..]).unwrap();
            let sorted = x.sort().unwrap();
            assert_eq!(sorted.layout().unwrap(), &layout);
            assert_eq!(words(sorted.gather_all()), words(order.iter().map(|&k| values[k])), "{layout}");
            let found = x.argsort().unwrap();
            assert_eq!(found.layout().unwrap(), &layout);
            assert_eq!(found.gather_all().into_raw_vec_and_offset().0, order, "{layout}");
            assert_eq!(words(x.sort_axis(0).unwrap().gather_all()), words(sorted.gather_all()));
        }
    }
}

fn sorts_lines_of_many_axes<T: Sortable>(comm: &Comm, kind: &Kind<T>) {
    let mut dice = Dice::new(42);
    for _ in 0..5 {
        let shape = dice.shape();
        let global = ArrayD::from_shape_simple_fn(IxDyn(&shape), || (kind.throw)(&mut dice));
        let layouts = [dice.layout(comm, &shape), dice.layout(comm, &shape)];
        for axis in 0..shape.len() {
            let mut sorted = global.clone();
            let mut orders = ArrayD::<usize>::zeros(IxDyn(&shape));
            for (mut line, mut places) in sorted.lanes_mut(Axis(axis)).into_iter().zip(orders.lanes_mut(Axis(axis))) {
                let values = line.to_vec();
                for (k, &from) in order(&values, kind.less).iter().enumerate() {
                    (line[k], places[k]) = (values[from], from);
                }
            }
            for layout in &layouts {
                let x = DistArray::from_global(layout, &global).unwrap();
                let found = x.sort_axis(axis).unwrap();
                assert_eq!(found.layout().unwrap(), layout);
                assert_eq!(words(found.gather_all()), words(sorted.clone()), "{layout}, axis {axis}");
                assert_eq!(x.argsort_axis(axis).unwrap().gather_all(), orders, "{layout}, axis {axis}");
            }
        }
    }
}

crate::bodies! {
    fn arrays_of_one_axis_are_sorted(comm) {
        sorts_lines_of_one_axis(comm, &INTEGERS);
        sorts_lines_of_one_axis(comm, &WIDE);
        sorts_lines_of_one_axis(comm, &UNSIGNED);
        sorts_lines_of_one_axis(comm, &INDICES);
        sorts_lines_of_one_axis(comm, &BOOLS);
        sorts_lines_of_one_axis(comm, &FLOATS);
        sorts_lines_of_one_axis(comm, &SHORT);
        sorts_lines_of_one_axis(comm, &COMPLEX);
    }

    fn lines_along_any_axis_are_sorted(comm) {
        sorts_lines_of_many_axes(comm, &INTEGERS);
        sorts_lines_of_many_axes(comm, &FLOATS);
        sorts_lines_of_many_axes(comm, &COMPLEX);
    }

    fn many_elements_are_sorted(comm) {
        let n = 20_000;
        let line = Layout::scatter(comm, &[n], 0).unwrap();
        let x = DistArray::<f64>::random_signed(&line, 3);
        let mut expected = x.gather_all().into_raw_vec_and_offset().0;
        expected.sort_by(f64::total_cmp);
        let before = comm.traffic();
        let sorted = x.sort().unwrap();
        let sent = comm.traffic() - before;
        assert_eq!(sorted.gather_all().as_slice().unwrap(), expected);
        if comm.size() > 1 {
            let others = comm.size() - 1;
            assert_eq!(sent[Verb::AllToAll].calls, 2);
            assert!(sent[Verb::AllToAll].bytes as usize <= 8 * (line.local_len() + others), "{sent:?}");
            // Random numbers of 20,000 differ in fewer than 44 bits, and nothing is equal.
            assert!(sent[Verb::AllReduce].calls as usize <= 2 + 11, "{sent:?}");
            assert!(sent[Verb::AllReduce].bytes as usize <= 16 + 11 * 120 * others, "{sent:?}");
            assert_eq!(sent.total().calls, sent[Verb::AllToAll].calls + sent[Verb::AllReduce].calls);
        } else {
            assert_eq!(sent.total().calls, 0);
        }
        let before = comm.traffic();
        sorted.sort().unwrap();
        let sent = comm.traffic() - before;
        assert!(sent[Verb::AllToAll].bytes as usize <= 8 * (comm.size() - 1), "what is sorted stays where it is: {sent:?}");
    }

    fn equal_elements_are_shared_out_evenly(comm) {
        let n = 1003;
        let line = Layout::scatter(comm, &[n], 0).unwrap();
        let same = DistArray::full(&line, 2.5f32);
        let before = comm.traffic();
        let order = same.argsort().unwrap();
        let sent = comm.traffic() - before;
        assert_eq!(order.gather_all().into_raw_vec_and_offset().0, (0..n).collect::<Vec<_>>());
        if comm.size() > 1 {
            let log = |n: usize| n.next_power_of_two().ilog2() as usize;
            let digits = 32usize.div_ceil(4) + (log(comm.size()) + log(line.len_of(0) + 1)).div_ceil(4);
            assert!(sent[Verb::AllReduce].calls as usize <= 2 + digits, "{sent:?}");
            assert!(sent[Verb::AllToAll].bytes as usize <= 8 * (comm.size() - 1), "{sent:?}");
        }
        // Nine of ten are equal, and lie on one rank.
        let mut sizes = vec![0; comm.size()];
        sizes[comm.size() - 1] = n;
        let last = Layout::scatter_sizes(comm, &[n], 0, &sizes).unwrap();
        let value = |i: usize| if i.is_multiple_of(10) { (n - i) as i64 } else { 500 };
        let moved = DistArray::from_fn(&last, |i| value(i[0])).redistribute(&line).unwrap();
        let mut expected: Vec<_> = (0..n).map(value).collect();
        expected.sort_unstable();
        let sorted = moved.sort().unwrap();
        assert_eq!(sorted.as_slice(), &expected[line.range(comm.rank())]);
        assert_eq!(DistArray::from_fn(&last, |i| value(i[0])).sort().unwrap().gather_all().as_slice().unwrap(), expected);
    }

    fn lines_fewer_than_ranks_are_shared_by_all(comm) {
        let layout = Layout::scatter(comm, &[400, 2], 0).unwrap();
        let x = DistArray::from_fn(&layout, |i| (i[0] * 7919 % 1009) as i32 * if i[1] == 0 { 1 } else { -1 });
        let mut columns: Vec<Vec<i32>> = x.gather_all().columns().into_iter().map(|column| column.to_vec()).collect();
        for column in &mut columns {
            column.sort_unstable();
        }
        let before = comm.traffic();
        let sorted = x.sort_axis(0).unwrap();
        let sent = comm.traffic() - before;
        assert_eq!(sorted.layout().unwrap(), &layout);
        for (column, expected) in sorted.gather_all().columns().into_iter().zip(&columns) {
            assert_eq!(&column.to_vec(), expected);
        }
        if comm.size() > 2 {
            assert_eq!(sent[Verb::AllToAll].calls, 4, "two lines, each sorted as an array of one axis is");
            assert_eq!(sent[Verb::Exchange].calls, 0, "no rank gets a line: {sent:?}");
        }
        let none = DistArray::<i32>::zeros(Layout::scatter(comm, &[4, 0], 0).unwrap());
        assert_eq!(none.sort_axis(0).unwrap().size() + none.argsort_axis(1).unwrap().size(), 0);
    }

    fn whole_lines_are_sorted_where_they_are(comm) {
        let x = DistArray::<f64>::random_signed(Layout::scatter(comm, &[6, 50], 0).unwrap(), 4);
        let same = DistArray::<f64>::random_signed(Layout::replicated(comm, &[50]).unwrap(), 4);
        let before = comm.traffic();
        x.sort_axis(1).unwrap();
        x.argsort_axis(1).unwrap();
        same.sort().unwrap();
        same.argsort().unwrap();
        assert_eq!(comm.traffic(), before);
    }

    fn chunks_are_sorted_as_the_array_that_they_are(comm) {
        let mut map = vec![vec![]; comm.size()];
        map[0].push(Chunk::from(0..4));
        map[comm.size() - 1].push(Chunk::from(2..6));
        for mode in [Mode::Replica, Mode::Sum, Mode::Max] {
            let layout = Layout::chunked(comm, &[6], &map, mode).unwrap();
            let x = DistArray::from_fn(&layout, |i| [5, 3, 9, 1, 7, 3][i[0]]);
            assert_eq!(x.sort().unwrap().gather_all().as_slice().unwrap(), [1, 3, 3, 5, 7, 9], "{mode}");
            assert_eq!(x.argsort().unwrap().gather_all().as_slice().unwrap(), [3, 1, 5, 0, 4, 2], "{mode}");
            let layout = Layout::chunked(comm, &[6, 2], &map, mode).unwrap();
            let x = DistArray::from_fn(&layout, |i| [5, 3, 9, 1, 7, 3][i[0]] * if i[1] == 0 { 1 } else { -1 });
            let sorted = x.sort_axis(0).unwrap();
            assert_eq!(sorted.layout().unwrap(), &layout);
            let columns: Vec<_> = sorted.gather_all().columns().into_iter().map(|column| column.to_vec()).collect();
            assert_eq!(columns, [[1, 3, 3, 5, 7, 9], [-9, -7, -5, -3, -3, -1]], "{mode}");
        }
    }

    fn what_cannot_be_sorted_is_refused(comm) {
        let plane = DistArray::<f64>::zeros(Layout::scatter(comm, &[3, 4], 0).unwrap());
        assert_eq!(plane.sort().unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(plane.argsort().unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(plane.sort_axis(2).unwrap_err().kind(), ErrorKind::Axis);
        let stack = DistArray::stack(&[&plane, &plane]).unwrap();
        assert_eq!(stack.sort().unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(stack.sort_axis(0).unwrap_err().kind(), ErrorKind::Layout);
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let masked = |shape: &[usize]| Layout::scatter(comm, shape, 0).unwrap().with_mask(&colours).unwrap();
        assert_eq!(DistArray::<i32>::zeros(masked(&[4])).argsort().unwrap_err().kind(), ErrorKind::Layout);
        let plane = DistArray::from_fn(&masked(&[4, 3]), |i| 3 - i[1]);
        assert_eq!(plane.sort_axis(1).unwrap(), DistArray::from_fn(&masked(&[4, 3]), |i| 1 + i[1]));
        if comm.size() > 1 {
            assert_eq!(plane.sort_axis(0).unwrap_err().kind(), ErrorKind::Layout);
        }
    }
}
