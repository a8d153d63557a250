//! Several right-hand sides at once: the columns of arrays, each with numbers and a fate of its own.

mod cg_columns; //   A X = B
mod cgls_columns; // min ‖A X − B‖²
mod column; //       what is known of each column
mod sums; //         a sum for each column, all in one message
mod tiles; //        passes over columns that lie side by side

pub use cg_columns::{CgColumns, cg_columns};
pub use cgls_columns::{CglsColumns, cgls_columns};
pub use column::ColumnReport;
