//! One principal's policies, before and after.

use iam_containment::{Containment, Difference, Limits, contains, difference};
use iam_policy::{Effect, Policy, Term, managed, managed::Reach};
use source_text::{Place, SmolStr};
use value::When;

use super::documents::{Loaded, Unit};

/// Beginnings of the names of policies that AWS keeps for what functions use; none of them denies
/// anything (AWS Managed Policy Reference Guide, 2026-08).
const DENY_NOTHING: [&str; 9] = [
    "AWSLambda",
    "AWSXRay",
    "AmazonDynamoDB",
    "AmazonKinesis",
    "AmazonS3",
    "AmazonSNS",
    "AmazonSQS",
    "CloudWatch",
    "AdministratorAccess",
];

/// What became of one unit.
#[derive(Debug)]
pub(crate) struct Compared {
    /// Whether the new policies allow nothing that the old ones do not.
    pub(crate) answer: Containment,
    /// Why it is not known, although all that is written out is contained.
    pub(crate) doubts: Vec<String>,
    /// What only the new ones allow.
    pub(crate) added: Difference,
    /// What only the old ones allow.
    pub(crate) removed: Difference,
    /// The new policies: what statements of the answer are.
    pub(crate) new: Vec<Policy>,
}

impl Compared {
    /// `yes`, `no`, `unknown`.
    pub(crate) fn name(&self) -> &'static str {
        match &self.answer {
            Containment::Yes if !self.doubts.is_empty() => "unknown",
            answer => answer.name(),
        }
    }
}

/// Compares what a unit had with what it has.
pub(crate) fn compare(old: &Unit, new: &Unit, files: (&Loaded, &Loaded)) -> Compared {
    let mut doubts: Vec<String> = files.0.unread.iter().chain(&files.1.unread).cloned().collect();
    let mut old_policies = old.policies.clone();
    let mut new_policies = new.policies.clone();
    rename_changed_conditions(&mut new_policies, files);
    for arn in &new.managed {
        if old.managed.contains(arn) {
            continue;
        }
        new_policies.extend(certain_grants(arn));
        doubts.push(format!("{arn} is not written out, so that what it allows is not known"));
    }
    // What stays allowed by a policy of AWS is not new where the new documents say it, too.
    for arn in &old.managed {
        old_policies.extend(certain_grants(arn));
        if new.managed.contains(arn) {
            new_policies.extend(certain_grants(arn));
        }
    }
    for arn in old.managed.iter().filter(|arn| !new.managed.contains(*arn)) {
        let name = arn.rsplit('/').next().unwrap_or(arn);
        let is_harmless = managed::find(arn).is_some()
            && DENY_NOTHING.iter().any(|start| name.starts_with(start));
        if !is_harmless {
            doubts.push(format!("{arn} is gone; whether it denied something is not known"));
        }
    }
    let shares_managed = new.managed.iter().any(|arn| old.managed.contains(arn));
    if shares_managed && !keeps_denials(old, new) {
        doubts.push("a denial is gone that policies not written out may need".to_owned());
    }
    if old.boundary.is_some() && old.boundary != new.boundary {
        doubts.push("the permissions boundary is another one, or gone".to_owned());
    }
    let (before, after): (Vec<_>, Vec<_>) =
        (old_policies.iter().collect(), new_policies.iter().collect());
    let limits = Limits::default();
    let answer = contains(&before, &after, limits);
    Compared {
        added: difference(&before, &after, limits),
        removed: difference(&after, &before, limits),
        answer,
        doubts,
        new: new_policies,
    }
}

/// What a policy of AWS certainly allows, on every resource without a condition; nothing for other
/// policies, and for those that may not be attached.
pub(super) fn certain_grants(arn: &str) -> Option<Policy> {
    let policy = managed::find(arn).filter(|_| !arn.contains(' '))?;
    let actions: Vec<_> = policy
        .allows()
        .filter(|(_, reach)| *reach == Reach::Everything)
        .map(|(action, _)| Term::known(Place::default(), action))
        .collect();
    if actions.is_empty() {
        return None;
    }
    let statement = iam_policy::Statement {
        sid: Some(policy.name.into()),
        effect: Effect::Allow,
        actions,
        not_actions: Vec::new(),
        resources: vec![Term::known(Place::default(), "*")],
        not_resources: Vec::new(),
        principals: Vec::new(),
        not_principals: Vec::new(),
        conditions: Vec::new(),
        when: When::ALWAYS,
        place: Place::default(),
    };
    Some(Policy {
        version: Some("2012-10-17".into()),
        statements: vec![statement],
        ..Policy::default()
    })
}

/// Whether every denial of the old policies stands in the new ones as it is.
fn keeps_denials(old: &Unit, new: &Unit) -> bool {
    let same = |one: &iam_policy::Statement, other: &iam_policy::Statement| {
        let texts = |terms: &[Term]| -> Vec<SmolStr> {
            terms.iter().map(|term| term.text.clone()).collect()
        };
        let conditions = |statement: &iam_policy::Statement| -> Vec<_> {
            let conditions = statement.conditions.iter();
            conditions.map(|c| (c.operator.clone(), c.key.clone(), texts(&c.values))).collect()
        };
        texts(&one.actions) == texts(&other.actions)
            && texts(&one.not_actions) == texts(&other.not_actions)
            && texts(&one.resources) == texts(&other.resources)
            && texts(&one.not_resources) == texts(&other.not_resources)
            && conditions(one) == conditions(other)
            && one.when == other.when
    };
    let denials = |unit: &Unit| -> Vec<iam_policy::Statement> {
        unit.policies.iter().flat_map(|policy| policy.denies().cloned()).collect()
    };
    let kept = denials(new);
    denials(old).iter().all(|old| kept.iter().any(|new| same(old, new)))
}

/// A condition of the template that is another one now is not the same question.
fn rename_changed_conditions(policies: &mut [Policy], (old, new): (&Loaded, &Loaded)) {
    let is_changed = |name: &SmolStr| {
        let find = |loaded: &Loaded| {
            loaded.conditions.iter().find(|(known, _)| known == name).map(|(_, text)| text.clone())
        };
        find(old) != find(new)
    };
    let rename = |when: &mut When| {
        for (name, _) in &mut when.conditions {
            if is_changed(name) {
                *name = format!("{name} (changed)").into();
            }
        }
    };
    for statement in policies.iter_mut().flat_map(|policy| &mut policy.statements) {
        rename(&mut statement.when);
        let lists = [
            &mut statement.actions,
            &mut statement.not_actions,
            &mut statement.resources,
            &mut statement.not_resources,
        ];
        lists.into_iter().flatten().for_each(|term| rename(&mut term.when));
        for principal in statement.principals.iter_mut().chain(&mut statement.not_principals) {
            rename(&mut principal.term.when);
        }
        for condition in &mut statement.conditions {
            rename(&mut condition.when);
            condition.values.iter_mut().for_each(|term| rename(&mut term.when));
        }
    }
}
