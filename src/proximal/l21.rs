//! The sum of the norms of groups.

use super::bytes::bytes;
use super::parameter::{combined, positive};
use super::separable::sums_over;
use super::{Pieces, Pointwise, Proximal, ProximalOperator};
use crate::array::{DistArray, Space};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::AxisMap;
use crate::numbers::{Real, Scalar, kernels};
use std::cell::RefCell;

/// f(x) = σ Σ_G ‖x_G‖₂, the sum of the norms of groups: what is at one point of the members of a stack, as of a
/// [`Gradient`](crate::operators::Gradient), or along an axis of an array. Its prox makes each group shorter, x_G max(1 − τσ/‖x_G‖, 0).
///
/// # Spaces
/// A stack of arrays of one layout; or an array, whose [axis](Self::along) of groups is whole on every rank.
///
/// # Communication
/// The value: one all-reduce of 456 bytes. The prox: none.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, Space, proximal::L21};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let [a, b] = [[3.0, 0.1], [4.0, 0.1]].map(|values| DistArray::from_fn(&layout, |i| values[i[0]]));
/// let x = DistArray::stack(&[&a, &b])?;
/// let f = L21::new(2.5).on::<f64>(x.space())?;
/// assert_eq!(f.prox(&x, 1.0)?.as_slice(), [1.5, 0.0, 2.0, 0.0]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// M. Yuan and Y. Lin, J. R. Stat. Soc. B 68 (2006) 49. Behaviour: `MPIL21` of pylops-mpi, `L21` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "`on` makes the proximal operator"]
pub struct L21 {
    sigma: f64,
    axis: Option<usize>,
}

impl L21 {
    /// Of groups over the members of a stack.
    pub fn new(sigma: f64) -> Self {
        Self { sigma, axis: None }
    }

    /// Of groups along this axis of an array.
    pub fn along(self, axis: usize) -> Self {
        Self { axis: Some(axis), ..self }
    }

    /// On vectors of a space.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`] if σ is not a finite number above 0; [`ErrorKind::Axis`] if there is no such axis;
    /// [`ErrorKind::Shape`] if the members of a stack differ; [`ErrorKind::Layout`] of no stack and no axis, of an axis that is not whole on every
    /// rank, and of chunks.
    pub fn on<T: Scalar>(self, space: impl Into<Space>) -> Result<ProximalOperator<T>> {
        positive("sigma of L21", self.sigma)?;
        let space = combined(space, "L21")?;
        let Shape { of_norms, length, inner } = match self.axis {
            Some(axis) => Shape::along(&space, axis)?,
            None => Shape::over_members(&space)?,
        };
        let norms = RefCell::new(DistArray::zeros(of_norms));
        let (sigma, is_over_members) = (self.sigma, self.axis.is_none());
        Ok(ProximalOperator::new(Groups::<T> { space, sigma, length, inner, is_over_members, norms }))
    }
}

/// How groups lie in a rank's buffer: blocks of so many stretches, of `inner` elements each of another group.
struct Shape {
    of_norms: Space,
    length: usize,
    inner: usize,
}

impl Shape {
    fn over_members(space: &Space) -> Result<Self> {
        let members = space.members();
        if let Space::Array(_) = space {
            let expected = "a stack, or an axis to go along";
            return Err(Error::expected(ErrorKind::Layout, "space of L21", expected, space));
        }
        for member in members {
            member.layout()?;
            members[0].same_as(member, "members of a stack in L21")?;
        }
        Ok(Self { of_norms: members[0].clone(), length: members.len(), inner: members[0].local_len() })
    }

    fn along(space: &Space, axis: usize) -> Result<Self> {
        let layout = space.layout()?;
        let mut shape = layout.shape().to_vec();
        if axis >= shape.len() {
            let expected = format!("less than {}", shape.len());
            return Err(Error::expected(ErrorKind::Axis, "axis of L21", expected, axis));
        }
        let is_whole = layout.is_replicated()
            || layout.process_grid().is_some_and(|grid| grid.axes().get(axis).is_some_and(AxisMap::is_whole));
        let length = std::mem::replace(&mut shape[axis], 1);
        if !is_whole || length == 0 {
            let expected = "an axis that is whole on every rank and not empty";
            return Err(Error::expected(ErrorKind::Layout, "space of L21", expected, layout));
        }
        let inner = layout.local_shape()[axis + 1..].iter().product();
        Ok(Self { of_norms: layout.with_shape(&shape)?.into(), length, inner })
    }
}

struct Groups<T: Scalar> {
    space: Space,
    sigma: f64,
    length: usize,
    inner: usize,
    is_over_members: bool,
    norms: RefCell<DistArray<T::Real>>,
}

