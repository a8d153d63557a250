//! Running an example that `cargo test` has built beside this test.

use serde_json::Value;
use std::{
    env, fs,
    path::{MAIN_SEPARATOR, Path},
    process::{self, Command, Output},
};

/// How a job is started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Threads,
    #[cfg(feature = "mpi")]
    Mpirun,
}

/// All that were built.
pub(crate) const ENGINES: &[Engine] = &[
    Engine::Threads,
    #[cfg(feature = "mpi")]
    Engine::Mpirun,
];

/// What an example prints on so many ranks.
pub(crate) fn run(engine: Engine, ranks: usize, name: &str, arguments: &[&str]) -> Output {
    let deps = env::current_exe().unwrap();
    let example = deps.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    assert!(example.exists(), "{} is not there: `cargo build --example {name}` makes it", example.display());
    let mut command = match engine {
        Engine::Threads => Command::new(example),
        #[cfg(feature = "mpi")]
        Engine::Mpirun => {
            let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/mpirun.sh"));
            command.args(["-n", &ranks.to_string()]).arg(example).env("TIMEOUT", "300");
            command
        }
    };
    // One `mpirun` at a time.
    let _lock = (engine != Engine::Threads).then(|| {
        let lock = fs::File::create(env::temp_dir().join("lops-mpi-tests.lock")).unwrap();
        lock.lock().unwrap();
        lock
    });
    command.env("LOPS_RANKS", ranks.to_string()).args(arguments).output().unwrap()
}

/// The rows that an example writes with `--json`.
pub(crate) fn rows(engine: Engine, ranks: usize, name: &str, arguments: &[&str]) -> Vec<Value> {
    let file =
        format!("lops-{name}-{}-{ranks}-{}.json", process::id(), arguments.join("_").replace(MAIN_SEPARATOR, "_"));
    let file = env::temp_dir().join(file);
    let arguments: Vec<_> = arguments.iter().copied().chain(["--json", file.to_str().unwrap()]).collect();
    let output = run(engine, ranks, name, &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(file).unwrap();
    serde_json::from_str(&text).unwrap()
}
