//! The decision: what all policies together say of one request.

use iam_policy::{AccessLevel, Policy, catalogue};
use smol_str::SmolStr;

use crate::{
    Because, Layer, Outcome, PrincipalType, Request, Truth, Why,
    expand::{Asked, Target},
    layer::Answer,
    principal::Grade,
    statement::Site,
};

/// The policies that bear on a request.
#[derive(Clone, Debug, Default)]
pub struct PolicySet<'a> {
    /// Policies of the user (and its groups) or role.
    pub identity: Vec<&'a Policy>,
    /// The policy on the resource: bucket policy, key policy, trust policy of a role …
    pub resource: Option<&'a Policy>,
    /// The permissions boundary of the user or role; `None` when it has none.
    pub boundaries: Option<Vec<&'a Policy>>,
    /// The policy that the session was made with.
    pub session: Option<&'a Policy>,
    /// Service control policies on the account of the principal, one list a level, root first; no
    /// level when it is in no organisation (or is its management account).
    pub service_control: Vec<Vec<&'a Policy>>,
    /// Resource control policies on the account of the resource, one list a level, root first.
    /// `RCPFullAWSAccess`, which AWS attaches everywhere, need not be listed.
    pub resource_control: Vec<Vec<&'a Policy>>,
    /// Policies of the VPC endpoint that the request comes through; `None` when there is none.
    pub vpc_endpoint: Option<Vec<&'a Policy>>,
}

/// What comes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It goes through.
    Allow,
    /// A statement denies it.
    ExplicitDeny,
    /// Nothing denies it, but an allow is missing.
    ImplicitDeny,
    /// Something that is not known decides: a hole of a template, a missing key of an open context.
    Unknown,
}

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What comes of the request.
    pub verdict: Verdict,
    /// The reasons: who allows or denies, where an allow is missing and what came nearest.
    pub because: Vec<Because>,
}

impl Verdict {
    /// The word for programs: `allow`, `explicit-deny`, `implicit-deny`, `unknown`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit-deny",
            Self::ImplicitDeny => "implicit-deny",
            Self::Unknown => "unknown",
        }
    }
}

/// What the policies of `set` decide for `request`.
///
/// Time is bounded, however hostile policies and request are: what a [`Verdict`] would need more
/// work for is [`Verdict::Unknown`]. An unknown deny beside a missing allow is an implicit deny: the
/// request does not go through either way.
///
/// Source: IAM User Guide, "Policy evaluation logic", "Cross-account policy evaluation logic".
#[must_use]
pub fn decide(set: &PolicySet<'_>, request: &Request) -> Decision {
    if let Some(decision) = decided_by_aws(request) {
        return decision;
    }
    let mut asked = Asked::new(request);
    if catalogue::supports_resource(&request.action) == Some(false) {
        asked.resource = Target::Name("*");
    }
    Layers::new(set, &asked).decide(&asked)
}

/// Requests that AWS decides whatever policies say.
fn decided_by_aws(request: &Request) -> Option<Decision> {
    let is_anonymous = request.principal.kind() == PrincipalType::Anonymous;
    if request.action.eq_ignore_ascii_case("sts:GetCallerIdentity") && !is_anonymous {
        let rule =
            "AWS lets everybody who signs call `sts:GetCallerIdentity`, whatever policies say";
        return Some(Decision {
            verdict: Verdict::Allow,
            because: vec![by_rule(Outcome::Allows, rule)],
        });
    }
    None
}

fn by_rule(outcome: Outcome, rule: &'static str) -> Because {
    Because { layer: Layer::Aws, statement: None, outcome, why: Why::Rule(rule) }
}

/// The answers of all layers that bind the request.
struct Layers<'a> {
    identity: Answer<'a>,
    resource: Answer<'a>,
    boundary: Option<Answer<'a>>,
    session: Option<Answer<'a>>,
    service_control: Vec<Answer<'a>>,
    resource_control: Vec<Answer<'a>>,
    endpoint: Option<Answer<'a>>,
    /// A `Deny` with `NotPrincipal` refuses whoever has a boundary.
    bounded_deny: Truth,
}

