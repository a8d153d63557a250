//! Panics of ranks: caught, with the place they came from, and the silent one that ends a rank.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Once;
use std::thread;

/// Why a rank's program did not return.
pub(super) enum Ended {
    /// A panic of its own: message and place.
    Panic(String),
    /// [`unwind`] was called.
    JobOver,
}

/// The payload of [`unwind`].
struct JobOver;

thread_local! {
    static ON_RANK: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Unwinds this rank without a word, since the job is over.
pub(super) fn unwind() -> ! {
    resume_unwind(Box::new(JobOver))
}

/// Runs a rank's program to its end, whatever that is.
pub(super) fn catch<T>(program: impl FnOnce() -> T) -> Result<T, Ended> {
    install_hook();
    let outer = ON_RANK.replace(true);
    let ended = catch_unwind(AssertUnwindSafe(program));
    ON_RANK.set(outer);
    ended.map_err(|payload| {
        if payload.is::<JobOver>() {
            return Ended::JobOver;
        }
        let place = PLACE.take();
        let words = words(&*payload);
        // A payload may panic when it is dropped; nothing of a dead rank is worth that.
        std::mem::forget(payload);
        Ended::Panic(if place.is_empty() { words } else { format!("{words} ({place})") })
    })
}

fn words(payload: &(dyn Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(words), _) => (*words).to_owned(),
        (_, Some(words)) => words.clone(),
        _ => "with a value that is no text".to_owned(),
    }
}

/// On ranks the hook notes the place, and prints only where a backtrace is asked for: the message
/// comes back as the job's error, once. Other threads' panics go to the hook that was there before.
fn install_hook() {
    static INSTALLED: Once = Once::new();
    if thread::panicking() {
        return; // `take_hook` may not be called then
    }
    INSTALLED.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            if !ON_RANK.try_with(Cell::get).unwrap_or(false) {
                return before(info);
            }
            let place = info.location().map_or_else(String::new, ToString::to_string);
            let _ = PLACE.try_with(|slot| slot.try_borrow_mut().map(|mut slot| *slot = place));
            if std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0") {
                before(info);
            }
        }));
    });
}
