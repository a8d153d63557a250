//! What a file claims takes no memory: reading never takes more than the file's size and 64 KiB. A counting
//! allocator says so, which is why this is a test binary of its own.

use lops::io::{self, RawVolume};
use lops::{Comm, Layout, Result};
use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::cell::Cell;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

struct Counting;

thread_local! {
    /// Bytes that this thread has taken, less those that it has given back, and the most there ever were.
    static TAKEN: Cell<(i64, i64)> = const { Cell::new((0, 0)) };
}

fn count(bytes: i64) {
    let _ = TAKEN.try_with(|taken| {
        let (now, most) = taken.get();
        taken.set((now + bytes, most.max(now + bytes)));
    });
}

// SAFETY: hands everything to the system's allocator; the counter is a thread-local number.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, memory: Memory) -> *mut u8 {
        count(memory.size() as i64);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(memory) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, memory: Memory) {
        count(-(memory.size() as i64));
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(pointer, memory) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most that this thread takes at a time beyond what it has.
fn most(work: impl FnOnce()) -> i64 {
    let before = TAKEN.with(|taken| {
        let (now, _) = taken.get();
        taken.set((now, now));
        now
    });
    work();
    TAKEN.with(Cell::get).1 - before
}

const BESIDE: i64 = 64 << 10;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("lops-alloc-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn npy(text: &str, data: &[u8]) -> Vec<u8> {
    [&b"\x93NUMPY\x01\x00"[..], &(text.len() as u16).to_le_bytes(), text.as_bytes(), data].concat()
}

fn dnpy(dim: &str, part: &[u8]) -> Vec<u8> {
    let text = format!("{{'__version__': '0.10.0', 'dim_data': ({{{dim}}},), }}\n");
    [&b"\x93DARRY\x01\x00"[..], &(text.len() as u16).to_le_bytes(), text.as_bytes(), part].concat()
}

fn npz(entry: &[u8], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    writer.start_file("x.npy", zip::write::SimpleFileOptions::default().compression_method(method)).unwrap();
    writer.write_all(entry).unwrap();
    writer.finish().unwrap().into_inner()
}

/// Refused, and for no more memory than the file and 64 KiB.
fn refused<T>(what: &str, path: &Path, read: impl FnOnce() -> Result<T>) {
    let length = fs::metadata(path).unwrap().len() as i64;
    let mut outcome = Ok(());
    let taken = most(|| outcome = read().map(|_| ()));
    assert!(outcome.is_err(), "{what} was read");
    assert!(taken <= length + BESIDE, "{what}: {taken} bytes for a file of {length}");
}

#[test]
fn claims_take_no_memory() {
    let folder = Folder::new("claims");
    let comm = Comm::solo();
    let claims =
        ["(134217728,)", "(9000000000,)", "(1152921504606846975,)", "(4294967296, 4294967296)", "(0, 1 << 60)"];
    for claim in claims {
        let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {claim}, }}");
        let bytes = npy(&text, &[0; 14]);
        let path = folder.0.join("x.npy");
        fs::write(&path, &bytes).unwrap();
        refused(claim, &path, || io::open_npy(&comm, &path));
        let path = folder.0.join("x.npz");
        for method in [zip::CompressionMethod::Stored, zip::CompressionMethod::Deflated] {
            let mut archive = npz(&bytes, method);
            fs::write(&path, &archive).unwrap();
            refused(claim, &path, || io::open_npz(&comm, &path, "x"));
            // The archive's directory joins in the lie: the length of the entry, 4 bytes at 24 of its record.
            let directory = archive.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
            let length = (100 * archive.len() as u32).to_le_bytes();
            archive[directory + 24..directory + 28].copy_from_slice(&length);
            fs::write(&path, &archive).unwrap();
            refused(claim, &path, || io::open_npz(&comm, &path, "x"));
        }
        let dim = "'dist_type': 'b', 'size': 4, 'proc_grid_rank': 0, 'proc_grid_size': 1, 'start': 0, 'stop': 4";
        for dim in [
            dim.to_owned(),
            dim.replace('4', "134217728"),
            dim.replace("grid_size': 1", "grid_size': 1152921504606846975"),
        ] {
            fs::write(folder.0.join("x_0.dnpy"), dnpy(&dim, &bytes)).unwrap();
            refused(claim, &folder.0.join("x_0.dnpy"), || io::open_dnpy(&comm, folder.0.join("x")));
        }
    }
    let path = folder.0.join("x.npy");
    for header in [
        &b"\x93NUMPY\x01\x00\xff\xff{"[..],
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
        b"\x93NUMPY\x02\x00\xff\xff\x00\x00{",
    ] {
        fs::write(&path, header).unwrap();
        refused("a header longer than the file", &path, || io::open_npy(&comm, &path));
    }
    let layout = Layout::scatter(&comm, &[1 << 27], 0).unwrap();
    refused("a bare volume", &path, || RawVolume::<f64>::new(&[1 << 27]).load(&layout, &path));
}

