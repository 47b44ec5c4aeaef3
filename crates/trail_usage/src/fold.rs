//! The fold: one event after the other, counts in bounded memory.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use audit_event::{AuditEvent, EventKind, Json, Provider, Text, Time};
use aws_operations::{Mapped, from_cloudtrail};
use cloud_names::Pattern;
use foldhash::fast::RandomState;
use iam_policy::catalogue;

use crate::{
    actor::{owner, session_name},
    denial::{Answer, Wanted, answer, wanted},
    mapping::{Use, uses},
    seen::SeenIds,
    usage::{Action, Evidence, Principal, Resource, Sample, Totals, Unmapped, Usage, generalised},
};

/// Bounds on what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Resources told of one action of a principal; more become globs.
    pub resources: usize,
    /// Principals, and pairs of source and name; what comes later counts for `(others)`.
    pub names: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { resources: 1_000, names: 100_000 }
    }
}

/// Which events count.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only principals whose ARN, or its last part, this glob matches.
    pub principal: Option<Pattern>,
    /// Only events from this moment on. An event without a time is left out.
    pub since: Option<Time>,
    /// Only events before this moment. An event without a time is left out.
    pub until: Option<Time>,
}

type Map<K, V> = HashMap<K, V, RandomState>;

/// Principal, pair, answer, way, and what was asked for.
type CounterKey = (u32, u32, Answer, Option<Box<str>>, Arc<[Use]>);

/// Requests that are remembered whole, with where they count.
const MEMO: usize = 1 << 16;

/// Bytes of a request that is remembered at most.
const MEMO_BYTES: usize = 2 << 10;

/// Stands for principals and names beyond the bound.
const OTHERS: &[u8] = b"(others)";

/// Gathers the usage of events.
#[derive(Debug, Default)]
pub struct Fold {
    limits: Limits,
    filter: Filter,
    ids: Arc<SeenIds>,
    totals: Totals,
    principal_index: Map<Box<[u8]>, u32>,
    principals: Vec<OnePrincipal>,
    pair_index: Map<Box<[u8]>, u32>,
    pairs: Vec<Pair>,
    counter_index: Map<CounterKey, u32>,
    counters: Vec<Counter>,
    /// How many counters a principal has for a pair.
    breadth: Map<(u32, u32), usize>,
    memo: Map<Box<[u8]>, u32>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct OnePrincipal {
    arn: String,
    kind: String,
    account: Option<String>,
    events: u64,
    sessions: Sample,
    last_session: Vec<u8>,
    is_let_through: bool,
}

/// A source and a name.
#[derive(Debug)]
struct Pair {
    source: String,
    name: String,
    mapped: Mapped,
    /// Events that are no requests, by their kind.
    apart: BTreeMap<EventKind, u64>,
    /// Requests without an action.
    unmapped: u64,
}

/// Requests of one principal that asked for the same and got the same answer.
#[derive(Debug)]
struct Counter {
    principal: u32,
    uses: Arc<[Use]>,
    answer: Answer,
    via: Option<Box<str>>,
    count: u64,
    first: Option<Time>,
    last: Option<Time>,
    regions: Sample,
    source_ips: Sample,
    user_agents: Sample,
}

impl Fold {
    /// A fold that lets through what `filter` does. Folds of parts of the same trail share `ids`.
    #[must_use]
    pub fn new(limits: Limits, filter: Filter, ids: Arc<SeenIds>) -> Self {
        Self { limits, filter, ids, ..Self::default() }
    }

