//! Routes of Powertools' event handler, and the models that their bodies are checked against.

use std::collections::BTreeMap;

use code_ir::{
    Argument, Constant, Element, Expr, ExprKind, Function, Param, exprs_of, walk_expr, walk_stmts,
};
use code_program::ModuleId;
use serde_json::{Value, json};

use crate::Subject;
use crate::annotation::{last_word, members};
use crate::call::argument;
use crate::emit;
use crate::model::call_of;
use crate::names::{At, Meaning};
use crate::shape::Shape;
use crate::walk::{Frame, Walk};

/// Methods of a resolver that add a route.
const VERBS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "route"];

/// A route as the code adds it.
struct Route<'p> {
    method: String,
    path: String,
    module: ModuleId,
    function: &'p Function,
    decorator: &'p Expr,
    /// Whether its own words turn checks on or off.
    is_checked: Option<bool>,
}

/// What the body of a route must be.
enum Body {
    /// Nothing is said.
    Free,
    Shape(Box<Shape>, String),
    /// Something is said that is not understood.
    Unknown(&'static str),
}

/// Whether a class of Powertools answers requests of HTTP.
pub(crate) fn is_resolver(path: &str) -> bool {
    path.starts_with("aws_lambda_powertools.event_handler.")
        && matches!(
            last_word(path),
            "APIGatewayRestResolver"
                | "APIGatewayHttpResolver"
                | "ApiGatewayResolver"
                | "LambdaFunctionUrlResolver"
                | "ALBResolver"
                | "VPCLatticeResolver"
                | "VPCLatticeV2Resolver"
        )
}

fn is_router(path: &str) -> bool {
    path.starts_with("aws_lambda_powertools.event_handler.") && last_word(path).ends_with("Router")
}

impl<'p> Walk<'_, 'p> {
    /// The routes of the resolver that is made by `made`, when it checks bodies.
    pub(crate) fn routes(
        &mut self,
        frame: &Frame,
        call: &'p Expr,
        made: &'p Expr,
        words: &'p [Argument],
    ) {
        self.checks += 1;
        let checks = match argument(words, "enable_validation", usize::MAX - 1).map(|it| &it.kind) {
            Some(ExprKind::Constant(Constant::Bool(checks))) => *checks,
            None => false,
            Some(_) => return,
        };
        let reads_otherwise = words
            .iter()
            .any(|it| it.name.is_none() || it.name.as_deref() == Some("json_deserializer"));
        let mut all = Vec::new();
        let mut is_known = true;
        self.collect(made, "", &mut all, &mut is_known, 0);
        if !all.iter().any(|it| it.is_checked.unwrap_or(checks)) {
            return;
        }
        let why = if !frame.is_sure {
            "not every event comes here"
        } else if self.is_changed {
            "the event may be changed before"
        } else if reads_otherwise || !is_known {
            "not all that decides on them is known"
        } else {
            ""
        };
        if !why.is_empty() {
            let words =
                format!("`{}`: no schemas of its routes, {why}", self.excerpt(frame.at, call));
            return self.note(frame.at, call.span, words);
        }
        self.give_routes(&all, checks);
    }