/// Records of a directory, or of its end, that claim anything.
#[test]
fn archives_take_no_memory() {
    let folder = Folder::new("archives");
    let comm = Comm::solo();
    let path = folder.0.join("x.npz");
    let end = |count: u16, size: u32, offset: u32| {
        let (count, size, offset) = (count.to_le_bytes(), size.to_le_bytes(), offset.to_le_bytes());
        [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size, &offset, &[0, 0]].concat()
    };
    let large = |count: u64, size: u64| {
        let numbers = [count, count, size, 0].map(u64::to_le_bytes).concat();
        let locator = [&b"PK\x06\x07\0\0\0\0"[..], &[0; 8], &1_u32.to_le_bytes()].concat();
        [&b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0"[..], &numbers, &locator].concat()
    };
    for (what, bytes) in [
        ("65535 members in 22 bytes", end(0xffff, 0, u32::MAX - 15)),
        ("a directory of 4 GiB", end(0xffff, u32::MAX, 0)),
        (
            "3 million members in 200 bytes",
            [large(3_000_000, 0), vec![0; 80], end(0xffff, u32::MAX, u32::MAX)].concat(),
        ),
        ("2⁶⁰ members", [large(1 << 60, 1 << 63), end(0xffff, u32::MAX, u32::MAX)].concat()),
        ("a megabyte of ends", end(0xffff, 46, 0).repeat(1 << 16)),
    ] {
        fs::write(&path, &bytes).unwrap();
        refused(what, &path, || io::open_npz(&comm, &path, "x"));
        refused(what, &path, || io::npz_names(&path));
    }
    // As many members as two bytes count, whose directory is all that there is of them.
    let mut directory = vec![];
    for k in 0..65_000 {
        let name = format!("{k}.npy");
        let mut record = [0; 46];
        record[..4].copy_from_slice(b"PK\x01\x02");
        record[28..30].copy_from_slice(&(name.len() as u16).to_le_bytes());
        directory.extend(record);
        directory.extend(name.as_bytes());
    }
    let bytes = [&directory[..], &end(65_000, directory.len() as u32, 0)].concat();
    fs::write(&path, &bytes).unwrap();
    let taken = most(|| assert_eq!(io::npz_names(&path).unwrap().len(), 65_000));
    assert!(taken <= bytes.len() as i64 + BESIDE, "{taken} bytes for {}", bytes.len());
    let taken = most(|| assert!(io::open_npz(&comm, &path, "7").is_err()));
    assert!(taken <= BESIDE, "{taken} bytes");
    let path = folder.0.join("x.npy");
    let axes = "1,".repeat(20_000);
    fs::write(&path, npy(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({axes})}}"), &[0; 8])).unwrap();
    let begun = std::time::Instant::now();
    let taken = most(|| assert!(io::open_npz(&comm, &path, "x").is_err() && io::open_npy(&comm, &path).is_err()));
    assert!(taken <= 40_000 + 20_000 * 8 * 3 + BESIDE, "{taken} bytes");
    assert!(begun.elapsed() < std::time::Duration::from_secs(60));
}

/// 64 MiB packed in 64 KiB: a part of it takes a window, and what is unpacked beside.
#[test]
fn what_is_packed_is_read_in_pieces() {
    let folder = Folder::new("packed");
    let comm = Comm::solo();
    let path = folder.0.join("x.npz");
    let n = 8 << 20;
    let whole = npy(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({n},), }}"), &vec![0; 8 * n]);
    fs::write(&path, npz(&whole, zip::CompressionMethod::Deflated)).unwrap();
    drop(whole);
    let taken = most(|| {
        let file = io::open_npz(&comm, &path, "x").unwrap();
        let part = file.slice(&lops::index![5_000_000..5_000_100]).unwrap();
        let part = part.load::<f64>(&Layout::scatter(&comm, &[100], 0).unwrap()).unwrap();
        assert_eq!(part.as_slice(), [0.0; 100]);
        assert!(io::read_npz::<f64, lops::ndarray::Ix2>(&path, "x").is_err()); // before it is unpacked
        assert!(io::read_npz::<f32, lops::ndarray::Ix1>(&path, "x").is_err());
    });
    assert!(taken <= 64 * 1024 + 2 * BESIDE, "{taken} bytes");
    let taken = most(|| assert_eq!(io::read_npz::<f64, lops::ndarray::Ix1>(&path, "x").unwrap().len(), n));
    assert!(taken <= 8 * n as i64 * 7 / 4, "{taken} bytes"); // it grows by what has been seen
}

