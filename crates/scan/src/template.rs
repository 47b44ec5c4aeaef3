//! One file from bytes to an application.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use app_model::{Application, PartKind};
use jail::{Jail, Refusal, could_be_template, parent_of, read_text, text_of};
use serverless_framework::{could_be_service, form_of, parse_code};
use source_text::{
    Comment, Diagnostic, FileId, Level, Limits, Node, Parsed, Place, ReadError, Sources,
};

use crate::{
    Request, bicep,
    inputs::{Input, InputKind},
    parameter_files, services,
    suppress::Commented,
    terraform,
};

/// CloudFormation takes templates of 1 MB, which hold fewer values; aliases that multiply them are
/// refused before they take the memory of the machine.
pub(crate) const LIMITS: Limits = Limits { bytes: 16 << 20, depth: 200, nodes: 500_000 };

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
    /// Files that it was read from; 0 for one.
    pub(crate) files: usize,
    /// Files that are read as parts of this one, and not by themselves.
    pub(crate) linked: Vec<FileId>,
    /// Comments of several files.
    pub(crate) commented: Vec<Commented>,
    /// Whether the author wrote Terraform.
    pub(crate) is_terraform: bool,
    /// Whether it is another application of a file that was counted already.
    pub(crate) is_further: bool,
}

/// Reads one file. A fault of ours in it is a diagnostic of that file, and the run goes on.
pub(crate) fn scan_file(
    input: &Input,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Scanned {
    let is_found = input.kind == InputKind::Found;
    let (shown, text) = if input.kind == InputKind::Standard {
        ("stdin".to_owned(), text_of(request.standard_input.as_deref().unwrap_or_default()))
    } else {
        (jail.shown(&input.path), jail.text(&input.path))
    };
    let text = match text {
        Ok(text) => text,
        Err(Refusal::NotText { could_be_template: false, .. }) if is_found => {
            return Scanned::default();
        }
        Err(refusal) => {
            let file = sources.add(shown, "");
            let place = match &refusal {
                Refusal::NotText { error, .. } => start_of_line(file, error.line()),
                _ => Place::whole(file),
            };
            return refused(file, place, refusal.to_string());
        }
    };
    let may_be_known = could_be_template(&text)
        || could_be_service(&shown, &text)
        || terraform::could_be_plan(&text)
        || deployment_manager::could_be_read(&text)
        || arm_template::could_be_known(&shown, &text)
        || asset_export::could_be_export(&text);
    if is_found && !may_be_known {
        return Scanned::default();
    }
    let file = sources.add(shown, text);
    let work = AssertUnwindSafe(|| read_template(file, input, jail, sources, request));
    catch_unwind(work).unwrap_or_else(|_| {
        let message = "a fault of faasguard ended the reading of this file; please report it";
        refused(file, Place::whole(file), message.to_owned())
    })
}

fn refused(file: FileId, place: Place, reason: String) -> Scanned {
    Scanned {
        diagnostics: vec![Diagnostic::error(place, reason)],
        is_incomplete: true,
        file,
        ..Scanned::default()
    }
}

fn start_of_line(file: FileId, line: u32) -> Place {
    Place { file, line, column: 1, end_line: line, end_column: 1 }
}

fn read_template(
    file: FileId,
    input: &Input,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Scanned {
    let (source, shown) = (sources.get(file), sources.path(file));
    let parsed = match parse(file, &input.path, &source.text) {
        Ok(parsed) => parsed,
        // Of a file that only might have been a service nothing is missed.
        Err(_)
            if input.kind == InputKind::Found
                && !could_be_template(&source.text)
                && !asset_export::could_be_export(&source.text)
                && !services::is_named_so(&input.path) =>
        {
            return Scanned::default();
        }
        Err(diagnostic) => {
            return Scanned {
                diagnostics: vec![diagnostic],
                is_incomplete: true,
                file,
                ..Scanned::default()
            };
        }
    };
    let mut diagnostics = parsed.diagnostics;
    let plan = parsed.documents.iter().find_map(|it| terraform::of_plan(file, it, jail, request));
    if let Some(plan) = plan {
        return plan;
    }
    let mut documents = parsed.documents;
    let is_export = asset_export::could_be_export(&source.text);
    let export = is_export.then(|| asset_export::read(file, &documents)).flatten();
    let is_export = export.is_some();
    if let Some(lowered) = export {
        diagnostics.extend(lowered.diagnostics);
        documents = vec![lowered.template];
    }
    let known = |it: &Node| is_export || is_known(it) || arm_template::is_known(&shown, it);
    let lowered = if deployment_manager::is_script(&shown) {
        deployment_manager::lower_script(file, &source.text)
    } else {
        deployment_manager::read(file, &source.text, &documents)
    };
    if let Some(lowered) = lowered {
        diagnostics.extend(lowered.diagnostics);
        documents = vec![lowered.template];
    }
    let Some(document) = documents.into_iter().find(known) else {
        if input.kind != InputKind::Found {
            let message = "this is not a CloudFormation, SAM or Azure template, nor a service of the \
                           Serverless Framework; nothing was checked";
            diagnostics.push(Diagnostic::warning(Place::whole(file), message));
            return Scanned { diagnostics, is_incomplete: true, file, ..Scanned::default() };
        }
        return Scanned { file, ..Scanned::default() };
    };
    let (document, linked) =
        as_carrier(document, input, (file, &shown), jail, request, &mut diagnostics);
    let of_file = |file: &FileId| {
        let text = sources.get(*file).text.clone();
        let (_, comments) = arm_template::without_comments(*file, &text);
        bicep::commented(*file, &document, comments, text)
    };
    let commented = linked.iter().filter_map(of_file).collect();
    let options = load_options(request);
    let loaded = load_cloudformation::load(file, document.clone(), &options, Some(jail));
    diagnostics.extend(loaded.diagnostics);
    diagnostics.extend(missing_children(&loaded.app, jail));
    let is_incomplete = diagnostics.iter().any(|remark| remark.level == Level::Error);
    Scanned {
        app: Some(loaded.app),
        document: Some(document),
        comments: parsed.comments,
        diagnostics,
        is_incomplete,
        file,
        files: 1 + linked.len(),
        linked,
        commented,
        ..Scanned::default()
    }
}

/// A template of Azure as the carrier, with the files that it links to; any other document as it is.
fn as_carrier(
    document: Node,
    input: &Input,
    (file, shown): (FileId, &str),
    jail: &Jail,
    request: &Request,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Node, Vec<FileId>) {
    let mut options = arm_template::Options::default();
    let (mut document, mut linked) = (document, Vec::new());
    if arm_template::looks_like_template(&document) {
        options.parameters.clone_from(&request.parameters);
        if input.kind != InputKind::Standard {
            options.defaults = parameter_files::beside(&input.path, file, jail, diagnostics);
        }
        let whole = arm_template::linked(file, document, jail);
        diagnostics.extend(whole.diagnostics);
        (document, linked) = (whole.template, whole.files);
    }
    (arm_template::plain(file, shown, document, &options, diagnostics), linked)
}

/// YAML, JSON, or a program that exports a plain object.
fn parse(file: FileId, path: &Path, text: &str) -> Result<Parsed, Diagnostic> {
    if asset_export::could_be_lines(text) {
        return asset_export::parse_lines(file, text, &LIMITS);
    }
    if deployment_manager::is_script(&path.to_string_lossy()) {
        return Ok(deployment_manager::parse_script(file, text));
    }
    if !services::is_program(path) {
        return arm_template::parse_text(file, text, &LIMITS)
            .map_err(|error| error.to_diagnostic());
    }
    let (document, diagnostics) = parse_code(file, text)
        .ok_or_else(|| Diagnostic::error(Place::whole(file), "this exports no plain object"))?;
    Ok(Parsed { documents: vec![document], comments: Vec::new(), diagnostics })
}

/// What the request knows of the deployment.
fn load_options(request: &Request) -> load_cloudformation::Options {
    load_cloudformation::Options {
        parameters: request.parameters.clone(),
        region: request.region.clone(),
        account: request.account.clone(),
        partition: request.partition.clone(),
        is_account: false,
        keeps_declared: request.keeps_declared(),
        environment: request.environment.clone(),
    }
}

/// Whether a document is of a form that is read.
fn is_known(document: &Node) -> bool {
    cfn_template::looks_like_template(document)
        || form_of(document).is_some()
        || deployment_manager::is_lowered(document)
}

/// Whether a document is a service of the Serverless Framework.
#[must_use]
pub fn is_service(document: &Node) -> bool {
    !cfn_template::looks_like_template(document) && form_of(document).is_some()
}

/// Templates of nested stacks that are named by a path at which there is none. Those that are there
/// are scanned as files of their own.
fn missing_children(app: &Application, jail: &Jail) -> Vec<Diagnostic> {
    let stacks = app.parts.iter().filter(|part| part.kind == PartKind::Stack);
    stacks
        .filter_map(|part| {
            let path = part.location.known()?;
            let error = jail.find(part.place.file, path).err()?;
            let message = match error {
                ReadError::Remote { .. } => return None,
                ReadError::NotFound { .. } => {
                    format!("the nested template `{path}` is not there and was not looked at")
                }
                error => format!("a nested template was not looked at: {error}"),
            };
            Some(Diagnostic::warning(part.place, message))
        })
        .collect()
}

/// Expands the SAM template, service or Terraform configuration in `path` to a plain template.
///
/// # Errors
/// In words, when the file cannot be read or is not a template.
pub fn expand_file(
    path: &Path,
    request: &Request,
    sources: &Arc<Sources>,
) -> Result<(Node, Vec<Diagnostic>), String> {
    if terraform::is_terraform(path) {
        return terraform::expand(path, request, sources);
    }
    let is_standard = path.as_os_str() == "-";
    let (shown, roots, text) = if is_standard {
        let bytes = request.standard_input.as_deref().unwrap_or_default();
        ("stdin".to_owned(), Vec::new(), text_of(bytes))
    } else {
        let root = parent_of(path).canonicalize().map_err(|error| error.to_string())?;
        let name = path.file_name().unwrap_or_default();
        (name.to_string_lossy().into_owned(), vec![root], read_text(path))
    };
    let text = text.map_err(|refusal| refusal.to_string())?;
    let base = roots.first().cloned().unwrap_or_default();
    let jail = Jail::new(base, roots, Arc::clone(sources));
    let file = sources.add(shown, text);
    let source = sources.get(file);
    let parsed = parse(file, path, &source.text)
        .map_err(|error| format!("{}: {}", place_words(sources, error.place), error.message))?;
    let mut diagnostics = parsed.diagnostics;
    let document = parsed.documents.into_iter().find(is_known).ok_or(
        "this is not a CloudFormation or SAM template, nor a service of the Serverless Framework",
    )?;
    let options = load_options(request);
    let (document, more) = load_cloudformation::as_template(file, document, &options, Some(&jail));
    diagnostics.extend(more);
    let (document, more) = cfn_template::lower(document);
    diagnostics.extend(more);
    let (document, more) = cfn_template::resolve_includes(document, Some(&jail));
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

/// Reads the application of one template in `path`.
///
/// # Errors
/// In words, when the file cannot be read or is not a template.
pub fn load_file(
    path: &Path,
    request: &Request,
    sources: &Arc<Sources>,
) -> Result<(Application, Vec<Diagnostic>), String> {
    if terraform::is_terraform(path) {
        let scanned = terraform::load(path, request, sources)?;
        return Ok((scanned.app.unwrap_or_default(), scanned.diagnostics));
    }
    let root = parent_of(path).canonicalize().map_err(|error| error.to_string())?;
    let jail = Jail::new(root.clone(), vec![root], Arc::clone(sources));
    let input = Input { path: path.to_path_buf(), kind: InputKind::Named };
    let scanned = scan_file(&input, &jail, sources, request);
    match scanned.app {
        Some(app) => Ok((app, scanned.diagnostics)),
        None => Err(scanned.diagnostics.first().map_or_else(
            || "this is not a CloudFormation or SAM template".to_owned(),
            |remark| remark.message.clone(),
        )),
    }
}

fn place_words(sources: &Sources, place: Place) -> String {
    let path = sources.path(place.file);
    if place.is_whole() { path } else { format!("{path}:{}:{}", place.line, place.column) }
}
