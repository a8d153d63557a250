//! Who holds each cell of a plane, by arithmetic on the indices of its two axes.

use super::super::palette::Rgb;
use super::colours::{Fill, Mix};
use super::shown::ShownPart;
use crate::layout::IndexSet;
use std::collections::HashMap;

/// Of so many indices that a pixel covers it looks at all; of more, at as many runs of as many, a run in each
/// of equal strata: runs see how an axis is dealt out, strata how its blocks lie.
const RUNS: usize = 32;
const MOST_LOOKS: usize = RUNS * RUNS;

/// Who holds what of a plane: indices of an axis that lie in the same chunks are of one class, and the
/// fill of a cell follows from the classes of its row and its column.
pub(super) struct Cover {
    rows: Line,
    columns: Line,
    fills: Vec<Vec<Fill>>,
}

/// One axis on its pixels.
struct Line {
    /// For each pixel the classes of the indices it covers, with weights that add up to 1.
    pixels: Vec<Vec<(usize, f64)>>,
    /// The distinct index sets of the parts on this axis.
    sets: Vec<IndexSet>,
    set_of_part: Vec<usize>,
    /// Of each class, the sets that its indices lie in.
    classes: Vec<Vec<usize>>,
    known: HashMap<Vec<usize>, usize>,
}

impl Cover {
    /// A plane of this size on so many pixels.
    pub(super) fn new(
        parts: &[ShownPart],
        ranks: usize,
        (rows, columns): (usize, usize),
        pixels: (usize, usize),
    ) -> Self {
        let rows = Line::new(parts.iter().map(|part| &part.rows), rows, pixels.0);
        let columns = Line::new(parts.iter().map(|part| &part.columns), columns, pixels.1);
        let fill = |row: &Vec<usize>, column: &Vec<usize>| {
            let holds = |&k: &usize| row.contains(&rows.set_of_part[k]) && column.contains(&columns.set_of_part[k]);
            let holders: Vec<_> = (0..parts.len()).filter(holds).map(|k| parts[k].rank).collect();
            Fill::of(&holders, ranks)
        };
        let row_of_fills = |row| columns.classes.iter().map(|column| fill(row, column)).collect();
        let fills = rows.classes.iter().map(row_of_fills).collect();
        Self { rows, columns, fills }
    }

    /// The colour of a pixel, at this place on the sheet: the mean over the cells it covers.
    pub(super) fn colour(&self, i: usize, j: usize, sheet: (usize, usize)) -> Rgb {
        let (rows, columns) = (&self.rows.pixels[i], &self.columns.pixels[j]);
        if let ([(row, _)], [(column, _)]) = (&rows[..], &columns[..]) {
            return self.fills[*row][*column].colour(sheet);
        }
        let mut mix = Mix::default();
        for &(row, down) in rows {
            for &(column, across) in columns {
                mix.add(self.fills[row][column].colour(sheet), down * across);
            }
        }
        mix.colour()
    }

    /// The fill of a pixel that covers one cell.
    pub(super) fn fill(&self, i: usize, j: usize) -> &Fill {
        &self.fills[self.rows.pixels[i][0].0][self.columns.pixels[j][0].0]
    }

    /// Whether many pixels cover cells of several ranks, not just those where blocks meet.
    pub(super) fn mixes(&self) -> bool {
        [&self.rows, &self.columns].iter().any(|line| {
            let mixed = line.pixels.iter().filter(|classes| classes.len() > 1).count();
            4 * mixed > line.pixels.len()
        })
    }

    /// All fills that occur.
    pub(super) fn fills(&self) -> impl Iterator<Item = &Fill> {
        self.fills.iter().flatten()
    }
}

impl Line {
    fn new<'a>(sets: impl Iterator<Item = &'a IndexSet>, n: usize, pixels: usize) -> Self {
        let mut ids = HashMap::new();
        let mut distinct: Vec<IndexSet> = vec![];
        let set_of_part = sets.map(|set| {
            *ids.entry(set.clone()).or_insert_with(|| {
                distinct.push(set.clone());
                distinct.len() - 1
            })
        });
        let set_of_part = set_of_part.collect();
        let mut line = Self { pixels: vec![], sets: distinct, set_of_part, classes: vec![], known: HashMap::new() };
        line.pixels = (0..pixels).map(|pixel| line.looks(n, pixels, pixel)).collect();
        line
    }

    /// The classes of the indices that a pixel covers; of the one in its middle, where it covers less.
    fn looks(&mut self, n: usize, pixels: usize, pixel: usize) -> Vec<(usize, f64)> {
        let scale = n as f64 / pixels as f64;
        if n <= pixels {
            let middle = ((pixel as f64 + 0.5) * scale) as usize;
            return vec![(self.class(middle.min(n - 1)), 1.0)];
        }
        let (from, to) = (pixel as f64 * scale, (pixel + 1) as f64 * scale);
        let (first, last) = ((from as usize).min(n - 1), (to.ceil() as usize).min(n));
        let mut weights: Vec<(usize, f64)> = vec![];
        let mut add = |class: usize, weight: f64| match weights.iter_mut().find(|(known, _)| *known == class) {
            Some((_, sum)) => *sum += weight,
            None => weights.push((class, weight)),
        };
        if last - first <= MOST_LOOKS {
            for index in first..last {
                let covered = (to.min((index + 1) as f64) - from.max(index as f64)).max(0.0) / scale;
                add(self.class(index), covered);
            }
        } else {
            let stratum = (to - from) / RUNS as f64;
            for run in 0..RUNS {
                // At a scrambled place of the stratum: even steps would beat with the cut.
                let inside = (scramble(pixel * RUNS + run) >> 11) as f64 / (1u64 << 53) as f64;
                let start = from + run as f64 * stratum + inside * (stratum - RUNS as f64);
                for index in start as usize..start as usize + RUNS {
                    add(self.class(index.min(n - 1)), 1.0 / MOST_LOOKS as f64);
                }
            }
        }
        weights
    }

    fn class(&mut self, index: usize) -> usize {
        let within: Vec<_> = (0..self.sets.len()).filter(|&k| self.sets[k].contains(index)).collect();
        if let Some(&class) = self.known.get(&within) {
            return class;
        }
        self.classes.push(within.clone());
        self.known.insert(within, self.classes.len() - 1);
        self.classes.len() - 1
    }
}

/// SplitMix64 of Steele, Lea and Flood (2014).
fn scramble(n: usize) -> u64 {
    let mut z = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
