//! `cargo xtask containment-laws`: laws that containment must hold over the policies of AWS, and its
//! answers against the evaluation of random requests.

use std::{collections::BTreeMap, time::Instant};

use iam_containment::{Containment, Limits, contains};
use iam_evaluation::{PrincipalId, Request, Truth, statement_matches};
use iam_policy::{Effect, Policy, Statement, Term, catalogue, literal_terms};
use source_text::{FileId, Limits as TextLimits, Place, parse_yaml};

use crate::{Failure, Outcome, arguments::Arguments, data, workspace};

/// Where the policies are, beside the checkout.
const POLICIES: &str = "../shared/data/iam";

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut arguments = Arguments::new(arguments);
    let folder =
        arguments.value("--data")?.map_or_else(|| workspace::root().join(POLICIES), Into::into);
    let requests = arguments.number("--requests")?.unwrap_or(1_000_000);
    let pairs = arguments.number("--pairs")?.unwrap_or(20_000);
    let mut random = Random(arguments.number("--seed")?.unwrap_or(1) | 1);
    let list = arguments.flag("--list");
    arguments.finish()?;
    if !folder.is_dir() {
        println!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let policies = policies(&data::read_json(&folder, "aws_managed_policies.")?)?;
    println!(
        "{} policies, {} statements",
        policies.len(),
        policies.iter().map(|(_, p)| p.statements.len()).sum::<usize>()
    );
    let mut broken = Vec::new();
    let denials = denials()?;
    for law in ["P in P", "P in P + Q", "P + Deny in P", "Q in P"] {
        let mut tally = Tally::default();
        let started = Instant::now();
        let rounds = if law == "P in P" { policies.len() as u64 } else { pairs };
        for round in 0..rounds {
            let (name, p) =
                if law == "P in P" { nth(&policies, round)? } else { random.pick(&policies)? };
            let (other, q) = random.pick(&policies)?;
            let (_, deny) = random.pick(&denials)?;
            let began = Instant::now();
            let answer = match law {
                "P in P" => contains(&[p], &[p], Limits::default()),
                "P in P + Q" => contains(&[p, q], &[p], Limits::default()),
                "P + Deny in P" => contains(&[p], &[p, deny], Limits::default()),
                _ => contains(&[p], &[q], Limits::default()),
            };
            tally.add(&answer, began.elapsed().as_secs_f64());
            let denies = q.denies().next().is_some();
            let is_law = law != "Q in P" && !(law == "P in P + Q" && denies);
            if is_law && matches!(answer, Containment::No(_)) {
                broken.push(format!("{law}: {name}, {other}: {answer:?}"));
            }
            if list && let Containment::Unknown(reason) = &answer {
                println!("  {law}: {name}, {other}: {reason}");
            }
        }
        println!("{law}: {tally} in {:.1} s", started.elapsed().as_secs_f64());
    }
    broken.extend(sampled(&policies, requests, &mut random, list)?);
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n").into()) }
}

/// Random requests near the globs of both sides, wherever the answer is yes.
fn sampled(
    policies: &[(String, Policy)],
    requests: u64,
    random: &mut Random,
    list: bool,
) -> Result<Vec<String>, Failure> {
    const EACH: u64 = 50;
    let mut broken = Vec::new();
    let (mut asked, mut hit, mut allowed) = (0_u64, 0_u64, 0_u64);
    let mut answers = Tally::default();
    let started = Instant::now();
    while asked < requests {
        let (name, p) = random.pick(policies)?;
        let (_, other) = random.pick(policies)?;
        let (old, new) = (random.changed(p, other), random.changed(p, other));
        let began = Instant::now();
        let answer = contains(&[&old], &[&new], Limits::default());
        answers.add(&answer, began.elapsed().as_secs_f64());
        if list && let Containment::Unknown(reason) = &answer {
            println!("  sampled: {name}: {reason}");
        }
        if !matches!(answer, Containment::Yes) {
            continue;
        }
        for _ in 0..EACH {
            let request = random.request(&old, &new);
            asked += 1;
            hit += u64::from(Random::speaks(&new, &request));
            if is_allowed(&new, &request) == Truth::Yes {
                allowed += 1;
                if is_allowed(&old, &request) == Truth::No {
                    broken.push(format!("{name}: {request:?}"));
                }
            }
        }
    }
    println!(
        "sampled: {asked} requests over pairs proven, {hit} meet a statement, {allowed} allowed, {} counterexamples; pairs {answers} in {:.1} s",
        broken.len(),
        started.elapsed().as_secs_f64()
    );
    Ok(broken)
}

