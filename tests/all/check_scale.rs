//! What `check` and the dot test find does not depend on the scale of an operator.

use crate::solvers::{hash, line};
use lops::operators::Accumulate;
use lops::{Comm, Complex, DistArray, LinearOperator, Operator, Real, Scalar, Space};

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// The adjoint is not conjugated and scaled.
    Adjoint,
    /// The adjoint is 0.
    ZeroAdjoint,
    /// It adds twice what it should.
    Adds,
    /// It is not linear.
    Bent,
}

/// A diagonal times a power of two, in two factors.
struct Scaled<T: Scalar> {
    d: DistArray<T>,
    scale: [T::Real; 2],
    fault: Fault,
}

impl<T: Scalar> Scaled<T> {
    fn on(comm: &Comm, n: i32, fault: Fault) -> Operator<T> {
        let d = DistArray::from_fn(&line(comm, 11), |i| T::from_parts(1.0 + hash(i[0]), hash(i[0] + 40)));
        let scale = [n / 2, n - n / 2].map(|n| T::Real::from_f64(2f64.powi(n)));
        Operator::new(Self { d, scale, fault })
    }

    fn times(&self, d: T, x: T) -> T {
        (d * x).scale(self.scale[0]).scale(self.scale[1])
    }
}

impl<T: Scalar> LinearOperator<T> for Scaled<T> {
    fn domain(&self) -> &Space {
        self.d.space()
    }
    fn range(&self) -> &Space {
        self.d.space()
    }
    fn apply(&self, x: &[T], y: &mut [T]) {
        for ((y, &x), &d) in y.iter_mut().zip(x).zip(self.d.as_slice()) {
            *y = self.times(d, if self.fault == Fault::Bent { T::from_real(x.modulus()) } else { x });
        }
    }
    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        for ((x, &y), &d) in x.iter_mut().zip(y).zip(self.d.as_slice()) {
            *x = match self.fault {
                Fault::Adjoint => d.scale(T::Real::from_f64(1.5)) * y,
                Fault::ZeroAdjoint => T::zero(),
                _ => self.times(d.conj(), y),
            };
        }
    }
    fn accumulate(&self) -> Option<&dyn Accumulate<T>> {
        Some(self)
    }
}

impl<T: Scalar> Accumulate<T> for Scaled<T> {
    fn apply_add(&self, alpha: T, x: &[T], y: &mut [T]) {
        let mut sum = vec![T::zero(); x.len()];
        self.apply(x, &mut sum);
        let alpha = if self.fault == Fault::Adds { alpha + alpha } else { alpha };
        y.iter_mut().zip(sum).for_each(|(y, sum)| *y += alpha * sum);
    }
    fn apply_adjoint_add(&self, alpha: T, y: &[T], x: &mut [T]) {
        let mut sum = vec![T::zero(); y.len()];
        self.apply_adjoint(y, &mut sum);
        x.iter_mut().zip(sum).for_each(|(x, sum)| *x += alpha * sum);
    }
}

fn at_all_scales<T: Scalar>(comm: &Comm, scales: &[i32]) {
    let near_1 = Scaled::<T>::on(comm, 0, Fault::None).check(7).unwrap();
    for &n in scales {
        let report = Scaled::<T>::on(comm, n, Fault::None).check(7).unwrap_or_else(|error| panic!("2^{n}: {error}"));
        assert_eq!((report.dot_test, report.linearity), (near_1.dot_test, near_1.linearity), "2^{n}");
        for (fault, word) in [
            (Fault::Adjoint, "dot test"),
            (Fault::ZeroAdjoint, "dot test"),
            (Fault::Adds, "adding forward"),
            (Fault::Bent, "linearity of forward"),
        ] {
            let faulty = Scaled::<T>::on(comm, n, fault);
            let error = faulty.check(7).unwrap_err();
            assert!(error.message().starts_with(word), "2^{n}: {error}");
            assert_eq!(faulty.dot_test(7).is_ok(), fault == Fault::Adds, "2^{n}");
        }
    }
}

crate::bodies! {
    fn checks_find_the_same_at_all_scales(comm) {
        let doubles = [-1000, -700, -515, -100, -31, 31, 100, 515, 1000];
        at_all_scales::<f64>(comm, &doubles);
        at_all_scales::<Complex<f64>>(comm, &doubles);
        at_all_scales::<f32>(comm, &[-115, -70, -20, 20, 70, 115]);
        at_all_scales::<Complex<f32>>(comm, &[-115, -70, -20, 20, 70, 115]);
    }
}
