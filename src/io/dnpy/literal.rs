//! As much of Python's literals as headers have: dictionaries, tuples, lists, strings, integers, booleans.

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

    /// The items of a tuple or a list.
    pub(super) fn items(&mut self, mut f: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        let close = if self.take('[') { ']' } else { ')' };
        if close == ')' {
            self.expect('(')?;
        }
        while !self.take(close) {
            f(self)?;
            self.separator(close)?;
        }
        Ok(())
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

    /// An integer; Python 2 wrote long ones as 3L.
    pub(super) fn integer(&mut self) -> Result<i64> {
        let sign = usize::from(self.rest.starts_with('-'));
        let digits = self.rest[sign..].find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len() - sign);
        let (text, rest) = self.rest.split_at(sign + digits);
        let integer = text.parse().map_err(|_| self.found())?;
        self.rest = rest.strip_prefix('L').unwrap_or(rest).trim_start();
        Ok(integer)
    }

    /// An integer that is not negative.
    pub(super) fn number(&mut self) -> Result<usize> {
        let integer = self.integer()?;
        usize::try_from(integer).map_err(|_| integer.to_string())
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

    fn found(&self) -> String {
        let short: String = self.rest.chars().take(60).collect();
        if short.is_empty() { "the end of the header".into() } else { short }
    }
}
