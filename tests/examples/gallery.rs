//! `doc/gallery`: every example is in it, its pictures are there and small, and a browser shows all of them.

use crate::running::{Engine, run};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

fn gallery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("doc/gallery")
}

fn page() -> String {
    fs::read_to_string(gallery().join("index.html")).unwrap()
}

/// What stands between these words, wherever they are.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

#[test]
fn every_example_is_in_it() {
    let manifest = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/Cargo.toml")).unwrap();
    let examples = between(&manifest, "[[example]]\nname = \"", "\"");
    assert!(examples.len() > 20, "{examples:?}");
    let page = page();
    let shown = between(&page, " id=\"", "\"");
    for example in &examples {
        assert!(
            shown.contains(example),
            "{example} is not in doc/gallery: one entry in examples/gallery/entries.rs, then `make gallery`"
        );
    }
    assert_eq!(shown.len(), examples.len(), "the page has one that there is not: {shown:?}");
}

#[test]
fn its_pictures_are_there_and_small() {
    let page = page();
    let mut named = between(&page, "<img src=\"", "\"");
    assert!(named.len() >= 12, "{named:?}");
    for name in &named {
        let bytes = fs::read(gallery().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() <= 60_000, "{name}: {} bytes", bytes.len());
        let width = u32::from_be_bytes(bytes[16..20].try_into().unwrap());
        assert!((1..=720).contains(&width), "{name} is {width} wide");
    }
    let mut there: Vec<_> =
        fs::read_dir(gallery()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    there.retain(|name| name != "index.html");
    there.sort();
    named.sort_unstable();
    assert_eq!(there, named, "a picture that the page does not show");
}

/// The list names all examples, and lines that their sources have.
#[test]
fn its_list_fits_the_sources() {
    let output = run(Engine::Threads, 1, "gallery", &["--check"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Looks at the page as a browser of this size has it: the DOM after a script has looked at all pictures.
fn in_browser(browser: &str, width: u32) -> String {
    let folder = env::temp_dir().join(format!("lops-gallery-browser-{}-{width}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let script = "<script>window.addEventListener('load', () => {
        const broken = [...document.images].filter(i => !(i.complete && i.naturalWidth > 0)).map(i => i.getAttribute('src'));
        const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        const seen = document.createElement('p');
        seen.id = 'seen';
        seen.textContent = `${document.images.length} images, broken [${broken}], ${wide} too wide`;
        document.body.append(seen);
    });</script></body>";
    let base = format!("<head><base href=\"file://{}/\">", gallery().display());
    let page = page().replace("<head>", &base).replace(" loading=\"lazy\"", "").replace("</body>", script);
    fs::write(folder.join("page.html"), page).unwrap();
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--allow-file-access-from-files",
        "--virtual-time-budget=10000",
        "--dump-dom",
    ];
    let output = Command::new(browser)
        .args(flags)
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--window-size={width},900"))
        .arg(format!("file://{}", folder.join("page.html").display()))
        .output()
        .unwrap();
    let _ = fs::remove_dir_all(&folder);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_browser_shows_all_of_it() {
    let there =
        |browser: &&&str| Command::new(browser).arg("--version").output().is_ok_and(|output| output.status.success());
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].iter().find(there) else {
        println!("skipped: there is no Chromium");
        return;
    };
    let images = between(&page(), "<img src=\"", "\"").len();
    for width in [1200, 500] {
        let dom = in_browser(browser, width);
        let seen = between(&dom, "<p id=\"seen\">", "</p>");
        assert_eq!(seen, [format!("{images} images, broken [], 0 too wide")], "{width} pixels wide");
    }
}
