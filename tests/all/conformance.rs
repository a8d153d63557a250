//! `examples/conformance` on the reference cases, on threads and under `mpirun`, and on sets that are
//! not what they should be.
//!
//! The reference cases lie beside the checkout where lops is developed, and not in a user's: then
//! their tests say so and pass, unless `LOPS_REQUIRE_SHARED=1`.

use lops::{io::write_npy, ndarray::arr1};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The example that `cargo test` has built beside this test.
fn example() -> PathBuf {
    let deps = env::current_exe().unwrap();
    let path = deps.parent().and_then(Path::parent).unwrap().join("examples/conformance");
    assert!(path.exists(), "{} is not there: `cargo build --example conformance` makes it", path.display());
    path
}

fn words(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

fn on_threads(ranks: usize, dir: &Path) -> Output {
    Command::new(example()).arg(dir).env("LOPS_RANKS", ranks.to_string()).output().unwrap()
}

/// The reference cases, where they are.
fn reference_cases() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance");
    if dir.join("manifest.json").exists() {
        return Some(dir);
    }
    let required = env::var("LOPS_REQUIRE_SHARED").is_ok_and(|value| value == "1");
    assert!(!required, "{} is not there, and LOPS_REQUIRE_SHARED=1", dir.display());
    println!("skipped: {} is not there", dir.display());
    None
}

/// All ran cases passed, and only for want of ranks or of an operator was one not run.
fn all_pass(ranks: usize, output: &Output) {
    let words = words(output);
    assert!(output.status.success(), "on {ranks} ranks:\n{words}");
    let last: Vec<_> = words.lines().last().unwrap_or_default().split_whitespace().collect();
    let &[passed, "passed,", "0", "failed,", _, "skipped"] = &last[..] else { panic!("on {ranks} ranks:\n{words}") };
    assert!(passed.parse::<usize>().unwrap() >= 430, "on {ranks} ranks:\n{words}");
    for name in crate::registry::names() {
        assert!(!words.contains(&format!(" {name}: lops has no such operator")), "on {ranks} ranks:\n{words}");
    }
    for needed in 2..=4 {
        let skips = words.contains(&format!("needs {needed} ranks"));
        assert_eq!(skips, needed > ranks, "on {ranks} ranks:\n{words}");
    }
}

#[test]
fn reference_cases_pass_on_threads() {
    let Some(dir) = reference_cases() else { return };
    for ranks in 1..=5 {
        all_pass(ranks, &on_threads(ranks, &dir));
    }
}

#[cfg(feature = "mpi")]
#[test]
fn reference_cases_pass_under_mpirun() {
    let Some(dir) = reference_cases() else { return };
    let lock = fs::File::create(env::temp_dir().join("lops-mpi-tests.lock")).unwrap();
    lock.lock().unwrap();
    for ranks in 1..=4 {
        let output = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/mpirun.sh"))
            .args(["-n", &ranks.to_string()])
            .args([example(), dir.clone()])
            .env("TIMEOUT", "300")
            .output()
            .unwrap();
        all_pass(ranks, &output);
    }
}

