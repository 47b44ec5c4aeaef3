//! Rounds of edits, each proven by a scan.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    path::{Path, PathBuf},
    sync::Arc,
};

use finding::{Audience, Finding, RuleKey};
use fixes::{Offer, Safety, Text, Why, offer};
use least_privilege::edit::Written;
use rules::Check;
use scan::{Profile, Request, ScanError, scan, write_policies};

use crate::{
    EditedFile, Left, Mended, Outcome, Reason, Told,
    outcome::lost,
    policies::{JUDGE, OF_CODE, Policies, is_of_policy},
    proof::{Counts, Key, key},
    target::{Target, beside, roots, target},
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
        request: all_rules(request, choice),
        roots: roots(&request.paths),
        chosen,
        choice,
        files: BTreeMap::new(),
        mended: Vec::new(),
        refused: BTreeMap::new(),
        policies: None,
        beside: HashMap::new(),
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
    if !request.only.is_empty() {
        let mut chosen = BTreeSet::new();
        for name in &request.only {
            let named = rules::named(name);
            if named.is_empty() {
                return Err(ScanError::no_such_rule(name));
            }
            chosen.extend(named.iter().map(|rule| RuleKey::from(rule.info.id)));
        }
        return Ok(chosen);
    }
    let is_chosen = |rule: &&rules::Rule| {
        let of_profile =
            request.profile == Profile::Strict || rule.info.audience == Audience::Everyone;
        request.config.is_enabled(&rule.info.facts()).unwrap_or(of_profile)
    };
    Ok(rules::all().filter(is_chosen).map(|rule| rule.info.id.into()).collect())
}

/// The same request for every rule of the configuration: what an edit brings must show whoever asks.
///
/// With what somebody must judge also those of the permissions that the code needs.
fn all_rules(request: &Request, choice: Choice) -> Request {
    let of_configuration = rules::all().filter(|rule| {
        let is_of_code = choice.unsafe_fixes && OF_CODE.contains(&rule.info.name);
        is_of_code || matches!(rule.check, Check::Application(_))
    });
    Request {
        only: of_configuration.map(|rule| rule.info.id.to_string()).collect(),
        profile: Profile::Strict,
        ..request.clone()
    }
}

/// What is known of the edits that stand.
struct Known {
    counts: Counts,
    unread: usize,
}

impl Known {
    fn of(outcome: &scan::Outcome) -> Self {
        let unread = outcome.report.summary.files_not_scanned;
        Self { counts: Counts::of(outcome), unread }
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
    edit: Edit,
    path: PathBuf,
}

/// What a try changes.
enum Edit {
    /// Settings.
    Offer(Offer),
    /// The policies of a function.
    Policies(Arc<Vec<Written>>),
}

impl Edit {
    fn safety(&self) -> Safety {
        match self {
            Self::Offer(offer) => offer.fix.safety,
            Self::Policies(_) => Safety::Unsafe(JUDGE),
        }
    }

    fn apply(&self, text: &str) -> Result<String, Reason> {
        match self {
            Self::Offer(offer) => Ok(offer.apply(text).map_err(Why::from)?),
            Self::Policies(writes) => {
                write_policies(text, writes).map_err(|why| Reason::Policy(why.to_string()))
            }
        }
    }
}

struct Work {
    request: Request,
    roots: Vec<PathBuf>,
    chosen: BTreeSet<RuleKey>,
    choice: Choice,
    files: BTreeMap<PathBuf, Pending>,
    mended: Vec<Mended>,
    refused: BTreeMap<String, Reason>,
    /// What functions need, once it was asked for.
    policies: Option<Policies>,
    /// Texts of the other files of its module, by file of Terraform.
    beside: HashMap<PathBuf, Arc<Vec<String>>>,
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
        let named = outcome.base.join(&source.path);
        let full = named.canonicalize().unwrap_or_else(|_| named.clone());
        let beside = self.beside(&full);
        let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
        let text = Text { path: &source.path, text: &source.text, beside: &beside };
        let edit = match offer(finding, text) {
            Err(Why::NoFix) if is_of_policy(finding) => {
                Edit::Policies(self.policy(finding, &source.path)?)
            }
            offered => Edit::Offer(offered?),
        };
        if let Safety::Unsafe(judge) = edit.safety()
            && !self.choice.unsafe_fixes
        {
            return Err(Reason::Judgement(judge));
        }
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
        Ok(Try { key: key(finding, outcome), told, edit, path: full })
    }

    /// What to write so that the function of a finding has the policy that it needs.
    fn policy(&mut self, finding: &Finding, path: &str) -> Result<Arc<Vec<Written>>, Reason> {
        let policies = match self.policies.take() {
            Some(known) => known,
            None => Policies::of(&self.request, self.standing())
                .map_err(|why| Reason::Policy(why.to_string()))?,
        };
        let writes = policies.writes(path, finding);
        self.policies = Some(policies);
        writes.ok_or(Reason::Fix(Why::NoFix))?.map_err(Reason::Policy)
    }

