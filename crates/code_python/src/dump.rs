//! The tree as text, for tests: `(call (. os system) cmd)`.

use code_ir::{
    Argument, Case, Class, Constant, Element, Entry, Expr, ExprKind, Function, Handler, Import,
    ImportKind, Module, Param, ParamKind, Part, Pattern, Spread, Stmt, StmtKind, Target,
};

/// The body of the module.
pub(crate) fn body(module: &Module) -> String {
    module.functions.first().map(|f| stmts(module, &f.body)).unwrap_or_default()
}

fn joined<T>(items: &[T], mut show: impl FnMut(&T) -> String) -> String {
    let shown: Vec<String> = items.iter().map(|item| [" ", &show(item)].concat()).collect();
    shown.concat()
}

fn optional(m: &Module, word: &str, value: Option<&Expr>) -> String {
    value.map(|value| format!(" {word}{}", expr(m, value))).unwrap_or_default()
}

fn stmts(m: &Module, body: &[Stmt]) -> String {
    body.iter().map(|s| stmt(m, s)).collect::<Vec<_>>().join(" ")
}

fn block(m: &Module, word: &str, body: &[Stmt]) -> String {
    if body.is_empty() { String::new() } else { format!(" {word}[{}]", stmts(m, body)) }
}

fn stmt(m: &Module, stmt: &Stmt) -> String {
    match &stmt.kind {
        StmtKind::Expr(value) => expr(m, value),
        StmtKind::Assign { target: t, annotation, value } => format!(
            "(= {}{}{})",
            target(m, t),
            optional(m, ":", annotation.as_ref()),
            optional(m, "", value.as_ref())
        ),
        StmtKind::Augment { target: t, operator, value } => {
            format!("({operator:?}= {} {})", target(m, t), expr(m, value))
        }
        StmtKind::Import(i) => import(i),
        StmtKind::If { test, then, otherwise } => {
            format!("(if {} [{}]{})", expr(m, test), stmts(m, then), block(m, "", otherwise))
        }
        StmtKind::While { test, body, otherwise, .. } => {
            let tail = block(m, "else", otherwise);
            format!("(while {} [{}]{tail})", expr(m, test), stmts(m, body))
        }
        StmtKind::For { target: t, iterable, body, otherwise, .. } => {
            let (t, tail) = (target(m, t), block(m, "else", otherwise));
            format!("(for {t} {} [{}]{tail})", expr(m, iterable), stmts(m, body))
        }
        StmtKind::Return(value) => format!("(return{})", optional(m, "", value.as_ref())),
        StmtKind::Raise(value) => format!("(raise{})", optional(m, "", value.as_ref())),
        StmtKind::Assert(value) => format!("(assert {})", expr(m, value)),
        StmtKind::Break => "(break)".into(),
        StmtKind::Continue => "(continue)".into(),
        StmtKind::Try { body, handlers, otherwise, finally } => format!(
            "(try [{}]{}{}{})",
            stmts(m, body),
            joined(handlers, |h| handler(m, h)),
            block(m, "else", otherwise),
            block(m, "finally", finally)
        ),
        StmtKind::With { items, body } => {
            let items = joined(items, |(value, t)| {
                let name = t.as_ref().map(|t| format!(" as {}", target(m, t)));
                format!("({}{})", expr(m, value), name.unwrap_or_default())
            });
            format!("(with{items} [{}])", stmts(m, body))
        }
        StmtKind::Match { subject, cases, .. } => {
            format!("(match {}{})", expr(m, subject), joined(cases, |c| case(m, c)))
        }
        StmtKind::Delete(t) => format!("(del {})", target(m, t)),
        StmtKind::Global(names) => format!("(global{})", joined(names, ToString::to_string)),
        StmtKind::Nonlocal(names) => format!("(nonlocal{})", joined(names, ToString::to_string)),
        StmtKind::Block(body) => format!("(block [{}])", stmts(m, body)),
        StmtKind::Export { .. } => "(export)".into(),
    }
}

fn import(import: &Import) -> String {
    let from = format!("{}{}", ".".repeat(import.level as usize), import.module);
    match &import.kind {
        ImportKind::Root(name) => format!("(import {from} root {})", name.text),
        ImportKind::Whole(name) => format!("(import {from} as {})", name.text),
        ImportKind::Names(names) => {
            let names = joined(names, |n| format!("{}:{}", n.name, n.alias.text));
            format!("(from {from}{names})")
        }
        ImportKind::Star => format!("(from {from} *)"),
        ImportKind::Effect => format!("(import {from})"),
    }
}