/// A set of its own: one first derivative of [0, 1, 4], some array of it as the caller wants it.
fn small_set(name: &str, change: impl FnOnce(&mut Value, &Path)) -> PathBuf {
    let dir = env::temp_dir().join(format!("lops-conformance-{}-{name}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    let mut arrays = serde_json::Map::new();
    for (name, values) in [("x", [0., 1., 4.]), ("y", [1., 3., 0.]), ("v", [1., 2., 5.]), ("z", [-1., -1., 2.])] {
        write_npy(dir.join(format!("{name}.npy")), arr1(&values).view()).unwrap();
        arrays.insert(name.into(), json!({"file": format!("{name}.npy"), "shape": [3], "dtype": "<f8"}));
    }
    let args = json!({"dims": [3], "axis": 0, "sampling": 1.0, "kind": "forward", "edge": false, "order": 3,
                      "dtype": "float64"});
    let case = json!({"id": "one/000", "op": "FirstDerivative", "args": args, "rtol": 1e-10, "arrays": arrays});
    let other = json!({"id": "other/000", "op": "Unheard", "args": {}, "rtol": 1e-10, "arrays": {}});
    let mut manifest = json!({"about": {"format": 1}, "cases": [case, other]});
    change(&mut manifest, &dir);
    fs::write(dir.join("manifest.json"), manifest.to_string()).unwrap();
    dir
}

/// The exit code and what was printed, on one rank and on more than one.
fn outcomes(dir: &Path) -> Vec<(Option<i32>, String)> {
    let outcomes = [1, 3].map(|ranks| on_threads(ranks, dir)).iter().map(|o| (o.status.code(), words(o))).collect();
    let _ = fs::remove_dir_all(dir);
    outcomes
}

#[test]
fn a_small_set_passes() {
    for (code, words) in outcomes(&small_set("good", |_, _| {})) {
        assert_eq!(code, Some(0), "{words}");
        assert_eq!(words, "skipped 1 × Unheard: lops has no such operator yet\n1 passed, 0 failed, 1 skipped\n");
    }
}

#[test]
fn a_wrong_value_fails() {
    let dir = small_set("wrong", |_, dir| write_npy(dir.join("z.npy"), arr1(&[-1., -1.5, 2.]).view()).unwrap());
    for (code, words) in outcomes(&dir) {
        assert_eq!(code, Some(1), "{words}");
        assert!(words.starts_with("FAILED one/000 (FirstDerivative): array z, "), "{words}");
        assert!(words.contains("largest deviation 5.000e-1, tolerance 2.000e-10"), "{words}");
        assert!(words.ends_with("0 passed, 1 failed, 1 skipped\n"), "{words}");
    }
}

#[test]
fn a_case_that_cannot_be_fails() {
    let dir = small_set("axis", |manifest, _| manifest["cases"][0]["args"]["axis"] = json!(1));
    for (code, words) in outcomes(&dir) {
        assert_eq!(code, Some(1), "{words}");
        assert!(words.contains("FAILED one/000 (FirstDerivative): axis: expected less than 1"), "{words}");
    }
}

#[test]
fn bad_sets_are_refused() {
    let refused = |name: &str, expected: &str, change: fn(&mut Value, &Path)| {
        for (code, words) in outcomes(&small_set(name, change)) {
            assert_eq!(code, Some(2), "{name}: {words}");
            assert!(
                words.contains(expected) && words.lines().count() == 1,
                "{name}: expected {expected}, found {words}"
            );
        }
    };
    refused("format", "manifest.json: about.format: expected 1, found 2", |m, _| m["about"]["format"] = json!(2));
    refused("cases", "manifest.json: cases: expected a list, found null", |m, _| m["cases"] = Value::Null);
    refused("op", "case 0 of the manifest: op: expected a string, found 7", |m, _| m["cases"][0]["op"] = json!(7));
    refused("absent", "v.npy: expected a file that can be read", |_, dir| fs::remove_file(dir.join("v.npy")).unwrap());
    refused("shape", "one/000: arrays.x in ", |m, _| m["cases"][0]["arrays"]["x"]["shape"] = json!([4]));
    refused("dtype", "x.npy: expected complex128, found float64", |m, _| {
        m["cases"][0]["arrays"]["x"]["dtype"] = json!("<c16");
    });
    refused("archive", "y.npy: expected a .npz archive", |m, _| m["cases"][0]["arrays"]["y"]["key"] = json!("y"));
    refused("truncated", "y.npy: expected", |_, dir| {
        let path = dir.join("y.npy");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    });
}

#[test]
fn missing_folders_and_bad_json_are_refused() {
    let dir = small_set("json", |_, _| {});
    fs::write(dir.join("manifest.json"), "{\"about\": ").unwrap();
    for (code, words) in outcomes(&dir) {
        assert_eq!(code, Some(2), "{words}");
        assert!(words.contains("manifest.json: expected JSON, found EOF"), "{words}");
    }
    // The folder is gone now.
    for (code, words) in outcomes(&dir) {
        assert_eq!(code, Some(2), "{words}");
        assert!(words.contains("manifest.json: expected a file that can be read"), "{words}");
    }
}
