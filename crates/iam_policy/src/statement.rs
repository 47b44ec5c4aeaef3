//! What one statement certainly says.

use cloud_names::{Arn, Breadth, Pattern, is_only_wildcards};

use crate::{Comparison, Condition, Effect, Policy, Quantifier, Statement, Term};

impl Statement {
    /// Whether it allows.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        self.effect == Effect::Allow
    }

    /// Whether it allows every action on every resource, conditions or not.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.allows_every_action() && self.is_on_every_resource()
    }

    /// Whether it allows every action of every service, on whatever resource.
    #[must_use]
    pub fn allows_every_action(&self) -> bool {
        self.is_allow() && self.actions.iter().any(Term::is_every_action)
    }

    /// Whether it allows all but some actions: `NotAction` with `Allow`, which takes in every
    /// action that AWS will ever add.
    #[must_use]
    pub fn allows_all_but_some(&self) -> bool {
        self.is_allow() && !self.not_actions.is_empty()
    }

    /// The term that makes it certainly hold on every resource (`*`), if any.
    #[must_use]
    pub fn every_resource(&self) -> Option<&Term> {
        self.resources.iter().find(|term| term.breadth() == Breadth::Everything)
    }

    /// Whether it certainly holds on every resource: `Resource: "*"`, not a `NotResource`.
    #[must_use]
    pub fn is_on_every_resource(&self) -> bool {
        self.every_resource().is_some()
    }

    /// Whether it certainly matches `action` (`s3:GetObject`), whatever the effect.
    #[must_use]
    pub fn matches_action(&self, action: &str) -> bool {
        if self.not_actions.is_empty() {
            return self.actions.iter().any(|term| term.matches_action(action));
        }
        // An open exception may be the action: then nothing is certain.
        !self.not_actions.iter().any(|term| term.action_glob().may_match(action))
    }

    /// The conditions on a key, case ignored.
    pub fn conditions_on<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a Condition> {
        self.conditions.iter().filter(move |condition| condition.is_on(key))
    }

    /// Whether a condition pins who or what may be the source of a request: the account, the
    /// organisation, the resource that sends it, a network, or a caller who is signed in.
    ///
    /// A condition that a request without the key passes (`…IfExists`, `ForAllValues:`, negations)
    /// pins nothing, nor does one with a value that fits anybody. An unresolved value counts as one
    /// that pins.
    #[must_use]
    pub fn restricts_source(&self) -> bool {
        self.conditions.iter().any(pins_source)
    }

    /// Whether it allows everybody, without a condition that pins the source. A `Deny` of the same
    /// policy may close it: see [`Policy::public_statements`].
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.is_allow()
            && (self.principals.iter().any(crate::Principal::is_anybody)
                || !self.not_principals.is_empty())
            && !self.restricts_source()
    }

    /// Whether it denies everybody who does not come over TLS.
    ///
    /// Whether it does so on everything that the policy guards is for the caller to say.
    #[must_use]
    pub fn requires_tls(&self) -> bool {
        self.effect == Effect::Deny
            && self.principals.iter().any(crate::Principal::is_anybody)
            && self.conditions_on("aws:SecureTransport").any(|condition| {
                condition.parsed_operator().is_some_and(|operator| {
                    matches!(operator.comparison, Comparison::Bool | Comparison::StringEquals)
                        && !operator.negated
                }) && condition.values.iter().any(|term| term.text.eq_ignore_ascii_case("false"))
            })
            // A second condition narrows what is denied.
            && self.conditions.len() == 1
    }
}

impl Policy {
    /// Whether some statement denies everybody who does not come over TLS.
    #[must_use]
    pub fn requires_tls(&self) -> bool {
        self.statements.iter().any(Statement::requires_tls)
    }

    /// The statements that allow everybody, and that no `Deny` of the policy closes.
    ///
    /// A `Deny` closes what it takes in whole when it is for everybody whose source is not pinned
    /// (`StringNotEquals` on `aws:SourceVpce`), or for everybody but some (`NotPrincipal`).
    pub fn public_statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| {
            statement.is_public() && !self.denies().any(|deny| closes(deny, statement))
        })
    }
}

impl Condition {
    /// Whether its key says who or what sends a request, and each of its values fits some sources
    /// only: an account, an organisation, a network. Whether it holds for them, or for all others, is
    /// the operator's.
    #[must_use]
    pub fn names_sources(&self) -> bool {
        value_pins(self)
    }
}

