//! Derivatives, Laplacian, gradient, convolutions: against the formulas, in every layout, on every type.

use lops::ndarray::{Array2, ArrayD, Axis, IxDyn};
use lops::operators::{
    Convolve1D, FirstDerivative, Gradient, Laplacian, PoststackModelling, SecondDerivative, Stencil,
};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Result, Scalar, Space, Traffic,
};

type Values = ArrayD<Complex<f64>>;
type Build<T> = Box<dyn Fn(&Layout) -> Result<Operator<T>>>;

const KINDS: [Stencil; 3] = [Stencil::Forward, Stencil::Backward, Stencil::Centered];

fn values(shape: &[usize], seed: usize) -> Values {
    let mut k = seed as f64;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        // Exact in f32, so that all types see the same numbers.
        Complex::new(((k * 0.37).sin() * 64.0).round() / 16.0, ((k * 1.13).cos() * 64.0).round() / 16.0)
    })
}

/// A formula for element i of a line.
type Formula<'a> = &'a dyn Fn(&[Complex<f64>], usize) -> Complex<f64>;

/// What a formula does to lines of n elements, as a matrix: its columns are what becomes of the unit vectors.
fn matrix(n: usize, formula: Formula<'_>) -> Array2<Complex<f64>> {
    let unit = |j: usize| (0..n).map(|i| Complex::from(f64::from(i == j))).collect::<Vec<_>>();
    let columns: Vec<_> = (0..n).map(unit).collect();
    Array2::from_shape_fn((n, n), |(i, j)| formula(&columns[j], i))
}

/// A matrix along an axis, from the array to a member of the range.
struct Along {
    axis: usize,
    output: usize,
    matrix: Array2<Complex<f64>>,
}

/// What an operator should do: a sum of matrices along axes, each written from its formula.
type Oracle = Vec<Along>;

fn add_along(axis: usize, matrix: &Array2<Complex<f64>>, x: &Values, y: &mut Values) {
    for (from, mut to) in x.lanes(Axis(axis)).into_iter().zip(y.lanes_mut(Axis(axis))) {
        to += &matrix.dot(&from);
    }
}

fn forward(oracle: &Oracle, x: &Values) -> Vec<Values> {
    let outputs = oracle.iter().map(|along| along.output + 1).max().unwrap();
    let mut y = vec![Values::zeros(x.shape()); outputs];
    for Along { axis, output, matrix } in oracle {
        add_along(*axis, matrix, x, &mut y[*output]);
    }
    y
}

fn adjoint(oracle: &Oracle, y: &[Values]) -> Values {
    let mut x = Values::zeros(y[0].shape());
    for Along { axis, output, matrix } in oracle {
        add_along(*axis, &matrix.t().mapv(Scalar::conj), &y[*output], &mut x);
    }
    x
}

fn first(n: usize, kind: Stencil, order: usize, edge: bool, h: f64) -> Array2<Complex<f64>> {
    let zero = Complex::new(0.0, 0.0);
    matrix(n, &|x, i| match (kind, order) {
        (Stencil::Forward, _) => {
            if i + 1 < n {
                (x[i + 1] - x[i]) / h
            } else {
                zero
            }
        }
        (Stencil::Backward, _) => {
            if i > 0 {
                (x[i] - x[i - 1]) / h
            } else {
                zero
            }
        }
        (_, 3) if i > 0 && i + 1 < n => (x[i + 1] - x[i - 1]) / (2.0 * h),
        (_, 5) if i > 1 && i + 2 < n => {
            (x[i - 2] / 12.0 - x[i - 1] * 2.0 / 3.0 + x[i + 1] * 2.0 / 3.0 - x[i + 2] / 12.0) / h
        }
        _ if !edge => zero,
        _ if i == 0 => (x[1] - x[0]) / h,
        _ if i == n - 1 => (x[n - 1] - x[n - 2]) / h,
        _ if i == 1 => (x[2] - x[0]) / (2.0 * h),
        _ => (x[n - 1] - x[n - 3]) / (2.0 * h),
    })
}

