//! What is said about a path: whether it holds credentials, may be read, may be written.

use std::path::{Path, PathBuf};

/// What is known of the files around a function.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathRules {
    /// Home folders, in which tools keep credentials.
    pub(crate) homes: Vec<PathBuf>,
    /// The settings of the guard.
    pub(crate) settings: Option<PathBuf>,
    /// What may be read and written besides what every function may; `None`: anything, and what is
    /// unusual is told.
    pub(crate) lists: Option<Lists>,
    /// Roots that may be written without a word.
    pub(crate) written: Vec<PathBuf>,
    /// Roots that the settings name, which are meant even where they hold credentials.
    pub(crate) named: Vec<PathBuf>,
}

/// The lists of the settings, completed by what a runtime needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lists {
    /// Roots that may be read.
    pub(crate) read: Vec<PathBuf>,
}

/// What is to be said about opening a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Nothing.
    Usual,
    /// It holds credentials: what it is.
    Sensitive(&'static str),
    /// It is not in the list of what may be read.
    NotListed,
    /// It is written and lies outside what may be.
    WrittenOutside,
}

/// Always written without a word: the scratch folder, devices, what a process tells of itself.
pub(crate) const SCRATCH: [&str; 3] = ["/tmp", "/dev", "/proc"];

/// Files below a home folder that hold credentials.
const IN_HOME: [(&str, &str); 11] = [
    (".aws", "credentials of AWS"),
    (".azure", "credentials of Azure"),
    (".config/gcloud", "credentials of Google Cloud"),
    (".ssh", "keys of SSH"),
    (".docker/config.json", "credentials of registries"),
    (".kube", "credentials of Kubernetes"),
    (".netrc", "passwords"),
    (".pgpass", "passwords"),
    (".npmrc", "credentials of a registry"),
    (".pypirc", "credentials of a registry"),
    (".git-credentials", "credentials of git"),
];

/// Files of the system that hold credentials, with all below them.
const IN_SYSTEM: [(&str, &str); 8] = [
    ("/etc/shadow", "hashes of passwords"),
    ("/etc/shadow-", "hashes of passwords"),
    ("/etc/gshadow", "hashes of passwords"),
    ("/etc/sudoers", "rights of users"),
    ("/etc/sudoers.d", "rights of users"),
    ("/run/secrets", "mounted secrets"),
    ("/var/run/secrets", "mounted secrets"),
    ("/proc/kcore", "memory of the kernel"),
];

impl PathRules {
    /// Judges opening an absolute path without `.` and `..` for reading or writing.
    pub(crate) fn judge(&self, path: &Path, is_write: bool) -> Opening {
        // What the settings list by name is meant, credentials or not.
        let is_meant = self.named.iter().any(|root| path.starts_with(root));
        if !is_meant && let Some(what) = self.sensitive(path) {
            return Opening::Sensitive(what);
        }
        if is_write {
            let is_free = SCRATCH.iter().any(|root| path.starts_with(root))
                || self.written.iter().any(|root| path.starts_with(root));
            return if is_free { Opening::Usual } else { Opening::WrittenOutside };
        }
        match &self.lists {
            Some(lists) if !self.is_readable(lists, path) => Opening::NotListed,
            _ => Opening::Usual,
        }
    }

    fn is_readable(&self, lists: &Lists, path: &Path) -> bool {
        let is_below = |root: &PathBuf| path.starts_with(root);
        lists.read.iter().any(is_below)
            || self.written.iter().any(is_below)
            || SCRATCH.iter().any(|root| path.starts_with(root))
            // The way down to what may be read can be looked at.
            || lists.read.iter().any(|root| root.starts_with(path))
    }

    /// What credentials a path holds.
    pub(crate) fn sensitive(&self, path: &Path) -> Option<&'static str> {
        if let Ok(below) = path.strip_prefix("/proc") {
            let mut names = below.components().rev();
            let last = names.next()?.as_os_str();
            let is_of_process = below.components().count() >= 2;
            match last.as_encoded_bytes() {
                b"environ" if is_of_process => return Some("the environment of a process"),
                b"mem" if is_of_process => return Some("the memory of a process"),
                _ => {}
            }
        }
        if self.settings.as_deref().is_some_and(|settings| settings == path) {
            return Some("the settings of the guard");
        }
        let in_system = IN_SYSTEM.iter().find(|(root, _)| path.starts_with(root));
        if let Some((_, what)) = in_system {
            return Some(what);
        }
        self.homes.iter().find_map(|home| {
            let below = path.strip_prefix(home).ok()?;
            IN_HOME.iter().find(|(root, _)| below.starts_with(root)).map(|(_, what)| *what)
        })
    }
}

