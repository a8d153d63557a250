//! Tomography: against lengths by clipping rays at every pixel, against what is known of discs and rectangles, and what is refused.

use lops::layout::Grid;
use lops::operators::CT2D;
use lops::solvers::{Options, cgls};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Real, Scalar};
use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// Angles in all octants, many neighbours, and some along axes and diagonals.
fn angles(n: usize) -> Vec<f64> {
    let along = [0.0, FRAC_PI_4, FRAC_PI_2, 3.0 * FRAC_PI_4, PI, -FRAC_PI_2];
    (0..n).map(|k| if k < 6 { along[k] } else { 0.3 + 2.0 * PI * k as f64 / n as f64 }).collect()
}

/// A ray as a point and a direction in x and y, as the documentation has them.
fn ray(fan: Option<[f64; 2]>, width: f64, detectors: usize, angle: f64, detector: usize) -> [[f64; 2]; 2] {
    let (sin, cos) = angle.sin_cos();
    let offset = (detector as f64 - (detectors as f64 - 1.0) / 2.0) * width;
    let across = [offset * cos, offset * sin];
    match fan {
        None => [across, [sin, -cos]],
        Some([source, behind]) => {
            let (from, to) = ([source * sin, -source * cos], [across[0] - behind * sin, across[1] + behind * cos]);
            [from, [to[0] - from[0], to[1] - from[1]]]
        }
    }
}

/// How much of a ray is within a square of side 1 around a point.
fn length(ray: [[f64; 2]; 2], centre: [f64; 2]) -> f64 {
    let [point, direction] = ray;
    let (mut from, mut to) = (f64::NEG_INFINITY, f64::INFINITY);
    for axis in 0..2 {
        let [near, far] = [-0.5, 0.5].map(|side| (centre[axis] + side - point[axis]) / direction[axis]);
        if direction[axis].abs() > 1e-9 {
            (from, to) = (from.max(near.min(far)), to.min(near.max(far)));
        } else if (centre[axis] - point[axis]).abs() > 0.5 {
            return 0.0;
        }
    }
    (to - from).max(0.0) * direction[0].hypot(direction[1])
}

fn value(k: usize) -> f64 {
    f64::from((7 * k + 3) as i32 % 11 - 5) / 4.0
}

/// Compares with sums over all pixels.
fn compare<T: Scalar>(
    comm: &Comm,
    shape: [usize; 2],
    width: f64,
    detectors: usize,
    fan: Option<[f64; 2]>,
    digits: f64,
) {
    let thetas: Vec<_> = angles(11).iter().map(|angle| angle + 0.01).collect(); // no ray along a border
    let ct = match fan {
        None => CT2D::parallel(width, detectors, &thetas),
        Some([source, behind]) => CT2D::fan(width, detectors, &thetas, source, behind),
    };
    let layout = Layout::replicated(comm, &shape).unwrap();
    let ct: Operator<T> = ct.on(&layout).unwrap();
    let number = |k: usize| T::from_parts(value(k), value(k + 4));
    let x = DistArray::from_fn(&layout, |i| number(i[0] * shape[1] + i[1]));
    let data = (&ct * &x).gather_all();
    assert_eq!(data.shape(), [11, detectors]);
    let y = DistArray::from_fn(ct.range().layout().unwrap(), |i| number(i[0] * detectors + i[1]));
    let image = (ct.adjoint() * &y).gather_all();
    let (mut images, mut most) = (vec![T::zero(); shape[0] * shape[1]], 0.0f64);
    for (a, &theta) in thetas.iter().enumerate() {
        for d in 0..detectors {
            let ray = ray(fan, width, detectors, theta, d);
            let mut sum = T::zero();
            for (p, image) in images.iter_mut().enumerate() {
                let (row, column) = (p / shape[1], p % shape[1]);
                let centre = [column as f64 + 0.5 - shape[1] as f64 / 2.0, shape[0] as f64 / 2.0 - row as f64 - 0.5];
                let length = T::from_parts(length(ray, centre), 0.0);
                sum += length * number(p);
                *image += length * number(a * detectors + d);
            }
            most = most.max((data[[a, d]] - sum).modulus().to_f64());
        }
    }
    for (found, expected) in image.iter().zip(&images) {
        most = most.max((*found - *expected).modulus().to_f64());
    }
    assert!(most < digits, "{shape:?}, {width}, {detectors}, {fan:?}: {most}");
}