fn second(n: usize, kind: Stencil, edge: bool, h: f64) -> Array2<Complex<f64>> {
    matrix(n, &|x, i| {
        let middle = match kind {
            Stencil::Forward if i + 2 < n => i + 1,
            Stencil::Backward if i >= 2 => i - 1,
            Stencil::Centered if i > 0 && i + 1 < n => i,
            Stencil::Centered if edge => i.clamp(1, n - 2),
            _ => return Complex::new(0.0, 0.0),
        };
        (x[middle - 1] - 2.0 * x[middle] + x[middle + 1]) / (h * h)
    })
}

/// yᵢ = Σₖ hₖ xᵢ₋ₖ₊ₒ
fn convolution(n: usize, filter: &[Complex<f64>], offset: usize) -> Array2<Complex<f64>> {
    matrix(n, &|x, i| {
        let terms = filter.iter().enumerate().filter_map(|(k, h)| Some(h * x.get((i + offset).checked_sub(k)?)?));
        terms.sum()
    })
}

struct Case<T: Scalar> {
    name: String,
    shape: Vec<usize>,
    build: Build<T>,
    oracle: Oracle,
}

/// Derivatives of all kinds along all axes of arrays of 1 to 4 axes.
fn derivatives<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for shape in [&[11][..], &[7, 5], &[5, 6, 7], &[3, 5, 3, 6]] {
        for axis in 0..shape.len() {
            for kind in KINDS {
                for edge in [false, true] {
                    for order in [3, 5] {
                        if shape[axis] < order || (kind != Stencil::Centered && (edge || order == 5)) {
                            continue;
                        }
                        let h = if axis == 1 { -0.4 } else { 2.5 };
                        cases.push(Case {
                            name: format!("first {shape:?} axis {axis} {kind} {order} {edge}"),
                            shape: shape.to_vec(),
                            build: Box::new(move |layout| {
                                FirstDerivative::along(axis).kind(kind).order(order).edge(edge).sampling(h).on(layout)
                            }),
                            oracle: vec![Along { axis, output: 0, matrix: first(shape[axis], kind, order, edge, h) }],
                        });
                    }
                    cases.push(Case {
                        name: format!("second {shape:?} axis {axis} {kind} {edge}"),
                        shape: shape.to_vec(),
                        build: Box::new(move |layout| {
                            SecondDerivative::along(axis).kind(kind).edge(edge).sampling(0.4).on(layout)
                        }),
                        oracle: vec![Along { axis, output: 0, matrix: second(shape[axis], kind, edge, 0.4) }],
                    });
                }
            }
        }
    }
    cases
}

/// Laplacians and gradients.
fn sums_and_stacks<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for (shape, axes) in [
        (&[5, 70][..], &[0, 1][..]),
        (&[7, 5, 4], &[0, 1, 2]),
        (&[7, 5, 4], &[2, 0]),
        (&[4, 9, 5], &[1, 0]),
        (&[3, 4, 3, 5], &[0, 1, 2, 3]),
        (&[5, 3], &[1, 1]),
    ] {
        for kind in KINDS {
            for edge in [false, true] {
                let weights: Vec<_> = (0..axes.len()).map(|k| [2.0, 0.5, -1.5, 1.0][k]).collect();
                let steps: Vec<_> = (0..axes.len()).map(|k| [0.4, 1.3, 0.7, 2.0][k]).collect();
                let axes = axes.to_vec();
                let along = |(k, &axis): (usize, &usize)| Along {
                    axis,
                    output: 0,
                    matrix: second(shape[axis], kind, edge, steps[k]).mapv(|a| a * weights[k]),
                };
                let oracle = axes.iter().enumerate().map(along).collect();
                cases.push(Case {
                    name: format!("Laplacian {shape:?} {axes:?} {kind} {edge}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| {
                        Laplacian::over(&axes).weights(&weights).sampling(&steps).kind(kind).edge(edge).on(layout)
                    }),
                    oracle,
                });
            }
        }
    }
    for shape in [&[9][..], &[4, 70], &[5, 4, 6], &[3, 4, 3, 5]] {
        for kind in KINDS {
            for edge in [false, true] {
                let steps: Vec<_> = (0..shape.len()).map(|k| [0.4, 1.3, 0.7, 2.0][k]).collect();
                let along = |(axis, &h): (usize, &f64)| Along {
                    axis,
                    output: axis,
                    matrix: first(shape[axis], kind, 3, edge, h),
                };
                let oracle = steps.iter().enumerate().map(along).collect();
                cases.push(Case {
                    name: format!("gradient {shape:?} {kind} {edge}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| Gradient::new().kind(kind).edge(edge).sampling(&steps).on(layout)),
                    oracle,
                });
            }
        }
    }
    cases
}

