//! What the colours mean: the ranks, with their place in the process grid.

use super::super::axes::{MARGIN, TICK};
use super::super::canvas::{Align, Area, Canvas, INK};
use super::super::text::width;
use super::colours::Fill;
use super::cover::Cover;
use crate::layout::Layout;

const SWATCH: usize = 14;
const LINE: usize = 21;
/// More columns than this would be more legend than picture.
const MOST_COLUMNS: usize = 3;

/// The entries that a picture needs, laid out in columns.
pub(super) struct Legend {
    entries: Vec<(Option<Fill>, String)>,
    lines: usize,
    column: f32,
}

impl Legend {
    /// Of what is in the picture, in at most this height. Ranks that hold nothing of the picture are listed as such;
    /// of more ranks than there is room for, the last.
    pub(super) fn new(layout: &Layout, cover: &Cover, height: usize) -> Self {
        let ranks = layout.comm().size();
        let (mut holds, mut others) = (vec![false; ranks], Vec::<(Fill, &str)>::new());
        let mut many: Option<(Fill, usize, usize)> = None;
        for fill in cover.fills() {
            let mut note = |words| {
                if !others.iter().any(|(_, other)| *other == words) {
                    others.push((fill.clone(), words));
                }
            };
            match fill {
                Fill::Nobody => note("in no chunk"),
                Fill::Rank(rank) => holds[*rank] = true,
                Fill::Stripes { ranks, .. } => {
                    for &rank in ranks {
                        holds[rank] = true;
                    }
                    let one = ranks.iter().all(|rank| *rank == ranks[0]);
                    note(if one { "in several chunks of a rank" } else { "on several ranks" });
                }
                Fill::All => {
                    holds.fill(true);
                    note("on every rank");
                }
                Fill::Many(chunks) => {
                    let (low, high) = many.as_ref().map_or((*chunks, *chunks), |(_, low, high)| (*low, *high));
                    many = Some((fill.clone(), low.min(*chunks), high.max(*chunks)));
                }
            }
        }
        let only_on_all = others.iter().any(|(_, words)| *words == "on every rank") && others.len() == 1;
        let mut entries = vec![];
        if !only_on_all {
            for (rank, holds) in holds.iter().enumerate() {
                let words = rank_words(layout, rank) + if *holds || many.is_some() { "" } else { ": nothing" };
                entries.push((Some(Fill::Rank(rank)), words));
            }
        }
        let mut extra: Vec<_> = others.into_iter().map(|(fill, words)| (Some(fill), words.to_owned())).collect();
        if let Some((fill, low, high)) = many {
            let words = if low == high { format!("in {low} chunks") } else { format!("in {low} to {high} chunks") };
            extra.push((Some(fill), words));
        }
        if cover.mixes() {
            extra.push((None, "finer than pixels: mixed".to_owned()));
        }
        let lines = (height / LINE).max(3);
        let room = (MOST_COLUMNS * lines).saturating_sub(extra.len()).max(2);
        if entries.len() > room {
            let last = entries.pop();
            entries.truncate(room - 2);
            entries.push((None, "…".to_owned()));
            entries.extend(last);
        }
        entries.append(&mut extra);
        let lines = entries.len().div_ceil(entries.len().div_ceil(lines));
        let widest = entries.iter().map(|(_, words)| width(words, TICK)).fold(0.0, f32::max);
        Self { entries, lines, column: SWATCH as f32 + 7.0 + widest.ceil() }
    }

    pub(super) fn size(&self) -> (usize, usize) {
        let columns = self.entries.len().div_ceil(self.lines.max(1));
        ((columns as f32 * (self.column + MARGIN)) as usize, self.lines * LINE)
    }

    /// Draws the entries down from this point.
    pub(super) fn draw(&self, canvas: &mut Canvas, (x, y): (usize, usize)) {
        for (k, (fill, words)) in self.entries.iter().enumerate() {
            let left = x + (k / self.lines * (self.column + MARGIN) as usize);
            let top = y + k % self.lines * LINE;
            if let Some(fill) = fill {
                let area = Area { x: left, y: top, width: SWATCH, height: SWATCH };
                for i in 0..SWATCH {
                    for j in 0..SWATCH {
                        canvas.pixel(left + j, top + i, fill.colour((left + j, top + i)));
                    }
                }
                canvas.frame(area, INK);
            }
            let base = (top + SWATCH) as f32 - 2.0;
            canvas.text(words, ((left + SWATCH + 7) as f32, base), TICK, Align::Left);
        }
    }
}

/// `rank 3 (1, 2)`: with its coordinates, where it has some on several axes.
pub(super) fn rank_words(layout: &Layout, rank: usize) -> String {
    let grid = layout.process_grid();
    let several = grid.is_some_and(|grid| grid.shape().iter().filter(|&&p| p > 1).count() > 1);
    match grid.and_then(|grid| grid.coordinates_of(rank)).filter(|_| several) {
        Some(at) => {
            let at: Vec<_> = at.iter().map(usize::to_string).collect();
            format!("rank {rank} ({})", at.join(", "))
        }
        None => format!("rank {rank}"),
    }
}
