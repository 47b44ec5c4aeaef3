//! Which properties of a template to set so that a role has exactly the policy of its function.

use std::collections::BTreeSet;

use app_model::{Identity, Place, SmolStr, When};
use cloud_names::{Pattern, placeholders};
use iam_policy::{Policy, Statement, Term};
use source_text::Node;

use super::{
    cycle::Dependencies,
    site::{Refusal, Site, Written, kept, site_of},
};
use crate::{
    Document, Draw, Grants, Names, Need, Privileges, fit,
    granted::{From, Granted},
    is_plumbing,
    output::template_policy,
    policy::Allow,
    quota,
    restate::{restate, term, without_defaults},
    unused::is_met_by_sibling,
};

/// What to write for one function, and what has to be shown of it first.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The properties to set; none when nothing is needed and nothing is there.
    pub writes: Vec<Written>,
    /// What the role is allowed today by what is replaced, for comparison.
    pub old: Vec<Policy>,
    /// What it will be allowed instead.
    pub new: Policy,
    /// What is needed and not allowed today.
    pub missing: Vec<Need>,
}

/// What the caller lets pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct Permits {
    /// Functions whose needs are not known whole.
    pub incomplete: bool,
    /// Needs that are not allowed today.
    pub new_access: bool,
}

/// The template that is edited.
#[derive(Clone, Copy, Debug)]
pub struct Template<'t> {
    /// As its author wrote it, tags and all.
    pub document: &'t Node,
    /// Who waits for whom in the plain template.
    pub dependencies: &'t Dependencies,
}

/// Plans the policy of a function.
///
/// What AWS's own policies give for settings of the function stays as it is, and so do connectors. A
/// need whose resource nothing names is held to the resources that are granted today.
///
/// # Errors
/// [`Refusal`] when the policy must not be touched, or not without the permits.
pub fn plan(
    names: &Names<'_>,
    privileges: &Privileges,
    template: Template<'_>,
    permits: Permits,
) -> Result<Plan, Refusal> {
    let app = names.app();
    let Some(function) = app.function(&privileges.needs.function) else {
        return Err(Refusal::NoRole);
    };
    if let Some(gap) = privileges.needs.gaps.first().filter(|_| !permits.incomplete) {
        return Err(Refusal::Incomplete { reason: gap.reason.clone() });
    }
    let site = site_of(app, template.document, function)?;
    let grants = Grants::of(names, function);
    let missing = privileges.comparison.missing.iter().filter(|need| need.is_certain);
    let missing: Vec<Need> = missing.cloned().collect();
    if !missing.is_empty() && !permits.new_access {
        let all = missing.iter().map(|it| format!("`{}` on `{}`", it.action, it.resource));
        return Err(Refusal::NewAccess { missing: all.collect::<Vec<_>>().join(", ") });
    }
    let mut needs: Vec<Need> = Vec::new();
    for need in &privileges.needs.needs {
        if grants.is_given(names, need) {
            continue;
        }
        let serving: Vec<&Granted<'_>> = serving(names, &grants, need);
        // A function that writes no log today was not meant to, and what may never be asked for is not
        // added.
        if serving.is_empty() && (is_plumbing(&need.action) || !need.is_certain) {
            continue;
        }
        if serving.is_empty() && is_met_by_sibling(names, &grants, need, &privileges.needs) {
            continue;
        }
        needs.extend(held(names, need, &serving));
    }
    let Some(role) = app.role_of(function) else { return Err(Refusal::NoRole) };
    for need in &mut needs {
        break_circle(need, template.dependencies, &role.name, &function.name)?;
    }
    let document = fit(&needs, quota::INLINE).document;
    let writes = writes(names, &site, &document, template.document, &function.name);
    let new = keyed(names, &document);
    let old = old(names, role, &grants);
    Ok(Plan { writes, old, new, missing })
}

/// The grants that may serve a need.
fn serving<'g, 'a>(names: &Names<'_>, grants: &'g Grants<'a>, need: &Need) -> Vec<&'g Granted<'a>> {
    let key = Pattern::new(&names.key(&need.resource));
    grants.grants.iter().filter(|granted| granted.may_serve(need, &key)).collect()
}

/// A need whose resource nothing names, on the resources that are granted for it today.
fn held(names: &Names<'_>, need: &Need, serving: &[&Granted<'_>]) -> Vec<Need> {
    if need.is_exact || need.resource == "*" || serving.is_empty() {
        return vec![need.clone()];
    }
    let key = Pattern::new(&names.key(&need.resource));
    let mut resources: BTreeSet<SmolStr> = BTreeSet::new();
    for granted in serving {
        let Some(resource) = &granted.resource else { continue };
        let glob = Pattern::new(&names.key(resource));
        if key.covers(&glob) {
            resources.insert(names.expand(resource).into());
        } else if glob.covers(&key) {
            // What is asked for is the narrower one.
            resources.insert(need.resource.clone());
        }
    }
    if resources.is_empty() {
        resources.insert(need.resource.clone());
    }
    let one = |resource: SmolStr| Need { resource, ..need.clone() };
    resources.into_iter().map(one).collect()
}

/// A policy cannot name what waits for its role. The log group of the function itself is the common
/// case: its name is not known then, and the groups of all functions are allowed.
fn break_circle(
    need: &mut Need,
    dependencies: &Dependencies,
    role: &str,
    function: &str,
) -> Result<(), Refusal> {
    let own_log = format!(":log-group:/aws/lambda/${{{function}}}");
    if need.resource.contains(&own_log) {
        need.resource = need.resource.replace(&own_log, ":log-group:/aws/lambda/*").into();
        need.is_exact = false;
    }
    let resource = need.resource.clone();
    for name in placeholders(&resource) {
        let (name, _) = cloud_names::split_reference(name);
        if !name.starts_with("AWS::") && dependencies.waits(name, role) {
            return Err(Refusal::Circular { resource: name.into() });
        }
    }
    Ok(())
}

