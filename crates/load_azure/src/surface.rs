//! What all functions of an app share: who reaches them, which code they belong to.

use app_model::{Details, Exposure, FunctionApp};
use model_builder::{Builder, Item};

use crate::{SITES, configs};

/// Notes it at the resource of every function app.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let apps: Vec<_> = SITES
        .iter()
        .flat_map(|type_| builder.of_type(type_))
        .filter(|site| builder.app.functions.iter().any(|function| function.name == site.name()))
        .map(|site| (site.name(), function_app(builder, site)))
        .collect();
    for (name, app) in apps {
        if let Some(resource) = builder.app.resources.iter_mut().find(|it| it.name == name) {
            resource.details = Details::FunctionApp(Box::new(app));
        }
    }
}

fn function_app(builder: &Builder<'_>, site: &Item<'_>) -> FunctionApp {
    let tag = builder.properties(site).text(&["tags", "azd-service-name"]);
    FunctionApp {
        exposure: exposure(builder, site),
        asks_for_login: asks_for_login(builder, site),
        service: tag.map(|tag| tag.value),
        is_slot: site.type_() != "Microsoft.Web/sites",
        host: None,
    }
}

/// Whether the app answers on the internet: it does unless that is switched off.
pub(crate) fn exposure(builder: &Builder<'_>, site: &Item<'_>) -> Exposure {
    let access = builder.properties(site).text(&["properties", "publicNetworkAccess"]);
    let is_off =
        access.is_some_and(|it| it.value.all(|text| text.eq_ignore_ascii_case("disabled")));
    if is_off { Exposure::Account } else { Exposure::Internet }
}

/// Whether the platform asks callers to sign in before the app sees a request.
pub(crate) fn asks_for_login(builder: &Builder<'_>, site: &Item<'_>) -> bool {
    let requires = |config: &Item<'_>| {
        let properties = builder.properties(config);
        let enabled =
            |path: &[&str]| properties.boolean(path).is_some_and(|it| it.value.any(|on| *on));
        let v2 = enabled(&["properties", "platform", "enabled"])
            && !properties
                .boolean(&["properties", "globalValidation", "requireAuthentication"])
                .is_some_and(|it| it.value.all(|on| !on));
        let v1 = enabled(&["properties", "enabled"])
            && properties
                .text(&["properties", "unauthenticatedClientAction"])
                .is_none_or(|it| !it.value.any(|action| action == "AllowAnonymous"));
        v1 || v2
    };
    ["authsettings", "authsettingsV2"].iter().any(|name| configs(builder, site, name).any(requires))
}
