//! Computerized tomography.

use super::beam::Beam;
use super::projector::Projector;
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::{Layout, Partition};
use crate::numbers::Scalar;
use crate::operators::terms::Terms;
use crate::operators::{Operator, is_whole, with_lengths};

/// Computerized tomography: an image as seen by detectors at some angles, line integrals along rays; and back-projection, its adjoint.
///
/// ```text
/// d[θ, i] = Σₚ ℓ(θ, i, p) m[p]        m[p] = Σ_θᵢ ℓ(θ, i, p) d[θ, i]
/// ```
///
/// with ℓ(θ, i, p) the length of the ray to detector i at the angle θ within pixel p, a square of side 1 (which is the unit of all lengths
/// here). The origin is in the middle of the image, x goes with its columns, y against its rows: row 0 is at the top. Rays are whole
/// straight lines, also beyond source and detectors. Those of n detectors, w apart, with oᵢ = (i − (n − 1)/2) w:
///
/// ```text
/// parallel   through oᵢ (cos θ, sin θ), along (sin θ, −cos θ)
/// fan        from S (sin θ, −cos θ) to D (−sin θ, cos θ) + oᵢ (cos θ, sin θ)
/// ```
///
/// Angles are in radians. A ray along the border of two pixels is in the one to its right, or below it.
///
/// # Spaces
/// `X`: images `[ny, nx]`, or `[…, ny, nx]`: slices of a volume. `Y`: `[angles, detectors]`, `[…, angles, detectors]`, sinograms. Real or
/// complex. There are two ways to share the work out:
/// - A replicated model: angles are scattered over the ranks, in blocks that are multiples of ⌊angles/32⌋ (1 to 16) angles.
/// - A model on a grid that cuts other axes than the last two, between slices: the data are cut as it is.
///
/// # Communication
/// Forward none. Adjoint: of replicated models one [`VectorSum`](crate::comm::VectorSum), otherwise none.
///
/// # Same bits
/// On any number of ranks: a line integral is formed on one rank; back-projections of blocks of angles are too, and are added exactly
/// and rounded once. Slices are formed on one rank.
///
/// # Memory
/// No matrix: lengths are computed where they are needed. Room for some thousand rays and eight rows of the image, and that of a sum of the
/// model.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::CT2D};
/// use std::f64::consts::FRAC_PI_4;
///
/// launch_threads(2, |comm| {
///     let image = Layout::replicated(comm, &[4, 4])?;
///     let ct = CT2D::parallel(1.0, 3, &[0.0, FRAC_PI_4]).on(&image)?;
///     let data = &ct * &DistArray::full(&image, 1.0);
///     assert_eq!(data.get(&[0, 1])?, 4.0); // down the middle
///     assert!((data.get(&[1, 1])? - 32f64.sqrt()).abs() < 1e-14); // along the diagonal
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// A volume of slices, which ranks share out, seen by a fan of rays:
/// ```
/// use lops::operators::{CT2D, Communication};
/// use lops::{DistArray, Layout, LinearOperator, launch_threads};
///
/// launch_threads(2, |comm| {
///     let volume = Layout::scatter(comm, &[5, 32, 32], 0)?;
///     let angles: Vec<_> = (0..40).map(|k| 0.1 * f64::from(k)).collect();
///     let ct = CT2D::fan(1.5, 48, &angles, 60.0, 20.0).on(&volume)?;
///     let data = &ct * &DistArray::from_fn(&volume, |i| i[0] as f64);
///     assert_eq!(data.shape(), [5, 40, 48]);
///     assert!((data.get(&[4, 7, 20])? - 4.0 * data.get(&[1, 7, 20])?).abs() < 1e-11);
///     assert_eq!(ct.communication(), Communication::default()); // nothing is sent
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Lengths in pixels: R. L. Siddon, Med. Phys. 12 (1985) 252. Behaviour: `CT2D` of pylops with `projector_type="line"`, whose angles are
/// in radians too; geometry of the ASTRA toolbox, `parallel` and `fanflat`.
#[derive(Clone, Debug)]
#[doc(alias = "CT3D")]
#[doc(alias = "Radon transform")]
#[must_use = "`on` makes the operator"]
pub struct CT2D {
    beam: Beam,
    angles: Vec<f64>,
}