    /// Routes that are added to a resolver or router.
    fn collect(
        &self,
        made: &'p Expr,
        prefix: &str,
        all: &mut Vec<Route<'p>>,
        is_known: &mut bool,
        depth: u32,
    ) {
        let names = &self.models.names;
        let is_it = |at: At, expr: &'p Expr| matches!(names.meaning(at, expr), Meaning::Value(_, value) if std::ptr::eq(value, made));
        for module in self.modules {
            let Some(tree) = names.program.module(*module) else { continue };
            for function in &tree.functions {
                let at = At { module: *module, function: function.parent.unwrap_or_default() };
                for decorator in &function.decorators {
                    let (callee, arguments) = call_of(decorator);
                    let ExprKind::Attribute { base, name } = &callee.kind else { continue };
                    if VERBS.contains(&name.as_str()) && is_it(at, base) {
                        match routes_of(name, arguments, prefix) {
                            Some(routes) => {
                                all.extend(routes.into_iter().map(|(method, path)| Route {
                                    method,
                                    path,
                                    module: *module,
                                    function,
                                    decorator,
                                    is_checked: checked(arguments),
                                }));
                            }
                            None => *is_known = false,
                        }
                    }
                }
            }
            for (index, function) in (0_u32..).zip(&tree.functions) {
                let at = At { module: *module, function: code_ir::FunctionId(index) };
                walk_stmts(&function.body, &mut |stmt| {
                    exprs_of(stmt, &mut |expr| {
                        walk_expr(expr, &mut |inner| {
                            let ExprKind::Call { callee, arguments, .. } = &inner.kind else {
                                return;
                            };
                            let ExprKind::Attribute { base, name } = &callee.kind else { return };
                            if VERBS.contains(&name.as_str()) && is_it(at, base) {
                                // Added without a decorator.
                                *is_known = false;
                            }
                            if name == "include_router" && is_it(at, base) {
                                *is_known &= self.included(at, arguments, prefix, all, depth);
                            }
                        });
                    });
                });
            }
        }
    }

    fn included(
        &self,
        at: At,
        arguments: &'p [Argument],
        prefix: &str,
        all: &mut Vec<Route<'p>>,
        depth: u32,
    ) -> bool {
        let Some(router) = argument(arguments, "router", 0) else { return false };
        let added = match argument(arguments, "prefix", 1) {
            Some(prefix) => match self.models.names.value(at, prefix).1.as_text() {
                Some(text) => text.to_string(),
                None => return false,
            },
            None => String::new(),
        };
        let Meaning::Value(there, made) = self.models.names.meaning(at, router) else {
            return false;
        };
        let ExprKind::Call { callee, .. } = &made.kind else { return false };
        let path = self.models.names.library(there, callee);
        if depth > 3 || !path.is_some_and(|path| is_router(&path)) {
            return false;
        }
        let mut is_known = true;
        self.collect(made, &format!("{prefix}{added}"), all, &mut is_known, depth + 1);
        is_known
    }

