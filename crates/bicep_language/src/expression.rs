//! Expressions as texts of the template language.

use std::fmt::Write as _;

use source_text::Kind;
use tree_sitter::Node;

use crate::{
    compiler::Unit,
    imports::Foreign,
    literal::{self, Part, quoted},
    operators::{self, Expr},
    symbols::{Resource, Sort},
    tree::{children, field},
};

/// Longest text of an expression, in bytes; Resource Manager takes 24,576 characters.
pub(crate) const MAX_LENGTH: usize = 30_000;

/// Names that stand for texts: of loops, of arguments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    known: Vec<(String, String)>,
    /// Functions of the author within one another.
    depth: usize,
}

impl Names {
    pub(crate) fn with(&self, name: &str, text: String) -> Self {
        let mut names = self.clone();
        names.known.push((name.to_owned(), text));
        names
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.known.iter().rev().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

/// What a chain of members leads through.
enum Target<'u, 't> {
    Resource(&'u Resource<'t>, Option<String>),
}

impl<'t> Unit<'_, 't> {
    /// The text of an expression, without brackets.
    pub(crate) fn text(&self, node: Node<'t>, names: &Names) -> String {
        self.text_of_all(&[node], names)
    }

    /// The text of an expression of which the grammar made several.
    pub(crate) fn text_of_all(&self, nodes: &[Node<'t>], names: &Names) -> String {
        let Some(node) = nodes.first().copied() else { return open("…") };
        let Some(depth) = self.enter(node) else { return open(self.source.of(node)) };
        let text = match operators::read_all(self.source, nodes) {
            Some(expression) => self.expression(&expression, names),
            None => open(self.source.of(node)),
        };
        self.leave(depth);
        if text.len() > MAX_LENGTH { open(self.source.of(node)) } else { text }
    }

    fn expression(&self, expression: &Expr<'t>, names: &Names) -> String {
        match expression {
            Expr::Leaf(node) => self.leaf(*node, names),
            Expr::Unary("!", inner) => format!("not({})", self.expression(inner, names)),
            Expr::Unary(_, inner) => {
                let text = self.expression(inner, names);
                match text.parse::<u64>() {
                    Ok(number) => format!("-{number}"),
                    Err(_) => format!("sub(0, {text})"),
                }
            }
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.expression(left, names), self.expression(right, names));
                binary(operator, &left, &right)
            }
            Expr::Choice(condition, yes, no) => format!(
                "if({}, {}, {})",
                self.expression(condition, names),
                self.expression(yes, names),
                self.expression(no, names)
            ),
            Expr::Lambda(arguments, body) => {
                let (mut text, mut inner) = (String::from("lambda("), names.clone());
                for argument in arguments {
                    let name = self.source.of(*argument);
                    inner = inner.with(name, format!("lambdaVariables({})", quoted(name)));
                    let _ = write!(text, "{}, ", quoted(name));
                }
                let _ = write!(text, "{})", self.expression(body, &inner));
                text
            }
            Expr::Member(object, name, is_safe) => {
                self.member(object, self.source.of(*name), *is_safe, names)
            }
            Expr::Index(object, index, is_safe) => {
                let index = self.text(*index, names);
                let object = self.expression(object, names);
                if *is_safe {
                    format!("tryGet({object}, {index})")
                } else {
                    format!("{object}[{index}]")
                }
            }
            Expr::Child(..) => match self.target(expression, names) {
                Some(Target::Resource(resource, index)) => self.id(resource, index.as_deref()),
                None => open("…"),
            },
            Expr::Call(function, arguments) => self.call(function, arguments, names),
        }
    }

    fn leaf(&self, node: Node<'t>, names: &Names) -> String {
        let written = self.source.of(node);
        match node.kind() {
            "number" => written.to_owned(),
            "boolean" | "null" => format!("{written}()"),
            "string" => self.string(node, names),
            "identifier" => self.name(written, names),
            "parenthesized_expression" => match children(node).first() {
                Some(inner) => self.text(*inner, names),
                None => open(written),
            },
            "array" => self.array_text(node, names),
            "object" => self.object_text(node, names),
            "for_statement" => self.for_text(node, names),
            _ => open(written),
        }
    }

