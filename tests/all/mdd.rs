//! `examples/mdd`: the figures of PyLops-MPI's tutorial, and the same bits on any number of ranks.

use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The example that `cargo test` has built beside this test.
fn example() -> PathBuf {
    let deps = env::current_exe().unwrap();
    let path = deps.parent().and_then(Path::parent).unwrap().join("examples/mdd");
    assert!(path.exists(), "{} is not there: `cargo build --example mdd` makes it", path.display());
    path
}

/// The figures and the inverted wavefield.
fn run(name: &str, ranks: usize, arguments: &[&str]) -> (Value, Vec<u8>) {
    let dir = env::temp_dir().join(format!("lops-mdd-{}-{name}", std::process::id()));
    let json = dir.join("figures.json");
    fs::create_dir_all(&dir).unwrap();
    let mut command = Command::new(example());
    command.args(["--out".as_ref(), dir.as_os_str(), "--json".as_ref(), json.as_os_str()]).args(arguments);
    let output = command.env("LOPS_RANKS", ranks.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for picture in ["kernel", "model", "data", "adjoint", "inverted", "residual", "overview", "fk", "convergence"] {
        assert!(dir.join(format!("{picture}.png")).exists(), "{picture}");
    }
    let figures = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    let inverted = fs::read(dir.join("inverted.npy")).unwrap();
    fs::remove_dir_all(dir).unwrap();
    (figures, inverted)
}

#[test]
fn any_number_of_ranks_makes_the_same_bits() {
    let sizes = ["--sources", "23", "--receivers", "17", "--nt", "250", "--frequencies", "41", "--iterations", "7"];
    let of_ranks = |ranks: usize| {
        let (mut figures, inverted) = run(&format!("small-{ranks}"), ranks, &sizes);
        assert_eq!(figures["ranks"], ranks);
        figures["ranks"] = Value::Null;
        figures["memory"] = Value::Null;
        figures["runs"][0]["seconds"] = Value::Null;
        (figures, inverted)
    };
    let one = of_ranks(1);
    assert_eq!(one.0["shape"], serde_json::json!([499 * 23, 499 * 17]));
    for ranks in [2, 3, 5] {
        assert_eq!(one, of_ranks(ranks), "{ranks} ranks");
    }
}

/// Kernels that are saved and read are those that are made, on other ranks too; and the normal equations have the same solution.
#[test]
fn kernels_come_from_files() {
    let sizes = ["--sources", "23", "--receivers", "17", "--nt", "250", "--frequencies", "41", "--iterations", "5"];
    let with = |name: &str, ranks: usize, more: &[&str]| run(name, ranks, &[&sizes[..], more].concat());
    let kernel = |end: &str| env::temp_dir().join(format!("lops-mdd-kernel-{}.{end}", std::process::id()));
    let made = with("made", 2, &[]).1;
    for end in if cfg!(feature = "hdf5") { &["npy", "h5"][..] } else { &["npy"] } {
        let file = kernel(end);
        let path = file.to_str().unwrap();
        assert_eq!(with("saved", 3, &["--save-kernel", path]).1, made);
        assert_eq!(with("read", 2, &["--kernel", path]).1, made, "{end}");
        if *end == "h5" {
            assert_eq!(with("named", 4, &["--kernel", path, "--dataset", "kernel"]).1, made);
            let other = ["--kernel", path, "--dataset", "other"];
            let output = Command::new(example()).args(sizes).args(other).env("LOPS_RANKS", "2").output().unwrap();
            assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("other"));
        }
        fs::remove_file(file).unwrap();
    }
    let (figures, _) = with("normal", 2, &["--solver", "normal"]);
    assert_eq!(figures["runs"][0]["solver"], "normal");
    assert_eq!(figures["runs"][0]["iterations"], 5);
}

/// The kernel is cut over the ranks, and nobody has all of it.
#[test]
fn memory_of_a_rank_falls_with_the_ranks() {
    let sizes = ["--sources", "24", "--receivers", "24", "--nt", "250", "--frequencies", "96", "--iterations", "1"];
    let memory = |ranks: usize| {
        let memory = run(&format!("memory-{ranks}"), ranks, &sizes).0["memory"].clone();
        ["kernel_of_a_rank", "vectors_of_a_rank", "all_ranks"].map(|name| memory[name].as_f64().unwrap())
    };
    let one = memory(1);
    for ranks in [2, 4] {
        let many = memory(ranks);
        for k in 0..2 {
            assert!(many[k] < 1.4 * one[k] / ranks as f64, "{ranks} ranks: {many:?}, one: {one:?}");
        }
        assert!(many[2] < 1.4 * one[2], "{ranks} ranks: {many:?}, one: {one:?}");
    }
}

/// Long, so not a second time where tests are built with MPI.
#[test]
#[cfg(not(feature = "mpi"))]
fn figures_are_those_of_the_tutorial() {
    let (figures, _) = run("tutorial", 2, &[]);
    let close = |value: &Value, expected: f64, digits: f64| {
        let value = value.as_f64().unwrap();
        assert!((value - expected).abs() <= digits, "expected {expected}, found {value}");
    };
    close(&figures["data_norm"], 59.705, 5e-4);
    close(&figures["data_max_abs"], 1.5914, 5e-5);
    close(&figures["adjoint_norm"], 1569.85, 5e-3);
    let run = &figures["runs"][0];
    for (iteration, cost, digits) in COSTS {
        close(&run["cost"][iteration], cost, digits);
    }
    assert_eq!(run["iterations"], 50);
}

/// ‖d − A m‖ after so many iterations.
#[cfg(not(feature = "mpi"))]
const COSTS: [(usize, f64, f64); 3] = [(0, 59.705, 5e-4), (10, 6.667, 5e-4), (50, 1.105, 5e-4)];

#[test]
fn sizes_that_cannot_be_are_refused() {
    for (flag, value) in [("--sources", "3"), ("--nt", "0"), ("--frequencies", "801"), ("--frequencies", "0")] {
        let output = Command::new(example()).args([flag, value]).env("LOPS_RANKS", "2").output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && words.contains(flag), "{flag} {value}: {words}");
    }
}
