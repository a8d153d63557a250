//! SEG-Y files that segyio and obspy read, and files that they write.
//!
//! Any Python that has them will do: the one that `LOPS_PYTHON` names, `python3`, the system's. Without one the tests
//! say so and pass.

use lops::io::{self, NewSegy, SegyFormat, SegyRevision};
use lops::{DistArray, Layout, launch_threads};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python with this module, with the word that is printed where there is none.
fn python(module: &str) -> Option<PathBuf> {
    let named = std::env::var_os("LOPS_PYTHON").map(PathBuf::from);
    let known = named.into_iter().chain(["python3", "/usr/bin/python3"].map(PathBuf::from));
    let has_it = |python: &PathBuf| {
        let asked = Command::new(python).args(["-c", &format!("import numpy, {module}")]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    let found = known.into_iter().find(has_it);
    if found.is_none() {
        println!("skipped: no Python with {module} (LOPS_PYTHON names one)");
    }
    found
}

fn run(python: &Path, module: &str, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/segy_files.py");
    let output = Command::new(python).arg(&script).arg(module).arg(folder).output().unwrap();
    let words = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat();
    assert!(output.status.success(), "{module}:\n{words}");
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path
}

const SHAPE: [usize; 3] = [3, 4, 50];

fn value(i: &[usize]) -> f32 {
    (4 * i[0] + i[1]) as f32 - 0.5 * i[2] as f32
}

/// The same on any number of ranks, from any layout.
fn write(folder: &Path) {
    for ranks in [1, 3, 5] {
        launch_threads(ranks, |comm| {
            for axis in 0..3 {
                let cube = Layout::scatter(comm, &SHAPE, axis)?;
                let x = DistArray::from_fn(&cube, value);
                let place =
                    DistArray::from_fn(&Layout::scatter(comm, &SHAPE[..2], 1)?, |i| 100 + (4 * i[0] + i[1]) as i32);
                for (name, revision) in [("r1", SegyRevision::One), ("r2", SegyRevision::Two)] {
                    let new =
                        || NewSegy::new(4000.0).revision(revision).line("A cube of {ours}, [1]!").field(181, &place);
                    new().write(folder.join(format!("{name}_ieee.sgy")), &x)?;
                    new().ibm().write(folder.join(format!("{name}_ibm.sgy")), &x)?;
                }
                let whole = x.map(|v| (2.0 * v) as i16 + 60);
                io::save_segy(folder.join("r1_i16.sgy"), &whole, 4000.0)?;
                let small = NewSegy::new(4000.0).revision(SegyRevision::Two);
                small.write(folder.join("r2_u8.sgy"), &whole.map(|v| v as u8))?;
            }
            Ok(())
        })
        .unwrap();
    }
}

fn same(file: &str, folder: &Path, format: SegyFormat, big: bool, scale: f32) {
    launch_threads(3, |comm| {
        let opened = io::open_segy(comm, folder.join(file))?;
        assert_eq!((opened.shape(), opened.format(), opened.is_big_endian()), ([12, 50], format, big), "{file}");
        assert_eq!(opened.interval(), 4000.0);
        let cube = Layout::scatter(comm, &SHAPE, 2)?;
        assert_eq!(opened.load(&cube)?, DistArray::from_fn(&cube, |i| scale * value(i)), "{file}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn files_of_segyio() {
    let Some(python) = python("segyio") else { return };
    let folder = folder("segy-segyio");
    write(&folder);
    run(&python, "segyio", &folder);
    same("theirs.sgy", &folder, SegyFormat::Ibm, true, 1.0);
}

#[test]
fn files_of_obspy() {
    let Some(python) = python("obspy") else { return };
    let folder = folder("segy-obspy");
    write(&folder);
    run(&python, "obspy", &folder);
    for (name, big) in [("little", false), ("big", true)] {
        for (code, format, scale) in
            [(1, SegyFormat::Ibm, 1.0), (2, SegyFormat::I32, 2.0), (3, SegyFormat::I16, 2.0), (5, SegyFormat::F32, 1.0)]
        {
            same(&format!("{name}_{code}.sgy"), &folder, format, big, scale);
        }
    }
}
