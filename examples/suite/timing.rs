//! Samples, and the JSON lines they become.

use crate::Suite;
use lops::numbers::DType;
use lops::prelude::*;
use serde_json::{Value, json};
use std::time::Instant;

/// Fewer samples, but three at least, where all of them would take longer than this.
const BUDGET: f64 = 60.0;

/// The largest of all ranks' values.
pub(crate) fn largest(comm: &Comm, value: f64) -> f64 {
    let mut most = [value];
    comm.all_reduce(&mut most, Reduction::Max);
    most[0]
}

/// Seconds of one call, on this rank.
pub(crate) fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Seconds per call: samples that begin together, each that of the slowest rank. Two calls go before.
pub(crate) fn samples(suite: &Suite<'_>, mut work: impl FnMut()) -> Vec<f64> {
    let (comm, reps) = (suite.comm, suite.arguments.reps);
    work();
    comm.barrier();
    let once = largest(comm, seconds(&mut work)).max(1e-9);
    let inner = (suite.arguments.min_time / once).ceil().max(1.0);
    let affordable = (BUDGET / (once * inner)).max(3.0) as usize;
    let sample = |_| {
        comm.barrier();
        let all = seconds(|| (0..inner as usize).for_each(|_| work()));
        largest(comm, all / inner)
    };
    (0..reps.clamp(1, affordable)).map(sample).collect()
}

/// One line: what was measured, and on how much work.
pub(crate) struct Line<'a> {
    pub(crate) case: &'a str,
    pub(crate) shape: &'a [usize],
    pub(crate) unit: &'a str,
    /// The scalar of the model.
    pub(crate) dtype: DType,
    /// Of the whole problem, per operation; 0 where it makes no sense.
    pub(crate) bytes: usize,
    /// Of the whole problem, per operation; 0 where it is not counted.
    pub(crate) flops: usize,
    pub(crate) checksum: Value,
    /// More fields.
    pub(crate) more: Value,
}

impl<'a> Line<'a> {
    pub(crate) fn new(case: &'a str, shape: &'a [usize], checksum: Value) -> Self {
        Self { case, shape, unit: "s/op", dtype: DType::F64, bytes: 0, flops: 0, checksum, more: Value::Null }
    }

    /// Bytes and operations of one call.
    pub(crate) fn work(mut self, bytes: usize, flops: usize) -> Self {
        (self.bytes, self.flops) = (bytes, flops);
        self
    }

    pub(crate) fn unit(mut self, unit: &'a str) -> Self {
        self.unit = unit;
        self
    }

    pub(crate) fn dtype(mut self, dtype: DType) -> Self {
        self.dtype = dtype;
        self
    }

    pub(crate) fn more(mut self, more: Value) -> Self {
        self.more = more;
        self
    }

    /// Prints it on rank 0. All ranks call.
    pub(crate) fn print(self, comm: &Comm, mut samples: Vec<f64>) {
        let resident = comm.all_gather(&[peak_resident_mb()]);
        if comm.rank() > 0 {
            return;
        }
        let median = median(&mut samples);
        let mut line = json!({
            "case": self.case, "peer": "lops", "np": comm.size(), "engine": comm.engine_name(),
            "shape": self.shape, "dtype": self.dtype.to_string(), "unit": self.unit,
            "seconds": median, "min": samples.first(), "max": samples.last(), "samples": samples.len(),
            "result_checksum": self.checksum, "peak_rss_mb": resident,
        });
        let fields = line.as_object_mut().into_iter();
        for fields in fields {
            for (name, rate, amount) in [("bytes", "GB/s", self.bytes), ("flops", "GFLOP/s", self.flops)] {
                if amount > 0 {
                    fields.insert(name.into(), json!(amount));
                    fields.insert(rate.into(), json!(amount as f64 / median / 1e9));
                }
            }
            fields.extend(self.more.as_object().cloned().unwrap_or_default());
        }
        println!("{line}");
    }
}

/// The median; sorts.
pub(crate) fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    let (low, high) = (samples[(samples.len() - 1) / 2], samples[samples.len() / 2]);
    f64::midpoint(low, high)
}

/// The most memory this process has held, where the system says so.
fn peak_resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    (kilobytes.unwrap_or(0.0) / 102.4).round() / 10.0
}
