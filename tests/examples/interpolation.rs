//! `examples/interpolation`: traces are filled in, with the same bits on any number of ranks; wrong arguments are errors.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::{env, fs, process};

const SMALL: [&str; 12] = [
    "--traces",
    "38",
    "--samples",
    "60",
    "--window",
    "10",
    "--overlap",
    "3",
    "--slownesses",
    "13",
    "--iterations",
    "30",
];

fn folder(ranks: usize, name: &str) -> PathBuf {
    env::temp_dir().join(format!("lops-interpolation-{name}-{}-{ranks}", process::id()))
}

fn interpolate(engine: Engine, ranks: usize, folder: &Path, arguments: &[&str]) -> Output {
    let json = folder.join("figures.json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    run(engine, ranks, "interpolation", &[&outputs[..], arguments].concat())
}

/// The figures and the gather that is filled in.
fn filled(engine: Engine, ranks: usize, name: &str, arguments: &[&str]) -> (Value, Vec<u8>) {
    let folder = folder(ranks, name);
    let output = interpolate(engine, ranks, &folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("one rank alone fills in the same bits"), "{words}");
    for picture in ["overview", "convergence"] {
        assert_eq!(&fs::read(folder.join(format!("{picture}.png"))).unwrap()[1..4], b"PNG", "{picture}");
    }
    let mut figures: Value = serde_json::from_slice(&fs::read(folder.join("figures.json")).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"][0]["seconds"] = Value::Null;
    let filled = fs::read(folder.join("filled.npy")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    (figures, filled)
}

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    for (solver, events) in [("fista", "hyperbolas"), ("lsqr", "lines")] {
        let arguments = [&SMALL[..], &["--keep", "60", "--solver", solver, "--events", events]].concat();
        let one = filled(Engine::Threads, 1, solver, &arguments);
        assert_eq!((&one.0["recorded"], &one.0["model"]), (&23.into(), &serde_json::json!([5, 13, 60])));
        let error = |name: &str| one.0[name].as_f64().unwrap();
        assert!(error("error_after") < 0.7 * error("error_before"), "{}", one.0);
        for &engine in ENGINES {
            for ranks in [2, 3, 4] {
                assert!(one == filled(engine, ranks, solver, &arguments), "{solver} on {ranks} ranks");
            }
        }
    }
}

/// An error of 0.777 becomes 0.348 in twenty iterations.
#[test]
fn reflections_are_filled_in() {
    let (figures, _) = filled(Engine::Threads, 2, "defaults", &["--iterations", "20"]);
    let error = |name: &str| figures[name].as_f64().unwrap();
    assert!(error("error_before") > 0.7 && error("error_after") < 0.36, "{figures}");
    assert!(figures["snr_after"].as_f64().unwrap() > 8.8, "{figures}");
}

/// A gather that was written before, and one of another shape.
#[test]
fn gathers_may_come_from_files() {
    let folders = ["fista", "lsqr", "again"].map(|name| folder(9, name));
    assert!(interpolate(Engine::Threads, 2, &folders[0], &SMALL).status.success());
    let gather = folders[0].join("gather.npy");
    let arguments = [&["--data", gather.to_str().unwrap()], &SMALL[4..]].concat();
    assert!(interpolate(Engine::Threads, 3, &folders[1], &arguments).status.success());
    let filled = |folder: &Path| fs::read(folder.join("filled.npy")).unwrap();
    assert!(filled(&folders[0]) == filled(&folders[1]));
    let output = interpolate(Engine::Threads, 2, &folders[2], &["--data", "/nowhere.npy"]);
    assert!(!output.status.success() && !folders[2].exists());
    folders[..2].iter().for_each(|folder| fs::remove_dir_all(folder).unwrap());
}

#[test]
fn wrong_arguments_are_errors() {
    let folder = folder(2, "wrong");
    for (arguments, words) in [
        (["--keep", "0"], "--keep"),
        (["--samples", "1"], "--samples"),
        (["--traces", "120"], "length of axis 0: expected 110 or 121"),
        (["--overlap", "22"], "overlap of windows along axis 0: expected below 22"),
        (["--steepest", "inf"], "slownesses of Radon2D"),
        (["--slownesses", "0"], "--slownesses"),
    ] {
        let output = interpolate(Engine::Threads, 2, &folder, &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{arguments:?}: {said}");
    }
    assert!(!folder.exists());
}
