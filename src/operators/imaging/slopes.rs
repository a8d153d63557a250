//! How travel times change from point to point.

/// The gradient at each point, in C order: the difference of the neighbours along each axis by how far they are apart, at an end that of the
/// end and its neighbour; 0 along an axis of one point.
pub(super) fn slopes<const D: usize>(axes: &[Vec<f64>; D], times: &[f64]) -> Vec<[f64; D]> {
    let mut slopes = vec![[0.0; D]; times.len()];
    let mut stride = times.len();
    for (k, axis) in axes.iter().enumerate() {
        stride /= axis.len();
        for (point, slope) in slopes.iter_mut().enumerate() {
            let at = point / stride % axis.len();
            let (before, behind) = (usize::from(at > 0), usize::from(at + 1 < axis.len()));
            if before + behind > 0 {
                let rise = times[point + behind * stride] - times[point - before * stride];
                slope[k] = rise / (axis[at + behind] - axis[at - before]);
            }
        }
    }
    slopes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_have_one_neighbour() {
        let axes = [vec![0.0, 1.0, 3.0], vec![5.0], vec![0.0, 2.0]];
        let times = [0.0, 4.0, 1.0, 5.0, 9.0, 7.0];
        let expected = [[1.0, 2.0], [1.0, 2.0], [3.0, 2.0], [1.0, 2.0], [4.0, -1.0], [1.0, -1.0]];
        assert_eq!(slopes(&axes, &times), expected.map(|[a, b]| [a, 0.0, b]));
    }
}
