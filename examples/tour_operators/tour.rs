//! What every stop of the tour needs, and what it prints.

use crate::picture::{self, Images};
use lops::comm::Sent;
use lops::prelude::*;
use lops_examples::outputs::{Outputs, on_rank_0};
use serde_json::{Value, json};

/// Rows and columns of the models.
pub(crate) const SHAPE: [usize; 2] = [64, 48];

pub(crate) struct Tour<'a> {
    pub(crate) comm: &'a Comm,
    /// Models of which each rank has some of the rows.
    pub(crate) rows: Layout,
    /// The same, where it has some of the columns: for operators whose axis must be whole.
    pub(crate) columns: Layout,
    outputs: Outputs,
    figures: Vec<Value>,
}

impl<'a> Tour<'a> {
    pub(crate) fn begin(comm: &'a Comm, outputs: Outputs) -> Result<Self> {
        let (rows, columns) = (Layout::scatter(comm, &SHAPE, 0)?, Layout::scatter(comm, &SHAPE, 1)?);
        if comm.rank() == 0 {
            println!("operators on {} ranks ({}); what all of them send together\n", comm.size(), comm.engine_name());
            println!("{}", line(["operator", "X → Y", "‖A x‖", "‖AᴴA x‖", "A sends", "Aᴴ sends", "dot test"]));
        }
        Ok(Self { comm, rows, columns, outputs, figures: vec![] })
    }

    /// Applies an operator and its adjoint: a line and a picture.
    pub(crate) fn show<X: Scalar, Y: Scalar<Real = X::Real>>(
        &mut self,
        name: &str,
        a: &Operator<X, Y>,
        x: &DistArray<X>,
    ) -> Result<()> {
        let begin = self.comm.traffic().total();
        let y = a * x;
        let between = self.comm.traffic().total();
        let back = a.adjoint() * &y;
        let end = self.comm.traffic().total();

        let sent = [self.all_ranks(between - begin), self.all_ranks(end - between)];
        let norms = [y.norm(), back.norm()].map(Real::to_f64);
        let dot_test = a.dot_test(1)?.dot_test;
        let shapes = [shape(a.domain()), shape(a.range())];
        if self.comm.rank() == 0 {
            let [there, back] = sent.map(|[messages, bytes]| match messages {
                0 => "nothing".to_owned(),
                1 => format!("1 message, {bytes} B"),
                _ => format!("{messages} messages, {bytes} B"),
            });
            let [of_y, of_back] = norms.map(|norm| format!("{norm:.4}"));
            let spaces = format!("{} → {}", shapes[0], shapes[1]);
            println!("{}", line([name, &spaces, &of_y, &of_back, &there, &back, &format!("{dot_test:.0e}")]));
        }
        let told = |[messages, bytes]: [u64; 2]| json!({"messages": messages, "bytes": bytes});
        self.figures.push(json!({
            "name": name, "domain": shapes[0], "range": shapes[1], "norms": norms, "dot_test": dot_test,
            "forward": told(sent[0]), "adjoint": told(sent[1]),
        }));
        let path = self.outputs.folder().join(format!("{name}.png"));
        picture::draw(name, [Images::of(x)?, Images::of(&y)?, Images::of(&back)?], &path)
    }

    /// Messages and bytes of all ranks together.
    fn all_ranks(&self, sent: Sent) -> [u64; 2] {
        let mut numbers = [sent.messages, sent.bytes];
        self.comm.all_reduce(&mut numbers, Reduction::Sum);
        numbers
    }

    /// Writes the figures.
    pub(crate) fn end(self) -> Result<()> {
        let (count, figures) = (self.figures.len(), Value::from(self.figures));
        on_rank_0(self.comm, || {
            self.outputs.save_json(&figures)?;
            println!("\n{count} operators; pictures: {}", self.outputs.folder().display());
            Ok(())
        })
    }
}

/// A line of the table.
fn line([name, spaces, of_y, of_back, there, back, dot_test]: [&str; 7]) -> String {
    format!("{name:<24} {spaces:<42} {of_y:>10} {of_back:>10}   {there:<22} {back:<22} {dot_test:>8}")
}

/// The shape of an array, or those of a stack's members.
fn shape(space: &Space) -> String {
    let shapes: Vec<_> = space.layouts().iter().map(|layout| format!("{:?}", layout.shape())).collect();
    shapes.join(" + ")
}
