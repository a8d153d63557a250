//! The crate's layers, read from its own source: each room of `src` imports only what stands before
//! it, no files go round in circles, none is long, and few names stand at the root.
//!
//! A room is a folder of `src`, or a file beside them. A path counts as one to the file that
//! defines what it names, whatever facades, aliases and globs it passes. A `pub use` is a facade and
//! counts as nothing itself.

mod broken;
mod resolve;
mod source;
mod tokens;

use resolve::{Files, Link, Tree};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Each room sees those before it.
const GROUND: [&str; 6] = ["error", "numbers", "comm", "layout", "array", "library"];
/// On the ground stand these, in this order.
const ABOVE: [&str; 3] = ["operators", "solvers", "proximal"];
/// On the ground stand these too; they see no operators, and no operator sees them. Solvers do: they write checkpoints and reports.
const BESIDE: [&str; 3] = ["protocol", "io", "plot"];
/// Nothing but the facades sees it: what it sees.
const SIGNAL: (&str, [&str; 6]) = ("signal", ["error", "numbers", "layout", "array", "library", "operators"]);
/// These see everything, and nothing sees them.
const FACADES: [&str; 4] = ["lib", "prelude", "guide", "compiled"];

/// In lines, as the next.
const LONGEST_FILE: usize = 500;
/// All files of `src/array` together have fewer.
const LONGEST_ARRAY: usize = 5000;
/// Lines shown of those that lead from one file of a circle to another.
const MOST_TIES: usize = 6;
/// Those of `pub use` in `lib.rs`.
const NAMES_AT_THE_ROOT: usize = 24;

#[test]
fn rooms_import_only_what_stands_before_them() {
    none(&breaks(&Tree::read(&sources(&["src"])).links()));
}

#[test]
fn files_form_no_circles() {
    none(&circles(&Tree::read(&sources(&["src"])).links()));
}

#[test]
fn files_are_short() {
    none(&long(&sources(&["src", "tests", "examples", "benches"])));
}

#[test]
fn few_names_stand_at_the_root() {
    let tree = Tree::read(&sources(&["src"]));
    let names = tree.root_names();
    assert!(!names.contains(&"*"), "a glob at the root hides how many names it brings");
    assert!(names.len() <= NAMES_AT_THE_ROOT, "{} names at the root: {}", names.len(), names.join(" "));
}

/// What is not reached is not held: only tests may be out of reach.
#[test]
fn every_file_is_reached() {
    let files = sources(&["src"]);
    let tree = Tree::read(&files);
    let reached = tree.files();
    let lost = files.keys().filter(|file| !reached.contains(file.as_str()) && !file.ends_with("tests.rs"));
    none(&lost.map(|file| format!("{file}: no `mod` leads to it")).collect::<Vec<_>>());
    let links = tree.links();
    for (from, to) in [("plot", "io"), ("solvers", "operators"), ("library", "array"), ("comm", "numbers")] {
        assert!(links.iter().any(|link| room(&link.from) == from && room(&link.to) == to), "{from} sees no {to}");
    }
}

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{}\n", faults.join("\n"));
}

/// The Rust files below these folders of the crate.
pub(crate) fn sources(folders: &[&str]) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    let mut files = Files::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let names: Vec<_> =
                    path.strip_prefix(root).unwrap().iter().map(|name| name.to_str().unwrap()).collect();
                files.insert(names.join("/"), fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

/// The room of a file `src/room/…` or `src/room.rs`.
fn room(file: &str) -> &str {
    let below = file.strip_prefix("src/").unwrap_or(file);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

/// The rooms that a room may import, if it has a place at all.
fn seen_from(room: &str) -> Option<Vec<&'static str>> {
    if FACADES.contains(&room) {
        return Some([&GROUND[..], &ABOVE, &BESIDE, &[SIGNAL.0]].concat());
    }
    if room == SIGNAL.0 {
        return Some(SIGNAL.1.to_vec());
    }
    [[GROUND.as_slice(), &ABOVE], [&GROUND, &BESIDE]].iter().find_map(|rooms| {
        let mut rooms = rooms.concat();
        rooms.truncate(rooms.iter().position(|&other| other == room)?);
        if rooms.contains(&ABOVE[0]) {
            rooms.extend(BESIDE);
        }
        Some(rooms)
    })
}

/// The links that lead where their room does not see.
fn breaks(links: &[Link]) -> Vec<String> {
    let fault = |link: &Link| {
        let (from, to) = (room(&link.from), room(&link.to));
        let why = match seen_from(from) {
            _ if from == to => return None,
            Some(seen) if seen.contains(&to) => return None,
            Some(_) => format!("{from} does not see {to}"),
            None => format!("{from} has no place among the rooms"),
        };
        Some(format!("{}: {why}", shown(link)))
    };
    links.iter().filter_map(fault).collect()
}

fn shown(link: &Link) -> String {
    format!("{}:{}: `{}` is in {}", link.from, link.line, link.path, link.to)
}

/// Circles of rooms, and circles of more than two files; each with the links that tie it.
fn circles(links: &[Link]) -> Vec<String> {
    let mut faults = Vec::new();
    for (most, name) in [(1, room as fn(&str) -> &str), (2, |file| file)] {
        let mut ties = BTreeMap::<_, Vec<_>>::new();
        for link in links.iter().filter(|link| name(&link.from) != name(&link.to)) {
            ties.entry((name(&link.from), name(&link.to))).or_default().push(shown(link));
        }
        for ring in rings(ties.keys().copied()).iter().filter(|ring| ring.len() > most) {
            let members: Vec<_> = ring.iter().copied().collect();
            let mut lines = vec![format!("a circle of {}: {}", ring.len(), members.join(", "))];
            for (_, tied) in ties.iter().filter(|((from, to), _)| ring.contains(from) && ring.contains(to)) {
                lines.extend(tied.iter().take(MOST_TIES).cloned());
                if tied.len() > MOST_TIES {
                    lines.push(format!("and {} more of these", tied.len() - MOST_TIES));
                }
            }
            faults.push(lines.join("\n    "));
        }
    }
    faults
}

/// The sets of nodes of a graph in which each reaches each other.
fn rings<'a>(edges: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeSet<BTreeSet<&'a str>> {
    let mut next = BTreeMap::<_, Vec<_>>::new();
    for (from, to) in edges {
        next.entry(from).or_default().push(to);
    }
    let reached = |start| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![start]);
        while let Some(node) = open.pop() {
            open.extend(next.get(node).into_iter().flatten().filter(|&to| reached.insert(*to)));
        }
        reached
    };
    let from: BTreeMap<_, _> = next.keys().map(|&node| (node, reached(node))).collect();
    let back = |node: &'a str, other: &'a str| from.get(other).is_some_and(|reached| reached.contains(node));
    from.iter().map(|(&node, all)| all.iter().copied().filter(|&other| back(node, other)).collect()).collect()
}

/// The files and the room that are too long.
fn long(files: &Files) -> Vec<String> {
    let lines = files.iter().map(|(file, text)| (file.as_str(), text.lines().count()));
    let mut faults: Vec<_> = (lines.clone())
        .filter(|&(_, lines)| lines > LONGEST_FILE)
        .map(|(file, lines)| format!("{file}: {lines} lines, at most {LONGEST_FILE}"))
        .collect();
    let array: usize = lines.filter(|(file, _)| room(file) == "array").map(|(_, lines)| lines).sum();
    if array >= LONGEST_ARRAY {
        faults.push(format!("src/array: {array} lines, fewer than {LONGEST_ARRAY} wanted"));
    }
    faults
}
