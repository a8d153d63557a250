//! Reductions over axes and over whole arrays: right, and the same on any layout.

use crate::cases::Dice;
use crate::picks::kinds;
use lops::library::{Comparable, Summable};
use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Complex, DistArray, Element, ErrorKind, Layout, Result,
    layout::{Chunk, Cut, Mode},
};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::fmt::Debug;

/// The values of each line along the axes, in C order; and the shape without the axes.
fn lines<T: Element>(global: &ArrayD<T>, axes: &[usize]) -> (Vec<usize>, Vec<Vec<T>>) {
    let kept: Vec<_> = (0..global.ndim()).filter(|axis| !axes.contains(axis)).collect();
    let reduced: Vec<_> = (0..global.ndim()).filter(|axis| axes.contains(axis)).collect();
    let shape: Vec<_> = kept.iter().map(|&axis| global.shape()[axis]).collect();
    let turned = global.view().permuted_axes([kept, reduced.clone()].concat());
    let values: Vec<T> = turned.iter().copied().collect();
    let length: usize = reduced.iter().map(|&axis| global.shape()[axis]).product();
    let count = shape.iter().product();
    (shape, (0..count).map(|k| values[k * length..(k + 1) * length].to_vec()).collect())
}

/// Printed, floats say all their bits (but those of a NaN).
pub(crate) fn print(values: &impl Debug) -> String {
    format!("{values:?}")
}

/// A reduction of an array over axes is, line by line, what the function says.
fn check<T: Element, U: Element>(
    what: &str,
    x: &DistArray<T>,
    axes: &[usize],
    found: Result<DistArray<U>>,
    of_line: impl Fn(&[T]) -> U,
) {
    let (shape, lines) = lines(&x.gather_all(), axes);
    let found = found.unwrap_or_else(|error| panic!("{what} over {axes:?} of {}: {error}", x.space()));
    let expected = ArrayD::from_shape_vec(IxDyn(&shape), lines.iter().map(|line| of_line(line)).collect()).unwrap();
    assert_eq!(print(&found.gather_all()), print(&expected), "{what} over {axes:?} of {}", x.space());
    assert_eq!(*found.layout().unwrap(), natural(x.layout().unwrap(), axes, found.layout().unwrap()));
}

/// The layout that the pages promise; of chunks they promise less.
fn natural(layout: &Layout, axes: &[usize], found: &Layout) -> Layout {
    let (comm, kept) = (layout.comm(), |axis: &usize| !axes.contains(axis));
    let shape: Vec<_> = (0..layout.ndim()).filter(kept).map(|axis| layout.shape()[axis]).collect();
    let Some(grid) = layout.process_grid() else {
        return if layout.chunks().is_some() { found.clone() } else { layout.with_shape(&shape).unwrap() };
    };
    let cut = |axis: usize| !grid.axes()[axis].is_whole();
    let only_reduced = (0..layout.ndim()).any(cut) && !(0..layout.ndim()).filter(kept).any(cut);
    if only_reduced || shape.is_empty() {
        return Layout::replicated(comm, &shape).unwrap();
    }
    for rank in 0..comm.size() {
        let own = grid.coordinates_of(rank).filter(|at| axes.iter().all(|&axis| at[axis] == 0));
        let expected: Vec<_> = match &own {
            Some(at) => (0..layout.ndim()).filter(kept).map(|axis| grid.axes()[axis].set(at[axis])).collect(),
            None => vec![lops::layout::IndexSet::empty(); shape.len()],
        };
        let region = found.regions(rank)[0].clone();
        assert!(
            region.sets() == expected || (region.is_empty() && own.is_none()),
            "{layout} without {axes:?}: {found}"
        );
    }
    found.clone()
}

pub(crate) fn subsets(axes: usize) -> impl Iterator<Item = Vec<usize>> {
    (0..1usize << axes).map(move |bits| (0..axes).filter(|axis| bits >> axis & 1 == 1).collect())
}

