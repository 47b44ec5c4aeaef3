//! Which files are code of the application: not what it installs, vendors or builds.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use code_ir::Language;
use jail::read_text;

/// Folders below which code is that of others, or built from other code that is scanned.
const FOREIGN: [&str; 8] = [
    "node_modules",
    "bower_components",
    "site-packages",
    "dist-packages",
    "vendor",
    ".aws-sam",
    "cdk.out",
    ".terraform",
];

/// Endings of files that hold no code that runs, or code that nobody wrote.
const NOT_WRITTEN: [&str; 6] = [".d.ts", ".d.mts", ".d.cts", ".min.js", ".min.mjs", ".pb.go"];

/// The language of a file that a walk below `root` met, when it is code of the application.
pub(crate) fn language_of(path: &Path, root: &Path) -> Option<Language> {
    let name = path.file_name()?.to_str()?;
    let language = Language::of_path(name)?;
    let relative = path.strip_prefix(root).unwrap_or(path);
    let is_foreign = relative
        .components()
        .any(|part| part.as_os_str().to_str().is_some_and(|part| FOREIGN.contains(&part)));
    let is_written = !NOT_WRITTEN.iter().any(|end| name.ends_with(end));
    (!is_foreign && is_written && !is_test(relative, name)).then_some(language)
}

/// Whether a file tests the application by where it stands and what it is called: it is not deployed,
/// and what it does to the application is meant.
fn is_test(relative: &Path, name: &str) -> bool {
    let in_tests = relative.parent().is_some_and(|folder| {
        folder.components().any(|part| {
            let part = part.as_os_str().to_str();
            matches!(part, Some("test" | "tests" | "__tests__" | "e2e"))
        })
    });
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_named = stem == "conftest"
        || stem.starts_with("test_")
        || ["_test", ".test", ".spec", "_spec"].iter().any(|end| stem.ends_with(end));
    in_tests || is_named
}

/// Packages that were copied into folders of the application, as a walk meets their marks.
#[derive(Debug, Default)]
pub(crate) struct Packages {
    folders: BTreeSet<PathBuf>,
}

impl Packages {
    /// Looks at one entry of a walk.
    pub(crate) fn meet(&mut self, path: &Path) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(folder) = path.parent() else { return };
        if name == "requirements.txt" {
            self.note_installed(path, folder);
            return;
        }
        if name == "pyvenv.cfg" {
            self.folders.insert(folder.to_path_buf());
            return;
        }
        let is_wheel = folder
            .extension()
            .is_some_and(|extension| extension == "dist-info" || extension == "egg-info");
        let around = folder.parent().filter(|_| is_wheel);
        let Some(around) = around else { return };
        match name {
            // Lines `requests/api.py,sha256=…,6377`.
            "RECORD" => self.note(path, around, |line| line.split(['/', ',']).next()),
            "top_level.txt" => self.note(path, around, |line| Some(line)),
            _ => {}
        }
    }

    /// Notes folders beside a list of requirements that have the name of one: `pip install -t .` put
    /// them there, as layers are filled.
    fn note_installed(&mut self, list: &Path, folder: &Path) {
        let Ok(text) = read_text(list) else { return };
        for line in text.lines().map(str::trim) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let name = line.split(|c: char| !is_name(c)).next().unwrap_or_default();
            // A path or an option names code of one's own.
            if name.starts_with(['.', '-']) || line.starts_with(|c: char| !is_name(c)) {
                continue;
            }
            let name = name.to_ascii_lowercase().replace(['-', '.'], "_");
            if !name.is_empty() && folder.join(&name).is_dir() {
                self.folders.insert(folder.join(name));
            }
        }
    }

    /// Notes what the lines of a list of a package name beside it.
    fn note(&mut self, list: &Path, around: &Path, name: impl Fn(&str) -> Option<&str>) {
        let Ok(text) = read_text(list) else { return };
        for line in text.lines() {
            let Some(name) = name(line).map(str::trim) else { continue };
            if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
                continue;
            }
            self.folders.insert(around.join(name));
            if !name.contains('.') {
                self.folders.insert(around.join(format!("{name}.py")));
            }
        }
    }

    /// Whether a file belongs to one of them.
    pub(crate) fn hold(&self, path: &Path) -> bool {
        !self.folders.is_empty() && path.ancestors().any(|folder| self.folders.contains(folder))
    }
}

/// Whether a file of that name tells what is code of the application, for those who lay out an
/// earlier revision.
pub(crate) fn may_matter(name: &str) -> bool {
    Language::of_path(name).is_some()
        || ["/pyvenv.cfg", "-info/RECORD", "-info/top_level.txt", "requirements.txt"]
            .iter()
            .any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::language_of;

    fn is_code(path: &str) -> bool {
        language_of(Path::new(path), Path::new("/vendor/app")).is_some()
    }

    #[test]
    fn what_others_wrote_is_not_code_of_the_application() {
        assert!(is_code("/vendor/app/src/app.py"));
        assert!(is_code("/vendor/app/src/contest.py"));
        assert!(!is_code("/vendor/app/tests/helper.py"));
        assert!(!is_code("/vendor/app/src/test_app.py"));
        assert!(!is_code("/vendor/app/src/app.spec.ts"));
        assert!(!is_code("/vendor/app/src/vendor/x.py"));
        assert!(!is_code("/vendor/app/node_modules/x/index.js"));
        assert!(!is_code("/vendor/app/static/jquery.min.js"));
        assert!(!is_code("/vendor/app/src/types.d.ts"));
        assert!(!is_code("/vendor/app/readme.md"));
    }
}
