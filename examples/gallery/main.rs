//! The gallery: runs the other examples small, and writes a page with their pictures, the hearts of their code and what they print.
//!
//! ```text
//! make gallery                                        builds all examples, then writes doc/gallery
//! cargo run --example gallery -- --only deblur,lsm    runs these, and leaves the others as the page has them
//! cargo run --example gallery -- --check              says what is wrong with the list, and runs nothing
//! ```
//!
//! It has no ranks itself: each example is a process with ranks of its own. A new example is one entry in `entries.rs`.

mod entries;
mod hearts;
mod page;
mod shrink;

use clap::Parser;
use entries::{ENTRIES, Entry, TOOLS};
use lops::prelude::*;
use page::Shown;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs the other examples small, and writes a page of what they do.
#[derive(Parser)]
#[command(name = "gallery")]
struct Arguments {
    /// Folder for the page and its pictures; made if it is not there
    #[arg(long, value_name = "DIR", default_value = "doc/gallery")]
    out: PathBuf,

    /// Ranks of each example
    #[arg(long, value_name = "N", default_value_t = 3)]
    ranks: usize,

    /// Run these examples only; the page must have the others
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    only: Vec<String>,

    /// Compare the list with the examples and their sources, and do nothing else
    #[arg(long)]
    check: bool,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    check_list(examples)?;
    let hearts = ENTRIES.iter().map(|entry| hearts::heart(entry, examples)).collect::<Result<Vec<_>>>()?;
    if arguments.check {
        println!("{} examples in the gallery, {} tools beside it", ENTRIES.len(), TOOLS.len());
        return Ok(());
    }
    std::fs::create_dir_all(&arguments.out)?;
    let path = arguments.out.join("index.html");
    let before = if arguments.only.is_empty() { String::new() } else { std::fs::read_to_string(&path)? };
    let mut articles = vec![];
    for (entry, heart) in ENTRIES.iter().zip(hearts) {
        if arguments.only.is_empty() || arguments.only.iter().any(|name| name == entry.name) {
            println!("{}", entry.name);
            articles.push(page::article(&run(entry, heart, &arguments)?));
        } else {
            let missing = || Error::expected(ErrorKind::Other, path.display(), format!("{} in it", entry.name), "none");
            articles.push(page::article_of(&before, entry.name).ok_or_else(missing)?);
        }
    }
    std::fs::write(&path, page::page(&articles, arguments.ranks))?;
    println!("{}", path.display());
    Ok(())
}

/// Compares the list with the examples that Cargo knows.
fn check_list(examples: &Path) -> Result<()> {
    let manifest = std::fs::read_to_string(examples.join("Cargo.toml"))?;
    let after = manifest.split("[[example]]\nname = \"").skip(1);
    let mut known: Vec<_> = after.filter_map(|rest| rest.split('"').next()).collect();
    let mut listed: Vec<_> =
        ENTRIES.iter().map(|entry| entry.name).chain(TOOLS.iter().map(|(name, _)| *name)).collect();
    known.sort_unstable();
    listed.sort_unstable();
    if known == listed {
        return Ok(());
    }
    let what = "examples in the gallery's list (examples/gallery/entries.rs)";
    Err(Error::expected(ErrorKind::Other, what, known.join(", "), listed.join(", ")))
}

/// Runs an example, and takes its picture.
fn run<'a>(entry: &'a Entry, heart: String, arguments: &Arguments) -> Result<Shown<'a>> {
    let folder = std::env::temp_dir().join(format!("lops-gallery-{}-{}", entry.name, std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let shown = run_in(&folder, entry, heart, arguments);
    std::fs::remove_dir_all(&folder)?;
    shown
}

fn run_in<'a>(folder: &Path, entry: &'a Entry, heart: String, arguments: &Arguments) -> Result<Shown<'a>> {
    let program = std::env::current_exe()?.with_file_name(entry.name);
    let words = |found: &dyn std::fmt::Display| {
        let what = format!("example {} ({})", entry.name, program.display());
        Error::expected(ErrorKind::Other, what, "a run that succeeds", found)
    };
    let path = folder.to_string_lossy().into_owned();
    let own = entry.arguments.iter().map(|argument| argument.replace("OUT", &path));
    let output = Command::new(&program).args(own).env("LOPS_RANKS", arguments.ranks.to_string()).output();
    let output = output.map_err(|error| words(&error))?;
    if !output.status.success() {
        return Err(words(&String::from_utf8_lossy(&output.stderr)));
    }
    // Where the pictures went differs from run to run.
    let printed = String::from_utf8_lossy(&output.stdout).replace(&path, "pictures");
    let lines: Vec<_> = printed.lines().map(str::trim_end).skip_while(|line| line.is_empty()).collect();
    let more = lines.len() > entry.lines;
    let mut printed = lines[..lines.len().min(entry.lines)].join("\n");
    if more {
        printed += "\n…";
    }
    let small = |name: &str| shrink::shrink(&folder.join(name), &arguments.out.join(format!("{}.png", entry.name)));
    Ok(Shown { entry, heart, printed, picture: entry.picture.map(small).transpose()? })
}
