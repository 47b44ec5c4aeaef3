//! What checkov's tests say of the resources of their examples.

use std::{
    collections::BTreeMap,
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use crate::Failure;

/// A kind of infrastructure as code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    CloudFormation,
    Serverless,
    Terraform,
    Arm,
    Bicep,
}

impl Format {
    pub(super) const ALL: [Self; 5] =
        [Self::CloudFormation, Self::Serverless, Self::Terraform, Self::Arm, Self::Bicep];

    /// Its name, and that of its folder.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::Serverless => "serverless",
            Self::Terraform => "terraform",
            Self::Arm => "arm",
            Self::Bicep => "bicep",
        }
    }

    /// Whether a name of ours is that of a resource as checkov writes it.
    pub(super) fn is_name(self, ours: &str, theirs: &str) -> bool {
        match self {
            // `AWS::S3::Bucket.Name`
            Self::CloudFormation | Self::Serverless => {
                theirs.rsplit('.').next().is_some_and(|name| name == ours)
            }
            // `Microsoft.Web/sites.NAME`; the type of another resource of the name may stand behind ours.
            Self::Arm => {
                let ours = ours.split(" (").next().unwrap_or(ours);
                theirs.strip_suffix(ours).is_some_and(|rest| rest.ends_with(['.', '/']))
            }
            // Data sources stand without `data.`.
            Self::Terraform => theirs == ours.strip_prefix("data.").unwrap_or(ours),
            Self::Bicep => theirs == ours,
        }
    }

    /// The type and the name of the resource that begins in a line.
    fn head(self, line: &str) -> Option<(&str, &str)> {
        match self {
            Self::Terraform => {
                let rest = line.strip_prefix("resource").or_else(|| line.strip_prefix("data"))?;
                let mut words = rest.split('"');
                let kind = words.nth(1)?;
                Some((kind, words.nth(1)?))
            }
            Self::Bicep => {
                let mut words = line.strip_prefix("resource ")?.split_whitespace();
                let name = words.next()?;
                Some((words.next()?.trim_matches('\'').split('@').next()?, name))
            }
            _ => None,
        }
    }
}

/// Lines of a file.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) file: PathBuf,
    pub(super) lines: RangeInclusive<u32>,
}

/// A resource, or a file, and the verdict that is expected.
#[derive(Clone, Debug)]
pub(super) struct Expect {
    /// `TYPE.NAME`, or the name of a file.
    pub(super) name: String,
    pub(super) fails: bool,
    /// The whole file or folder, when nothing else is told.
    pub(super) file: Option<PathBuf>,
    /// Where resources of the name stand.
    pub(super) blocks: Vec<Block>,
}

/// The example of one test.
#[derive(Clone, Debug)]
pub(super) struct Example {
    pub(super) format: Format,
    /// `CKV_AWS_258`
    pub(super) check: String,
    pub(super) folder: PathBuf,
    pub(super) expects: Vec<Expect>,
}

/// The examples of a format that have labels.
pub(super) fn examples(root: &Path, format: Format) -> Result<Vec<Example>, Failure> {
    let ids = ids(&root.join("checkov").join(format.name()).join("checks"));
    let mut tests = Vec::new();
    walk(&root.join("tests").join(format.name()), &mut tests);
    tests.retain(|path| has_ends(path, "test_", ".py"));
    tests.sort();
    let mut examples = Vec::new();
    for test in tests {
        let text = fs::read_to_string(&test)?;
        let Some(class) = between(&text, ".checks.", " import check") else { continue };
        let Some(check) = ids.get(class) else { continue };
        let (Some(name), Some(beside)) = (folder_of(&text), test.parent()) else { continue };
        let folder = beside.join(name);
        if !folder.is_dir() {
            continue;
        }
        let mut expects = named(&text, format, &folder);
        if expects.is_empty() {
            expects = by_file(&folder);
        }
        if !expects.is_empty() {
            examples.push(Example { format, check: check.clone(), folder, expects });
        }
    }
    Ok(examples)
}

/// Ids of checks by their module (`resource.aws.S3Encryption`): checks of several clouds share the names
/// of their files.
fn ids(folder: &Path) -> BTreeMap<String, String> {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    let mut ids = BTreeMap::new();
    for path in paths.iter().filter(|path| has_ends(path, "", ".py")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        let id = text.lines().find_map(|line| {
            let value = line.trim().strip_prefix("id")?.trim_start().strip_prefix('=')?;
            let id = value.trim().trim_matches(['"', '\'']);
            id.starts_with("CKV").then(|| id.to_owned())
        });
        let module = path.strip_prefix(folder).unwrap_or(path).with_extension("");
        let parts: Vec<_> = module.iter().map(|part| part.to_string_lossy()).collect();
        ids.extend(id.map(|id| (parts.join("."), id)));
    }
    ids
}

/// The folder of the example that a test names.
fn folder_of(text: &str) -> Option<&str> {
    let quoted = text.split(['"', '\'']).map(|it| it.trim_start_matches('/'));
    let is_name = |it: &&str| {
        it.starts_with("example_")
            || it.starts_with("Cloudsplaining_")
            || it.starts_with("resources/")
    };
    quoted.into_iter().find(is_name)
}

/// The resources that a test names.
fn named(text: &str, format: Format, folder: &Path) -> Vec<Expect> {
    let blocks = blocks(format, folder);
    let mut expects = Vec::new();
    for (word, fails) in [("passing_resources", false), ("failing_resources", true)] {
        let Some(rest) = text.split_once(&format!("{word} = {{")).map(|(_, rest)| rest) else {
            continue;
        };
        let Some((inside, _)) = rest.split_once('}') else { continue };
        for name in inside.split(['"', '\'']).skip(1).step_by(2) {
            let own = blocks.get(name).cloned().unwrap_or_default();
            expects.push(Expect { name: name.to_owned(), fails, file: None, blocks: own });
        }
    }
    expects
}

/// Files, or folders, whose names say what is expected.
fn by_file(folder: &Path) -> Vec<Expect> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let expect = |path: PathBuf| {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let upper = name.to_ascii_uppercase();
        let (passes, fails) = (upper.contains("PASS"), upper.contains("FAIL"));
        // Parameters of a template lie beside it.
        let is_odd = upper.contains("UNKNOWN") || upper.contains("PARAMETERS");
        (passes != fails && !is_odd).then_some(Expect {
            name,
            fails,
            file: Some(path),
            blocks: Vec::new(),
        })
    };
    paths.into_iter().filter_map(expect).collect()
}

/// Where resources stand, by `TYPE.NAME`.
fn blocks(format: Format, folder: &Path) -> BTreeMap<String, Vec<Block>> {
    let mut paths = Vec::new();
    walk(folder, &mut paths);
    let mut blocks: BTreeMap<String, Vec<Block>> = BTreeMap::new();
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
        let mut open: Option<(String, u32)> = None;
        for (number, line) in (1..).zip(text.lines()) {
            if let Some((kind, name)) = format.head(line) {
                open = Some((format!("{kind}.{name}"), number));
            }
            if line.starts_with('}')
                && let Some((name, first)) = open.take()
            {
                blocks
                    .entry(name)
                    .or_default()
                    .push(Block { file: file.clone(), lines: first..=number });
            }
        }
    }
    blocks
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.lines()
        .find_map(|line| line.split_once(start)?.1.split_once(end).map(|(inside, _)| inside))
}

fn has_ends(path: &Path, start: &str, end: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(start) && name.ends_with(end)
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.is_symlink() {
            walk(&path, paths);
        } else {
            paths.push(path);
        }
    }
}
