//! Are all ranks in the same call?

use super::super::engine::Call;
use super::group::Group;
use super::job::test;
use super::wait;
use mpi::ffi;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Bytes of a call's description, cut or filled up with zeros.
const WORDS: usize = 512;

impl Group {
    /// Waits until every rank of the group has come to this call, told the same; ends the job if one is in another.
    pub(super) fn meet(&self, call: &Call, told: Option<&str>, number: u64) {
        let mut hasher = DefaultHasher::new();
        call.hash(&mut hasher);
        told.hash(&mut hasher);
        let hash = hasher.finish();
        let mut extrema = [hash, !hash];
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        // SAFETY: `extrema` lives until the request is complete.
        let code = unsafe {
            let (max, word) = (ffi::RSMPI_MAX, ffi::RSMPI_UINT64_T);
            ffi::MPI_Iallreduce(
                self.job.in_place,
                extrema.as_mut_ptr().cast(),
                2,
                word,
                max,
                self.comm,
                &raw mut request,
            )
        };
        wait::must(code, "MPI_Iallreduce");
        self.wait_for(&mut request, call, number);
        if extrema != [hash, !hash] {
            self.name_the_calls(call, told, number);
        }
    }

    /// The ranks know that they differ: each says what it does, and the first difference is named.
    fn name_the_calls(&self, call: &Call, told: Option<&str>, number: u64) -> ! {
        let mut mine = [0u8; WORDS];
        let words = told.map_or_else(|| call.to_string(), ToOwned::to_owned);
        let length = words.len().min(WORDS);
        mine[..length].copy_from_slice(&words.as_bytes()[..length]);
        let mut all = vec![0u8; WORDS * self.members.len()];
        let mut request = unsafe { ffi::RSMPI_REQUEST_NULL };
        // SAFETY: both buffers live until the request is complete; `all` has room for all ranks.
        let code = unsafe {
            let (byte, n) = (ffi::RSMPI_UINT8_T, WORDS as i32);
            let (from, to) = (mine.as_ptr().cast(), all.as_mut_ptr().cast());
            ffi::MPI_Iallgather(from, n, byte, to, n, byte, self.comm, &raw mut request)
        };
        wait::must(code, "MPI_Iallgather");
        self.job.wait(|| test(&mut request, "MPI_Iallgather"), || self.describe(call, number));
        let words: Vec<_> = all.chunks_exact(WORDS).map(|words| String::from_utf8_lossy(words)).collect();
        let words: Vec<_> = words.iter().map(|words| words.trim_end_matches('\0')).collect();
        let other = words.iter().position(|other| *other != words[0]).unwrap_or(0);
        wait::end_job_with(&format!(
            "lops: ranks are in different collectives: rank {} in {}, rank {} in {}",
            self.members[0], words[0], self.members[other], words[other]
        ))
    }
}
