//! A word with the rank where a process ends without unwinding: `exit` inside a job, or an abort, as when memory or the
//! stack runs out.
//!
//! `exit(0)` on one rank would take all threads with it and say that all went well. The words of an abort come from the
//! system or from Rust's library, which know no ranks.

use std::cell::Cell;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Jobs under way in this process.
static JOBS: AtomicUsize = AtomicUsize::new(0);

const NOBODY: usize = usize::MAX;

thread_local! {
    /// The rank whose program this thread runs.
    static RANK: Cell<usize> = const { Cell::new(NOBODY) };
}

/// Makes the system call here when the process ends. Before MPI starts, which leaves alone the signals that have a
/// handler.
pub(super) fn prepare() {
    static ONCE: Once = Once::new();
    ONCE.call_once(system::install);
}

/// A job that is under way in this process, while it lives.
pub(super) struct UnderWay(());

impl UnderWay {
    pub(super) fn begin() -> Self {
        prepare();
        JOBS.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let _ = JOBS.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |jobs| jobs.checked_sub(1));
    }
}

/// This thread runs the program of a rank from now on; of which one it ran before.
pub(super) fn set_rank(rank: usize) -> usize {
    RANK.replace(rank)
}

/// Ends the process after words have been said.
pub(super) fn exit() -> ! {
    all_is_said();
    std::process::exit(1)
}

/// What comes needs no words of this module.
pub(super) fn all_is_said() {
    JOBS.store(0, Ordering::SeqCst);
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod system {
    use super::{JOBS, NOBODY, Ordering, RANK};
    use std::os::raw::{c_int, c_void};

    unsafe extern "C" {
        /// glibc: `handler` is called by `exit`, with its argument.
        fn on_exit(handler: extern "C" fn(c_int, *mut c_void), argument: *mut c_void) -> c_int;
    }

    pub(super) fn install() {
        // SAFETY: both handlers are of the right type and do only what they may, see there; a handler that the program
        // has set stays.
        unsafe {
            on_exit(at_exit, std::ptr::null_mut());
            let mut known = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
            let asked = libc::sigaction(libc::SIGABRT, std::ptr::null(), known.as_mut_ptr());
            if asked == 0 && known.assume_init().sa_sigaction == libc::SIG_DFL {
                libc::signal(libc::SIGABRT, at_abort as extern "C" fn(c_int) as libc::sighandler_t);
            }
        }
    }

    /// In `exit`, which has run the program's own handlers: a job under way ends with an error.
    extern "C" fn at_exit(status: c_int, _: *mut c_void) {
        if JOBS.load(Ordering::SeqCst) == 0 {
            return;
        }
        say(
            b"called `exit` inside a job: a program ends its part by returning from `launch`'s closure, with Ok or Err",
        );
        crate::comm::leftovers::remove();
        // SAFETY: ends the process here; `exit` again would not be allowed.
        unsafe { libc::_exit(if status == 0 { 1 } else { status }) }
    }

    /// In a signal handler: nothing is allocated, locked or unwound. When it returns, `abort` ends the process.
    extern "C" fn at_abort(_: c_int) {
        if JOBS.load(Ordering::SeqCst) > 0 {
            say(b"aborts (the line above says why, if the system told)");
        }
    }

    /// `lops: rank 3: …`, in one write.
    fn say(words: &[u8]) {
        let mut line = [0u8; 192];
        let mut at = 0;
        let mut put = |bytes: &[u8]| {
            let n = bytes.len().min(line.len() - at);
            line[at..at + n].copy_from_slice(&bytes[..n]);
            at += n;
        };
        put(b"lops: ");
        let rank = RANK.try_with(std::cell::Cell::get).unwrap_or(NOBODY);
        if rank != NOBODY {
            let (mut digits, mut first, mut rest) = ([0u8; 20], 20, rank);
            while first == 20 || rest > 0 {
                first -= 1;
                digits[first] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            put(b"rank ");
            put(&digits[first..]);
            put(b": ");
        }
        put(words);
        put(b"\n");
        // SAFETY: the first `at` bytes of the line.
        let _ = unsafe { libc::write(2, line.as_ptr().cast(), at) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod system {
    pub(super) fn install() {}
}
