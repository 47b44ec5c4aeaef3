//! Which policies the paths hold.

use std::{
    fs,
    path::{Path, PathBuf},
};

use ::scan::{Config, Profile};
use anyhow::Result;
use app_model::Application;
use iam_policy::{
    Policy,
    grammar::{self, DocumentKind, Fault},
    literal_terms,
};
use source_text::{FileId, Kind as NodeKind, Limits, Node, Place, Sources, parse_json};

use super::{LintOptions, Linted, Results};
use crate::{commands::scan::deployment, input};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 32;

/// What a file holds.
enum Content {
    /// Policies, named where there are several.
    Policies(Vec<Linted>),
    /// A template, or nothing of IAM: the scan tells.
    Other,
}

/// Lints what the paths hold: JSON files that are policies by themselves, and the policies of
/// templates.
pub(super) fn lint(options: &LintOptions) -> Result<Results> {
    let kind = options.kind.map(super::Kind::of_document);
    let mut results = Results::default();
    let mut others = Vec::new();
    for path in &options.paths {
        if path.is_dir() {
            // Templates are found by the scan; it leaves policies alone.
            others.push(path.clone());
            for file in json_files(path, MAX_DEPTH, &mut results) {
                if let Content::Policies(policies) = read(&file, kind, false, &mut results) {
                    results.policies.extend(policies);
                }
            }
        } else {
            match read(path, kind, true, &mut results) {
                Content::Policies(policies) => results.policies.extend(policies),
                Content::Other => others.push(path.clone()),
            }
        }
    }
    if !others.is_empty() {
        lint_templates(options, &others, &mut results)?;
    }
    Ok(results)
}

/// The JSON files below a folder, in order of their names; links are not followed.
fn json_files(folder: &Path, depth: usize, results: &mut Results) -> Vec<PathBuf> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            results.unread.push(format!("{}: {error}", folder.display()));
            return Vec::new();
        }
    };
    let mut paths: Vec<_> = entries.flatten().collect();
    paths.sort_by_key(std::fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in paths {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        let name = entry.file_name();
        let is_skipped = name.to_string_lossy().starts_with('.') || name == "node_modules";
        if kind.is_dir() && depth > 0 && !is_skipped {
            files.extend(json_files(&path, depth - 1, results));
        } else if kind.is_file() && path.extension().is_some_and(|end| end == "json") {
            files.push(path);
        }
    }
    files
}

/// Reads one file. A named file that is no template is taken to be a policy, whatever it holds.
fn read(path: &Path, kind: Option<DocumentKind>, named: bool, results: &mut Results) -> Content {
    if path.as_os_str() == "-" || path.extension().is_none_or(|end| end != "json") {
        return Content::Other;
    }
    let shown = path.display().to_string();
    let text = match input::read_text(path) {
        Ok(text) => text,
        Err(error) => {
            results.unread.push(format!("{shown}: {error}"));
            return Content::Policies(Vec::new());
        }
    };
    let one = |name: Option<String>, faults| Linted { path: shown.clone(), name, faults };
    let parsed = parse_json(FileId::default(), &text, &Limits::default());
    let document = parsed.ok().and_then(|parsed| parsed.documents.into_iter().next());
    let Some(document) = document else {
        // Not JSON: a policy with a slip when it was named, anything otherwise.
        let looks_so = text.contains("\"Statement\"") && text.contains("\"Effect\"");
        let faults = grammar::check_text(FileId::default(), &text, kind).faults;
        return if looks_so && named {
            Content::Policies(vec![one(None, faults)])
        } else {
            Content::Other
        };
    };
    if document.get("Statement").is_some() {
        let checked = grammar::check_text(FileId::default(), &text, kind);
        let mut faults = checked.faults;
        faults.extend(checked.document.as_ref().map_or_else(Vec::new, lint_document));
        faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
        return Content::Policies(vec![one(None, faults)]);
    }
    let documents = collection(&document);
    if documents.is_empty() {
        return Content::Other;
    }
    let lint = |(name, node): (String, &Node)| {
        let mut faults = grammar::check(node, kind.unwrap_or_else(|| DocumentKind::guess(node)));
        faults.extend(lint_document(node));
        faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
        one(Some(name), faults)
    };
    Content::Policies(documents.into_iter().map(lint).collect())
}

