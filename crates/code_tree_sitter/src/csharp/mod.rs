//! C#: not lowered yet.

pub(crate) fn lower<'t>(
    context: crate::context::Context<'t>,
    _root: tree_sitter::Node<'_>,
) -> crate::context::Context<'t> {
    context
}