/// Convolutions with short and long filters, real and complex; post-stack modelling.
fn convolutions<T: Scalar>() -> Vec<Case<T>> {
    let mut cases = vec![];
    for shape in [&[11][..], &[150], &[9, 4], &[5, 3, 70], &[2, 5, 3, 4]] {
        for axis in 0..shape.len() {
            for (length, offset) in [(1, 0), (3, 2), (4, 0), (5, 2), (31, 15), (40, 3)] {
                for complex in [false, true] {
                    if complex && !T::IS_COMPLEX || length > 30 && shape.len() == 4 {
                        continue;
                    }
                    let filter: Vec<_> = values(&[length], 5).iter().copied().collect();
                    let filter: Vec<_> =
                        filter.into_iter().map(|h| Complex::new(h.re, if complex { h.im } else { 0.0 })).collect();
                    let taps: Vec<_> = filter.iter().map(|h| T::from_parts(h.re, h.im)).collect();
                    cases.push(Case {
                        name: format!("convolution {shape:?} axis {axis} {length} {offset} {complex}"),
                        shape: shape.to_vec(),
                        build: Box::new(move |layout| Convolve1D::new(&taps, offset).along(axis).on(layout)),
                        oracle: vec![Along { axis, output: 0, matrix: convolution(shape[axis], &filter, offset) }],
                    });
                }
            }
            for length in [1, 4, 9, 41] {
                if shape[axis] < 3 || length > 30 && shape.len() == 4 {
                    continue;
                }
                let filter: Vec<_> = values(&[length], 8).iter().map(|h| Complex::new(h.re, 0.0)).collect();
                let n = shape[axis];
                let reflectivity = first(n, Stencil::Centered, 3, false, 1.0);
                let wavelet: Vec<_> = filter.iter().map(|h| h.re).collect();
                cases.push(Case {
                    name: format!("poststack {shape:?} axis {axis} {length}"),
                    shape: shape.to_vec(),
                    build: Box::new(move |layout| PoststackModelling::new(&wavelet).along(axis).on(layout)),
                    oracle: vec![Along {
                        axis,
                        output: 0,
                        matrix: convolution(n, &filter, length / 2).dot(&reflectivity),
                    }],
                });
            }
        }
    }
    cases
}

/// Replicated, and cut along each axis: evenly, in odd sizes, all on one rank.
fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let mut all = vec![Layout::broadcast(comm, shape).unwrap(), Layout::unsafe_broadcast(comm, shape).unwrap()];
    let p = comm.size();
    for (axis, &n) in shape.iter().enumerate() {
        all.push(Layout::scatter(comm, shape, axis).unwrap());
        if p == 1 {
            continue;
        }
        let mut skewed = vec![0; p];
        (0..n).for_each(|k| skewed[(k * k + 1) % p] += 1);
        let mut last = vec![0; p];
        last[p - 1] = n;
        for sizes in [skewed, last] {
            all.push(Layout::scatter_sizes(comm, shape, axis, &sizes).unwrap());
        }
    }
    all
}

fn to<T: Scalar>(x: &Values) -> ArrayD<T> {
    x.mapv(|z| T::from_parts(z.re, z.im))
}

