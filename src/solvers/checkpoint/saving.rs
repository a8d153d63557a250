//! What a solver does with checkpoints.

use super::{Checkpoint, Generations, Record, listen};
use crate::error::{Error, ErrorKind, Result};
use crate::solvers::run::Saves;
use crate::solvers::state::{Bits, State};
use crate::solvers::{Method, Reason, Solver};
use std::cell::Cell;
use std::time::Instant;

impl<M: Method> Solver<'_, M> {
    /// Saves what the method goes on from, now and then, and goes on from what was saved: where the folder holds a checkpoint, this
    /// solver stands where that one was, with the same bits, on any number of ranks, any engine and any layouts of the same arrays.
    ///
    /// The program is run again as it was, from the same first model: the first measures, which are computed anew, tell whether operator, data and model are those of
    /// the checkpoint. Files are complete or absent; two generations are kept, and where the newer one is damaged the older one is read. More iterations or another
    /// tolerance may be asked for.
    ///
    /// Of methods with a [`state`](Method::state), as all of this crate are; what an operator or a preconditioner has of its own from one application to
    /// the next is not saved.
    ///
    /// # Communication
    /// 16 bytes more in each message of an iteration; to save, that of [`save_npy`](crate::io::save_npy) for each vector and a few small messages.
    ///
    /// # Errors
    /// On every rank, before the first iteration: [`ErrorKind::Format`] of a checkpoint of another problem or version, or one that is damaged where no
    /// older one is whole; [`ErrorKind::Io`] where the folder cannot be written to; [`ErrorKind::Parameter`] of a method without a state, or where `every` is 0;
    /// [`ErrorKind::Layout`] of masked vectors. A checkpoint that cannot be written later on, to a full disk say, ends nothing: the first rank says so
    /// once on its standard error, [`Report::unsaved`](crate::Report::unsaved) has the last such error, and the next one is tried when it is due. Only before an end by SIGTERM it
    /// is an error of [`step`](Self::step), on every rank.
    ///
    /// # Example
    /// See [`Checkpoint`].
    pub fn checkpoint(mut self, checkpoint: &Checkpoint) -> Result<Self> {
        let space = self.method.model().space().clone();
        let name = self.method.name();
        if self.method.state().is_none() {
            let expected = "one with a state (see Method::state)";
            return Err(Error::expected(ErrorKind::Parameter, "method of a checkpoint", expected, name));
        }
        if checkpoint.every == Some(0) {
            return Err(Error::expected(ErrorKind::Parameter, "iterations between checkpoints", "at least 1", 0));
        }
        if space.mask().is_some() {
            let expected = "vectors without a mask, whose colours stop together";
            return Err(Error::expected(ErrorKind::Layout, "vectors of a checkpoint", expected, space));
        }
        let generations = Generations::claim(space.comm(), &checkpoint.folder)?;
        if self.reason.is_none() {
            self.resume(&generations)?;
        }
        let listens = if checkpoint.on_signals { listen() } else { Ok(()) };
        space.comm().agree(listens)?;
        let asked = Cell::new([false; 2]);
        let checkpoint = checkpoint.clone();
        self.run.saves = Some(Saves { generations, checkpoint, last: Instant::now(), asked });
        Ok(self)
    }

    /// Goes on from the newest generation that is whole, if there is any.
    fn resume(&mut self, generations: &Generations) -> Result<()> {
        let mut damaged = None;
        for (path, record) in generations.records()? {
            let read = record.and_then(|record| {
                self.is_of_this_problem(&record, &path.to_string_lossy())?;
                // They may say which vectors there are.
                Generations::set_numbers(&path, self.state(), &record)?;
                Generations::load(&path, self.state(), &record)?;
                let what = path.display();
                let taken = self.series.set_bits(&record.series);
                taken.ok_or_else(|| Error::expected(ErrorKind::Format, what, "the series of this method", "others"))
            });
            match read {
                Ok(()) => {
                    self.method.restored()?;
                    if self.iterations() >= self.run.options().iterations {
                        self.reason = Some(Reason::IterationLimit);
                    }
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Parameter => return Err(error),
                Err(error) => damaged = Some(damaged.unwrap_or(error)),
            }
        }
        damaged.map_or(Ok(()), Err)
    }

    /// What was saved and what is not only the method's.
    fn state(&mut self) -> State<'_> {
        let Self { method, run, best, best_at, judged, .. } = self;
        let state = method.state().unwrap_or_default();
        let state = state.bits("iteration", &mut run.iteration).number("best", best);
        state.count("best_at", best_at).number("judged", judged)
    }

    /// The problem in words.
    fn problem(&self) -> String {
        let (method, summation) = (&self.method, self.run.options().summation);
        let dtype = <M::Model as crate::numbers::Element>::DTYPE;
        let size = method.vectors().data_space().map_or(0, crate::array::Space::size);
        let (name, parameters) = (method.name(), method.parameters());
        format!("{name} {parameters:?} of {dtype}, {} unknowns, {size} data, {summation:?} sums", method.model().size())
    }

    fn is_of_this_problem(&self, record: &Record, what: &str) -> Result<()> {
        let problem = self.problem();
        if record.problem != problem {
            return Err(Error::expected(ErrorKind::Parameter, what, problem, &record.problem));
        }
        if record.first != self.first {
            let numbers =
                |bits: &[u64]| format!("{:?}", bits.iter().map(|&bits| f64::from_bits(bits)).collect::<Vec<_>>());
            let expected =
                format!("the operator, data and first model of this solve, with {} at first", numbers(&self.first));
            return Err(Error::expected(ErrorKind::Parameter, what, expected, numbers(&record.first)));
        }
        Ok(())
    }

    /// Tells of a checkpoint that could not be written; on the first rank, once, in words.
    fn goes_on_unsaved(&mut self, error: Error) {
        if self.unsaved.is_none() && self.method.model().comm().rank() == 0 {
            eprintln!(
                "{} goes on without a checkpoint of iteration {}: {error}",
                self.method.name(),
                self.iterations()
            );
        }
        self.unsaved = Some(error);
    }

    /// Saves, where it is time or a rank asked for it.
    pub(in crate::solvers) fn save_if_asked(&mut self) -> Result<()> {
        let (iteration, has_ended) = (self.iterations(), self.reason.is_some());
        let Some(saves) = &mut self.run.saves else { return Ok(()) };
        let [asked, ends] = saves.asked.take();
        let is_due = saves.checkpoint.every.is_some_and(|every| iteration.is_multiple_of(every));
        if has_ended || !(asked || is_due) {
            return Ok(());
        }
        saves.last = Instant::now();
        let generations = saves.generations.clone();
        let (problem, first, series) = (self.problem(), self.first.clone(), self.series.bits());
        let state = self.state();
        let numbers = state.numbers.iter().map(|(name, number)| (name.to_string(), Bits::get(&**number))).collect();
        let record = Record { problem, first, numbers, checksums: Vec::new(), series };
        match generations.save(iteration, state, record) {
            // The next one may be written, and the solve is worth more than the file.
            Err(error) if error.kind() == ErrorKind::Io && !ends => self.goes_on_unsaved(error),
            saved => saved?,
        }
        if ends {
            self.reason = Some(Reason::Signal);
        }
        Ok(())
    }
}
