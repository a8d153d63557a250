//! Pictures of arrays of all ranks: the same bytes on any number of ranks and in any layout, what is sent for them, and errors on all.

use crate::bodies;
use lops::plot::{Animation, Curves, Drawing, Palette, Panels, Section, Slices, Wiggles};
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout, Result,
    comm::Verb,
    index,
    layout::{Chunk, Grid, Mode},
    ndarray::Array2,
};
use std::path::{Path, PathBuf};

/// A place for pictures that no other test or rank takes, gone with it.
struct Place(PathBuf);

impl Place {
    fn new(name: &str, comm: &Comm) -> Self {
        let unique = format!("lops-{name}-{}-{}-{:p}", std::process::id(), comm.rank(), &raw const *comm);
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The bytes that a picture has, on rank 0; it is nowhere else.
fn bytes(comm: &Comm, save: impl FnOnce(&Path) -> Result<()>) -> Option<Vec<u8>> {
    let place = Place::new("collective", comm);
    save(&place.file("picture.png")).unwrap();
    let bytes = std::fs::read(place.file("picture.png")).ok();
    assert_eq!(bytes.is_some(), comm.rank() == 0);
    bytes
}

fn value(index: &[usize]) -> f64 {
    let [i, j, k] = [0, 1, 2].map(|axis| index.get(axis).copied().unwrap_or(0) as f64);
    if index[0] == 3 && index[1] % 7 == 2 { f64::NAN } else { (i / 5.0).sin() * 1e3 + j * j / 30.0 - 3.0 * k }
}

/// Layouts of a shape of two or three axes that cut it in all ways.
fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let uneven: Vec<_> = (0..comm.size()).map(|rank| if rank == comm.size() / 2 { shape[0] } else { 0 }).collect();
    let of_rank =
        |rank: usize| if rank == comm.size() - 1 { vec![Chunk::from(..)] } else { vec![Chunk::from(..shape[0] / 2)] };
    let chunks: Vec<_> = (0..comm.size()).map(of_rank).collect();
    let names = if shape.len() == 2 { "bc" } else { "bcn" };
    [
        Layout::scatter(comm, shape, 0),
        Layout::scatter(comm, shape, 1),
        Layout::scatter_sizes(comm, shape, 0, &uneven),
        Layout::replicated(comm, shape),
        Grid::parse(names).unwrap().layout(comm, shape),
        Layout::chunked(comm, shape, &chunks, Mode::Max),
    ]
    .map(Result::unwrap)
    .into()
}

/// Compares the pictures of all layouts on all ranks with the one that a rank makes alone.
fn same_as_alone(comm: &Comm, shape: &[usize], save: impl Fn(&DistArray<f64>, &Path) -> Result<()>) {
    same_in(&layouts(comm, shape), save);
}

/// The same of the first and every second layout, for pictures that are sections inside.
fn same_in_some(comm: &Comm, shape: &[usize], save: impl Fn(&DistArray<f64>, &Path) -> Result<()>) {
    same_in(&layouts(comm, shape).into_iter().step_by(2).collect::<Vec<_>>(), save);
}

fn same_in(layouts: &[Layout], save: impl Fn(&DistArray<f64>, &Path) -> Result<()>) {
    let (comm, shape) = (layouts[0].comm(), layouts[0].shape());
    let alone = comm.alone();
    let of = |layout: &Layout| DistArray::from_fn(layout, value);
    let x = of(&Layout::scatter(&alone, shape, 0).unwrap());
    let expected = bytes(&alone, |path| save(&x, path)).unwrap();
    for layout in layouts {
        let x = of(layout);
        let found = bytes(comm, |path| save(&x, path));
        assert!(found.is_none_or(|found| found == expected), "{layout}");
    }
}

/// The kind, after all ranks have found to have the same error.
fn agreed(comm: &Comm, result: Result<()>) -> ErrorKind {
    let error = result.unwrap_err();
    let words = error.to_string();
    let sums = comm.all_gather(&[words.bytes().map(u64::from).sum::<u64>()]);
    assert!(sums.iter().all(|sum| *sum == sums[0]), "not the same on every rank: {words}");
    error.kind()
}

fn curves_of(line: &DistArray<f64>) -> Curves<'_> {
    Curves::of(line.comm()).values_of("", line)
}

