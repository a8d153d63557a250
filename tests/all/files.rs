//! `.npy` files that all ranks write and read: any layout out, any other in, on other numbers of ranks.

use crate::bodies;
use crate::cases::Dice;
use lops::io::{self, NpyElement, RawVolume};
use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout,
    comm::Verb,
    index,
    layout::{Chunk, Cut, Mode},
};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A folder that all ranks know, removed by rank 0 when all have let go of it.
pub(crate) struct Folder(pub(crate) PathBuf, Comm);

impl Folder {
    pub(crate) fn new(comm: &Comm) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut name = [std::process::id().into(), NEXT.fetch_add(1, Ordering::Relaxed)];
        comm.broadcast(&mut name, 0);
        let path = std::env::temp_dir().join(format!("lops-files-{}-{}", name[0], name[1]));
        comm.agree(if comm.rank() == 0 { fs::create_dir(&path).map_err(Into::into) } else { Ok(()) }).unwrap();
        Self(path, comm.clone())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What is in the folder now, once all ranks have come here.
    pub(crate) fn names(&self) -> Vec<String> {
        self.1.barrier();
        let mut names: Vec<_> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        self.1.barrier();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.1.barrier();
        }
        if self.1.rank() == 0 {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// Writes bytes on rank 0, for all ranks to read.
pub(crate) fn put(comm: &Comm, path: &Path, bytes: &[u8]) {
    comm.agree(if comm.rank() == 0 { fs::write(path, bytes).map_err(Into::into) } else { Ok(()) }).unwrap();
}

/// Elements of a type that differ from one index to the next.
pub(crate) fn values<T: Element>(shape: &[usize], of: impl Fn(usize) -> T) -> ArrayD<T> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        of(k)
    })
}

/// One layout of each kind of an array of this shape.
pub(crate) fn kinds(comm: &Comm, shape: &[usize], dice: &mut Dice) -> Vec<Layout> {
    let p = comm.size();
    let turned: Vec<_> = (0..p).rev().collect();
    let colours: Vec<_> = (0..p).map(|rank| rank / 2).collect();
    let mut layouts = vec![
        Layout::replicated(comm, shape).unwrap(),
        Layout::unsynced(comm, shape).unwrap(),
        Layout::replicated(comm, shape).unwrap().with_mask(&colours).unwrap(),
    ];
    for axis in 0..shape.len() {
        layouts.push(Layout::scatter(comm, shape, axis).unwrap());
        let mut cuts = vec![Cut::Whole; shape.len()];
        cuts[axis] = Cut::Cyclic;
        layouts.push(Layout::grid(comm, shape, &cuts).unwrap());
        cuts[axis] = Cut::BlockCyclic(2);
        layouts.push(
            lops::layout::Grid::cut(&cuts).on_ranks(&turned).layout(comm, shape).unwrap().with_mask(&colours).unwrap(),
        );
        layouts.push(dice.grid(comm, shape));
    }
    if !shape.is_empty() {
        // Overlapping along axis 0, two chunks a rank, one of them with a step.
        let n = shape[0];
        let map: Vec<_> = (0..p)
            .map(|rank| {
                let start = rank * n / p;
                vec![Chunk::from(start..((rank + 1) * n / p + 1).min(n)), Chunk::from(lops::layout::by(0..n, p))]
            })
            .collect();
        layouts.extend(Mode::ALL.map(|mode| Layout::chunked(comm, shape, &map, mode).unwrap()));
    }
    layouts
}

fn round_trip<T: NpyElement>(comm: &Comm, of: impl Fn(usize) -> T) {
    let folder = Folder::new(comm);
    let path = folder.path("x.npy");
    let global = values(&[5, 7], of);
    let rows = Layout::scatter(comm, &[5, 7], 0).unwrap();
    let grid = Layout::grid(comm, &[5, 7], &[Cut::Cyclic, Cut::BlockCyclic(2)]).unwrap();
    for (from, to) in [(&rows, &grid), (&grid, &rows)] {
        io::save_npy(&path, &DistArray::from_global(from, &global).unwrap()).unwrap();
        assert_eq!(io::read_npy::<T, IxDyn>(&path).unwrap(), global, "{}", T::DTYPE);
        assert_eq!(io::load_npy::<T>(to, &path).unwrap(), DistArray::from_global(to, &global).unwrap());
        comm.barrier(); // all have read before it is written again
    }
    assert_eq!(folder.names(), ["x.npy"]);
}

