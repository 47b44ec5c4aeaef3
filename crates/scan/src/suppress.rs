//! Findings that the user accepts: what markers and settings cover is marked, and what covers nothing
//! is told.

use std::{collections::HashMap, path::Path};

use finding::{Finding, Suppressed};
use report::{Report, UnusedSuppression};
use rules::Rule;
use source_text::{Comment, FileId, Node, Place, Sources};
use suppressions::Marker;

use crate::{Request, code::CodeText, config::Suppression, own};

/// A file of several that make one application.
#[derive(Debug)]
pub(crate) struct Commented {
    /// Its text, with `#` before every comment.
    pub(crate) text: String,
    pub(crate) comments: Vec<Comment>,
    /// What stands in it, in the form of a template.
    pub(crate) document: Node,
}

/// The suppressions that one template holds.
#[derive(Debug, Default)]
pub(crate) struct Inline {
    markers: Vec<Marker>,
}

impl Inline {
    /// Reads comments and metadata.
    pub(crate) fn read(
        sources: &Sources,
        file: FileId,
        comments: &[Comment],
        document: Option<&Node>,
    ) -> Self {
        let Some(document) = document else { return Self::default() };
        let text = &sources.get(file).text;
        let mut markers = suppressions::of_comments(text, comments, document);
        markers.extend(suppressions::of_metadata(document));
        Self { markers }
    }

    /// Adds the comments of one of several files.
    pub(crate) fn add_file(&mut self, file: &Commented) {
        self.markers.extend(suppressions::of_comments(&file.text, &file.comments, &file.document));
    }

    /// Adds the markers of code, whether of a file of its own or of a text in a template.
    pub(crate) fn add_code(&mut self, code: &CodeText) {
        let CodeText { file, language, text, lines, .. } = code;
        self.markers.extend(suppressions::of_code(&text.text, *file, *language, *lines));
    }

    /// Reads a manifest or lock file.
    pub(crate) fn of_manifest(sources: &Sources, file: FileId) -> Self {
        Self {
            markers: suppressions::of_manifest(&sources.path(file), &sources.get(file).text, file),
        }
    }

    /// Marks what is accepted and returns the markers that accepted nothing.
    pub(crate) fn apply(
        &self,
        request: &Request,
        ran: &[&'static Rule],
        findings: &mut [Finding],
    ) -> Vec<UnusedSuppression> {
        let mut unused = Vec::new();
        let mut applied = HashMap::new();
        for marker in &self.markers {
            let reason = match unusable(marker, request) {
                None if request.ignore_suppressions => None,
                None => {
                    let looked = ran.iter().any(|rule| marker.rules.contains(&rule.info.id.into()))
                        || own::ran(&marker.rules, request);
                    let key = (&marker.rules, &marker.held);
                    // The same words may stand many times at one entry.
                    let used = *applied.entry(key).or_insert_with(|| accept_by(marker, findings));
                    (!used && looked).then(|| "it hides no finding".to_owned())
                }
                reason => reason,
            };
            // A marker of another scanner usually is about something that we do not check.
            if let Some(reason) = reason
                && marker.is_ours
            {
                unused.push(UnusedSuppression {
                    place: marker.place,
                    rule: marker.rule.clone(),
                    reason,
                });
            }
        }
        unused
    }
}

/// Why a marker holds for nothing today.
fn unusable(marker: &Marker, request: &Request) -> Option<String> {
    let expired = |day: &&str| *day < request.today.as_str();
    marker.fault.clone().or_else(|| {
        let day = marker.until.as_deref().filter(expired)?;
        Some(format!("it expired on {day}"))
    })
}

/// Marks the findings that a marker holds for; whether there are any.
fn accept_by(marker: &Marker, findings: &mut [Finding]) -> bool {
    let mut used = false;
    for finding in findings.iter_mut() {
        if marker.rules.contains(&finding.rule) && marker.covers(finding) {
            used = true;
            finding.suppressed.get_or_insert_with(|| Suppressed {
                source: marker.source.clone(),
                reason: marker.reason.clone(),
                until: marker.until.clone(),
            });
        }
    }
    used
}

/// Marks what the settings accept, and notes settings that accept nothing.
pub(crate) fn apply_config(
    request: &Request,
    ran: &[&'static Rule],
    sources: &Sources,
    (base, report): (&Path, &mut Report),
) {
    if request.ignore_suppressions {
        return;
    }
    let above = folders_above(base, request.config.folder.as_deref());
    for suppression in &request.config.suppress {
        let reason = apply_one(
            suppression,
            request,
            sources,
            (above.as_str(), report.findings.as_mut_slice()),
        );
        // A rule that did not run could not use its suppression.
        let looked = ran.iter().any(|rule| {
            rule.info.name == suppression.rule || rule.info.id.to_string() == suppression.rule
        }) || rules::find_key(&suppression.rule)
            .is_some_and(|key| own::ran(&[key], request));
        if let Some(reason) = reason
            && looked
        {
            report.unused_suppressions.push(UnusedSuppression {
                place: Place::whole(sources.add("faasguard.toml", "")),
                rule: suppression.rule.clone(),
                reason,
            });
        }
    }
}

/// The folders from that of the settings to the scanned one, `services/orders/`; empty when they are the same, or
/// neither lies below the other.
fn folders_above(base: &Path, settings: Option<&Path>) -> String {
    let Some(settings) = settings else { return String::new() };
    let base = base.canonicalize().unwrap_or_else(|_| base.to_path_buf());
    let below = base.strip_prefix(settings).unwrap_or(Path::new(""));
    below.components().fold(String::new(), |mut path, part| {
        path.push_str(&part.as_os_str().to_string_lossy());
        path.push('/');
        path
    })
}

fn apply_one(
    suppression: &Suppression,
    request: &Request,
    sources: &Sources,
    (above, findings): (&str, &mut [Finding]),
) -> Option<String> {
    if let Some(day) = &suppression.until
        && day.as_str() < request.today.as_str()
    {
        return Some(format!("it expired on {day}"));
    }
    let rule = rules::find_key(&suppression.rule)?;
    let glob = suppression
        .path
        .as_ref()
        .and_then(|glob| globset::Glob::new(glob).ok())
        .map(|glob| glob.compile_matcher());
    let mut used = false;
    for finding in findings.iter_mut().filter(|finding| finding.rule == rule) {
        let path = sources.path(finding.place.file);
        let in_path = glob.as_ref().is_none_or(|glob| {
            glob.is_match(&path) || (!above.is_empty() && glob.is_match(format!("{above}{path}")))
        });
        let on_resource = suppression.resource.as_ref().is_none_or(|name| {
            finding.function.as_ref() == Some(name) || finding.resource.as_ref() == Some(name)
        });
        if in_path && on_resource {
            used = true;
            finding.suppressed.get_or_insert_with(|| Suppressed {
                source: "config".to_owned(),
                reason: Some(suppression.reason.clone()),
                until: suppression.until.clone(),
            });
        }
    }
    // Settings above the scanned folder speak of its siblings, too.
    let is_elsewhere = !above.is_empty() && suppression.path.is_some();
    (!used && !is_elsewhere).then(|| "it hides no finding".to_owned())
}
