//! Schemas of `GraphQL` APIs: which fields lead to which types, and who may ask for them.

use app_model::{Schema, SchemaField, SchemaType, SmolStr};
use source_text::Node;

use super::stages::belongs;
use model_builder::Builder;

/// The schema of an interface, when it stands in the template or in a file beside it and can be
/// read.
pub(super) fn of_api(builder: &Builder<'_>, api: &str) -> Option<Schema> {
    let item =
        builder.of_type("AWS::AppSync::GraphQLSchema").find(|item| belongs(builder, item, api))?;
    if let Some(text) = builder.properties(item).text(&["Definition"]) {
        return parse(text.value.known()?);
    }
    let path = item.properties.get("DefinitionS3Location").and_then(Node::as_str)?;
    parse(&builder.file_beside(path)?)
}

/// Directives that say who may ask for a type or field.
const AUTH: [&str; 6] =
    ["aws_api_key", "aws_auth", "aws_cognito_user_pools", "aws_iam", "aws_lambda", "aws_oidc"];

/// Reads a schema in the language of `GraphQL`; `None` when something in it is not understood.
fn parse(text: &str) -> Option<Schema> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0 };
    let mut schema = Schema {
        query: SmolStr::new_static("Query"),
        mutation: SmolStr::new_static("Mutation"),
        types: Vec::new(),
    };
    while let Some(word) = reader.next() {
        match word {
            "extend" => {}
            "schema" => reader.roots(&mut schema)?,
            "type" | "interface" => reader.object(&mut schema)?,
            "union" => reader.union(&mut schema)?,
            "input" | "enum" | "scalar" => {
                reader.next()?;
                reader.directives()?;
                reader.skip("{", "}")?;
            }
            "directive" => reader.directive()?,
            _ => return None,
        }
    }
    Some(schema)
}

/// Names, numbers and punctuation of a schema; descriptions, comments and commas are left out.
fn tokens(text: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
        let length = if first.is_whitespace() || matches!(first, ',' | '\u{feff}') {
            first.len_utf8()
        } else if first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(block) = rest.strip_prefix("\"\"\"") {
            6 + block.find("\"\"\"")?
        } else if first == '"' {
            closing_quote(rest)?
        } else {
            let length = rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len());
            let length = length.max(first.len_utf8());
            found.push(rest.get(..length)?);
            length
        };
        rest = rest.get(length..)?;
    }
    Some(found)
}

