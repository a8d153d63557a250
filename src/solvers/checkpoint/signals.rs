//! Signals that ask for a checkpoint.

use crate::error::Result;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

/// Whether a signal came that no rank of this process has taken yet: SIGUSR1, SIGTERM.
static CAME: LazyLock<[Arc<AtomicBool>; 2]> = LazyLock::new(Default::default);

/// Takes the signals that came: to save, to end. One rank of a process takes them, and tells all others.
pub(in crate::solvers) fn take() -> [bool; 2] {
    let [save, end] = &*CAME;
    [save, end].map(|came| came.load(Ordering::Relaxed) && came.swap(false, Ordering::Relaxed))
}

/// From now on signals are noted, and do not end the process.
///
/// # Errors
/// Those of the system.
pub(super) fn listen() -> Result<()> {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGTERM, SIGUSR1};
        use std::sync::OnceLock;

        static LISTENS: OnceLock<std::result::Result<(), String>> = OnceLock::new();
        let listens = LISTENS.get_or_init(|| {
            for (signal, came) in [SIGUSR1, SIGTERM].into_iter().zip(&*CAME) {
                signal_hook::flag::register(signal, Arc::clone(came)).map_err(|error| error.to_string())?;
            }
            Ok(())
        });
        listens.clone().map_err(crate::error::Error::other)?;
    }
    Ok(())
}
