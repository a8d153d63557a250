//! Products of matrices and arrays of any layouts: against ndarray and plain loops, the same bits as on one
//! rank, and the bytes that may move.

use crate::cases::{Dice, numbered};
use crate::picks::kinds;
use lops::library::uniform;
use lops::ndarray::{Array2, ArrayD, Axis, Ix2, IxDyn};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout,
    comm::Verb,
    layout::{Chunk, Mode},
    library::{Contracted, Multiplied, inner, matmul, tensordot},
};

/// Small whole numbers, of which every sum of products is exact.
fn whole(shape: &[usize], seed: u64) -> ArrayD<f64> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        (uniform(seed, k) * 9.0).round()
    })
}

fn fractions(shape: &[usize], seed: u64) -> ArrayD<f64> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        uniform(seed, k)
    })
}

fn of<T: Multiplied>(layout: &Layout, global: &ArrayD<T>) -> DistArray<T> {
    DistArray::from_global(layout, global).unwrap()
}

/// Σ over the last axis of the one and the one before the last of the other, NumPy's rules written out.
fn serial(a: &ArrayD<f64>, b: &ArrayD<f64>) -> ArrayD<f64> {
    let (row, column) = (a.ndim() == 1, b.ndim() == 1);
    let a = if row { a.view().insert_axis(Axis(0)) } else { a.view() };
    let b = if column { b.view().insert_axis(Axis(1)) } else { b.view() };
    let (m, k, n) = (a.shape()[a.ndim() - 2], a.shape()[a.ndim() - 1], b.shape()[b.ndim() - 1]);
    let batch = a.ndim().max(b.ndim()) - 2;
    let length = |x: &[usize], axis: usize| (axis + x.len()).checked_sub(batch + 2).map_or(1, |axis| x[axis]);
    // Of two lengths that broadcast, the one that is not 1.
    let longer = |a: usize, b: usize| if a == 1 { b } else { a };
    let both = |axis: usize| longer(length(a.shape(), axis), length(b.shape(), axis));
    let mut shape: Vec<_> = (0..batch).map(both).collect();
    shape.extend([m, n]);
    let mut c = ArrayD::from_shape_fn(IxDyn(&shape), |index| {
        let at = |x: &[usize], last: [usize; 2]| {
            let mut from: Vec<_> =
                (0..x.len() - 2).map(|axis| if x[axis] == 1 { 0 } else { index[axis + batch + 2 - x.len()] }).collect();
            from.extend(last);
            from
        };
        let (i, j) = (index[batch], index[batch + 1]);
        (0..k).map(|k| a[&at(a.shape(), [i, k])[..]] * b[&at(b.shape(), [k, j])[..]]).sum()
    });
    if column {
        c = c.index_axis_move(Axis(batch + 1), 0);
    }
    if row {
        c = c.index_axis_move(Axis(batch), 0);
    }
    c
}

/// The product on one rank alone.
fn alone<T: Multiplied>(a: &ArrayD<T>, b: &ArrayD<T>) -> ArrayD<T> {
    let comm = Comm::solo();
    let there = |global: &ArrayD<T>| of(&Layout::replicated(&comm, global.shape()).unwrap(), global);
    matmul(&there(a), &there(b)).unwrap().gather_all()
}

/// The same bits in these layouts as on one rank.
fn same_bits<T: Multiplied>(of_a: &Layout, of_b: &Layout, make: impl Fn(f64, f64) -> T) {
    let values = |shape: &[usize], seed| {
        let (re, im) = (fractions(shape, seed), fractions(shape, seed + 50));
        ArrayD::from_shape_fn(IxDyn(shape), |index| make(re[&index], im[&index]))
    };
    let (a, b) = (values(of_a.shape(), 3), values(of_b.shape(), 4));
    let c = matmul(&of(of_a, &a), &of(of_b, &b)).unwrap();
    assert_eq!(c.gather_all(), alone(&a, &b), "{of_a} × {of_b}");
}

