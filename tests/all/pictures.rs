//! Pictures of owners on several ranks: who writes, what is sent, and what cannot be drawn.

use crate::bodies;
use lops::plot::{LocalParts, Ownership};
use lops::{
    Comm, Complex, DistArray, Error, ErrorKind, Layout,
    comm::Verb,
    layout::{Chunk, Grid, Mode, by},
};
use std::path::PathBuf;

/// A place for a picture that no other test or rank takes, and nothing in it yet.
fn place(name: &str, comm: &Comm) -> PathBuf {
    let path = std::env::temp_dir().join(format!("lops-{name}-{}-{}.png", std::process::id(), comm.rank()));
    let _ = std::fs::remove_file(&path);
    path
}

/// The kind, after all ranks have found to have the same error.
fn agreed(comm: &Comm, result: lops::Result<()>) -> ErrorKind {
    let error: Error = result.unwrap_err();
    let words = error.to_string();
    let sums = comm.all_gather(&[words.bytes().map(u64::from).sum::<u64>()]);
    assert!(sums.iter().all(|sum| *sum == sums[0]), "not the same on every rank: {words}");
    error.kind()
}

bodies! {
    fn rank_0_writes_and_layouts_need_no_message(comm) {
        let layout = Grid::parse("bc").unwrap().layout(comm, &[5, 9]).unwrap();
        let x = DistArray::from_fn(&layout, |i| Complex::new(i[0] as f32, i[1] as f32));
        let path = place("owners", comm);
        for with_values in [false, true] {
            let (before, mut owners) = (comm.traffic(), Ownership::of(&layout));
            let mut parts = LocalParts::of(&layout);
            if with_values {
                (owners, parts) = (owners.values(&x), parts.values(&x));
            }
            owners.save(&path).unwrap();
            let spent = comm.traffic() - before;
            let gathers = u64::from(with_values);
            assert_eq!((spent[Verb::AllReduce].calls, spent[Verb::AllToAll].calls), (2, gathers));
            assert_eq!(spent.total().calls, 2 + gathers);
            let own = if comm.rank() == 0 { 0 } else { 8 * gathers * layout.local_len() as u64 };
            assert_eq!(spent[Verb::AllToAll].bytes, own);
            let bytes = std::fs::read(&path);
            assert_eq!(bytes.is_ok(), comm.rank() == 0);
            if let Ok(bytes) = bytes {
                assert!(bytes.starts_with(b"\x89PNG\r\n"));
                std::fs::remove_file(&path).unwrap();
            }
            parts.save(&path).unwrap();
            assert_eq!(std::fs::remove_file(&path).is_ok(), comm.rank() == 0);
        }
    }

    fn any_layout_can_be_drawn(comm) {
        let path = place("any", comm);
        let layouts = [
            Layout::scatter(comm, &[1], 0),
            Layout::replicated(comm, &[]),
            Layout::unsynced(comm, &[3, 2]),
            Layout::scatter(comm, &[2, 1000], 1),
            Layout::scatter(comm, &[1_000_000_007], 0),
            Layout::chunked(comm, &[4, 9], &vec![vec![Chunk::from(..3), Chunk::from((1.., by(.., 2)))]; comm.size()], Mode::Sum),
            Layout::chunked(comm, &[4], &vec![Vec::<Chunk>::new(); comm.size()], Mode::Replica),
        ];
        for layout in layouts {
            let layout = layout.unwrap();
            Ownership::of(&layout).title("Any").labels("down", "across").save(&path).unwrap();
            LocalParts::of(&layout).title("Any").save(&path).unwrap();
        }
        let cube = Layout::scatter(comm, &[3, 4, 5], 1).unwrap();
        let x = DistArray::<bool>::zeros(&cube);
        LocalParts::of(&cube).slice(&[None, Some(3), None]).values(&x).save(&path).unwrap();
        let _ = std::fs::remove_file(&path);
    }

    fn overlapping_chunks_are_drawn_as_such(comm) {
        let path = place("chunks", comm);
        let draw = |chunks: &[[usize; 2]]| {
            let mut map = vec![vec![]; comm.size()];
            for (k, &[start, end]) in chunks.iter().enumerate() {
                map[k % comm.size()].push(Chunk::from(start..end));
            }
            let layout = Layout::chunked(comm, &[8], &map, Mode::Sum).unwrap();
            Ownership::of(&layout).save(&path).unwrap();
            comm.barrier();
            std::fs::read(&path).ok()
        };
        // The cells at 3 and 4 once, twice, and not at all.
        let drawn = [[[0, 4], [4, 8]], [[0, 5], [3, 8]], [[0, 3], [5, 8]]].map(|chunks| draw(&chunks));
        assert_eq!(drawn[0].is_some(), comm.rank() == 0);
        if comm.rank() == 0 {
            assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2]);
        }
        let _ = std::fs::remove_file(&path);
    }

    fn what_cannot_be_drawn_is_an_error_on_all(comm) {
        let path = place("never", comm);
        let layout = |shape: &[usize]| Layout::scatter(comm, shape, 0).unwrap();
        let both = |layout: &Layout, slice: &[Option<usize>]| {
            let kind = agreed(comm, Ownership::of(layout).slice(slice).save(&path));
            assert_eq!(agreed(comm, LocalParts::of(layout).slice(slice).save(&path)), kind);
            kind
        };
        assert_eq!(both(&layout(&[0, 3]), &[]), ErrorKind::Shape);
        assert_eq!(both(&layout(&[3, 0]), &[]), ErrorKind::Shape);
        let cube = layout(&[3, 4, 5]);
        assert_eq!(both(&cube, &[]), ErrorKind::Axis);
        assert_eq!(both(&cube, &[None, None]), ErrorKind::Axis);
        assert_eq!(both(&cube, &[None; 3]), ErrorKind::Axis);
        assert_eq!(both(&cube, &[Some(3), None, None]), ErrorKind::Parameter);
        let square = layout(&[4, 4]);
        let other = DistArray::<f64>::zeros(layout(&[4, 5]));
        assert_eq!(agreed(comm, Ownership::of(&square).values(&other).save(&path)), ErrorKind::Layout);
        let x = DistArray::<f64>::zeros(&square);
        let stack = DistArray::stack(&[&x, &x]).unwrap();
        assert_eq!(agreed(comm, LocalParts::of(&square).values(&stack).save(&path)), ErrorKind::Layout);
        for (width, height) in [(0, 0), (60, 400), (400, 20), (1_000_000, 1_000_000)] {
            let small = width < 1000;
            let result = Ownership::of(&square).size(width, height).save(&path);
            if small {
                assert_eq!(agreed(comm, result), ErrorKind::Parameter);
            } else {
                result.unwrap(); // at most so large
            }
        }
        assert_eq!(agreed(comm, LocalParts::of(&square).panel_size(20, 20).save(&path)), ErrorKind::Parameter);
        assert_eq!(agreed(comm, LocalParts::of(&square).columns(0).save(&path)), ErrorKind::Shape);
        let _ = std::fs::remove_file(&path);
        let nowhere = std::env::temp_dir().join("no such folder").join("x.png");
        assert_eq!(agreed(comm, Ownership::of(&square).save(&nowhere)), ErrorKind::Io);
        assert_eq!(agreed(comm, LocalParts::of(&square).values(&x).save(&nowhere)), ErrorKind::Io);
        assert!(!path.exists());
    }
}
