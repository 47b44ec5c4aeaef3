//! AWS managed policies by name.

use source_text::SmolStr;

/// One policy a line: path and name, as in the ARN after `policy/`.
const POLICIES: &str = include_str!("../data/managed_policies.txt");

/// ARN of the managed policy `name`, when AWS has one of that name.
pub(crate) fn arn(partition: &str, name: &str) -> Option<SmolStr> {
    let path = POLICIES.lines().find(|line| {
        line.strip_suffix(name).is_some_and(|path| path.is_empty() || path.ends_with('/'))
    })?;
    Some(SmolStr::from(format!("arn:{partition}:iam::aws:policy/{path}")))
}

/// ARN of the managed policy at `path`, as in `service-role/AWSLambdaBasicExecutionRole`.
#[must_use]
pub fn arn_of_path(partition: &str, path: &str) -> SmolStr {
    SmolStr::from(format!("arn:{partition}:iam::aws:policy/{path}"))
}

#[cfg(test)]
mod tests {
    use super::arn;

    #[test]
    fn a_name_gets_the_path_of_its_policy() {
        let basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        assert_eq!(arn("aws", "AWSLambdaBasicExecutionRole").as_deref(), Some(basic));
        let full = "arn:aws-cn:iam::aws:policy/AmazonDynamoDBFullAccess";
        assert_eq!(arn("aws-cn", "AmazonDynamoDBFullAccess").as_deref(), Some(full));
    }

    #[test]
    fn the_end_of_a_name_is_no_name() {
        assert_eq!(arn("aws", "DynamoDBFullAccess"), None);
        assert_eq!(arn("aws", ""), None);
    }
}
