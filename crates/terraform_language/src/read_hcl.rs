//! HCL text to the syntax tree.

use hcl_edit::Span;
use hcl_edit::expr::{
    BinaryOperator, Expression, ForExpr, ObjectKey, TraversalOperator, UnaryOperator,
};
use hcl_edit::structure::{Block, BlockLabel, Body as HclBody, Structure};
use hcl_edit::template::{Directive, Element, Strip, Template};
use source_text::{Diagnostic, FileId, Place, SmolStr};

use crate::lines::Lines;
use crate::syntax::{Argument, Body, Expr, ExprKind, For, Operator, Part, Section, Step};

/// Largest file, in bytes.
const BYTES: usize = 4 << 20;

/// Reads a file of configuration.
pub(crate) fn read_body(file: FileId, text: &str) -> Result<Body, Diagnostic> {
    check_size(file, text)?;
    let lines = Lines::new(file, text);
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => Ok(Reader { lines: &lines, fixed: None }.body(&body)),
        Err(error) => Err(syntax_error(file, &error)),
    }
}

/// Most blocks of one file that are left out because they are not valid.
const SKIPPED: usize = 16;

/// Reads a file of configuration. A block that is not valid is told and left out; nothing is read
/// when nothing else stands in the file.
pub(crate) fn read_blocks(
    file: FileId,
    text: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Body, Diagnostic> {
    check_size(file, text)?;
    let mut kept = text.to_owned();
    let mut skipped = Vec::new();
    loop {
        let error = match hcl_edit::parser::parse_body(&kept) {
            Ok(body) => {
                let lines = Lines::new(file, &kept);
                let read = Reader { lines: &lines, fixed: None }.body(&body);
                let is_empty = read.blocks.is_empty() && read.arguments.is_empty();
                let first = skipped.drain(..1.min(skipped.len())).next();
                if let Some(first) = first {
                    if is_empty {
                        return Err(first);
                    }
                    diagnostics.push(first);
                    diagnostics.append(&mut skipped);
                }
                return Ok(read);
            }
            Err(error) => error,
        };
        let told = syntax_error(file, &error);
        let rest = without_block(&kept, error.location().line());
        match rest.filter(|_| skipped.len() < SKIPPED) {
            Some(rest) => kept = rest,
            None => return Err(skipped.into_iter().next().unwrap_or(told)),
        }
        skipped.push(told);
    }
}

/// The text with the block around a line blank, all other lines where they stand: from the last line
/// that begins with a letter to the next that begins with a brace. `None` when there is none.
fn without_block(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let at = line.checked_sub(1)?.min(lines.len().checked_sub(1)?);
    let begins = |line: &str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let first = lines.get(..=at)?.iter().rposition(|line| begins(line))?;
    let after = lines.iter().enumerate().skip(first + 1);
    let last = after
        .clone()
        .find(|(number, line)| *number >= at && (line.starts_with('}') || begins(line)))
        .map_or(lines.len(), |(number, line)| number + usize::from(line.starts_with('}')));
    let keep = |(number, line): (usize, &&str)| {
        if (first..last).contains(&number) { String::new() } else { (*line).to_owned() }
    };
    let kept: Vec<String> = lines.iter().enumerate().map(keep).collect();
    Some(kept.join("\n") + "\n")
}

/// Reads text that is one expression, all of which stands at `place`.
pub(crate) fn read_expression(text: &str, place: Place) -> Option<Expr> {
    check_size(place.file, text).ok()?;
    let lines = Lines::new(place.file, text);
    let expression = hcl_edit::parser::parse_expr(text).ok()?;
    Some(Reader { lines: &lines, fixed: Some(place) }.expr(&expression))
}

/// Reads text that is a template without quotes, all of which stands at `place` (or, without it,
/// in `file`).
pub(crate) fn read_template(file: FileId, text: &str, place: Option<Place>) -> Option<Vec<Part>> {
    check_size(file, text).ok()?;
    let lines = Lines::new(file, text);
    let template = hcl_edit::parser::parse_template(text).ok()?;
    Some(Reader { lines: &lines, fixed: place }.template(&template))
}

fn check_size(file: FileId, text: &str) -> Result<(), Diagnostic> {
    if text.len() <= BYTES {
        return Ok(());
    }
    let message = format!("this file has more than {BYTES} bytes and is not read");
    Err(Diagnostic::error(Place::whole(file), message))
}

fn syntax_error(file: FileId, error: &hcl_edit::parser::Error) -> Diagnostic {
    let location = error.location();
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let (line, column) = (number(location.line()), number(location.column()));
    let place = Place { file, line, column, end_line: line, end_column: column.saturating_add(1) };
    let reason: Vec<&str> = error.message().split_whitespace().collect();
    Diagnostic::error(place, format!("this is not valid HCL: {}", reason.join(" ")))
}

struct Reader<'l, 't> {
    lines: &'l Lines<'t>,
    /// The place of everything, when the text is a part of another one.
    fixed: Option<Place>,
}

impl Reader<'_, '_> {
    fn place(&self, of: &impl Span) -> Place {
        self.fixed.unwrap_or_else(|| self.lines.place(of.span()))
    }

    fn body(&self, body: &HclBody) -> Body {
        let mut read = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => read.arguments.push(Argument {
                    name: SmolStr::new(attribute.key.as_str()),
                    place: self.place(&attribute.key),
                    value: self.expr(&attribute.value),
                }),
                Structure::Block(block) => read.blocks.push(self.section(block)),
            }
        }
        read
    }

    fn section(&self, block: &Block) -> Section {
        let head = self.place(&block.ident);
        let place = block.labels.last().map_or(head, |label| head.to(self.place(label)));
        let text = |label: &BlockLabel| SmolStr::new(label.as_str());
        Section {
            kind: SmolStr::new(block.ident.as_str()),
            labels: block.labels.iter().map(text).collect(),
            place,
            body: self.body(&block.body),
        }
    }

    fn expr(&self, expression: &Expression) -> Expr {
        let kind = match expression {
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(*value.value()),
            Expression::Number(value) => ExprKind::Number(value.value().as_f64().unwrap_or(0.0)),
            Expression::String(value) => ExprKind::Text(SmolStr::new(value.as_str())),
            Expression::Array(items) => {
                ExprKind::List(items.iter().map(|item| self.expr(item)).collect())
            }
            Expression::Object(object) => ExprKind::Object(
                object
                    .iter()
                    .map(|(key, value)| (self.object_key(key), self.expr(value.expr())))
                    .collect(),
            ),
            Expression::StringTemplate(template) => self.template_kind(template),
            Expression::HeredocTemplate(heredoc) => self.template_kind(&heredoc.template),
            Expression::Parenthesis(inner) => return self.expr(inner.inner()),
            Expression::Variable(name) => ExprKind::Name(SmolStr::new(name.as_str())),
            Expression::Conditional(it) => ExprKind::Conditional(Box::new([
                self.expr(&it.cond_expr),
                self.expr(&it.true_expr),
                self.expr(&it.false_expr),
            ])),
            Expression::FuncCall(call) => ExprKind::Call {
                name: function_name(call),
                arguments: call.args.iter().map(|argument| self.expr(argument)).collect(),
                expand: call.args.expand_final(),
            },
            Expression::Traversal(it) => ExprKind::Traversal(
                Box::new(self.expr(&it.expr)),
                it.operators.iter().map(|operator| self.step(operator.value())).collect(),
            ),
            Expression::UnaryOp(it) => match it.operator.value() {
                UnaryOperator::Not => ExprKind::Not(Box::new(self.expr(&it.expr))),
                UnaryOperator::Neg => ExprKind::Negate(Box::new(self.expr(&it.expr))),
            },
            Expression::BinaryOp(it) => ExprKind::Binary(
                operator(*it.operator.value()),
                Box::new([self.expr(&it.lhs_expr), self.expr(&it.rhs_expr)]),
            ),
            Expression::ForExpr(it) => self.for_expr(it),
        };
        Expr { place: self.place(expression), kind }
    }

    fn object_key(&self, key: &ObjectKey) -> Expr {
        match key {
            ObjectKey::Ident(name) | ObjectKey::Expression(Expression::Variable(name)) => {
                Expr { place: self.place(name), kind: ExprKind::Text(SmolStr::new(name.as_str())) }
            }
            ObjectKey::Expression(expression) => self.expr(expression),
        }
    }

    fn step(&self, operator: &TraversalOperator) -> Step {
        match operator {
            TraversalOperator::AttrSplat(_) => Step::AttributeSplat,
            TraversalOperator::FullSplat(_) => Step::Splat,
            TraversalOperator::GetAttr(name) => Step::Attribute(SmolStr::new(name.as_str())),
            TraversalOperator::Index(index) => Step::Index(self.expr(index)),
            TraversalOperator::LegacyIndex(index) => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "an index beyond 2^53 finds nothing"
                )]
                let kind = ExprKind::Number(*index.value() as f64);
                Step::Index(Expr { place: self.place(index), kind })
            }
        }
    }

    fn for_expr(&self, it: &ForExpr) -> ExprKind {
        ExprKind::For(Box::new(For {
            key_name: it.intro.key_var.as_ref().map(|name| SmolStr::new(name.as_str())),
            value_name: SmolStr::new(it.intro.value_var.as_str()),
            collection: self.expr(&it.intro.collection_expr),
            key: it.key_expr.as_ref().map(|key| self.expr(key)),
            value: self.expr(&it.value_expr),
            condition: it.cond.as_ref().map(|cond| self.expr(&cond.expr)),
            grouping: it.grouping,
        }))
    }

    fn template_kind(&self, template: &Template) -> ExprKind {
        let mut parts = self.template(template);
        match parts.as_slice() {
            [] => ExprKind::Text(SmolStr::default()),
            [Part::Text(text)] => ExprKind::Text(text.clone()),
            // A template of nothing but one interpolation is that value, of whatever type.
            [Part::Value(_)] => match parts.pop() {
                Some(Part::Value(value)) => value.kind,
                _ => ExprKind::Null,
            },
            _ => ExprKind::Template(parts),
        }
    }

    fn template(&self, template: &Template) -> Vec<Part> {
        let mut out = Parts::default();
        for element in template {
            match element {
                Element::Literal(text) => out.text(text.as_str()),
                Element::Interpolation(it) => {
                    out.strip_before(it.strip);
                    out.push(Part::Value(self.expr(&it.expr)));
                    out.strip_after(it.strip);
                }
                Element::Directive(directive) => self.directive(directive, &mut out),
            }
        }
        out.parts
    }

    fn directive(&self, directive: &Directive, out: &mut Parts) {
        match directive {
            Directive::If(it) => {
                out.strip_before(it.if_expr.strip);
                let end = it.endif_expr.strip;
                let after_yes = it.else_expr.as_ref().map_or(end, |branch| branch.strip);
                let yes = self.inner(&it.if_expr.template, it.if_expr.strip, after_yes);
                let no = it
                    .else_expr
                    .as_ref()
                    .map(|branch| self.inner(&branch.template, branch.strip, end))
                    .unwrap_or_default();
                let condition = self.expr(&it.if_expr.cond_expr);
                out.push(Part::If { condition, yes, no });
                out.strip_after(end);
            }
            Directive::For(it) => {
                let head = &it.for_expr;
                out.strip_before(head.strip);
                let parts = self.inner(&head.template, head.strip, it.endfor_expr.strip);
                out.push(Part::For {
                    key_name: head.key_var.as_ref().map(|name| SmolStr::new(name.as_str())),
                    value_name: SmolStr::new(head.value_var.as_str()),
                    collection: self.expr(&head.collection_expr),
                    parts,
                });
                out.strip_after(it.endfor_expr.strip);
            }
        }
    }

    /// The template between two directives, whose `~` strip its ends.
    fn inner(&self, template: &Template, before: Strip, after: Strip) -> Vec<Part> {
        let mut parts = self.template(template);
        if strips_end(before)
            && let Some(Part::Text(text)) = parts.first_mut()
        {
            *text = SmolStr::new(strip_start(text));
        }
        if strips_start(after)
            && let Some(Part::Text(text)) = parts.last_mut()
        {
            *text = SmolStr::new(text.trim_end());
        }
        parts
    }
}

