//! Logical ids as the framework makes them.
//!
//! Source: Serverless Framework documentation, "AWS – Resources", section on the naming of resources.

/// The first letter in upper case.
pub(crate) fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The name of a function within logical ids: `create-order` is `CreateDashorder`.
pub(crate) fn normalised(name: &str) -> String {
    upper_first(&name.replace('-', "Dash").replace('_', "Underscore"))
}

/// Only letters and digits, the first letter in upper case.
pub(crate) fn alphanumeric(name: &str) -> String {
    let kept: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    upper_first(&kept)
}

/// A path of a REST API: `/orders/{id}` is `OrdersIdVar`.
pub(crate) fn path(path: &str) -> String {
    path.split('/')
        .map(|part| {
            let part = part.replace('-', "Dash").replace('+', "").replace('}', "Var");
            alphanumeric(&part)
        })
        .collect()
}

/// `POST` is `Post`.
pub(crate) fn method(method: &str) -> String {
    upper_first(&method.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{method, normalised, path};

    #[test]
    fn names_are_as_the_framework_makes_them() {
        assert_eq!(normalised("create-order_v2"), "CreateDashorderUnderscorev2");
        assert_eq!(path("orders/{order-id}/items"), "OrdersOrderDashidVarItems");
        assert_eq!(path("{proxy+}"), "ProxyVar");
        assert_eq!(method("POST"), "Post");
    }
}
