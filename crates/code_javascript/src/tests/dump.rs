//! A module as compact text, one statement a line.

use std::fmt::Write as _;

use code_ir::{
    Argument, Class, Constant, Element, Entry, Expr, ExprKind, FunctionId, ImportKind, MethodKind,
    Module, ParamKind, Part, Pattern, Spread, Stmt, StmtKind, Target,
};

/// The body of the module, functions written where they stand.
pub(super) fn dump(module: &Module) -> String {
    let mut dump = Dump { module, out: String::new() };
    if let Some(body) = module.functions.first() {
        dump.stmts(&body.body, 0);
    }
    dump.out
}

struct Dump<'m> {
    module: &'m Module,
    out: String,
}

impl Dump<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(indent));
    }

    fn block(&mut self, head: &str, body: &[Stmt], indent: usize) {
        self.line(indent, head);
        self.stmts(body, indent + 1);
    }

    fn stmts(&mut self, body: &[Stmt], indent: usize) {
        for stmt in body {
            self.stmt(stmt, indent);
        }
    }

    fn stmt(&mut self, stmt: &Stmt, indent: usize) {
        match &stmt.kind {
            StmtKind::Expr(value) => self.line(indent, &self.expr(value)),
            StmtKind::Assign { target, annotation, value } => {
                let mut text = self.target(target);
                if let Some(of) = annotation {
                    let _ = write!(text, ": {}", self.expr(of));
                }
                if let Some(value) = value {
                    let _ = write!(text, " = {}", self.expr(value));
                }
                self.line(indent, &text);
            }
            StmtKind::Augment { target, operator, value } => {
                let text = format!("{} {operator:?}= {}", self.target(target), self.expr(value));
                self.line(indent, &text);
            }
            StmtKind::Import(import) => {
                let what = match &import.kind {
                    ImportKind::Root(name) => format!("root {}", name.text),
                    ImportKind::Whole(name) => format!("* as {}", name.text),
                    ImportKind::Names(names) => names
                        .iter()
                        .map(|n| format!("{} as {}", n.name, n.alias.text))
                        .collect::<Vec<_>>()
                        .join(", "),
                    ImportKind::Star => "*".to_owned(),
                    ImportKind::Effect => "effect".to_owned(),
                };
                self.line(indent, &format!("import {what} from {}", import.module));
            }
            StmtKind::Export { name, value } => {
                self.line(indent, &format!("export {name} = {}", self.expr(value)));
            }
            StmtKind::Return(value) => self.line(indent, &self.keyword("return", value.as_ref())),
            StmtKind::Raise(value) => self.line(indent, &self.keyword("throw", value.as_ref())),
            StmtKind::Break => self.line(indent, "break"),
            StmtKind::Continue => self.line(indent, "continue"),
            StmtKind::Delete(target) => {
                self.line(indent, &format!("delete {}", self.target(target)));
            }
            _ => self.compound(stmt, indent),
        }
    }

    fn compound(&mut self, stmt: &Stmt, indent: usize) {
        match &stmt.kind {
            StmtKind::If { test, then, otherwise } => {
                self.block(&format!("if {}", self.expr(test)), then, indent);
                if !otherwise.is_empty() {
                    self.block("else", otherwise, indent);
                }
            }
            StmtKind::While { test, body, is_post_tested, .. } => {
                let word = if *is_post_tested { "do while" } else { "while" };
                self.block(&format!("{word} {}", self.expr(test)), body, indent);
            }
            StmtKind::For { target, iterable, body, over_keys, .. } => {
                let word = if *over_keys { "in" } else { "of" };
                let head = format!("for {} {word} {}", self.target(target), self.expr(iterable));
                self.block(&head, body, indent);
            }
            StmtKind::Try { body, handlers, finally, .. } => {
                self.block("try", body, indent);
                for handler in handlers {
                    let name = handler.target.as_ref().map(|target| self.target(target));
                    let head = format!("catch {}", name.unwrap_or_default());
                    self.block(head.trim_end(), &handler.body, indent);
                }
                if !finally.is_empty() {
                    self.block("finally", finally, indent);
                }
            }
            StmtKind::Match { subject, cases, falls_through } => {
                let word = if *falls_through { "switch" } else { "match" };
                self.line(indent, &format!("{word} {}", self.expr(subject)));
                for case in cases {
                    let mut head = match &case.pattern {
                        Pattern::Any => "any".to_owned(),
                        Pattern::Value(value) => self.expr(value),
                        _ => "?".to_owned(),
                    };
                    if let Some(guard) = &case.guard {
                        let _ = write!(head, " when {}", self.expr(guard));
                    }
                    self.block(&head, &case.body, indent + 1);
                }
            }
            StmtKind::Block(body) => self.block("block", body, indent),
            other => self.line(indent, &format!("?? {other:?}")),
        }
    }

    fn keyword(&self, word: &str, value: Option<&Expr>) -> String {
        value.map_or(word.to_owned(), |value| format!("{word} {}", self.expr(value)))
    }

    fn inner(&self, body: &[Stmt]) -> String {
        let mut inner = Dump { module: self.module, out: String::new() };
        inner.stmts(body, 0);
        let lines: Vec<_> = inner.out.lines().map(str::trim_start).collect();
        lines.join("; ")
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Name(name, _) => name.text.to_string(),
            Target::Attribute { base, name, .. } => format!("{}.{name}", self.expr(base)),
            Target::Index { base, index, .. } => {
                format!("{}[{}]", self.expr(base), self.expr(index))
            }
            Target::Sequence(targets) => {
                let inner: Vec<_> = targets.iter().map(|t| self.target(t)).collect();
                format!("[{}]", inner.join(", "))
            }
            Target::Rest(target) => format!("...{}", self.target(target)),
            Target::Object { properties, rest } => {
                let mut inner: Vec<_> = properties
                    .iter()
                    .map(|p| format!("{}: {}", self.expr(&p.key), self.target(&p.target)))
                    .collect();
                inner.extend(rest.as_ref().map(|rest| format!("...{}", self.target(rest))));
                format!("{{{}}}", inner.join(", "))
            }
            Target::Default(target, default) => {
                format!("{} ?= {}", self.target(target), self.expr(default))
            }
            Target::Ignore => "_".to_owned(),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Unknown => "?".to_owned(),
            ExprKind::Constant(constant) => match constant {
                Constant::None => "none".to_owned(),
                Constant::Bool(value) => value.to_string(),
                Constant::Int(value) => value.to_string(),
                Constant::Float(value) => value.to_string(),
                Constant::Text(text) | Constant::Bytes(text) => format!("{text:?}"),
                Constant::Regex { pattern, flags } => format!("/{pattern}/{flags}"),
                Constant::Ellipsis => "...".to_owned(),
            },
            ExprKind::Name(name) => name.text.to_string(),
            ExprKind::This => "this".to_owned(),
            ExprKind::Attribute { base, name } => format!("{}.{name}", self.expr(base)),
            ExprKind::Index { base, index } => {
                format!("{}[{}]", self.expr(base), self.expr(index))
            }
            ExprKind::Call { callee, arguments, is_new } => {
                let new = if *is_new { "new " } else { "" };
                let inner: Vec<_> = arguments.iter().map(|a| self.argument(a)).collect();
                format!("{new}{}({})", self.expr(callee), inner.join(", "))
            }
            ExprKind::Binary { operator, left, right } => {
                format!("({} {operator:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Compare { operator, left, right } => {
                format!("({} {operator:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Logic { operator, left, right } => {
                format!("({} {operator:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Unary { operator, operand } => {
                format!("{operator:?}({})", self.expr(operand))
            }
            _ => self.larger(expr),
        }
    }

    fn larger(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Conditional { test, then, otherwise } => {
                let (then, otherwise) = (self.expr(then), self.expr(otherwise));
                format!("({} ? {then} : {otherwise})", self.expr(test))
            }
            ExprKind::Interpolation(parts) => self.parts(parts),
            ExprKind::TaggedTemplate { tag, parts } => {
                format!("{}{}", self.expr(tag), self.parts(parts))
            }
            ExprKind::List(elements) => {
                let inner: Vec<_> = elements
                    .iter()
                    .map(|element| match element {
                        Element::One(value) => self.expr(value),
                        Element::Spread(value) => format!("...{}", self.expr(value)),
                    })
                    .collect();
                format!("[{}]", inner.join(", "))
            }
            ExprKind::Dict(entries) => {
                let inner: Vec<_> = entries
                    .iter()
                    .map(|entry| match entry {
                        Entry::Pair(key, value) => {
                            format!("{}: {}", self.expr(key), self.expr(value))
                        }
                        Entry::Spread(value) => format!("...{}", self.expr(value)),
                    })
                    .collect();
                format!("{{{}}}", inner.join(", "))
            }
            ExprKind::Function(id) => self.function(*id),
            ExprKind::Class(id) => match self.module.class(*id) {
                Some(class) => self.class(class),
                None => "class ?".to_owned(),
            },
            ExprKind::Await(value) => format!("await {}", self.expr(value)),
            ExprKind::Yield(value) => self.keyword("yield", value.as_deref()),
            ExprKind::Assign { target, value } => {
                format!("({} := {})", self.target(target), self.expr(value))
            }
            ExprKind::Sequence(exprs) => {
                let inner: Vec<_> = exprs.iter().map(|e| self.expr(e)).collect();
                format!("({})", inner.join(", "))
            }
            ExprKind::ImportCall(value) => format!("import({})", self.expr(value)),
            other => format!("?? {other:?}"),
        }
    }

    fn parts(&self, parts: &[Part]) -> String {
        let inner: Vec<_> = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.to_string(),
                Part::Value(value) => format!("${{{}}}", self.expr(value)),
            })
            .collect();
        format!("`{}`", inner.concat())
    }

    fn argument(&self, argument: &Argument) -> String {
        let spread = if argument.spread == Spread::No { "" } else { "..." };
        format!("{spread}{}", self.expr(&argument.value))
    }

    fn decorators(&self, decorators: &[Expr]) -> String {
        decorators.iter().fold(String::new(), |mut all, decorator| {
            let _ = write!(all, "@{} ", self.expr(decorator));
            all
        })
    }

    fn function(&self, id: FunctionId) -> String {
        let Some(function) = self.module.function(id) else { return "fn ?".to_owned() };
        let mut text = self.decorators(&function.decorators);
        if function.is_async {
            text.push_str("async ");
        }
        text.push_str(if function.is_arrow { "arrow" } else { "fn" });
        if function.is_generator {
            text.push('*');
        }
        let params: Vec<_> = function
            .params
            .iter()
            .map(|param| {
                let mut text = self.decorators(&param.decorators);
                if param.kind == ParamKind::Rest {
                    text.push_str("...");
                }
                text.push_str(&self.target(&param.target));
                if let Some(of) = &param.annotation {
                    let _ = write!(text, ": {}", self.expr(of));
                }
                if let Some(default) = &param.default {
                    let _ = write!(text, " = {}", self.expr(default));
                }
                text
            })
            .collect();
        let returns = function.returns.as_ref().map(|of| format!(": {}", self.expr(of)));
        let (name, params) = (&function.name, params.join(", "));
        let body = self.inner(&function.body);
        let _ = write!(text, " {name}({params}){} {{{body}}}", returns.unwrap_or_default());
        text
    }

    fn class(&self, class: &Class) -> String {
        let mut text = format!("{}class {}", self.decorators(&class.decorators), class.name);
        let bases: Vec<_> = class.bases.iter().map(|base| self.expr(base)).collect();
        let _ = write!(text, "({}) {{", bases.join(", "));
        for field in &class.fields {
            let of = field.annotation.as_ref().map(|of| format!(": {}", self.expr(of)));
            let value = field.value.as_ref().map(|value| format!(" = {}", self.expr(value)));
            let word = if field.is_static { "static " } else { "" };
            let (of, value) = (of.unwrap_or_default(), value.unwrap_or_default());
            let decorators = self.decorators(&field.decorators);
            let _ = write!(text, "{decorators}{word}{}{of}{value}; ", field.name);
        }
        for method in &class.methods {
            let word = match method.kind {
                MethodKind::Instance => "",
                MethodKind::Static => "static ",
                MethodKind::Class => "class ",
                MethodKind::Getter => "get ",
                MethodKind::Constructor => "new ",
            };
            let _ = write!(text, "{word}{}: {}; ", method.name, self.function(method.function));
        }
        text.truncate(text.trim_end().len());
        text.push('}');
        text
    }
}
