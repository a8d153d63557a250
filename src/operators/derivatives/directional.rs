//! Derivatives in directions that are those of no axis.

use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::stencil::{Bands, Derivative, PerAxis, Stencil};
use crate::operators::{Diagonal, Operator, normal};

/// First derivative in a direction: `y = v · ∇x = Σₖ vₖ ∂x/∂aₖ`, with one direction v, or one for each place.
///
/// The derivatives are those of [`Gradient`](crate::operators::Gradient): an axis may have any length. Directions count as they are,
/// of whatever length.
///
/// # Spaces
/// `X = Y`: one array, replicated or cut into blocks along any axes. Cyclic and listed cuts are refused, and chunks. Real or complex.
///
/// # Communication
/// That of the first derivatives along the axes that are cut. Where the array is cut along its first axis alone, all terms go through
/// memory in one pass, with one exchange (by rows; see [the module](crate::operators)).
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::{FirstDirectionalDerivative, Stencil}};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[4, 3], 0)?;
///     let slope = FirstDirectionalDerivative::along(&[0.6, 0.8]).stencil(Stencil::Forward).on(&layout)?;
///     let plane = DistArray::from_fn(&layout, |i| (5 * i[0] + 10 * i[1]) as f64);
///     assert_eq!((&slope * &plane).get(&[1, 1])?, 11.0); // 0.6 · 5 + 0.8 · 10
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `FirstDirectionalDerivative`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct FirstDirectionalDerivative<'a, T: Scalar> {
    directions: Directions<'a, T>,
    stencil: Stencil,
    sampling: PerAxis,
}

/// Second derivative in a direction: `y = −Dᴴ D x` with D the [first one](FirstDirectionalDerivative), so that it is Hermitian, and
/// nowhere positive.
///
/// # Spaces
/// Those of D.
///
/// # Communication
/// That of D and of its adjoint; by rows, one exchange for both.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, operators::{SecondDirectionalDerivative, Stencil}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[5, 5], 0)?;
/// let bend = SecondDirectionalDerivative::along(&[1.0, 1.0]).stencil(Stencil::Forward).on(&layout)?;
/// let bowl = DistArray::from_fn(&layout, |i| (i[0] * i[0]) as f64);
/// assert_eq!((&bend * &bowl).get(&[2, 2])?, 2.0);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `SecondDirectionalDerivative`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct SecondDirectionalDerivative<'a, T: Scalar>(FirstDirectionalDerivative<'a, T>);

#[derive(Clone, Debug)]
enum Directions<'a, T: Scalar> {
    One(Vec<f64>),
    Field(&'a [DistArray<T>]),
}

impl<'a, T: Scalar> FirstDirectionalDerivative<'a, T> {
    /// In one direction, with a component for each axis.
    pub fn along(direction: &[f64]) -> Self {
        Self::new(Directions::One(direction.to_vec()))
    }

    /// In a direction at each place: an array of components for each axis, all on the layout of `X`.
    pub fn of_field(components: &'a [DistArray<T>]) -> Self {
        Self::new(Directions::Field(components))
    }

    fn new(directions: Directions<'a, T>) -> Self {
        Self { directions, stencil: Stencil::default(), sampling: PerAxis::default() }
    }

    /// Which rows the derivatives are computed from; if nothing is said centered, of three points, without edges.
    pub fn stencil(mut self, stencil: Stencil) -> Self {
        self.stencil = stencil;
        self
    }

    /// The step of each axis, or one step for all.
    pub fn sampling(mut self, steps: &[f64]) -> Self {
        self.sampling = PerAxis::new(steps);
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent, but of a field what
    /// [`Diagonal`] sends.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is not a component for each axis, or neither one step nor one for each axis;
    /// [`ErrorKind::Parameter`] if a component of a single direction is not finite, or a step is 0 or not finite;
    /// [`ErrorKind::Layout`] if an axis is cut but not into blocks, and of chunks; of a field also where its arrays are on other layouts,
    /// the kind of what differs.
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        let Self { directions, stencil, sampling } = self;
        let axes = layout.ndim();
        let components = match &directions {
            Directions::One(direction) => direction.len(),
            Directions::Field(components) => components.len(),
        };
        if components != axes || axes == 0 {
            let expected = format!("{axes}, one for each axis, and an axis");
            return Err(Error::expected(ErrorKind::Shape, "components of a direction", expected, components));
        }
        let steps = sampling.of("sampling of a directional derivative", axes)?;
        let term = |axis: usize| {
            let h = steps[axis];
            let name = format!("FirstDerivative(axis {axis}, {stencil}, h {h})");
            let derivative = Bands::sum(name, layout, &[Derivative::first(axis, stencil, h)])?;
            match &directions {
                Directions::One(direction) if !direction[axis].is_finite() => {
                    let what = format!("component {axis} of a direction");
                    Err(Error::expected(ErrorKind::Parameter, what, "a finite number", direction[axis]))
                }
                Directions::One(direction) => Ok(derivative.scale(T::from_parts(direction[axis], 0.0))),
                Directions::Field(components) => Diagonal::of(&components[axis])?.compose(&derivative),
            }
        };
        (1..axes).try_fold(term(0)?, |sum, axis| Ok(sum + term(axis)?))
    }
}

impl<'a, T: Scalar> SecondDirectionalDerivative<'a, T> {
    /// In one direction, with a component for each axis.
    pub fn along(direction: &[f64]) -> Self {
        Self(FirstDirectionalDerivative::along(direction))
    }

    /// In a direction at each place: an array of components for each axis, all on the layout of `X`.
    pub fn of_field(components: &'a [DistArray<T>]) -> Self {
        Self(FirstDirectionalDerivative::of_field(components))
    }

    /// Which rows D is computed from; if nothing is said centered, of three points, without edges.
    pub fn stencil(self, stencil: Stencil) -> Self {
        Self(self.0.stencil(stencil))
    }

    /// The step of each axis, or one step for all.
    pub fn sampling(self, steps: &[f64]) -> Self {
        Self(self.0.sampling(steps))
    }

    /// The operator on arrays of this layout.
    ///
    /// # Errors
    /// Those of [`FirstDirectionalDerivative::on`].
    pub fn on(self, layout: &Layout) -> Result<Operator<T>> {
        Ok(-normal(&self.0.on(layout)?))
    }
}
