//! How long waves take between places and the points of a model.

/// Along straight lines, at one velocity: to every point of a model with these axes, in C order.
pub(super) fn straight<const D: usize>(axes: &[Vec<f64>; D], place: [f64; D], velocity: f64) -> Vec<f64> {
    let points = axes.iter().map(Vec::len).product();
    (0..points).map(|point| distance(axes, place, point) / velocity).collect()
}

fn distance<const D: usize>(axes: &[Vec<f64>; D], place: [f64; D], mut point: usize) -> f64 {
    let mut squares = 0.0;
    for (axis, place) in axes.iter().zip(place).rev() {
        squares += (axis[point % axis.len()] - place).powi(2);
        point /= axis.len();
    }
    squares.sqrt()
}

/// Between the points of an axis that has equal steps; 1 of a single point.
pub(super) fn step_of(axis: &[f64]) -> f64 {
    if let [first, .., last] = axis { (last - first) / (axis.len() - 1) as f64 } else { 1.0 }
}

/// Whether it has equal steps, above 0.
pub(super) fn is_even(axis: &[f64]) -> bool {
    let step = step_of(axis);
    step > 0.0 && axis.windows(2).all(|pair| ((pair[1] - pair[0]) / step - 1.0).abs() < 1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_in_c_order() {
        let axes = [vec![0.0, 3.0], vec![0.0, 2.0, 4.0]];
        assert_eq!(straight(&axes, [0.0, 0.0], 0.5), [0.0, 4.0, 8.0, 6.0, 2.0 * 13f64.sqrt(), 10.0]);
    }
}
