//! One file from bytes to an application.

use std::{
    io::Read as _,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use app_model::Application;
use source_text::{
    Comment, Diagnostic, FileId, Level, Limits, Node, Place, Sources, decode, parse_yaml,
};

use crate::{
    Request,
    inputs::{Input, MAX_BYTES},
    jail::Jail,
};

/// What became of one file.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    /// The application; `None` when the file is not a template.
    pub(crate) app: Option<Application>,
    /// The template's tree, for suppressions in its metadata.
    pub(crate) document: Option<Node>,
    /// Its comments, for suppressions.
    pub(crate) comments: Vec<Comment>,
    /// Remarks.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether the file, or a part of it, was meant to be read and was not.
    pub(crate) is_incomplete: bool,
    /// Handle of the file.
    pub(crate) file: FileId,
}

/// Reads one file. A fault of ours in it is a diagnostic of that file, and the run goes on.
pub(crate) fn scan_file(
    input: &Input,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Scanned {
    let shown = jail.shown(&input.path);
    let text = match read_text(&input.path) {
        Ok(text) => text,
        Err(reason) => {
            let file = sources.add(shown, "");
            return refused(file, reason);
        }
    };
    // Most JSON and YAML of a repository is no template: what cannot be one is not parsed.
    if !input.is_named && !could_be_template(&text) {
        return Scanned::default();
    }
    let file = sources.add(shown, text);
    let work = AssertUnwindSafe(|| read_template(file, input, jail, sources, request));
    catch_unwind(work).unwrap_or_else(|_| {
        refused(
            file,
            "a fault of faasguard ended the reading of this file; please report it".into(),
        )
    })
}

fn refused(file: FileId, reason: String) -> Scanned {
    Scanned {
        diagnostics: vec![Diagnostic::error(Place::whole(file), reason)],
        is_incomplete: true,
        file,
        ..Scanned::default()
    }
}

/// Opens a file with a bound on its size, whatever its metadata say.
fn read_text(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("this file cannot be read: {error}");
    let file = std::fs::File::open(path).map_err(cannot)?;
    let metadata = file.metadata().map_err(cannot)?;
    if !metadata.is_file() {
        return Err("this is not a file".to_owned());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len().min(MAX_BYTES)).unwrap_or(0));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("this file is larger than {} MiB and was not read", MAX_BYTES >> 20));
    }
    decode(&bytes).map_err(|error| error.to_string())
}

/// A template names its resources or its format.
fn could_be_template(text: &str) -> bool {
    text.contains("Resources")
        && (text.contains("AWS::")
            || text.contains("AWSTemplateFormatVersion")
            || text.contains("Alexa::")
            || text.contains("Custom::"))
}

fn read_template(
    file: FileId,
    input: &Input,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Scanned {
    let source = sources.get(file);
    let parsed = match parse_yaml(file, &source.text, &Limits::default()) {
        Ok(parsed) => parsed,
        Err(error) => {
            return Scanned {
                diagnostics: vec![error.to_diagnostic()],
                is_incomplete: true,
                file,
                ..Scanned::default()
            };
        }
    };
    let mut diagnostics = parsed.diagnostics;
    let Some(document) = parsed.documents.into_iter().find(cfn_template::looks_like_template)
    else {
        if input.is_named {
            let message = "this is not a CloudFormation or SAM template; nothing was checked";
            diagnostics.push(Diagnostic::warning(Place::whole(file), message));
            return Scanned { diagnostics, is_incomplete: true, file, ..Scanned::default() };
        }
        return Scanned { file, ..Scanned::default() };
    };
    let options = load_cloudformation::Options {
        parameters: request.parameters.clone(),
        region: request.region.clone(),
        account: request.account.clone(),
        partition: request.partition.clone(),
    };
    let loaded = load_cloudformation::load(file, document.clone(), &options, Some(jail));
    diagnostics.extend(loaded.diagnostics);
    let is_incomplete = diagnostics.iter().any(|remark| remark.level == Level::Error);
    Scanned {
        app: Some(loaded.app),
        document: Some(document),
        comments: parsed.comments,
        diagnostics,
        is_incomplete,
        file,
    }
}

/// Expands the SAM template in `path` to CloudFormation.
///
/// # Errors
/// In words, when the file cannot be read or is not a template.
pub fn expand_file(
    path: &Path,
    request: &Request,
    sources: &Arc<Sources>,
) -> Result<(Node, Vec<Diagnostic>), String> {
    let root = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let root = root.unwrap_or(Path::new(".")).canonicalize().map_err(|error| error.to_string())?;
    let jail = Jail::new(root, Arc::clone(sources));
    let text = read_text(path)?;
    let file = sources.add(jail.shown(path), text);
    let source = sources.get(file);
    let parsed = parse_yaml(file, &source.text, &Limits::default())
        .map_err(|error| format!("{}: {error}", place_words(sources, error.place())))?;
    let mut diagnostics = parsed.diagnostics;
    let document = parsed
        .documents
        .into_iter()
        .find(cfn_template::looks_like_template)
        .ok_or("this is not a CloudFormation or SAM template")?;
    let (document, more) = cfn_template::lower(document);
    diagnostics.extend(more);
    let options = sam_transform::Options {
        partition: request.partition.clone(),
        region: request.region.clone(),
        account: request.account.clone(),
        parameters: request
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), Node::text(document.place, value.clone())))
            .collect(),
        packaged: false,
    };
    if !sam_transform::is_sam(&document) {
        return Ok((document, diagnostics));
    }
    let expanded = sam_transform::expand(&document, &options, Some((&jail, file)));
    diagnostics.extend(expanded.diagnostics);
    Ok((expanded.template, diagnostics))
}

fn place_words(sources: &Sources, place: Place) -> String {
    let path = sources.path(place.file);
    if place.is_whole() { path } else { format!("{path}:{}:{}", place.line, place.column) }
}
