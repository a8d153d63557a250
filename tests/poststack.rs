//! The post-stack example as a user runs it: the same bits on any ranks, figures that hold, words
//! for bad input and nothing written then.

use lops::ndarray::{Array, Array1, Array2, Dimension, Ix3};
use ndarray_npy::NpzWriter;
use serde_json::Value;
use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

/// How a job is started.
#[derive(Clone, Copy, Debug)]
enum Ranks {
    Threads(usize),
    Processes(usize),
}

impl Ranks {
    fn run(self, arguments: &[&str]) -> Output {
        let mut command = match self {
            Self::Threads(ranks) => {
                let mut command = Command::new(example());
                command.env("LOPS_RANKS", ranks.to_string());
                for variable in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"] {
                    command.env_remove(variable);
                }
                command
            }
            Self::Processes(ranks) => {
                let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/mpirun.sh"));
                command.args(["-n", &ranks.to_string()]).arg(example()).env("TIMEOUT", "300");
                command
            }
        };
        let _one_at_a_time = matches!(self, Self::Processes(_)).then(|| {
            let lock = File::create(env::temp_dir().join("lops-mpi-tests.lock")).unwrap();
            lock.lock().unwrap();
            lock
        });
        command.args(arguments).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs to a good end into an empty folder.
    fn invert(self, folder: &Path, arguments: &[&str]) -> Value {
        let (out, json) = (folder.join("out"), folder.join("figures.json"));
        let places = ["--out", out.to_str().unwrap(), "--json", json.to_str().unwrap()];
        let output = self.run(&[arguments, &places].concat());
        assert!(output.status.success(), "{self:?}: {}", words(&output));
        serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap()
    }
}

fn words(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

/// The example, which a whole `cargo test` builds. A build from here would have other features, and compile all of lops once more.
fn example() -> PathBuf {
    let path = env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/poststack");
    assert!(path.exists(), "{} is not there: `cargo build --example poststack` makes it", path.display());
    path
}

/// A folder of its own for a test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("lops-poststack-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The smallest model that the background's filter takes: 91 traces of 61 samples, once every third
/// is taken.
fn layers() -> Array2<f64> {
    Array2::from_shape_fn((61, 271), |(z, x)| 2.0 + ((z + x / 20) / 9 % 4) as f64 * 0.7 + z as f64 / 60.0)
}

fn steps(n: usize) -> Array1<i64> {
    (0..n as i64).map(|i| 4 * i).collect()
}

fn save_model<D: Dimension>(path: &Path, model: &Array<f64, D>, x: &Array1<i64>, z: &Array1<i64>) {
    let mut archive = NpzWriter::new(File::create(path).unwrap());
    archive.add_array("model", model).unwrap();
    archive.add_array("x", x).unwrap();
    archive.add_array("z", z).unwrap();
    archive.finish().unwrap();
}

/// Jobs on so many threads, and under `mpirun` where that was built.
fn jobs(threads: &[usize], processes: &[usize]) -> Vec<Ranks> {
    let processes = if cfg!(feature = "mpi") { processes } else { &[] };
    let threads = threads.iter().map(|&ranks| Ranks::Threads(ranks));
    threads.chain(processes.iter().map(|&ranks| Ranks::Processes(ranks))).collect()
}

/// The figures that do not depend on how the job was run.
fn timeless(mut figures: Value) -> Value {
    figures.as_object_mut().unwrap().remove("ranks");
    for run in figures["runs"].as_array_mut().unwrap() {
        run.as_object_mut().unwrap().remove("seconds");
    }
    figures
}

const ARRAYS: [&str; 6] = ["model_true", "model_background", "data", "model_cgls", "model_normal", "model_stacked"];
const PICTURES: [&str; 9] = [
    "model",
    "background",
    "data",
    "inversion_cgls",
    "inversion_normal",
    "inversion_stacked",
    "overview",
    "traces",
    "convergence",
];

#[test]
fn same_bits_on_any_ranks() {
    let one = Folder::new();
    let model = one.0.join("model.npz");
    save_model(&model, &layers(), &steps(271), &steps(61));
    let arguments = ["--model", model.to_str().unwrap(), "--ny", "5", "--iterations", "7"];
    let figures = Ranks::Threads(1).invert(&one.0, &arguments);
    assert_eq!(figures["ranks"], 1);
    assert_eq!(figures["shape"], serde_json::json!([5, 91, 61]));
    let files = fs::read_dir(one.0.join("out")).unwrap().count();
    assert_eq!(files, ARRAYS.len() + PICTURES.len(), "no other file, and none half written");
    for picture in PICTURES {
        let bytes = fs::read(one.0.join("out").join(format!("{picture}.png"))).unwrap();
        assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 4000, "{picture}: {} bytes", bytes.len());
    }
    for ranks in jobs(&[2, 3, 7], &[1, 2, 4]) {
        let many = Folder::new();
        let other = ranks.invert(&many.0, &arguments);
        assert_eq!(timeless(other), timeless(figures.clone()), "{ranks:?}");
        for array in ARRAYS {
            let read = |folder: &Folder| fs::read(folder.0.join("out").join(format!("{array}.npy"))).unwrap();
            assert!(read(&many) == read(&one), "{array} on {ranks:?}");
        }
    }
}

