//! Text from a free font that travels in the binary: Ubuntu Light, and Hack where it lacks a sign.

use ab_glyph::{Font, FontRef, OutlinedGlyph, PxScale, ScaleFont, point};
use std::sync::OnceLock;

fn fonts() -> &'static [FontRef<'static>] {
    static FONTS: OnceLock<Vec<FontRef<'static>>> = OnceLock::new();
    FONTS.get_or_init(|| {
        [epaint_default_fonts::UBUNTU_LIGHT, epaint_default_fonts::HACK_REGULAR]
            .into_iter()
            .filter_map(|bytes| FontRef::try_from_slice(bytes).ok())
            .collect()
    })
}

/// The outlines of a line of text that begins at (0, 0) on its baseline, and its width.
pub(super) fn outlines(text: &str, size: f32) -> (Vec<OutlinedGlyph>, f32) {
    let mut glyphs = Vec::new();
    let (mut x, mut before) = (0.0, None);
    for c in text.chars() {
        let (c, size, raised) = match plain(c) {
            Some(c) => (c, 0.7 * size, 0.26 * size),
            None => (c, size, 0.0),
        };
        let known = fonts().iter().position(|font| font.glyph_id(c).0 != 0).unwrap_or(0);
        let Some(font) = fonts().get(known) else { continue };
        let id = font.glyph_id(c);
        let scaled = font.as_scaled(PxScale::from(size));
        if let Some((font_before, id_before)) = before
            && font_before == (known, raised)
        {
            x += scaled.kern(id_before, id);
        }
        glyphs.extend(font.outline_glyph(id.with_scale_and_position(size, point(x, -raised))));
        x += scaled.h_advance(id);
        before = Some(((known, raised), id));
    }
    (glyphs, x)
}

/// The sign that this one is a small, raised form of. Fonts lack some, and draw others unlike.
fn plain(c: char) -> Option<char> {
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᴴᵀ".chars().zip("0123456789−+HT".chars());
    raised.into_iter().find_map(|(small, plain)| (small == c).then_some(plain))
}

/// The width of a line of text in pixels.
pub(super) fn width(text: &str, size: f32) -> f32 {
    outlines(text, size).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_signs_of_the_field() {
        assert_eq!(fonts().len(), 2);
        for c in "aZ09 +−×·°²³⁰⁴⁵⁶⁷⁸⁹⁻‖∞λεσΔ∇–…µ√≤≥∂ᴴᵀ".chars() {
            let c = plain(c).unwrap_or(c);
            assert!(fonts().iter().any(|font| font.glyph_id(c).0 != 0), "no glyph for {c}");
        }
        assert!(width("wide text", 20.0) > width("text", 20.0));
        assert!(width("10²", 20.0) < width("102", 20.0));
        assert_eq!(width("", 20.0), 0.0);
    }
}
