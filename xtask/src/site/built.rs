//! The site as it was built: every link and anchor within it leads somewhere, and no page loads anything
//! that lies elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::links::beside;
use crate::{Failure, workspace};

/// What is wrong with the site below `folder`, and how many links were followed.
pub(super) fn check(folder: &Path) -> Result<(Vec<String>, usize), Failure> {
    let mut pages: BTreeMap<String, Page> = BTreeMap::new();
    let mut files = BTreeSet::new();
    let mut problems = Vec::new();
    for file in workspace::files(folder)? {
        let path = workspace::relative(folder, &file);
        match file.extension().and_then(|it| it.to_str()) {
            Some("html") => {
                pages.insert(path.clone(), Page::read(&fs::read_to_string(&file)?));
            }
            Some("css") => problems.extend(
                outside_of_styles(&fs::read_to_string(&file)?)
                    .into_iter()
                    .map(|address| format!("{path}: loads `{address}`")),
            ),
            _ => {}
        }
        files.insert(path);
    }
    let mut followed = 0;
    for (path, page) in &pages {
        for target in &page.targets {
            if is_elsewhere(&target.address) {
                if target.is_loaded {
                    problems.push(format!("{path}: loads `{}`", target.address));
                }
                continue;
            }
            followed += 1;
            if let Err(why) = follow(&files, &pages, path, &target.address) {
                problems.push(format!("{path}: `{}` {why}", target.address));
            }
        }
    }
    Ok((problems, followed))
}

/// Whether an address names another host.
fn is_elsewhere(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    ["http:", "https:", "ws:", "wss:", "ftp:", "//"].iter().any(|it| address.starts_with(it))
}

fn follow(
    files: &BTreeSet<String>,
    pages: &BTreeMap<String, Page>,
    from: &str,
    address: &str,
) -> Result<(), &'static str> {
    if ["data:", "mailto:", "javascript:"].iter().any(|it| address.starts_with(it)) {
        return Ok(());
    }
    let (file, anchor) = address.split_once('#').unwrap_or((address, ""));
    let file = decoded(file.split('?').next().unwrap_or_default());
    let path = if file.is_empty() {
        from.to_owned()
    } else {
        beside(from, &file).ok_or("leads out of the site")?
    };
    let index = format!("{path}/index.html");
    let path = if files.contains(&path) { path } else { index.trim_start_matches('/').to_owned() };
    if !files.contains(&path) {
        return Err("is not there");
    }
    let anchor = decoded(anchor);
    let is_there =
        anchor.is_empty() || pages.get(&path).is_none_or(|it| it.names.contains(&anchor));
    if is_there { Ok(()) } else { Err("names nothing on its page") }
}

/// Addresses of other hosts that a style sheet loads.
fn outside_of_styles(text: &str) -> Vec<String> {
    let after = ["url(", "@import "].into_iter().flat_map(|mark| text.split(mark).skip(1));
    after
        .filter_map(|rest| {
            let end = rest.find([')', ';', '\n']).unwrap_or(rest.len());
            let address = rest.get(..end)?.trim().trim_matches(['"', '\'']);
            is_elsewhere(address).then(|| address.to_owned())
        })
        .collect()
}

/// `%20` and the like as the bytes that they stand for; what is no such code stays.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = address.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = code
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a page offers to links and asks of them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    /// Values of `id` and `name`.
    names: BTreeSet<String>,
    targets: Vec<Target>,
}

/// An address of a page.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    address: String,
    /// The browser asks for it by itself; not a link that a reader may follow.
    is_loaded: bool,
}

impl Page {
    /// Reads HTML as mdbook writes it: quoted attributes, no `>` within them.
    fn read(html: &str) -> Self {
        let mut page = Self::default();
        let mut rest = html;
        while let Some((_, after)) = rest.split_once('<') {
            if let Some(comment) = after.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let Some((tag, after)) = after.split_once('>') else { break };
            let name = tag.split(|it: char| it.is_whitespace() || it == '/').next();
            let name = name.unwrap_or_default().to_ascii_lowercase();
            page.take(&name, tag);
            rest = match name.as_str() {
                "script" | "style" => {
                    after.split_once(&format!("</{name}")).map_or("", |(_, after)| after)
                }
                _ => after,
            };
        }
        page
    }

    fn take(&mut self, name: &str, tag: &str) {
        for (attribute, value) in attributes(tag) {
            let is_link = matches!(name, "a" | "area");
            match attribute.as_str() {
                "id" => drop(self.names.insert(value)),
                "name" if is_link => drop(self.names.insert(value)),
                "href" if is_link => {
                    self.targets.push(Target { address: value, is_loaded: false });
                }
                "srcset" => {
                    let addresses = value.split(',').filter_map(|it| it.split_whitespace().next());
                    let targets =
                        addresses.map(|it| Target { address: it.to_owned(), is_loaded: true });
                    self.targets.extend(targets);
                }
                "href" | "src" | "data" | "poster" | "action" | "formaction" => {
                    self.targets.push(Target { address: value, is_loaded: true });
                }
                _ => {}
            }
        }
    }
}

/// Names and values of the attributes of a tag.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let name = before.rsplit(|it: char| it.is_whitespace()).next().unwrap_or_default();
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        found.push((name.to_ascii_lowercase(), plain(value)));
        rest = after;
    }
    found
}

/// Text without the references of HTML that addresses may have.
fn plain(value: &str) -> String {
    let pairs = [("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">")];
    let text =
        pairs.iter().fold(value.to_owned(), |text, (code, letter)| text.replace(code, letter));
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{check, decoded, outside_of_styles};
    use crate::workspace;

    #[test]
    fn a_page_that_loads_from_elsewhere_or_leads_nowhere_is_told() {
        let folder = workspace::target_folder().join("site-of-a-test");
        fs::create_dir_all(folder.join("docs")).unwrap();
        let page = r##"<link href="https://fonts.example.com/a.css"><script src="//x.example.com/a.js">
            "<a href='no'>"</script><!-- <img src="gone.png"> --><img src="docs/b.html">
            <a href="https://example.com">out</a> <a href="docs/b.html#here">b</a> <a href="docs/">d</a>
            <a href="docs/b.html#there">b</a> <a href="c.html">c</a> <a href="#x&amp;y">x</a>"##;
        fs::write(folder.join("index.html"), page).unwrap();
        fs::write(folder.join("docs/b.html"), r#"<h1 id="here">b</h1>"#).unwrap();
        fs::write(folder.join("docs/index.html"), "").unwrap();
        fs::write(folder.join("a.css"), "a{b:url( 'https://example.com/f.woff')}").unwrap();
        let (problems, followed) = check(&folder).unwrap();
        let expected = [
            "a.css: loads `https://example.com/f.woff`",
            "index.html: loads `https://fonts.example.com/a.css`",
            "index.html: loads `//x.example.com/a.js`",
            "index.html: `docs/b.html#there` names nothing on its page",
            "index.html: `c.html` is not there",
            "index.html: `#x&y` names nothing on its page",
        ];
        assert_eq!(problems, expected);
        assert_eq!(followed, 6);
    }

    #[test]
    fn codes_in_addresses_are_read() {
        assert_eq!(decoded("a%20b%zz%C3%A4"), "a b%zzä");
        assert!(outside_of_styles("a { b: url(\"fonts/a.woff2\"); }").is_empty());
    }
}
