//! Constants of a module: what its names mean where they are texts, lists or mappings.

use std::collections::HashMap;

use code_ir::{
    Argument, Constant, Element, Entry, Expr, ExprKind, Module, SmolStr, StmtKind, Target,
};

/// Names that the body of a module assigns once.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    values: HashMap<&'a str, Option<&'a Expr>>,
}

impl<'a> Names<'a> {
    pub(crate) fn of(module: &'a Module) -> Self {
        let mut values: HashMap<&str, Option<&Expr>> = HashMap::new();
        let body = module.functions.first().map_or(&[][..], |function| &function.body);
        code_ir::walk_stmts(body, &mut |stmt| {
            if let StmtKind::Assign { target: Target::Name(name, _), value: Some(value), .. } =
                &stmt.kind
            {
                // A name that is assigned twice means neither.
                values.entry(&name.text).and_modify(|it| *it = None).or_insert(Some(value));
            }
        });
        Self { values }
    }

    /// What a name is assigned.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Expr> {
        self.values.get(name).copied().flatten()
    }

    /// Names with the calls that they are assigned.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&'a str, &'a Expr, &'a [Argument])> + '_ {
        self.values.iter().filter_map(|(name, value)| match &(*value)?.kind {
            ExprKind::Call { callee, arguments, .. } => {
                Some((*name, callee.as_ref(), arguments.as_slice()))
            }
            _ => None,
        })
    }

    /// The expression itself, or what the name is assigned that it is.
    pub(crate) fn follow(&self, expr: &'a Expr) -> &'a Expr {
        match &expr.kind {
            ExprKind::Name(name) => self.value(&name.text).unwrap_or(expr),
            _ => expr,
        }
    }

    /// A constant text.
    pub(crate) fn text(&self, expr: &'a Expr) -> Option<SmolStr> {
        self.follow(expr).as_text().cloned()
    }

    /// The last word of a constant: `ANONYMOUS` of `func.AuthLevel.ANONYMOUS`, or of a text.
    pub(crate) fn word(&self, expr: &'a Expr) -> Option<SmolStr> {
        let expr = self.follow(expr);
        expr.as_text().cloned().or_else(|| Some(SmolStr::clone(expr.dotted()?.last()?)))
    }

    /// Last words of the members of a list, or of one constant.
    pub(crate) fn words(&self, expr: &'a Expr) -> Vec<SmolStr> {
        let expr = self.follow(expr);
        match &expr.kind {
            ExprKind::List(elements) => elements
                .iter()
                .filter_map(|element| match element {
                    Element::One(one) => self.word(one),
                    Element::Spread(_) => None,
                })
                .collect(),
            _ => self.word(expr).into_iter().collect(),
        }
    }

    /// The entry of a mapping that is written out.
    pub(crate) fn entry(&self, mapping: &'a Expr, key: &str) -> Option<&'a Expr> {
        let ExprKind::Dict(entries) = &self.follow(mapping).kind else { return None };
        entries.iter().find_map(|entry| match entry {
            Entry::Pair(name, value) => {
                let is_meant = match &name.kind {
                    ExprKind::Constant(Constant::Text(text)) => text == key,
                    _ => false,
                };
                is_meant.then_some(value)
            }
            Entry::Spread(_) => None,
        })
    }
}

/// An argument by its name or its position among those without one.
pub(crate) fn argument<'a>(
    arguments: &'a [Argument],
    name: &str,
    position: Option<usize>,
) -> Option<&'a Expr> {
    let named = arguments
        .iter()
        .find(|argument| argument.name.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(name)));
    named
        .or_else(|| {
            let mut plain = arguments.iter().filter(|argument| argument.name.is_none());
            plain.nth(position?)
        })
        .map(|argument| &argument.value)
}
