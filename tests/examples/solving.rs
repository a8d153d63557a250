//! Examples that solve: what they write into a folder of their own, and whether that is the same on any number of ranks.

use crate::running::{ENGINES, Engine, run};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

/// What an example wrote, and the words that it printed.
#[derive(Debug)]
pub(crate) struct Solved {
    /// But for ranks and times.
    pub(crate) figures: Value,
    /// An array, as its file has it.
    pub(crate) array: Vec<u8>,
    pub(crate) words: String,
    pictures: Vec<String>,
}

impl Solved {
    /// Itself, if these words are among those that it printed.
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.words.contains(words), "{}", self.words);
        self
    }

    /// Itself, if it drew pictures of these names.
    pub(crate) fn draws(self, names: &[&str]) -> Self {
        assert!(names.iter().all(|name| self.pictures.iter().any(|own| own == name)), "{:?}", self.pictures);
        self
    }

    pub(crate) fn figure(&self, name: &str) -> f64 {
        self.figures[name].as_f64().unwrap()
    }
}

/// Whether figures and arrays are the same.
impl PartialEq for Solved {
    fn eq(&self, other: &Self) -> bool {
        self.figures == other.figures && self.array == other.array
    }
}

/// A folder that is not there, and that no other test has.
pub(crate) fn folder(name: &str) -> PathBuf {
    static FOLDERS: AtomicUsize = AtomicUsize::new(0);
    let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
    env::temp_dir().join(format!("lops-{name}-{}-{number}", process::id()))
}

/// Runs an example that draws and writes an array of this name.
pub(crate) fn solve(engine: Engine, ranks: usize, example: &str, array: &str, arguments: &[&str]) -> Solved {
    let folder = folder(example);
    let json = folder.join("figures.json");
    let outputs = ["--out", folder.to_str().unwrap(), "--json", json.to_str().unwrap()];
    let output = run(engine, ranks, example, &[&outputs[..], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut figures: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(figures["ranks"], ranks);
    figures["ranks"] = Value::Null;
    figures["runs"].as_array_mut().unwrap().iter_mut().for_each(|run| run["seconds"] = Value::Null);
    let paths = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let pictures = paths.filter(|path| path.extension().is_some_and(|extension| extension == "png"));
    let pictures = pictures.map(|path| {
        assert_eq!(&fs::read(&path).unwrap()[1..4], b"PNG", "{}", path.display());
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    });
    let solved = Solved {
        pictures: pictures.collect(),
        array: fs::read(folder.join(format!("{array}.npy"))).unwrap(),
        words: String::from_utf8(output.stdout).unwrap(),
        figures,
    };
    fs::remove_dir_all(folder).unwrap();
    solved.draws(&["overview", "convergence"])
}

/// What one rank has, as all of these numbers of ranks have by all engines.
pub(crate) fn same_on_any_ranks(all: &[usize], solve: impl Fn(Engine, usize) -> Solved) -> Solved {
    let one = solve(Engine::Threads, 1);
    for &engine in ENGINES {
        for &ranks in all {
            assert!(one == solve(engine, ranks), "{ranks} ranks");
        }
    }
    one
}

/// Two ranks of an example refuse arguments in these words, and leave nothing behind.
pub(crate) fn refuses(example: &str, arguments: &[&str], words: &str) {
    let folder = folder(example);
    let output = run(Engine::Threads, 2, example, &[&["--out", folder.to_str().unwrap()], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(words), "{arguments:?}: {said}, not {words}");
    assert!(!folder.exists(), "{arguments:?}");
}
