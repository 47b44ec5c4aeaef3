//! What can be said only when everything else was read.

use model_builder::Builder;

/// Notes whether the template is only a part of the application: nested stacks and applications of
/// a repository are not in it.
pub(crate) fn finish(builder: &mut Builder<'_>) {
    builder.app.incomplete = builder.items.values().any(|item| {
        matches!(
            item.type_(),
            "AWS::CloudFormation::Stack"
                | "AWS::Serverless::Application"
                | "AWS::CloudFormation::Macro"
        )
    });
}
