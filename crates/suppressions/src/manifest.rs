//! Markers in comments of manifests and lock files: behind an entry, or on a line of their own above it.

use source_text::{Comment, FileId, Place};

use crate::{
    lines::Held,
    marker::{Marker, OWN, own},
};

/// How comments begin in a file of a package manager; `None` for those that have none, such as JSON.
fn sign_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match name {
        "go.mod" => Some("//"),
        "Pipfile" | "Gemfile" | "poetry.lock" | "uv.lock" | "pdm.lock" | "yarn.lock"
        | "Cargo.lock" | "pip.conf" | ".npmrc" | ".yarnrc" => Some("#"),
        _ => match ending {
            "txt" | "in" | "toml" | "yaml" | "yml" | "gemspec" => Some("#"),
            "gradle" | "kts" => Some("//"),
            "xml" | "csproj" | "fsproj" | "vbproj" | "props" => Some("<!--"),
            _ => None,
        },
    }
}

/// The markers of a file.
#[must_use]
pub fn of_manifest(path: &str, text: &str, file: FileId) -> Vec<Marker> {
    let Some(sign) = sign_of(path).filter(|_| text.contains(OWN)) else { return Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let mut markers = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((before, words)) = comment_of(line, sign) else { continue };
        let is_alone = before.trim().is_empty();
        let about = if is_alone { entry_below(&lines, index, sign) } else { Some((index, index)) };
        let (first, last) = about.unwrap_or((index, index));
        let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
        let column = u32::try_from(before.chars().count() + 1).unwrap_or(1);
        let end_column = u32::try_from(line.chars().count() + 1).unwrap_or(column);
        let place =
            Place { file, line: number(index), column, end_line: number(index), end_column };
        let comment = Comment { place, text: words.into() };
        let held = Held::of_lines(number(first), number(last));
        markers.extend(own(words.strip_prefix(OWN).unwrap_or(words).trim(), &comment, held));
    }
    markers
}

/// What stands before a comment that is a marker, and its words.
fn comment_of<'a>(line: &'a str, sign: &str) -> Option<(&'a str, &'a str)> {
    line.match_indices(sign).find_map(|(at, _)| {
        let words = line.get(at + sign.len()..)?.trim_start_matches(['#', '/', ' ', '\t']);
        let words = if sign == "<!--" { words.split("-->").next().unwrap_or(words) } else { words };
        words.starts_with(OWN).then(|| (line.get(..at).unwrap_or_default(), words.trim()))
    })
}

/// First and last line of the entry below a comment: the next line with something on it, and the lines
/// below that belong to it as they are further to the right, or stand in its table.
fn entry_below(lines: &[&str], comment: usize, sign: &str) -> Option<(usize, usize)> {
    let is_blank = |line: &str| line.trim().is_empty() || line.trim_start().starts_with(sign);
    let mut below = lines.iter().enumerate().skip(comment + 1);
    let (first, line) = below.find(|(_, line)| !is_blank(line))?;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_table = line.starts_with('[');
    let belongs = |other: &str| {
        let is_inner =
            if is_table { !other.starts_with('[') } else { indent(other) > indent(line) };
        is_inner && !other.trim().is_empty()
    };
    let inner = below.take_while(|(_, other)| belongs(other)).last();
    Some((first, inner.map_or(first, |(last, _)| last)))
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::of_manifest;

    fn lines(path: &str, text: &str) -> Vec<(u32, u32)> {
        of_manifest(path, text, FileId(0)).iter().map(|it| it.held.first_and_last()).collect()
    }

    #[test]
    fn a_marker_is_about_its_line_or_the_entry_below() {
        let pip = "a==1\n# faasguard: allow vulnerable-dependency -- why\n\nb==2 \\\n    --hash=x\n\
                   c==3  # faasguard: allow vulnerable-dependency\n";
        assert_eq!(lines("requirements-dev.txt", pip), [(4, 5), (6, 6)]);
        let poetry = "# faasguard: allow SAS-6.6\n[[package]]\nname = \"a\"\nversion = \"1\"\n\n\
                      [[package]]\n";
        assert_eq!(lines("x/poetry.lock", poetry), [(2, 4)]);
        let go = "require (\n\ta/b v1 // indirect // faasguard: allow SAS-6.6\n\
                  \t// faasguard: allow SAS-6.6\n\tc/d v1\n\te/f v1\n)\n";
        assert_eq!(lines("go.mod", go), [(2, 2), (4, 4)]);
        let pom = "<p>\n  <!-- faasguard: allow SAS-6.6 -- why -->\n  <dependency>\n    <version>1\n  \
                   </dependency>\n</p>\n";
        assert_eq!(lines("pom.xml", pom), [(3, 4)]);
        let yarn =
            "# faasguard: allow SAS-6.6\n\"a@^1\":\n  version \"1\"\n\nb@2:\n  version \"2\"\n";
        assert_eq!(lines("yarn.lock", yarn), [(2, 3)]);
    }

    #[test]
    fn what_is_no_comment_of_the_file_is_no_marker() {
        assert!(lines("package-lock.json", "// faasguard: allow SAS-6.6\n").is_empty());
        assert!(lines("go.mod", "# faasguard: allow SAS-6.6\n").is_empty());
        assert!(lines("requirements.txt", "# faasguards: allow SAS-6.6\n").is_empty());
    }
}
