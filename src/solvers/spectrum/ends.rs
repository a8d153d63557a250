//! Which ends of a spectrum are wanted, and what is nearest to them.

/// Which eigenvalues are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Which {
    /// The largest ones, as on a line (SciPy's `"LA"`).
    Largest,
    /// The smallest ones, as on a line: of an indefinite operator those furthest below 0 (`"SA"`).
    Smallest,
    /// Those of the largest modulus (`"LM"`).
    LargestMagnitude,
    /// Half of them from each end; where their number is odd, one more of the largest (`"BE"`).
    BothEnds,
}

/// A value, and how far from it there is one in truth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) value: f64,
    pub(super) error: f64,
    pub(super) is_locked: bool,
}

/// The larger this is of a value, the more it is wanted.
type Wish = fn(f64) -> f64;

/// The wishes, which take turns; and in what order values are handed out, larger wishes first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    wishes: &'static [Wish],
    order: Wish,
    /// What a Krylov space sees of what is wished: of σ it is σ², of −σ it is −σ².
    seen: Wish,
}

impl Ends {
    /// Of singular values the largest, in descending order.
    pub(super) const LARGEST_SINGULAR: Self = Self { wishes: &[|x| x], order: |x| x, seen: |x| x * x };

    /// The smallest, in descending order too.
    pub(super) const SMALLEST_SINGULAR: Self = Self { wishes: &[|x| -x], order: |x| x, seen: |x| x * x.abs() };

    /// In ascending order.
    pub(super) fn of(which: Which) -> Self {
        let wishes: &[Wish] = match which {
            Which::Largest => &[|x| x],
            Which::Smallest => &[|x| -x],
            Which::LargestMagnitude => &[f64::abs],
            Which::BothEnds => &[|x| x, |x| -x],
        };
        Self { wishes, order: |x| -x, seen: |x| x }
    }

    /// The places of all, the most wanted first. What is locked gives way to what is better by more than the target alone.
    pub(super) fn rank(&self, all: &[Candidate], target: f64, ranking: &mut Vec<usize>) {
        ranking.clear();
        while ranking.len() < all.len() {
            let wish = self.wishes[ranking.len() % self.wishes.len()];
            let merit = |k: usize| wish(all[k].value) + if all[k].is_locked { target } else { 0.0 };
            let rest = (0..all.len()).filter(|k| !ranking.contains(k));
            ranking.extend(rest.reduce(|best, k| if merit(k) > merit(best) { k } else { best }));
        }
    }

    /// Whether the best one at each end after the first `count` of a ranking, with its error, is no better than the last of
    /// those, by more than the target; and whether one that is better would have been seen, `would_show` told by how much of the
    /// width of the spectrum it stands apart.
    pub(super) fn are_clear(
        &self,
        all: &[Candidate],
        ranking: &[usize],
        count: usize,
        target: f64,
        would_show: impl Fn(f64) -> bool,
    ) -> bool {
        let seen = |k: &usize| (self.seen)(all[*k].value);
        let width = ranking.iter().map(seen).fold(f64::NEG_INFINITY, f64::max)
            - ranking.iter().map(seen).fold(f64::INFINITY, f64::min);
        let ends = self.wishes.len();
        (count..ranking.len().min(count + ends)).filter(|place| *place >= ends).all(|place| {
            let wish = self.wishes[place % ends];
            let merit = |place: usize| wish(all[ranking[place]].value);
            let (next, last) = (merit(place), merit(place - ends));
            // Of the last one's own value there are enough, if the next one has it too.
            let better = (0..place).filter(|k| k % ends == place % ends).map(merit).filter(|one| *one > last + target);
            let edge = if next + target < last { Some(last) } else { better.reduce(f64::min) };
            next + all[ranking[place]].error <= last + target
                && edge.is_none_or(|edge| would_show(((self.seen)(edge) - (self.seen)(next)) / width))
        })
    }

    /// Which of two is handed out first.
    pub(super) fn first(&self, all: &[Candidate], one: usize, other: usize) -> usize {
        if (self.order)(all[other].value) > (self.order)(all[one].value) { other } else { one }
    }
}