/// Multiples of 2⁻²⁰ of very different sizes, far from 0 if wanted: their sums fit an i128.
fn fixed(k: usize, far: bool) -> i64 {
    let h = (k as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let small = (h as i64 >> 20) >> (h % 41);
    if far { (1 << 51) + (small >> 20) } else { small }
}

const UNIT: f64 = 1.0 / (1 << 20) as f64;

fn float(k: usize, far: bool) -> f64 {
    fixed(k, far) as f64 * UNIT
}

/// In units, which must be whole.
fn units(x: f64) -> i128 {
    let units = x / UNIT;
    assert_eq!(units, units.round());
    units as i128
}

fn exact_sum(line: &[f64]) -> f64 {
    line.iter().map(|&x| units(x)).sum::<i128>() as f64 * UNIT
}

/// The quotient of integers rounded once: 2⁵⁸ parts, the last of which says whether there is a rest.
pub(crate) fn exact_mean(line: &[f64]) -> f64 {
    if line.is_empty() {
        return f64::NAN;
    }
    let (sum, n) = (line.iter().map(|&x| units(x)).sum::<i128>(), line.len() as i128);
    let parts = sum * (1 << 58);
    let (whole, rest) = (parts.abs() / n, parts.abs() % n);
    let rounded = (whole | i128::from(rest != 0)) as f64 / (1i64 << 58) as f64 * UNIT;
    if sum < 0 { -rounded } else { rounded }
}

/// n Σ x² − (Σ x)² in whole numbers, then divided by n (n − ddof).
fn exact_variance(line: &[i128], ddof: usize) -> f64 {
    let n = line.len();
    if n == 0 {
        return f64::NAN;
    }
    let sum: BigInt = line.iter().map(|&x| BigInt::from(x)).sum();
    let squares: BigInt = line.iter().map(|&x| BigInt::from(x) * x).sum();
    let top = (BigInt::from(n) * squares - &sum * &sum).to_f64().unwrap();
    top / n as f64 / n.saturating_sub(ddof) as f64
}

pub(crate) fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs() || print(&found) == print(&expected)
}

fn check_floats(x: &DistArray<f64>, axes: &[usize]) {
    let over = || x.over(axes);
    check("sum", x, axes, over().sum(), exact_sum);
    check("mean", x, axes, over().mean(), exact_mean);
    for ddof in [0, 1] {
        let variance = |line: &[f64]| {
            let line: Vec<_> = line.iter().map(|&x| units(x)).collect();
            exact_variance(&line, ddof) * UNIT * UNIT
        };
        let (found, deviation) = (over().var(ddof).unwrap().gather_all(), over().std(ddof).unwrap().gather_all());
        let (_, lines) = lines(&x.gather_all(), axes);
        for ((line, &found), &deviation) in lines.iter().zip(&found).zip(&deviation) {
            assert!(near(found, variance(line)), "{found} {} of {}", variance(line), x.space());
            assert_eq!(print(&deviation), print(&found.sqrt()));
        }
    }
    check_ordered(x, axes);
    check("any", x, axes, over().any(), |line| line.iter().any(|&x| x != 0.0));
    check("all", x, axes, over().all(), |line| line.iter().all(|&x| x != 0.0));
    check("count", x, axes, over().count_nonzero(), |line| line.iter().filter(|&&x| x != 0.0).count());
}

