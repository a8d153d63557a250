//! What every ported example is given: the ranks, a word on rank 0, and a place for what it shows.

use crate::Arguments;
use lops::ndarray::s;
use lops::prelude::*;
use lops_examples::outputs::on_rank_0;
use lops_examples::section::Section;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Traces and samples of a section where `--small` asks for less: more than three of the boxes that smooth it.
const SMALL: [usize; 2] = [100, 150];

pub(crate) struct Page<'a> {
    /// The ranks; one alone where a page is computed a second time, to be compared.
    pub(crate) comm: &'a Comm,
    name: &'static str,
    arguments: &'a Arguments,
    prints: bool,
    shown: Vec<Shown>,
}

/// A result: of an array the norm, and a number made of the bits of all its elements, in C order.
#[derive(PartialEq)]
struct Shown {
    name: String,
    norm: f64,
    hash: u64,
}

impl<'a> Page<'a> {
    /// An example on all ranks, and once more on one alone, as what it shows has to be the same to the bit.
    pub(crate) fn of(
        comm: &'a Comm,
        name: &'static str,
        arguments: &'a Arguments,
        example: impl Fn(&mut Page<'_>) -> Result<()>,
    ) -> Result<Page<'a>> {
        let mut page = Self { comm, name, arguments, prints: comm.rank() == 0, shown: vec![] };
        page.say(format!("\n{name}\n{}", "─".repeat(name.len())));
        example(&mut page)?;

        on_rank_0(comm, || {
            let mut serial = Page { comm: &comm.alone(), name, arguments, prints: false, shown: vec![] };
            example(&mut serial)?;
            page.same_as(&serial)
        })?;
        page.say(format!("as on one rank: {} results, {:016x}", page.shown.len(), page.hash()));
        Ok(page)
    }

    /// Prints on rank 0.
    pub(crate) fn say(&self, words: impl std::fmt::Display) {
        if self.prints {
            println!("{words}");
        }
    }

    /// Shows an array by its shape and norm. Collective: all of it comes to every rank.
    pub(crate) fn show<T: Scalar>(&mut self, name: &str, array: &DistArray<T>) {
        let (shape, norm) = (array.shape(), array.norm().to_f64());
        self.say(format!("{name}: {} of shape {shape:?}, norm {norm:.6}", array.dtype()));
        let parts = |&z: &T| [z.re().to_f64().to_bits(), z.im().to_f64().to_bits()];
        let hash = hash(array.gather_all().iter().flat_map(parts));
        self.shown.push(Shown { name: name.into(), norm, hash });
    }

    /// Shows a number.
    pub(crate) fn tell(&mut self, name: &str, number: f64) {
        self.say(format!("{name}: {number:.6}"));
        self.shown.push(Shown { name: name.into(), norm: number.abs(), hash: number.to_bits() });
    }

    /// An error unless something holds: what a script asserts.
    pub(crate) fn ensure(&self, holds: bool, what: &str) -> Result<()> {
        if holds {
            return Ok(());
        }
        Err(Error::expected(ErrorKind::Other, format!("{}: {what}", self.name), true, false))
    }

    /// A file that the example writes, which no other one does.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.arguments.out.join(name)
    }

    /// A size, or a small one where `--small` asks for it.
    pub(crate) fn size(&self, usual: usize, small: usize) -> usize {
        if self.arguments.small { small } else { usual }
    }

    /// The vertical section of the post-stack tutorials: from the file of `--model`, or made here; with `--small` a corner of it.
    pub(crate) fn section(&self) -> Result<Section> {
        let mut section = Section::of_all_ranks(self.comm, self.arguments.model.as_deref())?;
        if self.arguments.small {
            let [traces, samples] = [section.x.len().min(SMALL[0]), section.z.len().min(SMALL[1])];
            section.values = section.values.slice_move(s![..traces, ..samples]);
            section.x.truncate(traces);
            section.z.truncate(samples);
        }
        Ok(section)
    }

    fn same_as(&self, other: &Page<'_>) -> Result<()> {
        if let Some((mine, _)) = self.shown.iter().zip(&other.shown).find(|(mine, other)| mine != other) {
            let what = format!("{}: {}", self.name, mine.name);
            return Err(Error::expected(ErrorKind::Other, what, "the bits of one rank", "other ones"));
        }
        self.ensure(self.shown.len() == other.shown.len(), "as many results as on one rank")
    }

    fn hash(&self) -> u64 {
        hash(self.shown.iter().map(|shown| shown.hash))
    }

    /// Its figures for a file.
    pub(crate) fn json(&self) -> Value {
        let result = |shown: &Shown| json!({"name": shown.name, "norm": shown.norm});
        let results: Vec<_> = self.shown.iter().map(result).collect();
        json!({"name": self.name, "results": results, "hash": format!("{:016x}", self.hash())})
    }
}

/// FNV-1a, by words.
fn hash(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
}
