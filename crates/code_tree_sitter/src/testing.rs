//! A short text of a module, for tables in tests.
//!
//! One statement a `;`, blocks in `{}`, functions as `fn(params){…}`, `new` calls as `new f(…)`.

#![expect(clippy::format_push_string, clippy::format_collect, reason = "tests; short beats fast")]

use code_ir::{
    Argument, Case, Class, ClassId, Constant, Element, Entry, Expr, ExprKind, FunctionId,
    ImportKind, Language, Method, Module, Param, ParamKind, Part, Pattern, Spread, Stmt, StmtKind,
    Target,
};
use source_text::FileId;

use crate::parse;

/// Parses on a stack like that of the workers.
pub(crate) fn parse_deep(language: Language, text: &str) -> Module {
    let text = text.to_owned();
    let run = move || parse(FileId(0), language, &text);
    std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap().join().unwrap()
}

/// The body of a module.
pub(crate) fn dump(language: Language, text: &str) -> String {
    let module = parse_deep(language, text);
    let dump = Dump { module: &module };
    dump.body(&module.functions[0].body)
}

/// Checks a table of text and dump, and that nothing was wrong with the text.
#[track_caller]
pub(crate) fn check(language: Language, rows: &[(&str, &str)], wrap: impl Fn(&str) -> String) {
    for (text, expected) in rows {
        let text = wrap(text);
        let module = parse_deep(language, &text);
        assert!(module.errors.is_empty(), "{text}\n{:?}", module.errors);
        let dump = Dump { module: &module };
        let body = module.functions.iter().find(|function| function.name == "f");
        let shown = dump.body(body.map_or(&module.functions[0].body, |function| &function.body));
        assert_eq!(shown, *expected, "{text}");
    }
}

struct Dump<'a> {
    module: &'a Module,
}