fn handler(m: &Module, handler: &Handler) -> String {
    let name = handler.target.as_ref().map(|t| format!(" as {}", target(m, t)));
    let types = joined(&handler.types, |t| expr(m, t));
    format!("(except{types}{} [{}])", name.unwrap_or_default(), stmts(m, &handler.body))
}

fn case(m: &Module, case: &Case) -> String {
    let guard = optional(m, "if ", case.guard.as_ref());
    format!("(case {}{guard} [{}])", pattern(m, &case.pattern), stmts(m, &case.body))
}

fn pattern(m: &Module, at: &Pattern) -> String {
    match at {
        Pattern::Any => "_".into(),
        Pattern::Value(value) => expr(m, value),
        Pattern::Capture(t) => format!("?{}", target(m, t)),
        Pattern::Or(all) => format!("(|{})", joined(all, |p| pattern(m, p))),
        Pattern::Sequence(all) => format!("[{}]", joined(all, |p| pattern(m, p)).trim_start()),
        Pattern::Star(t) => format!("*{}", t.as_ref().map(|t| target(m, t)).unwrap_or_default()),
        Pattern::Mapping { entries, rest } => {
            let entries = joined(entries, |(k, p)| format!("{}:{}", expr(m, k), pattern(m, p)));
            let rest = rest.as_ref().map(|t| format!(" **{}", target(m, t)));
            format!("{{{entries}{} }}", rest.unwrap_or_default())
        }
        Pattern::Class { class, fields } => {
            let fields = joined(fields, |(name, p)| match name {
                Some(name) => format!("{name}={}", pattern(m, p)),
                None => pattern(m, p),
            });
            format!("({}{fields})", expr(m, class))
        }
        Pattern::As(inner, t) => format!("({} as {})", pattern(m, inner), target(m, t)),
    }
}

fn target(m: &Module, at: &Target) -> String {
    match at {
        Target::Name(name, _) => name.text.to_string(),
        Target::Attribute { base, name, .. } => format!("(. {} {name})", expr(m, base)),
        Target::Index { base, index, .. } => format!("([] {} {})", expr(m, base), expr(m, index)),
        Target::Sequence(all) => format!("<{}>", joined(all, |t| target(m, t)).trim_start()),
        Target::Rest(inner) => format!("*{}", target(m, inner)),
        Target::Ignore => "_".into(),
        Target::Object { .. } | Target::Default(..) => "(js)".into(),
    }
}

fn expr(m: &Module, at: &Expr) -> String {
    match &at.kind {
        ExprKind::Unknown => "?".into(),
        ExprKind::Constant(constant) => constant_text(constant),
        ExprKind::Name(name) => name.text.to_string(),
        ExprKind::This => "this".into(),
        ExprKind::Attribute { base, name } => format!("(. {} {name})", expr(m, base)),
        ExprKind::Index { base, index } => format!("([] {} {})", expr(m, base), expr(m, index)),
        ExprKind::Slice { base, lower, upper } => {
            let bound = |b: &Option<Box<Expr>>| b.as_ref().map_or("-".into(), |b| expr(m, b));
            format!("([:] {} {} {})", expr(m, base), bound(lower), bound(upper))
        }
        ExprKind::Call { callee, arguments, .. } => {
            format!("(call {}{})", expr(m, callee), joined(arguments, |a| argument(m, a)))
        }
        ExprKind::Binary { operator, left, right } => {
            format!("({operator:?} {} {})", expr(m, left), expr(m, right))
        }
        ExprKind::Unary { operator, operand } => format!("({operator:?} {})", expr(m, operand)),
        ExprKind::Compare { operator, left, right } => {
            format!("({operator:?} {} {})", expr(m, left), expr(m, right))
        }
        ExprKind::Logic { operator, left, right } => {
            format!("({operator:?} {} {})", expr(m, left), expr(m, right))
        }
        ExprKind::Conditional { test, then, otherwise } => {
            format!("(? {} {} {})", expr(m, test), expr(m, then), expr(m, otherwise))
        }
        ExprKind::Interpolation(parts) => format!("(f{})", joined(parts, |p| part(m, p))),
        ExprKind::List(elements) => {
            let elements = joined(elements, |element| match element {
                Element::One(one) => expr(m, one),
                Element::Spread(all) => format!("*{}", expr(m, all)),
            });
            format!("[{}]", elements.trim_start())
        }
        ExprKind::Dict(entries) => {
            let entries = joined(entries, |entry| match entry {
                Entry::Pair(key, value) => format!("{}:{}", expr(m, key), expr(m, value)),
                Entry::Spread(all) => format!("**{}", expr(m, all)),
            });
            format!("{{{}}}", entries.trim_start())
        }
        ExprKind::Function(id) => m.function(*id).map_or("?fn".into(), |f| function(m, f)),
        ExprKind::Class(id) => m.class(*id).map_or("?class".into(), |c| class(m, c)),
        ExprKind::Comprehension(comp) => {
            let clauses = joined(&comp.clauses, |clause| {
                let ifs = joined(&clause.conditions, |c| format!("if {}", expr(m, c)));
                format!("(for {} {}{ifs})", target(m, &clause.target), expr(m, &clause.iterable))
            });
            let value = optional(m, ":", comp.value.as_ref());
            format!("({:?} {}{value}{clauses})", comp.kind, expr(m, &comp.element))
        }
        ExprKind::Await(inner) => format!("(await {})", expr(m, inner)),
        ExprKind::Yield(value) => format!("(yield{})", optional(m, "", value.as_deref())),
        ExprKind::Assign { target: t, value } => {
            format!("(:= {} {})", target(m, t), expr(m, value))
        }
        ExprKind::Sequence(all) => format!("(,{})", joined(all, |e| expr(m, e))),
        ExprKind::ImportCall(_) | ExprKind::TaggedTemplate { .. } => "(js)".into(),
    }
}