    /// The texts with the edits that stand.
    fn standing(&self) -> HashMap<PathBuf, String> {
        let standing = self.files.iter().filter(|(_, pending)| pending.old != pending.new);
        standing.map(|(path, pending)| (path.clone(), pending.new.clone())).collect()
    }

    /// The other files of the module that a file of Terraform belongs to.
    fn beside(&mut self, file: &Path) -> Arc<Vec<String>> {
        let folder = file.parent().filter(|_| scan::is_terraform(file));
        let Some(folder) = folder else { return Arc::default() };
        if let Some(known) = self.beside.get(file) {
            return Arc::clone(known);
        }
        let texts = Arc::new(beside(file, folder, &self.roots));
        self.beside.insert(file.to_path_buf(), Arc::clone(&texts));
        texts
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
            tries.retain(|one| match one.edit.apply(&text) {
                Ok(new) => {
                    text = new;
                    true
                }
                Err(error) => {
                    failed.push((one.told.fingerprint.clone(), error));
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
                suspects.push(tries.into());
            } else {
                self.accept(&path, texts.remove(&path), tries, first);
            }
        }
        self.one_by_one(suspects, first)?;
        self.scan_with(&HashMap::new())
    }

    /// Tries the edits of each file one by one, those of different files at the same time.
    fn one_by_one(
        &mut self,
        mut suspects: Vec<VecDeque<Try>>,
        first: &Firsts,
    ) -> Result<(), ScanError> {
        let standing = self.scan_with(&HashMap::new())?;
        let mut known = Known::of(&standing);
        for _ in 0..ONE_BY_ONE {
            let mut round = Vec::new();
            for tries in &mut suspects {
                while let Some(one) = tries.pop_front() {
                    let Some(pending) = self.files.get(&one.path) else { continue };
                    match one.edit.apply(&pending.new) {
                        Ok(new) => {
                            round.push((one, new));
                            break;
                        }
                        Err(error) => {
                            self.refused.insert(one.told.fingerprint, error);
                        }
                    }
                }
            }
            if round.is_empty() {
                break;
            }
            self.round(round, &mut known, first)?;
        }
        for one in suspects.into_iter().flatten() {
            self.refused.insert(one.told.fingerprint, Reason::TooMany);
        }
        Ok(())
    }

    /// Tries one edit of each of several files.
    fn round(
        &mut self,
        mut round: Vec<(Try, String)>,
        known: &mut Known,
        first: &Firsts,
    ) -> Result<(), ScanError> {
        let texts = round.iter().map(|(one, text)| (one.path.clone(), text.clone())).collect();
        let now = Known::of(&self.scan_with(&texts)?);
        let shown: BTreeSet<&str> = round.iter().map(|(one, _)| one.key.1.as_str()).collect();
        let is_foreign = now.unread > known.unread
            || now.counts.more_than(&known.counts).any(|key| !shown.contains(key.1.as_str()));
        if is_foreign && round.len() > 1 {
            // Any of them may have done it.
            let second = round.split_off(round.len() / 2);
            self.round(round, known, first)?;
            return self.round(second, known, first);
        }
        let mut wrong = BTreeSet::new();
        for (one, text) in round {
            let mut more = now.counts.more_than(&known.counts);
            let brings = more.find(|key| is_foreign || key.1 == one.key.1);
            let stays = !now.counts.not_gone(&known.counts, &[&one.key]).is_empty();
            if let Some(other) = brings {
                let name = rules::by_id(other.0).map_or("another finding", |rule| rule.info.name);
                wrong.insert(one.key.1.clone());
                self.refused.insert(one.told.fingerprint, Reason::Brings(name));
            } else if stays || is_foreign {
                wrong.insert(one.key.1.clone());
                self.refused.insert(one.told.fingerprint, Reason::Stays);
            } else {
                let path = one.path.clone();
                self.accept(&path, Some(text), vec![one], first);
            }
        }
        known.counts = now.counts.but_for(&wrong, &known.counts);
        Ok(())
    }

    fn accept(&mut self, path: &PathBuf, text: Option<String>, tries: Vec<Try>, first: &Firsts) {
        if let (Some(pending), Some(text)) = (self.files.get_mut(path), text) {
            pending.new = text;
        }
        self.mended.extend(tries.into_iter().map(|one| Mended {
            is_safe: one.edit.safety() == Safety::Safe,
            told: first.told(&one.key, one.told),
        }));
    }

    /// A scan with the edits that stand, and some more.
    fn scan_with(&self, more: &HashMap<PathBuf, String>) -> Result<scan::Outcome, ScanError> {
        let mut edited = self.standing();
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
