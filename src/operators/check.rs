//! What every operator has to do, put to the test: for users' own operators as for the crate's.

use super::{Communication, LinearOperator, Operator, Sent};
use crate::array::{DistArray, Space, exponent};
use crate::comm::{Comm, Operation, Reduction};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::powers::{is_single, times_two_to, two_to};
use crate::numbers::{Real, Scalar};
use std::fmt;

/// What [`Operator::check`] found: relative differences of things that are equal in exact
/// arithmetic. All ranks hold the same figures.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckReport {
    /// `⟨A x, y⟩` of random `x` and `y`, real and imaginary part. Where the operator makes numbers near 1 into ones far
    /// from it, `x` and `y` are such that it makes them into numbers near 1.
    pub forward: [f64; 2],
    /// `⟨x, Aᴴ y⟩`, real and imaginary part.
    pub adjoint: [f64; 2],
    /// `|⟨A x, y⟩ − ⟨x, Aᴴ y⟩|` over `‖A x‖ ‖y‖ + ‖x‖ ‖Aᴴ y‖`.
    pub dot_test: f64,
    /// `‖A (x + α z) − (A x + α A z)‖` over the norms of the terms, forward or adjoint, whichever is
    /// worse.
    pub linearity: f64,
    /// What was allowed.
    pub tolerance: f64,
    /// Whether the operator adds over ranks in floating point, so that the last bits of what it makes depend on the
    /// number of ranks ([`Traffic::floating_sums`](crate::comm::Traffic::floating_sums)). Where this is false and what
    /// it does on each rank has the same bits wherever the cut falls, so has the whole.
    pub adds_in_floating_point: bool,
    /// What is right but could be better, and which method of [`LinearOperator`] to write for it.
    pub warnings: Vec<String>,
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dot_test, linearity, tolerance, adds_in_floating_point, warnings, .. } = self;
        write!(f, "dot test {dot_test:.1e}, linearity {linearity:.1e}, allowed {tolerance:.1e}")?;
        if *adds_in_floating_point {
            f.write_str("; adds over ranks in floating point: the last bits depend on their number")?;
        }
        warnings.iter().try_for_each(|warning| write!(f, "\n  warning: {warning}"))
    }
}

impl<X: Scalar, Y: Scalar<Real = X::Real>> Operator<X, Y> {
    /// Puts the operator to the test with random vectors: that it overwrites all of its output, does
    /// the same twice, is linear, has the adjoint it should have (in the real inner product where
    /// one side is real and the other complex), that `(Aᴴ)ᴴ` is `A`, that it adds as it applies,
    /// that it gives every rank the same of what is replicated, and that it sends what it says. One that sends
    /// something and says nothing is only warned of. What is found does not depend on the operator's scale.
    ///
    /// # Communication
    /// About ten applications of the operator and of its adjoint, and small all-reduces.
    ///
    /// # Errors
    /// [`ErrorKind::Other`], on every rank, in words that say what is wrong, with both figures.
    ///
    /// # Example
    /// ```
    /// use lops::{Comm, LinearOperator, Layout, Operator, Space};
    ///
    /// struct Reversed(Space); // its adjoint is wrong: it should reverse
    ///
    /// impl LinearOperator<f64> for Reversed {
    ///     fn domain(&self) -> &Space {
    ///         &self.0
    ///     }
    ///     fn range(&self) -> &Space {
    ///         &self.0
    ///     }
    ///     fn apply(&self, x: &[f64], y: &mut [f64]) {
    ///         y.iter_mut().zip(x.iter().rev()).for_each(|(y, &x)| *y = x);
    ///     }
    ///     fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
    ///         x.copy_from_slice(y);
    ///     }
    /// }
    ///
    /// let layout = Layout::scatter(&Comm::solo(), &[5], 0)?;
    /// let error = Operator::new(Reversed(layout.into())).check(1).unwrap_err();
    /// assert!(error.to_string().starts_with("dot test of Reversed: expected ⟨x, Aᴴ y⟩"));
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn check(&self, seed: u64) -> Result<CheckReport> {
        let comm = self.domain().comm();
        let _operation = self.compare("check", seed)?;
        let checked = Checked::new(self, seed)?;
        let before = comm.traffic();
        let warnings = checked.overwrites_and_repeats()?;
        let sums = (comm.traffic() - before).floating_sums();
        let adds_in_floating_point = greatest(comm, sums as f64) > 0.0;
        checked.is_its_adjoints_adjoint()?;
        checked.adds_as_it_applies()?;
        let linearity = checked.linearity()?;
        Ok(CheckReport { linearity, adds_in_floating_point, warnings, ..checked.dot_test()? })
    }