    /// Counts an event.
    pub fn add(&mut self, event: &AuditEvent<'_>) {
        if !self.is_in_time(event.time) {
            self.totals.left_out += 1;
            return;
        }
        if event.provider != Provider::Aws {
            self.add_other_cloud(event);
            return;
        }
        let principal = self.principal(event);
        let Some(found) = self.principals.get_mut(principal as usize) else { return };
        if !found.is_let_through {
            self.totals.left_out += 1;
            return;
        }
        match event.id.filter(|id| !id.is_empty()) {
            Some(id) if !self.ids.is_new(id) => {
                self.totals.duplicates += 1;
                return;
            }
            Some(_) => {}
            None => self.totals.without_id += 1,
        }
        self.totals.events += 1;
        found.count(event);
        let pair = self.pair(event);
        let kind = event.kind();
        if kind != EventKind::ApiCall {
            self.totals.apart += 1;
            if let Some(pair) = self.pairs.get_mut(pair as usize) {
                *pair.apart.entry(kind).or_default() += 1;
            }
            return;
        }
        let code = event.error_code.map(Text::to_str).unwrap_or_default();
        let message = event.error_message.map(Text::to_str).unwrap_or_default();
        let answer = answer(&code, &message);
        let wanted = if answer == Answer::Denied { wanted(&message) } else { None };
        match answer {
            Answer::Succeeded => self.totals.succeeded += 1,
            Answer::Denied => self.totals.denied += 1,
            Answer::Failed => self.totals.failed += 1,
        }
        let counter = self.counter(event, principal, pair, answer, wanted);
        match counter.and_then(|counter| self.counters.get_mut(counter as usize)) {
            Some(counter) => counter.count(event),
            None => {
                if let Some(pair) = self.pairs.get_mut(pair as usize) {
                    pair.unmapped += 1;
                }
            }
        }
    }

    /// Counts an event of another cloud, whose actions are no actions of IAM.
    fn add_other_cloud(&mut self, event: &AuditEvent<'_>) {
        if self.filter.principal.is_some() {
            self.totals.left_out += 1;
            return;
        }
        self.totals.events += 1;
        self.totals.apart += 1;
        let pair = self.pair(event);
        if let Some(pair) = self.pairs.get_mut(pair as usize) {
            *pair.apart.entry(EventKind::OtherCloud).or_default() += 1;
        }
    }

    fn is_in_time(&self, time: Option<Time>) -> bool {
        let Filter { since, until, .. } = self.filter;
        if since.is_none() && until.is_none() {
            return true;
        }
        time.is_some_and(|time| {
            since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
        })
    }

    fn principal(&mut self, event: &AuditEvent<'_>) -> u32 {
        let owner = owner(&event.actor);
        if let Some(known) = self.principal_index.get(&*owner.arn) {
            return *known;
        }
        let is_full = self.principals.len() >= self.limits.names;
        let (arn, kind) =
            if is_full { (OTHERS, &b"Unknown"[..]) } else { (&*owner.arn, owner.kind) };
        if let Some(known) = self.principal_index.get(arn) {
            return *known;
        }
        let index = u32::try_from(self.principals.len()).unwrap_or(u32::MAX);
        self.principal_index.insert(arn.into(), index);
        let arn = String::from_utf8_lossy(arn).into_owned();
        let is_let_through = self.filter.principal.as_ref().is_none_or(|glob| {
            glob.matches(&arn) || arn.rsplit('/').next().is_some_and(|name| glob.matches(name))
        });
        self.principals.push(OnePrincipal {
            kind: String::from_utf8_lossy(kind).into_owned(),
            account: owner.account.filter(|_| !is_full).map(|text| text.to_str().into_owned()),
            events: 0,
            sessions: Sample::default(),
            last_session: Vec::new(),
            is_let_through,
            arn,
        });
        index
    }

    fn pair(&mut self, event: &AuditEvent<'_>) -> u32 {
        self.scratch.clear();
        self.scratch.extend_from_slice(event.source.raw());
        self.scratch.push(b' ');
        self.scratch.extend_from_slice(event.name.raw());
        if let Some(known) = self.pair_index.get(self.scratch.as_slice()) {
            return *known;
        }
        if self.pairs.len() >= self.limits.names {
            self.scratch.clear();
            self.scratch.extend_from_slice(OTHERS);
            if let Some(known) = self.pair_index.get(self.scratch.as_slice()) {
                return *known;
            }
        }
        let index = u32::try_from(self.pairs.len()).unwrap_or(u32::MAX);
        self.pair_index.insert(self.scratch.as_slice().into(), index);
        let is_full = self.pairs.len() >= self.limits.names;
        let others = || String::from_utf8_lossy(OTHERS).into_owned();
        let source = if is_full { others() } else { event.source.to_str().into_owned() };
        let name = if is_full { others() } else { event.name.to_str().into_owned() };
        self.pairs.push(Pair {
            mapped: from_cloudtrail(&source, &name),
            source,
            name,
            apart: BTreeMap::new(),
            unmapped: 0,
        });
        index
    }

