//! Pictures decoded again, scales, and points that cannot be drawn.

use super::*;
use crate::io::tests::folder;
use tiny_skia::Pixmap;

fn png(curves: &Curves<'_>) -> Pixmap {
    let folder = folder();
    let path = folder.path().join("curves.png");
    curves.save(&path).unwrap();
    Pixmap::load_png(&path).unwrap()
}

fn count(png: &Pixmap, [red, green, blue]: Rgb) -> usize {
    png.pixels().iter().filter(|p| [p.red(), p.green(), p.blue()] == [red, green, blue]).count()
}

#[test]
fn every_curve_is_there_in_its_colour() {
    let mut curves = Curves::new().title("t").x_label("x").y_label("y").size(640, 400);
    for i in 0..7 {
        curves = curves.points(format!("curve {i}"), &[(0.0, f64::from(i)), (10.0, f64::from(i))]);
    }
    let png = png(&curves);
    assert_eq!((png.width(), png.height()), (640, 400));
    for colour in COLOURS {
        assert!(count(&png, colour) > 300, "{colour:?}");
    }
}

#[test]
fn the_logarithmic_axis_is_one() {
    let scale = |logarithmic| Scale {
        x: (0.0, 1.0),
        y: (0.0, 2.0),
        logarithmic,
        area: Area { x: 10, y: 20, width: 100, height: 200 },
    };
    assert_eq!(scale(false).pixel((0.5, 1.0)), (60.0, 120.0));
    assert_eq!(scale(true).pixel((0.0, 1.0)), (10.0, 220.0));
    assert_eq!(scale(true).pixel((1.0, 100.0)), (110.0, 20.0));
    let runs = scale(true).runs(&[(0.0, 1.0), (0.1, 0.0), (0.2, 10.0), (0.3, f64::NAN), (0.4, -1.0), (1.0, 100.0)]);
    assert_eq!(runs, [[(10.0, 220.0)], [(30.0, 120.0)], [(110.0, 20.0)]]);
}

#[test]
fn holes_and_single_points_are_drawn() {
    let blue = COLOURS[0];
    assert!(count(&png(&Curves::new().values("", &[f64::NAN, 3.0, f64::INFINITY])), blue) > 20);
    assert!(count(&png(&Curves::new().values("", &[2.0; 9])), blue) > 300);
    assert!(count(&png(&Curves::new().logarithmic().values("", &[0.0, 1e-300, 1e300])), blue) > 100);
    assert!(count(&png(&Curves::new().values("", &[-1e307, 1e307])), blue) > 100);
    // Too far apart to draw, but no reason to fail.
    png(&Curves::new().values("", &[f64::MIN, f64::MAX]));
}

#[test]
fn nothing_to_draw_is_refused() {
    for curves in [
        Curves::new(),
        Curves::new().values("a", &[]),
        Curves::new().values("a", &[f64::NAN]),
        Curves::new().logarithmic().values("a", &[0.0, -1.0]),
    ] {
        assert_eq!(curves.save("never.png").unwrap_err().kind(), ErrorKind::Shape);
    }
    let tiny = Curves::new().values("a", &[1.0]).size(40, 40);
    assert_eq!(tiny.save("never.png").unwrap_err().kind(), ErrorKind::Parameter);
    let error = Curves::new().values("a", &[1.0]).save("/nowhere at all/c.png").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.message().contains("/nowhere at all/c.png"));
}
