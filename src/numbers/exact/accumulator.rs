//! The words: where an exact sum lives, how carries move, and the one rounding at its end.

/// Bits that one word adds to the next: word `i` counts units of 2^(40·i − 1074).
///
/// 40 bits of 63 leave room to add the words of 2^20 ranks, or of 2^21 blocks, before a carry has to move.
const DIGIT: usize = 40;
const DIGIT_MASK: i64 = (1 << DIGIT) - 1;

/// 54 × 40 = 2160 bits hold 2^62 values of the largest size an f64 has (2^1024, bit 2098).
const DIGITS: usize = 54;

/// Words that travel: the digits, then counts of NaN, +∞ and −∞.
pub const WORDS: usize = DIGITS + 3;
const NAN: usize = DIGITS;
const PLUS_INFINITY: usize = DIGITS + 1;
const MINUS_INFINITY: usize = DIGITS + 2;

/// Additions of less than 2^40 to each word that may follow a normalisation: 2^40 + 2^21·2^40 < 2^62.
const ADDITIONS_BETWEEN_CARRIES: u32 = 1 << 21;

/// An exact sum of f64 values in integer words: any order, any grouping, any number of ranks, the same result.
///
/// The sum is Σ wᵢ·2^(40·i − 1074) over the first 54 words, so the sum of two accumulators is the sum of their
/// words, as integers, and an all-reduce of them is a plain integer sum. NaN and infinities are counted in three
/// words of their own. Layout of a superaccumulator with room for carries: R. M. Neal, "Fast exact summation
/// using small and large superaccumulators", arXiv:1505.05571 (2015).
///
/// # Example
/// ```
/// use lops::{comm::Reduction, launch_threads, numbers::exact::ExactSum};
///
/// launch_threads(3, |comm| {
///     let mut sum = ExactSum::new();
///     sum.add_slice(&[1e16, 1.0, -1e16]); // this rank's part: exactly 1
///     sum.normalise();
///     let mut words = *sum.words();
///     comm.all_reduce(&mut words, Reduction::Sum);
///     assert_eq!(ExactSum::from_words(words).value(), 3.0);
///     Ok(())
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ExactSum {
    words: [i64; WORDS],
    additions: u32,
    /// Where the last block's values lay (see `kernels`): a guess for the next one, never part of the sum.
    pub(super) window: usize,
    /// Whether they lay so far apart that two bins did not hold them: a guess too.
    pub(super) more: bool,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self::new()
    }
}

impl ExactSum {
    /// The empty sum.
    pub const fn new() -> Self {
        Self { words: [0; WORDS], additions: 0, window: super::kernels::FIRST_WINDOW, more: false }
    }

