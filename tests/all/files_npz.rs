//! Arrays of `.npz` archives on all ranks: stored ones in place, deflated ones unpacked by each.

use crate::bodies;
use crate::cases::Dice;
use crate::files::{Folder, kinds, put, values};
use lops::ndarray::{ArrayD, IxDyn, ShapeBuilder};
use lops::{Complex, DistArray, ErrorKind, Layout, comm::Verb, index, io};
use ndarray_npy::WriteNpyExt;
use std::io::Cursor;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

type Archive = ZipWriter<Cursor<Vec<u8>>>;

/// An archive with an array in C order, one in Fortran order, and one of another type.
fn archive(deflated: bool, global: &ArrayD<f64>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(vec![]));
    let method = if deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let mut put = |name: &str, write: &dyn Fn(&mut Archive)| {
        writer.start_file(format!("{name}.npy"), SimpleFileOptions::default().compression_method(method)).unwrap();
        write(&mut writer);
    };
    let mut fortran = ArrayD::zeros(IxDyn(global.shape()).f());
    fortran.assign(global);
    put("c", &|to| global.write_npy(to).unwrap());
    put("f", &|to| fortran.write_npy(to).unwrap());
    put("z", &|to| values(&[3], |k| Complex::new(k as f32, 0.5)).write_npy(to).unwrap());
    writer.finish().unwrap().into_inner()
}

bodies! {
    fn stored_and_deflated_in_any_layout(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npz");
        let mut dice = Dice::new(81);
        for shape in [&[11, 6, 3][..], &[7], &[], &[0, 4]] {
            let global = values(shape, |k| 0.5 * k as f64);
            for deflated in [false, true] {
                put(comm, &path, &archive(deflated, &global));
                for layout in kinds(comm, shape, &mut dice) {
                    let expected = DistArray::from_global(&layout, &global).unwrap();
                    for name in ["c", "f"] {
                        assert_eq!(io::load_npz::<f64>(&layout, &path, name).unwrap(), expected, "{name} {layout}");
                    }
                }
                let three = Layout::scatter(comm, &[3], 0).unwrap();
                let z = io::load_npz::<Complex<f32>>(&three, &path, "z").unwrap();
                assert_eq!(z, DistArray::from_fn(&three, |i| Complex::new(i[0] as f32 + 1.0, 0.5)));
                comm.barrier();
            }
        }
    }

    fn parts_of_entries(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npz");
        let global = values(&[40, 30, 20], |k| k as f64);
        let whole = DistArray::from_global(&Layout::replicated(&comm.alone(), &[40, 30, 20]).unwrap(), &global).unwrap();
        for deflated in [false, true] {
            put(comm, &path, &archive(deflated, &global));
            for name in ["c", "f"] {
                let file = io::open_npz(comm, &path, name).unwrap();
                let picked = index![3..39;4, 7, 5..];
                let part = file.slice(&picked).unwrap();
                for layout in kinds(comm, part.shape(), &mut Dice::new(82)) {
                    let expected = DistArray::from_global(&layout, &whole.slice(&picked).unwrap().gather_all()).unwrap();
                    assert_eq!(part.load::<f64>(&layout).unwrap(), expected, "{name} {layout}");
                }
                let backwards = file.slice(&index![..;-1]);
                assert_eq!(backwards.map(|_| ()).map_err(|e| e.kind()), if deflated { Err(ErrorKind::Parameter) } else { Ok(()) });
            }
            comm.barrier();
        }
    }

    fn what_is_not_there_is_named_on_every_rank(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npz");
        put(comm, &path, &archive(true, &values(&[4], |k| k as f64)));
        let layout = Layout::scatter(comm, &[4], 0).unwrap();
        let error = io::load_npz::<f64>(&layout, &path, "y").unwrap_err();
        assert!(error.message().ends_with("x.npz: expected one of its arrays [\"c\", \"f\", \"z\"], found \"y\""), "{error}");
        let error = io::load_npz::<f32>(&layout, &path, "c").unwrap_err();
        assert!(error.message().ends_with("x.npz, array \"c\": expected float32, found float64"), "{error}");
        assert_eq!(io::open_npz(comm, folder.path("y.npz"), "c").unwrap_err().kind(), ErrorKind::Io);
    }

    fn values_travel_only_from_rows_to_other_layouts(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npz");
        put(comm, &path, &archive(true, &values(&[32, 6], |k| k as f64)));
        for (layout, exchanges) in [
            (Layout::scatter(comm, &[32, 6], 0).unwrap(), 0),
            (Layout::replicated(comm, &[32, 6]).unwrap(), 0),
            (Layout::scatter(comm, &[32, 6], 1).unwrap(), u64::from(comm.size() > 1)),
        ] {
            let before = comm.traffic();
            io::load_npz::<f64>(&layout, &path, "c").unwrap();
            assert_eq!((comm.traffic() - before)[Verb::Exchange].calls, exchanges, "{layout}");
        }
    }
}
