//! `examples/compressed_sensing`: traces are filled in, with the same bits on any number of ranks; wrong arguments are errors.

use serde_json::Value;
use std::{
    env, fs,
    path::Path,
    process::{Command, Output},
};

/// Runs the example that `cargo test` has built beside this test.
fn run(dir: &Path, ranks: usize, arguments: &[&str]) -> Output {
    let deps = env::current_exe().unwrap();
    let path = deps.parent().and_then(Path::parent).unwrap().join("examples/compressed_sensing");
    assert!(path.exists(), "{} is not there: `cargo build --example compressed_sensing` makes it", path.display());
    let mut command = Command::new(path);
    command.args(["--out".as_ref(), dir.as_os_str(), "--json".as_ref(), dir.join("figures.json").as_os_str()]);
    command.args(arguments).env("LOPS_RANKS", ranks.to_string()).output().unwrap()
}

#[test]
fn traces_are_filled_in_with_the_same_bits_on_any_number_of_ranks() {
    let of_ranks = |ranks: usize| {
        let dir = env::temp_dir().join(format!("lops-compressed-{}-{ranks}", std::process::id()));
        let output = run(&dir, ranks, &["--traces", "40", "--samples", "96", "--keep", "60", "--iterations", "80"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(dir.join("overview.png").exists() && dir.join("convergence.png").exists());
        let figures: Value = serde_json::from_slice(&fs::read(dir.join("figures.json")).unwrap()).unwrap();
        let filled = fs::read(dir.join("filled.npy")).unwrap();
        fs::remove_dir_all(dir).unwrap();
        (figures, filled)
    };
    let (figures, filled) = of_ranks(1);
    assert_eq!(figures["recorded"], 24);
    let [before, after] = ["error_before", "error_after"].map(|name| figures[name].as_f64().unwrap());
    assert!(after < 0.6 * before, "{before} and {after}");
    for ranks in [2, 3, 7] {
        assert!(of_ranks(ranks).1 == filled, "{ranks} ranks");
    }
}

#[test]
fn wrong_arguments_are_errors() {
    let dir = env::temp_dir().join(format!("lops-compressed-{}-wrong", std::process::id()));
    for (arguments, words) in
        [(["--keep", "0"], "--keep"), (["--samples", "1"], "--samples"), (["--traces", "0"], "--traces")]
    {
        let output = run(&dir, 2, &arguments);
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(words), "{said}");
    }
    assert!(!dir.exists());
}
