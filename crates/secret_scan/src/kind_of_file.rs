//! What a file is by its name and its first bytes, as far as the search for secrets asks.

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Settings, data, scripts of a shell: a value needs no quotes.
    Settings,
    /// A program: what stands without quotes is an expression.
    Code,
    /// Written by tools: locks, maps, minified code. Only token shapes count.
    Generated,
    /// Text for people.
    Prose,
}

const CODE: [&str; 40] = [
    "c", "cc", "cpp", "cs", "cxx", "dart", "erl", "ex", "exs", "fs", "go", "groovy", "h", "hpp",
    "hs", "java", "jl", "js", "jsx", "kt", "kts", "lua", "m", "mjs", "cjs", "ml", "mm", "mts",
    "php", "pl", "pm", "py", "pyi", "r", "rb", "rs", "scala", "swift", "ts", "tsx",
];

const PROSE: [&str; 8] = ["md", "rst", "adoc", "txt", "html", "htm", "tex", "markdown"];

const GENERATED: [&str; 9] = ["lock", "map", "svg", "sum", "po", "pot", "csv", "tsv", "snap"];

impl FileKind {
    /// By the name; what has none that is known is taken for settings.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let is_list = matches!(
            lower.as_str(),
            "package-lock.json"
                | "npm-shrinkwrap.json"
                | "pnpm-lock.yaml"
                | "go.mod"
                | "record"
                | "sha256sums"
                | ".cargo-checksum.json"
                | "packages.lock.json"
        );
        if is_list || lower.contains(".min.") {
            return Self::Generated;
        }
        if is_translation(path, &lower) {
            return Self::Prose;
        }
        let Some((stem, ending)) = lower.rsplit_once('.') else { return Self::Settings };
        if stem.is_empty() {
            return Self::Settings;
        }
        match ending {
            _ if CODE.contains(&ending) => Self::Code,
            _ if PROSE.contains(&ending) => Self::Prose,
            _ if GENERATED.contains(&ending) => Self::Generated,
            _ => Self::Settings,
        }
    }
}

/// Whether a file holds texts for people in their languages: `messages_de.properties`,
/// `locales/fr.json`.
fn is_translation(path: &str, name: &str) -> bool {
    const FOLDERS: [&str; 7] =
        ["i18n", "l10n", "locale", "locales", "_locales", "lang", "translations"];
    const ENDINGS: [&str; 8] =
        ["json", "yaml", "yml", "properties", "xml", "resx", "strings", "arb"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let mut folders = path.rsplit(['/', '\\']).skip(1);
    matches!(ending, "resx" | "strings" | "arb")
        || (ending == "properties" && name.starts_with("messages"))
        || (ENDINGS.contains(&ending)
            && folders.any(|folder| FOLDERS.iter().any(|it| folder.eq_ignore_ascii_case(it))))
}

/// Whether a file by its path is a test, an example or a document: what looks like a secret in it was
/// often made up.
#[must_use]
pub fn is_for_show(path: &str) -> bool {
    const WORDS: [&str; 24] = [
        "test",
        "tests",
        "testing",
        "testdata",
        "testcase",
        "testcases",
        "fixture",
        "fixtures",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "doc",
        "docs",
        "mock",
        "mocks",
        "spec",
        "specs",
        "e2e",
        "tutorial",
        "tutorials",
        "snapshots",
    ];
    let lower = path.to_ascii_lowercase();
    let ending = lower.rsplit('.').next().unwrap_or_default();
    PROSE.contains(&ending) && ending != "txt"
        || lower.split(['/', '\\', '!', '.', '_', '-', ' ']).any(|word| WORDS.contains(&word))
}

/// Whether bytes are no text: a NUL among the first of them that is not that of UTF-16.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(8 * 1024)).unwrap_or_default();
    let is_wide = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    !is_wide && memchr::memchr(0, head).is_some()
}

#[cfg(test)]
mod tests {
    use super::FileKind;

    #[test]
    fn names_tell_what_a_file_is() {
        for (path, kind) in [
            ("src/app.py", FileKind::Code),
            (".env", FileKind::Settings),
            ("a/.npmrc", FileKind::Settings),
            ("Dockerfile", FileKind::Settings),
            ("package-lock.json", FileKind::Generated),
            ("Cargo.lock", FileKind::Generated),
            ("README.md", FileKind::Prose),
            ("app.config.json", FileKind::Settings),
            ("src/messages_de.properties", FileKind::Prose),
            ("public/locales/fr.json", FileKind::Prose),
            ("src/application.properties", FileKind::Settings),
        ] {
            assert_eq!(FileKind::of(path), kind, "{path}");
        }
    }
}

#[cfg(test)]
mod show_tests {
    use super::is_for_show;

    #[test]
    fn tests_examples_and_documents_are_told_by_their_path() {
        for path in [
            "tests/app.py",
            "src/__tests__/a.js",
            "a/handler_test.go",
            "test_handler.py",
            "b.spec.ts",
            ".env.example",
            "sample-app/config.json",
            "README.md",
            "a.zip!docs/x.yaml",
        ] {
            assert!(is_for_show(path), "{path}");
        }
        for path in ["src/app.py", ".env", "latest/config.json", "contest.py", "robots.txt"] {
            assert!(!is_for_show(path), "{path}");
        }
    }
}
