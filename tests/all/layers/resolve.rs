//! Follows a path through facades, aliases and globs to the file that defines what it names.

use super::source::{Import, Module, Path, Place, is_root};
use std::collections::{BTreeMap, BTreeSet};

/// The texts of files by their path from the crate's folder.
pub(super) type Files = BTreeMap<String, String>;

/// One file needs another.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) line: usize,
    /// The path as written.
    pub(super) path: String,
}

/// What a path leads to.
#[derive(Clone, Debug)]
enum Target {
    Module(Place),
    /// Something that this module defines.
    Item(Place),
    /// Another crate.
    Outside,
}

/// Lookups under way: a name that is imported by way of itself is not found.
type Seen = BTreeSet<(Place, String, bool)>;

/// The modules that `src/lib.rs` reaches, without those for tests only.
#[derive(Debug, Default)]
pub(super) struct Tree {
    modules: BTreeMap<Place, Module>,
    /// Where a macro at the crate's root is defined.
    exported: BTreeMap<String, Place>,
}

impl Tree {
    pub(super) fn read(files: &Files) -> Self {
        let mut tree = Self::default();
        tree.add(files, Place::new(), Module::read("src/lib.rs", &files["src/lib.rs"]));
        tree
    }

    /// Adds a module and those below it.
    fn add(&mut self, files: &Files, place: Place, mut module: Module) {
        for name in &module.exported {
            self.exported.insert(name.clone(), place.clone());
        }
        for child in &module.children {
            let place = below(&place, child);
            let stem = format!("src/{}", place.join("/"));
            let file =
                [format!("{stem}.rs"), format!("{stem}/mod.rs")].into_iter().find(|file| files.contains_key(file));
            let file = file.unwrap_or_else(|| panic!("{}: there is no file for `mod {child}`", module.file));
            self.add(files, place, Module::read(&file, &files[&file]));
        }
        for (name, inline) in std::mem::take(&mut module.inline) {
            self.add(files, below(&place, &name), inline);
        }
        self.modules.insert(place, module);
    }

    /// The files that were read.
    pub(super) fn files(&self) -> BTreeSet<&str> {
        self.modules.values().map(|module| module.file.as_str()).collect()
    }

    /// The names that the root re-exports; `*` for a glob.
    pub(super) fn root_names(&self) -> Vec<&str> {
        let imports = self.modules[&Place::new()].imports.iter().filter(|import| import.public);
        imports.map(|import| import.name.as_deref().unwrap_or("*")).collect()
    }

    /// Every need of one file for another. A re-export is none: who uses it needs what is behind it.
    pub(super) fn links(&self) -> Vec<Link> {
        let mut links = Vec::new();
        for (place, module) in &self.modules {
            let mut link = |to: &Target, line: usize, path: String| {
                let (Target::Module(to) | Target::Item(to)) = to else { return };
                let (from, to) = (&module.file, &self.modules[to].file);
                if from != to {
                    links.push(Link { from: from.clone(), to: to.clone(), line, path });
                }
            };
            for Import { path, name, .. } in module.imports.iter().filter(|import| !import.public) {
                let written = path.segments.join("::") + if name.is_some() { "" } else { "::*" };
                link(&self.resolve(place, &path.segments, &mut Seen::new()), path.line, written);
            }
            for glob in module.imports.iter().filter(|import| import.name.is_none() && !import.public) {
                for (word, line) in module.words.iter().filter(|(word, _)| !module.names(word)) {
                    // A module's name is one only before `::`, and that is a path below.
                    if let Some(target @ Target::Item(_)) = self.through_glob(place, glob, word, &mut Seen::new()) {
                        link(&target, *line, format!("{word} of {}::*", glob.path.segments.join("::")));
                    }
                }
            }
            for Path { segments, line } in &module.paths {
                let known = || self.lookup(place, &segments[0], true, &mut Seen::new());
                if is_root(&segments[0]) || matches!(known(), Some(Target::Module(_))) {
                    link(&self.resolve(place, segments, &mut Seen::new()), *line, segments.join("::"));
                }
            }
        }
        links
    }

    /// What a path written at `place` leads to.
    fn resolve(&self, place: &Place, path: &[String], seen: &mut Seen) -> Target {
        let mut rest = path;
        let mut at = place.clone();
        let mut rooted = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => at.clear(),
                "super" => drop(at.pop()),
                "self" => {}
                _ => break,
            }
            rooted = true;
            rest = after;
        }
        while let Some((name, after)) = rest.split_first() {
            match self.lookup(&at, name, !after.is_empty(), seen) {
                Some(Target::Module(place)) => at = place,
                Some(target) => return target,
                // A macro may define it.
                None if rooted => return Target::Item(at),
                None => return Target::Outside,
            }
            rooted = true;
            rest = after;
        }
        Target::Module(at)
    }

    /// What a name means in a module; before `::` it is rather a module than anything else.
    fn lookup(&self, place: &Place, name: &str, before_more: bool, seen: &mut Seen) -> Option<Target> {
        let asked = (place.clone(), name.to_string(), before_more);
        if !seen.insert(asked.clone()) {
            return None;
        }
        let module = &self.modules[place];
        let child = Some(below(place, name)).filter(|child| self.modules.contains_key(child)).map(Target::Module);
        let own = || module.definitions.contains(name).then(|| Target::Item(place.clone()));
        let exported = || self.exported.get(name).filter(|_| place.is_empty()).cloned().map(Target::Item);
        let import = module.imports.iter().find(|import| import.name.as_deref() == Some(name));
        let mut globs = module.imports.iter().filter(|import| import.name.is_none());
        let found = (child.clone().filter(|_| before_more).or_else(own))
            .or_else(|| import.map(|import| self.resolve(place, &import.path.segments, seen)))
            .or_else(exported)
            .or(child)
            .or_else(|| globs.find_map(|glob| self.through_glob(place, glob, name, seen)));
        seen.remove(&asked);
        found
    }

    /// What a glob of this module brings under a name.
    fn through_glob(&self, place: &Place, glob: &Import, name: &str, seen: &mut Seen) -> Option<Target> {
        match self.resolve(place, &glob.path.segments, seen) {
            Target::Module(base) => self.lookup(&base, name, false, seen),
            _ => None,
        }
    }
}

fn below(place: &Place, name: &str) -> Place {
    [&place[..], &[name.into()]].concat()
}
