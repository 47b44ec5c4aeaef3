//! Policies as Terraform data sources.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use cloud_names::{Piece, pieces};

use crate::Privileges;

/// One `aws_iam_policy_document` a function, with the data sources and variables that they name.
#[must_use]
pub fn to_terraform<'p>(all: impl IntoIterator<Item = &'p Privileges>) -> String {
    let mut body = String::new();
    let mut used = Used::default();
    for privileges in all {
        let name = identifier(&privileges.needs.function);
        let _ = write!(body, "\ndata \"aws_iam_policy_document\" \"{name}\" {{");
        for allow in &privileges.policy.document.statements {
            body.push_str("\n  statement {\n    effect = \"Allow\"\n");
            write_list(&mut body, "actions", allow.actions.iter().map(|it| quote(it)));
            let resources: Vec<String> =
                allow.resources.iter().map(|text| used.interpolate(text)).collect();
            write_list(&mut body, "resources", resources.into_iter());
            for restriction in &allow.restrictions {
                let value = used.interpolate(&restriction.value);
                let _ = write!(
                    body,
                    "    condition {{\n      test     = {}\n      variable = {}\n      values   = [{value}]\n    }}\n",
                    quote(&restriction.operator),
                    quote(&restriction.key),
                );
            }
            body.push_str("  }\n");
        }
        body.push_str("}\n");
    }
    format!("{}{body}", used.head())
}

fn write_list(out: &mut String, key: &str, items: impl Iterator<Item = String>) {
    let _ = writeln!(out, "    {key} = [");
    for item in items {
        let _ = writeln!(out, "      {item},");
    }
    out.push_str("    ]\n");
}

/// What the policies refer to.
#[derive(Default)]
struct Used {
    data: BTreeSet<&'static str>,
    /// Variables by name, with what the template calls them.
    variables: BTreeMap<String, String>,
}

impl Used {
    /// A text of `Fn::Sub` as a string of Terraform.
    fn interpolate(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(&escape(text)),
                Piece::Placeholder("AWS::Partition") => {
                    self.data.insert("aws_partition");
                    out.push_str("${data.aws_partition.current.partition}");
                }
                Piece::Placeholder("AWS::Region") => {
                    self.data.insert("aws_region");
                    out.push_str("${data.aws_region.current.name}");
                }
                Piece::Placeholder("AWS::AccountId") => {
                    self.data.insert("aws_caller_identity");
                    out.push_str("${data.aws_caller_identity.current.account_id}");
                }
                Piece::Placeholder(name) => {
                    let variable = identifier(name);
                    let _ = write!(out, "${{var.{variable}}}");
                    self.variables.insert(variable, name.to_owned());
                }
            }
        }
        out.push('"');
        out
    }

    fn head(&self) -> String {
        let mut out = String::new();
        for kind in &self.data {
            let _ = writeln!(out, "data \"{kind}\" \"current\" {{}}");
        }
        for (variable, name) in &self.variables {
            let name = quote(&format!("`{name}` of the template"));
            let _ = write!(
                out,
                "\nvariable \"{variable}\" {{\n  type        = string\n  description = {name}\n}}\n"
            );
        }
        out
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", escape(text))
}

/// A text inside the quotes of Terraform.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.replace("${", "$${").replace("%{", "%%{")
}

/// `CreateOrder` as `create_order`, `Orders.Arn` as `orders_arn`.
fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && was_lower {
                out.push('_');
            }
            was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
            out.push(c.to_ascii_lowercase());
        } else {
            was_lower = false;
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
        }
    }
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{out}")
    } else {
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Used, identifier};

    #[test]
    fn holes_become_data_sources_and_variables() {
        let mut used = Used::default();
        let text =
            "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}";
        assert_eq!(
            used.interpolate(text),
            "\"arn:${data.aws_partition.current.partition}:dynamodb:${data.aws_region.current.name}:\
             ${data.aws_caller_identity.current.account_id}:table/${var.orders}\""
        );
        assert_eq!(used.interpolate("a\"%{x"), "\"a\\\"%%{x\"");
        assert_eq!(used.variables.len(), 1);
        assert_eq!(identifier("CreateOrderV2.Arn"), "create_order_v2_arn");
    }
}