fn distributed<T: Scalar>(space: &Space, members: &[ArrayD<T>]) -> DistArray<T> {
    let arrays: Vec<_> = space
        .members()
        .iter()
        .zip(members)
        .map(|(member, values)| DistArray::from_global(member.layout().unwrap(), values).unwrap())
        .collect();
    match space {
        Space::Array(_) => arrays[0].clone(),
        Space::Stack(_) => DistArray::stack(&arrays.iter().collect::<Vec<_>>()).unwrap(),
    }
}

fn gathered<T: Scalar>(x: &DistArray<T>) -> Vec<T> {
    x.gather_all().into_raw_vec_and_offset().0
}

fn poisoned<T: Scalar>(space: &Space) -> DistArray<T> {
    DistArray::full(space, T::from_parts(f64::NAN, f64::NAN))
}

fn flat<T: Scalar>(members: &[ArrayD<T>]) -> Vec<T> {
    members.iter().flatten().copied().collect()
}

fn assert_close<T: Scalar>(found: &[T], expected: &[Complex<f64>], words: &str) {
    assert_eq!(found.len(), expected.len(), "{words}");
    let scale = expected.iter().map(|z| z.norm()).fold(1.0, f64::max);
    let tolerance = if size_of::<T::Real>() == 4 { 2e-6 } else { 4e-15 } * scale;
    for (k, (&found, expected)) in found.iter().zip(expected).enumerate() {
        let imaginary = if T::IS_COMPLEX { expected.im } else { 0.0 };
        let error = (found.re().to_f64() - expected.re).hypot(found.im().to_f64() - imaginary);
        assert!(error <= tolerance, "{words}, element {k}: expected {expected}, found {found}");
    }
}

fn assert_same_bits<T: Scalar>(found: &[T], expected: &[T], words: &str) {
    let bits = |x: &[T]| x.iter().map(|z| [z.re().to_f64().to_bits(), z.im().to_f64().to_bits()]).collect::<Vec<_>>();
    assert!(bits(found) == bits(expected), "{words}: expected {expected:?}, found {found:?}");
}

/// What was sent since, as an operator states it.
fn sent(comm: &Comm, before: Traffic) -> lops::operators::Sent {
    let spent = (comm.traffic() - before).total();
    lops::operators::Sent {
        calls: spent.calls as usize,
        messages: spent.messages as usize,
        bytes: spent.bytes as usize,
    }
}

fn check<T: Scalar>(comm: &Comm, case: &Case<T>) {
    let real_if_real = |x: Values| if T::IS_COMPLEX { x } else { x.mapv(|z| Complex::new(z.re, 0.0)) };
    let x = real_if_real(values(&case.shape, 3));
    let forward = forward(&case.oracle, &x);
    let y: Vec<_> = (0..forward.len()).map(|k| real_if_real(values(&case.shape, 100 + 7 * k))).collect();
    let adjoint = adjoint(&case.oracle, &y);
    let alpha = T::from_parts(-1.5, 0.25);

    let solo = (case.build)(&Layout::scatter(&Comm::solo(), &case.shape, 0).unwrap()).unwrap();
    let (to_x, to_y) = (to::<T>(&x), y.iter().map(to::<T>).collect::<Vec<_>>());
    let solo_forward = gathered(&(&solo * &distributed(solo.domain(), std::slice::from_ref(&to_x))));
    let solo_adjoint = gathered(&(&solo.adjoint() * &distributed(solo.range(), &to_y)));
    assert_close(&solo_forward, &flat(&forward), &case.name);
    assert_close(&solo_adjoint, &flat(&[adjoint]), &format!("adjoint of {}", case.name));

    for layout in layouts(comm, &case.shape) {
        let words = format!("{} on {layout}", case.name);
        let a = (case.build)(&layout).unwrap();
        let x = distributed(a.domain(), std::slice::from_ref(&to_x));
        let y = distributed(a.range(), &to_y);
        let (mut ax, mut ay) = (poisoned(a.range()), poisoned(a.domain()));
        let before = comm.traffic();
        a.apply_into(&x, &mut ax).unwrap();
        assert_eq!(sent(comm, before), a.communication().forward, "{words}");
        let before = comm.traffic();
        a.adjoint_into(&y, &mut ay).unwrap();
        assert_eq!(sent(comm, before), a.communication().adjoint, "{words}");
        assert_same_bits(&gathered(&ax), &solo_forward, &words);
        assert_same_bits(&gathered(&ay), &solo_adjoint, &format!("adjoint of {words}"));
        if layout.is_replicated() {
            assert_eq!(a.communication(), lops::operators::Communication::default(), "{words}");
        }

        let accumulate = a.accumulate().unwrap();
        for alpha in [alpha, T::from_parts(0.75, 0.0), T::one()] {
            let (mut sum, mut expected) = (y.clone(), y.clone());
            accumulate.apply_add(alpha, x.as_slice(), sum.as_mut_slice());
            expected.axpy(alpha, &ax).unwrap();
            assert_eq!(sum, expected, "{words}, added");
            let (mut sum, mut expected) = (x.clone(), x.clone());
            accumulate.apply_adjoint_add(alpha, y.as_slice(), sum.as_mut_slice());
            expected.axpy(alpha, &ay).unwrap();
            assert_eq!(sum, expected, "adjoint of {words}, added");
        }
    }
}

