//! What sparse solvers have in common: the step from a point along its gradient, and a threshold.

use super::analysis::{Analysis, Level, Transform};
use super::soft::Threshold;
use crate::array::{DistArray, Summing};
use crate::error::{Error, ErrorKind, Result};
use crate::numbers::{PartialSum, Real, Scalar};
use crate::operators::{LinearOperator, Operator};
use crate::solvers::options::not_negative;
use crate::solvers::rounding::epsilon;
use crate::solvers::run::real;
use crate::solvers::spectrum::norm_of;
use crate::solvers::{Measures, Reason, Run, Stop, Vectors};

/// min ½ ‖b − A x‖² + ε ‖x‖, all but x and the vectors of a method.
pub(super) struct SparseProblem<'a, X: Scalar, Y: Scalar> {
    pub(super) a: &'a Operator<X, Y>,
    pub(super) b: &'a DistArray<Y>,
    eps: f64,
    /// α, where it is known.
    step: Option<f64>,
    threshold: Threshold,
    keep: Option<f64>,
    /// What ε is multiplied by in each iteration; the last one from then on.
    decay: Vec<f64>,
    analysis: Option<Box<dyn Analysis<X> + 'a>>,
}

impl<'a, X: Scalar, Y: Scalar> SparseProblem<'a, X, Y> {
    pub(super) fn new(a: &'a Operator<X, Y>, b: &'a DistArray<Y>, x: &DistArray<X>, eps: f64) -> Result<Self> {
        a.range().same_as(b.space(), "data of a sparse solver")?;
        a.domain().same_as(x.space(), "model of a sparse solver")?;
        not_negative("eps", eps)?;
        let (threshold, decay) = (Threshold::Soft, Vec::new());
        Ok(Self { a, b, eps, step: None, threshold, keep: None, decay, analysis: None })
    }

    pub(super) fn set_step(&mut self, step: f64) -> Result<()> {
        if !(step.is_finite() && step > 0.0) {
            return Err(Error::expected(ErrorKind::Parameter, "step", "a finite number above 0", step));
        }
        self.step = Some(step);
        Ok(())
    }

    pub(super) fn set_threshold(&mut self, threshold: Threshold) {
        self.threshold = threshold;
    }

    pub(super) fn set_keep(&mut self, percent: f64) -> Result<()> {
        if !(0.0..=100.0).contains(&percent) {
            return Err(Error::expected(ErrorKind::Parameter, "per cent to keep", "from 0 to 100", percent));
        }
        self.keep = Some(percent);
        Ok(())
    }

    pub(super) fn set_decay(&mut self, decay: &[f64]) -> Result<()> {
        for &factor in decay {
            not_negative("decay", factor)?;
        }
        self.decay = decay.to_vec();
        Ok(())
    }

    pub(super) fn set_analysis<C: Scalar>(&mut self, s: &'a Operator<C, X>, x: &DistArray<X>) -> Result<()> {
        self.analysis = Some(Box::new(Transform::new(s, x)?));
        Ok(())
    }

    pub(super) fn vectors<'v>(&'v self, vectors: Vectors<'v>) -> Vectors<'v> {
        match &self.analysis {
            Some(analysis) => analysis.vectors(vectors),
            None => vectors,
        }
    }

    pub(super) fn scratch(&self) -> usize {
        self.a.scratch() + self.analysis.as_ref().map_or(0, |analysis| analysis.scratch())
    }

    pub(super) fn parameters(&self) -> Vec<(&'static str, f64)> {
        let step = self.step.map(|step| ("alpha", step));
        [Some(("eps", self.eps)), step, self.keep.map(|keep| ("perc", keep))].into_iter().flatten().collect()
    }

    /// α: what was given, or 1/‖A‖², of a norm that is estimated once.
    pub(super) fn step(&mut self) -> Result<f64, Stop> {
        if let Some(step) = self.step {
            return Ok(step);
        }
        let norm = norm_of(self.a)?.value;
        let step = 1.0 / norm.powi(2);
        // A is 0 or out of all range: no step matters, or none can be taken.
        let step = if norm == 0.0 { 1.0 } else { step };
        let least = <X::Real as num_traits::Float>::min_positive_value().to_f64();
        if !(step >= least && step <= 1.0 / least) {
            return Err(Reason::Breakdown(norm.powi(2)).into());
        }
        self.step = Some(step);
        Ok(step)
    }