/// Total variation: the same bits, and what it makes small falls; where it may not begin.
#[test]
fn total_variation_on_any_ranks() {
    let one = Folder::new();
    let model = one.0.join("model.npz");
    save_model(&model, &layers(), &steps(271), &steps(61));
    let arguments = ["--model", model.to_str().unwrap(), "--ny", "3", "--tv-iterations", "3", "--solvers", "tv"];
    let figures = Ranks::Threads(1).invert(&one.0, &arguments);
    let run = &figures["runs"][0];
    assert_eq!((&run["solver"], &run["iterations"]), (&Value::from("tv"), &Value::from(3)));
    let error = run["relative_error"].as_f64().unwrap();
    assert!(error < figures["background_relative_error"].as_f64().unwrap(), "{run}");
    for picture in ["inversion_tv", "overview", "traces", "convergence"] {
        assert!(
            fs::read(one.0.join("out").join(format!("{picture}.png"))).unwrap().starts_with(b"\x89PNG"),
            "{picture}"
        );
    }
    let read = |folder: &Folder| fs::read(folder.0.join("out/model_tv.npy")).unwrap();
    for ranks in jobs(&[2, 3], &[1, 2]) {
        let many = Folder::new();
        let other = ranks.invert(&many.0, &arguments);
        assert_eq!(timeless(other), timeless(figures.clone()), "{ranks:?}");
        assert!(read(&many) == read(&one), "{ranks:?}");
    }
    // A job goes on from its checkpoint.
    let saves = one.0.join("saves");
    let saved =
        [&arguments[..], &["--checkpoint", saves.to_str().unwrap(), "--checkpoint-every", "2", "--memory"]].concat();
    for _ in 0..2 {
        assert_eq!(timeless(Ranks::Threads(2).invert(&one.0, &saved)), timeless(figures.clone()));
    }
    refuses(&["--tv-iterations", "0", "--solvers", "tv"], "--tv-iterations: expected at least 1, found 0");
}

/// A table on rank 0's standard error where it is asked for, and the same bits.
#[test]
fn timing_is_told_once() {
    let folder = Folder::new();
    let model = folder.0.join("model.npz");
    save_model(&model, &layers(), &steps(271), &steps(61));
    let out = folder.0.join("out");
    let arguments = ["--model", model.to_str().unwrap(), "--ny", "3", "--iterations", "2", "--solvers", "cgls,stacked"];
    let arguments = [&arguments[..], &["--out", out.to_str().unwrap()]].concat();
    for ranks in jobs(&[1, 2], &[2]) {
        let run = |more: &[&str]| {
            let output = ranks.run(&[&arguments, more].concat());
            assert!(output.status.success(), "{ranks:?}: {}", words(&output));
            let array = fs::read(out.join("model_stacked.npy")).unwrap();
            (String::from_utf8_lossy(&output.stderr).into_owned(), array)
        };
        let ((plain, without), (timed, with)) = (run(&[]), run(&["--timing"]));
        assert!(!plain.contains("timing of") && without == with, "{ranks:?}");
        let table: Vec<_> = timed.lines().skip_while(|line| !line.starts_with("timing of")).collect();
        let begin = |begin: &str| table.iter().filter(|line| line.starts_with(begin)).count();
        assert_eq!([begin("timing of"), begin("total "), begin("  cgls "), begin("  stacked ")], [1; 4], "{timed}");
        assert_eq!([begin("    CGLS "), begin("      iterate ")], [2; 2], "{timed}");
    }
}

