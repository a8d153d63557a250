//! `Aᴴ`, `Aᵀ`, `α A`, `A + B`, `A B`, `Aⁿ`: operators made of operators by signs.

mod adjoint; //     Aᴴ
mod complexified; // a real operator on complex vectors
mod conjugate; //   Ā and Aᵀ
mod flat; //        one list, however many signs made it
mod mixed; //       A B with another scalar between
mod product; //     A B and Aⁿ
mod scaled; //      α A
mod signs; //       + - * for handles
mod sum; //         A + B + …

pub use signs::OnTheRight;