impl<T: Scalar> Groups<T> {
    /// The norms of the groups.
    fn look_at(&self, x: &DistArray<T>) {
        x.passes_over(1, 0);
        let inner = self.inner.max(1);
        let mut norms = self.norms.borrow_mut();
        let (mut part, blocks) = ([0.0; BLOCK], x.as_slice().chunks_exact(inner * self.length));
        for (norms, block) in norms.as_mut_slice().chunks_exact_mut(inner).zip(blocks) {
            for (k, norms) in norms.chunks_mut(BLOCK).enumerate() {
                let part = &mut part[..norms.len()];
                norms_of(part, &block[k * BLOCK..], inner);
                norms.iter_mut().zip(part).for_each(|(norm, part)| *norm = T::Real::from_f64(*part));
            }
        }
    }

    /// Makes groups shorter, of one element in each so many, by factors that replace their norms.
    fn shorten(&self, tau: f64, norms: &mut [f64], x: &mut [T], inner: usize) {
        let less = tau * self.sigma;
        kernels::map_in_place(norms, |norm| if norm <= less { 0.0 } else { (norm - less) / norm });
        let groups = norms.len();
        for x in x.chunks_mut(inner) {
            kernels::zip_in_place(&mut x[..groups], norms, |x, factor| x.scale(T::Real::from_f64(factor)));
        }
    }
}

/// Groups that are worked on together, so that they stay in the first cache.
const BLOCK: usize = 512;

/// Squares beyond these have lost digits, or are lost.
const ORDINARY: std::ops::RangeInclusive<f64> = 1e-280..=1e280;

/// The norms of groups of one element in each `inner` of x: in double precision, where what is small or large in single is neither.
fn norms_of<T: Scalar>(norms: &mut [f64], x: &[T], inner: usize) {
    let groups = norms.len();
    norms.fill(0.0);
    for x in x.chunks(inner) {
        kernels::zip_in_place(norms, &x[..groups], add_square);
    }
    let are_ordinary = kernels::all(norms, |square| ORDINARY.contains(&square));
    if are_ordinary {
        return kernels::map_in_place(norms, f64::sqrt);
    }
    for (k, norm) in norms.iter_mut().enumerate() {
        let of_group = x[k..].iter().step_by(inner);
        *norm = if ORDINARY.contains(norm) {
            norm.sqrt()
        } else if *norm == 0.0 && of_group.clone().all(T::is_zero) {
            0.0
        } else {
            of_group.map(|x| x.modulus().to_f64()).fold(0.0, f64::hypot)
        };
    }
}

#[inline(always)]
fn add_square<T: Scalar>(sum: f64, x: T) -> f64 {
    let [re, im] = [x.re(), x.im()].map(Real::to_f64);
    sum + if T::IS_COMPLEX { re * re + im * im } else { re * re }
}

impl<T: Scalar> Proximal<T> for Groups<T> {
    fn space(&self) -> &Space {
        &self.space
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        self.look_at(x);
        let norms = self.norms.borrow();
        let [sum] = sums_over(norms.space(), norms.as_slice(), |_, norm| [norm.to_f64()]);
        Ok(T::Real::from_f64(self.sigma * sum))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        y.copy_from(x)?;
        x.passes_over(2, 0);
        let (inner, mut norms) = (self.inner.max(1), [0.0; BLOCK]);
        for block in y.as_mut_slice().chunks_exact_mut(inner * self.length) {
            for start in (0..inner).step_by(BLOCK) {
                let (norms, block) = (&mut norms[..BLOCK.min(inner - start)], &mut block[start..]);
                norms_of(norms, block, inner);
                self.shorten(tau, norms, block, inner);
            }
        }
        Ok(())
    }

    fn pointwise(&self) -> Option<&dyn Pointwise<T>> {
        self.is_over_members.then_some(self)
    }

    fn scratch(&self) -> usize {
        bytes(&self.norms.borrow())
    }

    fn name(&self) -> String {
        "L21".into()
    }
}

impl<T: Scalar> Pointwise<T> for Groups<T> {
    fn prox_pieces(&self, tau: f64, pieces: &mut Pieces<'_, T>) {
        let (length, mut norms) = (pieces.length(), [0.0; BLOCK]);
        for start in (0..length).step_by(BLOCK) {
            let (norms, x) = (&mut norms[..BLOCK.min(length - start)], &mut pieces.values()[start..]);
            norms_of(norms, x, length);
            self.shorten(tau, norms, x, length);
        }
    }

    fn is_even(&self) -> bool {
        true
    }
}
