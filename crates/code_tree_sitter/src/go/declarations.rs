//! What stands at package level, and functions.

use code_ir::{
    Expr, ExprKind, Function, FunctionId, Import, ImportKind, Method, MethodKind, Name, Param,
    ParamKind, SmolStr, Span, Stmt, StmtKind, Target,
};
use tree_sitter::Node;

use super::Go;
use crate::context::{assign, declare, list, shared, span};
use crate::tree::{child_of, children, field, fields, first};

impl Go<'_> {
    pub(super) fn top_level(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        match node.kind() {
            "package_clause" => {
                let name = first(node).map_or("", |name| self.context.text(name));
                self.context.module.package = name.into();
            }
            "import_declaration" => {
                for spec in children(node) {
                    if spec.kind() == "import_spec_list" {
                        for spec in children(spec) {
                            out.extend(self.import(spec));
                        }
                    } else {
                        out.extend(self.import(spec));
                    }
                }
            }
            "function_declaration" => {
                let Some(name) = field(node, "name") else { return };
                let text = self.context.text(name);
                let id = self.function(node, None);
                let value = Expr::new(ExprKind::Function(id), span(node));
                if text == "init" {
                    // There may be several, nobody calls them, and they run when the program starts.
                    let call = Expr::call(value, Vec::new(), span(node));
                    self.inits.push(Stmt::new(StmtKind::Expr(call), span(node)));
                } else if text != "_" {
                    out.push(assign(Target::name(text, span(name)), value, span(node)));
                }
            }
            "method_declaration" => self.method(node),
            "ERROR" => {
                for inner in children(node) {
                    self.top_level(inner, out);
                }
            }
            _ => self.statement(node, out),
        }
    }

    fn import(&mut self, spec: Node<'_>) -> Option<Stmt> {
        let path = field(spec, "path")?;
        let path = self.text_literal(path);
        let module = path.as_text()?.clone();
        let kind = match field(spec, "name") {
            None => ImportKind::Whole(Name::new(package_name(&module))),
            Some(name) => match self.context.text(name) {
                "." => ImportKind::Star,
                "_" => ImportKind::Effect,
                name => ImportKind::Whole(Name::new(name)),
            },
        };
        Some(Stmt::new(StmtKind::Import(Import { module, level: 0, kind }), span(spec)))
    }

    fn method(&mut self, node: Node<'_>) {
        let (Some(name), Some(receiver)) = (field(node, "name"), field(node, "receiver")) else {
            return;
        };
        let of = first(receiver).and_then(|param| field(param, "type"));
        let class = of.map(|of| self.type_of(of));
        let class = class.as_ref().and_then(Expr::dotted).and_then(|path| path.last().copied());
        let Some(class) = class.cloned() else { return };
        let class = self.class_named(&class);
        let function = self.function(node, Some(receiver));
        if let Some(function) = self.context.module.functions.get_mut(function.0 as usize) {
            function.class = Some(class);
        }
        let name = self.context.text(name).into();
        self.context.with_class(class, |class| {
            class.methods.push(Method { name, function, kind: MethodKind::Instance });
        });
    }

    /// A function, method or function literal.
    pub(super) fn function(&mut self, node: Node<'_>, receiver: Option<Node<'_>>) -> FunctionId {
        let place = self.context.enter_function(false);
        let mut params = Vec::new();
        for part in [receiver, field(node, "parameters")].into_iter().flatten() {
            self.params(part, &mut params);
        }
        let result = field(node, "result");
        let returns = result.map(|result| self.type_of(result));
        let mut body = Vec::new();
        let mut named = Vec::new();
        if let Some(result) = result.filter(|result| result.kind() == "parameter_list") {
            for param in children(result) {
                let of = field(param, "type").map(|of| self.type_of(of));
                for name in fields(param, "name") {
                    let text = self.context.text(name);
                    if text == "_" {
                        continue;
                    }
                    let target = self.new_variable(text, span(name));
                    if let Target::Name(name, at) = &target {
                        named.push((name.text.clone(), *at));
                    }
                    body.push(declare(target, shared(of.as_ref()), None, span(name)));
                }
            }
        }
        self.results.push(named);
        if let Some(block) = field(node, "body") {
            self.statements(block, &mut body);
        }
        self.results.pop();
        let name = field(node, "name");
        let function = Function {
            name: name.map_or_else(SmolStr::default, |name| self.context.text(name).into()),
            params,
            body,
            returns,
            span: span(node),
            name_span: name.map_or_else(Span::default, span),
            ..Function::default()
        };
        self.context.leave_function(place, function)
    }

    fn params(&mut self, parameters: Node<'_>, out: &mut Vec<Param>) {
        for param in children(parameters) {
            let kind = match param.kind() {
                "variadic_parameter_declaration" => ParamKind::Rest,
                "parameter_declaration" => ParamKind::Positional,
                _ => continue,
            };
            let annotation = field(param, "type").map(|of| self.type_of(of));
            let names = fields(param, "name");
            let mut targets: Vec<Target> = Vec::new();
            for name in &names {
                let text = self.context.text(*name);
                if text == "_" {
                    targets.push(Target::Ignore);
                } else {
                    self.context.scopes.declare_parameter(text);
                    targets.push(Target::name(text, span(*name)));
                }
            }
            if names.is_empty() {
                targets.push(Target::Ignore);
            }
            out.extend(targets.into_iter().map(|target| Param {
                kind,
                annotation: shared(annotation.as_ref()),
                ..Param::plain(target)
            }));
        }
    }

    /// `var a, b T = x, y` and `const`, single or in brackets.
    pub(super) fn variables(&mut self, node: Node<'_>, out: &mut Vec<Stmt>) {
        let specs = child_of(node, "var_spec_list").unwrap_or(node);
        for spec in children(specs) {
            if !matches!(spec.kind(), "var_spec" | "const_spec") {
                continue;
            }
            let annotation = field(spec, "type").map(|of| self.type_of(of));
            let values = field(spec, "value").map(|values| self.values(values));
            let names = fields(spec, "name");
            let targets: Vec<Target> = names
                .iter()
                .map(|name| self.new_variable(self.context.text(*name), span(*name)))
                .collect();
            let at = span(spec);
            match values {
                None => out.extend(
                    targets
                        .into_iter()
                        .map(|target| declare(target, shared(annotation.as_ref()), None, at)),
                ),
                Some(values) if values.len() == targets.len() => {
                    out.extend(targets.into_iter().zip(values).map(|(target, value)| {
                        declare(target, shared(annotation.as_ref()), Some(value), at)
                    }));
                }
                Some(mut values) => {
                    let value = if values.len() == 1 { values.pop() } else { None };
                    let value = value.unwrap_or_else(|| list(values, at));
                    let value = pair_of(value, targets.len(), at);
                    out.push(declare(Target::Sequence(targets), annotation, Some(value), at));
                }
            }
        }
    }
}

