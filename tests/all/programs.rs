//! Random short programs over arrays, hashed: the same hash on any number of ranks.
//!
//! A program is a seed. What it does follows from the seed alone, how its arrays are laid out from the seed and the
//! ranks. Hashed are all elements of all arrays it makes, by global index, all numbers, and the kinds of its errors.
//! `LOPS_TORTURE=1` goes on with new programs for `LOPS_PROGRAMS` seconds (60 if nothing is said).

mod operations;
mod types;

use crate::cases::Dice;
use lops::{Comm, Complex, DistArray, Element, Layout, launch_threads};
use std::fmt::{Debug, Write as _};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};
use types::Kind;

/// Elements of an array that a program goes on with.
const MOST: usize = 3000;

/// Operations of a program.
const STEPS: usize = 12;

/// What a program has come to on one rank.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    /// After each operation.
    hashes: Vec<u64>,
    words: Vec<String>,
    /// Operations that were errors.
    refused: usize,
}

/// A program that runs: its arrays, its dice, and the hash of all that was.
struct Machine<'a, T: Kind> {
    comm: &'a Comm,
    seed: u64,
    /// The same on any number of ranks.
    dice: Dice,
    /// For layouts.
    cuts: Dice,
    arrays: Vec<DistArray<T>>,
    hasher: DefaultHasher,
    words: String,
}

impl<'a, T: Kind> Machine<'a, T> {
    fn new(comm: &'a Comm, seed: u64) -> Self {
        let dice = Dice::new(seed);
        let hasher = DefaultHasher::new();
        Self { comm, seed, dice, cuts: Dice::new(seed), arrays: vec![], hasher, words: String::new() }
    }

    /// Says what is done.
    fn say(&mut self, what: impl Debug) {
        let _ = write!(self.words, " {what:?}");
    }

    /// Any layout of this shape, on ranks as they are.
    fn layout(&mut self, shape: &[usize]) -> Layout {
        match self.cuts.below(6) {
            0 => Layout::replicated(self.comm, shape).unwrap(),
            1 if !shape.is_empty() => Layout::scatter(self.comm, shape, self.cuts.below(shape.len())).unwrap(),
            _ if shape.is_empty() => Layout::replicated(self.comm, shape).unwrap(),
            _ => self.cuts.grid(self.comm, shape),
        }
    }

    /// One of the arrays.
    fn any(&mut self) -> DistArray<T> {
        let which = self.dice.below(self.arrays.len());
        self.arrays[which].clone()
    }

    /// One of the arrays, and one of its axes, which it must have.
    fn any_axis(&mut self) -> (DistArray<T>, usize) {
        let x = self.any();
        let axis = self.dice.below(x.shape().len().max(1));
        (x, axis)
    }

    fn note(&mut self, found: impl Debug) {
        format!("{found:?}").hash(&mut self.hasher);
    }

    fn note_array<U: Element + Debug>(&mut self, x: &DistArray<U>) {
        let all = x.gather_all();
        self.note(all.shape());
        all.iter().for_each(|value| format!("{value:?}").hash(&mut self.hasher)); // one word for all NaN
    }

    /// Keeps an array among the last four.
    fn keep(&mut self, x: DistArray<T>) {
        self.note_array(&x);
        if x.gather_all().len() <= MOST && x.shape().len() <= 4 {
            self.arrays.push(x.map(T::tame));
            if self.arrays.len() > 4 {
                self.arrays.remove(0);
            }
        }
    }
}

/// Runs a program on these ranks.
fn run<T: Kind>(comm: &Comm, seed: u64) -> Outcome {
    let mut machine = Machine::<T>::new(comm, seed);
    let (mut hashes, mut words, mut refused) = (vec![], vec![], 0);
    for step in 0..STEPS {
        let number = seed * 1000 + step as u64;
        (machine.dice, machine.cuts) = (Dice::new(2 * number), Dice::new(2 * number + 1));
        T::NAME.clone_into(&mut machine.words);
        if let Err(error) = operations::any(&mut machine) {
            refused += 1;
            machine.note(error.kind());
            let _ = write!(machine.words, ": {error}");
        }
        hashes.push(machine.hasher.finish());
        words.push(std::mem::take(&mut machine.words));
    }
    let all = comm.all_gather(&hashes);
    if all.chunks(STEPS).any(|others| others != hashes) {
        hashes[STEPS - 1] ^= 1; // that ranks agree is asked as well
        words.push(format!("ranks differ: {all:x?}"));
    }
    Outcome { hashes, words, refused }
}

