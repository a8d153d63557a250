//! What a file says to the module system: its modules, definitions, imports and paths.

use super::tokens::{Token, block_end, is_word, tokens, without_tests};
use std::collections::{BTreeMap, BTreeSet};

/// A module's place: its names from the crate's root.
pub(super) type Place = Vec<String>;

/// `a::b::c` as it is written in line `line`.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
}

/// One leaf of a `use`.
#[derive(Debug)]
pub(super) struct Import {
    pub(super) path: Path,
    /// The name it has here; none for a glob.
    pub(super) name: Option<String>,
    /// `pub use` with whatever visibility: a facade.
    pub(super) public: bool,
}

/// A module as its source shows it, without what is compiled for tests only.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) file: String,
    pub(super) definitions: BTreeSet<String>,
    /// Macros that `#[macro_export]` puts at the crate's root.
    pub(super) exported: BTreeSet<String>,
    /// Modules in files of their own.
    pub(super) children: Vec<String>,
    /// Modules in braces.
    pub(super) inline: Vec<(String, Module)>,
    pub(super) imports: Vec<Import>,
    /// Paths in the code, outside of `use`.
    pub(super) paths: Vec<Path>,
    /// Every word of the code and the line it first stands in: what a glob may have brought.
    pub(super) words: BTreeMap<String, usize>,
}

impl Module {
    /// Whether the module itself gives a name its meaning, whatever its globs bring.
    pub(super) fn names(&self, name: &str) -> bool {
        self.definitions.contains(name) || self.imports.iter().any(|import| import.name.as_deref() == Some(name))
    }

    /// Reads the text of a file.
    pub(super) fn read(file: &str, text: &str) -> Self {
        Self::of(file, &without_tests(&tokens(text)))
    }

    fn of(file: &str, tokens: &[Token]) -> Self {
        let mut module = Self { file: file.into(), ..Self::default() };
        let text = |at: usize| tokens.get(at).map_or("", |token| &token.text);
        let depth = tokens.first().map_or(0, |token| token.depth);
        let (mut at, mut public, mut exported) = (0, false, false);
        while at < tokens.len() {
            let facade = std::mem::take(&mut public);
            let word = text(at);
            match word {
                "pub" => {
                    public = true;
                    at = if text(at + 1) == "(" { block_end(tokens, at + 1) } else { at + 1 };
                }
                // `use<'a>` in a type captures lifetimes.
                "use" if text(at + 1) != "<" => {
                    at += 1;
                    tree(tokens, &mut at, &[], facade, &mut module.imports);
                }
                "mod" if text(at + 2) == ";" => {
                    module.children.push(text(at + 1).into());
                    at += 3;
                }
                "mod" if text(at + 2) == "{" => {
                    let end = block_end(tokens, at + 2);
                    module.inline.push((text(at + 1).into(), Self::of(file, &tokens[at + 3..end - 1])));
                    at = end;
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union"
                    if tokens[at].depth == depth =>
                {
                    module.definitions.insert(text(at + 1).into());
                    at += 1;
                }
                "macro_rules" => {
                    let all =
                        if std::mem::take(&mut exported) { &mut module.exported } else { &mut module.definitions };
                    all.insert(text(at + 2).into());
                    at += 3;
                }
                // A name after `::`, `.` or `$` hangs on what stands before it.
                _ if is_word(word) && (is_root(word) || at == 0 || !["::", ".", "$"].contains(&text(at - 1))) => {
                    exported |= word == "macro_export";
                    let line = tokens[at].line;
                    let mut segments = vec![word.to_string()];
                    while text(at + 1) == "::" && is_word(text(at + 2)) {
                        segments.push(text(at + 2).into());
                        at += 2;
                    }
                    for segment in &segments {
                        module.words.entry(segment.clone()).or_insert(line);
                    }
                    if segments.len() > 1 {
                        module.paths.push(Path { segments, line });
                    }
                    at += 1;
                }
                _ => at += 1,
            }
        }
        module
    }
}

/// Reads one tree of a `use` that stands below `prefix`, up to the sign behind it.
fn tree(tokens: &[Token], at: &mut usize, prefix: &[String], public: bool, imports: &mut Vec<Import>) {
    let mut segments = prefix.to_vec();
    let mut name = None;
    let mut line = tokens[*at].line;
    while let Some(token) = tokens.get(*at) {
        match token.text.as_str() {
            ";" | "," | "}" => break,
            "{" => {
                *at += 1;
                while *at < tokens.len() && tokens[*at].text != "}" {
                    tree(tokens, at, &segments, public, imports);
                    *at += usize::from(tokens.get(*at).is_some_and(|token| token.text == ","));
                }
                *at += 1;
                return;
            }
            "as" => {
                *at += 1;
                name = tokens.get(*at).map(|token| token.text.clone());
            }
            "::" if segments.is_empty() => segments.push("::".into()),
            "::" | "$" => {}
            word => {
                segments.push(word.into());
                line = token.line;
            }
        }
        *at += 1;
    }
    let glob = segments.last().is_some_and(|last| last == "*");
    if glob || (segments.len() > 1 && segments.last().is_some_and(|last| last == "self")) {
        segments.pop();
    }
    if !glob && name.is_none() {
        name = segments.last().cloned();
    }
    imports.push(Import { path: Path { segments, line }, name, public });
}

/// Whether a path that begins so says itself where it begins.
pub(super) fn is_root(word: &str) -> bool {
    matches!(word, "crate" | "self" | "super")
}
