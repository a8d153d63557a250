//! Who owns what of an array, as a picture.

mod colours;
mod cover;
mod grid;
mod legend;
mod locals;
mod shown;
#[cfg(test)]
mod tests;
mod values;

use super::axes::{self, MARGIN};
use super::canvas::{Area, Canvas, INK, MOST};
use super::text::width;
use crate::comm::{Comm, Operation};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use cover::Cover;
use legend::Legend;
pub use locals::LocalParts;
use shown::{Shown, ShownPart};
use std::path::Path;
use values::Values;

/// A picture of who holds what of an array: cells in the colours of their ranks.
///
/// One axis runs across, of two the first runs down; of arrays of more axes a [`slice`](Self::slice) is
/// shown, which the title says. A cell in several chunks has a stripe for each, darker ones for further
/// chunks of the same rank, and one neutral colour if there are more than four. Of more cells than pixels,
/// each pixel is the mean of the light of the cells it covers, so a finely dealt-out axis is seen as the
/// mixture it is: of all of them up to 1024 along each axis, else of 32 runs of 32 at random places.
///
/// The picture follows from the layout, which every rank holds, so nothing is asked for; rank 0 writes it.
///
/// # Example
/// ```
/// use lops::plot::Ownership;
/// use lops::{DistArray, launch_threads, layout::Grid};
///
/// launch_threads(4, |comm| {
///     let layout = Grid::parse("bc")?.over(&[2, 2]).layout(comm, &[5, 9])?;
///     let x = DistArray::from_fn(&layout, |i| (9 * i[0] + i[1]) as i32);
///     let path = std::env::temp_dir().join("lops-doc-ownership.png");
///     Ownership::of(&layout).title("Rows in blocks, columns dealt out").values(&x).save(path)
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Ownership<'a> {
    what: What<'a>,
}

/// What pictures of owners have in common.
#[derive(Clone, Debug)]
struct What<'a> {
    layout: Layout,
    values: Option<&'a dyn Values>,
    slice: Vec<Option<usize>>,
    title: String,
    labels: Option<[String; 2]>,
    size: (usize, usize),
}

/// A plane of the array and who holds what of it.
struct Plane {
    shown: Shown,
    parts: Vec<ShownPart>,
    /// The values of each part, where they are known and drawn.
    words: Option<Vec<Vec<String>>>,
}

impl<'a> Ownership<'a> {
    /// Of an array of this layout, at most 720 × 520 pixels, its axes counted. Local.
    pub fn of(layout: &Layout) -> Self {
        Self { what: What::new(layout, (720, 520)) }
    }

    /// Writes the array's values into the cells: into all of them, or, where the longest does not fit at
    /// a size that can be read, into none. Values of chunks that differ stand side by side.
    ///
    /// # Communication
    /// In [`save`](Self::save), where cells are large enough for words: one all-to-all in which every rank
    /// sends rank 0 what the picture shows of its block.
    pub fn values<T: crate::Element>(mut self, array: &'a crate::DistArray<T>) -> Self {
        self.what.values = Some(array);
        self
    }

    /// One entry for each axis: `None` for the one or two that are shown, else where the slice lies.
    pub fn slice(mut self, slice: &[Option<usize>]) -> Self {
        self.what.slice = slice.to_vec();
        self
    }

