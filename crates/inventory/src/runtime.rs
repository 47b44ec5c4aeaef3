//! The runtimes of Lambda: where each searches for packages, and what it brings along.

use component::Ecosystem;

use crate::tree::TASK;

/// The path under which packages of the runtime itself are shown.
pub(crate) const BUNDLED_AT: &str = "var/runtime";

/// The runtime of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// Python, with its version (`3.12`).
    Python(String),
    /// Node.js, with its major version.
    Node(u32),
    /// Another one, or not known: both are searched, nothing is bundled.
    #[default]
    Other,
}

impl Runtime {
    /// The runtime by its identifier in templates (`python3.12`, `nodejs20.x`).
    #[must_use]
    pub fn of(identifier: &str) -> Self {
        if let Some(version) = identifier.strip_prefix("python") {
            let plain =
                !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            return if plain { Self::Python(version.to_owned()) } else { Self::Other };
        }
        let node = identifier.strip_prefix("nodejs").and_then(|rest| rest.strip_suffix(".x"));
        node.and_then(|major| major.parse().ok()).map_or(Self::Other, Self::Node)
    }

    /// The version of Python, when it is one.
    #[must_use]
    pub fn python_version(&self) -> Option<&str> {
        match self {
            Self::Python(version) => Some(version),
            _ => None,
        }
    }

    /// Folders in which Python searches, first to last.
    ///
    /// Source: AWS Lambda Developer Guide, "Packaging your layer content" and the `sys.path` of the
    /// runtimes; the folder with the version comes before the one without.
    pub(crate) fn python_search(&self) -> Vec<String> {
        let mut search = vec![TASK.to_owned()];
        if let Self::Python(version) = self {
            search.push(format!("opt/python/lib/python{version}/site-packages"));
        }
        search.push("opt/python".to_owned());
        // A layer whose role nobody told.
        search.push(format!("{TASK}/python"));
        search
    }

    /// Folders in which Node.js searches after those above the asking file (`NODE_PATH`).
    ///
    /// Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
    pub(crate) fn node_search(&self) -> Vec<String> {
        let mut search = Vec::new();
        if let Self::Node(major) = self {
            search.push(format!("opt/nodejs/node{major}/node_modules"));
        }
        search.push("opt/nodejs/node_modules".to_owned());
        // A layer whose role nobody told.
        search.push(format!("{TASK}/nodejs/node_modules"));
        search
    }

    /// Whether the runtime brings a package along, in a version that AWS changes at will.
    ///
    /// Source: AWS Lambda Developer Guide, "Runtime-included SDK versions".
    #[must_use]
    pub fn bundles(&self, ecosystem: Ecosystem, name: &str) -> bool {
        const PYTHON: [&str; 7] =
            ["boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3"];
        match (self, ecosystem) {
            (Self::Python(_), Ecosystem::PyPI) => {
                PYTHON.contains(&component::lookup_name(ecosystem, name).as_str())
            }
            (Self::Node(major), Ecosystem::Npm) if *major >= 18 => {
                name.starts_with("@aws-sdk/") || name.starts_with("@smithy/")
            }
            (Self::Node(_), Ecosystem::Npm) => name == "aws-sdk",
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Runtime;
    use component::Ecosystem;

    #[test]
    fn identifiers_of_templates_are_known() {
        assert_eq!(Runtime::of("python3.12"), Runtime::Python("3.12".into()));
        assert_eq!(Runtime::of("nodejs20.x"), Runtime::Node(20));
        assert_eq!(Runtime::of("provided.al2"), Runtime::Other);
        assert!(Runtime::Node(16).bundles(Ecosystem::Npm, "aws-sdk"));
        assert!(!Runtime::Node(20).bundles(Ecosystem::Npm, "aws-sdk"));
    }
}
