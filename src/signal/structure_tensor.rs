//! Local slopes and dips of images, from the smoothed products of their derivatives.

use super::gaussian_filter::gaussian_filter;
use crate::array::{DistArray, Norm};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::Real;
use crate::operators::{FirstDerivative, Points, Stencil};

/// Local slopes of the events of an image d along two of its axes, z and x, by the structure tensor.
///
/// ```text
/// G = [⟨g_z g_z⟩  ⟨g_z g_x⟩]     g_z = ∂d/∂z,  g_x = ∂d/∂x,  ⟨·⟩ smoothed by bells
///     [⟨g_z g_x⟩  ⟨g_x g_x⟩]
/// ```
///
/// With λ ≥ μ the eigenvalues of G: the slope is `(λ − ⟨g_z g_z⟩) / ⟨g_z g_x⟩`, the dip `½ atan2(2⟨g_z g_x⟩, ⟨g_z g_z⟩ − ⟨g_x g_x⟩)`, in
/// radians, and the anisotropy `1 − μ/λ`: 1 where there is one direction, 0 where there is none. An event whose z decreases with x has a positive
/// slope: z points upwards.
///
/// The array has these axes and any others, plane by plane. It is any grid on which the two are whole or cut into blocks.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, signal::StructureTensor};
///
/// launch_threads(2, |comm| {
///     // Events that go down by 1 in 4.
///     let layout = Layout::scatter(comm, &[60, 50], 0)?;
///     let image = DistArray::from_fn(&layout, |i| (0.3 * (i[0] as f64 - 0.25 * i[1] as f64)).sin());
///     let [slopes, anisotropies] = StructureTensor::over([0, 1]).slopes(&image)?;
///     assert!((slopes.get(&[30, 25])? + 0.25).abs() < 0.01 && anisotropies.min()? > 0.9);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// L. J. van Vliet, P. W. Verbeek, "Estimators for orientation and anisotropy in digitized images", ASCI, 1995. Behaviour: `slope_estimate`
/// and `dip_estimate` of pylops.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "slope_estimate")]
#[doc(alias = "dip_estimate")]
#[must_use = "`slopes` and `dips` make arrays"]
pub struct StructureTensor {
    axes: [usize; 2],
    steps: [f64; 2],
    smooth: [f64; 2],
    eps: f64,
}

impl StructureTensor {
    /// Along these axes, z and x: at steps 1, smoothed by bells of 5 samples.
    pub fn over(axes: [usize; 2]) -> Self {
        Self { axes, steps: [1.0; 2], smooth: [5.0; 2], eps: 0.0 }
    }

    /// The steps along z and x, in units in which both are about as long.
    pub fn sampling(mut self, steps: [f64; 2]) -> Self {
        self.steps = steps;
        self
    }

    /// Smoothed by bells of so many samples' standard deviation along z and x.
    pub fn smooth(mut self, deviations: [f64; 2]) -> Self {
        self.smooth = deviations;
        self
    }

    /// What counts as nothing, beside the largest element of all G: slopes are 0 where `|⟨g_z g_x⟩|` is no more, anisotropies where λ is no
    /// more, and all where no element of G is larger than this itself.
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }

    /// Slopes, in units of z by those of x, and anisotropies.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, or both are the same; [`ErrorKind::Shape`] of fewer than two samples along one;
    /// [`ErrorKind::Parameter`] of steps that are not finite or 0, of standard deviations below 0 or above 10⁶ and of an `eps` that is not at
    /// least 0; [`ErrorKind::Layout`] where an axis is cut but not into blocks, of chunks, masks and stacks.
    pub fn slopes<T: Real>(&self, image: &DistArray<T>) -> Result<[DistArray<T>; 2]> {
        let eps = T::from_f64(self.eps);
        let slope = |zz: T, zx: T, xx: T| {
            if zx.abs() > eps { (eigenvalues(zz, zx, xx)[0] - zz) / zx } else { T::zero() }
        };
        self.of(image, slope)
    }

    /// Dips, from −π/2 to π/2, and anisotropies.
    ///
    /// # Errors
    /// Those of [`slopes`](Self::slopes).
    pub fn dips<T: Real>(&self, image: &DistArray<T>) -> Result<[DistArray<T>; 2]> {
        let [half, two] = [0.5, 2.0].map(T::from_f64);
        self.of(image, |zz, zx, xx| half * (two * zx).atan2(zz - xx))
    }

    /// This of every G, and anisotropies.
    fn of<T: Real>(&self, image: &DistArray<T>, direction: impl Fn(T, T, T) -> T) -> Result<[DistArray<T>; 2]> {
        self.check(image)?;
        let [gz, gx] = [0, 1].map(|k| {
            let stencil = Stencil::Centered { points: Points::Three, edge: true };
            let derivative = FirstDerivative::along(self.axes[k]).stencil(stencil).sampling(self.steps[k]);
            derivative.on(image.layout()?)?.apply_to(image)
        });
        let (gz, gx) = (gz?, gx?);
        let smoothed =
            |a: &DistArray<T>, b: &DistArray<T>| gaussian_filter(&a.zip(b, |a, b| a * b)?, &self.axes, &self.smooth);
        let (zz, zx, xx) = (smoothed(&gz, &gz)?, smoothed(&gz, &gx)?, smoothed(&gx, &gx)?);
        let mut most = 0f64;
        for element in [&zz, &zx, &xx] {
            most = most.max(element.norm_of(Norm::Inf)?);
        }
        if most <= self.eps {
            return Ok([image.zeros_like(), image.zeros_like()]);
        }
        let [most, eps] = [most, self.eps].map(T::from_f64);
        let of_each = |f: &dyn Fn(T, T, T) -> T| zz.zip3(&zx, &xx, |zz, zx, xx| f(zz / most, zx / most, xx / most));
        let anisotropy = |zz: T, zx: T, xx: T| {
            let [large, small] = eigenvalues(zz, zx, xx);
            if large > eps { T::one() - small / large } else { T::zero() }
        };
        Ok([of_each(&direction)?, of_each(&anisotropy)?])
    }

    fn check<T: Real>(&self, image: &DistArray<T>) -> Result<()> {
        let Self { axes, eps, .. } = self;
        let shape = image.layout()?.shape();
        if axes[0] == axes[1] {
            return Err(Error::expected(ErrorKind::Axis, "axes of a structure tensor", "two", axes[0]));
        }
        if let Some(short) = axes.iter().find(|&&axis| shape.get(axis).is_some_and(|&n| n < 2)) {
            let what = format!("samples on axis {short} of a structure tensor");
            return Err(Error::expected(ErrorKind::Shape, what, "at least 2", shape[*short]));
        }
        if *eps >= 0.0 {
            return Ok(());
        }
        Err(Error::expected(ErrorKind::Parameter, "eps of a structure tensor", "at least 0", eps))
    }
}

/// The larger and the smaller one.
fn eigenvalues<T: Real>(zz: T, zx: T, xx: T) -> [T; 2] {
    let [half, four] = [0.5, 4.0].map(T::from_f64);
    let mean = half * (zz + xx);
    let difference = half * ((zz - xx) * (zz - xx) + four * zx * zx).sqrt();
    [mean + difference, mean - difference]
}
