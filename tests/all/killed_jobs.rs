//! Jobs of the examples that are killed at any moment and run again, half of the times on other ranks: at last they have the bits of a
//! run that nobody disturbed. `LOPS_TORTURE=1` kills a hundred times. Built with MPI it also kills jobs under `mpirun`: all processes
//! of one, or a single rank.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// A job, its solver, and the volume that it makes.
struct Job {
    example: &'static str,
    arguments: &'static str,
    volume: &'static str,
    saves_of: &'static str,
}

const JOBS: [Job; 2] = [
    Job {
        example: "reflectivity",
        arguments: "--ny 1 --iterations 40 --solvers fista",
        volume: "reflectivity_fista.npy",
        saves_of: "fista",
    },
    Job {
        example: "mdd",
        arguments: "--sources 12 --receivers 10 --nt 250 --frequencies 31 --iterations 60",
        volume: "inverted.npy",
        saves_of: "cgls",
    },
];

/// How a job is started.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Start {
    Threads,
    #[cfg(feature = "mpi")]
    Mpirun,
}

/// No job of a good end or a bad one takes longer.
const PATIENCE: Duration = Duration::from_secs(600);

/// What processes of this test's jobs have in their environment, with the test's own name.
const MARK: &str = "LOPS_TEST_KILLED_JOB";

