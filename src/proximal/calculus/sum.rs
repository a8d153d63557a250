//! Σ fₖ(x), by the functions' proxes in turn.

use super::super::bytes::{bytes, bytes_of};
use super::super::parameter::tolerance;
use super::super::{Proximal, ProximalOperator, Smooth};
use crate::array::{DistArray, Space, sums};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Real, Scalar, Summation};
use crate::solvers::{State, Stop};
use std::cell::{Cell, RefCell};

/// f(x) = Σ fₖ(x), of convex functions of one space. Its prox is found by theirs, in turn:
///
/// ```text
/// z ← x − Σ uₖ;  repeat   for each k:  p ← prox_τfₖ(z + uₖ),  uₖ ← z + uₖ − p,  z ← p
/// ```
///
/// until z hardly moves in all of them. The uₖ begin where they ended in the last prox, times τ over the last one. Of sets, this is
/// Dykstra's projection on what they have in common. The prox is where the last function is finite: a set that is to be kept
/// exactly comes last.
///
/// # Communication
/// The value: that of all functions. The prox: each turn that of all of them, and one all-reduce of 912 bytes.
///
/// # Same bits
/// Where the functions keep them. A prox depends on the one before, as far as turns did not converge: [`cold`](Self::cold) begins each at 0.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, proximal::{Bounds, HalfSpace, Sum}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let below = HalfSpace::new(1.0).of(&DistArray::<f64>::full(&layout, 1.0))?; // x₀ + x₁ ≤ 1
/// let f = Sum::new().of(vec![below, Bounds::new(0.0, 0.75).on(&layout)?])?;
/// let y = f.prox(&DistArray::from_fn(&layout, |i| [2.0, 0.5][i[0]]), 1.0)?;
/// assert!((y - DistArray::from_fn(&layout, |i| [0.75, 0.25][i[0]])).norm() < 1e-7);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// J. P. Boyle and R. L. Dykstra, Lect. Notes Stat. 37 (1986) 28; H. H. Bauschke and P. L. Combettes, Pac. J. Optim. 4 (2008) 383. Behaviour: `Sum` and
/// `Intersection` of pyproximal.
#[derive(Clone, Copy, Debug, PartialEq)]
#[doc(alias = "Dykstra")]
#[must_use = "`of` makes the proximal operator"]
pub struct Sum {
    iterations: usize,
    tolerance: f64,
    is_warm: bool,
}

impl Default for Sum {
    fn default() -> Self {
        Self { iterations: 1000, tolerance: 1e-8, is_warm: true }
    }
}

impl Sum {
    /// At most 1000 turns in each prox, until one moves z by 1e-8 of it.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many turns in each prox.
    pub fn iterations(self, iterations: usize) -> Self {
        Self { iterations, ..self }
    }

    /// Until a turn moves z by this fraction of it; at least 8 ε of the type.
    pub fn tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// Each prox begins at x, whatever was before.
    pub fn cold(self) -> Self {
        Self { is_warm: false, ..self }
    }

    /// Of these functions, which may be two or more; one is itself.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] of no function; that or [`ErrorKind::Communicator`] if they are of several spaces;
    /// [`ErrorKind::Parameter`] if the tolerance is not a finite number from 0, or of no iteration.
    pub fn of<T: Scalar>(self, functions: Vec<ProximalOperator<T>>) -> Result<ProximalOperator<T>> {
        let Some(first) = functions.first() else {
            return Err(Error::expected(ErrorKind::Shape, "functions of Sum", "one at least", 0));
        };
        for f in &functions {
            first.space().same_as(f.space(), "space of a function of Sum")?;
        }
        let tolerance = tolerance::<T>("tolerance of Sum", self.tolerance)?;
        if self.iterations == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "iterations of Sum", "at least 1", 0));
        }
        if functions.len() == 1 {
            return Ok(first.clone());
        }
        let zeros = || DistArray::zeros(first.space());
        let beside = functions.iter().map(|_| RefCell::new(zeros())).collect();
        let (between, last, inner) = (RefCell::new([zeros(), zeros()]), Cell::new(None), Cell::new(0));
        Ok(ProximalOperator::new(Turns { told: Self { tolerance, ..self }, functions, beside, between, last, inner }))
    }
}

impl<T: Scalar> ProximalOperator<T> {
    /// f + g, of convex functions, by their proxes in turn, as [`Sum`] says; where there is a formula, as for
    /// [a square](Self::plus_square), [an affine function](Self::plus_affine) or [what may be chained](Self::chain), that is better.
    ///
    /// # Communication
    /// That of [`Sum`].
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if they are of several spaces.
    ///
    /// # Example
    /// See [`Sum`].
    pub fn plus(&self, g: &Self) -> Result<Self> {
        Sum::new().of(vec![self.clone(), g.clone()])
    }
}

