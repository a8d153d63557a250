//! As much of Python's literals as the headers of `.npy` and `.dnpy` files have: dictionaries, tuples, lists,
//! strings, integers, booleans.
//!
//! Own code, as the crate for it (`py_literal`) reads neither the `3L` and `u'…'` of Python 2 nor the
//! `array([…])` in headers of DistArray, follows hostile brackets by recursion, and builds a parser
//! generator first. A reader that asks for what must come next needs no tree of values.

/// A text that is taken apart from its beginning. Whoever reads knows what must come next, so nothing is
/// nested deeper than the reader asks for. What is wrong is told in words.
#[derive(Debug)]
pub(super) struct Literal<'a> {
    rest: &'a str,
}

type Result<T, E = String> = std::result::Result<T, E>;

impl<'a> Literal<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text.trim_start() }
    }

    /// The entries of a dictionary, in whatever order.
    pub(super) fn entries(&mut self, mut f: impl FnMut(&'a str, &mut Self) -> Result<()>) -> Result<()> {
        self.expect('{')?;
        while !self.take('}') {
            let key = self.string()?;
            self.expect(':')?;
            f(key, self)?;
            self.separator('}')?;
        }
        Ok(())
    }

    /// The items of a tuple.
    pub(super) fn tuple(&mut self, f: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        self.expect('(')?;
        self.items_up_to(')', f)
    }

    /// The items of a tuple or a list.
    pub(super) fn items(&mut self, f: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if self.take('[') { self.items_up_to(']', f) } else { self.tuple(f) }
    }

    fn items_up_to(&mut self, close: char, mut f: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        while !self.take(close) {
            f(self)?;
            self.separator(close)?;
        }
        Ok(())
    }

    /// Any value, as it is written: up to a comma or a closing bracket that is not its own.
    pub(super) fn any(&mut self) -> Result<&'a str> {
        let (mut depth, mut quote) = (0_usize, None);
        let is_end = |(_, c): &(usize, char)| {
            match (quote, c) {
                (Some(open), c) if open == *c => quote = None,
                (None, '\'' | '"') => quote = Some(*c),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') if depth > 0 => depth -= 1,
                (None, ')' | ']' | '}' | ',') => return depth == 0,
                _ => {} // within a string, or within a word
            }
            false
        };
        let (end, _) = self.rest.char_indices().find(is_end).ok_or_else(|| self.found())?;
        let (value, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(value.trim_end())
    }

    /// A list of integers: `[3, 0]`, or as NumPy prints an array: `array([3, 0])`, with its type or without.
    pub(super) fn integers(&mut self) -> Result<Vec<i64>> {
        let is_array = self.word("array") && self.take('(');
        let mut integers = vec![];
        self.items(|item| {
            if item.rest.starts_with("...") {
                return Err("a list of indices with … in it, as NumPy shortens what it prints".into());
            }
            item.integer().map(|n| integers.push(n))
        })?;
        if is_array {
            if self.take(',') {
                if !self.word("dtype") {
                    return Err(self.found());
                }
                self.expect('=')?;
                let end = self.rest.find(')').unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            }
            self.expect(')')?;
        }
        Ok(integers)
    }

    /// An integer.
    pub(super) fn integer(&mut self) -> Result<i64> {
        let before = self.rest;
        self.numeral().parse().map_err(|_| short(before))
    }

    /// An integer that is not negative.
    pub(super) fn number(&mut self) -> Result<usize> {
        let before = self.rest;
        let numeral = self.numeral();
        numeral.parse().map_err(|_| if numeral.is_empty() { short(before) } else { numeral.into() })
    }

    /// Digits, behind a sign perhaps; Python 2 wrote long integers as 3L.
    fn numeral(&mut self) -> &'a str {
        let sign = usize::from(self.rest.starts_with('-'));
        let digits = self.rest[sign..].find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len() - sign);
        let (numeral, rest) = self.rest.split_at(sign + digits);
        self.rest = rest.strip_prefix('L').unwrap_or(rest).trim_start();
        numeral
    }

    pub(super) fn boolean(&mut self) -> Result<bool> {
        if self.word("True") {
            Ok(true)
        } else if self.word("False") {
            Ok(false)
        } else {
            Err(self.found())
        }
    }

    /// A string without escapes; Python 2 wrote u'…'.
    pub(super) fn string(&mut self) -> Result<&'a str> {
        let text = self.rest.strip_prefix('u').unwrap_or(self.rest);
        let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"')).ok_or_else(|| self.found())?;
        let (string, rest) = text[1..].split_once(quote).ok_or_else(|| self.found())?;
        if string.contains('\\') {
            return Err(self.found());
        }
        self.rest = rest.trim_start();
        Ok(string)
    }

    /// `Ok` if nothing is left.
    pub(super) fn end(&self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.found()) }
    }

    fn take(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.map_or(self.rest, str::trim_start);
        rest.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.map_or(self.rest, str::trim_start);
        rest.is_some()
    }

    fn expect(&mut self, c: char) -> Result<()> {
        if self.take(c) { Ok(()) } else { Err(self.found()) }
    }

    /// A comma, or the closing bracket, which stays.
    fn separator(&mut self, close: char) -> Result<()> {
        if self.take(',') || self.rest.starts_with(close) { Ok(()) } else { Err(self.found()) }
    }

    /// What stands where something else should.
    fn found(&self) -> String {
        short(self.rest)
    }
}

fn short(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.is_empty() { "the end of the header".into() } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(text: &str) -> Result<(&str, &str)> {
        let mut literal = Literal::new(text);
        literal.any().map(|value| (value, literal.rest))
    }

    #[test]
    fn any_value_ends_where_it_ends() {
        assert_eq!(any("'<f8', 1}"), Ok(("'<f8'", ", 1}")));
        assert_eq!(
            any("[('a', '<f8'), ('b', '<i4', (2, 3))] , 1}"),
            Ok(("[('a', '<f8'), ('b', '<i4', (2, 3))]", ", 1}"))
        );
        assert_eq!(any("{'a': ['}', \"'\"]}}"), Ok(("{'a': ['}', \"'\"]}", "}")));
        for text in ["", "3", "'a, 1}", "((1, 2), 3", "[{'a': 1}"] {
            assert!(any(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_is_counted_and_not_followed() {
        let deep = 100_000;
        let text = format!("{}{}}}", "(".repeat(deep), ")".repeat(deep));
        assert_eq!(any(&text).unwrap().0.len(), 2 * deep);
        assert!(any(&text[..deep]).is_err());
        let item = Literal::new(&text).tuple(|item| item.number().map(|_| ()));
        assert_eq!(item.unwrap_err().len(), 60);
    }

    #[test]
    fn integers_of_both_pythons() {
        let numbers = |text| {
            let mut numbers = vec![];
            Literal::new(text).tuple(|item| item.number().map(|n| numbers.push(n))).map(|()| numbers)
        };
        assert_eq!(numbers("()"), Ok(vec![]));
        assert_eq!(numbers("(3L, 4 , 18446744073709551615,)"), Ok(vec![3, 4, usize::MAX]));
        assert_eq!(numbers("(3, -4)"), Err("-4".into()));
        assert_eq!(numbers("(3,, 4)"), Err(", 4)".into()));
        assert_eq!(numbers("[3]"), Err("[3]".into()));
        assert_eq!(Literal::new("-9223372036854775808").integer(), Ok(i64::MIN));
        assert_eq!(Literal::new("9223372036854775808").integer(), Err("9223372036854775808".into()));
    }
}
