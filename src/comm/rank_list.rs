//! Ranks in words.

use std::fmt;

/// `rank 3`, `ranks 0, 1`, `ranks 0, 1, 2, 3 and 5 more`.
pub(super) struct RankList<'a>(pub(super) &'a [usize]);

impl fmt::Display for RankList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMED: usize = 4;
        let named: Vec<_> = self.0.iter().take(NAMED).map(ToString::to_string).collect();
        write!(f, "rank{} {}", if self.0.len() == 1 { "" } else { "s" }, named.join(", "))?;
        if self.0.len() > NAMED {
            write!(f, " and {} more", self.0.len() - NAMED)?;
        }
        Ok(())
    }
}