#[test]
fn figures_are_those_of_the_arrays() {
    let folder = Folder::new();
    let model = folder.0.join("model.npz");
    save_model(&model, &layers(), &steps(271), &steps(61));
    let arguments = ["--model", model.to_str().unwrap(), "--ny", "4", "--iterations", "5", "--solvers", "stacked,cgls"];
    let figures = Ranks::Threads(2).invert(&folder.0, &arguments);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = ["background_relative_error", "data_max_abs", "data_norm", "model_norm", "ranks", "runs", "shape"];
    assert_eq!(keys(&figures), expected);

    let read = |name: &str| lops::io::read_npy::<f64, Ix3>(folder.0.join("out").join(format!("{name}.npy"))).unwrap();
    let norm = |a: &Array<f64, Ix3>| a.iter().map(|v| v * v).sum::<f64>().sqrt();
    let close = |value: &Value, expected: f64| {
        let value = value.as_f64().unwrap();
        assert!((value - expected).abs() <= 1e-12 * expected, "{value}, expected {expected}");
    };
    let (truth, background, data) = (read("model_true"), read("model_background"), read("data"));
    for ((_, x, z), value) in truth.indexed_iter() {
        assert_eq!(*value, layers()[[z, 3 * x]].ln());
    }
    close(&figures["model_norm"], norm(&truth));
    close(&figures["data_norm"], norm(&data));
    close(&figures["data_max_abs"], data.iter().fold(0.0, |most, v| v.abs().max(most)));
    close(&figures["background_relative_error"], norm(&(&background - &truth)) / norm(&truth));
    let runs = figures["runs"].as_array().unwrap();
    assert_eq!(runs.iter().map(|run| run["solver"].as_str().unwrap()).collect::<Vec<_>>(), ["stacked", "cgls"]);
    for run in runs {
        assert_eq!(keys(run), ["cost", "iterations", "reason", "relative_error", "seconds", "solver"]);
        assert_eq!((&run["iterations"], &run["reason"]), (&Value::from(5), &Value::from("iteration limit")));
        let costs: Vec<_> = run["cost"].as_array().unwrap().iter().map(|cost| cost.as_f64().unwrap()).collect();
        assert_eq!(costs.len(), 6);
        assert!(costs.is_sorted_by(|a, b| a > b), "least squares go down: {costs:?}");
        let inverted = read(&format!("model_{}", run["solver"].as_str().unwrap()));
        close(&run["relative_error"], norm(&(&inverted - &truth)) / norm(&truth));
    }
    assert!(!folder.0.join("out/model_normal.npy").exists());
}

/// Two slices, one of a rank's own and a rank without any; no model but the program's own.
#[test]
fn a_model_made_here_in_few_slices() {
    let folder = Folder::new();
    let figures = Ranks::Threads(3).invert(&folder.0, &["--ny", "2", "--iterations", "4"]);
    assert_eq!(figures["shape"], serde_json::json!([2, 267, 550]));
    let before = figures["background_relative_error"].as_f64().unwrap();
    for run in figures["runs"].as_array().unwrap() {
        assert!(run["relative_error"].as_f64().unwrap() < before, "{run}");
    }
}

#[test]
fn no_iterations_leave_the_background() {
    let folder = Folder::new();
    let figures = Ranks::Threads(2).invert(&folder.0, &["--ny", "1", "--iterations", "0", "--solvers", "cgls"]);
    assert_eq!(figures["runs"][0]["relative_error"], figures["background_relative_error"]);
    assert_eq!(figures["runs"][0]["cost"].as_array().unwrap().len(), 1);
}

