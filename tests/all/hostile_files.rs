//! Files that are not what they say: every reader gives the same typed error on every rank, and waits for none.

use crate::bodies;
use crate::files::{Folder, put, values};
use lops::io::{self, RawVolume};
use lops::{Comm, DistArray, ErrorKind, Layout, Result};
use std::fs;
use std::path::Path;

/// A `.npy` file with this header text and these data.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
}

/// A `.dnpy` file of the only dimension, and of a part of n zeros.
fn dnpy(dim: &str, n: usize) -> Vec<u8> {
    let text = format!("{{'__version__': '0.10.0', 'dim_data': ({{{dim}}},), }}\n");
    let part = npy(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({n},), }}\n"), &vec![0; 8 * n]);
    [&b"\x93DARRY\x01\x00"[..], &(text.len() as u16).to_le_bytes(), text.as_bytes(), &part].concat()
}

/// The error, which is the same on all ranks.
fn refused<T>(comm: &Comm, result: Result<T>, kinds: &[ErrorKind], case: &str) {
    let error = result.err().unwrap_or_else(|| panic!("{case} was read"));
    assert!(kinds.contains(&error.kind()), "{case}: {error}");
    let words: Vec<_> = error.to_string().into_bytes();
    let mut first = words.clone();
    let mut length = [first.len()];
    comm.broadcast(&mut length, 0);
    assert_eq!(length[0], words.len(), "{case}: {error}");
    comm.broadcast(&mut first, 0);
    assert_eq!(first, words, "{case}: {error}");
}

fn load(layout: &Layout, path: &Path) -> Result<DistArray<f64>> {
    io::load_npy(layout, path)
}

