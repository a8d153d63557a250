//! Work that may crash the process, in a process of its own.

use crate::error::{Error, ErrorKind, Result};
use hdf5::sync::sync;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// No more words than this come back.
const MOST_WORDS: u64 = 4096;

/// Calls `act` in a copy of this process, which lives no longer than so many seconds. `Ok` if it comes to its end and
/// says `Ok`.
///
/// The copy has this thread only. No other can be inside the HDF5 library then, as the library's lock is held, nor in
/// the allocator, which the C library sees to. It leaves without any clean-up: open files are this process's.
pub(super) fn in_child(what: &str, seconds: u32, act: impl FnOnce() -> Result<()>) -> Result<()> {
    let io_error = |e: io::Error| Error::expected(ErrorKind::Io, what, "a process to look at it in", e);
    let mut ends = [0; 2];
    // SAFETY: there is room for two numbers.
    if unsafe { libc::pipe(ends.as_mut_ptr()) } != 0 {
        return Err(io_error(io::Error::last_os_error()));
    }
    // SAFETY: both are open, and owned from here on.
    let (mut from, mut to) = unsafe { (File::from_raw_fd(ends[0]), File::from_raw_fd(ends[1])) };
    // SAFETY: see above; the copy runs `act` and leaves.
    let child = sync(|| unsafe { libc::fork() });
    if child == 0 {
        // SAFETY: plain settings of the copy: no image of its memory, no handlers of ours, and an end.
        unsafe {
            libc::setrlimit(libc::RLIMIT_CORE, &libc::rlimit { rlim_cur: 0, rlim_max: 0 });
            for signal in [libc::SIGSEGV, libc::SIGBUS, libc::SIGABRT, libc::SIGALRM] {
                libc::signal(signal, libc::SIG_DFL);
            }
            libc::alarm(seconds);
        }
        let outcome = catch_unwind(AssertUnwindSafe(act));
        let (code, words) = match outcome {
            Ok(Ok(())) => (0, String::new()),
            Ok(Err(error)) => (1 + error.kind().code() as i32, error.message().to_owned()),
            Err(_) => (100, String::new()),
        };
        let _ = to.write_all(words.as_bytes());
        // SAFETY: nothing of this process is touched on the way out.
        unsafe { libc::_exit(code) }
    }
    drop(to);
    if child < 0 {
        return Err(io_error(io::Error::last_os_error()));
    }
    let mut words = String::new();
    let _ = (&mut from).take(MOST_WORDS).read_to_string(&mut words);
    drop(from);
    let mut status = 0;
    // SAFETY: the child is ours, and there is room for its status.
    while unsafe { libc::waitpid(child, &raw mut status, 0) } < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(io_error(error));
        }
    }
    let found = if libc::WIFEXITED(status) {
        match libc::WEXITSTATUS(status) {
            0 => return Ok(()),
            code @ 1..100 => return Err(Error::new(ErrorKind::from_code(u64::from(code.unsigned_abs()) - 1), words)),
            _ => "one at which a program panics".into(),
        }
    } else if libc::WTERMSIG(status) == libc::SIGALRM {
        format!("one that takes more than {seconds} s to look at")
    } else {
        format!("one that crashes the HDF5 library (signal {})", libc::WTERMSIG(status))
    };
    Err(Error::expected(ErrorKind::Format, what, "a sound HDF5 file", found))
}