crate::bodies! {
    fn matrices_in_any_layouts(comm) {
        let (a, b) = (whole(&[7, 9], 1), whole(&[9, 5], 2));
        let flat = |x: &ArrayD<f64>| x.clone().into_dimensionality::<Ix2>().unwrap();
        let expected = flat(&a).dot(&flat(&b)).into_dyn();
        for of_a in kinds(comm, &[7, 9]) {
            for of_b in kinds(comm, &[9, 5]).into_iter().step_by(3) {
                let c = matmul(&of(&of_a, &a), &of(&of_b, &b)).unwrap();
                assert_eq!(c.gather_all(), expected, "{of_a} × {of_b}");
            }
        }
    }

    fn rows_columns_and_stacks(comm) {
        for seed in 0..120 {
            let mut dice = Dice::new(9000 + seed);
            let (m, k, n) = (dice.below(7), dice.below(8), 1 + dice.below(6));
            let mut front = |from: &[usize]| -> Vec<usize> {
                from.iter().map(|&n| if dice.below(4) == 0 { 1 } else { n }).collect()
            };
            let (three, two) = (front(&[3, 4]), front(&[3, 4]));
            let (left, right) = match seed % 8 {
                0 => (vec![k], vec![k]),
                1 => (vec![k], vec![k, n]),
                2 => (vec![m, k], vec![k]),
                3 => ([&three[..], &[m, k]].concat(), vec![k, n]),
                4 => ([&three[..], &[m, k]].concat(), vec![k]),
                5 => (vec![k], [&two[..], &[k, n]].concat()),
                6 => ([&three[..], &[m, k]].concat(), [&two[1..], &[k, n]].concat()),
                _ => ([&three[..], &[m, k]].concat(), [&two[..], &[k, n]].concat()),
            };
            let (a, b) = (whole(&left, seed), whole(&right, seed + 1));
            let (of_a, of_b) = (dice.layout(comm, &left), dice.layout(comm, &right));
            let c = matmul(&of(&of_a, &a), &of(&of_b, &b)).unwrap();
            assert_eq!(c.gather_all(), serial(&a, &b), "{of_a} × {of_b}");
        }
    }

    fn the_bits_are_those_of_one_rank(comm) {
        for seed in 0..12 {
            let mut dice = Dice::new(9500 + seed);
            let (m, k, n) = (1 + dice.below(40), 1 + dice.below(700), 1 + dice.below(40));
            let (m, n) = match seed { 0 => (1, n), 1 => (m, 1), _ => (m, n) };
            let (a, b) = (dice.layout(comm, &[m, k]), dice.layout(comm, &[k, n]));
            same_bits(&a, &b, |re, _| re);
            same_bits(&a, &b, |re, _| re as f32);
            same_bits(&a, &b, Complex::new);
            same_bits(&a, &b, |re, im| Complex::new(re as f32, im as f32));
        }
        let rows = Layout::scatter(comm, &[3, 20, 30], 1).unwrap();
        same_bits(&rows, &Layout::scatter(comm, &[3, 30, 25], 2).unwrap(), |re, _| re);
        same_bits(&rows, &Layout::scatter(comm, &[30], 0).unwrap(), Complex::new);
    }

    /// And close to what they should be.
    fn fractions_are_rounded_as_they_should(comm) {
        let (a, b) = (fractions(&[30, 600], 1), fractions(&[600, 20], 2));
        let c = matmul(&of(&Layout::scatter(comm, &[30, 600], 0).unwrap(), &a), &of(&Layout::scatter(comm, &[600, 20], 0).unwrap(), &b)).unwrap();
        let far = (c.gather_all() - serial(&a, &b)).fold(0.0, |far: f64, d| far.max(d.abs()));
        assert!(far < 1e-12, "{far}");
        let (v, w) = (fractions(&[999], 1), fractions(&[999], 2));
        let rows = Layout::scatter(comm, &[999], 0).unwrap();
        let exact = of(&rows, &v).dot(&of(&rows, &w)).unwrap();
        let product = matmul(&of(&rows, &v), &of(&Layout::replicated(comm, &[999]).unwrap(), &w)).unwrap();
        assert_eq!(product.gather_all().into_raw_vec_and_offset().0, [exact]);
    }

    fn integers_wrap(comm) {
        let (a, b) = (numbered(&[3, 50]).mapv(|v| v as u8), numbered(&[50, 4]).mapv(|v| v as u8));
        let c = matmul(&of(&Layout::scatter(comm, &[3, 50], 1).unwrap(), &a), &of(&Layout::scatter(comm, &[50, 4], 0).unwrap(), &b)).unwrap();
        let wide = a.mapv(u64::from).into_dimensionality::<Ix2>().unwrap().dot(&b.mapv(u64::from).into_dimensionality::<Ix2>().unwrap());
        assert_eq!(c.gather_all(), wide.mapv(|v| v as u8).into_dyn());
        let v = numbered(&[100]).mapv(|v| v as i8);
        let sum: i64 = v.iter().map(|&v| i64::from(v) * i64::from(v)).sum();
        for layout in kinds(comm, &[100]) {
            let x = of(&layout, &v);
            assert_eq!(matmul(&x, &x).unwrap().gather_all().into_raw_vec_and_offset().0, [sum as i8], "{layout}");
        }
    }

    /// Terms and columns beyond one tile.
    fn large_products_come_in_tiles(comm) {
        let (m, k, n) = (24, 2500, 2100);
        let entry = |i: usize, j: usize| (7 * i + 3 * j + i * j % 11) as u8;
        let a = DistArray::from_fn(&Layout::scatter(comm, &[m, k], 0).unwrap(), |i| entry(i[0], i[1]));
        let b = DistArray::from_fn(&Layout::scatter(comm, &[k, n], 0).unwrap(), |i| entry(i[1], i[0]));
        let c = matmul(&a, &b).unwrap().gather_all();
        for (i, j) in (0..m).flat_map(|i| (0..n).step_by(191).chain([n - 1]).map(move |j| (i, j))) {
            let sum = (0..k).fold(0u8, |sum, k| sum.wrapping_add(entry(i, k).wrapping_mul(entry(j, k))));
            assert_eq!(c[[i, j]], sum, "{i}, {j}");
        }
        let (a, b) = (Layout::scatter(comm, &[5, 4500], 0).unwrap(), Layout::scatter(comm, &[4500, 6], 0).unwrap());
        same_bits(&a, &b, |re, _| re);
    }

    /// Rows that are scattered stay; of the other operand each element goes once to each other rank.
    fn what_stays_is_not_sent(comm) {
        let p = comm.size();
        let one = u64::from(p > 1);
        let spent = |of_a: &Layout, of_b: &Layout| {
            let (a, b) = (DistArray::full(of_a, 1.0), DistArray::full(of_b, 1.0));
            let before = comm.traffic();
            let c = matmul(&a, &b).unwrap();
            let spent = comm.traffic() - before;
            assert_eq!(spent[Verb::Exchange], spent.total());
            (c.layout().unwrap().clone(), spent.total().calls, spent.total().bytes)
        };
        let (m, k, n) = (4 * p, 6, 2 * p);
        let rows = Layout::scatter(comm, &[m, k], 0).unwrap();
        let other = Layout::scatter(comm, &[k, n], 0).unwrap();
        let all = other.local_len() as u64 * 8 * (p as u64 - 1);
        assert_eq!(spent(&rows, &other), (Layout::scatter(comm, &[m, n], 0).unwrap(), one, all));
        let whole = |shape: &[usize]| Layout::replicated(comm, shape).unwrap();
        assert_eq!(spent(&rows, &whole(&[k, n])), (Layout::scatter(comm, &[m, n], 0).unwrap(), 0, 0));
        let columns = Layout::scatter(comm, &[k, n], 1).unwrap();
        assert_eq!(spent(&whole(&[m, k]), &columns), (Layout::scatter(comm, &[m, n], 1).unwrap(), 0, 0));
        assert_eq!(spent(&whole(&[m, k]), &whole(&[k, n])), (whole(&[m, n]), 0, 0));
        let small = Layout::scatter(comm, &[2, k], 0).unwrap(); // a few rows come, many columns stay
        let wide = Layout::scatter(comm, &[k, 40 * p], 1).unwrap();
        let layout = spent(&small, &wide).0;
        assert_eq!(layout, Layout::scatter(comm, &[2, 40 * p], usize::from(p > 1)).unwrap());
        // Cut alike in front: matrices of one rank each.
        let (pages, others) = (Layout::scatter(comm, &[p, 3, k], 0).unwrap(), Layout::scatter(comm, &[p, k, 5], 0).unwrap());
        assert_eq!(spent(&pages, &others), (Layout::scatter(comm, &[p, 3, 5], 0).unwrap(), 0, 0));
        // Neither can stay: the larger one is cut anew.
        let (flat, tall) = (Layout::scatter(comm, &[40 * p, 64], 1).unwrap(), Layout::scatter(comm, &[64, 2], 0).unwrap());
        let (layout, calls, _) = spent(&flat, &tall);
        assert_eq!((layout, calls), (Layout::scatter(comm, &[40 * p, 2], 0).unwrap(), 2 * one));
    }

    fn tensors(comm) {
        for seed in 0..80 {
            let mut dice = Dice::new(9800 + seed);
            let pairs = dice.below(4);
            let lengths: Vec<_> = (0..pairs).map(|_| dice.below(4) + usize::from(dice.below(9) > 0)).collect();
            let mut operand = |own: usize| {
                let order = dice.shuffled(pairs + own);
                let mut shape = vec![0; pairs + own];
                order.iter().enumerate().for_each(|(k, &axis)| shape[axis] = if k < pairs { lengths[k] } else { 1 + dice.below(4) });
                (shape, order[..pairs].to_vec(), order[pairs..].to_vec())
            };
            let ((left, sum_left, _), (right, sum_right, _)) = (operand(seed as usize % 3), operand(seed as usize / 3 % 3));
            let (a, b) = (whole(&left, seed), whole(&right, seed + 1));
            let free = |shape: &[usize], named: &[usize]| (0..shape.len()).filter(|axis| !named.contains(axis)).collect::<Vec<_>>();
            let (free_left, free_right) = (free(&left, &sum_left), free(&right, &sum_right));
            let shape: Vec<_> = free_left.iter().map(|&axis| left[axis]).chain(free_right.iter().map(|&axis| right[axis])).collect();
            let terms = ArrayD::<u8>::zeros(IxDyn(&lengths));
            let expected = ArrayD::from_shape_fn(IxDyn(&shape), |index| {
                let term = |summed: lops::ndarray::IxDyn| {
                    let (mut i, mut j) = (vec![0; left.len()], vec![0; right.len()]);
                    sum_left.iter().enumerate().for_each(|(k, &axis)| i[axis] = summed[k]);
                    sum_right.iter().enumerate().for_each(|(k, &axis)| j[axis] = summed[k]);
                    free_left.iter().enumerate().for_each(|(k, &axis)| i[axis] = index[k]);
                    free_right.iter().enumerate().for_each(|(k, &axis)| j[axis] = index[free_left.len() + k]);
                    a[&i[..]] * b[&j[..]]
                };
                terms.indexed_iter().map(|(summed, _)| term(summed)).sum::<f64>()
            });
            let layout = |dice: &mut Dice, shape: &[usize]| if shape.is_empty() { Layout::replicated(comm, shape).unwrap() } else { dice.layout(comm, shape) };
            let (of_a, of_b) = (layout(&mut dice, &left), layout(&mut dice, &right));
            let c = tensordot(&of(&of_a, &a), &of(&of_b, &b), Contracted::Axes(sum_left.clone(), sum_right.clone())).unwrap();
            assert_eq!(c.gather_all(), expected, "{of_a} {sum_left:?} × {of_b} {sum_right:?}");
        }
        // As matrices are multiplied, counted.
        let (x, y) = (of(&Layout::scatter(comm, &[4, 6], 1).unwrap(), &fractions(&[4, 6], 1)), of(&Layout::scatter(comm, &[6, 3], 0).unwrap(), &fractions(&[6, 3], 2)));
        assert_eq!(tensordot(&x, &y, 1).unwrap(), matmul(&x, &y).unwrap());
        assert_eq!(inner(&x, &y.t().unwrap()).unwrap().gather_all(), matmul(&x, &y).unwrap().gather_all());
        assert_eq!(tensordot(&x, &y, 0).unwrap().shape(), [4, 6, 6, 3]);
        assert_eq!(tensordot(&x, &x, 2).unwrap().gather_all().into_raw_vec_and_offset().0, [x.dot(&x).unwrap()]);
        // Chunks are combined first.
        let map = vec![vec![Chunk::from(..)]; comm.size()];
        let sums = of(&Layout::chunked(comm, &[4, 6], &map, Mode::Sum).unwrap(), &fractions(&[4, 6], 1));
        assert_eq!(tensordot(&sums, &y, ([1], [0])).unwrap().gather_all(), matmul(&x, &y).unwrap().gather_all());
    }

    fn chunks_of_integers(comm) {
        let (a, b) = (numbered(&[4, 6]).mapv(|v| v as i32), numbered(&[6, 5]).mapv(|v| v as i32));
        let chunked = |layout: Layout, global: &ArrayD<i32>| of(&layout.with_mode(Mode::Replica).unwrap(), global);
        let x = chunked(Layout::scatter(comm, &[4, 6], 1).unwrap(), &a);
        let y = chunked(Layout::scatter(comm, &[6, 5], 0).unwrap(), &b);
        let before = comm.traffic().total().calls;
        let c = matmul(&x, &y).unwrap();
        assert_eq!(comm.traffic().total().calls, before);
        let flat = |x: &ArrayD<i32>| x.clone().into_dimensionality::<Ix2>().unwrap();
        let expected: Array2<i32> = flat(&a).dot(&flat(&b));
        assert_eq!((c.gather_all(), c.layout().unwrap().mode()), (expected.into_dyn(), Mode::Sum));
    }

    fn what_cannot_be_multiplied_is_refused(comm) {
        let x = |shape: &[usize]| DistArray::<f64>::zeros(Layout::replicated(comm, shape).unwrap());
        for (a, b) in [
            (&[2, 3][..], &[2, 3][..]), (&[3], &[2]), (&[4, 2, 3], &[5, 3, 2]), (&[2, 3], &[4, 2, 2]), (&[4, 2, 3], &[2]), (&[], &[3]), (&[3], &[]),
        ] {
            assert_eq!(matmul(&x(a), &x(b)).unwrap_err().kind(), ErrorKind::Shape, "{a:?} {b:?}");
        }
        assert_eq!(inner(&x(&[]), &x(&[3])).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(inner(&x(&[2, 3]), &x(&[2])).unwrap_err().kind(), ErrorKind::Shape);
        let kind = |a: &[usize], b: &[usize], axes: Contracted| tensordot(&x(a), &x(b), axes).unwrap_err().kind();
        assert_eq!(kind(&[2, 3], &[3], 2.into()), ErrorKind::Axis);
        assert_eq!(kind(&[2, 3], &[3], ([2], [0]).into()), ErrorKind::Axis);
        assert_eq!(kind(&[2, 2], &[2, 2], ([1, 1], [0, 1]).into()), ErrorKind::Axis);
        assert_eq!(kind(&[2, 2], &[2, 2], Contracted::Axes(vec![1], vec![])), ErrorKind::Axis);
        assert_eq!(kind(&[2, 3], &[2], 1.into()), ErrorKind::Shape);
        let elsewhere = DistArray::<f64>::zeros(Layout::replicated(&comm.duplicate(), &[3, 2]).unwrap());
        assert_eq!(matmul(&x(&[2, 3]), &elsewhere).unwrap_err().kind(), ErrorKind::Communicator);
        let masked = DistArray::<f64>::zeros(Layout::scatter(comm, &[3, 3], 0).unwrap().with_mask(&vec![0; comm.size()]).unwrap());
        assert_eq!(matmul(&masked, &x(&[3])).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(tensordot(&masked, &x(&[3]), 1).unwrap_err().kind(), ErrorKind::Layout);
        let members = DistArray::stack(&[&x(&[2]), &x(&[2])]).unwrap();
        assert_eq!(matmul(&members, &members).unwrap_err().kind(), ErrorKind::Layout);
    }
}