    /// The dot test alone: `⟨A x, y⟩ = ⟨x, Aᴴ y⟩` for random `x` and `y`.
    ///
    /// # Communication
    /// Two forward and two adjoint applications, and small all-reduces.
    ///
    /// # Errors
    /// [`ErrorKind::Other`], on every rank, with both figures.
    pub fn dot_test(&self, seed: u64) -> Result<CheckReport> {
        let _operation = self.compare("dot_test", seed)?;
        Checked::new(self, seed)?.dot_test()
    }

    /// Compares, always, what ranks are to judge: of vectors that differ in layout the test would say nothing.
    fn compare(&self, name: &'static str, seed: u64) -> Result<Operation> {
        let (domain, range) = (self.domain(), self.range());
        let told = format_args!("{} from {domain:#} to {} of {range:#}, seed {seed}", X::DTYPE, Y::DTYPE);
        domain.comm().compare(name, told)
    }

    /// Rounding errors grow with the root of the number of terms.
    fn tolerance(&self) -> f64 {
        let (rows, columns) = self.shape();
        let epsilon = <X::Real as num_traits::Float>::epsilon().to_f64();
        100.0 * epsilon * (rows.max(columns).max(1) as f64).sqrt()
    }
}

struct Checked<'a, X: Scalar, Y: Scalar> {
    operator: &'a Operator<X, Y>,
    seed: u64,
    /// Powers of two that random vectors are multiplied by.
    scales: [i32; 2],
}

impl<'a, X: Scalar, Y: Scalar<Real = X::Real>> Checked<'a, X, Y> {
    /// With vectors that the operator makes into numbers near 1.
    fn new(operator: &'a Operator<X, Y>, seed: u64) -> Result<Self> {
        let unscaled = Self { operator, seed, scales: [0; 2] };
        let sizes =
            [exponent(&operator.apply_to(&unscaled.x(0))?), exponent(&operator.apply_adjoint_to(&unscaled.y(1))?)];
        // Small vectors keep room for products with random numbers below them.
        let (near, least, most) = if is_single::<X>() { (4, -120, 120) } else { (32, -900, 1000) };
        let scales =
            sizes.map(|size| size.filter(|size| size.abs() > near).map_or(0, |size| (-size).clamp(least, most)));
        Ok(Self { scales, ..unscaled })
    }

    /// The `k`-th random vector for the operator.
    fn x(&self, k: u64) -> DistArray<X> {
        let mut x = DistArray::random_signed(self.operator.domain(), self.seed.wrapping_add(k));
        times_two_to(x.as_mut_slice(), self.scales[0]);
        x
    }

    /// The `k`-th random vector for the adjoint.
    fn y(&self, k: u64) -> DistArray<Y> {
        let mut y = DistArray::random_signed(self.operator.range(), self.seed.wrapping_add(k));
        times_two_to(y.as_mut_slice(), self.scales[1]);
        y
    }

    fn dot_test(&self) -> Result<CheckReport> {
        let (a, x, y) = (self.operator, self.x(0), self.y(1));
        let (ax, ahy) = (a.apply_to(&x)?, a.apply_adjoint_to(&y)?);
        let comm = a.domain().comm();
        let both_complex = X::IS_COMPLEX && Y::IS_COMPLEX;
        let mut forward = inner(&ax, &y);
        let mut adjoint = inner(&x, &ahy);
        if !both_complex {
            (forward[1], adjoint[1]) = (0.0, 0.0);
        }
        let scale = norm(&ax) * norm(&y) + norm(&x) * norm(&ahy);
        let difference = (forward[0] - adjoint[0]).hypot(forward[1] - adjoint[1]);
        let dot_test = greatest(comm, relative(difference, scale));
        let tolerance = a.tolerance();
        if dot_test > tolerance {
            let what = self.named("dot test");
            let [of_norms, found] = [adjoint, forward].map(|figure| Figure(figure.map(|part| part / scale)));
            let expected = format!("⟨x, Aᴴ y⟩ = {of_norms} of ‖A x‖ ‖y‖ + ‖x‖ ‖Aᴴ y‖");
            let found = format!("⟨A x, y⟩ = {found} of it: `apply_adjoint` is not that of `apply`");
            return comm.agree(Err(Error::expected(ErrorKind::Other, what, expected, found)));
        }
        Ok(CheckReport {
            forward,
            adjoint,
            dot_test,
            linearity: 0.0,
            tolerance,
            adds_in_floating_point: false,
            warnings: vec![],
        })
    }

