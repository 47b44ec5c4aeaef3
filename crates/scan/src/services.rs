//! Which files of the Serverless Framework are scanned besides those that look like templates:
//! configurations that are programs, and services that a compose file names.

use std::path::{Component, Path};

use jail::read_text;
use serverless_framework::{Form, form_of, parse_code};
use source_text::{FileId, Limits, Node, parse_yaml};

use crate::inputs::{Input, InputKind, Inputs, Remark};

/// Endings of configurations that are programs.
const PROGRAMS: [&str; 4] = ["js", "cjs", "mjs", "ts"];

/// Whether a file is a configuration that is a program, by its name.
pub(crate) fn is_program(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "serverless")
        && path.extension().is_some_and(|it| PROGRAMS.iter().any(|ending| it == *ending))
}

/// Whether a file is one of the framework by its name: what cannot be read of it must be told.
pub(crate) fn is_named_so(path: &Path) -> bool {
    path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| {
        stem == "serverless" || stem.starts_with("serverless.") || stem.starts_with("serverless-")
    })
}

/// Adds a configuration that is a program: as an input when it exports a plain object, or else as one
/// that was not read. It is never run.
pub(crate) fn meet_code(path: &Path, inputs: &mut Inputs) {
    let Some(text) = is_program(path).then(|| read_text(path).ok()).flatten() else { return };
    if !text.contains("provider") {
        return;
    }
    let is_object = parse_code(FileId(0), &text).is_some_and(|(node, _)| form_of(&node).is_some());
    if is_object {
        inputs.files.push(Input { path: path.to_path_buf(), kind: InputKind::Found });
        return;
    }
    let message = "this configuration of the Serverless Framework is code, which is not run; scan what \
                   `serverless print` writes";
    inputs.remarks.push(Remark::error(path.to_path_buf(), message));
}

/// Adds the services that a compose file names, when the user named it alone; a walk meets them anyway.
pub(crate) fn add_composed(path: &Path, root: &Path, inputs: &mut Inputs) {
    let is_compose = path.file_stem().is_some_and(|stem| stem == "serverless-compose");
    let Some(text) = is_compose.then(|| read_text(path).ok()).flatten() else { return };
    let Ok(parsed) = parse_yaml(FileId(0), &text, &Limits::default()) else { return };
    let Some(Form::Compose(folders)) =
        parsed.documents.first().and_then(|node: &Node| form_of(node))
    else {
        return;
    };
    for folder in folders {
        let is_plain = Path::new(folder.as_str())
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let service = ["serverless.yml", "serverless.yaml", "serverless.json"]
            .iter()
            .filter_map(|name| root.join(folder.as_str()).join(name).canonicalize().ok())
            .find(|path| is_plain && path.is_file() && path.starts_with(root));
        match service {
            Some(path) => inputs.files.push(Input { path, kind: InputKind::Named }),
            None => inputs.remarks.push(Remark::error(
                path.to_path_buf(),
                format!("there is no service in `{folder}`; it is not looked at"),
            )),
        }
    }
}
