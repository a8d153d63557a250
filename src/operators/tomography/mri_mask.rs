//! Which frequencies a scanner takes: lines along the first axis, or points on lines through the middle.

use crate::library::uniform;
use std::f64::consts::{FRAC_PI_2, PI};
use std::ops::Range;

/// Every so many of n columns, from the first on.
pub(super) fn regular_lines(n: usize, lines: usize) -> Vec<usize> {
    (0..n).step_by((n / lines).max(1)).take(lines).collect()
}

/// How many columns around the middle are always taken.
pub(super) fn lines_in_centre(n: usize, share: f64) -> usize {
    (share * n as f64) as usize
}

/// Some columns by chance, beside those in the middle.
pub(super) fn random_lines(n: usize, lines: usize, centre: usize, seed: u64) -> Vec<usize> {
    let centre: Range<usize> = n / 2 - centre / 2..n / 2 + centre.div_ceil(2);
    let mut others: Vec<_> = (0..n).filter(|column| !centre.contains(column)).collect();
    let chance = |&column: &usize| uniform(seed, column as u64);
    others.sort_by(|a, b| chance(a).total_cmp(&chance(b)));
    let mut taken: Vec<_> = others.into_iter().take(lines).chain(centre).collect();
    taken.sort_unstable();
    taken
}

/// Equal angles from 0 to π.
pub(super) fn regular_angles(lines: usize) -> Vec<f64> {
    (0..lines).map(|line| line as f64 * (PI / lines as f64)).collect()
}

/// Angles from −π to π by chance.
pub(super) fn random_angles(lines: usize, seed: u64) -> Vec<f64> {
    (0..lines as u64).map(|line| PI * uniform(seed, line)).collect()
}

/// Points `[row, column]` on lines through the middle of the spectrum, each once, in ascending order. Those without four frequencies around
/// them are left out.
pub(super) fn radial_points([rows, columns]: [usize; 2], angles: &[f64]) -> Vec<[f64; 2]> {
    let (half_rows, half_columns) = ((rows / 2) as f64, (columns / 2) as f64);
    let (last_row, last_column) = (rows as f64 - 1.0, columns as f64 - 1.0);
    let least_column = -(columns.div_ceil(2) as f64) + 1.0;
    let count = columns.saturating_sub(1);
    let mut points = vec![];
    for &angle in angles {
        let tan = angle.tan();
        if angle == FRAC_PI_2 {
            points.extend(evenly(least_column, half_columns - 1.0, count).map(|column| [0.0, column]));
        } else {
            let [from, to] = if tan >= 0.0 {
                let most = half_columns.min(half_rows / tan);
                [-most, most.min(half_rows - 1.0 - ((rows + 1) % 2) as f64)]
            } else {
                let least = least_column.max(half_rows / tan);
                [least, (-least).min(half_rows - 1.0)]
            };
            points.extend(evenly(from, to, count).map(|row| [row, tan * row]));
        }
    }
    let mut points: Vec<_> = points
        .into_iter()
        .map(|[row, column]| [row + half_rows, column + half_columns])
        .filter(|[row, column]| (0.0..last_row).contains(row) && (0.0..last_column).contains(column))
        .collect();
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup();
    points
}

/// Numbers at equal steps, both ends among them.
fn evenly(from: f64, to: f64, count: usize) -> impl Iterator<Item = f64> {
    let step = (to - from) / (count as f64 - 1.0);
    (0..count).map(move |k| {
        if k + 1 == count && k > 0 {
            to
        } else if k == 0 {
            from
        } else {
            k as f64 * step + from
        }
    })
}
