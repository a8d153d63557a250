//! Convolutions over several axes, with one filter and with filters that change: against sums over all pairs of places,
//! against the figures of PyLops 2.8.0 (NumPy 2.4.6), what they send, and refusals.

use lops::ndarray::{Array, Array2, Array4, Array6, ArrayD, Dimension, IxDyn};
use lops::operators::{
    Communication, Convolve1D, ConvolveND, NonStationaryConvolve1D, NonStationaryConvolve2D, NonStationaryConvolve3D,
    check_same_bits,
};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Result, Scalar, layout::Cut};

type C = Complex<f64>;

/// Values, exact in f32; of reals the real parts.
fn values<T: Scalar>(shape: &[usize], seed: usize) -> ArrayD<T> {
    let mut k = seed as f64;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        T::from_parts(((k * 0.37).sin() * 64.0).round() / 16.0, ((k * 1.13).cos() * 64.0).round() / 16.0)
    })
}

fn wide<T: Scalar>(x: T) -> C {
    Complex::new(x.re().to_f64(), x.im().to_f64())
}

/// A sum over all pairs of places whose indices along `axes` differ by what the filter has, `weight(output, input)`, and
/// are the same along others.
fn summed<T: Scalar>(x: &ArrayD<T>, weight: impl Fn(&[usize], &[usize]) -> C) -> ArrayD<C> {
    let mut y = ArrayD::zeros(x.shape());
    for (output, y) in y.indexed_iter_mut() {
        let terms = x.indexed_iter().map(|(input, &x)| weight(output.slice(), input.slice()) * wide(x));
        *y = terms.sum();
    }
    y
}

/// What `ConvolveND` has between two places.
fn stationary<T: Scalar>(filter: &ArrayD<T>, axes: &[usize], offset: &[usize], output: &[usize], input: &[usize]) -> C {
    if (0..output.len()).any(|axis| !axes.contains(&axis) && output[axis] != input[axis]) {
        return C::default();
    }
    let tap: Option<Vec<usize>> =
        axes.iter().zip(offset).map(|(&axis, offset)| (output[axis] + offset).checked_sub(input[axis])).collect();
    tap.and_then(|tap| filter.get(IxDyn(&tap)).map(|&h| wide(h))).unwrap_or_default()
}

/// What filters that change have between two places: each input is spread out by its own.
fn varying<T: Scalar>(
    filters: &ArrayD<T>,
    positions: &[Vec<usize>],
    axes: &[usize],
    output: &[usize],
    input: &[usize],
) -> C {
    let dims = axes.len();
    if (0..output.len()).any(|axis| !axes.contains(&axis) && output[axis] != input[axis]) {
        return C::default();
    }
    let (mut at, mut corners) = (vec![], vec![(vec![], 1.0)]);
    for (k, &axis) in axes.iter().enumerate() {
        let (taps, row) = (filters.shape()[dims + k], input[axis] as f64);
        let Some(tap) = (output[axis] + taps / 2).checked_sub(input[axis]).filter(|&tap| tap < taps) else {
            return C::default();
        };
        at.push(tap);
        let of = &positions[k];
        let last = of.len() - 1;
        // How far along the filters.
        let place = if last == 0 { 0.0 } else { (row - of[0] as f64) / (of[1] - of[0]) as f64 };
        let place = place.clamp(0.0, last as f64);
        let (here, fraction) = (place.floor() as usize, place - place.floor());
        let both = [(here, 1.0 - fraction), ((here + 1).min(last), fraction)];
        corners = corners
            .iter()
            .flat_map(|(corner, weight)| both.map(|(filter, w)| ([corner.clone(), vec![filter]].concat(), weight * w)))
            .collect();
    }
    corners.iter().map(|(corner, weight)| wide(filters[&[corner.clone(), at.clone()].concat()[..]]) * weight).sum()
}

