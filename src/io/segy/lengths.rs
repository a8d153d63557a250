//! How long the traces of a file are.
//!
//! Three witnesses speak of it, and each may be wrong: the binary header (two fields of it in revision 2), the
//! trace headers, whose count of two bytes writers cut off or leave 0, and the length of the file, which must be that
//! of whole traces. A number is taken if the file has its length, and if what trace headers say at the places where
//! it puts them, some of which are looked at, bears it out.

use super::super::positioned::read_exact_at;
use super::TRACE_HEADER;
use super::headers::Binary;
use std::fs::File;
use std::io;

/// No more trace headers than this are followed one by one.
const MOST_STEPS: u64 = 1 << 20;

/// The body of a file: what lies between its headers and its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'a> {
    pub(super) file: &'a File,
    pub(super) binary: Binary<'a>,
    pub(super) start: u64,
    /// The length of the file.
    pub(super) length: u64,
    /// Bytes of a sample.
    pub(super) size: u64,
}

/// Traces of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traces {
    pub(super) count: u64,
    pub(super) samples: usize,
    /// Whether no trace header that was looked at contradicts.
    pub(super) is_sure: bool,
}

/// Why there are none, in words: what was expected and what was found.
pub(super) type Refusal = (String, String);

/// What trace headers that were looked at say of a number.
#[derive(Clone, Debug, Default)]
struct Votes {
    /// Those that say something.
    said: Vec<u16>,
    agree: usize,
}

impl Votes {
    fn disagree(&self) -> usize {
        self.said.len() - self.agree
    }

    fn are_alike(&self) -> bool {
        self.said.len() > 1 && self.said.windows(2).all(|pair| pair[0] == pair[1])
    }
}

