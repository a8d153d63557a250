//! Textual headers: 40 lines of 80 characters, in EBCDIC or ASCII.

use super::TEXT;

/// The characters of ASCII from blank to `~` in EBCDIC (code page 500, as other programs read it).
const EBCDIC: &[u8; 95] = b"\x40\x4f\x7f\x7b\x5b\x6c\x50\x7d\x4d\x5d\x5c\x4e\x6b\x60\x4b\x61\
    \xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\x7a\x5e\x4c\x7e\x6e\x6f\
    \x7c\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xd1\xd2\xd3\xd4\xd5\xd6\
    \xd7\xd8\xd9\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\x4a\xe0\x5a\x5f\x6d\
    \x79\x81\x82\x83\x84\x85\x86\x87\x88\x89\x91\x92\x93\x94\x95\x96\
    \x97\x98\x99\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xc0\xbb\xd0\xa1";

/// The 40 lines without the blanks at their ends. What is no character of ASCII becomes `?`.
pub(super) fn lines(text: &[u8]) -> Vec<String> {
    let is_ascii = is_ascii(text);
    let character = |&byte: &u8| match byte {
        0 => ' ',
        b' '..=b'~' if is_ascii => byte.into(),
        _ if is_ascii => '?',
        _ => EBCDIC.iter().position(|&known| known == byte).map_or('?', |at| (b' ' + at as u8).into()),
    };
    text.chunks(80).map(|line| line.iter().map(character).collect::<String>().trim_end().to_owned()).collect()
}

/// A header is ASCII if more of it is a blank, a letter or a digit there than in EBCDIC.
fn is_ascii(text: &[u8]) -> bool {
    let ascii = text.iter().filter(|&&byte| byte == b' ' || byte.is_ascii_alphanumeric()).count();
    let ebcdic = text.iter().filter(|&&byte| byte == 0x40 || matches!(byte, 0xc1..=0xe9 | 0xf0..=0xf9)).count();
    ascii >= ebcdic
}

/// Whether a textual header is the one that ends them.
pub(super) fn is_last(text: &[u8]) -> bool {
    let line: String = lines(&text[..80]).concat().chars().filter(|c| *c != ' ').collect();
    line.eq_ignore_ascii_case("((SEG:EndText))")
}

/// The header of these lines, in EBCDIC, each behind its number; what is no character of ASCII becomes `?`.
///
/// Of a line 76 characters are kept; the last two lines are the standard's.
pub(super) fn header(lines: &[String], revision: &str) -> Vec<u8> {
    let mut text = Vec::with_capacity(TEXT);
    for k in 0..40 {
        let line = match k {
            38 => revision,
            39 => "END TEXTUAL HEADER",
            _ => lines.get(k).map_or("", String::as_str),
        };
        let characters = format!("C{:>2} ", k + 1).chars().chain(line.chars()).collect::<Vec<_>>();
        let byte = |c: &char| u8::try_from(*c).ok().and_then(|c| EBCDIC.get(usize::from(c).wrapping_sub(32)));
        let mut bytes: Vec<u8> = characters.iter().map(|c| *byte(c).unwrap_or(&0x6f)).collect();
        bytes.resize(80, 0x40);
        text.extend(bytes);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back() {
        let all: String = (b' '..=b'~').map(char::from).collect();
        let given = [&all[..76], &all[19..], "Größe", &"x".repeat(100)].map(str::to_owned);
        let text = header(&given, "SEG-Y REV1");
        assert_eq!(text.len(), TEXT);
        let found = lines(&text);
        assert_eq!(found[0], format!("C 1 {}", &all[..76]));
        assert_eq!(found[1], format!("C 2 {}", &all[19..]));
        assert_eq!(found[2], "C 3 Gr??e");
        assert_eq!(found[3], format!("C 4 {}", "x".repeat(76)));
        assert_eq!((&found[38][..], &found[39][..]), ("C39 SEG-Y REV1", "C40 END TEXTUAL HEADER"));
        assert_eq!(lines(b"C 1 ASCII  "), ["C 1 ASCII"]);
        assert!(is_last(&[&b"((SEG: EndText))"[..], &[b' '; 100]].concat()));
        assert!(!is_last(&text));
    }
}
