//! HDF5 files that are damaged: looked at in processes of their own, read where they are sound, and never a crash of
//! this one. `LOPS_TORTURE=1` tries fifty times as many.

#![cfg(all(feature = "hdf5", unix))]

use lops::io::{Attribute, Hdf5File};
use lops::library::uniform;
use lops::numbers::DType;
use lops::{Comm, Complex, DistArray, Element, ErrorKind, Layout, Result, launch_threads};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

const FOLDER: &str = "LOPS_TEST_FOLDER";

fn folder(name: &str) -> PathBuf {
    let path = env::temp_dir().join(format!("lops-hdf5-{}-{name}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

/// Whether one of the tests below comes to its end in a process of its own.
fn succeeds(test: &str, folder: &Path) -> bool {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(FOLDER, folder).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

/// Everything that is in a file.
fn read_all(path: &Path) -> Result<()> {
    fn of<T: Element>(file: &Hdf5File, name: &str) -> Result<()> {
        let set = file.dataset(name)?;
        if set.shape().iter().product::<usize>() < 1 << 24 {
            set.load::<T>(&Layout::replicated(file.comm(), set.shape())?)?;
            let _ = set.load_as_saved::<T>();
        }
        Ok(())
    }
    let file = Hdf5File::open(&Comm::solo(), path)?;
    let names = file.names()?;
    for name in names.iter().map(String::as_str).chain(["/"]) {
        for attribute in file.attribute_names(name)? {
            let _ = file.attribute(name, &attribute);
        }
    }
    for name in &names {
        let Ok(set) = file.dataset(name) else { continue };
        let _ = match set.dtype() {
            DType::F64 => of::<f64>(&file, name),
            DType::F32 => of::<f32>(&file, name),
            DType::I32 => of::<i32>(&file, name),
            DType::Bool => of::<bool>(&file, name),
            DType::C64 => of::<Complex<f32>>(&file, name),
            _ => Ok(()),
        };
    }
    Ok(())
}

fn seed(path: &Path) {
    launch_threads(2, |comm| {
        let layout = Layout::scatter(comm, &[40, 9], 0)?;
        let file = Hdf5File::create(comm, path)?;
        file.write("plain", &DistArray::from_fn(&layout, |i| i[0] as f64))?;
        let x = DistArray::from_fn(&layout, |i| i[1] as f32);
        file.new_dataset("packed/x").chunks(&[7, 4]).shuffle().deflate(5).write(&x)?;
        file.new_dataset("chunks").chunks(&[3, 2]).write(&x.map(|v| v as i32))?;
        file.write("packed/flags", &x.map(|v| v > 3.0))?;
        file.write("pairs", &x.map(|v| Complex::new(v, 1.0)))?;
        file.set_attribute("/", "title", "damage")?;
        file.set_attribute("packed", "spacing", vec![1.5, 2.5])?;
        file.set_attribute("packed/x", "names", vec!["a".to_owned(), "longer".into()])?;
        file.set_attribute("plain", "flag", true)?;
        file.finish()
    })
    .unwrap();
}

/// A few changes, most of them where no values are.
fn mutated(seed: &[u8], number: u64) -> Vec<u8> {
    let mut thrown = 0;
    let mut below = |n: usize| {
        thrown += 1;
        ((f64::midpoint(uniform(number, thrown), 1.0) * n as f64) as usize).min(n - 1)
    };
    let mut bytes = seed.to_vec();
    for _ in 0..=below(6) {
        let at = below(bytes.len());
        match below(6) {
            0 => bytes[at] ^= 1 << below(8),
            1 => bytes[at] = 0xff,
            2 => bytes.truncate(at.max(600)),
            3 => {
                let end = (at + 8).min(bytes.len());
                bytes[at..end].fill(if below(2) == 0 { 0 } else { 0xff });
            }
            4 => {
                let (from, n) = (below(bytes.len()), 1 + below(64));
                let n = n.min(bytes.len() - from).min(bytes.len() - at);
                bytes.copy_within(from..from + n, at);
            }
            _ => bytes[at] = below(256) as u8,
        }
    }
    bytes
}

/// Only by the next test: reads a file that has been verified.
#[test]
fn reads_what_was_verified() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let name = fs::read_to_string(folder.join("verified")).unwrap();
    let _ = read_all(&folder.join(name));
}

#[test]
fn damaged_files_are_refused_or_read() {
    let folder = folder("damaged");
    let times = if env::var("LOPS_TORTURE").as_deref() == Ok("1") { 10_000 } else { 200 };
    let path = folder.join("seed.h5");
    seed(&path);
    let whole = fs::read(&path).unwrap();
    let comm = Comm::solo();
    Hdf5File::verify(&comm, &path).unwrap();
    read_all(&path).unwrap();
    let (mut refused, mut crashed, mut list) = (0, 0, vec![]);
    for k in 0..times {
        let name = format!("{k}.h5");
        let path = folder.join(&name);
        fs::write(&path, mutated(&whole, k)).unwrap();
        match Hdf5File::verify(&comm, &path) {
            Ok(()) => list.push(name),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::Format | ErrorKind::Io), "{error}");
                crashed += usize::from(error.message().contains("crashes") || error.message().contains("more than"));
                refused += 1;
                fs::remove_file(&path).unwrap();
            }
        }
    }
    // Each in a process of its own: what a damaged file does to memory may show in the next.
    for name in &list {
        fs::write(folder.join("verified"), name).unwrap();
        let read = succeeds("reads_what_was_verified", &folder);
        assert!(read, "{name} in {} was verified, and crashed", folder.display());
    }
    println!("{times} damaged HDF5 files: {refused} refused ({crashed} would have crashed), {} read", list.len());
    fs::remove_dir_all(folder).unwrap();
}

