//! Shell scripts and makefiles: which files are so, and their comments.

use source_text::{Comment, FileId, Parsed, Place};

/// Whether a file is a shell script or a makefile, by its name.
#[must_use]
pub fn is_script(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    matches!(name, "Makefile" | "makefile" | "GNUmakefile")
        || [".sh", ".bash", ".mk"].iter().any(|ending| name.ends_with(ending))
}

/// A script as a text without documents: only its comments are read here.
#[must_use]
pub fn parse_script(file: FileId, text: &str) -> Parsed {
    let comments = text.lines().zip(1_u32..).filter_map(|(line, number)| {
        let words = line.trim_start().strip_prefix('#')?;
        let column = |length: usize| u32::try_from(length + 1).unwrap_or(u32::MAX);
        let place = Place {
            file,
            line: number,
            column: column(line.len() - words.len() - 1),
            end_line: number,
            end_column: column(line.len()),
        };
        Some(Comment { place, text: words.into() })
    });
    Parsed { documents: Vec::new(), comments: comments.collect(), diagnostics: Vec::new() }
}

#[cfg(test)]
mod tests {
    use source_text::FileId;

    use super::{is_script, parse_script};

    #[test]
    fn scripts_are_known_by_name() {
        for name in ["deploy.sh", "a/Makefile", "rules.mk"] {
            assert!(is_script(name), "{name}");
        }
        assert!(!is_script("Makefile.am") && !is_script("sh"));
    }

    #[test]
    fn comments_stand_on_lines_of_their_own() {
        let parsed = parse_script(FileId(0), "# one\necho '# two'\n  # three\n");
        let found: Vec<_> =
            parsed.comments.iter().map(|it| (it.place.line, it.text.trim())).collect();
        assert_eq!(found, [(1, "one"), (3, "three")]);
    }
}
