//! Who asks, and whom a statement is about.

use cloud_names::{Arn, is_account_id};
use iam_policy::{Effect, Principal, PrincipalKind};
use smol_str::SmolStr;

use crate::Truth;

/// The one who makes a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalId {
    /// ARN of a user, role, session or account root, or the name of a service
    /// (`lambda.amazonaws.com`) or identity provider; `*` for one who did not sign.
    pub name: SmolStr,
    /// The account, twelve digits.
    pub account: Option<SmolStr>,
}

/// Kinds of those who make requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalType<'a> {
    /// Nobody signed the request.
    Anonymous,
    /// The root user of an account.
    Root,
    /// An IAM user.
    User {
        /// The name without its path.
        name: &'a str,
    },
    /// A role, whatever its session.
    Role {
        /// The name without its path.
        name: &'a str,
    },
    /// A session of a role.
    Session {
        /// The name of the role, without its path.
        role: &'a str,
    },
    /// A user of `GetFederationToken`.
    FederatedUser,
    /// A service of AWS.
    Service,
    /// An identity provider, of SAML or web identities.
    Federated,
    /// Something else.
    Other,
}

/// How narrowly a statement of a resource policy names the one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// By the account: the account still has to grant it to its own users and roles.
    Account,
    /// As everybody.
    Anybody,
    /// The role of which a session asks.
    Role,
    /// The very user, session, service or provider.
    Exact,
}

impl PrincipalId {
    /// One who asks, by ARN or name; the account is the one in the ARN.
    #[must_use]
    pub fn new(name: impl Into<SmolStr>) -> Self {
        let name = name.into();
        let account = if is_account_id(&name) {
            Some(name.clone())
        } else {
            Arn::parse(&name).ok().map(|arn| arn.account)
        };
        Self { account: account.filter(|account| is_account_id(account)), name }
    }