#[track_caller]
fn assert_close<T: Scalar>(found: &DistArray<T>, expected: &ArrayD<C>, name: &str) {
    let scale = expected.iter().map(|z| z.norm()).fold(1.0, f64::max);
    let tolerance = scale * if size_of::<T::Real>() == 4 { 4e-6 } else { 8e-15 };
    for (k, (&found, expected)) in found.gather_all().iter().zip(expected).enumerate() {
        let distance = (wide(found) - expected).norm();
        assert!(distance <= tolerance, "{name}, element {k}: expected {expected}, found {found}");
    }
}

/// Replicated, cut along all axes, and along the last one.
fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let last = shape.len() - 1;
    vec![
        Layout::replicated(comm, shape).unwrap(),
        Layout::grid(comm, shape, &vec![Cut::Block; shape.len()]).unwrap(),
        Layout::scatter(comm, shape, last).unwrap(),
        Layout::scatter(comm, shape, 0).unwrap(),
    ]
}

/// Forward, adjoint and both once more on top of what is there.
fn check<T: Scalar>(operator: &Operator<T>, layout: &Layout, weight: impl Fn(&[usize], &[usize]) -> C) {
    let x = values::<T>(layout.shape(), 5);
    let name = format!("{} of {} on {layout}", operator.name(), T::DTYPE);
    let distributed = DistArray::from_global(layout, &x).unwrap();
    let forward = summed(&x, &weight);
    let adjoint = summed(&x, |output, input| weight(input, output).conj());
    assert_close(&(operator * &distributed), &forward, &name);
    assert_close(&(operator.adjoint() * &distributed), &adjoint, &name);
    let alpha = T::from_parts(0.5, -2.0);
    let sum = operator + &operator.scale(alpha);
    let factor = C::new(1.0, 0.0) + wide(alpha);
    assert_close(&(&sum * &distributed), &forward.mapv(|y| factor * y), &name);
    assert_close(&(sum.adjoint() * &distributed), &adjoint.mapv(|x| factor.conj() * x), &name);
}

/// Shape, axes, lengths of the filters, offsets or positions.
type Case<'a, P> = (&'a [usize], &'a [usize], &'a [usize], &'a [P]);

fn check_stationary<T: Scalar>(comm: &Comm) {
    let cases: &[Case<'_, usize>] = &[
        (&[9], &[0], &[4], &[1]),
        (&[7, 10], &[0, 1], &[3, 4], &[1, 2]),
        (&[7, 10], &[1, 0], &[2, 5], &[0, 4]),
        (&[6, 3, 5], &[0, 2], &[3, 3], &[2, 0]),
        (&[5, 6, 7], &[0, 1, 2], &[2, 3, 2], &[1, 1, 1]),
        (&[3, 5, 4, 2], &[1, 2], &[9, 3], &[4, 1]), // longer than the axis
        (&[4, 1, 6], &[1, 2], &[3, 1], &[1, 0]),
        (&[2, 40], &[1], &[7], &[6]),
    ];
    for &(shape, axes, taps, offset) in cases {
        let filter = values::<T>(taps, 3);
        for layout in layouts(comm, shape) {
            let operator = ConvolveND::new(&filter).along(axes).offset(offset).on(&layout).unwrap();
            check(&operator, &layout, |output, input| stationary(&filter, axes, offset, output, input));
        }
    }
}

fn of_2<T: Scalar>(filters: &ArrayD<T>) -> Array4<T> {
    filters.clone().into_dimensionality().unwrap()
}

fn of_3<T: Scalar>(filters: &ArrayD<T>) -> Array6<T> {
    filters.clone().into_dimensionality().unwrap()
}

