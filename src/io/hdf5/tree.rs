//! Names in a file, and what they stand for.

use super::listing;
use super::opening::file_name;
use super::transfer::is_inside;
use crate::error::{Error, ErrorKind, Result};
use hdf5::{File, LocationType};
use std::path::Path;

/// No more groups than this are looked into; links may run in circles.
const MOST: usize = 10_000;

/// The names of all datasets that hard links lead to.
pub(super) fn names(file: &File) -> hdf5::Result<Vec<String>> {
    objects(file).map(|(_, datasets)| datasets)
}

/// The names of all groups but the file's own, and of all datasets, that hard links lead to.
pub(super) fn objects(file: &File) -> hdf5::Result<(Vec<String>, Vec<String>)> {
    let (mut within, mut names) = (vec![], vec![]);
    let mut groups = vec![(String::new(), file.group("/")?)];
    let mut seen = vec![file.loc_info()?.token];
    while let Some((before, group)) = groups.pop() {
        for member in listing::hard_links(&group)? {
            let path = format!("{before}{member}");
            let info = group.loc_info_by_name(&member)?;
            match info.loc_type {
                LocationType::Group if seen.len() < MOST && !seen.contains(&info.token) => {
                    seen.push(info.token);
                    groups.push((format!("{path}/"), group.group(&member)?));
                    within.push(path);
                }
                LocationType::Dataset => names.push(path),
                _ => {}
            }
        }
    }
    names.sort_unstable();
    Ok((within, names))
}

/// `Ok` for words between single slashes.
pub(super) fn check_name(name: &str) -> Result<()> {
    let inner = name.strip_prefix('/').unwrap_or(name);
    let is_word = |word: &str| !matches!(word, "" | "." | "..") && !word.contains('\0');
    if inner.split('/').all(is_word) {
        return Ok(());
    }
    let expected = "words between slashes";
    Err(Error::expected(ErrorKind::Parameter, "name in an HDF5 file", expected, format!("{name:?}")))
}

/// `Ok` if nothing has the name, and only groups stand on the way to it.
pub(super) fn check_new(file: &File, name: &str, path: &Path) -> Result<()> {
    let refuse = |at: &str, found: &str| {
        let what = format!("{}, \"{at}\"", path.display());
        let expected = if at == name { "a new name" } else { "a group, or a new name" };
        Err(Error::expected(ErrorKind::Parameter, what, expected, found))
    };
    let ends = name.match_indices('/').map(|(at, _)| at).filter(|&at| at > 0);
    for end in ends {
        let part = &name[..end];
        if !file.link_exists(part) {
            return Ok(());
        }
        if !is_inside(file, part) || file.group(part).is_err() {
            return refuse(part, "something else");
        }
    }
    if file.link_exists(name) { refuse(name, "one that is taken") } else { Ok(()) }
}

/// `Ok` if the name stands for a dataset of this very file, or a group, as is asked for.
pub(super) fn kind(file: &File, name: &str, what: &str) -> Result<LocationType> {
    let known = || match names(file) {
        Ok(names) if names.len() > 20 => format!("one of its {} datasets {:?}…", names.len(), &names[..20]),
        Ok(names) => format!("one of its datasets {names:?}"),
        Err(error) => format!("an HDF5 file ({error})"),
    };
    let missing = |found: &str| Err(Error::expected(ErrorKind::Format, what, known(), found));
    if !is_inside(file, name) {
        return missing("nothing of that name, or a link to another file");
    }
    let Ok(kind) = file.loc_type_by_name(name) else { return missing("nothing of that name") };
    let home = match kind {
        LocationType::Group => file.group(name).map(|group| file_name(&group)),
        LocationType::Dataset => file.dataset(name).map(|dataset| file_name(&dataset)),
        LocationType::NamedDatatype => return missing("a type"),
        #[allow(unreachable_patterns)] // newer libraries know more
        _ => return missing("something else"),
    };
    match home {
        Ok(home) if home == file_name(file) => Ok(kind),
        Ok(home) => missing(&format!("a link to another file, {}", String::from_utf8_lossy(&home))),
        Err(error) => Err(Error::expected(ErrorKind::Format, what, "something that can be opened", error)),
    }
}
