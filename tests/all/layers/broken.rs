//! The checker finds what is broken, and only that, in made-up crates.

use super::resolve::Tree;
use super::{breaks, circles, long};

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::read(&files.iter().map(|(file, text)| (format!("src/{file}"), (*text).into())).collect())
}

/// Asserts what breaks the layers where `array/mod.rs` has this text: each a line, a path as
/// written and the file it leads to.
#[track_caller]
fn array_breaks(text: &str, expected: &[(usize, &str, &str)]) {
    let tree = tree(&[
        ("lib.rs", "pub mod array; pub mod numbers; pub mod solvers; pub use solvers::{Reason, cg};"),
        ("numbers.rs", "pub struct Real;"),
        ("array/mod.rs", text),
        ("array/norm.rs", "pub use crate::solvers::*; pub fn norm() {}"),
        ("solvers/mod.rs", "mod cg; mod reason; pub use cg::cg as cg; pub use reason::*; use cg::inner;"),
        ("solvers/cg.rs", "#[macro_export] macro_rules! solve { () => {} } pub fn cg() {} pub fn inner() {}"),
        ("solvers/reason.rs", "pub enum Reason { Done }"),
    ]);
    let expected = expected.iter().map(|(line, path, file)| {
        let room = file.split('/').next().unwrap();
        format!("src/array/mod.rs:{line}: `{path}` is in src/{file}.rs: array does not see {room}")
    });
    let expected: Vec<_> = expected.collect();
    assert_eq!(breaks(&tree.links()), expected, "{text}");
}

#[test]
fn a_broken_layer_is_found() {
    array_breaks("use crate::numbers::Real;\nuse crate::solvers::cg;", &[(2, "crate::solvers::cg", "solvers/cg")]);
    array_breaks("use super::solvers::Reason::Done;", &[(1, "super::solvers::Reason::Done", "solvers/reason")]);
    array_breaks("use crate::solvers::made_by_a_macro;", &[(1, "crate::solvers::made_by_a_macro", "solvers/mod")]);
    array_breaks("fn f() {\n\n    use crate::cg;\n}", &[(3, "crate::cg", "solvers/cg")]);
    array_breaks("fn f() { (0..super::solvers::cg()) }", &[(1, "super::solvers::cg", "solvers/cg")]);
    array_breaks("macro_rules! m { () => { $crate::solve!() } }", &[(1, "crate::solve", "solvers/cg")]);
    array_breaks("mod inner {\n use super::super::solvers::cg; }", &[(2, "super::super::solvers::cg", "solvers/cg")]);
}

#[test]
fn facades_globs_and_aliases_hide_nothing() {
    array_breaks("use crate::{numbers::Real, cg};", &[(1, "crate::cg", "solvers/cg")]);
    array_breaks("mod norm; use norm::norm;", &[]);
    array_breaks("mod norm; use norm::cg;", &[(1, "norm::cg", "solvers/cg")]);
    array_breaks("mod norm; use self::norm::Reason;", &[(1, "self::norm::Reason", "solvers/reason")]);
    array_breaks("mod norm;\nuse norm::*;\nfn f() { cg() }", &[(3, "cg of norm::*", "solvers/cg")]);
    array_breaks("mod norm; use norm::*; fn cg() {}", &[]);
    array_breaks("mod norm; use norm::*; fn f(reason: u8) { reason.cg() }", &[]);
    array_breaks("use crate::solvers::*;", &[(1, "crate::solvers::*", "solvers/mod")]);
    array_breaks("use crate::*;\nfn f() { cg() }", &[(1, "crate::*", "lib"), (2, "cg of crate::*", "solvers/cg")]);
    array_breaks("use crate as lops;\nfn f() { lops::cg() }", &[(1, "crate", "lib"), (2, "lops::cg", "solvers/cg")]);
    array_breaks("use crate::numbers as n; use n::Real as R;", &[]);
    let alias = "use crate::solvers as far;\nfn f() { far::cg() }";
    array_breaks(alias, &[(1, "crate::solvers", "solvers/mod"), (2, "far::cg", "solvers/cg")]);
    array_breaks("pub use crate::solvers::cg;", &[]);
    array_breaks("pub(in super::super) use crate::{solvers::{cg as f, *}};", &[]);
}

