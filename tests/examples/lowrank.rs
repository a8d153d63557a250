//! `examples/lowrank`: traces are filled in, with the same bits on any number of ranks; wrong arguments are errors.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::{env, fs, path::PathBuf, process};

const SMALL: [&str; 8] = ["--lines", "9", "--traces", "11", "--samples", "32", "--iterations", "30"];

fn folder(ranks: usize, name: &str) -> PathBuf {
    env::temp_dir().join(format!("lops-lowrank-{name}-{}-{ranks}", process::id()))
}

/// The figures and the volume that is filled in.
fn filled(engine: Engine, ranks: usize, name: &str, arguments: &[&str]) -> (Value, Vec<u8>) {
    let folder = folder(ranks, name);
    let json = folder.join("figures.json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    let output = run(engine, ranks, "lowrank", &[&outputs[..], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for picture in ["overview", "convergence"] {
        assert_eq!(&fs::read(folder.join(format!("{picture}.png"))).unwrap()[1..4], b"PNG", "{picture}");
    }
    let mut figures: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"][0]["seconds"] = Value::Null;
    let filled = fs::read(folder.join("filled.npy")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    (figures, filled)
}

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    for events in ["planes", "reflections"] {
        let arguments = [&SMALL[..], &["--keep", "60", "--events", events]].concat();
        let one = filled(Engine::Threads, 1, events, &arguments);
        assert_eq!((&one.0["recorded"], &one.0["slices"]), (&59.into(), &17.into()));
        let error = |name: &str| one.0[name].as_f64().unwrap();
        assert!(error("error_after") < 0.8 * error("error_before"), "{}", one.0);
        for &engine in ENGINES {
            for ranks in [2, 3, 5] {
                assert!(one == filled(engine, ranks, events, &arguments), "{events} on {ranks} ranks");
            }
        }
    }
}

#[test]
fn wrong_arguments_are_errors() {
    let folder = folder(2, "wrong");
    for (arguments, words) in [
        (["--keep", "0"], "--keep"),
        (["--samples", "1"], "--samples"),
        (["--lines", "0"], "--lines"),
        (["--sigma", "0"], "--sigma"),
        (["--events", "none"], "--events"),
    ] {
        let arguments = [&["--out", folder.to_str().unwrap()][..], &arguments].concat();
        let output = run(Engine::Threads, 2, "lowrank", &arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
    }
    assert!(!folder.exists());
    let help = run(Engine::Threads, 2, "lowrank", &["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--sigma"));
}
