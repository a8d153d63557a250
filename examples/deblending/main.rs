//! Deblending: what a line of seismic sources would have recorded each by itself, from records into which they fired together.
//!
//! Sources that need not wait for one another save days at sea. What they record is blended,
//!
//! ```text
//! d = B x,   x = W c,   min ½ ‖d − B W c‖² + ε ‖c‖₁
//! ```
//!
//! with the gathers x (source, receiver, time). Cut out of the record (Bᴴ d), each source's gather has those of others on it. They fire at
//! random times, so that for one receiver, source by source, its own waves have fronts and the others' are noise: of few waves the spectrum c
//! over sources and time is sparse, in windows (W) of which each sees fronts that are nearly straight.
//!
//! Gathers are cut over the ranks by receivers: blending and spectra send nothing, and FISTA sums once an iteration.
//!
//! ```text
//! cargo run --release --example deblending                             on all cores
//! LOPS_RANKS=3 cargo run --release --example deblending -- --kind half --dither 0.4
//!
//! cargo build --release --features mpi --example deblending
//! scripts/mpirun.sh -n 4 target/release/examples/deblending --overlap 0.7 --json result.json
//! ```
//!
//! All of these give the same bits, and the program ends with a comparison to one rank that does all. Source of the method: R. Abma, T.
//! Manning and others, 72nd EAGE Conference (2010); the tutorial on deblending of PyLops.

mod arguments;
mod pictures;
mod survey;

use arguments::{Arguments, Solver};
use lops::prelude::*;
use lops_examples::outputs::{Outputs, on_rank_0};
use serde_json::json;

fn main() -> Result<()> {
    launch(|comm| match lops_examples::parse::<Arguments>(comm)? {
        Some(arguments) => arguments.timing.run(comm, || run(comm, &arguments)),
        None => Ok(()),
    })
}

/// What was recorded, and what came out of it.
struct Deblended {
    data: DistArray<f64>,
    /// Bᴴ d
    cut_out: DistArray<f64>,
    gathers: DistArray<f64>,
    report: Report<f64>,
    nonzero: f64,
}

fn run(comm: &Comm, arguments: &Arguments) -> Result<()> {
    arguments.check()?;
    let outputs = Outputs::claim(comm, &arguments.out, arguments.json.as_deref())?;
    let truth = survey::gathers(&survey::layout(comm, arguments)?, arguments)?;
    let found = deblend(&truth, arguments, |name, method, options| {
        arguments.solving.solve(name, method, &Options { progress: true, ..options })
    })?;
    let error = |x: &DistArray<f64>| (x - &truth).norm() / truth.norm();
    let (before, after) = (error(&found.cut_out), error(&found.gathers));
    let Deblended { data, report, nonzero, .. } = &found;

    for (name, x) in [("gathers", &truth), ("data", data), ("cut_out", &found.cut_out), ("deblended", &found.gathers)] {
        outputs.save_array(name, x)?;
    }
    pictures::draw(&truth, &found, &outputs)?;
    on_rank_0(comm, || {
        outputs.save_json(&json!({
            "ranks": comm.size(),
            "shape": truth.shape(),
            "kind": arguments.kind.to_string(),
            "data_shape": data.shape(),
            "error_before": before,
            "error_after": after,
            "nonzero_fraction": nonzero,
            "runs": [{
                "solver": arguments.solver.to_string(),
                "iterations": report.iterations,
                "seconds": report.time.as_secs_f64(),
                "cost": report.series("objective"),
                "reason": report.reason.to_string(),
            }],
        }))?;
        println!(
            "{} blending of {:?} to {:?}, on {} ranks ({})\nrelative error {before:.4} before, {after:.4} after {} iterations of {} in {:.2} s ({}); \
             {:.1} % of the spectra are not 0\npictures and gathers: {}",
            arguments.kind,
            truth.shape(),
            data.shape(),
            comm.size(),
            comm.engine_name(),
            report.iterations,
            arguments.solver,
            report.time.as_secs_f64(),
            report.reason,
            100.0 * nonzero,
            outputs.folder().display()
        );
        Ok(())
    })?;
    compare_with_one_rank(&found, arguments)
}

/// Blends gathers and finds them again; `solve` says how the method is run.
fn deblend(
    truth: &DistArray<f64>,
    arguments: &Arguments,
    solve: impl FnOnce(&str, Shrinkage<'_, Complex<f64>, f64>, Options) -> Result<Report<f64>>,
) -> Result<Deblended> {
    let layout = truth.layout()?;
    let blending = survey::blending(layout, arguments)?;
    let synthesis = survey::synthesis(layout, arguments)?;
    let a = blending.compose(&synthesis)?;
    let data = &blending * truth;
    let cut_out = &blending.adjoint() * &data;

    let eps = arguments.eps * (&a.adjoint() * &data).norm_of(Norm::Inf)?;
    let mut spectra = DistArray::zeros(a.domain());
    let options = Options::iterations(arguments.iterations).tolerance(1e-6);
    let report = match arguments.solver {
        Solver::Fista => solve("fista", Shrinkage::fista(&a, &data, &mut spectra, eps)?.restart(), options)?,
        Solver::Ista => solve("ista", Shrinkage::ista(&a, &data, &mut spectra, eps)?, options)?,
    };
    let nonzero = spectra.norm_of(Norm::Zero)? / spectra.size() as f64;
    Ok(Deblended { gathers: &synthesis * &spectra, data, cut_out, report, nonzero })
}

/// Says which rank has which receivers, then lets rank 0 do all of it alone, where there are others.
///
/// # Errors
/// [`ErrorKind::Other`] on every rank if that gives other bits.
fn compare_with_one_rank(found: &Deblended, arguments: &Arguments) -> Result<()> {
    let comm = found.gathers.comm();
    let (data, gathers) = (found.data.gather(0), found.gathers.gather(0));
    on_rank_0(comm, || {
        for rank in 0..comm.size() {
            let receivers = found.gathers.layout()?.range(rank);
            println!("rank {rank}: receivers {receivers:?}, {} traces", receivers.len() * arguments.sources);
        }
        if comm.size() == 1 {
            return Ok(());
        }
        let alone = survey::gathers(&survey::layout(&comm.alone(), arguments)?, arguments)?;
        let alone = deblend(&alone, arguments, |_, method, options| method.start(&options)?.solve())?;
        if Some(alone.data.gather_all()) != data || Some(alone.gathers.gather_all()) != gathers {
            return Err(Error::new(ErrorKind::Other, "one rank alone blends or deblends other bits"));
        }
        println!("one rank alone blends and deblends the same bits");
        Ok(())
    })
}
