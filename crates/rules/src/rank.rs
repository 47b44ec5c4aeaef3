//! How bad and how sure, once the graph is known: the same flaw ranks higher where the internet
//! reaches it.

use app_model::{Application, Function, Identity, When};
use finding::{Confidence, Finding, Severity};

/// The severity of a flaw in what `function` may do or holds: one step up when anybody on the
/// internet can start the function without proving who they are.
pub(crate) fn ranked(app: &Application, base: Severity, function: &str) -> Severity {
    let open = app.reach(function).is_some_and(|reach| {
        reach.unauthenticated && reach.exposure == app_model::Exposure::Internet
    });
    if open { base.raised() } else { base }
}

/// A default that the deployer may change is less sure than a value that is written down.
pub(crate) fn confidence(when: &When) -> Confidence {
    if when.defaults.is_empty() { Confidence::High } else { Confidence::Medium }
}

/// What every finding about a function carries: its name, its rank and how the internet gets there.
pub(crate) trait AboutFunction {
    /// Names the function, ranks by the graph and draws the path, which ends in `resource` when
    /// one is told.
    fn about(self, app: &Application, function: &Function, resource: Option<&str>) -> Self;

    /// The same without a rank: what the function holds, when nothing shows that an event gets to it.
    fn held_by(self, app: &Application, function: &Function) -> Self;

    /// The same for a role, user or group: the function of the role that is easiest to reach.
    fn about_identity(self, app: &Application, identity: &Identity, resource: Option<&str>)
    -> Self;

    /// Says when it is true, and lowers the confidence when that hangs on a default.
    fn under(self, when: &When) -> Self;
}

impl AboutFunction for Finding {
    fn about(self, app: &Application, function: &Function, resource: Option<&str>) -> Self {
        let severity = ranked(app, self.severity, &function.name);
        let path = app.attack_path(function, resource).hops;
        self.function(&function.name).severity(severity).path(path)
    }

    fn held_by(self, app: &Application, function: &Function) -> Self {
        let path = app.attack_path(function, None).hops;
        self.function(&function.name).path(path)
    }

    fn about_identity(
        self,
        app: &Application,
        identity: &Identity,
        resource: Option<&str>,
    ) -> Self {
        let finding = self.resource(&identity.name);
        let worst = app.functions_of(identity).max_by_key(|function| {
            app.reach(&function.name).map(|reach| (reach.exposure, reach.unauthenticated))
        });
        match worst {
            Some(function) => finding.about(app, function, resource),
            None => finding,
        }
    }

    fn under(self, when: &When) -> Self {
        let confidence = self.confidence.min(confidence(when));
        self.confidence(confidence).when(when.words())
    }
}
