//! `examples/prestack`: three properties nearer to the truth than the background is, and the same figures on any number of ranks.

use crate::solving::{refuses, same_on_any_ranks, solve};
use lops::io::write_npy;
use lops::ndarray::Array3;
use serde_json::Value;
use std::{env, fs, process};

/// The figures, and that any ranks have them and the same model.
fn on_any_ranks(arguments: &[&str]) -> Value {
    let solved = same_on_any_ranks(&[2, 3], |engine, ranks| {
        let solved = solve(engine, ranks, "prestack", "model_cgls", arguments).draws(&["gather"]);
        let solved = solved.says("one rank alone models and inverts the same bits");
        solved.says(&format!("rank {}: traces", ranks - 1))
    });
    solved.figures
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
    let path = env::temp_dir().join(format!("lops-prestack-{}-model.npy", process::id()));
    let values = |density: f64| {
        Array3::from_shape_fn((40, 3, 5), |(t, k, x)| [2.0, 1.0, density][k] + f64::from(u8::from(t + x > 20)))
    };
    write_npy(&path, values(2.0).view()).unwrap();
    let figures = on_any_ranks(&["--model", path.to_str().unwrap(), "--iterations", "5", "--angles", "3"]);
    assert_eq!(figures["shape"], serde_json::json!([40, 3, 5]));
    write_npy(&path, values(-2.0).view()).unwrap();
    refuses("prestack", &["--model", path.to_str().unwrap()], "positive finite values");
    write_npy(&path, values(2.0).slice_mut(lops::ndarray::s![.., ..2, ..]).view()).unwrap();
    refuses("prestack", &["--model", path.to_str().unwrap()], "[samples, 3, x]");
    fs::remove_file(path).unwrap();
    refuses("prestack", &["--largest", "90", "--angles", "2"], "angle 1");
    refuses("prestack", &["--nt", "20"], "samples of the wavelet");
    refuses("prestack", &["--vsvp", "0"], "ratio 0 of vs to vp");
    refuses("prestack", &["--angles", "0"], "angles");
    refuses("prestack", &["--noise=-1"], "--noise");
}
