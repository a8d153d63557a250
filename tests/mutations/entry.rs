//! What every reader is fed: any bytes as a file. It reads them, or says what is wrong with them.
//!
//! Fuzz targets and the mutation test of the crate (`tests/files_mutations.rs`) share this.

use lops::io::{self, NpyElement, Volume};
use lops::{Comm, Complex, ErrorKind, Layout, Result, numbers::DType};
use std::cell::Cell;
use std::fs;
use std::path::PathBuf;

thread_local! {
    /// How often this thread has read something, and been refused something.
    static COUNTS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// How often this thread has read something, and been refused something.
#[allow(dead_code, reason = "fuzz targets do not ask")]
pub fn counts() -> (usize, usize) {
    COUNTS.get()
}

/// A file as `.npy`, by all ranks and by one.
pub fn npy(bytes: &[u8]) {
    with_file(".npy", bytes, |path, comm| {
        judged(io::open_npy(comm, path).and_then(|file| load(&file)));
        judged(io::read_npy_f64::<lops::ndarray::IxDyn>(path));
    });
}

/// A file as `.npz`, every array that it says it has.
pub fn npz(bytes: &[u8]) {
    with_file(".npz", bytes, |path, comm| {
        for name in judged(io::npz_names(path)).unwrap_or_default().iter().take(4) {
            judged(io::open_npz(comm, path, name).and_then(|file| load(&file)));
        }
    });
}

/// Two files as a set of `.dnpy`: the bytes behind the first length, a number of 2 bytes, and the rest.
pub fn dnpy(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return };
    let (first, second) = rest.split_at(rest.len().min(u16::from_le_bytes(*length).into()));
    with_file("_0.dnpy", first, |path, comm| {
        let name = path.to_str().and_then(|path| path.strip_suffix("_0.dnpy")).expect("made below");
        let other = PathBuf::from(format!("{name}_1.dnpy"));
        fs::write(&other, second).expect("a folder for temporary files");
        judged(io::open_dnpy(comm, name).and_then(|files| {
            let layout = Layout::replicated(comm, files.shape())?;
            match files.dtype() {
                DType::F64 => files.load::<f64>(&layout).map(|_| ()),
                DType::I32 => files.load::<i32>(&layout).map(|_| ()),
                DType::Bool => files.load::<bool>(&layout).map(|_| ()),
                _ => Ok(()),
            }
        }));
        fs::remove_file(&other).expect("what was written");
    });
}

/// A file as SEG-Y.
pub fn segy(bytes: &[u8]) {
    with_file(".sgy", bytes, |path, comm| {
        judged(io::open_segy(comm, path).and_then(|file| {
            load(file.samples())?;
            load(&file.trace_field::<i32>(189)?)?;
            assert_eq!(file.lines().len(), 40);
            file.load_f64(&Layout::scatter(comm, &file.shape(), 0)?).map(|_| ())
        }));
    });
}

/// Calls `f` with a file of these bytes.
fn with_file(ending: &str, bytes: &[u8], f: impl FnOnce(&PathBuf, &Comm)) {
    let thread = format!("{:?}", std::thread::current().id());
    let name = format!("lops-fuzz-{}-{}{ending}", std::process::id(), thread.replace(['(', ')'], "-"));
    let path = std::env::temp_dir().join(name);
    fs::write(&path, bytes).expect("a folder for temporary files");
    f(&path, &Comm::solo());
    fs::remove_file(&path).expect("what was written");
}

/// The whole array, and every other element of it backwards.
fn load(file: &Volume) -> Result<()> {
    fn of<T: NpyElement>(file: &Volume) -> Result<()> {
        let layout = Layout::replicated(file.comm(), file.shape())?;
        let all = file.load::<T>(&layout)?;
        assert_eq!(all.as_slice().len(), file.shape().iter().product::<usize>());
        if file.shape().is_empty() {
            return Ok(());
        }
        if let Ok(part) = file.slice(&lops::index![..;-2]) {
            let half = part.load::<T>(&Layout::replicated(file.comm(), part.shape())?)?;
            // Bits are what matter, and NaN is equal to nothing.
            assert_eq!(format!("{half:?}"), format!("{:?}", all.slice(&lops::index![..;-2])?));
        }
        Ok(())
    }
    match file.dtype() {
        DType::Bool => of::<bool>(file),
        DType::I8 => of::<i8>(file),
        DType::I16 => of::<i16>(file),
        DType::I32 => of::<i32>(file),
        DType::I64 => of::<i64>(file),
        DType::U8 => of::<u8>(file),
        DType::U16 => of::<u16>(file),
        DType::U32 => of::<u32>(file),
        DType::U64 => of::<u64>(file),
        DType::F32 => of::<f32>(file),
        DType::F64 => of::<f64>(file),
        DType::C64 => of::<Complex<f32>>(file),
        DType::C128 => of::<Complex<f64>>(file),
    }
}

/// What is wrong is said to be wrong with the file, or the shape that it claims.
fn judged<T>(read: Result<T>) -> Option<T> {
    let (read_so_far, refused) = COUNTS.get();
    match read {
        Ok(value) => {
            COUNTS.set((read_so_far + 1, refused));
            Some(value)
        }
        Err(error) => {
            COUNTS.set((read_so_far, refused + 1));
            assert!(matches!(error.kind(), ErrorKind::Format | ErrorKind::Io | ErrorKind::Shape), "{error}");
            assert!(!error.message().is_empty());
            None
        }
    }
}
