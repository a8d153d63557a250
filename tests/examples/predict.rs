//! `examples/predict`: what is predicted is what four ranks really send, and no rank is better than alone.

use crate::running::{ENGINES, run};
use serde_json::Value;
use std::{env, fs, process};

/// The predictions, and what was printed; pictures in this folder.
fn predict(arguments: &[&str], name: &str) -> (Vec<Value>, String, Vec<String>) {
    let folder = env::temp_dir().join(format!("lops-predict-{name}-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let json = folder.join("predict.json");
    let written = ["--json", json.to_str().unwrap(), "--out", folder.to_str().unwrap()];
    let output = run(ENGINES[0], 2, "predict", &[arguments, &written].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let pictures =
        names.filter(|name| std::path::Path::new(name).extension().is_some_and(|kind| kind == "png")).collect();
    fs::remove_dir_all(folder).unwrap();
    (rows, String::from_utf8(output.stdout).unwrap(), pictures)
}

fn number(row: &Value, name: &str) -> f64 {
    row[name].as_f64().unwrap_or_else(|| panic!("{name} in {row}"))
}

/// The rows of a problem in one scaling.
fn of<'a>(rows: &'a [Value], problem: &str, scaling: &str) -> Vec<&'a Value> {
    rows.iter().filter(|row| row["problem"] == problem && row["scaling"] == scaling).collect()
}

const PROBLEMS: [&str; 3] = ["cg.lap_damped", "cgls.stack_lap", "cg.poststack_normal"];

#[test]
fn tables_have_all_ranks_and_efficiencies_are_sane() {
    let ranks = [16, 64, 256, 1024, 4096, 10_000];
    let (rows, text, pictures) = predict(&["--n", "200", "--local", "24", "--bandwidth", "4"], "ranks");
    assert_eq!((rows.len(), pictures.len()), (3 * 2 * 6, 3 * 2));
    for ranks in ranks {
        let lines = text.lines().filter(|line| line.split_whitespace().next() == Some(&ranks.to_string()));
        assert_eq!(lines.count(), 6, "{ranks}\n{text}");
    }
    for problem in PROBLEMS {
        for scaling in ["strong", "weak"] {
            let rows = of(&rows, problem, scaling);
            assert!(rows.iter().map(|row| row["ranks"].as_u64().unwrap()).eq(ranks), "{problem} {scaling}");
            for network in 0..3 {
                let outcomes: Vec<_> = rows.iter().map(|row| &row["outcomes"][network]).collect();
                let efficiencies: Vec<_> = outcomes.iter().map(|outcome| number(outcome, "efficiency")).collect();
                assert!(
                    efficiencies.iter().all(|&efficiency| 0.0 < efficiency && efficiency < 1.0),
                    "{efficiencies:?}"
                );
                assert!(efficiencies.windows(2).all(|pair| pair[1] < pair[0]), "{problem} {scaling} {efficiencies:?}");
            }
            // The three networks are in order.
            for row in rows {
                let seconds: Vec<_> = (0..3).map(|k| number(&row["outcomes"][k], "seconds")).collect();
                assert!(seconds[0] < seconds[1] && seconds[1] < seconds[2], "{seconds:?}");
            }
        }
    }
}

#[test]
fn what_is_said_is_what_four_ranks_send() {
    for cut in ["blocks", "rows"] {
        let arguments = ["--ranks", "4", "--n", "64", "--local", "32", "--cut", cut, "--bandwidth", "4"];
        let (rows, ..) = predict(&arguments, cut);
        assert_eq!(rows.len(), 6);
        for row in &rows {
            let trial = &row["trial"];
            assert_eq!(trial["sent"], trial["said"]);
            let sent = trial["sent"].as_array().unwrap();
            assert_eq!(sent.len(), 4);
            assert_eq!(trial["grid"], row["grid"]);
            // The trial's ranks have surfaces of other sizes, and as many neighbours.
            let most = |name: &str| sent.iter().map(|sent| sent[name].as_u64().unwrap()).max().unwrap();
            let predicted = |name: &str| number(&row["applications"], name) + number(&row["sums"], name);
            assert!(most("messages") > 2, "{row}");
            assert_eq!((most("messages") as f64, most("calls") as f64), (predicted("messages"), predicted("calls")));
            assert!(most("bytes") as f64 <= predicted("bytes"), "{row}");
        }
        let words = |problem| of(&rows, problem, "weak").into_iter().map(|row| number(row, "words")).next().unwrap();
        let expected = if cut == "rows" { [11.0, 13.0] } else { [19.0, 29.0] };
        assert_eq!([words(PROBLEMS[0]), words(PROBLEMS[1])], expected);
    }
}

/// By hand: 19 words of 8 bytes for each of 32³ unknowns at 1 GB/s, 11 messages of 1 ms in all, and bytes at 1 GB/s.
#[test]
fn seconds_are_those_of_the_model() {
    let arguments = ["--ranks", "8", "--local", "32", "--scaling", "weak", "--bandwidth", "1", "--ranks-per-node", "1"];
    let (rows, text, _) = predict(&[&arguments[..], &["--network", "a name:1000:1"]].concat(), "model");
    assert!(text.contains("a name") && !text.contains("InfiniBand"), "{text}");
    let row = of(&rows, PROBLEMS[0], "weak")[0];
    let (messages, bytes) = (number(&row["applications"], "messages"), number(&row["applications"], "bytes"));
    let memory = 19.0 * 8.0 * 32.0_f64.powi(3) / 1e9;
    let expected = memory + messages * 1e-3 + bytes / 1e9 + 3.0 * (2.0 * 1e-3 + 2.0 * 456.0 / 1e9);
    let outcome = &row["outcomes"][0];
    assert!((number(outcome, "seconds") / expected - 1.0).abs() < 1e-12, "{outcome} {expected}");
    assert!((number(outcome, "efficiency") * expected / memory - 1.0).abs() < 1e-12, "{outcome}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (arguments, words) in [
        (["--ranks", "16,0"], "at least 1, found 0"),
        (["--n", "2"], "at least 3, found 2"),
        (["--bandwidth", "-1"], "unexpected argument"),
        (["--bandwidth", "0"], "a positive number, found 0"),
        (["--network", "mine:fast:1"], "NAME:MICROSECONDS:GB/S"),
    ] {
        let output = run(ENGINES[0], 1, "predict", &arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let found = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(found.contains(words), "{found}");
    }
}
