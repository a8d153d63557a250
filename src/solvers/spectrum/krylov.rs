//! Thick restarts: the best of what a Krylov space shows is kept, and goes on, until it is good enough and nothing beats it.
//!
//! ```text
//! repeat   the basis grows to its limit, a column at a time
//!          the small matrix gives values with bounds β|sₘ|, the last components of its vectors
//!          V ← V S of the best ones, and β vₘ₊₁ goes on from there
//! ```
//!
//! What has converged is locked: the basis begins anew from a random vector orthogonal to it. Only when the best of the
//! rest, with its bound, is no better than what is locked, and what is better would likely have shown, the search ends. So further
//! copies of a multiple eigenvalue, and what the first start had no part in, are found.

use super::arrow::Arrow;
use super::basis::Turn;
use super::ends::{Candidate, Ends};
use crate::solvers::{Reason, Run, Stop};

/// A process that makes an orthonormal basis of a Krylov space, or two of them.
pub(super) trait Krylov {
    /// The dimension of the space.
    fn dimension(&self) -> usize;

    /// The largest norm of what the operator made of a vector of norm 1: no more than ‖A‖.
    fn largest(&self) -> f64;

    /// The precision of its numbers.
    fn epsilon(&self) -> f64;

    /// A random start after the first so many vectors.
    fn renew(&mut self, count: usize, run: &Run) -> Result<(), Stop>;

    /// Makes a column of the matrix after so many locked ones, and the next vector. Couplings that were forgotten, of this norm,
    /// may show in it.
    fn column(
        &mut self,
        locked: usize,
        column: usize,
        arrow: &mut Arrow,
        forgotten: f64,
        run: &Run,
    ) -> Result<(), Stop>;

    /// Decomposes the matrix of so many columns.
    fn decompose(&mut self, arrow: &Arrow, columns: usize) -> Result<(), Stop>;

    /// Of the last decomposition a value, as its numbers can be, and the last component of its vector.
    fn value(&self, k: usize, columns: usize) -> (f64, f64);

    /// Turns the basis to vectors of the last decomposition.
    fn turn(&mut self, turn: Turn<'_>);

    /// Exchanges two vectors of the basis.
    fn swap(&mut self, one: usize, other: usize);

    /// The norm of the residual of a vector of the basis with a value, computed anew.
    fn residual(&mut self, at: usize, value: f64, run: &Run) -> Result<f64, Stop>;
}

/// Of the width of a spectrum: less than this apart nothing more is asked for than bounds, as it would take as long as to
/// resolve what is wanted from the rest.
const RESOLVED: f64 = 0.01;

/// What is looked for.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) count: usize,
    pub(super) ends: Ends,
    /// Vectors of the basis.
    pub(super) basis: usize,
    /// Of the residuals, as a part of ‖A‖.
    pub(super) tolerance: f64,
    pub(super) restarts: usize,
}

/// What was found: values with errors, whose vectors are the first ones of the basis.
pub(super) struct Found {
    pub(super) pairs: Vec<Candidate>,
    pub(super) reason: Reason,
    pub(super) restarts: usize,
}

/// The state of a search.
struct Search<'a, K> {
    krylov: &'a mut K,
    wanted: &'a Wanted,
    arrow: Arrow,
    /// Locked ones first, then those of the last decomposition.
    all: Vec<Candidate>,
    locked: usize,
    /// The norm of all couplings that were dropped.
    forgotten: f64,
    /// Since the last random start: restarts, and columns that the last one added.
    cycles: usize,
    added: usize,
    /// The best of all, in order; and of the last decomposition, by its columns.
    ranking: Vec<usize>,
    order: Vec<usize>,
    /// The last components of the vectors of the last decomposition.
    last: Vec<f64>,
}

pub(super) fn search<K: Krylov>(krylov: &mut K, wanted: &Wanted, run: &Run) -> Result<Found, Stop> {
    let basis = wanted.basis;
    let mut search = Search {
        krylov,
        wanted,
        arrow: Arrow::of(basis),
        all: Vec::with_capacity(basis),
        locked: 0,
        forgotten: 0.0,
        cycles: 0,
        added: 0,
        ranking: Vec::with_capacity(basis),
        order: Vec::with_capacity(basis),
        last: vec![0.0; basis],
    };
    let mut restarts = 0;
    loop {
        search.grow(run)?;
        let has_converged = search.chosen().all(|pair| pair.error <= search.target());
        let is_over = has_converged && search.nothing_beats_them();
        if is_over || restarts == wanted.restarts {
            search.lock(run, false)?;
            return search.judge(is_over, restarts, run);
        }
        restarts += 1;
        if has_converged && search.ranking[..wanted.count].iter().any(|&k| k >= search.locked) {
            search.lock(run, true)?;
        } else {
            search.restart();
        }
    }
}