fn check_varying<T: Scalar>(comm: &Comm) {
    let cases: &[Case<'_, &[usize]>] = &[
        (&[7, 10], &[0, 1], &[3, 5], &[&[1, 4], &[0, 4, 8]]),
        (&[7, 10], &[1, 0], &[3, 1], &[&[2, 3, 4, 5], &[6]]),
        (&[6, 3, 5], &[0, 2], &[5, 3], &[&[5], &[1, 2]]),
        (&[3, 5, 4, 2], &[1, 2], &[9, 3], &[&[0, 4], &[1, 3]]),
        (&[1, 13], &[0, 1], &[1, 3], &[&[0], &[3, 9]]),
        (&[5, 6, 4], &[0, 1, 2], &[3, 3, 5], &[&[1, 3], &[2, 4], &[0, 3]]),
        (&[4, 3, 2, 5], &[3, 0, 1], &[3, 5, 1], &[&[0, 2, 4], &[3], &[0, 2]]),
    ];
    for &(shape, axes, taps, positions) in cases {
        let numbers: Vec<_> = positions.iter().map(|positions| positions.len()).collect();
        let filters = values::<T>(&[&numbers[..], taps].concat(), 3);
        let lists: Vec<_> = positions.iter().map(|positions| positions.to_vec()).collect();
        for layout in layouts(comm, shape) {
            let operator = match *axes {
                [a, b] => NonStationaryConvolve2D::new(&of_2(&filters), [positions[0], positions[1]])
                    .along([a, b])
                    .on(&layout),
                [a, b, c] => NonStationaryConvolve3D::new(&of_3(&filters), [positions[0], positions[1], positions[2]])
                    .along([a, b, c])
                    .on(&layout),
                _ => unreachable!(),
            };
            check(&operator.unwrap(), &layout, |output, input| varying(&filters, &lists, axes, output, input));
        }
    }
}

/// What a rank has to send, cell by cell: to each other rank those of its cells that lie around that one's rows, or around the
/// whole blocks of so many that these are of.
fn sends(layout: &Layout, axes: &[usize], margins: &[(usize, usize)], block: usize, bytes: u64) -> (u64, u64) {
    let (me, shape) = (layout.comm().rank(), layout.shape());
    let (mut messages, mut cells) = (0, 0);
    if layout.is_replicated() {
        return (0, 0);
    }
    for rank in (0..layout.comm().size()).filter(|&rank| rank != me && layout.len_of(rank) > 0) {
        let mut wanted = layout.regions(rank)[0].ranges().unwrap();
        for (&axis, &(before, behind)) in axes.iter().zip(margins) {
            let range = &mut wanted[axis];
            let (start, end) = (range.start / block * block, range.end.next_multiple_of(block));
            let (front, back) = (start.saturating_sub(before), (end + behind).min(shape[axis]));
            *range = front.min(range.start)..back;
        }
        let mut here = 0;
        layout.regions(me)[0].for_each_index(|index| {
            here += u64::from(index.iter().zip(&wanted).all(|(i, range)| range.contains(i)));
        });
        messages += u64::from(here > 0);
        cells += here;
    }
    (messages, cells * bytes)
}

fn check_sends<T: Scalar>(
    operator: &Operator<T>,
    layout: &Layout,
    axes: &[usize],
    margins: [&[(usize, usize)]; 2],
    block: usize,
) {
    let Communication { forward, adjoint } = operator.communication();
    let x = DistArray::<T>::zeros(layout);
    for (sent, margins, a) in [(forward, margins[0], operator.clone()), (adjoint, margins[1], operator.adjoint())] {
        let (messages, bytes) = sends(layout, axes, margins, block, size_of::<T>() as u64);
        assert_eq!((sent.messages, sent.bytes), (messages, bytes), "{} on {layout}", operator.name());
        let (before, mut y) = (layout.comm().traffic(), x.clone());
        a.apply(x.as_slice(), y.as_mut_slice());
        assert_eq!((layout.comm().traffic() - before).total(), sent);
    }
}

fn of_ones(shape: [usize; 4], positions: [&[usize]; 2]) -> NonStationaryConvolve2D<f64> {
    NonStationaryConvolve2D::new(&Array4::ones(shape), positions)
}