    fn give_routes(&mut self, all: &[Route<'p>], checks: bool) {
        let mut bodies: BTreeMap<(&str, &str), Vec<(usize, Body)>> = BTreeMap::new();
        for (index, route) in all.iter().enumerate() {
            let is_checked = route.is_checked.unwrap_or(checks);
            let body = if is_checked { self.body_of(route) } else { Body::Free };
            bodies.entry((&route.method, &route.path)).or_default().push((index, body));
        }
        // Paths without parameters come first, there and here.
        let mut order: Vec<_> = bodies.into_iter().collect();
        order.sort_by_key(|((method, path), _)| (path.contains('{'), *method, *path));
        let places: Vec<(&str, &str)> = order.iter().map(|(key, _)| *key).collect();
        for ((method, path), mut found) in order {
            let (Some((index, body)), true) = (found.pop(), found.is_empty()) else { continue };
            let Some(route) = all.get(index) else { continue };
            let at = At::top(route.module);
            let label = format!("{method} {path}");
            let overlaps = places.iter().any(|(other, its)| {
                *other == method && *its != path && may_be_same(its, path) && path.contains('{')
            });
            let why = match body {
                Body::Free => continue,
                Body::Unknown(why) => why,
                Body::Shape(..) if overlaps => "another route may be the one that is meant",
                Body::Shape(shape, name) => {
                    let schema = with_first(&shape, shape.to_schema(self.models.library));
                    let datum = crate::datum::Datum::of(&[
                        crate::datum::key("body"),
                        crate::datum::Step::Json,
                    ]);
                    match emit::schema(&datum, schema) {
                        Ok((_, schema)) => {
                            let by = self.excerpt(at, route.decorator);
                            let subject = Subject::Route(label);
                            self.give(at, route.decorator.span, subject, schema, name, by);
                            continue;
                        }
                        Err(why) => why,
                    }
                }
            };
            let words = format!("`{label}`: no schema of its body, {why}");
            self.note(at, route.decorator.span, words);
        }
    }

    /// What the parameters of the function of a route say of the body.
    fn body_of(&self, route: &Route<'p>) -> Body {
        let mut found: Option<(Shape, String)> = None;
        let at = At { module: route.module, function: route.function.parent.unwrap_or_default() };
        for param in &route.function.params {
            let Some(name) = param.name() else { return Body::Unknown("a parameter is not known") };
            if route.path.contains(&format!("{{{name}}}")) {
                continue;
            }
            match self.param(at, param) {
                Place::Elsewhere => {}
                Place::Unknown => {
                    return Body::Unknown("it is not known whether a parameter is the body");
                }
                Place::Body(_) if found.is_some() => {
                    return Body::Unknown("several parameters are parts of it");
                }
                Place::Body(_) if param.default.is_some() => {
                    return Body::Unknown("it may be left out");
                }
                Place::Body(declared) => {
                    let shape = self.models.shape(at, None, declared);
                    found = Some((shape, self.excerpt(at, declared)));
                }
            }
        }
        found.map_or(Body::Free, |(shape, name)| Body::Shape(Box::new(shape), name))
    }

    /// Where a parameter of a route comes from.
    fn param(&self, at: At, param: &'p Param) -> Place<'p> {
        let declared = param.decorators.first().or(param.annotation.as_ref());
        let Some(declared) = declared else { return Place::Elsewhere };
        let names = &self.models.names;
        if let ExprKind::Index { base, index } = &declared.kind {
            let word = names.library(at, base);
            match word.as_deref().map(last_word) {
                Some("Annotated") => return self.annotated(at, declared, index),
                Some("List") => {}
                _ if matches!(names.meaning(at, base), Meaning::Builtin(name) if name == "list") => {
                }
                _ => return Place::Unknown,
            }
            let is_of_models = members(index).first().is_some_and(|it| self.is_class(at, it));
            return if is_of_models { Place::Body(declared) } else { Place::Unknown };
        }
        if self.is_class(at, declared) {
            return Place::Body(declared);
        }
        match names.meaning(at, declared) {
            Meaning::Builtin(name) if matches!(name.as_str(), "str" | "int" | "float" | "bool") => {
                Place::Elsewhere
            }
            Meaning::Library(path)
                if path.starts_with("datetime.")
                    || path == "uuid.UUID"
                    || path == "decimal.Decimal"
                    || last_word(&path) == "EmailStr" =>
            {
                Place::Elsewhere
            }
            _ => Place::Unknown,
        }
    }

    /// `Annotated[Order, Body()]`, `Annotated[str, Query()]`.
    fn annotated(&self, at: At, declared: &'p Expr, index: &'p Expr) -> Place<'p> {
        let members = members(index);
        let mut place = match members.first() {
            Some(first) if self.is_class(at, first) => Place::Body(declared),
            Some(_) => Place::Unknown,
            None => return Place::Unknown,
        };
        for word in members.iter().skip(1) {
            let (callee, arguments) = call_of(word);
            let path = self.models.names.library(at, callee).unwrap_or_default();
            match last_word(&path) {
                "Body" => {
                    let is_whole = arguments.iter().all(|it| {
                        matches!(
                            it.name.as_deref(),
                            Some("title" | "description" | "examples" | "embed")
                        ) && (it.name.as_deref() != Some("embed") || is_false(&it.value))
                    });
                    place = if is_whole { Place::Body(declared) } else { Place::Unknown };
                }
                "Query" | "Path" | "Header" | "Cookie" => return Place::Elsewhere,
                "Form" | "File" | "Depends" => return Place::Unknown,
                _ => {}
            }
        }
        place
    }

    /// Whether a type is a model or data class of the program.
    fn is_class(&self, at: At, expr: &'p Expr) -> bool {
        match self.models.names.meaning(at, expr) {
            Meaning::Class(module, id) => {
                let class = self.models.names.program.class(module, id);
                class.is_some_and(|class| self.models.is_named_body(module, class))
            }
            _ => false,
        }
    }
}

/// Where a parameter comes from.
enum Place<'p> {
    Body(&'p Expr),
    /// The path, the query, a header.
    Elsewhere,
    Unknown,
}

/// Where no list is meant, Powertools takes the first of one.
fn with_first(shape: &Shape, schema: Value) -> Value {
    if matches!(shape, Shape::List { .. }) || emit::says_nothing(&schema) {
        return schema;
    }
    let first = json!({"type": "array", "minItems": 1, "prefixItems": [schema]});
    json!({"anyOf": [schema, first]})
}

fn is_false(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Constant(Constant::Bool(false)))
}

