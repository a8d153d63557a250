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
