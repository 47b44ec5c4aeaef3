//! Where the code of functions and layers lies.

use source_text::Node;
use terraform_language::Block;

use crate::scope::Scope;

/// Objects and archives that lead to one another.
const MAX_HOPS: usize = 4;

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

fn located(scope: &Scope<'_>, node: &Node) -> Node {
    let mut node = node.clone();
    for _ in 0..MAX_HOPS {
        let archive = archive_of(scope, &node);
        let source = archive.and_then(|block| {
            ["source_dir", "source_file"].iter().find_map(|key| block.body.get(key))
        });
        let Some(source) = source else { break };
        // The finding about the package belongs to the function that uses it.
        node = Node::new(node.place, source.kind.clone());
    }
    scope.value(&node)
}

/// The archive that a value is the file of: by reference, or by its path.
fn archive_of<'a>(scope: &Scope<'a>, node: &Node) -> Option<&'a Block> {
    if let Some((block, _)) = scope.referred(node) {
        return (block.kind == "archive_file").then_some(block);
    }
    let path = node.as_str()?;
    let mut blocks = scope.evaluated.data.iter().chain(&scope.evaluated.resources);
    blocks.find(|block| {
        let output = block.body.get("output_path").and_then(Node::as_str);
        block.kind == "archive_file" && output == Some(path)
    })
}
