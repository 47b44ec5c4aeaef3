//! Whom a role lets take it: services and principals, by its trust policy.

use cloud_names::Pattern;
use iam_policy::{
    Policy, Principal as Named, PrincipalKind, Statement,
    escalation::{Ask, Certainty, Holder, Name, Wanted, held},
};
use source_text::Place;
use value::When;

use crate::principal::Principal;

/// How a role trusts somebody.
#[derive(Clone)]
pub(crate) struct Trust {
    pub(crate) certainty: Certainty,
    pub(crate) only_when: Vec<String>,
    pub(crate) when: When,
    /// The statement, when the trust policy is known.
    pub(crate) place: Option<Place>,
    /// Whether it names the principal itself: then no permission to assume is needed besides.
    pub(crate) is_by_name: bool,
}

/// How well a principal of a statement takes somebody in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    ByName,
    ByAccount,
    Maybe,
    No,
}

/// Whether a role lets one of some services take it.
pub(crate) fn of_services(role: &Principal<'_>, services: &[&str]) -> Option<Trust> {
    trust(role, |named| {
        if named.kind != PrincipalKind::Service {
            return if named.is_anybody() { Fit::ByAccount } else { Fit::No };
        }
        let pattern = Pattern::new(&named.term.text);
        // Services may be written with the suffix of a partition: `ec2.amazonaws.com.cn`.
        if services.iter().any(|service| {
            pattern.matches(service)
                || named.term.text.strip_suffix(".cn").is_some_and(|text| text == *service)
        }) {
            Fit::ByName
        } else if services.iter().any(|service| pattern.may_match(service)) {
            Fit::Maybe
        } else {
            Fit::No
        }
    })
}

/// Whether the trust policy of a role names a principal that is no service.
pub(crate) fn names_principals(role: &Principal<'_>) -> bool {
    role.trust.as_ref().is_some_and(|policy| {
        policy
            .allows()
            .flat_map(|statement| &statement.principals)
            .any(|named| named.kind == PrincipalKind::Aws)
    })
}

/// Whether a role lets a principal of the same account take it.
pub(crate) fn of_principal(role: &Principal<'_>, who: &Principal<'_>) -> Option<Trust> {
    trust(role, |named| {
        if named.is_anybody() {
            return Fit::ByAccount;
        }
        if named.kind != PrincipalKind::Aws {
            return Fit::No;
        }
        let text = named.term.text.as_str();
        let own_root = "arn:aws:iam::${AWS::AccountId}:root";
        if text == "${AWS::AccountId}" || text == own_root {
            return Fit::ByAccount;
        }
        // Whether another account's number is this account's is not known.
        if cloud_names::is_account_id(text) || text.ends_with(":root") {
            return Fit::Maybe;
        }
        let name = Name::new(text);
        if name.covers(&who.arn) {
            Fit::ByName
        } else if name.overlaps(&who.arn) {
            Fit::Maybe
        } else {
            Fit::No
        }
    })
}

fn trust(role: &Principal<'_>, fit: impl Fn(&Named) -> Fit) -> Option<Trust> {
    let Some(policy) = &role.trust else {
        return Some(Trust {
            certainty: Certainty::Possible,
            only_when: vec![format!("`{}` trusts it, which is not told", role.identity.name)],
            when: When::ALWAYS,
            place: None,
            is_by_name: false,
        });
    };
    // Of the statements, those that are about whoever asks; the best fit first.
    let mut best: Option<Trust> = None;
    for wanted in [Fit::ByName, Fit::ByAccount, Fit::Maybe] {
        // An account has thousands of roles, and hardly one lets another take it.
        if !policy.allows().any(|it| fit_of(it, &fit) == wanted) {
            continue;
        }
        let allows = policy.allows().filter(|it| fit_of(it, &fit) == wanted);
        let denies = policy.denies().filter(|it| fit_of(it, &fit) <= Fit::ByAccount);
        let about =
            Policy { statements: allows.chain(denies).cloned().collect(), ..Policy::default() };
        let holder = Holder { policies: vec![&about], ..Holder::default() };
        let one = Wanted::One(role.arn.clone());
        let Some(found) = held(&holder, "sts:AssumeRole", &one, &Ask::default()) else { continue };
        let certainty = if wanted == Fit::Maybe { Certainty::Possible } else { found.certainty };
        if best.as_ref().is_none_or(|known| certainty < known.certainty) {
            best = Some(Trust {
                certainty,
                only_when: found.only_when,
                when: found.when,
                place: Some(found.by.place),
                is_by_name: wanted == Fit::ByName,
            });
        }
    }
    best
}

fn fit_of(statement: &Statement, fit: impl Fn(&Named) -> Fit) -> Fit {
    if !statement.not_principals.is_empty() {
        let excluded = statement.not_principals.iter().map(&fit).min().unwrap_or(Fit::No);
        return if excluded == Fit::No { Fit::ByAccount } else { Fit::No };
    }
    statement.principals.iter().map(fit).min().unwrap_or(Fit::No)
}
