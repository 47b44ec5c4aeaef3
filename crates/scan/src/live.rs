//! Snapshots of live accounts: each account and region is an application of its own.

use std::{
    collections::{BTreeMap, HashSet},
    io::{Cursor, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use app_model::Application;
use jail::Jail;
use live_account::{NotLookedAt, could_be_snapshot, is_snapshot};
use source_text::{Diagnostic, FileId, Level, Limits, Place, Sources, decode, parse_json};
use template_drift::Declared;

use crate::{
    Request,
    code::Bench,
    inputs::{Input, InputKind},
    run::{FileResult, set_severities, sign},
    template::Scanned,
};

/// An account with some ten thousand functions is a hundred times smaller.
const LIMITS: Limits = Limits { bytes: 1 << 30, depth: 200, nodes: 100_000_000 };

/// Bytes in which a snapshot says that it is one.
const HEAD: u64 = 4096;

/// The first bytes of a frame of zstd.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a file may be a snapshot, by its name.
pub(crate) fn may_be_snapshot(path: &Path) -> bool {
    let ending = |path: &Path| path.extension().and_then(|it| it.to_str()).map(str::to_lowercase);
    match ending(path).as_deref() {
        Some("json") => true,
        Some("zst") => ending(&path.with_extension("")).as_deref() == Some("json"),
        _ => false,
    }
}

/// Reads a snapshot; `None` when the file is none.
pub(crate) fn read(
    input: &Input,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Option<Vec<Scanned>> {
    let (shown, bytes) = if input.kind == InputKind::Standard {
        let bytes = request.standard_input.as_deref().unwrap_or_default();
        ("stdin".to_owned(), beginning_as_snapshot(Cursor::new(bytes))?)
    } else {
        if !may_be_snapshot(&input.path) {
            return None;
        }
        let file = std::fs::File::open(&input.path).ok()?;
        (jail.shown(&input.path), beginning_as_snapshot(file)?)
    };
    let text = bytes.and_then(|bytes| decode(&bytes).map_err(|error| error.to_string()));
    let text = match text {
        Ok(text) => text,
        Err(reason) => return Some(vec![refused(sources.add(shown, ""), reason)]),
    };
    let file = sources.add(shown, text);
    let work = AssertUnwindSafe(|| applications(file, jail, sources, request));
    catch_unwind(work).unwrap_or_else(|_| {
        let message = "a fault of faasguard ended the reading of this file; please report it";
        Some(vec![refused(file, message.to_owned())])
    })
}

/// The bytes of what begins like a snapshot, unpacked; or why they cannot be had.
fn beginning_as_snapshot(mut source: impl Read) -> Option<Result<Vec<u8>, String>> {
    let mut magic = Vec::new();
    source.by_ref().take(ZSTD.len() as u64).read_to_end(&mut magic).ok()?;
    let is_packed = magic == ZSTD;
    let whole = Cursor::new(magic).chain(source);
    if !is_packed {
        return unpacked(whole);
    }
    unpacked(ruzstd::decoding::StreamingDecoder::new(whole).ok()?)
}

fn unpacked(mut source: impl Read) -> Option<Result<Vec<u8>, String>> {
    let mut bytes = Vec::new();
    source.by_ref().take(HEAD).read_to_end(&mut bytes).ok()?;
    if !could_be_snapshot(&String::from_utf8_lossy(&bytes)) {
        return None;
    }
    let most = LIMITS.bytes as u64;
    if let Err(error) = source.by_ref().take(most).read_to_end(&mut bytes) {
        return Some(Err(format!("this snapshot cannot be read: {error}")));
    }
    if bytes.len() as u64 > most {
        return Some(Err(format!("this snapshot is larger than {} MiB", most >> 20)));
    }
    Some(Ok(bytes))
}

fn refused(file: FileId, reason: String) -> Scanned {
    Scanned {
        diagnostics: vec![Diagnostic::error(Place::whole(file), reason)],
        is_incomplete: true,
        file,
        ..Scanned::default()
    }
}

fn applications(
    file: FileId,
    jail: &Jail,
    sources: &Arc<Sources>,
    request: &Request,
) -> Option<Vec<Scanned>> {
    let source = sources.get(file);
    let parsed = match parse_json(file, &source.text, &LIMITS) {
        Ok(parsed) => parsed,
        Err(error) => {
            let diagnostics = vec![error.to_diagnostic()];
            let refused = Scanned { diagnostics, is_incomplete: true, file, ..Scanned::default() };
            return Some(vec![refused]);
        }
    };
    let Some(document) = parsed.documents.into_iter().find(is_snapshot) else {
        // Another document that names the schema, such as the schema itself.
        return None;
    };
    let options = load_cloudformation::Options {
        keeps_declared: request.keeps_declared(),
        ..load_cloudformation::Options::default()
    };
    let jail = jail.for_template();
    let loaded = load_cloudformation::load_snapshot(file, &document, &options, Some(&jail));
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(loaded.diagnostics);
    diagnostics.extend(not_looked_at(&loaded.not_looked_at));
    let applications = loaded.applications.into_iter().map(|one| Scanned {
        app: Some(one.app),
        diagnostics: one.diagnostics,
        file,
        ..Scanned::default()
    });
    let mut all: Vec<Scanned> = applications.collect();
    if all.is_empty() {
        let app = Some(Application::default());
        all.push(Scanned { app, file, ..Scanned::default() });
    }
    for (index, scanned) in all.iter_mut().enumerate() {
        scanned.is_further = index > 0;
        if index == 0 {
            scanned.diagnostics.append(&mut diagnostics);
        }
        scanned.is_incomplete =
            scanned.diagnostics.iter().any(|remark| remark.level == Level::Error);
    }
    Some(all)
}

/// One remark for each question and reason, however often it was asked.
fn not_looked_at(gaps: &[NotLookedAt]) -> Vec<Diagnostic> {
    let mut grouped: BTreeMap<(&str, &str), (usize, &NotLookedAt)> = BTreeMap::new();
    for gap in gaps {
        let entry = grouped.entry((&gap.question, &gap.reason)).or_insert((0, gap));
        entry.0 += 1;
    }
    grouped
        .into_values()
        .map(|(count, gap)| {
            let NotLookedAt { question, reason, message, about, .. } = gap;
            let about =
                if count > 1 { format!("{count} times, first {about}") } else { about.clone() };
            let mut text = format!("`{question}` was not looked at ({about}): {reason}");
            if !message.is_empty() {
                text.push_str(": ");
                text.push_str(message);
            }
            // What a region does not have is not missed.
            let level = if reason == "not-available" { Level::Note } else { Level::Error };
            Diagnostic { place: gap.place, level, message: text }
        })
        .collect()
}

/// What is global stands in several applications: each of its findings is told once.
pub(crate) fn each_once(mut results: Vec<FileResult>) -> Vec<FileResult> {
    let mut told = HashSet::new();
    for result in &mut results {
        result
            .findings
            .retain(|finding| told.insert((finding.rule, finding.place, finding.message.clone())));
    }
    results
}

/// Name of the rule that tells of settings which differ from a template.
const CHANGED: &str = "changed-by-hand";

/// Compares what is deployed with the templates that stand beside the snapshot.
pub(crate) fn compare(results: &mut [FileResult], bench: &Bench<'_>) {
    let Some(rule) = bench.rules.iter().find(|rule| rule.info.name == CHANGED) else { return };
    let is_live = |app: &Application| !app.live.functions.is_empty();
    let (live, templates): (Vec<_>, Vec<_>) = results
        .iter_mut()
        .filter(|result| result.app.is_some())
        .partition(|result| result.app.as_ref().is_some_and(is_live));
    let declared: Vec<Declared<'_>> = templates
        .iter()
        .filter_map(|result| Some(Declared { stack: None, app: result.app.as_ref()? }))
        .collect();
    for result in live {
        let Some(app) = &mut result.app else { continue };
        let mut changes = template_drift::changes(app, &declared);
        // What the template of the stack told already is not told again.
        let told = std::mem::take(&mut app.live.changes);
        changes.retain(|change| {
            told.iter().all(|it| it.function != change.function || it.property != change.property)
        });
        app.live.changes = changes;
        let mut found = rule.findings(app);
        app.live.changes.splice(0..0, told);
        set_severities(&mut found, bench.request);
        sign(&mut found, bench.sources);
        result.findings.extend(found);
    }
}