/// Bytes of a text in quotes, both included.
fn closing_quote(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    Some(end + 2)
}

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Whether the next token is this one, which is then read.
    fn takes(&mut self, token: &str) -> bool {
        let is_next = self.peek() == Some(token);
        self.at += usize::from(is_next);
        is_next
    }

    /// Reads over a bracket with all that stands in it, if there is one.
    fn skip(&mut self, open: &str, close: &str) -> Option<()> {
        if !self.takes(open) {
            return Some(());
        }
        let mut depth = 1_u32;
        while depth > 0 {
            match self.next()? {
                token if token == open => depth += 1,
                token if token == close => depth -= 1,
                _ => {}
            }
        }
        Some(())
    }

    /// The directives at this place that say who may ask.
    fn directives(&mut self) -> Option<Vec<SmolStr>> {
        let mut auth = Vec::new();
        while self.takes("@") {
            let name = self.next()?;
            auth.extend(AUTH.contains(&name).then(|| SmolStr::new(name)));
            self.skip("(", ")")?;
        }
        Some(auth)
    }

    /// `schema { query: Q mutation: M }`.
    fn roots(&mut self, schema: &mut Schema) -> Option<()> {
        self.directives()?;
        if !self.takes("{") {
            return Some(());
        }
        while !self.takes("}") {
            let operation = self.next()?;
            if !self.takes(":") {
                return None;
            }
            let name = SmolStr::new(self.next()?);
            match operation {
                "query" => schema.query = name,
                "mutation" => schema.mutation = name,
                _ => {}
            }
        }
        Some(())
    }

    /// `type Order implements Node & Named @aws_iam { … }`.
    fn object(&mut self, schema: &mut Schema) -> Option<()> {
        let mut object = SchemaType { name: SmolStr::new(self.next()?), ..SchemaType::default() };
        if self.takes("implements") {
            while let Some(name) = self.peek().filter(|token| !matches!(*token, "@" | "{")) {
                if name != "&" {
                    let member = object.name.clone();
                    let interface = SmolStr::new(name);
                    let members = vec![member];
                    schema.types.push(SchemaType {
                        name: interface,
                        members,
                        ..SchemaType::default()
                    });
                }
                self.at += 1;
            }
        }
        object.auth = self.directives()?;
        if self.takes("{") {
            while !self.takes("}") {
                object.fields.push(self.field()?);
            }
        }
        schema.types.push(object);
        Some(())
    }

    /// `orders(limit: Int = 10): [Order!]! @aws_api_key`.
    fn field(&mut self) -> Option<SchemaField> {
        let name = SmolStr::new(self.next()?);
        self.skip("(", ")")?;
        if !self.takes(":") {
            return None;
        }
        while self.takes("[") {}
        let type_name = SmolStr::new(self.next()?);
        while self.takes("]") || self.takes("!") {}
        Some(SchemaField { name, type_name, auth: self.directives()? })
    }

    /// `union Found = Order | Customer`.
    fn union(&mut self, schema: &mut Schema) -> Option<()> {
        let mut union = SchemaType { name: SmolStr::new(self.next()?), ..SchemaType::default() };
        union.auth = self.directives()?;
        if self.takes("=") {
            self.takes("|");
            union.members.push(SmolStr::new(self.next()?));
            while self.takes("|") {
                union.members.push(SmolStr::new(self.next()?));
            }
        }
        schema.types.push(union);
        Some(())
    }

    /// `directive @name(of: Int) repeatable on OBJECT | FIELD`.
    fn directive(&mut self) -> Option<()> {
        self.takes("@");
        self.next()?;
        self.skip("(", ")")?;
        self.takes("repeatable");
        if !self.takes("on") {
            return None;
        }
        self.takes("|");
        self.next()?;
        while self.takes("|") {
            self.next()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// `Type.field: Result @auth` of every field, `Type: member` of every member.
    fn read(text: &str) -> Vec<String> {
        let schema = parse(text).unwrap_or_else(|| panic!("{text}"));
        let mut found = vec![format!("{}/{}", schema.query, schema.mutation)];
        for object in &schema.types {
            for field in &object.fields {
                let auth = if field.auth.is_empty() { &object.auth } else { &field.auth };
                let auth: Vec<String> = auth.iter().map(|name| format!(" @{name}")).collect();
                let (of, to) = (&object.name, &field.type_name);
                found.push(format!("{of}.{}: {to}{}", field.name, auth.concat()));
            }
            found.extend(object.members.iter().map(|member| format!("{}: {member}", object.name)));
        }
        found
    }

    #[test]
    fn fields_types_and_who_may_ask_are_read() {
        let text = r#"
            # What the shop tells.
            schema { query: Q, mutation: M }
            """A "customer" {of} the shop."""
            type Customer @aws_iam @aws_api_key { name: String! @aws_auth(cognito_groups: ["a"]) }
            type Q {
              "One order"
              order(id: ID!, first: Int = 10, by: [Sort!] = [{a: 1}]): Order
              orders: [[Order!]]!
            }
            type Order implements Node & Named { customer: Customer }
            extend type Order { notes: [Note] }
            interface Node @aws_oidc { id: ID! }
            union Found @deprecated(reason: "\") }") = | Order | Customer
            input Sort { a: Int = 1 }
            enum Kind { A B @deprecated }
            scalar Time @specifiedBy(url: "x")
            directive @own(a: Int) repeatable on | OBJECT | FIELD_DEFINITION
            type Subscription { placed: Order @aws_subscribe(mutations: ["place"]) }
        "#;
        assert_eq!(
            read(text),
            [
                "Q/M",
                "Customer.name: String @aws_auth",
                "Q.order: Order",
                "Q.orders: Order",
                "Node: Order",
                "Named: Order",
                "Order.customer: Customer",
                "Order.notes: Note",
                "Node.id: ID @aws_oidc",
                "Found: Order",
                "Found: Customer",
                "Subscription.placed: Order",
            ]
        );
    }

    #[test]
    fn what_is_not_understood_is_no_schema() {
        for text in [
            "type Order {",
            "orders: [Order]",
            "type Order { id ID }",
            "\"open",
            "\"\"\"open",
            "type",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
        assert!(parse("").is_some_and(|schema| schema.types.is_empty()));
        let deep = "(".repeat(100_000);
        assert!(parse(&format!("type A {{ a{deep}")).is_none());
    }
}
