//! What rules ask of data accesses: whose word a key is, and whether the caller proved to be anybody.

use std::collections::BTreeSet;

use app_model::{Auth, Trigger};
use finding::Finding;
use taint::{Access, Given, Trust};

use crate::{Code, code::fields};

/// Names of fields that say who somebody is, in small letters without signs.
const IDENTITIES: [&str; 14] = [
    "userid",
    "tenantid",
    "accountid",
    "customerid",
    "ownerid",
    "memberid",
    "organizationid",
    "orgid",
    "email",
    "useremail",
    "username",
    "xuserid",
    "xtenantid",
    "xaccountid",
];

/// Parts of fields that only one who proves who they are reads or checks by themselves.
const PROOFS: [&str; 9] = [
    "authorizer",
    "claims",
    "authorization",
    "identity",
    "cookie",
    "accesstoken",
    "idtoken",
    "apikey",
    "signature",
];

/// Fields by which a request proves who sends it: signing in, signing up.
const CREDENTIALS: [&str; 8] =
    ["password", "passwd", "otp", "code", "token", "secret", "pin", "confirmationcode"];

/// A name as it is compared: small letters and digits.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The name of the last field of a path.
pub(crate) fn last_field(path: &str) -> String {
    fields(path).last().map(|name| plain(name)).unwrap_or_default()
}

/// Whether a field names somebody.
pub(crate) fn is_identity(path: &str) -> bool {
    IDENTITIES.contains(&last_field(path).as_str())
}

/// Whether an entry point reads, or may check by itself, who its caller is; or is where callers
/// prove it.
pub(crate) fn knows_caller(code: &Code<'_>, entry: usize) -> bool {
    code.analysis.identities.contains(&entry)
        || code.reads(entry).any(|path| {
            let names = fields(path);
            let is_proof = |name: &&str| {
                let name = plain(name);
                PROOFS.iter().any(|word| name.contains(word))
            };
            names.iter().any(is_proof) || CREDENTIALS.contains(&last_field(path).as_str())
        })
}

/// The HTTP route of an entry point's function, when there is one.
pub(crate) fn route<'a>(code: &Code<'a>, entry: usize) -> Option<&'a Trigger> {
    let function = code.function(Some(entry))?;
    code.app.triggers_of(&function.name).find(|trigger| trigger.kind.is_http())
}

/// Whether a route knows its users one by one: services with a role or a key are no users.
pub(crate) fn has_users(trigger: &Trigger) -> bool {
    match &trigger.auth {
        Auth::Custom(_) | Auth::Jwt(_) | Auth::Cognito(_) => true,
        Auth::NoneWhen(_, auth) => {
            matches!(**auth, Auth::Custom(_) | Auth::Jwt(_) | Auth::Cognito(_))
        }
        _ => false,
    }
}

/// Keys of an access that whoever sends the request decides.
pub(crate) fn hostile_keys(access: &Access) -> impl Iterator<Item = (&Given, &str)> {
    let keys = access.keys.iter().filter(|key| key.trust == Trust::Attacker);
    keys.filter_map(|key| Some((key, key.path.as_deref()?)))
}

/// What a rule finds in the data accesses of some code, the first at each place.
pub(crate) fn first_at_each_place(
    code: &Code<'_>,
    of_access: impl Fn(&Code<'_>, &Access) -> Option<Finding>,
) -> Vec<Finding> {
    let mut told = BTreeSet::new();
    let accesses = code.analysis.accesses.iter();
    let found = accesses.filter_map(|access| Some((access.place, of_access(code, access)?)));
    found.filter(|(place, _)| told.insert(*place)).map(|(_, finding)| finding).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_identity, last_field};

    #[test]
    fn names_are_compared_in_small_letters_without_signs() {
        assert_eq!(last_field("[\"headers\"][\"x-user-id\"]"), "xuserid");
        assert_eq!(last_field("[\"body\"][\"items\"][*]"), "items");
        assert!(is_identity("[\"body\"][\"user_id\"]"));
        assert!(!is_identity("[\"body\"][\"id\"]"));
    }
}
