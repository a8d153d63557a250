//! Rays through an image, in its own coordinates: `[row, column]`, the upper left corner of the pixel `[0, 0]` at `[0, 0]`, pixels of side 1.
//!
//! A ray goes from line to line of pixels along the axis to which it is nearer: from row to row (axis 0) or from column to column (1). In each
//! line it has a piece of the same length; `first` is where its piece in line 0 begins on the other axis, at the lower end, and `slope` by how much
//! further each piece begins, and how long it is along that axis: at most 1.

use std::ops::Range;

/// Detectors on a line and where their rays come from.
#[derive(Clone, Debug)]
pub(super) struct Beam {
    /// Between detectors.
    pub(super) width: f64,
    pub(super) detectors: usize,
    /// From the source to the origin and from there to the detectors, of a fan; of a parallel beam nothing.
    pub(super) fan: Option<[f64; 2]>,
}

impl Beam {
    /// Where the source of a fan is, for images of this shape.
    pub(super) fn source(&self, angle: f64, shape: [usize; 2]) -> Option<[f64; 2]> {
        let [to_origin, _] = self.fan?;
        let ([row, column], (sin, cos)) = (middle(shape), angle.sin_cos());
        Some([row + to_origin * cos, column + to_origin * sin])
    }

    /// The axis along which the ray of a detector goes, and its slope.
    pub(super) fn direction(&self, angle: f64, detector: usize) -> (usize, f64) {
        let [_, [rows, columns]] = self.line(angle.sin_cos(), detector);
        if rows.abs() >= columns.abs() { (0, columns / rows) } else { (1, rows / columns) }
    }

    /// The ways of some detectors' rays, all along one axis: `f` gets where each begins, and its slope.
    pub(super) fn each(
        &self,
        angle: f64,
        detectors: Range<usize>,
        along: usize,
        shape: [usize; 2],
        mut f: impl FnMut(f64, f64),
    ) {
        let (middle, turn) = (middle(shape), angle.sin_cos());
        for detector in detectors {
            let [point, direction] = self.line(turn, detector);
            let slope = direction[1 - along] / direction[along];
            let at_centre = point[1 - along] + middle[1 - along] + (0.5 - point[along] - middle[along]) * slope;
            f(at_centre - 0.5 * slope.abs(), slope);
        }
    }

    /// A point on a ray, from the middle of the image, and the ray's direction.
    fn line(&self, (sin, cos): (f64, f64), detector: usize) -> [[f64; 2]; 2] {
        let offset = (detector as f64 - 0.5 * (self.detectors as f64 - 1.0)) * self.width;
        let across = [-offset * sin, offset * cos];
        match self.fan {
            None => [across, [cos, sin]],
            Some([to_origin, to_detectors]) => {
                let way = to_origin + to_detectors;
                [[to_origin * cos, to_origin * sin], [across[0] - way * cos, across[1] - way * sin]]
            }
        }
    }
}

fn middle(shape: [usize; 2]) -> [f64; 2] {
    shape.map(|n| 0.5 * n as f64)
}
