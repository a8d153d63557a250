//! Cells on the sheet: how large they are, their lines, numbers along the sides and words inside.

use super::super::axes::{Placed, TICK};
use super::super::canvas::{Align, Area, Canvas};
use super::super::text::width;
use super::colours::Fill;

/// Cells are parted by a white line where they are at least so wide and high.
const PARTED: f32 = 7.0;
/// Words in cells are between so large and so small, in pixels.
const WORDS: (f32, f32) = (15.0, 8.5);
/// The largest cell.
const LARGEST: f64 = 56.0;

/// Pixels of an image of so many cells in this room: square cells where the array is not far from square,
/// else as wide and as high as there is room.
pub(super) fn image_size((rows, columns): (usize, usize), (width, height): (f32, f32)) -> (usize, usize) {
    let (across, down) = (f64::from(width) / columns as f64, f64::from(height) / rows as f64);
    let side = across.min(down).min(LARGEST);
    let side = if side >= 2.0 { side.floor() } else { side };
    let square = (side * columns as f64, side * rows as f64);
    let slim = square.0.min(square.1) < 24.0;
    let free = |side: f64, n: usize| {
        let side = side.min(LARGEST);
        (if side >= 2.0 { side.floor() } else { side }) * n as f64
    };
    let (width, height) = if slim { (free(across, columns), free(down, rows)) } else { square };
    ((width.round() as usize).max(1), (height.round() as usize).max(1))
}

/// White lines between cells, where cells are large enough.
pub(super) fn part_cells(canvas: &mut Canvas, area: Area, (rows, columns): (usize, usize)) {
    let (across, down) = (area.width as f32 / columns as f32, area.height as f32 / rows as f32);
    if across.min(down) < PARTED {
        return;
    }
    let white = [255; 3];
    for j in 1..columns {
        canvas.fill((area.x as f32 + j as f32 * across).round(), area.y as f32, 1.0, area.height as f32, white);
    }
    for i in 1..rows {
        canvas.fill(area.x as f32, (area.y as f32 + i as f32 * down).round(), area.width as f32, 1.0, white);
    }
}

/// The middle of cell i of n on so many pixels, from the first on.
pub(super) fn middle(i: usize, n: usize, pixels: usize) -> f32 {
    ((i as f64 + 0.5) * pixels as f64 / n as f64) as f32
}

/// Labels at the middles of cells, every 1, 2, 5, 10, … of them such that labels stand apart: by their
/// widths, or, where they stand above one another, by their height.
pub(super) fn numbers(n: usize, pixels: usize, upright: bool, label: impl Fn(usize) -> String) -> Placed {
    let apart = |words: &str| if upright { 1.3 * TICK } else { width(words, TICK) + 10.0 };
    let steps = (0..19).flat_map(|power| [1, 2, 5].map(|digit| digit * 10usize.pow(power)));
    for step in steps {
        let room = step as f64 * pixels as f64 / n as f64;
        if step < n && f64::from(apart(&label(n - 1))) > room {
            continue;
        }
        let placed: Placed = (0..n).step_by(step).map(|i| (middle(i, n, pixels), label(i))).collect();
        let fits = |words: &String| f64::from(apart(words)) <= room;
        if step >= n || placed.iter().all(|(_, words)| fits(words)) {
            return placed;
        }
    }
    vec![]
}

/// Whether words could fit in cells of this size at all: what is known without the words.
pub(super) fn may_have_words(area: (usize, usize), (rows, columns): (usize, usize)) -> bool {
    area.1 as f32 / rows as f32 >= WORDS.1 + 2.0 && area.0 as f32 / columns as f32 >= WORDS.1
}

/// Writes words into all cells, as large as the longest allows; into none, where it would have to be too
/// small. `fill(i, j)` is what they are written on.
pub(super) fn write_words<'a>(
    canvas: &mut Canvas,
    area: Area,
    (rows, columns): (usize, usize),
    words: impl Fn(usize, usize) -> &'a str,
    fill: impl Fn(usize, usize) -> &'a Fill,
) {
    let (across, down) = (area.width as f32 / columns as f32, area.height as f32 / rows as f32);
    let cells = || (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
    let widest = cells().map(|(i, j)| width(words(i, j), WORDS.0)).fold(1.0, f32::max);
    let size = (WORDS.0 * (across - 4.0) / widest).min(0.8 * down).min(WORDS.0);
    if size < WORDS.1 {
        return;
    }
    for (i, j) in cells() {
        let (fill, words) = (fill(i, j), words(i, j));
        let at = (area.x as f32 + middle(j, columns, area.width), area.y as f32 + middle(i, rows, area.height));
        if matches!(fill, Fill::Stripes { .. } | Fill::Nobody) && !words.is_empty() {
            // Stripes behind words make them hard to read.
            let (wide, high) = (width(words, size) + 4.0, 1.1 * size);
            canvas.fill(at.0 - wide / 2.0, at.1 - high / 2.0, wide, high, [255; 3]);
            canvas.text(words, (at.0, at.1 + 0.36 * size), size, Align::Centre);
        } else {
            canvas.text_in(words, (at.0, at.1 + 0.36 * size), size, Align::Centre, fill.ink());
        }
    }
}