/// `enable_validation=…` of one route.
fn checked(arguments: &[Argument]) -> Option<bool> {
    match argument(arguments, "enable_validation", usize::MAX - 1).map(|it| &it.kind) {
        Some(ExprKind::Constant(Constant::Bool(checks))) => Some(*checks),
        // Not known: not checked.
        Some(ExprKind::Constant(Constant::None)) | None => None,
        Some(_) => Some(false),
    }
}

/// Methods and paths that a decorator adds; `None` where they are not known.
fn routes_of(verb: &str, arguments: &[Argument], prefix: &str) -> Option<Vec<(String, String)>> {
    let rule = argument(arguments, "rule", 0)?.as_text()?;
    let rule = if rule == "/" && !prefix.is_empty() {
        prefix.to_owned()
    } else {
        format!("{prefix}{rule}")
    };
    let path = template(&rule)?;
    let methods = match verb {
        "route" => match argument(arguments, "method", 1).map(|it| &it.kind) {
            Some(ExprKind::List(elements)) => {
                let one = |element: &Element| match element {
                    Element::One(expr) => expr.as_text().map(|it| it.to_ascii_uppercase()),
                    Element::Spread(_) => None,
                };
                elements.iter().map(one).collect::<Option<Vec<_>>>()?
            }
            Some(ExprKind::Constant(Constant::Text(text))) => vec![text.to_ascii_uppercase()],
            None => vec!["GET".to_owned()],
            Some(_) => return None,
        },
        verb => vec![verb.to_ascii_uppercase()],
    };
    Some(methods.into_iter().map(|method| (method, path.clone())).collect())
}

/// `/todos/<id>` as `/todos/{id}`; `None` where it is a pattern of another kind.
fn template(rule: &str) -> Option<String> {
    let parts = rule.split('/').map(|part| {
        let name = part.strip_prefix('<').and_then(|it| it.strip_suffix('>'));
        let is_plain = |text: &str, more: &str| {
            text.chars().all(|it| it.is_ascii_alphanumeric() || more.contains(it))
        };
        match name {
            Some(name) if is_plain(name, "_") && !name.is_empty() => Some(format!("{{{name}}}")),
            None if is_plain(part, "-_~") => Some(part.to_owned()),
            _ => None,
        }
    });
    let path = parts.collect::<Option<Vec<_>>>()?.join("/");
    path.starts_with('/').then_some(path)
}

/// Whether a path may fit both.
fn may_be_same(one: &str, other: &str) -> bool {
    let parts =
        |path: &str| path.trim_end_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(one), parts(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(a, b)| a == b || a.starts_with('{') || b.starts_with('{'))
}

#[cfg(test)]
mod tests {
    use super::{may_be_same, template};

    #[test]
    fn rules_become_paths_of_routes() {
        assert_eq!(template("/todos/<todo_id>/x-y").as_deref(), Some("/todos/{todo_id}/x-y"));
        for rule in ["/a.b", "/<a>-<b>", "/.+", "todos", "/<a/b>"] {
            assert_eq!(template(rule), None, "{rule}");
        }
    }

    #[test]
    fn parameters_may_be_any_part() {
        assert!(may_be_same("/a/{b}", "/a/c") && may_be_same("/{x}/c", "/a/{b}"));
        assert!(!may_be_same("/a/{b}", "/b/{b}") && !may_be_same("/a/{b}", "/a"));
    }
}