fn check_ordered<T: Comparable>(x: &DistArray<T>, axes: &[usize]) {
    let better = |greatest: bool| move |a: T, b: T| if (b > a) == greatest && a != b { b } else { a };
    let best = |greatest: bool| move |line: &[T]| line.iter().copied().reduce(better(greatest)).unwrap();
    let place = |greatest: bool| move |line: &[T]| line.iter().position(|&x| x == best(greatest)(line)).unwrap();
    let (shape, lines) = lines(&x.gather_all(), axes);
    if shape.iter().product::<usize>() > 0 && lines[0].is_empty() {
        assert_eq!(x.over(axes).min().unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(x.over(axes).max().unwrap_err().kind(), ErrorKind::Shape);
        return;
    }
    check("min", x, axes, x.over(axes).min(), best(false));
    check("max", x, axes, x.over(axes).max(), best(true));
    if axes.len() == 1 {
        check("argmin", x, axes, x.over(axes).argmin(), place(false));
        check("argmax", x, axes, x.over(axes).argmax(), place(true));
    }
}

fn check_integers<T: Comparable + Summable<Sum = S, Mean = f64, Variance = f64>, S: Element>(
    x: &DistArray<T>,
    axes: &[usize],
    wide: impl Fn(T) -> i128,
    wrapped: impl Fn(i128) -> S,
) {
    let product = |line: &[T]| line.iter().fold(1i128, |product, &x| product.wrapping_mul(wide(x)) as u64 as i128);
    check("sum", x, axes, x.over(axes).sum(), |line| wrapped(line.iter().map(|&x| wide(x)).sum()));
    check("prod", x, axes, x.over(axes).prod(), |line| wrapped(product(line)));
    let (_, lines) = lines(&x.gather_all(), axes);
    let (means, variances) = (x.over(axes).mean().unwrap().gather_all(), x.over(axes).var(0).unwrap().gather_all());
    for ((line, &mean), &variance) in lines.iter().zip(&means).zip(&variances) {
        let line: Vec<_> = line.iter().map(|&x| wide(x)).collect();
        let sum = line.iter().sum::<i128>();
        assert!(near(mean, sum as f64 / line.len() as f64), "{mean} of {line:?}");
        assert!(near(variance, exact_variance(&line, 0)), "{variance} of {line:?}");
    }
    check_ordered(x, axes);
}

crate::bodies! {
    fn every_reduction_over_all_axes_of_every_layout(comm) {
        let shape = [5, 4];
        for layout in kinds(comm, &shape) {
            let x = DistArray::from_fn(&layout, |i| float(i[0] * 4 + i[1], false));
            for axes in subsets(2) {
                check_floats(&x, &axes);
                let product = |line: &[f64]| line.iter().product::<f64>();
                check("prod", &x, &axes, x.over(&axes).prod(), product);
            }
        }
    }

    fn any_shape_any_axes(comm) {
        for seed in 0..24 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let axes: Vec<_> = (0..shape.len()).filter(|_| dice.below(2) == 0).collect();
            let mut k = 0;
            let global = ArrayD::from_shape_simple_fn(IxDyn(&shape), || {
                k += 1;
                float(k, seed % 3 == 0)
            });
            check_floats(&DistArray::from_global(&layout, &global).unwrap(), &axes);
            let bytes = global.mapv(|x| (units(x) >> 7) as i8);
            let wrapped = |x: i128| x as i64;
            check_integers(&DistArray::from_global(&layout, &bytes).unwrap(), &axes, i128::from, wrapped);
            let wide = global.mapv(|x| (units(x) << 12) as u64);
            check_integers(&DistArray::from_global(&layout, &wide).unwrap(), &axes, i128::from, |x: i128| x as u64);
            let truths = global.mapv(|x| units(x) % 5 != 0);
            let truths = DistArray::from_global(&layout, &truths).unwrap();
            check_integers(&truths, &axes, i128::from, |x: i128| x as u64);
            check("all", &truths, &axes, truths.over(&axes).all(), |line| line.iter().all(|&x| x));
        }
    }

    fn complex_and_single_precision(comm) {
        for seed in 100..108 {
            let mut dice = Dice::new(seed);
            let shape = [1 + dice.below(9), 1 + dice.below(7)];
            let layout = dice.grid(comm, &shape);
            let z = DistArray::from_fn(&layout, |i| {
                Complex::new(float(i[0] * 9 + i[1], true), float(i[0] * 7 + i[1] * 31, false))
            });
            let parts = |line: &[Complex<f64>]| -> [Vec<f64>; 2] {
                [line.iter().map(|z| z.re).collect(), line.iter().map(|z| z.im).collect()]
            };
            for axes in subsets(2) {
                let both = |f: fn(&[f64]) -> f64| move |line: &[Complex<f64>]| {
                    let [re, im] = parts(line);
                    Complex::new(f(&re), f(&im))
                };
                check("sum", &z, &axes, z.over(&axes).sum(), both(exact_sum));
                check("mean", &z, &axes, z.over(&axes).mean(), both(exact_mean));
                let (_, lines) = lines(&z.gather_all(), &axes);
                let found = z.over(&axes).var(1).unwrap().gather_all();
                for (line, &found) in lines.iter().zip(&found) {
                    let of = |part: &Vec<f64>| {
                        exact_variance(&part.iter().map(|&x| units(x)).collect::<Vec<_>>(), 1) * UNIT * UNIT
                    };
                    let expected = parts(line).iter().map(of).sum();
                    assert!(near(found, expected), "{found} {expected}");
                }
                let x = z.map(|z| (z.im as f32, z.im).0);
                let wide = |line: &[f32]| line.iter().map(|&x| f64::from(x)).collect::<Vec<_>>();
                // Rounded once: a sum in f64 that is exact, then to f32.
                check("sum", &x, &axes, x.over(&axes).sum(), |line| {
                    let sum: BigInt = wide(line).iter().map(|&x| BigInt::from((x * 2f64.powi(60)) as i128)).sum();
                    (sum.to_f64().unwrap() * 2f64.powi(-60)) as f32
                });
                check_ordered(&x, &axes);
            }
            assert_eq!(print(&z.mean()), print(&z.over(&[0, 1]).mean().unwrap().as_slice()[0]));
            assert_eq!(z.var(0), z.over(&[1, 0]).var(0).unwrap().as_slice()[0]);
        }
    }

    fn whole_arrays_and_stacks(comm) {
        for layout in kinds(comm, &[7, 3]) {
            let x = DistArray::from_fn(&layout, |i| float((i[0] * 3 + i[1]) % 13, false));
            let all = x.gather_all();
            let line: Vec<_> = all.iter().copied().collect();
            assert_eq!(x.mean(), exact_mean(&line));
            assert_eq!((x.min().unwrap(), x.max().unwrap()), (
                line.iter().copied().reduce(f64::min).unwrap(),
                line.iter().copied().reduce(f64::max).unwrap(),
            ));
            let place = |value: f64| line.iter().position(|&x| x == value).map(|k| vec![k / 3, k % 3]).unwrap();
            assert_eq!(x.argmin().unwrap(), place(x.min().unwrap()), "{layout}");
            assert_eq!(x.argmax().unwrap(), place(x.max().unwrap()), "{layout}");
            assert_eq!(x.std(1), x.over(&[0, 1]).std(1).unwrap().as_slice()[0]);
            assert_eq!(x.prod().unwrap(), line.iter().product::<f64>());
            assert_eq!(x.count_nonzero(), line.iter().filter(|&&x| x != 0.0).count());
            let s = DistArray::stack(&[&x, &x]).unwrap();
            assert_eq!((s.mean(), s.min(), s.any(), s.count_nonzero()), (x.mean(), x.min(), true, 2 * x.count_nonzero()));
            assert_eq!(s.argmin().unwrap_err().kind(), ErrorKind::Layout);
            assert_eq!(s.over(&[0]).sum().unwrap_err().kind(), ErrorKind::Layout);
            assert_eq!(s.prod().unwrap_err().kind(), ErrorKind::Layout);
        }
    }

    fn products_have_the_same_bits_on_any_cut(comm) {
        let shape = [41, 401];
        let f = |i: &[usize]| 1.0 + float(i[0] * 401 + i[1], false) * 1e-12;
        let one = DistArray::from_fn(&Layout::replicated(&comm.alone(), &shape).unwrap(), f);
        let expected = one.prod().unwrap();
        let near: f64 = one.as_slice().iter().map(|x| x.ln()).sum::<f64>().exp();
        assert!((expected / near - 1.0).abs() < 1e-10, "{expected} {near}");
        let last = 41 / comm.size();
        let mut sizes = vec![last; comm.size()];
        sizes[0] = 41 - last * (comm.size() - 1);
        for layout in [
            Layout::scatter(comm, &shape, 0).unwrap(),
            Layout::scatter(comm, &shape, 1).unwrap(),
            Layout::scatter_sizes(comm, &shape, 0, &sizes).unwrap(),
            Layout::grid(comm, &shape, &[Cut::Cyclic, Cut::BlockCyclic(3)]).unwrap(),
            Layout::chunked(comm, &shape, &vec![vec![Chunk::from(..)]; comm.size()], Mode::Replica).unwrap(),
        ] {
            let x = DistArray::from_fn(&layout, f);
            assert_eq!(x.prod().unwrap(), expected, "{layout}");
            assert_eq!(x.over(&[0, 1]).prod().unwrap().as_slice(), [expected]);
            check("prod", &x, &[0], x.over(&[0]).prod(), |line| line.iter().product());
        }
    }

    fn nan_zeros_and_ties_do_not_depend_on_ranks(comm) {
        let numbers = [1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0, f64::NAN, 8.0];
        for cut in [Cut::Block, Cut::Cyclic, Cut::BlockCyclic(3)] {
            let layout = Layout::grid(comm, &[8], std::slice::from_ref(&cut)).unwrap();
            let x = DistArray::from_fn(&layout, |i| numbers[i[0]]);
            assert!(x.min().unwrap().is_nan() && x.max().unwrap().is_nan() && x.mean().is_nan() && x.var(0).is_nan());
            assert_eq!((x.argmin().unwrap(), x.argmax().unwrap()), (vec![2], vec![2]));
            assert!(x.all() && x.count_nonzero() == 8 && x.prod().unwrap().is_nan());
            let y = DistArray::from_fn(&layout, |i| [0.0, -0.0, -0.0, 0.0][i[0] % 4]);
            assert_eq!(print(&(y.min().unwrap(), y.max().unwrap())), "(-0.0, 0.0)");
            assert_eq!((y.argmin().unwrap(), y.argmax().unwrap()), (vec![0], vec![0]));
            assert!(!y.any());
            let z = DistArray::from_fn(&layout, |i| if i[0] == 5 { f64::INFINITY } else { -1.0 });
            assert_eq!((z.max().unwrap(), z.mean(), z.min().unwrap()), (f64::INFINITY, f64::INFINITY, -1.0));
            let grid = Layout::grid(comm, &[8, 3], &[cut.clone(), Cut::Block]).unwrap();
            let w = DistArray::from_fn(&grid, |i| if i[1] == 1 { numbers[i[0]] } else { i[0] as f64 });
            let greatest = w.over(&[0]).max().unwrap().gather_all();
            assert_eq!(print(&greatest.as_slice().unwrap()), "[7.0, NaN, 7.0]");
            assert_eq!(w.over(&[0]).argmax().unwrap().gather_all().as_slice().unwrap(), [7, 2, 7]);
        }
    }

    fn what_was_silently_wrong_is_right(comm) {
        let line = Layout::scatter(comm, &[8], 0).unwrap();
        assert_eq!(DistArray::<i8>::full(&line, 100).over(&[0]).sum().unwrap().as_slice(), [800i64]);
        assert_eq!(DistArray::<i8>::full(&line, 100).mean(), 100.0);
        let huge = DistArray::from_fn(&line, |i| i64::MAX - i[0] as i64);
        assert_eq!((huge.mean(), huge.var(0)), (i64::MAX as f64, 5.25));
        assert_eq!(DistArray::full(&line, (1u64 << 53) + 1).var(0), 0.0);
        let rows = Layout::grid(comm, &[8, 4], &[Cut::BlockCyclic(2)]).unwrap();
        let x = DistArray::from_fn(&rows, |i| (4 * i[0] + i[1]) as f64);
        let sums = x.over(&[1]).sum().unwrap().gather_all();
        assert_eq!(sums.as_slice().unwrap(), [6.0, 22.0, 38.0, 54.0, 70.0, 86.0, 102.0, 118.0]);
        let z = DistArray::from_fn(&line, |i| Complex::new(0.0, i[0] as f64));
        assert_eq!((z.mean(), z.var(0)), (Complex::new(0.0, 3.5), 5.25));
        let far = DistArray::from_fn(&line, |i| 1e9 + i[0] as f64 / 4.0);
        assert_eq!((far.mean(), far.var(0), far.var(7)), (1e9 + 0.875, 0.328125, 2.625));
        let pair = DistArray::from_fn(&line, |i| 1e16 + 2.0 * (i[0] % 2) as f64);
        assert_eq!((pair.var(0), pair.std(0)), (1.0, 1.0));
        let truths = DistArray::from_fn(&line, |i| i[0] > 2);
        assert_eq!((truths.min().unwrap(), truths.max().unwrap(), truths.sum(), truths.mean()), (false, true, 5, 0.625));
        assert_eq!((truths.argmax().unwrap(), truths.any(), truths.all()), (vec![3], true, false));
        let sums = truths.over(&[0]).keep_dims().sum().unwrap();
        assert_eq!((sums.shape(), sums.as_slice()), (vec![1], &[5u64][..]));
        let shape = [10, 20, 6, 4];
        let cyclic = Layout::grid(comm, &shape, &[Cut::Cyclic, Cut::Cyclic, Cut::Cyclic, Cut::Cyclic]).unwrap();
        let x = DistArray::from_fn(&cyclic, |i| float(i[0] * 480 + i[1] * 24 + i[2] * 4 + i[3], false));
        for axes in [&[3][..], &[1, 2], &[0, 3], &[0, 1, 2]] {
            check("sum", &x, axes, x.over(axes).sum(), exact_sum);
        }
    }
}
