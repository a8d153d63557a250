//! Files that NumPy writes are read here, and files written here are what NumPy would write: where a Python with
//! NumPy is found (`LOPS_PYTHON`, `python3`, `/usr/bin/python3`).

use lops::io::NpyElement;
use lops::ndarray::{Array2, ArrayD, IxDyn};
use lops::operators::SparseMatrix;
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, Result, Scalar, io, launch_threads,
    layout::{Cut, Grid},
};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{env, fs};

/// A Python that has this module; `None`, with a word, where there is none.
fn python(module: &str) -> Option<PathBuf> {
    let named = env::var_os("LOPS_PYTHON").map(PathBuf::from);
    let known = named.into_iter().chain(["python3", "/usr/bin/python3"].map(PathBuf::from));
    let has_it = |path: &PathBuf| {
        let import = Command::new(path).args(["-c", &format!("import {module}")]).output();
        import.is_ok_and(|output| output.status.success())
    };
    let found = known.into_iter().find(has_it);
    if found.is_none() {
        println!("skipped: no Python with {module}");
    }
    found
}

/// Runs the script with these arguments; what it says is shown if it fails.
fn run(python: &Path, arguments: &[&str]) {
    run_script(python, "numpy_files", arguments);
}

fn run_script(python: &Path, script: &str, arguments: &[&str]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/python/{script}.py"));
    let output = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

/// A folder, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("lops-python-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The script's array: `of` of 1, 2, 3, … in C order.
fn numbered<T: Clone>(shape: &[usize], of: impl Fn(usize) -> T) -> ArrayD<T> {
    let mut k = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1;
        of(k)
    })
}

fn halves(k: usize) -> f64 {
    0.5 * k as f64
}

/// Layouts of a shape of two axes: of long runs and of short ones, of chunks, and whole.
fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    vec![
        Layout::scatter(comm, shape, 0).unwrap(),
        Layout::scatter(comm, shape, 1).unwrap(),
        Layout::grid(comm, shape, &[Cut::Block, Cut::Cyclic]).unwrap(),
        Layout::chunked(comm, shape, &vec![vec![..]; comm.size()], lops::layout::Mode::Sum).unwrap(),
        Layout::replicated(comm, shape).unwrap(),
    ]
}

#[test]
fn files_of_numpy_are_read_on_any_number_of_ranks() {
    let Some(python) = python("numpy") else { return };
    let folder = Folder::new();
    run(&python, &["write", folder.text()]);
    for ranks in [1, 2, 3, 5] {
        launch_threads(ranks, |comm| {
            let shape = [5, 7];
            for layout in layouts(comm, &shape) {
                let npy = |name: &str| folder.path(&format!("{name}.npy"));
                macro_rules! same {
                    ($t:ty, $names:expr, $of:expr) => {
                        let expected = DistArray::from_global(&layout, &numbered(&shape, $of))?;
                        for name in $names {
                            assert_eq!(io::load_npy::<$t>(&layout, npy(name))?, expected, "{name} {layout}");
                        }
                    };
                }
                same!(f64, ["c", "f", "v2", "f8be"], halves);
                same!(f32, ["f4"], |k| halves(k) as f32);
                same!(i16, ["i2be"], |k| k as i16);
                same!(i32, ["i4"], |k| k as i32);
                same!(u64, ["u8"], |k| k as u64);
                same!(bool, ["b1"], |k| k % 3 == 0);
                same!(i8, ["i1"], |k| k as i8);
                same!(Complex<f64>, ["c16be"], |k| Complex::new(k as f64, -halves(k)));
                same!(Complex<f32>, ["c8"], |k| Complex::new(k as f32, -halves(k) as f32));
                let expected = DistArray::from_global(&layout, &numbered(&shape, halves))?;
                let flags = DistArray::from_global(&layout, &numbered(&shape, |k| k % 3 == 0))?;
                for archive in ["stored.npz", "packed.npz"].map(|name| folder.path(name)) {
                    assert_eq!(io::load_npz::<f64>(&layout, &archive, "x")?, expected, "{layout}");
                    assert_eq!(io::load_npz::<f64>(&layout, &archive, "f")?, expected, "{layout}");
                    assert_eq!(io::load_npz::<bool>(&layout, &archive, "flags")?, flags, "{layout}");
                }
                for set in ["bn", "bb", "bounds", "cn", "cc", "uu"] {
                    assert_eq!(io::load_dnpy::<f64>(&layout, folder.path(set))?, expected, "{set} {layout}");
                }
                same!(i32, ["i4"], |k| k as i32);
                let ints = DistArray::from_global(&layout, &numbered(&shape, |k| k as i32))?;
                assert_eq!(io::load_dnpy::<i32>(&layout, folder.path("ints"))?, ints);
            }
            let scalar = Layout::replicated(comm, &[])?;
            assert_eq!(io::load_npy::<f64>(&scalar, folder.path("scalar.npy"))?.as_slice(), [2.5]);
            assert_eq!(io::load_dnpy::<f64>(&scalar, folder.path("scalar"))?.as_slice(), [2.5]);
            let empty = Layout::scatter(comm, &[0, 3], 1)?;
            assert_eq!(io::load_npy::<f64>(&empty, folder.path("empty.npy"))?, DistArray::zeros(&empty));
            for name in ["object.npy", "record.npy"] {
                assert_eq!(io::open_npy(comm, folder.path(name)).unwrap_err().kind(), ErrorKind::Format, "{name}");
            }
            Ok(())
        })
        .unwrap();
    }
}

