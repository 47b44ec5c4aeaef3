//! Rounds of edits, each proven by a scan.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    sync::Arc,
};

use finding::{Audience, Finding, RuleId, RuleKey};
use fixes::{Offer, Safety, Text, offer};
use rules::Check;
use scan::{Profile, Request, ScanError, scan};

use crate::{
    EditedFile, Left, Mended, Outcome, Reason, Told,
    outcome::lost,
    proof::{Counts, Key, key},
    target::{Target, roots, target},
};

/// Rounds of edits: a fix may bring to light what another one mends.
const ROUNDS: usize = 5;

/// Edits of one file that are tried one by one.
const ONE_BY_ONE: usize = 50;

/// What is mended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// Also what somebody must judge.
    pub unsafe_fixes: bool,
}

/// Mends what a scan of the request would tell of the configuration, and gives the new texts.
///
/// Accepted findings are left alone. No file is written.
///
/// # Errors
/// [`ScanError`] when the scan cannot start.
pub fn run(request: &Request, choice: Choice) -> Result<Outcome, ScanError> {
    let chosen = chosen(request)?;
    let mut work = Work {
        request: all_rules(request),
        roots: roots(&request.paths),
        chosen,
        choice,
        files: BTreeMap::new(),
        mended: Vec::new(),
        refused: BTreeMap::new(),
    };
    let mut outcome = scan(&work.request, &|_, _| {})?;
    let not_looked_at = lost(&outcome.report.diagnostics, &outcome.sources);
    let first = Firsts::of(&outcome);
    for _ in 0..ROUNDS {
        let tries = work.tries(&outcome);
        if tries.is_empty() {
            break;
        }
        let mended = work.mended.len();
        outcome = work.prove(&outcome, tries, &first)?;
        if work.mended.len() == mended {
            break;
        }
    }
    Ok(work.finish(&outcome, not_looked_at, &first))
}

/// The rules whose findings are mended: those that a scan of the request would run.
fn chosen(request: &Request) -> Result<BTreeSet<RuleKey>, ScanError> {
    let find = |name: &String| {
        let id = name.parse::<RuleId>().ok();
        let rule = id.and_then(rules::by_id).or_else(|| rules::by_name(name));
        rule.map(|rule| rule.info.id.into())
            .ok_or_else(|| ScanError::NoSuchRule { name: name.clone() })
    };
    if !request.only.is_empty() {
        return request.only.iter().map(find).collect();
    }
    let is_chosen = |rule: &&rules::Rule| {
        let of_profile =
            request.profile == Profile::Strict || rule.info.audience == Audience::Everyone;
        request.config.is_enabled(&rule.info.facts()).unwrap_or(of_profile)
    };
    Ok(rules::all().filter(is_chosen).map(|rule| rule.info.id.into()).collect())
}

/// The same request for every rule of the configuration: what an edit brings must show whoever asks.
fn all_rules(request: &Request) -> Request {
    let of_configuration = rules::all().filter(|rule| matches!(rule.check, Check::Application(_)));
    Request {
        only: of_configuration.map(|rule| rule.info.id.to_string()).collect(),
        profile: Profile::Strict,
        ..request.clone()
    }
}

/// Places of findings before any edit, by what they are known by.
struct Firsts(HashMap<Key, Vec<Told>>);

impl Firsts {
    fn of(outcome: &scan::Outcome) -> Self {
        let mut all: HashMap<Key, Vec<Told>> = HashMap::new();
        for finding in &outcome.report.findings {
            all.entry(key(finding, outcome)).or_default().push(Told::of(finding, &outcome.sources));
        }
        Self(all)
    }

    /// What is told of a finding, with its line before any edit.
    fn told(&self, key: &Key, now: Told) -> Told {
        let known = self.0.get(key).into_iter().flatten();
        let mut known = known.filter(|told| told.message == now.message);
        known.next().cloned().unwrap_or(now)
    }
}

/// A file with the edits made so far.
struct Pending {
    target: Target,
    shown: String,
    old: String,
    new: String,
}

/// A fix that is tried.
struct Try {
    key: Key,
    told: Told,
    offer: Offer,
    path: PathBuf,
}