impl Dump<'_> {
    fn body(&self, body: &[Stmt]) -> String {
        body.iter().map(|stmt| self.stmt(stmt)).collect::<Vec<_>>().join("; ")
    }

    fn block(&self, body: &[Stmt]) -> String {
        format!("{{{}}}", self.body(body))
    }

    fn stmt(&self, stmt: &Stmt) -> String {
        match &stmt.kind {
            StmtKind::Expr(expr) => self.expr(expr),
            StmtKind::Assign { target, annotation, value } => {
                let annotation = annotation
                    .as_ref()
                    .map(|of| format!(": {}", self.expr(of)))
                    .unwrap_or_default();
                let value = value
                    .as_ref()
                    .map(|value| format!(" = {}", self.expr(value)))
                    .unwrap_or_default();
                format!("{}{annotation}{value}", self.target(target))
            }
            StmtKind::Augment { target, operator, value } => {
                format!("{} {operator:?}= {}", self.target(target), self.expr(value))
            }
            StmtKind::Import(import) => {
                let kind = match &import.kind {
                    ImportKind::Root(name) => format!("root {}", name.text),
                    ImportKind::Whole(name) => format!("as {}", name.text),
                    ImportKind::Names(names) => names
                        .iter()
                        .map(|n| format!("{} as {}", n.name, n.alias.text))
                        .collect::<Vec<_>>()
                        .join(","),
                    ImportKind::Star => "*".to_owned(),
                    ImportKind::Effect => "effect".to_owned(),
                };
                format!("import {} {kind}", import.module)
            }
            StmtKind::Export { name, value } => format!("export {name} {}", self.expr(value)),
            StmtKind::If { test, then, otherwise } => {
                let otherwise = if otherwise.is_empty() {
                    String::new()
                } else {
                    format!(" else {}", self.block(otherwise))
                };
                format!("if {} {}{otherwise}", self.expr(test), self.block(then))
            }
            StmtKind::While { test, body, is_post_tested, .. } => {
                let word = if *is_post_tested { "dowhile" } else { "while" };
                format!("{word} {} {}", self.expr(test), self.block(body))
            }
            StmtKind::For { target, iterable, body, .. } => {
                format!(
                    "for {} in {} {}",
                    self.target(target),
                    self.expr(iterable),
                    self.block(body)
                )
            }
            StmtKind::Return(None) => "return".to_owned(),
            StmtKind::Return(Some(value)) => format!("return {}", self.expr(value)),
            StmtKind::Raise(value) => {
                format!("raise {}", value.as_ref().map(|v| self.expr(v)).unwrap_or_default())
            }
            StmtKind::Assert(test) => format!("assert {}", self.expr(test)),
            StmtKind::Break => "break".to_owned(),
            StmtKind::Continue => "continue".to_owned(),
            StmtKind::Try { .. } => self.try_stmt(stmt),
            StmtKind::With { items, body } => {
                let items = items.iter().map(|(value, target)| match target {
                    Some(target) => format!("{} as {}", self.expr(value), self.target(target)),
                    None => self.expr(value),
                });
                format!("with {} {}", items.collect::<Vec<_>>().join(", "), self.block(body))
            }
            StmtKind::Match { subject, cases, falls_through } => {
                let word = if *falls_through { "switch" } else { "match" };
                let cases: Vec<_> = cases.iter().map(|case| self.case(case)).collect();
                format!("{word} {} {{{}}}", self.expr(subject), cases.join(" "))
            }
            StmtKind::Block(body) => self.block(body),
            StmtKind::Delete(target) => format!("delete {}", self.target(target)),
            StmtKind::Global(names) => format!("global {}", names.join(",")),
            StmtKind::Nonlocal(names) => format!("nonlocal {}", names.join(",")),
        }
    }

    fn try_stmt(&self, stmt: &Stmt) -> String {
        let StmtKind::Try { body, handlers, otherwise, finally } = &stmt.kind else {
            return String::new();
        };
        let mut text = format!("try {}", self.block(body));
        for handler in handlers {
            let types: Vec<_> = handler.types.iter().map(|of| self.expr(of)).collect();
            let target = handler.target.as_ref().map(|t| format!(" as {}", self.target(t)));
            text.push_str(&format!(
                " catch({}{}) {}",
                types.join("|"),
                target.unwrap_or_default(),
                self.block(&handler.body)
            ));
        }
        if !otherwise.is_empty() {
            text.push_str(&format!(" else {}", self.block(otherwise)));
        }
        if !finally.is_empty() {
            text.push_str(&format!(" finally {}", self.block(finally)));
        }
        text
    }

    fn case(&self, case: &Case) -> String {
        let guard =
            case.guard.as_ref().map(|g| format!(" if {}", self.expr(g))).unwrap_or_default();
        format!("case {}{guard}: {}", self.pattern(&case.pattern), self.block(&case.body))
    }

    fn pattern(&self, pattern: &Pattern) -> String {
        let all = |patterns: &[Pattern], by: &str| {
            patterns.iter().map(|p| self.pattern(p)).collect::<Vec<_>>().join(by)
        };
        match pattern {
            Pattern::Any => "_".to_owned(),
            Pattern::Value(value) => self.expr(value),
            Pattern::Capture(target) => format!("let {}", self.target(target)),
            Pattern::Or(patterns) => all(patterns, "|"),
            Pattern::Sequence(patterns) => format!("[{}]", all(patterns, ", ")),
            Pattern::Star(target) => {
                format!("*{}", target.as_ref().map(|t| self.target(t)).unwrap_or_default())
            }
            Pattern::Mapping { entries, rest } => {
                let mut shown: Vec<_> = entries
                    .iter()
                    .map(|(key, p)| format!("{}: {}", self.expr(key), self.pattern(p)))
                    .collect();
                shown.extend(rest.as_ref().map(|rest| format!("**{}", self.target(rest))));
                format!("{{{}}}", shown.join(", "))
            }
            Pattern::Class { class, fields } => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, p)| match name {
                        Some(name) => format!("{name}: {}", self.pattern(p)),
                        None => self.pattern(p),
                    })
                    .collect();
                format!("is {}({})", self.expr(class), fields.join(", "))
            }
            Pattern::As(pattern, target) => {
                format!("{} as {}", self.pattern(pattern), self.target(target))
            }
        }
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Name(name, _) => name.text.to_string(),
            Target::Attribute { base, name, .. } => format!("{}.{name}", self.expr(base)),
            Target::Index { base, index, .. } => {
                format!("{}[{}]", self.expr(base), self.expr(index))
            }
            Target::Sequence(targets) => {
                let targets: Vec<_> = targets.iter().map(|t| self.target(t)).collect();
                format!("({})", targets.join(", "))
            }
            Target::Rest(target) => format!("*{}", self.target(target)),
            Target::Object { properties, .. } => {
                let shown: Vec<_> = properties
                    .iter()
                    .map(|p| format!("{}: {}", self.expr(&p.key), self.target(&p.target)))
                    .collect();
                format!("{{{}}}", shown.join(", "))
            }
            Target::Default(target, value) => {
                format!("{}={}", self.target(target), self.expr(value))
            }
            Target::Ignore => "_".to_owned(),
        }
    }

    fn argument(&self, argument: &Argument) -> String {
        let value = self.expr(&argument.value);
        match (&argument.name, argument.spread) {
            (Some(name), _) => format!("{name}={value}"),
            (None, Spread::No) => value,
            (None, Spread::Sequence) => format!("*{value}"),
            (None, Spread::Mapping) => format!("**{value}"),
        }
    }

    fn parts(&self, parts: &[Part]) -> String {
        let shown = parts.iter().map(|part| match part {
            Part::Text(text) => text.to_string(),
            Part::Value(value) => format!("{{{}}}", self.expr(value)),
        });
        format!("f{:?}", shown.collect::<String>())
    }

    fn option(&self, expr: Option<&Expr>) -> String {
        expr.map(|expr| self.expr(expr)).unwrap_or_default()
    }

    fn constant(constant: &Constant) -> String {
        match constant {
            Constant::None => "none".to_owned(),
            Constant::Bool(value) => value.to_string(),
            Constant::Int(value) => value.to_string(),
            Constant::Float(value) => format!("{value:?}"),
            Constant::Text(text) => format!("{text:?}"),
            Constant::Bytes(text) => format!("b{text:?}"),
            Constant::Regex { pattern, flags } => format!("/{pattern}/{flags}"),
            Constant::Ellipsis => "...".to_owned(),
        }
    }

    fn exprs(&self, exprs: &[Expr]) -> String {
        exprs.iter().map(|expr| self.expr(expr)).collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Unknown => "?".to_owned(),
            ExprKind::Constant(constant) => Self::constant(constant),
            ExprKind::Name(name) => name.text.to_string(),
            ExprKind::This => "this".to_owned(),
            ExprKind::Attribute { base, name } => format!("{}.{name}", self.expr(base)),
            ExprKind::Index { base, index } => format!("{}[{}]", self.expr(base), self.expr(index)),
            ExprKind::Slice { base, lower, upper } => format!(
                "{}[{}:{}]",
                self.expr(base),
                self.option(lower.as_deref()),
                self.option(upper.as_deref())
            ),
            ExprKind::Call { callee, arguments, is_new } => {
                let arguments: Vec<_> = arguments.iter().map(|a| self.argument(a)).collect();
                let new = if *is_new { "new " } else { "" };
                format!("{new}{}({})", self.expr(callee), arguments.join(", "))
            }
            ExprKind::Binary { operator, left, right } => {
                format!("({} {operator:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Unary { operator, operand } => {
                format!("{operator:?}({})", self.expr(operand))
            }
            ExprKind::Compare { operator, left, right } => {
                format!("({} {operator:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Logic { operator, left, right } => {
                format!("({} {operator:?} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Conditional { test, then, otherwise } => {
                format!("({} ? {} : {})", self.expr(test), self.expr(then), self.expr(otherwise))
            }
            ExprKind::Interpolation(parts) => self.parts(parts),
            ExprKind::TaggedTemplate { tag, parts } => {
                format!("{}{}", self.expr(tag), self.parts(parts))
            }
            ExprKind::List(elements) => {
                let elements = elements.iter().map(|element| match element {
                    Element::One(expr) => self.expr(expr),
                    Element::Spread(expr) => format!("*{}", self.expr(expr)),
                });
                format!("[{}]", elements.collect::<Vec<_>>().join(", "))
            }
            ExprKind::Dict(entries) => {
                let entries = entries.iter().map(|entry| match entry {
                    Entry::Pair(key, value) => format!("{}: {}", self.expr(key), self.expr(value)),
                    Entry::Spread(expr) => format!("**{}", self.expr(expr)),
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            ExprKind::Function(id) => self.function(*id),
            ExprKind::Class(id) => self.class(*id),
            ExprKind::Comprehension(comprehension) => {
                let mut text = format!("[{}", self.expr(&comprehension.element));
                for clause in &comprehension.clauses {
                    text.push_str(&format!(
                        " for {} in {}",
                        self.target(&clause.target),
                        self.expr(&clause.iterable)
                    ));
                    for condition in &clause.conditions {
                        text.push_str(&format!(" if {}", self.expr(condition)));
                    }
                }
                text + "]"
            }
            ExprKind::Await(inner) => format!("await {}", self.expr(inner)),
            ExprKind::Yield(inner) => format!("yield {}", self.option(inner.as_deref())),
            ExprKind::Assign { target, value } => {
                format!("({} := {})", self.target(target), self.expr(value))
            }
            ExprKind::Sequence(exprs) => format!("<{}>", self.exprs(exprs)),
            ExprKind::ImportCall(inner) => format!("import({})", self.expr(inner)),
        }
    }

    fn param(&self, param: &Param) -> String {
        let star = match param.kind {
            ParamKind::Positional => "",
            ParamKind::Named => "/",
            ParamKind::Rest => "*",
            ParamKind::RestNamed => "**",
        };
        let decorators: String =
            param.decorators.iter().map(|d| format!("@{} ", self.expr(d))).collect();
        let annotation =
            param.annotation.as_ref().map(|of| format!(": {}", self.expr(of))).unwrap_or_default();
        let default =
            param.default.as_ref().map(|of| format!(" = {}", self.expr(of))).unwrap_or_default();
        format!("{decorators}{star}{}{annotation}{default}", self.target(&param.target))
    }

    fn function(&self, id: FunctionId) -> String {
        let function = self.module.function(id).unwrap();
        let params: Vec<_> = function.params.iter().map(|p| self.param(p)).collect();
        let mut text: String =
            function.decorators.iter().map(|d| format!("@{} ", self.expr(d))).collect();
        if function.is_async {
            text.push_str("async ");
        }
        let returns =
            function.returns.as_ref().map(|of| format!(": {}", self.expr(of))).unwrap_or_default();
        text + &format!("fn({}){returns}{}", params.join(", "), self.block(&function.body))
    }

    fn class(&self, id: ClassId) -> String {
        let Class { name, bases, methods, fields, decorators, .. } = self.module.class(id).unwrap();
        let mut text: String = decorators.iter().map(|d| format!("@{} ", self.expr(d))).collect();
        text.push_str(&format!("class {name}({}) {{", self.exprs(bases)));
        let mut members = Vec::new();
        for field in fields {
            let decorators: String =
                field.decorators.iter().map(|d| format!("@{} ", self.expr(d))).collect();
            let is_static = if field.is_static { "static " } else { "" };
            let annotation = field.annotation.as_ref();
            let annotation =
                annotation.map(|of| format!(": {}", self.expr(of))).unwrap_or_default();
            let value = field.value.as_ref();
            let value = value.map(|of| format!(" = {}", self.expr(of))).unwrap_or_default();
            members.push(format!("{decorators}{is_static}{}{annotation}{value}", field.name));
        }
        for Method { name, function, kind } in methods {
            members.push(format!("{kind:?} {name} {}", self.function(*function)));
        }
        text + &members.join("; ") + "}"
    }
}