#[test]
fn super_of_super_is_followed() {
    let exact = "use super::super::sums;\nuse super::super::super::operators as o; fn f() { o::apply() }";
    let tree = tree(&[
        ("lib.rs", "mod array; mod operators;"),
        ("array/mod.rs", "mod sums;"),
        ("array/sums/mod.rs", "mod exact;"),
        ("array/sums/exact.rs", exact),
        ("operators.rs", "pub fn apply() {}"),
    ]);
    let found =
        |path| format!("src/array/sums/exact.rs:2: `{path}` is in src/operators.rs: array does not see operators");
    assert_eq!(breaks(&tree.links()), [found("super::super::super::operators"), found("o::apply")]);
}

#[test]
fn trees_of_braces_are_read_leaf_by_leaf() {
    let text = "use {\n  std::{fmt, io::{self, Read}},\n  crate::{\n    numbers::{Real as R},\n    solvers::{Reason::{self as \
                Why, Done,},\n      cg as _,\n  }, },\n};";
    let reason = (5, "crate::solvers::Reason", "solvers/reason");
    let done = (5, "crate::solvers::Reason::Done", "solvers/reason");
    array_breaks(text, &[reason, done, (6, "crate::solvers::cg", "solvers/cg")]);
}

#[test]
fn comments_strings_and_tests_do_not_count() {
    let text = r###"//! crate::solvers::cg
        /// use crate::solvers::cg;
        /* use crate::cg; /* crate::cg() */ crate::solvers::cg() */
        const A: &str = "a \" // crate::cg()
            use crate::cg;";
        const B: &[u8] = br##"use crate::cg; "# crate::cg "##;
        const C: [char; 4] = ['"', '\'', '\\', 'c'];
        fn lifetimes<'a, 'b>(a: &'a str) -> impl Fn() + use<'a> { b'"' }
        #[cfg(test)]
        use crate::{solvers::{cg}};
        #[cfg(all(test, feature = "mpi"))] #[allow(unused)]
        pub(crate) fn only(of: [u8; 3]) { crate::cg(); }
        #[cfg(test)]
        mod tests { mod more { use crate::cg; } }
        #[cfg(test)] mod absent;
        use solvers::cg; use ::array::cg; fn f() { self.solvers::<u8>(); solvers::cg() }
        #[cfg(not(test))] use crate::cg;
    "###;
    array_breaks(text, &[(17, "crate::cg", "solvers/cg")]);
}

#[test]
fn each_room_has_its_place() {
    let files = |to: &'static str| move |room: &&str| (format!("{room}.rs"), format!("use crate::{to}::X;"));
    let broken = |from: &'static [&'static str], to: &'static str| {
        let rooms: Vec<_> = from.iter().chain([&to]).map(|room| format!("mod {room};")).collect();
        let mut all: Vec<_> = from.iter().map(files(to)).collect();
        all.extend([("lib.rs".into(), rooms.concat()), (format!("{to}.rs"), "pub struct X;".into())]);
        let all: Vec<_> = all.iter().map(|(file, text)| (&file[..], &text[..])).collect();
        breaks(&tree(&all).links()).len()
    };
    assert_eq!(broken(&["numbers", "solvers", "proximal", "plot", "signal"], "error"), 0);
    assert_eq!(broken(&["operators", "protocol", "io", "plot", "signal", "prelude"], "library"), 0);
    assert_eq!(broken(&["array", "comm"], "library"), 2);
    assert_eq!(broken(&["signal"], "operators"), 0);
    assert_eq!(broken(&["array", "protocol", "io", "plot"], "operators"), 4);
    assert_eq!(broken(&["operators", "solvers", "io"], "signal"), 3);
    assert_eq!(broken(&["plot", "prelude"], "io"), 0);
    assert_eq!(broken(&["protocol", "operators", "solvers"], "io"), 2); // solvers write checkpoints
    assert_eq!(broken(&["operators", "io", "array", "signal"], "solvers"), 4);
    assert_eq!(broken(&["solvers"], "prelude"), 1);
    assert_eq!(broken(&["elsewhere"], "error"), 1);
}

