//! A tour of layouts: who holds what, what moves between them, and pictures of it.
//!
//! ```text
//! LOPS_RANKS=4 cargo run --release --example layouts -- --out layouts
//! scripts/mpirun.sh -n 4 target/release/examples/layouts          (built with --features mpi)
//! ```
//!
//! Everything that is printed about owners is computed on rank 0 alone: a layout is known in full by every
//! rank. On one rank all is its own; four or more show the differences.

mod chunks;
mod grids;
mod parts;

use clap::Parser;
use lops::prelude::*;
use lops_examples::outputs::{make_folder, on_rank_0};
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(about = "A tour of layouts: who holds what, what moves between them, and pictures of it")]
struct Arguments {
    /// Draw the layouts into this folder
    #[arg(long)]
    out: Option<PathBuf>,
}

/// What every stop of the tour needs.
struct Tour<'a> {
    comm: &'a Comm,
    out: Option<&'a Path>,
}

impl Tour<'_> {
    /// Prints on rank 0.
    fn say(&self, words: impl AsRef<str>) {
        if self.comm.rank() == 0 {
            println!("{}", words.as_ref());
        }
    }

    fn heading(&self, words: &str) {
        self.say(format!("\n{words}\n{}", "─".repeat(words.chars().count())));
    }

    /// Prints who owns each element of a plane: a digit or letter each, `·` for nobody.
    fn print_owners(&self, layout: &Layout) {
        let [rows, columns] = layout.shape() else { return };
        for i in 0..*rows {
            let symbol = |j| match layout.owners(&[i, j])[..] {
                [] => '·',
                [rank] => char::from_digit(rank as u32, 36).unwrap_or('?'),
                _ => '+',
            };
            self.say(format!("    {}", (0..*columns).flat_map(|j| [symbol(j), ' ']).collect::<String>().trim_end()));
        }
    }

    /// Where a picture goes, if pictures are wanted.
    fn picture(&self, name: &str) -> Option<PathBuf> {
        self.out.map(|folder| folder.join(format!("{name}.png")))
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    launch(|comm| {
        let tour = Tour { comm, out: arguments.out.as_deref() };
        on_rank_0(comm, || tour.out.map_or(Ok(()), make_folder))?;
        grids::visit(&tour)?;
        parts::visit(&tour)?;
        chunks::visit(&tour)
    })
}
