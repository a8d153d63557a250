//! The page: one file of HTML with its style, readable on a telephone, light or dark as the reader's system is.

use crate::entries::{ENTRIES, Entry, TOOLS};

/// What is known of an example after its run.
pub(crate) struct Shown<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) heart: String,
    pub(crate) printed: String,
    /// Width and height of its picture, which is called as the example is.
    pub(crate) picture: Option<[u32; 2]>,
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1d2530; --faint: #5d6876; --paper: #f6f7f9; --card: #ffffff; --line: #dde2e8; --code: #f1f3f6; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ee; --faint: #9aa6b4; --paper: #14181d; --card: #1c2229; --line: #303944; --code: #12161b; --link: #7db8f5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { margin: 1rem 0 0.25rem; font-size: 1.9rem; }
h2 { margin: 0; font-size: 1.25rem; }
p { margin: 0.4rem 0; }
a { color: var(--link); }
nav { display: flex; flex-wrap: wrap; gap: 0.35rem 0.9rem; margin-top: 0.8rem; font-size: 0.92rem; }
article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 0 0 1.2rem; scroll-margin-top: 1rem; }
article .name { color: var(--faint); font: 0.85rem ui-monospace, monospace; overflow-wrap: anywhere; }
img { display: block; max-width: 100%; height: auto; margin: 0.8rem auto 0; border-radius: 6px; background: #ffffff; }
pre { margin: 0.8rem 0 0; padding: 0.7rem 0.8rem; overflow-x: auto; background: var(--code); border-radius: 6px; font: 0.8rem/1.45 ui-monospace, monospace; }
pre.printed { border-left: 3px solid var(--line); color: var(--faint); }
footer { color: var(--faint); font-size: 0.9rem; }
";

/// The whole page.
pub(crate) fn page(articles: &[String], ranks: usize) -> String {
    let links = ENTRIES.iter().map(|Entry { name, .. }| format!("<a href=\"#{name}\">{name}</a>"));
    let tools =
        TOOLS.iter().map(|(name, words)| format!("<li id=\"{name}\"><code>{name}</code>: {}</li>", escaped(words)));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>lops: gallery</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>Gallery</h1>\n\
         <p>The examples of lops, each run small on {ranks} ranks: its picture, the heart of its code, and what it prints. On any number of \
         ranks the figures and the pictures are the same, to the last bit; times are not.</p>\n<nav>{}</nav>\n</header>\n<main>\n{}</main>\n\
         <footer>\n<p>Made by <code>make gallery</code>. Examples that are tools and have nothing to look at:</p>\n<ul>{}</ul>\n</footer>\n\
         </body>\n</html>\n",
        links.collect::<Vec<_>>().join(" "),
        articles.concat(),
        tools.collect::<String>(),
    )
}

/// The article of an example, as a page has it.
pub(crate) fn article_of(page: &str, name: &str) -> Option<String> {
    let (begin, end) = (format!("<article id=\"{name}\">"), "</article>\n");
    let rest = page.split_once(&begin)?.1;
    Some(format!("{begin}{}{end}", rest.split_once(end)?.0))
}

/// The article of an example that was run.
pub(crate) fn article(shown: &Shown<'_>) -> String {
    let Entry { name, title, words, arguments, .. } = shown.entry;
    let [title, words] = [title, words].map(|text| escaped(text));
    let own = if arguments.is_empty() { String::new() } else { format!(" -- {}", arguments.join(" ")) };
    let command = escaped(&format!("cargo run --release --example {name}{}", own.replace("OUT", "pictures")));
    let picture = shown.picture.map(|[width, height]| {
        format!("<img src=\"{name}.png\" alt=\"{title}\" width=\"{width}\" height=\"{height}\" loading=\"lazy\">\n")
    });
    let printed = format!("<pre class=\"printed\">{}</pre>\n", escaped(&shown.printed));
    format!(
        "<article id=\"{name}\">\n<h2>{title}</h2>\n<p>{words}</p>\n<p class=\"name\">{command}</p>\n{}\
         <pre class=\"heart\"><code>{}</code></pre>\n{}</article>\n",
        picture.unwrap_or_default(),
        escaped(&shown.heart),
        if shown.printed.is_empty() { "" } else { &printed },
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