/// Whether a `Deny` leaves of a public `Allow` only requests whose source is pinned.
fn closes(deny: &Statement, allow: &Statement) -> bool {
    let takes_in = |closing: &[Term], open: &[Term], glob: fn(&Term) -> Pattern| {
        let closing: Vec<_> = closing.iter().map(glob).collect();
        open.iter().all(|term| closing.iter().any(|pattern| pattern.covers(&glob(term))))
    };
    let is_always = deny.when.is_always() || deny.when == allow.when;
    is_always
        && allow.not_actions.is_empty()
        && allow.not_resources.is_empty()
        && takes_in(&deny.actions, &allow.actions, Term::action_glob)
        && takes_in(&deny.resources, &allow.resources, Term::resource_glob)
        && (denies_unpinned(deny)
            || (!deny.not_principals.is_empty() && deny.conditions.is_empty()))
}

/// Whether a `Deny` is for everybody whose source is not pinned. Services of AWS may be exempt.
fn denies_unpinned(deny: &Statement) -> bool {
    let exempts_services = |condition: &Condition| {
        condition.is_on("aws:PrincipalIsAWSService") || condition.is_on("aws:ViaAWSService")
    };
    let is_negated_pin = |condition: &Condition| {
        condition.parsed_operator().is_some_and(|operator| {
            // A request without the key must be denied as well.
            operator.negated && operator.quantifier != Some(Quantifier::AnyValue)
        }) && value_pins(condition)
    };
    deny.principals.iter().any(crate::Principal::is_anybody)
        && deny.conditions.iter().any(is_negated_pin)
        && deny.conditions.iter().all(|c| is_negated_pin(c) || exempts_services(c))
}

/// Keys whose value says who or what sends a request, in lower case.
const SOURCE_KEYS: [&str; 26] = [
    "aws:sourcearn",
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceip",
    "aws:vpcsourceip",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:userid",
    "aws:username",
    "kms:calleraccount",
    "lambda:eventsourcetoken",
    "lambda:sourcefunctionarn",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "sts:externalid",
];

fn pins_source(condition: &Condition) -> bool {
    condition.parsed_operator().is_some_and(|operator| operator.requires_key())
        && value_pins(condition)
}

/// Whether the key says where a request comes from and every value fits some sources only.
fn value_pins(condition: &Condition) -> bool {
    let key = condition.key.to_ascii_lowercase();
    if key == "lambda:functionurlauthtype" {
        return all(condition, |text| !text.eq_ignore_ascii_case("NONE"));
    }
    if key.starts_with("aws:principaltag/") || is_identity_provider_key(&key) {
        return all(condition, |text| !is_only_wildcards(text));
    }
    if !SOURCE_KEYS.contains(&key.as_str()) {
        return false;
    }
    match key.as_str() {
        "aws:sourcearn" | "aws:principalarn" | "lambda:sourcefunctionarn" => {
            all(condition, arn_pins)
        }
        "aws:sourceip" | "aws:vpcsourceip" => all(condition, is_narrow_network),
        // Everybody has networks and endpoints, whose names begin alike.
        "aws:sourcevpc" | "aws:sourcevpce" => all(condition, |text| {
            !is_only_wildcards(text.trim_start_matches(['v', 'p', 'c', 'e', '-']))
        }),
        _ => all(condition, |text| !is_only_wildcards(text)),
    }
}

/// One value that fits anybody opens the whole condition.
fn all(condition: &Condition, pins: impl Fn(&str) -> bool) -> bool {
    !condition.values.is_empty() && condition.values.iter().all(|term| pins(&term.text))
}

/// Claims of a web identity: `token.actions.githubusercontent.com:sub`, `cognito-identity…:aud`.
fn is_identity_provider_key(key: &str) -> bool {
    key.rsplit_once(':').is_some_and(|(provider, claim)| {
        provider.contains('.') && matches!(claim, "sub" | "aud" | "amr" | "oaud")
    })
}

/// Whether a network is one that AWS does not call public: at most a /8, or a /32 of IPv6 (Amazon S3
/// User Guide, "The meaning of public"). What is not written as a network pins.
fn is_narrow_network(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return true };
    let least = if address.contains(':') { 32 } else { 8 };
    bits.parse::<u8>().map_or(true, |bits| {
        // Private and local networks of IPv6 are wider.
        bits >= least || (bits >= 7 && address.to_ascii_lowercase().starts_with(['f']))
    })
}

/// Whether an ARN glob fits the resources of some accounts only.
fn arn_pins(text: &str) -> bool {
    if is_only_wildcards(text) {
        return false;
    }
    let Ok(arn) = Arn::parse_pattern(text) else { return true };
    if arn.account.is_empty() {
        // Buckets carry no account, but their names are unique in the partition.
        return !arn.resource.starts_with(['*', '?']);
    }
    // The id of an API is unique too; other names may be used by anybody.
    !is_only_wildcards(&arn.account)
        || (arn.service == "execute-api" && !arn.resource.starts_with(['*', '?']))
}
