//! Azure Functions whose triggers stand in a `function.json` each.

use app_code::{Described, Index, azure_entry};
use jail::read_text_up_to;
use source_text::{Diagnostic, FileId, Limits, Place, parse_yaml};
use taint::Program;

use super::{Bench, CodeResult, Joined};
use crate::inputs::Inputs;

/// People write a screen of it.
const LIMITS: Limits = Limits { bytes: 1 << 20, depth: 50, nodes: 20_000 };

/// Every file of that name, with its path as shown.
pub(super) fn described(inputs: &Inputs, bench: &Bench<'_>) -> Vec<Described> {
    let named =
        inputs.files.iter().filter(|it| it.path.file_name() == Some("function.json".as_ref()));
    named
        .filter_map(|input| {
            let text = read_text_up_to(&input.path, LIMITS.bytes as u64).ok()?;
            let parsed = parse_yaml(FileId::default(), &text, &LIMITS).ok()?;
            Some((bench.jail.shown(&input.path), parsed.documents.into_iter().next()?))
        })
        .collect()
}

/// Adds the entry points of those that no application has. They come after those that have one.
pub(super) fn join(
    described: &[Described],
    program: &Program,
    bench: &Bench<'_>,
    joined: &mut Joined,
    result: &mut CodeResult,
) {
    let index = Index::new(program);
    let known = std::mem::take(&mut joined.described);
    for (path, document) in described.iter().filter(|(path, _)| !known.contains(path)) {
        match azure_entry(path, document, &index) {
            None => {}
            Some(Ok(entry)) => joined.entries.push(entry),
            Some(Err(reason)) => {
                let place = Place::whole(bench.sources.add(path.clone(), ""));
                let message = format!("the code of this function was not looked at: {reason}");
                result.diagnostics.push(Diagnostic::note(place, message));
                result.without_code += 1;
            }
        }
    }
}