impl<'a> Layers<'a> {
    fn new(set: &PolicySet<'a>, asked: &Asked<'_>) -> Self {
        let principal = &asked.request.principal;
        let acts_for_account = principal.has_identity_policies();
        let principal_arn = asked.request.context.get("aws:PrincipalArn");
        let is_exempt = principal.is_service_linked(match &principal_arn {
            crate::Found::Values(values) => values.first().map(SmolStr::as_str),
            _ => None,
        });
        let own =
            |layer, policies: &[&'a Policy]| Answer::new(asked, layer, Site::Principal, policies);
        let levels = |levels: &[Vec<&'a Policy>], layer: fn(usize) -> Layer, site| {
            let answers = levels.iter().enumerate();
            answers
                .map(|(level, policies)| Answer::new(asked, layer(level), site, policies))
                .map(|answer| if is_exempt == Truth::No { answer } else { answer.if_bound() })
                .collect()
        };
        let identity: &[_] = if acts_for_account { &set.identity } else { &[] };
        let bounds = set.boundaries.as_deref().filter(|_| acts_for_account);
        let session = set.session.as_ref().filter(|_| acts_for_account);
        let has_organisation = acts_for_account && is_exempt != Truth::Yes;
        let is_governed = is_exempt != Truth::Yes && supports_rcp(&asked.request.action);
        let on_resource = set.resource.as_slice();
        let resource = Answer::new(asked, Layer::Resource, Site::Resource, on_resource);
        let bounded_deny = match (bounds, set.resource) {
            (Some(_), Some(policy)) => asked.denies_all_but_some(policy),
            _ => Truth::No,
        };
        Self {
            identity: own(Layer::Identity, identity),
            resource,
            boundary: bounds.map(|bounds| own(Layer::Boundary, bounds)),
            session: session.map(|session| own(Layer::Session, std::slice::from_ref(session))),
            service_control: if has_organisation {
                levels(&set.service_control, Layer::ServiceControl, Site::Principal)
            } else {
                Vec::new()
            },
            resource_control: if is_governed {
                levels(&set.resource_control, Layer::ResourceControl, Site::Anybody)
            } else {
                Vec::new()
            },
            endpoint: set
                .vpc_endpoint
                .as_ref()
                .map(|policies| Answer::new(asked, Layer::VpcEndpoint, Site::Anybody, policies)),
            bounded_deny,
        }
    }

    fn all(&self) -> impl Iterator<Item = &Answer<'a>> {
        [&self.identity, &self.resource]
            .into_iter()
            .chain(&self.boundary)
            .chain(&self.session)
            .chain(&self.service_control)
            .chain(&self.resource_control)
            .chain(&self.endpoint)
    }

    fn decide(&self, asked: &Asked<'_>) -> Decision {
        let mut because = Vec::new();
        let deny = Truth::any(self.all().map(|answer| answer.deny)).or(self.bounded_deny);
        if deny == Truth::Yes {
            self.all().for_each(|answer| answer.denials(&mut because));
            if because.is_empty() {
                because.push(by_rule(
                    Outcome::Denies,
                    "the resource policy denies all but some (`NotPrincipal`), which refuses \
                     everybody who has a permissions boundary",
                ));
            }
            return Decision { verdict: Verdict::ExplicitDeny, because };
        }
        let grants = Grants::new(self, asked.request);
        let allow = grants.truth();
        match (allow, deny) {
            (Truth::No, _) => {
                grants.lacks(asked, &mut because);
                Decision { verdict: Verdict::ImplicitDeny, because }
            }
            (Truth::Yes, Truth::No) => {
                self.all().for_each(|answer| answer.allowances(&mut because));
                because.extend(grants.by_root.then(|| {
                    by_rule(Outcome::Allows, "the root user of an account may do all in it")
                }));
                Decision { verdict: Verdict::Allow, because }
            }
            _ => {
                self.all().for_each(|answer| answer.undecided(asked, &mut because));
                if because.is_empty() {
                    let rule = "the policies and the request are too large to be compared whole";
                    because.push(by_rule(Outcome::Undecided, rule));
                }
                Decision { verdict: Verdict::Unknown, because }
            }
        }
    }
}

/// Where allows must come from.
struct Grants<'l, 'a> {
    layers: &'l Layers<'a>,
    /// Layers that must all allow, whoever else does.
    limits: Truth,
    /// The side of the principal: identity policies within boundary and session policy.
    own: Truth,
    /// What the resource policy grants by itself.
    direct: Truth,
    /// What the resource policy grants, if the side of the principal does as well.
    shared: Truth,
    need: Need,
    /// What AWS lets nobody do.
    refusal: Option<&'static str>,
    by_root: bool,
}

/// What an allow takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Own account: either side is enough.
    Either,
    /// Own account, but only the resource policy can grant, or let the account grant.
    ResourcePolicy,
    /// Another account: both sides.
    Both,
    /// Without an account: only the resource policy can grant.
    ResourceOnly,
}

impl<'l, 'a> Grants<'l, 'a> {
    fn new(layers: &'l Layers<'a>, request: &Request) -> Self {
        let resource = &layers.resource;
        let is_root = request.principal.kind() == PrincipalType::Root;
        let allows = |answer: &Option<Answer<'_>>| answer.as_ref().map_or(Truth::Yes, |a| a.allow);
        let bounds = allows(&layers.boundary).and(allows(&layers.session));
        let organisation = Truth::all(layers.service_control.iter().map(|answer| answer.allow));
        let refusal = refused_by_aws(request);
        let limits = organisation.and(allows(&layers.endpoint)).and(Truth::from(refusal.is_none()));
        let identity = if is_root { Truth::Yes } else { layers.identity.allow };
        let own = identity.and(bounds);
        let exact = resource.allows_as(Grade::Exact);
        let by_role = resource.allows_as(Grade::Role).and(bounds);
        let direct = exact.or(resource.allows_as(Grade::Anybody)).or(by_role);
        let shared = resource.allow;
        let need = need(request);
        Self { layers, limits, own, direct, shared, need, refusal, by_root: is_root }
    }

