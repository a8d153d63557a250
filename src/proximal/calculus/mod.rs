//! What follows from a prox by formulas.

mod affine; //     f + ⟨q, x⟩ + β
mod as_f; //       what a function made of another one has of it
mod chain; //      proxes one after another
mod multiple; //   σ f
mod orthogonal; // f(Q x)
mod plus_square; // f + ½ ρ ‖x − c‖²
mod scaled; //     f(σ x)
mod stacked; //    Σ fₖ of the members of a stack
mod sum; //        Σ fₖ(x), by proxes in turn
mod translated; // f(x + b)

pub use sum::Sum;
