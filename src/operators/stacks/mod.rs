//! Operators one below another, side by side, along the diagonal.

mod block;
mod block_diag;
mod blocks; //      what both block-diagonal operators are made of
mod column; //      what vertical and horizontal stacks are made of
mod groups; //      who works together on a part of a stack
mod h_stack;
mod joined; //      the spaces of a stack of groups' operators
mod shares; //      how parts are dealt out
mod spaces; //      of stacked operators
mod stacked_block_diag;
mod stacked_h_stack;
mod stacked_v_stack;
mod v_stack;
mod words; //       a space told to other ranks

pub use block::Block;
pub use block_diag::BlockDiag;
pub(in crate::operators) use block_diag::check_own;
pub use groups::Groups;
pub use h_stack::HStack;
pub use shares::Shares;
pub use stacked_block_diag::StackedBlockDiag;
pub use stacked_h_stack::StackedHStack;
pub use stacked_v_stack::StackedVStack;
pub use v_stack::VStack;
