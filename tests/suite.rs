//! `examples/suite`: what it prints is what a comparison can read.

use serde_json::Value;
use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The example that `cargo test` has built beside this test.
fn example() -> PathBuf {
    let deps = env::current_exe().unwrap();
    let path = deps.parent().and_then(Path::parent).unwrap().join("examples/suite");
    assert!(path.exists(), "{} is not there: `cargo build --example suite` makes it", path.display());
    path
}

fn suite(ranks: usize, arguments: &[&str]) -> Output {
    Command::new(example()).args(arguments).env("LOPS_RANKS", ranks.to_string()).output().unwrap()
}

fn lines(ranks: usize, arguments: &[&str]) -> Vec<Value> {
    let output = suite(ranks, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_case_is_one_json_line() {
    // Σ u(1, i) u(2, i) over i < 4096, by an independent implementation.
    let expected = 37.860863608833455;
    for ranks in [1, 2, 3] {
        let lines = lines(ranks, &["--case", "vec.dot", "--n", "4096", "--reps", "5"]);
        let [line] = &lines[..] else { panic!("one line expected, found {lines:?}") };
        assert_eq!(line["case"], "vec.dot");
        assert_eq!(line["peer"], "lops");
        assert_eq!(line["np"], ranks);
        assert_eq!(
            (&line["shape"][0], &line["dtype"], &line["unit"]),
            (&4096.into(), &"float64".into(), &"s/op".into())
        );
        assert_eq!(line["samples"], 5);
        let [least, median, most] = ["min", "seconds", "max"].map(|name| line[name].as_f64().unwrap());
        assert!(0.0 < least && least <= median && median <= most, "{line}");
        assert_eq!(line["bytes"], 2 * 8 * 4096);
        let value = line["result_checksum"]["value"].as_f64().unwrap();
        assert!((value - expected).abs() < 1e-9, "{value}");
        assert_eq!(line["peak_rss_mb"].as_array().unwrap().len(), ranks);
    }
}

/// Ranks with 16 rows go through memory once. With 12 rows LᴴL, which reads two on either side, goes by parts, and so does a
/// round trip; L and its adjoint by themselves go by rows still.
#[test]
fn solvers_say_what_words_they_move() {
    for (ranks, n, expected) in [(2, "32", [11.0, 13.0]), (1, "12", [19.0, 23.0])] {
        let cases = "cg.lap_damped,cgls.stack_lap";
        let lines = lines(ranks, &["--case", cases, "--n", n, "--niter", "4", "--reps", "1"]);
        let words = |name: &str| lines.iter().map(|line| line[name].as_f64().unwrap()).collect::<Vec<_>>();
        assert_eq!(words("real_words"), expected, "{n}³ on {ranks} ranks");
        assert!(words("effective_words").iter().all(|&words| words > 0.0), "{lines:?}");
    }
}

#[test]
fn results_have_the_same_checksums_on_any_number_of_ranks() {
    // All but ghost cells, which depend on the ranks, and the job on a model from a file.
    let cases = "vec.add,first.centered5,second,laplacian3d,gradient,blockdiag,vstack,hstack,redistribute,asarray,\
                 poststack.fwd,poststack.adj,cg.lap_damped,predict_cg.lap_damped,cgls.stack_lap,cg.poststack_normal,cgls.poststack_reg,\
                 matmult.block,matmult.summa,nonstat,lsqr.stack_lap,lsmr.stack_lap,gmres.lap7,ista,kirchhoff,ct2d";
    let arguments = ["--case", cases, "--n", "12", "--niter", "3", "--reps", "1"];
    let one = lines(1, &arguments);
    assert!(one.len() > 20, "{}", one.len());
    let many = lines(3, &arguments);
    assert_eq!(one.len(), many.len());
    for (one, many) in one.iter().zip(&many) {
        assert_eq!(one["case"], many["case"]);
        let (a, b) = (numbers(&one["result_checksum"]), numbers(&many["result_checksum"]));
        assert_eq!(a.len(), b.len(), "{one} {many}");
        let scale = a.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() <= 1e-11 * scale), "{one} {many}");
    }
}

/// All numbers in a value, in order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        Value::Object(fields) => fields.values().flat_map(numbers).collect(),
        value => value.as_f64().into_iter().collect(),
    }
}

#[test]
fn the_list_names_every_case_once() {
    let output = suite(1, &["--list"]);
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let names: Vec<_> = text.lines().collect();
    for name in ["stream.triad", "vec.dot", "cg.lap_damped", "poststack3d.total", "allreduce.1"] {
        assert_eq!(names.iter().filter(|known| **known == name).count(), 1, "{name}");
    }
}

#[test]
fn unknown_cases_are_refused() {
    let output = suite(2, &["--case", "vec.dot,unheard"]);
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("--case: expected names") && words.contains("found \"unheard\""), "{words}");
}