    fn granted(&self) -> Truth {
        match self.need {
            Need::Either => self.own.or(self.direct),
            Need::ResourcePolicy => self.direct.or(self.shared.and(self.own)),
            Need::Both => self.own.and(self.shared),
            Need::ResourceOnly => self.shared,
        }
    }

    fn truth(&self) -> Truth {
        self.limits.and(self.granted())
    }

    /// Every layer that lacks an allow that is needed.
    fn lacks(&self, asked: &Asked<'_>, because: &mut Vec<Because>) {
        let Layers { identity, resource, boundary, session, .. } = self.layers;
        let lack = |answer: &Answer<'_>, because: &mut Vec<Because>| {
            if answer.allow == Truth::No {
                because.push(answer.lack(asked));
            }
        };
        let organisation = self.layers.service_control.iter().chain(&self.layers.endpoint);
        organisation.for_each(|answer| lack(answer, because));
        because.extend(self.refusal.map(|rule| by_rule(Outcome::LacksAllow, rule)));
        if self.granted() != Truth::No {
            return;
        }
        let needs_own = self.need != Need::ResourceOnly;
        if needs_own && !self.by_root {
            lack(identity, because);
        }
        boundary.iter().chain(session).for_each(|answer| lack(answer, because));
        if self.need != Need::Either || asked.request.principal.account.is_none() {
            lack(resource, because);
        }
        match self.need {
            Need::Both if self.shared == Truth::No => because.push(by_rule(
                Outcome::LacksAllow,
                "the resource is in another account: its policy must allow it as well",
            )),
            Need::ResourcePolicy if self.shared == Truth::No => because.push(by_rule(
                Outcome::LacksAllow,
                "keys and roles are governed by their own policy: it must allow the principal or \
                 its account",
            )),
            _ => {}
        }
    }
}

/// Where an allow must come from for this request.
fn need(request: &Request) -> Need {
    let principal = &request.principal;
    if !principal.has_identity_policies() {
        return Need::ResourceOnly;
    }
    let owner = request.known_resource_account();
    match (&principal.account, owner) {
        (Some(own), Some(owner)) if *own != *owner => Need::Both,
        _ if needs_resource_policy(request) => Need::ResourcePolicy,
        _ => Need::Either,
    }
}

/// Whether only the policy of the resource can grant: keys of KMS and roles to assume.
fn needs_resource_policy(request: &Request) -> bool {
    let Some((service, action)) = request.action.split_once(':') else { return false };
    let on = |kind: &str| {
        request.resource.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with(kind))
    };
    if service.eq_ignore_ascii_case("kms") {
        return on("key/");
    }
    let is_assuming = ["AssumeRole", "TagSession", "SetSourceIdentity"]
        .iter()
        .any(|name| action.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)));
    service.eq_ignore_ascii_case("sts") && is_assuming && on("role/")
}

/// What AWS lets no user do, whatever policies say.
///
/// Source: IAM User Guide, "Managed policies and inline policies"; IAM Identity Center User Guide,
/// "Referencing permission sets"; KMS Developer Guide, "AWS managed keys".
fn refused_by_aws(request: &Request) -> Option<&'static str> {
    let (service, _) = request.action.split_once(':')?;
    let changes = || {
        let level = catalogue::find_action(&request.action)?.level;
        Some(!matches!(level, AccessLevel::Read | AccessLevel::List))
    };
    let mut parts = request.resource.splitn(6, ':').skip(4);
    let (account, resource) = (parts.next()?, parts.next()?);
    if service.eq_ignore_ascii_case("iam") && changes() == Some(true) {
        if account == "aws" && resource.starts_with("policy/") {
            return Some("AWS keeps its managed policies itself: nobody else can change them");
        }
        if resource.starts_with("role/aws-reserved/") {
            return Some(
                "AWS keeps the roles below `/aws-reserved/` itself: nobody else can use \
                         or change them",
            );
        }
    }
    if service.eq_ignore_ascii_case("kms")
        && resource.starts_with("alias/aws/")
        && changes() == Some(true)
    {
        return Some("AWS keeps the aliases `alias/aws/…` itself: nobody else can change them");
    }
    None
}

fn supports_rcp(action: &str) -> bool {
    let Some((service, _)) = action.split_once(':') else { return false };
    catalogue::supports_resource_control(service)
}
