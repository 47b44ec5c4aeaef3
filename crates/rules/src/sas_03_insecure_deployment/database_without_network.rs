//! SAS-3.16 `database-without-network`: a function outside every network talks to a database.

use app_model::{Application, Function, Variable};
use finding::{Audience, Finding, RuleId, RuleInfo, Severity};

use crate::{
    Check, Rule, kinds::databases, kinds::of_lambda, rank::AboutFunction, settings::missing,
};

pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId { risk: 3, rule: 16 },
        name: "database-without-network",
        summary: "A function outside the network talks to a database",
        severity: Severity::Low,
        audience: Audience::Strict,
        cwe: &[668],
        since: "0.1.0",
        docs: include_str!("database_without_network.md"),
    },
    check: Check::Application(check),
};

fn check(app: &Application) -> Vec<Finding> {
    of_lambda(app).filter_map(|function| of_function(app, function)).collect()
}

fn of_function(app: &Application, function: &Function) -> Option<Finding> {
    let (variable, database) = function
        .environment
        .iter()
        .find_map(|variable| Some((variable, address_in(app, variable)?)))?;
    let spot = missing(function.vpc.as_ref(), &function.when, function.place)?;
    if uses_data_api(app, function) {
        return None;
    }
    let message = format!(
        "`{}` runs outside every network but is told the address of the database `{database}`, \
         which must then be reachable from the internet",
        function.name
    );
    let found = RULE.info.finding(spot.place, message).about(app, function, Some(database));
    let fix = "Add `VpcConfig` with private subnets, or use the Data API of the cluster";
    Some(found.property(variable.name.as_str()).under(&spot.when).fix(fix))
}

/// The database of the template whose address a variable holds.
fn address_in<'a>(app: &'a Application, variable: &Variable) -> Option<&'a str> {
    let expression = variable.value.unresolved()?;
    expression.references.iter().find_map(|reference| {
        let is_address =
            reference.attribute.as_ref().is_some_and(|attribute| attribute.contains("Endpoint"));
        databases(app)
            // A search domain has an interface over HTTPS, which IAM guards.
            .filter(|(resource, _)| !resource.type_name.ends_with("::Domain"))
            .find(|(resource, _)| is_address && resource.name == reference.name)
            .map(|(resource, _)| resource.name.as_str())
    })
}

/// The Data API is reached over HTTPS with IAM, from anywhere.
fn uses_data_api(app: &Application, function: &Function) -> bool {
    app.role_of(function).is_some_and(|role| {
        role.statements().any(|(_, statement)| {
            statement.is_allow() && statement.matches_action("rds-data:ExecuteStatement")
        })
    })
}