    /// Where a request counts; `None` when no action is known of it.
    fn counter(
        &mut self,
        event: &AuditEvent<'_>,
        principal: u32,
        pair: u32,
        answer: Answer,
        wanted: Option<Wanted<'_>>,
    ) -> Option<u32> {
        let is_short = self.remember(event, principal, pair, answer, wanted);
        if is_short && let Some(known) = self.memo.get(self.scratch.as_slice()) {
            return Some(*known);
        }
        let uses = self.uses(event, pair, wanted);
        if uses.is_empty() {
            return None;
        }
        let via = event.actor.invoked_by.filter(|by| !by.is_empty());
        // A service that acts for itself is the principal, not a way.
        let via = via.filter(|_| event.actor.kind.is_none_or(|kind| !kind.is("AWSService")));
        let via = via.map(|via| Box::from(&*via.to_str()));
        let index = self.counter_of(principal, pair, answer, via, uses);
        if is_short {
            if self.memo.len() >= MEMO {
                self.memo.clear();
            }
            self.memo.insert(self.scratch.as_slice().into(), index);
        }
        Some(index)
    }

    /// Writes down all that decides where a request counts; whether it is short enough to keep.
    fn remember(
        &mut self,
        event: &AuditEvent<'_>,
        principal: u32,
        pair: u32,
        answer: Answer,
        wanted: Option<Wanted<'_>>,
    ) -> bool {
        let key = &mut self.scratch;
        key.clear();
        key.extend_from_slice(&principal.to_le_bytes());
        key.extend_from_slice(&pair.to_le_bytes());
        key.push(answer as u8);
        let actor = &event.actor;
        let texts = [event.region, event.recipient_account, actor.account, actor.invoked_by];
        let denied = wanted.map(|(action, resource)| [action, resource.unwrap_or_default()]);
        let denied = denied.iter().flatten().map(|text| text.as_bytes());
        for part in texts.into_iter().map(|text| text.map_or(&b""[..], Text::raw)).chain(denied) {
            key.extend_from_slice(part);
            key.push(0);
        }
        for value in [event.request, event.resource_list] {
            let raw = value.map_or(&b""[..], Json::raw);
            if key.len() + raw.len() > MEMO_BYTES {
                return false;
            }
            key.extend_from_slice(raw);
            key.push(0);
        }
        true
    }

    /// What a request asked for, or what the text of its denial tells that it wanted.
    fn uses(&self, event: &AuditEvent<'_>, pair: u32, wanted: Option<Wanted<'_>>) -> Vec<Use> {
        let mapped = self.pairs.get(pair as usize).map_or(Mapped::Unknown, |pair| pair.mapped);
        // The text may be anything: only actions that exist are told.
        let known = wanted.and_then(|(action, _)| catalogue::find_action(action));
        let Some((known, (_, resource))) = known.zip(wanted) else { return uses(mapped, event) };
        let action = known.to_string();
        if resource.is_none() {
            let mut same = uses(mapped, event);
            same.retain(|it| it.action == action);
            if !same.is_empty() {
                return same;
            }
        }
        let is_pass = action == "iam:PassRole";
        let evidence = if is_pass { Evidence::Passed } else { Evidence::Called };
        let resource = resource.unwrap_or("*").to_owned();
        vec![Use { action, resource, evidence, is_generalised: false }]
    }

    fn counter_of(
        &mut self,
        principal: u32,
        pair: u32,
        answer: Answer,
        via: Option<Box<str>>,
        uses: Vec<Use>,
    ) -> u32 {
        let mut key = (principal, pair, answer, via, Arc::from(uses));
        if let Some(known) = self.counter_index.get(&key) {
            return *known;
        }
        let breadth = self.breadth.entry((principal, pair)).or_default();
        if *breadth >= self.limits.resources {
            let is_too_broad = *breadth >= 2 * self.limits.resources;
            key.4 = key.4.iter().map(|it| it.generalised(is_too_broad)).collect();
            if let Some(known) = self.counter_index.get(&key) {
                return *known;
            }
        }
        *breadth += 1;
        let index = u32::try_from(self.counters.len()).unwrap_or(u32::MAX);
        self.counters.push(Counter {
            principal,
            uses: Arc::clone(&key.4),
            answer,
            via: key.3.clone(),
            count: 0,
            first: None,
            last: None,
            regions: Sample::default(),
            source_ips: Sample::default(),
            user_agents: Sample::default(),
        });
        self.counter_index.insert(key, index);
        index
    }

