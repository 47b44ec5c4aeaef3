//! Names that people gave, told from data that stands where names stand.

/// Longest name, in bytes.
const LONGEST: usize = 64;
/// A name has a digit or two (`address2`), data has many (`2024-05-01`, a number of a customer).
const MOST_DIGITS: usize = 4;

/// Whether the name of a member looks like one that a person gave it.
pub(crate) fn is_name(name: &str) -> bool {
    let rest = name.strip_prefix(['$', '@', '_']).unwrap_or(name);
    let is_mark = |byte: u8| b"_-.:/$ ".contains(&byte);
    (1..=LONGEST).contains(&rest.len())
        && rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_mark(byte))
        && rest.bytes().filter(u8::is_ascii_digit).count() <= MOST_DIGITS
}

/// The route of a path: what is no name becomes a parameter. `/orders/8123` becomes
/// `/orders/{id}`. Parameters stay as they are.
#[must_use]
pub fn route(method: &str, path: &str) -> Option<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let is_method =
        (1..=16).contains(&method.len()) && method.bytes().all(|it| it.is_ascii_alphabetic());
    if !is_method || path.len() > 512 || !(path.is_empty() || path.starts_with('/')) {
        return None;
    }
    let mut route = format!("{} ", method.to_ascii_uppercase());
    if path.is_empty() {
        route.push('/');
    }
    for segment in path.split('/').skip(1) {
        let inside = segment.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        let is_parameter = inside.is_some_and(|it| is_name(it.trim_end_matches('+')));
        route.push('/');
        route.push_str(if is_parameter || is_word(segment) { segment } else { "{id}" });
    }
    Some(route)
}

/// A part of a path that the API says, not its caller.
fn is_word(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let is_version = segment.len() <= 3 && segment.starts_with('v');
    segment.len() <= 32
        && segment.starts_with(|first: char| first.is_ascii_alphabetic())
        && (digits == 0 || is_version)
        && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{is_name, route};

    #[test]
    fn names_are_told_from_data() {
        for name in
            ["id", "user_id", "x-amz-id-2", "$schema", "@type", "_links", "detail-type", "address1"]
        {
            assert!(is_name(name), "{name}");
        }
        for data in
            ["", "12", "2024-05-01", "a@b.example", "user-8123456", "Zoë", "a\nb", &"a".repeat(65)]
        {
            assert!(!is_name(data), "{data}");
        }
    }

    #[test]
    fn what_a_caller_says_in_a_path_is_a_parameter() {
        for (method, path, expected) in [
            ("post", "/orders/8123?a=b", Some("POST /orders/{id}")),
            ("GET", "/", Some("GET /")),
            ("GET", "", Some("GET /")),
            (
                "PUT",
                "/v2/orders/{orderId}/items/{proxy+}",
                Some("PUT /v2/orders/{orderId}/items/{proxy+}"),
            ),
            ("GET", "/users/a@b.example/", Some("GET /users/{id}")),
            ("G T", "/", None),
            ("GET", "orders", None),
        ] {
            assert_eq!(route(method, path).as_deref(), expected, "{method} {path}");
        }
    }
}