    /// A list; what is spread in it is put in its place.
    fn array_text(&self, node: Node<'t>, names: &Names) -> String {
        let (mut parts, mut items) = (Vec::new(), Vec::new());
        for item in operators::items_of(self.source, node) {
            let text = self.text_of_all(&item, names);
            if item.first().is_some_and(|first| self.is_spread(*first)) {
                parts.push(format!("createArray({})", std::mem::take(&mut items).join(", ")));
                parts.push(text);
            } else {
                items.push(text);
            }
        }
        let last = format!("createArray({})", items.join(", "));
        if parts.is_empty() { last } else { format!("concat({}, {last})", parts.join(", ")) }
    }

    /// A mapping; what is spread in it lies below what follows.
    fn object_text(&self, node: Node<'t>, names: &Names) -> String {
        let (mut parts, mut pairs) = (Vec::new(), Vec::new());
        for property in children(node) {
            let Some((key, value)) = self.property(property, names) else { continue };
            let text = self.text(value, names);
            if self.is_spread(property) {
                parts.push(format!("createObject({})", std::mem::take(&mut pairs).join(", ")));
                parts.push(text);
            } else {
                pairs.push(format!("{key}, {text}"));
            }
        }
        let last = format!("createObject({})", pairs.join(", "));
        if parts.is_empty() { last } else { format!("shallowMerge({}, {last})", parts.join(", ")) }
    }

    /// Whether a property or an item was written `...x`.
    pub(crate) fn is_spread(&self, node: Node<'_>) -> bool {
        self.rewritten.spreads.contains(&node.start_byte())
    }

    /// A loop within an expression: what `map` makes.
    fn for_text(&self, node: Node<'t>, names: &Names) -> String {
        let Some(one) = crate::symbols::loop_of(node) else { return open(self.source.of(node)) };
        let over = self.text(one.over, names);
        let Some(item) = one.item else { return open(self.source.of(node)) };
        let item = self.source.of(item);
        let mut inner = names.with(item, format!("lambdaVariables({})", quoted(item)));
        if let Some(index) = one.index {
            let index = self.source.of(index);
            inner = inner.with(index, format!("lambdaVariables({})", quoted(index)));
        }
        format!("map({over}, lambda({}, {}))", quoted(item), self.text(one.body, &inner))
    }

    /// The key of a property, as an expression, and its value.
    pub(crate) fn property(&self, node: Node<'t>, names: &Names) -> Option<(String, Node<'t>)> {
        let [key, value] = children(node).try_into().ok()?;
        let key = match key.kind() {
            "string" => self.string(key, names),
            _ => quoted(self.source.of(key).trim_end_matches('?')),
        };
        Some((key, value))
    }

    /// A text with what is put into it.
    pub(crate) fn string(&self, node: Node<'t>, names: &Names) -> String {
        let parts = literal::parts(self.source, node);
        if let Some(text) = literal::plain(self.source, node) {
            return quoted(&text);
        }
        let (mut pattern, mut values) = (String::new(), String::new());
        let mut count = 0;
        for part in parts {
            match part {
                Part::Words(words) => {
                    pattern.push_str(&words.replace('{', "{{").replace('}', "}}"));
                }
                Part::Value(value) => {
                    let _ = write!(pattern, "{{{count}}}");
                    let _ = write!(values, ", {}", self.text(value, names));
                    count += 1;
                }
            }
        }
        format!("format({}{values})", quoted(&pattern))
    }

    fn name(&self, name: &str, names: &Names) -> String {
        if let Some(text) = names.get(name) {
            return text.to_owned();
        }
        match self.symbols.known.get(name) {
            Some(Sort::Parameter) => format!("parameters({})", quoted(name)),
            Some(Sort::Variable) => {
                format!("variables({})", quoted(&format!("{}{name}", self.prefix)))
            }
            Some(Sort::Resource) => match self.symbols.find(name) {
                Some(resource) => self.id(resource, None),
                None => open(name),
            },
            None => match self.imported.variable(name) {
                Some(name) => format!("variables({})", quoted(name)),
                None => open(name),
            },
        }
    }