    /// Outputs filled with NaN before; the same bits twice; the traffic that is said.
    fn overwrites_and_repeats(&self) -> Result<Vec<String>> {
        let operator = self.operator;
        let said = operator.communication();
        let (x, y) = (self.x(0), self.y(1));
        let forward = |out: &mut DistArray<Y>| operator.apply_into(&x, out);
        let adjoint = |out: &mut DistArray<X>| operator.apply_adjoint_into(&y, out);
        let unsaid = [
            self.one_way("forward", operator.range(), said.forward, forward)?,
            self.one_way("adjoint", operator.domain(), said.adjoint, adjoint)?,
        ];
        Ok(unsaid.into_iter().flatten().collect())
    }

    fn one_way<T: Scalar>(
        &self,
        way: &str,
        space: &Space,
        said: Sent,
        run: impl Fn(&mut DistArray<T>) -> Result<()>,
    ) -> Result<Option<String>> {
        let comm = space.comm();
        let says_something = self.operator.communication() != Communication::default();
        let nothing_is_said = greatest(comm, f64::from(u8::from(says_something))) == 0.0;
        let mut first = DistArray::full(space, T::from_parts(f64::NAN, f64::NAN));
        let before = comm.traffic();
        run(&mut first)?;
        let found = (comm.traffic() - before).total();
        let mut second = DistArray::full(space, T::from_parts(1.0, -1.0));
        run(&mut second)?;
        let name = self.named(way);
        let verdict = if let Some(at) = first.as_slice().iter().position(|value| !value.finite()) {
            let found = format!("{}, after a start from NaN", first.as_slice()[at]);
            Err(fault(format!("{name}: element {at} of this rank"), "a finite number, written over", found))
        } else if let Some(at) = differing(first.as_slice(), second.as_slice()) {
            let (expected, found) = (first.as_slice()[at], second.as_slice()[at]);
            Err(fault(format!("{name} a second time: element {at} of this rank"), expected, found))
        } else if found != said && !nothing_is_said {
            let expected = format!("{said:?}, as `communication` says");
            Err(fault(format!("{name}: traffic"), expected, format!("{found:?}")))
        } else {
            Ok(())
        };
        comm.agree(verdict)?;
        comm.agree(same_on_all_ranks(&first, &name))?;
        let unsaid = greatest(comm, f64::from(u8::from(found != said))) > 0.0;
        Ok(unsaid.then(|| format!("{name} sends messages of which `communication` says nothing")))
    }

    fn named(&self, what: &str) -> String {
        format!("{what} of {}", self.operator.name())
    }

    /// `A.adjoint()` applies `Aᴴ`, and its adjoint `A`.
    fn is_its_adjoints_adjoint(&self) -> Result<()> {
        let (a, adjoint) = (self.operator, self.operator.adjoint());
        let (x, y) = (self.x(0), self.y(1));
        let twice = adjoint.adjoint();
        let comm = a.domain().comm();
        comm.agree(same_bits(&self.named("adjoint operator"), &a.apply_adjoint_to(&y)?, &adjoint.apply_to(&y)?))?;
        comm.agree(same_bits(&self.named("(Aᴴ)ᴴ"), &a.apply_to(&x)?, &twice.apply_to(&x)?))
    }

    /// `y + α A x` in one pass is that.
    fn adds_as_it_applies(&self) -> Result<()> {
        let a = self.operator;
        let Some(adds) = a.accumulate() else { return Ok(()) };
        let (x, y) = (self.x(0), self.y(1));
        // What is added to is near 1, as what is added.
        let plain = Self { scales: [0; 2], ..*self };
        let (u, v) = (plain.x(2), plain.y(3));
        let (alpha, beta) = (Y::from_parts(-0.75, 0.5), X::from_parts(1.5, -0.25));
        let mut sum = v.clone();
        adds.apply_add(alpha, x.as_slice(), sum.as_mut_slice());
        self.close("adding forward", &sum, &[(Y::one(), &v), (alpha, &a.apply_to(&x)?)])?;
        let mut sum = u.clone();
        adds.apply_adjoint_add(beta, y.as_slice(), sum.as_mut_slice());
        self.close("adding adjoint", &sum, &[(X::one(), &u), (beta, &a.apply_adjoint_to(&y)?)])?;
        Ok(())
    }

