//! What a user sees of a running solver, on rank 0 and on request: a bar, a log in the form of PyLops's solvers.

use super::{Log, Measures, Options, Tolerance};
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// What is told of a method.
pub(super) struct Told {
    pub(super) name: &'static str,
    /// Of the data, of the model.
    pub(super) shape: (usize, usize),
    pub(super) parameters: Vec<(&'static str, f64)>,
    /// Of the log: a heading, and the name of a measure.
    pub(super) columns: Vec<(&'static str, &'static str)>,
}

/// A solver's display; idle on all ranks but rank 0 and where nothing was asked for.
pub(super) struct Show {
    bar: Option<ProgressBar>,
    log: Option<Log>,
    iterations: usize,
    columns: Vec<(&'static str, &'static str)>,
}

impl Show {
    /// Begins the display, on the first rank, with the log's head.
    pub(super) fn begin(told: Told, first: bool, options: &Options) -> Self {
        let bar = (options.progress && first).then(|| {
            let bar = ProgressBar::new(options.iterations as u64);
            if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} {msg} {eta} left") {
                bar.set_style(style);
            }
            bar.set_prefix(told.name);
            bar
        });
        let log = options.log.filter(|_| first);
        let show = Self { bar, log, iterations: options.iterations, columns: told.columns };
        if show.log.is_some() {
            println!("{}", show.head(told.name, told.shape, &told.parameters, options));
        }
        show
    }

    pub(super) fn iteration(&self, iteration: usize, x: Option<f64>, measures: &Measures) {
        if let Some(bar) = &self.bar {
            bar.set_position(iteration as u64);
            if let Some((name, value)) = self.columns.first().and_then(|&(_, name)| Some((name, measures.get(name)?))) {
                bar.set_message(format!("{name} {value:.4e}"));
            }
        }
        if let Some(Log { first, last, every }) = self.log
            && (iteration < first
                || iteration.saturating_add(last) > self.iterations
                || iteration.is_multiple_of(every))
        {
            println!("{}", self.line(iteration, x, measures));
        }
    }

    /// With the mismatch of an adjoint, where one was found.
    pub(super) fn end(&self, iterations: usize, time: Duration, mismatch: Option<f64>) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if self.log.is_some() {
            println!("{}", self.foot(iterations, time));
            if let Some(mismatch) = mismatch.filter(|&mismatch| mismatch > 0.0) {
                println!("the adjoint is off by {mismatch:.1e}: see `Operator::check`");
            }
        }
    }

    fn head(&self, name: &str, shape: (usize, usize), parameters: &[(&str, f64)], options: &Options) -> String {
        let tolerance = match options.tolerance {
            Tolerance::None => ("tol", 0.0),
            Tolerance::Relative(tolerance) => ("rtol", tolerance),
            Tolerance::OfData(tolerance) => ("btol", tolerance),
            Tolerance::AbsoluteSquared(tolerance) => ("tol", tolerance),
        };
        let told = parameters.iter().chain([&tolerance]);
        let told: Vec<_> = told.map(|(name, value)| format!("{name} = {}\t", exponential(*value, 6))).collect();
        let headings: Vec<_> = self.columns.iter().map(|&(heading, _)| heading).collect();
        let (rule, iterations) = (self.rule(), options.iterations);
        format!(
            "{name}\n{rule}\nThe Operator Op has {} rows and {} cols\n{}niter = {iterations}\n{rule}\n    Itn           \
             x[0]              {}",
            shape.0,
            shape.1,
            told.concat(),
            headings.join("        ")
        )
    }

    fn line(&self, iteration: usize, x: Option<f64>, measures: &Measures) -> String {
        let x = x.map_or_else(|| "          -".into(), |x| exponential(x, 4));
        let values = self.columns.iter().map(|&(_, name)| exponential(measures.get(name).unwrap_or(f64::NAN), 4));
        let values: Vec<_> = values.map(|value| format!("{value:>11}")).collect();
        let gap = 9usize.saturating_sub(self.columns.len());
        format!("{iteration:6}{:gap$}{x:>11}        {}", "", values.join("    "))
    }

    fn foot(&self, iterations: usize, time: Duration) -> String {
        let seconds = time.as_secs_f64();
        format!("\nIterations = {iterations}        Total time (s) = {seconds:.2}\n{}\n", self.rule())
    }

    fn rule(&self) -> String {
        "-".repeat(45 + 10 * self.columns.len())
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
    use super::*;

    #[test]
    fn numbers_print_as_in_c() {
        assert_eq!(exponential(1234.5, 4), "1.2345e+03");
        assert_eq!(exponential(-0.00012, 2), "-1.20e-04");
        assert_eq!(exponential(0.0, 4), "0.0000e+00");
        assert_eq!(exponential(1e-200, 1), "1.0e-200");
        assert_eq!(exponential(f64::NAN, 4), "NaN");
    }

    /// What a run of 25 iterations logs, as one text.
    fn log(name: &str, columns: &[(&'static str, &'static str)], damp: &[(&str, f64)], tolerance: Tolerance) -> String {
        let show = Show { bar: None, log: None, iterations: 30, columns: columns.to_vec() };
        let mut lines = vec![show.head(name, (12, 7), damp, &Options { tolerance, ..Options::iterations(30) })];
        for (iteration, x, cost, damped) in
            [(0, Some(0.0), 1234.5, 1235.0), (25, Some(-1.5), 1e-200, 0.25), (3, None, f64::NAN, 0.5)]
        {
            let measures = Measures::criterion("gradient", 1.0).and("cost", cost).and("damped cost", damped);
            lines.push(show.line(iteration, x, &measures));
        }
        lines.push(show.foot(25, Duration::from_millis(1500)));
        lines.join("\n")
    }

    #[test]
    fn cg_logs_in_pylops_manner() {
        let text = "\
CG
-------------------------------------------------------
The Operator Op has 12 rows and 7 cols
tol = 0.000000e+00\tniter = 30
-------------------------------------------------------
    Itn           x[0]              r2norm
     0         0.0000e+00         1.2345e+03
    25        -1.5000e+00        1.0000e-200
     3                  -                NaN

Iterations = 25        Total time (s) = 1.50
-------------------------------------------------------
";
        assert_eq!(log("CG", &[("r2norm", "cost")], &[], Tolerance::None), text);
    }

    #[test]
    fn cgls_logs_in_pylops_manner() {
        let text = "\
CGLS
-----------------------------------------------------------------
The Operator Op has 12 rows and 7 cols
damp = 1.000000e-01\trtol = 1.000000e-06\tniter = 30
-----------------------------------------------------------------
    Itn           x[0]              r1norm        r2norm
     0        0.0000e+00         1.2345e+03     1.2350e+03
    25       -1.5000e+00        1.0000e-200     2.5000e-01
     3                 -                NaN     5.0000e-01

Iterations = 25        Total time (s) = 1.50
-----------------------------------------------------------------
";
        let columns = [("r1norm", "cost"), ("r2norm", "damped cost")];
        assert_eq!(log("CGLS", &columns, &[("damp", 0.1)], Tolerance::Relative(1e-6)), text);
    }
}
