//! f(Q x).

use super::super::bytes::bytes_of;
use super::super::parameter::{combined, positive};
use super::super::{Proximal, ProximalOperator, Smooth};
use super::as_f::as_f;
use crate::array::{DistArray, Space};
use crate::error::Result;
use crate::numbers::{Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::Stop;
use std::cell::RefCell;

impl<T: Scalar> ProximalOperator<T> {
    /// g(x) = f(Q x), with Q Qᴴ = α I, which is not looked at. Its prox is x + Qᴴ(prox_{ατ f}(Q x) − Q x) / α.
    ///
    /// Such are orthogonal transforms as the [`DCT`](crate::operators::DCT), and restrictions.
    ///
    /// Q may go from real to complex vectors, as the [`FFT`](crate::operators::FFT) of a real signal, with half a spectrum. There Qᴴ Q = α I,
    /// and Q Qᴴ is not: spectra of real signals are real at frequency 0, and at the last one of an even number. The formula is right
    /// there too, for an f whose prox takes spectra of real signals to such: [`L1`](crate::proximal::L1), [`L0`](crate::proximal::L0) and all that
    /// keep phases, [`L21`](crate::proximal::L21), norms and balls. In general: where Qᴴ Q = α I, and the prox of f leaves Q's range to itself.
    ///
    /// # Communication
    /// That of f, and of Q, of the prox that of Qᴴ too.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the range of Q is
    /// not the space of f; [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if α is not a finite number above 0;
    /// [`ErrorKind::Layout`](crate::ErrorKind::Layout) of chunks that are still to be combined.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, DistArray, Layout, LinearOperator, operators::Restriction, proximal::L1};
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
    /// let q = Restriction::new(&[1]).on::<f64>(&layout)?;
    /// let f = L1::new(1.0).on::<f64>(q.range())?.orthogonal(&q, 1.0)?; // |x₁|
    /// assert_eq!(f.prox(&DistArray::full(&layout, 3.0), 0.5)?.as_slice(), [3.0, 2.5, 3.0]);
    /// # Ok::<(), lops::Error>(())
    /// ```
    ///
    /// # Source
    /// N. Parikh and S. Boyd, Found. Trends Optim. 1 (2014) 127, section 2.2. Behaviour: `Orthogonal` of pyproximal.
    pub fn orthogonal<X: Scalar>(&self, q: &Operator<X, T>, alpha: f64) -> Result<ProximalOperator<X>> {
        positive("alpha of an orthogonal operator", alpha)?;
        self.space().same_as(q.range(), "range of an orthogonal operator")?;
        combined(q.domain(), "an orthogonal operator")?;
        let rooms = RefCell::new([DistArray::zeros(q.range()), DistArray::zeros(q.range())]);
        Ok(ProximalOperator::new(Orthogonal { f: self.clone(), q: q.clone(), alpha, rooms }))
    }
}

struct Orthogonal<X: Scalar, T: Scalar> {
    f: ProximalOperator<T>,
    q: Operator<X, T>,
    alpha: f64,
    /// Q x, and what f makes of it.
    rooms: RefCell<[DistArray<T>; 2]>,
}

impl<X: Scalar, T: Scalar> Proximal<X> for Orthogonal<X, T> {
    as_f!(X: smooth, inner_iterations, state);

    fn space(&self) -> &Space {
        self.q.domain()
    }

    fn value(&self, x: &DistArray<X>) -> Result<X::Real> {
        let [image, _] = &mut *self.rooms.borrow_mut();
        self.q.apply_into(x, image)?;
        self.f.value(image).map(|value| X::Real::from_f64(value.to_f64()))
    }

    fn prox_into(&self, tau: f64, x: &DistArray<X>, y: &mut DistArray<X>) -> Result<()> {
        let [image, prox] = &mut *self.rooms.borrow_mut();
        self.q.apply_into(x, image)?;
        self.f.prox_into(self.alpha * tau, image, prox)?;
        prox.axpy(-T::one(), image)?; //                                prox(Q x) − Q x
        self.q.apply_adjoint_into(prox, y)?;
        y.xpby(x, X::from_real(X::Real::from_f64(self.alpha.recip())))
    }

    fn scratch(&self) -> usize {
        self.f.scratch() + self.q.scratch() + bytes_of(&*self.rooms.borrow())
    }

    fn name(&self) -> String {
        format!("{} ({} x)", self.f.name(), self.q.name())
    }
}

impl<X: Scalar, T: Scalar> Smooth<X> for Orthogonal<X, T> {
    fn gradient_into(&self, x: &DistArray<X>, y: &mut DistArray<X>) -> Result<()> {
        let [image, gradient] = &mut *self.rooms.borrow_mut();
        self.q.apply_into(x, image)?;
        self.f.gradient_into(image, gradient)?;
        self.q.apply_adjoint_into(gradient, y)
    }

    fn lipschitz(&self) -> Result<Option<f64>, Stop> {
        Ok(self.f.lipschitz()?.map(|constant| self.alpha * constant)) // ‖Q‖² = α
    }
}
