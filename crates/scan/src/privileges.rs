//! What the functions of a scan need, and what their roles are allowed besides.

use app_model::Application;
use least_privilege::{Code, CodeOf, Deployment, Gap, Names, Privileges, privileges};

use trail_usage::Usage;

use crate::{CodeView, Outcome, Request};

/// An application of a scan with what its functions need.
#[derive(Debug)]
pub struct OfApplication<'o> {
    /// The application.
    pub app: &'o Application,
    /// Path of its template, as shown.
    pub template: String,
    /// What its names mean.
    pub names: Names<'o>,
    /// Of each function, in the order of the template; `quota` characters a policy at most.
    pub privileges: Vec<Privileges>,
}

/// The privileges of every function of the applications that a scan kept; `usage` is what a trail saw,
/// and `quota` the most characters that a policy may have.
#[must_use]
pub fn privileges_of<'o>(
    outcome: &'o Outcome,
    request: &Request,
    usage: Option<&Usage>,
    quota: usize,
) -> Vec<OfApplication<'o>> {
    let deployment = deployment(request);
    let applications = outcome.applications.iter().zip(&outcome.code);
    applications
        .map(|(app, view)| {
            let names = Names::new(app, &deployment);
            let privileges = privileges(&names, &code_of(app, view), usage, quota);
            OfApplication { app, template: outcome.sources.path(app.place.file), names, privileges }
        })
        .collect()
}

/// What the request tells of the deployment.
pub(crate) fn deployment(request: &Request) -> Deployment {
    Deployment {
        partition: request.partition.clone(),
        region: request.region.clone(),
        account: request.account.clone(),
    }
}

/// The code of the functions as far as it was read.
pub(crate) fn code_of<'c>(app: &Application, view: &'c CodeView) -> Code<'c> {
    let mut code = Code::new();
    for function in &app.functions {
        let Some(found) = view.calls.get(&function.name) else { continue };
        let mut gaps = Vec::new();
        let mut gap = |reason: &str| {
            gaps.push(Gap { place: function.place, reason: reason.to_owned() });
        };
        if found.is_cut {
            gap("the code is too large to be followed to its end");
        } else if !view.whole.contains(&function.name) {
            gap("a part of the code was not read or not followed");
        }
        let one = CodeOf {
            calls: found.calls.as_slice().into(),
            dynamic_calls: found.dynamic_calls.as_slice().into(),
            gaps,
        };
        code.insert(function.name.clone(), one);
    }
    code
}
