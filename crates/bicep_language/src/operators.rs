//! Expressions with the precedence of the language.
//!
//! The grammar reads `a == b.c` as `(a == b).c`. So the tree of each expression is laid out flat, in
//! the order of the source, and read again.

use tree_sitter::Node;

use crate::tree::{Text, children, field, has};

/// Items of one expression at most, brackets not counted.
const MAX_ITEMS: usize = 2_000;
/// Deepest nesting of operators.
const MAX_DEPTH: usize = 64;

/// An expression.
#[derive(Clone, Debug)]
pub(crate) enum Expr<'t> {
    /// A name, literal, list, mapping, or expression in brackets.
    Leaf(Node<'t>),
    /// `a.b`; true for `a.?b`.
    Member(Box<Expr<'t>>, Node<'t>, bool),
    /// `a[b]`; true for `a[?b]`.
    Index(Box<Expr<'t>>, Node<'t>, bool),
    /// `a::b`.
    Child(Box<Expr<'t>>, Node<'t>),
    /// `a(b, c)`.
    Call(Box<Expr<'t>>, Vec<Node<'t>>),
    Unary(&'t str, Box<Expr<'t>>),
    Binary(&'t str, Box<Expr<'t>>, Box<Expr<'t>>),
    Choice(Box<Expr<'t>>, Box<Expr<'t>>, Box<Expr<'t>>),
    /// Names of the arguments, and the body.
    Lambda(Vec<Node<'t>>, Box<Expr<'t>>),
}

enum Item<'t> {
    Operand(Expr<'t>),
    Prefix(&'t str),
    Infix(&'t str),
    Question,
    Colon,
    Arrow,
}

/// Reads the tree of an expression; `None` when it is too large or has no sense.
pub(crate) fn read<'t>(source: Text<'t>, node: Node<'t>) -> Option<Expr<'t>> {
    read_all(source, &[node])
}

/// Reads an expression of which the grammar made several: in lists, `f().x` is `f` and `().x`.
pub(crate) fn read_all<'t>(source: Text<'t>, nodes: &[Node<'t>]) -> Option<Expr<'t>> {
    let mut items = Vec::new();
    for node in nodes {
        flatten(source, *node, &mut items)?;
    }
    let mut reader = Reader { items: items.into_iter().rev().collect() };
    let expression = reader.choice(0)?;
    reader.items.is_empty().then_some(expression)
}

fn flatten<'t>(source: Text<'t>, node: Node<'t>, items: &mut Vec<Item<'t>>) -> Option<()> {
    if items.len() > MAX_ITEMS {
        return None;
    }
    match node.kind() {
        "binary_expression" => {
            flatten(source, field(node, "left")?, items)?;
            items.push(Item::Infix(source.of(field(node, "operator")?)));
            flatten(source, field(node, "right")?, items)
        }
        "unary_expression" => {
            items.push(Item::Prefix(source.of(field(node, "operator")?)));
            flatten(source, field(node, "argument")?, items)
        }
        "ternary_expression" => {
            flatten(source, field(node, "condition")?, items)?;
            items.push(Item::Question);
            flatten(source, field(node, "consequence")?, items)?;
            items.push(Item::Colon);
            flatten(source, field(node, "alternative")?, items)
        }
        "lambda_expression" => {
            let [left, right] = children(node).try_into().ok()?;
            flatten(source, left, items)?;
            items.push(Item::Arrow);
            flatten(source, right, items)
        }
        "member_expression" => {
            flatten(source, field(node, "object")?, items)?;
            let name = field(node, "property")?;
            let is_safe = has(node, ".?");
            behind(items, |it| Expr::Member(it, name, is_safe))
        }
        "subscript_expression" => {
            flatten(source, field(node, "object")?, items)?;
            let index = field(node, "index")?;
            let is_safe = has(node, "?");
            behind(items, |it| Expr::Index(it, index, is_safe))
        }
        "resource_expression" => {
            flatten(source, field(node, "object")?, items)?;
            let name = field(node, "resource")?;
            behind(items, |it| Expr::Child(it, name))
        }
        "call_expression" => {
            flatten(source, field(node, "function")?, items)?;
            let arguments = children(field(node, "arguments")?);
            behind(items, |it| Expr::Call(it, arguments))
        }
        "nullable_type" => flatten(source, children(node).into_iter().next()?, items),
        kind => {
            if kind == "parenthesized_expression" && matches!(items.last(), Some(Item::Operand(_)))
            {
                return behind(items, |it| Expr::Call(it, children(node)));
            }
            items.push(Item::Operand(Expr::Leaf(node)));
            Some(())
        }
    }
}

/// The items of a list; of one that the grammar took for several, the parts.
pub(crate) fn items_of<'t>(source: Text<'_>, list: Node<'t>) -> Vec<Vec<Node<'t>>> {
    let mut items: Vec<Vec<Node<'t>>> = Vec::new();
    for child in children(list) {
        let last = items.last().and_then(|item| item.last());
        let between = last.and_then(|last| source.text.get(last.end_byte()..child.start_byte()));
        match items.last_mut() {
            // Items stand on lines of their own, or have commas between them.
            Some(item) if between == Some("") => item.push(child),
            _ => items.push(vec![child]),
        }
    }
    items
}

/// Wraps the operand that stands last.
fn behind<'t>(items: &mut [Item<'t>], wrap: impl FnOnce(Box<Expr<'t>>) -> Expr<'t>) -> Option<()> {
    let last = items.last_mut()?;
    let Item::Operand(operand) = last else { return None };
    let Expr::Leaf(node) = *operand else {
        let inner = operand.clone();
        *operand = wrap(Box::new(inner));
        return Some(());
    };
    *operand = wrap(Box::new(Expr::Leaf(node)));
    Some(())
}

/// Operators that bind the less, the earlier they stand.
const LEVELS: [&[&str]; 7] = [
    &["??"],
    &["||"],
    &["&&"],
    &["==", "!=", "=~", "!~"],
    &["<", "<=", ">", ">="],
    &["+", "-"],
    &["*", "/", "%"],
];

struct Reader<'t> {
    /// What is left, the next last.
    items: Vec<Item<'t>>,
}

impl<'t> Reader<'t> {
    fn choice(&mut self, depth: usize) -> Option<Expr<'t>> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.is_lambda() {
            let Some(Item::Operand(Expr::Leaf(node))) = self.items.pop() else { return None };
            self.items.pop();
            let names = match node.kind() {
                "parenthesized_expression" | "arguments" => children(node),
                _ => vec![node],
            };
            return Some(Expr::Lambda(names, Box::new(self.choice(depth + 1)?)));
        }
        let condition = self.level(0, depth)?;
        if !matches!(self.items.last(), Some(Item::Question)) {
            return Some(condition);
        }
        self.items.pop();
        let yes = self.choice(depth + 1)?;
        let Some(Item::Colon) = self.items.pop() else { return None };
        let no = self.choice(depth + 1)?;
        Some(Expr::Choice(Box::new(condition), Box::new(yes), Box::new(no)))
    }

    fn is_lambda(&self) -> bool {
        let mut next = self.items.iter().rev();
        matches!(next.next(), Some(Item::Operand(Expr::Leaf(_))))
            && matches!(next.next(), Some(Item::Arrow))
    }

    fn level(&mut self, level: usize, depth: usize) -> Option<Expr<'t>> {
        let Some(operators) = LEVELS.get(level) else { return self.unary(depth) };
        let mut left = self.level(level + 1, depth)?;
        let mut count = 0;
        while let Some(Item::Infix(operator)) = self.items.last() {
            let operator = *operator;
            count += 1;
            if !operators.contains(&operator) || depth + count / 8 > MAX_DEPTH {
                break;
            }
            self.items.pop();
            let right = self.level(level + 1, depth)?;
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn unary(&mut self, depth: usize) -> Option<Expr<'t>> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.items.pop()? {
            Item::Prefix(operator) => Some(Expr::Unary(operator, Box::new(self.unary(depth + 1)?))),
            Item::Operand(operand) => Some(operand),
            _ => None,
        }
    }
}