    /// Adds one value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let bits = value.to_bits();
        let exponent = (bits >> 52) as usize & 0x7ff;
        let fraction = (bits & ((1 << 52) - 1)) as i64;
        if exponent == 0x7ff {
            let lane = match (fraction != 0, value > 0.0) {
                (true, _) => NAN,
                (false, true) => PLUS_INFINITY,
                (false, false) => MINUS_INFINITY,
            };
            self.words[lane] += 1;
            return;
        }
        // A subnormal has the unit of the smallest normal numbers and no hidden bit.
        let magnitude = if exponent == 0 { fraction } else { fraction | (1 << 52) };
        self.add_units(exponent.max(1) - 1, if value.is_sign_negative() { -magnitude } else { magnitude });
    }

    /// Adds `count`·2^(`unit` − 1074).
    #[inline]
    pub(super) fn add_units(&mut self, unit: usize, count: i64) {
        let (word, shift) = (unit / DIGIT, unit % DIGIT);
        let low = (count & (DIGIT_MASK >> shift)) << shift;
        let rest = count >> (DIGIT - shift);
        self.words[word] += low;
        self.words[word + 1] += rest & DIGIT_MASK;
        self.words[word + 2] += rest >> DIGIT;
        self.additions += 1;
        if self.additions == ADDITIONS_BETWEEN_CARRIES {
            self.normalise();
        }
    }

    /// Moves all carries up: every digit below the top one then lies in [0, 2^40), every count is 0 or 1.
    ///
    /// This form is unique: equal sums have equal words. The words of up to 2^20 accumulators in this form can be
    /// added in any order without overflow.
    pub fn normalise(&mut self) {
        carry(&mut self.words);
        for count in &mut self.words[DIGITS..] {
            *count = (*count).min(1);
        }
        self.additions = 0;
    }

    /// The words, for the wire: call [`normalise`](Self::normalise) before they are added to another rank's.
    pub fn words(&self) -> &[i64; WORDS] {
        &self.words
    }

    /// The sum held in the elementwise sum of up to 2^20 accumulators' normalised words.
    pub fn from_words(words: [i64; WORDS]) -> Self {
        let mut sum = Self::new();
        sum.words = words;
        sum.normalise();
        sum
    }

    /// The sum, rounded once to the nearest f64 (ties to even).
    ///
    /// NaN if a NaN, or infinities of both signs, were added; ±∞ if an infinity was, or if the sum itself (not
    /// some part of it) is too large. A sum of zero is +0.0, whatever the signs of zeros added.
    pub fn value(&self) -> f64 {
        f64::from_bits(self.round(Format::F64))
    }

    /// The sum, rounded once to the nearest f32 (ties to even), not by way of an f64; else like [`value`](Self::value).
    ///
    /// A negative sum that rounds to zero is −0.0, as in IEEE arithmetic.
    pub fn value_f32(&self) -> f32 {
        f32::from_bits(self.round(Format::F32) as u32)
    }

    /// The mean of `count` values that were added: the quotient of the exact sum, rounded once. NaN for no values.
    pub fn mean(&self, count: usize) -> f64 {
        f64::from_bits(self.round_quotient(Format::F64, count))
    }

    /// The mean, rounded once to the nearest f32; else like [`mean`](Self::mean).
    pub fn mean_f32(&self, count: usize) -> f32 {
        f32::from_bits(self.round_quotient(Format::F32, count) as u32)
    }

    /// The bits of the sum in a binary format.
    fn round(&self, format: Format) -> u64 {
        self.special(format).unwrap_or_else(|| {
            let (negative, digits) = self.magnitude();
            format.round(negative, &digits)
        })
    }

    /// The bits of the sum divided by `count`: a long division, digit by digit.
    fn round_quotient(&self, format: Format, count: usize) -> u64 {
        if let Some(special) = self.special(format) {
            return special;
        }
        if count == 0 {
            return format.nan();
        }
        let (negative, digits) = self.magnitude();
        // Two digits more below: bits that round even the smallest numbers.
        let mut quotient = [0; DIGITS + BELOW];
        let mut remainder = 0;
        let mut enough = None;
        for (place, digit) in quotient.iter_mut().enumerate().rev() {
            let dividend = (remainder << DIGIT) | place.checked_sub(BELOW).map_or(0, |k| digits[k]) as u128;
            *digit = (dividend / count as u128) as i64;
            remainder = dividend % count as u128;
            if *digit != 0 && enough.is_none() {
                enough = Some(place.saturating_sub(2));
            }
            if enough == Some(place) {
                // 80 bits are known and more: what is left only says on which side of a tie they are.
                let is_left = remainder != 0 || digits[..place.saturating_sub(BELOW)].iter().any(|&digit| digit != 0);
                *digit |= i64::from(is_left);
                break;
            }
        }
        format.above(BELOW * DIGIT).round(negative, &quotient)
    }

    /// The bits of what infinities and NaN among the values make of the sum.
    fn special(&self, format: Format) -> Option<u64> {
        let [nan, plus, minus] = [NAN, PLUS_INFINITY, MINUS_INFINITY].map(|lane| self.words[lane] != 0);
        if nan || (plus && minus) {
            return Some(format.nan());
        }
        (plus || minus).then(|| format.signed(minus, format.infinity()))
    }

    /// The sign and the digits, which are all positive. Only digits that are used are looked at: sums of few
    /// numbers are many, where an array is reduced along a short axis.
    fn magnitude(&self) -> (bool, [i64; DIGITS]) {
        let (words, mut digits) = (&self.words[..DIGITS], [0; DIGITS]);
        let used = |&word: &i64| word != 0;
        let (Some(first), Some(last)) = (words.iter().position(used), words.iter().rposition(used)) else {
            return (false, digits);
        };
        digits[first..=last].copy_from_slice(&words[first..=last]);
        let negative = carry_within(&mut digits, first, last) < 0;
        if negative {
            digits.fill(0);
            digits[first..=last].iter_mut().zip(&words[first..]).for_each(|(digit, &word)| *digit = -word);
            carry_within(&mut digits, first, last);
        }
        (negative, digits)
    }
}

