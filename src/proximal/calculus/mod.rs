//! What follows from a prox by formulas.

mod affine; //     f + ⟨q, x⟩ + β
mod multiple; //   σ f
mod orthogonal; // f(Q x)
mod scaled; //     f(σ x)
mod stacked; //    Σ fₖ of the members of a stack
mod translated; // f(x + b)
