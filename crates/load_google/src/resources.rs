//! What rules ask of the neighbours of functions: buckets, databases, networks, keys.

use app_model::{Bucket, Cors, Database, Details, NetworkRule, NetworkRules, Setting, Value, When};
use model_builder::{Builder, Item, Properties};
use source_text::SmolStr;

/// Fills the details of the resources that the application lists already.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let mut found = Vec::new();
    for (index, resource) in builder.app.resources.iter().enumerate() {
        let Some(item) = builder.items.get(&resource.name) else { continue };
        if let Some(details) = details(builder, item) {
            found.push((index, details));
        }
    }
    for (index, details) in found {
        if let Some(resource) = builder.app.resources.get_mut(index) {
            resource.details = details;
        }
    }
}

fn details(builder: &Builder<'_>, item: &Item<'_>) -> Option<Details> {
    let properties = builder.properties(item);
    Some(match item.type_() {
        "storage.googleapis.com/Bucket" => Details::Bucket(bucket(properties)),
        "sqladmin.googleapis.com/Instance" => Details::Database(database(properties)),
        "sqladmin.googleapis.com/User" => Details::Database(Database {
            encrypted: Some(Setting::known(item.place(), true)),
            password: properties.text(&["password"]),
            in_cluster: true,
            ..Database::default()
        }),
        "compute.googleapis.com/Firewall" => Details::NetworkRules(firewall(properties)?),
        "iam.googleapis.com/ServiceAccountKey" => {
            let account = properties.at(&["serviceAccountId"]);
            let account = account.or_else(|| properties.at(&["parent"]));
            Details::AccessKey(account.and_then(|node| builder.referent(node)))
        }
        _ => return None,
    })
}

fn bucket(properties: Properties<'_>) -> Bucket {
    let versioning = properties.boolean(&["versioning", "enabled"]).map(|on| {
        let word = |on| SmolStr::new_static(if on { "Enabled" } else { "Suspended" });
        Setting { value: on.value.map(word), place: on.place, absent: on.absent }
    });
    let cors = properties.items(&["cors"]).into_iter().map(|(_, rule)| {
        let rule = Properties::new(properties.evaluator, &rule);
        let texts = |key: &str| rule.texts(&[key]).into_iter().map(|it| it.value).collect();
        Cors {
            place: rule.node.place,
            origins: texts("origin"),
            headers: texts("responseHeader"),
            methods: texts("method"),
            credentials: None,
        }
    });
    Bucket {
        versioning,
        access_log: properties.at(&["logging"]).is_some(),
        website: properties.at(&["website"]).is_some(),
        cors: cors.collect(),
        physical_name: properties.text(&["name"]),
        ..Bucket::default()
    }
}

/// Cloud SQL encrypts always.
fn database(properties: Properties<'_>) -> Database {
    let place = properties.node.place;
    let backups = properties.boolean(&["settings", "backupConfiguration", "enabled"]);
    // A replica has the backups of the instance that it copies.
    let is_replica = properties.at(&["masterInstanceName"]).is_some();
    let days = |on| if on { 7 } else { 0 };
    let backup_days = match backups {
        _ if is_replica => None,
        Some(on) => Some(Setting { value: on.value.map(days), place: on.place, absent: on.absent }),
        None if properties.at(&["settings"]).is_some_and(|node| {
            node.as_map().is_some_and(|map| !model_builder::is_function(map))
        }) =>
        {
            Some(Setting::known(place, 0))
        }
        None => None,
    };
    Database {
        encrypted: Some(Setting::known(place, true)),
        password: properties.text(&["rootPassword"]),
        backup_days,
        ..Database::default()
    }
}

/// What a firewall of a network lets in; nothing when it is for what goes out, or is switched off.
fn firewall(properties: Properties<'_>) -> Option<NetworkRules> {
    let is = |path: &str, word: &str| {
        properties.text(&[path]).is_some_and(|text| text.value.all(|it| it == word))
    };
    if is("direction", "EGRESS") || is("disabled", "true") {
        return None;
    }
    let cidrs = properties.texts(&["sourceRanges"]);
    let mut ingress = Vec::new();
    for (_, allowed) in properties.items(&["allowed"]) {
        let rule = Properties::new(properties.evaluator, &allowed);
        let protocol = rule.text(&["IPProtocol"]).map(|protocol| Setting {
            value: protocol.value.map(|word| {
                if word.eq_ignore_ascii_case("all") { SmolStr::new_static("-1") } else { word }
            }),
            place: protocol.place,
            absent: protocol.absent,
        });
        let mut add = |from: Option<Setting<i64>>, to: Option<Setting<i64>>| {
            ingress.push(NetworkRule {
                place: rule.node.place,
                protocol: protocol.clone(),
                from_port: from,
                to_port: to,
                cidrs: cidrs.clone(),
            });
        };
        let ports = rule.texts(&["ports"]);
        if ports.is_empty() {
            let bound = |number| Some(Setting::known(rule.node.place, number));
            add(bound(0), bound(65_535));
        }
        for port in ports {
            let end = |text: &str, last: bool| {
                let mut ends = text.split('-');
                let end = if last { ends.next_back() } else { ends.next() };
                end.and_then(|it| it.trim().parse::<i64>().ok())
            };
            let Some((_, text)) = port.value.first() else { continue };
            let (Some(from), Some(to)) = (end(text, false), end(text, true)) else { continue };
            let known = |number| {
                Some(Setting {
                    value: Value::Known(number),
                    place: port.place,
                    absent: None::<When>,
                })
            };
            add(known(from), known(to));
        }
    }
    Some(NetworkRules { ingress, egress: None })
}