impl CT2D {
    /// Parallel rays: so many detectors, so far apart, at these angles in radians. All ranks pass the same.
    pub fn parallel(det_width: f64, det_count: usize, thetas: &[f64]) -> Self {
        Self { beam: Beam { width: det_width, detectors: det_count, fan: None }, angles: thetas.to_vec() }
    }

    /// Rays from a source at this distance from the origin, to a line of detectors at that distance behind it (`fanflat`).
    pub fn fan(
        det_width: f64,
        det_count: usize,
        thetas: &[f64],
        source_origin_dist: f64,
        origin_detector_dist: f64,
    ) -> Self {
        let fan = Some([source_origin_dist, origin_detector_dist]);
        Self { beam: Beam { width: det_width, detectors: det_count, fan }, angles: thetas.to_vec() }
    }

    /// The operator on images of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Layout`] of chunks, masks, and grids that cut one of the last two axes; [`ErrorKind::Shape`] of less than
    /// two axes, images without pixels, no angle, or no detector; [`ErrorKind::Parameter`] of an angle that is not finite, a width or a
    /// source's distance that is not finite and above 0, detectors' distances that are not finite and 0 or more, or a source within the image.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        self.check(layout)?;
        let Self { beam, angles } = self;
        let axis = layout.ndim() - 2;
        let mut shape = layout.shape().to_vec();
        shape[axis..].copy_from_slice(&[angles.len(), beam.detectors]);
        if !layout.is_replicated() {
            let data = with_lengths(layout, &[(axis, angles.len()), (axis + 1, beam.detectors)])?;
            return Ok(Operator::new(Projector::new([layout, &data], beam, angles, None)?));
        }
        let (comm, terms) = (layout.comm(), Terms::of(angles.len()));
        let data = Layout::scatter_sizes(comm, &shape, axis, &terms.sizes(comm.size()))?;
        let mine = angles[data.range(comm.rank())].to_vec();
        Ok(Operator::new(Projector::new([layout, &data], beam, mine, Some(terms))?))
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        let Self { beam, angles } = self;
        let axes = layout.ndim();
        if axes < 2 {
            return Err(Error::expected(ErrorKind::Shape, "axes of the image of CT2D", "two at least", layout));
        }
        let whole = |axis: usize| is_whole(layout, axis);
        if matches!(layout.partition(), Partition::Chunks(_))
            || layout.mask().is_some()
            || !(whole(axes - 2) && whole(axes - 1))
        {
            let expected = "a replicated one, or one in which the last two axes are whole";
            return Err(Error::expected(ErrorKind::Layout, "layout of the image of CT2D", expected, layout));
        }
        let shape = [layout.shape()[axes - 2], layout.shape()[axes - 1]];
        for (what, number) in [
            ("rows of the image", shape[0]),
            ("columns of the image", shape[1]),
            ("angles", angles.len()),
            ("detectors", beam.detectors),
        ] {
            if number == 0 {
                return Err(Error::expected(ErrorKind::Shape, format!("{what} of CT2D"), "at least 1", 0));
            }
        }
        if let Some(k) = angles.iter().position(|angle| !angle.is_finite()) {
            let what = format!("angle {k} of CT2D");
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", angles[k]));
        }
        check_above_0("detector width of CT2D", beam.width)?;
        let Some([to_origin, to_detectors]) = beam.fan else { return Ok(()) };
        check_above_0("distance from source to origin of CT2D", to_origin)?;
        if !(to_detectors.is_finite() && to_detectors >= 0.0) {
            let what = "distance from origin to detectors of CT2D";
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number, 0 or more", to_detectors));
        }
        let within = |&angle: &f64| {
            let place = beam.source(angle, shape).unwrap_or([-1.0; 2]);
            place.iter().zip(shape).all(|(&at, n)| (0.0..=n as f64).contains(&at))
        };
        if let Some(k) = angles.iter().position(within) {
            let what = format!("distance from source to origin of CT2D, at angle {k} ({})", angles[k]);
            let expected = format!("a source outside of the image of {shape:?}");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, to_origin));
        }
        Ok(())
    }
}
