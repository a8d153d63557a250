//! `examples/prestack`: three properties nearer to the truth than the background is, and the same figures on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use lops::io::write_npy;
use lops::ndarray::Array3;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn place(name: &str) -> PathBuf {
    env::temp_dir().join(format!("lops-prestack-{}-{name}", process::id()))
}

/// The figures and the inverted model.
fn prestack(engine: Engine, ranks: usize, arguments: &[&str]) -> (Value, Vec<u8>) {
    let folder = place(&format!("{ranks}-{}", arguments.len()));
    let json = folder.with_extension("json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    let output = run(engine, ranks, "prestack", &[&outputs[..], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("one rank alone models and inverts the same bits"), "{words}");
    assert!(words.contains(&format!("rank {}: traces", ranks - 1)), "{words}");
    for picture in ["overview", "gather", "convergence"] {
        assert_eq!(&fs::read(folder.join(format!("{picture}.png"))).unwrap()[1..4], b"PNG", "{picture}");
    }
    let mut figures: Value = serde_json::from_slice(&fs::read(&json).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"].as_array_mut().unwrap().iter_mut().for_each(|run| run["seconds"] = Value::Null);
    let inverted = fs::read(folder.join("model_cgls.npy")).unwrap();
    fs::remove_dir_all(folder).unwrap();
    fs::remove_file(json).unwrap();
    (figures, inverted)
}

/// On all ranks and engines the same as on one.
fn on_any_ranks(arguments: &[&str]) -> Value {
    let one = prestack(Engine::Threads, 1, arguments);
    for &engine in ENGINES {
        for ranks in [2, 3] {
            assert!(one == prestack(engine, ranks, arguments), "{ranks} ranks");
        }
    }
    one.0
}

fn errors(figures: &Value) -> Vec<f64> {
    figures.as_array().unwrap().iter().map(|error| error.as_f64().unwrap()).collect()
}

#[test]
fn a_section_comes_nearer_to_the_truth_on_any_number_of_ranks() {
    let figures =
        on_any_ranks(&["--nt", "90", "--nx", "11", "--iterations", "40", "--noise", "0", "--solvers", "cgls,lsqr"]);
    assert_eq!(figures["shape"], serde_json::json!([90, 3, 11]));
    let before = errors(&figures["background_relative_errors"]);
    for run in figures["runs"].as_array().unwrap() {
        let after = errors(&run["relative_errors"]);
        assert!(after.iter().zip(&before).all(|(after, before)| after < before), "{after:?}, not below {before:?}");
        assert!(after[0] < 0.7 * before[0], "{after:?}, {before:?}");
    }
}

#[test]
fn a_volume_and_one_ratio_give_the_same_bits_on_any_number_of_ranks() {
    on_any_ranks(&[
        "--nt",
        "40",
        "--nx",
        "4",
        "--ny",
        "3",
        "--vsvp",
        "0.5",
        "--roughness",
        "second",
        "--iterations",
        "5",
    ]);
}

#[test]
fn a_file_is_the_model() {
    let path = place("model.npy");
    let values = |density: f64| {
        Array3::from_shape_fn((40, 3, 5), |(t, k, x)| [2.0, 1.0, density][k] + f64::from(u8::from(t + x > 20)))
    };
    write_npy(&path, values(2.0).view()).unwrap();
    let figures = on_any_ranks(&["--model", path.to_str().unwrap(), "--iterations", "5", "--angles", "3"]);
    assert_eq!(figures["shape"], serde_json::json!([40, 3, 5]));
    write_npy(&path, values(-2.0).view()).unwrap();
    refused(&["--model", path.to_str().unwrap()], "positive finite values", &path);
    write_npy(&path, values(2.0).slice_mut(lops::ndarray::s![.., ..2, ..]).view()).unwrap();
    refused(&["--model", path.to_str().unwrap()], "[samples, 3, x]", &path);
    fs::remove_file(path).unwrap();
    let out = place("none");
    refused(&["--largest", "90", "--angles", "2"], "angle 1", &out);
    refused(&["--nt", "20"], "samples of the wavelet", &out);
    refused(&["--vsvp", "0"], "ratio 0 of vs to vp", &out);
    refused(&["--angles", "0"], "angles", &out);
    refused(&["--noise=-1"], "--noise", &out);
}

/// With words, and without outputs.
fn refused(arguments: &[&str], words: &str, place: &Path) {
    let folder = place.with_extension("refused");
    let output = run(Engine::Threads, 2, "prestack", &[&["--out", folder.to_str().unwrap()], arguments].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains(words), "{error}, not {words}");
    assert!(!folder.exists());
}