bodies! {
    fn every_type_comes_back(comm) {
        round_trip(comm, |k| k % 3 == 0);
        round_trip(comm, |k| k as i8 - 20);
        round_trip(comm, |k| -100 * k as i16);
        round_trip(comm, |k| -100_000 * k as i32);
        round_trip(comm, |k| -10_000_000_000 * k as i64);
        round_trip(comm, |k| 250 - k as u8);
        round_trip(comm, |k| 60_000 + k as u16);
        round_trip(comm, |k| 4_000_000_000 + k as u32);
        round_trip(comm, |k| u64::MAX - k as u64);
        round_trip(comm, |k| 1.0 / k as f32);
        round_trip(comm, |k| 1.0 / k as f64);
        round_trip(comm, |k| Complex::new(k as f32, 1.0 / k as f32));
        round_trip(comm, |k| Complex::new(k as f64, 1.0 / k as f64));
    }

    fn any_layout_out_and_any_other_in(comm) {
        let mut dice = Dice::new(71);
        let folder = Folder::new(comm);
        for shape in [&[11, 6][..], &[3, 4, 5], &[13], &[], &[0, 3], &[2, 0], &[1, 1]] {
            let global = values(shape, |k| k as f32 - 0.5);
            let layouts = kinds(comm, shape, &mut dice);
            let targets = dice.shuffled(layouts.len());
            for (from, to) in layouts.iter().zip(targets.iter().map(|&k| &layouts[k])) {
                let path = folder.path("x.npy");
                io::save_npy(&path, &DistArray::from_global(from, &global).unwrap()).unwrap();
                assert_eq!(io::read_npy::<f32, IxDyn>(&path).unwrap(), global, "{from}");
                let expected = DistArray::from_global(to, &global).unwrap();
                assert_eq!(io::load_npy::<f32>(to, &path).unwrap(), expected, "{from} to {to}");
                comm.barrier();
            }
        }
    }

    fn any_number_of_ranks_out_and_any_other_in(comm) {
        let mut dice = Dice::new(72);
        let folder = Folder::new(comm);
        for round in 0..8 {
            let shape = dice.shape();
            let global = values(&shape, |k| k as i64);
            let (writers, readers) = (1 + dice.below(comm.size()), 1 + dice.below(comm.size()));
            let path = folder.path(&format!("{round}.npy"));
            let part = comm.split(usize::from(comm.rank() >= writers));
            let layout = Dice::new(2 * round).layout(&part, &shape);
            if comm.rank() < writers {
                io::save_npy(&path, &DistArray::from_global(&layout, &global).unwrap()).unwrap();
            }
            let part = comm.split(usize::from(comm.rank() >= readers));
            let layout = Dice::new(2 * round + 1).layout(&part, &shape);
            let x = io::load_npy::<i64>(&layout, &path).unwrap();
            assert_eq!(x, DistArray::from_global(&layout, &global).unwrap(), "{writers} to {readers}: {layout}");
        }
    }

    /// Long and short runs, of many bytes: what is read straight, in pieces, and through the window.
    fn large_arrays_come_back(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npy");
        let shape = [48, 40, 70];
        let global = values(&shape, |k| k as f64);
        for cuts in [[Cut::Block, Cut::Whole, Cut::Whole], [Cut::Whole, Cut::Block, Cut::Whole], [Cut::Whole, Cut::Whole, Cut::Cyclic]] {
            let layout = Layout::grid(comm, &shape, &cuts).unwrap();
            let x = DistArray::from_global(&layout, &global).unwrap();
            io::save_npy(&path, &x).unwrap();
            assert_eq!(io::load_npy::<f64>(&layout, &path).unwrap(), x);
            // In the other order of bytes and of axes.
            let mut text = fs::read(&path).unwrap();
            comm.barrier();
            for word in text[128..].chunks_exact_mut(8) {
                word.reverse();
            }
            let from = text.windows(5).position(|w| w == b"False").unwrap();
            text[from..from + 5].copy_from_slice(b"True ");
            let from = text.windows(3).position(|w| w == b"<f8").unwrap();
            text[from..from + 3].copy_from_slice(b">f8");
            let from = text.windows(12).position(|w| w == b"(48, 40, 70)").unwrap();
            text[from..from + 12].copy_from_slice(b"(70, 40, 48)");
            put(comm, &path, &text);
            let turned = Layout::grid(comm, &[70, 40, 48], &[cuts[2].clone(), cuts[1].clone(), cuts[0].clone()]).unwrap();
            let expected = DistArray::from_global(&turned, &global.t().to_owned()).unwrap();
            assert_eq!(io::load_npy::<f64>(&turned, &path).unwrap(), expected);
            comm.barrier();
        }
    }

    fn parts_are_those_of_the_array(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npy");
        let global = values(&[9, 8, 7], |k| k as i32);
        io::save_npy(&path, &DistArray::from_global(&Layout::scatter(comm, &[9, 8, 7], 1).unwrap(), &global).unwrap()).unwrap();
        let file = io::open_npy(comm, &path).unwrap();
        let mut dice = Dice::new(73);
        let whole = DistArray::from_global(&Layout::replicated(&comm.alone(), &[9, 8, 7]).unwrap(), &global).unwrap();
        for picked in [
            index![2..7, .., 3].to_vec(),
            index![..;-2, 1..;3, ..;-1].to_vec(),
            index![lops::library::Index::NewAxis, -1, lops::library::Index::Ellipsis].to_vec(),
            index![4, 5, 6].to_vec(),
            index![3..3].to_vec(),
            vec![],
        ] {
            let expected = whole.slice(&picked).unwrap().gather_all();
            let part = file.slice(&picked).unwrap();
            assert_eq!(part.shape(), expected.shape());
            for layout in kinds(comm, part.shape(), &mut dice) {
                assert_eq!(part.load::<i32>(&layout).unwrap(), DistArray::from_global(&layout, &expected).unwrap(), "{picked:?}: {layout}");
            }
        }
        let twice = file.slice(&index![..;2, 1..]).unwrap().slice(&index![1..;-1, ..;3, 2]).unwrap();
        let expected = whole.slice(&index![2..;-2, 1..;3, 2]).unwrap().gather_all();
        let layout = Layout::scatter(comm, twice.shape(), 0).unwrap();
        assert_eq!(twice.load::<i32>(&layout).unwrap(), DistArray::from_global(&layout, &expected).unwrap());
        let error = file.slice(&index![lops::library::Index::list([1, 2])]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert_eq!(file.slice(&index![9]).unwrap_err().kind(), ErrorKind::Axis);
    }

    fn values_do_not_travel_where_runs_are_long(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npy");
        let shape = [16, 8, 1024];
        for layout in [Layout::scatter(comm, &shape, 0), Layout::scatter(comm, &shape, 1), Layout::replicated(comm, &shape)] {
            let layout = layout.unwrap();
            let x = DistArray::from_fn(&layout, |i| (i[0] + i[2]) as f64);
            let before = comm.traffic();
            io::save_npy(&path, &x).unwrap();
            let saved = comm.traffic() - before;
            let before = comm.traffic();
            assert_eq!(io::load_npy::<f64>(&layout, &path).unwrap(), x);
            let loaded = comm.traffic() - before;
            let reduced = if layout.is_replicated() { 4 } else { 5 };
            assert_eq!((saved[Verb::AllReduce].calls, saved[Verb::Broadcast].calls), (reduced, 1), "{layout}");
            assert_eq!((loaded[Verb::AllReduce].calls, loaded[Verb::Broadcast].calls), (4, 2), "{layout}");
            assert_eq!((saved.total().calls, loaded.total().calls), (reduced + 1, 6));
            assert!(saved.total().bytes + loaded.total().bytes < 270, "{layout}");
            comm.barrier();
        }
        // Short runs go by rows: one exchange each way.
        let layout = Layout::grid(comm, &shape, &[Cut::Whole, Cut::Whole, Cut::Cyclic]).unwrap();
        let x = DistArray::from_fn(&layout, |i| (i[0] + i[2]) as f64);
        let before = comm.traffic();
        io::save_npy(&path, &x).unwrap();
        assert_eq!(io::load_npy::<f64>(&layout, &path).unwrap(), x);
        let exchanges = (comm.traffic() - before)[Verb::Exchange];
        let others = comm.size() as u64 - 1;
        assert_eq!((exchanges.calls, exchanges.messages), (2 * u64::from(others > 0), 2 * others), "{exchanges:?}");
    }

    fn what_is_asked_for_must_be_there(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npy");
        let rows = Layout::scatter(comm, &[4, 3], 0).unwrap();
        io::save_npy(&path, &DistArray::full(&rows, 2.5f64)).unwrap();
        let error = io::load_npy::<f32>(&rows, &path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        assert!(error.message().ends_with("x.npy: expected float32, found float64"), "{error}");
        let other = Layout::scatter(comm, &[3, 4], 0).unwrap();
        assert_eq!(io::load_npy::<f64>(&other, &path).unwrap_err().kind(), ErrorKind::Shape);
        let elsewhere = Layout::scatter(&comm.duplicate(), &[4, 3], 0).unwrap();
        let file = io::open_npy(comm, &path).unwrap();
        assert_eq!(file.load::<f64>(&elsewhere).unwrap_err().kind(), ErrorKind::Communicator);
        let missing = folder.path("missing").join("x.npy");
        assert_eq!(io::load_npy::<f64>(&rows, &missing).unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(io::save_npy(&missing, &DistArray::full(&rows, 1)).unwrap_err().kind(), ErrorKind::Io);
        let stack = DistArray::stack(&[&DistArray::full(&rows, 1), &DistArray::full(&rows, 1)]).unwrap();
        assert_eq!(io::save_npy(&path, &stack).unwrap_err().kind(), ErrorKind::Layout);
        // A file that has become shorter since it was looked at.
        comm.barrier();
        if comm.rank() == 0 {
            fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(150).unwrap();
        }
        comm.barrier();
        let error = file.load::<f64>(&rows).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        assert!(error.message().ends_with("expected all of its data, found the end of the file"), "{error}");
        assert_eq!(folder.names(), ["x.npy"]);
    }
    fn bare_volumes_lie_where_they_are_said_to(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.bin");
        let mut dice = Dice::new(74);
        for (shape, strides) in [(&[4, 3, 5][..], [100, 24, 4]), (&[4, 3, 5], [4, 16, 48]), (&[2, 0, 3], [8, 8, 4])] {
            let global = values(shape, |k| k as f32);
            for layout in kinds(comm, shape, &mut dice) {
                let x = DistArray::from_global(&layout, &global).unwrap();
                let dense = RawVolume::<f32>::new(shape);
                let volumes = [
                    (dense.clone(), [60, 20, 4].map(|s| if shape[1] == 0 { 0 } else { s }), 0, false),
                    (dense.clone().fortran_order().offset(7), [4, 16, 48], 7, false),
                    (dense.strides(&strides).offset(40).big_endian(), strides, 40, true),
                ];
                for (volume, strides, offset, big) in volumes {
                    volume.save(&path, &x).unwrap();
                    let bytes = fs::read(&path).unwrap();
                    let mut used = vec![false; bytes.len()];
                    for (index, &value) in global.indexed_iter() {
                        let at = offset + (0..3).map(|k| index[k] * strides[k]).sum::<usize>();
                        let expected = if big { value.to_be_bytes() } else { value.to_le_bytes() };
                        assert_eq!(bytes[at..at + 4], expected, "{index:?} of {layout}");
                        used[at..at + 4].fill(true);
                    }
                    assert!(used.iter().zip(&bytes).all(|(&used, &byte)| used || byte == 0));
                    assert_eq!(bytes.len(), used.iter().rposition(|&used| used).map_or(offset, |last| last + 1));
                    assert_eq!(volume.load(&layout, &path).unwrap(), x);
                    comm.barrier();
                }
            }
        }
    }

    fn volumes_that_cannot_be_are_refused(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.bin");
        put(comm, &path, &[0; 100]);
        let rows = Layout::scatter(comm, &[5, 5], 0).unwrap();
        let volume = RawVolume::<f32>::new(&[5, 5]);
        assert_eq!(volume.load(&rows, &path).unwrap(), DistArray::zeros(&rows));
        let error = volume.clone().offset(1).load(&rows, &path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        assert!(error.message().ends_with("expected 101 bytes or more for [5, 5] of float32, found 100 bytes"), "{error}");
        let huge = usize::MAX / 8;
        let kind = |volume: RawVolume<f32>| volume.open(comm, &path).unwrap_err().kind();
        assert_eq!(kind(volume.clone().strides(&[huge, huge])), ErrorKind::Shape);
        assert_eq!(kind(volume.clone().strides(&[usize::MAX, 0])), ErrorKind::Shape);
        assert_eq!(kind(volume.clone().offset(u64::MAX)), ErrorKind::Shape);
        assert_eq!(kind(volume.clone().offset(i64::MAX as u64)), ErrorKind::Shape);
        assert_eq!(kind(RawVolume::new(&[huge, huge])), ErrorKind::Shape);
        assert_eq!(kind(volume.clone().strides(&[4])), ErrorKind::Axis);
        assert_eq!(kind(volume.clone().strides(&[1 << 40, 4])), ErrorKind::Format);
        // A stride of 0 reads one row as many; written, they would be one.
        let same = volume.clone().strides(&[0, 4]);
        assert_eq!(same.load(&rows, &path).unwrap(), DistArray::zeros(&rows));
        for strides in [[0, 4], [16, 4], [4, 4], [20, 3]] {
            let error = volume.clone().strides(&strides).save(&path, &DistArray::zeros(&rows)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parameter, "{strides:?}");
        }
        let other = DistArray::zeros(Layout::scatter(comm, &[5, 4], 0).unwrap());
        assert_eq!(volume.save(&path, &other).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(fs::read(&path).unwrap(), [0; 100]);
        assert_eq!(folder.names(), ["x.bin"]);
    }
}
