//! `examples/reflectivity`: the figures of PyLops-MPI's tutorial, and the same bits on any number of ranks.

use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The example that `cargo test` has built beside this test.
fn example() -> PathBuf {
    let deps = env::current_exe().unwrap();
    let path = deps.parent().and_then(Path::parent).unwrap().join("examples/reflectivity");
    assert!(path.exists(), "{} is not there: `cargo build --example reflectivity` makes it", path.display());
    path
}

fn folder(name: &str) -> PathBuf {
    let dir = env::temp_dir().join(format!("lops-reflectivity-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).unwrap();
    dir
}

fn command(dir: &Path, ranks: usize, arguments: &[&str]) -> Command {
    let mut command = Command::new(example());
    command.args(["--out".as_ref(), dir.as_os_str(), "--json".as_ref(), dir.join("figures.json").as_os_str()]);
    command.args(arguments).env("LOPS_RANKS", ranks.to_string());
    command
}

/// The figures, without what differs from run to run, and the models.
fn results(dir: &Path, solvers: &[&str]) -> (Value, Vec<Vec<u8>>) {
    let mut figures: Value = serde_json::from_slice(&fs::read(dir.join("figures.json")).unwrap()).unwrap();
    figures["ranks"] = Value::Null;
    for run in figures["runs"].as_array_mut().unwrap() {
        run["seconds"] = Value::Null;
    }
    let model = |solver: &&str| fs::read(dir.join(format!("reflectivity_{solver}.npy"))).unwrap();
    (figures, solvers.iter().map(model).collect())
}

fn run(name: &str, ranks: usize, arguments: &[&str], solvers: &[&str]) -> (Value, Vec<Vec<u8>>) {
    let dir = folder(name);
    let output = command(&dir, ranks, arguments).args(["--solvers", &solvers.join(",")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for picture in ["overview", "trace", "convergence"] {
        assert!(dir.join(format!("{picture}.png")).exists(), "{picture}");
    }
    let results = results(&dir, solvers);
    fs::remove_dir_all(dir).unwrap();
    results
}

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    let solvers = ["ista", "fista", "twist", "pg", "spgl1"];
    let of_ranks = |ranks: usize| run(&format!("ranks-{ranks}"), ranks, &["--ny", "3", "--iterations", "6"], &solvers);
    let one = of_ranks(1);
    assert_eq!(one.0["shape"], json!([3, 267, 550]));
    for ranks in [2, 3, 5] {
        assert!(one == of_ranks(ranks), "{ranks} ranks");
    }
}

/// The first eleven of the tutorial's 200 iterations. Its step is from ten powers of random numbers, which differ here: hence the digits.
#[test]
fn figures_are_those_of_the_tutorial() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/poststack_model.npz");
    if !path.exists() {
        let required = env::var("LOPS_REQUIRE_SHARED").is_ok_and(|value| value == "1");
        assert!(!required, "{} is not there, and LOPS_REQUIRE_SHARED=1", path.display());
        println!("skipped: {} is not there", path.display());
        return;
    }
    let arguments = ["--model", path.to_str().unwrap(), "--ny", "8", "--iterations", "11"];
    let (figures, _) = run("tutorial", 2, &arguments, &["fista", "pg"]);
    let near = |found: &Value, expected: f64, tolerance: f64| {
        let found = found.as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < tolerance, "{found} and {expected}");
    };
    near(&figures["reflectivity_norm"], 35.282, 2e-5);
    near(&figures["data_norm"], 123.971, 1e-5);
    near(&figures["largest_eigenvalue"], 46.490, 1e-3);
    let cost = figures["runs"][0]["cost"].as_array().unwrap();
    assert_eq!(cost.len(), 11);
    near(&cost[0], 1351.02, 1e-3);
    near(&cost[10], 308.15, 1e-3);
    // Its steps are by a hundredth shorter, and so they are a little apart (0.0039 after all 200).
    let apart = figures["runs"][1]["apart_from_first"].as_f64().unwrap();
    assert!(apart > 1e-4 && apart < 2e-2, "{apart}");
}
