//! The heart of an example: some lines of its source.

use crate::entries::Entry;
use lops::prelude::*;
use std::path::Path;

/// The lines, moved to the left margin.
///
/// # Errors
/// [`ErrorKind::Other`] if the source has no such lines.
pub(crate) fn heart(entry: &Entry, examples: &Path) -> Result<String> {
    let [file, first, last] = entry.heart;
    let path = examples.join(entry.name).join(file);
    let source = std::fs::read_to_string(&path)
        .map_err(|error| Error::expected(ErrorKind::Io, path.display(), "a source that can be read", error))?;
    let missing =
        |what: &str| Error::expected(ErrorKind::Other, path.display(), format!("a line with \"{what}\""), "none");
    let lines: Vec<_> = source.lines().collect();
    let begin = lines.iter().position(|line| line.contains(first)).ok_or_else(|| missing(first))?;
    // A brace alone ends what began at its margin.
    let is_last = |line: &&str| if last.trim() == "}" { *line == last } else { line.contains(last) };
    let length = lines[begin..].iter().position(is_last).ok_or_else(|| missing(last))? + 1;
    Ok(at_margin(&lines[begin..begin + length]))
}

fn at_margin(lines: &[&str]) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    lines.iter().map(|line| line.get(least..).unwrap_or("")).collect::<Vec<_>>().join("\n")
}
