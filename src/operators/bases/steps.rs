//! Which lines of a block a transform by levels takes: at each level all along each axis, of the leading part that is left.

/// Lines that are taken together where they lie beside one another, so that whole cache lines are read.
pub(super) const TOGETHER: usize = 8;

/// The lines along one axis at one level.
#[derive(Debug)]
pub(super) struct Step {
    /// Samples of a line, and how far apart they are.
    pub(super) n: usize,
    pub(super) stride: usize,
    /// The other axes, and how far apart their elements are; without the last axis of the block, if it is one of them.
    others: Vec<[usize; 2]>,
    /// Elements of the last axis, if that is one of the others: lines that lie beside one another.
    beside: usize,
}

impl Step {
    /// All in a block of this shape, whose lengths a level halves.
    pub(super) fn all(shape: &[usize], levels: usize) -> Vec<Self> {
        let at = |level: usize| (0..shape.len()).map(move |axis| Self::new(shape, axis, level));
        (0..levels).flat_map(at).collect()
    }

    fn new(shape: &[usize], axis: usize, level: usize) -> Self {
        let stride = |axis: usize| shape[axis + 1..].iter().product::<usize>();
        let last = shape.len() - 1;
        let others = (0..last).filter(|&other| other != axis).map(|other| [shape[other] >> level, stride(other)]);
        Self {
            n: shape[axis] >> level,
            stride: stride(axis),
            others: others.collect(),
            beside: if axis == last { 1 } else { shape[last] >> level },
        }
    }

    /// Where the first samples of some lines beside one another are, and how many lines.
    pub(super) fn bundles(&self) -> impl Iterator<Item = (usize, usize)> {
        let outer: usize = self.others.iter().map(|[n, _]| n).product();
        (0..outer).flat_map(move |outer| {
            let start = self.start(outer);
            (0..self.beside).step_by(TOGETHER).map(move |k| (start + k, TOGETHER.min(self.beside - k)))
        })
    }

    fn start(&self, mut outer: usize) -> usize {
        let mut start = 0;
        for [n, stride] in self.others.iter().rev() {
            start += outer % n * stride;
            outer /= n;
        }
        start
    }
}