/// The program of this number.
fn program(comm: &Comm, seed: u64) -> Outcome {
    match seed % 6 {
        0 | 1 => run::<f64>(comm, seed),
        2 => run::<f32>(comm, seed),
        3 => run::<Complex<f64>>(comm, seed),
        4 => run::<Complex<f32>>(comm, seed),
        _ => run::<i32>(comm, seed),
    }
}

/// Programs on so many thread ranks; where one of them ends them all, each by itself.
fn on_threads(seeds: &[u64], ranks: usize) -> Vec<std::result::Result<Outcome, String>> {
    let all = |seeds: &[u64]| {
        launch_threads(ranks, |comm| Ok(seeds.iter().map(|&seed| program(comm, seed)).collect::<Vec<_>>()))
    };
    match all(seeds) {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error) if seeds.len() == 1 => vec![Err(error.to_string())],
        Err(_) => seeds.iter().flat_map(|&seed| on_threads(&[seed], ranks)).collect(),
    }
}

/// What is wrong with an outcome, beside that of one rank.
fn difference(
    one: &std::result::Result<Outcome, String>,
    found: &std::result::Result<Outcome, String>,
) -> Option<String> {
    let (one, found) = match (one, found) {
        (Ok(one), Ok(found)) => (one, found),
        (Err(error), _) => return Some(format!("on one rank: {error}")),
        (_, Err(error)) => return Some(error.clone()),
    };
    let step = one.hashes.iter().zip(&found.hashes).position(|(a, b)| a != b)?;
    let before = found.words[..step].join("\n  ");
    let own = found.words[step..].iter().take(1).chain(found.words.get(STEPS));
    let own = own.cloned().collect::<Vec<_>>().join("; ");
    Some(format!("step {step}\n  {before}\n  differs: {own}\n  on one rank: {}", one.words[step]))
}

/// Runs programs until there is no time left; how many, how many operations of theirs were refused, and in what words
/// they differ.
fn campaign(count: u64, until: Option<Instant>) -> (u64, usize, Vec<String>) {
    let (mut done, mut refused, mut differences) = (0, 0, vec![]);
    while done < count || until.is_some_and(|until| Instant::now() < until) {
        let seeds: Vec<_> = (done..done + 30).collect();
        let one = on_threads(&seeds, 1);
        refused += one.iter().flatten().map(|outcome| outcome.refused).sum::<usize>();
        for ranks in [2, 3, 5, 8] {
            let found = on_threads(&seeds, ranks);
            for ((seed, one), found) in seeds.iter().zip(&one).zip(&found) {
                differences.extend(difference(one, found).map(|words| format!("seed {seed}, {ranks} ranks: {words}")));
            }
        }
        done += seeds.len() as u64;
    }
    (done, refused, differences)
}

#[test]
fn programs_have_one_hash_on_any_number_of_threads() {
    let seconds = std::env::var("LOPS_PROGRAMS").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let torture = std::env::var("LOPS_TORTURE").is_ok_and(|value| value == "1");
    let until = torture.then(|| Instant::now() + Duration::from_secs(seconds));
    let (programs, refused, differences) = campaign(60, until);
    println!("{programs} programs of {STEPS} operations ({refused} refused), {} differed", differences.len());
    assert!(refused < programs as usize * STEPS / 4, "programs that do nothing");
    assert!(
        differences.is_empty(),
        "{} differed, among them\n{}",
        differences.len(),
        differences[..differences.len().min(3)].join("\n")
    );
}

/// That the test above can fail.
#[test]
fn a_difference_is_found() {
    let of = |seed| Ok(Outcome { hashes: vec![1, seed], words: vec!["a".into(), "b".into()], refused: 0 });
    assert_eq!(difference(&of(2), &of(2)), None);
    assert!(difference(&of(2), &of(3)).unwrap().starts_with("step 1\n  a\n  differs: b"));
    assert!(difference(&of(2), &Err("lost".into())).is_some());
}

crate::bodies! {
    fn programs_have_the_hash_of_one_rank(comm) {
        for seed in 0..30 {
            let (one, found) = (Ok(program(&comm.alone(), seed)), Ok(program(comm, seed)));
            assert_eq!(difference(&one, &found), None, "seed {seed}");
        }
    }
}