    /// y ← T(z + α Aᴴ s), of the residual s at z; and parts of ‖y‖₁ and ‖y − z‖².
    pub(super) fn shrink(
        &mut self,
        s: &DistArray<Y>,
        z: &DistArray<X>,
        y: &mut DistArray<X>,
        run: &Run,
    ) -> Result<[PartialSum; 2], Stop> {
        let step = self.step()?;
        let decay = self.decay.get(run.iteration()).or(self.decay.last()).copied().unwrap_or(1.0);
        let level = self.keep.map_or(Level::At(0.5 * self.eps * step * decay), Level::Keeping);
        self.a.apply_adjoint_into(s, y)?; //                                   y ← Aᴴ s
        y.xpby(z, real(step))?; //                                             y ← z + α y
        let threshold = self.threshold;
        if let Some(analysis) = &mut self.analysis {
            analysis.shrink(y, threshold, level)?; //                          y ← S T(Sᴴ y)
            return Ok(size_and_distance(y, z, run, |_| ()));
        }
        let level = level.of(threshold, y);
        Ok(size_and_distance(y, z, run, |y| threshold.apply_to(y, level))) //  y ← T(y)
    }

    /// Begins at x: y ← T(x + α Aᴴ r), the step that is judged by its length; ‖r‖², ‖x‖₁ and what is told of them.
    pub(super) fn begin(
        &mut self,
        x: &DistArray<X>,
        r: &mut DistArray<Y>,
        y: &mut DistArray<X>,
        run: &Run,
    ) -> Result<(f64, f64, Measures), Stop> {
        let r2 = self.residual(x, r, run)?; //                                 r ← b − A x
        let [_, distance2] = self.shrink(r, x, y, run)?; //                    y ← T(x + α Aᴴ r)
        let [r2, size, distance2] = run.sums([r2, size_of(x, run), distance2])?;
        run.finite(r2, "r")?;
        let distance2 = Self::trust(distance2, y, x, run)?;
        Ok((r2, size, self.measures(distance2, norm(r2, r, run), size).hiding(hidden_in(x, run))))
    }

    /// q ← b − A y, and its ‖q‖²: this rank's part.
    pub(super) fn residual(&self, y: &DistArray<X>, q: &mut DistArray<Y>, run: &Run) -> Result<PartialSum> {
        self.a.apply_into(y, q)?; //                                           q ← A y
        q.axpby_norm2(Y::one(), self.b, -Y::one(), run) //                     q ← b − q
    }

    /// A square that may have vanished though the vectors, y and z, differ: no other sum can be trusted then.
    ///
    /// # Errors
    /// [`Reason::Breakdown`] if it has, [`Reason::NonFinite`] if it overflows.
    pub(super) fn trust(distance2: f64, y: &DistArray<X>, z: &DistArray<X>, run: &Run) -> Result<f64, Stop> {
        if run.finite(distance2, "y")? > VANISHING {
            return Ok(distance2);
        }
        let differ = y.as_slice().iter().zip(z.as_slice()).any(|(y, z)| y != z);
        let [differ] = run.sums([run.number(f64::from(u8::from(differ)))])?;
        if differ > 0.0 { Err(Reason::Breakdown(distance2).into()) } else { Ok(0.0) }
    }

    /// What is told of the distance of a step, squared, of ‖b − A x‖ and of ‖x‖₁.
    pub(super) fn measures(&self, distance2: f64, cost: f64, size: f64) -> Measures {
        let measures = Measures::criterion("update", distance2).and("cost", cost);
        measures.and("size", size).and("objective", 0.5 * cost * cost + self.eps * size)
    }

    /// ½ ‖b − A x‖² + ½ ε ‖x‖₁: what steps with a soft threshold make smaller.
    pub(super) fn merit(&self, r2: f64, size: f64) -> f64 {
        0.5 * (r2 + self.eps * size)
    }
}

