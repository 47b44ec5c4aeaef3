//! Terraform's names in messages that speak of CloudFormation's properties.

use std::{collections::HashMap, fmt::Write as _, sync::LazyLock};

use crate::{
    row::{Row, Shape, Turn, Type},
    tables,
};

/// Terraform's word for a property, by property, for each Terraform type.
static WORDS: LazyLock<HashMap<&'static str, HashMap<String, &'static str>>> =
    LazyLock::new(|| {
        let mut all = HashMap::new();
        for one in tables::all() {
            let mut words = HashMap::new();
            collect(one.rows, &mut words);
            all.insert(one.kind, words);
        }
        all
    });

fn collect(rows: &'static [Row], words: &mut HashMap<String, &'static str>) {
    for (from, to, turn) in rows {
        if let Turn::One(inner) | Turn::Many(inner) = turn {
            collect(inner, words);
        }
        let last = to.rsplit('.').next().unwrap_or(to);
        if !last.is_empty() && last != "*" {
            words.entry(last.to_owned()).or_insert(from);
        }
    }
}

/// The message with the properties that it names in back-ticks (`` `MemorySize` ``) as Terraform
/// spells them (`` `memory_size` ``), for a finding about the resources at `addresses`.
///
/// A word is a property when it is spelled like one and a table tells of it: one of these types, of
/// parts of them, or any.
#[must_use]
pub fn terraform_words(message: &str, addresses: &[&str]) -> String {
    let kinds: Vec<&str> = addresses.iter().filter_map(|address| kind_of(address)).collect();
    let mut said = String::with_capacity(message.len());
    for (at, piece) in message.split('`').enumerate() {
        if at > 0 {
            said.push('`');
        }
        match (at % 2 == 1).then(|| word_of(piece, &kinds)).flatten() {
            Some(word) => {
                let _ = write!(said, "{word}");
            }
            None => said.push_str(piece),
        }
    }
    said
}

fn word_of(piece: &str, kinds: &[&str]) -> Option<String> {
    // `AuthType: AWS_IAM` is an argument with its value.
    if let Some((property, value)) = piece.split_once(": ") {
        let is_word = value.chars().all(|it| it.is_ascii_alphanumeric() || "_-.*".contains(it));
        let is_bare = value.parse::<f64>().is_ok() || matches!(value, "true" | "false");
        let word = word_of(property, kinds).filter(|_| is_word)?;
        return Some(if is_bare {
            format!("{word} = {value}")
        } else {
            format!("{word} = \"{value}\"")
        });
    }
    let is_property = piece.starts_with(|first: char| first.is_ascii_uppercase())
        && piece.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.')
        && piece.chars().any(|letter| letter.is_ascii_lowercase())
        && piece.chars().filter(char::is_ascii_uppercase).count() > 1;
    if !is_property {
        return None;
    }
    let one = |property: &str| -> Option<String> {
        let of_kind = kinds.iter().find_map(|kind| WORDS.get(kind)?.get(property));
        let of_part = || {
            tables::all()
                .filter(|one| is_part_of(one, kinds))
                .find_map(|one| WORDS.get(one.kind)?.get(property))
        };
        let of_any = || tables::all().find_map(|one| WORDS.get(one.kind)?.get(property));
        of_kind.or_else(of_part).or_else(of_any).map(|word| (*word).to_owned())
    };
    let words: Option<Vec<String>> = piece.split('.').map(one).collect();
    words.map(|words| words.join("."))
}

fn is_part_of(one: &Type, kinds: &[&str]) -> bool {
    use crate::row::Owner;
    match one.shape {
        Shape::Part(Owner::In(_, owner) | Owner::Same(owner, _), _) => kinds.contains(&owner),
        Shape::Resource(..) | Shape::Nothing => false,
    }
}

/// `aws_sqs_queue` of `module.a["x.y"].aws_sqs_queue.q[0]`.
fn kind_of(address: &str) -> Option<&str> {
    let at = address
        .rfind("aws_")
        .filter(|at| *at == 0 || address.get(..*at).is_some_and(|it| it.ends_with('.')));
    let first = at.or_else(|| address.find("aws_"))?;
    address.get(first..)?.split(['.', '[']).next()
}

#[cfg(test)]
mod tests {
    use super::terraform_words;

    #[test]
    fn properties_are_named_as_terraform_names_them() {
        let said = |message: &str, address: &str| terraform_words(message, &[address]);
        assert_eq!(
            said("set `VisibilityTimeout` of `aws_sqs_queue.q`", "aws_sqs_queue.q"),
            "set `visibility_timeout_seconds` of `aws_sqs_queue.q`"
        );
        assert_eq!(
            said("set `ReservedConcurrentExecutions`", "aws_lambda_function.f"),
            "set `reserved_concurrent_executions`"
        );
        assert_eq!(said("`AdministratorAccess`", "aws_iam_role.r"), "`AdministratorAccess`");
        assert_eq!(said("`AuthType`", "aws_lambda_function.f"), "`authorization_type`");
        assert_eq!(
            said("set `AuthType: AWS_IAM`", "aws_lambda_function.f"),
            "set `authorization_type = \"AWS_IAM\"`"
        );
        assert_eq!(said("`PointInTimeRecoveryEnabled`", "aws_dynamodb_table.t"), "`enabled`");
        assert_eq!(
            said("allows `s3:GetObject` and `NONE`", "aws_iam_role.r"),
            "allows `s3:GetObject` and `NONE`"
        );
    }
}
