//! Names of members: UTF-8 where a flag says so, else the code page of the first PCs.

/// The second half of code page 437.
const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// The flag of UTF-8.
const IS_UTF8: u64 = 1 << 11;

pub(super) fn decoded(name: &[u8], flags: u64) -> String {
    if flags & IS_UTF8 != 0 || name.is_ascii() {
        return String::from_utf8_lossy(name).into_owned();
    }
    let upper = |byte: u8| UPPER.chars().nth(usize::from(byte & 0x7f)).unwrap_or('?');
    name.iter().map(|&byte| if byte.is_ascii() { byte.into() } else { upper(byte) }).collect()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn both_alphabets() {
        assert_eq!(decoded("Größe".as_bytes(), 1 << 11), "Größe");
        assert_eq!(decoded(b"Gr\x94\xe1e", 0), "Größe");
        assert_eq!(decoded(b"\x80\xff", 0), "Ç\u{a0}");
        assert_eq!(super::UPPER.chars().count(), 128);
    }
}
