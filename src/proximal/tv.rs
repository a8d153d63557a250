//! Total variation.

use super::bytes::bytes_of;
use super::parameter::{positive, tolerance};
use super::{L1, L21, Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Real, Scalar};
use crate::operators::{Gradient, LinearOperator, Operator, Stencil};
use std::cell::{Cell, RefCell};

/// f(x) = σ Σ ‖∇x‖, the sum of the lengths of the forward differences along all axes; [anisotropic](Self::anisotropic), of their moduli.
///
/// ```text
/// prox_τf(x) = x − ∇ᴴ q,  with the q of ‖q‖ ≤ τσ everywhere that makes ‖x − ∇ᴴ q‖ least:
/// w ← q;  repeat   q' ← P(w + ∇(x − ∇ᴴ w) / 4d),  t' ← (1 + √(1 + 4t²)) / 2,  w ← q' + (t − 1)/t' (q' − q)
/// ```
///
/// P makes what is longer than τσ as long as that; d is the number of axes.
///
/// # Spaces
/// Those of a [`Gradient`]: an array of an axis or more, replicated or cut into blocks. Real or complex.
///
/// # Communication
/// The value: a gradient, and one all-reduce of 456 bytes. The prox: each iteration a gradient and its adjoint, and two all-reduces of 456.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::TV};
///
/// let layout = Layout::scatter(&Comm::solo(), &[4], 0)?;
/// let f = TV::new(1.0).on::<f64>(&layout)?;
/// let x = DistArray::from_fn(&layout, |i| [0.0, 0.0, 4.0, 4.0][i[0]]);
/// assert_eq!(f.value(&x)?, 4.0);
/// let y = f.prox(&x, 0.5)?; // each side goes towards the other by 0.5 / 2
/// assert!((y - DistArray::from_fn(&layout, |i| [0.25, 0.25, 3.75, 3.75][i[0]])).norm() < 1e-6);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// A. Beck and M. Teboulle, IEEE Trans. Image Process. 18 (2009) 2419. Behaviour: `TV` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct TV {
    sigma: f64,
    iterations: usize,
    tolerance: f64,
    is_isotropic: bool,
}

impl TV {
    /// With σ; isotropic, at most 1000 iterations, until one changes q by 1e-8 of it.
    pub fn new(sigma: f64) -> Self {
        Self { sigma, iterations: 1000, tolerance: 1e-8, is_isotropic: true }
    }

    /// The sum of the moduli of differences.
    pub fn anisotropic(self) -> Self {
        Self { is_isotropic: false, ..self }
    }

    /// At most so many iterations in each prox.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// Until an iteration changes q by this fraction; at least 8 ε of the type.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// On arrays of this layout.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if σ is not a finite number above 0, or the tolerance not one from 0, or of no iteration; those of
    /// [`Gradient::on`].
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<ProximalOperator<T>> {
        positive("sigma of TV", self.sigma)?;
        let tolerance = tolerance::<T>("tolerance of TV", self.tolerance)?;
        if self.iterations == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "iterations of TV", "at least 1", 0));
        }
        let gradient = Gradient::new().stencil(Stencil::Forward).on::<T>(layout)?;
        let range = gradient.range();
        let of_differences =
            if self.is_isotropic { L21::new(self.sigma).on(range)? } else { L1::new(self.sigma).on(range)? };
        let rooms = RefCell::new([(); 4].map(|()| DistArray::zeros(range)));
        let told = Self { tolerance, ..self };
        let step = 0.25 / layout.ndim() as f64;
        Ok(ProximalOperator::new(Variation { told, gradient, of_differences, step, rooms, inner: Cell::new(0) }))
    }
}

struct Variation<T: Scalar> {
    told: TV,
    gradient: Operator<T>,
    of_differences: ProximalOperator<T>,
    /// 1 / ‖∇‖², from below.
    step: f64,
    /// q, the next q, w, and what is between.
    rooms: RefCell<[DistArray<T>; 4]>,
    inner: Cell<usize>,
}

impl<T: Scalar> Proximal<T> for Variation<T> {
    fn space(&self) -> &Space {
        self.gradient.domain()
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let [_, _, differences, _] = &mut *self.rooms.borrow_mut();
        self.gradient.apply_into(x, differences)?;
        self.of_differences.value(differences)
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let real = |number: f64| T::from_real(T::Real::from_f64(number));
        let [q, next, w, room] = &mut *self.rooms.borrow_mut();
        q.fill(T::zero());
        w.fill(T::zero());
        let mut t = 1.0_f64;
        for _ in 0..self.told.iterations {
            self.inner.set(self.inner.get() + 1);
            self.gradient.apply_adjoint_into(w, y)?;
            y.xpby(x, -T::one())?; //                                   x − ∇ᴴ w
            self.gradient.apply_into(y, room)?;
            w.axpy(real(self.step), room)?;
            self.of_differences.prox_into(tau, w, next)?;
            next.xpby(w, -T::one())?; //                                q' ← P(w + ∇(x − ∇ᴴ w) / 4d)
            let before = t;
            t = f64::midpoint(1.0, (1.0 + 4.0 * before * before).sqrt());
            q.xpby(next, -T::one())?; //                                q' − q
            let (change, size) = (q.norm().to_f64(), next.norm().to_f64());
            w.copy_from(next)?;
            w.axpy(real((before - 1.0) / t), q)?;
            std::mem::swap(q, next);
            if change <= self.told.tolerance * size {
                break;
            }
        }
        self.gradient.apply_adjoint_into(q, y)?;
        y.xpby(x, -T::one()) //                                         x − ∇ᴴ q
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get()
    }

    fn scratch(&self) -> usize {
        self.gradient.scratch() + self.of_differences.scratch() + bytes_of(&*self.rooms.borrow())
    }

    fn name(&self) -> String {
        "TV".into()
    }
}
