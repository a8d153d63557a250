//! What each rank holds, one small picture a rank.

use super::super::axes::{self, LABEL, MARGIN, TITLE};
use super::super::canvas::{Align, Area, Canvas, INK, MOST};
use super::super::text::width;
use super::colours::Fill;
use super::legend::rank_words;
use super::shown::{Shown, ShownPart};
use super::{Plane, What, grid, on_rank_0};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, ProcessGrid};
use std::path::Path;

/// Pictures of the local arrays, one for each rank (of a chunked layout, for each chunk), titled with the
/// rank and its place in the process grid, its rows and columns labelled by their *global* indices.
///
/// All panels have the same scale. Colours are those of [`Ownership`](super::Ownership).
///
/// # Example
/// ```
/// use lops::plot::LocalParts;
/// use lops::{DistArray, launch_threads, layout::{Cut, Grid}};
///
/// launch_threads(4, |comm| {
///     let cuts = [Cut::BlockCyclic(2), Cut::BlockCyclic(2)];
///     let layout = Grid::cut(&cuts).over(&[2, 2]).layout(comm, &[5, 9])?;
///     let x = DistArray::from_fn(&layout, |i| (9 * i[0] + i[1]) as i32);
///     LocalParts::of(&layout).values(&x).save(std::env::temp_dir().join("lops-doc-local-parts.png"))
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct LocalParts<'a> {
    what: What<'a>,
    columns: Option<usize>,
}

/// The most panels in one picture.
const MOST_PANELS: usize = 256;

impl<'a> LocalParts<'a> {
    /// Of an array of this layout, each panel at most 300 × 240 pixels. Local.
    pub fn of(layout: &Layout) -> Self {
        Self { what: What::new(layout, (300, 240)), columns: None }
    }

    /// Writes the array's values into the cells, where the longest fits.
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

