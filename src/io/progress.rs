//! A bar for long transfers, on rank 0's terminal.

use crate::comm::Comm;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// Transfers that take less show nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Bytes between two looks at the clock.
const STEP: u64 = 1 << 20;

/// How far rank 0 has come with its part of a file; idle on other ranks. A bar appears after a second, if
/// stderr is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    words: Option<String>,
    bar: Option<ProgressBar>,
    begun: Instant,
    total: u64,
    done: u64,
    /// What has come since the bar was last moved.
    lately: u64,
}

impl Progress {
    /// Of `total` bytes of this rank's part; `words` stand before the bar.
    pub(super) fn new(comm: &Comm, words: &str, total: u64) -> Self {
        let words = (comm.rank() == 0).then(|| words.to_owned());
        Self { words, bar: None, begun: Instant::now(), total, done: 0, lately: 0 }
    }

    pub(super) fn add(&mut self, bytes: usize) {
        self.lately += bytes as u64;
        if self.lately < STEP {
            return;
        }
        self.done += std::mem::take(&mut self.lately);
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.begun.elapsed() > PATIENCE
            && let Some(words) = self.words.take()
        {
            let bar = ProgressBar::new(self.total); // draws to stderr, and nothing where that is no terminal
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:40} {bytes}/{total_bytes} {eta} left") {
                bar.set_style(style);
            }
            bar.set_prefix(words);
            self.bar = Some(bar);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
