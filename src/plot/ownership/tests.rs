//! Pictures decoded again: colours where the owner is known, words, stripes, legends.

use super::super::palette::Rgb;
use super::colours::{Fill, Mix, rank_colour};
use super::*;
use crate::array::DistArray;
use crate::comm::launch_threads;
use crate::io::tests::folder;
use crate::layout::{Cut, Grid, IndexSet};
use std::ops::Range;
use tiny_skia::Pixmap;

/// What `save` of rank 0 wrote.
fn png(comm: &Comm, save: impl FnOnce(&Path) -> Result<()>) -> Option<Pixmap> {
    let folder = (comm.rank() == 0).then(folder);
    let path = folder.as_ref().map_or("never.png".into(), |folder| folder.path().join("owners.png"));
    save(&path).unwrap();
    assert!(!Path::new("never.png").exists(), "only rank 0 writes");
    folder.map(|_folder| Pixmap::load_png(&path).unwrap())
}

fn rgb(png: &Pixmap, x: usize, y: usize) -> Rgb {
    let pixel = png.pixel(x as u32, y as u32).unwrap();
    [pixel.red(), pixel.green(), pixel.blue()]
}

/// The frames in a picture at least so many pixels high, from left to right: what is inside.
fn frames(png: &Pixmap, least: usize) -> Vec<Area> {
    let (width, height) = (png.width() as usize, png.height() as usize);
    let dark = |x: usize, y: usize| x < width && y < height && rgb(png, x, y) == INK;
    let mut found = vec![];
    for x in 0..width {
        let mut y = 0;
        while y < height {
            let run = (y..height).take_while(|&y| dark(x, y)).count();
            let right = (x + 1..width).find(|&right| !dark(right, y)).unwrap_or(width) - 1;
            // The left side of a frame: nothing dark to its left, and a top line to its right.
            if run >= least && right > x + least && !dark(x.wrapping_sub(1), y) {
                found.push(Area { x: x + 1, y: y + 1, width: right - x - 1, height: run - 2 });
            }
            y += run.max(1);
        }
    }
    found
}

/// The colour near a corner of cell (i, j), where words do not reach.
fn cell(png: &Pixmap, area: Area, (rows, columns): (usize, usize), (i, j): (usize, usize)) -> Rgb {
    let at = |k: usize, n: usize, pixels: usize| (k as f64 + 0.12) * pixels as f64 / n as f64;
    let (x, y) = (at(j, columns, area.width), at(i, rows, area.height));
    rgb(png, area.x + x as usize + 1, area.y + y as usize + 1)
}