/// Whether a statement allows it and none denies it.
fn is_allowed(policy: &Policy, request: &Request) -> Truth {
    let says = |effect: Effect| {
        let speaking = policy.statements.iter().filter(|statement| statement.effect == effect);
        Truth::any(speaking.map(|statement| statement_matches(policy, statement, request)))
    };
    says(Effect::Allow).and(!says(Effect::Deny))
}

/// How many answers of each kind, and how long the longest took.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, u64>,
    longest_s: f64,
}

impl Tally {
    fn add(&mut self, answer: &Containment, seconds: f64) {
        *self.counts.entry(answer.name()).or_default() += 1;
        self.longest_s = self.longest_s.max(seconds);
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for word in ["yes", "no", "unknown"] {
            write!(f, "{word} {}, ", self.counts.get(word).copied().unwrap_or(0))?;
        }
        write!(f, "longest {:.3} s", self.longest_s)
    }
}

fn policies(document: &serde_json::Value) -> Result<Vec<(String, Policy)>, Failure> {
    let all = document.as_object().ok_or("the policies are not a mapping")?;
    all.iter().map(|(name, document)| Ok((name.clone(), read(document)?))).collect()
}

fn read(document: &serde_json::Value) -> Result<Policy, Failure> {
    let text = document.to_string();
    let limits = TextLimits { bytes: 1 << 22, ..TextLimits::of_part(&text) };
    let parsed =
        parse_yaml(FileId::default(), &text, &limits).map_err(|error| error.to_string())?;
    let node = parsed.documents.into_iter().next().ok_or("an empty policy")?;
    Ok(Policy::read(&node, &literal_terms).0)
}

fn denials() -> Result<Vec<(String, Policy)>, Failure> {
    let statements = [
        r#"{"Effect":"Deny","Action":"iam:*","Resource":"*"}"#,
        r#"{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}"#,
        r#"{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::safe/*"}"#,
        r#"{"Effect":"Deny","Action":"ec2:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}"#,
        r#"{"Effect":"Deny","Action":"*:Delete*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}}"#,
    ];
    let policies = statements.iter().map(|statement| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        Ok(((*statement).to_owned(), read(&serde_json::from_str(&text)?)?))
    });
    policies.collect()
}

fn nth(policies: &[(String, Policy)], at: u64) -> Result<&(String, Policy), Failure> {
    Ok(policies.get(usize::try_from(at)?).ok_or("no such policy")?)
}