fn check_all<T: Scalar>(comm: &Comm, cases: Vec<Case<T>>) {
    for case in cases {
        check(comm, &case);
    }
}

fn refused<T: Scalar>(operator: Result<Operator<T>>, kind: ErrorKind, words: &str) {
    let error = operator.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, words));
}

crate::bodies! {
    fn derivatives_are_their_formulas_f64(comm) {
        check_all::<f64>(comm, derivatives());
    }

    fn derivatives_are_their_formulas_f32(comm) {
        check_all::<f32>(comm, derivatives());
    }

    fn derivatives_are_their_formulas_c128(comm) {
        check_all::<Complex<f64>>(comm, derivatives());
    }

    fn derivatives_are_their_formulas_c64(comm) {
        check_all::<Complex<f32>>(comm, derivatives());
    }

    fn laplacians_and_gradients_are_their_formulas_f64(comm) {
        check_all::<f64>(comm, sums_and_stacks());
    }

    fn laplacians_and_gradients_are_their_formulas_f32(comm) {
        check_all::<f32>(comm, sums_and_stacks());
    }

    fn laplacians_and_gradients_are_their_formulas_c128(comm) {
        check_all::<Complex<f64>>(comm, sums_and_stacks());
    }

    fn laplacians_and_gradients_are_their_formulas_c64(comm) {
        check_all::<Complex<f32>>(comm, sums_and_stacks());
    }

    fn convolutions_are_their_formulas_f64(comm) {
        check_all::<f64>(comm, convolutions());
    }

    fn convolutions_are_their_formulas_f32(comm) {
        check_all::<f32>(comm, convolutions());
    }

    fn convolutions_are_their_formulas_c128(comm) {
        check_all::<Complex<f64>>(comm, convolutions());
    }

    fn convolutions_are_their_formulas_c64(comm) {
        check_all::<Complex<f32>>(comm, convolutions());
    }

    fn one_message_each_way(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[4 * p, 3], 0).unwrap();
        let to_next = usize::from(rank + 1 < p);
        let to_previous = usize::from(rank > 0);
        let bytes = |front: usize, back: usize| 8 * 3 * (front * to_next + back * to_previous);
        let d = FirstDerivative::along(0).order(5).on::<f64>(&layout);
        if p == 1 {
            assert_eq!(d.unwrap_err().to_string(),
                "rows on axis 0 for a centered first derivative of order 5: expected at least 5, found 4");
            return;
        }
        let communication = d.unwrap().communication();
        for sent in [communication.forward, communication.adjoint] {
            assert_eq!((sent.calls, sent.messages, sent.bytes), (1, to_next + to_previous, bytes(2, 2)));
        }
        // A forward difference reads the row behind, its adjoint the row in front.
        let communication = FirstDerivative::along(0).kind(Stencil::Forward).on::<f64>(&layout).unwrap().communication();
        let (forward, adjoint) = (communication.forward, communication.adjoint);
        assert_eq!((forward.messages, forward.bytes), (to_previous, bytes(0, 1)));
        assert_eq!((adjoint.messages, adjoint.bytes), (to_next, bytes(1, 0)));
        let gradient = Gradient::new().on::<f64>(&layout).unwrap().communication();
        for sent in [gradient.forward, gradient.adjoint] {
            assert_eq!((sent.calls, sent.messages), (1, to_next + to_previous));
        }
        // A causal filter reads the rows in front, its adjoint those behind.
        let communication = Convolve1D::new(&[1.0, 2.0, 3.0], 0).along(0).on(&layout).unwrap().communication();
        let (forward, adjoint) = (communication.forward, communication.adjoint);
        assert_eq!((forward.messages, forward.bytes), (to_next, bytes(2, 0)));
        assert_eq!((adjoint.messages, adjoint.bytes), (to_previous, bytes(0, 2)));
        let along = FirstDerivative::along(1).on::<f64>(&layout).unwrap();
        assert_eq!(along.communication(), lops::operators::Communication::default());
    }

    fn arrays_without_elements(comm) {
        let layout = Layout::scatter(comm, &[0, 4], 0).unwrap();
        let d = FirstDerivative::along(1).on::<f64>(&layout).unwrap();
        assert_eq!((&d * &DistArray::zeros(&layout)).size(), 0);
        let layout = Layout::scatter(comm, &[7, 0, 3], 0).unwrap();
        let laplacian = Laplacian::over(&[0, 2]).on::<f32>(&layout).unwrap();
        assert_eq!((&laplacian.adjoint() * &DistArray::zeros(&layout)).size(), 0);
    }

    fn sums_need_no_room_and_no_extra_message(comm) {
        let shape = [9, 4, 5];
        let layout = Layout::scatter(comm, &shape, 0).unwrap();
        let laplacian = Laplacian::over(&[0, 1, 2]).on::<f64>(&layout).unwrap();
        let gradient = Gradient::new().on::<f64>(&layout).unwrap();
        let normal = &gradient.adjoint() * &gradient + 0.5 * (&laplacian.adjoint() * &laplacian);
        let x = values(&shape, 1);
        let found = &normal * &DistArray::from_global(&layout, &to::<f64>(&x)).unwrap();
        let real = x.mapv(|z| Complex::new(z.re, 0.0));
        let laplace: Oracle = (0..3)
            .map(|axis| Along { axis, output: 0, matrix: second(shape[axis], Stencil::Centered, false, 1.0) })
            .collect();
        let grad: Oracle = (0..3)
            .map(|axis| Along { axis, output: axis, matrix: first(shape[axis], Stencil::Centered, 3, false, 1.0) })
            .collect();
        let twice = |oracle: &Oracle| adjoint(oracle, &forward(oracle, &real));
        let expected = flat(&[twice(&grad) + twice(&laplace) * Complex::from(0.5)]);
        assert_close(&gathered(&found), &expected, "GᴴG + LᴴL/2");
        assert!(normal.accumulate().is_some());
    }

    fn what_cannot_be_is_refused(comm) {
        let layout = Layout::scatter(comm, &[2, 4], 1).unwrap();
        let d = FirstDerivative::along;
        refused(d(2).on::<f64>(&layout), ErrorKind::Axis, "axis: expected less than 2 (shape [2, 4]), found 2");
        refused(d(0).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 0 for a centered first derivative of order 3: expected at least 3, found 2");
        refused(d(1).order(5).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 1 for a centered first derivative of order 5: expected at least 5, found 4");
        refused(d(1).order(4).on::<f64>(&layout), ErrorKind::Parameter, "order: expected 3 or 5, found 4");
        for (h, found) in [(0.0, "0"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
            let words = format!("sampling: expected a finite number that is not 0, found {found}");
            refused(d(1).sampling(h).on::<f64>(&layout), ErrorKind::Parameter, &words);
            refused(SecondDerivative::along(1).sampling(h).on::<f32>(&layout), ErrorKind::Parameter, &words);
            refused(Laplacian::over(&[1]).sampling(&[h]).on::<f64>(&layout), ErrorKind::Parameter, &words);
            refused(Gradient::new().kind(Stencil::Forward).sampling(&[h]).on::<f64>(&layout), ErrorKind::Parameter, &words);
        }
        refused(d(1).sampling(1e-40).on::<f32>(&layout), ErrorKind::Parameter,
            "sampling: expected a step whose weights are finite in float32, found 0.0000000000000000000000000000000000000001");
        refused(SecondDerivative::along(0).on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 0 for a second derivative: expected at least 3, found 2");
        refused(Laplacian::over(&[1, 2]).on::<f64>(&layout), ErrorKind::Axis,
            "axis: expected less than 2 (shape [2, 4]), found 2");
        refused(Laplacian::over(&[]).on::<f64>(&layout), ErrorKind::Axis, "axes of a Laplacian: expected at least one, found 0");
        refused(Laplacian::over(&[1]).weights(&[1.0, 2.0]).on::<f64>(&layout), ErrorKind::Shape,
            "weights of a Laplacian: expected 1, one for each axis, found 2");
        refused(Laplacian::over(&[1]).sampling(&[]).on::<f64>(&layout), ErrorKind::Shape,
            "sampling of a Laplacian: expected 1, one for each axis, found 0");
        refused(Laplacian::over(&[1]).weights(&[f64::NAN]).on::<f64>(&layout), ErrorKind::Parameter,
            "weight: expected a finite number, found NaN");
        refused(Gradient::new().on::<f64>(&layout), ErrorKind::Shape,
            "rows on axis 0 for a centered first derivative of order 3: expected at least 3, found 2");
        refused(Gradient::new().sampling(&[1.0; 3]).on::<f64>(&layout), ErrorKind::Shape,
            "sampling of a gradient: expected 1, or 2, one for each axis, found 3");
        let convolve = |filter: &[f64], offset| Convolve1D::new(filter, offset).along(1).on(&layout);
        refused(convolve(&[], 0), ErrorKind::Shape, "length of a filter: expected at least 1, found 0");
        refused(convolve(&[1.0, 2.0], 2), ErrorKind::Parameter,
            "offset of a filter: expected less than 2, the filter's length, found 2");
        refused(convolve(&[1.0, f64::NAN], 0), ErrorKind::Parameter,
            "value 1 of a filter: expected a finite number, found NaN");
        refused(Convolve1D::new(&[1.0f32], 0).along(3).on(&layout), ErrorKind::Axis,
            "axis: expected less than 2 (shape [2, 4]), found 3");
        let poststack = |wavelet: &[f64], axis| PoststackModelling::new(wavelet).along(axis).on::<f32>(&layout);
        refused(poststack(&[1.0], 0), ErrorKind::Shape,
            "rows on axis 0 for a centered first derivative of order 3: expected at least 3, found 2");
        refused(poststack(&[], 1), ErrorKind::Shape, "length of a filter: expected at least 1, found 0");
        refused(poststack(&[1e300], 1), ErrorKind::Parameter, "value 0 of a filter: expected a finite number, found inf");
    }

    fn names_say_what_it_is(comm) {
        let layout = Layout::scatter(comm, &[5, 6], 0).unwrap();
        let name = FirstDerivative::along(0).sampling(0.5).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "FirstDerivative(axis 0, centered, order 3, h 0.5)");
        let name = SecondDerivative::along(1).edge(true).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "SecondDerivative(axis 1, centered, edge, h 1)");
        let name = Laplacian::over(&[0, 1]).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "Laplacian(axes [0, 1], centered, weights [1.0, 1.0], h [1.0, 1.0])");
        let name = Gradient::new().on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "Gradient(centered, h [1.0])");
        let name = Convolve1D::new(&[1.0, 2.0], 1).along(1).on(&layout).unwrap().name();
        assert_eq!(name, "Convolve1D(axis 1, 2 taps, offset 1)");
        let name = PoststackModelling::new(&[1.0; 41]).on::<f64>(&layout).unwrap().name();
        assert_eq!(name, "PoststackModelling(axis 0, wavelet of 41 samples)");
    }
}