impl ExactSum {
    /// Numbers whose sum it is, of a finite sum that is not near overflow.
    pub(super) fn for_each_part(&self, mut f: impl FnMut(f64)) {
        let (negative, digits) = self.magnitude();
        for (place, &digit) in digits.iter().enumerate().filter(|&(_, &digit)| digit != 0) {
            let exponent = (DIGIT * place) as i32 - 1074;
            // In two steps, so that neither power of two is out of range; both are exact.
            let part = digit as f64 * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
            f(if negative { -part } else { part });
        }
    }
}

/// Digits that a quotient has below those of a sum.
const BELOW: usize = 2;

/// A binary floating-point format: bits of its fraction and exponent, and bits from the lowest digit's to its
/// smallest number.
#[derive(Clone, Copy)]
struct Format {
    fraction: usize,
    exponent: usize,
    unit: usize,
}

impl Format {
    const F64: Self = Self { fraction: 52, exponent: 11, unit: 0 };
    /// 2^-149, the unit of f32's subnormals, is 925 bits above 2^-1074.
    const F32: Self = Self { fraction: 23, exponent: 8, unit: 925 };

    /// The same, of digits that begin so many bits lower.
    fn above(self, bits: usize) -> Self {
        Self { unit: self.unit + bits, ..self }
    }

    fn infinity(self) -> u64 {
        ((1 << self.exponent) - 1) << self.fraction
    }

    fn nan(self) -> u64 {
        self.infinity() | (1 << (self.fraction - 1))
    }

    fn signed(self, negative: bool, magnitude: u64) -> u64 {
        magnitude | (u64::from(negative) << (self.fraction + self.exponent))
    }

    /// The leading bit of the largest finite number: exponent fields 1 to 2^exponent − 2 each move it up by one.
    fn top(self) -> usize {
        self.unit + self.fraction + (1 << self.exponent) - 3
    }

    /// The bits of the number nearest to these digits (ties to even).
    fn round(self, negative: bool, digits: &[i64]) -> u64 {
        let Some(highest) = digits.iter().rposition(|&digit| digit != 0) else {
            return 0;
        };
        let top = highest * DIGIT + digits[highest].ilog2() as usize;
        if top > self.top() {
            return self.signed(negative, self.infinity());
        }
        let unit = top.saturating_sub(self.fraction).max(self.unit);
        let kept = bits_above(digits, unit);
        let is_above_half = unit > 0 && {
            let half = bits_above(digits, unit - 1) & 1 == 1;
            half && (kept & 1 == 1 || any_below(digits, unit - 1))
        };
        // `kept` has its hidden bit, if any, where the exponent field starts: it adds the missing one there, as a
        // carry out of the fraction does, up to infinity.
        let rounded = (((unit - self.unit) as u64) << self.fraction) + kept + u64::from(is_above_half);
        self.signed(negative, rounded)
    }
}

/// Moves carries up from the first digit that is not 0 as far as they go beyond the last one. What is returned
/// is below 0 for a negative number, whose digits then lack the −1 that follows them.
fn carry_within(digits: &mut [i64; DIGITS], first: usize, last: usize) -> i64 {
    let mut carried = 0;
    for (place, digit) in digits.iter_mut().enumerate().skip(first) {
        if place > last && (carried == 0 || carried == -1) {
            return carried;
        }
        *digit += carried;
        if place == DIGITS - 1 {
            return *digit;
        }
        carried = *digit >> DIGIT;
        *digit &= DIGIT_MASK;
    }
    carried
}

fn carry(words: &mut [i64; WORDS]) {
    let mut carried = 0;
    for digit in &mut words[..DIGITS - 1] {
        let sum = *digit + carried;
        *digit = sum & DIGIT_MASK;
        carried = sum >> DIGIT;
    }
    words[DIGITS - 1] += carried;
}

/// The number's low 64 bits from bit `unit` up.
fn bits_above(digits: &[i64], unit: usize) -> u64 {
    let (word, shift) = (unit / DIGIT, unit % DIGIT);
    let wide = (0..3).rev().fold(0u128, |wide, above| {
        let digit = digits.get(word + above).copied().unwrap_or(0);
        (wide << DIGIT) | digit as u128
    });
    (wide >> shift) as u64
}

/// Whether any bit below bit `unit` is set.
fn any_below(digits: &[i64], unit: usize) -> bool {
    let (word, shift) = (unit / DIGIT, unit % DIGIT);
    digits[..word].iter().any(|&digit| digit != 0) || digits[word] & ((1 << shift) - 1) != 0
}
