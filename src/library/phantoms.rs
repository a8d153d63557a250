//! Images that methods of tomography are tried on.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;

/// What an ellipsoid adds, its half-axes, its middle (x, y, z), and by how many degrees it is turned from x to y. In the plane its third
/// half-axis and z do not count.
type Ellipsoid = (f64, [f64; 3], [f64; 3], f64);

const HEAD: [Ellipsoid; 10] = [
    (1.0, [0.69, 0.92, 0.81], [0.0, 0.0, 0.0], 0.0),
    (-0.8, [0.6624, 0.874, 0.78], [0.0, -0.0184, 0.0], 0.0),
    (-0.2, [0.11, 0.31, 0.22], [0.22, 0.0, 0.0], -18.0),
    (-0.2, [0.16, 0.41, 0.28], [-0.22, 0.0, 0.0], 18.0),
    (0.1, [0.21, 0.25, 0.41], [0.0, 0.35, -0.15], 0.0),
    (0.1, [0.046, 0.046, 0.05], [0.0, 0.1, 0.25], 0.0),
    (0.1, [0.046, 0.046, 0.05], [0.0, -0.1, 0.25], 0.0),
    (0.1, [0.046, 0.023, 0.05], [-0.08, -0.605, 0.0], 0.0),
    (0.1, [0.023, 0.023, 0.02], [0.0, -0.606, 0.0], 0.0),
    (0.1, [0.023, 0.046, 0.02], [0.06, -0.605, 0.0], 0.0),
];

/// The head phantom of Shepp and Logan, with contrasts that can be seen: of two axes `[ny, nx]` the plane one, of three `[nz, ny, nx]` the solid one.
///
/// A sum of ten ellipses (ellipsoids), each of one value: the skull, 1, has 0.2 within, and in it there is 0 to 0.4. The array is the square (cube) from −1 to 1, each
/// element the value at its middle; x goes with columns, y against rows, z with slices. Local: each rank makes its own part.
///
/// # Errors
/// [`ErrorKind::Shape`] unless there are two or three axes.
///
/// # Example
/// ```
/// use lops::{Layout, launch_threads, library::shepp_logan};
///
/// launch_threads(3, |comm| {
///     let head = shepp_logan::<f64>(&Layout::scatter(comm, &[64, 64], 0)?)?;
///     assert_eq!((head.max()?, head.get(&[0, 0])?), (1.0, 0.0)); // the skull, and beside it
///     assert!((head.get(&[32, 32])? - 0.2).abs() < 1e-15);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// L. A. Shepp and B. F. Logan, IEEE Trans. Nucl. Sci. 21 (1974) 21; contrasts: P. Toft, *The Radon Transform* (1996); third axes: M. Schabel's
/// `phantom3d`, with turns in the plane alone.
pub fn shepp_logan<T: Scalar>(layout: &Layout) -> Result<DistArray<T>> {
    let shape = layout.shape().to_vec();
    let (axes, plane) = (shape.len(), shape.len() == 2);
    if !(2..=3).contains(&axes) {
        let found = format!("{shape:?}");
        return Err(Error::expected(ErrorKind::Shape, "axes of the phantom of Shepp and Logan", "2 or 3", found));
    }
    let value = |index: &[usize]| {
        let middle = |axis: usize| (2.0 * index[axis] as f64 + 1.0) / shape[axis] as f64 - 1.0;
        let z = if plane { 0.0 } else { middle(0) };
        let place = [middle(axes - 1), -middle(axes - 2), z];
        let within = HEAD.iter().filter(|ellipsoid| is_within(ellipsoid, place, plane));
        T::from_parts(within.map(|ellipsoid| ellipsoid.0).sum(), 0.0)
    };
    Ok(DistArray::from_fn(layout, value))
}

fn is_within((_, half, middle, turn): &Ellipsoid, place: [f64; 3], plane: bool) -> bool {
    let (sin, cos) = turn.to_radians().sin_cos();
    let [x, y, z]: [f64; 3] = std::array::from_fn(|axis| place[axis] - middle[axis]);
    let third = if plane { 0.0 } else { z / half[2] };
    ((x * cos + y * sin) / half[0]).powi(2) + ((y * cos - x * sin) / half[1]).powi(2) + third * third <= 1.0
}