struct Work {
    request: Request,
    roots: Vec<PathBuf>,
    chosen: BTreeSet<RuleKey>,
    choice: Choice,
    files: BTreeMap<PathBuf, Pending>,
    mended: Vec<Mended>,
    refused: BTreeMap<String, Reason>,
}

impl Work {
    /// What of a scan can be tried; what cannot is remembered with its reason.
    fn tries(&mut self, outcome: &scan::Outcome) -> Vec<Try> {
        let mut tries = Vec::new();
        for finding in &outcome.report.findings {
            let is_open = finding.suppressed.is_none() && self.chosen.contains(&finding.rule);
            if !is_open || self.refused.contains_key(&finding.fingerprint) {
                continue;
            }
            match self.try_of(finding, outcome) {
                Ok(one) => tries.push(one),
                Err(reason) => {
                    self.refused.insert(finding.fingerprint.clone(), reason);
                }
            }
        }
        tries
    }

    fn try_of(&mut self, finding: &Finding, outcome: &scan::Outcome) -> Result<Try, Reason> {
        let source = outcome.sources.get(finding.place.file);
        let offer = offer(finding, Text { path: &source.path, text: &source.text })?;
        if let Safety::Unsafe(judge) = offer.fix.safety
            && !self.choice.unsafe_fixes
        {
            return Err(Reason::Judgement(judge));
        }
        let named = outcome.base.join(&source.path);
        let full = named.canonicalize().unwrap_or_else(|_| named.clone());
        if !self.files.contains_key(&full) {
            let target = target(&named, &self.roots, &source.text)?;
            let pending = Pending {
                target,
                shown: source.path.clone(),
                old: source.text.clone(),
                new: source.text.clone(),
            };
            self.files.insert(full.clone(), pending);
        }
        let told = Told::of(finding, &outcome.sources);
        Ok(Try { key: key(finding, outcome), told, offer, path: full })
    }

    /// Makes the edits and scans; the files in which something went wrong are done edit by edit. Gives the
    /// scan of what stands.
    fn prove(
        &mut self,
        before: &scan::Outcome,
        tries: Vec<Try>,
        first: &Firsts,
    ) -> Result<scan::Outcome, ScanError> {
        let mut by_file: BTreeMap<PathBuf, Vec<Try>> = BTreeMap::new();
        for one in tries {
            by_file.entry(one.path.clone()).or_default().push(one);
        }
        let counts = Counts::of(before);
        let mut texts: HashMap<PathBuf, String> = HashMap::new();
        for (path, tries) in &mut by_file {
            let Some(pending) = self.files.get(path) else { continue };
            let mut text = pending.new.clone();
            let mut failed = Vec::new();
            tries.retain(|one| match one.offer.apply(&text) {
                Ok(new) => {
                    text = new;
                    true
                }
                Err(error) => {
                    failed.push((one.told.fingerprint.clone(), Reason::Fix(error.into())));
                    false
                }
            });
            self.refused.extend(failed);
            texts.insert(path.clone(), text);
        }
        let after = self.scan_with(&texts)?;
        let now = Counts::of(&after);
        let wrong = wrong(&by_file, &counts, &now, before);
        if wrong.is_empty() {
            for (path, tries) in by_file {
                self.accept(&path, texts.remove(&path), tries, first);
            }
            return Ok(after);
        }
        let mut suspects = Vec::new();
        for (path, tries) in by_file {
            if wrong.contains(&path) {
                suspects.push((path, tries));
            } else {
                self.accept(&path, texts.remove(&path), tries, first);
            }
        }
        let mut outcome = self.scan_with(&HashMap::new())?;
        for (path, tries) in suspects {
            outcome = self.one_by_one(outcome, &path, tries, first)?;
        }
        Ok(outcome)
    }

