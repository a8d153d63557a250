//! `.dnpy` files: a file for each rank, read on any number of them.

use crate::bodies;
use crate::cases::Dice;
use crate::files::{Folder, kinds, values};
use lops::io::{self, NpyElement};
use lops::ndarray::IxDyn;
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout,
    layout::{AxisMap, Cut, Grid, Mode},
};
use std::fs;

fn round_trip<T: NpyElement>(comm: &Comm, folder: &Folder, of: impl Fn(usize) -> T) {
    let name = folder.path(T::DTYPE.name());
    let global = values(&[5, 7], of);
    let rows = Layout::scatter(comm, &[5, 7], 0).unwrap();
    let grid = Layout::grid(comm, &[5, 7], &[Cut::Cyclic, Cut::BlockCyclic(2)]).unwrap();
    for (from, to) in [(&rows, &grid), (&grid, &rows)] {
        io::save_dnpy(&name, &DistArray::from_global(from, &global).unwrap()).unwrap();
        assert_eq!(io::load_dnpy::<T>(to, &name).unwrap(), DistArray::from_global(to, &global).unwrap());
        comm.barrier();
    }
}

bodies! {
    fn every_type_comes_back(comm) {
        let folder = Folder::new(comm);
        round_trip(comm, &folder, |k| k % 3 == 0);
        round_trip(comm, &folder, |k| k as i8 - 20);
        round_trip(comm, &folder, |k| -100 * k as i16);
        round_trip(comm, &folder, |k| -100_000 * k as i32);
        round_trip(comm, &folder, |k| -10_000_000_000 * k as i64);
        round_trip(comm, &folder, |k| 250 - k as u8);
        round_trip(comm, &folder, |k| 60_000 + k as u16);
        round_trip(comm, &folder, |k| 4_000_000_000 + k as u32);
        round_trip(comm, &folder, |k| u64::MAX - k as u64);
        round_trip(comm, &folder, |k| 1.0 / k as f32);
        round_trip(comm, &folder, |k| 1.0 / k as f64);
        round_trip(comm, &folder, |k| Complex::new(k as f32, 1.0 / k as f32));
        round_trip(comm, &folder, |k| Complex::new(k as f64, 1.0 / k as f64));
    }

    fn any_layout_out_and_any_other_in(comm) {
        let folder = Folder::new(comm);
        let mut dice = Dice::new(91);
        for shape in [&[11, 6][..], &[3, 4, 5], &[13], &[], &[0, 3], &[2, 0], &[1, 1]] {
            let global = values(shape, |k| k as f32 - 0.5);
            let layouts = kinds(comm, shape, &mut dice);
            let targets = dice.shuffled(layouts.len());
            for (from, to) in layouts.iter().zip(targets.iter().map(|&k| &layouts[k])) {
                let name = folder.path("x");
                let saved = io::save_dnpy(&name, &DistArray::from_global(from, &global).unwrap());
                if from.chunks().is_some() {
                    assert_eq!(saved.unwrap_err().kind(), ErrorKind::Layout);
                    continue;
                }
                saved.unwrap();
                let files = io::open_dnpy(comm, &name).unwrap();
                assert_eq!((files.shape(), files.dtype()), (shape, lops::numbers::DType::F32));
                let expected = DistArray::from_global(to, &global).unwrap();
                assert_eq!(files.load::<f32>(to).unwrap(), expected, "{from} to {to}");
                let same = files.layout().unwrap();
                assert_eq!(files.load::<f32>(&same).unwrap(), DistArray::from_global(&same, &global).unwrap());
                match from.process_grid() {
                    Some(grid) => {
                        let sets = |map: &AxisMap| {
 let sets = (0..map.coordinates()).map(|c| map.set(c));
 sets.filter(|set| !set.is_empty()).collect::<Vec<_>>()
 };
                        let again = same.process_grid().unwrap();
                        assert_eq!(files.count(), grid.ranks().len());
                        assert!(grid.axes().iter().map(sets).eq(again.axes().iter().map(sets)), "{from}: {same}");
                    }
                    None => assert_eq!(files.count(), 1),
                }
                comm.barrier();
            }
        }
    }

    fn any_number_of_ranks_out_and_any_other_in(comm) {
        let mut dice = Dice::new(92);
        let folder = Folder::new(comm);
        for round in 0..8 {
            let shape = dice.shape();
            let global = values(&shape, |k| k as i64);
            let (writers, readers) = (1 + dice.below(comm.size()), 1 + dice.below(comm.size()));
            let name = folder.path("x"); // over the sets before, of more or fewer files
            let part = comm.split(usize::from(comm.rank() >= writers));
            let layout = Dice::new(2 * round).grid(&part, &shape);
            if comm.rank() < writers {
                io::save_dnpy(&name, &DistArray::from_global(&layout, &global).unwrap()).unwrap();
            }
            let part = comm.split(usize::from(comm.rank() >= readers));
            let layout = Dice::new(2 * round + 1).layout(&part, &shape);
            let x = io::load_dnpy::<i64>(&layout, &name).unwrap();
            assert_eq!(x, DistArray::from_global(&layout, &global).unwrap(), "{writers} to {readers}: {layout}");
            comm.barrier();
        }
    }

    fn files_are_as_many_as_cells_and_each_is_a_part(comm) {
        let folder = Folder::new(comm);
        let name = folder.path("x");
        let global = values(&[6, 5], |k| k as f64);
        let turned: Vec<_> = (0..comm.size()).rev().collect();
        let layout = Grid::cut(&[Cut::BlockCyclic(4)]).over(&[comm.size().min(2)]).on_ranks(&turned).layout(comm, &[6, 5]).unwrap();
        io::save_dnpy(&name, &DistArray::from_global(&layout, &global).unwrap()).unwrap();
        let names = folder.names();
        assert_eq!(names, ["x_0.dnpy", "x_1.dnpy"][..comm.size().min(2)]);
        let bytes = fs::read(folder.path(&names[0])).unwrap();
        let start = bytes.windows(6).position(|w| w == b"\x93NUMPY").unwrap();
        assert!(start.is_multiple_of(16));
        let part = folder.path(&format!("part-{}.npy", comm.rank()));
        fs::write(&part, &bytes[start..]).unwrap();
        let rows: Vec<_> = if comm.size() == 1 { (0..6).collect() } else { (0..4).collect() }; // the short block is the other's
        let expected = global.select(lops::ndarray::Axis(0), &rows);
        assert_eq!(io::read_npy::<f64, IxDyn>(&part).unwrap(), expected);
    }

    fn only_what_is_one_set_is_read(comm) {
        let folder = Folder::new(comm);
        let two = Grid::cut(&[Cut::Block]).over(&[2.min(comm.size())]).layout(comm, &[6, 5]).unwrap();
        let save = |name: &str, layout: &Layout| io::save_dnpy(folder.path(name), &DistArray::full(layout, 1.5)).unwrap();
        let file = |name: &str, k: usize| folder.path(&format!("{name}_{k}.dnpy"));
        let error = io::open_dnpy(comm, folder.path("none")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        save("x", &two);
        let rows = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let kind = |name: &str| io::load_dnpy::<f64>(&rows, folder.path(name)).map(|_| ()).map_err(|e| e.kind());
        assert_eq!(kind("x"), Ok(()));
        assert_eq!(io::load_dnpy::<f32>(&rows, folder.path("x")).unwrap_err().kind(), ErrorKind::Format);
        let other = Layout::scatter(comm, &[5, 6], 0).unwrap();
        assert_eq!(io::load_dnpy::<f64>(&other, folder.path("x")).unwrap_err().kind(), ErrorKind::Shape);
        if comm.size() > 1 {
            // A part of another size, of another cut, of another type, the same part twice, and none.
            save("size", &Grid::cut(&[Cut::Block]).over(&[2]).layout(comm, &[7, 5]).unwrap());
            save("bounds", &Grid::cut(&[Cut::Bounds(vec![0, 2, 6])]).layout(comm, &[6, 5]).unwrap());
            save("cyclic", &Grid::cut(&[Cut::Cyclic]).over(&[2]).layout(comm, &[6, 5]).unwrap());
            io::save_dnpy(folder.path("type"), &DistArray::full(&two, 1.5f32)).unwrap();
            for from in ["size", "bounds", "cyclic", "type", "x"] {
                save("mixed", &two);
                if comm.rank() == 0 {
                    fs::copy(file(from, usize::from(from != "x")), file("mixed", 1)).unwrap();
                }
                comm.barrier();
                assert_eq!(kind("mixed"), Err(ErrorKind::Format), "{from}");
            }
            if comm.rank() == 0 {
                fs::remove_file(file("mixed", 1)).unwrap();
            }
            comm.barrier();
            assert_eq!(kind("mixed"), Err(ErrorKind::Io));
            let alone = comm.alone();
            let files = io::open_dnpy(&alone, folder.path("x")).unwrap();
            assert_eq!(files.layout().unwrap_err().kind(), ErrorKind::Layout); // two files, one rank
        }
        let overlap = Layout::chunked(comm, &[6], &vec![vec![0..6]; comm.size()], Mode::Replica).unwrap();
        assert_eq!(io::save_dnpy(folder.path("c"), &DistArray::<i32>::zeros(&overlap)).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(io::save_dnpy(folder.path("no").join("x"), &DistArray::full(&two, 1)).unwrap_err().kind(), ErrorKind::Io);
        assert!(!folder.names().iter().any(|name| name.contains(".part")));
    }
}
