//! Plain policy documents: one principal that has them all.

use app_model::{Application, AttachedPolicy, Identity, IdentityKind, SmolStr};
use iam_policy::Policy;
use source_text::Place;

/// An application with nothing but one principal, of which only the policies are known.
#[must_use]
pub fn of_policies(name: &str, policies: Vec<Policy>) -> Application {
    let place = policies.first().map_or_else(Place::default, |policy| policy.place);
    let mut app = Application::default();
    app.place = place;
    let attached = |(number, document): (usize, Policy)| AttachedPolicy {
        name: SmolStr::new(format!("{name}-{number}")),
        place: document.place,
        document,
        ..AttachedPolicy::default()
    };
    app.identities.push(Identity {
        name: name.into(),
        kind: IdentityKind::Detached,
        place,
        policies: policies.into_iter().enumerate().map(attached).collect(),
        ..Identity::default()
    });
    app.link();
    app
}