fn constant_text(constant: &Constant) -> String {
    match constant {
        Constant::None => "None".into(),
        Constant::Bool(truth) => truth.to_string(),
        Constant::Int(number) => number.to_string(),
        Constant::Float(number) => format!("{number:?}"),
        Constant::Text(text) => format!("{text:?}"),
        Constant::Bytes(text) => format!("b{text:?}"),
        Constant::Regex { pattern, flags } => format!("/{pattern}/{flags}"),
        Constant::Ellipsis => "...".into(),
    }
}

fn argument(m: &Module, argument: &Argument) -> String {
    let stars = match argument.spread {
        Spread::No => "",
        Spread::Sequence => "*",
        Spread::Mapping => "**",
    };
    let name = argument.name.as_ref().map(|name| format!("{name}=")).unwrap_or_default();
    format!("{stars}{name}{}", expr(m, &argument.value))
}

fn part(m: &Module, part: &Part) -> String {
    match part {
        Part::Text(text) => format!("{text:?}"),
        Part::Value(value) => expr(m, value),
    }
}

fn function(m: &Module, f: &Function) -> String {
    let mut head = String::new();
    head.push_str(&joined(&f.decorators, |d| format!("@{}", expr(m, d))));
    head.push_str(if f.is_async { " async" } else { "" });
    head.push_str(if f.is_generator { " gen" } else { "" });
    let params = joined(&f.params, |p| param(m, p));
    let returns = optional(m, "->", f.returns.as_ref());
    format!("(fn {}{head} ({}){returns} [{}])", f.name, params.trim_start(), stmts(m, &f.body))
}

fn param(m: &Module, p: &Param) -> String {
    let stars = match p.kind {
        ParamKind::Positional => "",
        ParamKind::Named => "!",
        ParamKind::Rest => "*",
        ParamKind::RestNamed => "**",
    };
    let annotation = p.annotation.as_ref().map(|a| format!(":{}", expr(m, a)));
    let default = p.default.as_ref().map(|d| format!("={}", expr(m, d)));
    let (annotation, default) = (annotation.unwrap_or_default(), default.unwrap_or_default());
    format!("{stars}{}{annotation}{default}", target(m, &p.target))
}

fn class(m: &Module, c: &Class) -> String {
    let decorators = joined(&c.decorators, |d| format!("@{}", expr(m, d)));
    let bases = joined(&c.bases, |b| expr(m, b));
    let fields = joined(&c.fields, |f| {
        let annotation = optional(m, ":", f.annotation.as_ref());
        format!("(field {}{annotation}{})", f.name, optional(m, "", f.value.as_ref()))
    });
    let methods = joined(&c.methods, |method| {
        let body = m.function(method.function).map(|f| function(m, f)).unwrap_or_default();
        format!("{:?}:{body}", method.kind)
    });
    format!("(class {}{decorators} ({}){fields}{methods})", c.name, bases.trim_start())
}