fn function_name(call: &hcl_edit::expr::FuncCall) -> SmolStr {
    // `core::` is the long form of a function of the language; others are of providers.
    match call.name.namespace.as_slice() {
        [] => SmolStr::new(call.name.name.as_str()),
        [only] if only.as_str() == "core" => SmolStr::new(call.name.name.as_str()),
        _ => SmolStr::new_static("provider::"),
    }
}

#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    strip: bool,
}

impl Parts {
    fn text(&mut self, text: &str) {
        let text = if std::mem::take(&mut self.strip) { strip_start(text) } else { text };
        if !text.is_empty() {
            self.parts.push(Part::Text(SmolStr::new(text)));
        }
    }

    fn push(&mut self, part: Part) {
        self.strip = false;
        self.parts.push(part);
    }

    fn strip_before(&mut self, strip: Strip) {
        if strips_start(strip)
            && let Some(Part::Text(text)) = self.parts.last_mut()
        {
            *text = SmolStr::new(text.trim_end());
        }
    }

    fn strip_after(&mut self, strip: Strip) {
        self.strip = strips_end(strip);
    }
}

fn strip_start(text: &str) -> &str {
    text.trim_start()
}

fn strips_start(strip: Strip) -> bool {
    matches!(strip, Strip::Start | Strip::Both)
}

fn strips_end(strip: Strip) -> bool {
    matches!(strip, Strip::End | Strip::Both)
}

fn operator(operator: BinaryOperator) -> Operator {
    match operator {
        BinaryOperator::Eq => Operator::Equal,
        BinaryOperator::NotEq => Operator::NotEqual,
        BinaryOperator::LessEq => Operator::LessOrEqual,
        BinaryOperator::GreaterEq => Operator::GreaterOrEqual,
        BinaryOperator::Less => Operator::Less,
        BinaryOperator::Greater => Operator::Greater,
        BinaryOperator::Plus => Operator::Add,
        BinaryOperator::Minus => Operator::Subtract,
        BinaryOperator::Mul => Operator::Multiply,
        BinaryOperator::Div => Operator::Divide,
        BinaryOperator::Mod => Operator::Remainder,
        BinaryOperator::And => Operator::And,
        BinaryOperator::Or => Operator::Or,
    }
}
