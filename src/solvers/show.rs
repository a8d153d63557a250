//! What a user sees of a running solver, on rank 0 and on request: a bar, a log.

use super::{Log, Options, Tolerance};
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// A solver's display; idle on all ranks but rank 0 and where nothing was asked for.
pub(super) struct Show {
    bar: Option<ProgressBar>,
    log: Option<Log>,
    iterations: usize,
    two_norms: bool,
}

impl Show {
    /// Begins the display: the header in the form of PyLops's solvers.
    pub(super) fn begin(name: &'static str, shape: (usize, usize), rank: usize, options: &Options) -> Self {
        let two_norms = name != "CG";
        let bar = (options.progress && rank == 0).then(|| {
            let bar = ProgressBar::new(options.iterations as u64);
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} {msg} {eta} left") {
                bar.set_style(style);
            }
            bar.set_prefix(name);
            bar
        });
        let show = Self { bar, log: options.log.filter(|_| rank == 0), iterations: options.iterations, two_norms };
        if show.log.is_some() {
            let tolerance = match options.tolerance {
                Tolerance::Relative(tolerance) => format!("rtol = {}", exponential(tolerance, 6)),
                Tolerance::AbsoluteSquared(tolerance) => format!("tol = {}", exponential(tolerance, 6)),
            };
            let damp = if two_norms { format!("damp = {}\t", exponential(options.damp, 6)) } else { String::new() };
            println!("{name}\n{}", show.rule());
            println!("The Operator Op has {} rows and {} cols", shape.0, shape.1);
            println!("{damp}{tolerance}\tniter = {}\n{}", options.iterations, show.rule());
            let columns = if two_norms { "r1norm        r2norm" } else { "r2norm" };
            println!("    Itn           x[0]              {columns}");
        }
        show
    }

    pub(super) fn iteration(&self, iteration: usize, x: Option<f64>, cost: f64, damped: f64) {
        if let Some(bar) = &self.bar {
            bar.set_position(iteration as u64);
            bar.set_message(format!("residual {cost:.4e}"));
        }
        if let Some(Log { first, last, every }) = self.log
            && (iteration < first || iteration + last > self.iterations || iteration.is_multiple_of(every))
        {
            let x = x.map_or_else(|| "          -".into(), |x| exponential(x, 4));
            let cost = exponential(cost, 4);
            if self.two_norms {
                println!("{iteration:6}       {x:>11}        {cost:>11}    {:>11}", exponential(damped, 4));
            } else {
                println!("{iteration:6}        {x:>11}        {cost:>11}");
            }
        }
    }

    pub(super) fn end(&self, iterations: usize, time: Duration) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.log.is_some() {
            let seconds = time.as_secs_f64();
            println!("\nIterations = {iterations}        Total time (s) = {seconds:.2}\n{}\n", self.rule());
        }
    }

    fn rule(&self) -> String {
        "-".repeat(if self.two_norms { 65 } else { 55 })
    }
}

/// A number as C's `%e` prints it: a sign and two digits in the exponent at least.
fn exponential(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$e}");
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |size| ('-', size));
            format!("{mantissa}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::exponential;

    #[test]
    fn numbers_print_as_in_c() {
        assert_eq!(exponential(1234.5, 4), "1.2345e+03");
        assert_eq!(exponential(-0.00012, 2), "-1.20e-04");
        assert_eq!(exponential(0.0, 4), "0.0000e+00");
        assert_eq!(exponential(1e-200, 1), "1.0e-200");
        assert_eq!(exponential(f64::NAN, 4), "NaN");
    }
}