#[test]
fn cells_have_the_colours_of_their_owners_and_words_only_if_asked() {
    launch_threads(4, |comm| {
        let lists = vec![vec![3, 0], vec![4, 2, 1]];
        for cuts in [
            [Cut::Block, Cut::Cyclic],
            [Cut::BlockCyclic(2), Cut::BlockCyclic(2)],
            [Cut::Listed(lists), Cut::CeilBlock],
        ] {
            let layout = Grid::cut(&cuts).over(&[2, 2]).layout(comm, &[5, 9])?;
            let x = DistArray::from_fn(&layout, |i| (9 * i[0] + i[1]) as f64 / 8.0);
            let bare = png(comm, |path| Ownership::of(&layout).save(path));
            let full = png(comm, |path| Ownership::of(&layout).values(&x).save(path));
            let (Some(bare), Some(full)) = (bare, full) else { continue };
            let area = frames(&bare, 60)[0];
            assert_eq!((area, frames(&full, 60)[0]), (area, area));
            for (i, j) in (0..5).flat_map(|i| (0..9).map(move |j| (i, j))) {
                let expected = rank_colour(layout.owner(&[i, j]).unwrap());
                assert_eq!(cell(&bare, area, (5, 9), (i, j)), expected, "{layout} {i} {j}");
                assert_eq!(cell(&full, area, (5, 9), (i, j)), expected, "{layout} {i} {j}");
                let inside = |png: &Pixmap| {
                    let (x, y) = (area.x + j * area.width / 9, area.y + i * area.height / 5);
                    let pixels = (4..50).flat_map(|dx| (4..50).map(move |dy| (x + dx, y + dy)));
                    pixels.filter(|&(x, y)| rgb(png, x, y) != expected).count()
                };
                assert_eq!(inside(&bare), 0);
                assert!(inside(&full) > 20, "words in cell {i}, {j}");
            }
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn words_that_do_not_fit_are_left_out_of_all_cells() {
    launch_threads(2, |comm| {
        let layout = Layout::scatter(comm, &[6, 30], 1)?;
        let x = DistArray::from_fn(&layout, |i| if i == [5, 29] { 123_456_789_i64 } else { 1 });
        let bare = png(comm, |path| Ownership::of(&layout).save(path));
        let full = png(comm, |path| Ownership::of(&layout).values(&x).save(path));
        assert!(bare.map(|png| png.data().to_vec()) == full.map(|png| png.data().to_vec()));
        Ok(())
    })
    .unwrap();
}

#[test]
fn the_legend_lists_the_ranks_in_order() {
    launch_threads(12, |comm| {
        let layout = Grid::parse("bb")?.over(&[3, 4]).layout(comm, &[31, 53])?;
        if let Some(png) = png(comm, |path| Ownership::of(&layout).title("12 ranks").save(path)) {
            let frames = frames(&png, 14);
            let (image, swatches) = (frames[0], &frames[1..]);
            let colours: Vec<_> = swatches.iter().map(|area| rgb(&png, area.x + 7, area.y + 7)).collect();
            assert_eq!(colours, (0..12).map(rank_colour).collect::<Vec<_>>());
            assert!(swatches.windows(2).all(|pair| pair[0].y < pair[1].y && pair[0].x == pair[1].x));
            assert!(swatches[0].x > image.x + image.width);
        }
        let nowhere = Layout::scatter(comm, &[3], 0)?;
        let plane = Ownership::of(&nowhere).what.plane(Shown::new(&nowhere, &[])?, |_, _| false)?;
        let legend = |height| Legend::new(&nowhere, &Cover::new(&plane.parts, 12, (1, 3), (1, 3)), height);
        assert!(legend(400).size().0 < legend(100).size().0, "in more columns where it is low");
        assert!(legend(100).size().1 <= 100);
        Ok(())
    })
    .unwrap();
}

#[test]
fn slices_show_who_owns_what_there() {
    launch_threads(4, |comm| {
        let layout = Grid::parse("bcc")?.over(&[1, 2, 2]).layout(comm, &[3, 5, 8])?;
        let x = DistArray::from_fn(&layout, |i| (100 * i[0] + 10 * i[1] + i[2]) as u16);
        for at in 0..5 {
            let slice = [None, Some(at), None];
            let before = comm.traffic();
            let picture = png(comm, |path| Ownership::of(&layout).slice(&slice).values(&x).save(path));
            let mine = (0..3).flat_map(|i| (0..8).map(move |j| [i, at, j]));
            let mine = mine.filter(|index| layout.owner(index) == Some(comm.rank())).count();
            let sent = (comm.traffic() - before)[crate::comm::Verb::AllToAll].bytes;
            assert_eq!(sent, if comm.rank() == 0 { 0 } else { 2 * mine as u64 });
            let Some(picture) = picture else { continue };
            let area = frames(&picture, 60)[0];
            for (i, j) in (0..3).flat_map(|i| (0..8).map(move |j| (i, j))) {
                let expected = rank_colour(layout.owner(&[i, at, j]).unwrap());
                assert_eq!(cell(&picture, area, (3, 8), (i, j)), expected);
            }
        }
        let shown = Shown::new(&layout, &[Some(2), None, Some(7)])?;
        assert_eq!((shown.dim(), shown.words().as_deref()), ((1, 5), Some("[2, :, 7]")));
        // Values arrive where they belong.
        let parts = shown.parts(&layout);
        let words = Values::gather(&x, &shown, &parts);
        if comm.rank() == 0 {
            assert_eq!(words_of_cells((1, 5), &parts, &words), ["207", "217", "227", "237", "247"]);
        }
        Ok(())
    })
    .unwrap();
}

fn part(rank: usize, number: usize, rows: Range<usize>, columns: IndexSet) -> ShownPart {
    ShownPart { rank, number, rows: IndexSet::range(rows), columns }
}

/// Chunks of 4 × 6 elements that overlap on two ranks and on one, and leave gaps.
fn overlapping() -> Vec<ShownPart> {
    vec![
        part(0, 0, 0..3, IndexSet::range(0..3)),
        part(0, 1, 2..3, IndexSet::range(0..1)),
        part(1, 0, 1..3, IndexSet::strided(0, 6, 2)),
    ]
}

#[test]
fn overlaps_are_stripes_and_gaps_are_hatched() {
    let parts = overlapping();
    let cover = Cover::new(&parts, 3, (4, 6), (4, 6));
    let both = Fill::of(&[0, 1], 3);
    for (at, expected) in [
        ((0, 0), &Fill::Rank(0)),
        ((1, 4), &Fill::Rank(1)),
        ((1, 0), &both),
        ((2, 2), &both),
        ((2, 0), &Fill::of(&[0, 0, 1], 3)),
        ((1, 3), &Fill::Nobody),
        ((3, 0), &Fill::Nobody),
    ] {
        assert_eq!(cover.fill(at.0, at.1), expected, "{at:?}");
    }
    assert!(!cover.mixes());

    let words = vec![vec!["7".to_owned(); 9], vec!["7".to_owned()], vec!["8".to_owned(); 6]];
    let cells = words_of_cells((4, 6), &parts, &words);
    assert_eq!((&*cells[0], &*cells[12], &*cells[10], &*cells[23]), ("7", "7 | 8", "8", ""));

    let folder = folder();
    let path = folder.path().join("stripes.png");
    launch_threads(3, |comm| {
        let layout = Layout::replicated(comm, &[4, 6])?;
        let plane = Plane { shown: Shown::new(&layout, &[])?, parts: overlapping(), words: None };
        on_rank_0(comm, || Ownership::of(&layout).draw(&plane)?.save(&path))
    })
    .unwrap();
    let png = Pixmap::load_png(&path).unwrap();
    let area = frames(&png, 60)[0];
    let colours_in = |i: usize, j: usize| {
        let (x, y) = (area.x + j * area.width / 6 + 3, area.y + i * area.height / 4 + 3);
        let mut all: Vec<_> =
            (0..45).flat_map(|dy| (0..45).map(move |dx| (x + dx, y + dy))).map(|(x, y)| rgb(&png, x, y)).collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    let mut expected = vec![rank_colour(0), rank_colour(1)];
    expected.sort_unstable();
    assert_eq!(colours_in(1, 0), expected);
    assert_eq!(colours_in(2, 0).len(), 3);
    assert_eq!(colours_in(0, 1), [rank_colour(0)]);
    assert_eq!(colours_in(3, 3).len(), 2);
    // Two ranks, a gap, stripes of two ranks and of one twice: the image and so many swatches.
    assert!(frames(&png, 14).len() > 4);
}

#[test]
fn what_is_finer_than_pixels_is_mixed() {
    let mean = |ranks: &[usize]| {
        let mut mix = Mix::default();
        for &rank in ranks {
            mix.add(rank_colour(rank), 1.0 / ranks.len() as f64);
        }
        mix.colour()
    };
    let near = |a: Rgb, b: Rgb, by: u8| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= by);
    for n in [100_000, 1_000_000_000] {
        // Four ranks dealt out over columns; more than a pixel's looks, all of them and a sample.
        let columns: Vec<_> = (0..4).map(|rank| IndexSet::strided(rank, n, 4)).collect();
        let parts: Vec<_> = columns.into_iter().enumerate().map(|(rank, set)| part(rank, 0, 0..1, set)).collect();
        let cover = Cover::new(&parts, 4, (1, n), (1, 50));
        assert!(cover.mixes());
        for pixel in 0..50 {
            let found = cover.colour(0, pixel, (0, 0));
            assert!(near(found, mean(&[0, 1, 2, 3]), 2), "{n} {pixel} {found:?}");
        }
    }
    let halves = [part(0, 0, 0..1, IndexSet::range(0..5001)), part(1, 0, 0..1, IndexSet::range(5001..10_000))];
    let cover = Cover::new(&halves, 2, (1, 10_000), (1, 100));
    assert!(!cover.mixes());
    assert_eq!(cover.colour(0, 49, (0, 0)), rank_colour(0));
    assert_eq!(cover.colour(0, 51, (0, 0)), rank_colour(1));
    let seam = cover.colour(0, 50, (0, 0));
    assert!(near(seam, rank_colour(1), 4) && seam != rank_colour(1), "one of a hundred is rank 0's");
}

#[test]
fn replicated_arrays_are_said_to_be_everywhere() {
    launch_threads(5, |comm| {
        let layout = Layout::replicated(comm, &[4, 4])?;
        if let Some(png) = png(comm, |path| Ownership::of(&layout).save(path)) {
            let frames = frames(&png, 14);
            assert_eq!(frames.len(), 2, "one word explains it");
            assert_eq!(cell(&png, frames[0], (4, 4), (2, 1)), Fill::All.colour((0, 0)));
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn local_parts_are_panels_in_the_order_of_ranks() {
    launch_threads(6, |comm| {
        let layout = Grid::parse("bc")?.over(&[2, 2]).layout(comm, &[5, 9])?;
        let x = DistArray::from_fn(&layout, |i| (9 * i[0] + i[1]) as i32);
        for columns in [1, 2, 4] {
            let save = |path: &Path| LocalParts::of(&layout).values(&x).columns(columns).save(path);
            let Some(png) = png(comm, save) else { continue };
            let mut frames = frames(&png, 40);
            frames.sort_by_key(|area| (area.y, area.x));
            assert_eq!(frames.len(), 4, "ranks 4 and 5 hold nothing");
            for (rank, &area) in frames.iter().enumerate() {
                let shape = layout.shape_of(rank);
                assert_eq!(cell(&png, area, (shape[0], shape[1]), (1, 1)), rank_colour(rank));
                assert_eq!(area.width * shape[0], area.height * shape[1], "square cells");
            }
            let side_by_side = frames.iter().filter(|area| area.y == frames[0].y).count();
            assert_eq!(side_by_side, columns);
        }
        Ok(())
    })
    .unwrap();
}

/// The size is the most that a picture may take, so it may be anything.
#[test]
fn no_picture_is_larger_than_it_can_be() {
    launch_threads(2, |comm| {
        let layout = Grid::cut(&[Cut::BlockCyclic(1 << 30)]).layout(comm, &[1 << 60])?;
        let picture = png(comm, |path| Ownership::of(&layout).size(usize::MAX, 160).save(path));
        assert!(picture.is_none_or(|picture| picture.width() <= 16_384 && picture.height() <= 160));
        Ok(())
    })
    .unwrap();
}
