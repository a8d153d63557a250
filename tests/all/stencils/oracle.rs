//! What stencils should do: sums of matrices along axes, each written from its formula.

use lops::ndarray::{Array2, ArrayD, Axis, IxDyn};
use lops::operators::Stencil;
use lops::{Complex, Scalar};

pub(super) type Values = ArrayD<Complex<f64>>;

pub(super) fn values(shape: &[usize], seed: usize) -> Values {
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
pub(super) struct Along {
    pub(super) axis: usize,
    pub(super) output: usize,
    pub(super) matrix: Array2<Complex<f64>>,
}

/// What an operator should do: a sum of matrices along axes, each written from its formula.
pub(super) type Oracle = Vec<Along>;

fn add_along(axis: usize, matrix: &Array2<Complex<f64>>, x: &Values, y: &mut Values) {
    for (from, mut to) in x.lanes(Axis(axis)).into_iter().zip(y.lanes_mut(Axis(axis))) {
        to += &matrix.dot(&from);
    }
}

pub(super) fn forward(oracle: &Oracle, x: &Values) -> Vec<Values> {
    let outputs = oracle.iter().map(|along| along.output + 1).max().unwrap();
    let mut y = vec![Values::zeros(x.shape()); outputs];
    for Along { axis, output, matrix } in oracle {
        add_along(*axis, matrix, x, &mut y[*output]);
    }
    y
}

pub(super) fn adjoint(oracle: &Oracle, y: &[Values]) -> Values {
    let mut x = Values::zeros(y[0].shape());
    for Along { axis, output, matrix } in oracle {
        add_along(*axis, &matrix.t().mapv(Scalar::conj), &y[*output], &mut x);
    }
    x
}

pub(super) fn first(n: usize, kind: Stencil, order: usize, edge: bool, h: f64) -> Array2<Complex<f64>> {
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

pub(super) fn second(n: usize, kind: Stencil, edge: bool, h: f64) -> Array2<Complex<f64>> {
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
pub(super) fn convolution(n: usize, filter: &[Complex<f64>], offset: usize) -> Array2<Complex<f64>> {
    matrix(n, &|x, i| {
        let terms = filter.iter().enumerate().filter_map(|(k, h)| Some(h * x.get((i + offset).checked_sub(k)?)?));
        terms.sum()
    })
}
