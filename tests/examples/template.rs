//! `examples/template`: what users copy inverts its data, on any ranks to the same bits, and reads data of theirs.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// A folder of its own for a job.
fn folder(name: &str) -> PathBuf {
    env::temp_dir().join(format!("lops-template-{}-{name}", process::id()))
}

/// Runs the job; returns what it says, and the model as it was written.
fn model(engine: Engine, ranks: usize, out: &Path, files: &[&Path]) -> (String, Vec<u8>) {
    let arguments: Vec<_> = [out].iter().chain(files).map(|path| path.to_str().unwrap()).collect();
    let output = run(engine, ranks, "template", &arguments);
    let [said, errors] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert!(output.status.success() && said.starts_with(&format!("{ranks} ranks: ")), "{said}{errors}");
    let report: Value = serde_json::from_slice(&fs::read(out.join("report.json")).unwrap()).unwrap();
    assert!(said.contains(report["reason"].as_str().unwrap()) && out.join("convergence.png").exists());
    (said, fs::read(out.join("model.npy")).unwrap())
}

#[test]
fn the_same_model_on_any_ranks() {
    let mut models = vec![];
    for &engine in ENGINES {
        for ranks in [1, 3] {
            let out = folder(&format!("{ranks}"));
            let (said, bytes) = model(engine, ranks, &out, &[]);
            assert!(said.contains("tolerance met"), "{said}");
            models.push(bytes);
            fs::remove_dir_all(out).unwrap();
        }
    }
    assert!(models.iter().all(|other| *other == models[0]));
}

#[test]
fn data_of_ones_own() {
    let (out, again) = (folder("first"), folder("again"));
    let (_, first) = model(ENGINES[0], 2, &out, &[]);
    // Its model as background, and as data: any arrays of one shape do.
    let input = out.join("model.npy");
    let (_, second) = model(ENGINES[0], 2, &again, &[&input, &input]);
    assert!(second.len() == first.len() && second != first);
    let wrong = run(ENGINES[0], 2, "template", &[again.to_str().unwrap(), "no.npy", "file.npy"]);
    let words = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(!wrong.status.success() && words.contains("no.npy"), "{words}");
    for folder in [out, again] {
        fs::remove_dir_all(folder).unwrap();
    }
}
