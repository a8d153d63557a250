//! The random words of every element: the first few from a row of the field, more from a stream of its own.

use rand::rand_core::{SeedableRng, TryRng};
use rand::rngs::ChaCha8Rng;
use std::convert::Infallible;

/// What the generator is keyed with beside the seed and the number of the call, so that no two uses share
/// numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// The first words of every element, one element after another.
    Rows = 0,
    /// All other words of an element, a stream for each.
    More = 1,
    /// A stream for each rank.
    Ranks = 2,
}

/// One call of a [`Random`](super::Random): the seed, and how many calls were before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) seed: u64,
    pub(super) call: u64,
}

impl Field {
    /// The generator of a purpose.
    pub(super) fn generator(self, purpose: Purpose) -> ChaCha8Rng {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.call.to_le_bytes());
        key[16] = purpose as u8;
        ChaCha8Rng::from_seed(key)
    }

    /// All words after the first ones of an element.
    fn more(self, index: u64) -> ChaCha8Rng {
        let mut generator = self.generator(Purpose::More);
        generator.set_stream(index);
        generator
    }
}

/// The random words of one element.
pub(super) struct Draws<'a> {
    field: Field,
    index: u64,
    first: &'a [[u8; 8]],
    more: Option<ChaCha8Rng>,
}

impl Draws<'_> {
    /// The global index of the element; of complex ones that of the part.
    pub(super) fn index(&self) -> u64 {
        self.index
    }

    #[cold]
    fn next(&mut self) -> u64 {
        let (field, index) = (self.field, self.index);
        let Ok(word) = self.more.get_or_insert_with(|| field.more(index)).try_next_u64();
        word
    }
}

impl TryRng for Draws<'_> {
    type Error = Infallible;

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        match self.first.split_first() {
            Some((word, rest)) => {
                self.first = rest;
                Ok(u64::from_le_bytes(*word))
            }
            None => Ok(self.next()),
        }
    }

    /// The upper half of a word.
    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| (word >> 32) as u32)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            let Ok(word) = self.try_next_u64();
            part.copy_from_slice(&word.to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

/// The first words of elements, in a window that moves over them.
pub(super) struct Rows {
    field: Field,
    generator: ChaCha8Rng,
    window: [u8; Self::WINDOW * 8],
    start: u64,
    length: usize,
}

impl Rows {
    /// The most words in the window.
    const WINDOW: usize = 256;
    /// The words of a block of the generator, where it can start.
    const BLOCK: u64 = 8;
    /// As many are made at once.
    const BATCH: usize = 32;

    pub(super) fn new(field: Field) -> Self {
        let generator = field.generator(Purpose::Rows);
        Self { field, generator, window: [0; Self::WINDOW * 8], start: 0, length: 0 }
    }

    /// Fills a row with what is sampled from the words of the elements from `first` on, of which each has
    /// `EACH` to begin with.
    pub(super) fn fill<const EACH: usize, T>(
        &mut self,
        mut first: u64,
        row: &mut [T],
        sample: &impl Fn(&mut Draws<'_>) -> T,
    ) {
        let field = self.field;
        for part in row.chunks_mut((Self::WINDOW - Self::BLOCK as usize) / EACH) {
            let words = self.words(first.wrapping_mul(EACH as u64), part.len() * EACH).as_chunks().0;
            for (index, (x, first)) in (first..).zip(part.iter_mut().zip(words.as_chunks::<EACH>().0)) {
                *x = sample(&mut Draws { field, index, first, more: None });
            }
            first += part.len() as u64;
        }
    }

    /// So many words from `first` on, as bytes.
    fn words(&mut self, first: u64, count: usize) -> &[u8] {
        let inside = |start: u64, length| first >= start && first - start + count as u64 <= length as u64;
        if !inside(self.start, self.length) {
            self.start = first / Self::BLOCK * Self::BLOCK;
            self.length = ((first - self.start) as usize + count).next_multiple_of(Self::BATCH);
            self.generator.set_block_pos(self.start / Self::BLOCK);
            let Ok(()) = self.generator.try_fill_bytes(&mut self.window[..8 * self.length]);
        }
        let at = (first - self.start) as usize;
        &self.window[8 * at..8 * (at + count)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first 64 bytes of the key stream of ChaCha with 8 rounds, all of key and nonce 0 (Strombergson,
    /// *Test vectors for the stream cipher ChaCha*, TC1, 256 bit key).
    const ZERO_KEY: [u8; 64] = [
        0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1, 0x2c, 0x84,
        0x0e, 0xc3, 0xce, 0x9a, 0x7f, 0x3b, 0x18, 0x1b, 0xe1, 0x88, 0xef, 0x71, 0x1a, 0x1e, 0x98, 0x4c, 0xe1, 0x72,
        0xb9, 0x21, 0x6f, 0x41, 0x9f, 0x44, 0x53, 0x67, 0x45, 0x6d, 0x56, 0x19, 0x31, 0x4a, 0x42, 0xa3, 0xda, 0x86,
        0xb0, 0x01, 0x38, 0x7b, 0xfd, 0xb8, 0x0e, 0x0c, 0xfe, 0x42,
    ];

    #[test]
    fn rows_are_chacha8() {
        let mut rows = Rows::new(Field { seed: 0, call: 0 });
        assert_eq!(rows.words(0, 8), ZERO_KEY);
        assert_eq!(rows.words(3, 2), &ZERO_KEY[24..40]);
    }

    #[test]
    fn words_are_the_same_in_any_window() {
        let field = Field { seed: 7, call: 3 };
        let all = Rows::new(field).words(0, 256).to_vec();
        let mut rows = Rows::new(field);
        for (first, count) in [(200, 40), (201, 3), (0, 1), (31, 33), (7, 249), (255, 1)] {
            assert_eq!(rows.words(first, count), &all[8 * first as usize..8 * (first as usize + count)]);
        }
        let far = u64::MAX / 2;
        let mut one = [0];
        rows.fill::<1, _>(far, &mut one, &|draws| draws.try_next_u64().unwrap_or_default());
        assert_eq!(rows.words(far - 3, 4)[24..], one[0].to_le_bytes());
    }

    #[test]
    fn elements_have_streams_of_their_own() {
        let field = Field { seed: 1, call: 0 };
        let five = |index: u64| {
            let first = [index.to_le_bytes(), 7u64.to_le_bytes()];
            let mut draws = Draws { field, index, first: &first, more: None };
            [0; 5].map(|_: i32| draws.try_next_u64().unwrap_or_default())
        };
        let (a, b) = (five(0), five(1));
        assert_eq!((&a[..2], &b[..2]), (&[0, 7][..], &[1, 7][..]));
        assert!(a[2..].iter().all(|word| !b.contains(word)));
        let mut more = field.generator(Purpose::More);
        more.set_stream(1);
        assert_eq!(b[2..], [0; 3].map(|_: i32| more.try_next_u64().unwrap_or_default()));
    }
}