impl Body<'_> {
    /// Bytes of the headers of a trace.
    pub(super) fn trace_header(&self) -> u64 {
        (TRACE_HEADER * (1 + self.binary.more_headers())) as u64
    }

    /// Bytes of a trace of so many samples.
    pub(super) fn each(&self, samples: usize) -> u64 {
        self.trace_header() + samples as u64 * self.size
    }

    /// Traces that have the length that the user says.
    pub(super) fn told(&self, samples: usize) -> Result<Traces, Refusal> {
        self.fitting(samples).ok_or_else(|| self.misfit(samples))
    }

    /// Traces of the length that the witnesses agree on.
    pub(super) fn traces(&self) -> io::Result<Result<Traces, Refusal>> {
        let (is_new, more) = (self.binary.revision() >= 2, self.binary.more_samples());
        let from_header = [if is_new { more } else { 0 }, self.binary.samples()];
        let mut doubts = None;
        for traces in from_header.into_iter().filter_map(|samples| self.fitting(samples)) {
            let votes = self.votes(traces)?;
            if votes.disagree() == 0 {
                return Ok(Ok(Traces { is_sure: true, ..traces }));
            }
            doubts = doubts.or(Some((traces, votes)));
        }
        let from_first = if self.length > self.start { self.count_at(self.start)? } else { 0 };
        for traces in [from_first.into(), more].into_iter().filter_map(|samples| self.fitting(samples)) {
            let votes = self.votes(traces)?;
            if votes.disagree() == 0 && votes.agree > 0 {
                return Ok(Ok(Traces { is_sure: true, ..traces }));
            }
        }
        let Some((traces, votes)) = doubts else {
            let known = from_header.into_iter().chain([from_first.into()]).find(|&samples| samples > 0);
            return Ok(Err(known.map_or_else(
                || ("a number of samples of each trace".into(), "none, in no header".into()),
                |samples| self.misfit(samples),
            )));
        };
        if let Some((one, other)) = self.uneven()? {
            return Ok(Err(("traces of one length".into(), format!("{one} samples, and {other}"))));
        }
        // The header and the length of the file agree: some trace headers, or one that all were copied from, are wrong.
        if votes.agree + 1 > votes.disagree() || votes.are_alike() || traces.count == 1 {
            return Ok(Ok(traces));
        }
        let expected = format!("traces of {} samples each", traces.samples);
        Ok(Err((expected, format!("{:?} in trace headers", votes.said))))
    }

    /// Whole traces of so many samples, if the file is as long as some number of them.
    fn fitting(&self, samples: usize) -> Option<Traces> {
        if samples == 0 || samples > i32::MAX as usize {
            return None;
        }
        let (each, trailers) = (self.each(samples), self.binary.trailers());
        let bytes = self.length.checked_sub(self.start)?;
        let said = self.binary.traces_and_start().0.filter(|said| said.checked_mul(each).is_some_and(|n| n <= bytes));
        let count = match (said, bytes.checked_sub(3200 * u64::from(trailers.max(0).unsigned_abs()))) {
            (Some(said), _) if trailers < 0 => said,
            (_, Some(bytes)) if bytes % each == 0 => bytes / each,
            _ => return None,
        };
        Some(Traces { count, samples, is_sure: false })
    }

    fn misfit(&self, samples: usize) -> Refusal {
        let expected = format!("{} bytes and whole traces of {}", self.start, self.each(samples));
        (expected, format!("{} bytes", self.length))
    }

    /// What the headers of some traces say, the first and the last among them.
    fn votes(&self, traces: Traces) -> io::Result<Votes> {
        let n = traces.count;
        let mut some = vec![0, 1, 2, n / 2, n / 2 + 1, n.saturating_sub(2), n.saturating_sub(1)];
        some.retain(|&trace| trace < n);
        some.sort_unstable();
        some.dedup();
        let mut votes = Votes::default();
        for trace in some {
            let count = self.count_at(self.start + trace * self.each(traces.samples))?;
            if count != 0 {
                votes.said.push(count);
                votes.agree += usize::from(says(count, traces.samples));
            }
        }
        Ok(votes)
    }

    /// Two lengths, if following each trace's own count leads to the end of the file exactly.
    fn uneven(&self) -> io::Result<Option<(u16, u16)>> {
        let (mut at, mut first, mut other) = (self.start, None, None);
        for _ in 0..MOST_STEPS {
            if at >= self.length {
                return Ok(first.zip(other).filter(|_| at == self.length));
            }
            if self.length - at < self.trace_header() {
                return Ok(None);
            }
            let count = self.count_at(at)?;
            if count == 0 {
                return Ok(None);
            }
            if first.get_or_insert(count) != &count {
                other = Some(count);
            }
            at += self.each(count.into());
        }
        Ok(None)
    }

    /// The number of samples in the trace header at this place.
    fn count_at(&self, at: u64) -> io::Result<u16> {
        self.field(at, 114)
    }

    /// Microseconds from sample to sample by the first trace header.
    pub(super) fn interval(&self) -> io::Result<u16> {
        self.field(self.start, 116)
    }

    fn field(&self, at: u64, offset: u64) -> io::Result<u16> {
        let mut bytes = [0; 2];
        read_exact_at(self.file, &mut bytes, at + offset)?;
        Ok(if self.binary.big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }
}

/// Whether a count of two bytes stands for so many samples: itself, cut to its lower bits, or to the most that there
/// is with a sign or without.
fn says(count: u16, samples: usize) -> bool {
    let most = usize::from(count);
    count == samples as u16 || samples > most && matches!(count, 0x7fff | 0xffff)
}

#[cfg(test)]
mod tests {
    use super::says;

    #[test]
    fn counts_that_are_cut() {
        assert!(says(25, 25) && says(40_000, 40_000) && says(32_767, 40_000) && says(32_767, 32_767));
        assert!(says(65_535, 70_000) && says(70_000_u32 as u16, 70_000) && says(32_767, 70_000));
        assert!(!says(24, 25) && !says(32_767, 32_766) && !says(65_535, 40_000) && !says(32_768, 40_000));
    }
}
