//! What may be done to the chunks of an array by themselves, where their overlaps mean a sum, a product
//! or an extreme.

use super::space::Space;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Mode, Partition};

/// How an elementwise operation f goes with the combination of overlapping chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Of f nothing is known.
    Any,
    /// f(x₁ + x₂) = f(x₁) + f(x₂)
    Linear,
    /// f(x₁ x₂) = f(x₁) f(x₂)
    Multiplicative,
    /// Both: the complex conjugate.
    LinearAndMultiplicative,
}

/// `Ok` if doing this to every chunk does it to the array: always of replicas, and of arrays that are not
/// chunked.
pub(crate) fn check(space: &Space, work: Work, what: &str) -> Result<()> {
    match space {
        Space::Stack(members) => members.iter().try_for_each(|member| check(member, work, what)),
        Space::Array(layout) => match layout.partition() {
            Partition::Chunks(chunks) if !is_sound(chunks.mode(), work) => {
                let what = format!("{what} of an array {layout}");
                let expected =
                    format!("chunks that need no combining (`change_mode(Mode::{:?})` combines them)", Mode::Replica);
                Err(Error::expected(ErrorKind::Layout, what, expected, format!("mode {}", chunks.mode())))
            }
            _ => Ok(()),
        },
    }
}

pub(crate) fn check_any(space: &Space, what: &str) -> Result<()> {
    check(space, Work::Any, what)
}

/// As [`check`], for what cannot return an error.
#[track_caller]
pub(crate) fn expect(space: &Space, work: Work, what: &str) {
    if let Err(error) = check(space, work, what) {
        panic!("{error}");
    }
}

#[track_caller]
pub(crate) fn expect_any(space: &Space, what: &str) {
    expect(space, Work::Any, what);
}

fn is_sound(mode: Mode, work: Work) -> bool {
    match mode {
        Mode::Replica => true,
        Mode::Sum => matches!(work, Work::Linear | Work::LinearAndMultiplicative),
        Mode::Product => matches!(work, Work::Multiplicative | Work::LinearAndMultiplicative),
        Mode::Min | Mode::Max => false,
    }
}
