//! Who is let in by what a template or an account guards: policies on resources, trust policies of
//! roles, permissions of functions.

use std::collections::HashSet;

use app_model::{Application, PartKind, Permission, Setting};
use iam_policy::{Condition, Effect, Policy, Principal, PrincipalKind, Statement, Term};
use source_text::{Kind, Node, Place, SmolStr};
use value::When;

/// Trees nested deeper than this are told as not looked at.
const MAX_DEPTH: usize = 100;

/// Something that others may be let into.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    /// Logical name or name of the role, function or policy; empty for plain documents.
    pub(crate) name: SmolStr,
    /// What lets in.
    pub(crate) policies: Vec<Policy>,
    /// What of it is not known.
    pub(crate) doubts: Vec<String>,
}

/// Resources whose names end as those of policies do, and that the model knows or that let nobody
/// in (CloudFormation resource reference, 2026-08).
const KNOWN_POLICIES: [&str; 23] = [
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::AutoScaling::ScalingPolicy",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::ContinuousDeploymentPolicy",
    "AWS::CloudFront::OriginRequestPolicy",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::DLM::LifecyclePolicy",
    "AWS::Events::EventBusPolicy",
    "AWS::IAM::GroupPolicy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IoT::Policy",
    "AWS::Kinesis::ResourcePolicy",
    "AWS::Lambda::Permission",
    "AWS::Logs::ResourcePolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicInlinePolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::ResourcePolicy",
];

/// Everything of a template that lets somebody in; what was not looked at goes to `unread`.
pub(crate) fn of_template(
    app: &Application,
    document: &Node,
    path: &str,
    unread: &mut Vec<String>,
) -> Vec<Guard> {
    let mut guards = Vec::new();
    for function in &app.functions {
        let of = |one: &&Permission| one.function.as_ref() == Some(&function.name);
        let mut guard = Guard { name: function.name.clone(), ..Guard::default() };
        app.permissions.iter().filter(of).for_each(|one| permit(one, &mut guard));
        guards.push(guard);
    }
    for one in app.permissions.iter().filter(|one| one.function.is_none()) {
        let mut guard = Guard { name: one.name.clone(), ..Guard::default() };
        permit(one, &mut guard);
        guards.push(guard);
    }
    for identity in &app.identities {
        if let Some(trust) = &identity.trust {
            guards.push(guard(&identity.name, trust, &identity.when));
        }
    }
    for policy in &app.resource_policies {
        guards.push(guard(&policy.name, &policy.document, &policy.when));
    }
    for guard in &mut guards {
        doubt_open_names(guard, app);
    }
    for part in app.parts.iter().filter(|part| part.kind != PartKind::Include) {
        unread.push(format!(
            "{path}:{}: what `{}` brings was not looked at; check its template by itself",
            part.place.line, part.name
        ));
    }
    let places = guards.iter().flat_map(|guard| &guard.policies);
    let places = places.flat_map(|policy| &policy.statements).map(|statement| statement.place);
    let mut search = Search { judged: places.collect(), path, within: None, unread };
    search.look(document, &[], MAX_DEPTH);
    guards
}

fn guard(name: &SmolStr, document: &Policy, when: &When) -> Guard {
    let mut policy = document.clone();
    policy.statements.retain_mut(|statement| match statement.when.and(when) {
        Some(both) => {
            statement.when = both;
            true
        }
        None => false,
    });
    let doubts = if document.statements.is_empty() {
        vec!["its policy has no statement that could be read".to_owned()]
    } else {
        Vec::new()
    };
    Guard { name: name.clone(), policies: vec![policy], doubts }
}

/// Adds what a permission says as the statement that Lambda makes of it (Lambda Developer Guide,
/// "Viewing resource-based IAM policies in Lambda").
fn permit(permission: &Permission, guard: &mut Guard) {
    let terms = |setting: &Option<Setting<SmolStr>>| {
        setting.as_ref().map_or_else(Vec::new, |it| Term::from_value(it.place, &it.value))
    };
    let mut conditions = Vec::new();
    let mut add = |operator: &'static str, key: &'static str, values: Vec<Term>| {
        if !values.is_empty() {
            let place = permission.place;
            let (operator, key) = (SmolStr::new_static(operator), SmolStr::new_static(key));
            conditions.push(Condition { operator, key, values, when: When::ALWAYS, place });
        }
    };
    add("ArnLike", "aws:SourceArn", terms(&permission.source_arn));
    add("StringEquals", "aws:SourceAccount", terms(&permission.source_account));
    add("StringEquals", "aws:PrincipalOrgID", terms(&permission.organisation));
    add("StringEquals", "lambda:FunctionUrlAuthType", terms(&permission.url_auth));
    add("StringEquals", "lambda:EventSourceToken", terms(&permission.event_source_token));
    let pins = [
        ("SourceArn", &permission.source_arn),
        ("SourceAccount", &permission.source_account),
        ("PrincipalOrgID", &permission.organisation),
    ];
    for (property, _) in
        pins.iter().filter(|(_, it)| it.as_ref().is_some_and(|it| it.absent.is_some()))
    {
        guard.doubts.push(format!(
            "`{}` has `{property}` in some deployments only; give `--parameter`",
            permission.name
        ));
    }
    let principals: Vec<_> = terms(&permission.principal).into_iter().map(principal).collect();
    let actions = terms(&permission.action);
    if principals.is_empty() || actions.is_empty() {
        let words =
            format!("`{}` has no principal or no action that could be read", permission.name);
        guard.doubts.push(words);
        return;
    }
    let statement = Statement {
        sid: Some(permission.name.clone()),
        effect: Effect::Allow,
        actions,
        not_actions: Vec::new(),
        resources: vec![Term::known(permission.place, "*")],
        not_resources: Vec::new(),
        principals,
        not_principals: Vec::new(),
        conditions,
        when: permission.when.clone(),
        place: permission.place,
    };
    if guard.policies.is_empty() {
        guard.policies.push(Policy { version: Some("2012-10-17".into()), ..Policy::default() });
    }
    guard.policies.iter_mut().take(1).for_each(|policy| policy.statements.push(statement.clone()));
}

