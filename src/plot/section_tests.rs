//! Pictures decoded again: sizes, colours where they are known, and all kinds of bad input.

use super::super::canvas::INK;
use super::*;
use crate::error::ErrorKind;
use crate::io::tests::folder;
use ndarray::{Array2, array};
use tiny_skia::Pixmap;

fn png(section: &Section<'_>) -> Pixmap {
    let folder = folder();
    let path = folder.path().join("section.png");
    section.save(&path).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    Pixmap::load_png(&path).unwrap()
}

fn rgb(png: &Pixmap, x: u32, y: u32) -> [u8; 3] {
    let pixel = png.pixel(x, y).unwrap();
    [pixel.red(), pixel.green(), pixel.blue()]
}

/// The image inside the frame: the first and last pixel of the frame's top and left lines.
fn image(png: &Pixmap) -> Area {
    // The frame's left line is the first column that is mostly ink.
    let dark = |x: u32, y: u32| rgb(png, x, y) == INK;
    let column = |x: u32| (0..png.height()).filter(|&y| dark(x, y)).collect::<Vec<_>>();
    let long = |lines: &[u32]| lines.len() as u32 > png.height() / 2;
    let left = (0..png.width()).find(|&x| long(&column(x))).unwrap();
    let right = (left + 1..png.width()).find(|&x| long(&column(x))).unwrap();
    let ends = column(left);
    let (top, bottom) = (ends[0] as usize, ends[ends.len() - 1] as usize);
    Area { x: left as usize + 1, y: top + 1, width: (right - left) as usize - 1, height: bottom - top - 1 }
}

/// The colour in the middle of cell (i, j) of an array of this shape.
fn cell(png: &Pixmap, (rows, columns): (usize, usize), (i, j): (usize, usize)) -> [u8; 3] {
    let area = image(png);
    let x = area.x + (2 * j + 1) * area.width / (2 * columns);
    let y = area.y + (2 * i + 1) * area.height / (2 * rows);
    rgb(png, x as u32, y as u32)
}

#[test]
fn each_sample_has_its_colour_and_rows_run_down() {
    let a = array![[0.0, 0.25, 0.5], [0.75, 1.0, f64::NAN], [f64::INFINITY, -5.0, 5.0]];
    for palette in [Palette::Perceptual, Palette::Seismic, Palette::Gray] {
        let section = Section::new(a.view()).palette(palette).limits(0.0, 1.0).size(400, 300);
        let png = png(&section);
        assert_eq!((png.width(), png.height()), (400, 300));
        for ((i, j), value) in a.indexed_iter() {
            let expected = if value.is_finite() { palette.colour(*value) } else { palette.missing() };
            assert_eq!(cell(&png, (3, 3), (i, j)), expected, "{palette:?} {i} {j}");
        }
    }
}

#[test]
fn many_samples_on_few_pixels_are_averaged() {
    let stripes = Array2::from_shape_fn((700, 900), |(i, j)| ((i + j) % 2) as f64);
    let png = png(&Section::new(stripes.view()).palette(Palette::Gray).limits(0.0, 1.0).size(300, 200));
    let middle = f64::from(cell(&png, (1, 1), (0, 0))[0]);
    let area = image(&png);
    for y in area.y..area.y + area.height {
        for x in area.x..area.x + area.width {
            assert!((f64::from(rgb(&png, x as u32, y as u32)[0]) - middle).abs() < 40.0);
        }
    }
}

#[test]
fn flat_missing_and_single_values_are_drawn() {
    for value in [0.0, -3.5, 1e300, f64::MAX, f64::NAN, f64::NEG_INFINITY] {
        for shape in [(1, 1), (1, 7), (7, 1), (4, 4)] {
            for palette in [Palette::Perceptual, Palette::Seismic] {
                let a = Array2::from_elem(shape, value);
                let picture = png(&Section::new(a.view()).palette(palette).drawing(Drawing::Bilinear).size(240, 180));
                let is_missing = cell(&picture, (1, 1), (0, 0)) == palette.missing();
                assert_eq!(is_missing, !value.is_finite(), "{value} {shape:?}");
            }
        }
    }
}

#[test]
fn no_value_is_a_shape_error() {
    for shape in [(0, 0), (0, 3), (3, 0)] {
        let a = Array2::<f64>::zeros(shape);
        let error = Section::new(a.view()).save("never.png").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.message().ends_with(&format!("found {} × {}", shape.0, shape.1)));
    }
}

#[test]
fn nonsense_is_a_parameter_error() {
    let a = Array2::<f64>::zeros((3, 3));
    let section = || Section::new(a.view());
    for wrong in [
        section().limits(1.0, 0.0),
        section().limits(f64::NAN, 0.0),
        section().percentiles(50.0, 101.0),
        section().across("x", 1.0, 1.0),
        section().down("z", 0.0, f64::INFINITY),
        section().size(0, 100),
        section().size(90, 60),
        section().size(1_000_000, 1_000_000),
    ] {
        assert_eq!(wrong.save("never.png").unwrap_err().kind(), ErrorKind::Parameter, "{wrong:?}");
    }
    assert!(!Path::new("never.png").exists());
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = folder();
    let path = folder.path().join("no such folder").join("section.png");
    let error = Section::new(array![[1.0]].view()).save(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().starts_with(&path.display().to_string()), "{error}");
}
