//! `AWS::Lambda::Permission`: who may invoke which function.

use app_model::Permission;

use model_builder::Builder;

/// Reads every permission, generated ones too.
pub(crate) fn read(builder: &mut Builder<'_>) {
    let permissions = builder
        .of_type("AWS::Lambda::Permission")
        .map(|item| {
            let properties = builder.properties(item);
            Permission {
                name: item.name(),
                function: properties
                    .at(&["FunctionName"])
                    .and_then(|node| builder.function_behind(node)),
                place: item.place(),
                when: item.when.clone(),
                is_generated: item.is_generated,
                action: properties.text(&["Action"]),
                principal: properties.text(&["Principal"]),
                source_arn: properties.text(&["SourceArn"]),
                source_account: properties.text(&["SourceAccount"]),
                organisation: properties.text(&["PrincipalOrgID"]),
                url_auth: properties.text(&["FunctionUrlAuthType"]),
                via_url: properties.boolean(&["InvokedViaFunctionUrl"]),
                event_source_token: properties.text(&["EventSourceToken"]),
                source_references: properties
                    .at(&["SourceArn"])
                    .map_or_else(Vec::new, |node| builder.referents(node)),
            }
        })
        .collect();
    builder.app.permissions = permissions;
}
