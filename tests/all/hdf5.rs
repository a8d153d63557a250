//! HDF5 files: what is written in one layout comes back in any other; parts, types, chunks, attributes.

use crate::cases::{Dice, numbered};
use crate::picks::{any_index, kinds, pick};
use lops::io::{Attribute, Hdf5File, load_hdf5, save_hdf5};
use lops::ndarray::{ArrayD, arr1, arr2};
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout, index,
    layout::{Chunk, Cut, Grid, Mode, by},
    library::Index,
};
use std::path::{Path, PathBuf};

/// A folder of one body on one set of ranks, known to all of them, and removed at the end.
struct Folder {
    comm: Comm,
    path: PathBuf,
}

impl Folder {
    fn new(comm: &Comm) -> Self {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let mut name = [std::process::id() as usize, NEXT.fetch_add(1, Ordering::Relaxed)];
        comm.broadcast(&mut name, 0);
        let path = std::env::temp_dir().join(format!("lops-hdf5-{}-{}", name[0], name[1]));
        if comm.rank() == 0 {
            std::fs::create_dir(&path).unwrap();
        }
        comm.barrier();
        Self { comm: comm.clone(), path }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The names of the files that are in it.
    fn files(&self) -> Vec<String> {
        self.comm.barrier();
        let entries = std::fs::read_dir(&self.path).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        self.comm.barrier();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.comm.barrier();
            if self.comm.rank() == 0 {
                let _ = std::fs::remove_dir_all(&self.path);
            }
        }
    }
}

/// On rank 0 what `act` does to a file; then all go on.
fn on_root(comm: &Comm, act: impl FnOnce()) {
    if comm.rank() == 0 {
        act();
    }
    comm.barrier();
}

fn flat(shape: &[usize], index: &[usize]) -> usize {
    index.iter().zip(shape).fold(0, |flat, (&i, &n)| flat * n + i)
}

/// Written in one layout and read in another, plain and in packed chunks.
fn there_and_back<T: Element>(file: &Hdf5File, dice: &mut Dice, name: &str, value: impl Fn(usize) -> T) {
    let comm = file.comm();
    let shape = dice.shape();
    let (from, to) = (dice.layout(comm, &shape), dice.layout(comm, &shape));
    let x = DistArray::from_fn(&from, |index| value(flat(&shape, index)));
    let chunks: Vec<_> = shape.iter().map(|&n| 1 + dice.below(n.max(1))).collect();
    match dice.below(4) {
        0 => file.new_dataset(name).chunks(&chunks).shuffle().deflate(4).write(&x).unwrap(),
        1 => file.new_dataset(name).chunks(&chunks).write(&x).unwrap(),
        2 => file.new_dataset(name).deflate(1).write(&x).unwrap(),
        _ => file.write(name, &x).unwrap(),
    }
    let set = file.dataset(name).unwrap();
    assert_eq!((set.shape(), set.dtype(), set.name()), (&shape[..], T::DTYPE, name));
    let y = set.load::<T>(&to).unwrap();
    assert_eq!(y, DistArray::from_fn(&to, |index| value(flat(&shape, index))), "{from} to {to}");
    let again = set.load_as_saved::<T>().unwrap();
    assert_eq!(again, x, "{from}");
}

fn message<T>(comm: &Comm, result: lops::Result<T>, kind: ErrorKind, words: &[&str]) {
    let error = result.err().expect("an error");
    assert_eq!(error.kind(), kind, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "{error}: no {word:?}");
    }
    // The same words on every rank.
    let mut text = error.message().as_bytes().to_vec();
    let mut lengths = comm.all_gather(&[text.len()]);
    lengths.dedup();
    assert_eq!(lengths.len(), 1, "{error}");
    let mine = text.clone();
    comm.broadcast(&mut text, 0);
    assert_eq!(mine, text, "{error}");
}