    /// `A (x + α z) = A x + α A z`, with a real factor where one side is real.
    fn linearity(&self) -> Result<f64> {
        let a = self.operator;
        let im = if X::IS_COMPLEX && Y::IS_COMPLEX { 0.625 } else { 0.0 };
        let (alpha, beta) = (X::from_parts(-1.25, im), Y::from_parts(-1.25, im));
        let [x, z] = [0, 2].map(|k| self.x(k));
        let mut sum = x.clone();
        sum.axpy(alpha, &z)?;
        let (ax, az) = (a.apply_to(&x)?, a.apply_to(&z)?);
        let forward = self.close("linearity of forward", &a.apply_to(&sum)?, &[(Y::one(), &ax), (beta, &az)])?;
        let [y, w] = [1, 3].map(|k| self.y(k));
        let mut sum = y.clone();
        sum.axpy(beta, &w)?;
        let (ay, aw) = (a.apply_adjoint_to(&y)?, a.apply_adjoint_to(&w)?);
        let adjoint =
            self.close("linearity of adjoint", &a.apply_adjoint_to(&sum)?, &[(X::one(), &ay), (alpha, &aw)])?;
        Ok(forward.max(adjoint))
    }

    /// The relative distance of a vector from the sum of scaled vectors, if that is small.
    fn close<T: Scalar>(&self, what: &str, found: &DistArray<T>, terms: &[(T, &DistArray<T>)]) -> Result<f64> {
        let mut expected = found.zeros_like();
        for (factor, term) in terms {
            expected.axpy(*factor, term)?;
        }
        let scale: f64 = terms.iter().map(|(factor, term)| factor.modulus().to_f64() * norm(term)).sum();
        let mut difference = found.clone();
        difference.axpy(-T::one(), &expected)?;
        let comm = found.comm();
        let off = greatest(comm, relative(norm(&difference), scale));
        let tolerance = self.operator.tolerance();
        if off <= tolerance {
            return Ok(off);
        }
        let expected = format!("a difference below {tolerance:.1e} of the norms");
        comm.agree(Err(fault(self.named(what), expected, format!("{off:.1e}"))))
    }
}

/// `⟨u, v⟩` of the spaces: what is replicated counts once. In double precision.
fn inner<T: Scalar>(u: &DistArray<T>, v: &DistArray<T>) -> [f64; 2] {
    let space = u.space();
    let mut sum = [0.0; 2];
    space.for_each_counted(|part| {
        for (u, v) in u.as_slice()[part.clone()].iter().zip(&v.as_slice()[part]) {
            let [u, v] = [u, v].map(|z| [z.re().to_f64(), z.im().to_f64()]);
            sum[0] += u[0] * v[0] + u[1] * v[1]; // ū v
            sum[1] += u[0] * v[1] - u[1] * v[0];
        }
    });
    if !space.is_replicated() {
        space.group().all_reduce(&mut sum, Reduction::Sum);
    }
    sum
}

fn norm<T: Scalar>(u: &DistArray<T>) -> f64 {
    let square = inner(u, u)[0];
    if (1e-280..=f64::MAX).contains(&square) || square.is_nan() {
        return square.sqrt();
    }
    let (mut scaled, scale) = (u.clone(), exponent(u).unwrap_or(0));
    times_two_to(scaled.as_mut_slice(), -scale);
    two_to(inner(&scaled, &scaled)[0].sqrt(), scale)
}

fn relative(difference: f64, scale: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / scale }
}

/// The greatest over ranks; infinite where any is no number.
pub(super) fn greatest(comm: &Comm, value: f64) -> f64 {
    let mut worst = [if value.is_nan() { f64::INFINITY } else { value }];
    comm.all_reduce(&mut worst, Reduction::Max);
    worst[0]
}

pub(super) fn fault(what: String, expected: impl fmt::Display, found: impl fmt::Display) -> Error {
    Error::expected(ErrorKind::Other, what, expected, found)
}

fn same_bits<T: Scalar>(what: &str, expected: &DistArray<T>, found: &DistArray<T>) -> Result<()> {
    differing(expected.as_slice(), found.as_slice()).map_or(Ok(()), |at| {
        let [expected, found] = [expected, found].map(|array| array.as_slice()[at]);
        Err(fault(format!("{what}: element {at} of this rank"), expected, found))
    })
}

/// Where two slices first differ by a bit.
pub(super) fn differing<T: Scalar>(a: &[T], b: &[T]) -> Option<usize> {
    let bits = |z: &T| [z.re().to_f64().to_bits(), z.im().to_f64().to_bits()];
    a.iter().zip(b).position(|(a, b)| bits(a) != bits(b))
}

/// `Ok` if every rank holds rank 0's values of what is replicated.
fn same_on_all_ranks<T: Scalar>(array: &DistArray<T>, name: &str) -> Result<()> {
    let mut synced = array.clone();
    synced.sync();
    same_bits(&format!("{name}, as rank 0 has it"), &synced, array)
}

/// A complex number, or a real one where it has no imaginary part.
struct Figure([f64; 2]);

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [re, im] = self.0;
        if im == 0.0 { write!(f, "{re}") } else { write!(f, "{re}{im:+}i") }
    }
}
