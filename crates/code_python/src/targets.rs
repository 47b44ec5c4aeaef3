//! What stands on the left of an assignment.

use code_ir::{Expr, ExprKind, Stmt, StmtKind, Target};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use crate::lowering::{Lowering, span_of, text_of};

impl Lowering<'_> {
    /// Lowers a target; what cannot be assigned is forgotten.
    pub(crate) fn target(&mut self, target: &ast::Expr) -> Target {
        let span = span_of(target.range());
        self.deeper(1, span, |lowering| lowering.target_inside(target)).unwrap_or(Target::Ignore)
    }

    fn target_inside(&mut self, target: &ast::Expr) -> Target {
        let span = span_of(target.range());
        match target {
            ast::Expr::Name(name) if !name.id.is_empty() => Target::name(name.id.as_str(), span),
            ast::Expr::Attribute(attribute) => Target::Attribute {
                base: self.boxed(&attribute.value),
                name: text_of(&attribute.attr),
                span,
            },
            ast::Expr::Subscript(subscript) => Target::Index {
                base: self.boxed(&subscript.value),
                index: self.boxed(&subscript.slice),
                span,
            },
            ast::Expr::Tuple(tuple) => self.targets(&tuple.elts),
            ast::Expr::List(list) => self.targets(&list.elts),
            ast::Expr::Starred(starred) => Target::Rest(Box::new(self.target(&starred.value))),
            _ => Target::Ignore,
        }
    }

    fn targets(&mut self, targets: &[ast::Expr]) -> Target {
        Target::Sequence(targets.iter().map(|target| self.target(target)).collect())
    }

    /// `a = b = value`: the value is evaluated once and assigned from left to right.
    pub(crate) fn assignment(&mut self, assign: &ast::StmtAssign, out: &mut Vec<Stmt>) {
        let span = span_of(assign.range);
        let value = self.expr(&assign.value);
        let Some((first, others)) = assign.targets.split_first() else {
            out.push(Stmt::new(StmtKind::Expr(value), span));
            return;
        };
        let target = self.target(first);
        if let (ExprKind::Function(id), Target::Name(name, _)) = (&value.kind, &target)
            && let Some(function) = self.module.functions.get_mut(id.0 as usize)
            && function.name.is_empty()
        {
            function.name = name.text.clone();
        }
        let assign = |target, value| {
            Stmt::new(StmtKind::Assign { target, annotation: None, value: Some(value) }, span)
        };
        if others.is_empty() {
            out.push(assign(target, value));
            return;
        }
        let value_span = value.span;
        let name = if let Target::Name(name, _) = &target {
            let name = name.text.clone();
            out.push(assign(target, value));
            name
        } else {
            let name = self.fresh_name();
            out.push(assign(Target::name(name.clone(), value_span), value));
            out.push(assign(target, Expr::name(name.clone(), value_span)));
            name
        };
        for other in others {
            let target = self.target(other);
            out.push(assign(target, Expr::name(name.clone(), value_span)));
        }
    }
}
