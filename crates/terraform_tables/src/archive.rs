//! Where local code lies that archives are made of.

use source_text::Node;
use terraform_language::Block;

use crate::scope::Scope;

/// Objects and archives that lead to one another.
const MAX_HOPS: usize = 4;

/// The local folder, file or archive that a value names, relative to the root module's folder: of
/// an archive that the configuration makes, what it is made of.
#[must_use]
pub fn located(scope: &Scope<'_>, node: &Node) -> Node {
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