impl<K: Krylov> Search<'_, K> {
    /// The basis to its limit, and what is seen in it.
    fn grow(&mut self, run: &Run) -> Result<(), Stop> {
        let columns = self.wanted.basis - self.locked;
        for column in self.arrow.kept..columns {
            self.krylov.column(self.locked, column, &mut self.arrow, self.forgotten, run)?;
        }
        self.krylov.decompose(&self.arrow, columns)?;
        let coupling = self.arrow.beside[columns - 1];
        self.all.truncate(self.locked);
        for k in 0..columns {
            let (value, last) = self.krylov.value(k, columns);
            self.last[k] = coupling * last;
            self.all.push(Candidate { value, error: self.last[k].abs(), is_locked: false });
        }
        self.wanted.ends.rank(&self.all, self.target(), &mut self.ranking);
        Ok(())
    }

    /// The errors that are small enough: so far below what was asked for that what is dropped with them does no harm.
    fn target(&self) -> f64 {
        let part = self.wanted.tolerance / (4.0 * (self.wanted.count as f64).sqrt());
        part.max(self.krylov.epsilon()) * self.krylov.largest()
    }

    fn chosen(&self) -> impl Iterator<Item = &Candidate> {
        self.ranking[..self.wanted.count].iter().map(|&k| &self.all[k])
    }

    /// Whether all is known, or the chosen ones are locked and the best of the rest does not come up to them.
    fn nothing_beats_them(&self) -> bool {
        let Wanted { count, ends, basis, .. } = *self.wanted;
        basis == self.krylov.dimension()
            || self.chosen().all(|pair| pair.is_locked)
                && ends.are_clear(&self.all, &self.ranking, count, self.target(), |gap| self.would_show(gap))
    }

    /// Whether an eigenvalue that stands apart from the rest by this part of their width would have shown since the last
    /// random start: by Chebyshev's polynomials, whose values there are at least cosh(2j √gap) in degree j. The start's
    /// component in its direction is likely 1/√n, and a thousandth of that once in a thousand times.
    fn would_show(&self, gap: f64) -> bool {
        let growth = |degree: usize| {
            let x = 2.0 * degree as f64 * gap.max(RESOLVED).sqrt();
            x + (0.5 * (1.0 + (-2.0 * x).exp())).ln() // ln cosh x
        };
        let first = self.wanted.basis - self.locked;
        let likely = (2e3 * (self.krylov.dimension() as f64).sqrt()).ln();
        growth(first - 1) + self.cycles as f64 * growth(self.added) >= likely
    }

    /// Keeps the best, more than are chosen, and goes on.
    fn restart(&mut self) {
        let columns = self.wanted.basis - self.locked;
        let chosen = self.chosen().filter(|pair| !pair.is_locked).count();
        let kept = (chosen + ((columns - chosen) / 2).max(1)).min(columns - 1);
        self.turn(kept, self.ranking.len());
        self.arrow.kept = kept;
        self.cycles += 1;
        self.added = columns - kept;
    }

    /// Turns the basis to the first so many of the last decomposition's, of so many ranks; the arrow's head is theirs.
    fn turn(&mut self, kept: usize, ranks: usize) {
        let Self { krylov, arrow, all, locked, ranking, order, last, .. } = self;
        let columns = all.len() - *locked;
        order.clear();
        order.extend(ranking[..ranks].iter().filter(|&&k| k >= *locked).map(|&k| k - *locked).take(kept));
        krylov.turn(Turn { first: *locked, old: columns, order });
        for (place, &k) in order.iter().enumerate() {
            arrow.diagonal[place] = all[*locked + k].value;
            arrow.beside[place] = last[k];
        }
    }

    /// Locks the chosen ones, and drops what they replace; then begins anew beside them, if it goes on.
    fn lock(&mut self, run: &Run, goes_on: bool) -> Result<(), Stop> {
        let count = self.wanted.count;
        self.turn(count, count);
        let Self { krylov, arrow, all, locked, forgotten, ranking, order, cycles, .. } = self;
        all.truncate(*locked);
        for (&value, &coupling) in arrow.diagonal.iter().zip(&arrow.beside).take(order.len()) {
            *forgotten = forgotten.hypot(coupling);
            all.push(Candidate { value, error: coupling.abs(), is_locked: true });
        }
        for old in (0..*locked).rev().filter(|old| !ranking[..count].contains(old)) {
            all.swap_remove(old);
            krylov.swap(old, all.len());
        }
        *locked = all.len();
        arrow.kept = 0;
        *cycles = 0;
        if goes_on { krylov.renew(*locked, run) } else { Ok(()) }
    }

    /// In order, with their true errors.
    fn judge(mut self, is_over: bool, restarts: usize, run: &Run) -> Result<Found, Stop> {
        for place in 0..self.locked {
            let best = (place..self.locked).reduce(|best, k| self.wanted.ends.first(&self.all, best, k));
            let best = best.unwrap_or(place);
            self.all.swap(place, best);
            self.krylov.swap(place, best);
        }
        let recurrence = self.all.iter().map(|pair| pair.error).fold(0.0, f64::max);
        for (at, pair) in self.all.iter_mut().enumerate() {
            pair.error = run.finite(self.krylov.residual(at, pair.value, run)?, "q")?;
        }
        let truth = self.all.iter().map(|pair| pair.error).fold(0.0, f64::max);
        let bound = self.wanted.tolerance * self.krylov.largest();
        let reason = match is_over {
            false => Reason::IterationLimit,
            true if truth <= bound => Reason::Tolerance,
            true if self.target() > bound / 4.0 => Reason::Exhausted,
            true => Reason::Drifted { recurrence, truth },
        };
        Ok(Found { pairs: self.all, reason, restarts })
    }
}