/// The log's.
pub(super) const COLUMNS: [(&str, &str); 3] = [("r2norm", "cost"), ("r12norm", "objective"), ("xupdate", "update")];

/// What the rounding of x to numbers hides of a step from it, at a new beginning to be judged.
fn hidden_in<T: Scalar>(x: &DistArray<T>, run: &Run) -> f64 {
    0.5 * run.size_when_judging(x, 0) * epsilon::<T>()
}

/// ‖r‖ of a square that may have vanished.
pub(super) fn norm<T: Scalar>(r2: f64, r: &DistArray<T>, run: &Run) -> f64 {
    if r2 < VANISHING { run.norm(r) } else { r2.sqrt() }
}

/// ‖x‖₁: this rank's part.
pub(super) fn size_of<T: Scalar>(x: &DistArray<T>, run: &Run) -> PartialSum {
    x.passes_over(1, 0);
    let summing = Summing::from(run);
    let mut size = summing.start();
    x.space().for_each_stretch(summing.counts_replicas(), |range, counted| {
        if counted {
            T::add_moduli(&mut size, &x.as_slice()[range]);
        }
    });
    size
}

/// Re ⟨z − y, y − x⟩: this rank's part. Above 0 where the step from z to y goes back against that from x to y.
pub(super) fn turning<T: Scalar>(z: &DistArray<T>, y: &DistArray<T>, x: &DistArray<T>, run: &Run) -> PartialSum {
    y.passes_over(3, 0);
    let summing = Summing::from(run);
    let mut sum = summing.start();
    let mut steps = [[T::zero(); BLOCK]; 2];
    let [x, y_, z] = [x, y, z].map(DistArray::as_slice);
    y.space().for_each_stretch(summing.counts_replicas(), |range, counted| {
        if !counted {
            return;
        }
        for start in range.clone().step_by(BLOCK) {
            let block = start..(start + BLOCK).min(range.end);
            let [back, forth] = steps.each_mut().map(|step| &mut step[..block.len()]);
            for (i, k) in block.enumerate() {
                (back[i], forth[i]) = (z[k] - y_[k], y_[k] - x[k]);
            }
            T::add_real_products(&mut sum, back, forth);
        }
    });
    sum
}

/// z ← a y + b x.
pub(crate) fn combine<T: Scalar>(z: &mut DistArray<T>, a: f64, y: &DistArray<T>, b: f64, x: &DistArray<T>) {
    z.passes_over(2, 1);
    let [a, b] = [a, b].map(real::<T>);
    for ((z, &y), &x) in z.as_mut_slice().iter_mut().zip(y.as_slice()).zip(x.as_slice()) {
        *z = a * y + b * x;
    }
}

/// Below this a square has lost digits.
pub(super) const VANISHING: f64 = 1e-290;

/// Numbers of a block, which stays in the first cache.
pub(super) const BLOCK: usize = 1024;

/// Does something to y, block by block, and sums ‖y‖₁ and ‖y − z‖²: this rank's parts.
pub(super) fn size_and_distance<T: Scalar>(
    y: &mut DistArray<T>,
    z: &DistArray<T>,
    run: &Run,
    mut act: impl FnMut(&mut [T]),
) -> [PartialSum; 2] {
    y.passes_over(1, 1);
    let summing = Summing::from(run);
    let (mut size, mut distance) = (summing.start(), summing.start());
    let mut apart = [T::zero(); BLOCK];
    let (space, y, z) = (y.space().clone(), y.as_mut_slice(), z.as_slice());
    space.for_each_stretch(summing.counts_replicas(), |range, counted| {
        for (y, z) in y[range.clone()].chunks_mut(BLOCK).zip(z[range].chunks(BLOCK)) {
            act(y);
            if counted {
                let apart = &mut apart[..y.len()];
                apart.iter_mut().zip(&*y).zip(z).for_each(|((apart, &y), &z)| *apart = y - z);
                T::add_moduli(&mut size, y);
                T::add_squares(&mut distance, apart);
            }
        }
    });
    [size, distance]
}
