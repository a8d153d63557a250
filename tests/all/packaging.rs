//! What is handed out: the package, the versions that it needs and names, and the crate that users copy.

use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(file: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{file}")).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What cargo answers.
fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(ROOT).output().unwrap();
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn metadata(more: &[&str]) -> Value {
    serde_json::from_str(&cargo(&[&["metadata", "--format-version", "1"], more].concat())).unwrap()
}

fn of<'a>(metadata: &'a Value, name: &str) -> &'a Value {
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().find(|package| package["name"] == name).unwrap_or_else(|| panic!("no package {name}"))
}

/// `1.89` and `1.89.0` as numbers.
fn version(text: &str) -> [u32; 3] {
    let mut numbers = text.split('.').map(|number| number.parse().unwrap());
    [0; 3].map(|_: u32| numbers.next().unwrap_or(0))
}

/// A crate on the oldest Rust compiler builds what its dependencies let it build. That our own code asks no more is
/// clippy's to find (`incompatible_msrv`).
#[test]
fn no_dependency_asks_for_a_newer_compiler() {
    let metadata = metadata(&["--all-features", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"]);
    let ours = version(of(&metadata, "lops")["rust_version"].as_str().unwrap());
    let tests_alone = ["lops-examples", "lops-benches"];
    let mut judged = 0;
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        let Some(theirs) = package["rust_version"].as_str().filter(|_| !tests_alone.contains(&name)) else { continue };
        judged += 1;
        assert!(version(theirs) <= ours, "{name} {} asks for Rust {theirs}", package["version"]);
    }
    assert!(judged > 50, "{judged} dependencies tell");
}

#[test]
fn clippy_holds_the_code_against_the_oldest_compiler() {
    let manifest = read("Cargo.toml");
    assert!(manifest.contains("rust-version = ") && manifest.contains("[workspace.lints.clippy]"));
    assert!(manifest.contains("all = { level = \"warn\"") && !manifest.contains("incompatible_msrv = \"allow\""));
}

/// All of the documentation, and what is compiled; nothing else.
#[test]
fn the_package_is_complete_and_small() {
    let list = cargo(&["package", "--list", "--allow-dirty", "--offline", "--package", "lops"]);
    let files: BTreeSet<_> = list.lines().collect();
    let wanted = "Cargo.toml Cargo.lock build.rs README.md CHANGELOG.md CITATION.cff LICENSE-MIT LICENSE-APACHE src/lib.rs \
                  src/guide/mod.rs src/guide/first_program.md";
    for file in wanted.split_whitespace() {
        assert!(files.contains(file), "{file} is not in the package");
    }
    let known = |file: &str| {
        let beside = ["Cargo.toml.orig", ".cargo_vcs_info.json"];
        beside.contains(&file) || wanted.split_whitespace().any(|name| name == file)
    };
    let mut bytes = 0;
    for file in files {
        let kind = Path::new(file).extension().and_then(OsStr::to_str);
        let is_source = file.starts_with("src/") && matches!(kind, Some("rs" | "md"));
        let is_picture = file.starts_with("doc/") && kind == Some("png");
        assert!(is_source || is_picture || known(file), "{file} is in the package");
        bytes += fs::metadata(format!("{ROOT}/{file}")).map_or(0, |of| of.len());
    }
    assert!(bytes < 8_000_000, "{bytes} bytes; a registry takes 10 MB, packed");
}

/// Pages of docs.rs are made without `mpi`: it must add no public name.
#[test]
fn the_pages_of_docs_rs_are_complete() {
    let metadata = metadata(&["--no-deps", "--offline"]);
    assert_eq!(of(&metadata, "lops")["metadata"]["docs"]["rs"]["features"], serde_json::json!(["hdf5"]));
    for (file, text) in crate::layers::sources(&["src"]) {
        let lines: Vec<_> = text.lines().collect();
        for pair in lines.windows(2).filter(|pair| pair[0].contains("cfg(") && pair[0].contains("feature = \"mpi\"")) {
            let next = pair[1].trim_start();
            assert!(!next.starts_with("pub ") || file.starts_with("src/comm/mpi"), "{file}: with `mpi` alone: {next}");
        }
    }
}

#[test]
fn one_version_everywhere() {
    let metadata = metadata(&["--no-deps", "--offline"]);
    let version = of(&metadata, "lops")["version"].as_str().unwrap();
    assert!(read("CHANGELOG.md").contains(&format!("\n## {version}\n")), "CHANGELOG.md does not know {version}");
    assert!(read("CITATION.cff").contains(&format!("\nversion: {version}\n")), "CITATION.cff does not know {version}");
}

/// The crate that users copy stands by itself, and asks of lops what its own features say.
#[test]
fn the_template_is_a_crate() {
    let manifest = format!("{ROOT}/examples/template/Cargo.toml");
    let metadata = metadata(&["--no-deps", "--offline", "--manifest-path", &manifest]);
    assert_eq!(metadata["packages"].as_array().unwrap().len(), 1);
    let (template, lops) = (&metadata["packages"][0], &metadata["packages"][0]["dependencies"][0]);
    assert_eq!(template["features"]["mpi"], serde_json::json!(["lops/mpi"]));
    assert_eq!(template["features"]["hdf5"], serde_json::json!(["lops/hdf5"]));
    let path = fs::canonicalize(lops["path"].as_str().unwrap()).unwrap();
    assert_eq!((lops["name"].as_str(), path), (Some("lops"), fs::canonicalize(ROOT).unwrap()));
    assert_eq!(template["dependencies"].as_array().unwrap().len(), 1, "its main.rs is compiled with `lops` alone");
    let ours = read("Cargo.toml");
    let oldest = ours.lines().find(|line| line.starts_with("rust-version")).unwrap();
    assert!(fs::read_to_string(&manifest).unwrap().contains(oldest));
}

/// `bash -n` reads scripts without running them.
#[test]
fn scripts_are_well_formed() {
    for script in ["examples/template/job.sh", "scripts/checks-where-available.sh", "scripts/mpirun.sh"] {
        let output = Command::new("bash").args(["-n", script]).current_dir(ROOT).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
