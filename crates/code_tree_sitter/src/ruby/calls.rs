//! Calls and their arguments.

use code_ir::{
    Argument, BLOCK, Element, Entry, Expr, ExprKind, Function, Import, ImportKind, Param, SmolStr,
    Span, Spread, Stmt, StmtKind, Target,
};
use tree_sitter::Node;

use super::Ruby;
use crate::context::{constant, list, span, unknown};
use crate::tree::{children, field, first};

impl<'n> Ruby<'_, 'n> {
    /// Calls that are statements of their own in other languages.
    pub(super) fn call_statement(&mut self, node: Node<'n>, out: &mut Vec<Stmt>) -> bool {
        if field(node, "receiver").is_some() {
            return false;
        }
        let at = span(node);
        let given = field(node, "arguments").map(children).unwrap_or_default();
        let block = field(node, "block");
        match field(node, "method").map_or("", |method| self.context.text(method)) {
            word @ ("require" | "require_relative" | "load") => {
                let Some(path) = given.first().map(|path| self.expr(*path)) else { return false };
                let Some(path) = path.as_text() else { return false };
                let module: SmolStr = match word {
                    "require_relative" if !path.starts_with('.') => format!("./{path}").into(),
                    _ => path.clone(),
                };
                let import = Import { module, level: 0, kind: ImportKind::Effect };
                out.push(Stmt::new(StmtKind::Import(import), at));
            }
            "raise" | "fail" => {
                let mut values: Vec<Expr> = given.iter().map(|value| self.expr(*value)).collect();
                let value = if values.len() < 2 {
                    values.pop()
                } else {
                    let callee = Box::new(values.remove(0));
                    let arguments = values.into_iter().map(Argument::positional).collect();
                    Some(Expr::new(ExprKind::Call { callee, arguments, is_new: true }, at))
                };
                out.push(Stmt::new(StmtKind::Raise(value), at));
            }
            "loop" if block.is_some() => {
                self.breaks_block.push(false);
                let mut body = Vec::new();
                if let Some(inner) = block.and_then(|block| field(block, "body")) {
                    self.one_or_more(inner, &mut body);
                }
                self.breaks_block.pop();
                let test = constant(code_ir::Constant::Bool(true), at);
                let otherwise = Vec::new();
                let kind = StmtKind::While { test, body, otherwise, is_post_tested: false };
                out.push(Stmt::new(kind, at));
            }
            _ => return false,
        }
        true
    }

    pub(super) fn call(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        let block = field(node, "block");
        let method = field(node, "method");
        let name = method.map_or("call", |method| self.context.text(method));
        let receiver = field(node, "receiver");
        if receiver.is_none()
            && matches!(name, "lambda" | "proc")
            && let Some(block) = block
        {
            return self.block(block, None);
        }
        let name_span = method.map_or(at, span);
        let (callee, is_new) = if let Some(receiver) = receiver {
            let base = self.expr(receiver);
            let whole = Span { start: at.start, end: name_span.end };
            let is_new = name == "new";
            (if is_new { base } else { Expr::attribute(base, name, whole) }, is_new)
        } else {
            if name == "block_given?" {
                self.use_block();
            }
            (Expr::name(name, name_span), false)
        };
        let mut arguments = match field(node, "arguments") {
            Some(arguments) => self.arguments(arguments),
            None => Vec::new(),
        };
        if let Some(block) = block {
            let value = self.block(block, None);
            arguments.push(Argument::named(BLOCK, value));
        }
        Expr::new(ExprKind::Call { callee: Box::new(callee), arguments, is_new }, at)
    }

    /// The method around gets a parameter for its block.
    pub(super) fn use_block(&mut self) {
        if let Some(uses) = self.methods.last_mut() {
            *uses = true;
        }
    }

    pub(super) fn yield_(&mut self, node: Node<'n>) -> Expr {
        self.use_block();
        let at = span(node);
        let arguments = match first(node) {
            Some(arguments) => self.arguments(arguments),
            None => Vec::new(),
        };
        let callee = Box::new(Expr::name(BLOCK, at));
        Expr::new(ExprKind::Call { callee, arguments, is_new: false }, at)
    }

    pub(super) fn arguments(&mut self, node: Node<'n>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        let mut entries = Vec::new();
        let mut block = None;
        for part in children(node) {
            let at = span(part);
            match part.kind() {
                "pair" => {
                    let Some(key) = field(part, "key") else { continue };
                    let value = self.pair_value(part, key);
                    if matches!(key.kind(), "hash_key_symbol" | "simple_symbol") {
                        let key = self.symbol(key);
                        let key = key.as_text().cloned().unwrap_or_default();
                        arguments.push(Argument::named(key, value));
                    } else {
                        entries.push(Entry::Pair(self.expr(key), value));
                    }
                }
                "splat_argument" | "hash_splat_argument" | "forward_argument" => {
                    let (spread, name) = match part.kind() {
                        "hash_splat_argument" => (Spread::Mapping, "**"),
                        "splat_argument" => (Spread::Sequence, "*"),
                        _ => (Spread::Sequence, "..."),
                    };
                    let value = match first(part) {
                        Some(value) => self.expr(value),
                        None => Expr::name(name, at),
                    };
                    arguments.push(Argument { name: None, spread, value });
                }
                "block_argument" => block = Some(self.block_argument(part)),
                _ => arguments.push(Argument::positional(self.expr(part))),
            }
        }
        if !entries.is_empty() {
            let dict = Expr::new(ExprKind::Dict(entries), span(node));
            arguments.push(Argument::positional(dict));
        }
        arguments.extend(block.map(|value| Argument::named(BLOCK, value)));
        arguments
    }

    /// The value of a pair; `x:` alone is `x: x`.
    pub(super) fn pair_value(&mut self, pair: Node<'n>, key: Node<'n>) -> Expr {
        match field(pair, "value") {
            Some(value) => self.expr(value),
            None => self.variable_or_call(self.context.text(key), span(key)),
        }
    }

    /// `&x`, `&:name`, `&method(:name)`, `&`.
    fn block_argument(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        let Some(inner) = first(node) else {
            self.use_block();
            return Expr::name(BLOCK, at);
        };
        if inner.kind() == "simple_symbol" {
            let name = self.symbol(inner);
            let place = self.context.enter_function(false);
            let method = name.as_text().cloned().unwrap_or_default();
            let callee = Expr::attribute(Expr::name("it", at), method, at);
            let value = Expr::call(callee, Vec::new(), at);
            let function = Function {
                params: vec![Param::plain(Target::name("it", at))],
                body: vec![Stmt::new(StmtKind::Return(Some(value)), at)],
                is_arrow: true,
                span: at,
                ..Function::default()
            };
            let id = self.context.leave_function(place, function);
            return Expr::new(ExprKind::Function(id), at);
        }
        let value = self.expr(inner);
        if let ExprKind::Call { callee, arguments, is_new: false } = &value.kind
            && let ExprKind::Name(name) = &callee.kind
            && name.text == "method"
            && let [Argument { value: method, .. }] = arguments.as_slice()
            && let Some(method) = method.as_text()
        {
            return Expr::name(method.clone(), at);
        }
        value
    }

    /// `x[i]`; a range or two numbers cut a part out.
    pub(super) fn element(&mut self, node: Node<'n>) -> Expr {
        let at = span(node);
        let Some(object) = field(node, "object") else { return unknown(at) };
        let base = Box::new(self.expr(object));
        let keys: Vec<Node<'n>> =
            children(node).into_iter().filter(|part| *part != object).collect();
        match keys.as_slice() {
            [range] if range.kind() == "range" => {
                let lower = field(*range, "begin").map(|begin| Box::new(self.expr(begin)));
                let upper = field(*range, "end").map(|end| Box::new(self.expr(end)));
                Expr::new(ExprKind::Slice { base, lower, upper }, at)
            }
            [from, _] => {
                let lower = Some(Box::new(self.expr(*from)));
                Expr::new(ExprKind::Slice { base, lower, upper: None }, at)
            }
            [index, ..] => {
                let index = Box::new(self.expr(*index));
                Expr::new(ExprKind::Index { base, index }, at)
            }
            [] => Expr::call(Expr::attribute(*base, "[]", at), Vec::new(), at),
        }
    }

    /// A variable in sight, or else a method without arguments.
    pub(super) fn variable_or_call(&mut self, name: &str, at: Span) -> Expr {
        if self.context.scopes.lookup(name).is_some() {
            return self.context.read(name, at);
        }
        let implicit = match name {
            "_1" => Some("_1"),
            "it" => Some("it"),
            _ => None,
        };
        if let (Some(implicit), Some(place)) = (implicit, self.implicit.last_mut()) {
            *place = Some(implicit);
            return Expr::name(implicit, at);
        }
        if name == "block_given?" {
            self.use_block();
        }
        Expr::call(Expr::name(name, at), Vec::new(), at)
    }

    /// Values of `return`, `next`, `break`: one, or a list of several.
    pub(super) fn given(&mut self, node: Node<'n>) -> Option<Expr> {
        let arguments = first(node)?;
        let values = children(arguments);
        match values.as_slice() {
            [] => None,
            [only] if !matches!(only.kind(), "splat_argument" | "pair") => Some(self.expr(*only)),
            _ => Some(self.list_of(&values, span(arguments))),
        }
    }

    /// A list of values, some of which stand for several.
    pub(super) fn list_of(&mut self, values: &[Node<'n>], at: Span) -> Expr {
        let mut elements = Vec::new();
        let mut entries = Vec::new();
        for value in values {
            match value.kind() {
                "splat_argument" => {
                    let inner = first(*value).map(|inner| self.expr(inner));
                    elements.push(Element::Spread(inner.unwrap_or_else(|| unknown(at))));
                }
                "pair" => self.entry(*value, &mut entries),
                _ => elements.push(Element::One(self.expr(*value))),
            }
        }
        if !entries.is_empty() {
            elements.push(Element::One(Expr::new(ExprKind::Dict(entries), at)));
        }
        if elements.is_empty() {
            return list(Vec::new(), at);
        }
        Expr::new(ExprKind::List(elements), at)
    }

    /// One entry of a mapping.
    pub(super) fn entry(&mut self, node: Node<'n>, entries: &mut Vec<Entry>) {
        if node.kind() == "hash_splat_argument" {
            if let Some(inner) = first(node) {
                entries.push(Entry::Spread(self.expr(inner)));
            }
        } else if let Some(key) = field(node, "key") {
            let value = self.pair_value(node, key);
            let key = match key.kind() {
                "hash_key_symbol" => self.symbol(key),
                _ => self.expr(key),
            };
            entries.push(Entry::Pair(key, value));
        }
    }
}
