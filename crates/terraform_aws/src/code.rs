//! Where the code of functions and layers lies.

use source_text::Node;
use terraform_language::Block;
use terraform_tables::{Scope, archive::located};

/// The local folder, file or archive of a function's code, relative to the root module's folder.
pub(crate) fn of_function(scope: &Scope<'_>, body: &Node) -> Option<Node> {
    if let Some(node) = body.get("filename") {
        return Some(located(scope, node));
    }
    // An object that the same configuration puts into the bucket.
    let object = scope.referred(body.get("s3_key")?).map(|(block, _)| block)?;
    let source = object.body.get("source").filter(|_| is_object(object))?;
    Some(located(scope, source))
}

fn is_object(block: &Block) -> bool {
    matches!(block.kind.as_str(), "aws_s3_object" | "aws_s3_bucket_object")
}

/// The local folder of a layer.
pub(crate) fn layer_content(scope: &Scope<'_>, node: &Node) -> Node {
    located(scope, node)
}