crate::bodies! {
    fn layouts_there_and_back_in_all_types(comm) {
        let folder = Folder::new(comm);
        let file = Hdf5File::create(comm, folder.at("a.h5")).unwrap();
        for seed in 0..26 {
            let (dice, name) = (&mut Dice::new(1000 + seed), &format!("group {}/x{seed}", seed % 3));
            let file = &file;
            match seed % 13 {
                0 => there_and_back(file, dice, name, |k| k as f64 + 0.5),
                1 => there_and_back(file, dice, name, |k| k as f32 - 0.5),
                2 => there_and_back(file, dice, name, |k| k % 3 == 0),
                3 => there_and_back(file, dice, name, |k| Complex::new(k as f64, -0.5)),
                4 => there_and_back(file, dice, name, |k| Complex::new(1.5, k as f32)),
                5 => there_and_back(file, dice, name, |k| k as i8),
                6 => there_and_back(file, dice, name, |k| k as i16 - 9),
                7 => there_and_back(file, dice, name, |k| k as i32 - 9),
                8 => there_and_back(file, dice, name, |k| k as i64 - 9),
                9 => there_and_back(file, dice, name, |k| k as u8),
                10 => there_and_back(file, dice, name, |k| k as u16),
                11 => there_and_back(file, dice, name, |k| k as u32),
                _ => there_and_back(file, dice, name, |k| k),
            }
        }
        let names = file.names().unwrap();
        assert_eq!(names.len(), 26);
        assert!(names.contains(&"group 1/x4".to_owned()));
        file.finish().unwrap();
        assert_eq!(folder.files(), ["a.h5"]);
    }

    fn every_kind_of_layout_writes_the_same_and_reads_it(comm) {
        let folder = Folder::new(comm);
        let shape = [7, 5];
        let global = numbered(&shape);
        let file = Hdf5File::create(comm, folder.at("a.h5")).unwrap();
        let kinds = kinds(comm, &shape);
        for (k, layout) in kinds.iter().enumerate() {
            let name = format!("x{k}");
            file.write(&name, &DistArray::from_global(layout, &global).unwrap()).unwrap();
            let other = &kinds[(3 * k + 5) % kinds.len()];
            let x = file.dataset(&name).unwrap().load::<f64>(other).unwrap();
            assert_eq!(x.gather_all(), global, "{layout} to {other}");
            assert_eq!(x.layout().unwrap(), other);
        }
        // The same file once more, as somebody who comes later.
        let path = folder.at("a.h5");
        file.finish().unwrap();
        let rows: DistArray<f64> = load_hdf5(&Layout::scatter(comm, &shape, 1).unwrap(), &path, "x1").unwrap();
        assert_eq!(rows.gather_all(), global);
    }

    fn chunks_that_overlap(comm) {
        let folder = Folder::new(comm);
        let map: Vec<_> = (0..comm.size())
            .map(|rank| vec![Chunk::from(rank..rank + 4), Chunk::from(by(0.., 3)), Chunk::from(2..3)])
            .collect();
        let shape = [comm.size() + 6, 2];
        for mode in [Mode::Replica, Mode::Sum, Mode::Max] {
            let layout = Layout::chunked(comm, &shape, &map, mode).unwrap();
            let mut x = DistArray::from_fn(&layout, |i| (i[0] * 2 + i[1]) as f64);
            if mode == Mode::Sum {
                x.as_mut_slice().fill(1.0); // as often as chunks cover the element
            }
            let path = folder.at("chunks.h5");
            save_hdf5(&path, "x", &x).unwrap();
            let file = Hdf5File::open(comm, &path).unwrap();
            let set = file.dataset("x").unwrap();
            let all = set.load::<f64>(&Layout::replicated(comm, &shape).unwrap()).unwrap();
            assert_eq!(all.gather_all(), x.gather_all(), "{mode}");
            let again = set.load_as_saved::<f64>().unwrap();
            assert_eq!(again.layout().unwrap(), &layout);
            assert_eq!(again.gather_all(), x.gather_all(), "{mode}");
        }
    }

    fn masks_and_arrays_without_axes_or_elements(comm) {
        let folder = Folder::new(comm);
        let file = Hdf5File::create(comm, folder.at("a.h5")).unwrap();
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let masked = Layout::scatter(comm, &[9], 0).unwrap().with_mask(&colours).unwrap();
        let x = DistArray::from_fn(&masked, |i| i[0] as i64);
        file.write("masked", &x).unwrap();
        let again = file.dataset("masked").unwrap().load_as_saved::<i64>().unwrap();
        assert_eq!((again.layout().unwrap().mask(), again.as_slice()), (masked.mask(), x.as_slice()));

        let point = DistArray::full(Layout::replicated(comm, &[]).unwrap(), Complex::new(2.5, -1.0));
        file.write("point", &point).unwrap();
        assert_eq!(file.dataset("point").unwrap().load_as_saved::<Complex<f64>>().unwrap(), point);
        let rows = DistArray::from_fn(&Layout::scatter(comm, &[4], 0).unwrap(), |i| i[0] as f64);
        file.write("on one rank", &rows.slice(&index![2]).unwrap()).unwrap();
        let all = Layout::replicated(comm, &[]).unwrap();
        assert_eq!(file.dataset("on one rank").unwrap().load::<f64>(&all).unwrap().as_slice(), [2.0]);

        for shape in [&[0][..], &[3, 0], &[0, 4, 2]] {
            let x = DistArray::<f32>::zeros(Layout::scatter(comm, shape, 0).unwrap());
            let name = format!("empty {shape:?}");
            file.new_dataset(&name).deflate(3).write(&x).unwrap();
            assert_eq!(file.dataset(&name).unwrap().load_as_saved::<f32>().unwrap(), x);
        }
        file.finish().unwrap();
    }

    fn parts_as_numpy_picks_them(comm) {
        let folder = Folder::new(comm);
        let file = Hdf5File::create(comm, folder.at("a.h5")).unwrap();
        for seed in 0..40 {
            let mut dice = Dice::new(7000 + seed);
            let shape = dice.shape();
            let global = numbered(&shape);
            let name = format!("x{seed}");
            let chunks: Vec<_> = shape.iter().map(|&n| 1 + dice.below(n.max(1))).collect();
            let new = file.new_dataset(&name);
            let new = if seed % 2 == 0 { new.chunks(&chunks).deflate(2) } else { new };
            new.write(&DistArray::from_global(&dice.layout(comm, &shape), &global).unwrap()).unwrap();
            let set = file.dataset(&name).unwrap();
            for _ in 0..3 {
                let index = any_index(&mut dice, &shape);
                let picked = pick(&global, &index);
                let layout = dice.layout(comm, picked.shape());
                let part = set.load_slice::<f64>(&layout, &index).unwrap();
                assert_eq!(part.gather_all(), picked, "{index:?} of {shape:?}");
                assert_eq!(part.layout().unwrap(), &layout);
            }
        }
    }

    fn attributes_of_all_kinds(comm) {
        let folder = Folder::new(comm);
        let path = folder.at("a.h5");
        let file = Hdf5File::create(comm, &path).unwrap();
        file.create_group("survey/line 7").unwrap();
        file.create_group("survey/line 7").unwrap();
        file.write("survey/x", &DistArray::<f32>::zeros(Layout::scatter(comm, &[3], 0).unwrap())).unwrap();
        let values: Vec<(&str, Attribute)> = vec![
            ("flag", true.into()),
            ("flags", vec![true, false, true].into()),
            ("count", (-7_i64).into()),
            ("large", u64::MAX.into()),
            ("counts", vec![1_i64, -2, i64::MIN].into()),
            ("spacing", 12.5.into()),
            ("not a number", f64::NAN.into()),
            ("matrix", arr2(&[[1.0, 2.0], [3.0, f64::INFINITY]]).into_dyn().into()),
            ("impedance", Complex::new(0.5, -2.0).into()),
            ("none", Vec::<f64>::new().into()),
            ("unit", "µm/s²".into()),
            ("empty text", "".into()),
            ("names", vec!["x".to_owned(), String::new(), "Größe".to_owned()].into()),
        ];
        let same = |a: &Attribute, b: &Attribute| a == b || format!("{a:?}") == format!("{b:?}"); // NaN
        for at in ["/", "survey", "survey/line 7", "survey/x"] {
            for (name, value) in &values {
                file.set_attribute(at, name, 0.0).unwrap();
                file.set_attribute(at, name, value.clone()).unwrap();
            }
        }
        file.finish().unwrap();
        let file = Hdf5File::open(comm, &path).unwrap();
        for at in ["", "survey", "survey/line 7", "survey/x"] {
            for (name, value) in &values {
                assert!(same(&file.attribute(at, name).unwrap(), value), "{at}: {name}");
            }
        }
        assert_eq!(file.attribute_names("survey").unwrap().len(), values.len());
        let set = file.dataset("survey/x").unwrap();
        assert_eq!(set.attribute("unit").unwrap().as_str(), Some("µm/s²"));
        message(comm, set.attribute("colour"), ErrorKind::Format, &["survey/x", "\"spacing\"", "none of that name"]);
        message(comm, file.attribute("nowhere", "unit"), ErrorKind::Format, &["nothing of that name", "survey/x"]);
        message(comm, file.set_attribute("survey", "x", 1.0), ErrorKind::Parameter, &["opened to be read"]);
    }

    fn files_are_there_when_they_are_finished(comm) {
        let folder = Folder::new(comm);
        let path = folder.at("a.h5");
        let rows = Layout::scatter(comm, &[5, 3], 0).unwrap();
        let x = DistArray::from_fn(&rows, |i| i[0] as f64);
        {
            let file = Hdf5File::create(comm, &path).unwrap();
            file.write("x", &x).unwrap();
            assert!(!path.exists());
        } // dropped before it was finished
        assert!(folder.files().is_empty());
        save_hdf5(&path, "x", &x).unwrap();
        let file = Hdf5File::create(comm, &path).unwrap();
        file.write("other", &x).unwrap();
        drop(file);
        assert_eq!(Hdf5File::open(comm, &path).unwrap().names().unwrap(), ["x"]); // the old one
        save_hdf5(&path, "new", &x).unwrap();
        assert_eq!(Hdf5File::open(comm, &path).unwrap().names().unwrap(), ["new"]);

        let file = Hdf5File::append(comm, &path).unwrap();
        file.write("more/y", &(2.0 * &x)).unwrap();
        file.set_attribute("new", "checked", true).unwrap();
        file.finish().unwrap();
        let fresh = Hdf5File::append(comm, folder.at("b.h5")).unwrap();
        fresh.write("z", &x).unwrap();
        fresh.finish().unwrap();
        assert_eq!(folder.files(), ["a.h5", "b.h5"]);
        let file = Hdf5File::open(comm, &path).unwrap();
        assert_eq!(file.names().unwrap(), ["more/y", "new"]);
        assert_eq!(file.attribute("new", "checked").unwrap().as_bool(), Some(true));
        assert_eq!(file.dataset("more/y").unwrap().load::<f64>(&rows).unwrap(), 2.0 * &x);
    }

    fn wrong_use_is_refused_with_words(comm) {
        let folder = Folder::new(comm);
        let path = folder.at("a.h5");
        let rows = Layout::scatter(comm, &[6, 4], 0).unwrap();
        let x = DistArray::from_fn(&rows, |i| i[0] as f64);
        let file = Hdf5File::create(comm, &path).unwrap();
        file.write("g/x", &x).unwrap();
        message(comm, file.write("g/x", &x), ErrorKind::Parameter, &["g/x", "a new name", "taken"]);
        message(comm, file.write("g", &x), ErrorKind::Parameter, &["a new name", "taken"]);
        message(comm, file.write("g/x/y", &x), ErrorKind::Parameter, &["\"g/x\"", "a group"]);
        message(comm, file.create_group("g/x"), ErrorKind::Parameter, &["a new name"]);
        for name in ["", "/", "a//b", "a/", "./x", "../x", "a\0b"] {
            message(comm, file.write(name, &x), ErrorKind::Parameter, &["words between slashes"]);
        }
        let new = |chunks: &[usize]| file.new_dataset("y").chunks(chunks).write(&x);
        message(comm, new(&[2]), ErrorKind::Shape, &["at most [6, 4]", "found [2]"]);
        message(comm, new(&[7, 1]), ErrorKind::Shape, &["at most [6, 4]", "found [7, 1]"]);
        message(comm, new(&[0, 1]), ErrorKind::Parameter, &["at least 1"]);
        message(comm, file.new_dataset("y").deflate(10).write(&x), ErrorKind::Parameter, &["at most 9", "found 10"]);
        let stack = DistArray::stack(&[&x, &x]).unwrap();
        message(comm, file.write("y", &stack), ErrorKind::Layout, &[]);
        let elsewhere = DistArray::<f64>::zeros(Layout::replicated(&comm.duplicate(), &[2]).unwrap());
        assert_eq!(file.write("y", &elsewhere).unwrap_err().kind(), ErrorKind::Communicator);
        file.finish().unwrap();

        let file = Hdf5File::open(comm, &path).unwrap();
        message(comm, file.write("y", &x), ErrorKind::Parameter, &["opened to be read"]);
        message(comm, file.dataset("y"), ErrorKind::Format, &["\"y\"", "one of its datasets [\"g/x\"]", "nothing"]);
        message(comm, file.dataset("g"), ErrorKind::Format, &["expected a dataset, found a group"]);
        let set = file.dataset("g/x").unwrap();
        message(comm, set.load::<f32>(&rows), ErrorKind::Format, &["expected float32, found float64"]);
        message(comm, set.load::<i64>(&rows), ErrorKind::Format, &["expected int64, found float64"]);
        let turned = Layout::scatter(comm, &[4, 6], 0).unwrap();
        message(comm, set.load::<f64>(&turned), ErrorKind::Shape, &["[4, 6], as the layout has it, found [6, 4]"]);
        message(comm, set.load_slice::<f64>(&turned, &index![9]), ErrorKind::Axis, &["found 9"]);
        message(comm, Hdf5File::open(comm, folder.at("b.h5")), ErrorKind::Io, &["b.h5", "a file that can be read"]);
        message(comm, Hdf5File::open(comm, &folder.path), ErrorKind::Io, &["a folder"]);
        message(comm, Hdf5File::create(comm, folder.at("no/a.h5")), ErrorKind::Io, &["a place to write a file"]);
        message(comm, Hdf5File::create(comm, &folder.path), ErrorKind::Io, &["a folder"]);
        assert_eq!(folder.files(), ["a.h5"]);
    }

    fn files_that_are_not_what_they_say(comm) {
        let folder = Folder::new(comm);
        let good = folder.at("good.h5");
        let rows = Layout::scatter(comm, &[64, 9], 0).unwrap();
        let x = DistArray::from_fn(&rows, |i| (i[0] * 9 + i[1]) as f64);
        let file = Hdf5File::create(comm, &good).unwrap();
        file.write("x", &x).unwrap();
        file.new_dataset("packed").chunks(&[5, 9]).deflate(6).write(&x).unwrap();
        file.write("truths", &DistArray::full(&rows, true)).unwrap();
        file.finish().unwrap();
        let bytes = std::fs::read(&good).unwrap();
        let bad = folder.at("bad.h5");
        let put = |bytes: &[u8]| on_root(comm, || std::fs::write(&bad, bytes).unwrap());
        for not in [&b""[..], b"no HDF5 at all", &[0; 4096], &bytes[..8], &bytes[..100]] {
            put(not);
            message(comm, Hdf5File::open(comm, &bad), ErrorKind::Format, &["bad.h5", "an HDF5 file"]);
        }
        put(&bytes[..bytes.len() / 2]);
        message(comm, Hdf5File::open(comm, &bad), ErrorKind::Format, &["truncated"]);
        // Bytes changed anywhere: values, or the same error on all ranks, and nobody waits.
        let mut dice = Dice::new(5);
        for _ in 0..40 {
            let mut changed = bytes.clone();
            for _ in 0..=dice.below(8) {
                let near = if dice.below(2) == 0 { 4096 } else { usize::MAX };
                let at = dice.below(changed.len().min(near));
                changed[at] = [0, 1, 0xff, 0x7f][dice.below(4)];
            }
            put(&changed);
            let mut outcomes = vec![];
            if let Ok(file) = Hdf5File::open(comm, &bad) {
                outcomes.push(file.names().is_ok());
                for name in ["x", "packed"] {
                    if let Ok(set) = file.dataset(name) {
                        outcomes.push(set.load::<f64>(&rows).is_ok());
                        outcomes.push(set.load_as_saved::<f64>().is_ok());
                    }
                }
                if let Ok(set) = file.dataset("truths") {
                    outcomes.push(set.load::<bool>(&rows).is_ok());
                }
            }
            let mut first = outcomes.clone();
            comm.broadcast(&mut first, 0);
            assert_eq!(first, outcomes);
        }
    }

    fn a_part_of_the_ranks_and_what_they_send(comm) {
        let folder = Folder::new(comm);
        let colour = comm.rank() % 2;
        let part = comm.split(colour);
        let path = folder.at(&format!("{colour}.h5"));
        let rows = Layout::scatter(&part, &[8, 3], 0).unwrap();
        let x = DistArray::from_fn(&rows, |i| (colour * 100 + i[0] * 3 + i[1]) as f64);
        save_hdf5(&path, "x", &x).unwrap();
        assert_eq!(load_hdf5::<f64>(&rows, &path, "x").unwrap(), x);
        let own = Comm::solo();
        let alone = load_hdf5::<f64>(&Layout::replicated(&own, &[8, 3]).unwrap(), &path, "x").unwrap();
        assert_eq!(alone.gather_all(), x.gather_all());

        // Rows go to the file from where they are; columns are exchanged, each element once.
        let rows = Layout::scatter(comm, &[8, 6], 0).unwrap();
        let x = DistArray::from_fn(&rows, |i| (i[0] * 6 + i[1]) as f64);
        let file = Hdf5File::create(comm, folder.at("all.h5")).unwrap();
        let exchanged = |act: &dyn Fn()| {
            let before = comm.traffic();
            act();
            (comm.traffic() - before)[lops::comm::Verb::Exchange].bytes
        };
        assert_eq!(exchanged(&|| file.write("rows", &x).unwrap()), 0);
        let columns = x.redistribute_axis(1).unwrap();
        let moved = exchanged(&|| drop(columns.redistribute(&rows).unwrap()));
        assert_eq!(exchanged(&|| file.write("columns", &columns).unwrap()), moved);
        let calls = |act: &dyn Fn()| {
            let before = comm.traffic();
            act();
            let spent = comm.traffic() - before;
            let verbs = [lops::comm::Verb::AllReduce, lops::comm::Verb::Barrier, lops::comm::Verb::Broadcast, lops::comm::Verb::Exchange];
            verbs.map(|verb| spent[verb].calls as usize)
        };
        let (reduced, barriers) = if comm.engine_name() == "MPI" { (8, 0) } else { (5, comm.size()) };
        assert_eq!(calls(&|| file.write("again", &x).unwrap()), [reduced, barriers, 0, 0]);
        assert_eq!(calls(&|| drop(file.dataset("columns").unwrap())), [1, 0, 2, 0]);
        let set = file.dataset("columns").unwrap();
        assert_eq!(calls(&|| drop(set.load::<f64>(&rows).unwrap())), [3, 0, 0, 0]);
        assert_eq!(calls(&|| drop(set.saved_layout().unwrap())), [1, 0, 2, 0]);
        assert_eq!(exchanged(&|| assert_eq!(set.load::<f64>(&rows).unwrap(), x)), 0);
    }

    fn axes_that_are_too_short_for_the_ranks(comm) {
        let folder = Folder::new(comm);
        let file = Hdf5File::create(comm, folder.at("a.h5")).unwrap();
        for shape in [&[1, 40][..], &[2, 3, 7], &[1, 1, 5], &[3, 1]] {
            let global = numbered(shape);
            let cyclic = Grid::cut(&vec![Cut::Cyclic; shape.len()]).layout(comm, shape).unwrap();
            let name = format!("{shape:?}");
            file.new_dataset(&name).shuffle().write(&DistArray::from_global(&cyclic, &global).unwrap()).unwrap();
            let again: ArrayD<f64> = file.dataset(&name).unwrap().load_as_saved().unwrap().gather_all();
            assert_eq!(again, global);
        }
        let list = arr1(&[5, 6, 7]);
        let three = Layout::scatter(comm, &[3], 0).unwrap();
        file.write("list", &DistArray::from_global(&three, &list).unwrap()).unwrap();
        let none = Layout::scatter(comm, &[0], 0).unwrap();
        assert!(file.dataset("list").unwrap().load_slice::<i32>(&none, &[Index::from(3..)]).unwrap().size() == 0);
        assert!(Path::new(file.path()).ends_with("a.h5"));
    }
}