    /// Words above the picture.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.what.title = title.into();
        self
    }

    /// The names of the axis that runs down and of the one across; else they are numbered.
    pub fn labels(mut self, down: impl Into<String>, across: impl Into<String>) -> Self {
        self.what.labels = Some([down.into(), across.into()]);
        self
    }

    /// The most pixels the picture may take (16384 a side at most); it is as small as its cells allow.
    pub fn size(mut self, width: usize, height: usize) -> Self {
        self.what.size = (width.min(MOST as usize), height.min(MOST as usize));
        self
    }

    /// Writes the picture as PNG, whole or not at all, on rank 0. All ranks of the layout call it.
    ///
    /// # Communication
    /// Two all-reduces of a number or two, so that an error is everybody's; with values, one all-to-all.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Shape`] if the array has no element; [`ErrorKind::Axis`] unless one or
    /// two axes are shown; [`ErrorKind::Parameter`] if the slice lies outside the array or the picture is
    /// too small for its words; [`ErrorKind::Layout`] if the values are of another layout;
    /// [`ErrorKind::Io`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let _operation = self.what.begin()?;
        let shown = Shown::new(&self.what.layout, &self.what.slice)?;
        let plane = self.what.plane(shown, grid::may_have_words)?;
        on_rank_0(self.what.layout.comm(), || self.draw(&plane)?.save(path.as_ref()))
    }

    fn draw(&self, plane: &Plane) -> Result<Canvas> {
        let (layout, cells) = (&self.what.layout, plane.shown.dim());
        let ranks = layout.comm().size();
        let [down_label, across_label] = self.what.labels(&plane.shown);
        let title = self.what.title(&plane.shown);
        let (top, bottom) = (axes::top(&title).max(MARGIN + 4.0), axes::bottom(&across_label));
        let (most_wide, most_high) = (self.what.size.0 as f32, self.what.size.1 as f32 - top - bottom);
        // The legend needs the fills only: the cover on one pixel for each cell, or as many as there may be.
        let few = (cells.0.min(self.what.size.1), cells.1.min(self.what.size.0));
        let sketch = Cover::new(&plane.parts, ranks, cells, few);
        let legend = Legend::new(layout, &sketch, most_high.max(0.0) as usize);
        let down = |height| match plane.shown.down {
            Some(_) => grid::numbers(cells.0, height, true, |i| i.to_string()),
            None => vec![],
        };
        let left = axes::side(&down(most_high.max(1.0) as usize), &down_label);
        let right = 1.5 * MARGIN + legend.size().0 as f32;
        let room = (most_wide - left - right, most_high);
        if room.0 < 24.0 || room.1 < 16.0 {
            let found = format!("{} × {}", self.what.size.0, self.what.size.1);
            let what = "pixels of a picture of owners";
            return Err(Error::expected(ErrorKind::Parameter, what, "room for cells and legend", found));
        }
        let (image_width, image_height) = grid::image_size(cells, room);
        let area = Area { x: left as usize, y: top as usize, width: image_width, height: image_height };
        let high = (image_height as f32 + bottom).max(legend.size().1 as f32 + MARGIN) + top;
        let wide = (left + image_width as f32 + right).max(width(&title, axes::TITLE) + 2.0 * MARGIN).min(most_wide);
        let mut canvas = Canvas::new(wide.ceil() as usize, high.ceil() as usize)?;

        let cover = Cover::new(&plane.parts, ranks, cells, (image_height, image_width));
        for i in 0..image_height {
            for j in 0..image_width {
                let at = (area.x + j, area.y + i);
                canvas.pixel(at.0, at.1, cover.colour(i, j, at));
            }
        }
        grid::part_cells(&mut canvas, area, cells);
        canvas.frame(area, INK);
        if let Some(words) = &plane.words {
            let words = words_of_cells(cells, &plane.parts, words);
            let at = |i: usize, j: usize| {
                let row = grid::middle(i, cells.0, image_height) as usize;
                cover.fill(row, grid::middle(j, cells.1, image_width) as usize)
            };
            grid::write_words(&mut canvas, area, cells, |i, j| &words[i * cells.1 + j], at);
        }
        // Above the cells where it has room there, else above the whole picture.
        let room = 2.0 * (left + image_width as f32 / 2.0).min(right + image_width as f32 / 2.0) - 2.0 * MARGIN;
        let fits = width(&title, axes::TITLE) <= room;
        let under = if fits { area } else { Area { x: 0, width: wide as usize, ..area } };
        let room = if fits { room } else { wide - 2.0 * MARGIN };
        axes::draw_title(&mut canvas, under, &title, room);
        axes::draw_left(&mut canvas, area, &down(image_height), &down_label);
        if plane.shown.across.is_some() {
            let across = grid::numbers(cells.1, image_width, false, |j| j.to_string());
            axes::draw_below(&mut canvas, area, &across, &across_label);
        }
        legend.draw(&mut canvas, (area.x + image_width + (1.5 * MARGIN) as usize, area.y));
        Ok(canvas)
    }
}

impl What<'_> {
    /// Begins to write a picture. Where to is of rank 0's concern alone.
    fn begin(&self) -> Result<Operation> {
        let Self { layout, slice, .. } = self;
        layout.comm().compare("save", format_args!("{layout:#}, slice {slice:?}"))
    }

    fn new(layout: &Layout, size: (usize, usize)) -> Self {
        Self { layout: layout.clone(), values: None, slice: vec![], title: String::new(), labels: None, size }
    }

    /// The plane with the words in its cells, where there are values and cells may have words at the
    /// picture's full size.
    fn plane(&self, shown: Shown, may: impl Fn((usize, usize), (usize, usize)) -> bool) -> Result<Plane> {
        let parts = shown.parts(&self.layout);
        let mut words = None;
        if let Some(values) = self.values {
            self.layout.same_as(values.layout()?, "values to write into cells")?;
            words = may(self.size, shown.dim()).then(|| values.gather(&shown, &parts));
        }
        Ok(Plane { shown, parts, words })
    }

    fn title(&self, shown: &Shown) -> String {
        match (self.title.as_str(), shown.words()) {
            (title, None) => title.to_owned(),
            ("", Some(words)) => words,
            (title, Some(words)) => format!("{title} {words}"),
        }
    }

    fn labels(&self, shown: &Shown) -> [String; 2] {
        let number = |axis: Option<usize>| axis.map_or_else(String::new, |axis| format!("axis {axis}"));
        self.labels.clone().unwrap_or_else(|| [number(shown.down), number(shown.across)])
    }
}

/// Does it on rank 0, and makes everybody know how it went.
fn on_rank_0(comm: &Comm, work: impl FnOnce() -> Result<()>) -> Result<()> {
    comm.agree(if comm.rank() == 0 { work() } else { Ok(()) })
}

/// The words of each cell in C order: of chunks that say the same, once.
fn words_of_cells((rows, columns): (usize, usize), parts: &[ShownPart], words: &[Vec<String>]) -> Vec<String> {
    let mut cells: Vec<Vec<&str>> = vec![vec![]; rows * columns];
    for (part, words) in parts.iter().zip(words) {
        for (k, words) in words.iter().enumerate() {
            let (i, j) = (part.rows.get(k / part.columns.len()), part.columns.get(k % part.columns.len()));
            let cell = &mut cells[i * columns + j];
            if !cell.contains(&words.as_str()) {
                cell.push(words);
            }
        }
    }
    cells.iter().map(|words| words.join(" | ")).collect()
}