/// What two variables get from one value that is no call: the value, and whether it was there.
pub(super) fn pair_of(value: Expr, targets: usize, at: Span) -> Expr {
    if targets == 2
        && !matches!(value.kind, ExprKind::Call { .. } | ExprKind::List(_) | ExprKind::Unknown)
    {
        return list(vec![value, crate::context::unknown(at)], at);
    }
    value
}

/// The name of the package behind a path: the last part that is no version, without what cannot be
/// part of a name.
fn package_name(path: &str) -> SmolStr {
    let mut parts = path.rsplit('/');
    let mut name = parts.next().unwrap_or(path);
    let is_version = name.strip_prefix('v').is_some_and(|version| {
        !version.is_empty() && version.bytes().all(|digit| digit.is_ascii_digit())
    });
    if is_version && let Some(before) = parts.next() {
        name = before;
    }
    // `gopkg.in/yaml.v3`; `github.com/mattn/go-sqlite3` is package `sqlite3`.
    let name = name.split('.').next().unwrap_or(name);
    let name = name.strip_prefix("go-").unwrap_or(name);
    name.strip_suffix("-go").unwrap_or(name).into()
}

#[cfg(test)]
mod tests {
    use super::package_name;

    #[test]
    fn versions_are_no_names_of_packages() {
        for (path, name) in [
            ("fmt", "fmt"),
            ("database/sql", "sql"),
            ("github.com/aws/aws-sdk-go-v2/service/s3", "s3"),
            ("github.com/go-redis/redis/v8", "redis"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/mattn/go-sqlite3", "sqlite3"),
            ("v2", "v2"),
        ] {
            assert_eq!(package_name(path), name, "{path}");
        }
    }
}