    /// Tries the edits of a file each by itself.
    fn one_by_one(
        &mut self,
        mut outcome: scan::Outcome,
        path: &PathBuf,
        tries: Vec<Try>,
        first: &Firsts,
    ) -> Result<scan::Outcome, ScanError> {
        for (at, one) in tries.into_iter().enumerate() {
            if at >= ONE_BY_ONE {
                self.refused.insert(one.told.fingerprint, Reason::TooMany);
                continue;
            }
            let Some(text) = self.files.get(path).map(|pending| pending.new.clone()) else { break };
            let new = match one.offer.apply(&text) {
                Ok(new) => new,
                Err(error) => {
                    self.refused.insert(one.told.fingerprint, Reason::Fix(error.into()));
                    continue;
                }
            };
            let counts = Counts::of(&outcome);
            let after = self.scan_with(&HashMap::from([(path.clone(), new.clone())]))?;
            let now = Counts::of(&after);
            let brings = now.more_than(&counts).next();
            let is_unread =
                after.report.summary.files_not_scanned > outcome.report.summary.files_not_scanned;
            let stays = !now.not_gone(&counts, &[&one.key]).is_empty();
            if let Some(other) = brings {
                let name = rules::by_id(other.0).map_or("another finding", |rule| rule.info.name);
                self.refused.insert(one.told.fingerprint, Reason::Brings(name));
            } else if stays || is_unread {
                self.refused.insert(one.told.fingerprint, Reason::Stays);
            } else {
                self.accept(path, Some(new), vec![one], first);
                outcome = after;
            }
        }
        Ok(outcome)
    }

    fn accept(&mut self, path: &PathBuf, text: Option<String>, tries: Vec<Try>, first: &Firsts) {
        if let (Some(pending), Some(text)) = (self.files.get_mut(path), text) {
            pending.new = text;
        }
        self.mended.extend(tries.into_iter().map(|one| Mended {
            is_safe: one.offer.is_safe(),
            told: first.told(&one.key, one.told),
        }));
    }

    /// A scan with the edits that stand, and some more.
    fn scan_with(&self, more: &HashMap<PathBuf, String>) -> Result<scan::Outcome, ScanError> {
        let standing = self.files.iter().filter(|(_, pending)| pending.old != pending.new);
        let mut edited: HashMap<PathBuf, String> =
            standing.map(|(path, pending)| (path.clone(), pending.new.clone())).collect();
        edited.extend(more.iter().map(|(path, text)| (path.clone(), text.clone())));
        scan(&Request { edited: Arc::new(edited), ..self.request.clone() }, &|_, _| {})
    }

    fn finish(mut self, outcome: &scan::Outcome, lost: Vec<String>, first: &Firsts) -> Outcome {
        let mut left = Vec::new();
        for finding in &outcome.report.findings {
            if finding.suppressed.is_some() || !self.chosen.contains(&finding.rule) {
                continue;
            }
            let reason = self.refused.remove(&finding.fingerprint).unwrap_or(Reason::TooMany);
            let told = first.told(&key(finding, outcome), Told::of(finding, &outcome.sources));
            left.push(Left { told, reason });
        }
        let files = self.files.into_values().filter(|pending| pending.old != pending.new);
        let files = files.map(|pending| EditedFile {
            path: pending.target.path,
            shown: pending.shown,
            old: [pending.target.mark, &pending.old].concat(),
            new: [pending.target.mark, &pending.new].concat(),
        });
        let mut mended = self.mended;
        mended.sort_by(|a, b| (&a.told.path, a.told.line).cmp(&(&b.told.path, b.told.line)));
        left.sort_by(|a, b| (&a.told.path, a.told.line).cmp(&(&b.told.path, b.told.line)));
        Outcome { files: files.collect(), mended, left, not_looked_at: lost }
    }
}

/// The files whose edits did not do what they should.
fn wrong(
    by_file: &BTreeMap<PathBuf, Vec<Try>>,
    before: &Counts,
    now: &Counts,
    outcome: &scan::Outcome,
) -> BTreeSet<PathBuf> {
    let full = |shown: &str| {
        let path = outcome.base.join(shown);
        path.canonicalize().unwrap_or(path)
    };
    let mut wrong = BTreeSet::new();
    for key in now.more_than(before) {
        let path = full(&key.1);
        if by_file.contains_key(&path) {
            wrong.insert(path);
        } else {
            // It may come of any of them.
            wrong.extend(by_file.keys().cloned());
        }
    }
    for (path, tries) in by_file {
        let keys: Vec<&Key> = tries.iter().map(|one| &one.key).collect();
        if !now.not_gone(before, &keys).is_empty() {
            wrong.insert(path.clone());
        }
    }
    wrong
}
