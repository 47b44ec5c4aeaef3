//! Azure Functions whose triggers stand in a `function.json` each.

use app_code::{Index, azure_entry};
use jail::read_text_up_to;
use source_text::{Diagnostic, FileId, Limits, Place, parse_yaml};
use taint::Program;

use super::{Bench, CodeResult, Joined};
use crate::inputs::Inputs;

/// People write a screen of it.
const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 50, nodes: 20_000 };

/// Adds the entry points that files of that name describe. They belong to no template, so they come
/// after those that do.
pub(super) fn join(
    inputs: &Inputs,
    program: &Program,
    bench: &Bench<'_>,
    joined: &mut Joined,
    result: &mut CodeResult,
) {
    let index = Index::new(program);
    let named =
        inputs.files.iter().filter(|it| it.path.file_name() == Some("function.json".as_ref()));
    for input in named {
        let Ok(text) = read_text_up_to(&input.path, LIMITS.bytes as u64) else { continue };
        let Ok(parsed) = parse_yaml(FileId::default(), &text, &LIMITS) else { continue };
        let Some(document) = parsed.documents.first() else { continue };
        let shown = bench.jail.shown(&input.path);
        match azure_entry(&shown, document, &index) {
            None => {}
            Some(Ok(entry)) => joined.entries.push(entry),
            Some(Err(reason)) => {
                let place = Place::whole(bench.sources.add(shown, text));
                let message = format!("the code of this function was not looked at: {reason}");
                result.diagnostics.push(Diagnostic::note(place, message));
                result.without_code += 1;
            }
        }
    }
}
