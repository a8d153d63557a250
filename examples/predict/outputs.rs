//! The table, its file, and the pictures.

use crate::model::{Machine, Prediction};
use lops::comm::Sent;
use lops::plot::Curves;
use lops::prelude::*;
use lops_examples::outputs::{make_folder, write_rows};
use serde_json::{Value, json};
use std::path::Path;

/// Those of one problem and scaling together.
fn series(predictions: &[Prediction]) -> impl Iterator<Item = &[Prediction]> {
    predictions.chunk_by(|a, b| (a.problem, a.scaling) == (b.problem, b.scaling))
}

pub(crate) fn print(predictions: &[Prediction], machine: &Machine) {
    let Machine { bandwidth, ranks_per_node, networks } = machine;
    println!(
        "{:.1} GB/s a rank, {ranks_per_node} ranks a node; milliseconds of an iteration, and efficiency",
        bandwidth / 1e9
    );
    for series in series(predictions) {
        println!("\n{}, {} scaling", series[0].problem.title(), series[0].scaling.name());
        print!("{:>6}  {:<13} {:>9} {:>6} {:>9} {:>10}", "ranks", "grid", "unknowns", "words", "messages", "bytes");
        for network in networks {
            print!("  {:>20}", network.name);
        }
        println!();
        for prediction in series {
            let Prediction { grid, load, trial, outcomes, .. } = prediction;
            let (grid, Sent { messages, bytes, .. }) = (grid.map(|ranks| ranks.to_string()), load.sent.total());
            let (ranks, grid, unknowns) = (prediction.ranks(), grid.join(" × "), load.unknowns);
            print!("{ranks:>6}  {grid:<13} {unknowns:>9} {:>6.1} {messages:>9} {bytes:>10}", trial.words);
            for outcome in outcomes {
                print!("  {:>13.3} {:>5.1}%", outcome.seconds * 1e3, outcome.efficiency * 100.0);
            }
            println!();
        }
    }
    println!("\nunknowns, messages and bytes of the rank that has most; words of 8 bytes moved for each unknown");
}

pub(crate) fn write(predictions: &[Prediction], machine: &Machine, path: &Path) -> Result<()> {
    let sent = |sent: &Sent| json!({"calls": sent.calls, "messages": sent.messages, "bytes": sent.bytes});
    let row = |prediction: &Prediction| {
        let Prediction { problem, scaling, shape, grid, load, trial, outcomes } = prediction;
        let outcome = |(network, outcome): (&crate::network::Network, &crate::model::Outcome)| json!({"network": network.name, "seconds": outcome.seconds, "efficiency": outcome.efficiency});
        json!({
            "problem": problem.name(), "scaling": scaling.name(), "ranks": prediction.ranks(), "shape": shape,
            "grid": grid, "unknowns": load.unknowns, "words": trial.words,
            "applications": sent(&load.sent.applications), "sums": sent(&load.sent.sums),
            "outcomes": machine.networks.iter().zip(outcomes).map(outcome).collect::<Value>(),
            "trial": {"shape": trial.shape, "grid": trial.grid, "sent": trial.sent.iter().map(sent).collect::<Value>(),
                      "said": trial.said.iter().map(sent).collect::<Value>()},
        })
    };
    write_rows(path, &predictions.iter().map(row).collect())
}

/// Efficiency over the number of ranks, a picture for each problem and scaling.
pub(crate) fn draw(predictions: &[Prediction], machine: &Machine, folder: &Path) -> Result<()> {
    make_folder(folder)?;
    for series in series(predictions) {
        let (problem, scaling) = (series[0].problem, series[0].scaling.name());
        let mut curves = Curves::new()
            .title(format!("{}: {scaling} scaling", problem.title()))
            .x_label("log₂ ranks")
            .y_label("efficiency, %")
            .markers();
        for (k, network) in machine.networks.iter().enumerate() {
            let point = |p: &Prediction| ((p.ranks() as f64).log2(), p.outcomes[k].efficiency * 100.0);
            curves = curves.points(&network.name, &series.iter().map(point).collect::<Vec<_>>());
        }
        curves.save(folder.join(format!("{}-{scaling}.png", problem.name())))?;
    }
    Ok(())
}
