//! Where local code lies that archives are made of.

use source_text::{Limits, Node, parse_json};
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
            let of_archive = ["source_dir", "source_file"].iter();
            of_archive
                .clone()
                .find_map(|key| block.body.get(key))
                .cloned()
                .or_else(|| packed(block))
        });
        let Some(source) = source else { break };
        // The finding about the package belongs to the function that uses it.
        node = Node::new(node.place, source.kind);
    }
    scope.value(&node)
}

/// The path that a program is told to pack, as `terraform-aws-modules/lambda` does: text, or the
/// JSON of a list of paths or of objects with a `path`, of which the first counts.
fn packed(block: &Block) -> Option<Node> {
    let given = block.body.at(&["query", "source_path"])?;
    let list = match given.single() {
        Some((key, list)) if key == "Fn::ToJsonString" => list.clone(),
        _ => {
            let text = given.as_str()?;
            let read = parse_json(given.place.file, text, &Limits::default()).ok();
            let list = read.and_then(|read| read.documents.into_iter().next());
            match list.filter(|list| list.as_list().is_some()) {
                Some(list) => list,
                None => return Some(given.clone()),
            }
        }
    };
    let first = list.as_list()?.first()?;
    let path = first.get("path").unwrap_or(first);
    Some(Node::text(given.place, path.as_str()?))
}

/// The archive that a value is the file of: by reference, or by its path.
fn archive_of<'a>(scope: &Scope<'a>, node: &Node) -> Option<&'a Block> {
    if let Some((block, _)) = scope.referred(node) {
        return matches!(block.kind.as_str(), "archive_file" | "external").then_some(block);
    }
    let path = node.as_str()?;
    let mut blocks = scope.evaluated.data.iter().chain(&scope.evaluated.resources);
    blocks.find(|block| {
        let output = block.body.get("output_path").and_then(Node::as_str);
        block.kind == "archive_file" && output == Some(path)
    })
}
