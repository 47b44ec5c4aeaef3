//! What the output folder of a CDK application says of its stacks, and which construct a resource
//! comes from.

use std::path::{Component, Path, PathBuf};

use finding::Finding;
use jail::read_text;
use serde_json::Value;
use source_text::{Node, Place};

use crate::inputs::{Input, InputKind, Inputs, Remark};

/// Adds the stack templates that a manifest names, and says which of them are missing. Other files
/// of that name (of web pages, of extensions) name none.
pub(crate) fn stacks_of(manifest: &Path, root: &Path, inputs: &mut Inputs) {
    let Ok(text) = read_text(manifest) else { return };
    let Ok(content) = serde_json::from_str::<Value>(&text) else { return };
    let artifacts = content.get("artifacts").and_then(Value::as_object);
    for (stack, artifact) in artifacts.into_iter().flatten() {
        if artifact.get("type").and_then(Value::as_str) != Some("aws:cloudformation:stack") {
            continue;
        }
        let name = artifact.pointer("/properties/templateFile").and_then(Value::as_str);
        let Some(name) = name else { continue };
        match template_of(manifest, root, name) {
            Some(path) => inputs.files.push(Input { path, kind: InputKind::Named }),
            None => inputs.remarks.push(Remark::error(
                manifest.to_path_buf(),
                format!(
                    "the template `{name}` of the stack `{stack}` is not in this folder; run \
                     `cdk synth` again"
                ),
            )),
        }
    }
}

/// The file that a manifest names, when it is one and lies below `root`.
fn template_of(manifest: &Path, root: &Path, name: &str) -> Option<PathBuf> {
    let is_plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let path = manifest.parent()?.join(name).canonicalize().ok()?;
    (is_plain && path.is_file() && path.starts_with(root)).then_some(path)
}

/// Notes on each finding from which construct of the CDK application its resource comes: nobody
/// edits the template itself.
pub(crate) fn name_constructs(document: &Node, findings: &mut [Finding]) {
    let Some(resources) = document.get("Resources").filter(|_| is_of_cdk(document)) else { return };
    for finding in findings {
        let named = [finding.resource.as_deref(), finding.function.as_deref()];
        let construct = named.into_iter().flatten().find_map(|name| construct_of(resources, name));
        if let Some((place, path)) = construct {
            let note = format!("made by the CDK construct `{path}`");
            finding.trace.push(finding::Hop { place, note });
        }
    }
}

/// A cheap look before each finding is asked for: any resource with a path of CDK.
fn is_of_cdk(document: &Node) -> bool {
    let resources = document.get("Resources").and_then(Node::as_map);
    resources
        .into_iter()
        .flat_map(source_text::Map::values)
        .any(|resource| resource.at(&["Metadata", "aws:cdk:path"]).is_some())
}

fn construct_of<'a>(resources: &'a Node, name: &str) -> Option<(Place, &'a str)> {
    let node = resources.at(&[name, "Metadata", "aws:cdk:path"])?;
    Some((node.place, node.as_str()?))
}