fn lint_document(document: &Node) -> Vec<Fault> {
    iam_lint::lint(&Policy::read(document, &literal_terms).0)
}

/// The policies of a list, or of a mapping of names; nothing when some member is no policy. What the
/// AWS command line prints wraps them: `Document`, `PolicyVersion.Document`.
fn collection(node: &Node) -> Vec<(String, &Node)> {
    let members: Vec<(String, &Node)> = match &node.kind {
        NodeKind::List(items) => {
            items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()
        }
        NodeKind::Map(map) => map.iter().map(|(name, item)| (name.to_string(), item)).collect(),
        _ => return Vec::new(),
    };
    let unwrapped = |node| -> Option<&Node> {
        let paths: [&[&str]; 5] = [
            &[],
            &["Document"],
            &["PolicyDocument"],
            &["PolicyVersion", "Document"],
            &["AssumeRolePolicyDocument"],
        ];
        paths
            .iter()
            .filter_map(|path| Node::at(node, path))
            .find(|found| found.get("Statement").is_some())
    };
    let found: Vec<_> =
        members.iter().filter_map(|(name, node)| Some((name.clone(), unwrapped(node)?))).collect();
    if found.len() == members.len() { found } else { Vec::new() }
}

/// The policies that the model knows: of roles, users and groups, on resources, of trust.
fn lint_templates(options: &LintOptions, paths: &[PathBuf], results: &mut Results) -> Result<()> {
    let mut request = deployment(&options.deployment, &Config::default());
    request.standard_input = input::standard_input(paths)?;
    request.paths = paths.to_vec();
    request.keep_applications = true;
    request.profile = Profile::Silent;
    let outcome = ::scan::scan(&request, &|_, _| {})?;
    for diagnostic in &outcome.report.diagnostics {
        if diagnostic.level == source_text::Level::Error {
            let path = outcome.sources.path(diagnostic.place.file);
            let line = diagnostic.place.line;
            results.unread.push(format!("{path}:{line}: {}", diagnostic.message));
        }
    }
    // A file that somebody names is looked at, or it is said that it was not.
    let read: Vec<_> = outcome
        .applications
        .iter()
        .map(|application| outcome.sources.path(application.place.file))
        .collect();
    for path in paths.iter().filter(|path| !path.is_dir()) {
        // Paths of a scan begin at its root, which may lie below the folder where we are.
        let is_told = results
            .unread
            .iter()
            .filter_map(|words| words.split_once(':'))
            .any(|(told, _)| path.ends_with(told));
        if path.as_os_str() != "-" && !is_told && !read.iter().any(|read| path.ends_with(&**read)) {
            let shown = path.display();
            results.unread.push(format!("{shown}: there is no policy and no template in it"));
        }
    }
    for application in &outcome.applications {
        lint_application(application, &outcome.sources, results);
    }
    Ok(())
}

fn lint_application(application: &Application, sources: &Sources, results: &mut Results) {
    let mut add = |name: String, place: Place, policy: &Policy| {
        results.policies.push(Linted {
            path: sources.path(place.file),
            name: Some(name),
            faults: iam_lint::lint(policy),
        });
    };
    for identity in &application.identities {
        for policy in &identity.policies {
            // What the transform of SAM adds is not the author's to change.
            if matches!(policy.origin, app_model::Origin::Inline | app_model::Origin::Resource(_)) {
                add(format!("{}/{}", identity.name, policy.name), policy.place, &policy.document);
            }
        }
        if let Some(trust) = identity.trust.as_ref().filter(|_| !identity.is_generated) {
            add(format!("{}/trust", identity.name), identity.place, trust);
        }
    }
    for policy in &application.resource_policies {
        add(policy.name.to_string(), policy.place, &policy.document);
    }
}