/// Runs what must fail, on several ranks: the words, and that nothing was written.
fn refuses(arguments: &[&str], expected: &str) {
    for ranks in jobs(&[1, 3], &[2]) {
        let folder = Folder::new();
        let place = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
        let (out, json) = (place("new/out"), place("figures.json"));
        let mut all = arguments.to_vec();
        for (flag, value) in [("--out", &out), ("--json", &json)] {
            if !arguments.contains(&flag) {
                all.extend([flag, value]);
            }
        }
        let output = ranks.run(&all);
        let words = words(&output);
        assert!(!output.status.success(), "{arguments:?} on {ranks:?}: {words}");
        assert!(words.contains(expected), "{arguments:?} on {ranks:?}: expected {expected}, found {words}");
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0, "{arguments:?} on {ranks:?} wrote something");
    }
}

#[test]
fn flags_that_make_no_sense() {
    refuses(&["--ny", "0"], "--ny: expected at least 1 slice, found 0");
    refuses(&["--ny", "-3"], "'-3'");
    refuses(&["--iterations", "ten"], "invalid value 'ten' for '--iterations <N>'");
    refuses(&["--solvers", "cgls,magic"], "invalid value 'magic' for '--solvers <LIST>'");
    refuses(&["--solvers", "cgls,cgls"], "--solvers: expected each solver at most once, found cgls twice");
    refuses(&["--speed", "fast"], "unexpected argument '--speed'");
    refuses(&["--ny", "1000000000000"], "--ny: expected slices whose volumes fit in memory");
    refuses(&["--ny", &usize::MAX.to_string()], "expected");
}

