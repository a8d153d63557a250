//! Files that h5py reads, and files that it writes: values, types, chunks, filters, attributes.
//!
//! Any Python with h5py will do: the one that `LOPS_PYTHON` names, `python3`, the system's. Without one the
//! tests say so and pass.

#![cfg(feature = "hdf5")]

use lops::io::{Attribute, Hdf5File};
use lops::ndarray::arr2;
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout, launch_threads,
    layout::{Cut, Grid},
};
use std::path::{Path, PathBuf};
use std::process::Command;

fn python() -> Option<String> {
    let named = std::env::var("LOPS_PYTHON").ok();
    let has_h5py = |python: &String| {
        let asked = Command::new(python).args(["-c", "import h5py, numpy"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    let found = named.into_iter().chain(["python3".into(), "/usr/bin/python3".into()]).find(has_h5py);
    if found.is_none() {
        println!("skipped: no Python with h5py (LOPS_PYTHON names one)");
    }
    found
}

fn run(python: &str, script: &str, arguments: &[&Path]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(script);
    let output = Command::new(python).arg(&script).args(arguments).output().unwrap();
    let words = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat();
    assert!(output.status.success(), "{}:\n{words}", script.display());
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn counted<T: Element>(layout: &Layout, value: impl Fn(usize) -> T) -> DistArray<T> {
    DistArray::from_fn(layout, |i| value(i[0] * 5 + i[1]))
}

fn write(comm: &Comm, path: &Path) -> lops::Result<()> {
    let layout = Grid::cut(&[Cut::BlockCyclic(2)]).layout(comm, &[7, 5])?;
    let of = |k: usize| k as f64;
    let file = Hdf5File::create(comm, path)?;
    file.write("types/float32", &counted(&layout, |k| k as f32 + 0.5))?;
    file.write("types/float64", &counted(&layout, |k| of(k) + 0.25))?;
    file.write("types/complex64", &counted(&layout, |k| Complex::new(k as f32, -1.5)))?;
    file.write("types/complex128", &counted(&layout, |k| Complex::new(0.0, of(k))))?;
    file.write("types/bool", &counted(&layout, |k| k % 3 == 0))?;
    file.write("types/int8", &counted(&layout, |k| k as i8))?;
    file.write("types/int16", &counted(&layout, |k| k as i16))?;
    file.write("types/int32", &counted(&layout, |k| k as i32))?;
    file.write("types/int64", &counted(&layout, |k| k as i64))?;
    file.write("types/uint8", &counted(&layout, |k| k as u8))?;
    file.write("types/uint16", &counted(&layout, |k| k as u16))?;
    file.write("types/uint32", &counted(&layout, |k| k as u32))?;
    file.write("types/uint64", &counted(&layout, |k| k))?;
    let x = counted(&layout, |k| of(k) + 0.25);
    file.new_dataset("packed").chunks(&[3, 2]).shuffle().deflate(7).write(&x)?;
    file.new_dataset("chunked").chunks(&[2, 5]).write(&x)?;
    file.write("deep/er/point", &DistArray::full(Layout::replicated(comm, &[])?, Complex::new(2.5, -1.0)))?;
    file.write("empty", &DistArray::<f64>::zeros(Layout::scatter(comm, &[3, 0], 0)?))?;
    file.set_attribute("types", "flag", true)?;
    file.set_attribute("types", "count", -7_i64)?;
    file.set_attribute("types", "large", u64::MAX)?;
    file.set_attribute("types", "spacing", 12.5)?;
    file.set_attribute("types", "nan", f64::NAN)?;
    file.set_attribute("types", "matrix", arr2(&[[1.0, 2.0], [3.0, f64::INFINITY]]).into_dyn())?;
    file.set_attribute("types", "impedance", Complex::new(0.5, -2.0))?;
    file.set_attribute("types", "unit", "µm/s²")?;
    file.set_attribute("types", "names", vec!["x".to_owned(), String::new(), "Größe".to_owned()])?;
    file.set_attribute("types", "none", Vec::<f64>::new())?;
    file.finish()
}

#[test]
fn h5py_reads_what_we_write() {
    let Some(python) = python() else { return };
    let path = folder("hdf5-read").join("ours.h5");
    launch_threads(3, |comm| write(comm, &path)).unwrap();
    run(&python, "hdf5_read.py", &[&path]);
}

fn both_orders<T: Element>(file: &Hdf5File, layout: &Layout, value: impl Fn(usize) -> T) -> lops::Result<()> {
    for order in ["", " big"] {
        let name = format!("types/{}{order}", T::DTYPE);
        let set = file.dataset(&name)?;
        assert_eq!(set.dtype(), T::DTYPE);
        assert_eq!(set.load::<T>(layout)?, counted(layout, &value), "{name}");
    }
    Ok(())
}

fn read(comm: &Comm, path: &Path) -> lops::Result<()> {
    let layout = Grid::cut(&[Cut::Whole, Cut::Cyclic]).layout(comm, &[7, 5])?;
    let file = Hdf5File::open(comm, path)?;
    both_orders(&file, &layout, |k| k as i8)?;
    both_orders(&file, &layout, |k| k as i16)?;
    both_orders(&file, &layout, |k| k as i32)?;
    both_orders(&file, &layout, |k| k as i64)?;
    both_orders(&file, &layout, |k| k as u8)?;
    both_orders(&file, &layout, |k| k as u16)?;
    both_orders(&file, &layout, |k| k as u32)?;
    both_orders(&file, &layout, |k| k)?;
    both_orders(&file, &layout, |k| k as f32 + 0.5)?;
    both_orders(&file, &layout, |k| k as f64 + 0.5)?;
    both_orders(&file, &layout, |k| Complex::new(k as f32, -1.5))?;
    both_orders(&file, &layout, |k| Complex::new(k as f64, -1.5))?;
    assert_eq!(file.dataset("types/bool")?.load::<bool>(&layout)?, counted(&layout, |k| k % 3 == 0));
    for name in ["contiguous", "chunks", "gzip", "all filters", "resizable", "soft", "compact"] {
        let set = file.dataset(&format!("stored/{name}"))?;
        assert_eq!(set.load::<f64>(&layout)?, counted(&layout, |k| k as f64 + 0.5), "{name}");
        assert_eq!(set.saved_layout().unwrap_err().kind(), ErrorKind::Format);
    }
    assert_eq!(file.dataset("stored/gzip")?.chunks(), Some(&[2, 4][..]));
    assert_eq!(file.dataset("stored/never written")?.load::<f64>(&layout)?, counted(&layout, |_| 1.25));

    let attribute = |name| file.attribute("stored", name);
    assert_eq!(attribute("text")?.as_str(), Some("Größe"));
    assert_eq!(attribute("bytes")?.as_str(), Some("ASCII"));
    assert_eq!(attribute("fixed")?, vec!["one".to_owned(), "three".to_owned()].into());
    assert_eq!(attribute("texts")?, vec!["x".to_owned(), String::new(), "y z".to_owned()].into());
    assert_eq!(attribute("small")?.as_i64(), Some(-3));
    assert_eq!(attribute("big end")?, vec![1_u64, 2, 3].into());
    assert_eq!(attribute("float")?.as_f64(), Some(f64::from(0.1_f32)));
    assert_eq!(attribute("truths")?, vec![true, false].into());
    for name in ["complex", "re im", "imag real"] {
        assert_eq!(attribute(name)?, Attribute::from(Complex::new(1.0, -2.0)), "{name}");
    }
    assert_eq!((attribute("one")?.as_f64(), attribute("half")?.as_f64()), (Some(2.5), Some(0.5)));
    assert_eq!((attribute("one whole")?.as_i64(), attribute("one text")?.as_str()), (Some(7), Some("metres")));
    assert_eq!(attribute("latin")?.as_bytes(), Some(&b"Gr\xf6\xdfe"[..]));
    assert_eq!(attribute("latins")?, vec![b"Gr\xf6\xdfe".to_vec(), b"x".to_vec()].into());
    others(&file, &layout)?;
    strange(&file)
}

/// What others write for types that we have.
fn others(file: &Hdf5File, layout: &Layout) -> lops::Result<()> {
    fn same<T: Element>(file: &Hdf5File, name: &str, layout: &Layout, value: impl Fn(usize) -> T) -> lops::Result<()> {
        let set = file.dataset(&format!("others/{name}"))?;
        assert_eq!((set.dtype(), set.load::<T>(layout)?), (T::DTYPE, counted(layout, value)), "{name}");
        Ok(())
    }
    for name in ["half", "half big"] {
        same(file, name, layout, |k| k as f32)?;
    }
    for name in ["re im f4", "imag real f4", "i r f4", "half pair"] {
        same(file, name, layout, |k| Complex::new(k as f32, -1.5))?;
    }
    for name in ["re im f8", "imag real f8", "i r f8", "padded f8"] {
        same(file, name, layout, |k| Complex::new(k as f64, -1.5))?;
    }
    same(file, "STD_B8LE", layout, |k| k as u8)?;
    same(file, "STD_B16BE", layout, |k| k as u16)?;
    same(file, "STD_B32LE", layout, |k| k as u32)?;
    same(file, "STD_B64BE", layout, |k| k as u64)
}

/// What is no array of ours is refused, in words, on all ranks.
fn strange(file: &Hdf5File) -> lops::Result<()> {
    let refused = |name: &str, words: &str| {
        let error = file.dataset(&format!("strange/{name}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        assert!(error.to_string().contains(words), "{name}: {error}");
    };
    refused("uneven pair", "expected numbers or bool, found a compound of 12 bytes");
    refused("whole pair", "found a compound of 8 bytes");
    refused("text", "found text");
    refused("record", "found a compound of 12 bytes");
    refused("other pair", "found a compound of 16 bytes");
    refused("colours", "found an enumeration of 1 bytes");
    refused("lists", "found lists of any length");
    refused("nothing", "an empty dataset without shape");
    refused("elsewhere", "a link to another file");
    refused("broken", "nothing of that name");
    refused("raw", "expected values in this file, found values in other files");
    refused("virtual", "expected values in this file, found values in other files");
    refused("circle", "found a group");
    let three = Layout::scatter(file.comm(), &[3], 0)?;
    let error = file.dataset("strange/bad truths")?.load::<bool>(&three).unwrap_err();
    assert!(error.to_string().contains("expected values FALSE and TRUE, found 7"), "{error}");
    // What is claimed is believed only as far as it is asked for.
    let huge = file.dataset("strange/huge").unwrap_err();
    assert!(huge.to_string().contains("one of less than 2⁶³ bytes"), "{huge}");
    let claims = file.dataset("strange/claims")?;
    assert_eq!(claims.shape(), [1 << 36]);
    assert!(claims.load_as_saved::<f64>().unwrap_err().to_string().contains("found 0 bytes stored"));
    let part = claims.load_slice::<f64>(&three, &lops::index![1_000_000_000..1_000_000_003])?;
    assert_eq!(part.gather_all().as_slice().unwrap(), [0.0; 3]);
    for name in ["nothing", "record"] {
        assert_eq!(file.attribute("strange", name).unwrap_err().kind(), ErrorKind::Format);
    }
    let names = file.names()?;
    assert!(names.contains(&"strange/record".to_owned()));
    assert!(!names.iter().any(|name| name.contains("elsewhere") || name.contains("circle/")));
    Ok(())
}

#[test]
fn we_read_what_h5py_writes() {
    let Some(python) = python() else { return };
    let folder = folder("hdf5-write");
    let path = folder.join("theirs.h5");
    run(&python, "hdf5_write.py", &[&path, &folder.join("elsewhere.h5")]);
    for ranks in [1, 3, 4] {
        launch_threads(ranks, |comm| read(comm, &path)).unwrap_or_else(|error| panic!("{ranks} ranks: {error}"));
    }
}
