//! What stencils should do: sums of matrices along axes, each written from its formula.

use lops::ndarray::{Array2, ArrayD, Axis, IxDyn};
use lops::operators::{Points, Stencil};
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

/// Row i of a formula that reads rows from `i - before` to `i + after`, or none where those are not there.
fn fits(n: usize, i: usize, before: usize, after: usize) -> bool {
    i >= before && i + after < n
}

/// A B of a B that is 0 nearly everywhere.
pub(super) fn times(a: &Array2<Complex<f64>>, b: &Array2<Complex<f64>>) -> Array2<Complex<f64>> {
    let mut product = Array2::zeros((a.nrows(), b.ncols()));
    for ((k, column), &weight) in b.indexed_iter().filter(|(_, weight)| **weight != Complex::default()) {
        product.column_mut(column).scaled_add(weight, &a.column(k));
    }
    product
}

pub(super) fn first(n: usize, stencil: Stencil, h: f64) -> Array2<Complex<f64>> {
    let forward = |x: &[Complex<f64>], i: usize| (x[i + 1] - x[i]) / h;
    let three = |x: &[Complex<f64>], i: usize| (x[i + 1] - x[i - 1]) / (2.0 * h);
    let five = |x: &[Complex<f64>], i: usize| {
        (x[i - 2] / 12.0 - x[i - 1] * 2.0 / 3.0 + x[i + 1] * 2.0 / 3.0 - x[i + 2] / 12.0) / h
    };
    matrix(n, &|x, i| match stencil {
        Stencil::Forward if fits(n, i, 0, 1) => forward(x, i),
        Stencil::Backward if fits(n, i, 1, 0) => forward(x, i - 1),
        Stencil::Centered { points: Points::Five, .. } if fits(n, i, 2, 2) => five(x, i),
        Stencil::Centered { points: Points::Three, .. } | Stencil::Centered { edge: true, .. } if fits(n, i, 1, 1) => {
            three(x, i)
        }
        Stencil::Centered { edge: true, .. } if n > 1 => forward(x, if i == 0 { 0 } else { n - 2 }),
        _ => Complex::new(0.0, 0.0),
    })
}

pub(super) fn second(n: usize, stencil: Stencil, h: f64) -> Array2<Complex<f64>> {
    let three = |x: &[Complex<f64>], i: usize| (x[i - 1] - 2.0 * x[i] + x[i + 1]) / (h * h);
    let five = |x: &[Complex<f64>], i: usize| {
        (-x[i - 2] + 16.0 * x[i - 1] - 30.0 * x[i] + 16.0 * x[i + 1] - x[i + 2]) / (12.0 * h * h)
    };
    matrix(n, &|x, i| match stencil {
        Stencil::Forward if fits(n, i, 0, 2) => three(x, i + 1),
        Stencil::Backward if fits(n, i, 2, 0) => three(x, i - 1),
        Stencil::Centered { points: Points::Five, .. } if fits(n, i, 2, 2) => five(x, i),
        Stencil::Centered { points: Points::Three, .. } if fits(n, i, 1, 1) => three(x, i),
        Stencil::Centered { edge: true, .. } if n > 2 => three(x, i.clamp(1, n - 2)),
        _ => Complex::new(0.0, 0.0),
    })
}

/// yᵢ = Σₖ hₖ xᵢ₋ₖ₊ₒ
pub(super) fn convolution(n: usize, filter: &[Complex<f64>], offset: usize) -> Array2<Complex<f64>> {
    let tap = |k: usize| filter.get(k).copied().unwrap_or_default();
    Array2::from_shape_fn((n, n), |(i, j)| (i + offset).checked_sub(j).map_or_else(Complex::default, tap))
}

/// yᵢ = Σⱼ hⱼ[i − j + r] xⱼ, with hⱼ between the filters at these positions
pub(super) fn varying(n: usize, filters: &Array2<Complex<f64>>, positions: &[usize]) -> Array2<Complex<f64>> {
    let (length, last) = (filters.ncols(), positions.len() - 1);
    let sample = |row: usize, k: usize| {
        if row <= positions[0] || last == 0 {
            return filters[[0, k]];
        }
        match positions.iter().position(|&position| position > row) {
            None => filters[[last, k]],
            Some(next) => {
                let step = (positions[next] - positions[next - 1]) as f64;
                let after = (row - positions[next - 1]) as f64 / step;
                filters[[next - 1, k]] * (1.0 - after) + filters[[next, k]] * after
            }
        }
    };
    Array2::from_shape_fn((n, n), |(i, j)| match (i + length / 2).checked_sub(j) {
        Some(k) if k < length => sample(j, k),
        _ => Complex::new(0.0, 0.0),
    })
}
