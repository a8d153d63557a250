//! What every ported example is given: the ranks, a word on rank 0, and a place for what it shows.

use lops::prelude::*;
use lops_examples::outputs::on_rank_0;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) struct Page<'a> {
    /// The ranks; one alone where a page is computed a second time, to be compared.
    pub(crate) comm: &'a Comm,
    name: &'static str,
    folder: PathBuf,
    prints: bool,
    shown: Vec<Shown>,
}

/// A result: of an array all its elements, in C order.
struct Shown {
    name: String,
    norm: f64,
    bits: Vec<u64>,
}

impl<'a> Page<'a> {
    /// An example on all ranks, and once more on one alone, as what it shows has to be the same to the bit.
    pub(crate) fn of(
        comm: &'a Comm,
        name: &'static str,
        folder: &Path,
        example: impl Fn(&mut Page<'_>) -> Result<()>,
    ) -> Result<Page<'a>> {
        let mut page = Self { comm, name, folder: folder.into(), prints: comm.rank() == 0, shown: vec![] };
        page.say(format!("\n{name}\n{}", "─".repeat(name.len())));
        example(&mut page)?;

        on_rank_0(comm, || {
            let (alone, folder) = (comm.alone(), folder.join("alone"));
            std::fs::create_dir_all(&folder)?;
            let mut serial = Page { comm: &alone, name, folder, prints: false, shown: vec![] };
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

    /// Shows an array by its shape and norm, and keeps its elements. Collective: all of it comes to every rank.
    pub(crate) fn show<T: Scalar>(&mut self, name: &str, array: &DistArray<T>) {
        let (shape, norm) = (array.shape(), array.norm().to_f64());
        self.say(format!("{name}: {} of shape {shape:?}, norm {norm:.6}", array.dtype()));
        let parts = |z: T| [z.re().to_f64().to_bits(), z.im().to_f64().to_bits()];
        let bits = array.gather_all().iter().flat_map(|&z| parts(z)).collect();
        self.shown.push(Shown { name: name.into(), norm, bits });
    }

    /// A file that the example writes, which no other one does.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Shows a number.
    pub(crate) fn tell(&mut self, name: &str, number: f64) {
        self.say(format!("{name}: {number:.6}"));
        self.shown.push(Shown { name: name.into(), norm: number.abs(), bits: vec![number.to_bits()] });
    }

    /// An error unless something holds: what a script asserts.
    pub(crate) fn ensure(&self, holds: bool, what: &str) -> Result<()> {
        if holds {
            return Ok(());
        }
        Err(Error::expected(ErrorKind::Other, format!("{}: {what}", self.name), true, false))
    }

    fn same_as(&self, other: &Page<'_>) -> Result<()> {
        for (mine, theirs) in self.shown.iter().zip(&other.shown) {
            if mine.bits != theirs.bits {
                let what = format!("{}: {}", self.name, mine.name);
                return Err(Error::expected(ErrorKind::Other, what, "the bits of one rank", "other ones"));
            }
        }
        self.ensure(self.shown.len() == other.shown.len(), "as many results as on one rank")
    }

    /// A number made of all that was shown (FNV-1a).
    fn hash(&self) -> u64 {
        let bits = self.shown.iter().flat_map(|shown| &shown.bits);
        bits.fold(0xcbf2_9ce4_8422_2325, |hash, bits| (hash ^ bits).wrapping_mul(0x0100_0000_01b3))
    }

    /// Its figures for a file.
    pub(crate) fn json(&self) -> Value {
        let result = |shown: &Shown| json!({"name": shown.name, "norm": shown.norm});
        let results: Vec<_> = self.shown.iter().map(result).collect();
        json!({"name": self.name, "results": results, "hash": format!("{:016x}", self.hash())})
    }
}