/// Files that crashed the library, and layouts that asked for too much.
#[test]
fn cases_of_others() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    if !cases.exists() {
        assert!(env::var("LOPS_REQUIRE_SHARED").as_deref() != Ok("1"), "missing: {}", cases.display());
        println!("skipped: no {}", cases.display());
        return;
    }
    for ranks in [1, 3] {
        launch_threads(ranks, |comm| {
            for name in ["h3-crash-105.h5", "h3-crash-122.h5"] {
                let error = Hdf5File::verify(comm, cases.join(name)).unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Format | ErrorKind::Io), "{name}: {error}");
                if comm.rank() == 0 {
                    println!("{error}");
                }
            }
            for (name, words) in
                [("layout-big-number.h5", "a layout of the array"), ("layout-chunk5k.h5", "expected at most")]
            {
                Hdf5File::verify(comm, cases.join(name))?;
                let file = Hdf5File::open(comm, cases.join(name))?;
                let error = file.dataset("x")?.load_as_saved::<f64>().unwrap_err();
                let of_others = error.kind() == ErrorKind::Layout && comm.size() > 1; // saved by one rank
                assert!(of_others || error.message().contains(words), "{name}: {error}");
            }
            Ok(())
        })
        .unwrap();
    }
}

/// Only by the next test: one rank ends with an error while another is busy with a file that is not finished.
#[test]
fn ends_with_a_file_that_is_not_finished() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let _: Result<()> = launch_threads(2, |comm| {
        let file = Hdf5File::create(comm, folder.join("x.h5"))?;
        file.write("x", &DistArray::full(&Layout::scatter(comm, &[9], 0)?, 1.0))?;
        if comm.rank() == 1 {
            return Err("over".into());
        }
        loop {
            std::hint::spin_loop();
        }
    });
}

#[test]
fn ranks_that_end_leave_no_part() {
    let folder = folder("part");
    assert!(!succeeds("ends_with_a_file_that_is_not_finished", &folder));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    fs::remove_dir_all(folder).unwrap();
}

/// Only by the next test: under a limit of 20 KiB for each file.
#[test]
fn writes_under_a_limit() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    launch_threads(2, |comm| {
        let layout = Layout::scatter(comm, &[100, 100], 0)?;
        let x = DistArray::from_fn(&layout, |i| (i[0] * 7919 + i[1] * 104_729) as f64 * 1.1);
        let file = Hdf5File::create(comm, folder.join("x.h5"))?;
        let error = file.write("x", &x).and_then(|()| file.finish()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        let file = Hdf5File::create(comm, folder.join("y.h5"))?;
        let written = file.new_dataset("y").chunks(&[10, 10]).deflate(1).write(&x);
        assert_eq!(written.and_then(|()| file.finish()).unwrap_err().kind(), ErrorKind::Io);
        fs::write(folder.join(format!("done{}", comm.rank())), "")?;
        Ok(())
    })
    .unwrap();
}

#[test]
fn files_that_may_not_grow() {
    let folder = folder("limit");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 40; exec \"$0\" \"$@\""]).arg(env::current_exe().unwrap());
    command.args(["--exact", "writes_under_a_limit", "--nocapture"]).env(FOLDER, &folder);
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && folder.join("done1").exists(), "{:?}: {words}", output.status);
    let mut names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["done0", "done1"]);
    fs::remove_dir_all(folder).unwrap();
}

/// Bytes that are no UTF-8 in the name of a file, and in an attribute.
#[test]
fn names_and_texts_in_latin_1() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder("latin");
    let path = folder.join(std::ffi::OsStr::from_bytes(b"Gr\xf6\xdfe.h5"));
    launch_threads(3, |comm| {
        let layout = Layout::scatter(comm, &[7], 0)?;
        let x = DistArray::from_fn(&layout, |i| i[0] as f64);
        lops::io::save_hdf5(&path, "g/x", &x)?;
        let file = Hdf5File::append(comm, &path)?;
        file.write("y", &x)?;
        assert!(file.write("y", &x).is_err());
        let texts = vec![b"Gr\xf6\xdfe".to_vec(), vec![], b"x".to_vec()];
        file.set_attribute("y", "texts", texts.clone())?;
        file.set_attribute("y", "text", b"\xb5m".to_vec())?;
        file.finish()?;
        Hdf5File::verify(comm, &path)?;
        let file = Hdf5File::open(comm, &path)?;
        assert_eq!(file.names()?, ["g/x", "y"]);
        assert_eq!(file.dataset("y")?.load::<f64>(&layout)?, x);
        assert_eq!(file.attribute("y", "texts")?, Attribute::from(texts));
        assert_eq!(file.attribute("y", "text")?.as_bytes(), Some(&b"\xb5m"[..]));
        assert_eq!(file.attribute("y", "text")?.as_str(), None);
        assert!(file.dataset("z").is_err());
        Ok(())
    })
    .unwrap();
    fs::remove_dir_all(folder).unwrap();
}