#[test]
fn files_are_what_numpy_would_write() {
    let Some(python) = python("numpy") else { return };
    for ranks in [1, 3, 4] {
        let folder = Folder::new();
        launch_threads(ranks, |comm| {
            let shape = [5, 7];
            let layouts = layouts(comm, &shape);
            macro_rules! save {
                ($k:expr, $name:expr, $of:expr) => {
                    let array = DistArray::from_global(&layouts[$k], &numbered(&shape, $of))?;
                    io::save_npy(folder.path(&format!("{}.npy", $name)), &array)?;
                };
            }
            save!(0, "float32", |k| halves(k) as f32);
            save!(1, "float64", halves);
            save!(2, "int8", |k| k as i8);
            save!(3, "int16", |k| k as i16);
            save!(4, "int32", |k| k as i32);
            save!(0, "int64", |k| k as i64);
            save!(1, "uint8", |k| k as u8);
            save!(2, "uint16", |k| k as u16);
            save!(3, "uint32", |k| k as u32);
            save!(4, "uint64", |k| k as u64);
            save!(2, "complex64", |k| Complex::new(k as f32, -halves(k) as f32));
            save!(0, "complex128", |k| Complex::new(k as f64, -halves(k)));
            save!(1, "bool", |k| k % 3 == 0);
            io::save_npy(folder.path("scalar.npy"), &DistArray::full(Layout::replicated(comm, &[])?, 0.5))?;
            io::save_npy(folder.path("empty.npy"), &DistArray::<f64>::zeros(Layout::scatter(comm, &[0, 3], 0)?))?;
            let line = Layout::grid(comm, &[11], &[Cut::Cyclic])?;
            io::save_npy(folder.path("line.npy"), &DistArray::from_global(&line, &numbered(&[11], halves))?)?;
            Ok(())
        })
        .unwrap();
        run(&python, &["check", folder.text()]);
    }
}

/// The script's sets, written again: the same bytes.
#[test]
fn dnpy_files_are_those_of_the_format() {
    let Some(python) = python("numpy") else { return };
    let folder = Folder::new();
    run(&python, &["write", folder.text()]);
    for (set, ranks, cuts) in [
        ("bn", 2, vec![Cut::CeilBlock]),
        ("bounds", 3, vec![Cut::Bounds(vec![0, 0, 4, 5])]),
        ("cn", 3, vec![Cut::Cyclic]),
        ("bb", 4, vec![Cut::CeilBlock, Cut::CeilBlock]),
        ("cc", 4, vec![Cut::BlockCyclic(2), Cut::BlockCyclic(3)]),
    ] {
        launch_threads(ranks, |comm| {
            let over = [if cuts.len() > 1 { 2 } else { ranks }, cuts.len()];
            let layout = Grid::cut(&cuts).over(&over).layout(comm, &[5, 7])?;
            let x = DistArray::from_global(&layout, &numbered(&[5, 7], halves))?;
            assert_eq!(io::open_dnpy(comm, folder.path(set))?.layout()?, layout);
            io::save_dnpy(folder.path("again"), &x)?;
            let file = |of: &str| fs::read(folder.path(&format!("{of}_{}.dnpy", comm.rank()))).unwrap();
            assert!(file(set) == file("again"), "{set}");
            Ok(())
        })
        .unwrap();
    }
}

/// Every matrix of SciPy's is the dense array beside it, on any ranks.
#[test]
fn sparse_matrices_of_scipy_are_read() {
    fn all<T: Scalar + NpyElement>(comm: &Comm, folder: &Folder, name: &str) -> Result<()> {
        let expected: Array2<T> = io::read_npy(folder.path(&format!("{name}.npy")))?;
        let mut read = 0;
        for kind in ["csr", "csc", "coo", "bsr", "dia", "array"] {
            for way in ["", "-stored"] {
                let path = folder.path(&format!("{kind}-{name}{way}.npz"));
                if !path.exists() {
                    continue;
                }
                let triplets = io::load_sparse_npz::<T>(comm, &path)?;
                let a = SparseMatrix::from_triplets(comm, triplets.shape, triplets.entries)?;
                let dense = a.on(&Layout::scatter(comm, &[triplets.shape[1]], 0)?)?.to_dense()?;
                assert_eq!(dense, expected, "{}", path.display());
                read += 1;
            }
        }
        assert!(read >= 10);
        Ok(())
    }
    let Some(python) = python("scipy.sparse") else { return };
    let folder = Folder::new();
    run_script(&python, "scipy_sparse", &[folder.text()]);
    for ranks in [1, 2, 3, 5] {
        launch_threads(ranks, |comm| {
            all::<f32>(comm, &folder, "float32")?;
            all::<f64>(comm, &folder, "float64")?;
            all::<Complex<f32>>(comm, &folder, "complex64")?;
            all::<Complex<f64>>(comm, &folder, "complex128")
        })
        .unwrap();
    }
}
