//! The embedded engine: ranks as threads of this process.
//!
//! All ranks share one [`World`], whose single lock guards who is running, who waits for what, and
//! what is under way; so misuse and deadlocks are seen exactly, without a timer. A job that is over
//! before its time unwinds every rank at its next verb, or in the one it waits in.

mod channel;
mod collective;
mod group;
mod mailbox;
mod member;
mod panics;
mod post;
mod world;

use super::Comm;
use super::last_words::{self, UnderWay};
use super::solo::Solo;
use crate::error::{Error, ErrorKind, Result};
use member::Member;
use panics::Ended;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use world::{Outcome, World};

/// How long ranks that do not communicate may go on computing after the job has failed.
const GRACE: Duration = Duration::from_secs(1);

/// A rank's stack, as large as a main thread's; memory is only taken as it is used.
const STACK: usize = 8 << 20;

pub(super) fn run<T: Send>(ranks: usize, program: impl Fn(&Comm) -> Result<T> + Sync) -> Result<T> {
    let _job = UnderWay::begin();
    if ranks == 1 {
        return alone(program);
    }
    let world = Arc::new(World::new(ranks));
    let result = Mutex::new(None);
    thread::scope(|scope| {
        for rank in 0..ranks {
            let (rank_world, program, result) = (world.clone(), &program, &result);
            let body = move || one_rank(&rank_world, rank, program, result);
            let builder = thread::Builder::new().name(format!("rank {rank}")).stack_size(STACK);
            if let Err(error) = builder.spawn_scoped(scope, body) {
                world.not_started(rank, Error::new(ErrorKind::Job, format!("rank {rank} cannot start: {error}")));
                break;
            }
        }
        if let Err(unstoppable) = world.wait_for_end(GRACE) {
            // Ranks that compute and never communicate cannot be unwound; the job must end all the same.
            eprintln!("Error: {unstoppable}");
            crate::comm::leftovers::remove();
            last_words::exit();
        }
    });
    world.verdict()?;
    let value = result.into_inner().unwrap_or_else(PoisonError::into_inner);
    value.ok_or_else(|| Error::new(ErrorKind::Job, "rank 0 ended without a result"))
}

fn alone<T>(program: impl Fn(&Comm) -> Result<T>) -> Result<T> {
    let before = last_words::set_rank(0);
    let ended = panics::catch(|| program(&Comm::new(Box::new(Solo), Rc::default())));
    last_words::set_rank(before);
    match ended {
        Ok(result) => result,
        Err(Ended::Panic(words)) => Err(Error::new(ErrorKind::Job, format!("panicked: {words}"))),
        // A job inside a rank of another job: that one is over, and its rank must go on unwinding.
        Err(Ended::JobOver) => panics::unwind(),
    }
}

fn one_rank<T>(world: &Arc<World>, rank: usize, program: impl Fn(&Comm) -> Result<T>, result: &Mutex<Option<T>>) {
    world.enrol(rank);
    last_words::set_rank(rank);
    let ended = panics::catch(|| {
        let comm = Comm::new(Box::new(Member::of_world(world, rank)), Rc::default());
        program(&comm)
    });
    let outcome = match ended {
        Ok(Ok(value)) => {
            if rank == 0 {
                *result.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            }
            Outcome::Returned
        }
        Ok(Err(error)) => Outcome::Failed(error),
        Err(Ended::Panic(words)) => Outcome::Panicked(words),
        Err(Ended::JobOver) => Outcome::Unwound,
    };
    world.end(rank, outcome);
}