    /// Nobody in particular: the request is not signed.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::new("*")
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> PrincipalType<'_> {
        let name = self.name.as_str();
        if name.is_empty() || name == "*" || name.eq_ignore_ascii_case("anonymous") {
            return PrincipalType::Anonymous;
        }
        if is_account_id(name) {
            return PrincipalType::Root;
        }
        let Some(resource) = arn_resource(name) else {
            return if name.ends_with(".amazonaws.com") && name != "cognito-identity.amazonaws.com"
                || name.ends_with(".amazonaws.com.cn")
                || name.ends_with(".aws.internal")
            {
                PrincipalType::Service
            } else if name.contains('.') {
                PrincipalType::Federated
            } else {
                PrincipalType::Other
            };
        };
        let last = resource.rsplit('/').next().unwrap_or(resource);
        match resource.split('/').next().unwrap_or(resource) {
            "root" => PrincipalType::Root,
            "user" => PrincipalType::User { name: last },
            "role" => PrincipalType::Role { name: last },
            "assumed-role" => PrincipalType::Session { role: session_role(resource) },
            "federated-user" => PrincipalType::FederatedUser,
            "saml-provider" | "oidc-provider" => PrincipalType::Federated,
            _ => PrincipalType::Other,
        }
    }

    /// `aws:PrincipalArn`: for a session the ARN of its role. `None` where the path of the role,
    /// which the ARN of a session does not tell, certainly is not empty.
    pub(crate) fn principal_arn(&self) -> Option<SmolStr> {
        match self.kind() {
            PrincipalType::Session { role } => {
                if role.starts_with("AWSReservedSSO_") || role.starts_with("AWSServiceRoleFor") {
                    return None;
                }
                let arn = Arn::parse(&self.name).ok()?;
                Some(format!("arn:{}:iam::{}:role/{role}", arn.partition, arn.account).into())
            }
            PrincipalType::Root if is_account_id(&self.name) => {
                Some(format!("arn:aws:iam::{}:root", self.name).into())
            }
            PrincipalType::Root
            | PrincipalType::User { .. }
            | PrincipalType::Role { .. }
            | PrincipalType::FederatedUser => Some(self.name.clone()),
            _ => None,
        }
    }

    /// `aws:PrincipalType`.
    pub(crate) fn principal_type_key(&self) -> Option<&'static str> {
        Some(match self.kind() {
            PrincipalType::Anonymous => "Anonymous",
            PrincipalType::Root => "Account",
            PrincipalType::User { .. } => "User",
            PrincipalType::Role { .. } | PrincipalType::Session { .. } => "AssumedRole",
            PrincipalType::FederatedUser => "FederatedUser",
            _ => return None,
        })
    }

    /// Whether it is a role that a service of AWS owns, or a session of one: organisation policies
    /// do not bind it. The path decides, which the ARN of a session does not tell and
    /// `aws:PrincipalArn` does; roles of any path may bear the name.
    pub(crate) fn is_service_linked(&self, principal_arn: Option<&str>) -> Truth {
        let is_below = |arn: &str| Truth::from(arn.contains(":role/aws-service-role/"));
        match self.kind() {
            PrincipalType::Role { .. } => is_below(&self.name),
            PrincipalType::Session { role } if role.starts_with("AWSServiceRoleFor") => {
                principal_arn.map_or(Truth::Unknown, is_below)
            }
            _ => Truth::No,
        }
    }

    /// Whether it acts with identity policies of an account.
    pub(crate) fn has_identity_policies(&self) -> bool {
        matches!(
            self.kind(),
            PrincipalType::Root
                | PrincipalType::User { .. }
                | PrincipalType::Role { .. }
                | PrincipalType::Session { .. }
                | PrincipalType::FederatedUser
                | PrincipalType::Other
        )
    }

    /// How narrowly `named` names this principal, and whether that is certain; `None` when it
    /// certainly does not.
    pub(crate) fn grade(&self, named: &Principal) -> Option<(Grade, Truth)> {
        let certain = Truth::Yes.if_certain(named.term.when.is_always());
        if named.is_anybody() {
            return Some((Grade::Anybody, certain));
        }
        if named.kind != PrincipalKind::Aws && named.term.is_everything() {
            return self.is_of_kind(named.kind).then_some((Grade::Anybody, certain));
        }
        if !named.term.resolved {
            // Only deployment knows whom it names.
            return self.is_of_kind(named.kind).then_some((Grade::Exact, Truth::Unknown));
        }
        let text = named.term.text.as_str();
        match named.kind {
            PrincipalKind::Any | PrincipalKind::Aws => {
                self.aws_grade(text).map(|(grade, truth)| (grade, truth.and(certain)))
            }
            PrincipalKind::Service | PrincipalKind::Federated => {
                (text == self.name).then_some((Grade::Exact, certain))
            }
            PrincipalKind::CanonicalUser if text == self.name => Some((Grade::Exact, certain)),
            // Which account a canonical id stands for is not told.
            PrincipalKind::CanonicalUser => {
                self.has_identity_policies().then_some((Grade::Account, Truth::Unknown))
            }
        }
    }

    /// Whether `NotPrincipal` with this name excepts the principal from a statement of this effect.
    ///
    /// An account that is named with its user does not except the others of the account: IAM User
    /// Guide, "`NotPrincipal` with `Deny`". Whether a role excepts its sessions, which AWS wants
    /// named too, and whom an account excepts from an `Allow`, is not told.
    pub(crate) fn is_excepted(&self, named: &Principal, effect: Effect) -> Truth {
        match self.grade(named) {
            None => Truth::No,
            Some((Grade::Account, _)) if effect == Effect::Deny => Truth::No,
            Some((Grade::Account, truth)) => truth.and(Truth::Unknown),
            Some((Grade::Role, truth)) => {
                truth.if_certain(matches!(self.kind(), PrincipalType::Role { .. }))
            }
            Some((Grade::Anybody | Grade::Exact, truth)) => truth,
        }
    }

    fn is_of_kind(&self, kind: PrincipalKind) -> bool {
        match kind {
            PrincipalKind::Any => true,
            PrincipalKind::Aws | PrincipalKind::CanonicalUser => self.has_identity_policies(),
            PrincipalKind::Service => self.kind() == PrincipalType::Service,
            PrincipalKind::Federated => self.kind() == PrincipalType::Federated,
        }
    }

    fn aws_grade(&self, named: &str) -> Option<(Grade, Truth)> {
        let kind = self.kind();
        if named == self.name {
            let is_role = matches!(kind, PrincipalType::Role { .. });
            return Some((if is_role { Grade::Role } else { Grade::Exact }, Truth::Yes));
        }
        if !self.has_identity_policies() {
            return None;
        }
        let by_account = if kind == PrincipalType::Root { Grade::Exact } else { Grade::Account };
        let account = self.account.as_deref();
        if is_account_id(named) {
            return (account == Some(named)).then_some((by_account, Truth::Yes));
        }
        let resource = arn_resource(named)?;
        if account != named.split(':').nth(4) {
            return None;
        }
        if resource == "root" {
            return Some((by_account, Truth::Yes));
        }
        // A session's ARN has lost the path of its role; names are unique in an account.
        let is_role = |role| {
            let path = resource.strip_prefix("role/");
            path.is_some_and(|path| path.rsplit('/').next() == Some(role))
        };
        match kind {
            PrincipalType::Session { role } => is_role(role).then_some((Grade::Role, Truth::Yes)),
            // Which of its sessions asks is not told.
            PrincipalType::Role { name } => (resource.starts_with("assumed-role/")
                && session_role(resource) == name)
                .then_some((Grade::Exact, Truth::Unknown)),
            _ => None,
        }
    }
}

/// The resource of an ARN of IAM or STS; `None` for other texts.
fn arn_resource(text: &str) -> Option<&str> {
    let mut parts = text.splitn(6, ':');
    let is_arn = parts.next() == Some("arn");
    let service = parts.nth(1)?;
    let resource = parts.nth(2)?;
    (is_arn && matches!(service, "iam" | "sts")).then_some(resource)
}

fn session_role(resource: &str) -> &str {
    resource.split('/').nth(1).unwrap_or_default()
}