/// The properties to set.
fn writes(
    names: &Names<'_>,
    site: &Site,
    document: &Document,
    template: &Node,
    function: &str,
) -> Vec<Written> {
    let draw = |has_tags: bool| template_policy(document, Draw { names, has_tags });
    let place = Place::default();
    let path = |keys: &[&str]| keys.iter().map(SmolStr::new).collect::<Vec<_>>();
    let is_empty = document.statements.is_empty();
    match site {
        Site::Function { function } => {
            let keys = ["Resources", function, "Properties", "Policies"];
            let current = template.at(&keys);
            if is_empty && current.is_none() {
                return Vec::new();
            }
            let value = |has_tags: bool| {
                let mut items = kept(current);
                if !is_empty {
                    items.push(draw(has_tags));
                }
                Node::list(place, items)
            };
            vec![written(path(&keys), &value)]
        }
        Site::Role { role } => {
            let keys = ["Resources", role, "Properties", "Policies"];
            let current = template.at(&keys);
            let first_name = current
                .and_then(Node::as_list)
                .and_then(<[Node]>::first)
                .and_then(|policy| policy.get("PolicyName"));
            let name = first_name.cloned().unwrap_or_else(|| Node::text(place, function));
            let value = |has_tags: bool| {
                let policy = Node::map(
                    place,
                    [("PolicyName", name.clone()), ("PolicyDocument", draw(has_tags))],
                );
                Node::list(place, if is_empty { Vec::new() } else { vec![policy] })
            };
            let mut all = attached(template, role);
            if !is_empty || current.is_some() {
                all.push(written(path(&keys), &value));
            }
            all
        }
        Site::Policy { role, policy } => {
            let keys = ["Resources", policy, "Properties", "PolicyDocument"];
            let mut all = attached(template, role);
            // A policy has a statement: one that is needed for nothing is left to be removed by hand.
            if !is_empty {
                all.push(written(path(&keys), &draw));
            }
            all
        }
    }
}

/// The managed policies of a role without those that the exact policy replaces.
fn attached(template: &Node, role: &str) -> Vec<Written> {
    let keys = ["Resources", role, "Properties", "ManagedPolicyArns"];
    let Some(current) = template.at(&keys) else { return Vec::new() };
    let stays = kept(Some(current));
    if current.as_list().is_some_and(|all| all.len() == stays.len()) {
        return Vec::new();
    }
    let path = keys.iter().map(SmolStr::new).collect();
    vec![written(path, &|_| Node::list(Place::default(), stays.clone()))]
}

fn written(path: Vec<SmolStr>, value: &dyn Fn(bool) -> Node) -> Written {
    Written { path, with_tags: value(true), without_tags: value(false) }
}

/// A document with the texts that comparisons take.
fn keyed(names: &Names<'_>, document: &Document) -> Policy {
    let statement = |allow: &Allow| {
        let term = |text: &SmolStr| term(&names.key(text));
        let conditions = allow.restrictions.iter().map(|it| iam_policy::Condition {
            operator: it.operator.clone(),
            key: it.key.clone(),
            values: vec![term(&it.value)],
            when: When::ALWAYS,
            place: Place::default(),
        });
        Statement {
            actions: allow
                .actions
                .iter()
                .map(|it| Term::known(Place::default(), it.clone()))
                .collect(),
            resources: allow.resources.iter().map(term).collect(),
            conditions: conditions.collect(),
            ..Statement::default()
        }
    };
    Policy {
        version: Some(SmolStr::new_static("2012-10-17")),
        statements: document.statements.iter().map(statement).collect(),
        place: Place::default(),
    }
}

/// What a role is allowed for certain: its policies, and what AWS's own policies allow on every
/// resource without a condition.
fn old(names: &Names<'_>, role: &Identity, grants: &Grants<'_>) -> Vec<Policy> {
    let mut all: Vec<Policy> = role
        .policies
        .iter()
        .map(|policy| {
            let mut document = policy.document.clone();
            for statement in &mut document.statements {
                restate(statement, &|text| names.key(text));
                strip_defaults(statement);
                // Under which condition the policy hangs on the role counts for each statement.
                if let Some(when) = statement.when.and(&policy.when) {
                    statement.when = without_defaults(when);
                }
            }
            document
        })
        .collect();
    let managed = grants.grants.iter().filter(|granted| {
        matches!(granted.from, From::Managed(_))
            && granted.resource.is_some()
            && !granted.is_conditional
    });
    all.extend(managed.map(|granted| {
        let statement = Statement {
            actions: vec![Term::known(granted.place, granted.action.clone())],
            resources: vec![Term::known(granted.place, "*")],
            ..Statement::default()
        };
        Policy { statements: vec![statement], ..Policy::default() }
    }));
    all
}

/// Comparisons are made for a deployment that leaves the defaults of parameters.
fn strip_defaults(statement: &mut Statement) {
    let resources = statement.resources.iter_mut().chain(&mut statement.not_resources);
    let values = statement.conditions.iter_mut().flat_map(|it| &mut it.values);
    for one in resources.chain(values) {
        one.when = without_defaults(std::mem::take(&mut one.when));
    }
}