struct Turns<T: Scalar> {
    told: Sum,
    functions: Vec<ProximalOperator<T>>,
    /// uₖ.
    beside: Vec<RefCell<DistArray<T>>>,
    /// z + uₖ and its prox.
    between: RefCell<[DistArray<T>; 2]>,
    /// τ of the last prox, to which uₖ belong.
    last: Cell<Option<f64>>,
    inner: Cell<usize>,
}

impl<T: Scalar> Turns<T> {
    /// uₖ ← where this prox begins, z ← x − Σ uₖ.
    fn begin(&self, tau: f64, x: &DistArray<T>, z: &mut DistArray<T>) -> Result<()> {
        let last = self.last.take().filter(|_| self.told.is_warm);
        z.copy_from(x)?;
        for u in &self.beside {
            let u = &mut *u.borrow_mut();
            match last {
                Some(last) if last == tau => {}
                Some(last) => u.scale(T::from_parts(tau / last, 0.0)),
                None => u.fill(T::zero()),
            }
            z.axpy(-T::one(), u)?;
        }
        Ok(())
    }

    /// One prox of each function; how far z moved in all of them, and ‖z‖.
    fn turn(&self, tau: f64, z: &mut DistArray<T>) -> Result<[f64; 2]> {
        let [sum, prox] = &mut *self.between.borrow_mut();
        let space = z.space().clone();
        let counts_replicas = space.group().rank() == 0 || space.is_replicated();
        let mut moved = PartialSum::new(Summation::Exact);
        for (f, u) in self.functions.iter().zip(&self.beside) {
            let u = &mut *u.borrow_mut();
            sum.copy_from(z)?;
            sum.axpy(T::one(), u)?; //                                  z + u
            f.prox_into(tau, sum, prox)?; //                            p ← prox_τf(z + u)
            z.axpy(-T::one(), prox)?; //                                z − p, by which u grows
            u.axpy(T::one(), z)?; //                                    u ← z + u − p
            space.for_each_stretch(counts_replicas, |range, counted| {
                if counted {
                    T::add_squares(&mut moved, &z.as_slice()[range]);
                }
            });
            z.copy_from(prox)?; //                                      z ← p
        }
        let mut size = PartialSum::new(Summation::Exact);
        space.for_each_counted(|range| T::add_squares(&mut size, &z.as_slice()[range]));
        let mut both = [moved, size];
        sums::all_reduce(&space, &mut both);
        Ok(both.map(|sum| sum.value().sqrt()))
    }
}

impl<T: Scalar> Proximal<T> for Turns<T> {
    fn space(&self) -> &Space {
        self.functions[0].space()
    }

    fn value(&self, x: &DistArray<T>) -> Result<T::Real> {
        let of = |sum: f64, f: &ProximalOperator<T>| Ok(sum + f.value(x)?.to_f64());
        self.functions.iter().try_fold(0.0, of).map(T::Real::from_f64)
    }

    fn prox_into(&self, tau: f64, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        self.begin(tau, x, y)?;
        for _ in 0..self.told.iterations {
            self.inner.set(self.inner.get() + 1);
            let [moved, size] = self.turn(tau, y)?;
            if moved <= self.told.tolerance * size {
                break;
            }
        }
        self.last.set(Some(tau));
        Ok(())
    }

    fn smooth(&self) -> Option<&dyn Smooth<T>> {
        self.functions.iter().all(ProximalOperator::has_gradient).then_some(self)
    }

    fn inner_iterations(&self) -> usize {
        self.inner.get() + self.functions.iter().map(ProximalOperator::inner_iterations).sum::<usize>()
    }

    fn scratch(&self) -> usize {
        let beside: usize = self.beside.iter().map(|u| bytes(&u.borrow())).sum();
        beside + bytes_of(&*self.between.borrow()) + self.functions.iter().map(ProximalOperator::scratch).sum::<usize>()
    }

    fn state(&self) -> State<'_> {
        let parts = self.functions.iter().enumerate();
        let state = parts.fold(State::new(), |state, (k, f)| state.within(&k.to_string(), f.state()));
        let state = state.shared_number("last step", &self.last);
        if !self.told.is_warm || self.last.get().is_none() {
            return state;
        }
        let beside = self.beside.iter().enumerate();
        beside.fold(state, |state, (k, u)| state.shared_vector(format!("u{k}"), u.borrow_mut()))
    }

    fn name(&self) -> String {
        let names: Vec<_> = self.functions.iter().map(ProximalOperator::name).collect();
        names.join(" + ")
    }
}

impl<T: Scalar> Smooth<T> for Turns<T> {
    fn gradient_into(&self, x: &DistArray<T>, y: &mut DistArray<T>) -> Result<()> {
        let [gradient, _] = &mut *self.between.borrow_mut();
        y.fill(T::zero());
        for f in &self.functions {
            f.gradient_into(x, gradient)?;
            y.axpy(T::one(), gradient)?;
        }
        Ok(())
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        let mut sum = Some(0.0);
        for f in &self.functions {
            sum = sum.zip(f.lipschitz()?).map(|(sum, constant)| sum + constant);
        }
        Ok(sum)
    }
}
