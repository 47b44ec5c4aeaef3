//! Log groups, alarms, trails, budgets.

use app_model::{Alarm, Budget, LogGroup, Trail};
use source_text::{Node, SmolStr};

use model_builder::{Builder, Item, Properties};

pub(super) fn log_group(builder: &Builder<'_>, item: &Item<'_>) -> LogGroup {
    let properties = builder.properties(item);
    LogGroup {
        physical_name: properties.text(&["LogGroupName"]),
        retention_days: properties.integer(&["RetentionInDays"]),
        kms_key: properties.text(&["KmsKeyId"]),
        references: properties
            .at(&["LogGroupName"])
            .map_or_else(Vec::new, |node| builder.referents(node)),
        masks_data: properties.at(&["DataProtectionPolicy"]).is_some(),
    }
}

pub(super) fn alarm(builder: &Builder<'_>, item: &Item<'_>) -> Alarm {
    let properties = builder.properties(item);
    let mut references = Vec::new();
    let mut metrics = Vec::new();
    for key in ["Dimensions", "Metrics"] {
        if let Some(node) = properties.at(&[key]) {
            references.extend(builder.referents(node));
        }
    }
    for (_, query) in properties.items(&["Metrics"]) {
        let name = query.at(&["MetricStat", "Metric", "MetricName"]).and_then(Node::scalar_text);
        metrics.extend(name);
    }
    Alarm {
        namespace: properties.text(&["Namespace"]),
        metric: properties.text(&["MetricName"]),
        references,
        dimensions: dimensions(properties),
        metrics,
        has_action: properties.at(&["AlarmActions"]).is_some(),
        missing_data: properties.text(&["TreatMissingData"]),
    }
}

fn dimensions(properties: Properties<'_>) -> Vec<(SmolStr, app_model::Text)> {
    properties
        .items(&["Dimensions"])
        .iter()
        .filter_map(|(_, node)| {
            let name = node.get("Name").and_then(Node::scalar_text)?;
            let value = properties.evaluator.text(node.get("Value")?);
            Some((name, value))
        })
        .collect()
}

pub(super) fn trail(builder: &Builder<'_>, item: &Item<'_>) -> Trail {
    let properties = builder.properties(item);
    Trail {
        multi_region: properties.boolean(&["IsMultiRegionTrail"]),
        validates_files: properties.boolean(&["EnableLogFileValidation"]),
        logging: properties.boolean(&["IsLogging"]),
        kms_key: properties.text(&["KMSKeyId"]),
        records_invocations: records_invocations(properties),
        has_log_group: properties.at(&["CloudWatchLogsLogGroupArn"]).is_some(),
    }
}

fn records_invocations(properties: Properties<'_>) -> bool {
    let function = "AWS::Lambda::Function";
    let classic = properties.items(&["EventSelectors"]).iter().any(|(_, selector)| {
        selector.get("DataResources").and_then(Node::as_list).is_some_and(|resources| {
            resources.iter().any(|r| r.get("Type").and_then(Node::as_str) == Some(function))
        })
    });
    classic
        || properties.items(&["AdvancedEventSelectors"]).iter().any(|(_, selector)| {
            selector.get("FieldSelectors").and_then(Node::as_list).is_some_and(|fields| {
                fields.iter().any(|field| {
                    field.get("Equals").and_then(Node::as_list).is_some_and(|values| {
                        values.iter().any(|value| value.as_str() == Some(function))
                    })
                })
            })
        })
}

pub(super) fn budget(item: &Item<'_>) -> Budget {
    Budget { notifies: item.properties.get("NotificationsWithSubscribers").is_some() }
}