    /// The usage of all events that were added.
    #[must_use]
    pub fn finish(self) -> Usage {
        let mut actions: Vec<BTreeMap<String, Vec<Resource>>> = Vec::new();
        actions.resize_with(self.principals.len(), BTreeMap::new);
        for counter in self.counters {
            let Some(actions) = actions.get_mut(counter.principal as usize) else { continue };
            for one in counter.uses.iter() {
                let resource = counter.resource(one);
                actions.entry(one.action.clone()).or_default().push(resource);
            }
        }
        let most = self.limits.resources;
        let mut principals: Vec<_> = self
            .principals
            .into_iter()
            .zip(actions)
            .filter(|(principal, _)| principal.events > 0)
            .map(|(principal, actions)| Principal {
                arn: principal.arn,
                kind: principal.kind,
                account: principal.account,
                events: principal.events,
                sessions: principal.sessions,
                actions: actions
                    .into_iter()
                    .map(|(action, uses)| Action::of(action, uses, most))
                    .collect(),
            })
            .collect();
        principals.sort_by(|a, b| a.arn.cmp(&b.arn));
        let mut unmapped: Vec<_> = self.pairs.iter().flat_map(Pair::unmapped).collect();
        unmapped
            .sort_by(|a, b| (&a.source, &a.name, &a.reason).cmp(&(&b.source, &b.name, &b.reason)));
        Usage { principals, unmapped, totals: self.totals }
    }
}

impl Use {
    fn generalised(&self, is_too_broad: bool) -> Self {
        Self {
            action: self.action.clone(),
            resource: if is_too_broad { "*".to_owned() } else { generalised(&self.resource) },
            evidence: self.evidence,
            is_generalised: true,
        }
    }
}

impl OnePrincipal {
    fn count(&mut self, event: &AuditEvent<'_>) {
        self.events += 1;
        if let Some(session) = session_name(&event.actor)
            && session != self.last_session
        {
            self.sessions.add(&String::from_utf8_lossy(session));
            self.last_session = session.to_vec();
        }
    }
}

impl Pair {
    fn unmapped(&self) -> impl Iterator<Item = Unmapped> {
        let of = |count, reason: &str| Unmapped {
            source: self.source.clone(),
            name: self.name.clone(),
            count,
            reason: reason.to_owned(),
        };
        let apart = self.apart.iter().map(move |(kind, count)| {
            of(
                *count,
                match kind {
                    EventKind::ServiceEvent => "a service did it by itself: no request",
                    EventKind::SignIn => "a sign-in, not a request that IAM allows",
                    EventKind::ConsoleAction => "done in the console: no request to an API",
                    EventKind::VpcEndpoint => "judged at a VPC endpoint",
                    EventKind::Insight => "an insight: no request",
                    EventKind::OtherCloud => "of another cloud: no action of IAM",
                    EventKind::ApiCall | EventKind::Other => "a type of event that is not known",
                },
            )
        });
        let reason = match (self.mapped.unasked(), self.mapped) {
            (Some(reason), _) => reason.as_str(),
            (None, Mapped::Unknown) => "no action is known for it",
            (None, _) => "none of its actions applies to what the request says",
        };
        apart.chain((self.unmapped > 0).then(|| of(self.unmapped, reason)))
    }
}

impl Counter {
    fn count(&mut self, event: &AuditEvent<'_>) {
        self.count += 1;
        if let Some(time) = event.time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = self.last.max(Some(time));
        }
        let texts = [
            (&mut self.regions, event.region),
            (&mut self.source_ips, event.source_ip),
            (&mut self.user_agents, event.user_agent),
        ];
        for (sample, text) in texts {
            if let Some(text) = text {
                sample.add_text(text);
            }
        }
    }

    fn resource(&self, one: &Use) -> Resource {
        let of = |answer| if self.answer == answer { self.count } else { 0 };
        let is_used = self.answer == Answer::Succeeded;
        let is_denied = self.answer == Answer::Denied;
        Resource {
            resource: one.resource.clone(),
            evidence: one.evidence,
            via: self.via.as_deref().map(str::to_owned),
            is_generalised: one.is_generalised,
            count: of(Answer::Succeeded),
            denied: of(Answer::Denied),
            failed: of(Answer::Failed),
            first: self.first.filter(|_| is_used),
            last: self.last.filter(|_| is_used),
            last_denied: self.last.filter(|_| is_denied),
            regions: self.regions.clone(),
            source_ips: self.source_ips.clone(),
            user_agents: self.user_agents.clone(),
        }
    }
}