/// The array itself, and a window beside it where it cannot be read straight to its place.
#[test]
fn what_is_there_takes_its_own_size() {
    let folder = Folder::new("whole");
    let comm = Comm::solo();
    let (rows, columns) = (300, 500);
    let layout = Layout::scatter(&comm, &[rows, columns], 0).unwrap();
    let data: Vec<u8> = (0..rows * columns).flat_map(|k| (k as f64).to_be_bytes()).collect();
    let check = |what: &str, path: &Path, length: u64, read: &dyn Fn() -> Result<lops::DistArray<f64>>| {
        let mut sum = 0.0;
        let taken = most(|| sum = read().unwrap().as_slice().iter().sum());
        assert_eq!(sum, (0..rows * columns).sum::<usize>() as f64, "{what}");
        assert!(taken <= length as i64 + BESIDE, "{what}: {taken} bytes for {length} of {}", path.display());
    };
    for (order, fortran) in [("<", "False"), (">", "False"), (">", "True"), ("<", "True")] {
        let text = format!("{{'descr': '{order}f8', 'fortran_order': {fortran}, 'shape': ({rows}, {columns}), }}");
        let mut data = data.clone();
        if order == "<" {
            data.chunks_exact_mut(8).for_each(<[u8]>::reverse);
        }
        let bytes = npy(&text, &data);
        let path = folder.0.join("x.npy");
        fs::write(&path, &bytes).unwrap();
        check(&text, &path, bytes.len() as u64, &|| io::load_npy(&layout, &path));
        let path = folder.0.join("x.npz");
        fs::write(&path, npz(&bytes, zip::CompressionMethod::Stored)).unwrap();
        check(&text, &path, bytes.len() as u64, &|| io::load_npz(&layout, &path, "x"));
        // What is packed becomes as large as the array, and unpacking takes about 64 KiB of its own. In Fortran
        // order it is unpacked by columns, and redistributed.
        if fortran == "True" {
            continue;
        }
        fs::write(&path, npz(&bytes, zip::CompressionMethod::Deflated)).unwrap();
        check(&text, &path, bytes.len() as u64 + BESIDE as u64, &|| io::load_npz(&layout, &path, "x"));
    }
    let part = npy(&format!("{{'descr': '>f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"), &data);
    let dims = format!(
        "'dist_type': 'b', 'size': {rows}, 'proc_grid_rank': 0, 'proc_grid_size': 1, 'start': 0, 'stop': {rows}}}, {{"
    );
    let bytes = dnpy(&dims, &part);
    fs::write(folder.0.join("x_0.dnpy"), &bytes).unwrap();
    check("dnpy", &folder.0, bytes.len() as u64, &|| io::load_dnpy(&layout, folder.0.join("x")));
}