/// Marsaglia's xorshift: enough for samples, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Result<&'a T, Failure> {
        let at = self.below(items.len());
        Ok(items.get(at).ok_or("nothing to pick from")?)
    }

    /// The policy with a statement of another, without one, or with one narrowed.
    fn changed(&mut self, policy: &Policy, other: &Policy) -> Policy {
        let mut policy = policy.clone();
        for _ in 0..self.below(3) {
            let at = self.below(policy.statements.len());
            match self.below(6) {
                0 if policy.statements.len() > 1 => {
                    policy.statements.remove(at);
                }
                1 => {
                    let extra = self.pick(&other.statements).ok().cloned();
                    policy.statements.extend(extra);
                }
                kind => {
                    if let Some(statement) = policy.statements.get_mut(at) {
                        self.narrow(statement, kind);
                    }
                }
            }
        }
        policy
    }

    fn narrow(&mut self, statement: &mut Statement, kind: usize) {
        match kind {
            2 if statement.actions.len() > 1 => {
                let at = self.below(statement.actions.len());
                statement.actions.remove(at);
            }
            3 => {
                let at = self.below(statement.actions.len());
                if let Some(term) = statement.actions.get_mut(at) {
                    let all: Vec<_> = catalogue::expand(&term.text).take(50).collect();
                    if let Ok(action) = self.pick(&all) {
                        *term = Term::known(Place::default(), action.to_string());
                    }
                }
            }
            4 => {
                statement.conditions.pop();
            }
            _ => {
                let at = self.below(statement.resources.len());
                if let Some(term) = statement.resources.get_mut(at) {
                    let text = term.text.replacen('*', "eu*", 1);
                    *term = Term::known(Place::default(), text);
                }
            }
        }
    }

    /// A request near what one of the policies speaks about.
    fn request(&mut self, old: &Policy, new: &Policy) -> Request {
        let side = if self.below(3) == 0 { old } else { new };
        let statement = self.pick(&side.statements).ok();
        let terms = |list: fn(&Statement) -> &Vec<Term>, not: fn(&Statement) -> &Vec<Term>| {
            statement.map_or(&[][..], |s| if list(s).is_empty() { not(s) } else { list(s) })
        };
        let action = match self.pick(terms(|s| &s.actions, |s| &s.not_actions)) {
            Ok(term) => {
                let all: Vec<_> = catalogue::expand(&term.text).take(300).collect();
                match self.pick(&all) {
                    Ok(action) if self.below(10) > 0 => action.to_string(),
                    _ => self.filled(&term.text),
                }
            }
            Err(_) => "s3:GetObject".to_owned(),
        };
        let resource = match self.pick(terms(|s| &s.resources, |s| &s.not_resources)) {
            Ok(term) if term.text == "*" && self.below(2) == 0 => {
                let other = self.pick(&old.statements).ok();
                let resources = other.map_or(&[][..], |s| s.resources.as_slice());
                self.pick(resources).ok().map_or_else(|| "*".to_owned(), |t| self.filled(&t.text))
            }
            Ok(term) => self.filled(&term.text),
            Err(_) => "*".to_owned(),
        };
        // AWS asks about ARNs, or about no resource at all.
        let is_arn = resource.splitn(6, ':').count() == 6 && resource.starts_with("arn:");
        let is_asked = catalogue::supports_resource(&action) != Some(false);
        let resource = if is_arn && is_asked { resource } else { "*".to_owned() };
        let mut request = Request::new(
            PrincipalId::new("arn:aws:iam::111122223333:role/example"),
            action,
            resource,
        );
        for condition in old.statements.iter().chain(&new.statements).flat_map(|s| &s.conditions) {
            let value = match self.pick(&condition.values) {
                Ok(term) => self.filled(&term.text),
                Err(_) => continue,
            };
            match self.below(8) {
                0 => request.context.set(&condition.key, Vec::<String>::new()),
                1 => request.context.set(&condition.key, ["other"]),
                _ => request.context.set(&condition.key, [value]),
            }
        }
        request
    }

    /// A text that a glob matches.
    fn filled(&mut self, glob: &str) -> String {
        let mut text = String::new();
        for character in glob.chars() {
            match character {
                '*' => {
                    let fillings = ["", "x", "eu", "eu-west-1", "a/b", "111122223333", "e:u"];
                    text.push_str(self.pick(&fillings).copied().unwrap_or(""));
                }
                '?' => text.push('q'),
                other => text.push(other),
            }
        }
        text
    }

    /// Whether a statement that allows speaks about the request.
    fn speaks(policy: &Policy, request: &Request) -> bool {
        policy.statements.iter().any(|s| statement_matches(policy, s, request) == Truth::Yes)
    }
}
