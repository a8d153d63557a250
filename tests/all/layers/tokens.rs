//! The words and signs of a Rust text, and which of them are for tests only.

/// A word, a `::`, or another sign.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
    /// Braces, brackets and parentheses open around it.
    pub(super) depth: usize,
}

pub(super) fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// The words and signs of a text, without comments, strings, characters, lifetimes and numbers.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let (mut found, mut at, mut line, mut depth) = (Vec::new(), 0, 1, 0_usize);
    while at < text.len() {
        let (length, token) = lexeme(&text[at..]);
        let lexeme = &text[at..at + length];
        depth -= usize::from(matches!(lexeme, "}" | "]" | ")")).min(depth);
        if token {
            found.push(Token { text: lexeme.into(), line, depth });
        }
        depth += usize::from(matches!(lexeme, "{" | "[" | "("));
        line += lexeme.matches('\n').count();
        at += length;
    }
    found
}

/// How long the first lexeme is, and whether it is a token.
fn lexeme(text: &str) -> (usize, bool) {
    let first = text.chars().next().expect("a text that is not at its end");
    if text.starts_with("//") {
        (text.find('\n').unwrap_or(text.len()), false)
    } else if text.starts_with("/*") {
        (comment(text), false)
    } else if let Some(length) = literal(text) {
        (length, false)
    } else if first.is_alphanumeric() || first == '_' {
        (word(text), !first.is_numeric())
    } else if text.starts_with("::") {
        (2, true)
    } else {
        (first.len_utf8(), !first.is_whitespace())
    }
}

fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The length of a comment in stars, which may hold others.
fn comment(text: &str) -> usize {
    let (mut open, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            open += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            open -= 1;
            at += 2;
            if open == 0 {
                break;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of a string, a character or a lifetime, if the text begins with one.
fn literal(text: &str) -> Option<usize> {
    let quoted = text.trim_start_matches(['b', 'c', 'r']);
    let prefix = text.len() - quoted.len();
    if prefix > 2 {
        return None;
    }
    if text[..prefix].ends_with('r') {
        let opened = quoted.trim_start_matches('#');
        let close = format!("\"{}", "#".repeat(quoted.len() - opened.len()));
        let length = opened.strip_prefix('"')?.find(&close)?;
        return Some(text.len() - opened.len() + 1 + length + close.len());
    }
    let quote = quoted.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let mut inside = quoted.char_indices().skip(1);
    if quote == '\'' {
        let mut next = quoted.chars().skip(1);
        if next.next() != Some('\\') && next.next() != Some('\'') {
            return Some(prefix + 1 + word(&quoted[1..]));
        }
    }
    while let Some((at, c)) = inside.next() {
        if c == '\\' {
            inside.next();
        } else if c == quote {
            return Some(prefix + at + 1);
        }
    }
    None
}

/// Where what `tokens[at]` opens is closed: one past the closing sign.
pub(super) fn block_end(tokens: &[Token], at: usize) -> usize {
    let depth = tokens[at].depth;
    let inside = tokens[at + 1..].iter().take_while(|token| token.depth > depth).count();
    (at + inside + 2).min(tokens.len())
}

/// Leaves out the items that are compiled for tests only.
pub(super) fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let end = attribute_end(tokens, at);
        if end > at && is_for_tests(&tokens[at..end]) {
            at = item_end(tokens, end);
        } else {
            let end = end.max(at + 1);
            kept.extend_from_slice(&tokens[at..end]);
            at = end;
        }
    }
    kept
}

/// One past the attribute that stands at `at`; `at` itself if there is none.
fn attribute_end(tokens: &[Token], at: usize) -> usize {
    let opens = tokens[at].text == "#" && tokens.get(at + 1).is_some_and(|token| token.text == "[");
    if opens { block_end(tokens, at + 1) } else { at }
}

/// Whether an attribute is `#[cfg(test)]`, or asks for more than that.
fn is_for_tests(attribute: &[Token]) -> bool {
    let has = |word: &str| attribute.iter().any(|token| token.text == word);
    attribute[2].text == "cfg" && (has("test") || has("doctest")) && !has("not") && !has("any")
}

/// One past the item whose attributes go on at `at`.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() && attribute_end(tokens, at) > at {
        at = attribute_end(tokens, at);
    }
    let Some(depth) = tokens.get(at).map(|token| token.depth) else { return at };
    while let Some(token) = tokens.get(at).filter(|token| token.depth >= depth) {
        match token.text.as_str() {
            ";" if token.depth == depth => return at + 1,
            "{" if token.depth == depth => return block_end(tokens, at),
            _ => at += 1,
        }
    }
    at
}
