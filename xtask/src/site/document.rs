//! A document of the repository as a reader follows it: its title, its anchors, where its links lead.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What a Markdown file offers to links and asks of them.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The text of the first heading of the first level.
    pub(crate) title: Option<String>,
    /// Names after `#` that lead somewhere here, in GitHub's spelling.
    pub(crate) anchors: BTreeSet<String>,
    pub(crate) links: Vec<Link>,
    /// Lines of rows that have more cells than the head of their table, whose end no reader sees.
    pub(crate) cut_rows: Vec<usize>,
}

/// A link or an image.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) target: String,
    /// What the reader sees of it, without marks.
    pub(crate) text: String,
    /// The heading of the second level above it.
    pub(crate) section: String,
}

impl Document {
    pub(crate) fn read(text: &str) -> Self {
        let mut document = Self::default();
        let mut used: BTreeMap<String, usize> = BTreeMap::new();
        let mut section = String::new();
        let mut heading: Option<String> = None;
        let mut open: Vec<usize> = Vec::new();
        let mut columns = 0;
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
                Event::Start(Tag::TableRow) if cells(text.get(range.clone())) > columns => {
                    document.cut_rows.push(line_at(text, range.start));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(level)) => {
                    let title = heading.take().unwrap_or_default();
                    let name = anchor(&title);
                    let count = used.entry(name.clone()).or_default();
                    let unique = if *count == 0 { name } else { format!("{name}-{count}") };
                    *count += 1;
                    document.anchors.insert(unique);
                    match level as usize {
                        1 if document.title.is_none() => document.title = Some(title),
                        2 => section = title,
                        _ => {}
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    open.push(document.links.len());
                    document.links.push(Link {
                        line: line_at(text, range.start),
                        target: dest_url.to_string(),
                        text: String::new(),
                        section: section.clone(),
                    });
                }
                Event::End(TagEnd::Link | TagEnd::Image) => drop(open.pop()),
                Event::Text(words) | Event::Code(words) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&words);
                    }
                    if let Some(link) = open.last().and_then(|at| document.links.get_mut(*at)) {
                        link.text.push_str(&words);
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    document.anchors.extend(named_places(&html));
                }
                _ => {}
            }
        }
        document
    }
}

/// Cells of a row as it is written: `|` divides, also within code, unless a backslash stands before it.
fn cells(row: Option<&str>) -> usize {
    let row = row.unwrap_or_default().trim().replace("\\|", "");
    let inner = row.strip_prefix('|').unwrap_or(&row);
    inner.strip_suffix('|').unwrap_or(inner).split('|').count()
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.get(..offset).unwrap_or_default().matches('\n').count()
}

/// The name of a heading in addresses, as GitHub makes it: small letters, digits, `-` and `_`, a hyphen
/// for a blank.
fn anchor(title: &str) -> String {
    let kept = title.trim().chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        _ if letter.is_alphanumeric() => Some(letter),
        _ => None,
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// The values of `id="…"` and `name="…"` in a piece of HTML.
fn named_places(html: &str) -> Vec<String> {
    let after = ["id=\"", "name=\""].into_iter().flat_map(|mark| html.split(mark).skip(1));
    after.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{Document, anchor};

    #[test]
    fn headings_have_the_anchors_that_github_gives_them() {
        for (title, name) in [
            ("What a hostile handler can do", "what-a-hostile-handler-can-do"),
            ("faasguard top: alerts, on a terminal", "faasguard-top-alerts-on-a-terminal"),
            ("1. Look", "1-look"),
            ("a – b", "a--b"),
        ] {
            assert_eq!(anchor(title), name);
        }
        let twice = Document::read("# A\n\n## `b` c\n\n## b c\n\n<a id=\"here\"></a>\n");
        let anchors: Vec<&str> = twice.anchors.iter().map(String::as_str).collect();
        assert_eq!(anchors, ["a", "b-c", "b-c-1", "here"]);
        assert_eq!(twice.title.as_deref(), Some("A"));
    }

    #[test]
    fn a_row_with_more_cells_than_its_head_is_told() {
        let text = "| a | b |\n|---|---|\n| `x\\|y` | z |\n| `x|y` | z |\n| z |\n";
        assert_eq!(Document::read(text).cut_rows, [4]);
    }

    #[test]
    fn links_are_told_with_line_text_and_section_and_code_has_none() {
        let text = "# A\n\n## Of b\n\n| |\n|---|\n| [`b` c](b.md#d) |\n\n`[x](y.md)`\n";
        let document = Document::read(text);
        let [link] = document.links.as_slice() else { panic!("{:?}", document.links) };
        assert_eq!((link.line, link.target.as_str(), link.text.as_str()), (7, "b.md#d", "b c"));
        assert_eq!(link.section, "Of b");
    }
}