bodies! {
    fn small_sections_are_the_same_on_any_number_of_ranks(comm) {
        same_as_alone(comm, &[20, 13], |x, path| Section::of(x).title("Small").save(path));
        same_as_alone(comm, &[20, 13, 9], |x, path| {
            Section::of(x).slice(1, 4).transposed().drawing(Drawing::Bilinear).percentiles(2.0, 90.0).save(path)
        });
        same_as_alone(comm, &[20, 13, 9], |x, path| Section::of(x).slice(0, 3).slice(2, 8).save(path));
    }

    fn large_sections_are_the_same_on_any_number_of_ranks(comm) {
        fn small(section: Section<'_>) -> Section<'_> {
            section.size(220, 160)
        }
        same_as_alone(comm, &[703, 13], |x, path| small(Section::of(x)).save(path));
        same_as_alone(comm, &[17, 701], |x, path| small(Section::of(x)).transposed().percentiles(1.0, 99.0).save(path));
        same_as_alone(comm, &[331, 451, 2], |x, path| small(Section::of(x)).slice(2, 1).save(path));
    }

    fn other_pictures_are_the_same_on_any_number_of_ranks(comm) {
        same_in_some(comm, &[40, 30, 9], |x, path| {
            let panels = Panels::new(2).panel_size(300, 200).limits_of_first();
            let first = Section::of(x).slice(2, 0).palette(Palette::Seismic);
            panels.panel(first.clone()).panel(first.slice(2, 3).equal_aspect()).save(path)
        });
        same_in_some(comm, &[40, 30, 9], |x, path| Slices::of(x).at([3, 12, 8]).save(path));
        same_in_some(comm, &[700, 300], |x, path| Wiggles::of(x).gain(2.0).size(300, 200).save(path));
        same_in_some(comm, &[70, 30], |x, path| Wiggles::of(x).transposed().save(path));
        same_in_some(comm, &[5, 30, 9], |x, path| {
            Animation::along(&Section::of(x).size(220, 160), 0, 2)?.save(path)
        });
        let alone = comm.alone();
        let curves = |comm: &Comm, path: &Path| Curves::of(comm).values("a", &[1.0, 3.0]).save(path);
        let expected = bytes(&alone, |path| curves(&alone, path)).unwrap();
        assert!(bytes(comm, |path| curves(comm, path)).is_none_or(|found| found == expected));
    }

    fn lines_are_the_same_as_the_values_of_one_rank_are(comm) {
        fn across(curves: Curves<'_>) -> Curves<'_> {
            curves.across("z [m]", 5.0, 200.0).values("b", &[3.0, 900.0]).points("c", &[(30.0, 20.0), (70.0, 500.0)])
        }
        let values: Vec<_> = (0..40).map(|i| value(&[i, 2])).collect(); // one is no number
        let expected = bytes(&comm.alone(), |path| across(Curves::new().values("a", &values)).save(path));
        for layout in layouts(comm, &[40, 13]) {
            let line = DistArray::from_fn(&layout, value).slice(&index![.., 2]).unwrap();
            for curves in [Curves::new(), Curves::of(comm)] {
                let found = bytes(comm, |path| across(curves.values_of("a", &line)).save(path));
                assert!(found.is_none() || found == expected, "{layout}");
            }
        }
    }

    fn long_lines_are_the_same_on_any_number_of_ranks(comm) {
        let curves = |line: &DistArray<f64>, path: &Path| Curves::new().values_of("a", line).size(300, 200).save(path);
        same_in(&layouts(comm, &[5003, 2]), |x, path| curves(&x.slice(&index![.., 1])?, path));
        same_in_some(comm, &[2, 1301], |x, path| curves(&x.slice(&index![0])?, path));
    }

    fn any_type_of_element_is_drawn(comm) {
        fn of<T: Element>(comm: &Comm, value: impl Fn(f64) -> T) -> Option<Vec<u8>> {
            let layout = Layout::scatter(comm, &[6, 5], 0).unwrap();
            let x = DistArray::from_fn(&layout, |i| value((5 * i[0] + i[1]) as f64));
            bytes(comm, |path| Section::of(&x).save(path))
        }
        let expected = of(comm, |v| v);
        for found in [
            of(comm, |v| v as f32),
            of(comm, |v| v as i8),
            of(comm, |v| v as u64),
            of(comm, |v| v as i32),
            of(comm, |v| Complex::new(0.0, -v)),
            of(comm, |v| Complex::new(-v as f32, 0.0)),
        ] {
            assert_eq!(found, expected);
        }
        assert!(of(comm, |v| v > 7.0).is_none_or(|found| Some(found) != expected));
    }

    fn a_view_is_drawn_as_the_same_values_of_all_ranks_are(comm) {
        let layout = Layout::scatter(comm, &[30, 20], 1).unwrap();
        let x = DistArray::from_fn(&layout, value);
        let view = Array2::from_shape_fn((30, 20), |(i, j)| value(&[i, j]));
        let of_all = bytes(comm, |path| Section::of(&x).save(path));
        let place = Place::new("view", comm);
        Section::new(view.view()).save(place.file("view.png")).unwrap();
        let own = std::fs::read(place.file("view.png")).unwrap(); // each rank has its own
        assert!(of_all.is_none_or(|of_all| of_all == own));
    }

    fn rank_0_gets_what_it_shows_and_no_more(comm) {
        let shape = [3000, 2000];
        let x = DistArray::from_fn(&Layout::scatter(comm, &shape, 0).unwrap(), |i| i[0] as f32);
        let before = comm.traffic();
        bytes(comm, |path| Section::of(&x).size(220, 160).save(path));
        let spent = comm.traffic() - before;
        let gathered = spent[Verb::AllToAll].bytes;
        assert!(gathered <= 4 * 8 * 220 * 160, "{gathered} bytes of means");
        // To a neighbour goes less than a block of rows, of 4 bytes an element.
        let block = shape[0].div_ceil(2 * 160);
        let aligned = spent.total().bytes - gathered - spent[Verb::AllReduce].bytes;
        assert!(aligned <= (2 * block * shape[1] * 4) as u64, "{aligned} bytes to neighbours");

        // Of a line four numbers a pixel.
        let line = DistArray::from_fn(&Layout::scatter(comm, &[100_000], 0).unwrap(), |i| i[0] as u16);
        let before = comm.traffic();
        bytes(comm, |path| Curves::new().values_of("", &line).size(220, 160).save(path));
        let spent = comm.traffic() - before;
        let gathered = spent[Verb::AllToAll].bytes;
        assert!(gathered <= 4 * 8 * 220, "{gathered} bytes of ends");
        let aligned = spent.total().bytes - gathered - spent[Verb::AllReduce].bytes;
        assert!(aligned <= 2 * 2 * 100_000_u64.div_ceil(220), "{aligned} bytes to neighbours");

        // Of a volume the slice alone is sent, by those who have of it.
        let volume = DistArray::from_fn(&Layout::scatter(comm, &[12, 30, 40], 0).unwrap(), |i| i[2] as f32);
        let before = comm.traffic();
        bytes(comm, |path| Section::of(&volume).slice(1, 7).save(path));
        let sent = (comm.traffic() - before)[Verb::AllToAll].bytes;
        let mine = volume.layout().unwrap().local_shape()[0] * 40 * 4;
        assert_eq!(sent, if comm.rank() == 0 { 0 } else { mine as u64 });
    }

    fn what_cannot_be_drawn_is_an_error_on_all_ranks(comm) {
        let place = Place::new("never", comm);
        let path = place.file("never.png");
        let array = |shape: &[usize]| DistArray::<f64>::zeros(Layout::scatter(comm, shape, 0).unwrap());
        let (square, cube) = (array(&[4, 5]), array(&[4, 5, 6]));
        let kind = |section: Section<'_>| agreed(comm, section.save(&path));
        assert_eq!(kind(Section::of(&array(&[0, 3]))), ErrorKind::Shape);
        assert_eq!(kind(Section::of(&cube)), ErrorKind::Axis);
        assert_eq!(kind(Section::of(&cube).slice(3, 0)), ErrorKind::Axis);
        assert_eq!(kind(Section::of(&cube).slice(2, 6)), ErrorKind::Axis);
        assert_eq!(kind(Section::of(&square).slice(0, 0).slice(1, 0)), ErrorKind::Axis);
        assert_eq!(kind(Section::of(&square).limits(1.0, 1.0)), ErrorKind::Parameter);
        assert_eq!(kind(Section::of(&square).size(20, 20)), ErrorKind::Parameter);
        assert_eq!(kind(Section::of(&square).size(1_000_000, 20)), ErrorKind::Parameter);
        assert_eq!(kind(Section::of(&DistArray::stack(&[&square, &square]).unwrap())), ErrorKind::Layout);
        assert_eq!(agreed(comm, Slices::of(&square).save(&path)), ErrorKind::Axis);
        assert_eq!(agreed(comm, Slices::of(&cube).at([4, 0, 0]).save(&path)), ErrorKind::Axis);
        assert_eq!(agreed(comm, Slices::of(&cube).size(90, 90).save(&path)), ErrorKind::Parameter);
        assert_eq!(agreed(comm, Slices::of(&array(&[2, 0, 2])).at([0; 3]).save(&path)), ErrorKind::Axis);
        assert_eq!(agreed(comm, Wiggles::of(&square).gain(0.0).save(&path)), ErrorKind::Parameter);
        assert_eq!(agreed(comm, Animation::new().save(&path)), ErrorKind::Shape);
        assert_eq!(agreed(comm, Curves::of(comm).save(&path)), ErrorKind::Shape);
        let (none, line) = (array(&[0]), array(&[7]));
        assert_eq!(agreed(comm, curves_of(&none).save(&path)), ErrorKind::Shape);
        assert_eq!(agreed(comm, curves_of(&square).save(&path)), ErrorKind::Axis);
        assert_eq!(agreed(comm, curves_of(&line).size(40, 40).save(&path)), ErrorKind::Parameter);
        assert_eq!(agreed(comm, curves_of(&DistArray::stack(&[&line, &line]).unwrap()).save(&path)), ErrorKind::Layout);
        let alone = DistArray::<f64>::zeros(Layout::scatter(&comm.alone(), &[4, 5], 0).unwrap());
        let mixed = Panels::new(2).panel(Section::of(&square)).panel(Section::of(&alone));
        if comm.size() > 1 {
            assert_eq!(agreed(comm, mixed.save(&path)), ErrorKind::Communicator);
            assert_eq!(agreed(comm, curves_of(&line).values_of("", &alone).save(&path)), ErrorKind::Communicator);
        }
        let nowhere = place.file("no such folder").join("x.png");
        assert_eq!(agreed(comm, Section::of(&square).save(&nowhere)), ErrorKind::Io);
        assert_eq!(agreed(comm, Wiggles::of(&square).save(&nowhere)), ErrorKind::Io);
        assert_eq!(agreed(comm, curves_of(&line).save(&nowhere)), ErrorKind::Io);
        assert_eq!(agreed(comm, Animation::new().frame(Section::of(&square)).save(&nowhere)), ErrorKind::Io);
        assert!(!path.exists());
    }

    fn ranks_that_draw_something_else_are_told(comm) {
        let place = Place::new("differ", comm);
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[4, 5, 6], 0).unwrap());
        let at = usize::from(comm.rank() == 1);
        let result = Section::of(&x).slice(0, at).save(place.file("x.png"));
        assert_eq!(result.map_err(|error| error.kind()).err(), (comm.size() > 1).then_some(ErrorKind::Job));
        let line = DistArray::<f64>::zeros(Layout::scatter(comm, &[4 + at], 0).unwrap());
        let result = Curves::new().values_of("", &line).save(place.file("x.png"));
        assert_eq!(result.map_err(|error| error.kind()).err(), (comm.size() > 1).then_some(ErrorKind::Job));
    }
}