    /// The resource that an expression is.
    fn target<'u>(&'u self, expression: &Expr<'t>, names: &Names) -> Option<Target<'u, 't>> {
        match expression {
            Expr::Leaf(node) if node.kind() == "parenthesized_expression" => {
                let inner = operators::read(self.source, *children(*node).first()?)?;
                self.target(&inner, names)
            }
            Expr::Leaf(node) if node.kind() == "identifier" => {
                let name = self.source.of(*node);
                if names.get(name).is_some() {
                    return None;
                }
                let is_resource = self.symbols.known.get(name) == Some(&Sort::Resource);
                let found = self.symbols.find(name).filter(|_| is_resource)?;
                Some(Target::Resource(found, None))
            }
            Expr::Index(object, index, _) => match self.target(object, names)? {
                Target::Resource(found, None) if found.around.is_some() => {
                    Some(Target::Resource(found, Some(self.text(*index, names))))
                }
                Target::Resource(..) => None,
            },
            Expr::Child(object, name) => {
                let Target::Resource(found, index) = self.target(object, names)?;
                let key = format!("{}::{}", found.key, self.source.of(*name));
                Some(Target::Resource(self.symbols.find(&key)?, index))
            }
            _ => None,
        }
    }

    fn member(&self, object: &Expr<'t>, name: &str, is_safe: bool, names: &Names) -> String {
        if let Some(Target::Resource(found, index)) = self.target(object, names) {
            return self.of_resource(found, index.as_deref(), name);
        }
        if let Some(whole) = self.within_import(object, name)
            && let Some(variable) = self.imported.variable(&whole)
        {
            return format!("variables({})", quoted(variable));
        }
        // `x.properties.a` is what `reference` gives; `m.outputs.a` has its value one step below.
        if let Expr::Member(inner, of, _) = object
            && let Some(Target::Resource(found, index)) = self.target(inner, names)
        {
            let base = format!("reference({})", symbol(found, index.as_deref()));
            match self.source.of(*of) {
                "properties" if is_safe => return format!("tryGet({base}, {})", quoted(name)),
                "properties" => return format!("{base}.{name}"),
                "outputs" if found.is_module => return format!("{base}.outputs.{name}.value"),
                _ => {}
            }
        }
        let object = self.expression(object, names);
        if is_safe {
            format!("tryGet({object}, {})", quoted(name))
        } else {
            format!("{object}.{name}")
        }
    }

    fn of_resource(&self, resource: &Resource<'t>, index: Option<&str>, name: &str) -> String {
        match name {
            "id" if resource.is_module => symbol(resource, index),
            "id" => self.id(resource, index),
            "name" => {
                let parts = self.segments(resource, index, 0);
                parts.last().cloned().unwrap_or_else(|| open("name"))
            }
            "type" => quoted(&resource.type_),
            "apiVersion" => quoted(&resource.version),
            "properties" => format!("reference({})", symbol(resource, index)),
            "outputs" => format!("reference({}).outputs", symbol(resource, index)),
            "identity" | "principalId" => full(resource, index, name),
            _ => {
                let written = self.top(resource, name);
                match written.filter(|_| index.is_none() && resource.around.is_none()) {
                    Some(value) => self.text(value, &Names::default()),
                    None => full(resource, index, name),
                }
            }
        }
    }

    /// `name.member` when the name stands for all that another file gives.
    fn within_import(&self, object: &Expr<'t>, member: &str) -> Option<String> {
        let Expr::Leaf(node) = object else { return None };
        let name = self.source.of(*node);
        let is_it = !self.symbols.known.contains_key(name) && self.imported.is_whole(name);
        is_it.then(|| format!("{name}.{member}"))
    }

    fn call(&self, function: &Expr<'t>, arguments: &[Node<'t>], names: &Names) -> String {
        let mut texts: Vec<String> = Vec::new();
        let name = match function {
            Expr::Leaf(node) => self.source.of(*node),
            Expr::Member(object, name, _) => {
                let name = self.source.of(*name);
                if let Some(Target::Resource(found, index)) = self.target(object, names) {
                    texts.push(self.id(found, index.as_deref()));
                    if name.starts_with("list") {
                        texts.push(quoted(&found.version));
                    }
                } else if let Some(whole) = self.within_import(object, name)
                    && let Some(foreign) = self.imported.functions.get(&whole)
                {
                    let arguments: Vec<String> =
                        arguments.iter().map(|argument| self.text(*argument, names)).collect();
                    return foreign.called(&arguments);
                } else if !is_namespace(object, self) {
                    return open(name);
                }
                name
            }
            _ => return open("…"),
        };
        if let Some(declared) = self.symbols.functions.get(name) {
            return self.own_function(*declared, arguments, names);
        }
        if let Some(foreign) = self.imported.functions.get(name) {
            let arguments: Vec<String> =
                arguments.iter().map(|argument| self.text(*argument, names)).collect();
            return foreign.called(&arguments);
        }
        if let Some(node) = self.loaded(name, arguments) {
            return literal_text(&node);
        }
        if name == "any"
            && let [only] = arguments
        {
            return self.text(*only, names);
        }
        let is_list = name.starts_with("list") && texts.len() == 2;
        // `x.listKeys('2022-01-01')` names its own version.
        if is_list && !arguments.is_empty() {
            texts.pop();
        }
        texts.extend(arguments.iter().map(|argument| self.text(*argument, names)));
        format!("{name}({})", texts.join(", "))
    }

    /// The functions of the file, each with marks where its arguments go.
    pub(crate) fn as_foreign(&self) -> Vec<(String, Foreign)> {
        let made = self.symbols.functions.iter().map(|(name, declared)| {
            let parameters = crate::tree::child_of(*declared, "parameters");
            let mut inner = Names { known: Vec::new(), depth: 1 };
            for (at, parameter) in parameters.map(children).into_iter().flatten().enumerate() {
                if let Some(name) = children(parameter).into_iter().next() {
                    inner.known.push((self.source.of(name).to_owned(), Foreign::mark(at)));
                }
            }
            let body = children(*declared).into_iter().last();
            let text = body.map_or_else(|| open("…"), |body| self.text(body, &inner));
            (name.clone(), Foreign { text })
        });
        made.collect()
    }

    /// The body of a function of the author, with the arguments put in.
    fn own_function(&self, declared: Node<'t>, arguments: &[Node<'t>], names: &Names) -> String {
        const MAX_DEPTH: usize = 8;
        let body = children(declared).into_iter().last();
        let parameters = crate::tree::child_of(declared, "parameters");
        let (Some(body), Some(parameters)) = (body, parameters) else { return open("…") };
        if names.depth >= MAX_DEPTH
            || Some(body.id()) == field(declared, "returns").map(|it| it.id())
        {
            return open(self.source.of(body));
        }
        let mut inner = Names { known: Vec::new(), depth: names.depth + 1 };
        for (parameter, argument) in children(parameters).into_iter().zip(arguments) {
            let Some(name) = children(parameter).into_iter().next() else { continue };
            inner.known.push((self.source.of(name).to_owned(), self.text(*argument, names)));
        }
        self.text(body, &inner)
    }
}