crate::bodies! {
    fn lengths_are_those_of_clipped_rays(comm) {
        compare::<f64>(comm, [21, 30], 1.0, 40, None, 1e-11);
        compare::<f64>(comm, [30, 21], 0.37, 60, None, 1e-11);
        compare::<f64>(comm, [16, 16], 3.1, 7, None, 1e-11);
        compare::<f64>(comm, [1, 1], 0.3, 5, None, 1e-12);
        compare::<f64>(comm, [3, 50], 1.3, 30, None, 1e-11);
        compare::<f64>(comm, [21, 30], 1.2, 60, Some([25.0, 20.0]), 1e-11);
        compare::<f64>(comm, [30, 21], 4.0, 40, Some([19.0, 0.0]), 1e-11);
        compare::<f32>(comm, [21, 30], 1.0, 40, None, 1e-3);
        compare::<Complex<f64>>(comm, [9, 12], 0.8, 21, None, 1e-11);
        compare::<Complex<f32>>(comm, [12, 9], 0.8, 21, Some([12.0, 3.0]), 1e-3);
    }

    /// Every ray has its length within the rectangle, at angles along the axes too, where rays may be along borders of pixels.
    fn a_rectangle_is_measured(comm) {
        let (rows, columns) = (24, 40);
        let layout = Layout::replicated(comm, &[rows, columns]).unwrap();
        for detectors in [61, 62] {
            let thetas = angles(70);
            let ct = CT2D::parallel(0.5, detectors, &thetas).on(&layout).unwrap();
            let data = (&ct * &DistArray::full(&layout, 1.0)).gather_all();
            for ((a, d), &found) in data.clone().into_dimensionality::<lops::ndarray::Ix2>().unwrap().indexed_iter() {
                let [point, [x, y]] = ray(None, 0.5, detectors, thetas[a], d);
                if [12.0, 20.0].iter().any(|side| (point[0].hypot(point[1]) - side).abs() < 1e-9) && a < 6 {
                    continue; // along a side
                }
                let scaled = [[point[0] / columns as f64, point[1] / rows as f64], [x / columns as f64, y / rows as f64]];
                let within = length(scaled, [0.0; 2]) / scaled[1][0].hypot(scaled[1][1]);
                assert!((found - within).abs() < 1e-10, "{}, {d}: {found}, not {within}", thetas[a]);
            }
            let report = ct.check(3).unwrap();
            assert!(report.warnings.is_empty(), "{report}");
        }
    }

    /// 2 √(r² − s²) at a distance s from the centre, but for the pixels of the disc's edge.
    fn a_disc_looks_the_same_from_all_sides(comm) {
        let layout = Layout::replicated(comm, &[64, 64]).unwrap();
        let (centre, radius) = ([5.0, -3.0], 20.0);
        let disc = DistArray::from_fn(&layout, |i| {
            let [x, y] = [i[1] as f64 - 31.5 - centre[0], 31.5 - i[0] as f64 - centre[1]];
            (radius - x.hypot(y) + 0.5).clamp(0.0, 1.0) // a pixel's share, roughly
        });
        let thetas = angles(24);
        for (fan, width, detectors) in [(None, 1.0, 80), (Some([75.0, 50.0]), 1.5, 115)] {
            let ct = match fan {
                None => CT2D::parallel(width, detectors, &thetas),
                Some([source, behind]) => CT2D::fan(width, detectors, &thetas, source, behind),
            };
            let data = (&ct.on(&layout).unwrap() * &disc).gather_all();
            let (mut seen, mut worst) = (0, 0.0f64);
            for (a, &theta) in thetas.iter().enumerate() {
                for d in 0..detectors {
                    let [point, [x, y]] = ray(fan, width, detectors, theta, d);
                    let distance = ((centre[0] - point[0]) * y - (centre[1] - point[1]) * x) / x.hypot(y);
                    let chord = 2.0 * (radius * radius - distance * distance).max(0.0).sqrt();
                    if distance.abs() < 0.9 * radius {
                        worst = worst.max((data[[a, d]] - chord).abs());
                        seen += 1;
                    }
                    assert!(distance.abs() < radius + 1.5 || data[[a, d]] == 0.0);
                }
            }
            assert!(seen > 24 * 30 && worst < 1.2, "{seen}: {worst}");
        }
    }

    /// A corner pixel that is seen first by the last detectors where the angle says so.
    fn the_image_is_the_right_way_up(comm) {
        let layout = Layout::replicated(comm, &[8, 8]).unwrap();
        let corner = DistArray::from_fn(&layout, |i| f64::from(i == [0, 7])); // x = 3.5, y = 3.5
        let ct = CT2D::parallel(1.0, 8, &[0.0, FRAC_PI_2]).on(&layout).unwrap();
        let data = (&ct * &corner).gather_all();
        // At 0 detectors follow x, at π/2 they follow y.
        assert_eq!((data[[0, 7]], data.sum()), (1.0, 2.0));
        assert!((data[[1, 7]] - 1.0).abs() < 1e-14);
        let below = DistArray::from_fn(&layout, |i| f64::from(i == [7, 7]));
        assert!(((&ct * &below).get(&[1, 0]).unwrap() - 1.0).abs() < 1e-14);
    }

    /// Slices of a volume are images by themselves, wherever they are.
    fn slices_are_images(comm) {
        let thetas = angles(37);
        let ct = || CT2D::fan(1.1, 21, &thetas, 15.0, 4.0);
        let volume = Layout::scatter(comm, &[3, 2, 12, 10], 0).unwrap();
        let x = DistArray::from_fn(&volume, |i| value(((i[0] * 2 + i[1]) * 12 + i[2]) * 10 + i[3] * i[3]));
        let slices: Operator<f64> = ct().on(&volume).unwrap();
        let data = &slices * &x;
        assert_eq!(data.shape(), [3, 2, 37, 21]);
        let replicated: Operator<f64> = ct().on(&Layout::replicated(comm, &[3, 2, 12, 10]).unwrap()).unwrap();
        let same = &replicated * &x.redistribute(replicated.domain().layout().unwrap()).unwrap();
        assert_eq!(same.gather_all(), data.gather_all());
        let image = Layout::replicated(comm, &[12, 10]).unwrap();
        let one = ct().on(&image).unwrap();
        let slice = x.slice(&lops::index![2, 1]).unwrap().redistribute(&image).unwrap();
        let of_slice = data.slice(&lops::index![2, 1]).unwrap();
        assert_eq!((&one * &slice).gather_all(), of_slice.gather_all());
        let back = (one.adjoint() * &of_slice.redistribute(one.range().layout().unwrap()).unwrap()).gather_all();
        let backs = (slices.adjoint() * &data).slice(&lops::index![2, 1]).unwrap().gather_all();
        assert!(back.iter().zip(&backs).all(|(a, b)| (a - b).abs() < 1e-12 * a.abs().max(1.0)));
    }

    fn what_no_ray_meets_stays_zero(comm) {
        let layout = Layout::replicated(comm, &[20, 20]).unwrap();
        let ct = CT2D::parallel(2.9, 3, &[0.2, 0.21]).on(&layout).unwrap();
        let ones = DistArray::full(ct.range().layout().unwrap(), 1.0);
        let image = ct.adjoint() * &ones;
        assert!(image.as_slice().iter().filter(|&&value| value == 0.0).count() > 250);
        assert!(image.as_slice().iter().all(|&value| value >= 0.0));
    }

    fn a_back_projection_sends_one_sum(comm) {
        let layout = Layout::replicated(comm, &[12, 12]).unwrap();
        let ct = CT2D::parallel(1.0, 17, &angles(70)).on(&layout).unwrap();
        let x = DistArray::random_signed(&layout, 2);
        let before = comm.traffic();
        let data: DistArray<f64> = &ct * &x;
        assert_eq!((comm.traffic() - before).total(), ct.communication().forward);
        assert_eq!(ct.communication().forward.messages, 0);
        let before = comm.traffic();
        let _image = ct.adjoint() * &data;
        assert_eq!((comm.traffic() - before).total(), ct.communication().adjoint);
        // Blocks of two angles are not torn apart.
        let layout = ct.range().layout().unwrap();
        assert!((0..comm.size()).all(|rank| layout.range(rank).start % 2 == 0));
        lops::operators::check_same_bits(comm, 3, |comm| {
            CT2D::parallel(1.0, 17, &angles(70)).on::<f64>(&Layout::replicated(comm, &[12, 12])?)
        })
        .unwrap();
    }

    fn least_squares_recover_an_image(comm) {
        let layout = Layout::replicated(comm, &[12, 12]).unwrap();
        let x = DistArray::from_fn(&layout, |i| value(i[0] * 12 + i[1]));
        let ct = CT2D::parallel(0.7, 26, &angles(40)).on(&layout).unwrap();
        let data = &ct * &x;
        let mut found = x.zeros_like();
        let _report = cgls(&ct, &data, &mut found, &Options::exactly(100)).unwrap();
        assert!((&found - &x).norm() < 1e-5 * x.norm(), "{}", (&found - &x).norm() / x.norm());
    }

    fn what_cannot_be_projected_is_refused(comm) {
        let layout = Layout::replicated(comm, &[6, 8]).unwrap();
        let refused = |ct: CT2D, layout: &Layout, kind, words: &str| {
            let error = ct.on::<f64>(layout).unwrap_err();
            assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
        };
        let ct = || CT2D::parallel(1.0, 5, &[0.0, 1.0]);
        refused(ct(), &Layout::replicated(comm, &[6]).unwrap(), ErrorKind::Shape, "axes of the image");
        refused(ct(), &Layout::replicated(comm, &[0, 8]).unwrap(), ErrorKind::Shape, "rows of the image");
        refused(ct(), &Layout::replicated(comm, &[3, 6, 0]).unwrap(), ErrorKind::Shape, "columns of the image");
        refused(CT2D::parallel(1.0, 0, &[0.0]), &layout, ErrorKind::Shape, "detectors of CT2D");
        refused(CT2D::parallel(1.0, 5, &[]), &layout, ErrorKind::Shape, "angles of CT2D");
        for angle in [f64::NAN, f64::INFINITY] {
            refused(CT2D::parallel(1.0, 5, &[0.0, angle]), &layout, ErrorKind::Parameter, "angle 1 of CT2D");
        }
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(CT2D::parallel(bad, 5, &[0.0]), &layout, ErrorKind::Parameter, "detector width");
            refused(CT2D::fan(1.0, 5, &[0.0], bad, 1.0), &layout, ErrorKind::Parameter, "distance from source to origin");
            if bad != 0.0 {
                refused(CT2D::fan(1.0, 5, &[0.0], 9.0, bad), &layout, ErrorKind::Parameter, "from origin to detectors");
            }
        }
        refused(CT2D::fan(1.0, 5, &[0.0, 1.0], 3.5, 1.0), &layout, ErrorKind::Parameter, "at angle 1 (1)");
        if comm.size() > 1 {
            for letters in ["bn", "nb", "bb"] {
                let cut = Grid::parse(letters).unwrap().layout(comm, &[6, 8]).unwrap();
                refused(ct(), &cut, ErrorKind::Layout, "a replicated one");
            }
        }
        let colours = vec![0; comm.size()];
        refused(ct(), &layout.with_mask(&colours).unwrap(), ErrorKind::Layout, "a replicated one");
    }
}