bodies! {
    fn headers_of_npy_that_lie(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npy");
        let layout = Layout::scatter(comm, &[4], 0).unwrap();
        let good = "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }";
        put(comm, &path, &npy(good, &[0; 32]));
        assert_eq!(load(&layout, &path).unwrap(), DistArray::zeros(&layout));
        comm.barrier();
        let format = [ErrorKind::Format];
        for (from, to) in [
            ("(4,)", "(5,)"),
            ("(4,)", "(3,)"),
            ("(4,)", "(-4,)"),
            ("(4,)", "(nan,)"),
            ("(4,)", "(4.0,)"),
            ("(4,)", "(4, 0)"),
            ("(4,)", "(134217728,)"), // 1 GiB
            ("(4,)", "(9223372036854775807,)"),
            ("(4,)", "(4294967296, 4294967296)"),
            ("(4,)", "(0, 4294967296, 4294967296)"),
            ("(4,)", "(99999999999999999999999,)"),
            ("'<f8'", "'|O'"),
            ("'<f8'", "'<U8'"),
            ("'<f8'", "'<f16'"),
            ("'<f8'", "[('x', '<f8')]"),
            ("'<f8'", "'<f4'"),
            ("False", "Maybe"),
            ("}", ""),
        ] {
            let text = good.replacen(from, to, 1);
            put(comm, &path, &npy(&text, &[0; 32]));
            refused(comm, load(&layout, &path), &format, &text);
        }
        let whole = npy(good, &[0; 32]);
        for length in [0, 1, 5, 6, 8, 9, 10, 40, whole.len() - 32, whole.len() - 1] {
            put(comm, &path, &whole[..length]);
            refused(comm, load(&layout, &path), &format, &format!("{length} bytes"));
        }
        let mut other = whole.clone();
        other[8..10].copy_from_slice(&u16::MAX.to_le_bytes());
        put(comm, &path, &other);
        refused(comm, load(&layout, &path), &format, "a header longer than the file");
        other[6] = 2;
        other[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
        put(comm, &path, &other);
        refused(comm, load(&layout, &path), &format, "a header of 4 GiB");
        other[..6].copy_from_slice(b"\x93NUMPX");
        put(comm, &path, &other);
        refused(comm, load(&layout, &path), &format, "another magic");
        let bools = npy(&good.replace("<f8", "|b1"), &[1, 0, 2, 1]);
        put(comm, &path, &bools);
        let flags = io::load_npy::<bool>(&layout, &path).unwrap();
        assert_eq!(flags, DistArray::from_fn(&layout, |i| i[0] != 1), "every byte but 0 is true, as NumPy has it");
        comm.barrier();
        refused(comm, load(&layout, &folder.0), &[ErrorKind::Io], "a folder");
    }

    fn archives_that_lie(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.npz");
        let layout = Layout::scatter(comm, &[300], 0).unwrap();
        let open = || io::load_npz::<f64>(&layout, &path, "x");
        let kinds = [ErrorKind::Format, ErrorKind::Io];
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (300,), }";
        let data: Vec<_> = values(&[300], |k| k as f64).iter().flat_map(|v: &f64| v.to_le_bytes()).collect();
        let bytes = npy(text, &data);
        let expected = DistArray::from_fn(&layout, |i| i[0] as f64 + 1.0);
        for method in [zip::CompressionMethod::Stored, zip::CompressionMethod::Deflated] {
            let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            writer.start_file("x.npy", options).unwrap();
            std::io::Write::write_all(&mut writer, &bytes).unwrap();
            let whole = writer.finish().unwrap().into_inner();
            put(comm, &path, &whole);
            assert_eq!(open().unwrap(), expected);
            comm.barrier();
            for length in (0..whole.len()).step_by(whole.len() / 23) {
                put(comm, &path, &whole[..length]);
                refused(comm, open(), &kinds, &format!("{length} bytes"));
            }
            // Both records of the entry: a length, a place, a method, a checksum that are wrong. (What is
            // stored is read where it lies, and its checksum not looked at.)
            let directory = whole.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
            for at in (directory..whole.len()).chain(0..60) {
                let mut other = whole.clone();
                other[at] ^= 0x55;
                put(comm, &path, &other);
                let read = open();
                // Dates and flags do not matter; what is read is never wrong.
                assert!(read.map_or_else(|e| kinds.contains(&e.kind()), |x| x == expected), "byte {at}");
                comm.barrier();
            }
        }
    }

    fn sets_of_dnpy_that_lie(comm) {
        let folder = Folder::new(comm);
        let name = folder.path("x");
        let (first, second) = (folder.path("x_0.dnpy"), folder.path("x_1.dnpy"));
        let layout = Layout::scatter(comm, &[4], 0).unwrap();
        let open = || io::load_dnpy::<f64>(&layout, &name);
        let block = |rank: usize, start: usize, stop: usize| {
            format!("'dist_type': 'b', 'size': 4, 'proc_grid_rank': {rank}, 'proc_grid_size': 2, 'start': {start}, 'stop': {stop}")
        };
        let list = |rank: usize, text: &str| {
            format!("'dist_type': 'u', 'size': 4, 'proc_grid_rank': {rank}, 'proc_grid_size': 2, 'indices': {text}")
        };
        let format = [ErrorKind::Format];
        // A good one, cut in two in each way.
        for parts in [[block(0, 0, 3), block(1, 3, 4)], [list(0, "array([3, 0, 1])"), list(1, "[2]")]] {
            put(comm, &first, &dnpy(&parts[0], 3));
            put(comm, &second, &dnpy(&parts[1], 1));
            assert_eq!(open().unwrap(), DistArray::zeros(&layout), "{parts:?}");
            comm.barrier();
        }
        for (parts, lengths) in [
            ([block(0, 0, 3), block(1, 2, 4)], [3, 2]),  // overlap
            ([block(0, 0, 2), block(1, 3, 4)], [2, 1]),  // gap
            ([block(0, 0, 3), block(0, 0, 3)], [3, 3]),  // twice
            ([block(0, 0, 3), block(2, 3, 4)], [3, 1]),  // no such coordinate
            ([block(0, 0, 3), block(1, 3, 4)], [3, 2]),  // a part of another length
            ([block(0, 0, 3), block(1, 3, 5)], [3, 2]),  // beyond the size
            ([block(0, 0, 3), list(1, "[3]")], [3, 1]),  // of two kinds
            ([list(0, "[3, 0, 1]"), list(1, "[3]")], [3, 1]),
            ([list(0, "[3, 0, 1]"), list(1, "[4]")], [3, 1]),
            ([list(0, "[3, 0, 1]"), list(1, "[-2]")], [3, 1]),
            ([list(0, "[3, 0, 1]"), list(1, "[nan]")], [3, 1]),
            ([list(0, "[3, 0, 1]"), list(1, "array([0, ..., 9])")], [3, 1]),
            ([block(0, 0, 3), block(1, 3, 4).replace("'size': 4", "'size': 5")], [3, 1]),
            ([block(0, 0, 3), block(1, 3, 4).replace("grid_size': 2", "grid_size': 3")], [3, 1]),
            ([block(0, 0, 3), block(1, 3, 4).replace("grid_size': 2", "grid_size': 0")], [3, 1]),
        ] {
            put(comm, &first, &dnpy(&parts[0], lengths[0]));
            put(comm, &second, &dnpy(&parts[1], lengths[1]));
            refused(comm, open(), &format, &format!("{parts:?}"));
        }
        // As many files as no disk holds: the first that is missing ends it.
        for size in ["3", "1000000000", "9223372036854775807"] {
            let dim = block(0, 0, 3).replace("grid_size': 2", &format!("grid_size': {size}"));
            put(comm, &first, &dnpy(&dim, 3));
            put(comm, &second, &dnpy(&dim.replace("'proc_grid_rank': 0, ", "'proc_grid_rank': 1, ").replace("'start': 0", "'start': 3"), 0));
            refused(comm, open(), &[ErrorKind::Io, ErrorKind::Format], size);
        }
        let dim = block(0, 0, 4).replace("grid_size': 2", "grid_size': 1");
        let whole = dnpy(&dim, 4);
        put(comm, &first, &whole);
        assert_eq!(open().unwrap(), DistArray::zeros(&layout)); // and the second is not one of them
        comm.barrier();
        for length in (0..whole.len()).step_by(9) {
            put(comm, &first, &whole[..length]);
            refused(comm, open(), &format, &format!("{length} bytes"));
        }
        put(comm, &first, &whole[whole.len() - 100..]);
        refused(comm, open(), &format, "no header");
        for (from, to) in [(" (4,)", " (1 << 60,)"), (" (4,)", " (1152921504606846975,)"), ("'<f8'", "'|O'"), ("0.10.0", "1.0.0")] {
            let text = String::from_utf8_lossy(&whole).into_owned();
            assert!(text.contains(from));
            // Of the same length, so that the headers' own stay right.
            let at = whole.windows(from.len()).position(|w| w == from.as_bytes()).unwrap();
            let mut other = whole.clone();
            other.splice(at..at + from.len(), to.bytes());
            put(comm, &first, &other);
            refused(comm, open(), &format, to);
        }
        if comm.rank() == 0 {
            fs::remove_file(&first).unwrap();
        }
        comm.barrier();
        refused(comm, open(), &[ErrorKind::Io], "no first file");
    }

    fn bare_volumes_that_lie(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.bin");
        put(comm, &path, &[2; 100]);
        let layout = Layout::scatter(comm, &[1 << 27], 0).unwrap();
        refused(comm, RawVolume::<f64>::new(&[1 << 27]).load(&layout, &path), &[ErrorKind::Format], "1 GiB in 100 bytes");
        let flags = Layout::scatter(comm, &[100], 0).unwrap();
        assert!(RawVolume::<bool>::new(&[100]).load(&flags, &path).unwrap().all());
        refused(comm, RawVolume::<bool>::new(&[100]).load(&flags, folder.path("y")), &[ErrorKind::Io], "no file");
    }
}