/// The circles among four files of `comm` and one of `numbers`.
fn circles_of(a: &str, b: &str, c: &str, real: &str) -> Vec<String> {
    let facade = "mod a; mod b; mod c; pub use a::A; pub use b::B as Second; pub use c::*;";
    let files = [("lib.rs", "pub mod comm; pub mod numbers; pub use comm::C;"), ("comm/mod.rs", facade)];
    let files = [&files[..], &[("comm/a.rs", a), ("comm/b.rs", b), ("comm/c.rs", c), ("numbers.rs", real)]].concat();
    circles(&tree(&files).links())
}

#[test]
fn circles_are_found_with_the_lines_that_tie_them() {
    let (a, b, c) = ("pub struct A; use super::Second;", "pub struct B;\nuse super::C;", "pub struct C;");
    let none: [&str; 0] = [];
    assert_eq!(circles_of(a, b, c, ""), none);
    // Of two files one may need the other and be needed.
    assert_eq!(circles_of(a, "pub struct B; use super::A;", c, ""), none);
    let three = "a circle of 3: src/comm/a.rs, src/comm/b.rs, src/comm/c.rs
    src/comm/a.rs:1: `super::Second` is in src/comm/b.rs
    src/comm/b.rs:2: `super::C` is in src/comm/c.rs
    src/comm/c.rs:3: `crate::comm::A` is in src/comm/a.rs";
    assert_eq!(circles_of(a, b, "pub struct C;\n\nfn f(_: crate::comm::A) {}", ""), [three]);
    // Two pairs that share a file are a circle of three.
    assert_eq!(circles_of(a, "pub struct B; use super::{A, C};", "pub struct C; use super::Second;", "").len(), 1);
    let rooms = "a circle of 2: comm, numbers
    src/comm/c.rs:1: `crate::numbers::Real` is in src/numbers.rs
    src/numbers.rs:1: `crate::C` is in src/comm/c.rs";
    assert_eq!(circles_of(a, b, "pub struct C; use crate::numbers::Real;", "pub struct Real; use crate::C;"), [rooms]);
    // A circle of rooms need not be one of files.
    assert_eq!(circles_of("use crate::numbers::Real;", "", c, "pub struct Real; use crate::C;").len(), 1);
}

#[test]
fn long_files_and_a_large_room_are_found() {
    let files = |files: &[(&str, usize)]| {
        long(&files.iter().map(|(file, lines)| (format!("src/{file}"), "\n".repeat(*lines))).collect())
    };
    assert!(files(&[("lib.rs", 500), ("array/dot.rs", 500)]).is_empty());
    assert_eq!(files(&[("comm/mod.rs", 501)]), ["src/comm/mod.rs: 501 lines, at most 500"]);
    let names: Vec<_> = (0..10).map(|k| format!("array/{k}.rs")).collect();
    let large: Vec<_> = names.iter().map(|name| (name.as_str(), 500)).collect();
    assert_eq!(files(&large), ["src/array: 5000 lines, fewer than 5000 wanted"]);
    assert!(files(&large[1..]).is_empty());
}

#[test]
fn names_at_the_root_are_counted() {
    let root =
        "mod error; pub use error::{Error, Kind::{self, *}, Result as Outcome}; pub use ndarray; use error::Hidden;";
    let tree = tree(&[("lib.rs", root), ("error.rs", "")]);
    assert_eq!(tree.root_names(), ["Error", "Kind", "*", "Outcome", "ndarray"]);
}