/// `s3.amazonaws.com` is a service, `*` anybody, an account or ARN somebody of AWS.
fn principal(term: Term) -> Principal {
    let is_service =
        term.text.contains('.') && !term.text.starts_with("arn:") && !term.text.ends_with('}');
    let kind = if term.is_everything() {
        PrincipalKind::Any
    } else if is_service {
        PrincipalKind::Service
    } else {
        PrincipalKind::Aws
    };
    Principal { kind, term }
}

/// A principal that is a parameter and nothing else may be `*`.
fn doubt_open_names(guard: &mut Guard, app: &Application) {
    let is_parameter = |term: &Term| {
        let is_bare =
            term.text.starts_with("${") && term.text.find('}') == Some(term.text.len() - 1);
        let is_of_template = term.references.iter().any(|reference| {
            !app.parameters.iter().any(|parameter| parameter.name == reference.name)
        });
        !term.resolved && is_bare && !is_of_template && !term.text.starts_with("${AWS::")
    };
    let statements = guard.policies.iter().flat_map(Policy::allows);
    let open = statements.flat_map(|statement| &statement.principals);
    let open: Vec<_> = open.filter(|principal| is_parameter(&principal.term)).collect();
    for principal in open {
        let text = &principal.term.text;
        guard.doubts.push(format!("`{text}` may be anybody; give `--parameter`"));
    }
}

/// Looks for what lets somebody in and is not in the model.
struct Search<'a> {
    judged: HashSet<Place>,
    path: &'a str,
    within: Option<(SmolStr, SmolStr)>,
    unread: &'a mut Vec<String>,
}

impl Search<'_> {
    fn look(&mut self, node: &Node, above: &[Place], depth: usize) {
        if depth == 0 {
            self.tell(node.place, "what is nested this deep");
            return;
        }
        // Two levels up stands the mapping of a text that a function makes.
        let below: Vec<Place> =
            above.iter().rev().take(2).rev().copied().chain([node.place]).collect();
        match &node.kind {
            Kind::List(items) => items.iter().for_each(|item| self.look(item, &below, depth - 1)),
            Kind::Tagged(_, inner) => self.look(inner, &below, depth - 1),
            Kind::Map(map) => {
                let names_somebody = map.contains("Principal") || map.contains("NotPrincipal");
                if map.contains("Effect") && names_somebody {
                    if !self.judged.contains(&node.place) {
                        self.tell(node.place, "a statement with principals");
                    }
                    return;
                }
                for (key, value) in map.iter() {
                    let outer = self.within.clone();
                    if let Some(of_type) = value.get("Type").and_then(Node::as_str)
                        && of_type.contains("::")
                    {
                        self.within = Some((key.clone(), of_type.into()));
                        self.resource(value, of_type);
                    }
                    self.look(value, &below, depth - 1);
                    self.within = outer;
                }
            }
            Kind::Text(text) => {
                let is_policy = text.contains("\"Principal\"") || text.contains("\"NotPrincipal\"");
                if is_policy && !below.iter().any(|place| self.judged.contains(place)) {
                    self.tell(node.place, "a text that is a policy");
                }
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
        }
    }

    /// What lets in by the type of a resource or by a property, without a statement.
    fn resource(&mut self, node: &Node, of_type: &str) {
        let is_policy = of_type.ends_with("Policy") || of_type.ends_with("Permission");
        if of_type.starts_with("AWS::") && is_policy && !KNOWN_POLICIES.contains(&of_type) {
            self.tell(node.place, "what this type lets in");
        }
        if of_type.ends_with("::MODULE") {
            self.tell(node.place, "what this module brings");
        }
        if let Some(policy) = node.at(&["Properties", "Auth", "ResourcePolicy"]) {
            self.tell(policy.place, "the policy of the API");
        }
        if let Some(list) = node.at(&["Properties", "AccessControl"])
            && !matches!(list.as_str(), Some("Private" | "LogDeliveryWrite"))
        {
            self.tell(list.place, "the access control list");
        }
    }

    fn tell(&mut self, place: Place, what: &str) {
        let of = self
            .within
            .as_ref()
            .map_or_else(String::new, |(name, of_type)| format!(" of `{name}` ({of_type})"));
        let path = self.path;
        self.unread.push(format!("{path}:{}: {what}{of} was not looked at", place.line));
    }
}
