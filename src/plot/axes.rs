//! Frames with ticks and labels, and the room they take.

use super::canvas::{Align, Area, Canvas, INK};
use super::text::width;
use super::ticks::Tick;

/// Text heights in pixels.
pub(super) const TICK: f32 = 14.0;
pub(super) const LABEL: f32 = 16.0;
pub(super) const TITLE: f32 = 18.0;

const TICK_LENGTH: f32 = 5.0;
/// Between a tick and its label, and around labels.
const GAP: f32 = 4.0;
/// Kept free at every side of a picture or a panel.
pub(super) const MARGIN: f32 = 12.0;
/// How far below the middle of a digit its baseline is, in text heights.
const HALF_DIGIT: f32 = 0.29;

/// Ticks along one side of a frame: pixels from its beginning, and words.
pub(super) type Placed = Vec<(f32, String)>;

pub(super) fn place(ticks: Vec<Tick>, pixel: impl Fn(f64) -> f32) -> Placed {
    ticks.into_iter().map(|tick| (pixel(tick.at), tick.label)).collect()
}

/// The most ticks whose labels still stand apart on a horizontal axis.
pub(super) fn fit(across: f32, ticks: impl Fn(usize) -> Placed) -> Placed {
    let most = (across / 45.0) as usize;
    let apart = |placed: &Placed| {
        let mut ends: Vec<(f32, f32)> = placed.iter().map(|(at, label)| (*at, width(label, TICK) / 2.0)).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        ends.windows(2).all(|pair| pair[0].0 + pair[0].1 + 14.0 < pair[1].0 - pair[1].1)
    };
    (2..most.clamp(3, 11)).rev().map(&ticks).find(apart).unwrap_or_else(|| ticks(2).into_iter().take(1).collect())
}

pub(super) fn top(title: &str) -> f32 {
    if title.is_empty() { MARGIN } else { MARGIN + TITLE + GAP }
}

pub(super) fn bottom(label: &str) -> f32 {
    let ticks = TICK_LENGTH + GAP + TICK;
    MARGIN + ticks + if label.is_empty() { 0.0 } else { GAP + LABEL }
}

/// Room beside a frame for vertical ticks, and a label that reads upwards.
pub(super) fn side(ticks: &Placed, label: &str) -> f32 {
    MARGIN + TICK_LENGTH + GAP + widest(ticks) + if label.is_empty() { 0.0 } else { 2.0 * GAP + LABEL }
}

fn widest(ticks: &Placed) -> f32 {
    ticks.iter().map(|(_, label)| width(label, TICK)).fold(0.0, f32::max)
}

/// The title above a frame, no wider than `room`.
pub(super) fn draw_title(canvas: &mut Canvas, area: Area, title: &str, room: f32) {
    let size = TITLE * (room / width(title, TITLE).max(1.0)).min(1.0);
    let middle = area.x as f32 + area.width as f32 / 2.0;
    canvas.text(title, (middle, area.y as f32 - 2.0 * GAP), size, Align::Centre);
}

pub(super) fn draw_below(canvas: &mut Canvas, area: Area, ticks: &Placed, label: &str) {
    let base = (area.y + area.height) as f32 + 1.0;
    for (at, words) in ticks {
        let x = area.x as f32 + at;
        canvas.fill(x.floor(), base, 1.0, TICK_LENGTH, INK);
        canvas.text(words, (x, base + TICK_LENGTH + GAP + 0.7 * TICK), TICK, Align::Centre);
    }
    let middle = area.x as f32 + area.width as f32 / 2.0;
    canvas.text(label, (middle, base + bottom(label) - MARGIN - 0.22 * LABEL), LABEL, Align::Centre);
}

pub(super) fn draw_left(canvas: &mut Canvas, area: Area, ticks: &Placed, label: &str) {
    let base = area.x as f32 - 1.0;
    for (at, words) in ticks {
        let y = area.y as f32 + at;
        canvas.fill(base - TICK_LENGTH, y.floor(), TICK_LENGTH, 1.0, INK);
        canvas.text(words, (base - TICK_LENGTH - GAP, y + HALF_DIGIT * TICK), TICK, Align::Right);
    }
    let baseline = base - TICK_LENGTH - 3.0 * GAP - widest(ticks);
    canvas.text_upwards(label, (baseline, area.y as f32 + area.height as f32 / 2.0), LABEL);
}

pub(super) fn draw_right(canvas: &mut Canvas, area: Area, ticks: &Placed, label: &str) {
    let base = (area.x + area.width) as f32 + 1.0;
    for (at, words) in ticks {
        let y = area.y as f32 + at;
        canvas.fill(base, y.floor(), TICK_LENGTH, 1.0, INK);
        canvas.text(words, (base + TICK_LENGTH + GAP, y + HALF_DIGIT * TICK), TICK, Align::Left);
    }
    let baseline = base + TICK_LENGTH + 3.0 * GAP + widest(ticks) + 0.75 * LABEL;
    canvas.text_upwards(label, (baseline, area.y as f32 + area.height as f32 / 2.0), LABEL);
}