/// `format('key[{0}]', index)` or `'key'`: the symbolic name of a resource.
fn symbol(resource: &Resource<'_>, index: Option<&str>) -> String {
    match index {
        Some(index) => {
            let pattern = format!("{}[{{0}}]", resource.key);
            format!("format({}, {index})", quoted(&pattern))
        }
        None => quoted(&resource.key),
    }
}

fn full(resource: &Resource<'_>, index: Option<&str>, name: &str) -> String {
    let version = quoted(&resource.version);
    format!("reference({}, {version}, 'full').{name}", symbol(resource, index))
}

/// `az.` and `sys.` before the name of a function.
fn is_namespace(object: &Expr<'_>, unit: &Unit<'_, '_>) -> bool {
    matches!(object, Expr::Leaf(node) if matches!(unit.source.of(*node), "az" | "sys"))
}

fn binary(operator: &str, left: &str, right: &str) -> String {
    let name = match operator {
        "+" => "add",
        "-" => "sub",
        "*" => "mul",
        "/" => "div",
        "%" => "mod",
        "&&" => "and",
        "||" => "or",
        "??" => "coalesce",
        ">" => "greater",
        ">=" => "greaterOrEquals",
        "<" => "less",
        "<=" => "lessOrEquals",
        "==" => "equals",
        "!=" => return format!("not(equals({left}, {right}))"),
        "=~" => return format!("equals(toLower({left}), toLower({right}))"),
        "!~" => return format!("not(equals(toLower({left}), toLower({right})))"),
        _ => return open("…"),
    };
    format!("{name}({left}, {right})")
}

/// What is not compiled: a function that no evaluator knows, with the source in it.
pub(crate) fn open(written: &str) -> String {
    const MAX_WORDS: usize = 200;
    let words: String = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let words: String = words.chars().take(MAX_WORDS).collect();
    format!("bicep({})", quoted(&words))
}

/// A value that was read from a file, as an expression.
fn literal_text(node: &source_text::Node) -> String {
    match &node.kind {
        Kind::Null => "null()".to_owned(),
        Kind::Bool(value) => format!("{value}()"),
        Kind::Number(number) => number.to_string(),
        Kind::Text(text) => quoted(text),
        Kind::List(items) => {
            let items: Vec<String> = items.iter().map(literal_text).collect();
            format!("createArray({})", items.join(", "))
        }
        Kind::Map(map) => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}, {}", quoted(key), literal_text(value)))
                .collect();
            format!("createObject({})", pairs.join(", "))
        }
        Kind::Tagged(_, inner) => literal_text(inner),
    }
}
