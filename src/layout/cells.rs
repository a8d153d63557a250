//! The ranks of the cells of a process grid: by arithmetic where they lie evenly, else a list.

use std::rc::Rc;

/// The rank of each cell of a grid. Axes with one coordinate do not matter, so they are not said; there are as
/// many cells as the grid has. Cells that are the same are equal, however they were given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cells {
    /// The numbers of coordinates that are more than one.
    shape: Vec<usize>,
    ranks: Ranks,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Ranks {
    /// `first + Σ cₖ strideₖ`, where each stride is more than all that the smaller ones come to: so a rank has one
    /// cell, which is found by division. A grid in order, one with its axes permuted, and a part of one are such.
    Strided {
        first: usize,
        strides: Vec<usize>,
    },
    Listed(Rc<List>),
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct List {
    /// In C order of the cells.
    ranks: Vec<usize>,
    /// Ranks in order, each with its cell.
    sorted: Vec<(usize, usize)>,
}

/// Some of the coordinates of an axis, in an order.
#[derive(Clone, Debug)]
pub(crate) enum Coordinates {
    /// One after another, so many from the first on.
    Run(usize, usize),
    Listed(Vec<usize>),
}

impl Coordinates {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Run(_, count) => *count,
            Self::Listed(list) => list.len(),
        }
    }

    /// The k-th of them.
    pub(crate) fn get(&self, k: usize) -> usize {
        match self {
            Self::Run(first, _) => first + k,
            Self::Listed(list) => list[k],
        }
    }

    /// The first and the distance from one to the next, if that is the same everywhere and forwards.
    fn even(&self) -> Option<(usize, usize)> {
        match self {
            Self::Run(first, _) => Some((*first, 1)),
            Self::Listed(list) => {
                let step = list.get(1).map_or(Some(1), |second| second.checked_sub(list[0]))?;
                (step > 0 && list.windows(2).all(|pair| pair[1] == pair[0] + step)).then(|| (list[0], step))
            }
        }
    }
}

impl Cells {
    /// As many ranks as cells, from this one on, in C order.
    pub(super) fn in_order(first: usize, shape: &[usize]) -> Self {
        let shape = essential(shape);
        let strides = (0..shape.len()).map(|axis| shape[axis + 1..].iter().product()).collect();
        Self { shape, ranks: Ranks::Strided { first, strides } }
    }

    /// These ranks, each once, in C order.
    pub(super) fn listed(ranks: Vec<usize>, shape: &[usize]) -> Self {
        let shape = essential(shape);
        debug_assert_eq!(shape.iter().product::<usize>(), ranks.len());
        if let Some(strides) = strides_of(&ranks, &shape) {
            return Self { shape, ranks: Ranks::Strided { first: ranks[0], strides } };
        }
        let mut sorted: Vec<_> = ranks.iter().enumerate().map(|(cell, &rank)| (rank, cell)).collect();
        sorted.sort_unstable();
        Self { shape, ranks: Ranks::Listed(Rc::new(List { ranks, sorted })) }
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The rank of a cell, by its number in C order.
    pub(super) fn rank(&self, mut cell: usize) -> usize {
        match &self.ranks {
            Ranks::Strided { first, strides } => {
                let mut rank = *first;
                for (stride, p) in strides.iter().zip(&self.shape).rev() {
                    rank += cell % p * stride;
                    cell /= p;
                }
                rank
            }
            Ranks::Listed(list) => list.ranks[cell],
        }
    }

    /// The cell of a rank, by its number in C order.
    pub(super) fn cell(&self, rank: usize) -> Option<usize> {
        match &self.ranks {
            Ranks::Strided { first, strides } => {
                let (mut rest, mut cell) = (rank.checked_sub(*first)?, 0);
                // The largest stride first, which is not always that of the first axis.
                let mut below = usize::MAX;
                for _ in strides {
                    let (axis, stride) = largest(strides, below)?;
                    let coordinate = rest / stride;
                    if coordinate >= self.shape[axis] {
                        return None;
                    }
                    cell += coordinate * self.shape[axis + 1..].iter().product::<usize>();
                    (rest, below) = (rest % stride, stride);
                }
                (rest == 0).then_some(cell)
            }
            Ranks::Listed(list) => {
                let found = list.sorted.binary_search_by_key(&rank, |&(rank, _)| rank).ok()?;
                Some(list.sorted[found].1)
            }
        }
    }

    /// Whether cell k is of rank k.
    pub(super) fn are_in_order(&self) -> bool {
        match &self.ranks {
            Ranks::Strided { first: 0, strides } => {
                (0..strides.len()).all(|axis| strides[axis] == self.shape[axis + 1..].iter().product::<usize>())
            }
            _ => false,
        }
    }

    /// The ranks in C order of the cells.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        (0..self.len()).map(|cell| self.rank(cell))
    }

