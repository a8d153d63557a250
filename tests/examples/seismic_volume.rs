//! `examples/seismic_volume`: saved by some ranks, read by others, with the same figures.

use crate::running::{ENGINES, Engine, run};
use std::{env, fs, path::Path, process};

/// The lines with figures of the volume, which do not depend on ranks.
fn figures(engine: Engine, ranks: usize, arguments: &[&str]) -> Vec<String> {
    let output = run(engine, ranks, "seismic_volume", arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let of_volume = |line: &&str| line.contains("of the traces") || line.contains("norm of averages");
    text.lines().filter(of_volume).map(str::to_owned).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn saved_by_some_ranks_and_read_by_others() {
    let folder = env::temp_dir().join(format!("lops-seismic-{}", process::id()));
    let path = folder.to_str().unwrap();
    let mut all = vec![];
    for &engine in ENGINES {
        for ranks in [4, 2, 1, 3] {
            all.push(figures(engine, ranks, &["--shape", "14", "11", "32", "--out", path]));
            let names = names(&folder);
            for name in ["volume.npy", "volume_0.dnpy", "mean.npy", "slices.png", "statistics.png"] {
                assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
            }
            assert_eq!(names.iter().filter(|name| name.contains(".dnpy")).count(), ranks, "{names:?}");
            assert_eq!(names.iter().any(|name| name == "volume.h5"), cfg!(feature = "hdf5"));
            assert!(!names.iter().any(|name| name.contains(".part")), "{names:?}");
            for &reader in ENGINES {
                all.push(figures(reader, ranks % 4 + 1, &["--read", path]));
            }
            fs::remove_dir_all(&folder).unwrap();
        }
    }
    assert_eq!(all[0].len(), 6, "{:?}", all[0]);
    for other in &all {
        assert_eq!(*other, all[0]);
    }
}

#[test]
fn a_folder_without_a_volume_is_named() {
    for &engine in ENGINES {
        let output = run(engine, 2, "seismic_volume", &["--read", "no-such-folder"]);
        assert!(!output.status.success());
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(words.contains("no-such-folder"), "{words}");
    }
}