#[test]
fn places_that_cannot_be_written() {
    let folder = Folder::new();
    let file = folder.0.join("file");
    fs::write(&file, "in the way").unwrap();
    let (file, below) = (file.to_str().unwrap(), file.join("below"));
    let below = below.to_str().unwrap();
    let missing = folder.0.join("missing").join("figures.json");
    refuses(&["--out", file], &format!("--out {file}: expected a folder that can be written to, found"));
    refuses(&["--out", below], &format!("--out {below}: expected a folder that can be written to, found"));
    refuses(&["--out", ""], "a value is required for '--out <DIR>'");
    for json in [below, missing.to_str().unwrap(), folder.0.to_str().unwrap()] {
        refuses(&["--json", json], &format!("--json {json}: expected a file that can be written, found"));
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "in the way");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn model_files_that_are_none() {
    let folder = Folder::new();
    let path = folder.0.join("model.npz");
    let name = path.to_str().unwrap();
    let refused = |expected: &str| refuses(&["--model", name, "--ny", "4"], expected);
    refused(&format!("{name}: expected"));
    refuses(&["--model", folder.0.to_str().unwrap()], "expected");

    save_model(&path, &layers(), &steps(271), &steps(61));
    let whole = fs::read(&path).unwrap();
    for length in [0, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        refused("expected a .npz archive");
    }

    let save = |add: &dyn Fn(&mut NpzWriter<File>)| {
        let mut archive = NpzWriter::new(File::create(&path).unwrap());
        add(&mut archive);
        archive.finish().unwrap();
    };
    save(&|archive| archive.add_array("other", &layers()).unwrap());
    refused("expected one of its arrays [\"other\"], found \"model\"");
    save(&|archive| archive.add_array("model", &layers()).unwrap());
    refused("expected one of its arrays [\"model\"], found \"x\"");
    save(&|archive| archive.add_array("model", &layers().mapv(|v| v as f32)).unwrap());
    refused("array \"model\": expected");
    save(&|archive| archive.add_array("model", &layers().mapv(|v| v as i64)).unwrap());
    refused("array \"model\": expected");
}

#[test]
fn models_that_are_none() {
    let folder = Folder::new();
    let path = folder.0.join("model.npz");
    let refused = |expected: &str| refuses(&["--model", path.to_str().unwrap(), "--ny", "4"], expected);

    save_model(&path, &layers().insert_axis(lops::ndarray::Axis(0)), &steps(271), &steps(61));
    refused("array \"model\": expected");
    save_model(&path, &layers(), &steps(270), &steps(61));
    refused("array \"x\": expected 271 values for a model of [61, 271], found 270");
    save_model(&path, &layers(), &steps(271), &steps(62));
    refused("array \"z\": expected 61 values for a model of [61, 271], found 62");
    save_model(&path, &layers(), &steps(271).mapv(|x| -x), &steps(61));
    refused("array \"x\": expected finite values, each greater than the last, found -4 at 1");

    for value in [0.0, -1.5, f64::NAN, f64::INFINITY] {
        let mut model = layers();
        model[[7, 100]] = value;
        save_model(&path, &model, &steps(271), &steps(61));
        refused(&format!("array \"model\": expected positive finite impedances, found {value} at [7, 100]"));
    }

    save_model(&path, &Array2::ones((61, 270)), &steps(270), &steps(61));
    refused("length of axis 0 under a box of 30: expected more than 90, found 90");
    save_model(&path, &Array2::ones((60, 271)), &steps(271), &steps(60));
    refused("length of axis 1 under a box of 20: expected more than 60, found 60");
    save_model(&path, &Array2::ones((0, 0)), &steps(0), &steps(0));
    refused("expected more than 90, found 0");
}

#[test]
fn help_is_printed_once() {
    for ranks in jobs(&[1, 4], &[2]) {
        let output = ranks.run(&["--help"]);
        let words = words(&output);
        assert!(output.status.success(), "{words}");
        assert_eq!(words.matches("Usage:").count(), 1, "{words}");
        for flag in ["--model", "--ny", "--iterations", "--solvers", "--out", "--json"] {
            assert!(words.contains(flag), "{words}");
        }
    }
}

/// What PyLops-MPI 0.6 shows on two ranks with this model: costs after 0, 10 and 100 iterations, and
/// the last relative error.
///
/// After 100 iterations the residuals of the regularised systems depend on rounding: in extended
/// precision `normal` ends at 125.035 and `stacked` at 73.9630, with an error of 0.058881.
#[test]
fn figures_of_the_real_model() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/poststack_model.npz");
    if !path.exists() {
        assert!(env::var("LOPS_REQUIRE_SHARED").as_deref() != Ok("1"), "missing: {}", path.display());
        println!("skipped: no {}", path.display());
        return;
    }
    let iterations = if cfg!(debug_assertions) { 10 } else { 100 };
    let folder = Folder::new();
    let count = iterations.to_string();
    let arguments = ["--model", path.to_str().unwrap(), "--ny", "8", "--iterations", &count];
    let figures = Ranks::Threads(2).invert(&folder.0, &arguments);
    let close = |what: &str, value: &Value, expected: f64, tolerance: f64| {
        let value = value.as_f64().unwrap();
        assert!((value / expected - 1.0).abs() < tolerance, "{what}: {value}, expected {expected}");
    };
    close("‖m‖", &figures["model_norm"], 1218.315, 1e-6);
    close("‖d‖", &figures["data_norm"], 123.9713, 1e-6);
    close("max |d|", &figures["data_max_abs"], 0.77257, 1e-5);
    close("background", &figures["background_relative_error"], 0.07480, 1e-4);
    let expected = [
        ([120.5207, 6.74199, 0.406115], 1e-5, 0.021740),
        ([277.461, 610.546, 127.868], 0.03, 0.058908),
        ([120.851, 93.7455, 73.9807], 1e-3, 0.058908),
    ];
    for (run, (costs, last, error)) in figures["runs"].as_array().unwrap().iter().zip(expected) {
        let solver = run["solver"].as_str().unwrap();
        close(solver, &run["cost"][0], costs[0], 3e-6);
        close(solver, &run["cost"][10], costs[1], 3e-6);
        if iterations == 100 {
            close(solver, &run["cost"][100], costs[2], last);
            close(solver, &run["relative_error"], error, 1e-3);
        }
    }
}