/// The absolute path that `path` means from the folder `base`, without `.` and `..`, as text alone
/// tells it: links are not followed.
pub(crate) fn absolute(base: &Path, path: &Path) -> PathBuf {
    use std::path::Component;
    let mut whole = PathBuf::from("/");
    for component in base.join(path).components() {
        match component {
            Component::Normal(name) => whole.push(name),
            Component::ParentDir => {
                whole.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    whole
}

/// Whether a path fits a pattern in which `*` stands for any part of one name.
pub(crate) fn fits(pattern: &Path, path: &Path) -> bool {
    let mut patterns = pattern.components();
    let mut names = path.components();
    loop {
        match (patterns.next(), names.next()) {
            (None, None) => return true,
            (Some(pattern), Some(name)) => {
                let pattern = pattern.as_os_str().as_encoded_bytes();
                if !name_fits(pattern, name.as_os_str().as_encoded_bytes()) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// One name against a pattern with `*`; linear in both (the last star is the one that gives way).
pub(crate) fn name_fits(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = name.get(read) {
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, read));
            at += 1;
        } else if pattern.get(at) == Some(byte) {
            at += 1;
            read += 1;
        } else if let Some((after, from)) = star {
            star = Some((after, from + 1));
            at = after + 1;
            read = from + 1;
        } else {
            return false;
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::{Lists, Opening, PathRules, absolute, fits};
    use std::path::{Path, PathBuf};

    fn rules() -> PathRules {
        PathRules {
            homes: vec![PathBuf::from("/home/app")],
            settings: Some(PathBuf::from("/opt/faasguard/settings.json")),
            ..PathRules::default()
        }
    }

    fn judged(rules: &PathRules, path: &str, is_write: bool) -> Opening {
        rules.judge(&absolute(Path::new("/var/task"), Path::new(path)), is_write)
    }

    #[test]
    fn credentials_are_known_by_their_place() {
        for path in [
            "/proc/self/environ",
            "/proc/12/environ",
            "../../proc/self/environ",
            "/proc/self/task/3/environ",
            "/proc/1/mem",
            "/etc/./shadow",
            "/home/app/.aws/credentials",
            "/run/secrets/token",
            "/opt/faasguard/settings.json",
        ] {
            assert!(matches!(judged(&rules(), path, false), Opening::Sensitive(_)), "{path}");
        }
        for path in
            ["/etc/passwd", "handler.py", "/proc/meminfo", "/home/app/.awsome", "/proc/environ"]
        {
            assert_eq!(judged(&rules(), path, false), Opening::Usual, "{path}");
        }
    }

    #[test]
    fn what_is_written_outside_the_scratch_folder_is_told() {
        assert_eq!(judged(&rules(), "handler.py", true), Opening::WrittenOutside);
        assert_eq!(judged(&rules(), "/tmp/../var/task/x", true), Opening::WrittenOutside);
        assert_eq!(judged(&rules(), "/tmp/x", true), Opening::Usual);
        assert_eq!(judged(&rules(), "/tmpx/x", true), Opening::WrittenOutside);
        let listed = PathRules { written: vec!["/mnt/data".into()], ..rules() };
        assert_eq!(judged(&listed, "/mnt/data/x", true), Opening::Usual);
    }

    #[test]
    fn with_lists_only_what_they_name_is_read() {
        let lists = Lists { read: vec!["/var/task".into(), "/usr".into(), "/run/secrets".into()] };
        let named = vec!["/run/secrets".into()];
        let rules = PathRules { lists: Some(lists), named, ..rules() };
        assert_eq!(judged(&rules, "handler.py", false), Opening::Usual);
        assert_eq!(judged(&rules, "/var", false), Opening::Usual);
        assert_eq!(judged(&rules, "/srv/data", false), Opening::NotListed);
        assert_eq!(judged(&rules, "/run/secrets/token", false), Opening::Usual);
        assert!(matches!(judged(&rules, "/proc/self/environ", false), Opening::Sensitive(_)));
    }

    #[test]
    fn a_star_stands_for_a_part_of_one_name() {
        for (pattern, path, expected) in [
            ("/usr/bin/git", "/usr/bin/git", true),
            ("/usr/bin/git*", "/usr/bin/git-upload-pack", true),
            ("/usr/*/git", "/usr/bin/git", true),
            ("/usr/*", "/usr/bin/git", false),
            ("/opt/*a*b", "/opt/xaxbxb", true),
            ("/opt/*a*b", "/opt/xaxbx", false),
        ] {
            assert_eq!(fits(Path::new(pattern), Path::new(path)), expected, "{pattern} {path}");
        }
    }
}
