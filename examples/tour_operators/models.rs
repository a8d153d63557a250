//! What operators are shown on: functions of a row and a column.

use crate::tour::SHAPE;
use lops::prelude::*;

/// An array of two axes, or a flat one of such rows, from a function of row and column.
pub(crate) fn model(layout: &Layout, value: fn([f64; 2]) -> f64) -> DistArray<f64> {
    DistArray::from_fn(layout, |index| {
        let [row, column] = match *index {
            [at] => [at / SHAPE[1], at % SHAPE[1]],
            _ => [index[0], index[1]],
        };
        value([row as f64, column as f64])
    })
}

/// Folded layers, offset by a fault.
pub(crate) fn layers([row, column]: [f64; 2]) -> f64 {
    let offset = if column + 0.25 * row < 34.0 { 0.0 } else { 7.0 };
    let depth = row + 5.0 * (column / 9.0).sin() + offset;
    [1.0, 1.6, 1.3, 2.2, 1.9, 2.8, 2.5, 3.2, 3.0][((depth + 6.0) / 10.0) as usize % 9]
}

/// A few ones among zeros.
pub(crate) fn spikes([row, column]: [f64; 2]) -> f64 {
    f64::from(row % 16.0 == 8.0 && column % 12.0 == (row - 8.0) / 16.0 * 3.0)
}

/// A bright disc and a dark one.
pub(crate) fn discs([row, column]: [f64; 2]) -> f64 {
    let within = |centre: [f64; 2], radius: f64| f64::from((row - centre[0]).hypot(column - centre[1]) < radius);
    within([22.0, 17.0], 9.0) - within([44.0, 32.0], 7.0)
}

/// Two plane waves under a bell.
pub(crate) fn waves([row, column]: [f64; 2]) -> f64 {
    let bell = (-((row - 32.0) / 18.0).powi(2) - ((column - 24.0) / 14.0).powi(2)).exp();
    bell * ((0.9 * row + 0.5 * column).cos() + 0.7 * (0.5 * row - 0.8 * column).cos())
}

/// A hyperbolic event, as traces side by side: rows are times.
pub(crate) fn hyperbola([row, column]: [f64; 2]) -> f64 {
    let at = (row - (15f64.powi(2) + (1.4 * (column - 24.0)).powi(2)).sqrt()) / 2.5;
    (1.0 - 2.0 * at * at) * (-at * at).exp()
}
