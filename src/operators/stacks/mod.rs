//! Operators one below another, side by side, along the diagonal.

mod block_diag;
mod blocks; //      what both block-diagonal operators are made of
mod column; //      what vertical and horizontal stacks are made of
mod h_stack;
mod spaces; //      of stacked operators
mod stacked_block_diag;
mod stacked_h_stack;
mod stacked_v_stack;
mod v_stack;

pub use block_diag::BlockDiag;
pub use h_stack::HStack;
pub use stacked_block_diag::StackedBlockDiag;
pub use stacked_h_stack::StackedHStack;
pub use stacked_v_stack::StackedVStack;
pub use v_stack::VStack;