#[track_caller]
fn refused<T: Scalar>(operator: Result<Operator<T>>, kind: ErrorKind, words: &str) {
    let error = operator.unwrap_err();
    assert_eq!((error.kind(), error.message()), (kind, words));
}

crate::bodies! {
    fn convolutions_are_sums_f64(comm) {
        check_stationary::<f64>(comm);
    }

    fn convolutions_are_sums_f32(comm) {
        check_stationary::<f32>(comm);
    }

    fn convolutions_are_sums_of_complex_numbers(comm) {
        check_stationary::<Complex<f64>>(comm);
        check_stationary::<Complex<f32>>(comm);
    }

    fn varying_convolutions_are_sums_f64(comm) {
        check_varying::<f64>(comm);
    }

    fn varying_convolutions_are_sums_f32(comm) {
        check_varying::<f32>(comm);
    }

    fn varying_convolutions_are_sums_of_complex_numbers(comm) {
        check_varying::<Complex<f64>>(comm);
        check_varying::<Complex<f32>>(comm);
    }

    fn real_filters_of_complex_arrays(comm) {
        let filter = values::<f64>(&[3, 2], 1).mapv(|h| Complex::new(h, 0.0));
        let filters = values::<f64>(&[2, 1, 3, 3], 1).mapv(|h| Complex::new(h, 0.0));
        for layout in layouts(comm, &[5, 6]) {
            let operator = ConvolveND::new(&filter).on(&layout).unwrap();
            check(&operator, &layout, |output, input| stationary(&filter, &[0, 1], &[1, 1], output, input));
            let operator = NonStationaryConvolve2D::new(&of_2(&filters), [&[1, 3], &[4]]).on(&layout).unwrap();
            let positions = [vec![1, 3], vec![4]];
            check(&operator, &layout, |output, input| varying(&filters, &positions, &[0, 1], output, input));
        }
    }

    fn long_filters_are_sums(comm) {
        fn check_long<T: Scalar>(comm: &Comm) {
            let filter = values::<T>(&[31, 33], 3);
            for (shape, axes) in [([20, 24, 1], [0, 1]), ([24, 2, 20], [2, 0])] {
                for layout in &layouts(comm, &shape)[..2] {
                    let operator = ConvolveND::new(&filter).along(&axes).offset(&[3, 26]).on(layout).unwrap();
                    check(&operator, layout, |output, input| stationary(&filter, &axes, &[3, 26], output, input));
                }
            }
        }
        check_long::<f64>(comm);
        check_long::<Complex<f32>>(comm);
    }

    fn transforms_of_blocks_do_what_sums_do(comm) {
        let (shape, taps) = ([150, 3, 240], [21, 21]);
        let filter = values::<f64>(&taps, 3);
        let layout = Layout::grid(comm, &shape, &vec![Cut::Block; 3]).unwrap();
        let whole = ConvolveND::new(&filter).along(&[0, 2]).on(&layout).unwrap();
        // What whole blocks of 108 × 108 read is sent.
        check_sends(&whole, &layout, &[0, 2], [&[(10, 10), (10, 10)]; 2], 108);
        let x = DistArray::random_signed(&layout, 1);
        let mut sums = [x.zeros_like(), x.zeros_like()];
        for part in 0..5 {
            let mut some = filter.clone();
            some.iter_mut().enumerate().filter(|(k, _)| k % 5 != part).for_each(|(_, h)| *h = 0.0);
            let some = ConvolveND::new(&some).along(&[0, 2]).on(&layout).unwrap();
            check_sends(&some, &layout, &[0, 2], [&[(10, 10), (10, 10)]; 2], 1);
            sums[0] = &sums[0] + &(&some * &x);
            sums[1] = &sums[1] + &(some.adjoint() * &x);
        }
        for (found, expected) in [&whole * &x, whole.adjoint() * &x].iter().zip(&sums) {
            assert!((found - expected).norm() < 1e-14 * expected.norm());
        }
        for cuts in [[Cut::Block, Cut::Block, Cut::Block], [Cut::Whole, Cut::Whole, Cut::Block], [Cut::Block, Cut::Whole, Cut::Whole]] {
            let filter = values::<f32>(&taps, 3);
            let same = check_same_bits(comm, 3, |comm| {
                ConvolveND::new(&filter).along(&[2, 0]).offset(&[20, 7]).on(&Layout::grid(comm, &shape, &cuts)?)
            });
            same.unwrap();
        }
        let filter = values::<Complex<f64>>(&[11, 11, 11], 3);
        let same = check_same_bits(comm, 3, |comm| {
            ConvolveND::new(&filter).on(&Layout::grid(comm, &[30, 33, 40], &vec![Cut::Block; 3])?)
        });
        same.unwrap();
        whole.check(3).unwrap();
    }

    fn bits_depend_on_no_cut_of_large_arrays(comm) {
        // Several tiles along every axis.
        for (shape, axes) in [(&[70, 1200][..], &[0, 1][..]), (&[40, 3, 35, 66], &[0, 2, 3]), (&[600, 40, 5], &[1, 0])] {
            let filter = values::<f64>(&[5, 3, 7][..axes.len()], 1);
            let cuts = [Cut::Block, Cut::Whole, Cut::Block, Cut::Block];
            for cuts in [&vec![Cut::Block; shape.len()][..], &cuts[..shape.len()]] {
                let same = check_same_bits(comm, 3, |comm| {
                    ConvolveND::new(&filter).along(axes).on(&Layout::grid(comm, shape, cuts)?)
                });
                same.unwrap();
                let filters = values::<Complex<f32>>(&[2, 3, 3, 5], 1);
                let same = check_same_bits(comm, 3, |comm| {
                    let layout = Layout::grid(comm, shape, cuts)?;
                    let step = shape[axes[1]] / 3;
                    let blur = NonStationaryConvolve2D::new(&of_2(&filters), [&[3, 20], &[7, 7 + step, 7 + 2 * step]]);
                    blur.along([axes[0], axes[1]]).on(&layout)
                });
                same.unwrap();
            }
        }
    }

    fn one_axis_is_that_of_the_operators_of_one(comm) {
        let layout = Layout::scatter(comm, &[4, 23, 3], 1).unwrap();
        let x = DistArray::<f64>::random_signed(&layout, 1);
        let near = |a: &DistArray<f64>, b: &DistArray<f64>| assert!((a - b).norm() < 1e-14 * b.norm());
        let filter: Vec<_> = (0..5).map(|k| f64::from(k).cos()).collect();
        let one = Convolve1D::new(&filter, 3).along(1).on(&layout).unwrap();
        let of_array = ConvolveND::new(&Array::from(filter)).along(&[1]).offset(&[3]).on(&layout).unwrap();
        near(&(&of_array * &x), &(&one * &x));
        near(&(of_array.adjoint() * &x), &(one.adjoint() * &x));
        let filters = values::<f64>(&[3, 5], 2).into_dimensionality::<lops::ndarray::Ix2>().unwrap();
        let one = NonStationaryConvolve1D::new(&filters, &[3, 10, 17]).along(1).on(&layout).unwrap();
        let wide = filters.to_shape((3, 1, 5, 1)).unwrap();
        let of_two = NonStationaryConvolve2D::new(&wide, [&[3, 10, 17], &[2]]).along([1, 2]).on(&layout).unwrap();
        near(&(&of_two * &x), &(&one * &x));
        near(&(of_two.adjoint() * &x), &(one.adjoint() * &x));
    }

    fn convolutions_are_those_of_pylops(comm) {
        let close = |y: &DistArray<f64>, expected: &[f64]| {
            let expected = expected.iter().map(|&y| y.into()).collect();
            let expected = ArrayD::from_shape_vec(y.shape(), expected).unwrap();
            assert_close(y, &expected, "PyLops");
        };
        let x = |shape: &[usize]| {
            DistArray::from_global(&Layout::scatter(comm, shape, 0).unwrap(), &values::<f64>(shape, 0)).unwrap()
        };
        // ConvolveND((3, 4), h, offset=(1, 0), axes=(0, 1))
        let x_2 = x(&[3, 4]);
        let filter = lops::ndarray::array![[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]];
        let a = ConvolveND::new(&filter).offset(&[1, 0]).on(x_2.layout().unwrap()).unwrap();
        close(&(&a * &x_2), &[8.1875, 3.859375, 7.609375, 8.296875, 10.875, 9.90625, 3.984375, 1.03125, -2.25, -6.5625, -9.34375, -10.296875]);
        close(&(a.adjoint() * &x_2), &[1.421875, 4.953125, 11.6875, 12.0, 8.140625, 6.90625, 2.125, 6.25, -1.03125, -3.984375, -9.90625, -10.875]);
        // hs = np.round(np.cos(0.7 * np.arange(1, 1 + n)) * 8) / 4
        let filters = |shape: &[usize]| {
            let mut k = 0.0;
            ArrayD::from_shape_simple_fn(IxDyn(shape), || {
                k += 1.0;
                ((0.7_f64 * k).cos() * 8.0).round() / 4.0
            })
        };
        // NonStationaryConvolve2D((5, 6), hs, ihx=(1, 3), ihz=(0, 4))
        let x_2 = x(&[5, 6]);
        let a = NonStationaryConvolve2D::new(&of_2(&filters(&[2, 2, 3, 3])), [&[1, 3], &[0, 4]]).on(x_2.layout().unwrap()).unwrap();
        close(&(&a * &x_2), &[-6.234375, -16.328125, -21.046875, -22.875, -21.640625, -7.234375, -8.56640625, 5.3828125, 18.015625,
            28.234375, 34.546875, 22.875, 23.65625, 24.921875, 13.6796875, 0.65625, -12.453125, -17.484375, -20.353515625,
            -35.61328125, -34.736328125, -29.078125, -19.359375, -1.671875, 6.140625, 17.6875, 26.125, 30.875, 31.46875, 20.34375]);
        close(&(a.adjoint() * &x_2), &[-0.515625, -10.8515625, -20.703125, -27.890625, -31.5625, -20.734375, -19.921875, -17.515625,
            -5.3828125, 7.54296875, 19.765625, 22.015625, 21.625, 35.576171875, 31.5390625, 23.390625, 12.078125, -3.6875, -6.234375,
            -24.953125, -32.703125, -35.9375, -34.359375, -17.546875, -3.40625, 3.0, 11.09375, 17.578125, 21.734375, 20.046875]);
        // NonStationaryConvolve3D((3, 4, 3), hs, ihx=(0, 2), ihy=(1, 3), ihz=(0, 1))
        let x_3 = x(&[3, 4, 3]);
        let a = NonStationaryConvolve3D::new(&of_3(&filters(&[2, 2, 2, 3, 3, 3])), [&[0, 2], &[1, 3], &[0, 1]]);
        let a = a.on(x_3.layout().unwrap()).unwrap();
        close(&(&a * &x_3), &[12.8671875, 6.7734375, -3.953125, -11.46484375, -27.1015625, -16.9375, -11.80078125, -8.70703125, 6.84375,
            8.69921875, 23.046875, 18.4375, 8.3203125, 11.578125, 5.203125, -0.578125, -9.2109375, -9.3359375, -8.22265625, -13.79296875,
            -7.1953125, -2.75390625, 2.375, 6.5703125, 9.578125, 22.8984375, 16.96875, 8.79296875, 0.33203125, -12.484375, -7.92578125,
            -27.8515625, -26.1171875, -16.9375, -17.3359375, -2.7890625]);
        close(&(a.adjoint() * &x_3), &[16.953125, 23.4375, 10.359375, 7.84375, -3.125, -9.171875, -13.546875, -23.7421875, -11.6953125,
            -8.421875, -0.0625, 8.640625, 3.3828125, 6.265625, 5.15625, 8.2109375, 6.5078125, 0.890625, 3.21484375, -1.07421875,
            -2.66015625, -5.8046875, -7.90625, -3.1875, -8.0, 0.28125, 8.265625, 15.875, 25.9375, 11.5625, 23.0234375, 20.046875, 3.765625,
            -9.34375, -20.359375, -15.96875]);
    }

    fn each_rank_sends_what_lies_around_others_once(comm) {
        for layout in layouts(comm, &[9, 8, 3]) {
            let filter = values::<f64>(&[4, 5], 1);
            let a = ConvolveND::new(&filter).along(&[1, 0]).offset(&[1, 3]).on(&layout).unwrap();
            check_sends(&a, &layout, &[1, 0], [&[(2, 1), (1, 3)], &[(1, 2), (3, 1)]], 1);
            let filters = values::<Complex<f32>>(&[2, 1, 5, 3], 1);
            let a = NonStationaryConvolve2D::new(&of_2(&filters), [&[2, 6], &[4]]).on(&layout).unwrap();
            check_sends(&a, &layout, &[0, 1], [&[(2, 2), (1, 1)]; 2], 1);
        }
    }

    fn nothing_is_sent_along_axes_that_are_whole(comm) {
        let layout = Layout::scatter(comm, &[6, 5, 4], 0).unwrap();
        let a = ConvolveND::new(&values::<f64>(&[3, 3], 1)).along(&[1, 2]).on(&layout).unwrap();
        assert_eq!(a.communication(), Communication::default());
    }

    fn arrays_without_elements_are_convolved(comm) {
        for shape in [[0, 4], [7, 0]] {
            let layout = Layout::scatter(comm, &shape, 0).unwrap();
            let a = ConvolveND::new(&values::<f32>(&[3, 3], 1)).on(&layout).unwrap();
            assert_eq!((a.adjoint() * &(&a * &DistArray::zeros(&layout))).size(), 0);
        }
        let nothing = ConvolveND::new(&ArrayD::<f64>::zeros(IxDyn(&[2, 2]))).on(&Layout::scatter(comm, &[5, 4], 0).unwrap()).unwrap();
        assert_eq!((&nothing * &DistArray::full(nothing.domain(), 1.0)).norm(), 0.0);
    }

    fn convolutions_that_cannot_be_are_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 9], 1).unwrap();
        let of = |shape: &[usize]| ConvolveND::new(&ArrayD::<f64>::ones(IxDyn(shape)));
        refused(of(&[]).on(&layout), ErrorKind::Axis, "axes of a filter: expected at least one, found none");
        refused(of(&[2]).along(&[0, 1]).on(&layout), ErrorKind::Axis, "number of axes of a filter: expected 1, as many as its array has, found 2");
        refused(of(&[2, 2, 2]).on(&layout), ErrorKind::Axis, "axis: expected less than 2 (shape [4, 9]), found 2");
        refused(of(&[2, 2]).along(&[1, 1]).on(&layout), ErrorKind::Axis, "axes of a filter: expected each once, found 1");
        refused(of(&[2, 0]).on(&layout), ErrorKind::Shape, "length of a filter along axis 1: expected at least 1, found 0");
        refused(of(&[2, 3]).offset(&[0]).on(&layout), ErrorKind::Shape, "offset of a filter: expected 2 numbers, one for each axis, found 1");
        refused(of(&[2, 3]).along(&[1, 0]).offset(&[2, 0]).on(&layout), ErrorKind::Parameter,
            "offset of a filter along axis 1: expected less than 2, the filter's length, found 2");
        let mut with_nan = Array2::<f64>::ones((2, 3));
        with_nan[[1, 2]] = f64::NAN;
        refused(ConvolveND::new(&with_nan).on(&layout), ErrorKind::Parameter, "value [1, 2] of a filter: expected a finite number, found NaN");
        let name = of(&[2, 3]).along(&[1, 0]).on(&layout).unwrap().name();
        assert_eq!(name, "ConvolveND(axes [1, 0], [2, 3] taps, offset [1, 1])");
        if comm.size() > 1 {
            let cyclic = Layout::grid(comm, &[4, 9], &[Cut::Whole, Cut::Cyclic]).unwrap();
            assert_eq!(of(&[2, 3]).on(&cyclic).unwrap_err().kind(), ErrorKind::Layout);
            assert!(of(&[2]).on(&cyclic).is_ok());
        }
    }

    fn varying_filters_that_cannot_be_are_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 9], 1).unwrap();
        let good: [&[usize]; 2] = [&[1, 3], &[0, 3, 6]];
        let shape = |positions: [&[usize]; 2], taps: [usize; 2], words: &str| {
            refused(of_ones([2, 3, taps[0], taps[1]], positions).on(&layout), ErrorKind::Shape, words);
        };
        shape(good, [3, 4], "length of the filters along axis 1: expected an odd number, found 4");
        shape(good, [0, 3], "length of the filters along axis 0: expected an odd number, found 0");
        shape([&[1], good[1]], [3, 3], "number of positions along axis 0: expected 2, one for each filter, found 1");
        refused(of_ones([0, 3, 3, 3], [&[], good[1]]).on(&layout), ErrorKind::Shape, "number of filters along axis 0: expected at least 1, found 0");
        for uneven in [[1, 3, 6], [2, 2, 2], [6, 3, 0]] {
            let words = format!("positions of the filters along axis 1: expected equal steps, rising, found {uneven:?}");
            refused(of_ones([2, 3, 1, 1], [good[0], &uneven]).on(&layout), ErrorKind::Parameter, &words);
        }
        refused(of_ones([2, 3, 1, 1], [&[1, 4], good[1]]).on(&layout), ErrorKind::Parameter,
            "position 1 of the filters along axis 0: expected less than 4, found 4");
        refused(of_ones([2, 3, 1, 1], good).along([1, 1]).on(&layout), ErrorKind::Axis, "axes of a filter: expected each once, found 1");
        refused(of_ones([2, 3, 1, 1], good).along([0, 2]).on(&layout), ErrorKind::Axis, "axis: expected less than 2 (shape [4, 9]), found 2");
        for value in [f64::INFINITY, 1e308] {
            let mut filters = Array4::<f64>::ones((2, 3, 1, 1));
            filters[[1, 2, 0, 0]] = value;
            let words = format!("value [1, 2, 0, 0] of the filters: expected a finite number, and twice it, found {value}");
            refused(NonStationaryConvolve2D::new(&filters, good).on(&layout), ErrorKind::Parameter, &words);
        }
        let name = of_ones([2, 3, 1, 3], good).on(&layout).unwrap().name();
        assert_eq!(name, "NonStationaryConvolve2D(axes [0, 1], [2, 3] filters of [1, 3] taps)");
        let three = NonStationaryConvolve3D::new(&Array6::<f64>::ones((1, 1, 1, 1, 1, 1)), [&[0]; 3]).on(&layout);
        refused(three, ErrorKind::Axis, "axis: expected less than 2 (shape [4, 9]), found 2");
        if comm.size() > 1 {
            let cyclic = Layout::grid(comm, &[4, 9], &[Cut::Whole, Cut::Cyclic]).unwrap();
            assert_eq!(of_ones([2, 3, 1, 3], good).on(&cyclic).unwrap_err().kind(), ErrorKind::Layout);
        }
    }

    fn an_error_of_one_rank_is_one_of_all_or_none(comm) {
        // Every rank finds the same, as all know everything.
        let layout = Layout::scatter(comm, &[4 * comm.size()], 0).unwrap();
        let error = ConvolveND::new(&Array::from(vec![f64::INFINITY])).on(&layout).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        comm.barrier();
    }
}