    /// The cells of some coordinates of each axis, as a grid of other axes: each is one of these, with its
    /// coordinates, or new, with one coordinate. Of the axes that are left out there is one coordinate.
    pub(super) fn selected(&self, shape: &[usize], axes: &[Option<usize>], of: &[Coordinates]) -> Self {
        let new: Vec<_> = axes.iter().map(|axis| axis.map_or(1, |axis| of[axis].len())).collect();
        if let Ranks::Strided { first, strides } = &self.ranks
            && let Some(even) = of.iter().map(Coordinates::even).collect::<Option<Vec<_>>>()
        {
            let mut own = strides.iter();
            let mut next = |p: &usize| if *p == 1 { 0 } else { own.next().copied().unwrap_or(0) };
            let strides: Vec<_> = shape.iter().map(&mut next).collect();
            let first = first + even.iter().zip(&strides).map(|((first, _), stride)| first * stride).sum::<usize>();
            let stride = |axis: &Option<usize>| axis.map_or(0, |axis| even[axis].1 * strides[axis]);
            let strides = axes.iter().zip(&new).filter(|(_, p)| **p > 1).map(|(axis, _)| stride(axis)).collect();
            return Self { shape: essential(&new), ranks: Ranks::Strided { first, strides } };
        }
        let count: usize = new.iter().product();
        let rank = |cell: usize| {
            let mut at: Vec<_> = of.iter().map(|coordinates| coordinates.get(0)).collect();
            let mut rest = cell;
            for (axis, p) in axes.iter().zip(&new).rev() {
                if let Some(axis) = *axis {
                    at[axis] = of[axis].get(rest % p);
                }
                rest /= p;
            }
            self.rank(at.iter().zip(shape).fold(0, |cell, (&c, &p)| cell * p + c))
        };
        Self::listed((0..count).map(rank).collect(), &new)
    }
}

/// The largest of distinct numbers below a bound, and where it is.
fn largest(numbers: &[usize], below: usize) -> Option<(usize, usize)> {
    numbers.iter().copied().enumerate().filter(|&(_, number)| number < below).max_by_key(|&(_, number)| number)
}

fn essential(shape: &[usize]) -> Vec<usize> {
    shape.iter().copied().filter(|&p| p != 1).collect()
}

/// The strides of ranks that lie evenly.
fn strides_of(ranks: &[usize], shape: &[usize]) -> Option<Vec<usize>> {
    let first = *ranks.first()?;
    let stride = |axis: usize| ranks[shape[axis + 1..].iter().product::<usize>()].checked_sub(first);
    let strides = (0..shape.len()).map(stride).collect::<Option<Vec<_>>>()?;
    let mut order: Vec<_> = (0..shape.len()).collect();
    order.sort_unstable_by_key(|&axis| strides[axis]);
    let mut all_before = 0;
    for axis in order {
        if strides[axis] <= all_before {
            return None;
        }
        all_before += (shape[axis] - 1) * strides[axis];
    }
    let cells = Cells { shape: shape.to_vec(), ranks: Ranks::Strided { first, strides: strides.clone() } };
    cells.iter().eq(ranks.iter().copied()).then_some(strides)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn grid() -> impl Strategy<Value = (Vec<usize>, Cells)> {
        let shape = prop::collection::vec(1usize..4, 0..4);
        shape
            .prop_flat_map(|shape| {
                let count: usize = shape.iter().product();
                let listed = Just((0..count + 3).collect::<Vec<_>>()).prop_shuffle();
                (Just(shape), listed, 0usize..3, 0..3)
            })
            .prop_map(|(shape, mut list, first, kind)| {
                let count: usize = shape.iter().product();
                list.truncate(count);
                let cells = match kind {
                    0 => Cells::listed(list, &shape),
                    1 => Cells::in_order(first, &shape),
                    _ => Cells::listed((0..count).map(|k| first + 2 * k).collect(), &shape),
                };
                (shape, cells)
            })
    }

    proptest! {
        #[test]
        fn ranks_have_their_cells((shape, cells) in grid()) {
            let all: Vec<_> = cells.iter().collect();
            prop_assert_eq!(all.len(), shape.iter().product::<usize>());
            for rank in 0..60 {
                prop_assert_eq!(cells.cell(rank), all.iter().position(|&r| r == rank));
            }
            prop_assert_eq!(cells.are_in_order(), all.iter().copied().eq(0..all.len()));
            prop_assert_eq!(&Cells::listed(all, &shape), &cells);
        }

        #[test]
        fn a_part_has_the_ranks_of_its_cells(
            (shape, cells) in grid(),
            turn in 0usize..4,
            kept in prop::collection::vec((0usize..3, 0usize..4, 1usize..3), 4),
        ) {
            let of: Vec<_> = shape.iter().zip(&kept).map(|(&p, &(kind, from, step))| match kind {
                0 => Coordinates::Run(0, p),
                1 => Coordinates::Listed((from % p..p).step_by(step).collect()),
                _ => Coordinates::Listed((0..p).rev().collect()),
            }).collect();
            let mut axes: Vec<_> = (0..shape.len()).map(Some).collect();
            axes.rotate_left(turn % shape.len().max(1));
            axes.insert(turn % (shape.len() + 1), None);
            let part = cells.selected(&shape, &axes, &of);
            let new: Vec<_> = axes.iter().map(|axis| axis.map_or(1, |axis| of[axis].len())).collect();
            let all: Vec<_> = cells.iter().collect();
            let expected: Vec<_> = (0..new.iter().product::<usize>()).map(|cell| {
                let mut at = vec![0; shape.len()];
                let mut rest = cell;
                for (axis, p) in axes.iter().zip(&new).rev() {
                    if let Some(axis) = *axis { at[axis] = of[axis].get(rest % p); }
                    rest /= p;
                }
                all[at.iter().zip(&shape).fold(0, |cell, (c, p)| cell * p + c)]
            }).collect();
            prop_assert_eq!(part, Cells::listed(expected, &new));
        }
    }
}