/// Where jobs write, which is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("lops-killed-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// This name as processes are found by it.
    fn mark(&self) -> String {
        self.0.file_name().unwrap().to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Job {
    /// The example that `cargo test` has built beside this test.
    fn program(&self) -> PathBuf {
        let deps = env::current_exe().unwrap();
        let path = deps.parent().and_then(Path::parent).unwrap().join("examples").join(self.example);
        assert!(path.exists(), "{} is not there: `cargo build --example {}` makes it", path.display(), self.example);
        path
    }

    /// Starts it on so many ranks, with checkpoints or without.
    fn start(&self, start: Start, ranks: usize, folder: &Folder, saves: bool) -> Child {
        let mut command = match start {
            Start::Threads => Command::new(self.program()),
            #[cfg(feature = "mpi")]
            Start::Mpirun => {
                let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/mpirun.sh"));
                command.args(["-n", &ranks.to_string()]).arg(self.program());
                command.env("TIMEOUT", PATIENCE.as_secs().to_string());
                command
            }
        };
        let (out, json) = (folder.0.join("out"), folder.0.join("figures.json"));
        command.args(self.arguments.split(' ')).args([
            "--out".as_ref(),
            out.as_os_str(),
            "--json".as_ref(),
            json.as_os_str(),
        ]);
        if saves {
            command.args(["--checkpoint-every", "2", "--checkpoint"]).arg(folder.0.join("saves"));
        }
        command.env("LOPS_RANKS", ranks.to_string()).env(MARK, folder.mark());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Lets it run to its good end; how long that took.
    fn finish(&self, start: Start, ranks: usize, folder: &Folder, saves: bool) -> Duration {
        let began = Instant::now();
        let mut job = self.start(start, ranks, folder, saves);
        let status = ended(&mut job, PATIENCE).expect("a job that hangs");
        assert!(status.success(), "{} on {ranks} ranks, {start:?}", self.example);
        began.elapsed()
    }

    /// The figures, without what differs from run to run, and the volume.
    fn results(&self, folder: &Folder) -> (Value, Vec<u8>) {
        let mut figures: Value = serde_json::from_slice(&fs::read(folder.0.join("figures.json")).unwrap()).unwrap();
        for name in ["ranks", "memory"] {
            figures[name] = Value::Null;
        }
        for run in figures["runs"].as_array_mut().unwrap() {
            run["seconds"] = Value::Null;
        }
        (figures, fs::read(folder.0.join("out").join(self.volume)).unwrap())
    }

    /// Kills it so many times.
    fn kill(&self, start: Start, times: usize, chance: &mut Chance) {
        let folder = Folder::new(&format!("{}-{start:?}", self.example));
        self.finish(Start::Threads, 1, &folder, false);
        let whole = self.results(&folder);
        let time = self.finish(start, 2, &folder, true);
        let (mut ranks, mut killed, mut ends, mut in_saves, mut on_others) = (2, 0, 0, 0, 0);
        let mut saved = true;
        let mut check = |ranks: usize| {
            assert!(self.results(&folder) == whole, "{} on {ranks} ranks, {start:?}: other bits", self.example);
            let saves = folder.0.join("saves").join(self.saves_of);
            assert!(fs::read_dir(&saves).unwrap().count() <= 2, "more than two generations");
            fs::remove_dir_all(folder.0.join("saves")).unwrap();
            fs::remove_dir_all(folder.0.join("out")).unwrap();
            ends += 1;
        };
        check(ranks);
        while killed < times {
            if chance.below(2) == 1 {
                ranks = 1 + (ranks + chance.below(4)) % 5;
                on_others += usize::from(saved);
            }
            let mut job = self.start(start, ranks, &folder, true);
            let moment = time.mul_f64(chance.below(1000) as f64 / 1000.0);
            if let Some(status) = ended(&mut job, moment) {
                assert!(status.success(), "{} on {ranks} ranks, {start:?}", self.example);
                check(ranks);
                saved = false;
                continue;
            }
            end(start, &mut job, &folder.mark(), &self.program(), chance);
            let saves = folder.0.join("saves").join(self.saves_of);
            let names: Vec<_> =
                fs::read_dir(saves).into_iter().flatten().map(|entry| entry.unwrap().file_name()).collect();
            in_saves += usize::from(names.iter().any(|name| name.to_string_lossy().starts_with('.')));
            saved = !names.is_empty();
            killed += 1;
        }
        self.finish(start, 3, &folder, true);
        check(3);
        println!(
            "{}, {start:?}: killed {killed} times, {in_saves} of them within a checkpoint; went on {on_others} times on other \
             ranks; {ends} runs to the end, all of the same bits",
            self.example
        );
    }
}

/// How it ended, if it did in this time.
fn ended(job: &mut Child, within: Duration) -> Option<std::process::ExitStatus> {
    let began = Instant::now();
    loop {
        if let Some(status) = job.try_wait().unwrap() {
            return Some(status);
        }
        if began.elapsed() >= within {
            return None;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Kills a job, and waits until nothing of it is left.
#[cfg_attr(not(feature = "mpi"), expect(unused_variables, reason = "there is but one process"))]
fn end(start: Start, job: &mut Child, mark: &str, program: &Path, chance: &mut Chance) {
    match start {
        Start::Threads => job.kill().unwrap(),
        #[cfg(feature = "mpi")]
        Start::Mpirun => {
            let all = processes(mark);
            let program = fs::canonicalize(program).unwrap();
            let is_rank = |id: &&u32| fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|path| path == program);
            let ranks: Vec<_> = all.iter().filter(is_rank).collect();
            let chosen = if ranks.is_empty() || chance.below(2) == 0 {
                all.clone()
            } else {
                vec![*ranks[chance.below(ranks.len())]] // the launcher has to end the others
            };
            let ids = chosen.iter().map(ToString::to_string);
            // One may have ended by itself.
            let _ = Command::new("kill").arg("-KILL").args(ids).stderr(Stdio::null()).status().unwrap();
        }
    }
    assert!(ended(job, PATIENCE).is_some(), "{start:?}: a killed job hangs");
    #[cfg(feature = "mpi")]
    {
        let began = Instant::now();
        while !processes(mark).is_empty() {
            assert!(began.elapsed() < PATIENCE, "{start:?}: a killed job leaves processes behind");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Those that have this mark in their environment, but not those that have ended.
#[cfg(feature = "mpi")]
fn processes(mark: &str) -> Vec<u32> {
    let mark = format!("{MARK}={mark}");
    let is_marked = |id: &u32| {
        let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment.split(|&byte| byte == 0).any(|variable| variable == mark.as_bytes())
    };
    let names = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    names.filter(is_marked).collect()
}

/// Chances, the same in each run; the moments of machines are not.
struct Chance(u64);

impl Chance {
    /// A number below this one, by splitmix64.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % end as u64) as usize
    }
}

fn kill_all(start: Start) {
    let kills = if env::var("LOPS_TORTURE").is_ok_and(|value| value == "1") { 50 } else { 2 };
    let mut chance = Chance(7);
    for job in &JOBS {
        job.kill(start, kills, &mut chance);
    }
}

#[test]
fn killed_jobs_go_on_to_the_same_bits() {
    kill_all(Start::Threads);
}

#[test]
#[cfg(feature = "mpi")]
fn killed_jobs_under_mpirun_go_on_to_the_same_bits() {
    let lock = fs::File::create(env::temp_dir().join("lops-mpi-tests.lock")).unwrap();
    lock.lock().unwrap();
    kill_all(Start::Mpirun);
}