    /// Words above the panels.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.what.title = title.into();
        self
    }

    /// How many panels stand side by side; else as many as on axis 1 of a process grid of two axes, or
    /// about as many as below one another.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = Some(columns);
        self
    }

    /// The most pixels a panel may take (16384 a side at most).
    pub fn panel_size(mut self, width: usize, height: usize) -> Self {
        self.what.size = (width.min(MOST as usize), height.min(MOST as usize));
        self
    }

    /// Writes the picture as PNG, whole or not at all, on rank 0. All ranks of the layout call it.
    ///
    /// # Communication
    /// Two all-reduces of a number or two, so that an error is everybody's; with values, one all-to-all.
    ///
    /// # Errors
    /// As [`Ownership::save`](super::Ownership::save); also [`ErrorKind::Shape`] for no column of panels
    /// or more than 256 panels.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let _operation = self.what.begin()?;
        let shown = Shown::new(&self.what.layout, &self.what.slice)?;
        let plane = self.what.plane(shown, |_, _| true)?;
        if self.columns == Some(0) || plane.parts.is_empty() || plane.parts.len() > MOST_PANELS {
            let expected = format!("1 to {MOST_PANELS} in columns");
            let found = format!("{} in {} columns", plane.parts.len(), self.side_by_side(plane.parts.len()));
            return Err(Error::expected(ErrorKind::Shape, "panels of local parts", expected, found));
        }
        on_rank_0(self.what.layout.comm(), || self.draw(&plane)?.save(path.as_ref()))
    }

    fn side_by_side(&self, panels: usize) -> usize {
        let of_grid = self.what.layout.process_grid().map(ProcessGrid::shape).and_then(|grid| match grid {
            &[_, columns] if columns > 1 => Some(columns),
            _ => None,
        });
        let about_square = (panels as f64).sqrt().ceil() as usize;
        self.columns.or(of_grid.filter(|&columns| columns <= 6)).unwrap_or(about_square)
    }

    pub(super) fn draw(&self, plane: &Plane) -> Result<Canvas> {
        let columns = self.side_by_side(plane.parts.len());
        let (rows, columns) = (plane.parts.len().div_ceil(columns), columns.min(plane.parts.len()));
        let title = self.what.title(&plane.shown);
        let top = if title.is_empty() { 0.0 } else { axes::top(&title) };
        // Global numbers take the same room in all panels.
        let digits = |n: usize| vec![(0.0, (n - 1).to_string())];
        let left = if plane.shown.down.is_some() { axes::side(&digits(plane.shown.dim().0), "") } else { MARGIN };
        let (above, below) = (axes::top("rank"), axes::bottom(""));
        let (most_wide, most_high) = (self.what.size.0 as f32, self.what.size.1 as f32);
        let room = (most_wide - left - MARGIN, most_high - above - below);
        if room.0 < 24.0 || room.1 < 16.0 {
            let found = format!("{} × {}", self.what.size.0, self.what.size.1);
            return Err(Error::expected(ErrorKind::Parameter, "pixels of a panel", "room for cells and labels", found));
        }
        let most = |length: &dyn Fn(&ShownPart) -> usize| plane.parts.iter().map(length).max().unwrap_or(0).max(1);
        let largest = (most(&|part| part.rows.len()), most(&|part| part.columns.len()));
        let image = grid::image_size(largest, room);
        let pixels = |part: &ShownPart| share_of(image, (part.rows.len(), part.columns.len()), largest);
        let wide = |column: usize| {
            let of_column = plane.parts.iter().skip(column).step_by(columns);
            let widest = of_column.map(|part| {
                let name = width(&self.name(part, plane), LABEL);
                name.max(pixels(part).0 as f32)
            });
            (left + widest.fold(0.0, f32::max) + 1.5 * MARGIN).ceil() as usize
        };
        let high = |row: usize| {
            let of_row = plane.parts.iter().skip(row * columns).take(columns);
            let highest = of_row.map(|part| if part.len() == 0 { 0.0 } else { pixels(part).1 as f32 + below });
            (above + highest.fold(0.0, f32::max)).ceil() as usize
        };
        let edges = |count: usize, first: usize, size: &dyn Fn(usize) -> usize| {
            let mut edges = vec![first];
            (0..count).for_each(|k| edges.push(edges[k] + size(k)));
            edges
        };
        let (xs, ys) = (edges(columns, 0, &wide), edges(rows, top as usize, &high));
        let sheet = (xs[columns].max((width(&title, TITLE) + 2.0 * MARGIN) as usize), ys[rows]);
        let mut canvas = Canvas::new(sheet.0, sheet.1)?;
        for (k, part) in plane.parts.iter().enumerate() {
            let corner = (xs[k % columns] + left as usize, ys[k / columns] + above as usize);
            let words = plane.words.as_ref().map(|words| &words[k][..]);
            self.draw_panel(&mut canvas, corner, plane, part, words, pixels(part));
        }
        let above_all = Area { x: 0, y: axes::top(&title) as usize, width: sheet.0, height: 0 };
        axes::draw_title(&mut canvas, above_all, &title, sheet.0 as f32 - 2.0 * MARGIN);
        Ok(canvas)
    }

    fn draw_panel(
        &self,
        canvas: &mut Canvas,
        (x, y): (usize, usize),
        plane: &Plane,
        part: &ShownPart,
        words: Option<&[String]>,
        (width, height): (usize, usize),
    ) {
        let name = self.name(part, plane);
        canvas.text(&name, (x as f32, y as f32 - 7.0), LABEL, Align::Left);
        let cells = (part.rows.len(), part.columns.len());
        if part.len() == 0 {
            return;
        }
        let area = Area { x, y, width, height };
        let fill = Fill::Rank(part.rank);
        for i in 0..height {
            for j in 0..width {
                canvas.pixel(x + j, y + i, fill.colour((x + j, y + i)));
            }
        }
        grid::part_cells(canvas, area, cells);
        canvas.frame(area, INK);
        if let Some(words) = words.filter(|_| grid::may_have_words((width, height), cells)) {
            grid::write_words(canvas, area, cells, |i, j| &words[i * cells.1 + j], |_, _| &fill);
        }
        if plane.shown.down.is_some() {
            axes::draw_left(canvas, area, &grid::numbers(cells.0, height, true, |i| part.rows.get(i).to_string()), "");
        }
        if plane.shown.across.is_some() {
            let across = grid::numbers(cells.1, width, false, |j| part.columns.get(j).to_string());
            axes::draw_below(canvas, area, &across, "");
        }
    }

    /// `rank 3 (1, 2)`, its chunk where it has several, and that it holds nothing where it does not.
    fn name(&self, part: &ShownPart, plane: &Plane) -> String {
        let mut name = rank_words(&self.what.layout, part.rank);
        if plane.parts.iter().filter(|other| other.rank == part.rank).count() > 1 {
            name = format!("{name}, chunk {}", part.number);
        }
        if part.len() == 0 {
            name += ": nothing";
        }
        name
    }
}

/// The pixels of so many cells, where the image is of the largest.
fn share_of(image: (usize, usize), cells: (usize, usize), largest: (usize, usize)) -> (usize, usize) {
    let share = |pixels: usize, n: usize, of: usize| (pixels as f64 * n as f64 / of as f64).round() as usize;
    (share(image.0, cells.1, largest.1).max(1), share(image.1, cells.0, largest.0).max(1))
}
