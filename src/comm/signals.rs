//! Signals that would end the process where a call can fail instead.

/// Lets writes beyond the limit of file sizes fail (`EFBIG`) where they would end the process by `SIGXFSZ`. A handler
/// that the program has set stays.
pub(crate) fn let_large_writes_fail() {
    #[cfg(unix)]
    {
        static ONCE: std::sync::Once = std::sync::Once::new();
        ONCE.call_once(|| {
            let mut known = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
            // SAFETY: the first call writes what is set now, and the second sets what needs no handler of ours.
            unsafe {
                let asked = libc::sigaction(libc::SIGXFSZ, std::ptr::null(), known.as_mut_ptr());
                if asked == 0 && known.assume_init().sa_sigaction == libc::SIG_DFL {
                    libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
                }
            }
        });
    }
}
